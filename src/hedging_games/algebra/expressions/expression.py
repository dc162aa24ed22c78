"""Formulas as values: numbers, names, sums, products, indicators ``[Hedge and Tolerate]``, and the conditions inside them.

A formula is a small immutable tree. There are two sorts: an `Expression` has a number as its value, a `Condition`
is true or false. An `Indicator` turns the second into the first (1 or 0), a `Comparison` the first into the second.
Trees are built by the functions `total`, `product`, `quotient`, `power` and `negative`, which keep them canonical:

- a sum holds no sum, a product no product: chains are flat, however long;
- a minus sign stands in front of a product or quotient, never in front of its first factor, and never twice;
- a quotient of two numbers is a number (``3/10``); no `Number` is negative (``-3`` is `Negative` of 3).

So a formula printed with ``str`` and read again is equal to itself. Every node remembers where it was written (``where``),
which equality and hashing ignore.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from hedging_games.errors import Place

Relation: TypeAlias = Literal["<", "<=", "==", "!=", ">=", ">"]


@dataclass(frozen=True, slots=True)
class _Node:
    """What every node has: a printed form."""

    def __str__(self) -> str:
        from hedging_games.algebra.expressions.text import to_text

        return to_text(self)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """An exact number that is not negative: ``2``, ``3/10``, ``1e-3``."""

    value: Fraction
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name(_Node):
    """A name that stands for a number: a parameter, a named expression (``let``), or the value chosen at a grid decision."""

    name: str
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negative(_Node):
    """``-operand``; a difference ``a - b`` is the sum of ``a`` and ``Negative(b)``."""

    operand: Expression
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sum(_Node):
    """Two or more terms, none of which is a sum."""

    terms: tuple[Expression, ...]
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Product(_Node):
    """Two or more factors, none of which is a product; the first is not negative."""

    factors: tuple[Expression, ...]
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quotient(_Node):
    """``numerator / denominator``."""

    numerator: Expression
    denominator: Expression
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Power(_Node):
    """``base ** exponent`` with an integer exponent."""

    base: Expression
    exponent: int
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Extremum(_Node):
    """``min(...)`` or ``max(...)`` of two or more expressions; ``abs(x)`` is ``max(x, -x)``."""

    which: Literal["min", "max"]
    operands: tuple[Expression, ...]
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Indicator(_Node):
    """``[condition]``: 1 where the condition holds, else 0."""

    condition: Condition
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Event(_Node):
    """An action that was chosen: ``Hedge``, or ``Reply.Tolerate`` where several decisions have an action of that name."""

    decision: str | None
    action: str
    where: Place | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The event as written, ``Hedge`` or ``Reply.Tolerate``: how a history lists what happened in it."""
        return self.action if self.decision is None else f"{self.decision}.{self.action}"


@dataclass(frozen=True, slots=True)
class Comparison(_Node):
    """A chain ``a < b <= c``: it holds when each neighbouring pair stands in its relation."""

    operands: tuple[Expression, ...]
    relations: tuple[Relation, ...]
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not(_Node):
    """``not operand``."""

    operand: Condition
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And(_Node):
    """Two or more conditions that must all hold; none of them is an `And`."""

    operands: tuple[Condition, ...]
    where: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or(_Node):
    """Two or more conditions of which one must hold; none of them is an `Or`."""

    operands: tuple[Condition, ...]
    where: Place | None = field(default=None, compare=False, repr=False)


Expression: TypeAlias = Number | Name | Negative | Sum | Product | Quotient | Power | Extremum | Indicator
Condition: TypeAlias = Event | Comparison | Not | And | Or
Formula: TypeAlias = Expression | Condition


def negative(operand: Expression, where: Place | None = None) -> Expression:
    """``-operand``, with ``--x`` read as ``x``."""
    if isinstance(operand, Negative):
        return operand.operand
    return Negative(operand, where or operand.where)


def total(terms: Iterable[Expression], where: Place | None = None) -> Expression:
    """The sum of at least one term, flat."""
    flat: list[Expression] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, Sum) else (term,))
    return flat[0] if len(flat) == 1 else Sum(tuple(flat), where or flat[0].where)


def product(factors: Iterable[Expression], where: Place | None = None) -> Expression:
    """The product of at least one factor, flat, with the sign of its first factor in front of the whole."""
    flat: list[Expression] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, Product) else (factor,))
    if len(flat) == 1:
        return flat[0]
    if isinstance(flat[0], Negative):
        return negative(product([flat[0].operand, *flat[1:]], where), where)
    return Product(tuple(flat), where or flat[0].where)


def quotient(numerator: Expression, denominator: Expression, where: Place | None = None) -> Expression:
    """``numerator / denominator``; a number if both are, with the numerator's sign in front of the whole.

    Raises
    ------
    ZeroDivisionError
        If both are numbers and the denominator is zero.
    """
    if isinstance(numerator, Negative):
        return negative(quotient(numerator.operand, denominator, where), where)
    if isinstance(numerator, Number) and isinstance(denominator, Number):
        return Number(numerator.value / denominator.value, where or numerator.where)
    return Quotient(numerator, denominator, where or numerator.where)


def absolute_of(expression: Expression) -> Expression | None:
    """``x`` where an expression is ``max(x, -x)``, its absolute value; None where it is not."""
    match expression:
        case Extremum("max", (first, second)) if second == negative(first):
            return first
        case _:
            return None


def number(value: Fraction | int) -> Expression:
    """The canonical expression of an exact number, negative ones included."""
    exact = Fraction(value)
    return Negative(Number(-exact)) if exact < 0 else Number(exact)


def complement(operand: Condition, where: Place | None = None) -> Condition:
    """``not operand``, with ``not not c`` read as ``c``."""
    return operand.operand if isinstance(operand, Not) else Not(operand, where or operand.where)


def conjunction(operands: Iterable[Condition], where: Place | None = None) -> Condition:
    """All of at least one condition, flat."""
    flat: list[Condition] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, And) else (operand,))
    return flat[0] if len(flat) == 1 else And(tuple(flat), where or flat[0].where)


def disjunction(operands: Iterable[Condition], where: Place | None = None) -> Condition:
    """One of at least one condition, flat."""
    flat: list[Condition] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, Or) else (operand,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat), where or flat[0].where)


def children(formula: Formula) -> tuple[Formula, ...]:
    """The formulas directly inside a formula, in the order of reading."""
    match formula:
        case Number() | Name() | Event():
            return ()
        case Negative(operand) | Not(operand):
            return (operand,)
        case Sum(parts) | Product(parts) | Comparison(parts) | And(parts) | Or(parts):
            return parts
        case Quotient(numerator, denominator):
            return (numerator, denominator)
        case Power(base):
            return (base,)
        case Extremum(_, operands):
            return operands
        case Indicator(condition):
            return (condition,)


def walk(formula: Formula) -> Iterator[Formula]:
    """A formula and everything inside it, in the order of reading."""
    stack: list[Formula] = [formula]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def names_in(formula: Formula) -> tuple[Name, ...]:
    """Every mention of a value's name, in the order of reading."""
    return tuple(node for node in walk(formula) if isinstance(node, Name))


def events_in(formula: Formula) -> tuple[Event, ...]:
    """Every mention of an action, in the order of reading."""
    return tuple(node for node in walk(formula) if isinstance(node, Event))


def ordered_names_in(formula: Formula) -> frozenset[str]:
    """The names whose order decides something: those inside comparisons and inside ``min`` and ``max``.

    These have to be numbers before the formula can be read as algebra.
    """
    found: set[str] = set()
    for node in walk(formula):
        if isinstance(node, Comparison | Extremum):
            found.update(name.name for name in names_in(node))
    return frozenset(found)
