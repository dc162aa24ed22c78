"""One parameter: the line cut at the roots of polynomials, and systems solved as unions of intervals.

Between neighbouring roots no polynomial changes sign, so one rational sample decides a whole open cell; at a root the
polynomials that vanish are those its minimal polynomial divides, and the others have the sign they have beside it.
Everything is exact; nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from hedging_games.algebra.cells.intervals import Interval, between, join, open_interval
from hedging_games.algebra.cells.roots import (
    Coefficients,
    Number,
    irreducible_factors,
    primitive,
    roots_of_irreducible,
    sign_at,
    sign_of,
)
from hedging_games.algebra.checking import Check, no_check


@dataclass(frozen=True, slots=True)
class LineCell:
    """A point or an open interval on which every polynomial keeps its sign.

    ``sample`` is a number inside (rational in open cells); ``signs`` has one entry -1, 0 or 1 per polynomial.
    """

    where: Interval
    sample: Number
    signs: tuple[int, ...]


def sign_cells(polynomials: Sequence[Coefficients], within: Interval, check: Check = no_check) -> tuple[LineCell, ...]:
    """The cells of an interval, from left to right, with the signs of polynomials in one variable.

    Polynomials are tuples of rational or integer coefficients, highest power first. Points are the roots inside the interval and
    its closed ends. ``check`` may raise to stop the work.
    """
    if within.empty:
        return ()
    cleaned = [primitive(p) for p in polynomials]
    vanishing = _roots_inside(cleaned, within, check)
    points = sorted(vanishing)
    ends = [within.low, *points, within.high]
    signs_between: list[tuple[int, ...]] = []
    samples: list[Fraction | None] = []
    for low, high in pairwise(ends):
        sample = None if low is not None and low == high else between(low, high)
        samples.append(sample)
        signs_between.append(() if sample is None else tuple(sign_at(p, sample) for p in cleaned))
    cells: list[LineCell] = []
    if within.point or (within.low_closed and within.low not in vanishing):
        assert within.low is not None
        cells.append(LineCell(Interval(within.low, within.low), within.low, _signs_at(cleaned, within.low)))
    if within.point:
        return tuple(cells)
    for k, (low, high) in enumerate(pairwise(ends)):
        sample = samples[k]
        if sample is not None:
            cells.append(LineCell(open_interval(low, high), sample, signs_between[k]))
        if k < len(points):
            beside = signs_between[k] if sample is not None else signs_between[k + 1]
            zero = vanishing[points[k]]
            signs = tuple(0 if i in zero else sign for i, sign in enumerate(beside))
            cells.append(LineCell(Interval(points[k], points[k]), points[k], signs))
    if within.high_closed and within.high not in vanishing:
        assert within.high is not None
        cells.append(LineCell(Interval(within.high, within.high), within.high, _signs_at(cleaned, within.high)))
    return tuple(cells)


def _roots_inside(polynomials: Sequence[Coefficients], within: Interval, check: Check) -> dict[Number, frozenset[int]]:
    """The roots in an interval, each with the positions of the polynomials that vanish there."""
    owners: dict[Coefficients, set[int]] = {}
    for i, polynomial in enumerate(polynomials):
        for factor in irreducible_factors(polynomial):
            owners.setdefault(factor, set()).add(i)
    identically_zero = {i for i, polynomial in enumerate(polynomials) if not polynomial}
    found: dict[Number, frozenset[int]] = {}
    for factor in sorted(owners, key=lambda f: (len(f), f)):
        check()
        for root in roots_of_irreducible(factor):
            if root in within:
                found[root] = frozenset(owners[factor] | identically_zero)
    return found


def _signs_at(polynomials: Sequence[Coefficients], number: Number) -> tuple[int, ...]:
    return tuple(sign_of(p, number) for p in polynomials)


def _satisfied(sign: int, relation: str) -> bool:
    return sign == 0 if relation == "==" else sign > 0 or (sign == 0 and relation == ">=")


def solve_line(
    asked: Sequence[tuple[Coefficients, str]], within: Interval, check: Check = no_check
) -> tuple[Interval, ...]:
    """All numbers of an interval at which each polynomial stands in its relation (``>=``, ``>``, ``==``) to zero.

    The answer is a union of disjoint intervals, in increasing order, with rational or algebraic ends, each open or
    closed as it truly is.
    """
    cells = sign_cells([polynomial for polynomial, _ in asked], within, check)
    return join(
        cell.where
        for cell in cells
        if all(_satisfied(sign, relation) for sign, (_, relation) in zip(cell.signs, asked, strict=True))
    )
