"""Zeros of multiaffine systems, proved: Newton's method proposes (`screening`), Krawczyk's test in whole numbers disposes.

Krawczyk's test (Krawczyk 1969; Neumaier 1990, Interval Methods for Systems of Equations, 5.1) decides that a cube holds
exactly one zero of a square system. It is computed here in dyadic numbers, so its answer is a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.algebra.polynomial_systems import Polynomial

ERROR: Final = Fraction(1, 10**30)
"""The half width that a refined cube does not exceed."""

_DIGITS: Final = 20
"""Binary digits after the point in the approximate inverse of a Jacobian."""

Term = tuple[tuple[int, ...], int]
"""The variables of a monomial, each once, and its coefficient."""


@dataclass(frozen=True, slots=True)
class Form:
    """A polynomial of degree one in each player's coordinates: ``table`` has an axis a player, the last place of each
    for the constant 1; ``exact`` holds the same numbers times 2**scale, each with the variables that it multiplies.
    """

    table: np.ndarray
    exact: tuple[Term, ...]
    scale: int


def form_of(groups: Sequence[tuple[int, ...]], polynomial: Polynomial) -> Form:
    """A polynomial of degree one in the variables of each group as a form, its coefficients at most one in size."""
    table = np.zeros(tuple(len(group) + 1 for group in groups))
    exact = []
    scale = max(abs(int(c)) for c in polynomial.coeffs()).bit_length()
    for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        index = tuple(next((k for k, v in enumerate(group) if exponents[v]), len(group)) for group in groups)
        table[index] = int(coefficient) / 2**scale
        exact.append((tuple(v for v, power in enumerate(exponents) if power), int(coefficient)))
    return Form(table, tuple(exact), scale)


@dataclass(slots=True)
class Zero:
    """A zero at ``centre``, up to Newton's error, alone in the box from ``low`` to ``high`` and a little beyond."""

    centre: list[Fraction]
    low: np.ndarray
    high: np.ndarray
    equations: Sequence[Form]


def largest_proved_cube(equations: Sequence[Form], point: np.ndarray, check: Check) -> Zero | None:
    """The largest of a few boxes around a point on which Krawczyk's test holds."""
    try:
        inverse = _dyadic_inverse(equations, point)
    except np.linalg.LinAlgError:
        return None
    centre = [Fraction(float(x)) for x in point]
    for power in (3, 5, 7, 10, 14, 20, 28):
        check()
        radius = Fraction(1, 2**power)
        if krawczyk(equations, centre, radius, inverse) is not None:
            # Smaller by more than any rounding error, so that what seems to be inside is.
            reach = 2.0**-power - 1e-12
            return Zero(centre, point - reach, point + reach, equations)
    return None


def _dyadic_inverse(equations: Sequence[Form], point: np.ndarray) -> list[list[int]]:
    """An approximate inverse of the Jacobian times 2**_DIGITS, in whole numbers (Krawczyk's test may use any)."""
    at = point.tolist()
    jacobian = [
        [
            sum(c / 2**form.scale * prod(at[w] for w in others) for others, c in _derivative(form, v))
            for v in range(len(at))
        ]
        for form in equations
    ]
    return [[round(x * 2**_DIGITS) for x in row] for row in np.linalg.inv(jacobian).tolist()]


def krawczyk(
    equations: Sequence[Form], centre: Sequence[Fraction], radius: Fraction, inverse: Sequence[Sequence[int]]
) -> tuple[list[Fraction], Fraction] | None:
    """Krawczyk's test on the cube of a dyadic radius around a dyadic centre, in whole numbers.

    Returns the centre and radius of a smaller cube that also holds the zero, None if the test fails. With Y the
    approximate ``inverse`` of the Jacobian, the cube holds exactly one zero if -Y F(c) + (I - Y J)[-r, r] lies strictly
    inside [-r, r], J ranging over the Jacobians on the cube.
    """
    size = len(centre)
    cube = _Cube(centre, radius)
    degree = max(len(variables) for form in equations for variables, _ in form.exact)
    scale = max(form.scale for form in equations)
    values, slopes = [], []
    for form in equations:
        raised = 2 ** (scale - form.scale)
        values.append(cube.middle_and_change(form.exact, degree)[0] * raised)
        slopes.append(
            [[x * raised for x in cube.middle_and_change(_derivative(form, v), degree - 1)] for v in range(size)]
        )
    one = 2 ** (_DIGITS + scale + cube.digits * (degree - 1))
    shift, spread = [], []
    for i, row in enumerate(inverse):
        shift.append(-sum(y * value for y, value in zip(row, values, strict=True)))
        total = 0
        for j in range(size):
            total += abs(one * (i == j) - sum(y * slopes[k][j][0] for k, y in enumerate(row)))
            total += sum(abs(y) * slopes[k][j][1] for k, y in enumerate(row))
        spread.append(total * cube.radius)
    if any(abs(s) + w >= cube.radius * one for s, w in zip(shift, spread, strict=True)):
        return None
    whole = one * 2**cube.digits
    return [c + Fraction(s, whole) for c, s in zip(centre, shift, strict=True)], Fraction(max(spread), whole)


class _Cube:
    """A cube with dyadic centre and radius, as whole numbers over 2**digits."""

    def __init__(self, centre: Sequence[Fraction], radius: Fraction) -> None:
        self.digits = max(x.denominator.bit_length() - 1 for x in (*centre, radius))
        self.centre = [c.numerator << self.digits - c.denominator.bit_length() + 1 for c in centre]
        self.radius = radius.numerator << self.digits - radius.denominator.bit_length() + 1

    def middle_and_change(self, terms: Sequence[Term], degree: int) -> tuple[int, int]:
        """The value of a sum of terms at the centre and how far it can be from that on the cube, times 2**(digits * degree)."""
        middle = change = 0
        for variables, c in terms:
            here, most = c << self.digits * (degree - len(variables)), abs(c) << self.digits * (degree - len(variables))
            for v in variables:
                here *= self.centre[v]
                most *= abs(self.centre[v]) + self.radius
            middle += here
            change += most - abs(here)
        return middle, change


def exact_value(form: Form, point: Sequence[Fraction]) -> Fraction:
    """The value of a form, times 2**scale, at a rational point."""
    return sum((prod((point[v] for v in variables), start=Fraction(c)) for variables, c in form.exact), Fraction(0))


def value_range(form: Form, centre: Sequence[Fraction], radius: Fraction) -> tuple[int, int]:
    """Bounds of a form, times some positive number, on a cube with dyadic centre and radius."""
    middle, change = _Cube(centre, radius).middle_and_change(form.exact, max(len(v) for v, _ in form.exact))
    return middle - change, middle + change


def _derivative(form: Form, variable: int) -> list[Term]:
    return [(tuple(v for v in variables if v != variable), c) for variables, c in form.exact if variable in variables]


def refined(zero: Zero) -> tuple[list[Fraction], Fraction] | None:
    """A centre and a radius, at most `ERROR`, of a cube that holds the zero."""
    inverse = _dyadic_inverse(zero.equations, np.array([float(x) for x in zero.centre]))
    centre, radius = zero.centre, Fraction(1, 2**36)
    for _ in range(60):
        step = krawczyk(zero.equations, centre, radius, inverse)
        if step is None:
            radius /= 2**4
            continue
        error = max(step[1], ERROR / 4)
        centre, radius = [_shortened(c, error) for c in step[0]], error * 2
        if radius <= ERROR:
            return centre, radius
    return None


def _shortened(value: Fraction, error: Fraction) -> Fraction:
    """A dyadic number within ``error`` of a value."""
    shift = (error.denominator // error.numerator).bit_length() + 1
    return Fraction((value.numerator << shift) // value.denominator, 1 << shift)
