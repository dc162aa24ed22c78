"""Plane curves with integer coefficients: what of them must be known to cut the plane into cells.

A polynomial in x and y is a dict from exponent pairs to integers. Factors, resultants and discriminants are FLINT's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from hedging_games.algebra.cells.roots import (
    Coefficients,
    Number,
    primitive,
    real_roots,
    sign_of,
)
from hedging_games.algebra.factored import factored

Curve = dict[tuple[int, ...], int]
"""The terms of a polynomial in x and y: pairs of exponents with their coefficients."""

_PLANE = fmpz_mpoly_ctx.get(["x", "y"], Ordering.lex)


@dataclass(frozen=True, slots=True)
class Section:
    """The graph of a root: over each x, root number ``index`` (from below, from 0) of the curve as a polynomial in y."""

    curve: tuple[tuple[tuple[int, ...], int], ...]
    index: int

    def height(self, x: Fraction) -> Number:
        """The exact y over a rational x of the strip to which the section belongs."""
        return real_roots(at_x(dict(self.curve), x))[self.index]


def section(curve: Mapping[tuple[int, ...], int], index: int) -> Section:
    """The section of a curve given as a dict."""
    return Section(tuple(sorted(curve.items())), index)


def at_x(curve: Mapping[tuple[int, ...], int], x: Fraction) -> Coefficients:
    """The polynomial in y over a rational x, primitive."""
    return _restricted({(j, i): c for (i, j), c in curve.items()}, x)


def at_y(curve: Mapping[tuple[int, ...], int], y: Fraction) -> Coefficients:
    """The polynomial in x at a rational y, primitive."""
    return _restricted(curve, y)


def _restricted(curve: Mapping[tuple[int, ...], int], value: Fraction) -> Coefficients:
    """The polynomial in the first variable at a value of the second."""
    if not curve:
        return ()
    top, bottom = value.numerator, value.denominator
    degree = max(j for _, j in curve)
    powers = [top**j * bottom ** (degree - j) for j in range(degree + 1)]
    sums = [0] * (max(i for i, _ in curve) + 1)
    for (i, j), c in curve.items():
        sums[i] += c * powers[j]
    sums.reverse()
    return primitive(sums)


def sign_at(curve: Mapping[tuple[int, ...], int], x: Fraction, y: Fraction) -> int:
    """The sign at a rational point."""
    return sign_of(at_x(curve, x), y) if curve else 0


def sign_over(curve: Mapping[tuple[int, ...], int], x: Number, y: Fraction) -> int:
    """The sign at a point whose y is rational."""
    return sign_of(at_y(curve, y), x) if curve else 0


def factors(curve: Mapping[tuple[int, ...], int]) -> tuple[int, list[tuple[Curve, int]]]:
    """The sign of the constant and the irreducible factors with multiplicities, in an order that depends on them alone.

    Raises ValueError for the zero polynomial.
    """
    if not curve:
        raise ValueError("the zero polynomial has no factors")
    constant, found = factored(_flint(curve))
    sign = 1 if constant > 0 else -1
    split: list[tuple[Curve, int]] = []
    for factor, multiplicity in found:
        terms = _curve(factor)
        if terms[max(terms)] < 0:
            terms = {e: -c for e, c in terms.items()}
            sign *= (-1) ** multiplicity
        if len(terms) > 1 or any(next(iter(terms))):
            split.append((terms, multiplicity))
    return sign, sorted(split, key=lambda part: sorted(part[0].items()))


def degree_in_y(curve: Mapping[tuple[int, ...], int]) -> int:
    """The degree in y."""
    return max((j for _, j in curve), default=0)


def only_x(curve: Mapping[tuple[int, ...], int]) -> Coefficients:
    """A polynomial without y as one in x."""
    return at_y(curve, Fraction(0))


def leading(curve: Mapping[tuple[int, ...], int]) -> Coefficients:
    """The coefficient of the highest power of y."""
    degree = degree_in_y(curve)
    return only_x({(i, 0): c for (i, j), c in curve.items() if j == degree})


def discriminant(curve: Mapping[tuple[int, ...], int]) -> Coefficients:
    """The discriminant with respect to y; zero at x where two heights coincide."""
    return only_x(_curve(_flint(curve).discriminant(1))) if degree_in_y(curve) > 1 else (1,)


def resultant(first: Mapping[tuple[int, ...], int], second: Mapping[tuple[int, ...], int]) -> Coefficients:
    """The resultant with respect to y; zero at x over which two curves have a common point."""
    return only_x(_curve(_flint(first).resultant(_flint(second), 1)))


def over_root(curve: Mapping[tuple[int, ...], int], minimal: Sequence[int]) -> Coefficients:
    """A polynomial in y whose roots include those of the curve over every root of ``minimal``, a polynomial in x."""
    degree = len(minimal) - 1
    line: Curve = {(degree - k, 0): int(c) for k, c in enumerate(minimal) if c}
    eliminated = _curve(_flint(curve).resultant(_flint(line), 0))
    return at_x(eliminated, Fraction(0)) if eliminated else ()


def _flint(curve: Mapping[tuple[int, ...], int]) -> Any:
    return _PLANE.from_dict(dict(curve))


def _curve(polynomial: Any) -> Curve:
    return {(int(i), int(j)): int(c) for (i, j), c in polynomial.to_dict().items()}
