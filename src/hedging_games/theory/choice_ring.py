"""The choices of a tree with continuous choices as variables of formulas, and numbers put in for them.

What strategies do after a choice depends on it as a rational function. Put in for a later choice, it turns conditions and payoffs
into ones of the earlier choices alone; a denominator counts by its sign. An irrational number that is chosen is a variable too,
pinned to it by its minimal polynomial and two rational bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hedging_games.algebra.algebraic import AlgebraicNumber, element, roots_of_irreducible
from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval, between
from hedging_games.algebra.formulas.formula import All, Atom, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import Found
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import parameter_ring, polynomial_of, terms_of
from hedging_games.games.continuous import ContinuousGame, Guard, numbers_in
from hedging_games.theory.reactions import Reaction


@dataclass
class Memory:
    """What was found out for one profile of a game and serves the next: of profiles without irrational numbers, which share a ring."""

    ground: Ground | None = None
    found: dict[int, Found] = field(default_factory=dict)


class ChoiceRing:
    """The choices as variables, and one more variable for each irrational number that is chosen, pinned to it."""

    def __init__(self, game: ContinuousGame, reactions: Sequence[Reaction], memory: Memory | None = None) -> None:
        self.game = game
        self.size = len(game.choices)
        self.roots: list[AlgebraicNumber] = []
        for reaction in reactions:
            for _, answer in reaction.cases:
                for number in answer if isinstance(answer, tuple) else (answer,):
                    if isinstance(number, AlgebraicNumber) and self._root_of(number) is None:
                        self.roots.append(_generator(number))
        names = [*game.choices, *(f"root{k}'" for k, _ in enumerate(self.roots))]
        self.ring = parameter_ring(names) if self.roots else game.field.ring
        self.field = self.ring.to_field() if self.roots else game.field
        self.minimal: list[Any] = []
        box = list(self._ranges())
        for k, root in enumerate(self.roots):
            coefficients = [Fraction(int(c)) for c in root.field.polynomial.coeffs()]
            variable = self.ring.gens[self.size + k]
            self.minimal.append(
                sum((self._rational(c) * variable**i for i, c in enumerate(coefficients)), self.ring.zero)
            )
            box.append(_isolating(root))
        pinned = tuple(constraint(polynomial, "==") for polynomial in self.minimal)
        known = Memory() if memory is None or self.roots else memory
        if known.ground is None:
            known.ground = Ground(System(self.ring, tuple(box), (), pinned), apart=True)
        self.ground, self.found = known.ground, known.found

    def _root_of(self, number: AlgebraicNumber) -> int | None:
        return next((k for k, root in enumerate(self.roots) if root.field.is_same_as(number.field)), None)

    def _ranges(self) -> Iterator[Interval]:
        """An interval for each choice that holds all its ranges, unbounded where that is not plain.

        A variable of the ground is always a choice that was made, or is made instead, within its range: of what is put in for
        one the box says nothing.
        """
        nodes = list(numbers_in(self.game.root))
        box: list[Interval] = []
        for name in self.game.choices:
            full = (*box, *(Interval(None, None) for _ in range(self.size - len(box))))
            lows, highs = [], []
            for node in nodes:
                if node.name == name:
                    lows.append(_bound(node.low, full, "low"))
                    highs.append(_bound(node.high, full, "high"))
            low = None if None in lows else min((x for x in lows if x is not None), default=None)
            high = None if None in highs else max((x for x in highs if x is not None), default=None)
            is_empty = low is not None and high is not None and low > high
            box.append(Interval(None, None) if is_empty else Interval(low, high))
        yield from box

    def _rational(self, number: Fraction) -> Any:
        return self.field.domain(number.numerator, number.denominator)

    def number(self, number: Any) -> Any:
        """An exact number as an element of the field."""
        if isinstance(number, AlgebraicNumber):
            k = self._root_of(number)
            assert k is not None
            variable = self.field.gens[self.size + k]
            terms = [Fraction(int(c.p), int(c.q)) for c in number.coordinates.coeffs()]
            return sum((self._rational(c) * variable**i for i, c in enumerate(terms)), self.field.zero)
        return self.field.ground_new(self._rational(Fraction(number)))

    def polynomial(self, polynomial: Any) -> Any:
        """A polynomial of the game in the ring of the judge."""
        if not self.roots:
            return polynomial
        more = (0,) * len(self.roots)
        return polynomial_of(self.ring, {(*powers, *more): c for powers, c in terms_of(polynomial).items()})

    def ratio(self, ratio: Any) -> Any:
        """A rational function of the game in the field of the judge."""
        if not self.roots:
            return ratio
        return self.field(self.polynomial(ratio.numer)) / self.field(self.polynomial(ratio.denom))

    def compared(self, polynomial: Any, relation: str) -> Formula:
        """``polynomial relation 0``, powers of roots reduced."""
        if relation == "!=":
            return disjunction(self.compared(polynomial, either) for either in ("<", ">"))
        if self.minimal:
            polynomial = polynomial.rem(self.minimal)
        return conjunction([Atom(constraint(polynomial, relation))])

    def sign(self, ratio: Any, relation: str) -> Formula:
        """``ratio relation 0`` where its denominator is not zero."""
        if ratio.denom.is_ground:
            return self.compared(ratio.numer if ratio.denom.LC > 0 else -ratio.numer, relation)
        return self.compared(ratio.numer if relation == "==" else ratio.numer * ratio.denom, relation)

    def guard(self, guard: Guard) -> Formula:
        """A guard of the tree as a formula."""
        return conjunction(self.compared(self.polynomial(sign.polynomial), sign.relation) for sign in guard)

    def formula(self, formula: Formula) -> Formula:
        """A formula about the game's choices in the ring of the judge."""
        return _mapped(
            formula, lambda atom: self.compared(self.polynomial(atom.constraint.polynomial), atom.constraint.relation)
        )

    def put_in(self, formula: Formula, variable: int, ratio: Any) -> Formula:
        """A formula with a rational function in the place of a choice."""

        def put(atom: Atom) -> Formula:
            asked = atom.constraint
            top, power = self._cleared(asked.polynomial, variable, ratio)
            return self.compared(top * ratio.denom if power % 2 and asked.relation != "==" else top, asked.relation)

        return _mapped(formula, put)

    def put_into(self, worth: Any, variable: int, ratio: Any) -> Any:
        """A rational function with another in the place of a choice."""
        top, above = self._cleared(worth.numer, variable, ratio)
        bottom, below = self._cleared(worth.denom, variable, ratio)
        scale = ratio.denom ** abs(above - below)
        top, bottom = (top, bottom * scale) if above > below else (top * scale, bottom)
        if self.minimal:
            top, bottom = top.rem(self.minimal), bottom.rem(self.minimal)
        return self.field(top) / self.field(bottom)

    def _cleared(self, polynomial: Any, variable: int, ratio: Any) -> tuple[Any, int]:
        """A polynomial with a rational function put in, times a power of its denominator, and that power."""
        by_power: dict[int, dict[Any, Any]] = {}
        for powers, c in polynomial.terms():
            rest = (*powers[:variable], 0, *powers[variable + 1 :])
            by_power.setdefault(powers[variable], {})[rest] = c
        most = max(by_power, default=0)
        total = self.ring.zero
        for power, terms in by_power.items():
            top = ratio.numer**power if power else self.ring.one  # 0**0 is refused
            total += self.ring.from_dict(terms) * top * ratio.denom ** (most - power)
        return total, most


def _mapped(formula: Formula, atom: Callable[[Atom], Formula]) -> Formula:
    if isinstance(formula, Atom):
        return atom(formula)
    join = conjunction if isinstance(formula, All) else disjunction
    return join(_mapped(part, atom) for part in formula.parts)


def _generator(number: AlgebraicNumber) -> AlgebraicNumber:
    """The number that generates a number's field."""
    from flint import fmpq_poly

    found = element(number.field, fmpq_poly([0, 1]))
    assert isinstance(found, AlgebraicNumber)
    return found


def _isolating(root: AlgebraicNumber) -> Interval:
    """An open interval with simple ends that holds no other root of the same polynomial."""
    roots = roots_of_irreducible(root.field.polynomial)
    k = roots.index(root)
    low = Fraction(int(root.enclosure()[0]) - 1) if k == 0 else between(roots[k - 1], root)
    high = Fraction(int(root.enclosure()[1]) + 1) if k == len(roots) - 1 else between(root, roots[k + 1])
    return Interval(low, high, low_closed=False, high_closed=False)


def _bound(end: Any, box: Sequence[Interval], which: str) -> Fraction | None:
    if not end.denom.is_ground:
        return None
    found = getattr(enclose(terms_of(end.numer * (1 / end.denom.LC)), tuple(box)), which)
    return None if found is None else Fraction(found)
