"""Formulas that speak of one variable alone: the line cut at the roots of their polynomials decides them, exactly and at once.

The cells of the line are numbered, and a formula is evaluated in all of them together, as a set of cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_

from hedging_games.algebra.cells.intervals import Interval, between
from hedging_games.algebra.cells.line import LineCell, sign_cells
from hedging_games.algebra.cells.roots import Coefficients, Number
from hedging_games.algebra.formulas.bank import some_point
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE, TRUE, sign_bit
from hedging_games.algebra.polynomials import Terms, variables_of


def on_line(ground: Ground, number: int) -> tuple[Number, ...] | bool | None:
    """A point at which a formula holds, False if there is none; None if it, or an assumption, speaks of several variables."""
    spoken = ground.variables(number)
    assumed = [variables_of(asked.terms) for asked in ground.whole.assumptions]
    if len(spoken) != 1 or any(len(variables) > 1 for variables in assumed) or not ground.bank.everything:
        return None
    (variable,) = spoken
    somewhere = ground.bank.point(some_point(ground.bank.everything))
    within = ground.whole.box[variable]
    line = _Line(within, {p: _cells(ground, p, variable) for p in ground.polynomials_in(number)})
    there = line.truth(ground, number)
    while there:
        lowest = there & -there
        point = (*somewhere[:variable], line.number_in(lowest.bit_length() - 1), *somewhere[variable + 1 :])
        if ground.whole.contains(point):
            return point
        if any(variable in variables for variables in assumed):
            return None
        there ^= lowest
    return False


class _Line:
    """A line cut where the cells of some polynomials end: the k-th point is cell 2k + 1, with the open cells beside it."""

    def __init__(self, within: Interval, cells: Mapping[int, Sequence[LineCell]]) -> None:
        self.within = within
        self.points = sorted({cell.sample for found in cells.values() for cell in found if cell.where.point})
        self._number = {point: 2 * k + 1 for k, point in enumerate(self.points)}
        self._truth: dict[int, int] = {FALSE: 0}
        self._signs: dict[int, list[tuple[int, int]]] = {}
        for polynomial, found in cells.items():
            self._signs[polynomial] = [(sign_bit(cell.signs[0]), self._covered(cell)) for cell in found]
        every = (covered for signs in self._signs.values() for _, covered in signs)
        self._truth[TRUE] = reduce(or_, every, 0)

    def _covered(self, cell: LineCell) -> int:
        """The cells here that lie in one of a polynomial's own."""
        where = cell.where
        if where.point:
            return 1 << self._number[cell.sample]
        first = self._number.get(where.low, -1) + 1 if where.low is not None else 0
        end = 2 * len(self.points) + 1
        last = self._number.get(where.high, end) if where.high is not None else end
        return (1 << last) - (1 << first)

    def truth(self, ground: Ground, number: int) -> int:
        """The cells in which a formula holds."""
        if number not in self._truth:
            part = ground.parts[number]
            if part.kind == "signs":
                there = reduce(or_, (where for sign, where in self._signs[part.polynomial] if sign & part.signs), 0)
            else:
                join = and_ if part.kind == "all" else or_
                there = reduce(join, (self.truth(ground, inner) for inner in part.parts))
            self._truth[number] = there
        return self._truth[number]

    def number_in(self, cell: int) -> Number:
        """A number in a cell; a simple rational in an open one."""
        k, is_point = divmod(cell, 2)
        if is_point:
            return self.points[k]
        return between(
            self.points[k - 1] if k > 0 else self.within.low,
            self.points[k] if k < len(self.points) else self.within.high,
        )


def _cells(ground: Ground, polynomial: int, variable: int) -> Sequence[LineCell]:
    """The cells of the line in which a polynomial keeps its sign; remembered."""
    if polynomial not in ground.cells:
        coefficients = _coefficients(ground.terms[polynomial], variable)
        ground.cells[polynomial] = sign_cells([coefficients], ground.whole.box[variable])
    return ground.cells[polynomial]


def _coefficients(terms: Terms, variable: int) -> Coefficients:
    by_power = {e[variable]: int(c) for e, c in terms.items()}
    return tuple(by_power.get(k, 0) for k in range(max(by_power), -1, -1))
