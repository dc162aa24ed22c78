"""Signs of polynomials at points: in whole numbers alone where these are rational, coordinates over the denominator that they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm

from hedging_games.algebra.cells.intervals import Box, Interval, rational
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.polynomials import Terms, degree_of, sign_at

OverOne = tuple[tuple[int, ...], int]
"""The coordinates of a point as whole numbers, and the denominator that they share."""

REACH = Fraction(10)
"""Half the length of what is looked at of a range without an end."""

STEPS = 12
"""Into how many steps a range is cut for `probes`; one more than a prime, so that their steps are spread without a pattern."""

FIRST_STEPS = (1, 3, 4, 9)
"""The step in the first coordinate of each of the `probes`."""


def over_one(point: Sequence[Number]) -> OverOne | None:
    """A point over one denominator; None if it is not rational."""
    rationals = [x for x in point if isinstance(x, Fraction)]
    if len(rationals) < len(point):
        return None
    bottom = lcm(*(x.denominator for x in rationals))
    return tuple(x.numerator * (bottom // x.denominator) for x in rationals), bottom


def signs_over_one(terms: Terms, points: Iterable[OverOne]) -> Iterator[int]:
    """The sign (-1, 0 or 1) of a polynomial with integer coefficients at each point: that of its value times a power of the denominator."""
    degree = degree_of(terms)
    summands = [
        (int(c), [(i, power) for i, power in enumerate(powers) if power], degree - sum(powers))
        for powers, c in terms.items()
    ]
    for tops, bottom in points:
        total = 0
        for coefficient, powers, lacking in summands:
            product = coefficient * bottom**lacking
            for i, power in powers:
                product *= tops[i] ** power
            total += product
        yield (total > 0) - (total < 0)


class Points:
    """Points with exact coordinates, one after the other, and the signs of polynomials at them."""

    def __init__(self) -> None:
        self.listed: list[tuple[Number, ...]] = []
        self._over_one: list[OverOne | None] = []

    def add(self, point: tuple[Number, ...]) -> None:
        """One point more."""
        whole = over_one(point)
        self.listed.append(point)
        self._over_one.append(whole)

    def signs(self, terms: Terms, start: int = 0) -> list[int]:
        """The signs of a polynomial at the points from the ``start``-th on."""
        later = self._over_one[start:]
        rational_ones = signs_over_one(terms, [point for point in later if point is not None])
        return [
            sign_at(terms, point) if whole is None else next(rational_ones)
            for point, whole in zip(self.listed[start:], later, strict=True)
        ]


def within_reach(interval: Interval) -> Interval:
    """An interval cut off where it has no end."""
    if interval.low is not None and interval.high is not None:
        return interval
    low = interval.low if interval.low is not None else -REACH if interval.high is None else interval.high - 2 * REACH
    high = interval.high if interval.high is not None else low + 2 * REACH
    return Interval(low, high, interval.low_closed, interval.high_closed)


def probes(box: Box) -> list[OverOne]:
    """A few points inside a box: a polynomial with different signs there may have any, and needs no bounds."""
    points = []
    for first in FIRST_STEPS:
        point = []
        for i, interval in enumerate(map(within_reach, box)):
            low, high = rational(interval.low), rational(interval.high)
            point.append(low + (high - low) * Fraction((first * (2 * i + 1) + i * i) % (STEPS - 1) + 1, STEPS))
        points.append(over_one(point))
    return [point for point in points if point is not None]
