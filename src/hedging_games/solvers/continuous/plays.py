"""What is played at a point: the numbers on the path of a piece, and strategies that support it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.cells.intervals import between
from hedging_games.algebra.formulas.elimination import Term
from hedging_games.algebra.formulas.formula import holds_at
from hedging_games.algebra.formulas.narrowed import formula_of
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.system import holds
from hedging_games.algebra.numbers import number_text
from hedging_games.algebra.polynomials import sign_at, terms_of, value_at, variables_of
from hedging_games.errors import could_not_finish
from hedging_games.games.continuous import (
    Cases,
    Choose,
    Decide,
    End,
    Guard,
    Lot,
    Node,
    Stage,
    Together,
    Uniform,
    choices_at,
    walk,
)
from hedging_games.solvers.continuous.outcomes import Outcomes
from hedging_games.solvers.continuous.pieces import Chose, Drew, Ended, Fell, Met, Piece, Spread, Took
from hedging_games.solvers.continuous.space import Candidate, Space, Worth
from hedging_games.theory.reactions import Reaction


@dataclass(slots=True)
class Play:
    """What happens on the path of a piece.

    ``numbers`` : by choice, the number, or one of the numbers that may be chosen. ``ranges`` : by choice, the two ends of the open
    interval of those, where there is one. ``along`` : by choice, how it follows from others, where those are not one number
    each; ``notes`` : what of them is told in part. ``actions`` : decision and action. ``payoffs`` : what it comes to; ``worth`` : the same
    as functions of the numbers that may be chosen. ``spans`` : what divides the numbers drawn by chance. ``cases`` : what is chosen in each
    case of chance; a number that is not the same in all of them is told there alone.
    """

    numbers: dict[str, Any] = field(default_factory=dict)
    ranges: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    along: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    actions: list[tuple[str, str]] = field(default_factory=list)
    payoffs: list[Any] = field(default_factory=list)
    worth: list[Any] = field(default_factory=list)
    spans: list[tuple[Any, ...]] = field(default_factory=list)
    cases: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def choices(self) -> dict[str, Any]:
        """By choice: the number, the interval, or how it follows from others."""
        return {name: self.ranges.get(name, self.along.get(name, number)) for name, number in self.numbers.items()}

    @property
    def key(self) -> tuple[Any, ...]:
        """What two descriptions of the same outcomes share."""
        return tuple(self.choices.items()), tuple(self.actions), tuple(self.spans), tuple(self.cases)


class Player:
    """Plays pieces of a tree without open parameters."""

    def __init__(self, space: Space, outcomes: Outcomes) -> None:
        self.space = space
        self.outcomes = outcomes

    def play(self, piece: Piece) -> Play:
        """What happens on the path of a piece."""
        players = len(self.space.game.players)
        play = Play(payoffs=[Fraction(0)] * players, worth=[self.space.game.field.zero] * players)
        self._follow(piece, play, Fraction(1))
        return play

    def _follow(self, piece: Piece, play: Play, weight: Any) -> None:
        match piece.move:
            case Ended(node):
                self._end(node, play, weight)
            case Took():
                play.actions += said(piece.move)
            case Chose() | Met():
                self.choose(piece.move, play)
            case Spread():
                self._spread(piece, piece.move, play, weight)
                return
            case Drew(node):
                self._cases(node, piece, play, weight)
                return
        for inner in piece.below:
            self._follow(inner, play, weight)

    def _end(self, node: End, play: Play, weight: Any) -> None:
        self._add(node.worth, play, weight)

    def _add(self, worth: Sequence[Any], play: Play, weight: Any) -> None:
        """Add to the payoffs what an end is worth, with its weight."""
        for i, value in enumerate(worth):
            play.payoffs[i] = play.payoffs[i] + weight * self.value(value, play.numbers)
            if play.ranges:
                play.worth[i] = play.worth[i] + self._followed(value, play) * self._constant(weight)

    def happens(self, node: End, numbers: Mapping[str, Any]) -> bool:
        """Whether an end has the event."""
        return any(self._holds(guard, numbers) for guard in node.event)

    def _cases(self, node: Lot, piece: Piece, play: Play, weight: Any) -> None:
        """Each case of chance has its own numbers, be they called the same."""
        cases = []
        for odds, inner in zip(node.odds, piece.below, strict=True):
            within = replace(
                play, numbers=dict(play.numbers), ranges=dict(play.ranges), along=dict(play.along), notes=[], actions=[],
                payoffs=[Fraction(0)] * len(play.payoffs), worth=[self.space.game.field.zero] * len(play.worth), spans=[], cases=[],
            )  # fmt: skip
            self._follow(inner, within, weight * self.value(odds, play.numbers))
            cases.append(within)
        known = set(play.numbers)
        for name in dict.fromkeys(name for case in cases for name in case.numbers if name not in known):
            first, *others = (case for case in cases if name in case.numbers)
            if not others or _say_one_number(name, [first, *others]):
                play.numbers[name] = first.numbers[name]
                for told, whole in ((first.ranges, play.ranges), (first.along, play.along)):
                    if name in told:
                        whole[name] = told[name]
            elif any(name in case.ranges for case in (first, *others)):
                play.notes.append(f"{name}: it varies in cases of chance, and payoffs are told for one number in each")
        for case in cases:
            play.cases.append(tuple((name, what) for name, what in case.choices.items() if name not in known))
            play.cases += case.cases
            play.notes += case.notes
            play.actions += case.actions
            play.spans += case.spans
            for i, (payoff, worth) in enumerate(zip(case.payoffs, case.worth, strict=True)):
                play.payoffs[i] = play.payoffs[i] + payoff
                play.worth[i] = play.worth[i] + worth

    def _spread(self, piece: Piece, move: Spread, play: Play, weight: Any) -> None:
        """A number is drawn: its mean payoffs, and the actions in each interval."""
        self._add([worth.value for worth in piece.worth], play, weight)
        play.spans.append(move.bounds)
        for _, inner, number in self.intervals(piece, move, play.numbers):
            within = Play(numbers={**play.numbers, move.node.name: number}, payoffs=[Fraction(0)] * len(play.payoffs))
            self._follow(inner, within, Fraction(1))
            play.actions += within.actions
            play.spans += within.spans

    def intervals(
        self, piece: Piece, move: Spread, numbers: Mapping[str, Any]
    ) -> Iterator[tuple[tuple[Any, Any], Piece, Fraction]]:
        """The intervals of a number drawn that are not empty: the ends as functions, what is played, and a number inside."""
        for (low, high), inner in zip(pairwise(move.bounds), piece.below, strict=True):
            ends = self.value(low, numbers), self.value(high, numbers)
            if ends[0] < ends[1]:
                yield (low, high), inner, between(*ends)

    def choose(self, move: Chose | Met, play: Play) -> None:
        """Numbers are chosen; at once, those that others follow from come first."""
        free = list(play.ranges)
        for chose in numbers_of(move):
            name, value = chose.node.name, chose.candidate.value
            self._number(chose, name, play)
            if chose.side != "at":
                self._note(chose, free, play)
                free.append(name)
            elif value is None:
                self._note(chose, free, play)
            elif self.varies(followed := self._followed(value, play), play):
                play.along[name] = followed
        for own in choices_at(move.node):  # in the order of play
            play.numbers[own.name] = play.numbers.pop(own.name)

    def _note(self, chose: Chose, free: Sequence[str], play: Play) -> None:
        """Say so if an interval, or an irrational number, may differ with other numbers that vary too."""
        spoken = {v for c in (chose.others if chose.side != "at" else [chose.candidate]) for v in self._variables(c)}
        told = [f"{name} = {number_text(play.numbers[name])}" for name in free if self.space.variable[name] in spoken]
        what = "its interval" if chose.side != "at" else "one number"
        if told:
            play.notes.append(
                f"{chose.node.name}: it varies along with others, and {what} is told for {', '.join(told)}"
            )

    def _variables(self, candidate: Candidate) -> set[int]:
        term = candidate.term
        if term is None:
            parts = [terms_of(part) for part in (candidate.value.numer, candidate.value.denom)]
        else:
            parts = [term.p, term.q, term.r, term.d]
        return {v for part in parts for v in variables_of(part)}

    def _number(self, move: Chose, name: str, play: Play) -> None:
        here = self.number(move.candidate, play.numbers)
        if move.side == "at":
            play.numbers[name] = here
            return
        others = [self.number(c, play.numbers) for c in move.others if self._is_defined(c, play.numbers)]
        beyond = [x for x in others if (x > here if move.side == "above" else x < here)]
        end = min(beyond) if move.side == "above" else max(beyond)
        low, high = (here, end) if move.side == "above" else (end, here)
        play.ranges[name] = (low, high)
        play.numbers[name] = between(low, high)

    def _followed(self, value: Any, play: Play) -> Any:
        """A rational function with the numbers of a play put in, as they follow from those of which a whole interval may be chosen."""
        for name, number in play.numbers.items():
            if name in play.along:
                value = self.space.substituted(value, self.space.variable[name], play.along[name])
            elif name not in play.ranges and isinstance(number, Fraction):
                value = self.space.substituted(value, self.space.variable[name], self._constant(number))
        return value

    def _constant(self, number: Fraction) -> Any:
        field_ = self.space.game.field
        return field_.ground_new(field_.domain(number.numerator, number.denominator))

    def varies(self, value: Any, play: Play) -> bool:
        """Whether a rational function depends on a number of which a whole interval may be chosen."""
        return any(_depends_on(value, self.space.variable[name]) for name in play.ranges)

    def _is_defined(self, candidate: Candidate, numbers: Mapping[str, Any]) -> bool:
        point = [numbers.get(name, Fraction(0)) for name in self.space.names]
        return holds_at(formula_of(self.space.ground, candidate.defined, self.space.game.field.ring), point)

    # --- numbers -----------------------------------------------------------------------------------------------------------

    def number(self, candidate: Candidate, numbers: Mapping[str, Any]) -> Any:
        """A candidate as a number, earlier choices being these."""
        if candidate.term is not None:
            point = [numbers.get(name, Fraction(0)) for name in self.space.names]
            return _root(candidate.term, [*point, *(Fraction(0) for _ in range(self.space.size - len(point)))])
        return self.value(candidate.value, numbers)

    def value(self, ratio: Any, numbers: Mapping[str, Any]) -> Any:
        """A rational function at numbers."""
        point = [numbers.get(name, Fraction(0)) for name in self.space.names]
        return value_at(terms_of(ratio.numer), point) / value_at(terms_of(ratio.denom), point)

    def _holds(self, guard: Guard, numbers: Mapping[str, Any]) -> bool:
        point = [numbers.get(name, Fraction(0)) for name in self.space.names]
        return all(_compares(sign_at(terms_of(sign.polynomial), point), sign.relation) for sign in guard)

    # --- strategies ----------------------------------------------------------------------------------------------------------

    def reactions(self, piece: Piece) -> tuple[Reaction, ...]:
        """Strategies under which a piece is played: off the path everybody does what is worst for whoever led there."""
        return tuple(self._reactions(self.space.game.root, [(TRUE, piece)], {}))

    def _reactions(
        self, node: Node, played: Sequence[tuple[int, Piece]], numbers: Mapping[str, Any]
    ) -> Iterator[Reaction]:
        """What is done from a node on, where ``played`` says which piece is to be played there: the first that holds."""
        written, played = played, self._apart(played)
        match node:
            case Cases() | Lot() | Uniform():
                made = {**numbers, node.name: None} if isinstance(node, Uniform) else numbers
                for inner, there in self._by_nature(node, played):
                    yield from self._reactions(inner, there, made)
            case Decide(nodes=nodes):
                yield self._reaction(node, [(g, _took(p)[0]) for g, p in written])
                for action, inner in enumerate(nodes):
                    there = [(g, p.below[0]) for g, p in played if _took(p) == (action,)]
                    yield from self._reactions(inner, [*there, *self._worst(inner, node.player)], numbers)
            case Stage():
                yield self._reaction(node, [(g, _took(p)) for g, p in written])
                yield from self._stage(node, played, numbers)
            case Choose() | Together():
                yield self._reaction(node, [(g, self._answer(p, numbers)) for g, p in written])
                yield from self._choice(node, played, numbers)

    def _by_nature(
        self, node: Cases | Lot | Uniform, played: Sequence[tuple[int, Piece]]
    ) -> Iterator[tuple[Node, Sequence[tuple[int, Piece]]]]:
        """What is played after a node at which no player decides."""
        match node:
            case Cases(cases):
                for k, (_, inner) in enumerate(cases):
                    yield inner, [(g, p.below[0]) for g, p in played if p.move == Fell(k)]
            case Lot(nodes=nodes):
                for k, inner in enumerate(nodes):
                    yield inner, [(g, p.below[k]) for g, p in played]
            case Uniform(node=inner):
                yield (
                    inner,
                    [case for g, p in played for case in self._between_bounds(node, g, p)] + self._anywhere(inner),
                )

    def _between_bounds(self, node: Uniform, guard: int, piece: Piece) -> Iterator[tuple[int, Piece]]:
        """What is played between the bounds of a number drawn, where something else could be."""
        space, move = self.space, piece.move
        assert isinstance(move, Spread)
        own = Worth(space.game.field.gens[space.variable[node.name]])
        if move.open == FALSE:
            return
        for (low, high), inner in zip(pairwise(move.bounds), piece.below, strict=True):
            inside = [space.compare(own, ">", Worth(low)), space.compare(own, "<", Worth(high))]
            yield space.all_of([guard, *inside, inner.guard]), inner

    def _anywhere(self, node: Node) -> list[tuple[int, Piece]]:
        """What can be played, wherever it is: at the bounds themselves, which have probability zero, that will do."""
        return [(piece.guard, piece) for piece in self.outcomes.known[id(node)] if piece.free is None]

    def _apart(self, played: Sequence[tuple[int, Piece]]) -> list[tuple[int, Piece]]:
        """Cases so that no two of them hold together: each without what earlier ones have."""
        space, taken = self.space, FALSE
        found = []
        for guard, piece in played:
            here = space.tidied(space.all_of([guard, space.ground.negated(taken)]))
            if here != FALSE:
                found.append((here, piece))
            taken = space.any_of([taken, guard])
        return found

    def _reaction(self, node: Node, cases: Sequence[tuple[int, Any]]) -> Reaction:
        ring = self.space.game.field.ring
        return Reaction(node, tuple((formula_of(self.space.ground, g, ring), what) for g, what in cases if g != FALSE))

    def _stage(
        self, node: Stage, played: Sequence[tuple[int, Piece]], numbers: Mapping[str, Any]
    ) -> Iterator[Reaction]:
        space = self.space
        for taken, inner in node.nodes.items():
            there = [(g, p.below[0]) for g, p in played if _took(p) == taken]
            for k, mover in enumerate(node.movers):
                left = [g for g, p in played if _differs_at(_took(p), taken) == [k]]
                there += [(space.all_of([g, worst]), p) for g in left for worst, p in self._worst(inner, mover)]
            yield from self._reactions(inner, [*there, *self._worst(inner, node.movers[0])], numbers)

    def _choice(
        self, node: Choose | Together, played: Sequence[tuple[int, Piece]], numbers: Mapping[str, Any]
    ) -> Iterator[Reaction]:
        """After numbers: who alone departs from them is led to what is worst for it."""
        space, choices = self.space, choices_at(node)
        if not any(isinstance(inner, (Decide, Stage, Choose, Together)) for inner in walk(node.node)):
            return
        worst = [self._worst(node.node, own.player) for own in choices]
        there: list[tuple[int, Piece]] = []
        left: list[tuple[int, Piece]] = []
        for guard, piece in played:
            done = zip(choices, self._numbers(piece, numbers), strict=True)
            kept = [self._is_number(own.name, number) for own, number in done]
            there.append((space.all_of([guard, *kept]), piece.below[0]))
            for k, least in enumerate(worst[1:], 1):
                others = [guard, *kept[:k], *kept[k + 1 :]]
                left += [(space.all_of([*others, where]), instead) for where, instead in least]
        after = {**numbers, **{own.name: None for own in choices}}
        yield from self._reactions(node.node, [*there, *left, *worst[0]], after)

    def _answer(self, piece: Piece, numbers: Mapping[str, Any]) -> Any:
        """What a piece has chosen, as a reaction says it."""
        found = self._numbers(piece, numbers)
        return found if isinstance(piece.move, Met) else found[0]

    def _numbers(self, piece: Piece, numbers: Mapping[str, Any]) -> tuple[Any, ...]:
        """The numbers that a piece has chosen, in the order of the movers: exact, or rational functions of earlier choices."""
        move = piece.move
        assert isinstance(move, (Chose, Met))
        order = {chose.node.name: chose for chose in numbers_of(move)}
        choices = choices_at(move.node)
        if all(chose.side == "at" and chose.candidate.term is None for chose in order.values()):
            return tuple(self._plain(order[own.name].candidate.value) for own in choices)
        if numbers and any(self._variables(c) for chose in order.values() for c in (chose.candidate, *chose.others)):
            names = " and ".join(f"'{own.name}'" for own in choices)
            raise could_not_finish(
                "certificate",
                f"a continuum of best choices of {names} depends on earlier ones",
                "use a grid",
            )
        play = Play()
        self.choose(move, play)
        return tuple(play.numbers[own.name] for own in choices)

    def _plain(self, value: Any) -> Any:
        """A rational function of earlier choices, as a number where it is one."""
        return self.value(value, {}) if value.numer.is_ground and value.denom.is_ground else value

    def _is_number(self, name: str, number: Any) -> int:
        """The formula that a choice is a number."""
        space, field_ = self.space, self.space.game.field
        own = field_.gens[space.variable[name]]
        if isinstance(number, Fraction):
            number = field_.ground_new(field_.domain(number.numerator, number.denominator))
        if hasattr(number, "numer"):
            return space.compare(Worth(own), "==", Worth(number))
        return space.is_root(name, number)

    def _worst(self, node: Node, player: int) -> list[tuple[int, Piece]]:
        """For each piece that can be played from a node on where it is the worst for a player."""
        space = self.space
        known = [settled for piece in self.outcomes.known[id(node)] for settled in self.outcomes.settled(piece, player)]
        pieces = self._definite(known, player)
        found = []
        for piece in pieces:
            least = [
                space.any_of([space.ground.negated(other.guard), self.outcomes.at_least(other, player, piece)])
                for other in pieces
                if other is not piece
            ]
            worst = self.outcomes.covers.of(space.all_of([piece.guard, *least]))
            if worst != FALSE:
                found.append((worst, piece))
        return found

    def _definite(self, pieces: Sequence[Piece], player: int) -> Sequence[Piece]:
        """The pieces that choose one number, where the others add nothing that is worse for the player."""
        at = [p for p in pieces if not (isinstance(p.move, (Chose, Met)) and _varies(p.move))]
        space = self.space
        for beside in pieces:
            if beside not in at:
                as_bad = [space.all_of([p.guard, self.outcomes.at_least(beside, player, p)]) for p in at]
                if space.possible(space.all_of([beside.guard, *map(space.ground.negated, as_bad)])):
                    return pieces
        return at


def _say_one_number(name: str, cases: Sequence[Play]) -> bool:
    """Whether a choice is the same single number in several cases of chance."""
    varies = any(name in case.ranges or name in case.along for case in cases)
    return not varies and all(case.numbers[name] == cases[0].numbers[name] for case in cases)


def _took(piece: Piece) -> tuple[int, ...]:
    assert isinstance(piece.move, Took)
    return piece.move.actions


def _differs_at(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [k for k, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


def _varies(move: Chose | Met) -> bool:
    """Whether any number of an interval is chosen."""
    return any(chose.side != "at" for chose in numbers_of(move))


def numbers_of(move: Chose | Met) -> tuple[Chose, ...]:
    """The numbers chosen in a move, each after those on which it depends."""
    return move.numbers if isinstance(move, Met) else (move,)


def _depends_on(value: Any, variable: int) -> bool:
    return any(variable in variables_of(terms_of(part)) for part in (value.numer, value.denom))


def said(move: Took) -> tuple[tuple[str, str], ...]:
    """What is taken, decision by decision, in words."""
    node, actions = move.node, move.actions
    if isinstance(node, Decide):
        return ((node.decision, node.actions[actions[0]]),)
    return tuple((d, labels[a]) for d, labels, a in zip(node.decisions, node.actions, actions, strict=True))


def _compares(sign: int, relation: str) -> bool:
    if relation == "!=":
        return sign != 0
    if relation.startswith("<"):
        return _compares(-sign, relation.replace("<", ">"))
    return holds(sign, relation)  # type: ignore[arg-type]


def _root(term: Term, point: Sequence[Any]) -> Any:
    """A test term ``(p + q*sqrt(d)) / r`` at a point where its parts are rational."""
    p, q, r, d = (value_at(part, point) for part in (term.p, term.q, term.r, term.d))
    if not all(isinstance(part, Fraction) for part in (p, q, r, d)):
        raise could_not_finish("solve", "a number is a root of what is itself irrational", "use a grid: --levels 101")
    if q == 0 or d == 0:
        return p / r
    roots = real_roots([p * p - q * q * d, -2 * p * r, r * r])
    return max(roots) if (q > 0) == (r > 0) else min(roots)
