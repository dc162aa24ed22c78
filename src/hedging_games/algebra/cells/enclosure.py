"""Exact bounds of a polynomial on a box, from its Bernstein coefficients.

On ``[0, 1]`` the Bernstein polynomials are non-negative and sum to one, so the least and the largest coefficient bound
the polynomial (Cargo and Shisha 1966); for polynomials linear in each variable they are its values at the vertices and
the bounds are sharp. On ``[0, oo)`` the powers take their place. A polynomial is first taken apart into summands that
share no variable: their bounds add, and the tables stay small.

Which basis polynomials vanish on which face of the box tells whether a bound can be attained: that is what decides
between ``>= 0`` and ``> 0`` when ends are open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb, lcm, prod
from typing import Any

import numpy as np

from hedging_games.algebra.cells.intervals import Box, Interval, rational
from hedging_games.algebra.polynomials import Exponents, Terms, variables_of

LARGEST_TABLE = 20_000
"""Bernstein coefficients a summand may have; larger ones are bounded monomial by monomial."""

LARGEST = 2**62
"""Beyond this, numbers are Python's own."""

Pairs = tuple[tuple[Exponents, Any], ...]
"""Terms as pairs, which can be looked up."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A range that contains every value: ends that are None are infinite; a strict end is certainly not attained."""

    low: Fraction | None
    high: Fraction | None
    low_strict: bool = False
    high_strict: bool = False

    @property
    def positive(self) -> bool:
        """Whether all values are certainly > 0."""
        return self.low is not None and (self.low > 0 or (self.low == 0 and self.low_strict))

    @property
    def nonnegative(self) -> bool:
        """Whether all values are certainly >= 0."""
        return self.low is not None and self.low >= 0

    @property
    def negative(self) -> bool:
        """Whether all values are certainly < 0."""
        return self.high is not None and (self.high < 0 or (self.high == 0 and self.high_strict))

    @property
    def nonpositive(self) -> bool:
        """Whether all values are certainly <= 0."""
        return self.high is not None and self.high <= 0


def enclose(terms: Mapping[Exponents, Any], box: Box) -> Enclosure:
    """Bounds on the values of a polynomial on a box that is not empty."""
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    low_strict = high_strict = False
    for own, variables in _own_summands(tuple(terms.items())):
        part = _enclose_summand(own, tuple(box[i] for i in variables))
        low = None if low is None or part.low is None else low + part.low
        high = None if high is None or part.high is None else high + part.high
        low_strict = low_strict or part.low_strict
        high_strict = high_strict or part.high_strict
    return Enclosure(low, high, low_strict=low_strict, high_strict=high_strict)


def refutes(terms: Mapping[Exponents, Any], relation: str, box: Box) -> bool:
    """Whether the bounds show that ``terms relation 0`` holds nowhere on the box."""
    values = enclose(terms, box)
    if relation == ">":
        return values.nonpositive
    return values.negative or (relation == "==" and values.positive)


def entails(terms: Mapping[Exponents, Any], relation: str, box: Box) -> bool:
    """Whether the bounds show that ``terms relation 0`` holds everywhere on the box."""
    if relation == "==":
        return not terms
    values = enclose(terms, box)
    return values.positive if relation == ">" else values.nonnegative


def summands(terms: Mapping[Exponents, Any]) -> list[Terms]:
    """The polynomial as a sum of polynomials that share no variable."""
    groups: list[tuple[set[int], Terms]] = []
    for exponents, coefficient in terms.items():
        used = {i for i, e in enumerate(exponents) if e}
        joined: Terms = {exponents: coefficient}
        apart = []
        for variables, members in groups:
            if variables & used:
                used |= variables
                joined |= members
            else:
                apart.append((variables, members))
        groups = [*apart, (used, joined)]
    return [members for _, members in groups]


@lru_cache(maxsize=16_384)
def _own_summands(terms: Pairs) -> tuple[tuple[Pairs, tuple[int, ...]], ...]:
    """The summands, each in its own variables alone, and which variables these are: the same ones come up over and over."""
    own = []
    for summand in summands(dict(terms)):
        variables = variables_of(summand)
        own.append((tuple((tuple(e[i] for i in variables), c) for e, c in summand.items()), variables))
    return tuple(own)


@lru_cache(maxsize=65_536)
def _enclose_summand(pairs: Pairs, box: Box) -> Enclosure:
    terms = dict(pairs)
    if not box:
        constant = sum(map(Fraction, terms.values()), Fraction(0))
        return Enclosure(constant, constant)
    if len(box) == 1 and len(terms) == 1 and (1,) in terms:
        return _multiple(Fraction(terms[1,]), box[0])
    degrees = [max(e[i] for e in terms) for i in range(len(box))]
    if prod(d + 1 for d in degrees) > LARGEST_TABLE:
        return _by_monomials(terms, box)
    table, scale = bernstein_table(terms, range(len(box)), degrees, box)
    low, low_strict = _least(table, box)
    high, high_strict = _least(-table, box)
    return Enclosure(
        None if low is None else Fraction(int(low), scale),
        None if high is None else Fraction(-int(high), scale),
        low_strict=low_strict,
        high_strict=high_strict,
    )


def _multiple(factor: Fraction, interval: Interval) -> Enclosure:
    """The range of a multiple of one variable."""
    low, high = _end(interval.low), _end(interval.high)
    low_strict, high_strict = low is not None and not interval.low_closed, high is not None and not interval.high_closed
    scaled = None if low is None else factor * low, None if high is None else factor * high
    if factor > 0:
        return Enclosure(*scaled, low_strict=low_strict, high_strict=high_strict)
    return Enclosure(scaled[1], scaled[0], low_strict=high_strict, high_strict=low_strict)


def bernstein_table(
    terms: Mapping[Exponents, Any], variables: Sequence[int], degrees: Sequence[int], box: Box
) -> tuple[np.ndarray, int]:
    """Coefficients in the basis that suits the box, as integers, and the positive integer they were scaled by.

    The table has one axis per variable, of length degree + 1.
    """
    scale = lcm(1, *(int(c.denominator) for c in terms.values()))
    changes = [
        _change_of_basis(degree, _end(box[i].low), _end(box[i].high))
        for i, degree in zip(variables, degrees, strict=True)
    ]
    bound = prod((growth for _, _, growth in changes), start=sum(abs(int(c * scale)) for c in terms.values()))
    kind = np.int64 if bound < LARGEST else object
    table = np.zeros([d + 1 for d in degrees], dtype=kind)
    for exponents, coefficient in terms.items():
        table[tuple(exponents[i] for i in variables)] = int(coefficient * scale)
    for axis, (matrix, factor, _) in enumerate(changes):
        table = np.moveaxis(np.tensordot(matrix.astype(kind), table, axes=(1, axis)), 0, axis)
        scale *= factor
    return table, scale


def _end(end: Any) -> Fraction | None:
    return None if end is None else rational(end)


@lru_cache(maxsize=4096)
def _change_of_basis(degree: int, low: Fraction | None, high: Fraction | None) -> tuple[np.ndarray, int, int]:
    """The matrix from powers of x to the basis on the interval, scaled to integers, the scale, and by how much it can make numbers grow."""
    rows: list[list[Fraction]] = []
    for j in range(degree + 1):
        row = []
        for e in range(degree + 1):
            if low is not None and high is not None:
                width = high - low
                entry = sum(
                    (
                        comb(e, k) * low ** (e - k) * width**k * Fraction(comb(j, k), comb(degree, k))
                        for k in range(min(j, e) + 1)
                    ),
                    Fraction(0),
                )
            elif low is not None:
                entry = comb(e, j) * low ** (e - j) if j <= e else Fraction(0)
            elif high is not None:
                entry = comb(e, j) * high ** (e - j) * (-1) ** j if j <= e else Fraction(0)
            else:
                entry = Fraction(int(e == j))
            row.append(entry)
        rows.append(row)
    scale = lcm(*(entry.denominator for row in rows for entry in row))
    matrix = np.array([[int(entry * scale) for entry in row] for row in rows], dtype=object)
    return matrix, scale, int(np.abs(matrix).sum(axis=1).max())


def _least(table: np.ndarray, intervals: Sequence[Interval]) -> tuple[Any, bool]:
    """A lower bound (None if there is none) in the scale of the table, and whether it is certainly not attained."""
    at_start = tuple(
        slice(None) if interval.low is not None and interval.high is not None else slice(0, 1) for interval in intervals
    )
    least = table[at_start].min()
    above = table.copy()
    above[at_start] -= least
    if (above < 0).any() or _grows_on_the_line(above, intervals):
        return None, False
    return least, _positive_on_every_face(above > 0, intervals)


def _grows_on_the_line(above: np.ndarray, intervals: Sequence[Interval]) -> bool:
    """Whether a variable without any end occurs: no bound is claimed then."""
    for axis, interval in enumerate(intervals):
        if interval.low is None and interval.high is None and (np.delete(above, 0, axis=axis) != 0).any():
            return True
    return False


def _positive_on_every_face(positive: np.ndarray, intervals: Sequence[Interval]) -> bool:
    """Whether on each smallest face that belongs to the box some basis polynomial with a positive coefficient is > 0.

    On the face where a variable is at a closed end only the basis polynomial of that end is not zero there; where
    neither end belongs to the box all of them are positive.
    """
    for interval in reversed(intervals):
        faces: list[Any] = []
        if interval.low is not None and interval.low_closed:
            faces.append(positive[..., 0])
        if interval.high is not None and interval.high_closed:
            faces.append(positive[..., 0] if interval.low is None else positive[..., -1])
        if not faces:
            faces.append(positive.any(axis=-1))
        positive = np.logical_and.reduce(faces)
    return bool(positive)


def _by_monomials(terms: Terms, box: Box) -> Enclosure:
    """The sum of the bounds of the monomials, each by interval arithmetic: coarse but cheap."""
    low, high = Fraction(0), Fraction(0)
    for exponents, coefficient in terms.items():
        least, most = Fraction(1), Fraction(1)
        for i, power in enumerate(exponents):
            if not power:
                continue
            start, end = _end(box[i].low), _end(box[i].high)
            if start is None or end is None:
                return Enclosure(None, None)
            ends = [start**power, end**power] + ([Fraction(0)] if start < 0 < end else [])
            corners = [a * b for a in (least, most) for b in (min(ends), max(ends))]
            least, most = min(corners), max(corners)
        both = (coefficient * least, coefficient * most)
        low, high = low + min(both), high + max(both)
    return Enclosure(low, high)


def table_size(terms: Mapping[Exponents, Any]) -> int:
    """How many Bernstein coefficients the bounds of a polynomial take."""
    sizes = (prod(max(e[i] for e in part) + 1 for i in variables_of(part)) for part in summands(terms))
    return sum(min(size, LARGEST_TABLE) for size in sizes)
