"""Pure equilibrium paths on grids too large to list: backward induction on arrays of whole numbers.

For games in which nothing happens but that numbers are chosen one after the other, each seen by all who choose later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any, Final, Self

import numpy as np

from hedging_games.games.continuous import Choose, ContinuousGame, End, Node

MOST: Final = 2**62
"""Whole numbers below this are exact in int64."""


@dataclass(frozen=True, slots=True)
class Line:
    """Choices one after the other, with what follows the last."""

    choices: tuple[Choose, ...]
    end: End


def line_of(game: ContinuousGame) -> Line:
    """The choices of a game that is one line of them."""
    choices: list[Choose] = []
    node: Node = game.root
    while isinstance(node, Choose):
        choices.append(node)
        node = node.node
    if not isinstance(node, End) or len(choices) < 2:
        raise ValueError(f"'{game.name}' is no line of two and more continuous choices")
    return Line(tuple(choices), node)


def equilibrium_paths(line: Line, levels: int) -> list[tuple[Fraction, ...]]:
    """The numbers that are chosen in some pure subgame-perfect equilibrium, where each choice has so many levels.

    A path is played in one exactly where at each of its numbers the mover gets no less than what every other number may
    be followed by at worst.
    """
    grids = [Grid.of(one, levels) for one in line.choices]
    found: list[tuple[int, np.ndarray, np.ndarray]] = []
    for first in range(levels):  # slice by slice, as all histories would not fit into memory
        axes = [grids[0].places[first : first + 1], *(grid.places for grid in grids[1:])]
        worth = [_whole(line.end.worth[one.player], grids, axes) for one in line.choices]
        played = np.ones(worth[-1].shape, dtype=bool)
        for depth in reversed(range(1, len(grids))):
            played &= worth[depth] >= _at_worst(played, worth[depth], depth).max(axis=depth, keepdims=True)
        found.append((int(_at_worst(played, worth[0], 0).item()), np.argwhere(played), worth[0][played]))
    most = max(least for least, _, _ in found)
    return [
        tuple(grid.number(place) for grid, place in zip(grids, (first, *path[1:].tolist()), strict=True))
        for first, (_, paths, worth_of) in enumerate(found)
        for path in paths[worth_of >= most]
    ]


def value(ratio: Any, point: Sequence[Fraction]) -> Fraction:
    """What a rational function of the choices is at a point."""
    return polynomial_value(ratio.numer, point) / polynomial_value(ratio.denom, point)


def polynomial_value(polynomial: Any, point: Sequence[Fraction]) -> Fraction:
    """What a polynomial in the choices is at a point."""
    return sum(
        (_fraction(c) * prod(x**k for x, k in zip(point, powers, strict=True)) for powers, c in polynomial.terms()),
        Fraction(0),
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """The levels of a choice: whole numbers over a common denominator."""

    places: np.ndarray
    denominator: int

    @classmethod
    def of(cls, choice: Choose, levels: int) -> Self:
        """So many levels between two ends, which must not depend on choices before."""
        if not all(part.is_ground for end in (choice.low, choice.high) for part in (end.numer, end.denom)):
            raise ValueError(f"the ends of '{choice.name}' depend on choices before it")
        nowhere = [Fraction(0)] * len(choice.low.field.gens)
        low, high = (value(end, nowhere) for end in (choice.low, choice.high))
        step = (high - low) / (levels - 1)
        below = lcm(low.denominator, step.denominator)
        return cls(np.array([int(below * (low + k * step)) for k in range(levels)], dtype=np.int64), below)

    def number(self, place: int) -> Fraction:
        """The level at a place."""
        return Fraction(int(self.places[place]), self.denominator)


def _whole(ratio: Any, grids: Sequence[Grid], axes: Sequence[np.ndarray]) -> np.ndarray:
    """A payoff times a number above 0 that makes it whole, at every history; one axis for each choice."""
    terms = [(powers, _fraction(c)) for powers, c in ratio.numer.terms()]
    if not ratio.denom.is_ground or polynomial_value(ratio.denom, [Fraction(0)] * len(grids)) <= 0:
        raise ValueError(f"a payoff is divided by '{ratio.denom}'")
    below = lcm(1, *(c.denominator for _, c in terms))
    degrees = [max((powers[axis] for powers, _ in terms), default=0) for axis in range(len(grids))]
    total = np.zeros([len(axis) for axis in axes], dtype=np.int64)
    bound = 0
    for powers, c in terms:
        factor = int(c * below) * prod(g.denominator ** (d - k) for g, d, k in zip(grids, degrees, powers, strict=True))
        bound += abs(factor) * prod(int(abs(g.places).max()) ** k for g, k in zip(grids, powers, strict=True))
        if bound > MOST:
            raise ValueError("payoffs on this grid are too large for whole numbers of 64 bits")
        term = np.array(factor, dtype=np.int64)
        for axis, power in zip(np.ix_(*axes), powers, strict=True):
            if power:
                term = term * axis**power
        total += term
    return total


def _at_worst(played: np.ndarray, worth: np.ndarray, depth: int) -> np.ndarray:
    """The least that may follow each number of a choice; axes of later choices have length 1."""
    later = tuple(range(depth + 1, worth.ndim))
    return np.where(played, worth, 2 * MOST - 1).min(axis=later, keepdims=True) if later else worth


def _fraction(coefficient: Any) -> Fraction:
    return Fraction(int(coefficient.numerator), int(coefficient.denominator))
