"""What is decided: conjunctions of polynomial inequalities over a box of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal, cast

from hedging_games.algebra.cells.intervals import Box, Interval, rational
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.polynomials import (
    Point,
    Polynomial,
    Terms,
    names_of,
    polynomial_of,
    primitive_terms,
    sign_at,
    terms_text,
    variables_of,
)
from hedging_games.errors import input_error

Relation = Literal[">=", ">", "=="]
"""How a polynomial compares with zero."""


def holds(sign: int, relation: Relation) -> bool:
    """Whether a number of this sign stands in the relation to zero."""
    return sign == 0 if relation == "==" else sign > 0 or (sign == 0 and relation == ">=")


@dataclass(frozen=True, slots=True)
class Fact:
    """``polynomial relation 0``, the polynomial given by its terms: what proofs reason about."""

    terms: Terms
    relation: Relation

    def holds_at(self, point: Sequence[Number]) -> bool:
        """Whether it is true at a point with exact coordinates."""
        return holds(sign_at(self.terms, point), self.relation)

    def text(self, names: Sequence[str]) -> str:
        """As people write it."""
        return f"{terms_text(self.terms, names)} {self.relation} 0"


@dataclass(frozen=True, slots=True)
class Constraint:
    """``polynomial relation 0``, with the reason why it is asked.

    The polynomial has integer coefficients without common factor (and, in an equation, a positive leading one): make
    constraints with `constraint`, which sees to that. ``reason`` is anything; it is carried along, never looked at.
    """

    polynomial: Polynomial
    relation: Relation
    reason: Any = field(default=None, compare=False)
    terms: Terms = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", {e: int(c.numerator) for e, c in self.polynomial.terms()})

    def __eq__(self, other: object) -> bool:
        # By its integers: polynomials of sympy first make sure of each other's kind, which takes longer than all the rest.
        if not isinstance(other, Constraint):
            return NotImplemented
        here, there = self.polynomial.ring, other.polynomial.ring
        return (self.relation, self.terms, here) == (other.relation, other.terms, there)

    def __hash__(self) -> int:
        return hash((self.polynomial, self.relation))

    @property
    def fact(self) -> Fact:
        """The same without its reason."""
        return Fact(self.terms, self.relation)

    def holds_at(self, point: Sequence[Number]) -> bool:
        """Whether it is true at a point with exact coordinates."""
        return holds(sign_at(self.terms, point), self.relation)

    def __str__(self) -> str:
        return self.fact.text(names_of(self.polynomial.ring))


_RELATIONS = (">=", ">", "==", "<=", "<")


def constraint(polynomial: Polynomial, relation: str, reason: Any = None) -> Constraint:
    """``polynomial relation 0`` with ``<=`` and ``<`` turned round and the coefficients made primitive integers."""
    if relation not in _RELATIONS:
        raise input_error("condition", f"{relation!r} is no relation", f"use one of {', '.join(_RELATIONS)}")
    terms = primitive_terms(dict(polynomial.terms()))
    turned = relation.startswith("<") or (relation == "==" and bool(terms) and next(iter(terms.values())) < 0)
    if turned:
        terms = {e: -c for e, c in terms.items()}
    plain = relation.replace("<", ">")
    return Constraint(polynomial_of(polynomial.ring, terms), cast("Relation", plain), reason)


def negated(asked: Constraint) -> tuple[Constraint, ...]:
    """The constraints whose union is the complement: one for an inequality, two for an equation."""
    turned = -asked.polynomial
    if asked.relation == ">=":
        return (Constraint(turned, ">", asked.reason),)
    if asked.relation == ">":
        return (Constraint(turned, ">=", asked.reason),)
    return Constraint(asked.polynomial, ">", asked.reason), Constraint(turned, ">", asked.reason)


@dataclass(frozen=True, slots=True)
class System:
    """A conjunction of constraints on the points of a box that satisfy the assumptions.

    ``ring`` is a sympy polynomial ring over QQ, ``box`` has one interval per generator. ``constraints`` are what is
    asked or simplified; ``assumptions`` are taken as given.
    """

    ring: Any
    box: Box
    constraints: tuple[Constraint, ...] = ()
    assumptions: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        if len(self.box) != self.ring.ngens:
            raise input_error(
                "condition", f"{len(self.box)} ranges for {self.ring.ngens} parameters", "give each parameter one range"
            )
        for asked in (*self.constraints, *self.assumptions):
            if asked.polynomial.ring != self.ring:
                raise input_error("condition", f"{asked} belongs to another ring", "build all constraints in one ring")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables."""
        return names_of(self.ring)

    def having(self, *more: Constraint) -> System:
        """The system with constraints added."""
        return replace(self, constraints=(*self.constraints, *more))

    def with_constraints(self, constraints: Iterable[Constraint]) -> System:
        """The system with other constraints, over the same box and assumptions."""
        return replace(self, constraints=tuple(constraints))

    def on(self, box: Box) -> System:
        """The system over another box."""
        return replace(self, box=box)

    def contains(self, point: Sequence[Number]) -> bool:
        """Whether a point, its coordinates rational or algebraic, satisfies everything, exactly."""
        return all(x in interval for x, interval in zip(point, self.box, strict=True)) and all(
            asked.holds_at(point) for asked in (*self.constraints, *self.assumptions)
        )

    def facts(self) -> tuple[Fact, ...]:
        """Everything that may be used in a proof: the constraints, the assumptions, then the ends of the box.

        Proofs refer to facts by their position here.
        """
        asked = [c.fact for c in (*self.constraints, *self.assumptions)]
        return (*asked, *box_facts(self.box))

    def __str__(self) -> str:
        ranges = ", ".join(f"{name} in {interval}" for name, interval in zip(self.names, self.box, strict=True))
        return " and ".join(str(c) for c in (*self.constraints, *self.assumptions)) + f" for {ranges}"


def box_facts(box: Box) -> list[Fact]:
    """The ends of a box as facts: one equation for a fixed variable, else one inequality for each finite end."""
    nothing = (0,) * len(box)
    facts = []
    for i, interval in enumerate(box):
        alone = (*nothing[:i], 1, *nothing[i + 1 :])
        low, high = interval.low, interval.high
        assert not isinstance(low, float)
        if interval.point:
            facts.append(Fact(primitive_terms({alone: 1, nothing: -rational(low)}), "=="))
            continue
        if low is not None:
            facts.append(
                Fact(primitive_terms({alone: 1, nothing: -rational(low)}), ">=" if interval.low_closed else ">")
            )
        if high is not None:
            facts.append(
                Fact(primitive_terms({alone: -1, nothing: rational(high)}), ">=" if interval.high_closed else ">")
            )
    return facts


def apart(facts: Mapping[int, Fact]) -> list[list[int]]:
    """The numbers of facts grouped so that different groups share no variable, those with few variables first."""
    groups: list[tuple[set[int], list[int]]] = []
    for i, fact in facts.items():
        used = set(variables_of(fact.terms))
        joined = [i]
        others = []
        for variables, members in groups:
            if variables & used:
                used |= variables
                joined = members + joined
            else:
                others.append((variables, members))
        groups = [*others, (used, joined)]
    return [sorted(members) for _, members in sorted(groups, key=lambda g: (len(g[0]), min(g[1])))]


def midpoint(box: Box) -> Point:
    """A central point: the middle of bounded intervals, one inside a single end, 0 on the whole line."""
    return tuple(_middle(interval) for interval in box)


def _middle(interval: Interval) -> Fraction:
    low, high = interval.low, interval.high
    if low is None and high is None:
        return Fraction(0)
    if low is None:
        return rational(high) - 1
    if high is None:
        return rational(low) + 1
    return (rational(low) + rational(high)) / 2


def point_text(point: Sequence[Any], names: Sequence[str]) -> str:
    """A point as people write it: ``card = 4, leak = 1/2``."""
    return ", ".join(f"{name} = {x}" for name, x in zip(names, point, strict=True))
