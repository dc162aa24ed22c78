"""A boundary ``polynomial = 0`` solved for one of its variables, as people write it: ``x = 1/(1 + y)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.polynomials import (
    Exponents,
    parameter_ring,
    polynomial_of,
    terms_text,
    value_at,
    variables_of,
)


def solved_for(
    terms: Mapping[Exponents, Any], variable: int, names: Sequence[str], near: Sequence[Fraction] | None = None
) -> str:
    """The boundary solved for a variable: rational where it is linear in it, with a square root where quadratic.

    Of two roots the one is meant that passes closest to the point ``near``. Beyond degree two, or without a point to choose
    by, the equation is given as it stands.
    """
    parts = _powers(terms, variable)
    if len(parts) == 2:
        return f"{names[variable]} = {_quotient(_negative(parts[0]), parts[1], names)}"
    if len(parts) == 3 and near is not None:
        return f"{names[variable]} = {_root(parts, variable, names, near)}"
    return f"{terms_text(dict(terms), names)} = 0"


def _powers(terms: Mapping[Exponents, Any], variable: int) -> list[dict[Exponents, Any]]:
    """The coefficients of the powers of a variable, lowest first."""
    found: list[dict[Exponents, Any]] = [{} for _ in range(max(e[variable] for e in terms) + 1)]
    for powers, c in terms.items():
        found[powers[variable]][(*powers[:variable], 0, *powers[variable + 1 :])] = c
    return found


def _negative(terms: Mapping[Exponents, Any]) -> dict[Exponents, Any]:
    return {e: -c for e, c in terms.items()}


def _quotient(top: Mapping[Exponents, Any], bottom: Mapping[Exponents, Any], names: Sequence[str]) -> str:
    ring = parameter_ring(names)
    field = ring.to_field()
    return str(field(polynomial_of(ring, top)) / field(polynomial_of(ring, bottom)))


def _root(
    parts: Sequence[Mapping[Exponents, Any]], variable: int, names: Sequence[str], near: Sequence[Fraction]
) -> str:
    """``(-b ± sqrt(b**2 - 4*a*c))/(2*a)`` with the sign of the root closest to a point."""
    ring = parameter_ring(names)
    c, b, a = (polynomial_of(ring, part) for part in parts)
    slope = value_at(parts[2], near)
    # Beyond the middle between the roots, -b/(2*a), lies the one with the plus sign if a is positive.
    beyond = 2 * slope * near[variable] + value_at(parts[1], near)
    sign = "+" if beyond >= 0 else "-"
    return f"({-b} {sign} sqrt({b**2 - 4 * a * c}))/({2 * a})"


def involves(terms: Mapping[Exponents, Any], variable: int) -> bool:
    """Whether a variable occurs."""
    return variable in variables_of(terms)
