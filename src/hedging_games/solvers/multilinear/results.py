"""What is known of the equilibria of a game given by its payoff tensors: isolated points, and continua made of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.algebra.constraints import Constraint

Number = int | Fraction | AlgebraicNumber
Mixture = tuple[Number, ...]
MixedStrategies = tuple[Mixture, ...]
"""One mixture a player: the probabilities of the player's actions, exact and summing to one."""

Supports = tuple[tuple[int, ...], ...]
"""For each player the actions that may have positive probability, in increasing order."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A closed set of equilibria: the profiles on some supports that satisfy equations and inequalities.

    Attributes
    ----------
    supports : the actions played in the interior of the cell; every other action has probability zero.
    variables : the coordinates, pairs (player, action): for each player who mixes the probability of each action of the
        support but the last, whose probability is what is left of one.
    equations, inequalities : what the coordinates satisfy, beside being probabilities.
    dimension : of the cell. sample : an equilibrium in it, in its interior where ``dimension`` is positive.
    extreme_points : the ends of a segment or curve, the corners of a face or surface; None if not known. In games other
        than three players with two actions: all equilibria found on the cell that have smaller supports or more ties.
    """

    supports: Supports
    variables: tuple[tuple[int, int], ...]
    equations: tuple[Constraint, ...]
    inequalities: tuple[Constraint, ...]
    dimension: int
    sample: MixedStrategies
    extreme_points: tuple[MixedStrategies, ...] | None = None

    def contains(self, profile: MixedStrategies) -> bool:
        """Whether a profile lies in the cell, decided exactly."""
        for mixture, support in zip(profile, self.supports, strict=True):
            if any(p != 0 for action, p in enumerate(mixture) if action not in support) or min(mixture) < 0:
                return False
        point = [profile[player][action] for player, action in self.variables]
        return all(c.holds(point) for c in (*self.equations, *self.inequalities))

    def text(self, actions: Sequence[Sequence[str]] | None = None) -> str:
        """The cell's conditions as one line, in the actions' names (default ``p1(a0)``: player 1's action 0)."""
        names = [f"p{i + 1}(a{a})" if actions is None else f"P({actions[i][a]})" for i, a in self.variables]
        conditions = [c.text(names) for c in (*self.equations, *self.inequalities)]
        return ", ".join(conditions) if conditions else "any probabilities"


@dataclass(frozen=True, slots=True)
class Continuum:
    """A set of infinitely many equilibria: the union of ``cells``; a connected component where ``connected`` is True."""

    cells: tuple[Cell, ...]
    connected: bool = True

    @property
    def dimension(self) -> int:
        """The largest dimension of a cell."""
        return max(cell.dimension for cell in self.cells)

    @property
    def extreme_points(self) -> tuple[MixedStrategies, ...]:
        """The known extreme points of the cells, each once, in order."""
        found: list[MixedStrategies] = []
        for cell in self.cells:
            found += [point for point in cell.extreme_points or () if point not in found]
        return tuple(found)

    def contains(self, profile: MixedStrategies) -> bool:
        """Whether a profile lies in one of the cells."""
        return any(cell.contains(profile) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class EnclosedEquilibrium:
    """A box, one rational interval for each action's probability, that is proved to hold exactly one equilibrium.

    ``error`` is half the width of the widest interval.
    """

    supports: Supports
    intervals: tuple[tuple[tuple[Fraction, Fraction], ...], ...]
    error: Fraction


@dataclass(frozen=True, slots=True)
class TensorEquilibria:
    """All that was found. ``complete`` is "all" when every equilibrium is listed, alone or in a continuum's cell.

    ``isolated`` are exact, ``enclosed`` are isolated equilibria known only by a proved enclosure, ``notes`` say which
    supports carry a continuum and, where ``complete`` is "some", what was left undecided.
    """

    isolated: tuple[MixedStrategies, ...]
    continua: tuple[Continuum, ...] = ()
    complete: Literal["all", "some"] = "all"
    notes: tuple[str, ...] = ()
    enclosed: tuple[EnclosedEquilibrium, ...] = ()
