"""One run of a solver: its deadline, and what it has found so far should it be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.theory.equilibria import Candidate, Proposal


@dataclass(slots=True)
class Run:
    """Handed to every solver, which calls ``check()`` in its loops and ``keep()`` with candidates as it finds them.

    ``deadline`` is on the clock of `time.monotonic`; None means no limit. ``precision`` is what quantal response is asked
    at, per unit of payoff.
    """

    deadline: float | None = None
    precision: Fraction = Fraction(1)
    kept: list[Candidate] = field(default_factory=list)
    clock: Callable[[], float] = time.monotonic

    def check(self) -> None:
        """Raise CouldNotFinish once the deadline has passed."""
        left = self.seconds_left()
        if left is not None and left < 0:
            raise could_not_finish("time", "the time limit was reached", "allow more time, or ask for a smaller game")

    def seconds_left(self) -> float | None:
        """How long the run may still take (negative once it is over), None without a limit."""
        return None if self.deadline is None else self.deadline - self.clock()

    def keep(self, candidate: Candidate) -> None:
        """Remember a candidate, to be reported should the run be stopped."""
        self.kept.append(candidate)

    def apart(self, share: float = 1) -> Run:
        """A run that keeps what it finds to itself and may take a ``share`` of the time that is left."""
        left = self.seconds_left()
        deadline = None if left is None else self.clock() + share * left
        return Run(deadline, self.precision, clock=self.clock)


def found_in_half(solver: Callable[[Game, Run], Proposal], game: Game, run: Run) -> Proposal:
    """What a solver finds in half of the time that is left, for those who have to sift it in the other half.

    Raises CouldNotFinish where it finds nothing by then.
    """
    apart = run.apart(1 / 2)
    try:
        return solver(game, apart)
    except CouldNotFinish as stopped:
        if not apart.kept:
            raise
        distinct = {candidate.profile.key(): candidate for candidate in apart.kept}
        reason = "; ".join(problem.what for problem in stopped.problems)
        return Proposal(tuple(distinct.values()), "some", (f"not complete: {reason}",))


def run_for(seconds: float | None, precision: Fraction = Fraction(1)) -> Run:
    """A run that may take ``seconds`` (None: as long as it needs)."""
    return Run(None if seconds is None else time.monotonic() + seconds, precision)
