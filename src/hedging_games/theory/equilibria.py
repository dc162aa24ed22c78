"""What a question about a game is answered with: equilibria, each with its certificate, and how complete the list is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.shown import Drawn, Shown

Completeness = Literal["all", "extreme", "some"]
"""all: every equilibrium is listed, or lies in a cell of the ``continua``. extreme: every equilibrium lies in one of the
``subsets``, and every point of these, in the printed probabilities, is one. some: there may be more; the notes say why."""

EXTREME_NOTE: Final = (
    "the listed equilibria are extreme points: every point of the sets they span is an equilibrium too"
)

JUST_ONE: Final = "just one equilibrium was asked for: there may be others"

PLANS_NOTE: Final = (
    "where a player decides more than once, the sets are convex in mixtures of plans, not in the printed probabilities: "
    "averages of these need not be equilibria"
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Proof that a profile is what it is said to be: the largest gain of any deviation, computed without the solver.

    ``exact`` says that ``largest_gain`` is an exact number (0 for an equilibrium); otherwise it is a rigorous upper bound.
    """

    exact: bool
    largest_gain: Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a solver proposes: a profile, and where the concept has them beliefs (information set label to history
    label to probability).

    ``error`` is None for an exact profile. Otherwise the profile is a rational point, and an equilibrium is proved to lie
    within ``error`` of it in every probability. ``distribution``, for correlated play, gives the probability of each cell
    of the strategic form (a plan number for each player); the profile then holds the marginals.
    """

    profile: MixedProfile
    beliefs: Mapping[str, Mapping[str, Any]] | None = None
    error: Fraction | None = None
    distribution: Mapping[tuple[int, ...], Any] | None = None


@dataclass(frozen=True, slots=True)
class ContinuumCell:
    """A part of a connected set of infinitely many equilibria: the profiles on a support that satisfy some conditions.

    Attributes
    ----------
    component : the number of the component it belongs to, None if that is not determined.
    dimension : of the cell.
    support : player to plans or, in the cells of a tree, decision to actions: what is played inside the cell.
    conditions : a text of equations and inequalities in probabilities.
    points : the numbers of the listed equilibria in its closure (its ends and a sample).
    equations, inequalities : the conditions one by one.
    sample : the number of the listed equilibrium that stands for the inside of the cell.
    ranges : the least and largest payoff of each player, and probability of the event under ``hedge``, over the closure of
        the cell, where they are known exactly. bounds : outer bounds of those that are not.
    """

    component: int | None
    dimension: int
    support: Mapping[str, tuple[str, ...]]
    conditions: str
    points: tuple[int, ...]
    equations: tuple[str, ...] = ()
    inequalities: tuple[str, ...] = ()
    sample: int | None = None
    ranges: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    bounds: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """All that a solver says: candidates, how complete they are and why, and which of them hang together.

    ``components`` lists candidate numbers by connected component, ``subsets`` the maximal Nash subsets among them, and
    ``grouped`` is ``"path"`` where only one representative of each equilibrium path is given.
    """

    candidates: tuple[Candidate, ...]
    complete: Completeness
    notes: tuple[str, ...] = ()
    components: tuple[tuple[int, ...], ...] | None = None
    subsets: tuple[tuple[int, ...], ...] | None = None
    grouped: Literal["path"] | None = None
    continua: tuple[ContinuumCell, ...] = ()
    ranges: Mapping[str, tuple[Any, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Equilibrium(Shown):
    """A certified equilibrium.

    Attributes
    ----------
    profile : who does what. beliefs : at each information set, where the concept has them, else None.
    payoffs : player's name to expected payoff. hedge : probability of the game's event, None if it names none.
    strict : whether every deviation loses. certificate : the check. error : None for an exact profile, else a bound on the
        distance, in every probability, between ``profile`` and the equilibrium it stands for. distribution : of correlated
        play, over the cells of the strategic form.
    """

    profile: MixedProfile
    payoffs: Mapping[str, Any]
    certificate: Certificate
    strict: bool
    hedge: Any = None
    beliefs: Mapping[str, Mapping[str, Any]] | None = None
    error: Fraction | None = None
    distribution: Mapping[tuple[int, ...], Any] | None = None

    def payoff_error(self, spread: Any) -> Fraction | None:
        """A bound on the distance between a listed expectation and that of the equilibrium, for payoffs that differ by
        ``spread`` at most: expectations are affine in the strategy at each information set. None for exact profiles.
        """
        if self.error is None:
            return None
        return Fraction(self.error * len(self.profile.probabilities) * spread)

    def __str__(self) -> str:
        worth = ", ".join(f"{player} {value}" for player, value in self.payoffs.items())
        return f"{self.profile}  ({worth})"


@dataclass(frozen=True, slots=True)
class Equilibria(Drawn):
    """The answer of `hedging_games.solve`: a sequence of equilibria of a ``game``, of a ``concept``, that says how complete it is.

    ``complete`` : ``all``, ``extreme`` or ``some`` are listed; ``notes`` say why it is not all. ``method`` : how they were found. ``grouped`` :
    ``path`` where one equilibrium is listed for each path of play.
    ``components`` lists equilibrium numbers by connected component (empty: not determined); ``subsets`` the maximal convex sets,
    all of whose points are equilibria, by their corners; ``continua`` the cells, where some sets are not spanned by points;
    ``ranges`` the smallest and largest payoff of each player, and probability of the event under ``hedge``, over all
    equilibria, where an answer has them.
    """

    game: Game
    concept: str
    method: str
    complete: Completeness
    equilibria: tuple[Equilibrium, ...]
    components: tuple[tuple[int, ...], ...]
    subsets: tuple[tuple[int, ...], ...] | None = None
    notes: tuple[str, ...] = ()
    grouped: Literal["path"] | None = None
    continua: tuple[ContinuumCell, ...] = ()
    ranges: Mapping[str, tuple[Any, Any]] | None = None

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, number: int) -> Equilibrium:
        return self.equilibria[number]

    def __str__(self) -> str:
        from hedging_games.theory.display import equilibria_text

        return equilibria_text(self)
