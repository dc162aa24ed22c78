"""Backward induction over outcomes where some choices are any number of an interval.

Pure subgame perfection: an outcome of a subgame, worth w to the mover, is played if it is one of what can be played after its action, and
after every other action something can be played that is worth no more than w to the mover. Ties of later movers may thus be
settled either way; off the path so as to punish. For a continuous choice x the last sentence speaks of infinitely many actions. What
can be played after x comes in pieces (a guard, what it is worth), so that "the least that x may be worth" is a piecewise function of x,
and it stays below w everywhere if it does so at finitely many places and just beside them: the ends, the maxima of pieces, the borders of guards, and
where two pieces cross (virtual substitution: Loos and Weispfenning 1993; Weispfenning 1997). Payoffs are compared at the limit, guards just
beside it: so no root of a payoff difference is needed, but at crossings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any, TypeAlias

from hedging_games.algebra.formulas.elimination import Side, UnfollowedError, coefficients
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.errors import input_error
from hedging_games.games.continuous import Cases, Choose, Decide, End, Lot, Node, Stage
from hedging_games.solvers.continuous.space import SIDES, Candidate, Space, Worth


@dataclass(frozen=True, slots=True)
class Took:
    """Actions taken at a node: one, or those of several players at once, by their numbers."""

    node: Decide | Stage
    actions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chose:
    """A number chosen: a candidate, or all numbers just beside it on one side; ``others`` : the other candidates there."""

    node: Choose
    candidate: Candidate
    side: Side
    others: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Drew:
    """A move of chance."""

    node: Lot


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a history."""

    node: End


@dataclass(frozen=True, slots=True)
class Fell:
    """One of several cases: the number of the node that follows."""

    case: int


Move: TypeAlias = Took | Chose | Drew | Ended | Fell


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can be played from a node on.

    ``guard`` : where it is an outcome of a pure subgame-perfect equilibrium. ``worth`` : to each player. ``event`` : where it has the event.
    ``move`` : what is done at the node, and ``below`` what is played after it (after each action of chance).
    ``pending`` : irrational choices in it, which stand in ``worth`` under their second names.
    """

    guard: int
    worth: tuple[Worth, ...]
    event: int
    move: Move
    below: tuple[Piece, ...] = ()
    pending: tuple[tuple[int, Candidate], ...] = ()


class Outcomes:
    """The pieces of the nodes of a tree."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.notes: dict[str, None] = {}
        self.known: dict[int, list[Piece]] = {}

    def of(self, node: Node, before: frozenset[int] = frozenset(), inside: frozenset[str] = frozenset()) -> list[Piece]:
        """What can be played from a node on; ``before`` : the players who move before it; ``inside`` : the choices made before it."""
        self.space.check()
        match node:
            case End(worth, event):
                happens = self.space.any_of(self.space.guard(guard) for guard in event)
                return [Piece(TRUE, tuple(map(Worth, worth)), happens, Ended(node))]
            case Cases(cases):
                return [
                    replace(
                        piece,
                        guard=self.space.all_of([self.space.guard(guard), piece.guard]),
                        move=Fell(k),
                        below=(piece,),
                    )
                    for k, (guard, inner) in enumerate(cases)
                    for piece in self.following(inner, before, inside)
                ]
            case Decide():
                return self._decide(node, before, inside)
            case Stage():
                return self._stage(node, before, inside)
            case Lot():
                return self._lot(node, before, inside)
            case Choose():
                return Choice(self, node, before, inside).pieces()

    # --- finitely many actions ---------------------------------------------------------------------------------------------

    def _decide(self, node: Decide, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        following = [self.following(inner, before | {node.player}, inside) for inner in node.nodes]
        found = []
        for action, pieces in enumerate(following):
            others = [there for k, there in enumerate(following) if k != action]
            for piece in pieces:
                stays = [self._no_better(piece, node.player, there) for there in others]
                guard = self.space.all_of([piece.guard, *stays])
                found.append(replace(piece, guard=guard, move=Took(node, (action,)), below=(piece,)))
        return found

    def _no_better(self, piece: Piece, player: int, there: Sequence[Piece]) -> int:
        """Something that can be played elsewhere is worth no more to the player than a piece."""
        return self.space.any_of(
            self.space.all_of([other.guard, self.at_least(piece, player, other)]) for other in there
        )

    def at_least(self, piece: Piece, player: int, other: Piece) -> int:
        """The formula that a piece is worth at least as much to a player as another."""
        space = self.space
        found = space.compare(piece.worth[player], ">=", other.worth[player])
        for variable, candidate in dict([*piece.pending, *other.pending]).items():
            found = space.put(found, variable, candidate)
        return found

    def _stage(self, node: Stage, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        following = {
            taken: self.following(inner, before | set(node.movers), inside) for taken, inner in node.nodes.items()
        }
        found = []
        for taken, pieces in following.items():
            for piece in pieces:
                stays = [
                    self._no_better(piece, player, following[(*taken[:k], other, *taken[k + 1 :])])
                    for k, player in enumerate(node.movers)
                    for other in range(len(node.actions[k]))
                    if other != taken[k]
                ]
                guard = self.space.all_of([piece.guard, *stays])
                found.append(replace(piece, guard=guard, move=Took(node, taken), below=(piece,)))
        return found

    def _lot(self, node: Lot, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        space = self.space
        following = [self.following(inner, before, inside) for inner in node.nodes]
        zero = Worth(space.game.field.zero)
        found = []
        for chosen in product(*following):
            if any(piece.pending for piece in chosen):
                raise UnfollowedError(f"irrational choices after '{node.decision}'")
            worth = tuple(
                Worth(sum((p * piece.worth[i].value for p, piece in zip(node.odds, chosen, strict=True)), zero.value))
                for i in range(len(space.game.players))
            )
            happens = [
                space.all_of([piece.event, space.compare(Worth(p), ">", zero)])
                for p, piece in zip(node.odds, chosen, strict=True)
            ]
            guard = space.all_of(piece.guard for piece in chosen)
            found.append(Piece(guard, worth, space.any_of(happens), Drew(node), chosen))
        return found

    def following(self, node: Node, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        """What can be played from a node that is not the first on, with its guards written out; remembered."""
        found = self.known[id(node)] = self.kept(self.of(node, before, inside))
        return found

    def kept(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Pieces with their guards written out as cells, without those that stand nowhere."""
        found = [replace(piece, guard=self.space.cells(piece.guard)) for piece in pieces]
        return [piece for piece in found if piece.guard != FALSE]

    def where(self, pieces: Sequence[Piece], *, event: bool) -> int:
        """Where some of the pieces stands with the event, or without it, as cells."""
        space = self.space
        parts = []
        for piece in pieces:
            happens = piece.event if event else space.ground.negated(piece.event)
            parts.append(space.all_of([piece.guard, happens]))
        return space.union(parts)


class Choice:
    """One continuous choice: what can be played after each number, and which numbers can be chosen."""

    def __init__(self, outcomes: Outcomes, node: Choose, before: frozenset[int], inside: frozenset[str]) -> None:
        self.outcomes = outcomes
        self.space = space = outcomes.space
        self.node = node
        self.player = node.player
        self.variable = space.variable[node.name]
        self.before = before
        self.is_first = not inside
        self.following = outcomes.following(node.node, before | {node.player}, inside | {node.name})
        self.range = space.all_of(
            space.compare(Worth(a), ">=", Worth(b)) for a, b in ((self._own(), node.low), (node.high, self._own()))
        )
        if any(piece.pending for piece in self.following):
            raise UnfollowedError(f"an irrational choice after '{node.name}'")
        self.candidates = list(self._candidates())
        self.rows = {(k, side): self._row(c, side) for k, c in enumerate(self.candidates) for side in SIDES}
        self.tests = [test for test in self.rows if not self._is_implied(test)]

    def _own(self) -> Any:
        return self.space.game.field.gens[self.variable]

    # --- candidates ----------------------------------------------------------------------------------------------------------

    def _candidates(self) -> Iterator[Candidate]:
        """The numbers at which, or just beside which, the least that a choice may be worth can be largest."""
        found: dict[Any, Candidate] = {}
        for candidate in self._all_candidates():
            if candidate.defined != FALSE:
                found.setdefault(candidate.value if candidate.term is None else candidate.term, candidate)
        yield from found.values()

    def _all_candidates(self) -> Iterator[Candidate]:
        space, x = self.space, self.variable
        yield Candidate(self.node.low, None, TRUE, "the lower end")
        yield Candidate(self.node.high, None, TRUE, "the upper end")
        for piece in self.following:
            yield from self._maximum(piece)
        borders: dict[int, None] = {}
        for piece in self.following:
            for number in (piece.guard, piece.event):
                for literal in space.elimination.literals(number, x):
                    borders[space.ground.parts[literal].polynomial] = None
        for polynomial in borders:
            yield from self._roots(space.ground.terms[polynomial], "a border")
        for one, other in combinations(self.following, 2):
            yield from self._crossings(one, other)

    def _maximum(self, piece: Piece) -> Iterator[Candidate]:
        """Where a piece is worth most to the mover, if it bends down."""
        worth = piece.worth[self.player].value
        if worth.denom.degree(self.variable) > 0 or worth.numer.degree(self.variable) > 2:
            raise input_error(
                "payoff",
                f"what {self.space.game.players[self.player]} gets is no polynomial of degree two or less in {self.node.name}",
                f"write it with powers of {self.node.name} up to the second, or make the choice a grid: --levels 101",
            )
        by_power = self.space.coefficients(worth.numer, self.variable)
        if len(by_power) == 3:
            bends = self.space.compare(
                Worth(by_power[2] / self.space.game.field(worth.denom)), "<", Worth(self.space.game.field.zero)
            )
            yield Candidate(-by_power[1] / (2 * by_power[2]), None, bends, "the first-order condition")

    def _roots(self, terms: Any, why: str) -> Iterator[Candidate]:
        space, x = self.space, self.variable
        for factor, _ in factors_of(terms):
            by_power = coefficients(factor, x)
            if len(by_power) == 1:
                continue
            if len(by_power) == 2:
                slope = space.sign(by_power[1], "!=")
                if slope != FALSE:
                    yield Candidate(-self._field(by_power[0]) / self._field(by_power[1]), None, slope, why)
            elif len(by_power) == 3:
                for term in space.elimination.quadratic_roots(by_power, "at"):
                    yield Candidate(None, term, term.guard, why)
            else:
                raise UnfollowedError(f"a border of degree {len(by_power) - 1} in {self.node.name}")

    def _field(self, terms: Any) -> Any:
        field = self.space.game.field
        size = len(self.space.names)
        domain = field.domain
        return field(field.ring.from_dict({e[:size]: domain(int(c), 1) for e, c in terms.items()}))

    def _crossings(self, one: Piece, other: Piece) -> Iterator[Candidate]:
        """Where two pieces that stand side by side are worth the same to the mover."""
        space = self.space
        gap = one.worth[self.player].value - other.worth[self.player].value
        if not gap or gap.numer.degree(self.variable) <= 0:
            return
        together = space.tidied(space.ground.open_part(space.all_of([one.guard, other.guard, self.range])))
        if together != FALSE:
            yield from self._roots(space.terms(space.game.field(gap.numer))[0], "a crossing")

    # --- what can be played at candidates ----------------------------------------------------------------------------------

    def _row(self, candidate: Candidate, side: Side) -> tuple[int, list[tuple[int, Piece]]]:
        """Where a candidate (or the numbers just beside it) can be chosen, and the pieces there with their guards."""
        space = self.space
        reached = space.between(self.node.low, self.node.high, self.variable, candidate, side)
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
        if side == "at":
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

    def pieces(self) -> list[Piece]:
        """The numbers that can be chosen, each with what can be played then."""
        found = []
        for (k, side), (reached, pieces) in self.rows.items():
            for guard, piece in pieces:
                start = self.space.all_of([reached, guard])
                if side != "at":
                    start = self.space.all_of([start, self._flat(piece, start)])
                start = self.space.tidied(start)
                if start != FALSE and not (side != "at" and self._is_repeated(piece, k, side, start)):
                    found.append(self._piece(piece, self.candidates[k], side, start))
        return found

    def _is_repeated(self, piece: Piece, k: int, side: Side, start: int) -> bool:
        """Whether the numbers beside a candidate add nothing to the candidate: worth the same, the event alike."""
        space, x, candidate = self.space, self.variable, self.candidates[k]
        if space.parameters == 0 or space.put(piece.event, x, candidate, side) != space.put(piece.event, x, candidate):
            return False
        at = space.all_of([self.rows[k, "at"][0], space.put(piece.guard, x, candidate)])
        return not space.possible(space.all_of([start, space.ground.negated(at)]))

    def _flat(self, piece: Piece, start: int) -> int:
        """Where a piece is worth the same, to the mover and whoever moved before, whatever number is chosen."""
        own = self._constant(piece, self.player)
        others = self.space.all_of(self._constant(piece, player) for player in sorted(self.before - {self.player}))
        if (
            others != TRUE
            and self.space.tidied(self.space.all_of([start, own, self.space.ground.negated(others)])) != FALSE
        ):
            self.outcomes.notes[
                f"where {self.node.name} is chosen from a continuum of best ones, these were followed at its ends alone"
            ] = None
        return self.space.all_of([own, others])

    def _constant(self, piece: Piece, player: int) -> int:
        space, zero = self.space, Worth(self.space.game.field.zero)
        worth = piece.worth[player].value
        by_power = space.coefficients(worth.numer, self.variable)
        return space.all_of(space.compare(Worth(c), "==", zero) for c in by_power[1:])

    def _piece(self, piece: Piece, candidate: Candidate, side: Side, start: int) -> Piece:
        """A number is chosen and a piece played: where that is an equilibrium."""
        space, x = self.space, self.variable
        if candidate.term is None:
            worth = tuple(Worth(space.substituted(w.value, x, candidate.value)) for w in piece.worth)
            pending: tuple[tuple[int, Candidate], ...] = ()
        else:
            worth = tuple(Worth(w.value, ((x, space.copy(x)),)) for w in piece.worth)
            pending = ((space.copy(x), candidate),)
        own = worth[self.player]
        stays = []
        for k, other_side in self.tests:
            reached, pieces = self.rows[k, other_side]
            no_more = []
            for guard, other in pieces:
                least = space.compare(other.worth[self.player], "<=", own)
                no_more.append(space.all_of([guard, space.put(least, x, self.candidates[k])]))
            stays.append(space.any_of([space.ground.negated(reached), *no_more]))
        for variable, root in pending:
            stays = [space.put(part, variable, root) for part in stays]
        event = space.put(piece.event, x, candidate, side)
        move = Chose(self.node, candidate, side, tuple(self.candidates))
        return Piece(space.all_of([start, *stays]), worth, event, move, (piece,), pending)
