"""Polynomials as this package decides them: integer terms, exact values, products, changes of coordinates.

The public face is sympy's sparse ring element (`sympy.polys.rings.PolyElement` over QQ); inside, a polynomial is a dict
from exponent tuples to exact numbers, which does not depend on how sympy represents rationals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np

from hedging_games.algebra.numbers import coprime

Polynomial = Any
"""An element of a sparse polynomial ring over QQ (`sympy.polys.rings.PolyElement`)."""

Exponents = tuple[int, ...]
Terms = dict[Exponents, Any]
"""Exponents of each monomial with its coefficient (int or Fraction, never zero)."""

Point = tuple[Fraction, ...]

ENCLOSED = Fraction(1, 1 << 60)
"""How closely algebraic coordinates are enclosed before a sign is computed in their field."""


def parameter_ring(names: Sequence[str]) -> Any:
    """The ring QQ[names], in the order given."""
    from sympy import QQ
    from sympy.polys.orderings import lex
    from sympy.polys.rings import PolyRing

    return PolyRing(list(names), QQ, lex)


def names_of(ring: Any) -> tuple[str, ...]:
    """The names of a ring's generators, in order."""
    return tuple(symbol.name for symbol in ring.symbols)


def terms_of(polynomial: Polynomial) -> Terms:
    """The terms of a ring element, with Fractions, in the ring's order."""
    return {
        tuple(int(e) for e in exponents): Fraction(int(c.numerator), int(c.denominator))
        for exponents, c in polynomial.terms()
    }


def polynomial_of(ring: Any, terms: Mapping[Exponents, Any]) -> Polynomial:
    """The element of a ring with the terms given."""
    domain = ring.domain
    return ring.from_dict({e: domain(int(c.numerator), int(c.denominator)) for e, c in terms.items() if c != 0})


def primitive_terms(terms: Mapping[Exponents, Any]) -> Terms:
    """The positive multiple with integer coefficients that have no common factor."""
    kept = {e: c for e, c in terms.items() if c != 0}
    return dict(zip(kept, coprime(kept.values()), strict=True))


def add_scaled(total: Terms, terms: Mapping[Exponents, Any], factor: Any) -> None:
    """Add a multiple of a polynomial to a total, in place."""
    for exponents, coefficient in terms.items():
        value = total.get(exponents, 0) + factor * coefficient
        if value == 0:
            total.pop(exponents, None)
        else:
            total[exponents] = value


def difference(first: Mapping[Exponents, Any], second: Mapping[Exponents, Any]) -> Terms:
    """The first polynomial less the second."""
    found = dict(first)
    add_scaled(found, second, -1)
    return found


def multiply(first: Mapping[Exponents, Any], second: Mapping[Exponents, Any]) -> Terms:
    """The product of two polynomials."""
    product: Terms = {}
    for e1, c1 in first.items():
        add_scaled(product, {tuple(map(int.__add__, e1, e2)): c2 for e2, c2 in second.items()}, c1)
    return product


def variables_of(terms: Iterable[Exponents]) -> tuple[int, ...]:
    """The positions of the variables that occur, in order."""
    columns = zip(*terms, strict=True)
    return tuple(i for i, column in enumerate(columns) if any(column))


def degree_of(terms: Iterable[Exponents]) -> int:
    """The total degree (0 for constants and for the zero polynomial)."""
    return int(max(map(sum, terms), default=0))


def value_at(terms: Mapping[Exponents, Any], point: Sequence[Any]) -> Any:
    """The exact value at a point with exact coordinates (Fractions, or real algebraic numbers)."""
    if not _rational(terms, point):
        total: Any = Fraction(0)
        for exponents, coefficient in terms.items():
            product: Any = Fraction(coefficient)
            for i, power in enumerate(exponents):
                if power:
                    product = product * point[i] ** power
            total = total + product
        return total
    scaled, scale = _scaled_value(terms, point)
    return Fraction(scaled) / scale


def sign_at(terms: Mapping[Exponents, Any], point: Sequence[Any]) -> int:
    """The sign (-1, 0 or 1) at a point with exact coordinates (Fractions, or real algebraic numbers)."""
    if not _rational(terms, point):
        low, high = _enclosed_value(terms, point)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        value = value_at(terms, point)
        return int(value > 0) - int(value < 0)
    scaled, _ = _scaled_value(terms, point)
    return int(scaled > 0) - int(scaled < 0)


def _rational(terms: Mapping[Exponents, Any], point: Sequence[Any]) -> bool:
    return all(isinstance(point[i], (int, Fraction)) for i in variables_of(terms))


def _enclosed_value(terms: Mapping[Exponents, Any], point: Sequence[Any]) -> tuple[Fraction, Fraction]:
    """Bounds on the value at an algebraic point: cheap, and enough wherever the value is not nearly zero."""
    ranges = {i: (x, x) if isinstance(x, (int, Fraction)) else x.enclosure(ENCLOSED) for i, x in enumerate(point)}
    low, high = Fraction(0), Fraction(0)
    for exponents, coefficient in terms.items():
        ends = (Fraction(coefficient), Fraction(coefficient))
        for i, power in enumerate(exponents):
            for _ in range(power):
                products = [a * b for a in ends for b in ranges[i]]
                ends = min(products), max(products)
        low, high = low + ends[0], high + ends[1]
    return low, high


def _scaled_value(terms: Mapping[Exponents, Any], point: Sequence[Fraction]) -> tuple[Any, int]:
    """The value times a positive integer, and that integer: no fraction is reduced on the way."""
    if not terms:
        return 0, 1
    used = [(i, max(column)) for i, column in enumerate(zip(*terms, strict=True)) if any(column)]
    powers = {}
    scale = 1
    for i, degree in used:
        top, bottom = point[i].numerator, point[i].denominator
        powers[i] = [top**k * bottom ** (degree - k) for k in range(degree + 1)]
        scale *= bottom**degree
    total: Any = 0
    for exponents, coefficient in terms.items():
        product = coefficient
        for i, _ in used:
            product *= powers[i][exponents[i]]
        total += product
    return total, scale


def moved(terms: Mapping[Exponents, Any], origin: Sequence[Fraction], step: Sequence[Fraction]) -> Terms:
    """The polynomial in new coordinates t, where ``x = origin + step * t``."""
    current: Terms = dict(terms)
    for i in variables_of(terms):
        if origin[i] == 0 and step[i] == 1:
            continue
        changed: Terms = {}
        for exponents, coefficient in current.items():
            power = exponents[i]
            before, after = exponents[:i], exponents[i + 1 :]
            for k in range(power + 1):
                factor = comb(power, k) * origin[i] ** (power - k) * step[i] ** k
                if factor != 0:
                    add_scaled(changed, {(*before, k, *after): coefficient}, factor)
        current = changed
    return current


def linear_parts(terms: Mapping[Exponents, Any], variable: int) -> tuple[Terms, Terms] | None:
    """``(a, b)`` with ``p = a * x + b``, neither containing x; None where x has a higher power."""
    slope: Terms = {}
    rest: Terms = {}
    for exponents, coefficient in terms.items():
        if exponents[variable] > 1:
            return None
        if exponents[variable] == 1:
            slope[(*exponents[:variable], 0, *exponents[variable + 1 :])] = coefficient
        else:
            rest[exponents] = coefficient
    return slope, rest


def affine_form(terms: Mapping[Exponents, Any]) -> tuple[dict[int, Any], Any] | None:
    """Coefficients by variable and the constant of a polynomial of degree at most one; None for others."""
    slopes: dict[int, Any] = {}
    constant: Any = 0
    for exponents, coefficient in terms.items():
        degree = sum(exponents)
        if degree > 1:
            return None
        if degree == 1:
            slopes[exponents.index(1)] = coefficient
        else:
            constant = coefficient
    return slopes, constant


def float_function(terms: Mapping[Exponents, Any]) -> Callable[[np.ndarray], np.ndarray]:
    """A float evaluator, up to a positive factor that makes the largest coefficient 1.

    It takes an array of shape (variables, points) and returns one of shape (points,).
    """
    largest = max((abs(c) for c in terms.values()), default=1)
    compiled = [
        (float(Fraction(coefficient) / largest), [(i, power) for i, power in enumerate(exponents) if power])
        for exponents, coefficient in terms.items()
    ]

    def evaluate(points: np.ndarray) -> np.ndarray:
        total = np.zeros(points.shape[1])
        for coefficient, factors in compiled:
            product = np.full(points.shape[1], coefficient)
            for i, power in factors:
                product *= points[i] if power == 1 else points[i] ** power
            total += product
        return total

    return evaluate


def derivative(terms: Mapping[Exponents, Any], variable: int) -> Terms:
    """The partial derivative."""
    return {
        (*e[:variable], e[variable] - 1, *e[variable + 1 :]): c * e[variable] for e, c in terms.items() if e[variable]
    }


def float_slope(terms: Mapping[Exponents, Any], variable: int) -> Callable[[np.ndarray], np.ndarray]:
    """The partial derivative of `float_function`, in the same scale."""
    partial = derivative(terms, variable)
    largest = [max((abs(c) for c in part.values()), default=1) for part in (partial, terms)]
    function, factor = float_function(partial), float(Fraction(largest[0]) / largest[1])
    return lambda points: factor * function(points)


def terms_text(terms: Mapping[Exponents, Any], names: Sequence[str]) -> str:
    """A polynomial as people write it: ``card + 2*leak^2 - 3``."""
    parts = []
    for exponents, coefficient in terms.items():
        factors = [
            name if power == 1 else f"{name}^{power}" for name, power in zip(names, exponents, strict=True) if power
        ]
        size = abs(coefficient)
        body = "*".join(([str(size)] if size != 1 or not factors else []) + factors)
        parts.append(("- " if coefficient < 0 else "+ ") + body)
    text = " ".join(parts) or "0"
    return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1) if text.startswith("- ") else text


def univariate(terms: Mapping[Exponents, Any], variable: int) -> tuple[int, ...] | None:
    """The integer coefficients in one variable, highest power first; None where another variable occurs."""
    if any(power for exponents in terms for i, power in enumerate(exponents) if i != variable):
        return None
    whole = primitive_terms(terms)
    by_power = {exponents[variable]: coefficient for exponents, coefficient in whole.items()}
    return tuple(by_power.get(k, 0) for k in range(max(by_power), -1, -1)) if by_power else ()
