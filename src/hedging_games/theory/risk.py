"""Which of several strict equilibria is the less risky: risk dominance and p-dominance.

Risk dominance (Harsanyi and Selten 1988, lemma 5.4.4) compares two strict equilibria of a 2 × 2 game by the product of
what the players lose when they leave them alone. An action is p-dominant if it is a best reply whenever the others are
believed to play along with probability p at least (Morris, Rob and Shin 1995; Kajii and Morris 1997 for more players); in 2 × 2 games an equilibrium is risk
dominant exactly if its players' smallest such p sum to less than one. In symmetric games with two actions and any number of
players, the action is risk dominant that is best against the belief that every number of others who take it is equally likely
(Morris and Shin 2003, section 2.3: the Laplacian belief). Both definitions agree where both apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, ClassVar

import numpy as np

from hedging_games.algebra.numbers import shown_number
from hedging_games.errors import could_not_finish, input_error
from hedging_games.games.game import Game, require_exact
from hedging_games.games.named import GameLike, game_of
from hedging_games.shown import Cited

MAX_ENTRIES = 2_000_000
"""Comparisons of an action with another against a cell of the table up to which p-dominance is decided."""


@dataclass(frozen=True, slots=True)
class PDominance(Cited):
    """A pure Nash equilibrium and, for each player, the smallest probability p of the others' playing along at which the
    player's own action is best whatever else they may do. It is p-dominant for p as large as the largest of them.
    """

    IDEA: ClassVar[str] = "p-dominance: Morris, Rob and Shin (1995), Kajii and Morris (1997)"

    profile: dict[str, str]
    p: dict[str, Fraction]

    @property
    def level(self) -> Fraction:
        """The smallest p for which the equilibrium is p-dominant for everybody alike."""
        return max(self.p.values(), default=Fraction(0))

    def __str__(self) -> str:
        played = ", ".join(f"{player}: {action}" for player, action in self.profile.items())
        return f"{played} is p-dominant for p = ({', '.join(shown_number(p) for p in self.p.values())})"


@dataclass(frozen=True, slots=True)
class RiskDominance(Cited):
    """The comparison of two strict equilibria, in the order of the actions.

    Attributes
    ----------
    profiles : the two equilibria, player to action.
    measures : what they are compared by, larger being safer: for 2 × 2 games the product of the losses from deviating
        alone, for symmetric games with two actions and more players what the action of the equilibrium gains on average
        over the other when every number of others who take it is equally likely.
    dominant : 0 or 1, the number of the risk-dominant equilibrium; None for a tie.
    """

    IDEA: ClassVar[str] = "risk dominance: Harsanyi and Selten (1988)"

    profiles: tuple[dict[str, str], dict[str, str]]
    measures: tuple[Fraction, Fraction]
    dominant: int | None

    def __str__(self) -> str:
        names = [", ".join(f"{player}: {action}" for player, action in profile.items()) for profile in self.profiles]
        lines = [f"{name}  measure {shown_number(m)}" for name, m in zip(names, self.measures, strict=True)]
        verdict = (
            "neither risk-dominates the other" if self.dominant is None else f"risk-dominant: {names[self.dominant]}"
        )
        return "\n".join([*lines, verdict])


def p_dominance(game: GameLike) -> tuple[PDominance, ...]:
    """For every pure Nash equilibrium of a simultaneous game how much its players must trust each other (Morris, Rob and Shin 1995).

    For a player, own action a and another one b, let g be the gain of a over b if the others play along and h the least
    gain over b whatever they do; a is no worse for all beliefs exactly if p g + (1 − p) h >= 0.

    Raises InputError if the game is not exact or not simultaneous, CouldNotFinish for tables that are too large.
    """
    game = game_of(game)
    table = _table(game)
    if table[0].size * sum(table.shape[1:]) > MAX_ENTRIES:
        raise could_not_finish("size", f"the table has {table[0].size} cells", "use fewer grid levels")
    is_best = [worth == worth.max(axis=player, keepdims=True) for player, worth in enumerate(table)]
    found = []
    for cell in np.argwhere(np.logical_and.reduce(is_best)).tolist():
        trust = {name: _least_trust(table[player], player, cell) for player, name in enumerate(game.players)}
        found.append(PDominance(_named(game, cell), trust))
    return tuple(found)


def _least_trust(worth: np.ndarray, player: int, cell: list[int]) -> Fraction:
    """The least p at which the player's action in an equilibrium is best for all beliefs that trust it with p."""
    rows = np.moveaxis(worth, player, 0)
    own, others = rows[cell[player]], tuple(action for k, action in enumerate(cell) if k != player)
    least = Fraction(0)
    for other in rows:
        gains = np.asarray(own - other, dtype=object)
        worst = gains.min()
        if worst < 0:
            least = max(least, -worst / (gains[others] - worst))
    return least


def risk_dominance(game: GameLike) -> RiskDominance:
    """Which of the two strict equilibria of a 2 × 2 game (Harsanyi and Selten 1988), or of a symmetric game with two actions (Morris and
    Shin 2003), is risk dominant.

    Raises InputError if the game is not exact, or of another kind, or has not two such strict equilibria.
    """
    game = game_of(game)
    table = _table(game)
    shape = table.shape[1:]
    if shape == (2, 2):
        return _by_products(game, table)
    if len(shape) >= 2 and set(shape) == {2} and _is_symmetric(game, table):
        return _by_uniform_belief(game, table)
    raise input_error(
        "risk dominance",
        "it compares the equilibria of two players with two actions, or of a symmetric game with two actions",
        "ask for p_dominance, which fits every simultaneous game",
    )


def _table(game: Game) -> np.ndarray:
    require_exact(game)
    if not game.form.is_simultaneous:
        raise input_error("risk dominance", "the game is not simultaneous", "take a game in which all choose at once")
    return game.payoff_table()


def _by_products(game: Game, table: np.ndarray) -> RiskDominance:
    strict = [cell for cell in np.ndindex(2, 2) if all(_loss(table, player, cell) > 0 for player in range(2))]
    if len(strict) != 2:
        raise _not_two(len(strict))
    measures = [prod((_loss(table, player, cell) for player in range(2)), start=Fraction(1)) for cell in strict]
    return _compared([_named(game, cell) for cell in strict], measures)


def _loss(table: np.ndarray, player: int, cell: tuple[int, ...]) -> Any:
    """What a player of a game with two actions loses by leaving a cell alone."""
    other = tuple(1 - action if k == player else action for k, action in enumerate(cell))
    return table[(player, *cell)] - table[(player, *other)]


def _by_uniform_belief(game: Game, table: np.ndarray) -> RiskDominance:
    count = len(game.players)
    # gains[k]: of the first action over the second when k of the others take the first.
    gains = [_loss(table, 0, (0, *[0] * k, *[1] * (count - 1 - k))) for k in range(count)]
    if not (gains[-1] > 0 > gains[0]):
        raise _not_two((gains[-1] > 0) + (gains[0] < 0))
    mean = sum(gains, Fraction(0)) / count
    return _compared([_named(game, [action] * count) for action in range(2)], [mean, -mean])


def _is_symmetric(game: Game, table: np.ndarray) -> bool:
    """Whether all players have the same two actions, and payoffs depend on the own one and on how many others take it."""
    names = {s.actions for s in game.form.information_sets}
    if len(names) != 1:
        return False
    known: dict[tuple[int, int], Any] = {}
    for cell in np.ndindex(*table.shape[1:]):
        for player, action in enumerate(cell):
            worth = table[(player, *cell)]
            if known.setdefault((action, sum(cell) - action), worth) != worth:
                return False
    return True


def _compared(profiles: list[dict[str, str]], measures: list[Fraction]) -> RiskDominance:
    first, second = measures
    dominant = None if first == second else int(second > first)
    return RiskDominance((profiles[0], profiles[1]), (first, second), dominant)


def _named(game: Game, cell: Any) -> dict[str, str]:
    actions = {s.player: s.actions for s in game.form.information_sets}
    return {name: actions[player][cell[player]] for player, name in enumerate(game.players) if player in actions}


def _not_two(count: int) -> Exception:
    return input_error(
        "risk dominance",
        f"it compares two strict equilibria in which all act alike or opposite, and the game has {count}",
        "ask for p_dominance, or for pure-nash equilibria",
    )
