"""The form of a game: its histories, who decides at each of them, and what they know (Osborne and Rubinstein 1994,
section 11.1). A matrix game is the form in which nobody sees anything.

Histories are numbered in depth-first order, every history before its continuations and the continuations by action
order; history 0 is the empty one. A *slot* is a pair (information set, action): slots are numbered set by set. Chance
is the player `CHANCE`; its information sets are handled like any other, only their probabilities belong to the game
and not to the profile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import prod
from typing import Final

import numpy as np

from hedging_games.errors import input_error

CHANCE: Final = -1
"""The player number of chance."""

SMALL_MATRIX: Final = 10_000
"""Cells of a matrix up to which its form is kept for the next game of that form."""

TERMINAL: Final = -1
"""What `Form.decided_at` holds at a terminal history."""


@dataclass(frozen=True, slots=True)
class InformationSet:
    """What a player knows when deciding: a label unique in the form, the player's number, and the actions.

    ``decision`` is the decision of the model file that the set belongs to (its label if the form has no file).
    """

    label: str
    player: int
    actions: tuple[str, ...]
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A subgame without its own proper subgames: the ``root``, the histories decided inside the stage, and its leaves,
    each of which is terminal or the root of a further stage. ``sets`` are the information sets decided inside.
    """

    root: int
    inner: np.ndarray
    leaves: np.ndarray
    sets: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """Players, information sets and histories.

    Attributes
    ----------
    players : names, in order.
    information_sets : all sets, chance's included, in the order of the file.
    parent : shape (H,), the history one action shorter; -1 at history 0.
    last_slot : shape (H,), the slot of the last action; -1 at history 0.
    decided_at : shape (H,), the information set that decides at the history, `TERMINAL` where play is over.
    """

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    parent: np.ndarray
    last_slot: np.ndarray
    decided_at: np.ndarray

    # --- slots -------------------------------------------------------------------------------------------------

    @cached_property
    def first_slot(self) -> np.ndarray:
        """Shape (sets + 1,): the slots of set ``s`` are ``first_slot[s]`` up to, without, ``first_slot[s + 1]``."""
        return np.concatenate([[0], np.cumsum([len(s.actions) for s in self.information_sets])]).astype(int)

    @property
    def slot_count(self) -> int:
        """S: how many pairs of an information set and an action there are."""
        return int(self.first_slot[-1])

    def slots(self, information_set: int) -> range:
        """The slots of an information set."""
        return range(int(self.first_slot[information_set]), int(self.first_slot[information_set + 1]))

    @cached_property
    def set_of_slot(self) -> np.ndarray:
        """Shape (S,): the information set of each slot."""
        return np.repeat(np.arange(len(self.information_sets)), np.diff(self.first_slot))

    @cached_property
    def player_of_set(self) -> np.ndarray:
        """Shape (sets,): the player who decides at each information set."""
        return np.array([s.player for s in self.information_sets], dtype=int)

    @cached_property
    def player_of_slot(self) -> np.ndarray:
        """Shape (S,): the player (or `CHANCE`) of each slot."""
        return np.array([self.information_sets[s].player for s in self.set_of_slot], dtype=int)

    @cached_property
    def action_of_slot(self) -> tuple[str, ...]:
        """The action's name of each slot."""
        return tuple(action for s in self.information_sets for action in s.actions)

    @cached_property
    def namesakes(self) -> Counter[tuple[int, str]]:
        """In how many of a player's information sets there is an action of a name."""
        return Counter((s.player, action) for s in self.information_sets for action in s.actions)

    def sets_of(self, player: int) -> tuple[int, ...]:
        """The information sets of a player (or of `CHANCE`)."""
        return tuple(k for k, s in enumerate(self.information_sets) if s.player == player)

    # --- histories ---------------------------------------------------------------------------------------------

    @property
    def history_count(self) -> int:
        """H: how many histories there are, terminal ones included."""
        return len(self.parent)

    @cached_property
    def terminals(self) -> np.ndarray:
        """Shape (Z,): the terminal histories."""
        return np.flatnonzero(self.decided_at == TERMINAL)

    @cached_property
    def histories_of(self) -> tuple[np.ndarray, ...]:
        """For each information set the histories it contains."""
        return _groups(self.decided_at, len(self.information_sets))

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each history its continuations by one action, in action order."""
        found: list[list[int]] = [[] for _ in range(self.history_count)]
        for history, before in enumerate(self.parent.tolist()[1:], start=1):
            found[before].append(history)
        return tuple(tuple(children) for children in found)

    @cached_property
    def end(self) -> np.ndarray:
        """Shape (H,): the continuations of history ``h`` (itself first) are ``h`` up to, without, ``end[h]``."""
        size = [1] * self.history_count
        parent = self.parent.tolist()
        for history in range(self.history_count - 1, 0, -1):
            size[parent[history]] += size[history]
        return np.asarray(np.arange(self.history_count) + np.array(size))

    @cached_property
    def levels(self) -> tuple[np.ndarray, ...]:
        """The histories by length: ``levels[k]`` holds those of ``k`` actions, in order."""
        depth = [0] * self.history_count
        for history, before in enumerate(self.parent.tolist()[1:], start=1):
            depth[history] = depth[before] + 1
        return _groups(np.array(depth), max(depth) + 1)

    def path(self, history: int) -> tuple[int, ...]:
        """The slots of a history's actions, first action first."""
        slots: list[int] = []
        while self.parent[history] >= 0:
            slots.append(int(self.last_slot[history]))
            history = int(self.parent[history])
        return tuple(reversed(slots))

    @cached_property
    def history_labels(self) -> tuple[str, ...]:
        """For people: the actions of each history joined by commas; ``Decision.Action`` where the action's name alone
        would not say whose it is, and ``Decision=value`` for numbers.
        """
        meanings: dict[str, set[str]] = {}
        for information_set in self.information_sets:
            for action in information_set.actions:
                meanings.setdefault(action, set()).add(information_set.decision)
        words = [""] * self.slot_count
        for slot, action in enumerate(self.action_of_slot):
            decision = self.information_sets[self.set_of_slot[slot]].decision
            if action.replace("/", "").replace("-", "").isdigit():
                words[slot] = f"{decision}={action}"
            else:
                words[slot] = action if len(meanings[action]) == 1 else f"{decision}.{action}"
        labels = [""] * self.history_count
        for history in range(1, self.history_count):
            before = labels[self.parent[history]]
            word = words[self.last_slot[history]]
            labels[history] = f"{before}, {word}" if before else word
        labels[0] = "start"
        return tuple(labels)

    # --- what a player remembers -------------------------------------------------------------------------------

    def own_last_slot(self, player: int) -> np.ndarray:
        """Shape (H,): the player's own last action before each history, as a slot; -1 before the first."""
        own = [-1] * self.history_count
        mine = (self.player_of_slot == player).tolist()
        before, last_slot = self.parent.tolist(), self.last_slot.tolist()
        for history in range(1, self.history_count):
            slot = last_slot[history]
            own[history] = slot if mine[slot] else own[before[history]]
        return np.array(own)

    @cached_property
    def own_parent_slot(self) -> np.ndarray:
        """Shape (sets,): the own action that precedes each information set, as a slot; -1 if none does.

        With perfect recall (Kuhn 1953) it is the same at every history of the set; `check` makes sure of it.
        """
        before = np.full(len(self.information_sets), -1, dtype=int)
        if self.is_simultaneous:
            return before
        for player in range(len(self.players)):
            own = self.own_last_slot(player)
            for s in self.sets_of(player):
                before[s] = own[self.histories_of[s][0]]
        return before

    # --- shape ---------------------------------------------------------------------------------------------------

    @cached_property
    def has_chance(self) -> bool:
        """Whether chance moves."""
        return any(s.player == CHANCE for s in self.information_sets)

    @cached_property
    def is_simultaneous(self) -> bool:
        """Whether this is a matrix game: no chance, one information set a player at most, all decided on every path in
        the same order.
        """
        if self.has_chance or len({s.player for s in self.information_sets}) < len(self.information_sets):
            return False
        if len(self.levels) != len(self.information_sets) + 1:
            return False
        return all(len(np.unique(self.decided_at[level])) == 1 for level in self.levels)

    @cached_property
    def order_of_play(self) -> tuple[int, ...]:
        """The information sets by the first history at which they are decided: a matrix game's axes, first one first."""
        return tuple(np.argsort([histories[0] for histories in self.histories_of], kind="stable").tolist())

    @cached_property
    def has_perfect_information(self) -> bool:
        """Whether every player always knows the history."""
        return all(
            len(histories) == 1
            for s, histories in zip(self.information_sets, self.histories_of, strict=True)
            if s.player != CHANCE
        )

    @cached_property
    def has_private_information(self) -> bool:
        """Whether some player must decide without knowing what chance did earlier (incomplete information)."""
        chance_past: list[tuple[int, ...]] = [()] * self.history_count
        for history in range(1, self.history_count):
            slot = int(self.last_slot[history])
            before = chance_past[self.parent[history]]
            chance_past[history] = (*before, slot) if self.player_of_slot[slot] == CHANCE else before
        return any(
            len({chance_past[h] for h in histories}) > 1
            for s, histories in zip(self.information_sets, self.histories_of, strict=True)
            if s.player != CHANCE
        )

    @cached_property
    def subgame_roots(self) -> tuple[int, ...]:
        """The histories, not terminal, at which a subgame starts (Selten 1965): no information set that is decided
        after it holds a history outside it. Chance knows nothing, so what its sets hold cuts no subgame in two.
        """
        # The first and the last history of all the sets decided in each subtree, gathered from the leaves up.
        first = list(range(self.history_count))
        last = list(range(self.history_count))
        for s, histories in zip(self.information_sets, self.histories_of, strict=True):
            if s.player != CHANCE:
                for history in histories.tolist():
                    first[history], last[history] = int(histories[0]), int(histories[-1])
        parent = self.parent.tolist()
        for history in range(self.history_count - 1, 0, -1):
            before = parent[history]
            first[before] = min(first[before], first[history])
            last[before] = max(last[before], last[history])
        inside = (np.array(first) >= np.arange(self.history_count)) & (np.array(last) < self.end)
        return tuple(np.flatnonzero(inside & (self.decided_at != TERMINAL)).tolist())

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The form cut at its subgame roots, last stages first: solving them in this order is backward induction."""
        return self._cut_at(self.subgame_roots)

    @cached_property
    def whole(self) -> Stage:
        """The whole form as a single stage, whose leaves are the terminal histories."""
        if self.decided_at[0] == TERMINAL:
            return Stage(0, np.array([], dtype=int), np.array([0]), ())
        inner = np.flatnonzero(self.decided_at != TERMINAL)
        return Stage(0, inner, self.terminals, tuple(dict.fromkeys(self.decided_at[inner].tolist())))

    def _cut_at(self, roots: Sequence[int]) -> tuple[Stage, ...]:
        """The stages that start at ``roots`` (history 0 among them unless it is terminal), last first."""
        inner: dict[int, list[int]] = {root: [] for root in roots}
        leaves: dict[int, list[int]] = {root: [] for root in roots}
        stage_of = [0] * self.history_count
        parent, decided_at = self.parent.tolist(), self.decided_at.tolist()
        for history, decided in enumerate(decided_at):
            if history > 0:
                stage_of[history] = stage_of[parent[history]]
                if history in inner or decided == TERMINAL:
                    leaves[stage_of[history]].append(history)
            if history in inner:
                stage_of[history] = history
            if decided != TERMINAL:
                inner[stage_of[history]].append(history)
        return tuple(
            Stage(
                root,
                np.array(inner[root], dtype=int),
                np.array(leaves[root], dtype=int),
                tuple(dict.fromkeys(decided_at[history] for history in inner[root])),
            )
            for root in reversed(roots)
        )

    # --- equality ------------------------------------------------------------------------------------------------

    @cached_property
    def _content(self) -> tuple[object, ...]:
        arrays = (self.parent, self.last_slot, self.decided_at)
        return (self.players, self.information_sets, *(a.astype(np.int64).tobytes() for a in arrays))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Form) and self._content == other._content)

    def __hash__(self) -> int:
        return hash(self._content)

    # --- building ------------------------------------------------------------------------------------------------

    def check(self) -> Form:
        """The form itself, if it is one: histories in order, sets with equal actions, perfect recall.

        Raises
        ------
        InputError
            If an information set has no history or no action, or a player forgets an own action or an own
            information set (imperfect recall), naming the set.
        """
        for s, histories in zip(self.information_sets, self.histories_of, strict=True):
            if not s.actions:
                raise input_error("play", f"'{s.label}' offers no action", "give it at least one action")
            if len(histories) == 0:
                raise input_error("play", f"'{s.label}' is never reached", "remove it, or mend its condition")
        if not self._continues_by_its_actions():
            raise AssertionError("some history does not continue by the actions of its information set")
        forgetful = self.forgetful_set()
        if forgetful is not None:
            name = self.players[self.information_sets[forgetful].player]
            raise input_error(
                "play",
                f"{name} forgets at '{self.information_sets[forgetful].label}' what {name} did or knew before",
                "let the decision see the player's own earlier decisions and all that they saw",
            )
        return self

    def _continues_by_its_actions(self) -> bool:
        """Whether each history has one continuation for each action of the set that decides there, in order, and no other."""
        offered = np.append(np.diff(self.first_slot), 0)[self.decided_at]  # the last one stands for terminal histories
        longer = np.argsort(self.parent[1:], kind="stable") + 1
        before = self.parent[longer]
        counts = np.bincount(before, minlength=self.history_count)
        if not np.array_equal(counts, offered):
            return False
        place = np.arange(len(longer)) - np.repeat(np.cumsum(counts) - counts, counts)
        return bool((self.last_slot[longer] == self.first_slot[self.decided_at[before]] + place).all())

    def forgetful_set(self) -> int | None:
        """The first information set, player by player, at which its player has forgotten something: its histories
        differ in the player's own past, or one continues another. None with perfect recall (Kuhn 1953).
        """
        for player in range(len(self.players)):
            own = self.own_last_slot(player)
            for s in self.sets_of(player):
                histories = self.histories_of[s]
                if len(histories) > 1 and (len(set(own[histories].tolist())) > 1 or self._recurs(s)):
                    return s
        return None

    def _recurs(self, s: int) -> bool:
        """Whether some history of the set continues another one of the same set."""
        histories = self.histories_of[s]
        return bool(np.any(histories[1:] < self.end[histories[:-1]]))


def _groups(number: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    """For each of the numbers 0 up to ``count`` the positions, in order, at which ``number`` holds it."""
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(count + 1)).tolist()
    return tuple(order[start:stop] for start, stop in pairwise(bounds))


def matrix_form(players: Sequence[str], actions: Sequence[Sequence[str]]) -> Form:
    """The form of a matrix game: all players choose at once, one information set each, named after its player.

    Terminal histories are in lexicographic order, so that payoffs of shape (m1, ..., mn) ravel onto them.

    Raises InputError if a player has no action or a name occurs twice.
    """
    given = tuple(players), tuple(map(tuple, actions))
    return (_small_matrix_form if prod(map(len, given[1])) <= SMALL_MATRIX else _matrix_form)(*given)


def _matrix_form(players: tuple[str, ...], actions: tuple[tuple[str, ...], ...]) -> Form:
    _refuse_repeats("players", players)
    for player, names in zip(players, actions, strict=True):
        _refuse_repeats(f"actions of {player}", names)
        if not names:
            raise input_error("play", f"{player} has no action", "give every player at least one action")
    sets = tuple(
        InformationSet(player, k, names, player) for k, (player, names) in enumerate(zip(players, actions, strict=True))
    )
    return Form(players, sets, *_histories_of_a_matrix([len(names) for names in actions]))


_small_matrix_form = lru_cache(maxsize=64)(_matrix_form)
"""Many games in turn have the same form, and what is derived of it once serves all."""


def _histories_of_a_matrix(sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``parent``, ``last_slot`` and ``decided_at`` of the tree in which player k takes one of ``sizes[k]`` actions, in turn."""
    below = [1]  # how many histories there are from each length on, longest first
    for size in reversed(sizes):
        below.append(1 + size * below[-1])
    count, *below = reversed(below)
    parent, last_slot, decided_at = (np.full(count, value) for value in (-1, -1, TERMINAL))
    here, first = np.zeros(1, dtype=int), 0
    for player, (size, gap) in enumerate(zip(sizes, below, strict=True)):
        decided_at[here] = player
        longer = (here[:, None] + 1 + gap * np.arange(size)).ravel()
        parent[longer] = np.repeat(here, size)
        last_slot[longer] = np.tile(np.arange(first, first + size), len(here))
        here, first = longer, first + size
    return parent, last_slot, decided_at


def _refuse_repeats(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise input_error("play", f"'{name}' occurs twice among the {what}", "give each its own name")
        seen.add(name)
