"""Dominance by mixed strategies, decided exactly: strict, weak, and the rounds of iterated elimination.

A plan is strictly dominated if some mixture of the player's plans is better against everything the others can do, and
weakly dominated if it is never worse and sometimes better. Both are linear programs (Conitzer and Sandholm 2005), solved
here in rationals, and the dominating mixture is part of the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.inequalities.guided import guided_minimum
from hedging_games.algebra.inequalities.simplex import Optimal
from hedging_games.algebra.numbers import common_denominator
from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import mixture_text
from hedging_games.games.reductions import StrategicForm, strategic_form
from hedging_games.shown import Cited

MAX_CELLS = 20_000
"""Cells of the strategic form up to which dominance is decided."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A plan that goes in a round: the player, the plan, and the mixture of surviving plans that dominates it.

    A dominating pure plan is shown where there is one; what dominates survives the round itself.
    """

    round: int
    player: str
    plan: str
    dominated_by: dict[str, Fraction]

    def __str__(self) -> str:
        return f"round {self.round}: {self.player}'s {self.plan} is dominated by {mixture_text(self.dominated_by)}"


CORRELATED: Final = "what is kept is rationalizable by beliefs that may correlate the others' play; independent beliefs may rationalise less"


@dataclass(frozen=True, slots=True)
class Elimination(Cited):
    """Iterated elimination of strictly dominated plans: the removals in order, and what survives, by player.

    What survives does not depend on the order (Gilboa, Kalai and Zemel 1990); here every dominated plan of a round goes
    at once. With two players the survivors are the rationalizable plans (Bernheim 1984; Pearce 1984); with more, those
    rationalizable by beliefs that may correlate the others' play (Brandenburger and Dekel 1987). ``complete`` is False
    where time ran out: every removal is right, but more may be due.
    """

    IDEA: ClassVar[str] = "iterated elimination of strictly dominated plans: Bernheim (1984), Pearce (1984)"

    removals: tuple[Removal, ...]
    surviving: dict[str, tuple[str, ...]]
    complete: bool = True

    @property
    def conjectures(self) -> str:
        """Which beliefs about several others the survivors are rationalizable by; with two players there is no choice."""
        return "correlated" if len(self.surviving) > 2 else "independent"

    def __str__(self) -> str:
        lines = [str(removal) for removal in self.removals] or ["nothing is strictly dominated"]
        lines += [f"{player} keeps {', '.join(plans)}" for player, plans in self.surviving.items()]
        if self.conjectures == "correlated":
            lines.append(f"note: {CORRELATED}")
        return "\n".join(lines if self.complete else [*lines, "not complete: time ran out"])


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


class Rounds:
    """The rounds of elimination of an exact game, a tree through its reduced strategic form.

    ``kept`` holds the plan numbers left by player and ``removals`` what went; `next_round` removes all plans dominated
    within what is kept. Raises CouldNotFinish for tables beyond `MAX_CELLS`.
    """

    def __init__(self, game: Game) -> None:
        table = strategic_form(game)
        if table.payoffs[0].size > MAX_CELLS:
            raise could_not_finish("size", f"the table has {table.payoffs[0].size} cells", "use fewer grid levels")
        self.game = game
        self.payoffs = table.payoffs
        self.names = plan_names(table)
        self.kept = [list(range(len(plans))) for plans in table.plans]
        self.removals: list[Removal] = []
        self.number = 0

    def next_round(self, check: Check = no_check) -> bool:
        """Carry out a round; whether it removed anything."""
        dominated = [self._dominated(player, check) for player in range(len(self.kept))]
        self.number += 1
        for player, found in enumerate(dominated):
            names = self.names[player]
            for plan, mixture in found.items():
                by = {names[other]: weight for other, weight in mixture.items()}
                self.removals.append(Removal(self.number, self.game.players[player], names[plan], by))
            self.kept[player] = [plan for plan in self.kept[player] if plan not in found]
        return any(dominated)

    def result(self, *, complete: bool = True) -> Elimination:
        """The elimination as far as it has been carried."""
        surviving = {
            name: tuple(self.names[k][plan] for plan in self.kept[k]) for k, name in enumerate(self.game.players)
        }
        return Elimination(tuple(self.removals), surviving, complete)

    def _dominated(self, player: int, check: Check) -> dict[int, dict[int, Fraction]]:
        """The player's plans that are strictly dominated within what is kept, each with a dominating mixture."""
        kept = self.kept[player]
        rows = np.moveaxis(self.payoffs[player][np.ix_(*self.kept)], player, 0).reshape(len(kept), -1)
        best = rows.max(axis=0)
        mixtures = {}
        for place, row in enumerate(rows):
            check()
            # A best reply to some pure play of the others is not dominated.
            weights = None if bool(np.any(row == best)) else strictly_dominating(rows, row, check)
            if weights is not None:
                mixtures[place] = weights
        survivors = [place for place in range(len(kept)) if place not in mixtures]
        found = {}
        for place, weights in mixtures.items():
            pure = next((k for k in survivors if bool(np.all(rows[k] > rows[place]))), None)
            shown = {pure: Fraction(1)} if pure is not None else {k: w for k, w in enumerate(weights) if w}
            found[kept[place]] = {kept[k]: w for k, w in shown.items()}
        return found


def strictly_dominating(rows: np.ndarray, target: np.ndarray, check: Check = no_check) -> tuple[Fraction, ...] | None:
    """A mixture of ``rows`` (plans by columns) better than ``target`` in every column, None if there is none.

    It beats ``target`` by as much as is possible in the worst column. Among all kept plans, such a mixture uses none
    that is strictly dominated itself: replacing that one by what dominates it would be better still.
    """
    if len(rows) < 2:
        return None
    weights, margin = largest_margin(rows, target, check)
    return weights if margin > 0 else None


def largest_margin(
    rows: np.ndarray, target: np.ndarray, check: Check = no_check
) -> tuple[tuple[Fraction, ...], Fraction]:
    """The mixture of ``rows`` that beats ``target`` by the most in its worst column, and that margin (maybe negative).

    It is the value of a zero-sum game between the mixture and the columns (von Neumann 1928), so the program is set up
    for whichever side has fewer strategies.
    """
    scale = common_denominator(rows - target)
    differences = _integers(rows - target).tolist()
    if len(differences) <= len(differences[0]):
        outcome = _column_player(differences, check)
        return tuple(-y for y in outcome.multipliers[:-1]), outcome.value / scale
    transposed = [[-entry for entry in column] for column in zip(*differences, strict=True)]
    outcome = _column_player(transposed, check)
    return outcome.solution[: len(differences)], -outcome.value / scale


def _column_player(matrix: list[list[int]], check: Check) -> Optimal:
    """The program of the player who picks columns to make the largest row as small as possible: the weights of the
    columns, then the value as a difference of two, then a slack for each row; the multipliers are minus the rows' weights.
    """
    rows, columns = len(matrix), len(matrix[0])
    program = [[*row, -1, 1, *(int(k == j) for k in range(rows))] for j, row in enumerate(matrix)]
    program.append([*[1] * columns, 0, 0, *[0] * rows])
    outcome = guided_minimum(program, [*[0] * rows, 1], [*[0] * columns, 1, -1, *[0] * rows], check)
    assert isinstance(outcome, Optimal)
    return outcome


def weakly_dominating(rows: np.ndarray, target: np.ndarray, check: Check = no_check) -> tuple[Fraction, ...] | None:
    """A mixture of ``rows`` never worse than ``target`` and somewhere better, None if there is none.

    ``target`` must be a mixture of the rows itself, so that the program has a solution.
    """
    count, columns = rows.shape
    differences = _integers(rows - target)
    matrix = [[*column, *(-int(k == j) for k in range(columns))] for j, column in enumerate(differences.T.tolist())]
    matrix.append([*[1] * count, *[0] * columns])
    outcome = guided_minimum(matrix, [*[0] * columns, 1], [*[0] * count, *[-1] * columns], check)
    assert isinstance(outcome, Optimal)
    return outcome.solution[:count] if outcome.value < 0 else None


def _integers(values: np.ndarray) -> np.ndarray:
    """Rationals times their common denominator, as Python ints of the same shape."""
    scale = common_denominator(values)
    scaled = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        scaled[index] = int(values[index] * scale)
    return scaled
