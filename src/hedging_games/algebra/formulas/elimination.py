"""Which values of some unknowns leave a formula possible? The unknowns are removed exactly, by putting in test points.

A formula that holds for some value of ``x`` holds at its least value in one of the intervals where it does: at the low end of the
range, at a root of one of its polynomials, or just above a root (Loos and Weispfenning 1993 for polynomials of degree one
in ``x``; Weispfenning 1997 for degree two). So "some ``x``" is "one of finitely many terms", each put in for ``x``. The formula
stays nested. Polynomials of a higher degree in ``x`` are taken apart into factors; where that does not help, elimination
gives up and says so.

Nothing here knows of games: the table of formulas is a `Ground`, whose box gives every unknown its range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Literal

from hedging_games.algebra.cells.intervals import rational
from hedging_games.algebra.formulas.ground import Contradiction, Ground
from hedging_games.algebra.formulas.table import ANY_SIGN, FALSE, NEGATIVE, POSITIVE, TRUE, ZERO
from hedging_games.algebra.inequalities.factors import factors_of, key_of
from hedging_games.algebra.inequalities.proof import trusted_parties
from hedging_games.algebra.inequalities.system import Relation
from hedging_games.algebra.polynomials import (
    Terms,
    add_scaled,
    degree_of,
    difference,
    multiply,
)

Side = Literal["at", "above", "below"]
"""A test term itself, or the points just above it, or just below it."""


RELATIONS: dict[int, Relation] = {ZERO: "==", POSITIVE: ">", ZERO | POSITIVE: ">="}
"""Signs as relations to zero, the negative ones turned."""


class UnfollowedError(Exception):
    """An unknown could not be removed within the limits."""


@dataclass(frozen=True, slots=True)
class Term:
    """A test term ``(p + q*sqrt(d)) / r`` where ``r`` is positive and ``d`` nowhere negative; ``guard`` says where that is so."""

    guard: int
    p: Terms
    q: Terms
    r: Terms
    d: Terms
    side: Side


class Elimination:
    """Removes unknowns from formulas of a ground. ``check`` is called on the way and may raise to stop the work; after putting in
    or looking at ``most`` polynomials and parts of formulas it gives up.
    """

    def __init__(self, ground: Ground, check: Callable[[], None] = lambda: None, most: int | None = None) -> None:
        self.ground = ground
        self.check = check
        self.most = most
        self.spent = 0
        self.is_told = False
        """Whether z3's word alone says of something left out that it holds nowhere."""
        self._size = len(ground.whole.box)
        self._one: Terms = {(0,) * self._size: 1}
        self._removed: dict[tuple[int, int], int] = {}
        self._tidied: dict[int, int] = {TRUE: TRUE, FALSE: FALSE}

    # --- the way through a formula ----------------------------------------------------------------------------------------

    def without(self, number: int, unknowns: Iterable[int]) -> int:
        """The formula that some values of the unknowns (coordinates of the box) make the given one true.

        Raises UnfollowedError beyond the limits.
        """
        left = set(unknowns)
        number = self.tidied(number)
        while left & self.spoken(number):
            variable = min(left & self.spoken(number), key=lambda v: (self._cost(number, v), v))
            number = self.tidied(self._some(number, variable))
            left.discard(variable)
        return number

    def spoken(self, number: int) -> frozenset[int]:
        """The coordinates that a formula speaks of."""
        return self.ground.variables(number)

    def _cost(self, number: int, variable: int) -> tuple[int, int]:
        """The highest power of a variable in a formula, and how many polynomials contain it."""
        polynomials = {self.ground.parts[n].polynomial for n in self.literals(number, variable)}
        powers = [max(e[variable] for e in self.ground.terms[p]) for p in polynomials]
        return max(powers, default=0), len(powers)

    def literals(self, number: int, variable: int) -> list[int]:
        """The inequalities of a formula that contain a variable, each once, in the order of the formula."""
        found: dict[int, None] = {}
        seen: set[int] = set()
        waiting = [number]
        while waiting:
            n = waiting.pop()
            if n in seen or variable not in self.spoken(n):
                continue
            seen.add(n)
            part = self.ground.parts[n]
            if part.kind == "signs":
                found[n] = None
            else:
                waiting += reversed(part.parts)
        return list(found)

    def _some(self, number: int, variable: int) -> int:
        """Some value of one unknown makes the formula true."""
        if variable not in self.spoken(number):
            return number
        key = (number, variable)
        if key not in self._removed:
            part = self.ground.parts[number]
            if part.kind == "any":
                # "Some" distributes over "any".
                self._removed[key] = self.ground.joined("any", [self._some(inner, variable) for inner in part.parts])
            else:
                self._removed[key] = self._some_of_all(number, variable)
        return self._removed[key]

    def _some_of_all(self, number: int, variable: int) -> int:
        ground = self.ground
        part = ground.parts[number]
        parts = part.parts if part.kind == "all" else (number,)
        apart = [n for n in parts if variable not in self.spoken(n)]
        with_it = [n for n in parts if variable in self.spoken(n)]
        split = self._split(with_it, variable)
        if split is not None:
            return ground.joined("all", [*apart, self._some(split, variable)])
        body = ground.joined("all", with_it)
        cases = [self._put_in(body, variable, term) for term in self._terms(body, with_it, variable)]
        return ground.joined("all", [*apart, ground.joined("any", cases)])

    def _split(self, parts: Sequence[int], variable: int) -> int | None:
        """The same with inequalities of degree above one taken apart into factors; None if there are none to take apart."""
        changed = False
        found = []
        for n in parts:
            turned = self._factored(n, variable)
            changed = changed or turned != n
            found.append(turned)
        return self.ground.joined("all", found) if changed else None

    def _factored(self, number: int, variable: int) -> int:
        """A formula whose inequalities of degree above one in a variable speak of factors, where there are several."""
        ground = self.ground
        if variable not in self.spoken(number):
            return number
        part = ground.parts[number]
        if part.kind != "signs":
            return ground.joined(part.kind, [self._factored(inner, variable) for inner in part.parts])
        terms = ground.terms[part.polynomial]
        if max(e[variable] for e in terms) < 2:
            return number
        factors = factors_of(terms)
        if len(factors) == 1 and factors[0][1] == 1:
            return number
        return self._of_product(factors, terms, part.signs)

    def _of_product(self, factors: Sequence[tuple[Terms, int]], terms: Terms, signs: int) -> int:
        """Signs of a product as signs of its factors."""
        ground = self.ground
        whole = reduce(multiply, [f for f, times in factors for _ in range(times)], self._one)
        largest = max(terms)
        turned = (whole[largest] > 0) != (terms[largest] > 0)
        odd = [f for f, times in factors if times % 2]
        cases = []
        if signs & ZERO:
            cases += [ground.compared(f, "==") for f, _ in factors]
        for wanted, sign in ((POSITIVE, 1), (NEGATIVE, -1)):
            if signs & wanted:
                nonzero = [self._nonzero(f) for f, times in factors if times % 2 == 0]
                cases.append(ground.joined("all", [*nonzero, self._odd(odd, -sign if turned else sign)]))
        return ground.joined("any", cases)

    def _odd(self, factors: Sequence[Terms], sign: int) -> int:
        """The product of factors, each to an odd power, has a strict sign."""
        if not factors:
            return TRUE if sign > 0 else FALSE
        ground = self.ground
        first, rest = factors[0], factors[1:]
        return ground.joined(
            "any",
            [ground.joined("all", [self._strict(first, s), self._odd(rest, sign * s)]) for s in (1, -1)],
        )

    def _strict(self, terms: Terms, sign: int) -> int:
        return self.ground.compared(terms if sign > 0 else _negative(terms), ">")

    def _nonzero(self, terms: Terms) -> int:
        return self.ground.joined("any", [self._strict(terms, 1), self._strict(terms, -1)])

    # --- test terms -------------------------------------------------------------------------------------------------------

    def _terms(self, body: int, parts: Sequence[int], variable: int) -> list[Term]:
        """Terms one of which makes the body true, if anything in the range does."""
        pinned = self._pinned(parts, variable)
        if pinned is not None:
            return pinned
        literals = self.literals(body, variable)
        sides = []
        for up in (False, True):
            found = [self._end(variable, up=up)]
            for n in literals:
                part = self.ground.parts[n]
                found += self._bounds(self.ground.terms[part.polynomial], part.signs, variable, up=up)
            sides.append(list({key_of_term(term): term for term in found if term.guard != FALSE}.values()))
        return min(sides, key=len)

    def _pinned(self, parts: Sequence[int], variable: int) -> list[Term] | None:
        """The values allowed by an equation among the parts, where its leading coefficient never vanishes."""
        for n in parts:
            part = self.ground.parts[n]
            if part.kind != "signs" or part.signs != ZERO:
                continue
            by_power = coefficients(self.ground.terms[part.polynomial], variable)
            if len(by_power) == 2 and self.ground.compared(by_power[1], "==") == FALSE:
                return [t for t in self._linear_roots(by_power[1], by_power[0], (1, -1), "at") if t.guard != FALSE]
        return None

    def _end(self, variable: int, *, up: bool) -> Term:
        interval = self.ground.whole.box[variable]
        value = Fraction(rational(interval.high if up else interval.low))
        closed = interval.high_closed if up else interval.low_closed
        side: Side = "at" if closed else "below" if up else "above"
        return Term(TRUE, self._constant(value.numerator), {}, self._constant(value.denominator), {}, side)

    def _bounds(self, terms: Terms, signs: int, variable: int, *, up: bool) -> list[Term]:
        """Terms at which the set where a polynomial has allowed signs begins (or, ``up``, ends)."""
        by_power = coefficients(terms, variable)
        beyond: Side = "below" if up else "above"
        if len(by_power) == 2:
            slope, rest = by_power[1], by_power[0]
            if signs == ZERO:
                return self._linear_roots(slope, rest, (1, -1), "at")
            rising = bool(signs & POSITIVE) != up
            return self._linear_roots(slope, rest, (1 if rising else -1,), "at" if signs & ZERO else beyond)
        if len(by_power) > 3:
            raise UnfollowedError(f"degree {len(by_power) - 1}")
        side: Side = "at" if signs & ZERO else beyond
        return self.quadratic_roots(by_power, side)

    def _linear_roots(self, slope: Terms, rest: Terms, signs: Iterable[int], side: Side) -> list[Term]:
        """The root of ``slope*x + rest``, once for each sign of the slope."""
        found = []
        for sign in signs:
            guard = self._strict(slope, sign)
            positive = slope if sign > 0 else _negative(slope)
            top = _negative(rest) if sign > 0 else rest
            found.append(Term(guard, top, {}, positive, {}, side))
        return found

    def quadratic_roots(self, by_power: Sequence[Terms], side: Side) -> list[Term]:
        """The roots of ``a*x^2 + b*x + c``, and that of ``b*x + c`` where ``a`` vanishes."""
        ground = self.ground
        c, b, a = by_power
        square = difference(multiply(b, b), _scaled(multiply(a, c), 4))
        found = []
        for sign in (1, -1):
            guard = ground.joined("all", [self._strict(a, sign), ground.compared(square, ">=")])
            # (-b ± sqrt(d)) / (2a), the denominator made positive.
            bottom = _scaled(a, 2 * sign)
            found += [Term(guard, _scaled(b, -sign), self._constant(root), bottom, square, side) for root in (1, -1)]
        flat = ground.compared(a, "==")
        for term in self._linear_roots(b, c, (1, -1), side):
            found.append(Term(ground.joined("all", [flat, term.guard]), term.p, {}, term.r, {}, side))
        return found

    def _constant(self, value: int) -> Terms:
        return {(0,) * self._size: value} if value else {}

    # --- putting a term in ------------------------------------------------------------------------------------------------

    def _put_in(self, body: int, variable: int, term: Term) -> int:
        """The term lies in the range and makes the body true there."""
        ground = self.ground
        inside = self._in_range(variable, term)
        if ground.joined("all", [term.guard, inside]) == FALSE:
            return FALSE
        return self.tidied(ground.joined("all", [term.guard, inside, self.at(body, variable, term)]))

    def at(self, number: int, variable: int, term: Term, known: dict[int, int] | None = None) -> int:
        """A formula with a test term in the place of a variable; whether the term is defined, and in range, is not asked.

        What is found of parts of the formula is added to what is ``known`` of this variable and term.
        """
        ground = self.ground
        memo = {} if known is None else known
        memo.update({TRUE: TRUE, FALSE: FALSE})

        def put(n: int) -> int:
            if variable not in self.spoken(n):
                return n
            if n not in memo:
                part = ground.parts[n]
                if part.kind == "signs":
                    memo[n] = self.sign_at(ground.terms[part.polynomial], part.signs, variable, term)
                else:
                    memo[n] = ground.joined(part.kind, [put(inner) for inner in part.parts])
            return memo[n]

        return put(number)

    def _in_range(self, variable: int, term: Term) -> int:
        interval = self.ground.whole.box[variable]
        found = []
        for end, sign, closed in ((interval.low, 1, interval.low_closed), (interval.high, -1, interval.high_closed)):
            value = Fraction(rational(end))
            line: Terms = {}
            add_scaled(line, self._power(variable), sign * value.denominator)
            add_scaled(line, self._one, -sign * value.numerator)
            found.append(self.sign_at(line, POSITIVE | ZERO if closed else POSITIVE, variable, term))
        return self.ground.joined("all", found)

    def _power(self, variable: int) -> Terms:
        return {tuple(int(i == variable) for i in range(self._size)): 1}

    def sign_at(self, terms: Terms, signs: int, variable: int, term: Term) -> int:
        """A polynomial has one of some signs at a test term, or just beside it."""
        self._spend()
        by_power = coefficients(terms, variable)
        wanted = [signs] if signs != NEGATIVE | POSITIVE else [NEGATIVE, POSITIVE]
        found = self._value if term.side == "at" else self._beside
        return self.ground.joined("any", [found(by_power, sign, term) for sign in wanted])

    def _beside(self, by_power: Sequence[Terms], signs: int, term: Term) -> int:
        """A polynomial has one of some signs just beside a term: the first derivative that does not vanish there decides."""
        if len(by_power) == 1:
            return self._value(by_power, signs, term)
        ground = self.ground
        slope = [_scaled(c, k) for k, c in enumerate(by_power)][1:]
        further = self._beside(slope, signs if term.side == "above" else _turned(signs), term)
        # Weak signs where they say the same, as they need no case of their own.
        weak = ground.joined("all", [self._value(by_power, signs | ZERO, term), further])
        strict = self._value(by_power, signs & ~ZERO, term) if signs != ZERO and further != TRUE else FALSE
        return ground.joined("any", [strict, weak])

    def _value(self, by_power: Sequence[Terms], signs: int, term: Term) -> int:
        """A polynomial, by its coefficients, has a sign, or a strict one or none, at a term."""
        # With x = (p + q*sqrt(d))/r the value times r^n, r > 0, is u + v*sqrt(d).
        u: Terms = {}
        v: Terms = {}
        for coefficient in reversed(by_power):
            u, v = self._next(u, v, term)
            add_scaled(u, multiply(coefficient, self._bottom(term, by_power, coefficient)), 1)
        if v and signs in (ZERO | POSITIVE, ZERO | NEGATIVE):
            return self.ground.joined("any", [self._radical(u, v, term.d, sign) for sign in (ZERO, signs & ~ZERO)])
        return self._radical(u, v, term.d, signs)

    def _next(self, u: Terms, v: Terms, term: Term) -> tuple[Terms, Terms]:
        """``(u + v*sqrt(d)) * (p + q*sqrt(d))``."""
        if not u and not v:
            return {}, {}
        if not term.q:
            return multiply(u, term.p), {}
        first = multiply(u, term.p)
        add_scaled(first, multiply(multiply(v, term.q), term.d), 1)
        second = multiply(u, term.q)
        add_scaled(second, multiply(v, term.p), 1)
        return first, second

    def _bottom(self, term: Term, by_power: Sequence[Terms], coefficient: Terms) -> Terms:
        """The power of the denominator that goes with a coefficient."""
        power = next(k for k, c in enumerate(by_power) if c is coefficient)
        found = self._one
        for _ in range(len(by_power) - 1 - power):
            found = multiply(found, term.r)
        return found

    def _radical(self, u: Terms, v: Terms, d: Terms, sign: int) -> int:
        """``u + v*sqrt(d)`` has a sign (a weak one too where ``v`` is 0), where ``d`` is not negative."""
        ground = self.ground
        if sign & NEGATIVE:
            return self._radical(_negative(u), _negative(v), d, _turned(sign))
        if not v:
            return ground.compared(u, RELATIONS[sign])
        squares = difference(multiply(u, u), multiply(multiply(v, v), d))
        if sign == ZERO:
            opposite = ground.compared(_negative(multiply(u, v)), ">=")
            return ground.joined("all", [opposite, ground.compared(squares, "==")])
        mostly_u = ground.joined("any", [ground.compared(v, ">="), ground.compared(squares, ">")])
        return ground.joined(
            "any",
            [
                ground.joined("all", [ground.compared(u, ">"), mostly_u]),
                ground.joined("all", [ground.compared(v, ">"), ground.compared(_negative(squares), ">")]),
            ],
        )

    # --- keeping formulas small -------------------------------------------------------------------------------------------

    def tidied(self, number: int) -> int:
        """A formula with what its inequalities force put in, and without what is found to hold nowhere."""
        if number not in self._tidied:
            self.check()
            self._tidied[number] = self._tidy(number, {})
        return self._tidied[number]

    def _spend(self) -> None:
        self.spent += 1
        if self.most is not None and self.spent > self.most:
            raise UnfollowedError("too much work")
        if self.spent % 64 == 0:
            self.check()

    def _tidy(self, number: int, signs: dict[int, int]) -> int:
        """As `tidied`, for a formula that nothing is known of, or one simplified by the signs that are."""
        self._spend()
        ground = self.ground
        part = ground.parts[number]
        if part.kind == "any":
            return ground.joined("any", [self._tidy(inner, signs) for inner in part.parts])
        if part.kind != "all":
            return number
        here = dict(signs)
        mine: dict[int, int] = {}
        rest: list[int] = list(part.parts)
        while True:
            units = [n for n in rest if ground.parts[n].kind == "signs"]
            if not units:
                break
            for n in units:
                unit = ground.parts[n]
                now = here.get(unit.polynomial, ground.static[unit.polynomial]) & unit.signs
                if now == 0:
                    return FALSE
                here[unit.polynomial] = mine[unit.polynomial] = now
            rest = [ground.simplified(n, here) for n in rest if ground.parts[n].kind != "signs"]
            if FALSE in rest:
                return FALSE
            joined = ground.joined("all", rest)
            again = ground.parts[joined]
            rest = [] if joined == TRUE else list(again.parts) if again.kind == "all" else [joined]
        if len(mine) > 1 and self._contradict(here):
            return FALSE
        inner = [self._tidy(n, here) for n in rest]
        return ground.joined("all", [*(self._literal(p, s) for p, s in mine.items()), *inner])

    def _contradict(self, signs: dict[int, int]) -> bool:
        """Whether signs are known, or by a linear program proved, to contradict each other: dearer proofs do not pay here."""
        ground = self.ground
        if ground.contradiction(signs, proved=True) is not None:
            return True
        if ground.contradiction(signs) is not None:
            self.is_told = True
            return True
        affine = {p: s for p, s in signs.items() if degree_of(ground.terms[p]) < 2}
        if len(affine) < 2 or ground.points_with(affine):
            return False
        found = ground.decide(affine)
        if not isinstance(found, Contradiction):
            return False
        self.is_told = self.is_told or bool(trusted_parties(found.proof))
        return True

    def _literal(self, polynomial: int, signs: int) -> int:
        ground = self.ground
        if signs == ANY_SIGN:
            return TRUE
        if signs == NEGATIVE | POSITIVE:
            return ground.joined("any", [ground.literal(polynomial, NEGATIVE), ground.literal(polynomial, POSITIVE)])
        return ground.literal(polynomial, signs)


def coefficients(terms: Terms, variable: int) -> list[Terms]:
    """The coefficients of a polynomial as one in a variable, the constant one first."""
    found: list[Terms] = [{} for _ in range(max((e[variable] for e in terms), default=0) + 1)]
    for exponents, coefficient in terms.items():
        found[exponents[variable]][(*exponents[:variable], 0, *exponents[variable + 1 :])] = coefficient
    return found


def key_of_term(term: Term) -> tuple[object, ...]:
    """What two equal terms share, and what a term is remembered by."""
    return (
        term.guard,
        *map(key_of, (term.p, term.q, term.r, term.d)),
        term.side,
    )


def _negative(terms: Terms) -> Terms:
    return {e: -c for e, c in terms.items()}


def _scaled(terms: Terms, factor: int) -> Terms:
    return {e: c * factor for e, c in terms.items()} if factor else {}


def _turned(signs: int) -> int:
    return (signs & ZERO) | (NEGATIVE if signs & POSITIVE else 0) | (POSITIVE if signs & NEGATIVE else 0)
