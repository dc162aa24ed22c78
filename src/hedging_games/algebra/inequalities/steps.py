"""Single steps of reasoning that add a fact to those that hold.

Each is a small record; `derive` recomputes the fact it yields from the facts before it and from the box, or finds the
step invalid. Proofs are built of such steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hedging_games.algebra.cells.enclosure import Enclosure, enclose
from hedging_games.algebra.cells.intervals import Box
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import (
    Terms,
    add_scaled,
    linear_parts,
    multiply,
    primitive_terms,
)


@dataclass(frozen=True, slots=True)
class Divided:
    """A fact divided by a factor of known sign: ``quotient * factor`` is its polynomial.

    The sign is that of the factor's bounds on the box, or ``by`` is the position of a fact that states it, or ``root``
    is a polynomial whose square the factor is.
    """

    fact: int
    factor: Terms
    quotient: Terms
    by: int | None = None
    root: Terms | None = None


@dataclass(frozen=True, slots=True)
class Nonzero:
    """A strict fact whose polynomial is ``quotient * factor``, the factor weakly signed on the box: it is not zero."""

    fact: int
    factor: Terms
    quotient: Terms


@dataclass(frozen=True, slots=True)
class Substituted:
    """One variable of a fact replaced with what an equation, linear in it, says it is.

    The coefficient of the variable in the equation must have a sign: by its bounds, or by the fact ``by``.
    """

    fact: int
    equation: int
    variable: int
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Squeezed:
    """``p >= 0`` and ``-p >= 0`` give ``p == 0``."""

    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Bounded:
    """A fact linear in a variable, with bounds on all else, bounds that variable from one side."""

    fact: int
    variable: int


Step = Divided | Nonzero | Substituted | Squeezed | Bounded


def derive(step: Step, facts: Sequence[Fact], box: Box) -> Fact | None:
    """The fact that a step yields, or None where the step is not valid: everything is recomputed."""
    match step:
        case Divided():
            return _divided(step, facts, box)
        case Nonzero():
            return _nonzero(step, facts, box)
        case Substituted(index, equation, variable, by):
            if facts[equation].relation != "==" or index == equation:
                return None
            parts = linear_parts(facts[equation].terms, variable)
            sign = 0 if parts is None or not parts[0] else sign_of(parts[0], box, None if by is None else facts[by])
            if parts is None or sign == 0:
                return None
            terms = substitute(facts[index].terms, variable, parts[0], parts[1], sign)
            return Fact(primitive_terms(terms), facts[index].relation)
        case Squeezed(above, below):
            total = dict(facts[above].terms)
            add_scaled(total, facts[below].terms, 1)
            weak = facts[above].relation == ">=" == facts[below].relation
            return Fact(facts[above].terms, "==") if weak and not total else None
        case Bounded(index, variable):
            return _bounded(facts[index], variable, box)


def sign_of(terms: Terms, box: Box, stated: Fact | None = None) -> int:
    """The sign of a polynomial that is nowhere zero on the box, by its bounds or by a strict fact; 0 if unknown."""
    if stated is not None and stated.relation == ">":
        if stated.terms == terms:
            return 1
        if stated.terms == {e: -c for e, c in terms.items()}:
            return -1
    values = enclose(terms, box)
    return 1 if values.positive else -1 if values.negative else 0


def _divided(step: Divided, facts: Sequence[Fact], box: Box) -> Fact | None:
    """The relation of the quotient to zero, from that of the product and the sign of the factor."""
    fact = facts[step.fact]
    product = multiply(step.factor, step.quotient)
    add_scaled(product, fact.terms, -1)
    if product:
        return None
    sign = sign_of(step.factor, box, None if step.by is None else facts[step.by])
    if sign == 0 and fact.relation == ">":
        # Where the product is positive a square is not zero, hence positive.
        sign = int(step.root is not None and multiply(step.root, step.root) == step.factor)
    if sign == 0:
        return None
    return Fact({e: sign * c for e, c in step.quotient.items()}, fact.relation)


def _nonzero(step: Nonzero, facts: Sequence[Fact], box: Box) -> Fact | None:
    product = multiply(step.factor, step.quotient)
    add_scaled(product, facts[step.fact].terms, -1)
    values = enclose(step.factor, box)
    if product or facts[step.fact].relation != ">" or not (values.nonnegative or values.nonpositive):
        return None
    sign = 1 if values.nonnegative else -1
    return Fact({e: sign * c for e, c in step.factor.items()}, ">")


def substitute(terms: Terms, variable: int, slope: Terms, rest: Terms, sign: int) -> Terms:
    """``p`` with ``x = -rest / slope``, times a positive power of ``slope``, whose sign is given."""
    if sign < 0:
        slope, rest = {e: -c for e, c in slope.items()}, {e: -c for e, c in rest.items()}
    minus_rest = {e: -c for e, c in rest.items()}
    degree = max((e[variable] for e in terms), default=0)
    if degree == 0:
        return terms
    one: Terms = {(0,) * len(next(iter(terms))): 1}
    slopes, values = [one], [one]
    for _ in range(degree):
        slopes.append(multiply(slopes[-1], slope))
        values.append(multiply(values[-1], minus_rest))
    by_power: dict[int, Terms] = {}
    for exponents, coefficient in terms.items():
        power = exponents[variable]
        by_power.setdefault(power, {})[(*exponents[:variable], 0, *exponents[variable + 1 :])] = coefficient
    total: Terms = {}
    for power, part in by_power.items():
        add_scaled(total, multiply(multiply(part, values[power]), slopes[degree - power]), 1)
    return total


def _bounded(fact: Fact, variable: int, box: Box) -> Fact | None:
    """From ``a x + b >= 0`` with a of one sign: ``x >= least of -b/a`` or ``x <= most of -b/a``."""
    parts = linear_parts(fact.terms, variable)
    if parts is None or not parts[0] or fact.relation == "==":
        return None
    slope, rest = enclose(parts[0], box), enclose(parts[1], box)
    size = len(box)
    alone = tuple(int(i == variable) for i in range(size))
    sign = 1 if slope.positive else -1 if slope.negative else 0
    if sign == 0 or rest.high is None:
        return None
    least, most = (slope.low, slope.high) if sign > 0 else (_minus(slope.high), _minus(slope.low))
    # |a| x >= -b (or |a| x <= b): the bound that is worst over |a| in (least, most].
    end = _worst(rest.high, least, most)
    if end is None:
        return None
    strict = fact.relation == ">" or rest.high_strict
    return Fact(primitive_terms({alone: sign, (0,) * size: end}), ">" if strict and _sharp(slope) else ">=")


def _worst(high: Fraction, least: Fraction | None, most: Fraction | None) -> Fraction | None:
    """The largest value of ``high / s`` over positive s between the ends; None where it is unbounded."""
    if high >= 0:
        return high / least if least else (Fraction(0) if high == 0 else None)
    if most == 0:
        # Only an empty box makes a positive slope at most zero.
        return None
    return high / most if most is not None else Fraction(0)


def _sharp(slope: Enclosure) -> bool:
    return slope.low is not None and slope.low == slope.high


def _minus(number: Fraction | None) -> Fraction | None:
    return None if number is None else -number
