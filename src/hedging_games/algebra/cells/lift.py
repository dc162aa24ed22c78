"""The heights at which curves pass over one x: in a strip by isolation, over a wall in algebraic numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hedging_games.algebra.cells import curves
from hedging_games.algebra.cells.curves import Curve
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.cells.roots import (
    Coefficients,
    Isolated,
    Number,
    halve,
    isolate,
    real_roots,
    sign_of,
)
from hedging_games.algebra.polynomials import sign_at as point_sign


@dataclass(frozen=True, slots=True)
class Level:
    """Where one curve passes: its position in the family, the number of the root, and an isolating interval."""

    curve: int
    index: int
    polynomial: Coefficients
    within: Isolated

    @property
    def height(self) -> Number:
        """The exact height."""
        if self.within[0] == self.within[1]:
            return self.within[0]
        return real_roots(self.polynomial)[self.index]


def stack(family: Sequence[Curve], x: Fraction, heights: Interval) -> list[Level]:
    """The levels strictly inside a range of heights, from below, with disjoint isolating intervals.

    Over ``x`` no two curves may meet inside the range, and none its ends (but curves that are an end).
    """
    levels: list[Level] = []
    for i, curve in enumerate(family):
        if curves.degree_in_y(curve) == 0:
            continue
        polynomial = curves.at_x(curve, x)
        for index, interval in enumerate(_isolated(polynomial)):
            inside = _inside(polynomial, interval, heights)
            if inside is not None:
                levels.append(Level(i, index, polynomial, inside))
    return _apart(levels)


def _isolated(polynomial: Coefficients) -> list[Isolated]:
    if len(polynomial) == 2:
        root = Fraction(-polynomial[1], polynomial[0])
        return [(root, root)]
    return isolate(polynomial)


def _inside(polynomial: Coefficients, interval: Isolated, heights: Interval) -> Isolated | None:
    """The interval narrowed until it lies strictly inside the range, or None where its root does not."""
    for end in (heights.low, heights.high):
        if end is None:
            continue
        assert isinstance(end, Fraction)
        if sign_of(polynomial, end) == 0 and interval[0] <= end <= interval[1]:
            return None
        while interval[0] <= end <= interval[1]:
            interval = halve(polynomial, interval)
    outside = (heights.low is not None and interval[1] < heights.low) or (
        heights.high is not None and interval[0] > heights.high
    )
    return None if outside else interval


def _apart(levels: list[Level]) -> list[Level]:
    """Sorted, with isolating intervals narrowed until they are disjoint (they may share an end that is no root)."""
    while True:
        levels.sort(key=lambda level: (level.within, level.curve))
        crowded = {k for k in range(len(levels) - 1) if _overlap(levels[k].within, levels[k + 1].within)}
        if not crowded:
            return levels
        for k in crowded | {k + 1 for k in crowded}:
            level = levels[k]
            levels[k] = Level(level.curve, level.index, level.polynomial, halve(level.polynomial, level.within))


def _overlap(first: Isolated, second: Isolated) -> bool:
    """Whether two isolating intervals, the first starting no later, leave the order of their roots open."""
    if first[0] == first[1] or second[0] == second[1]:
        return second[0] <= first[1]
    return second[0] < first[1]


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
            strictly = (heights.low is None or y > heights.low) and (heights.high is None or y < heights.high)
            if strictly and y not in found and wall_sign(curve, x, y) == 0:
                found.add(y)
    return sorted(found)


def wall_sign(curve: Curve, x: Number, y: Number) -> int:
    """The exact sign of a polynomial at a point with algebraic coordinates."""
    if isinstance(y, Fraction):
        return curves.sign_over(curve, x, y)
    if isinstance(x, Fraction):
        return sign_of(curves.at_x(curve, x), y)
    return point_sign(curve, (x, y))
