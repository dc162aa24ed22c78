"""Real roots of polynomials with integer coefficients, as numbers that compare exactly.

A univariate polynomial is here the tuple of its integer coefficients, highest power first, without leading zeros; the
zero polynomial is the empty tuple.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq_poly, fmpz_poly

from hedging_games.algebra import algebraic, number_field
from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.algebra.numbers import coprime

Coefficients = tuple[int, ...]


def primitive(coefficients: Sequence[Any]) -> Coefficients:
    """The positive multiple whose coefficients are integers without common factor, without leading zeros."""
    start = next((k for k, c in enumerate(coefficients) if c), len(coefficients))
    return tuple(coprime(coefficients[start:]))


def sign_at(polynomial: Coefficients, number: Fraction) -> int:
    """The sign (-1, 0 or 1) at a rational number."""
    top, bottom = number.numerator, number.denominator
    total, power = 0, 1
    for coefficient in polynomial:
        # Each coefficient is multiplied by its own power of the denominator, the leading one by 1.
        total = total * top + coefficient * power
        power *= bottom
    return (total > 0) - (total < 0)


Number = Fraction | AlgebraicNumber
"""An exact real number: rational, or irrational algebraic."""


def sign_of(polynomial: Coefficients, number: Number) -> int:
    """The exact sign (-1, 0 or 1) of a polynomial at a rational or algebraic number."""
    if isinstance(number, Fraction):
        return sign_at(polynomial, number)
    value = algebraic.polynomial_at(fmpq_poly(list(reversed(polynomial))), number)
    return (value > 0) - (value < 0)


def irreducible_factors(polynomial: Coefficients) -> list[Coefficients]:
    """The distinct irreducible factors over the rationals, primitive, with positive leading coefficients, in order."""
    if len(polynomial) < 2:
        return []
    factors = number_field.irreducible_factors(fmpz_poly(list(reversed(polynomial))))
    return sorted((tuple(int(c) for c in reversed(factor.coeffs())) for factor in factors), key=lambda f: (len(f), f))


def real_roots(polynomial: Coefficients) -> list[Number]:
    """The distinct real roots, in increasing order.

    Raises ValueError for the zero polynomial, which vanishes everywhere.
    """
    return list(algebraic.real_roots(polynomial[::-1]))


def roots_of_irreducible(factor: Coefficients) -> list[Number]:
    """The real roots of an irreducible polynomial, in increasing order."""
    return algebraic.roots_of_irreducible(fmpz_poly(list(reversed(factor))))
