"""Dominance by mixed strategies, decided exactly: strict, weak, and the rounds of iterated elimination.

A plan is strictly dominated if some mixture of the player's plans is better against everything the others can do, and
weakly dominated if it is never worse and sometimes better. Both are linear programs (Conitzer and Sandholm 2005), solved
here in rationals, and the dominating mixture is part of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
import numpy as np

from hedging_games.algebra.inequalities.simplex import Optimal, minimise
from hedging_games.algebra.numbers import common_denominator
from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import mixture_text
from hedging_games.games.reductions import StrategicForm, strategic_form

MAX_CELLS = 20_000
"""Cells of the strategic form up to which dominance is decided."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A plan that goes in a round: the player, the plan, and the mixture of surviving plans that dominates it."""

    round: int
    player: str
    plan: str
    dominated_by: dict[str, Fraction]

    def __str__(self) -> str:
        return f"round {self.round}: {self.player}'s {self.plan} is dominated by {mixture_text(self.dominated_by)}"


@dataclass(frozen=True, slots=True)
class Elimination:
    """Iterated elimination of strictly dominated plans: the removals in order, and what survives, by player.

    What survives does not depend on the order (Gilboa, Kalai and Zemel 1990); here every dominated plan of a round goes
    at once. With two players the survivors are the rationalizable plans (Pearce 1984); with more, those rationalizable
    by beliefs that may correlate the others' play (Brandenburger and Dekel 1987).
    """

    removals: tuple[Removal, ...]
    surviving: dict[str, tuple[str, ...]]

    def __str__(self) -> str:
        lines = [str(removal) for removal in self.removals] or ["nothing is strictly dominated"]
        return "\n".join([*lines, *(f"{player} keeps {', '.join(plans)}" for player, plans in self.surviving.items())])


def plan_names(table: StrategicForm) -> list[list[str]]:
    """The plans of each player for people: their actions, with the information set's label where there are several."""
    form = table.game.form
    named = []
    for player, plans in enumerate(table.plans):
        single = len(form.sets_of(player)) <= 1
        named.append(
            [
                ", ".join(
                    form.action_of_slot[slot]
                    if single
                    else f"{form.information_sets[form.set_of_slot[slot]].label}: {form.action_of_slot[slot]}"
                    for slot in plan
                )
                or "no choice"
                for plan in plans
            ]
        )
    return named


def iterated_elimination(game: Game) -> Elimination:
    """Which plans survive the iterated elimination of plans strictly dominated by mixtures, and why the others go.

    An exact game; a tree through its reduced strategic form. Raises CouldNotFinish for tables beyond `MAX_CELLS`.
    """
    table = strategic_form(game)
    if table.payoffs[0].size > MAX_CELLS:
        raise could_not_finish("size", f"the table has {table.payoffs[0].size} cells", "use fewer grid levels")
    names = plan_names(table)
    kept = [list(range(len(plans))) for plans in table.plans]
    removals: list[Removal] = []
    number = 0
    while True:
        number += 1
        now = [
            (player, plan, mixture)
            for player in range(len(kept))
            for plan, mixture in _dominated(table.payoffs[player], player, kept)
        ]
        if not now:
            break
        for player, plan, mixture in now:
            by = {names[player][other]: weight for other, weight in mixture.items()}
            removals.append(Removal(number, game.players[player], names[player][plan], by))
        for player, plan, _ in now:
            kept[player].remove(plan)
    surviving = {name: tuple(names[k][plan] for plan in kept[k]) for k, name in enumerate(game.players)}
    return Elimination(tuple(removals), surviving)


def _dominated(
    payoffs: np.ndarray, player: int, kept: Sequence[Sequence[int]]
) -> list[tuple[int, dict[int, Fraction]]]:
    """The player's plans that are strictly dominated within what is kept, each with a dominating mixture."""
    rows = np.moveaxis(payoffs[np.ix_(*kept)], player, 0).reshape(len(kept[player]), -1)
    found = []
    for place, plan in enumerate(kept[player]):
        weights = strictly_dominating(rows, rows[place])
        if weights is not None:
            found.append((plan, {kept[player][k]: w for k, w in enumerate(weights) if w}))
    return found


def strictly_dominating(rows: np.ndarray, target: np.ndarray) -> tuple[Fraction, ...] | None:
    """A mixture of ``rows`` (plans by columns) better than ``target`` in every column, None if there is none.

    Maximises the smallest margin; the optimum is a vertex, so the mixture is rational.
    """
    if len(rows) < 2:
        return None
    best = largest_margin(rows, target)
    return best[0] if best[1] > 0 else None


def largest_margin(rows: np.ndarray, target: np.ndarray) -> tuple[tuple[Fraction, ...], Fraction]:
    """The mixture of ``rows`` that beats ``target`` by the most in its worst column, and that margin (maybe negative)."""
    count, columns = rows.shape
    scale = common_denominator(rows - target)
    differences = _integers(rows - target)
    # Unknowns: the weights, the margin as the difference of two, a slack for each column.
    matrix = [
        [*column, -1, 1, *(-int(k == j) for k in range(columns))] for j, column in enumerate(differences.T.tolist())
    ]
    matrix.append([*[1] * count, 0, 0, *[0] * columns])
    cost = [*[0] * count, -1, 1, *[0] * columns]
    outcome = minimise(matrix, [*[0] * columns, 1], cost)
    assert isinstance(outcome, Optimal)
    return outcome.solution[:count], -outcome.value / scale


def weakly_dominating(rows: np.ndarray, target: np.ndarray) -> tuple[Fraction, ...] | None:
    """A mixture of ``rows`` never worse than ``target`` and somewhere better, None if there is none.

    ``target`` must be a mixture of the rows itself, so that the program has a solution.
    """
    count, columns = rows.shape
    differences = _integers(rows - target)
    matrix = [[*column, *(-int(k == j) for k in range(columns))] for j, column in enumerate(differences.T.tolist())]
    matrix.append([*[1] * count, *[0] * columns])
    outcome = minimise(matrix, [*[0] * columns, 1], [*[0] * count, *[-1] * columns])
    assert isinstance(outcome, Optimal)
    return outcome.solution[:count] if outcome.value < 0 else None


def _integers(values: np.ndarray) -> np.ndarray:
    """Rationals times their common denominator, as Python ints of the same shape."""
    scale = common_denominator(values)
    scaled = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        scaled[index] = int(values[index] * scale)
    return scaled
