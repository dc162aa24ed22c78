"""The ways in which chance lets an outcome go, each with its probability: a number drawn lies between two neighbouring cut points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from hedging_games.errors import could_not_finish
from hedging_games.solvers.continuous.pieces import Chose, Drew, Ended, Met, Piece, Spread, Took
from hedging_games.solvers.continuous.plays import Play, Player, numbers_of, said
from hedging_games.theory.reactions import Path, Step


@dataclass(frozen=True, slots=True)
class _Way:
    """What is done from the first move of chance on, with what probability (a rational function of choices and of numbers drawn
    before), whether that has the event, and the numbers chosen before.
    """

    steps: tuple[Step, ...]
    probability: Any
    event: bool
    made: Mapping[str, Any]


class Paths:
    """Follows pieces of a tree without open parameters through the moves of chance."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.space = player.space
        self.drawn = player.space.game.drawn

    def of(self, piece: Piece) -> tuple[Path, ...]:
        """The paths of a piece of the first node; a single one without steps where chance does not move.

        Raises CouldNotFinish if what is chosen after a number is drawn is a continuum.
        """
        ways = self._ways(piece, {}, is_told=False)
        found = [Path(way.steps, self.player.value(way.probability, way.made), way.event) for way in ways]
        return tuple(path for path in found if path.probability)

    def _ways(self, piece: Piece, made: Mapping[str, Any], *, is_told: bool) -> Iterator[_Way]:
        match piece.move:
            case Ended(node):
                yield _Way((), self.space.game.field.one, self.player.happens(node, made), made)
            case Drew(node):
                for label, odds, inner in zip(node.actions, node.odds, piece.below, strict=True):
                    for way in self._ways(inner, made, is_told=True):
                        steps = ((node.decision, label), *way.steps)
                        yield replace(way, steps=steps, probability=odds * way.probability, made=made)
            case Spread():
                yield from self._spread(piece, piece.move, made)
            case Chose() | Met():
                yield from self._chosen(piece, piece.move, made, is_told=is_told)
            case _:
                steps = said(piece.move) if is_told and isinstance(piece.move, Took) else ()
                for way in self._ways(piece.below[0], made, is_told=is_told):
                    yield replace(way, steps=(*steps, *way.steps))

    def _chosen(self, piece: Piece, move: Chose | Met, made: Mapping[str, Any], *, is_told: bool) -> Iterator[_Way]:
        """Numbers are chosen; after a move of chance they are steps, and what follows does not depend on them any more."""
        space, play = self.space, Play(numbers=dict(made))
        self.player.choose(move, play)
        ways = self._ways(piece.below[0], play.numbers, is_told=is_told)
        if not is_told:
            yield from ways
            return
        steps: list[Step] = []
        known: dict[int, Any] = {}
        for chose in numbers_of(move):  # each depends on those before it
            name, value = chose.node.name, chose.candidate.value
            if chose.side == "at" and value is not None:
                for variable, other in known.items():
                    value = space.substituted(value, variable, other)
                known[space.variable[name]] = value
                steps.append((name, self._shown(value, play.numbers)))
            elif any(drawn in made for drawn in self.drawn):
                raise could_not_finish(
                    "solve", f"a continuum of numbers may be chosen at '{name}' after a draw", "use a grid"
                )
            else:
                steps.append((name, play.choices[name]))
        steps.sort(key=lambda step: space.variable[step[0]])  # in the order of play
        for way in ways:
            probability = way.probability
            for variable, value in known.items():
                probability = space.substituted(probability, variable, value)
            yield replace(way, steps=(*steps, *way.steps), probability=probability)

    def _spread(self, piece: Piece, move: Spread, made: Mapping[str, Any]) -> Iterator[_Way]:
        """The number lies between two neighbouring bounds; intervals after which all is alike are one."""
        node = move.node
        joined: list[tuple[Any, Any, list[_Way]]] = []
        for (low, high), inner, number in self.player.intervals(piece, move, made):
            ways = [replace(way, made=made) for way in self._ways(inner, {**made, node.name: number}, is_told=True)]
            start = joined.pop()[0] if joined and joined[-1][2] == ways else low
            joined.append((start, high, ways))
        if len(joined) == 1 and not any(
            way.steps for way in joined[0][2]
        ):  # Nothing is done any more: it does not matter.
            yield from joined[0][2]
            return
        for low, high, ways in joined:
            step = (node.name, tuple(self._shown(end, made) for end in (low, high)))
            for way in ways:
                whole = self.space.integral(way.probability, self.space.variable[node.name], low, high)
                yield replace(way, steps=(step, *way.steps), probability=whole / (node.high - node.low))

    def _shown(self, ratio: Any, made: Mapping[str, Any]) -> Any:
        """A rational function of earlier numbers with those that were chosen put in: a number, or a function of those drawn."""
        space, field = self.space, self.space.game.field
        for name, number in made.items():
            if name not in self.drawn and isinstance(number, Fraction):
                constant = field.ground_new(field.domain(number.numerator, number.denominator))
                ratio = space.substituted(ratio, space.variable[name], constant)
        is_drawn = any(
            part.degree(space.variable[name]) > 0 for name in self.drawn for part in (ratio.numer, ratio.denom)
        )
        return ratio if is_drawn else self.player.value(ratio, made)
