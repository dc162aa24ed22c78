"""Formulas over one box, reasoned about by the signs of their polynomials: evaluation, simplification, contradiction.

A polynomial and its negative are one entry of a table; an inequality is an entry with the set of signs that it allows.
Formulas are stored once each, in that form, so that equal parts are worked on once. Sets of inequalities without a
common solution are proved so by `algebra.inequalities` and remembered: whatever contains one is contradictory too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from operator import or_
from typing import Any, Literal

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.bank import Bank, at_points
from hedging_games.algebra.formulas.formula import All, Atom, Formula, constraints_of
from hedging_games.algebra.inequalities.decide import decide_empty
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.proof import Asked, Combination, Proof
from hedging_games.algebra.inequalities.smt import NAME, Answer, Oracle
from hedging_games.algebra.inequalities.system import Constraint, Relation, System, constraint
from hedging_games.algebra.polynomials import (
    Terms,
    affine_form,
    degree_of,
    multiply,
    polynomial_of,
    primitive_terms,
    sign_at,
)

NEGATIVE, ZERO, POSITIVE = 1, 2, 4
ANY_SIGN = NEGATIVE | ZERO | POSITIVE

RELATIONS = {POSITIVE: ">", 6: ">=", ZERO: "==", NEGATIVE: "<", 3: "<=", 5: "!="}
"""Sets of signs as relations to zero."""

Signs = Mapping[int, int]
"""The signs allowed to polynomials, by their number; those not named may have any."""

TRUE, FALSE = 0, 1
"""The numbers of the formulas that always and never hold."""

Kind = Literal["constant", "signs", "all", "any"]

SWIFT = Limits(samples=12, signs=0, cells=0, parts=0, asking=False)
"""For inequalities met on the way, which no point of the bank satisfies: looking at many more points seldom helps."""

PART_WORK, AFFINE_WORK, OTHER_WORK, TERM_WORK = 10, 5_000, 12_000, 600
"""What counts as work, in units of roughly equal time: looking at a part of a formula, with what this leads to;
deciding affine inequalities; deciding others, and each of their terms."""

UNKNOWN = -1
"""Stands for the number of further points that were looked at, where not even the bank's own were."""

ASKING_WORK, LONG_WORK = 3_000, 20_000
"""What counts as work for a question to z3, which is mostly brief, and for each attempt at it that is not."""

PROVING = Limits(samples=0, signs=0, parts=40, asking=False)
"""For proofs of what z3 has said: of all that was ever proved, cases by sign gave none, and halving none after that few parts."""

MOST_TRIALS = 3
"""Inequalities whose need for a contradiction is tried, beyond those that a point shows to be needed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A formula in the table: a polynomial with its signs, or numbers of parts."""

    kind: Kind
    polynomial: int = 0
    signs: int = 0
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Inequalities that have no common solution in the box under the assumptions, with the proof."""

    core: tuple[Constraint, ...]
    proof: Proof


class Ground:
    """A box with assumptions, and all that has been learned about formulas over it."""

    def __init__(self, whole: System, near: Sequence[Fraction] | None = None) -> None:
        self.whole = whole
        self.bank = Bank(whole, near)
        self.polynomials: list[Any] = []
        self.terms: list[Terms] = []
        self.static: list[int] = []
        self.reasons: dict[tuple[int, int], Any] = {}
        self.parts: list[Part] = [Part("constant"), Part("constant")]
        self.asked = 0
        self.work = 0
        self.known: dict[int, list[tuple[dict[int, int], Contradiction]]] = {}
        self._numbers: dict[Any, int] = {}
        self._entries: dict[frozenset[Any], tuple[int, int]] = {}
        self._met: dict[Any, tuple[int, int]] = {}
        self._stored: dict[tuple[Kind, int, int, tuple[int, ...]], int] = {}
        self._points: list[tuple[int, list[int]]] = []
        self._truth: dict[int, tuple[int, int]] = {TRUE: (0, 0), FALSE: (0, 0)}
        self._constraints: dict[tuple[int, int], Constraint] = {}
        self._entered: dict[Formula, int] = {}
        self._degrees: dict[int, int] = {}
        self._spoken: dict[int, int] = {}
        self._translated: dict[int, Any] = {}
        self._proofs: dict[tuple[Constraint, ...], Proof | None] = {}

    # --- the table ------------------------------------------------------------------------------------------------------

    def number(self, formula: Formula) -> int:
        """The number of a formula."""
        known = self._entered.get(formula)
        if known is None:
            if isinstance(formula, Atom):
                known = self.literal(*self.allowed(formula.constraint))
            else:
                kind: Kind = "all" if isinstance(formula, All) else "any"
                known = self.joined(kind, (self.number(part) for part in formula.parts))
            self._entered[formula] = known
        return known

    def allowed(self, asked: Constraint) -> tuple[int, int]:
        """The number of the constraint's polynomial (or its negative) and the signs allowed to it."""
        known = self._met.get((asked.polynomial, asked.relation))
        if known is None:
            known = self._met[asked.polynomial, asked.relation] = self._entry(asked.terms, asked.relation)
        number, signs = known
        if asked.reason is not None:
            self.reasons.setdefault((number, signs), asked.reason)
        return number, signs

    def compared(self, terms: Terms, relation: Relation) -> int:
        """The formula that a polynomial with integer coefficients stands in a relation to zero."""
        return self.literal(*self._entry(primitive_terms(terms), relation))

    def _entry(self, given: Terms, relation: Relation) -> tuple[int, int]:
        allowed = {">": POSITIVE, ">=": POSITIVE | ZERO, "==": ZERO}[relation]
        key = frozenset(given.items())
        if key not in self._entries:
            self._entries[key] = self._numbered(given)
        number, sign = self._entries[key]
        return number, allowed if sign > 0 else _turned(allowed)

    def _numbered(self, given: Terms) -> tuple[int, int]:
        """The number of a polynomial without what has one sign all over the box, and the sign by which it is turned."""
        terms, sign = self._cleared(given)
        if terms and terms[max(terms)] < 0:
            terms, sign = {powers: -c for powers, c in terms.items()}, -sign
        key = tuple(sorted(terms.items()))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.polynomials)
            self.polynomials.append(polynomial_of(self.whole.ring, terms))
            self.terms.append(terms)
            self.static.append(self._static(terms))
            self._points.append((UNKNOWN, []))
        return number, sign

    def _cleared(self, terms: Terms) -> tuple[Terms, int]:
        """A polynomial without the factors that have a strict sign all over the box, and the product of these signs."""
        if degree_of(terms) < 2:
            return terms, 1
        rest: Terms = {(0,) * len(self.whole.box): 1}
        whole, sign = rest, 1
        for factor, multiplicity in factors_of(terms):
            static = self._static(factor)
            for k in range(multiplicity):
                whole = multiply(whole, factor)
                if static in (POSITIVE, NEGATIVE):
                    sign = sign if static == POSITIVE else -sign
                elif k < 2 - multiplicity % 2:
                    # Odd powers have the sign of the factor, even ones that of its square.
                    rest = multiply(rest, factor)
        largest = max(terms)
        return primitive_terms(rest), sign if (whole[largest] > 0) == (terms[largest] > 0) else -sign

    def _static(self, terms: Terms) -> int:
        """The signs that a polynomial may have in the box, by its bounds."""
        if not terms:
            return ZERO
        values = enclose(terms, self.whole.box)
        if values.nonnegative:
            return POSITIVE if values.positive else POSITIVE | ZERO
        if values.nonpositive:
            return NEGATIVE if values.negative else NEGATIVE | ZERO
        return ANY_SIGN

    def literal(self, polynomial: int, signs: int) -> int:
        """A polynomial with signs as a formula."""
        static = self.static[polynomial]
        if static & ~signs == 0:
            return TRUE
        if static & signs == 0:
            return FALSE
        return self._store("signs", polynomial, signs)

    def joined(self, kind: Kind, numbers: Iterable[int]) -> int:
        """All or any of some formulas."""
        neutral, decisive = (TRUE, FALSE) if kind == "all" else (FALSE, TRUE)
        flat: dict[int, None] = {}
        for number in numbers:
            if number == decisive:
                return decisive
            if number == neutral:
                continue
            part = self.parts[number]
            for inner in part.parts if part.kind == kind else (number,):
                flat[inner] = None
        if not flat:
            return neutral
        return next(iter(flat)) if len(flat) == 1 else self._store(kind, parts=tuple(flat))

    def negated(self, number: int, memo: dict[int, int] | None = None) -> int:
        """The formula that holds where another does not."""
        memo = {TRUE: FALSE, FALSE: TRUE} if memo is None else memo
        if number not in memo:
            part = self.parts[number]
            if part.kind == "signs":
                rest = ANY_SIGN & ~part.signs
                split = (NEGATIVE, POSITIVE) if rest == NEGATIVE | POSITIVE else (rest,)
                memo[number] = self.joined("any", (self.literal(part.polynomial, signs) for signs in split))
            else:
                kind: Kind = "any" if part.kind == "all" else "all"
                memo[number] = self.joined(kind, [self.negated(inner, memo) for inner in part.parts])
        return memo[number]

    def is_larger(self, number: int, most: int) -> bool:
        """Whether a formula has more than so many different parts."""
        seen: set[int] = set()
        waiting = [number]
        while waiting and len(seen) <= most:
            n = waiting.pop()
            if n not in seen:
                seen.add(n)
                waiting += self.parts[n].parts
        return len(seen) > most

    def _store(self, kind: Kind, polynomial: int = 0, signs: int = 0, parts: tuple[int, ...] = ()) -> int:
        key = (kind, polynomial, signs, parts)
        number = self._stored.get(key)
        if number is None:
            number = self._stored[key] = len(self.parts)
            self.parts.append(Part(kind, polynomial, signs, parts))
        return number

    def simplified(self, number: int, signs: Signs, memo: dict[int, int] | None = None) -> int:
        """A formula where polynomials are known to have certain signs."""
        memo = {TRUE: TRUE, FALSE: FALSE} if memo is None else memo
        known = reduce(or_, (1 << polynomial for polynomial in signs), 0)

        def simpler(n: int) -> int:
            if n not in memo:
                self.work += PART_WORK
                part = self.parts[n]
                if not known & self._spoken_by(n):
                    memo[n] = n
                elif part.kind == "signs":
                    here = signs[part.polynomial]
                    memo[n] = TRUE if here & ~part.signs == 0 else FALSE if here & part.signs == 0 else n
                else:
                    parts = tuple([simpler(inner) for inner in part.parts])
                    memo[n] = n if parts == part.parts else self.joined(part.kind, parts)
            return memo[n]

        return simpler(number)

    def _spoken_by(self, number: int) -> int:
        """The set of the polynomials of which a formula speaks, one bit each."""
        if number not in self._spoken:
            part = self.parts[number]
            below = (self._spoken_by(inner) for inner in part.parts)
            self._spoken[number] = 1 << part.polynomial if part.kind == "signs" else reduce(or_, below, 0)
        return self._spoken[number]

    def constraint(self, polynomial: int, signs: int) -> Constraint:
        """A polynomial with signs as a constraint."""
        key = (polynomial, signs)
        if key not in self._constraints:
            element = self.polynomials[polynomial]
            relation = {POSITIVE: ">", POSITIVE | ZERO: ">=", ZERO: "==", NEGATIVE: ">", NEGATIVE | ZERO: ">="}[signs]
            turned = bool(signs & NEGATIVE)
            self._constraints[key] = constraint(-element if turned else element, relation)
        return self._constraints[key]

    def reason(self, polynomial: int, signs: int, reasons: Mapping[tuple[int, int], Any]) -> Any:
        """Why signs are asked of a polynomial: as a formula has it, or as it has stricter ones."""
        for known in (reasons, self.reasons):
            for asked in (signs, *(s for s in (POSITIVE, NEGATIVE, ZERO, 6, 3) if s & ~signs == 0)):
                if (polynomial, asked) in known:
                    return known[polynomial, asked]
        return None

    def reasons_in(self, formula: Formula) -> dict[tuple[int, int], Any]:
        """The reasons that a formula itself gives: another may ask the same of a polynomial for a reason of its own."""
        found: dict[tuple[int, int], Any] = {}
        for asked in constraints_of(formula):
            if asked.reason is not None:
                found.setdefault(self.allowed(asked), asked.reason)
        return found

    def open_part(self, number: int, memo: dict[int, int] | None = None) -> int:
        """A formula with every inequality made strict: it holds nowhere exactly if the formula has no open part."""
        memo = {TRUE: TRUE, FALSE: FALSE} if memo is None else memo
        if number not in memo:
            part = self.parts[number]
            if part.kind == "signs":
                memo[number] = self.literal(part.polynomial, part.signs & ~ZERO) if part.signs != ZERO else FALSE
            else:
                memo[number] = self.joined(part.kind, [self.open_part(inner, memo) for inner in part.parts])
        return memo[number]

    def constraints(self, signs: Signs) -> tuple[Constraint, ...]:
        """Signs as constraints, those left out that hold on the whole box."""
        asked = ((p, s & self.static[p]) for p, s in signs.items() if self.static[p] & ~s)
        return tuple(self.constraint(p, s) for p, s in asked)

    # --- points -------------------------------------------------------------------------------------------------------------

    def points(self, polynomial: int, signs: int) -> int:
        """The points of the bank at which a polynomial has one of some signs."""
        done, sets = self._points[polynomial]
        if done == UNKNOWN:
            terms = self.terms[polynomial]
            done, sets = 0, list(self.bank.signs(terms) if terms else (0, (1 << self.bank.size) - 1, 0))
            self._points[polynomial] = (done, sets)
        if done < len(self.bank.extra):
            fresh = self.bank.extra_signs(self.terms[polynomial], done)
            for k, sign in enumerate((-1, 0, 1)):
                sets[k] |= at_points(fresh, (sign,)) << (self.bank.size + done)
            self._points[polynomial] = (len(self.bank.extra), sets)
        return (
            (sets[0] if signs & NEGATIVE else 0)
            | (sets[1] if signs & ZERO else 0)
            | (sets[2] if signs & POSITIVE else 0)
        )

    def points_with(self, signs: Signs) -> int:
        """The points of the bank at which all polynomials have allowed signs."""
        common = self.bank.everything
        for polynomial, allowed in signs.items():
            common &= self.points(polynomial, allowed)
        return common

    def truth(self, number: int) -> int:
        """The points of the bank at which a formula holds."""
        if number == TRUE:
            return self.bank.everything
        if number == FALSE:
            return 0
        version = len(self.bank.extra)
        known = self._truth.get(number)
        if known is not None and known[0] == version:
            return known[1]
        part = self.parts[number]
        if part.kind == "signs":
            there = self.points(part.polynomial, part.signs)
        elif part.kind == "all":
            there = self.bank.everything
            for inner in part.parts:
                there &= self.truth(inner)
        else:
            there = 0
            for inner in part.parts:
                there |= self.truth(inner)
        self._truth[number] = (version, there)
        return there

    def holds(self, number: int, point: Sequence[Number]) -> bool:
        """Whether a formula is true at a point with exact coordinates, in the box or not."""
        memo = {TRUE: True, FALSE: False}

        def true(n: int) -> bool:
            if n not in memo:
                part = self.parts[n]
                if part.kind == "signs":
                    memo[n] = bool(sign_bit(sign_at(self.terms[part.polynomial], point)) & part.signs)
                elif part.kind == "all":
                    memo[n] = all(map(true, part.parts))
                else:
                    memo[n] = any(map(true, part.parts))
            return memo[n]

        return true(number)

    # --- z3 ---------------------------------------------------------------------------------------------------------------

    @cached_property
    def oracle(self) -> Oracle:
        """z3, with the box and the assumptions as what always holds."""
        return Oracle(self.whole.facts(), len(self.whole.box))

    def forget_questions(self) -> None:
        """Begin with a fresh z3: formulas that it was told make every later question dearer, though they are not asked again."""
        self.__dict__.pop("oracle", None)
        self._translated.clear()

    def ask(self, numbers: Sequence[int], *, pointing: bool = True, hard: bool = False) -> Answer:
        """A common point of formulas; if there is none, by z3's word, which of them it needs for that.

        Without ``pointing`` z3's word is taken either way, and its point, if it has a rational one, is not checked.
        """
        if FALSE in numbers:
            return Answer("unsat", core=(FALSE,))
        asked = [number for number in dict.fromkeys(numbers) if number != TRUE]
        for number in asked:
            if not self.oracle.knows(number):
                self.oracle.name(number, self._in_terms_of_z3(number), self.degree(number))
        before = self.oracle.long
        answer = self.oracle.ask(asked, (lambda point: self._has(asked, point)) if pointing else None, hard=hard)
        self.work += ASKING_WORK + LONG_WORK * (self.oracle.long - before)
        return answer

    def degree(self, number: int) -> int:
        """The highest degree of the polynomials in a formula (1 for none)."""
        if number not in self._degrees:
            part = self.parts[number]
            below = (self.degree(inner) for inner in part.parts)
            own = degree_of(self.terms[part.polynomial]) if part.kind == "signs" else 1
            self._degrees[number] = max(own, *below, 1)
        return self._degrees[number]

    def _has(self, numbers: Sequence[int], point: tuple[Number, ...]) -> bool:
        return self.whole.contains(point) and all(self.holds(number, point) for number in numbers)

    def _in_terms_of_z3(self, number: int) -> Any:
        memo = self._translated
        if number not in memo:
            part = self.parts[number]
            if part.kind == "signs":
                memo[number] = self.oracle.compared(self.terms[part.polynomial], RELATIONS[part.signs])
            else:
                inner = [self._in_terms_of_z3(n) for n in part.parts]
                memo[number] = self.oracle.all_of(inner) if part.kind == "all" else self.oracle.any_of(inner)
        return memo[number]

    # --- contradictions ---------------------------------------------------------------------------------------------------

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


def sign_bit(sign: int) -> int:
    """A sign -1, 0 or 1 as a set of signs."""
    return POSITIVE if sign > 0 else ZERO if sign == 0 else NEGATIVE


def _turned(signs: int) -> int:
    return (signs & ZERO) | (NEGATIVE if signs & POSITIVE else 0) | (POSITIVE if signs & NEGATIVE else 0)
