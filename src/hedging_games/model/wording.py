"""Payoffs after a history as the file words them: what is known by then is filled in, and nothing is multiplied out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from hedging_games.algebra.expressions.expression import (
    And,
    Comparison,
    Condition,
    Event,
    Expression,
    Extremum,
    Indicator,
    Name,
    Negative,
    Not,
    Number,
    Or,
    Power,
    Product,
    Quotient,
    Sum,
    complement,
    negative,
    number,
    product,
    quotient,
    total,
)
from hedging_games.model.declarations import Table
from hedging_games.model.names import Names

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))


def payoffs_after(
    names: Names, payoffs: Any, taken: Mapping[str, str], chosen: Iterable[str] = ()
) -> tuple[Expression, ...] | None:
    """Each player's payoff at the end of a history, in parameters and continuous choices.

    Parameters
    ----------
    names, payoffs : of a model that is played once.
    taken : decision to action (of a grid its value as text), for every decision on the way. chosen : the continuous choices on the way.

    Returns
    -------
    None where the history alone does not tell which row of a table applies.
    """
    known = _Known.of(names, taken, frozenset(chosen))
    if not isinstance(payoffs, Table):
        return tuple(known.simplified(payoffs[player]) for player in names.players)
    truths = [known.decided(row.at) for row in payoffs.rows]
    if not all(isinstance(truth, bool) for truth in truths) or truths.count(True) != 1:
        return None
    row = payoffs.rows[truths.index(True)]
    return tuple(known.simplified(row.payoffs[player]) for player in names.players)


@dataclass(frozen=True)
class _Known:
    """What holds after a history: events, the values of names (of choices that were passed over 0), and named expressions."""

    happened: frozenset[str]
    values: Mapping[str, Expression]
    lets: Mapping[str, Expression | None]

    @classmethod
    def of(cls, names: Names, taken: Mapping[str, str], chosen: frozenset[str]) -> _Known:
        numeric = set(names.numbers)
        happened = {word for d, label in taken.items() if d not in numeric for word in (label, f"{d}.{label}")}
        values = {name: number(Fraction(taken.get(name, "0"))) for name in numeric - chosen}
        return cls(frozenset(happened), values, names.lets)

    def simplified(self, expression: Expression) -> Expression:
        """An expression with what is known filled in."""
        match expression:
            case Number():
                return expression
            case Name(name):
                inner = self.lets.get(name)
                return self.values.get(name, expression) if inner is None else self.simplified(inner)
            case Negative(operand):
                return _opposite(self.simplified(operand))
            case Sum(terms):
                return _added([self.simplified(term) for term in terms])
            case Product(factors):
                return _multiplied([self.simplified(factor) for factor in factors])
            case Quotient(numerator, denominator):
                top, bottom = self.simplified(numerator), self.simplified(denominator)
                return top if top == ZERO or bottom == ONE else quotient(top, bottom)
            case Power(base, exponent):
                return _raised(self.simplified(base), exponent)
            case Extremum(which, operands):
                return _extreme(which, [self.simplified(operand) for operand in operands])
            case Indicator(condition):
                truth = self.decided(condition)
                return (ONE if truth else ZERO) if isinstance(truth, bool) else Indicator(truth)

    def decided(self, condition: Condition) -> bool | Condition:
        """Whether a condition holds, or what is left to decide of it."""
        match condition:
            case Event():
                return condition.key in self.happened
            case Comparison(operands, relations):
                return _compared([self.simplified(operand) for operand in operands], relations)
            case Not(operand):
                truth = self.decided(operand)
                return (not truth) if isinstance(truth, bool) else complement(truth)
            case And(operands):
                return _joined([self.decided(operand) for operand in operands], And, stops=False)
            case Or(operands):
                return _joined([self.decided(operand) for operand in operands], Or, stops=True)


def value_of(expression: Expression) -> Fraction | None:
    """The number that an expression is; None where it is not one."""
    match expression:
        case Number(value):
            return value
        case Negative(Number(value)):
            return -value
        case _:
            return None


def _opposite(expression: Expression) -> Expression:
    return ZERO if expression == ZERO else negative(expression)


def _added(terms: Sequence[Expression]) -> Expression:
    """A sum without zeros, numbers taken together, and with something added in front where there is any."""
    flat = [part for term in terms for part in (term.terms if isinstance(term, Sum) else (term,))]
    constant = sum((value for part in flat if (value := value_of(part)) is not None), Fraction(0))
    kept = [part for part in flat if value_of(part) is None]
    first = next((k for k, part in enumerate(kept) if not isinstance(part, Negative)), None)
    if constant > 0 and first is None:
        kept.insert(0, number(constant))
    elif constant:
        kept.append(number(constant))
    if first:
        kept.insert(0, kept.pop(first))
    return total(kept) if kept else ZERO


def _multiplied(factors: Sequence[Expression]) -> Expression:
    """A product without ones, numbers taken together in front; zero if a factor is."""
    scale = Fraction(1)
    kept: list[Expression] = []
    for factor in factors:
        value = value_of(factor)
        scale *= 1 if value is None else value
        if value is None:
            scale *= -1 if isinstance(factor, Negative) else 1
            kept.append(factor.operand if isinstance(factor, Negative) else factor)
    if scale == 0 or not kept:
        return number(scale)
    whole = product(kept if abs(scale) == 1 else [number(abs(scale)), *kept])
    return negative(whole) if scale < 0 else whole


def _raised(base: Expression, exponent: int) -> Expression:
    value = value_of(base)
    if exponent == 0 or value is None or (value == 0 and exponent < 0):
        return ONE if exponent == 0 else base if exponent == 1 else Power(base, exponent)
    return number(value**exponent)


def _extreme(which: Any, operands: Sequence[Expression]) -> Expression:
    values = [value for operand in operands if (value := value_of(operand)) is not None]
    if len(values) == len(operands):
        return number(min(values) if which == "min" else max(values))
    return Extremum(which, tuple(operands))


_HOLDS: Final = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}


def _compared(operands: Sequence[Expression], relations: Sequence[Any]) -> bool | Condition:
    values = [value for operand in operands if (value := value_of(operand)) is not None]
    if len(values) < len(operands):
        return Comparison(tuple(operands), tuple(relations))
    return all(_HOLDS[r](a, b) for r, a, b in zip(relations, values, values[1:], strict=False))


def _joined(parts: Sequence[bool | Condition], kind: Any, *, stops: bool) -> bool | Condition:
    """Conditions joined: ``stops`` is the truth of a part that settles the whole."""
    if any(part is stops for part in parts):
        return stops
    flat: list[Condition] = []
    for part in parts:
        if not isinstance(part, bool):
            flat += part.operands if isinstance(part, kind) else (part,)
    if not flat:
        return not stops
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
