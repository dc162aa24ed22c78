"""Equilibria of games over time (`judging_markov` is the judge of them)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile
from hedging_games.shown import Drawn, Shown
from hedging_games.theory.equilibria import Certificate, Completeness


@dataclass(frozen=True, slots=True, eq=False)
class MarkovEquilibrium(Shown):
    """A certified stationary equilibrium.

    Attributes
    ----------
    states : their names. profiles : by state, who does what in a period. values : shape (players, states), what play is worth to each player from a state on.
    payoffs : player's name to what play is worth from the start. hedge : probability of the event, None if the game names none.
    strict : whether every other plan inside a period loses. certificate : the check.
    """

    states: tuple[str, ...]
    profiles: tuple[MixedProfile, ...]
    values: np.ndarray
    payoffs: Mapping[str, Any]
    certificate: Certificate
    strict: bool
    hedge: Any = None


@dataclass(frozen=True, slots=True)
class MarkovEquilibria(Drawn):
    """The answer of solving a game over time: a sequence of equilibria that says how complete it is.

    ``grouped`` : one representative for each choice of what is played on the path in every state; ``subsets`` : as of `Equilibria`. ``posed`` : the game as it was
    asked about; ``game`` : the same without its horizon, whose states are those of each period.
    """

    posed: MarkovGame
    game: MarkovGame
    concept: str
    method: str
    complete: Completeness
    equilibria: tuple[MarkovEquilibrium, ...]
    notes: tuple[str, ...] = ()
    grouped: Literal["path"] | None = None
    subsets: tuple[tuple[int, ...], ...] | None = None

    def __iter__(self) -> Iterator[MarkovEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, number: int) -> MarkovEquilibrium:
        return self.equilibria[number]

    def __str__(self) -> str:
        from hedging_games.theory.markov_text import equilibria_text

        return equilibria_text(self)
