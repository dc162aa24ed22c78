"""What can be played from a node of a tree with continuous choices on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from hedging_games.algebra.formulas.elimination import Side
from hedging_games.games.continuous import Choose, Decide, End, Lot, Stage, Together, Uniform
from hedging_games.solvers.continuous.space import Candidate, Worth


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
class Met:
    """Numbers chosen at once: each depends on those of the others that stand before it here."""

    node: Together
    numbers: tuple[Chose, ...]


@dataclass(frozen=True, slots=True)
class Drew:
    """A move of chance."""

    node: Lot


@dataclass(frozen=True, slots=True)
class Spread:
    """A number drawn from an interval: ``bounds`` divide it, as rational functions; between neighbours one piece is played.

    ``open`` : where (at least) something else could be played too along an interval, so that mixtures are not listed.
    """

    node: Uniform
    bounds: tuple[Any, ...]
    open: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a history."""

    node: End


@dataclass(frozen=True, slots=True)
class Fell:
    """One of several cases: the number of the node that follows."""

    case: int


Move: TypeAlias = Took | Chose | Met | Drew | Spread | Ended | Fell


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can be played from a node on.

    ``guard`` : where it is an outcome of a pure subgame-perfect equilibrium. ``worth`` : to each player. ``event`` : where it has the event.
    ``move`` : what is done at the node, and ``below`` what is played after it (after each action of chance, or
    between the bounds of a number drawn).
    ``pending`` : irrational choices in it, which stand in ``worth`` under their second names.
    ``free`` : the variable of a number that may be any one of a continuum that matters to somebody who moved before: guard, worth and
    event speak of it, and each number that the guard allows is an outcome.
    """

    guard: int
    worth: tuple[Worth, ...]
    event: int
    move: Move
    below: tuple[Piece, ...] = ()
    pending: tuple[tuple[int, Candidate], ...] = ()
    free: int | None = None
