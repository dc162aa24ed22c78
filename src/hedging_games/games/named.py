"""A game, or what one is had from: a model, at a point, or a name that somebody on a higher floor knows how to open."""

from __future__ import annotations

import os
from typing import Any, Protocol, TypeAlias

from hedging_games.errors import input_error
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.opening import opened


class HasPoints(Protocol):
    """What is a game at each of its points: a model."""

    def at(self, case: str | None = None, /, **values: object) -> AnyGame: ...  # noqa: D102


GameLike: TypeAlias = AnyGame | HasPoints | str | os.PathLike[str]
"""A game, a model (its game at a point), or the name or path of either."""


def any_game_of(given: GameLike, case: str | None = None, /, **values: object) -> AnyGame:
    """The game that is meant; of a model the one at its baseline, at a case, or at ``values`` of its parameters.

    Raises InputError for what is no game, for values of a game (whose numbers are set), and what opening and taking a model at a
    point raise.
    """
    found: Any = opened(given) if isinstance(given, str | os.PathLike) else given
    if isinstance(found, Game | ContinuousGame | MarkovGame):
        if case is not None or values:
            said = ", ".join(values) or "case"
            what = f"'{said}' was given for a game, whose numbers are set"
            raise input_error("option", what, "give the model instead: its parameters can be set")
        return found
    if not hasattr(found, "at"):
        kind = type(found).__name__
        what = f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind} is no game"
        raise input_error("game", what, "give a game, a model, or a name such as 'engagement-card'")
    game: AnyGame = found.at(case, **values)
    return game


def game_of(given: GameLike) -> Game:
    """The game that is meant, for those who need every choice to be finite, and play that is over at once.

    Raises InputError for other games, and as `any_game_of`.
    """
    return finite(any_game_of(given))


def finite(game: AnyGame) -> Game:
    """The same game, if it has finitely many choices and is played once. Raises InputError if not."""
    if isinstance(game, MarkovGame):
        what = f"'{game.name}' is played over time, which this does not cover"
        raise input_error("game", what, "ask for solve, condition, threshold, robustness, claims or path")
    if isinstance(game, ContinuousGame):
        what = f"'{game.name}' has continuous choices ({', '.join(game.choices)}), which this does not cover"
        raise input_error("game", what, "make them a grid: --levels 21, or model.on_grid(21)")
    return game
