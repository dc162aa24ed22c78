"""Rational functions of parameters: sympy's, in the same normal form, found without what makes sympy's slow.

A quotient is kept as two polynomials with integer coefficients that have no common factor, the leading coefficient of the lower one
positive. Sums and products of polynomials are in that form already, which sympy, not knowing it, seeks by a greatest common divisor each time;
where one is needed, FLINT finds it. This module imports sympy: import it where it is used, not at load.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any, Self

from flint import Ordering, fmpz_mpoly_ctx
from sympy import QQ
from sympy.polys.fields import FracElement, FracField


class RationalFunction(FracElement):  # type: ignore[misc]
    """A quotient of polynomials in normal form; ``denom`` is the field's ``unit`` itself where it is 1."""

    def raw_new(self, numer: Any, denom: Any = None) -> RationalFunction:
        """A quotient that is in normal form already."""
        field = self.field
        return RationalFunction(field, numer, field.unit if denom is None or denom == 1 else denom)

    def new(self, numer: Any, denom: Any) -> RationalFunction:
        """A quotient of polynomials."""
        return RationalFunction(self.field, *self.field.reduced(numer, denom))

    def _is_mate(self, other: Any) -> bool:
        return type(other) is RationalFunction and other.field is self.field

    def _are_whole(self, other: Any) -> bool:
        """Whether both are polynomials."""
        return self._is_mate(other) and self.denom is self.field.unit and other.denom is self.field.unit

    def __add__(self, other: Any) -> Any:
        if self._are_whole(other):
            return RationalFunction(self.field, self.numer + other.numer, self.denom)
        return super().__add__(other)

    def __sub__(self, other: Any) -> Any:
        if self._are_whole(other):
            return RationalFunction(self.field, self.numer - other.numer, self.denom)
        return super().__sub__(other)

    def __mul__(self, other: Any) -> Any:
        if self._are_whole(other):
            if other.numer == 1:
                return self
            product = other.numer if self.numer == 1 else self.numer * other.numer
            return RationalFunction(self.field, product, self.denom)
        return super().__mul__(other)

    def __eq__(self, other: object) -> bool:
        if type(other) is RationalFunction and other.field is self.field:
            return bool(dict.__eq__(self.numer, other.numer) and dict.__eq__(self.denom, other.denom))
        return bool(super().__eq__(other))

    __hash__ = FracElement.__hash__


class RationalFunctions(FracField):  # type: ignore[misc]
    """The field of rational functions with rational coefficients in some names."""

    def __new__(cls, symbols: Any, domain: Any = QQ, *order: Any) -> Self:
        """The field, with the one that its polynomials share as denominator, and its polynomials' place in FLINT."""
        field = super().__new__(cls, symbols, domain, *order)
        field.unit = field.ring.one
        field.flint = fmpz_mpoly_ctx.get([f"x{i}" for i in range(field.ngens)], Ordering.lex)
        field.dtype = RationalFunction(field, field.ring.zero, field.unit).raw_new
        field.zero, field.one = field.dtype(field.ring.zero), field.dtype(field.ring.one)
        field.gens = field._gens()
        return field  # type: ignore[no-any-return]

    def is_element(self, element: Any) -> bool:
        """Whether it is one of this field."""
        return isinstance(element, FracElement) and (element.field is self or element.field == self)

    def new(self, numer: Any, denom: Any = None) -> RationalFunction:
        """A quotient of polynomials."""
        return RationalFunction(self, *self.reduced(numer, self.unit if denom is None else denom))

    def reduced(self, numer: Any, denom: Any) -> tuple[Any, Any]:
        """A quotient of polynomials in normal form, as its two parts."""
        if not numer:
            return numer, self.unit
        if denom.is_ground:
            by = denom.LC
            values = list(numer.values()) if by == 1 else [value / by for value in numer.values()]
            size = lcm(*(int(value.denominator) for value in values))
            if size != 1:
                values = [value * size for value in values]
            elif by == 1:
                return numer, self.unit
            top = numer.new(list(zip(numer, values, strict=True)))
            return top, self.unit if size == 1 else self.ring.ground_new(size)
        sizes = [lcm(*(int(value.denominator) for value in part.values())) for part in (numer, denom)]
        top, bottom = (self._in_flint(part, size) for part, size in zip((numer, denom), sizes, strict=True))
        top, bottom = top * sizes[1], bottom * sizes[0]
        shared = top.gcd(bottom)
        if bottom.leading_coefficient() < 0:
            shared = -shared
        below = self._back(bottom / shared)
        return self._back(top / shared), self.unit if below == 1 else below

    def _in_flint(self, polynomial: Any, scale: int) -> Any:
        return self.flint.from_dict({powers: int(value * scale) for powers, value in polynomial.items()})

    def _back(self, polynomial: Any) -> Any:
        domain, ring = self.domain, self.ring
        return ring.dtype([(tuple(map(int, e)), domain(int(c))) for e, c in polynomial.to_dict().items()])


def function_field(names: Sequence[str]) -> tuple[Any, ...]:
    """The field of rational functions in some names, and these."""
    field = RationalFunctions(list(names))
    return (field, *field.gens)
