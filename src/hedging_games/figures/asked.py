"""What a figure is to be drawn of: a model, a game or an answer, and the equilibria that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.solve import solve
from hedging_games.errors import input_error
from hedging_games.figures.charts import Entry
from hedging_games.figures.pages import Block, coloured
from hedging_games.figures.palette import PATHS, player_colour
from hedging_games.figures.scene import INK
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.games.profile import MixedProfile, mixture_text
from hedging_games.games.values import path_outcome
from hedging_games.model.catalogue import load
from hedging_games.model.model import Model
from hedging_games.theory.display import COMPLETE
from hedging_games.theory.equilibria import Equilibria, Equilibrium
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.reactions import AnyEquilibria, ContinuousEquilibria
from hedging_games.theory.reactions_text import outcome_text, path_text
from hedging_games.theory.repeated import RepeatedEquilibria
from hedging_games.theory.repeated_text import said_text

Shown: TypeAlias = "Model | AnyGame | AnyEquilibria | str"
"""What can be drawn; a text is the name of a model, or the path of its file."""

Wanted: TypeAlias = "bool | AnyEquilibria | Iterable[Equilibrium | MixedProfile] | None"
"""Which equilibria go with it: none, those that solving finds (True), or these."""

MOST_SETS: Final = 12
"""Information sets up to which an equilibrium is written with all its choices; beyond that, what is played on the path."""

MOST_WRITTEN: Final = 8
"""Equilibria of a chart that are written out."""

ANSWERS: Final = (Equilibria, ContinuousEquilibria, MarkovEquilibria, RepeatedEquilibria)


@dataclass(frozen=True, slots=True)
class Asked:
    """A game to be drawn, and what is drawn into it.

    ``equilibria`` : those that are drawn, at most as many as there are lines to tell them apart. ``texts`` : each in words. ``more`` : how many
    are left out. ``model`` : where it comes from, if from a model. ``note`` : at which numbers the equilibria are, where the game has none.
    ``complete`` : how complete an answer they are. ``point`` : the game there, if it is finite.
    """

    game: AnyGame
    equilibria: tuple[Any, ...] = ()
    texts: tuple[str, ...] = ()
    more: int = 0
    model: Model | None = None
    note: str = ""
    complete: str = ""
    point: Game | None = None

    @property
    def title(self) -> str:
        """What to call it."""
        return self.game.title or self.game.name or "game"


def asked(shown: Shown, equilibria: Wanted, *, most: int = len(PATHS)) -> Asked:
    """What is to be drawn.

    A model's payoffs are drawn as formulas; its equilibria, if wanted, are those at the baseline. With continuous choices, and over time,
    they are drawn into the game at the point where they were found.

    Raises InputError for anything else than a model, game or answer, for equilibria of another game, and what solving raises.
    """
    shown = load(shown) if isinstance(shown, str) else shown
    model = shown if isinstance(shown, Model) else None
    if isinstance(shown, ANSWERS):
        equilibria = shown if equilibria is None or equilibria is True else equilibria
        shown = shown.game
    if model is None and not isinstance(shown, (Game, ContinuousGame, MarkovGame)):
        what = f"a {type(shown).__name__} cannot be drawn"
        raise input_error("figure", what, "give a model, a game or what hg.solve found")
    if equilibria is None or equilibria is False:
        return Asked(_open(model) if model is not None else _one_point(shown), model=model)  # type: ignore[arg-type]
    if equilibria is True:
        equilibria = solve(model.at() if model is not None else _one_point(shown))  # type: ignore[arg-type]
    found = tuple(equilibria)
    game = _with_equilibria(model, shown, equilibria)  # type: ignore[arg-type]
    texts = tuple(_text(equilibria, k) for k in range(min(len(found), most)))
    note = _point_note(equilibria) if model is not None else ""
    point = equilibria.game if model is not None and isinstance(equilibria, Equilibria) else None
    return Asked(game, found[:most], texts, max(0, len(found) - most), model, note, complete_text(equilibria), point)


def _open(model: Model) -> AnyGame:
    if model.is_over_time:
        return model.open_markov()
    return model.open_tree() if model.is_continuous else model.symbolic()


def _one_point(game: AnyGame) -> AnyGame:
    if isinstance(game, Game) and game.payoffs.ndim > 2:
        what = f"the game has payoffs at {game.payoffs[0, 0].size} points"
        raise input_error("figure", what, "give the game at one point: model.at(...)")
    return game


def _with_equilibria(model: Model | None, shown: AnyGame, equilibria: Any) -> AnyGame:
    """The game into which equilibria are drawn: theirs, but for finite games of a model, whose payoffs stay formulas."""
    if isinstance(equilibria, ANSWERS) and not isinstance(equilibria, Equilibria):
        return equilibria.game
    game = _open(model) if model is not None else _one_point(shown)
    if not isinstance(game, Game):
        raise input_error("figure", "these equilibria are not of this game", "give what hg.solve found for it")
    for equilibrium in equilibria:
        profile = equilibrium if isinstance(equilibrium, MixedProfile) else equilibrium.profile
        if isinstance(equilibrium, Equilibrium) and equilibrium.distribution is not None:
            what = "correlated play is no profile: it has no path of its own"
            raise input_error("figure", what, "draw equilibria of another concept, such as nash")
        if profile.form != game.form:
            what = "these equilibria are of a game with other histories"
            raise input_error("figure", what, "give equilibria of the game that is drawn")
    return game


def _point_note(equilibria: Any) -> str:
    game = equilibria.game if isinstance(equilibria, ANSWERS) else None
    if game is None or not game.parameters:
        return ""
    return "equilibria at " + ", ".join(f"{name} = {number_text(value)}" for name, value in game.parameters.items())


def _text(equilibria: Any, k: int) -> str:
    """An equilibrium in words: the whole strategies."""
    one = tuple(equilibria)[k]
    if isinstance(equilibria, ContinuousEquilibria):
        ways = [path_text(equilibria.game, path) for path in one.paths if path.steps]
        return "; ".join(ways) or outcome_text(one)
    if isinstance(equilibria, RepeatedEquilibria):
        return said_text(one.said)
    if isinstance(equilibria, MarkovEquilibria):
        parts = [f"{equilibria.game.states[s]}: {profile}" for s, profile in enumerate(one.profiles) if str(profile)]
        return "; ".join(parts)
    profile = one if isinstance(one, MixedProfile) else one.profile
    if len(profile.form.information_sets) <= MOST_SETS or not isinstance(equilibria, Equilibria):
        return _profile_text(one, profile)
    form = equilibria.game.form
    reached = path_outcome(equilibria.game, profile.probabilities)
    return "on the path " + " | ".join(
        (f"{number_text(p)}: " if p != 1 else "") + form.history_labels[form.terminals[z]] for z, p in reached
    )


def complete_text(found: Any) -> str:
    """How complete an answer is, and what its equilibria stand for; nothing for equilibria that a user gives."""
    if not isinstance(found, ANSWERS):
        return ""
    all_that = f"{len(found)} found by {found.concept}, complete: {COMPLETE[found.complete]}"
    grouped = getattr(found, "grouped", None) is not None
    return all_that + ("; off each path one of the ways to support it is drawn" if grouped else "")


def _profile_text(equilibrium: Any, profile: MixedProfile) -> str:
    if not isinstance(equilibrium, Equilibrium) or equilibrium.error is None:
        return str(profile)
    mixtures = ({a: float(p) for a, p in mixture.items()} for mixture in profile.as_dict().values())
    return "; ".join(f"{label}: ≈ {mixture_text(m)}" for label, m in zip(profile.as_dict(), mixtures, strict=True))


def slot_probabilities(equilibria: Sequence[Any]) -> list[np.ndarray]:
    """The probabilities of slots in each equilibrium or profile of a finite game; floats where an equilibrium is only near."""
    return [_known(e, (e if isinstance(e, MixedProfile) else e.profile).probabilities) for e in equilibria]


def _known(equilibrium: Any, probabilities: np.ndarray) -> np.ndarray:
    near = isinstance(equilibrium, Equilibrium) and equilibrium.error is not None
    return probabilities.astype(np.float64) if near else probabilities


def payoff_line(players: Sequence[str], room: float) -> Block:
    """Whose payoffs are shown, in this order, each name in its colour."""
    last = len(players) - 1
    names = [(name + ("," if k < last else ""), player_colour(k)) for k, name in enumerate(players)]
    return coloured([("payoffs to", INK), *names], room)


def remarks(what: Asked) -> Iterator[Entry]:
    """What a legend says of the equilibria: those left out, how complete they are, and at which numbers."""
    left_out = f"and {what.more} more equilibria, which are not drawn" if what.more else ""
    yield from (Entry(said) for said in (left_out, what.complete, what.note) if said)


def made_from(kind: str, game: AnyGame) -> str:
    """Kind of figure, model and point, for the comment in LaTeX."""
    fixed = [f"{name} = {number_text(value)}" for name, value in game.parameters.items() if not hasattr(value, "numer")]
    at = f" at {', '.join(fixed)}" if fixed else ""
    return f"{kind} of {game.name or game.title or 'a game'}{at}"
