"""Where formulas about a tree with continuous choices stand: one ground over the open parameters and the choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import lcm
from typing import Any

from hedging_games.algebra.algebraic import AlgebraicNumber, real_roots
from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.elimination import Elimination, Side, Term, UnfollowedError, coefficients
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.lines import on_line
from hedging_games.algebra.formulas.search import parts_of
from hedging_games.algebra.formulas.table import FALSE, POSITIVE, TRUE, ZERO
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import Terms, difference, multiply, parameter_ring, polynomial_of, terms_of
from hedging_games.games.continuous import Choose, ContinuousGame, Guard, Uniform, numbers_in

QUESTIONS = 60
"""Sets of inequalities decided to show that something holds nowhere."""

MOST_ASKED = 2_000
"""Questions to z3 after which what is to be brief is given up: the parts of wedge-driving that are derived take up to 750."""

SIDES: tuple[Side, ...] = ("below", "at", "above")
"""Where it is looked at whether a number does better than another: at a candidate, and just beside it."""

CHOSEN: tuple[Side, ...] = ("at", "above")
"""Where numbers that are chosen are looked for if between neighbouring candidates all or none can be: what lies just below one of them
lies just above the one before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A number that may be chosen, as it depends on parameters and earlier choices. What is put at it is remembered by the object.

    ``value`` : a rational function, or None for a root of a quadratic that is no such; then ``term`` has it. ``defined`` : where it is
    one. ``why`` : what makes it a candidate.
    """

    value: Any
    term: Term | None
    defined: int
    why: str


@dataclass(frozen=True, slots=True)
class Worth:
    """A rational function in which some choices are called by other names: by variable, the variable that stands for it."""

    value: Any
    renamed: tuple[tuple[int, int], ...] = ()


class Space:
    """The ground over open parameters, choices, and a second name for each choice, with what puts numbers in their places.

    ``varies`` : whether somewhere numbers may be chosen that are not best ones, of which only some were followed: what they are worth
    varies. ``is_brief`` : whether it is given up (UnfollowedError) where that takes long: after so many questions put to z3, at borders
    that are irrational, and where a continuum matters to whoever moved before. ``asked`` : the questions so far.
    """

    def __init__(
        self,
        game: ContinuousGame,
        whole: System | None = None,
        near: Sequence[Fraction] = (),
        check: Check = no_check,
    ) -> None:
        self.game = game
        self.check = check
        self.names = [str(symbol) for symbol in game.field.symbols]
        self.size = len(self.names) + len(game.choices)
        self.parameters = len(self.names) - len(game.choices)
        self._terms: dict[Any, tuple[Terms, Terms]] = {}
        self._told = False
        self.varies = False
        self.asked = 0
        self.is_brief = False
        self._possible: dict[int, bool] = {}
        self._signs: dict[tuple[frozenset[Any], str], int] = {}
        self._places: dict[tuple[int, Candidate, Side], list[tuple[int, Term, dict[int, int]]]] = {}
        self._second_names: dict[int, Candidate] = {}
        self.ground = self._ground(whole, near)
        self.elimination = Elimination(self.ground, check)

    def _ground(self, whole: System | None, near: Sequence[Fraction]) -> Ground:
        ring = parameter_ring([*self.names, *(f"{name}'" for name in self.game.choices)])
        nodes = list(numbers_in(self.game.root))
        box = [*(() if whole is None else whole.box)]
        for name in self.game.choices:
            box.append(self._hull([node for node in nodes if node.name == name], box))
        box += box[self.parameters :]
        given = () if whole is None else whole.assumptions
        assumed = [constraint(polynomial_of(ring, self._padded(c.terms)), c.relation, c.reason) for c in given]
        middle = [(i.low + i.high) / 2 if i.low is not None and i.high is not None else Fraction(0) for i in box]
        start = (*near, *middle[len(near) :])
        return Ground(System(ring, tuple(box), (), tuple(assumed)), tuple(Fraction(x) for x in start), apart=True)

    def _hull(self, nodes: Sequence[Choose | Uniform], box: Sequence[Interval]) -> Interval:
        """An interval that holds all values of a choice, whatever the parameters and earlier choices."""
        full = (*box, *(Interval(Fraction(0), Fraction(0)) for _ in range(self.size - len(box))))
        lows: list[Fraction | None] = []
        highs: list[Fraction | None] = []
        for node in nodes:
            for end, found, which in ((node.low, lows, "low"), (node.high, highs, "high")):
                top, bottom = self.terms(end)
                constant = bottom.get((0,) * self.size)
                bound = None
                if len(bottom) == 1 and constant is not None:
                    bound = getattr(enclose(top, full), which)
                    bound = None if bound is None else Fraction(bound) / constant
                found.append(bound)
        low = None if None in lows else min(x for x in lows if x is not None)
        high = None if None in highs else max(x for x in highs if x is not None)
        return Interval(low, high)

    @property
    def told(self) -> bool:
        """Whether something was left out by z3's word alone."""
        return self._told or self.elimination.is_told

    # --- numbers and formulas ---------------------------------------------------------------------------------------------

    @cached_property
    def variable(self) -> dict[str, int]:
        """The coordinate of each parameter and choice."""
        return {name: k for k, name in enumerate(self.names)}

    def copy(self, variable: int) -> int:
        """The second name of a choice."""
        return variable + len(self.game.choices)

    def _padded(self, terms: Terms) -> Terms:
        return {(*e, *(0,) * (self.size - len(e))): c for e, c in terms.items()}

    def terms(self, value: Any) -> tuple[Terms, Terms]:
        """Numerator and denominator of a rational function, with integer coefficients."""
        if value not in self._terms:
            parts = [terms_of(value.numer), terms_of(value.denom)]
            scale = lcm(*(c.denominator for part in parts for c in part.values()))
            top, bottom = ({e: int(c * scale) for e, c in self._padded(part).items()} for part in parts)
            self._terms[value] = top, bottom
        return self._terms[value]

    def ratio(self, terms: Terms) -> Any:
        """A polynomial over parameters and choices as an element of the game's field."""
        field, size = self.game.field, len(self.names)
        return field(field.ring.from_dict({e[:size]: field.domain(int(c), 1) for e, c in terms.items()}))

    def root(self, by_power: Sequence[Terms], why: str) -> Candidate:
        """The root of a polynomial of degree one, by its coefficients: where it has one."""
        rest, slope = by_power
        return Candidate(-self.ratio(rest) / self.ratio(slope), None, self.sign(slope, "!="), why)

    def _of(self, worth: Worth) -> tuple[Terms, Terms]:
        top, bottom = self.terms(worth.value)
        for old, new in worth.renamed:
            top, bottom = _moved(top, old, new), _moved(bottom, old, new)
        return top, bottom

    def compare(self, first: Worth, relation: str, second: Worth) -> int:
        """The formula ``first relation second``."""
        (a, b), (c, d) = self._of(first), self._of(second)
        if b == d:
            return self.sign(
                multiply(difference(a, c), b) if len(b) > 1 or min(b.values()) < 0 else difference(a, c), relation
            )
        whole = difference(multiply(a, d), multiply(c, b))
        for factor in (b, d):
            if len(factor) > 1 or any(map(any, factor)) or min(factor.values()) < 0:
                whole = multiply(whole, factor)
        return self.sign(whole, relation)

    def sign(self, terms: Terms, relation: str) -> int:
        """The formula that a polynomial stands in a relation to zero; remembered."""
        key = frozenset(terms.items()), relation
        if key not in self._signs:
            self._signs[key] = self._sign(terms, relation)
        return self._signs[key]

    def _sign(self, terms: Terms, relation: str) -> int:
        ground = self.ground
        if not terms:
            return TRUE if relation in (">=", "==", "<=") else FALSE
        if relation == "!=":
            return ground.negated(ground.compared(terms, "=="))
        if relation in ("<", "<="):
            terms, relation = {e: -c for e, c in terms.items()}, relation.replace("<", ">")
        factors = factors_of(terms)
        squares = [factor for factor, times in factors if times % 2 == 0]
        if not squares:
            return ground.compared(terms, relation)  # type: ignore[arg-type]
        # Factors that come squared count only where they vanish.
        odd = [factor for factor, times in factors if times % 2]
        turned = -1 if terms[max(terms)] < 0 else 1
        rest = self.sign(reduce(multiply, odd, {(0,) * self.size: turned}), relation)
        if relation == ">":
            return self.all_of([rest, *(self.sign(square, "!=") for square in squares)])
        return self.any_of([rest, *(ground.compared(square, "==") for square in squares)])

    def is_root(self, name: str, number: AlgebraicNumber) -> int:
        """The formula that a choice is an irrational number: the root of its minimal polynomial in an interval without the others."""
        variable, coefficients = self.variable[name], number.minimal_polynomial
        others = [root for root in real_roots(coefficients) if root != number]
        error = Fraction(1, 2)
        while any(low <= root <= high for low, high in [number.enclosure(error)] for root in others):
            error /= 2
        low, high = number.enclosure(error)
        powers = [self._power(variable, k) for k in range(len(coefficients))]
        polynomial = {powers[k]: c for k, c in enumerate(coefficients) if c}
        above = {powers[1]: low.denominator, powers[0]: -low.numerator}
        below = {powers[1]: -high.denominator, powers[0]: high.numerator}
        return self.all_of([self.sign(polynomial, "=="), self.sign(above, ">="), self.sign(below, ">=")])

    def _power(self, variable: int, exponent: int) -> tuple[int, ...]:
        return tuple(exponent if i == variable else 0 for i in range(self.size))

    def guard(self, guard: Guard) -> int:
        """A guard of the tree as a formula."""
        field = self.game.field
        return self.all_of(self.sign(self.terms(field(sign.polynomial))[0], sign.relation) for sign in guard)

    def all_of(self, parts: Any) -> int:
        """All of some formulas."""
        return self.ground.joined("all", parts)

    def any_of(self, parts: Any) -> int:
        """Any of some formulas."""
        return self.ground.joined("any", parts)

    def possible(self, number: int, *, brief: bool = False) -> bool:
        """Whether a formula may hold somewhere: true unless the contrary is proved, or z3 says it (``told`` remembers that).

        A ``brief`` question is one whose answer would only be convenient.
        """
        if number in (TRUE, FALSE):
            return number == TRUE
        if number not in self._possible:
            found = bool(self.ground.truth(number)) or self._decided(number, brief=brief)
            if found is None:
                return True
            self._possible[number] = found
        return self._possible[number]

    def _decided(self, number: int, *, brief: bool) -> bool | None:
        """As `possible`, of what no known point tells; None where a brief question was given up."""
        self.check()
        tidied = self.elimination.tidied(number)
        if tidied == FALSE:
            return False
        on_it = on_line(self.ground, number)
        if on_it is not None:
            return on_it is not False
        if self.is_brief and self.asked >= MOST_ASKED:
            raise UnfollowedError(f"more than {MOST_ASKED} sets of inequalities have to be decided")
        # Tidied it asks the same in less, which z3 answers in three quarters of the time.
        parts = parts_of(self.ground, tidied)
        if self.ground.is_refuted(parts):
            self._told = True
            return False
        if self.ground.truth(number):
            return True
        answer = self.ground.ask(parts, brief=brief)
        self.asked += 1
        if answer.answer == "unknown" and brief:
            return None
        if answer.point is not None:
            self.ground.bank.add(answer.point)
        self._told = self._told or answer.answer == "unsat"
        return answer.answer != "unsat"

    def has_irrational_border(self, number: int, variable: int) -> bool:
        """Whether an inequality of a formula changes its truth at the root of a polynomial that has no root of degree one in a variable."""
        ground = self.ground
        borders = {ground.parts[literal].polynomial for literal in self.elimination.literals(number, variable)}
        factors = (factor for border in borders for factor, _ in factors_of(ground.terms[border]))
        return any(len(coefficients(factor, variable)) > 2 for factor in factors)

    def open_along(self, number: int, variable: int) -> int:
        """A formula made so strict that, wherever it holds, the given one holds on an interval of values of one variable around."""
        part = self.ground.parts[number]
        if number in (TRUE, FALSE) or variable not in self.elimination.spoken(number):
            return number
        if part.kind != "signs":
            return self.ground.joined(part.kind, [self.open_along(inner, variable) for inner in part.parts])
        strict = self.ground.literal(part.polynomial, part.signs & ~ZERO) if part.signs != ZERO else FALSE
        if not part.signs & ZERO:
            return strict
        by_power = coefficients(self.ground.terms[part.polynomial], variable)
        return self.any_of([strict, self.all_of(self.sign(c, "==") for c in by_power)])

    def tidied(self, number: int) -> int:
        """A formula made smaller, and FALSE where it is found to hold nowhere."""
        number = self.elimination.tidied(number)
        return number if self.possible(number) else FALSE

    # --- putting numbers in ------------------------------------------------------------------------------------------------

    def put(self, number: int, variable: int, candidate: Candidate, side: Side = "at") -> int:
        """A formula with a candidate (or the numbers just beside it) in the place of a choice, where the candidate is defined."""
        if variable not in self.elimination.spoken(number):
            return number
        place = variable, candidate, side
        if place not in self._places:
            # Formulas share most of their parts: what these become at a candidate is found once.
            self._places[place] = [(guard, term, {}) for guard, term in self._as_terms(candidate, side)]
        found = [
            self.all_of([guard, self.elimination.at(number, variable, term, known)])
            for guard, term, known in self._places[place]
        ]
        return self.any_of(found)

    def renamed(self, number: int, variable: int) -> int:
        """A formula with a choice called by its second name."""
        if variable not in self._second_names:
            nothing = (0,) * self.size
            second = Term(TRUE, {self._power(self.copy(variable), 1): 1}, {}, {nothing: 1}, {}, "at")
            self._second_names[variable] = Candidate(None, second, TRUE, "its second name")
        return self.put(number, variable, self._second_names[variable])

    def other_worth(self, worth: Worth, variable: int | None) -> Worth:
        """What something is worth, a choice (if any) being called by its second name."""
        return worth if variable is None else Worth(worth.value, (*worth.renamed, (variable, self.copy(variable))))

    def some_number(self, number: int, variable: int) -> int:
        """The formula that some number in the place of the second name of a choice makes another true."""
        return self.elimination.without(number, [self.copy(variable)])

    def between(self, low: Any, high: Any, variable: int, candidate: Candidate, side: Side) -> int:
        """Where a candidate (or the numbers just beside it) lies between two ends.

        The ground takes it for granted that a choice lies in its range; a candidate need not. An end that is None is infinite.
        """
        return self._inside(low, high, variable, candidate, side, POSITIVE | ZERO)

    def besides_ends(self, low: Any, high: Any, variable: int, candidate: Candidate, side: Side) -> int:
        """As `between`, where both ends are candidates too: any other one counts where it is not one of them."""
        if candidate.term is None and candidate.value in (low, high):
            return self.between(low, high, variable, candidate, side)
        return self._inside(low, high, variable, candidate, "at", POSITIVE)

    def _inside(self, low: Any, high: Any, variable: int, candidate: Candidate, side: Side, signs: int) -> int:
        own = self.game.field.gens[variable]
        found = []
        for guard, term in self._as_terms(candidate, side):
            inside = [guard]
            for gap in (*(() if low is None else (own - low,)), *(() if high is None else (high - own,))):
                top, bottom = self.terms(gap)
                terms = multiply(top, bottom) if len(bottom) > 1 or any(map(any, bottom)) else top
                inside.append(self.elimination.sign_at(terms, signs, variable, term))
            found.append(self.all_of(inside))
        return self.all_of([candidate.defined, self.any_of(found)])

    def _as_terms(self, candidate: Candidate, side: Side) -> list[tuple[int, Term]]:
        """A candidate as test terms whose denominators are positive, each with where it is that."""
        if candidate.term is not None:
            t = candidate.term
            return [(TRUE, Term(t.guard, t.p, t.q, t.r, t.d, side))]
        top, bottom = self.terms(candidate.value)
        found = []
        for sign in (1, -1):
            positive = self.sign(bottom, ">" if sign > 0 else "<")
            if positive != FALSE:
                turned = [{e: sign * c for e, c in part.items()} for part in (top, bottom)]
                found.append((positive, Term(TRUE, turned[0], {}, turned[1], {}, side)))
        return found

    def substituted(self, value: Any, variable: int, put: Any) -> Any:
        """A rational function with another in the place of a choice."""
        if value.numer.degree(variable) <= 0 and value.denom.degree(variable) <= 0:
            return value
        return self._polynomial_at(value.numer, variable, put) / self._polynomial_at(value.denom, variable, put)

    def _polynomial_at(self, polynomial: Any, variable: int, put: Any) -> Any:
        total = self.game.field.zero
        for coefficient in reversed(self.coefficients(polynomial, variable)):
            total = total * put + coefficient
        return total

    def integral(self, value: Any, variable: int, low: Any, high: Any) -> Any:
        """The integral over a choice from one rational function to another, of what is a polynomial in it."""
        field = self.game.field
        parts = self.coefficients(value.numer, variable)
        whole = (c * (high ** (k + 1) - low ** (k + 1)) / (k + 1) for k, c in enumerate(parts) if c)
        return sum(whole, field.zero) / field(value.denom)

    def coefficients(self, polynomial: Any, variable: int) -> list[Any]:
        """A polynomial's coefficients as one in a choice, the constant first, as elements of the field."""
        ring, field = polynomial.ring, self.game.field
        parts: dict[int, dict[Any, Any]] = {}
        for e, c in polynomial.terms():
            parts.setdefault(e[variable], {})[(*e[:variable], 0, *e[variable + 1 :])] = c
        top = max(parts, default=0)
        return [field(ring.from_dict(parts.get(k, {}))) for k in range(top + 1)]


def _moved(terms: Terms, old: int, new: int) -> Terms:
    """A polynomial with one variable called by another's name."""
    found: Terms = {}
    for e, c in terms.items():
        changed = list(e)
        changed[old], changed[new] = 0, e[old]
        found[tuple(changed)] = c
    return found
