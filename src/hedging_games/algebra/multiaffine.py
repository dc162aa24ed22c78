"""Polynomials of degree at most one in each of a few variables, and curves on which each coordinate is a Möbius function.

A polynomial in x0, x1, … is a tuple of 2ⁿ rational numbers: entry ``mask`` is the coefficient of the product of the
variables whose bits are set in ``mask``. With two variables it factors exactly when its 2×2 table of coefficients is
singular, and then into a polynomial in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hedging_games.algebra.algebraic import Exact, real_roots
from hedging_games.algebra.cells.intervals import between

Affine = tuple[int | Fraction, ...]
"""Coefficients by the set of variables in the monomial, as a bit mask."""


def restricted(polynomial: Affine, variable: int, x: Any) -> Affine:
    """The polynomial where one variable is a rational number; that variable no longer occurs."""
    bit = 1 << variable
    return tuple(
        0 if mask & bit else coefficient + polynomial[mask | bit] * x for mask, coefficient in enumerate(polynomial)
    )


def variables_of(polynomial: Affine) -> list[int]:
    """The variables that occur, in increasing order."""
    union = 0
    for mask, coefficient in enumerate(polynomial):
        if coefficient:
            union |= mask
    return [variable for variable in range(union.bit_length()) if union >> variable & 1]


def factors(polynomial: Affine) -> list[Affine]:
    """The irreducible factors, each up to a constant, of a nonzero polynomial in at most two variables."""
    occurring = variables_of(polynomial)
    if len(occurring) < 2:
        return [polynomial] if occurring else []
    u, v = (1 << variable for variable in occurring)
    constant, cu, cv, cuv = polynomial[0], polynomial[u], polynomial[v], polynomial[u | v]
    if constant * cuv != cu * cv:
        return [polynomial]
    # cuv is not zero: else cu or cv were, and only one variable occurred.
    size = len(polynomial)
    return [
        tuple(cuv if mask == u else cv if mask == 0 else 0 for mask in range(size)),
        tuple(cuv if mask == v else cu if mask == 0 else 0 for mask in range(size)),
    ]


def changes_sign(polynomial: Affine) -> bool:
    """Whether a nonzero irreducible polynomial has a zero strictly inside the unit cube.

    Its extremes over the cube are at corners; and a zero inside, not being an extreme (the polynomial is harmonic), has
    both signs around it.
    """
    values = corner_values(polynomial)
    return max(values) > 0 > min(values)


def corner_values(polynomial: Affine) -> list[int | Fraction]:
    """The values at the corners of the unit cube, by the mask of the coordinates that are 1."""
    values = list(polynomial)
    bit = 1
    while bit < len(values):
        for mask in range(len(values)):
            if mask & bit:
                values[mask] += values[mask ^ bit]
        bit <<= 1
    return values


@dataclass(frozen=True, slots=True)
class Arc:
    """A curve in the unit cube: coordinate k is (n0 + n1 t)/(d0 + d1 t), for t from ``low`` to ``high``, rational.

    ``ratios`` holds (n0, n1, d0, d1) for each coordinate, the denominators positive on the whole range. A point is an
    arc of constants, which may then be irrational, with ``low`` equal to ``high``.
    """

    ratios: tuple[tuple[Any, Any, Any, Any], ...]
    low: Fraction
    high: Fraction

    @property
    def is_point(self) -> bool:
        """Whether the arc is a single point."""
        return self.low == self.high

    def at(self, t: Any) -> tuple[Any, ...]:
        """The point with parameter t."""
        return tuple(
            n0 if not (n1 or d1) and d0 == 1 else (n0 + n1 * t) / (d0 + d1 * t) for n0, n1, d0, d1 in self.ratios
        )

    @property
    def ends(self) -> tuple[tuple[Any, ...], ...]:
        """Its end points (one, for a point)."""
        return (self.at(self.low),) if self.is_point else (self.at(self.low), self.at(self.high))


def point_arc(point: Sequence[Any]) -> Arc:
    """A point as an arc."""
    return Arc(tuple((x, 0, 1, 0) for x in point), Fraction(0), Fraction(0))


def arc(ratios: Sequence[tuple[Any, Any, Any, Any]], low: Any, high: Any) -> Arc:
    """The arc with these coordinates; a denominator that is negative on the range is turned, with its numerator."""
    middle = Fraction(low + high) / 2
    if low == high:
        return point_arc([(n0 + n1 * middle) / Fraction(d0 + d1 * middle) for n0, n1, d0, d1 in ratios])
    turned = tuple(r if r[2] + r[3] * middle > 0 else (-r[0], -r[1], -r[2], -r[3]) for r in ratios)
    return Arc(turned, Fraction(low), Fraction(high))


def along(polynomial: Affine, curve: Arc) -> list[Any]:
    """The polynomial on an arc, times the (positive) denominators of the coordinates that occur: coefficients in t,
    constant first, without leading zeros.
    """
    occurring = variables_of(polynomial)
    total: list[Any] = [0]
    for mask, coefficient in enumerate(polynomial):
        if not coefficient:
            continue
        product: list[Any] = [coefficient]
        for variable in occurring:
            ratio = curve.ratios[variable]
            c0, c1 = ratio[:2] if mask >> variable & 1 else ratio[2:]
            product = _times_line(product, c0, c1)
        total += [0] * (len(product) - len(total))
        for k, c in enumerate(product):
            total[k] = total[k] + c
    while total and total[-1] == 0:
        total.pop()
    return total


def _times_line(polynomial: list[Any], c0: Any, c1: Any) -> list[Any]:
    if not c1:
        return [c * c0 for c in polynomial]
    shifted = [0, *(c * c1 for c in polynomial)]
    for k, c in enumerate(polynomial):
        shifted[k] = shifted[k] + c * c0
    return shifted


def at_number(coefficients: Sequence[Any], t: Any) -> Any:
    """A univariate polynomial, constant first, at a number."""
    total: Any = Fraction(0)
    for c in reversed(coefficients):
        total = total * t + c
    return total


def meets(curve: Arc, equations: Sequence[Affine], inequalities: Sequence[Affine]) -> bool:
    """Whether a point of the arc satisfies all equations (= 0) and inequalities (>= 0)."""
    zeros = [along(p, curve) for p in equations]
    signs = [along(p, curve) for p in inequalities]
    zeros = [p for p in zeros if p]
    signs = [p for p in signs if p]
    if any(len(p) == 1 for p in zeros) or any(len(p) == 1 and p[0] < 0 for p in signs):
        return False
    if curve.is_point:
        return True
    # A nonempty closed set of parameters holds an end of the range or a zero of an inequality, if no equation narrows it.
    candidates: list[Exact] = [curve.low, curve.high] if not zeros else []
    for p in zeros[:1] or signs:
        if len(p) > 1:
            candidates += [t for t in real_roots(p) if curve.low <= t <= curve.high]
    return any(
        all(at_number(p, t) == 0 for p in zeros) and all(at_number(p, t) >= 0 for p in signs) for t in candidates
    )


def lies_in(curve: Arc, equations: Sequence[Affine], inequalities: Sequence[Affine]) -> bool:
    """Whether every point of the arc satisfies all equations and inequalities."""
    if any(along(p, curve) for p in equations):
        return False
    return all(_never_negative(along(p, curve), curve) for p in inequalities)


def _never_negative(coefficients: list[Any], curve: Arc) -> bool:
    if len(coefficients) <= 1:
        return not coefficients or bool(coefficients[0] >= 0)
    breaks = [curve.low, *(t for t in real_roots(coefficients) if curve.low < t < curve.high), curve.high]
    tests = [between(s, t) for s, t in pairwise(breaks)]
    return all(at_number(coefficients, t) >= 0 for t in tests)
