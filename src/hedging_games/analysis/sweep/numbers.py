"""In which numbers a polynomial is evaluated so that its sign is right at every point of a design.

Exact axes hold integers over a common denominator, so a homogenised polynomial is an integer, and any machine arithmetic
that provably holds every intermediate result gives its sign: 16 or 32 bits, float64 below 2^53 (sums and products of
integers are exact there), 64 bits, and Python's integers beyond. Where an axis holds floats, the value is computed in
float64 together with a bound on its rounding error; what is not larger than the bound is decided in fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from hedging_games.analysis.sweep.polynomials import Polynomial, homogenised

Machine: TypeAlias = Literal["int16", "int32", "float64", "int64", "object"]

LADDER: Final[tuple[tuple[Machine, int], ...]] = (
    ("int16", 2**15),
    ("int32", 2**31),
    ("float64", 2**53),
    ("int64", 2**63),
)
"""Machine numbers and the size that all intermediate results must stay below, the fastest first."""

UNIT: Final = Fraction(1, 2**53)
"""Half the distance from 1 to the next float: the relative error of one rounded operation."""

LARGEST_FLOAT: Final = Fraction(10**300)


@dataclass(frozen=True, slots=True)
class Variable:
    """What is known about an axis: its ``denominator`` (0 where it holds floats), and how large its numbers are: the
    numerators of an exact axis, else the floats.
    """

    denominator: int
    largest: int | Fraction

    @property
    def is_exact(self) -> bool:
        """Whether the axis holds fractions."""
        return self.denominator > 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A polynomial ready for the machine: homogenised, the kind of numbers, and None or the bound on the rounding error."""

    polynomial: Polynomial
    machine: Machine
    error: float | None = None


def prepared(polynomial: Polynomial, variables: Sequence[Variable]) -> Prepared:
    """How to evaluate a polynomial on the design's numbers."""
    (integral,) = homogenised([polynomial], [variable.denominator or 1 for variable in variables])
    bound = integral.bound([variable.largest for variable in variables])
    if all(variables[k].is_exact for k in integral.axes):
        machine = next((name for name, limit in LADDER if bound < limit), "object")
        return Prepared(integral, machine)  # type: ignore[arg-type]
    wide = any(variables[k].is_exact and variables[k].largest >= 2**53 for k in integral.axes)
    if bound > LARGEST_FLOAT or wide:
        return Prepared(integral, "object")
    return Prepared(integral, "float64", rounding_bound(integral, Fraction(bound)))


def rounding_bound(polynomial: Polynomial, bound: Fraction) -> float:
    """A bound on the error of evaluating in float64, in whatever order products and sums are taken.

    Each term goes through at most (degree) products, a rounded coefficient, rounded inputs of exact axes, and as many
    sums as there are terms; n roundings make a relative error of at most n·u / (1 − n·u) (Higham 2002, lemma 3.1) on a
    quantity of at most ``bound`` in all. Underflow adds at most 2^-1074 a step, far less than what is added here for it.
    """
    degree = max(sum(exponents) for exponents, _ in polynomial.terms)
    roundings = 2 * degree + len(polynomial.terms) + 2
    gamma = roundings * UNIT / (1 - roundings * UNIT)
    exact = gamma * bound + (1 + bound) * Fraction(1, 2**900)
    return float(exact) * (1 + 2**-40)
