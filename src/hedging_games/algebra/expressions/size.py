"""How large a formula can become when it is multiplied out, found without multiplying anything out.

Eighty characters are enough for ``(a+b+c+d+e)**12*(a+b)**12``, whose expansion has tens of thousands of terms, and five
lines of named expressions for a number with a million digits. So every formula gets a bound first: on the terms of the
numerator over its common denominator, on the degree, and on the digits of its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import comb
from typing import Final

from hedging_games.algebra.expressions.expression import (
    Expression,
    Extremum,
    Formula,
    Indicator,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    children,
    walk,
)
from hedging_games.algebra.expressions.lexer import refuse
from hedging_games.errors import Place

MOST_TERMS: Final = 20_000
"""Terms an expansion may have."""

HIGHEST_DEGREE: Final = 200
"""Degree an expansion may have."""

MOST_BITS: Final = 20_000
"""Bits a number in a formula may take."""

_CEILING: Final = 10**12
"""Bounds beyond this are not told apart."""


@dataclass(frozen=True, slots=True)
class Size:
    """A bound on an expansion.

    Attributes
    ----------
    terms : terms of the numerator. degree : its degree. bits : size of its numbers.
    names : the names that occur. denominators : each denominator with the power in which it occurs.
    """

    terms: int = 1
    degree: int = 0
    bits: int = 1
    names: frozenset[str] = frozenset()
    denominators: Mapping[Expression, tuple[int, Size]] = field(default_factory=dict)

    @property
    def too_large(self) -> str:
        """What is too large about it; empty if nothing is."""
        bottom_terms = bottom_degree = 1
        for power, size in self.denominators.values():
            bottom_terms = min(bottom_terms * _capped(size.terms**power, size.names, size.degree * power), _CEILING)
            bottom_degree += size.degree * power
        if self.terms > MOST_TERMS or bottom_terms > MOST_TERMS:
            return f"would have more than {MOST_TERMS:,} terms when multiplied out"
        if max(self.degree, bottom_degree) > HIGHEST_DEGREE:
            return f"has a degree of more than {HIGHEST_DEGREE}"
        if self.bits > MOST_BITS:
            return "contains numbers with thousands of digits"
        return ""


def _capped(terms: int, names: frozenset[str], degree: int) -> int:
    """At most as many terms as there are monomials of that degree in those names."""
    if degree > HIGHEST_DEGREE:
        return _CEILING if names else 1
    return min(terms, comb(len(names) + degree, degree), _CEILING)


def size_of(expression: Expression, known: Mapping[str, Size]) -> Size:
    """A bound on the expansion of an expression; names not in ``known`` count as variables."""
    match expression:
        case Number(value):
            return Size(bits=_bits(value))
        case Name(name):
            return known.get(name, Size(degree=1, names=frozenset({name})))
        case Negative(operand):
            return size_of(operand, known)
        case Sum(terms):
            return _sum([size_of(term, known) for term in terms])
        case Product(factors):
            return reduce(_product, (size_of(factor, known) for factor in factors))
        case Quotient(numerator, denominator):
            return _product(size_of(numerator, known), _inverse(denominator, size_of(denominator, known), 1))
        case Power(base, exponent):
            inner = size_of(base, known)
            return _power(inner, exponent) if exponent >= 0 else _inverse(base, inner, -exponent)
        case Extremum(_, operands):
            return Size(bits=sum(size_of(operand, known).bits for operand in operands))
        case Indicator():
            return Size()


def check_size(formula: Formula, known: Mapping[str, Size]) -> Size:
    """The size of a formula (of a condition: of the largest expression in it).

    Raises
    ------
    ExpressionError
        If it, or an expression inside one of its conditions, could grow beyond the bounds of this module.
    """
    largest = Size()
    for node in _expressions(formula):
        size = size_of(node, known)
        if size.too_large:
            where = node.where or Place("formula", 1, 1)
            raise refuse(f"the formula {size.too_large}", "lower its exponents, or split the model", where)
        if size.terms >= largest.terms:
            largest = size
    return size_of(formula, known) if isinstance(formula, Expression) else largest


def _expressions(formula: Formula) -> list[Expression]:
    """The outermost expressions: the formula itself, and those that are compared inside its conditions."""
    found: list[Expression] = [formula] if isinstance(formula, Expression) else []
    for node in walk(formula):
        if not isinstance(node, Expression) or isinstance(node, Extremum):
            found += [child for child in children(node) if isinstance(child, Expression)]
    return found


def _bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _cap(number: int) -> int:
    return min(number, _CEILING)


def _sum(sizes: list[Size]) -> Size:
    names = frozenset().union(*(size.names for size in sizes))
    common: dict[Expression, tuple[int, Size]] = {}
    for size in sizes:
        for written, (power, inner) in size.denominators.items():
            if written not in common or common[written][0] < power:
                common[written] = (power, inner)
    terms = degree = 0
    for size in sizes:
        part, height = size.terms, size.degree
        for written, (power, inner) in common.items():
            missing = power - size.denominators.get(written, (0, inner))[0]
            part = _cap(part * _capped(_cap(inner.terms) ** missing, inner.names, inner.degree * missing))
            height = _cap(height + inner.degree * missing)
        terms, degree = _cap(terms + part), max(degree, height)
    names = names.union(*(inner.names for _, inner in common.values()))
    bits = _cap(sum(size.bits for size in sizes))
    return Size(_capped(terms, names, degree), degree, bits, names, common)


def _product(left: Size, right: Size) -> Size:
    names = left.names | right.names
    degree = _cap(left.degree + right.degree)
    denominators = dict(left.denominators)
    for written, (power, inner) in right.denominators.items():
        denominators[written] = (_cap(power + denominators.get(written, (0, inner))[0]), inner)
    terms = _capped(_cap(left.terms * right.terms), names, degree)
    return Size(terms, degree, _cap(left.bits + right.bits), names, denominators)


def _power(base: Size, exponent: int) -> Size:
    degree = _cap(base.degree * exponent)
    denominators = {written: (_cap(power * exponent), inner) for written, (power, inner) in base.denominators.items()}
    terms = _capped(_cap(base.terms**exponent), base.names, degree)
    return Size(terms, degree, _cap(max(base.bits * exponent, 1)), base.names, denominators)


def _inverse(written: Expression, size: Size, exponent: int) -> Size:
    """``1 / written**exponent``: its own denominators come to the top."""
    top = Size()
    for power, inner in size.denominators.values():
        top = _product(top, _power(inner, power))
    top = _power(top, exponent)
    below = Size(size.terms, size.degree, size.bits, size.names)
    bits = _cap(top.bits + size.bits * exponent)
    return Size(top.terms, top.degree, bits, top.names | size.names, {written: (exponent, below)})
