"""Polynomial equations and inequalities as data: evaluated exactly, and written as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from hedging_games.algebra.numbers import coprime
from hedging_games.algebra.polynomials import Exponents, terms_text, value_at


@dataclass(frozen=True, slots=True)
class Constraint:
    """A polynomial that is zero (``relation`` "=") or not negative (">=").

    ``terms`` pairs exponents, one for each variable, with nonzero integer coefficients, in decreasing lexicographic
    order of the exponents; the coefficients have no common factor, and the first of an equation is positive.
    """

    terms: tuple[tuple[Exponents, int], ...]
    relation: Literal["=", ">="]

    def value(self, point: Sequence[Any]) -> Any:
        """The polynomial at a point (exact numbers give an exact value)."""
        return value_at(dict(self.terms), point)

    def holds(self, point: Sequence[Any]) -> bool:
        """Whether a point satisfies the constraint."""
        value = self.value(point)
        return bool(value == 0) if self.relation == "=" else bool(value >= 0)

    @property
    def degree(self) -> int:
        """The total degree."""
        return max((sum(exponents) for exponents, _ in self.terms), default=0)

    def text(self, names: Sequence[str]) -> str:
        """The constraint in the given names of the variables, such as ``3*x*y - 1 = 0``."""
        return f"{terms_text(dict(self.terms), names)} {self.relation} 0"


def constraint(terms: dict[Exponents, int | Fraction], relation: Literal["=", ">="]) -> Constraint:
    """The constraint with these terms (exponents to rational coefficient), scaled by a positive number to coprime
    integers; an equation also by −1 where its first coefficient would be negative.
    """
    kept = sorted(((exponents, c) for exponents, c in terms.items() if c != 0), reverse=True)
    integers = coprime([c for _, c in kept])
    if relation == "=" and integers and integers[0] < 0:
        integers = [-c for c in integers]
    return Constraint(tuple((exponents, c) for (exponents, _), c in zip(kept, integers, strict=True)), relation)
