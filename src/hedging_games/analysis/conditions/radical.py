"""Numbers ``a + b*sqrt(d)`` over the rational functions of the parameters, and what their signs say about these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from hedging_games.algebra.algebraic import square_root
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.polynomials import terms_of, value_at
from hedging_games.analysis.conditions.setting import Setting

QUESTIONS = 20
"""Sets of inequalities decided to write a number more simply."""


@dataclass(frozen=True, slots=True)
class Radical:
    """``a + b*sqrt(d)``: rational functions, the same ``d`` (nowhere negative where it is used) for all that are combined."""

    a: Any
    b: Any
    d: Any

    def __add__(self, other: Any) -> Radical:
        if isinstance(other, Radical):
            return Radical(self.a + other.a, self.b + other.b, self.d)
        return Radical(self.a + other, self.b, self.d)

    __radd__ = __add__

    def __neg__(self) -> Radical:
        return Radical(-self.a, -self.b, self.d)

    def __sub__(self, other: Any) -> Radical:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Radical:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> Radical:
        if isinstance(other, Radical):
            return Radical(self.a * other.a + self.b * other.b * self.d, self.a * other.b + self.b * other.a, self.d)
        return Radical(self.a * other, self.b * other, self.d)

    __rmul__ = __mul__

    def __truediv__(self, other: Radical) -> Radical:
        norm = other.a * other.a - other.b * other.b * self.d
        return self * Radical(other.a / norm, -other.b / norm, self.d)

    def text(self, setting: Setting) -> str:
        """As people write it: with all that is rational under the root, where the sign of ``b`` is proved to be one."""
        if self.b == 0 or self.d == 0:
            return str(self.a)
        under = self.b * self.b * self.d
        for sign, other in (("+", "<"), ("-", ">")):
            wrong = setting.ground.number(setting.compare(self.b, other))
            if find(setting.ground, wrong, questions=QUESTIONS).status == "nowhere":
                return f"{self.a} {sign} sqrt({under})" if self.a != 0 else f"{sign}sqrt({under})".removeprefix("+")
        return f"{self.a} + ({self.b})*sqrt({self.d})"

    def at(self, point: Sequence[Number]) -> Number:
        """The number at a point at which ``d`` is not negative."""
        a, b, d = (ratio_at(part, point) for part in (self.a, self.b, self.d))
        return a if b == 0 or d == 0 else a + b * square_root(d)

    def positive(self, setting: Setting, reason: str | None = None) -> Formula:
        """Where ``a + b*sqrt(d) > 0``, given ``d >= 0``."""
        squares = self.a * self.a - self.b * self.b * self.d
        return disjunction(
            [
                conjunction(
                    [
                        setting.compare(self.a, ">", reason),
                        disjunction([setting.compare(self.b, ">=", reason), setting.compare(squares, ">", reason)]),
                    ]
                ),
                conjunction([setting.compare(self.b, ">", reason), setting.compare(squares, "<", reason)]),
            ]
        )


def total(values: Sequence[Any]) -> Any:
    """The sum of numbers of one kind (at least one)."""
    return reduce(add, values)


def ratio_at(ratio: Any, point: Sequence[Number]) -> Number:
    """A rational function of the parameters at a point at which it is defined."""
    number: Number = value_at(terms_of(ratio.numer), point) / value_at(terms_of(ratio.denom), point)
    return number


def number_at(value: Any, point: Sequence[Number]) -> Number:
    """A rational function or a `Radical` at a point."""
    return value.at(point) if isinstance(value, Radical) else ratio_at(value, point)


def number_text(setting: Setting, value: Any) -> str:
    """A rational function or a `Radical` as text."""
    return value.text(setting) if isinstance(value, Radical) else str(value)
