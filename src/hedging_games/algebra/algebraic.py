"""Exact real algebraic numbers that compute beside ints and fractions, in numpy object arrays or alone.

An irrational number is held as an element of Q(α): a polynomial in α modulo α's minimal polynomial (Cohen 1993, A Course
in Computational Algebraic Number Theory, 4.2). The coordinates of one equilibrium share their α (a rational univariate
representation; Rouillier 1999), so what is computed from them, payoffs and gains, stays in one field and equality with
zero is a comparison of coefficients. Signs of nonzero elements are read off enclosures that are narrowed until they
exclude zero. Every result that is rational is a `fractions.Fraction`, so an `AlgebraicNumber` is always irrational.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import total_ordering
from math import isqrt
from numbers import Rational
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from hedging_games.algebra.number_field import (
    RealField,
    as_fraction,
    as_rational,
    integer_polynomial,
    irreducible_factors,
    isolating_intervals,
)
from hedging_games.errors import could_not_finish

LARGEST_DEGREE = 100
"""Numbers of a higher degree are not formed when two fields meet: the work grows with the product of the degrees."""


@total_ordering
class AlgebraicNumber:
    """An irrational real algebraic number. Made by `real_roots` and arithmetic, not directly.

    It mixes with int and Fraction (and anything registered as ``numbers.Rational``); a float is refused with TypeError,
    since what a float stands for is a guess. Comparison, equality and hash are decided exactly.
    """

    __slots__ = ("_float", "coordinates", "field")

    def __init__(self, field: RealField, coordinates: fmpq_poly) -> None:
        self.field = field
        self.coordinates = coordinates
        self._float: float | None = None

    # --- arithmetic

    def __add__(self, other: Any) -> Any:
        return self._combine(other, lambda a, b: a + b, "sum")

    __radd__ = __add__

    def __mul__(self, other: Any) -> Any:
        return self._combine(other, lambda a, b: a * b, "product")

    __rmul__ = __mul__

    def __sub__(self, other: Any) -> Any:
        return self + (-other) if _is_exact(other) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, AlgebraicNumber):
            return self * other.inverse()
        return element(self.field, self.coordinates / _rational(other)) if _is_exact(other) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        return self.inverse() * other

    def __neg__(self) -> AlgebraicNumber:
        return AlgebraicNumber(self.field, -self.coordinates)

    def __pos__(self) -> AlgebraicNumber:
        return self

    def __abs__(self) -> AlgebraicNumber:
        return self if self.sign() > 0 else -self

    def __pow__(self, exponent: int) -> Any:
        if not isinstance(exponent, int):
            return NotImplemented
        base: Any = self if exponent >= 0 else self.inverse()
        power: Any = Fraction(1)
        for bit in f"{abs(exponent):b}":
            power = power * power
            if bit == "1":
                power = power * base
        return power

    def inverse(self) -> AlgebraicNumber:
        """1 over this number (an irrational number is never zero)."""
        _, cofactor, _ = self.coordinates.xgcd(fmpq_poly(self.field.polynomial))
        return AlgebraicNumber(self.field, cofactor)

    def _combine(self, other: Any, operation: Any, name: str) -> Any:
        if isinstance(other, AlgebraicNumber):
            if not self.field.is_same_as(other.field):
                return _across(self, other, operation, name)
            return element(self.field, operation(self.coordinates, other.coordinates) % _modulus(self.field))
        if not _is_exact(other):
            return NotImplemented
        return element(self.field, operation(self.coordinates, _rational(other)))

    # --- order

    def sign(self) -> int:
        """−1 or 1: an irrational number is not zero."""
        return -1 if self._is_below(fmpq(0)) else 1

    def _is_below(self, rational: fmpq) -> bool:
        """Whether the number is less than a rational one, which it does not equal."""
        while True:
            low, high = self._bounds()
            if low >= rational:
                return False
            if high <= rational:
                return True
            self.field.narrow()

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AlgebraicNumber):
            return False if _is_exact(other) else NotImplemented
        if self.field.is_same_as(other.field):
            return bool(self.coordinates == other.coordinates)
        return float(self) == float(other) and same_root(self, other)

    def __lt__(self, other: Any) -> bool:
        if isinstance(other, AlgebraicNumber) and not self.field.is_same_as(other.field):
            near = float(self), float(other)  # rounded to nearest, so where they differ they tell the order
            return near[0] < near[1] if near[0] != near[1] else self != other and _is_below(self, other)
        if isinstance(other, AlgebraicNumber):
            difference = self - other
            return bool(difference < 0) if isinstance(difference, Fraction) else difference.sign() < 0
        return self._is_below(_rational(other)) if _is_exact(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(("algebraic", float(self)))

    # --- nearness

    def _bounds(self) -> tuple[fmpq, fmpq]:
        """Rational bounds from the current bracket of α: the value at its middle, give or take slope times radius."""
        low, high = self.field.bracket
        middle, radius = (low + high) / 2, (high - low) / 2
        largest = max(abs(low), abs(high))
        slope = fmpq(0)
        for power in range(self.coordinates.degree(), 0, -1):
            slope = slope * largest + power * abs(self.coordinates[power])
        value = self.coordinates(middle)
        return value - slope * radius, value + slope * radius

    def enclosure(self, error: Fraction | int = Fraction(1, 10**17)) -> tuple[Fraction, Fraction]:
        """Rational bounds, lower and upper, at most ``2 * error`` apart; the number lies strictly between."""
        wanted = 2 * as_rational(Fraction(error))
        while True:
            low, high = self._bounds()
            if high - low <= wanted:
                return as_fraction(low), as_fraction(high)
            self.field.narrow()

    def __float__(self) -> float:
        """The nearest double (both ends of a narrow enough enclosure round to it, so equal numbers give equal floats)."""
        if self._float is None:
            error = Fraction(1, 2**64)
            low, high = self.enclosure(error)
            while float(low) != float(high):
                error /= 2**32
                low, high = self.enclosure(error)
            self._float = float(low)
        return self._float

    # --- names

    @property
    def minimal_polynomial(self) -> tuple[int, ...]:
        """Coefficients, constant term first, of the irreducible primitive integer polynomial with this root."""
        return tuple(int(c) for c in self.minimal().coeffs())

    def minimal(self) -> fmpz_poly:
        """The minimal polynomial as FLINT's type."""
        if self.coordinates.degree() == 1 and self.coordinates[0] == 0 and self.coordinates[1] == 1:
            return self.field.polynomial
        characteristic = _multiplication(self).charpoly()
        return irreducible_factors(characteristic.numer())[0]

    @property
    def degree(self) -> int:
        """The degree of the minimal polynomial."""
        return int(self.minimal().degree())

    def exact(self) -> str:
        """An exact name: ``sqrt(3)/2``, ``(3/4)^(1/3)``, else ``root of 3*x^3 - x + 1 near -0.87, in [-0.88, -0.87]``."""
        from hedging_games.algebra.algebraic_text import exact_text

        return exact_text(self)

    def json(self) -> dict[str, str]:
        """The number as the JSON output writes irrational numbers: an approximation and an exact name."""
        return {"approx": repr(float(self)), "exact": self.exact()}

    def __str__(self) -> str:
        return self.exact()

    def __repr__(self) -> str:
        return f"AlgebraicNumber({self.exact()})"

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        low, high = (as_fraction(end) for end in self.field.bracket)
        coordinates = tuple(as_fraction(c) for c in self.coordinates.coeffs())
        return _rebuild, (tuple(int(c) for c in self.field.polynomial.coeffs()), low, high, coordinates)


Exact = int | Fraction | AlgebraicNumber
"""An exact real number."""


# --- where numbers come from


def enclosure(number: Exact, error: Fraction) -> tuple[Fraction, Fraction]:
    """Rational bounds of an exact number, at most ``2 * error`` apart: the number itself where it is rational."""
    return number.enclosure(error) if isinstance(number, AlgebraicNumber) else (Fraction(number), Fraction(number))


def element(field: RealField, coordinates: fmpq_poly) -> Fraction | AlgebraicNumber:
    """The element of Q(α) with these reduced coordinates: a Fraction where it is rational."""
    if coordinates.degree() <= 0:
        return as_fraction(coordinates[0])
    return AlgebraicNumber(field, coordinates)


def polynomial_at(polynomial: fmpq_poly, number: Fraction | AlgebraicNumber) -> Fraction | AlgebraicNumber:
    """A polynomial with rational coefficients at an exact number, within the number's field."""
    if isinstance(number, AlgebraicNumber):
        return element(number.field, polynomial(number.coordinates) % _modulus(number.field))
    return as_fraction(polynomial(as_rational(number)))


def quadratic_field(radicand: int) -> RealField:
    """The field Q(√d), α = √d, of a positive integer d that is no square."""
    root = isqrt(radicand)
    return RealField(fmpz_poly([-radicand, 0, 1]), fmpq(root), fmpq(root + 1))


def real_roots(coefficients: Sequence[int | Fraction]) -> tuple[Fraction | AlgebraicNumber, ...]:
    """The distinct real roots, in increasing order, of a polynomial given by its coefficients, constant term first.

    Raises ValueError for the zero polynomial, whose roots are all numbers.
    """
    polynomial = integer_polynomial(coefficients)
    if polynomial.degree() < 0:
        raise ValueError("every number is a root of the zero polynomial")
    factors = irreducible_factors(polynomial)
    if len(factors) == 1:
        return tuple(roots_of_irreducible(factors[0]))
    return tuple(sorted(root for factor in factors for root in roots_of_irreducible(factor)))


def square_root(number: Fraction | AlgebraicNumber) -> Fraction | AlgebraicNumber:
    """The root, not negative, of a number that is not negative."""
    coefficients = number.minimal_polynomial if isinstance(number, AlgebraicNumber) else (-number, 1)
    of_squares = [c for coefficient in coefficients for c in (coefficient, 0)]
    return next(root for root in real_roots(of_squares) if root >= 0 and root * root == number)


def roots_of_irreducible(factor: fmpz_poly) -> list[Fraction | AlgebraicNumber]:
    """The real roots of an irreducible integer polynomial, in increasing order.

    The two of a quadratic share the field of the discriminant's root; any other generates its own.
    """
    if factor.degree() < 1:
        return []
    if factor.degree() == 1:
        return [Fraction(-int(factor[0]), int(factor[1]))]
    if factor.degree() == 2:
        return _quadratic_roots(*(int(c) for c in factor.coeffs()))
    generator = fmpq_poly([0, 1])
    return [AlgebraicNumber(RealField(factor, low, high), generator) for low, high in isolating_intervals(factor)]


def _quadratic_roots(c: int, b: int, a: int) -> list[Fraction | AlgebraicNumber]:
    """The roots of an irreducible quadratic a x² + b x + c with a > 0."""
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    field = quadratic_field(discriminant)
    centre, reach = fmpq(-b, 2 * a), fmpq(1, 2 * a)
    return [AlgebraicNumber(field, fmpq_poly([centre, side * reach])) for side in (-1, 1)]


# --- two fields


def same_root(a: AlgebraicNumber, b: AlgebraicNumber) -> bool:
    """Whether two numbers of different fields are equal: the same root of the same minimal polynomial."""
    minimal = a.minimal()
    if minimal != b.minimal():
        return False
    roots = roots_of_irreducible(minimal)
    return _position(a.enclosure, roots) == _position(b.enclosure, roots)


def _position(bounds: Callable[[Fraction], tuple[Any, Any]], candidates: list[Any]) -> int:
    """Which of some distinct numbers a number is, given by its enclosures: narrow all until only one is left."""
    error = Fraction(1, 2**20)
    while True:
        low, high = bounds(error)
        near = []
        for k, candidate in enumerate(candidates):
            below, above = enclosure(candidate, error)
            if below <= high and low <= above:
                near.append(k)
        if len(near) == 1:
            return near[0]
        error /= 2**20


def _is_below(a: AlgebraicNumber, b: AlgebraicNumber) -> bool:
    """Whether a < b, for different numbers."""
    error = Fraction(1, 2**20)
    while True:
        (a_low, a_high), (b_low, b_high) = a.enclosure(error), b.enclosure(error)
        if a_high <= b_low or b_high <= a_low:
            return a_high <= b_low
        error /= 2**20


def _across(a: AlgebraicNumber, b: AlgebraicNumber, operation: Any, name: str) -> Fraction | AlgebraicNumber:
    """A sum or product over two fields.

    With A and B the matrices of multiplication by a and b, the eigenvalues of A ⊗ I + I ⊗ B (of A ⊗ B) are the sums
    (products) of conjugates, so the result is a root of the characteristic polynomial; enclosures tell which.
    """
    size_a, size_b = a.field.degree, b.field.degree
    if size_a * size_b > LARGEST_DEGREE:
        raise could_not_finish(
            "number",
            f"the {name} of numbers of degrees {size_a} and {size_b} may have degree {size_a * size_b}, beyond {LARGEST_DEGREE}",
            "compute within one equilibrium, whose numbers share a field, or with enclosures",
        )
    rows_a, rows_b = _multiplication(a).tolist(), _multiplication(b).tolist()
    pairs = [(i, j) for i in range(size_a) for j in range(size_b)]
    if name == "sum":
        table = [
            [(rows_a[i][k] if j == m else fmpq(0)) + (rows_b[j][m] if i == k else fmpq(0)) for k, m in pairs]
            for i, j in pairs
        ]
    else:
        table = [[rows_a[i][k] * rows_b[j][m] for k, m in pairs] for i, j in pairs]
    factors = irreducible_factors(fmpq_mat(table).charpoly().numer())
    candidates = [root for factor in factors for root in roots_of_irreducible(factor)]

    def bounds(error: Fraction) -> tuple[Any, Any]:
        ends = [operation(p, q) for p in a.enclosure(error) for q in b.enclosure(error)]
        return min(ends), max(ends)

    return candidates[_position(bounds, candidates)]


def _multiplication(number: AlgebraicNumber) -> fmpq_mat:
    """The matrix of multiplication by a number on the basis 1, α, α², …"""
    modulus = _modulus(number.field)
    size = number.field.degree
    column = number.coordinates
    columns = []
    for _ in range(size):
        columns.append([column[k] for k in range(size)])
        column = column * fmpq_poly([0, 1]) % modulus
    return fmpq_mat([[columns[j][i] for j in range(size)] for i in range(size)])


def _modulus(field: RealField) -> fmpq_poly:
    return fmpq_poly(field.polynomial)


def _is_exact(value: object) -> bool:
    return isinstance(value, (AlgebraicNumber, Rational))


def _rational(value: Any) -> fmpq:
    return fmpq(int(value.numerator), int(value.denominator))


def _rebuild(
    polynomial: tuple[int, ...], low: Fraction, high: Fraction, coordinates: tuple[Fraction, ...]
) -> AlgebraicNumber:
    field = RealField(fmpz_poly(list(polynomial)), as_rational(low), as_rational(high))
    return AlgebraicNumber(field, fmpq_poly([as_rational(c) for c in coordinates]))
