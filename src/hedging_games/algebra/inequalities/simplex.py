"""Linear programs solved exactly: the simplex method on an integer tableau.

Standard form: minimise ``cost . x`` subject to ``matrix x = right`` and ``x >= 0``. Pivots are fraction-free (Edmonds
1967): all entries share one denominator, the last pivot, and every division leaves no remainder. The steepest reduced
cost enters while the objective improves; where it stalls, Bland's rule (1977) takes over, so the method always ends.
Every answer carries the multipliers that prove it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

STALL = 12
"""Degenerate pivots in a row after which Bland's rule takes over."""

PHASE_ONE, PHASE_TWO = -2, -1
"""The two objective rows of a tableau: the sum of the artificial variables, and the cost."""


@dataclass(frozen=True, slots=True)
class Optimal:
    """A best solution and the dual multipliers ``y`` that prove it: ``y matrix <= cost`` and ``y right = value``."""

    solution: tuple[Fraction, ...]
    multipliers: tuple[Fraction, ...]
    value: Fraction


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No solution: ``y matrix <= 0`` and ``y right > 0`` (Farkas 1902)."""

    multipliers: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Unbounded:
    """Solutions of ever smaller cost: the objective falls along the ray from the solution."""

    solution: tuple[Fraction, ...]
    ray: tuple[Fraction, ...]


Outcome = Optimal | Infeasible | Unbounded


def minimise(
    matrix: Sequence[Sequence[int]],
    right: Sequence[int],
    cost: Sequence[int] | None = None,
    check: Callable[[], None] | None = None,
) -> Outcome:
    """Solve a linear program with integer data in standard form (see the module); no cost asks for any solution.

    ``check`` is called before each pivot and may raise to stop the work.
    """
    tableau = _Tableau(matrix, right, cost)
    tableau.improve(PHASE_ONE, tableau.columns + tableau.rows, check)
    if tableau.table[PHASE_ONE, -1] != 0:
        return Infeasible(tableau.multipliers(PHASE_ONE, artificial_cost=1))
    tableau.expel_artificials()
    entering = tableau.improve(PHASE_TWO, tableau.columns, check)
    if entering is not None:
        return Unbounded(tableau.solution(), tableau.ray(entering))
    solution = tableau.solution()
    value = sum((c * x for c, x in zip(cost or [0] * len(solution), solution, strict=True)), Fraction(0))
    return Optimal(solution, tableau.multipliers(PHASE_TWO, artificial_cost=0), value)


class _Tableau:
    """Rows of constraints, then the two objective rows, over one common denominator.

    Columns: the variables, one artificial variable per row, the right-hand side.
    """

    def __init__(self, matrix: Sequence[Sequence[int]], right: Sequence[int], cost: Sequence[int] | None) -> None:
        self.rows = len(right)
        self.columns = len(matrix[0]) if self.rows else len(cost or ())
        self.flips = [-1 if b < 0 else 1 for b in right]
        self.table = np.zeros((self.rows + 2, self.columns + self.rows + 1), dtype=object)
        for i, (row, b) in enumerate(zip(matrix, right, strict=True)):
            self.table[i, : self.columns] = [self.flips[i] * entry for entry in row]
            self.table[i, self.columns + i] = 1
            self.table[i, -1] = self.flips[i] * b
        self.table[PHASE_TWO, : self.columns] = 0 if cost is None else list(cost)
        self.table[PHASE_ONE, self.columns : -1] = 1
        self.table[PHASE_ONE] -= self.table[: self.rows].sum(axis=0)
        self.denominator = 1
        self.basis = [self.columns + i for i in range(self.rows)]

    def pivot(self, row: int, column: int) -> None:
        """Make a column basic in a row; the pivot is taken positive."""
        if self.table[row, column] < 0:
            self.table[row] = -self.table[row]
        pivot_row = self.table[row].copy()
        pivot = pivot_row[column]
        touched = np.flatnonzero(self.table[:, column])
        scaled = self.table * pivot
        scaled[touched] -= np.outer(self.table[touched, column], pivot_row)
        self.table = scaled // self.denominator
        self.table[row] = pivot_row
        self.denominator = pivot
        self.basis[row] = column

    def improve(self, objective: int, allowed: int, check: Callable[[], None] | None) -> int | None:
        """Pivot until no allowed column lowers an objective row; return a column along which it falls for ever."""
        stalled = 0
        while True:
            if check is not None:
                check()
            reduced = self.table[objective, :allowed]
            falling = np.flatnonzero(reduced < 0)
            if not falling.size:
                return None
            column = int(falling[0]) if stalled > STALL else int(min(falling, key=lambda j: (reduced[j], j)))
            row = self._leaving(column)
            if row is None:
                return column
            stalled = stalled + 1 if self.table[row, -1] == 0 else 0
            self.pivot(row, column)

    def _leaving(self, column: int) -> int | None:
        """The row of the least ratio; among ties the one whose basic variable comes first."""
        best: int | None = None
        for i in range(self.rows):
            entry = self.table[i, column]
            if entry <= 0:
                continue
            if best is None:
                best = i
                continue
            difference = self.table[i, -1] * self.table[best, column] - self.table[best, -1] * entry
            if difference < 0 or (difference == 0 and self.basis[i] < self.basis[best]):
                best = i
        return best

    def expel_artificials(self) -> None:
        """Replace artificial variables that are basic at zero; a row without any other entry is redundant."""
        for i in range(self.rows):
            if self.basis[i] >= self.columns:
                others = np.flatnonzero(self.table[i, : self.columns])
                if others.size:
                    self.pivot(i, int(others[0]))

    def solution(self) -> tuple[Fraction, ...]:
        values = [Fraction(0)] * self.columns
        for i, basic in enumerate(self.basis):
            if basic < self.columns:
                values[basic] = Fraction(self.table[i, -1], self.denominator)
        return tuple(values)

    def ray(self, entering: int) -> tuple[Fraction, ...]:
        direction = [Fraction(0)] * self.columns
        direction[entering] = Fraction(1)
        for i, basic in enumerate(self.basis):
            if basic < self.columns:
                direction[basic] = Fraction(-self.table[i, entering], self.denominator)
        return tuple(direction)

    def multipliers(self, objective: int, artificial_cost: int) -> tuple[Fraction, ...]:
        """The dual solution: the cost of each artificial variable less its reduced cost."""
        reduced = self.table[objective, self.columns : -1]
        return tuple(
            flip * (artificial_cost - Fraction(entry, self.denominator))
            for flip, entry in zip(self.flips, reduced, strict=True)
        )
