"""Real roots of polynomials with integer coefficients: isolated exactly, in ranges, as numbers that compare exactly.

A univariate polynomial is here the tuple of its integer coefficients, highest power first, without leading zeros; the
zero polynomial is the empty tuple. Roots are isolated by Descartes' rule of signs in the Bernstein basis with
bisection (Collins and Akritas 1976; Lane and Riesenfeld 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb, gcd, lcm
from typing import Any

from flint import fmpz_poly

from hedging_games.algebra import algebraic, number_field
from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.algebra.checking import Check, no_check

Coefficients = tuple[int, ...]
Isolated = tuple[Fraction, Fraction]
"""An isolating interval: open with one root inside, or a single point ``(r, r)`` that is the root."""


def primitive(coefficients: Sequence[Any]) -> Coefficients:
    """The positive multiple of a rational polynomial whose coefficients are integers without common factor."""
    scale = lcm(1, *(int(c.denominator) for c in coefficients))
    return without_common_factor([int(c.numerator) * (scale // int(c.denominator)) for c in coefficients])


def without_common_factor(coefficients: Sequence[int]) -> Coefficients:
    """Integer coefficients without leading zeros, divided by their greatest common divisor."""
    common = gcd(*coefficients)
    start = next((k for k, c in enumerate(coefficients) if c), len(coefficients))
    return tuple(c // common for c in coefficients[start:])


def value_at(polynomial: Coefficients, number: Fraction) -> Fraction:
    """The value at a rational number, by Horner's rule over a common denominator."""
    return Fraction(_scaled_value(polynomial, number), number.denominator ** max(len(polynomial) - 1, 0))


def sign_at(polynomial: Coefficients, number: Fraction) -> int:
    """The sign (-1, 0 or 1) at a rational number."""
    scaled = _scaled_value(polynomial, number)
    return (scaled > 0) - (scaled < 0)


def _scaled_value(polynomial: Coefficients, number: Fraction) -> int:
    top, bottom = number.numerator, number.denominator
    total, power = 0, 1
    for coefficient in polynomial:
        total = total * top + coefficient * power
        power *= bottom
    # Each coefficient above was multiplied by its own power of the denominator, the leading one by 1.
    return total


def divide_out(polynomial: Coefficients, root: Fraction) -> Coefficients:
    """The primitive quotient of a polynomial by ``x - root``, where ``root`` is one of its roots."""
    quotient = [Fraction(0)]
    for coefficient in polynomial[:-1]:
        quotient.append(quotient[-1] * root + coefficient)
    return primitive(quotient[1:])


def root_bound(polynomial: Coefficients) -> Fraction:
    """A number larger than the absolute value of every root (Cauchy 1829), rounded up to an integer."""
    return Fraction(2 + max((abs(c) for c in polynomial[1:]), default=0) // abs(polynomial[0]))


def isolate(polynomial: Coefficients, low: Fraction | None = None, high: Fraction | None = None) -> list[Isolated]:
    """Isolating intervals, in increasing order, of the roots of a square-free polynomial in the closed range given.

    An end that is None is infinite. Rational roots may come out as points or as intervals; the ends of an interval
    are never roots themselves.
    """
    exact: list[Fraction] = []
    while True:
        bound = root_bound(polynomial) if len(polynomial) > 1 else Fraction(1)
        left = -bound if low is None else low
        right = bound if high is None else high
        found = _bisect(polynomial, left, right) if left <= right else []
        if not isinstance(found, Fraction):
            break
        # A root was met exactly while cutting: note it and start again without it.
        exact.append(found)
        polynomial = divide_out(polynomial, found)
    return sorted(_clear_of(polynomial, found, exact) + [(root, root) for root in exact])


def _bisect(polynomial: Coefficients, low: Fraction, high: Fraction) -> list[Isolated] | Fraction:
    """The isolating intervals inside a range, or a rational root met at an end or at a cut."""
    degree = len(polynomial) - 1
    if degree < 1:
        return []
    for end in (low, high):
        if sign_at(polynomial, end) == 0:
            return end
    if low == high:
        return []
    pending = [(low, high, bernstein_row(polynomial, low, high))]
    found: list[Isolated] = []
    while pending:
        left, right, row = pending.pop()
        changes = _sign_changes(row)
        if changes == 1:
            found.append((left, right))
        elif changes > 1:
            middle = (left + right) / 2
            below, above = _halves(row)
            if above[0] == 0:
                return middle
            pending += [(left, middle, below), (middle, right, above)]
    return found


def _clear_of(polynomial: Coefficients, intervals: list[Isolated], points: list[Fraction]) -> list[Isolated]:
    """Intervals shrunk until none contains or touches one of the points (which are no roots of the polynomial)."""
    clear = []
    for interval in intervals:
        narrow = interval
        while any(narrow[0] <= point <= narrow[1] for point in points) and narrow[0] < narrow[1]:
            narrow = halve(polynomial, narrow)
        clear.append(narrow)
    return clear


def bernstein_row(polynomial: Coefficients, low: Fraction, high: Fraction) -> list[int]:
    """Bernstein coefficients on ``[low, high]``, up to a positive factor common to all of them."""
    degree = len(polynomial) - 1
    scale = lcm(low.denominator, high.denominator)
    start, width = int(low * scale), int((high - low) * scale)
    # p(low + width t) * scale^degree, by Horner in t with polynomial coefficients, lowest power first.
    shifted: list[int] = []
    power = 1
    for coefficient in polynomial:
        grown = [0] * (len(shifted) + 1)
        for k, c in enumerate(shifted):
            grown[k] += c * start
            grown[k + 1] += c * width
        grown[0] += coefficient * power
        shifted = grown
        power *= scale
    common = lcm(*(comb(degree, k) for k in range(degree + 1)))
    scaled = [c * (common // comb(degree, k)) for k, c in enumerate(shifted)]
    return [sum(comb(j, k) * scaled[k] for k in range(j + 1)) for j in range(degree + 1)]


def _halves(row: list[int]) -> tuple[list[int], list[int]]:
    """De Casteljau's rule: the coefficients on the left and right half, up to one positive factor for each."""
    degree = len(row) - 1
    left, right = [], []
    current = row
    for step in range(degree + 1):
        # After `step` averagings without dividing, entries carry the factor 2^step.
        left.append(current[0] << (degree - step))
        right.append(current[-1] << (degree - step))
        current = [a + b for a, b in pairwise(current)]
    right.reverse()
    return left, right


def _sign_changes(row: list[int]) -> int:
    signs = [c > 0 for c in row if c != 0]
    return sum(a != b for a, b in pairwise(signs))


def halve(polynomial: Coefficients, interval: Isolated) -> Isolated:
    """The half of an isolating interval that holds the root (the point itself if the middle is the root)."""
    low, high = interval
    if low == high:
        return interval
    middle = (low + high) / 2
    at_middle = sign_at(polynomial, middle)
    if at_middle == 0:
        return middle, middle
    return (low, middle) if at_middle != sign_at(polynomial, low) else (middle, high)


Number = Fraction | AlgebraicNumber
"""An exact real number: rational, or irrational algebraic."""


def sign_of(polynomial: Coefficients, number: Number) -> int:
    """The exact sign (-1, 0 or 1) of a polynomial at a rational or algebraic number."""
    if isinstance(number, Fraction):
        return sign_at(polynomial, number)
    total: Any = Fraction(0)
    for coefficient in polynomial:
        total = total * number + coefficient
    return total.sign() if isinstance(total, AlgebraicNumber) else (total > 0) - (total < 0)


def polynomial_text(polynomial: Coefficients, name: str = "x") -> str:
    """A univariate polynomial as people write it: ``2*x^2 - 1``."""
    parts = []
    for power, coefficient in zip(range(len(polynomial) - 1, -1, -1), polynomial, strict=True):
        if coefficient == 0:
            continue
        variable = "" if power == 0 else name if power == 1 else f"{name}^{power}"
        size = abs(coefficient)
        body = str(size) if not variable else variable if size == 1 else f"{size}*{variable}"
        parts.append(("- " if coefficient < 0 else "+ ") + body)
    text = " ".join(parts) or "0"
    return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1) if text.startswith("- ") else text


def irreducible_factors(polynomial: Coefficients) -> list[Coefficients]:
    """The distinct irreducible factors over the rationals, primitive, with positive leading coefficients, in order."""
    if len(polynomial) < 2:
        return []
    factors = number_field.irreducible_factors(fmpz_poly(list(reversed(polynomial))))
    return sorted((tuple(int(c) for c in reversed(factor.coeffs())) for factor in factors), key=lambda f: (len(f), f))


def real_roots(
    polynomial: Coefficients,
    low: Fraction | None = None,
    high: Fraction | None = None,
    check: Check = no_check,
) -> list[Number]:
    """The distinct real roots in a closed range, in increasing order, each rational or a `RealRoot`.

    Raises ValueError for the zero polynomial, which vanishes everywhere.
    """
    if not polynomial:
        raise ValueError("every number is a root of the zero polynomial")
    found: list[Number] = []
    for factor in irreducible_factors(polynomial):
        check()
        found += roots_of_irreducible(factor, low, high)
    return sorted(found)


def roots_of_irreducible(
    factor: Coefficients, low: Fraction | None = None, high: Fraction | None = None
) -> list[Number]:
    """The real roots of an irreducible polynomial in a closed range, in increasing order."""
    roots = algebraic.roots_of_irreducible(fmpz_poly(list(reversed(factor))))
    return [r for r in roots if (low is None or r >= low) and (high is None or r <= high)]
