"""Numbers chosen at once: each the best reply to the others.

What can be played after the numbers comes in pieces. A piece is played after numbers x in equilibrium if it can be played there and nobody
gains by another number of its own, the others keeping theirs: for each mover the demand of `choice`, the others' numbers being
known. So a mover is at one of its candidates (an end, a first-order point, a border) or, where a piece is worth the same along an interval
or something else could be played too, at any number that is good enough. Each way to take one reply of everybody is a system of
equations with inequalities. Where payoffs are concave and quadratic it is linear: a linear complementarity problem, whose cases (low end,
high end, first-order condition for each mover) are solved by elimination. Where a coefficient vanishes the equation binds the other
numbers instead, and what no equation binds is looked for at the borders of the formula and beside them: a continuum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hedging_games.algebra.formulas.elimination import Side, UnfollowedError, coefficients
from hedging_games.algebra.formulas.table import FALSE, TRUE, ZERO
from hedging_games.algebra.polynomials import Terms, difference, multiply, variables_of
from hedging_games.games.continuous import Together
from hedging_games.solvers.continuous.choice import Choice
from hedging_games.solvers.continuous.covers import Covers
from hedging_games.solvers.continuous.existence import after_all_of
from hedging_games.solvers.continuous.pieces import Chose, Met, Piece
from hedging_games.solvers.continuous.space import CHOSEN, Candidate, Space, Worth


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of one mover to the numbers of the others: where it is one, and the equation (empty if none) that its number solves."""

    where: int
    equation: Terms


class Meeting:
    """Numbers chosen at once: which of them are an equilibrium, and what is played after them."""

    def __init__(
        self,
        space: Space,
        notes: dict[str, None],
        node: Together,
        following: Sequence[Piece],
        before: frozenset[int],
    ) -> None:
        self.space = space
        self.covers = Covers(space)
        self.notes = notes
        self.node = node
        self.following = following
        self.before = before
        self.choices = {
            space.variable[own.name]: Choice(space, {}, own, following, before, is_first=True) for own in node.choices
        }

    def pieces(self) -> list[Piece]:
        """The numbers that are best replies to each other, each with what can be played then."""
        found = []
        # What nobody alone can bring about are subgames too.
        anything = after_all_of(self.space, self.node.choices, self.following)
        for piece in self.following:
            for where, equations in self._systems(piece):
                for stands, numbers in self._solved(where, equations, frozenset(self.choices)):
                    found.append(self._piece(piece, self.space.all_of([stands, anything]), numbers))
        return [piece for piece in found if piece.guard != FALSE]

    # --- systems -------------------------------------------------------------------------------------------------------------

    def _systems(self, piece: Piece) -> list[tuple[int, tuple[Terms, ...]]]:
        """One reply of every mover: where all of them hold (a formula in the numbers), and the equations among that."""
        space = self.space
        found: list[tuple[int, tuple[Terms, ...]]] = [(piece.guard, ())]
        for choice in self.choices.values():
            replies = list(self._replies(choice, piece))
            more = [(space.all_of([where, r.where]), (*eqs, r.equation)) for where, eqs in found for r in replies]
            found = [(where, equations) for where, equations in more if space.possible(where)]
        return [(where, tuple(e for e in equations if e)) for where, equations in found]

    def _replies(self, choice: Choice, piece: Piece) -> Iterator[Reply]:
        space, x = self.space, choice.variable
        apart = []
        for k, candidate in enumerate(choice.candidates):
            equation, pinned = self._pinned(choice, candidate)
            if candidate.term is None:
                apart.append(space.ground.negated(space.all_of([candidate.defined, pinned])))
            reached, after = choice.rows[k, "at"]
            for guard, other in after:
                if other is piece:
                    start = space.all_of([reached, guard, pinned])
                    yield Reply(choice.stands(piece, candidate, "at", start), equation)
        is_along = any(piece is other for pair in choice.overlapping for other in pair)
        loose = TRUE if is_along else choice.constant(piece, choice.player)
        if loose != FALSE:
            own = Worth(piece.worth[choice.player].value, ((x, space.copy(x)),))
            itself = Candidate(space.game.field.gens[x], None, TRUE, "any number")
            stays = [space.put(part, space.copy(x), itself) for part in choice.stays(own)]
            yield Reply(space.all_of([loose, choice.range, *apart, *stays]), {})

    def _pinned(self, choice: Choice, candidate: Candidate) -> tuple[Terms, int]:
        """The equation that a mover's number is a candidate, and what it comes to as a formula."""
        space, term = self.space, candidate.term
        own = space.terms(space.game.field.gens[choice.variable])[0]
        if term is None:
            top, bottom = space.terms(candidate.value)
            equation = difference(multiply(own, bottom), top)
            return equation, space.sign(equation, "==")
        # x = (p + q*sqrt(d))/r with r > 0: (r*x - p)^2 = q^2*d, and r*x - p has the sign of q.
        rest = difference(multiply(own, term.r), term.p)
        equation = difference(multiply(rest, rest), multiply(multiply(term.q, term.q), term.d))
        return equation, space.all_of([space.sign(equation, "=="), space.sign(multiply(rest, term.q), ">=")])

    # --- elimination -----------------------------------------------------------------------------------------------------------

    def _solved(
        self, where: int, equations: Sequence[Terms], left: frozenset[int]
    ) -> Iterator[tuple[int, tuple[Chose, ...]]]:
        """The numbers at which a formula holds: where what is found stands, and one number after the other, each by those after it."""
        space = self.space
        where = space.tidied(where)
        if where == FALSE:
            return
        if not left:
            yield where, ()
            return
        x, equation = self._next(equations, left)
        choice = self.choices[x]
        sides: tuple[Side, ...] = CHOSEN
        rest = [e for e in equations if e is not equation]
        if equation is None:
            where = self.covers.of(self._bound(where))
            candidates = choice.distinct([*choice.ends(), *choice.borders(x, [where])])
        else:
            sides = ("at",)
            candidates = choice.distinct(choice.roots(x, equation, "a best reply"))
            by_power = coefficients(equation, x)
            free = space.all_of([where, *(space.sign(c, "==") for c in by_power)])
            yield from self._solved(free, [*rest, *(c for c in by_power if c)], left)
        for candidate in candidates:
            for side in sides:
                inside = space.between(choice.node.low, choice.node.high, x, candidate, side)
                there = space.tidied(space.all_of([inside, space.put(where, x, candidate, side)]))
                if there == FALSE:
                    continue
                chose = Chose(choice.node, candidate, side, tuple(candidates))
                for stands, numbers in self._solved(
                    there, self._with(rest, x, candidate), self._others(x, chose, left)
                ):
                    yield stands, (chose, *numbers)

    def _bound(self, where: int) -> int:
        """A formula with parameters and earlier choices put in where an equation of it says what they are."""
        space, part = self.space, self.space.ground.parts[where]
        for n in part.parts if part.kind == "all" else ():
            literal = space.ground.parts[n]
            if literal.kind != "signs" or literal.signs != ZERO:
                continue
            terms = space.ground.terms[literal.polynomial]
            for v in set(variables_of(terms)) - set(self.choices):
                by_power = coefficients(terms, v)
                if len(by_power) == 2 and not variables_of(by_power[1]):
                    root = space.root(by_power, "an equation")
                    where = space.all_of([n, space.put(where, v, root)])
                    break
        return where

    def _next(self, equations: Sequence[Terms], left: frozenset[int]) -> tuple[int, Terms | None]:
        """The number to solve for, and the equation: linear ones first, with a coefficient that holds no other number."""
        ways = []
        for k, equation in enumerate(equations):
            for x in sorted(left & set(variables_of(equation))):
                by_power = coefficients(equation, x)
                ways.append((len(by_power), len(left & set(variables_of(by_power[-1]))), k, x))
        if not ways:
            return max(left), None
        _, _, k, x = min(ways)
        return x, equations[k]

    def _with(self, equations: Sequence[Terms], x: int, candidate: Candidate) -> list[Terms]:
        """Equations with a candidate put in; those that an irrational one stands in are left to the formula."""
        space = self.space
        if candidate.term is not None:
            return [e for e in equations if x not in variables_of(e)]
        put = (space.substituted(space.ratio(e), x, candidate.value) for e in equations)
        return [space.terms(space.game.field(value.numer))[0] for value in put if value]

    def _others(self, x: int, chose: Chose, left: frozenset[int]) -> frozenset[int]:
        """The numbers that are left; an irrational one may not depend on them."""
        others, term = left - {x}, chose.candidate.term
        if term is not None and others & {v for part in (term.p, term.q, term.r, term.d) for v in variables_of(part)}:
            raise UnfollowedError(f"an irrational '{chose.node.name}' that depends on what is chosen at once with it")
        return others

    # --- pieces ----------------------------------------------------------------------------------------------------------------

    def _piece(self, piece: Piece, stands: int, numbers: Sequence[Chose]) -> Piece:
        """Numbers are chosen and a piece played."""
        space = self.space
        values = [w.value for w in piece.worth]
        event, alike, pending = piece.event, TRUE, []
        for chose in numbers:
            x, candidate = space.variable[chose.node.name], chose.candidate
            event = space.put(event, x, candidate, chose.side)
            alike = space.put(alike, x, candidate, chose.side)
            if chose.side != "at":
                alike = space.all_of([alike, *self._alike(x, values)])
            if candidate.term is not None:
                pending.append((x, candidate))
                continue
            values = [space.substituted(value, x, candidate.value) for value in values]
        renamed = tuple((x, space.copy(x)) for x, _ in pending)
        worth = tuple(Worth(value, renamed) for value in values)
        if alike != TRUE and space.possible(space.all_of([stands, space.ground.negated(alike)])):
            names = ", ".join(own.name for own in self.node.choices)
            what = "of a continuum of numbers that may be chosen at once, not all were followed: it matters to an earlier player which"
            self.notes[f"{names}: {what}"] = None
        met = Met(self.node, tuple(self._in_order(numbers)))
        guard = space.all_of([stands, alike])
        return Piece(guard, worth, event, met, (piece,), tuple((space.copy(x), c) for x, c in pending))

    def _alike(self, x: int, values: Sequence[Any]) -> Iterator[int]:
        """Where it is the same to whoever moved before which number of a continuum is chosen."""
        space = self.space
        zero = Worth(space.game.field.zero)
        for player, value in enumerate(values):
            alike = space.compare(Worth(value.diff(space.game.field.gens[x])), "==", zero)
            space.varies = space.varies or alike != TRUE
            if player in self.before:
                yield alike

    def _in_order(self, numbers: Sequence[Chose]) -> Iterator[Chose]:
        """Numbers in an order in which each depends on earlier ones only: and not on those that are no continuum and not irrational."""
        space = self.space
        known: dict[int, Any] = {}
        for chose in reversed(numbers):
            x, candidate = space.variable[chose.node.name], chose.candidate
            if candidate.term is None:
                value = candidate.value
                for variable, put in known.items():
                    value = space.substituted(value, variable, put)
                candidate = Candidate(value, None, candidate.defined, candidate.why)
                if chose.side == "at":
                    known[x] = value
            yield Chose(chose.node, candidate, chose.side, chose.others)
