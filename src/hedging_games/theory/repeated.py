"""Paths of repeated games that punishments sustain (`judging_repeated` is the judge of them)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.games.markov import MarkovGame
from hedging_games.shown import Drawn, Shown
from hedging_games.theory.equilibria import Certificate, Completeness
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.payoff_set import PayoffSet


@dataclass(frozen=True, slots=True)
class Critical:
    """For which common discount factors of those who look ahead, from 0 to below 1, a path is sustained by a punishment.

    ``sustained`` : where it is for sure. ``at_most`` : where it can be by any punishment of the kind; equal where all is known.
    """

    sustained: tuple[Interval, ...]
    at_most: tuple[Interval, ...]

    @property
    def is_exact(self) -> bool:
        """Whether both are the same."""
        return self.sustained == self.at_most

    @property
    def value(self) -> Any:
        """The critical discount factor: the least one, if every larger one does as well; None where there is no such number."""
        return _least(self.sustained)

    @property
    def bound(self) -> Any:
        """Below this no punishment of the kind sustains the path; None where there is no such number."""
        return self.at_most[0].low if self.at_most else None


def _least(found: tuple[Interval, ...]) -> Any:
    return found[0].low if len(found) == 1 and found[0].high == 1 else None


@dataclass(frozen=True, eq=False)
class Sustained:
    """A path with a punishment: whether the path is sustained at the point (None: not known), and if it is, the automaton that does so,
    as a game whose states are those of the automaton, with its certificate.

    ``perfect`` : whether the certificate is of every state (tit for tat is a best reply to itself, but its threats need not be).
    """

    by: str
    stands: bool | None
    derived: Callable[[], Critical]
    game: MarkovGame | None = None
    strategies: MarkovEquilibrium | None = None
    certificate: Certificate | None = None
    perfect: bool = True

    @cached_property
    def critical(self) -> Critical:
        """For which discount factors it is sustained, derived when first asked for."""
        return self.derived()


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedPath(Shown):
    """What is played in every period.

    Attributes
    ----------
    said : information set to action to probability, on the path. payoffs : player's name to what it is worth from the start; to a myopic
        player, in one period. hedge : probability of the event, None if the game names none.
    by : punishment to what it does.
    """

    said: Mapping[str, Mapping[str, Any]]
    payoffs: Mapping[str, Any]
    hedge: Any
    by: Mapping[str, Sustained]

    @property
    def stands(self) -> bool:
        """Whether some punishment sustains it."""
        return any(found.stands for found in self.by.values())

    @property
    def shown(self) -> Sustained:
        """The first punishment that sustains it."""
        return next(found for found in self.by.values() if found.stands)

    @property
    def strict(self) -> bool:
        """Whether every deviation loses."""
        strategies = self.shown.strategies
        return strategies is not None and strategies.strict


@dataclass(frozen=True, slots=True)
class Minmax:
    """The least average payoff to which the others can hold a player: in pure actions, as the penal codes here do, and by one other player
    who mixes (None where several would have to).
    """

    pure: Any
    mixed: Any


@dataclass(frozen=True, eq=False)
class RepeatedEquilibria(Drawn):
    """The answer of solving a repeated game: the paths that are sustained, a sequence that says how complete it is.

    ``grouped`` : one punishment of a kind is told for each path, and others may do as well. ``others`` : paths that are not sustained at the point, or of which that is not known.
    ``minmax`` : by the name of each player who looks ahead.
    """

    game: MarkovGame
    concept: str
    method: str
    complete: Completeness
    equilibria: tuple[RepeatedPath, ...]
    others: tuple[RepeatedPath, ...] = ()
    notes: tuple[str, ...] = ()
    grouped: Literal["path"] = "path"
    minmax: Mapping[str, Minmax] = field(default_factory=dict)
    generated: Callable[[], PayoffSet | None] = lambda: None

    @cached_property
    def payoff_set(self) -> PayoffSet | None:
        """A set that contains all average payoffs of subgame-perfect equilibria, pure or with public lotteries, where exactly two players
        look ahead (else None); derived when first asked for.
        """
        return self.generated()

    def over_time(self, number: int) -> MarkovEquilibria:
        """A path with its punishments as the one stationary equilibrium of a game whose states are those of its automaton."""
        shown = self.equilibria[number].shown
        assert shown.game is not None
        assert shown.strategies is not None
        return MarkovEquilibria(shown.game, shown.game, self.concept, self.method, "some", (shown.strategies,))

    def __iter__(self) -> Iterator[RepeatedPath]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, number: int) -> RepeatedPath:
        return self.equilibria[number]

    def __str__(self) -> str:
        from hedging_games.theory.repeated_text import equilibria_text

        return equilibria_text(self)
