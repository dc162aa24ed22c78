"""What an equilibrium of a game over time leads to, period by period, and how long hedging lasts in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import log, sqrt
from typing import Any, Final

import numpy as np

from hedging_games.algebra.linear_systems import solved
from hedging_games.algebra.numbers import shown_number
from hedging_games.analysis.hits import CONFIDENCE
from hedging_games.errors import input_error
from hedging_games.games.markov import MarkovGame
from hedging_games.games.values import terminal_probabilities
from hedging_games.layout import text_table
from hedging_games.shown import Drawn
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.repeated import RepeatedEquilibria

MOST_EXACT: Final = 200
"""Periods up to which probabilities are exact."""

MOST_PERIODS: Final = 10_000
DRAWS: Final = 10_000
"""Paths that are drawn where probabilities are not exact."""

ERROR: Final = sqrt(log(2 / (1 - CONFIDENCE)) / (2 * DRAWS))
"""How far a share of so many paths is from its probability at most, with `CONFIDENCE` (Hoeffding 1963, theorem 2)."""


@dataclass(frozen=True, slots=True)
class PlayPeriod:
    """How likely each state is in a period, by name (what is missing to one: play has ended), how likely it is that hedging has
    lasted up to this period and through it, and that realignment comes in it (None where the game names no event).
    """

    period: int
    states: Mapping[str, Any]
    lasts: Any
    realigns: Any


@dataclass(frozen=True, eq=False)
class PlayPath(Drawn):
    """Play over time in an equilibrium.

    Hedging lasts while what `MarkovGame.event` speaks of goes on: the condition of ``always`` and ``first``, that of ``never`` not
    happening, and that of ``reaches`` not having happened yet. The period in which it no longer does is that of realignment.

    Attributes
    ----------
    periods : from the first one on. exact : whether their probabilities are; else they are shares of `DRAWS` paths drawn by ``seed``, each
        within `ERROR` of the probability with `CONFIDENCE`.
    expected_duration : the expected number of periods for which hedging lasts: exact, None if it is infinite or no event is named.
    for_ever : how likely it is to last as long as play goes on, or for ever; exact.
    """

    game: MarkovGame
    equilibrium: MarkovEquilibrium
    periods: tuple[PlayPeriod, ...]
    exact: bool
    seed: int | None
    expected_duration: Any
    for_ever: Any

    def __str__(self) -> str:
        names = [name for name in self.game.states if any(name in p.states for p in self.periods)]
        rows = [
            [
                str(p.period),
                *(_text(p.states.get(name, Fraction(0))) for name in names),
                *([] if p.lasts is None else [_text(p.lasts), _text(p.realigns)]),
            ]
            for p in self.periods
        ]
        event = [] if self.game.event is None else ["hedging lasts", "realignment"]
        told = text_table(["period", *names, *event], rows)
        return "\n".join([self.game.title or self.game.name or "game", told, *self.remarks])

    @property
    def remarks(self) -> tuple[str, ...]:
        """How long hedging lasts, and what is known about the probabilities of the periods, in words."""
        said = []
        if self.game.event is not None:
            expected = "without end" if self.expected_duration is None else shown_number(self.expected_duration)
            said.append(f"expected duration of hedging, in periods: {expected}")
            said.append(f"it lasts as long as play does with probability {shown_number(self.for_ever)}")
        if not self.exact:
            drawn = f"shares of {DRAWS:,} paths drawn by the seed {self.seed}, each within {ERROR:.3f} with {CONFIDENCE:.0%} confidence"
            said.append(f"note: {drawn}" + ("; how long hedging lasts is exact" if said else ""))
        return tuple(said)


def _text(p: Any) -> str:
    return f"{p:.4f}" if isinstance(p, float) else shown_number(p)


def path_of_play(
    game: MarkovGame, equilibrium: MarkovEquilibrium, periods: int = 10, *, start: str | None = None, seed: int = 0
) -> PlayPath:
    """Play over time in an equilibrium of an exact game without a horizon (`MarkovEquilibria.game`).

    Parameters
    ----------
    game, equilibrium : an answer's ``game``, and one of its equilibria: ``path_of_play(found.game, found[0])``.
    periods : how many are told, from 1 to `MOST_PERIODS`; up to `MOST_EXACT` exactly, beyond that by paths drawn with ``seed``.
    start : the state of the first period; the game's own by default.

    Raises InputError for numbers of periods and states that there are not.
    """
    if isinstance(periods, bool) or not isinstance(periods, int) or not 1 <= periods <= MOST_PERIODS:
        raise input_error(
            "option", f"{periods!r} periods cannot be told", f"give a whole number from 1 to {MOST_PERIODS:,}"
        )
    if start is not None and start not in game.states:
        raise input_error("option", f"there is no state '{start}'", f"there are: {', '.join(game.states)}")
    chain = _Chain(game, equilibrium, game.start if start is None else game.states.index(start))
    exact = periods <= MOST_EXACT
    told = chain.told(periods) if exact else chain.drawn(periods, seed)
    duration, for_ever = (None, None) if game.event is None else chain.duration()
    return PlayPath(game, equilibrium, tuple(told), exact, None if exact else seed, duration, for_ever)


def as_markov(found: MarkovEquilibria | RepeatedEquilibria, number: int = 0) -> tuple[MarkovEquilibria, int]:
    """Equilibria of a game over time among which the one of this number is to be followed, and its number there: a path of a repeated game is
    followed in the automaton that sustains it.
    """
    return (found.over_time(number), 0) if isinstance(found, RepeatedEquilibria) else (found, number)


class _Chain:
    """The Markov chain that an equilibrium makes of a game."""

    def __init__(self, game: MarkovGame, equilibrium: MarkovEquilibrium, start: int) -> None:
        self.game = game
        self.start = start
        self.played = [
            terminal_probabilities(stage, profile.probabilities)
            for stage, profile in zip(game.stages, equilibrium.profiles, strict=True)
        ]

    @cached_property
    def moves(self) -> np.ndarray:
        """Shape (states, states): from each state to the next one."""
        return self._table([np.ones(len(odds), dtype=bool) for odds in self.played])

    @cached_property
    def going_on(self) -> np.ndarray:
        """The same, of periods in which hedging lasts alone."""
        return self._table([self.lasts(state) for state in range(len(self.game.states))])

    def lasts(self, state: int) -> np.ndarray:
        """Shape (Z,): after which histories of a period hedging lasts."""
        mask = np.asarray(self.game.stages[state].hedge)
        return mask if self.game.event in ("always", "first") else ~mask

    @cached_property
    def lasting(self) -> list[Any]:
        """By state how likely hedging is to last through a period."""
        return [
            sum((p for p, on in zip(odds, self.lasts(s), strict=True) if on), Fraction(0))
            for s, odds in enumerate(self.played)
        ]

    def _table(self, masks: Sequence[np.ndarray]) -> np.ndarray:
        count = len(self.game.states)
        rows = [(odds * on) @ m for on, odds, m in zip(masks, self.played, self.game.moves, strict=True)]
        return np.array(rows, dtype=object).reshape(count, count)

    def told(self, periods: int) -> list[PlayPeriod]:
        """The periods one by one, exactly."""
        here = self.game.arithmetic.zeros((len(self.game.states),))
        here[self.start] = Fraction(1)
        still = here.copy()
        told = []
        for period in range(1, periods + 1):
            lasts = realigns = None
            if self.game.event is not None:
                lasts = sum((p * q for p, q in zip(still, self.lasting, strict=True)), Fraction(0))
                realigns = sum(still.tolist(), Fraction(0)) - lasts
            told.append(PlayPeriod(period, self._named(here.tolist()), lasts, realigns))
            here = here @ self.moves
            still = still if self.game.event is None else still @ self.going_on
        return told

    def _named(self, odds: Sequence[Any]) -> dict[str, Any]:
        return {name: p for name, p in zip(self.game.states, odds, strict=True) if p != 0}

    def drawn(self, periods: int, seed: int) -> list[PlayPeriod]:
        """The periods by shares of paths drawn at random: how many of them go which way is multinomial."""
        rng = np.random.default_rng(seed)
        here = {(self.start, True): DRAWS}
        told = []
        for period in range(1, periods + 1):
            there: dict[tuple[int, bool], int] = {}
            lasting = stopping = 0
            for (state, on), count in here.items():
                on_after = (
                    self.lasts(state) if self.game.event is not None else np.zeros(len(self.played[state]), dtype=bool)
                )
                for z, taken in enumerate(rng.multinomial(count, _floats(self.played[state]))):
                    still = on and bool(on_after[z])
                    lasting += int(taken) * still
                    stopping += int(taken) * (on and not still)
                    going = _floats(
                        [*self.game.moves[state][z], Fraction(1) - sum(self.game.moves[state][z], Fraction(0))]
                    )
                    for t, moved in enumerate(rng.multinomial(taken, going)[:-1]):
                        if moved:
                            there[t, still] = there.get((t, still), 0) + int(moved)
            counts = [sum(n for (s, _), n in here.items() if s == state) for state in range(len(self.game.states))]
            shares = (None, None) if self.game.event is None else (lasting / DRAWS, stopping / DRAWS)
            told.append(PlayPeriod(period, self._named([n / DRAWS for n in counts]), *shares))
            here = there
        return told

    def duration(self) -> tuple[Any, Any]:
        """The expected number of periods for which hedging lasts (None: infinitely many), and how likely it never stops while play goes on.

        Both are solutions of h = b + Q h, where Q leads on while hedging lasts, on the states from which it can stop or end (Norris 1997,
        theorems 1.3.2 and 1.3.5).
        """
        count, one = len(self.game.states), Fraction(1)
        leaves = [one - sum(self.going_on[s], Fraction(0)) for s in range(count)]
        can = _leading({s for s in range(count) if leaves[s] != 0}, self.going_on)
        reached = _reached(self.start, self.going_on)
        inside = sorted(can & reached)
        stops = [one - self.lasting[s] for s in inside]
        matrix = np.array([[Fraction(s == t) - self.going_on[s, t] for t in inside] for s in inside], dtype=object)
        matrix = matrix.reshape(len(inside), len(inside))
        if self.start not in can:
            return None, one
        place = inside.index(self.start)
        for_ever = one - solved(matrix, np.array(stops, dtype=object))[place]
        if not reached <= can:
            return None, for_ever
        return solved(matrix, np.array([self.lasting[s] for s in inside], dtype=object))[place], for_ever


def _floats(odds: Iterable[Any]) -> np.ndarray:
    found = np.array([float(p) for p in odds])
    return np.asarray(found / found.sum())


def _leading(targets: set[int], moves: np.ndarray) -> set[int]:
    """The states from which some target can be reached, these included."""
    found = set(targets)
    while more := {s for s in range(len(moves)) if s not in found and any(moves[s, t] != 0 for t in found)}:
        found |= more
    return found


def _reached(start: int, moves: np.ndarray) -> set[int]:
    """The states that can be reached from one, this one included."""
    found, waiting = {start}, [start]
    while waiting:
        s = waiting.pop()
        new = {t for t in range(len(moves)) if moves[s, t] != 0} - found
        found |= new
        waiting += sorted(new)
    return found
