"""Formulas over one box, reasoned about by the signs of their polynomials: contradictions, found, proved and remembered.

Sets of inequalities without a common solution are proved so by `algebra.inequalities` and remembered: whatever contains one is
contradictory too. The formulas themselves are in `table`, the points at which they hold in `points`, and `asking` puts them to z3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.asking import Asking
from hedging_games.algebra.formulas.table import ANY_SIGN, Signs
from hedging_games.algebra.inequalities.decide import decide_empty
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.proof import Asked, Combination, Proof
from hedging_games.algebra.inequalities.smt import NAME
from hedging_games.algebra.inequalities.system import Constraint, System
from hedging_games.algebra.polynomials import affine_form

SWIFT = Limits(samples=12, signs=0, cells=0, parts=0, asking=False)
"""For inequalities met on the way, which no point of the bank satisfies: looking at many more points seldom helps."""

AFFINE_WORK, OTHER_WORK, TERM_WORK = 5_000, 12_000, 600
"""What counts as work (see `table.Table`): deciding affine inequalities; deciding others, and each of their terms."""

PROVING = Limits(samples=0, signs=0, parts=40, asking=False)
"""For proofs of what z3 has said: of all that was ever proved, cases by sign gave none, and halving none after that few parts."""

MOST_GUESSES = 2
"""How often inequalities are guessed to contradict each other, as no point of the bank has them together, before all are asked about."""

MOST_TRIALS = 3
"""Inequalities whose need for a contradiction is tried, beyond those that a point shows to be needed."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Inequalities that have no common solution in the box under the assumptions, with the proof."""

    core: tuple[Constraint, ...]
    proof: Proof


class Ground(Asking):
    """A box with assumptions, and all that has been learned about formulas over it."""

    def __init__(self, whole: System, near: Sequence[Fraction] | None = None, *, apart: bool = False) -> None:
        super().__init__(whole, near, apart=apart)
        self.asked = 0
        self.known: dict[int, list[tuple[dict[int, int], Contradiction]]] = {}
        self._proofs: dict[tuple[Constraint, ...], Proof | None] = {}

    def contradiction(self, signs: Signs, *, proved: bool = False) -> Contradiction | None:
        """A contradiction met before that these signs contain (``proved`` : one that rests on nobody's word)."""
        # A core asks nothing that the box implies, so that its largest polynomial is among the signs.
        for polynomial in signs:
            for core, found in self.known.get(polynomial, ()):
                if proved and isinstance(found.proof, Asked):
                    continue
                if all(signs.get(p, self.static[p]) & ~s == 0 for p, s in core.items()):
                    return found
        return None

    def is_refuted(self, numbers: Iterable[int]) -> bool:
        """Whether inequalities among some formulas contradict each other by z3's word, which is remembered of those that do.

        It is asked about a few that no point of the bank has together: they are often all that makes a long conjunction hold nowhere. Where
        it finds a common point instead, the bank has one more.
        """
        signs: dict[int, int] = {}
        for part in (self.parts[n] for n in numbers):
            if part.kind == "signs":
                signs[part.polynomial] = signs.get(part.polynomial, ANY_SIGN) & part.signs
        if 0 in signs.values():
            return True
        for _ in range(MOST_GUESSES):
            few = self._apart(signs)
            if not few:
                return False
            answer = self.ask([self.literal(p, s) for p, s in few.items()], brief=True)
            if answer.answer == "unsat":
                told = Contradiction(self.constraints(few), Asked((NAME,), self.bank.size))
                self.known.setdefault(max(few), []).append((few, told))
                return True
            if answer.point is None:
                return False
            self.bank.add(answer.point)
        return False

    def _apart(self, signs: Signs) -> dict[int, int]:
        """A few signs that no point of the bank has together, none of which can be left out for that; none where a point has all."""
        there = {p: self.points(p, s) for p, s in signs.items()}
        few: list[int] = []
        left = self.bank.everything
        while left:
            least = min(there, key=lambda p: (left & there[p]).bit_count(), default=None)
            if least is None or left & there[least] == left:
                return {}
            few.append(least)
            left &= there[least]
        for p in few[:-1]:
            if not reduce(and_, (there[other] for other in few if other != p)):
                few.remove(p)
        return {p: signs[p] for p in few}

    def decide(self, signs: Signs, limits: Limits = SWIFT) -> Contradiction | tuple[Number, ...] | None:
        """A contradiction among signs, a point that has them all, or None where neither is found within the limits."""
        found = self._decided(signs, limits)
        return self._learned(found) if isinstance(found, Contradiction) else found

    def _decided(self, signs: Signs, limits: Limits) -> Contradiction | tuple[Number, ...] | None:
        self.asked += 1
        system = self.whole.with_constraints(self.constraints(signs))
        facts = system.facts()
        affine = all(affine_form(fact.terms) is not None for fact in facts)
        terms = sum(len(asked.terms) for asked in system.constraints)
        self.work += AFFINE_WORK if affine else OTHER_WORK + TERM_WORK * terms
        if affine:
            found = decide_linear(dict(enumerate(facts)), len(system.box))
            if not isinstance(found, Combination):
                self.bank.add(found)
                return found
            used = sorted({i for product in found.products for i in product.factors if i < len(system.constraints)})
            if len(used) == len(system.constraints):
                return Contradiction(system.constraints, found)
            return self._decided(dict(self.allowed(system.constraints[i]) for i in used), limits)
        answer = self.ask([self.literal(p, s) for p, s in signs.items()])
        if answer.answer == "unsat":
            core = self.whole.with_constraints(self.constraints(self._named(answer.core)))
            # What it needs is small, but more can be easier to prove.
            for asked in dict.fromkeys([core, system]):
                proof = self._proof(asked)
                if proof is not None:
                    return Contradiction(asked.constraints, proof)
            return Contradiction(core.constraints, Asked((NAME,), self.bank.size))
        if answer.point is not None:
            self.bank.add(answer.point)
            return answer.point
        verdict = decide_empty(system, limits)
        if verdict.proof is not None:
            return Contradiction(system.constraints, verdict.proof)
        if verdict.witness is not None:
            self.bank.add(verdict.witness)
        return verdict.witness

    def _proof(self, core: System) -> Proof | None:
        """A proof that a system has no solution, of which z3 has said so, or None."""
        if core.constraints not in self._proofs:
            self._proofs[core.constraints] = decide_empty(core, PROVING).proof
        return self._proofs[core.constraints]

    def _named(self, numbers: Iterable[int]) -> dict[int, int]:
        """Inequalities by their numbers as signs of polynomials."""
        return {self.parts[n].polynomial: self.parts[n].signs for n in numbers}

    def _learned(self, found: Contradiction) -> Contradiction:
        """The contradiction with fewer inequalities, remembered."""
        core = dict(self.allowed(c) for c in found.core)
        trials = MOST_TRIALS
        if isinstance(found.proof, Asked):
            trials = 0
        elif not isinstance(found.proof, Combination) or len(core) > len(self.whole.box):
            for polynomial in sorted(core, reverse=True):
                rest = {p: s for p, s in core.items() if p != polynomial}
                if not rest or self.points_with(rest) or trials == 0:
                    continue
                trials -= 1
                less = self._decided(rest, SWIFT)
                if isinstance(less, Contradiction) and not isinstance(less.proof, Asked):
                    found = less
                    core = dict(self.allowed(c) for c in less.core)
        self.known.setdefault(max(core, default=-1), []).append((core, found))
        return found
