"""Strategies in trees with continuous choices, by pieces, and equilibria made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from hedging_games.algebra.formulas.formula import Formula
from hedging_games.games.continuous import ContinuousGame, Node
from hedging_games.theory.equilibria import Certificate, Equilibria, Equilibrium
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.repeated import RepeatedEquilibria, RepeatedPath

Answer: TypeAlias = Any
"""What is done: the number of an action, the numbers of actions taken at once, or a number: exact, or a rational function of
earlier choices (an element of the game's field)."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is done at a node of the tree, by cases of the earlier choices.

    ``node`` : a `Decide`, `Stage` or `Choose` of the game's tree, the very object. ``cases`` : where (a formula over the game's
    polynomial ring), and what; where several hold, the first of them counts.
    """

    node: Node
    cases: tuple[tuple[Formula, Answer], ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """An outcome of a pure subgame-perfect equilibrium, with strategies that are to support it.

    Attributes
    ----------
    choices : each continuous choice on the path: an exact number, or the two ends of an open interval all of whose numbers may be
        chosen. sample : the numbers for which the rest is told. actions : decision and action on the path, in order.
    payoffs : player's name to payoff. hedge : probability of the event, None if the game names none.
    reactions : what everybody does everywhere, on the path and off it.
    """

    choices: Mapping[str, Any]
    sample: Mapping[str, Any]
    actions: tuple[tuple[str, str], ...]
    payoffs: Mapping[str, Any]
    hedge: Any
    reactions: tuple[Reaction, ...]


@dataclass(frozen=True, slots=True)
class ContinuousEquilibrium(Proposed):
    """A certified equilibrium; ``certificate`` : the check."""

    certificate: Certificate

    def __str__(self) -> str:
        from hedging_games.theory.reactions_text import outcome_text

        return outcome_text(self)


AnyEquilibria: TypeAlias = "Equilibria | ContinuousEquilibria | MarkovEquilibria | RepeatedEquilibria"
"""What solving gives."""

AnyEquilibrium: TypeAlias = "Equilibrium | ContinuousEquilibrium | MarkovEquilibrium | RepeatedPath"
"""One of them."""


@dataclass(frozen=True, slots=True)
class ContinuousEquilibria:
    """The outcomes of all pure subgame-perfect equilibria of a game with continuous choices: as `Equilibria`."""

    game: ContinuousGame
    concept: str
    method: str
    complete: Literal["all", "some"]
    equilibria: tuple[ContinuousEquilibrium, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[ContinuousEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, number: int) -> ContinuousEquilibrium:
        return self.equilibria[number]

    def __str__(self) -> str:
        from hedging_games.theory.reactions_text import equilibria_text

        return equilibria_text(self)
