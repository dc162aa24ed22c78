"""Polynomials with integer coefficients in the axes of a sweep: what payoff differences are once they are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, prod
from typing import Any

from hedging_games.algebra.numbers import whole_numbers

Exponents = tuple[int, ...]
"""The power of each axis in a monomial."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """Terms (exponents, integer coefficient) in decreasing lexicographic order of the exponents; none for zero."""

    terms: tuple[tuple[Exponents, int], ...]

    @property
    def is_constant(self) -> bool:
        """Whether it has the same value everywhere."""
        return all(not any(exponents) for exponents, _ in self.terms)

    @property
    def constant(self) -> int:
        """The value of a constant polynomial."""
        return sum(coefficient for _, coefficient in self.terms)

    @property
    def axes(self) -> frozenset[int]:
        """The axes it depends on."""
        return frozenset(k for exponents, _ in self.terms for k, power in enumerate(exponents) if power)

    def at(self, point: Sequence[Any]) -> Any:
        """Its value at a point, in the arithmetic of the point."""
        total: Any = 0
        for exponents, coefficient in self.terms:
            value = coefficient
            for x, power in zip(point, exponents, strict=True):
                for _ in range(power):
                    value = value * x
            total = total + value
        return total

    def times_powers(self, numerators: Sequence[int], denominator: int) -> int:
        """Its value at the point with these coordinates over one positive denominator, times as many powers of that as make it whole."""
        degree = max((sum(exponents) for exponents, _ in self.terms), default=0)
        return sum(
            c
            * denominator ** (degree - sum(exponents))
            * prod(x**power for x, power in zip(numerators, exponents, strict=True) if power)
            for exponents, c in self.terms
        )

    def bound(self, largest: Sequence[int | Fraction]) -> int | Fraction:
        """A number that neither the value, nor any partial sum of terms, nor any factor of a term exceeds in size where
        axis ``k`` stays within ``largest[k]`` in size: the sum over terms of |coefficient| times the product of
        max(1, largest) to its powers. Coefficients are integers, so every factor of a term is at most the term's share.
        """
        return sum(
            abs(c) * prod(max(1, big) ** power for big, power in zip(largest, exponents, strict=True))
            for exponents, c in self.terms
        )


def homogenised(polynomials: Sequence[Polynomial], denominators: Sequence[int]) -> list[Polynomial]:
    """The polynomials q with q(n) = p(n / d) times the product of d to the degrees, the same for all, and divided by what
    their coefficients share: integers in, integers out, and the same signs, since the denominators d are positive.
    """
    exponents = [e for polynomial in polynomials for e, _ in polynomial.terms]
    degrees = [max((e[k] for e in exponents), default=0) for k in range(len(denominators))]
    raised = [
        [
            (e, c * prod(d ** (top - power) for d, top, power in zip(denominators, degrees, e, strict=True)))
            for e, c in polynomial.terms
        ]
        for polynomial in polynomials
    ]
    common = gcd(*(c for terms in raised for _, c in terms)) or 1
    return [Polynomial(tuple((e, c // common) for e, c in terms)) for terms in raised]


def polynomial_of(given: Mapping[Exponents, Any]) -> tuple[Polynomial, Fraction]:
    """A polynomial, given by its rational coefficients, as (p, scale): it equals scale · p, and p is primitive with a
    positive leading coefficient. Zero is (zero, 1).
    """
    terms = sorted(given.items(), reverse=True)
    # sympy writes the zero polynomial as one term with coefficient zero.
    terms = [(exponents, c) for exponents, c in terms if c]
    if not terms:
        return Polynomial(()), Fraction(1)
    integers, denominator = whole_numbers([c for _, c in terms])
    content = gcd(*integers)
    if integers[0] < 0:
        content = -content
    found = tuple((e, c // content) for (e, _), c in zip(terms, integers, strict=True))
    return Polynomial(found), Fraction(content, denominator)
