"""Inequalities as people read them: factored, solved for a parameter where that is a fraction, or as a comparison of two sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.closed_forms import solved_for
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.polynomials import Exponents, Terms, terms_text

_TURNED = {">=": "<=", ">": "<", "==": "=="}


def names_of(asked: Constraint) -> tuple[str, ...]:
    """The parameters of an inequality's ring."""
    return tuple(symbol.name for symbol in asked.polynomial.ring.symbols)


def expression_text(asked: Constraint) -> str:
    """The left-hand side of an inequality that is compared with zero, as a product where it is one."""
    names = names_of(asked)
    split = factors_of(asked.terms)
    if sum(multiplicity for _, multiplicity in split) < 2 or len(asked.terms) == 1:
        return terms_text(asked.terms, names)
    largest = max(asked.terms)
    constant = Fraction(asked.terms[largest])
    parts: list[tuple[Terms, int]] = list(split)
    for factor, multiplicity in split:
        constant = constant / factor[max(factor)] ** multiplicity
    if constant < 0:
        # One factor of odd power takes the sign; without one the constant keeps it.
        for k, (factor, multiplicity) in enumerate(parts):
            if multiplicity % 2 and len(factor) > 1:
                parts[k], constant = ({e: -c for e, c in factor.items()}, multiplicity), -constant
                break
    product = "*".join(_factor(f, m, names) for f, m in parts)
    return product if constant == 1 else f"-{product}" if constant == -1 else f"{constant}*{product}"


def _factor(terms: Terms, multiplicity: int, names: Sequence[str]) -> str:
    text = terms_text(positive_first(terms), names)
    text = text if len(terms) == 1 else f"({text})"
    return text if multiplicity == 1 else f"{text}^{multiplicity}"


def written(asked: Constraint, box: Sequence[Interval]) -> str:
    """The inequality for people: a product compared with zero, a bound on a parameter, or a comparison of two sides.

    It is solved for the first parameter whose coefficient is a number, or has one strict sign all over the box. What the box lets
    be no more than equal is written as an equation.
    """
    names, terms, relation = names_of(asked), asked.terms, str(asked.relation)
    highest = enclose(dict(terms), tuple(box)).high if relation == ">=" else None
    if highest is not None and highest <= 0:
        relation = "=="
    if sum(multiplicity for _, multiplicity in factors_of(terms)) > 1:
        if len(terms) == 1 and min(terms.values()) < 0:
            return f"{terms_text({e: -c for e, c in terms.items()}, names)} {_TURNED[relation]} 0"
        return f"{expression_text(asked)} {relation} 0"
    slopes = [(variable, _slope(terms, variable)) for variable in range(len(names))]
    signed = [
        (not _is_number(slope), variable, sign)
        for variable, slope in slopes
        if slope is not None and (sign := _sign(slope, box)) != 0
    ]
    if signed:
        _, variable, sign = min(signed)
        return f"{names[variable]} {relation if sign > 0 else _TURNED[relation]} {_bound(terms, variable, names)}"
    more, less = ({e: abs(c) for e, c in terms.items() if (c > 0) == positive} for positive in (True, False))
    return f"{terms_text(more, names)} {relation} {terms_text(less, names)}"


def _bound(terms: Mapping[Exponents, Any], variable: int, names: Sequence[str]) -> str:
    """What a variable is where the polynomial vanishes; what is added stands before what is taken away."""
    slope = _slope(terms, variable)
    assert slope is not None
    if not _is_number(slope):
        return solved_for(terms, variable, names).removeprefix(f"{names[variable]} = ")
    by = Fraction(next(iter(slope.values())))
    rest = {powers: -Fraction(c) / by for powers, c in terms.items() if not powers[variable]}
    return terms_text(positive_first(rest), names)


def positive_first(terms: Mapping[Exponents, Any]) -> dict[Exponents, Any]:
    """The terms with what is added before what is taken away, the first parameters first."""
    return {e: terms[e] for e in sorted(sorted(terms, reverse=True), key=lambda e: terms[e] < 0)}


def _slope(terms: Mapping[Exponents, Any], variable: int) -> dict[Exponents, Any] | None:
    """The coefficient of a variable that occurs in degree one alone; None for another one."""
    if max((powers[variable] for powers in terms), default=0) != 1:
        return None
    return {(*e[:variable], 0, *e[variable + 1 :]): c for e, c in terms.items() if e[variable]}


def _is_number(slope: Mapping[Exponents, Any]) -> bool:
    return not any(any(powers) for powers in slope)


def _sign(slope: Mapping[Exponents, Any], box: Sequence[Interval]) -> int:
    """The strict sign of a coefficient all over the box; 0 where it has none."""
    if _is_number(slope):
        return 1 if next(iter(slope.values())) > 0 else -1
    values = enclose(dict(slope), tuple(box))
    return 1 if values.positive else -1 if values.negative else 0
