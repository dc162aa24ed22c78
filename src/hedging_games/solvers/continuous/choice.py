"""One continuous choice: any number of an interval.

What can be played after x comes in pieces (a guard, what it is worth), so that "the least that x may be worth" is a piecewise function of
x. It stays below w everywhere if it does so at finitely many places and just beside them: the ends, the maxima of pieces, the borders of
guards, and where two pieces cross (virtual substitution: Loos and Weispfenning 1993; Weispfenning 1997). Payoffs are compared at the limit,
guards just beside it: so no root of a payoff difference is needed, but at crossings.

Where a piece can be played, the numbers that may be chosen are those at which it is worth that much: the best ones, and where something
else could be played too (which would deter from other numbers) all that are good enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from hedging_games.algebra.formulas.elimination import Side, UnfollowedError, coefficients, key_of_term
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.polynomials import variables_of
from hedging_games.errors import input_error
from hedging_games.games.continuous import Choose, Uniform, walk
from hedging_games.solvers.continuous.pieces import Chose, Piece
from hedging_games.solvers.continuous.space import CHOSEN, SIDES, Candidate, Space, Worth

MOST_PARTS = 60
"""Parts of the formula of a continuum, beyond which it is not followed with parameters open: in wedge-driving one of 100 took minutes."""


class Choice:
    """One continuous choice: what can be played after each number, and which numbers can be chosen."""

    def __init__(
        self,
        space: Space,
        notes: dict[str, None],
        node: Choose,
        following: Sequence[Piece],
        before: frozenset[int],
        *,
        is_first: bool,
    ) -> None:
        self.space = space
        self.notes = notes
        self.node = node
        self.player = node.player
        self.variable = space.variable[node.name]
        self.following = [piece for piece in following if piece.free is None]
        self.before = before
        self.is_first = is_first
        self.range = space.all_of(
            space.compare(Worth(a), ">=", Worth(b)) for a, b in ((self._own(), node.low), (node.high, self._own()))
        )
        self.free = list(self._isolated(piece for piece in following if piece.free is not None))
        if any(piece.pending for piece in following):
            raise UnfollowedError(f"an irrational choice after '{node.name}'")
        if self.free and space.is_brief:
            raise UnfollowedError(f"a continuum of numbers after '{node.name}' matters to whoever chooses it")
        self.overlapping = self._overlapping()
        self.candidates = self.distinct(self._all_candidates())
        self.rows = {(k, side): self._row(c, side) for k, c in enumerate(self.candidates) for side in SIDES}
        self.tests = [test for test in self.rows if not self._is_implied(test)]

    def _own(self) -> Any:
        return self.space.game.field.gens[self.variable]

    # --- candidates ----------------------------------------------------------------------------------------------------------

    def distinct(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Candidates that are defined somewhere, each once."""
        found: dict[Any, Candidate] = {}
        for candidate in candidates:
            if candidate.defined != FALSE:
                found.setdefault(candidate.value if candidate.term is None else key_of_term(candidate.term), candidate)
        return list(found.values())

    def _all_candidates(self) -> Iterator[Candidate]:
        """The numbers at which, or just beside which, the least that a choice may be worth can be largest."""
        yield from self.ends()
        for piece in self.following:
            yield from self._maximum(piece)
        yield from self.borders(self.variable, [n for piece in self.following for n in (piece.guard, piece.event)])
        for piece in self.free:
            yield from self.borders(self.variable, [piece.guard], apart=piece.free)
        for one, other in self.overlapping:
            gap = one.worth[self.player].value - other.worth[self.player].value
            yield from self.roots(self.variable, self.space.terms(self.space.game.field(gap.numer))[0], "a crossing")

    def ends(self) -> Iterator[Candidate]:
        """The ends of the interval."""
        yield Candidate(self.node.low, None, TRUE, "the lower end")
        yield Candidate(self.node.high, None, TRUE, "the upper end")

    def borders(self, variable: int, numbers: Iterable[int], *, apart: int | None = None) -> Iterator[Candidate]:
        """Where the inequalities of formulas change their truth, but for those that speak of a variable ``apart``."""
        ground = self.space.ground
        borders: dict[int, None] = {}
        for number in numbers:
            for literal in self.space.elimination.literals(number, variable):
                borders[ground.parts[literal].polynomial] = None
        for polynomial in borders:
            if apart not in variables_of(ground.terms[polynomial]):
                yield from self.roots(variable, ground.terms[polynomial], "a border")

    def turns(self, variable: int, worth: Worth) -> Iterator[Candidate]:
        """Where a worth is largest or smallest, other choices being as they are."""
        slope = worth.value.diff(self.space.game.field.gens[variable])
        yield from self.roots(variable, self.space.terms(slope)[0], "a worth turns")

    def _maximum(self, piece: Piece) -> Iterator[Candidate]:
        """Where a piece is worth most to the mover, if it bends down."""
        worth = piece.worth[self.player].value
        if worth.denom.degree(self.variable) > 0 or worth.numer.degree(self.variable) > 2:
            if not self.space.possible(self.space.all_of([piece.guard, self.range])):
                return
            remedy = (
                f"write it with powers of {self.node.name} up to the second, or make the choice a grid: --levels 101"
            )
            if any(isinstance(node, Uniform) for node in walk(self.node.node)):
                remedy = "make what chance draws and what is chosen grids: --levels 11 --concept subgame-perfect"
            raise input_error(
                "payoff",
                f"what {self.space.game.players[self.player]} gets is no polynomial of degree two or less in {self.node.name}",
                remedy,
                self.node.where,
            )
        by_power = self.space.coefficients(worth.numer, self.variable)
        if len(by_power) == 3:
            bends = self.space.compare(
                Worth(by_power[2] / self.space.game.field(worth.denom)), "<", Worth(self.space.game.field.zero)
            )
            yield Candidate(-by_power[1] / (2 * by_power[2]), None, bends, "the first-order condition")

    def roots(self, variable: int, terms: Any, why: str) -> Iterator[Candidate]:
        """Where a polynomial vanishes, for one choice as the others are."""
        space = self.space
        for factor, _ in factors_of(terms):
            by_power = coefficients(factor, variable)
            if len(by_power) == 1:
                continue
            if len(by_power) == 2:
                yield space.root(by_power, why)
            elif len(by_power) == 3:
                if space.is_brief:
                    raise UnfollowedError(f"a border of {self.node.name} is the root of a quadratic")
                for term in space.elimination.quadratic_roots(by_power, "at"):
                    yield Candidate(None, term, term.guard, why)
            else:
                raise UnfollowedError(f"a border of degree {len(by_power) - 1} in {self.node.name}")

    def _overlapping(self) -> list[tuple[Piece, Piece]]:
        """Pieces that can both be played after a whole interval of numbers, and are worth different things to the mover."""
        found = []
        for one, other in combinations(self.following, 2):
            if one.worth[self.player] == other.worth[self.player]:
                continue
            both = self.space.all_of([one.guard, other.guard, self.range])
            if self.space.possible(self.space.open_along(both, self.variable)):
                found.append((one, other))
        self.space.varies = self.space.varies or bool(found)
        if found and not self.is_first:
            self._leave_out("where what is played after it is open, not every number that may be chosen was followed")
        return found

    def _leave_out(self, what: str) -> None:
        self.notes[f"{self.node.name}: {what}"] = None

    # --- what can be played at candidates ----------------------------------------------------------------------------------

    def _row(self, candidate: Candidate, side: Side) -> tuple[int, list[tuple[int, Piece]]]:
        """Where a candidate (or the numbers just beside it) can be chosen, and the pieces there with their guards."""
        space = self.space
        reached = space.besides_ends(self.node.low, self.node.high, self.variable, candidate, side)
        if space.tidied(reached) == FALSE:
            return FALSE, []
        pieces = [(space.put(piece.guard, self.variable, candidate, side), piece) for piece in self.following]
        return reached, [(guard, piece) for guard, piece in pieces if guard != FALSE]

    def _is_implied(self, test: tuple[int, Side]) -> bool:
        """Whether nothing is to be feared beside a candidate that is not to be feared at it, or that cannot be chosen at all."""
        k, side = test
        space = self.space
        reached, beside = self.rows[test]
        if reached == FALSE:
            return True
        if side == "at" or self.free:
            return False
        at, exact = self.rows[k, "at"]
        if space.possible(space.all_of([reached, at, *(space.ground.negated(guard) for guard, _ in exact)])):
            return False
        for guard, piece in exact:
            no_more = [
                space.all_of(
                    [
                        g,
                        space.put(
                            space.compare(p.worth[self.player], "<=", piece.worth[self.player]),
                            self.variable,
                            self.candidates[k],
                        ),
                    ]
                )
                for g, p in beside
            ]
            if space.possible(space.all_of([reached, at, guard, space.ground.negated(space.any_of(no_more))])):
                return False
        return not space.possible(space.all_of([reached, space.ground.negated(at)]))

    # --- what can be chosen --------------------------------------------------------------------------------------------------

    def pieces(self, *, event: bool | None = None) -> list[Piece]:
        """The numbers that can be chosen, each with what can be played then; of interest may be those alone that have the event, or not."""
        along: dict[int, Piece] = {}
        if self.space.parameters == 0 and self.is_first:
            along = {id(piece): piece for pair in self.overlapping for piece in pair}
        found = []
        self._unlike: dict[int, Piece] = {}
        for (k, side), (reached, pieces) in self.rows.items():
            # Where numbers need not be best, those just below a candidate can be good enough where those above the one before are not.
            for guard, piece in pieces if side in CHOSEN or self.overlapping else ():
                level = TRUE if side == "at" else self._level(piece)
                start = self.space.tidied(self.space.all_of([level, reached, guard]))
                if id(piece) in along or self._is_idle(piece, k, side, start, event=event):
                    continue
                found.append(self._piece(piece, self.candidates, k, side, start))
        for piece in along.values():
            found += self._all_along(piece)
        for piece in self._unlike.values():
            found += self._flat(piece)
        for piece in self.free:
            found += self._followed_by(piece)
        return [piece for piece in found if piece.guard != FALSE]

    def _level(self, piece: Piece) -> int:
        """Where all numbers of an interval may be the best ones: nothing else being possible along it, the piece is worth the same there."""
        return TRUE if self.overlapping else self.constant(piece, self.player)

    def _is_idle(self, piece: Piece, k: int, side: Side, start: int, *, event: bool | None) -> bool:
        """Whether a piece adds nothing of interest, or nothing to the candidate beside which it is: worth the same, the event alike."""
        space, x, candidate = self.space, self.variable, self.candidates[k]
        if event is not None:
            happens = space.put(piece.event, x, candidate, side)
            start = space.tidied(space.all_of([start, happens if event else space.ground.negated(happens)]))
        if start == FALSE:
            return True
        if side == "at" or space.parameters == 0 or self._alike(piece) != TRUE:
            return False
        if space.put(piece.event, x, candidate, side) != space.put(piece.event, x, candidate):
            return False
        at = space.all_of([self.rows[k, "at"][0], space.put(piece.guard, x, candidate)])
        return not space.possible(space.all_of([start, space.ground.negated(at)]))

    def _all_along(self, piece: Piece) -> list[Piece]:
        """The numbers after which a piece can be played though something else could be too: they need not be best ones."""
        space, x = self.space, self.variable
        own = Worth(piece.worth[self.player].value, ((x, space.copy(x)),))
        candidates = self.distinct([*self.candidates, *self.borders(space.copy(x), self.stays(own))])
        found = []
        for k, candidate in enumerate(candidates):
            for side in CHOSEN:
                reached, pieces = self._row(candidate, side)
                for guard, other in pieces:
                    if other is piece:
                        found.append(self._piece(piece, candidates, k, side, space.all_of([reached, guard])))
        return found

    def stays(self, own: Worth) -> list[int]:
        """For each test the formula that nothing is gained there over what is worth ``own``."""
        space, found = self.space, []
        for k, side in self.tests:
            reached, pieces = self.rows[k, side]
            no_more = []
            for guard, other in pieces:
                least = space.compare(other.worth[self.player], "<=", own)
                no_more.append(space.all_of([guard, space.put(least, self.variable, self.candidates[k])]))
            no_more += [self._some_no_more(piece, own, k, side) for piece in self.free]
            found.append(space.any_of([space.ground.negated(reached), *no_more]))
        return found

    def _some_no_more(self, piece: Piece, own: Worth, k: int, side: Side) -> int:
        """After a candidate some number of a later continuum is worth no more than ``own``."""
        space, x, y, candidate = self.space, self.variable, piece.free, self.candidates[k]
        assert y is not None
        guard = space.put(space.renamed(piece.guard, y), x, candidate, side)
        least = space.compare(space.other_worth(piece.worth[self.player], y), "<=", own)
        return space.some_number(space.all_of([guard, space.put(least, x, candidate)]), y)

    def _piece(self, piece: Piece, candidates: Sequence[Candidate], k: int, side: Side, start: int) -> Piece:
        """A number is chosen (or any just beside it) and a piece played: where that is an equilibrium."""
        space, x, candidate = self.space, self.variable, candidates[k]
        if candidate.term is None:
            worth = tuple(Worth(space.substituted(w.value, x, candidate.value)) for w in piece.worth)
            pending: tuple[tuple[int, Candidate], ...] = ()
        else:
            worth = tuple(Worth(w.value, ((x, space.copy(x)),)) for w in piece.worth)
            pending = ((space.copy(x), candidate),)
        stands = self.stands(piece, candidate, side, start)
        if side != "at":
            stands = self._alike_before(piece, stands)
        event = space.put(piece.event, x, candidate, side)
        return Piece(stands, worth, event, Chose(self.node, candidate, side, tuple(candidates)), (piece,), pending)

    def stands(self, piece: Piece, candidate: Candidate, side: Side, start: int) -> int:
        """Where, of what ``start`` leaves, nothing is gained over a candidate (or any number just beside it) and a piece."""
        space, x = self.space, self.variable
        value = piece.worth[self.player].value
        if side == "at" and candidate.term is None:
            stays = self.stays(Worth(space.substituted(value, x, candidate.value)))
        else:
            own = Worth(value, ((x, space.copy(x)),))
            stays = [space.put(part, space.copy(x), candidate, side) for part in self.stays(own)]
        return space.all_of([start, *stays])

    def _alike_before(self, piece: Piece, stands: int) -> int:
        """Where it is the same to whoever moved before which of the numbers is chosen: elsewhere each counts for itself (`_flat`)."""
        space, alike = self.space, self._alike(piece)
        if alike != TRUE and space.possible(space.all_of([stands, space.ground.negated(alike)])):
            self._unlike[id(piece)] = piece
        return space.all_of([stands, alike])

    def _alike(self, piece: Piece) -> int:
        # Best numbers are worth the same to the mover; where numbers need not be best, one who moved before cares which it is.
        caring = self.before if self.overlapping else self.before - {self.player}
        return self.space.all_of(self.constant(piece, player) for player in sorted(caring))

    # --- continua that matter to whoever moved before --------------------------------------------------------------------------

    def _flat(self, piece: Piece) -> Iterator[Piece]:
        """Any number after which a piece is good enough for the mover, where it is not the same to somebody who moved before.

        With parameters open it is left out where the formula for that is large.
        """
        space, x = self.space, self.variable
        itself = Candidate(self._own(), None, TRUE, "any number")
        if self.overlapping:
            own = Worth(piece.worth[self.player].value, ((x, space.copy(x)),))
            stays = [space.put(part, space.copy(x), itself) for part in self.stays(own)]
        else:
            stays = self._best_along(piece)
        unlike = space.ground.negated(self._alike(piece))
        guard = space.all_of([piece.guard, self.range, unlike, *stays])
        if space.parameters and space.ground.is_larger(guard, MOST_PARTS):
            self._leave_out("of a continuum of numbers that may be chosen, the ends alone were followed")
            return
        space.varies = True
        yield Piece(guard, piece.worth, piece.event, Chose(self.node, itself, "at", ()), (piece,), free=x)

    def _best_along(self, piece: Piece) -> list[int]:
        """Where any number after which a piece is played is a best one, nothing else being possible: these are worth the same."""
        space, worth = self.space, piece.worth[self.player].value
        same = Worth(space.coefficients(worth.numer, self.variable)[0] / space.game.field(worth.denom))
        return [self.constant(piece, self.player), *self.stays(same)]

    def is_unlike(self, player: int) -> bool:
        """Whether along a whole interval of numbers that are best ones what is played may be worth different things to a player."""
        space = self.space
        for piece in self.following:
            unlike = space.ground.negated(self.constant(piece, player))
            along = space.open_along(space.all_of([piece.guard, self.range]), self.variable)
            if unlike != FALSE and space.possible(space.all_of([along, unlike, *self._best_along(piece)])):
                return True
        return False

    def _isolated(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces with a continuum of later numbers that can be played after single numbers alone: the others are not followed."""
        for piece in pieces:
            along = self.space.open_along(self.space.all_of([piece.guard, self.range]), self.variable)
            if self.space.possible(along):
                self._leave_out("of the continua of later numbers after a whole interval of it, not all were followed")
            else:
                yield piece

    def _followed_by(self, piece: Piece) -> Iterator[Piece]:
        """Numbers after which a piece with a continuum of later numbers can be played."""
        space, x = self.space, self.variable
        for k, candidate in enumerate(self.candidates):
            guard = space.put(piece.guard, x, candidate)
            start = space.tidied(space.all_of([self.rows[k, "at"][0], guard]))
            if start == FALSE:
                continue
            if candidate.term is not None:
                self._leave_out("after an irrational number not all of a continuum of later ones were followed")
                continue
            worth = tuple(Worth(space.substituted(w.value, x, candidate.value)) for w in piece.worth)
            stands = space.all_of([start, *self.stays(worth[self.player])])
            event = space.put(piece.event, x, candidate)
            chose = Chose(self.node, candidate, "at", tuple(self.candidates))
            yield Piece(stands, worth, event, chose, (piece,), free=piece.free)

    def constant(self, piece: Piece, player: int) -> int:
        """Where a piece is worth the same to a player whatever number is chosen."""
        space, zero = self.space, Worth(self.space.game.field.zero)
        worth = piece.worth[player].value
        by_power = space.coefficients(worth.numer, self.variable)
        return space.all_of(space.compare(Worth(c), "==", zero) for c in by_power[1:])
