"""The paths of Lemke and Howson (1964) through the vertices of a bimatrix game, by complementary pivoting.

With positive payoffs A and B the vertices of P = {x >= 0, B'x <= 1} and Q = {y >= 0, Ay <= 1} have labels: the actions not played
and the other's best replies. A pair with all labels, apart from the origin, is an equilibrium once scaled to sum to one. A path
drops a label at the origin and follows the edges on which the other labels stay (Nisan, Roughgarden, Tardos and Vazirani 2007, algorithm
3.6). Ties are broken lexicographically, as if e, e^2, ... were added to the right sides: so no vertex comes up twice, and a path in
whole numbers always ends.

A tableau has a row for each basic variable and a column for each one that is zero, the right side being the last column.
Labels 0, ..., m - 1 are the first player's actions, m, ..., m + n - 1 the second's.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.algebra.checking import Check

SMALLEST_PIVOT: Final = 1e-10
TIED: Final = 1e-11
"""In floats: entries below the first count as zero, ratios closer than the second as equal."""


class Tableau:
    """One player's polytope in floats: ``table`` with the labels of its rows (``basic``) and columns (``free``)."""

    smallest: float = SMALLEST_PIVOT

    def __init__(
        self, constraints: np.ndarray, basic: Sequence[int], free: Sequence[int], right: np.ndarray | None = None
    ) -> None:
        """``constraints``, shape (rows, columns): what multiplies the variables of the columns in each row; ``right``, shape (rows,), all
        >= 0 (1 by default): what these and the row's own variable sum to.
        """
        ends = np.ones(len(constraints), dtype=constraints.dtype) if right is None else right
        self.table = np.column_stack([constraints, ends])
        self.slacks = tuple(basic)
        self.basic, self.free = list(basic), list(free)

    def enter(self, label: int) -> int | None:
        """Make the variable of a label basic; the label of the one that becomes zero instead, None if there is none."""
        column = self.free.index(label)
        row = self._leaving(column)
        if row is None:
            return None
        self._pivot(row, column)
        left, self.basic[row] = self.basic[row], label
        self.free[column] = left
        return left

    def _leaving(self, column: int) -> int | None:
        """The row that becomes zero first, ties broken lexicographically."""
        entries = self.table[:, column]
        rows = np.flatnonzero(entries > self.smallest)
        if len(rows):
            rows = self._least(rows, self.table[rows, -1], entries[rows])
        for slack in self.slacks:
            if len(rows) < 2:
                break
            rows = self._least(rows, self._coefficients(slack, rows), entries[rows])
        return int(rows[0]) if len(rows) else None

    def _coefficients(self, slack: int, rows: np.ndarray) -> np.ndarray:
        """By what the slack variable of a label is multiplied in some rows."""
        if slack in self.free:
            return np.asarray(self.table[rows, self.free.index(slack)])
        coefficients = np.zeros(len(rows), dtype=self.table.dtype)
        coefficients[rows == self.basic.index(slack)] = self._unit()
        return coefficients

    def _unit(self) -> Any:
        return 1.0

    def _least(self, rows: np.ndarray, values: np.ndarray, entries: np.ndarray) -> np.ndarray:
        ratios = values / entries
        least = ratios.min()
        return np.asarray(rows[ratios <= least + TIED * (1 + abs(least))])

    def _pivot(self, row: int, column: int) -> None:
        table = self.table
        pivot, across, down = table[row, column], table[row].copy(), table[:, column].copy()
        across /= pivot
        table -= np.multiply.outer(down, across)
        table[row] = across
        table[:, column] = down / -pivot
        table[row, column] = 1 / pivot


class WholeTableau(Tableau):
    """A tableau in whole numbers with a common ``divisor``, the last pivot (Edmonds 1967; Bareiss 1968): no rounding, no fractions."""

    smallest = 0

    def __init__(
        self, constraints: np.ndarray, basic: Sequence[int], free: Sequence[int], right: np.ndarray | None = None
    ) -> None:
        super().__init__(constraints.astype(object), basic, free, right)
        self.divisor = 1

    def _unit(self) -> Any:
        return self.divisor

    def _least(self, rows: np.ndarray, values: np.ndarray, entries: np.ndarray) -> np.ndarray:
        ratios = [Fraction(value, entry) for value, entry in zip(values.tolist(), entries.tolist(), strict=True)]
        least = min(ratios)
        return np.asarray(rows[[ratio == least for ratio in ratios]])

    def _pivot(self, row: int, column: int) -> None:
        table = self.table
        pivot, across, down = table[row, column], table[row].copy(), table[:, column].copy()
        table = (table * pivot - np.multiply.outer(down, across)) // self.divisor
        table[row] = across
        table[:, column] = -down
        table[row, column] = self.divisor
        self.table, self.divisor = table, pivot


def path_end(
    kind: type[Tableau], A: np.ndarray, B: np.ndarray, label: int, check: Check, most: int | None = None
) -> tuple[Tableau, Tableau] | None:
    """The tableaux of P and Q at the end of the path that drops a label at the origin.

    A and B, shape (m, n), are positive. None if the path takes more than ``most`` pivots (or rounding has broken it).
    """
    m, n = A.shape
    actions, others = range(m), range(m, m + n)
    here, there = kind(B.T, others, actions), kind(A, actions, others)
    pair = here, there
    if label >= m:
        here, there = there, here
    entering, pivots = label, 0
    while most is None or pivots < most:
        check()
        left = here.enter(entering)
        if left is None:
            return None
        if left == label:
            return pair
        entering, pivots, here, there = left, pivots + 1, there, here
    return None
