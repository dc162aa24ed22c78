"""Exact points of a box, many at once: what holds at one of them needs no search for a witness, and no rounding.

The points lie on a lattice of the box (two spacings, corners among them), so that ties between parameters occur. Their
coordinates and the values of polynomials are whole numbers over one denominator, in 64 bits where they fit. Sets of
points are Python integers, one bit a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from math import lcm, prod

import numpy as np

from hedging_games.algebra.cells.intervals import rational
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.whole import Points, within_reach
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.inequalities.witness import spread
from hedging_games.algebra.polynomials import Terms, degree_of

POINTS = 3_072
"""Points of the lattice, before those that violate assumptions are left out."""

NEAR = 2_048
"""Points at most that differ from a given one in one or two coordinates."""

LARGEST = 2**62
"""Beyond this, numbers are Python's own."""

EXACT_FLOATS = 2**53
"""Whole numbers up to this one are floats."""

ROUNDING = 2.0**-51
"""Four times what a float operation may be wrong by, as a share of its result."""

MOST_BINARY_DIGITS, SMALLEST = 400, 2.0**-600
"""Size of a product of coordinates, in binary digits, up to which floats are used: what gets lost below the smallest of them,
even multiplied by such a product, is then less than the second number."""

FINE = 20
"""Steps into which each range is cut; every third point lies on a coarser lattice of a quarter as many."""


class Bank:
    """Points that satisfy the ranges and assumptions of a system, and which of them give a polynomial which sign.

    First come the point ``near`` and those that differ from it in one or two coordinates: where several points would do, one
    of them is the easiest to read. ``count`` : how many are spread over the box.
    """

    def __init__(self, whole: System, near: Sequence[Fraction] | None = None, count: int = POINTS) -> None:
        self.whole = whole
        self.extra = Points()
        self._bottoms, tops = _lattice(whole, near, count)
        self._place(tops)
        for assumed in whole.assumptions:
            signs = self._lattice_signs(assumed.terms)
            wanted = {">": signs > 0, ">=": signs >= 0, "==": signs == 0}[assumed.relation]
            self._place(self._tops[:, wanted])
        self.size = int(self._tops.shape[1])

    def _place(self, tops: np.ndarray) -> None:
        """Take points by their numerators; beside them, as floats, each rounded once."""
        self._tops = tops
        self._largest = [
            max(int(np.abs(row).max(initial=1)), bottom) for row, bottom in zip(tops, self._bottoms, strict=True)
        ]
        exact = max([int(np.abs(tops).max(initial=0)), *self._bottoms]) <= EXACT_FLOATS
        kind = float if exact else object
        self._rounded = (tops.astype(kind) / np.array(self._bottoms, dtype=kind)[:, None]).astype(float)
        self._digits = np.abs(np.log2(np.abs(self._rounded[self._rounded != 0]))).max(initial=0.0)

    @property
    def everything(self) -> int:
        """The set of all points."""
        return (1 << (self.size + len(self.extra.listed))) - 1

    @property
    def lattice(self) -> int:
        """The set of the points that were there from the start."""
        return (1 << self.size) - 1

    def add(self, point: tuple[Number, ...]) -> None:
        """One point more, which must satisfy ranges and assumptions."""
        self.extra.add(point)

    def point(self, number: int) -> tuple[Number, ...]:
        """The coordinates of a point."""
        if number >= self.size:
            return self.extra.listed[number - self.size]
        pairs = zip(self._tops[:, number].tolist(), self._bottoms, strict=True)
        return tuple(Fraction(top, bottom) for top, bottom in pairs)

    def signs(self, terms: Terms) -> tuple[int, int, int]:
        """The lattice points at which a polynomial is negative, zero and positive."""
        signs = self._lattice_signs(terms)
        return _packed(signs < 0), _packed(signs == 0), _packed(signs > 0)

    def _lattice_signs(self, terms: Terms) -> np.ndarray:
        """The sign at each lattice point: in whole numbers if they are small, else in floats where rounding cannot change it."""
        if self._is_small(terms) or degree_of(terms) * self._digits > MOST_BINARY_DIGITS:
            return self._exact_signs(terms, self._tops)
        signs, is_certain = _signs_in_floats(terms, self._rounded)
        left = np.flatnonzero(~is_certain)
        if len(left):
            signs[left] = self._exact_signs(terms, self._tops[:, left])
        return signs

    def _is_small(self, terms: Terms) -> bool:
        """Whether the whole numbers with the signs of a polynomial's values, and all on the way to them, fit in 64 bits."""
        bound = sum(abs(int(c)) for c in terms.values())
        for largest, powers in zip(self._largest, zip(*terms, strict=True), strict=False):
            bound *= largest ** max(powers)
        return bound < LARGEST and self._tops.dtype != object

    def _exact_signs(self, terms: Terms, tops: np.ndarray) -> np.ndarray:
        used = [(i, max(powers)) for i, powers in enumerate(zip(*terms, strict=True)) if any(powers)]
        tops = tops if self._is_small(terms) else tops.astype(object)
        total = np.zeros(tops.shape[1], dtype=tops.dtype)
        for powers, coefficient in terms.items():
            scale = int(coefficient) * prod(self._bottoms[i] ** (degree - powers[i]) for i, degree in used)
            product = np.full(tops.shape[1], scale, dtype=tops.dtype)
            for i, _ in used:
                if powers[i]:
                    product = product * tops[i] ** powers[i]
            total = total + product
        return np.sign(total).astype(np.int8)


def _signs_in_floats(terms: Terms, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Signs of a polynomial at points, and where they are certain.

    Coordinates and coefficients are rounded once, and every operation rounds once more (Higham 2002, chapter 3): a sum of n
    products of up to d coordinates is wrong by less than (n + 2 d + 2) `ROUNDING` times the sum of their sizes.
    """
    degree = degree_of(terms)
    total, sizes = np.zeros(points.shape[1]), np.zeros(points.shape[1])
    largest = max((abs(int(c)) for c in terms.values()), default=1)
    for powers, coefficient in terms.items():
        summand = np.full(points.shape[1], int(coefficient) / largest)
        for i, power in enumerate(powers):
            for _ in range(power):
                summand *= points[i]
        total += summand
        sizes += np.abs(summand)
    error = (len(terms) + 2 * degree + 2) * ROUNDING * sizes + SMALLEST
    return np.sign(total).astype(np.int8), np.abs(total) > error


def _lattice(whole: System, near: Sequence[Fraction] | None, count: int) -> tuple[list[int], np.ndarray]:
    """Denominators by coordinate, and numerators of shape (coordinates, points)."""
    size = len(whole.box)
    box = [within_reach(interval) for interval in whole.box]
    shares = spread(size, max(count, 1), tuple(box), range(size))[:, :count]
    steps = np.rint(shares * FINE).astype(np.int64)
    coarse = np.arange(count) % 3 == 0
    steps[:, coarse] = steps[:, coarse] // 5 * 5
    moved = _moves(size) if near is not None else np.zeros((size, 0), dtype=np.int64)
    bottoms: list[int] = []
    rows: list[np.ndarray] = []
    for i, interval in enumerate(box):
        low, high = rational(interval.low), rational(interval.high)
        width = high - low
        start = low if near is None else near[i]
        bottom = lcm(low.denominator * width.denominator * FINE, start.denominator)
        inside = np.clip(
            np.concatenate([moved[i], steps[i]]), int(not interval.low_closed), FINE - int(not interval.high_closed)
        )
        first, step, own = int(low * bottom), int(width * bottom) // FINE, int(start * bottom)
        is_small = max(abs(first) + FINE * step, abs(own)) < LARGEST
        row = first + step * (inside if is_small else inside.astype(object))
        row[: moved.shape[1]][moved[i] < 0] = own
        bottoms.append(bottom)
        rows.append(row)
    return bottoms, np.array(rows or np.zeros((0, moved.shape[1] + count), dtype=np.int64))


@lru_cache(maxsize=32)
def _moves(size: int) -> np.ndarray:
    """Steps of points that differ from a given one (-1) in no, one or two coordinates."""
    columns = [[-1] * size]
    for i in range(size):
        for step in range(0, FINE + 1, 2):
            columns.append([-1] * size)
            columns[-1][i] = step
    for i, j in combinations(range(size), 2):
        for first, second in product(range(0, FINE + 1, 5), repeat=2):
            columns.append([-1] * size)
            columns[-1][i], columns[-1][j] = first, second
    return np.array(columns[:NEAR], dtype=np.int64).T


def _packed(points: np.ndarray) -> int:
    return int.from_bytes(np.packbits(points, bitorder="little").tobytes(), "little")


def some_point(points: int) -> int:
    """The number of the first point of a set that is not empty."""
    return (points & -points).bit_length() - 1


def at_points(signs: Sequence[int], wanted: Sequence[int]) -> int:
    """The set of positions whose sign is one of those wanted."""
    return sum(1 << k for k, sign in enumerate(signs) if sign in wanted)
