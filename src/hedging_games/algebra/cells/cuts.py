"""Where the x-axis must be cut so that nothing happens to a family of curves in a box over each piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from hedging_games.algebra.algebraic import enclosure
from hedging_games.algebra.cells import curves
from hedging_games.algebra.cells.curves import Curve
from hedging_games.algebra.cells.enclosure import Enclosure, enclose
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.cells.roots import Coefficients, Number, irreducible_factors, roots_of_irreducible
from hedging_games.algebra.checking import Check, no_check

SLAB = Fraction(1, 1 << 40)
"""Width of the neighbourhood of a cut in which it is asked whether two curves really meet inside the box."""

DEPTH = 7
"""Halvings of the height of that neighbourhood."""


def cuts(family: Sequence[Curve], box: tuple[Interval, Interval], check: Check = no_check) -> list[Number]:
    """The cuts inside the x-range of a box, in increasing order, for irreducible polynomials.

    Cuts where a resultant vanishes because of points outside the box are left out.
    """
    certain: set[Coefficients] = set()
    graphs = [f for f in family if curves.degree_in_y(f) > 0]
    for f in family:
        if curves.degree_in_y(f) == 0:
            certain |= _parts(curves.only_x(f))
            continue
        certain |= _parts(curves.leading(f)) | _parts(curves.discriminant(f))
        for edge in (box[1].low, box[1].high):
            if isinstance(edge, Fraction):
                certain |= _parts(curves.at_y(f, edge))
    found = {root for factor in sorted(certain) for root in _inside(factor, box[0])}
    for f, g in combinations(graphs, 2):
        check()
        for factor in sorted(_parts(curves.resultant(f, g)) - certain):
            found |= {root for root in _inside(factor, box[0]) if root not in found and _meet(f, g, root, box[1])}
    return sorted(found)


def _parts(polynomial: Coefficients) -> set[Coefficients]:
    return set(irreducible_factors(polynomial)) if polynomial else set()


def _inside(factor: Coefficients, within: Interval) -> list[Number]:
    """The roots strictly inside a range."""
    return [
        root
        for root in roots_of_irreducible(factor)
        if (within.low is None or root > within.low) and (within.high is None or root < within.high)
    ]


def _meet(f: Curve, g: Curve, x: Number, heights: Interval) -> bool:
    """Whether two curves may have a common point over x within the heights; False is certain."""
    if heights.low is None or heights.high is None:
        return True
    low, high = enclosure(x, SLAB)
    pending = [(Interval(low, high), Interval(heights.low, heights.high), DEPTH)]
    while pending:
        across, up, depth = pending.pop()
        if any(_definite(enclose(curve, (across, up))) for curve in (f, g)):
            continue
        if depth == 0:
            return True
        assert isinstance(up.low, Fraction)
        assert isinstance(up.high, Fraction)
        middle = (up.low + up.high) / 2
        pending += [(across, Interval(up.low, middle), depth - 1), (across, Interval(middle, up.high), depth - 1)]
    return False


def _definite(values: Enclosure) -> bool:
    return values.positive or values.negative


def terms_in(terms: Mapping[tuple[int, ...], int], first: int, second: int) -> Curve | None:
    """A polynomial in many variables as one in two of them; None where another variable occurs."""
    curve: Curve = {}
    for exponents, coefficient in terms.items():
        if any(power for i, power in enumerate(exponents) if i not in (first, second)):
            return None
        curve[exponents[first], exponents[second]] = coefficient
    return curve
