"""Zeros of multiaffine systems, proved: Newton's method proposes, Krawczyk's test in rationals disposes.

Krawczyk's test (Krawczyk 1969; Neumaier 1990, Interval Methods for Systems of Equations, 5.1) decides that a cube holds
exactly one zero of a square system. It is computed here in fractions, so its answer is a proof.
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

_MARGIN = 1e-12
"""Rounding errors in a range are below this share of the sum of the coefficients' sizes."""


Term = tuple[tuple[int, ...], Fraction]
"""The variables of a monomial, each once, and its coefficient."""


@dataclass(frozen=True, slots=True)
class Form:
    """A polynomial of degree one in each player's coordinates: ``table`` has an axis a player, the last place of each
    for the constant 1; ``exact`` holds the same numbers as fractions, each with the variables that it multiplies.
    """

    table: np.ndarray
    margin: float
    exact: tuple[Term, ...]


def form_of(groups: Sequence[tuple[int, ...]], polynomial: Polynomial) -> Form:
    """A polynomial of degree one in the variables of each group as a form."""
    table = np.zeros(tuple(len(group) + 1 for group in groups))
    exact = []
    largest = max(abs(int(c)) for c in polynomial.coeffs())
    for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        index = tuple(next((k for k, v in enumerate(group) if exponents[v]), len(group)) for group in groups)
        scaled = Fraction(int(coefficient), largest)
        table[index] = float(scaled)
        exact.append((tuple(v for v, power in enumerate(exponents) if power), scaled))
    return Form(table, _MARGIN * float(np.abs(table).sum()), tuple(exact))


def values_at(form: Form, points: np.ndarray) -> np.ndarray:
    """The value of a form, scaled like its table, at each point."""
    total = np.zeros(len(points))
    for variables, c in form.exact:
        total += float(c) * points[:, list(variables)].prod(axis=1)
    return total


def gradients_at(form: Form, points: np.ndarray) -> np.ndarray:
    """The gradient of a form at each point, shape (points, coordinates)."""
    gradient = np.zeros(points.shape)
    for variables, c in form.exact:
        for v in variables:
            gradient[:, v] += float(c) * points[:, [w for w in variables if w != v]].prod(axis=1)
    return gradient


@dataclass(slots=True)
class Zero:
    """A zero at ``centre``, up to Newton's error, alone in the box from ``low`` to ``high`` (exact in doubles)."""

    centre: list[Fraction]
    low: np.ndarray
    high: np.ndarray
    equations: Sequence[Form]


def newton(equations: Sequence[Form], points: np.ndarray) -> np.ndarray:
    """Where Newton's method converges from each point, within or near the unit cube."""
    for _ in range(25):
        jacobian = np.stack([gradients_at(form, points) for form in equations], axis=1)
        regular = np.abs(np.linalg.det(jacobian)) > 1e-12
        points, jacobian = points[regular], jacobian[regular]
        if len(points) == 0:
            return points
        values = np.stack([values_at(form, points) for form in equations], axis=1)
        steps = np.linalg.solve(jacobian, values[:, :, None])[:, :, 0]
        points = points - steps
        near = (np.abs(points - 0.5) < 1).all(axis=1)
        points, steps = points[near], steps[near]
        if len(points) == 0 or np.abs(steps).max() < 1e-15:
            break
    return points[np.abs(steps).max(axis=1) < 1e-12] if len(points) else points


def largest_proved_cube(equations: Sequence[Form], point: np.ndarray, check: Check) -> Zero | None:
    """The largest of a few boxes around a point on which Krawczyk's test holds."""
    try:
        inverse = _rational_inverse(equations, point)
    except np.linalg.LinAlgError:
        return None
    centre = [Fraction(float(x)) for x in point]
    for power in (3, 5, 7, 10, 14, 20, 28):
        check()
        radius = Fraction(1, 2**power)
        if krawczyk(equations, centre, radius, inverse) is not None:
            low, high = point - 2.0**-power, point + 2.0**-power
            # Round inwards, so that the box in doubles is inside the proved one.
            return Zero(centre, np.nextafter(low, 2), np.nextafter(high, -2), equations)
    return None


def _rational_inverse(equations: Sequence[Form], point: np.ndarray) -> list[list[Fraction]]:
    """An approximate inverse of the Jacobian, in short dyadic numbers (Krawczyk's test may use any)."""
    inverse = np.linalg.inv(np.stack([gradients_at(form, point[None])[0] for form in equations]))
    return [[Fraction(round(float(x) * 2**20), 2**20) for x in row] for row in inverse]


def krawczyk(
    equations: Sequence[Form], centre: Sequence[Fraction], radius: Fraction, inverse: Sequence[Sequence[Fraction]]
) -> tuple[list[Fraction], Fraction] | None:
    """Krawczyk's test on the cube of a radius around a centre, in rationals.

    Returns the centre and radius of a smaller cube that also holds the zero, None if the test fails. With Y the
    approximate ``inverse`` of the Jacobian, the cube holds exactly one zero if -Y F(c) + (I - Y J)[-r, r] lies strictly
    inside [-r, r], J ranging over the Jacobians on the cube.
    """
    size = len(centre)
    values = [exact_value(form, centre) for form in equations]
    slopes = [[_range(_derivative(form, v), centre, radius) for v in range(size)] for form in equations]
    shift, spread = [], []
    for i in range(size):
        shift.append(-sum((inverse[i][k] * values[k] for k in range(size)), Fraction(0)))
        total = Fraction(0)
        for j in range(size):
            low = high = Fraction(int(i == j))
            for k in range(size):
                y = inverse[i][k]
                least, most = slopes[k][j] if y > 0 else slopes[k][j][::-1]
                low, high = low - y * most, high - y * least
            total += max(abs(low), abs(high))
        spread.append(total * radius)
    if any(abs(s) + w >= radius for s, w in zip(shift, spread, strict=True)):
        return None
    return [c + s for c, s in zip(centre, shift, strict=True)], max(spread)


def exact_value(form: Form, point: Sequence[Fraction]) -> Fraction:
    """The value of a form, scaled like its table, at a rational point."""
    return sum((c * prod(point[v] for v in variables) for variables, c in form.exact), Fraction(0))


def value_range(form: Form, centre: Sequence[Fraction], radius: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of a form on a cube."""
    return _range(form.exact, centre, radius)


def _range(terms: Sequence[Term], centre: Sequence[Fraction], radius: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of a sum of terms on a cube: its value at the centre, give or take what each term can change."""
    value = change = Fraction(0)
    for variables, c in terms:
        at_centre = c * prod(centre[v] for v in variables)
        value += at_centre
        change += abs(c) * prod(abs(centre[v]) + radius for v in variables) - abs(at_centre)
    return value - change, value + change


def _derivative(form: Form, variable: int) -> list[Term]:
    return [(tuple(v for v in variables if v != variable), c) for variables, c in form.exact if variable in variables]


def refined(zero: Zero) -> tuple[list[Fraction], Fraction] | None:
    """A centre and a radius, at most `ERROR`, of a cube that holds the zero."""
    inverse = _rational_inverse(zero.equations, np.array([float(x) for x in zero.centre]))
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
