"""When is each outcome an equilibrium where several receivers answer a signal at once, and mind each other's answers not at all?

Then what everybody expects is a sum over receivers. So it is the same whether all answer, or a fair coin decides which of them does and
counts as often as there are receivers: comparisons, beliefs and expected payoffs are those of that game, which has two `layers`. What is
played together is put together again: the receivers' lots are independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, Formula, conjunction, disjunction
from hedging_games.analysis.conditions import layers
from hedging_games.analysis.conditions.markov import Side
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, merged
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game
from hedging_games.theory.layers import hearing_alike, layers_of


def are_covered(game: Game, *, sequential: bool) -> bool:
    """Whether signals are answered at once by receivers who do not mind each other's answers, some by more than one."""
    if not _answered(game.form):
        return False
    apart = _Apart(game)
    if not apart.adds_up or layers_of(apart.game.form) is None:
        return False
    return hearing_alike(apart.game.form) is not None if sequential else layers.nobody_moves_twice(apart.game.form)


def tree_outcomes(setting: Setting, *, sequential: bool, check: Check = no_check) -> list[Outcome]:
    """Every outcome of an extreme equilibrium, with its formula. Raises CouldNotFinish as `layers.tree_outcomes`."""
    apart = _Apart(setting.game)
    alone = replace(setting, posed=apart.game)
    found = layers.tree_outcomes(alone, sequential=sequential, check=check)
    return merged([apart.together(outcome) for outcome in found])


def beyond(setting: Setting, *, sequential: bool, check: Check = no_check) -> Mapping[Side, Formula]:
    """Where an event that takes several receivers may be played between the extreme equilibria, though it is in none of these.

    It may only where each of its answers is given at one of them. Where it is missed, it is missed at one.
    """
    game = setting.game
    hedge = game.hedge
    answered = _answered(game.form)
    if hedge is None or not any(_takes_several(hedge, apart) for apart in _tables(game.form, answered).values()):
        return {"some": FALSE, "missed": FALSE}
    outcomes = tree_outcomes(setting, sequential=sequential, check=check)
    may = []
    for history, table in _tables(game.form, answered).items():
        for actions, z in np.ndenumerate(table):
            if hedge[z]:
                slots = [game.form.slots(s)[a] for s, a in zip(answered[history], actions, strict=True)]
                given = ([o.formula for o in outcomes if _gives(game.form, o, history, slot)] for slot in slots)
                may.append(conjunction(disjunction(formulas) for formulas in given))
    return {"some": disjunction(may), "missed": FALSE}


def _takes_several(hedge: np.ndarray, table: np.ndarray) -> bool:
    """Whether an event depends on the answers of more than one receiver."""
    happens = hedge[table]
    varies = [axis for axis in range(table.ndim) if (happens != happens.take([0], axis=axis)).any()]
    return len(varies) > 1


def _gives(form: Form, outcome: Outcome, history: int, slot: int) -> bool:
    """Whether an answer is given in an outcome after a history."""
    ends = (form.terminals[z] for z, _ in outcome.path)
    return any(history < end < form.end[history] and slot in form.path(int(end)) for end in ends)


Answered = Mapping[int, Sequence[int]]
"""From the histories that several answer at once to the information sets of these, in their order."""


def _answered(form: Form) -> Answered:
    """The histories after a signal that several players answer, none of whom knows another's answer, and after which play is over."""
    found: dict[int, Sequence[int]] = {}
    for history in range(1, form.history_count):
        signals = [slot for slot in form.path(history) if form.player_of_slot[slot] != CHANCE]
        if len(signals) == 1 and form.player_of_slot[form.last_slot[history]] != CHANCE:
            sets = _at_once(form, history)
            if len(sets) > 1:
                found[history] = sets
    return found


def _at_once(form: Form, history: int) -> Sequence[int]:
    """The sets of those who answer a history at once until play is over; none if it is not so."""
    sets: list[int] = []
    here = [history]
    while True:
        decided = {int(form.decided_at[h]) for h in here}
        if decided == {TERMINAL}:
            players = [form.information_sets[s].player for s in sets]
            return sets if len(set(players)) == len(players) else ()
        if len(decided) > 1 or form.information_sets[next(iter(decided))].player == CHANCE:
            return ()
        sets += decided
        here = [child for h in here for child in form.children[h]]


def _tables(form: Form, answered: Answered) -> Mapping[int, np.ndarray]:
    """For each history that several answer the terminal histories, by number: one axis a receiver."""
    found = {}
    for history, sets in answered.items():
        sizes = [len(form.slots(s)) for s in sets]
        first = int(np.searchsorted(form.terminals, history))
        found[history] = np.arange(first, first + prod(sizes)).reshape(sizes)
    return found


@dataclass(eq=False)
class _Apart:
    """A game in which after each signal a fair coin decides which receiver answers, and counts as often as there are receivers.

    Its slots are those of the whole game, and then the coins'. ``ends`` : for each of its terminal histories the number of the whole game's; or the
    history that is answered, and by which receiver with which action.
    """

    whole: Game

    def __post_init__(self) -> None:
        self.answered = _answered(self.whole.form)
        self.tables = _tables(self.whole.form, self.answered)
        self.ends: list[int | tuple[int, int, int]] = []
        self._rows: list[tuple[int, int, int]] = []
        self._worth: list[np.ndarray] = []
        self._coins: list[InformationSet] = []
        self._coin_slots = self.whole.form.slot_count
        self._write(0, -1, -1)

    @cached_property
    def adds_up(self) -> bool:
        """Whether what everybody gets is a sum of what each answer brings."""
        return all(
            self._sums(table, player) for table in self.tables.values() for player in range(len(self.whole.players))
        )

    def _sums(self, table: np.ndarray, player: int) -> bool:
        worth = self.whole.payoffs[player][table]
        base = worth[(0,) * table.ndim]
        return all(
            worth[actions] - base == sum((self._brings(worth, k, a) for k, a in enumerate(actions)), base - base)
            for actions in np.ndindex(*table.shape)
        )

    @staticmethod
    def _brings(worth: np.ndarray, receiver: int, action: int) -> Any:
        """What one answer changes where all others give their first one."""
        return worth[tuple(action if k == receiver else 0 for k in range(worth.ndim))] - worth[(0,) * worth.ndim]

    @cached_property
    def game(self) -> Game:
        """The game with coins."""
        whole = self.whole
        one = whole.arithmetic.number(1)
        parent, last, decided = (np.array(column) for column in zip(*self._rows, strict=True))
        form = Form(whole.players, (*whole.form.information_sets, *self._coins), parent, last, decided)
        odds = [one / len(coin.actions) for coin in self._coins for _ in coin.actions]
        chance = np.concatenate([whole.chance, np.array(odds, dtype=object)])
        worth = np.array(self._worth, dtype=object).T
        return Game(form, worth, chance, whole.arithmetic, parameters=whole.parameters)

    def _write(self, history: int, before: int, slot: int) -> None:
        form = self.whole.form
        here, decided = len(self._rows), int(form.decided_at[history])
        if history in self.answered:
            self._write_coin(history, before, slot)
            return
        self._rows.append((before, slot, decided))
        if decided == TERMINAL:
            z = int(np.searchsorted(form.terminals, history))
            self.ends.append(z)
            self._worth.append(self.whole.payoffs[:, z])
            return
        for a, child in zip(form.slots(decided), form.children[history], strict=True):
            self._write(child, here, a)

    def _write_coin(self, history: int, before: int, slot: int) -> None:
        form, sets = self.whole.form, self.answered[history]
        coin = len(self._rows)
        self._rows.append((before, slot, len(form.information_sets) + len(self._coins)))
        names = tuple(form.information_sets[s].label for s in sets)
        self._coins.append(InformationSet(f"who answers {form.history_labels[history]}", CHANCE, names))
        first, self._coin_slots = self._coin_slots, self._coin_slots + len(sets)
        worth = self.whole.payoffs[:, self.tables[history]]
        for k, s in enumerate(sets):
            here = len(self._rows)
            self._rows.append((coin, first + k, s))
            for a, answer in enumerate(form.slots(s)):
                self._rows.append((here, answer, TERMINAL))
                self.ends.append((history, k, a))
                brought = [w[(0,) * len(sets)] + len(sets) * self._brings(w, k, a) for w in worth]
                self._worth.append(np.array(brought, dtype=object))

    def together(self, outcome: Outcome) -> Outcome:
        """An outcome of the game with coins as one of the whole game."""
        zero = self.whole.arithmetic.number(0)
        path: dict[int, Any] = {}
        answers: dict[int, dict[tuple[int, int], Any]] = {}
        for z, p in outcome.path:
            match self.ends[z]:
                case int(end):
                    path[end] = p
                case (history, receiver, action):
                    answers.setdefault(history, {})[receiver, action] = p
        for history, given in answers.items():
            count = len(self.answered[history])
            each = [[(a, p) for (k, a), p in given.items() if k == receiver] for receiver in range(count)]
            reached = sum((p for _, p in each[0]), zero)
            for chosen in product(*each):
                z = int(self.tables[history][tuple(a for a, _ in chosen)])
                path[z] = prod((p for _, p in chosen), start=count / reached ** (count - 1))
        players = range(len(self.whole.players))
        worth = tuple(sum((p * self.whole.payoffs[i, z] for z, p in path.items()), zero) for i in players)
        return Outcome(tuple(sorted(path.items(), key=lambda end: end[0])), outcome.taken, worth, outcome.formula)
