"""How an irrational algebraic number is written down exactly."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from hedging_games.algebra.polynomials import Terms, terms_text

if TYPE_CHECKING:
    from hedging_games.algebra.algebraic import AlgebraicNumber

LARGEST_TRIAL_DIVISOR = 10_000
"""Square factors under a root are sought among primes up to this; a larger one stays under the root, where it is right too."""


def exact_text(number: AlgebraicNumber) -> str:
    """A closed form for quadratic numbers and roots of rationals, else the polynomial and where its root lies."""
    coefficients = number.minimal_polynomial
    if len(coefficients) == 3:
        return _quadratic_text(number, coefficients)
    if not any(coefficients[1:-1]):
        return _radical_text(number, coefficients)
    low, high = _short_isolation(number)
    terms: Terms = {(power,): c for power, c in reversed(list(enumerate(coefficients))) if c}
    return f"root of {terms_text(terms, ['x'])} near {float(number):.6g}, in [{low}, {high}]"


def split_square(radicand: int) -> tuple[int, int]:
    """``(s, r)`` with s² r the positive radicand, r free of squares of small primes and of being a square itself."""
    from math import isqrt

    outside, inside, rest = 1, 1, radicand
    divisor = 2
    while divisor <= LARGEST_TRIAL_DIVISOR and divisor * divisor <= rest:
        power = 0
        while rest % divisor == 0:
            rest //= divisor
            power += 1
        outside *= divisor ** (power // 2)
        inside *= divisor ** (power % 2)
        divisor += 1 if divisor == 2 else 2
    root = isqrt(rest)
    return (outside * root, inside) if root * root == rest else (outside, inside * rest)


def _quadratic_text(number: AlgebraicNumber, coefficients: tuple[int, ...]) -> str:
    """(−b ± s√r) / (2a), reduced."""
    c, b, a = coefficients
    outside, inside = split_square(b * b - 4 * a * c)
    if number < Fraction(-b, 2 * a):
        outside = -outside
    common = gcd(gcd(b, outside), 2 * a)
    rational, outside, denominator = -b // common, outside // common, 2 * a // common
    surd = f"sqrt({inside})" if abs(outside) == 1 else f"{abs(outside)}*sqrt({inside})"
    if rational == 0:
        text = f"-{surd}" if outside < 0 else surd
        return text if denominator == 1 else f"{text}/{denominator}"
    text = f"{rational} - {surd}" if outside < 0 else f"{rational} + {surd}"
    return text if denominator == 1 else f"({text})/{denominator}"


def _radical_text(number: AlgebraicNumber, coefficients: tuple[int, ...]) -> str:
    """±(p/q)^(1/n), for a root of q xⁿ ± p."""
    degree = len(coefficients) - 1
    ratio = Fraction(abs(coefficients[0]), coefficients[-1])
    base = f"({ratio})" if ratio.denominator > 1 else f"{ratio}"
    text = f"{base}^(1/{degree})"
    return f"-{text}" if number.sign() < 0 else text


def _short_isolation(number: AlgebraicNumber) -> tuple[str, str]:
    """A short decimal interval around the number that holds no other root of its minimal polynomial, as text."""
    from hedging_games.algebra.algebraic import roots_of_irreducible

    roots = [root for root in roots_of_irreducible(number.minimal()) if root != number]
    digits = 2
    while True:
        step = 10**digits
        below, _ = number.enclosure(Fraction(1, 100 * step))
        floor = below.numerator * step // below.denominator
        for low in (floor, floor + 1):
            ends = Fraction(low, step), Fraction(low + 1, step)
            if ends[0] < number < ends[1] and not any(ends[0] <= root <= ends[1] for root in roots):
                return _decimal(low, digits), _decimal(low + 1, digits)
        digits += 1


def _decimal(count: int, digits: int) -> str:
    """``count`` units of the last of ``digits`` decimal places."""
    whole, rest = divmod(abs(count), 10**digits)
    return f"{'-' if count < 0 else ''}{whole}.{rest:0{digits}d}"
