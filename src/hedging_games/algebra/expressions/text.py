"""Formulas printed: as text that reads back to an equal formula, and as LaTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

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
    absolute_of,
)
from hedging_games.algebra.expressions.lexer import LARGEST_EXPONENT, MOST_DIGITS

# How tightly a printed form holds together: a part is put in brackets where its binding is looser than its place asks.
_LOOSE, _OR, _AND, _NOT, _COMPARISON, _SUM, _SIGN, _PRODUCT, _POWER, _ATOM = range(10)


def to_text(formula: Formula) -> str:
    """The formula as one writes it in a model file; parsing it gives an equal formula."""
    return _text(formula)[0]


def _text(formula: Formula) -> tuple[str, int]:
    """The printed form and how tightly it binds."""
    match formula:
        case Number(value):
            return (readable(value), _ATOM if value.denominator == 1 else _PRODUCT)
        case Name(name):
            return name, _ATOM
        case Negative(operand):
            return f"-{_bracketed(operand, _PRODUCT)}", _SIGN
        case Sum(terms):
            return _signed_terms(terms), _SUM
        case Product(factors):
            first = _bracketed(factors[0], _PRODUCT)
            return "*".join([first, *(_bracketed(factor, _POWER) for factor in factors[1:])]), _PRODUCT
        case Quotient(numerator, denominator):
            return f"{_bracketed(numerator, _PRODUCT)}/{_bracketed(denominator, _POWER)}", _PRODUCT
        case Power(base, exponent):
            return f"{_bracketed(base, _ATOM)}**{exponent}", _POWER
        case Extremum():
            return _extremum_text(formula), _ATOM
        case Indicator(condition):
            return f"[{to_text(condition)}]", _ATOM
        case _:
            return _condition_text(formula)


def _extremum_text(extremum: Extremum) -> str:
    operand = absolute_of(extremum)
    if operand is not None:
        return f"abs({to_text(operand)})"
    return f"{extremum.which}({', '.join(map(to_text, extremum.operands))})"


def _condition_text(condition: Condition) -> tuple[str, int]:
    match condition:
        case Event():
            return condition.key, _ATOM
        case Comparison(operands, relations):
            steps = (f" {relation} {to_text(right)}" for relation, right in zip(relations, operands[1:], strict=True))
            return to_text(operands[0]) + "".join(steps), _COMPARISON
        case Not(operand):
            return f"not {_bracketed(operand, _NOT)}", _NOT
        case And(operands):
            return " and ".join(_bracketed(operand, _NOT) for operand in operands), _AND
        case Or(operands):
            return " or ".join(_bracketed(operand, _AND) for operand in operands), _OR


def _bracketed(formula: Formula, wanted: int) -> str:
    text, binding = _text(formula)
    return text if binding >= wanted else f"({text})"


def _signed_terms(terms: Sequence[Expression]) -> str:
    pieces = [_bracketed(terms[0], _SIGN)]
    for term in terms[1:]:
        if isinstance(term, Negative):
            pieces.append(f" - {_bracketed(term.operand, _PRODUCT)}")
        else:
            pieces.append(f" + {_bracketed(term, _SIGN)}")
    return "".join(pieces)


# --- LaTeX -------------------------------------------------------------------------------------------------------

_GREEK: Final = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi", "pi", "rho",
    "sigma", "tau", "phi", "chi", "psi", "omega",
})  # fmt: skip
_LATEX_RELATIONS: Final[Mapping[str, str]] = {"<": "<", "<=": r"\le", "==": "=", "!=": r"\ne", ">=": r"\ge", ">": ">"}


def to_latex(formula: Formula) -> str:
    """The formula as LaTeX mathematics (without dollar signs)."""
    return _latex(formula)[0]


def latex_name(name: str) -> str:
    """A name in mathematics: a single letter or Greek letter as a variable, any other word upright."""
    if name in _GREEK:
        return f"\\{name}"
    if len(name) == 1:
        return name
    escaped = name.replace("_", "\\_")
    return f"\\mathit{{{escaped}}}"


def readable(value: Fraction) -> str:
    """An exact number as an expression that can be read again: numbers of more than `MOST_DIGITS` digits cannot."""
    if max(len(str(abs(value.numerator))), len(str(value.denominator))) <= MOST_DIGITS:
        return str(value)
    sign, digits, exponent = _decimal(value)
    if digits and len(digits) <= MOST_DIGITS:
        whole, pointed = f"{digits}e{exponent}", f"{digits[0]}.{digits[1:] or '0'}e{exponent + len(digits) - 1}"
        return sign + (whole if abs(exponent) <= LARGEST_EXPONENT else pointed)
    if value.denominator == 1:
        rest, low = divmod(abs(value.numerator), 10**_PART)
        return f"{sign}({readable(Fraction(rest))}*10**{_PART} + {low})"
    return f"{readable(Fraction(value.numerator))}/{readable(Fraction(value.denominator))}"


_PART: Final = 50
"""Digits of a long number that are written as one."""


def _decimal(value: Fraction) -> tuple[str, str, int]:
    """The sign, the digits and the power of ten of a number that is a decimal; no digits if it is none."""
    sign, rest, power = "-" if value < 0 else "", value.denominator, 0
    while rest % 10 == 0:
        rest, power = rest // 10, power + 1
    for factor in (2, 5):
        while rest % factor == 0:
            rest, power = rest // factor, power + 1
    if rest != 1:
        return sign, "", 0
    digits = str(abs(value.numerator) * 10**power // value.denominator)
    short = digits.rstrip("0")
    return sign, short, len(digits) - len(short) - power


def _latex_number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"\\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def _latex(formula: Formula) -> tuple[str, int]:
    match formula:
        case Number(value):
            return _latex_number(value), _ATOM
        case Name(name):
            return latex_name(name), _ATOM
        case Negative(operand):
            return f"-{_latex_bracketed(operand, _PRODUCT)}", _SIGN
        case Sum(terms):
            return _latex_sum(terms), _SUM
        case Product(factors):
            return _latex_product(factors), _PRODUCT
        case Quotient(numerator, denominator):
            return f"\\frac{{{to_latex(numerator)}}}{{{to_latex(denominator)}}}", _ATOM
        case Power(base, exponent):
            ambiguous = isinstance(base, Quotient | Power) or _is_ratio(base)
            shown = f"\\left({to_latex(base)}\\right)" if ambiguous else _latex_bracketed(base, _ATOM)
            return f"{shown}^{{{exponent}}}", _POWER
        case Extremum():
            return _latex_extremum(formula), _ATOM
        case Indicator(condition):
            return f"\\mathbf{{1}}\\left[{to_latex(condition)}\\right]", _ATOM
        case _:
            return _latex_condition(formula)


def _latex_extremum(extremum: Extremum) -> str:
    operand = absolute_of(extremum)
    if operand is not None:
        return f"\\left|{to_latex(operand)}\\right|"
    return f"\\{extremum.which}\\left({', '.join(map(to_latex, extremum.operands))}\\right)"


def _latex_sum(terms: Sequence[Expression]) -> str:
    pieces = [_latex_bracketed(terms[0], _SIGN)]
    for term in terms[1:]:
        sign, body = ("-", term.operand) if isinstance(term, Negative) else ("+", term)
        pieces.append(f" {sign} {_latex_bracketed(body, _PRODUCT)}")
    return "".join(pieces)


def _latex_product(factors: Sequence[Expression]) -> str:
    """Factors side by side; a dot where a number follows something, so that digits never run together."""
    pieces = [_latex_bracketed(factors[0], _PRODUCT)]
    for factor in factors[1:]:
        begins_with_digit = isinstance(factor, Number) or (
            isinstance(factor, Power) and isinstance(factor.base, Number)
        )
        pieces.append((" \\cdot " if begins_with_digit else "\\,") + _latex_bracketed(factor, _PRODUCT))
    return "".join(pieces)


def _is_ratio(formula: Formula) -> bool:
    return isinstance(formula, Number) and formula.value.denominator != 1


def _latex_condition(condition: Condition) -> tuple[str, int]:
    match condition:
        case Event():
            escaped = condition.key.replace("_", "\\_")
            return f"\\text{{{escaped}}}", _ATOM
        case Comparison(operands, relations):
            steps = (
                f" {_LATEX_RELATIONS[relation]} {to_latex(right)}"
                for relation, right in zip(relations, operands[1:], strict=True)
            )
            return to_latex(operands[0]) + "".join(steps), _COMPARISON
        case Not(operand):
            return f"\\neg {_latex_bracketed(operand, _ATOM)}", _NOT
        case And(operands):
            return " \\wedge ".join(_latex_bracketed(operand, _NOT) for operand in operands), _AND
        case Or(operands):
            return " \\vee ".join(_latex_bracketed(operand, _AND) for operand in operands), _OR


def _latex_bracketed(formula: Formula, wanted: int) -> str:
    text, binding = _latex(formula)
    return text if binding >= wanted else f"\\left({text}\\right)"
