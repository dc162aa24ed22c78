"""A number that chance draws from an interval, each as likely as any other, and what those expect who do not know it yet.

What is played after each number comes in pieces; where their guards change is a cut point, the root of a polynomial of degree one in the
number. The cut points divide the interval; how they lie is part of a guard. Between two neighbours one piece is played, and what that
contributes is an integral of a polynomial: a rational function again of what is known before the draw. Numbers at which somebody is just
indifferent have probability zero; where several pieces can be played after whole intervals, each interval takes one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from hedging_games.algebra.formulas.elimination import UnfollowedError, coefficients
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.polynomials import Terms
from hedging_games.errors import input_error
from hedging_games.games.continuous import Uniform
from hedging_games.solvers.continuous.existence import after_all_of
from hedging_games.solvers.continuous.pieces import Chose, Met, Piece, Spread
from hedging_games.solvers.continuous.space import Candidate, Space, Worth
from hedging_games.theory.reactions_text import ratio_text

MOST_WAYS = 256
"""Ways in which cut points may lie and pieces be played between them."""


UNFOLLOWED = "of what can be played after a whole interval of numbers, not every mixture was followed"


def open_draws(space: Space, piece: Piece) -> dict[str, int]:
    """For numbers drawn on the way of a piece, where something else could be played too along an interval of them."""
    found: dict[str, int] = {}
    for inner in piece.below:
        for name, where in open_draws(space, inner).items():
            here = where
            if isinstance(piece.move, (Chose, Met)):
                for chose in reversed(piece.move.numbers if isinstance(piece.move, Met) else (piece.move,)):
                    here = space.put(here, space.variable[chose.node.name], chose.candidate, chose.side)
            elif isinstance(piece.move, Spread) and where != FALSE:
                here = TRUE
            found[name] = space.any_of([found.get(name, FALSE), here])
    if isinstance(piece.move, Spread):
        found[piece.move.node.name] = piece.move.open
    return found


@dataclass(frozen=True, slots=True)
class _Order:
    """Where the cut points inside the interval come in this order."""

    guard: int
    inside: tuple[Candidate, ...]


class Draw:
    """One number drawn by chance, and what can be played after it."""

    def __init__(
        self,
        space: Space,
        notes: dict[str, None],
        node: Uniform,
        following: Sequence[Piece],
        before: frozenset[int],
        where: int = TRUE,
    ) -> None:
        self.space = space
        self.node = node
        self.variable = space.variable[node.name]
        self.following = following
        self.low = Candidate(node.low, None, TRUE, "the lower end")
        self.length = node.high - node.low
        self._refuse_order(where)
        if any(piece.pending for piece in following):
            raise UnfollowedError(f"an irrational choice after '{node.name}'")
        self.overlapping = self._overlapping()
        space.varies = space.varies or bool(self.overlapping)
        crossings = [list(self._crossings(*pair, player)) for pair in self.overlapping for player in sorted(before)]
        self.cuts = self._distinct([*self._borders(), *(cut for cuts in crossings for cut in cuts)])
        if len(before) > 1 and self.overlapping:
            notes[f"{node.name}: {UNFOLLOWED}"] = None

    def _refuse_order(self, where: int) -> None:
        """The ends are in order wherever the number is drawn: ``where`` comparisons of earlier numbers and parameters turn out for that."""
        space, node = self.space, self.node
        if space.possible(space.all_of([where, space.compare(Worth(node.high), "<=", Worth(node.low))])):
            low, high = (ratio_text(end, space.names) for end in (node.low, node.high))
            remedy = f"assume: [{low} < {high}], narrower ranges, or --set will do"
            if any(
                end.numer.degree(k) > 0
                for end in (node.low, node.high)
                for k in range(space.parameters, len(space.names))
            ):
                remedy = "let its ends be in order whatever is chosen before"
            raise input_error(
                "play",
                f"chance draws '{node.name}' from {low} to {high}, which need not be in order",
                remedy,
                node.where,
            )

    # --- cut points --------------------------------------------------------------------------------------------------------

    def _overlapping(self) -> list[tuple[Piece, Piece]]:
        """Pieces that can both be played after a whole interval of numbers."""
        space = self.space
        return [
            (one, other)
            for one, other in combinations(self.following, 2)
            if space.possible(space.open_along(space.all_of([one.guard, other.guard]), self.variable))
        ]

    def _distinct(self, cuts: Iterable[Candidate]) -> list[Candidate]:
        """Cut points that may lie inside the interval, each once."""
        found = {cut.value: cut for cut in cuts if cut.defined != FALSE}
        return [cut for cut in found.values() if self.space.possible(self._inside(cut))]

    def _borders(self) -> Iterator[Candidate]:
        """The numbers at which guards and events change."""
        ground = self.space.ground
        polynomials: dict[int, None] = {}
        for number in (n for piece in self.following for n in (piece.guard, piece.event)):
            for literal in self.space.elimination.literals(number, self.variable):
                polynomials[ground.parts[literal].polynomial] = None
        for polynomial in polynomials:
            yield from self._roots(ground.terms[polynomial])

    def _crossings(self, one: Piece, other: Piece, player: int) -> Iterator[Candidate]:
        """The numbers at which a player who moved before prefers the other of two pieces that can both be played."""
        gap = one.worth[player].value - other.worth[player].value
        yield from self._roots(self.space.terms(gap)[0])

    def _roots(self, terms: Terms) -> Iterator[Candidate]:
        for factor, _ in factors_of(terms):
            by_power = coefficients(factor, self.variable)
            if len(by_power) > 2:
                name, degree = self.node.name, len(by_power) - 1
                raise input_error(
                    "payoff",
                    f"who gains by what after '{name}' is drawn changes at a root of degree {degree} in it",
                    f"compare payoffs of degree one in {name}, or make it a grid: --levels 11 --concept subgame-perfect",
                    self.node.where,
                )
            if len(by_power) == 2:
                yield self.space.root(by_power, "a cut point")

    def _inside(self, cut: Candidate) -> int:
        return self.space.all_of(
            [cut.defined, self._below(self.node.low, cut.value), self._below(cut.value, self.node.high)]
        )

    def _below(self, first: Any, second: Any) -> int:
        return self.space.compare(Worth(first), "<", Worth(second))

    def _orders(self) -> list[_Order]:
        """The ways in which the cut points can lie; they exclude each other, and one of them is always so."""
        orders = [_Order(TRUE, ())]
        for cut in self.cuts:
            orders = [longer for order in orders for longer in self._with(order, cut)]
            self._refuse_many(orders)
        return orders

    def _with(self, order: _Order, cut: Candidate) -> Iterator[_Order]:
        """A cut point more: outside the interval, or before one of those inside, or after them all."""
        space, inside = self.space, order.inside
        outside = [
            space.ground.negated(cut.defined),
            space.all_of([cut.defined, space.compare(Worth(cut.value), "<=", Worth(self.node.low))]),
            space.all_of([cut.defined, space.compare(Worth(cut.value), ">=", Worth(self.node.high))]),
        ]
        places = [(where, inside) for where in outside]
        for k in range(len(inside) + 1):
            here = [self._inside(cut)]
            if k > 0:
                here.append(self._below(inside[k - 1].value, cut.value))
            if k < len(inside):
                here.append(space.compare(Worth(cut.value), "<=", Worth(inside[k].value)))
            places.append((space.all_of(here), (*inside[:k], cut, *inside[k:])))
        for where, cuts in places:
            guard = space.all_of([order.guard, where])
            if space.possible(guard):
                yield _Order(guard, cuts)

    def _refuse_many(self, ways: Sequence[object]) -> None:
        if len(ways) > MOST_WAYS:
            raise UnfollowedError(f"more than {MOST_WAYS} ways in which cut points of '{self.node.name}' may lie")

    # --- what is expected --------------------------------------------------------------------------------------------------

    def pieces(self) -> list[Piece]:
        """What can be played after the draw, as it is expected before it."""
        found: list[Piece] = []
        # Intervals are looked at just inside; single numbers have probability zero, but what follows them are subgames too.
        anything = after_all_of(self.space, [self.node], self.following)
        for order in self._orders():
            there = [self._just_above(start) for start in (self.low, *order.inside)]
            is_open = self._open(order, there)
            found += [
                self._piece(order, self.space.all_of([guard, anything]), taken, is_open)
                for guard, taken in self._taken(order, there)
            ]
        self._refuse_many(found)
        return found

    def _just_above(self, start: Candidate) -> list[tuple[int, Piece]]:
        return [(self.space.put(piece.guard, self.variable, start, "above"), piece) for piece in self.following]

    def _open(self, order: _Order, there: Sequence[Sequence[tuple[int, Piece]]]) -> int:
        """Where two pieces can be played along one of the intervals.

        Where the parameters are open, those that have the event alike make no difference: whoever alone has moved before is concerned by
        the best and the worst that it may expect.
        """
        space = self.space
        both = [
            space.all_of([order.guard, first, second])
            for pieces in there
            for (first, one), (second, other) in combinations(pieces, 2)
            if (one, other) in self.overlapping and (space.parameters == 0 or one.event != other.event)
        ]
        return space.any_of(both)

    def _taken(
        self, order: _Order, there: Sequence[Sequence[tuple[int, Piece]]]
    ) -> list[tuple[int, tuple[Piece, ...]]]:
        """A piece for each interval between neighbouring cut points, and where these can be played."""
        space = self.space
        ways: list[tuple[int, tuple[Piece, ...]]] = [(order.guard, ())]
        for pieces in there:
            longer = [(space.all_of([guard, more]), (*taken, piece)) for guard, taken in ways for more, piece in pieces]
            ways = [(guard, taken) for guard, taken in longer if space.possible(guard)]
            self._refuse_many(ways)
        return ways

    def _piece(self, order: _Order, guard: int, taken: Sequence[Piece], is_open: int) -> Piece:
        space, node = self.space, self.node
        starts = (self.low, *order.inside)
        bounds = (*(start.value for start in starts), node.high)
        worth = [
            sum(
                (self._integral(piece, player, *ends) for piece, ends in zip(taken, pairwise(bounds), strict=True)),
                space.game.field.zero,
            )
            for player in range(len(space.game.players))
        ]
        happens = [
            space.all_of([self._below(low, high), space.put(piece.event, self.variable, start, "above")])
            for piece, start, (low, high) in zip(taken, starts, pairwise(bounds), strict=True)
        ]
        means = tuple(Worth(total / self.length) for total in worth)
        return Piece(guard, means, space.any_of(happens), Spread(node, bounds, is_open), tuple(taken))

    def _integral(self, piece: Piece, player: int, low: Any, high: Any) -> Any:
        """What a piece is worth to a player, summed over the numbers between two ends."""
        worth = piece.worth[player].value
        if worth.denom.degree(self.variable) > 0:
            name = self.node.name
            raise input_error(
                "payoff",
                f"what {self.space.game.players[player]} gets is no polynomial in {name}, a number drawn by chance",
                f"write it with powers of {name}, or make it a grid: --levels 11 --concept subgame-perfect",
                self.node.where,
            )
        return self.space.integral(worth, self.variable, low, high)
