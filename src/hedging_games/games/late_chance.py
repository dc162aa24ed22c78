"""A game in which chance moves as late as it can: not before somebody who will not know what it has done.

Whether a type is drawn before or after an offer by somebody who does not know it is the same (interchange of moves, Thompson 1952). Drawn after it, a
tree may turn out to be one of perfect information.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game

Pending: TypeAlias = "int | tuple[int, tuple[Pending, ...]]"
"""A history; or a set of chance that has not moved yet, and what follows each of its actions."""


@dataclass(frozen=True, slots=True)
class LateChance:
    """The game: it has the sets and slots of the other one, and then copies of sets of chance. ``ends`` : the position, among the other's
    terminal histories, of each of its own.
    """

    game: Game
    ends: tuple[int, ...]


def with_late_chance(game: Game) -> LateChance:
    """The game with every move of chance put behind the decisions of those who do not learn of it before they decide."""
    return _Writer(game).written()


class _Writer:
    """Writes histories in depth-first order."""

    def __init__(self, whole: Game) -> None:
        self.whole = whole
        self.rows: list[tuple[int, int, int]] = []
        self.ends: list[int] = []
        self.sets = list(whole.form.information_sets)
        self.chance = [whole.chance]
        self.slots = whole.form.slot_count
        self.used: set[int] = set()
        self._write(self._pending(0), -1, -1)

    def written(self) -> LateChance:
        """The game."""
        whole = self.whole
        parent, last, decided = (np.array(column) for column in zip(*self.rows, strict=True))
        form = Form(whole.form.players, tuple(self.sets), parent, last, decided)
        hedge = None if whole.hedge is None else whole.hedge[self.ends]
        game = replace(
            whole,
            form=form,
            payoffs=whole.payoffs[:, self.ends],
            chance=np.concatenate(self.chance),
            hedge=hedge,
        )
        return LateChance(game, tuple(self.ends))

    def _pending(self, history: int) -> Pending:
        """What is pending at a history: all that chance does before somebody decides."""
        form = self.whole.form
        decided = int(form.decided_at[history])
        if decided == TERMINAL or form.information_sets[decided].player != CHANCE:
            return history
        return decided, tuple(self._pending(child) for child in form.children[history])

    def _write(self, pending: Pending, before: int, slot: int) -> None:
        form, here = self.whole.form, len(self.rows)
        decided = {int(form.decided_at[history]) for history in _histories(pending)}
        if len(decided) == 1 and decided != {TERMINAL}:
            # Whoever decides here does not know what chance has done: it is as well done afterwards.
            (s,) = decided
            self.rows.append((before, slot, s))
            for k, own in enumerate(form.slots(s)):
                self._write(self._after(pending, k), here, own)
        elif isinstance(pending, int):
            self.rows.append((before, slot, TERMINAL))
            self.ends.append(int(np.searchsorted(form.terminals, pending)))
        else:
            s, follows = pending
            first = self._first_slot(s)
            self.rows.append((before, slot, self.set_number))
            for k, then in enumerate(follows):
                self._write(then, here, first + k)

    def _after(self, pending: Pending, action: int) -> Pending:
        """What is pending after an action that is taken whatever chance has done."""
        if isinstance(pending, int):
            return self._pending(self.whole.form.children[pending][action])
        s, follows = pending
        return s, tuple(self._after(then, action) for then in follows)

    def _first_slot(self, s: int) -> int:
        """The first slot of a set of chance at one more history; its own at the first one, then a copy's."""
        if s not in self.used:
            self.used.add(s)
            self.set_number = s
            return int(self.whole.form.first_slot[s])
        self.set_number = len(self.sets)
        own = self.whole.form.information_sets[s]
        self.sets.append(InformationSet(f"{own.label} ({self.set_number})", CHANCE, own.actions, own.decision))
        self.chance.append(self.whole.chance[list(self.whole.form.slots(s))])
        first, self.slots = self.slots, self.slots + len(own.actions)
        return first


def _histories(pending: Pending) -> list[int]:
    """The histories at which somebody decides, or play is over, whatever chance does."""
    if isinstance(pending, int):
        return [pending]
    return [history for then in pending[1] for history in _histories(then)]
