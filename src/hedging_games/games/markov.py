"""Games over time: in every period a game is played, and what happens in it decides the next one (Shapley 1953; Fink 1964)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

from hedging_games.algebra.arithmetic import EXACT, Arithmetic
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.shown import Drawn


@dataclass(frozen=True, eq=False)
class MarkovGame(Drawn):
    """Finitely many states, in each a game of one period; where play goes on depends on how that game ends.

    Attributes
    ----------
    states : their names. start : the number of the first one.
    stages : by state the game of a period. Its payoffs are those of the period, and where play ends what the end is worth as well;
        its ``hedge`` says after which histories what ``event`` speaks of happens.
    moves : by state, shape (Z, states): how likely each state is to be the next one after a terminal history of the stage. What
        is missing to one is the probability that play ends there.
    discounts : by player, what a payoff is worth a period earlier: from 0 to below 1 (1 as well where there is a horizon).
    event : in which periods ``hedge`` must hold for the event of interest; None where none is named.
    horizon : after how many periods play ends at the latest, None if there is no limit.
    myopic : the numbers of the players who look at the period alone. even : by information set's decision, the actions among which
        a fair coin decides where they are equally good. sustained : how deviations may be punished, for repeated games.
    title, name, parameters, notes, default_concept, source : as of a `Game`.
    """

    players: tuple[str, ...]
    states: tuple[str, ...]
    stages: tuple[Game, ...]
    moves: tuple[np.ndarray, ...]
    discounts: tuple[Any, ...]
    start: int = 0
    event: Literal["always", "never", "reaches", "first"] | None = None
    horizon: int | None = None
    arithmetic: Arithmetic = EXACT
    title: str = ""
    name: str = ""
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    default_concept: str | None = None
    myopic: frozenset[int] = frozenset()
    even: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sustained: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_repeated(self) -> bool:
        """Whether there is a single state."""
        return len(self.states) == 1

    @property
    def can_punish(self) -> bool:
        """Whether it is repeated without end, whatever happens."""
        return self.is_repeated and self.horizon is None and not (self.moves[0].sum(axis=1) != 1).any()

    def label_in(self, state: int, label: str) -> str:
        """An information set of a state's period with the state, where there are several states."""
        return label if self.is_repeated else f"{label} in {self.states[state]}"

    @property
    def has_one_mover(self) -> bool:
        """Whether one player at most ever has a choice."""
        sets = (s for stage in self.stages for s in stage.form.information_sets)
        return len({s.player for s in sets if s.player != CHANCE and len(s.actions) > 1}) <= 1

    def continued(self, state: int, values: np.ndarray) -> Game:
        """The stage of a state with what follows counted in: ``values``, shape (players, states), is what play is worth from the
        next period on.
        """
        stage = self.stages[state]
        discounts = np.array(self.discounts, dtype=self.arithmetic.dtype)[:, None]
        payoffs = stage.payoffs + discounts * (values @ self.moves[state].T)
        return Game(stage.form, payoffs, stage.chance, stage.arithmetic, self.title, self.name, stage.hedge)

    def unfolded(self) -> MarkovGame:
        """The same game without a horizon: its states are those of each period, and the last period ends the game."""
        if self.horizon is None:
            return self
        place = {(self.start, 0): 0}
        waiting = [(self.start, 0)]
        while waiting:
            state, period = waiting.pop(0)
            for following in np.flatnonzero((self.moves[state] != 0).any(axis=0)).tolist():
                then = (following, period + 1)
                if period + 1 < self.horizon and then not in place:
                    place[then] = len(place)
                    waiting.append(then)
        zero = self.arithmetic.number(0)
        tables = []
        for state, period in place:
            table = np.full((len(self.moves[state]), len(place)), zero, dtype=self.arithmetic.dtype)
            for following in range(len(self.states)):
                if (following, period + 1) in place:
                    table[:, place[following, period + 1]] = self.moves[state][:, following]
            tables.append(table)
        return replace(
            self,
            states=tuple(f"{self.states[state]}, period {period + 1}" for state, period in place),
            stages=tuple(self.stages[state] for state, _ in place),
            moves=tuple(tables),
            start=0,
            horizon=None,
        )

    def __str__(self) -> str:
        from hedging_games.games.markov_text import game_text

        return game_text(self)


AnyGame: TypeAlias = Game | ContinuousGame | MarkovGame
"""What a model is at a point."""
