"""The heights at which curves pass over one x, in real algebraic numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hedging_games.algebra.cells import curves
from hedging_games.algebra.cells.curves import Curve
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.cells.roots import Number, real_roots, sign_of
from hedging_games.algebra.polynomials import sign_at as point_sign


@dataclass(frozen=True, slots=True)
class Level:
    """Where one curve passes: its position in the family, the number of the root, and the height."""

    curve: int
    index: int
    height: Number


def stack(family: Sequence[Curve], x: Fraction, heights: Interval) -> list[Level]:
    """The levels strictly inside a range of heights, from below.

    Over ``x`` no two curves may meet inside the range.
    """
    levels = [
        Level(i, index, height)
        for i, curve in enumerate(family)
        if curves.degree_in_y(curve) > 0
        for index, height in enumerate(real_roots(curves.at_x(curve, x)))
        if _strictly_inside(height, heights)
    ]
    return sorted(levels, key=lambda level: level.height)


def _strictly_inside(y: Number, heights: Interval) -> bool:
    return (heights.low is None or y > heights.low) and (heights.high is None or y < heights.high)


def wall_levels(family: Sequence[Curve], x: Number, heights: Interval) -> list[Number]:
    """All heights strictly inside a range at which some curve passes over x, which may be irrational, in order."""
    found: set[Number] = set()
    for curve in family:
        if curves.degree_in_y(curve) == 0:
            continue
        if isinstance(x, Fraction):
            polynomial = curves.at_x(curve, x)
        else:
            polynomial = curves.over_root(curve, tuple(reversed(x.minimal_polynomial)))
        if len(polynomial) < 2:
            continue
        for y in real_roots(polynomial):
            if _strictly_inside(y, heights) and y not in found and wall_sign(curve, x, y) == 0:
                found.add(y)
    return sorted(found)


def wall_sign(curve: Curve, x: Number, y: Number) -> int:
    """The exact sign of a polynomial at a point with algebraic coordinates."""
    if isinstance(y, Fraction):
        return curves.sign_over(curve, x, y)
    if isinstance(x, Fraction):
        return sign_of(curves.at_x(curve, x), y)
    return point_sign(curve, (x, y))
