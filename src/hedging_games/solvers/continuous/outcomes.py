"""Backward induction over outcomes where some choices are any number of an interval.

Pure subgame perfection: an outcome of a subgame, worth w to the mover, is played if it is one of what can be played after its action, and
after every other action something can be played that is worth no more than w to the mover. Ties of later movers may thus be
settled either way; off the path so as to punish. What a continuous choice asks for is in `choice`, several at once in `together`, what a number
drawn by chance leads to in `types`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product

from hedging_games.algebra.cells.intervals import rational
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.games.continuous import Cases, Choose, Decide, End, Lot, Node, Stage, Together, Uniform, walk
from hedging_games.solvers.continuous.choice import Choice
from hedging_games.solvers.continuous.covers import Covers
from hedging_games.solvers.continuous.existence import something
from hedging_games.solvers.continuous.pieces import Chose, Drew, Ended, Fell, Piece, Took
from hedging_games.solvers.continuous.repeats import without_repeats
from hedging_games.solvers.continuous.space import CHOSEN, Candidate, Space, Worth
from hedging_games.solvers.continuous.together import Meeting
from hedging_games.solvers.continuous.types import UNFOLLOWED, Draw, open_draws


class Outcomes:
    """The pieces of the nodes of a tree."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.covers = Covers(space)
        self.notes: dict[str, None] = {}
        self.known: dict[int, list[Piece]] = {}
        self.choices: dict[int, Choice] = {}
        self._whole: list[Piece] | None = None
        self._where: list[int] = []

    def of(self, node: Node, before: frozenset[int] = frozenset(), inside: frozenset[str] = frozenset()) -> list[Piece]:
        """What can be played from a node on; ``before`` : the players who move before it; ``inside`` : the choices made before it."""
        self.space.check()
        match node:
            case End(worth, event):
                happens = self.space.any_of(self.space.guard(guard) for guard in event)
                return [Piece(TRUE, tuple(map(Worth, worth)), happens, Ended(node))]
            case Cases(cases):
                return [found for k in range(len(cases)) for found in self._case(node, k, before, inside)]
            case Decide():
                return self._decide(node, before, inside)
            case Stage():
                return self._stage(node, before, inside)
            case Lot():
                return self._lot(node, before, inside)
            case Choose():
                return self._choice(node, before, inside).pieces()
            case Uniform():
                where = self.space.all_of(self._where)
                if not self.space.possible(where):
                    return []
                following = self._single(self.following(node.node, before, inside | {node.name}), node.name)
                return Draw(self.space, self.notes, node, following, before, where).pieces()
            case Together(choices):
                movers, names = {c.player for c in choices}, {c.name for c in choices}
                following = self._single(
                    self.following(node.node, before | movers, inside | names), ", ".join(sorted(names))
                )
                return Meeting(self.space, self.notes, node, following, before).pieces()

    def _case(self, node: Cases, k: int, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        """What can be played where one of the cases is met."""
        guard, inner = node.cases[k]
        here = self.space.guard(guard)
        self._where.append(here)
        try:
            following = self.following(inner, before, inside)
        finally:
            self._where.pop()
        return [
            replace(piece, guard=self.space.all_of([here, piece.guard]), move=Fell(k), below=(piece,))
            for piece in following
        ]

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
        space, found = self.space, []
        for other in there:
            x = other.free
            guard = other.guard if x is None else space.renamed(other.guard, x)
            stays = space.all_of([guard, self.at_least(piece, player, other)])
            found.append(stays if x is None else space.some_number(stays, x))
        return space.any_of(found)

    def at_least(self, piece: Piece, player: int, other: Piece) -> int:
        """The formula that a piece is worth at least as much to a player as another, whose free number has its second name."""
        space = self.space
        found = space.compare(piece.worth[player], ">=", space.other_worth(other.worth[player], other.free))
        for variable, candidate in dict([*piece.pending, *other.pending]).items():
            found = space.put(found, variable, candidate)
        return found

    def _stage(self, node: Stage, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        following = {
            taken: self.following(inner, before | set(node.movers), inside) for taken, inner in node.nodes.items()
        }
        # To cells that no player alone can turn to nobody needs to be deterred from going, but they are subgames too.
        anything = [something(self.space, pieces) for pieces in following.values()]
        found = []
        for taken, pieces in following.items():
            for piece in pieces:
                stays = [
                    self._no_better(piece, player, following[(*taken[:k], other, *taken[k + 1 :])])
                    for k, player in enumerate(node.movers)
                    for other in range(len(node.actions[k]))
                    if other != taken[k]
                ]
                guard = self.space.all_of([piece.guard, *stays, *anything])
                found.append(replace(piece, guard=guard, move=Took(node, taken), below=(piece,)))
        return found

    def _lot(self, node: Lot, before: frozenset[int], inside: frozenset[str]) -> list[Piece]:
        space = self.space
        following = [self.following(inner, before, inside) for inner in node.nodes]
        zero = Worth(space.game.field.zero)
        found = []
        for chosen in product(*following):
            free = [piece for piece in chosen if piece.free is not None]
            if len(free) > 1:
                self._leave_out(free[0], node.decision)
                continue
            irrational = [piece for piece in chosen if piece.pending]
            names = [variable for piece in irrational for variable, _ in piece.pending]
            if len(irrational) > 1 or any(space.copy(piece.free) in names for piece in free if piece.free is not None):
                raise UnfollowedError(f"irrational choices after '{node.decision}'")
            # What is irrational in one case has its second name there, and does not occur in the others.
            pending = irrational[0].pending if irrational else ()
            renamed = irrational[0].worth[0].renamed if irrational else ()
            worth = tuple(
                Worth(
                    sum((p * piece.worth[i].value for p, piece in zip(node.odds, chosen, strict=True)), zero.value),
                    renamed,
                )
                for i in range(len(space.game.players))
            )
            happens = [
                space.all_of([piece.event, space.compare(Worth(p), ">", zero)])
                for p, piece in zip(node.odds, chosen, strict=True)
            ]
            guard = space.all_of(piece.guard for piece in chosen)
            number = free[0].free if free else None
            found.append(Piece(guard, worth, space.any_of(happens), Drew(node), chosen, pending, number))
        return found

    def following(
        self, node: Node, before: frozenset[int], inside: frozenset[str], choice: Choose | None = None
    ) -> list[Piece]:
        """What can be played from a node that is not the first on, with its guards written out; remembered.

        Where it comes straight after a ``choice`` it is given up as soon as that one will not be followed.
        """
        found = self.kept(self.of(node, before, inside), choice)
        if self.space.parameters:
            found = without_repeats(self.space, found)
        self.known[id(node)] = found
        return found

    # --- continua that matter to whoever moved before --------------------------------------------------------------------------

    def _single(self, pieces: Sequence[Piece], name: str) -> list[Piece]:
        """The pieces without those that have a continuum; a note says so."""
        for piece in pieces:
            if piece.free is not None:
                self._leave_out(piece, name)
        return [piece for piece in pieces if piece.free is None]

    def _leave_out(self, piece: Piece, name: str) -> None:
        """A note that of a continuum after a node not all is followed."""
        assert piece.free is not None
        own = self.space.names[piece.free]
        self.notes[f"{own}: of a continuum of numbers that may be chosen after '{name}', not all were followed"] = None

    def settled(self, piece: Piece, player: int | None = None) -> Iterator[Piece]:
        """A piece with the number that is free as single numbers and intervals, each with where it can be played.

        With a ``player``, the numbers at which its worth turns are among the single ones.
        """
        space, x = self.space, piece.free
        if x is None:
            yield piece
            return
        node, field = _chooser(piece, space.names[x]), space.game.field
        box = space.ground.whole.box[x]
        low, high = (
            None if end is None else field(field.domain(end.numerator, end.denominator))
            for end in (None if end is None else rational(end) for end in (box.low, box.high))
        )
        choice = self.choices[id(node)]
        ends = [Candidate(end, None, TRUE, "an end") for end in (low, high) if end is not None]
        turns = [] if player is None else choice.turns(x, piece.worth[player])
        candidates = tuple(choice.distinct([*ends, *choice.borders(x, [piece.guard, piece.event]), *turns]))
        for candidate in candidates:
            for side in CHOSEN:
                guard = space.all_of(
                    [space.between(low, high, x, candidate, side), space.put(piece.guard, x, candidate, side)]
                )
                guard = space.tidied(guard)
                if guard == FALSE:
                    continue
                worth, pending = piece.worth, piece.pending
                if candidate.term is None:
                    worth = tuple(Worth(space.substituted(w.value, x, candidate.value)) for w in worth)
                else:
                    worth = tuple(Worth(w.value, ((x, space.copy(x)),)) for w in worth)
                    pending = ((space.copy(x), candidate),)
                event = space.put(piece.event, x, candidate, side)
                settled = _with_number(piece, Chose(node, candidate, side, candidates))
                yield replace(settled, guard=guard, worth=worth, event=event, pending=pending)

    def _choice(self, node: Choose, before: frozenset[int], inside: frozenset[str]) -> Choice:
        if id(node) not in self.choices:
            following = self.following(node.node, before | {node.player}, inside | {node.name}, node)
            self.choices[id(node)] = Choice(self.space, self.notes, node, following, before, is_first=not inside)
        return self.choices[id(node)]

    def kept(self, pieces: Iterable[Piece], choice: Choose | None = None) -> list[Piece]:
        """Pieces with their guards written out as cells, without those that stand nowhere; ``choice`` as in `following`."""
        watched = choice if self.space.is_brief else None
        found = []
        for piece in sorted(pieces, key=lambda piece: watched is not None and piece.free is None):
            written = replace(piece, guard=self.covers.of(piece.guard))
            if written.guard != FALSE:
                found.append(written)
                if watched is not None:
                    self._require_followed(written, watched)
        return found

    def _require_followed(self, piece: Piece, choice: Choose) -> None:
        """Raises UnfollowedError where `Choice` will do so, or leave something out, because of a piece that comes straight after it."""
        space = self.space
        if piece.free is not None:
            raise UnfollowedError(f"a continuum of numbers after '{choice.name}' matters to whoever chooses it")
        variable = space.variable[choice.name]
        if space.has_irrational_border(piece.guard, variable) and space.possible(space.ground.open_part(piece.guard)):
            # A piece that holds along a border alone may repeat others, and is then left out.
            raise UnfollowedError(f"a border of {choice.name} is the root of a quadratic")

    # --- the whole tree ------------------------------------------------------------------------------------------------------

    def whole(self) -> list[Piece]:
        """What can be played from the first node on; ``notes`` then says what was not followed."""
        if self._whole is None:
            self._whole = [settled for piece in self.of(self.space.game.root) for settled in self.settled(piece)]
            for piece in self._whole:
                for name, where in open_draws(self.space, piece).items():
                    if self.space.possible(self.space.all_of([piece.guard, where])):
                        self.notes[f"{name}: {UNFOLLOWED}"] = None
        return self._whole

    def prepare(self) -> None:
        """Follow all that comes after the first move: what is asked of the whole tree begins there."""
        if self._begins is None:
            self.whole()
        else:
            self._choice(self._begins, frozenset(), frozenset())

    @cached_property
    def _begins(self) -> Choose | None:
        """The choice that the tree begins with, if what is of interest can be told from it: open draws on the path are not."""
        root = self.space.game.root
        return root if isinstance(root, Choose) and not any(isinstance(n, Uniform) for n in walk(root)) else None

    def where(self, *, event: bool) -> int:
        """Where an outcome of the whole tree has the event, or one has not, as cells."""
        space, parts = self.space, []
        first = self._begins
        pieces = self.whole() if first is None else self._choice(first, frozenset(), frozenset()).pieces(event=event)
        for piece in (settled for whole in pieces for settled in self.settled(whole)):
            happens = piece.event if event else space.ground.negated(piece.event)
            parts.append(space.all_of([piece.guard, happens]))
        return self.covers.union(parts)


def _chooser(piece: Piece, name: str) -> Choose:
    """The node at which a free number is chosen."""
    while not (isinstance(piece.move, Chose) and piece.move.node.name == name):
        (piece,) = _with_free(piece.below)
    return piece.move.node


def _with_number(piece: Piece, chose: Chose) -> Piece:
    """A piece in which a free number is said."""
    if isinstance(piece.move, Chose) and piece.move.node is chose.node:
        return replace(piece, move=chose, free=None)
    (free,) = _with_free(piece.below)
    return replace(
        piece, below=tuple(_with_number(inner, chose) if inner is free else inner for inner in piece.below), free=None
    )


def _with_free(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with a free number: of those after a move of chance one at most has it."""
    return [piece for piece in pieces if piece.free is not None]
