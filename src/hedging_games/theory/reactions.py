"""Strategies in trees with continuous choices, by pieces, and equilibria made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from hedging_games.algebra.formulas.formula import Formula
from hedging_games.games.continuous import ContinuousGame, Node
from hedging_games.shown import Drawn, Shown
from hedging_games.theory.equilibria import Certificate, Equilibria, Equilibrium
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.repeated import RepeatedEquilibria, RepeatedPath

Answer: TypeAlias = Any
"""What is done: the number of an action, the numbers of actions taken at once, a number (exact, or a rational function of earlier
choices: an element of the game's field), or several chosen at once, in the order of the node's choices."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is done at a node of the tree, by cases of the earlier choices.

    ``node`` : a `Decide`, `Stage`, `Choose` or `Together` of the game's tree, the very object. ``cases`` : where (a formula over the game's
    polynomial ring), and what; where several hold, the first of them counts.
    """

    node: Node
    cases: tuple[tuple[Formula, Answer], ...]


Step: TypeAlias = tuple[str, Any]
"""A decision, and what is done in it: the label of an action, a number, or the two ends of an open interval from which chance draws one.
Numbers may depend on numbers that chance drew before: they are then elements of the game's field."""


@dataclass(frozen=True, slots=True)
class Path:
    """One of the ways in which chance lets an outcome go: the steps from its first move on, how probable they are, and whether the event
    happens there.
    """

    steps: tuple[Step, ...]
    probability: Any
    has_event: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """An outcome of a pure subgame-perfect equilibrium, with strategies that are to support it.

    Attributes
    ----------
    choices : each continuous choice on the path: an exact number, or the two ends of an open interval all of whose numbers may be
        chosen, or how it follows from such a number (an element of the game's field). What differs between cases of chance stands in the paths alone.
    sample : the numbers for which the rest is told.
    actions : decision and action on the path, in order. payoffs : player's name to payoff, for the sample. along : the same as a function of
        the numbers that may be chosen (an element of the game's field), for players for whom it varies with these. hedge : probability of the event, None if the game names none.
    reactions : what everybody does everywhere, on the path and off it. paths : the ways in which chance lets it go; their probabilities
        sum to one.
    """

    choices: Mapping[str, Any]
    sample: Mapping[str, Any]
    actions: tuple[tuple[str, str], ...]
    payoffs: Mapping[str, Any]
    along: Mapping[str, Any]
    hedge: Any
    reactions: tuple[Reaction, ...]
    paths: tuple[Path, ...]

    @property
    def worth(self) -> dict[str, Any]:
        """Player's name to payoff: a number, or how it follows from a number of which a whole interval may be chosen."""
        return {player: self.along.get(player, payoff) for player, payoff in self.payoffs.items()}


@dataclass(frozen=True, slots=True)
class ContinuousEquilibrium(Proposed, Shown):
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
class ContinuousEquilibria(Drawn):
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
