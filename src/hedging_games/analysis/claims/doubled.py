"""Two points that differ in one parameter alone: the ring with a further variable for the larger value."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.formula import FALSE, All, Atom, Formula, conjunction, disjunction, negation
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.inequalities.system import Constraint, System, constraint
from hedging_games.algebra.polynomials import Polynomial, parameter_ring, polynomial_of, terms_of
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.errors import could_not_finish

SUFFIX = "_larger"
"""What the name of the larger value ends with."""

Pair = tuple[dict[str, Fraction], dict[str, Fraction]]
"""A point by parameter, and the point with the larger value."""


class Doubled:
    """The open parameters of a setting and a larger value of the one called ``name``."""

    def __init__(self, setting: Setting, name: str) -> None:
        self.setting = setting
        self.name = name
        self.index = setting.names.index(name)
        self.ring = parameter_ring([*setting.names, name + SUFFIX])
        self._moved: dict[tuple[Formula, bool], Formula] = {}

    @cached_property
    def ground(self) -> Ground:
        """The ranges and assumptions at both values, the second of which is larger."""
        whole = self.setting.whole
        larger = constraint(self.ring.gens[-1] - self.ring.gens[self.index], ">", "the value is larger")
        assumed = [self._constraint(c, after=after) for c in whole.assumptions for after in (False, True)]
        near = (*self.setting.near, self.setting.near[self.index])
        return Ground(
            System(self.ring, (*whole.box, whole.box[self.index]), (), (*dict.fromkeys(assumed), larger)),
            near,
            apart=self.setting.is_continuous,
        )

    def broken(self, before: Any, after: Any, relation: str) -> Formula:
        """Where a rational function ``before`` at the smaller value is ``>`` or ``<`` than ``after`` at the larger one."""
        return broken_by(self.fraction(before, after=False), self.fraction(after, after=True), relation)

    def fraction(self, value: Any, *, after: bool) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator of an expectation at the smaller value, or ``after``, at the larger one."""
        top, bottom = ratio(value)
        return self._polynomial(top, after=after), self._polynomial(bottom, after=after)

    def pair(self, found: tuple[Number, ...]) -> Pair:
        """The two points of a counterexample."""
        *point, larger = (rational(x) for x in found)
        small = dict(zip(self.setting.names, point, strict=True))
        return small, {**small, self.name: larger}

    def moved(self, formula: Formula, *, after: bool) -> Formula:
        """A formula at the smaller value, or ``after``, at the larger one."""
        if isinstance(formula, Atom):
            return Atom(self._constraint(formula.constraint, after=after))
        known = self._moved.get((formula, after))
        if known is None:
            parts = (self.moved(part, after=after) for part in formula.parts)
            known = conjunction(parts) if isinstance(formula, All) else disjunction(parts)
            self._moved[formula, after] = known
        return known

    def _constraint(self, asked: Constraint, *, after: bool) -> Constraint:
        return Constraint(self._polynomial(asked.polynomial, after=after), asked.relation, asked.reason)

    def _polynomial(self, polynomial: Polynomial, *, after: bool) -> Polynomial:
        terms = {}
        for powers, coefficient in terms_of(polynomial).items():
            extended = [*powers, 0]
            if after:
                extended[-1], extended[self.index] = extended[self.index], 0
            terms[tuple(extended)] = coefficient
        return polynomial_of(self.ring, terms)


def ratio(value: Any) -> tuple[Polynomial, Polynomial]:
    """Numerator and denominator of an expectation.

    Raises CouldNotFinish for an irrational one.
    """
    if isinstance(value, Radical):
        raise could_not_finish("claim", "a player's expectation is irrational", "test the claim at points")
    return value.numer, value.denom


def broken_by(before: tuple[Polynomial, Polynomial], after: tuple[Polynomial, Polynomial], relation: str) -> Formula:
    """Where one fraction of polynomials is ``>`` or ``<`` than another."""
    (a, b), (c, d) = before, after
    difference = (a * d - c * b) * b * d
    if not difference:
        return FALSE
    return conjunction([Atom(constraint(difference if relation == ">" else -difference, ">"))])


Worth = tuple[tuple[Polynomial, Polynomial], Formula]
"""What an outcome is worth to a player, as a fraction, and where the outcome stands."""


def broken_by_all(before: Sequence[Worth], after: Sequence[Worth], relation: str) -> Formula:
    """Where outcomes stand ``before`` and ``after``, and all that do are worth ``>`` or ``<`` before than after."""
    pairs = (
        disjunction([negation(first), negation(second), broken_by(earlier, later, relation)])
        for (earlier, first), (later, second) in product(before, after)
    )
    return conjunction([disjunction(f for _, f in before), disjunction(f for _, f in after), *pairs])


def rational(coordinate: Any) -> Fraction:
    """A coordinate of a counterexample as a fraction; an irrational one is no use for solving again.

    Raises CouldNotFinish for an irrational number.
    """
    if isinstance(coordinate, (int, Fraction)):
        return Fraction(coordinate)
    raise could_not_finish("claim", "a counterexample was found, with an irrational coordinate", "hold more parameters")
