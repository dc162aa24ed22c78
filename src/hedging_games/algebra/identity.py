"""Whether a rational function of the parameters is identically zero: decided by multiplying out, with proof and without
sympy, for the small functions that stand as probabilities in a model file.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np

from hedging_games.algebra.arithmetic import Arithmetic
from hedging_games.algebra.program import Program
from hedging_games.errors import could_not_finish

MOST_TERMS: Final = 20_000
"""Terms that one numerator or denominator may have."""

Monomial: TypeAlias = tuple[int, ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]


class Ratio:
    """A rational function, as a numerator and a denominator multiplied out (not in lowest terms: zero needs no more)."""

    __slots__ = ("bottom", "top")

    def __init__(self, top: Polynomial, bottom: Polynomial) -> None:
        self.top = top
        self.bottom = bottom

    def __add__(self, other: Ratio) -> Ratio:
        if self.bottom == other.bottom:
            return Ratio(_sum(self.top, other.top, 1), self.bottom)
        crossed = _sum(_product(self.top, other.bottom), _product(other.top, self.bottom), 1)
        return Ratio(crossed, _product(self.bottom, other.bottom))

    def __sub__(self, other: Ratio) -> Ratio:
        return self + Ratio({monomial: -c for monomial, c in other.top.items()}, other.bottom)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio(_product(self.top, other.top), _product(self.bottom, other.bottom))

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio(_product(self.top, other.bottom), _product(self.bottom, other.top))

    def __pow__(self, exponent: int) -> Ratio:
        result = self
        for _ in range(exponent - 1):
            result = result * self
        return result

    def __eq__(self, other: object) -> bool:
        """Whether it is the number 0 (the only comparison that a program asks for)."""
        return other == 0 and not self.top

    __hash__ = None  # type: ignore[assignment]


def _sum(left: Polynomial, right: Polynomial, sign: int) -> Polynomial:
    result = dict(left)
    for monomial, coefficient in right.items():
        value = result.get(monomial, 0) + sign * coefficient
        if value:
            result[monomial] = Fraction(value)
        else:
            result.pop(monomial, None)
    return result


def _product(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > MOST_TERMS * 50:
        raise could_not_finish("expression", "a formula is too large to be multiplied out", "simplify it")
    result: Polynomial = {}
    for one, coefficient in left.items():
        for other, factor in right.items():
            monomial = tuple(a + b for a, b in zip(one, other, strict=True))
            value = result.get(monomial, 0) + coefficient * factor
            if value:
                result[monomial] = Fraction(value)
            else:
                result.pop(monomial, None)
    return result


def vanishing(program: Program) -> list[bool]:
    """For each output of a program whether it is zero whatever its inputs are.

    Raises
    ------
    ExpressionError
        If a denominator is identically zero.
    CouldNotFinish
        If a polynomial has too many terms.
    """
    count = len(program.inputs)
    one: Polynomial = {(0,) * count: Fraction(1)}

    def number(value: Any) -> Ratio:
        return Ratio({(0,) * count: Fraction(value)} if value else {}, one)

    variables = {
        name: Ratio({tuple(int(k == position) for k in range(count)): Fraction(1)}, one)
        for position, name in enumerate(program.inputs)
    }
    found = program.run(variables, Arithmetic("identities", np.dtype(object), number))
    return [not ratio.top for ratio in found]
