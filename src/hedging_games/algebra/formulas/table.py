"""Formulas over one box, stored once each, as signs of polynomials: what can be said of them without asking anybody.

A polynomial and its negative are one entry of a table; an inequality is an entry with the set of signs that it allows.
Formulas are stored once each, in that form, so that equal parts are worked on once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Literal

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.formulas.formula import All, Atom, Formula, constraints_of
from hedging_games.algebra.formulas.whole import probes, signs_over_one
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.system import Constraint, Relation, System, constraint
from hedging_games.algebra.polynomials import Terms, degree_of, multiply, polynomial_of, primitive_terms, variables_of

NEGATIVE, ZERO, POSITIVE = 1, 2, 4
ANY_SIGN = NEGATIVE | ZERO | POSITIVE

Signs = Mapping[int, int]
"""The signs allowed to polynomials, by their number; those not named may have any."""

TRUE, FALSE = 0, 1
"""The numbers of the formulas that always and never hold."""

Kind = Literal["constant", "signs", "all", "any"]

PART_WORK = 10
"""Looking at a part of a formula, with what this leads to, in the unit of `Table.work`."""


@dataclass(frozen=True, slots=True)
class Part:
    """A formula in the table: a polynomial with its signs, or numbers of parts."""

    kind: Kind
    polynomial: int = 0
    signs: int = 0
    parts: tuple[int, ...] = ()


class Table:
    """Formulas over a box with assumptions, by number.

    ``work`` : what was done so far, in units of roughly equal time, so that limits do not depend on the machine.
    """

    def __init__(self, whole: System) -> None:
        self.whole = whole
        self.terms: list[Terms] = []
        self.static: list[int] = []
        self.reasons: dict[tuple[int, int], Any] = {}
        self.parts: list[Part] = [Part("constant"), Part("constant")]
        self.work = 0
        self._probes = probes(whole.box)
        self._numbers: dict[Any, int] = {}
        self._entries: dict[frozenset[Any], tuple[int, int]] = {}
        self._statics: dict[frozenset[Any], int] = {}
        self._met: dict[Any, tuple[int, int]] = {}
        self._stored: dict[tuple[Kind, int, int, tuple[int, ...]], int] = {}
        self._negated: dict[int, int] = {TRUE: FALSE, FALSE: TRUE}
        self._constraints: dict[tuple[int, int], Constraint] = {}
        self._entered: dict[Formula, int] = {}
        self._degrees: dict[int, int] = {}
        self._spoken: dict[int, int] = {}
        self._variables: dict[int, frozenset[int]] = {TRUE: frozenset(), FALSE: frozenset()}

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
        return self.literal(*self._entry(terms, relation))

    def _entry(self, given: Terms, relation: Relation) -> tuple[int, int]:
        allowed = {">": POSITIVE, ">=": POSITIVE | ZERO, "==": ZERO}[relation]
        key = frozenset(given.items())
        if key not in self._entries:
            self._entries[key] = self._numbered(primitive_terms(given))
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
            number = len(self._numbers)
            # A time limit or Ctrl-C may strike on any line: what an earlier one left here is cut off, and the number is given last.
            self.terms[number:] = [terms]
            self.static[number:] = [self._static_of_product(terms)]
            self._numbers[key] = number
        return number, sign

    def _cleared(self, terms: Terms) -> tuple[Terms, int]:
        """A primitive polynomial without the factors that have a strict sign all over the box, and the product of these signs."""
        if degree_of(terms) < 2:
            return terms, 1
        # A product of factors whose first coefficients are positive has a positive one too: the order of exponents is one of monomials.
        sign = 1 if terms[max(terms)] > 0 else -1
        kept: list[Terms] = []
        for factor, multiplicity in factors_of(terms):
            static = self._static(factor)
            is_strict = static in (POSITIVE, NEGATIVE)
            if static == NEGATIVE and multiplicity % 2:
                sign = -sign
            # Odd powers have the sign of the factor, even ones that of its square.
            kept += [factor] * (0 if is_strict else 2 - multiplicity % 2)
        return primitive_terms(reduce(multiply, kept, {(0,) * len(self.whole.box): 1})), sign

    def _static(self, terms: Terms) -> int:
        """The signs that a polynomial may have in the box, by its bounds; remembered, as factors come up over and over."""
        key = frozenset(terms.items())
        if key not in self._statics:
            self._statics[key] = self._bounded(terms)
        return self._statics[key]

    def _bounded(self, terms: Terms) -> int:
        if not terms:
            return ZERO
        if {-1, 1} <= set(signs_over_one(terms, self._probes)):
            return ANY_SIGN
        values = enclose(terms, self.whole.box)
        if values.nonnegative:
            return POSITIVE if values.positive else POSITIVE | ZERO
        if values.nonpositive:
            return NEGATIVE if values.negative else NEGATIVE | ZERO
        return ANY_SIGN

    def _static_of_product(self, terms: Terms) -> int:
        """As `_static`, by the bounds of the factors where those of the whole leave every sign: a square is nowhere negative.

        The first coefficient of the polynomial is positive, as those of its factors are.
        """
        static = self._static(terms)
        if static != ANY_SIGN or degree_of(terms) < 2:
            return static
        found = POSITIVE
        for factor, times in factors_of(terms):
            signs = self._static(factor)
            if times % 2 == 0:
                signs = signs & ZERO | (POSITIVE if signs & ~ZERO else 0)
            negative = _turned(found) if signs & NEGATIVE else 0
            found = (found if signs & POSITIVE else 0) | negative | (found | signs) & ZERO
        return found

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

    def negated(self, number: int) -> int:
        """The formula that holds where another does not."""
        memo = self._negated
        if number not in memo:
            part = self.parts[number]
            if part.kind == "signs":
                rest = ANY_SIGN & ~part.signs
                split = (NEGATIVE, POSITIVE) if rest == NEGATIVE | POSITIVE else (rest,)
                memo[number] = self.joined("any", (self.literal(part.polynomial, signs) for signs in split))
            else:
                kind: Kind = "any" if part.kind == "all" else "all"
                memo[number] = self.joined(kind, [self.negated(inner) for inner in part.parts])
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
            number = len(self.parts)
            self.parts.append(Part(kind, polynomial, signs, parts))  # first: a time limit or Ctrl-C may strike here
            self._stored[key] = number
        return number

    def simplified(self, number: int, signs: Signs, memo: dict[int, int] | None = None) -> int:
        """A formula where polynomials are known to have certain signs."""
        memo = {TRUE: TRUE, FALSE: FALSE} if memo is None else memo
        known = 0
        for polynomial in signs:
            known |= 1 << polynomial

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

    def polynomials_in(self, number: int) -> list[int]:
        """The polynomials of which a formula speaks."""
        bits, found = self._spoken_by(number), []
        while bits:
            found.append((bits & -bits).bit_length() - 1)
            bits &= bits - 1
        return found

    def variables(self, number: int) -> frozenset[int]:
        """The variables of which a formula speaks."""
        if number not in self._variables:
            part = self.parts[number]
            if part.kind == "signs":
                self._variables[number] = frozenset(variables_of(self.terms[part.polynomial]))
            else:
                self._variables[number] = frozenset().union(*map(self.variables, part.parts))
        return self._variables[number]

    def constraint(self, polynomial: int, signs: int) -> Constraint:
        """A polynomial with signs as a constraint."""
        key = (polynomial, signs)
        if key not in self._constraints:
            element = polynomial_of(self.whole.ring, self.terms[polynomial])
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
        for asked in constraints_of(formula, repeated=False):
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

    def degree(self, number: int) -> int:
        """The highest degree of the polynomials in a formula (1 for none)."""
        if number not in self._degrees:
            part = self.parts[number]
            below = (self.degree(inner) for inner in part.parts)
            own = degree_of(self.terms[part.polynomial]) if part.kind == "signs" else 1
            self._degrees[number] = max(own, *below, 1)
        return self._degrees[number]


def sign_bit(sign: int) -> int:
    """A sign -1, 0 or 1 as a set of signs."""
    return POSITIVE if sign > 0 else ZERO if sign == 0 else NEGATIVE


def _turned(signs: int) -> int:
    return (signs & ZERO) | (NEGATIVE if signs & POSITIVE else 0) | (POSITIVE if signs & NEGATIVE else 0)
