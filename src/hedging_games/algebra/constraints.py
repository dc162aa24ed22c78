"""Polynomial equations and inequalities as data: evaluated exactly, and written as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from hedging_games.algebra.numbers import coprime

Exponents = tuple[int, ...]


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
        total: Any = Fraction(0)
        for exponents, coefficient in self.terms:
            product: Any = coefficient
            for x, power in zip(point, exponents, strict=True):
                for _ in range(power):
                    product = product * x
            total = total + product
        return total

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
        pieces = ""
        for exponents, c in self.terms:
            factors = [n if power == 1 else f"{n}^{power}" for n, power in zip(names, exponents, strict=True) if power]
            if abs(c) != 1 or not factors:
                factors.insert(0, str(abs(c)))
            sign = ("-" if c < 0 else "") if not pieces else (" - " if c < 0 else " + ")
            pieces += sign + "*".join(factors)
        return f"{pieces or '0'} {self.relation} 0"


def constraint(terms: dict[Exponents, int | Fraction], relation: Literal["=", ">="]) -> Constraint:
    """The constraint with these terms (exponents to rational coefficient), scaled by a positive number to coprime
    integers; an equation also by −1 where its first coefficient would be negative.
    """
    kept = sorted(((exponents, c) for exponents, c in terms.items() if c != 0), reverse=True)
    integers = coprime([c for _, c in kept])
    if relation == "=" and integers and integers[0] < 0:
        integers = [-c for c in integers]
    return Constraint(tuple((exponents, c) for (exponents, _), c in zip(kept, integers, strict=True)), relation)
