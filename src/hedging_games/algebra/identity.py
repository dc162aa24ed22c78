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

Polynomial: TypeAlias = Any
"""A FLINT polynomial over the rationals (`flint.fmpq_mpoly`)."""


class Ratio:
    """A rational function, as a numerator and a denominator multiplied out (not in lowest terms: zero needs no more)."""

    __slots__ = ("bottom", "top")

    def __init__(self, top: Polynomial, bottom: Polynomial) -> None:
        self.top = top
        self.bottom = bottom

    def __add__(self, other: Ratio) -> Ratio:
        if self.bottom == other.bottom:
            return Ratio(self.top + other.top, self.bottom)
        crossed = _product(self.top, other.bottom) + _product(other.top, self.bottom)
        return Ratio(crossed, _product(self.bottom, other.bottom))

    def __sub__(self, other: Ratio) -> Ratio:
        return self + Ratio(-other.top, other.bottom)

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
        return other == 0 and self.top == 0

    __hash__ = None  # type: ignore[assignment]


def _product(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > MOST_TERMS * 50:
        raise could_not_finish("expression", "a formula is too large to be multiplied out", "simplify it")
    return left * right


def vanishing(program: Program) -> list[bool]:
    """For each output of a program whether it is zero whatever its inputs are.

    Raises
    ------
    ExpressionError
        If a denominator is identically zero.
    CouldNotFinish
        If a polynomial has too many terms.
    """
    from flint import Ordering, fmpq, fmpq_mpoly_ctx

    ring = fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(program.inputs))], Ordering.lex)
    one = ring.constant(1)

    def number(value: Any) -> Ratio:
        exact = Fraction(value)
        return Ratio(ring.constant(fmpq(exact.numerator, exact.denominator)), one)

    variables = {name: Ratio(x, one) for name, x in zip(program.inputs, ring.gens(), strict=True)}
    found = program.run(variables, Arithmetic("identities", np.dtype(object), number))
    return [ratio.top == 0 for ratio in found]
