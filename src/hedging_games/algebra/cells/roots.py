"""Real roots of polynomials with integer coefficients: isolated exactly, compared exactly, named for people.

A univariate polynomial is here the tuple of its integer coefficients, highest power first, without leading zeros; the
zero polynomial is the empty tuple. Roots are isolated by Descartes' rule of signs in the Bernstein basis with
bisection (Collins and Akritas 1976; Lane and Riesenfeld 1981).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import total_ordering
from itertools import pairwise
from math import comb, gcd, lcm
from typing import Any

Coefficients = tuple[int, ...]
Isolated = tuple[Fraction, Fraction]
"""An isolating interval: open with one root inside, or a single point ``(r, r)`` that is the root."""


def primitive(coefficients: Sequence[Any]) -> Coefficients:
    """The positive multiple of a rational polynomial whose coefficients are integers without common factor."""
    ratios = [Fraction(int(c.numerator), int(c.denominator)) for c in coefficients]
    while ratios and ratios[0] == 0:
        ratios.pop(0)
    if not ratios:
        return ()
    scale = lcm(*(r.denominator for r in ratios))
    whole = [int(r * scale) for r in ratios]
    common = gcd(*whole)
    return tuple(c // common for c in whole)


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
        while any(interval[0] <= point <= interval[1] for point in points) and interval[0] < interval[1]:
            interval = halve(polynomial, interval)
        clear.append(interval)
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


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class RealRoot:
    """An irrational real algebraic number: root number ``index`` (from below, from 0) of an irreducible polynomial.

    ``polynomial`` is primitive with a positive leading coefficient and degree at least two; ``within`` is an
    isolating interval, of whatever width, with rational ends. Two roots are equal when polynomial and index are.
    Comparison with rationals and with other roots is exact.
    """

    polynomial: Coefficients
    index: int
    within: Isolated = field(repr=False)

    def narrowed(self, width: Fraction) -> RealRoot:
        """The same number with an isolating interval at most ``width`` wide."""
        interval = self.within
        while interval[1] - interval[0] > width:
            interval = halve(self.polynomial, interval)
        return RealRoot(self.polynomial, self.index, interval)

    def sign_of(self, polynomial: Coefficients) -> int:
        """The exact sign of another polynomial at this number."""
        if not polynomial:
            return 0
        if _vanishes(polynomial, self):
            return 0
        interval = self.within
        while True:
            row = bernstein_row(polynomial, *interval)
            if all(c > 0 for c in row):
                return 1
            if all(c < 0 for c in row):
                return -1
            interval = halve(self.polynomial, interval)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RealRoot):
            return self.polynomial == other.polynomial and self.index == other.index
        return False if isinstance(other, (int, Fraction)) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.polynomial, self.index))

    def __lt__(self, other: RealRoot | Fraction | int) -> bool:
        if isinstance(other, (int, Fraction)):
            return self._below(Fraction(other))
        if not isinstance(other, RealRoot):
            return NotImplemented
        if self == other:
            return False
        mine, theirs = self.within, other.within
        while mine[0] < theirs[1] and theirs[0] < mine[1]:
            mine, theirs = halve(self.polynomial, mine), halve(other.polynomial, theirs)
        return mine[1] <= theirs[0]

    def _below(self, number: Fraction) -> bool:
        low, high = self.within
        if number <= low:
            return False
        if number >= high:
            return True
        return sign_at(self.polynomial, number) != sign_at(self.polynomial, low)

    def __float__(self) -> float:
        interval = self.within
        while True:
            low, high = float(interval[0]), float(interval[1])
            if low == high or interval[1] - interval[0] <= abs(interval[0]) * Fraction(1, 1 << 60):
                return float((interval[0] + interval[1]) / 2)
            interval = halve(self.polynomial, interval)

    def __str__(self) -> str:
        return f"{float(self):.10g} (root {self.index + 1} of {polynomial_text(self.polynomial)})"


Number = Fraction | RealRoot
"""An exact real number: rational, or irrational algebraic."""


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


def _vanishes(polynomial: Coefficients, root: RealRoot) -> bool:
    """Whether the minimal polynomial of a root divides a polynomial."""
    remainder = [Fraction(c) for c in polynomial]
    divisor = root.polynomial
    while len(remainder) >= len(divisor):
        factor = remainder[0] / divisor[0]
        for k, c in enumerate(divisor):
            remainder[k] -= factor * c
        remainder.pop(0)
    return not any(remainder)


def irreducible_factors(polynomial: Coefficients) -> list[Coefficients]:
    """The distinct irreducible factors over the rationals, primitive, with positive leading coefficients, in order."""
    if len(polynomial) < 2:
        return []
    if len(polynomial) == 2:
        return [polynomial if polynomial[0] > 0 else tuple(-c for c in polynomial)]
    from sympy import ZZ
    from sympy.polys.factortools import dup_factor_list

    _, factors = dup_factor_list([ZZ(c) for c in polynomial], ZZ)
    distinct = {tuple(int(c) if factor[0] > 0 else -int(c) for c in factor) for factor, _ in factors}
    return sorted(distinct, key=lambda factor: (len(factor), factor))


def real_roots(
    polynomial: Coefficients,
    low: Fraction | None = None,
    high: Fraction | None = None,
    check: Callable[[], None] | None = None,
) -> list[Number]:
    """The distinct real roots in a closed range, in increasing order, each rational or a `RealRoot`.

    Raises ValueError for the zero polynomial, which vanishes everywhere.
    """
    if not polynomial:
        raise ValueError("every number is a root of the zero polynomial")
    found: list[Number] = []
    for factor in irreducible_factors(polynomial):
        if check is not None:
            check()
        found += roots_of_irreducible(factor, low, high)
    return sorted(found)


def roots_of_irreducible(
    factor: Coefficients, low: Fraction | None = None, high: Fraction | None = None
) -> list[Number]:
    """The real roots of an irreducible polynomial in a closed range, in increasing order."""
    if len(factor) == 2:
        root = Fraction(-factor[1], factor[0])
        inside = (low is None or low <= root) and (high is None or root <= high)
        return [root] if inside else []
    every = [RealRoot(factor, index, interval) for index, interval in enumerate(isolate(factor))]
    return [r for r in every if (low is None or not r._below(low)) and (high is None or r._below(high))]
