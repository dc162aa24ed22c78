"""Formulas compiled into functions, once for all arithmetics.

One definition serves fractions, floats, arrays of floats (one entry a parameter point) and rational functions: a formula
is compiled once into nested Python functions that use only ``+ - * /`` and integer powers, and an arithmetic contributes
only how it lifts an exact constant. Text is never evaluated.

Two conventions are part of the definition:

- *Switched off.* A product one of whose factors is an indicator that does not hold is 0, and its other factors are not
  looked at: ``[Bid > 0]*prize/Bid`` is 0 where ``Bid`` is 0. The same goes for a quotient whose numerator is switched off,
  and for minus such a term.
- *Order needs numbers.* Comparisons, ``min`` and ``max`` need values whose order is known; a rational function that is
  not constant has none, and is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

import numpy as np

from hedging_games.algebra.arithmetic import EXACT, Arithmetic
from hedging_games.algebra.expressions.expression import (
    And,
    Comparison,
    Condition,
    Event,
    Expression,
    Extremum,
    Formula,
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
    names_in,
)
from hedging_games.errors import ExpressionError, Problem, did_you_mean

Values: TypeAlias = Mapping[str, Any]
"""What each name is worth."""

Happened: TypeAlias = Container[str]
"""The keys (`Event.key`) of the actions that were chosen."""

Evaluator: TypeAlias = Callable[[Values, Happened], Any]
"""A compiled formula."""

_RELATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


class Columns(dict[str, np.ndarray]):
    """Values at many points; ``suspect`` marks the points at which some divisor was zero."""

    suspect: Any = False


def compiled(formula: Formula, arithmetic: Arithmetic = EXACT) -> Evaluator:
    """A formula as a function of the values of its names and of what happened, computing in one arithmetic."""
    return _Compiler(arithmetic).evaluator(formula)


class _Compiler:
    """Translates formulas into nested functions whose constants are lifted once."""

    def __init__(self, arithmetic: Arithmetic) -> None:
        self.lift = arithmetic.number
        self.zero = arithmetic.number(0)
        self.one = arithmetic.number(1)

    def evaluator(self, formula: Formula) -> Evaluator:
        match formula:
            case Number(value):
                constant = self.lift(value)
                return lambda _values, _happened: constant
            case Name():
                return _lookup(formula)
            case Negative(operand):
                inner = self.evaluator(operand)
                return lambda values, happened: -inner(values, happened)
            case Sum(terms):
                return self.sum(terms)
            case Product(factors):
                return self.product(factors)
            case Quotient():
                return self.quotient(formula)
            case Power():
                return self.power(formula)
            case Extremum():
                return self.extremum(formula)
            case Indicator(condition):
                return self.indicator(condition)
            case _:
                return self.truth(formula)

    def sum(self, terms: tuple[Expression, ...]) -> Evaluator:
        first = self.evaluator(terms[0])
        rest = [
            (True, self.evaluator(term.operand)) if isinstance(term, Negative) else (False, self.evaluator(term))
            for term in terms[1:]
        ]

        def value(values: Values, happened: Happened) -> Any:
            result = first(values, happened)
            for is_taken_away, term in rest:
                result = result - term(values, happened) if is_taken_away else result + term(values, happened)
            return result

        return value

    def product(self, factors: tuple[Expression, ...]) -> Evaluator:
        switches = [self.truth(factor.condition) for factor in factors if isinstance(factor, Indicator)]
        others = [factor for factor in factors if not isinstance(factor, Indicator)]
        hidden = [off for off in map(self.switched_off, others) if off is not None]
        numbers = [self.evaluator(factor) for factor in others]
        zero, one = self.zero, self.one

        def value(values: Values, happened: Happened) -> Any:
            masks = []
            for switch in switches:
                on = switch(values, happened)
                if isinstance(on, np.ndarray):
                    masks.append(on)
                elif not on:
                    return zero
            if any(off(values, happened) for off in hidden):
                return zero
            result = one
            for position, factor in enumerate(numbers):
                result = factor(values, happened) if position == 0 else result * factor(values, happened)
            return np.where(np.logical_and.reduce(masks), result, zero) if masks else result

        return value

    def switched_off(self, expression: Expression) -> Evaluator | None:
        """Whether a term is switched off, for every point alike; None if it never can be."""
        match expression:
            case Indicator(condition):
                return _never_true(self.truth(condition))
            case Negative(operand):
                return self.switched_off(operand)
            case Quotient(numerator, _):
                return self.switched_off(numerator)
            case Product(factors):
                offs = [off for off in map(self.switched_off, factors) if off is not None]
                return (lambda values, happened: any(off(values, happened) for off in offs)) if offs else None
            case _:
                return None

    def quotient(self, expression: Quotient) -> Evaluator:
        top = self.evaluator(expression.numerator)
        bottom = self.evaluator(expression.denominator)
        off = self.switched_off(expression.numerator)
        zero = self.zero

        def value(values: Values, happened: Happened) -> Any:
            if off is not None and off(values, happened):
                return zero
            return divide(top(values, happened), bottom(values, happened), expression.denominator, values)

        return value

    def power(self, expression: Power) -> Evaluator:
        base = self.evaluator(expression.base)
        exponent = expression.exponent
        one = self.one
        if exponent < 0:
            return lambda values, happened: divide(one, base(values, happened) ** -exponent, expression.base, values)
        if exponent > 0:
            return lambda values, happened: base(values, happened) ** exponent

        def value(values: Values, happened: Happened) -> Any:
            # x**0 is 1 except at 0, where it has no value: divide so that this is noticed like any zero denominator.
            found = base(values, happened)
            return divide(found, found, expression.base, values)

        return value

    def extremum(self, expression: Extremum) -> Evaluator:
        operands = [(self.evaluator(operand), operand) for operand in expression.operands]
        many, one = (np.minimum, min) if expression.which == "min" else (np.maximum, max)
        lift = self.lift

        def value(values: Values, happened: Happened) -> Any:
            found = [ordered(inner(values, happened), operand) for inner, operand in operands]
            if any(isinstance(number, np.ndarray) for number in found):
                return many.reduce(np.broadcast_arrays(*found))
            return lift(one(found))

        return value

    def indicator(self, condition: Condition) -> Evaluator:
        truth, zero, one = self.truth(condition), self.zero, self.one

        def value(values: Values, happened: Happened) -> Any:
            on = truth(values, happened)
            return np.where(on, one, zero) if isinstance(on, np.ndarray) else one if on else zero

        return value

    # --- conditions --------------------------------------------------------------------------------------------

    def truth(self, condition: Condition) -> Evaluator:
        """A condition as a function that gives a truth value, or an array of them."""
        match condition:
            case Event():
                key = condition.key
                return lambda _values, happened: key in happened
            case Not(operand):
                inner = self.truth(operand)
                return lambda values, happened: _negated(inner(values, happened))
            case And(operands):
                return _joined([self.truth(operand) for operand in operands], stop=False)
            case Or(operands):
                return _joined([self.truth(operand) for operand in operands], stop=True)
            case Comparison():
                return self.comparison(condition)

    def comparison(self, condition: Comparison) -> Evaluator:
        sides = [(self.evaluator(operand), operand) for operand in condition.operands]
        relations = [_RELATIONS[relation] for relation in condition.relations]

        def truth(values: Values, happened: Happened) -> Any:
            left = ordered(sides[0][0](values, happened), sides[0][1])
            result: Any = True
            for relation, (side, operand) in zip(relations, sides[1:], strict=True):
                right = ordered(side(values, happened), operand)
                result = relation(left, right) & result
                left = right
            return result

        return truth


def _lookup(name: Name) -> Evaluator:
    word = name.name

    def value(values: Values, _happened: Happened) -> Any:
        try:
            return values[word]
        except KeyError:
            raise ExpressionError(
                Problem("expression", f"'{word}' has no value", did_you_mean(word, sorted(values)), name.where)
            ) from None

    return value


def _never_true(truth: Evaluator) -> Evaluator:
    return lambda values, happened: not np.any(truth(values, happened))


def _negated(on: Any) -> Any:
    return ~on if isinstance(on, np.ndarray) else not on


def _joined(truths: list[Evaluator], *, stop: bool) -> Evaluator:
    """``and`` (stop at the first false) or ``or`` (stop at the first true)."""

    def truth(values: Values, happened: Happened) -> Any:
        result: Any = not stop
        for part in truths:
            on = part(values, happened)
            if isinstance(on, np.ndarray):
                result = (result | on) if stop else (result & on)
            elif bool(on) == stop:
                return stop
        return result

    return truth


# --- division and order --------------------------------------------------------------------------------------------


def divide(dividend: Any, divisor: Any, written: Expression, values: Values) -> Any:
    """``dividend / divisor``, where ``written`` is the denominator as it stands in the formula."""
    if isinstance(values, Columns):
        values.suspect = values.suspect | (divisor == 0)
    elif hasattr(divisor, "remember_divisor"):
        divisor.remember_divisor(written, values)
    try:
        return dividend / divisor
    except ZeroDivisionError:
        raise zero_denominator(written, values) from None


def zero_denominator(written: Expression, values: Values) -> ExpressionError:
    """The error for a denominator that is zero where its names have these values."""
    point = shown_point(written, values)
    return ExpressionError(
        Problem(
            "expression",
            f"the denominator '{short(written)}' is zero" + (f" at {point}" if point else ""),
            "choose values at which it is not zero, or guard the term with an indicator, as in [x > 0]*(1/x)",
            written.where,
        )
    )


def ordered(value: Any, written: Expression) -> Any:
    """``value`` if its order is known: a number; a rational function only if it is constant.

    Raises ExpressionError otherwise.
    """
    if isinstance(value, Fraction | int | float | np.ndarray | np.floating):
        return value
    if hasattr(value, "remember_divisor") or hasattr(value, "numer"):
        constant = _constant(value)
        if constant is None:
            raise ExpressionError(
                Problem(
                    "expression",
                    f"the order of '{short(written)}' decides something here, but its value is left open",
                    f"give numbers to: {', '.join(dict.fromkeys(n.name for n in names_in(written)))}",
                    written.where,
                )
            )
        return constant
    return value


def _constant(value: Any) -> Fraction | None:
    """A rational function (of sympy's ``FracField``) as a number, if it is one."""
    if not hasattr(value, "numer") or not (value.numer.is_ground and value.denom.is_ground):
        return None
    number = value.numer.coeff(1) / value.denom.coeff(1)
    return Fraction(int(number.numerator), int(number.denominator))


def short(formula: Formula) -> str:
    """A formula as text, cut off where it becomes long."""
    text = str(formula)
    return text if len(text) <= 60 else text[:57] + "..."


def shown_point(formula: Formula, values: Values) -> str:
    """What the names in a formula are worth, in words; nothing of those that are being recorded, and have no value."""
    from hedging_games.algebra.numbers import number_text

    mentioned = dict.fromkeys(name.name for name in names_in(formula))
    known = {
        name: values[name] for name in mentioned if name in values and not hasattr(values[name], "remember_divisor")
    }
    return ", ".join(f"{name} = {number_text(value)}" for name, value in known.items())
