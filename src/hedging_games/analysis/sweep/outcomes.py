"""Ways to play, and where each of them is an equilibrium: what formulas speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from hedging_games.algebra.formulas.formula import FALSE, Formula
from hedging_games.analysis.sweep.circuit import Node
from hedging_games.analysis.sweep.gains import Gains

MOST_COMPARISONS: Final = 20_000
"""Payoff differences that a formula may look at; larger games are solved point by point."""

MOST_OUTCOMES: Final = 512
"""Ways to play that a formula may tell apart."""


EVENT: Final = "event"
"""The kind of formulas that speak of the event alone."""

ACTIONS: Final = "actions"
"""The kind of formulas that tell outcomes apart by the actions played, labelled as the solver labels them, and that leave some points to it."""

PLAYS: Final = "play"
"""The kind of formulas that tell apart ways through a tree in which movers of a shared stage may mix."""

Truth = TypeVar("Truth", Formula, Node)
"""A formula, or the node that it is compiled to."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Truth]):
    """One way to play: where it ``stands`` as an equilibrium, where the event is ``hedged`` in it (has a positive
    probability), and its ``label``; further the event's ``probability`` and what the outcome is worth to each player, as
    rational functions (None where they are not one thing). ``supports`` : in a game for two that is not degenerate, the actions that
    each plays.
    """

    stands: Truth
    hedged: Truth
    label: str
    probability: Any = None
    payoffs: tuple[Any, ...] | None = None
    supports: tuple[tuple[int, ...], tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Every outcome that is told apart, and where the event is played in ``some`` equilibrium and ``missed`` in some; see
    `events.Events` for the rest (``mixed`` are the formulas of ``some`` and ``missed`` where players mix at ties; ``told`` : whether
    these rest on z3's word).
    """

    kind: str
    outcomes: Sequence[Outcome[Formula]]
    some: Formula
    missed: Formula
    deciding: Sequence[Formula] = ()
    degenerate: Formula = FALSE
    gains: Gains | None = None
    doubtful: Formula = FALSE
    mixed: tuple[Formula, Formula] | None = None
    complete: bool = True
    told: bool = False
    screened: Sequence[tuple[Formula, Gains]] = ()


class TooLargeError(Exception):
    """The formula would be too large."""
