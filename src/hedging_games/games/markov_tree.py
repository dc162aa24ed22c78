"""A game over time in which no state comes up by two histories is a tree: what is done depends on the state alone anyway."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame

MOST_STATES: Final = 200
"""States of a game that is written out as a tree."""


@dataclass(frozen=True, slots=True)
class MarkovTree:
    """The tree, and the state and the number there of each of its information sets (None: chance says which state is next)."""

    game: Game
    origins: tuple[tuple[int, int] | None, ...]


def tree_of(game: MarkovGame) -> MarkovTree | None:
    """The game as a tree: payoffs are discounted and added up along each history. None where a state comes up twice."""
    if len(game.states) > MOST_STATES or game.horizon is not None:
        return None
    writer = _Writer(game)
    ones = game.arithmetic.array([1] * len(game.players))
    try:
        writer.write(_Before(-1, (-1, 0), game.arithmetic.zeros(ones.shape), ones, ()), game.start, 0)
    except _TwiceError:
        return None
    return MarkovTree(writer.tree(), tuple(writer.sets))


class _TwiceError(Exception):
    """A state comes up by two histories."""


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """What leads to a history: the one before, the action (information set and number), what was paid, what a payoff is worth by now,
    and in which of the past periods the event happened.
    """

    parent: int
    action: tuple[int, int]
    paid: np.ndarray
    weights: np.ndarray
    happened: tuple[bool, ...]


class _Writer:
    """Writes histories in depth-first order."""

    def __init__(self, game: MarkovGame) -> None:
        self.game = game
        self.sets: list[tuple[int, int] | None] = []
        self.infos: list[InformationSet] = []
        self.odds: dict[tuple[int, int], Any] = {}
        self.nodes: list[tuple[int, tuple[int, int], int]] = []
        self.ends: list[_Before] = []
        self.seen: set[int] = set()

    def write(self, before: _Before, state: int, history: int) -> None:
        """Write a history of a state's period, and all that follow it."""
        game, stage = self.game, self.game.stages[state]
        if history == 0 and state in self.seen:
            raise _TwiceError
        self.seen.add(state)
        s = int(stage.form.decided_at[history])
        if s != TERMINAL:
            number = self._set(state, s)
            here = self._node(before, number)
            for k, child in enumerate(stage.form.children[history]):
                self.write(replace(before, parent=here, action=(number, k)), state, child)
            return
        z = int(np.flatnonzero(stage.form.terminals == history)[0])
        happened = () if stage.hedge is None else (*before.happened, bool(stage.hedge[z]))
        paid = before.paid + before.weights * stage.payoffs[:, z]
        later = replace(
            before, paid=paid, weights=before.weights * np.array(game.discounts, dtype=object), happened=happened
        )
        following = [(t, q) for t, q in enumerate(game.moves[state][z]) if q != 0]
        rest = game.arithmetic.number(1) - sum((q for _, q in following), game.arithmetic.number(0))
        if not following:
            self._node(later, TERMINAL)
            self.ends.append(later)
        elif len(following) == 1 and rest == 0:
            self.write(later, following[0][0], 0)
        else:
            self._draw(later, following, rest)

    def _draw(self, later: _Before, following: list[tuple[int, Any]], rest: Any) -> None:
        """Chance says which state is next, or whether play ends."""
        number = len(self.infos)
        names = [self.game.states[t] for t, _ in following] + (["end"] if rest != 0 else [])
        self.infos.append(InformationSet(f"next state {number}", CHANCE, tuple(names), "next"))
        self.sets.append(None)
        self.odds |= {(number, k): q for k, q in enumerate([*(q for _, q in following), rest][: len(names)])}
        here = self._node(later, number)
        for k in range(len(names)):
            after = replace(later, parent=here, action=(number, k))
            if k < len(following):
                self.write(after, following[k][0], 0)
            else:
                self._node(after, TERMINAL)
                self.ends.append(after)

    def _set(self, state: int, s: int) -> int:
        """The number, in the tree, of an information set of a state's period."""
        if (state, s) in self.sets:
            return self.sets.index((state, s))
        stage = self.game.stages[state]
        own = stage.form.information_sets[s]
        self.sets.append((state, s))
        self.infos.append(replace(own, label=self.game.label_in(state, own.label)))
        if own.player == CHANCE:
            number = len(self.infos) - 1
            self.odds |= {(number, k): stage.chance[slot] for k, slot in enumerate(stage.form.slots(s))}
        return len(self.infos) - 1

    def _node(self, before: _Before, decided: int) -> int:
        self.nodes.append((before.parent, before.action, decided))
        return len(self.nodes) - 1

    def tree(self) -> Game:
        """What was written, as a game."""
        game = self.game
        first = np.concatenate([[0], np.cumsum([len(s.actions) for s in self.infos])]).astype(int)
        parent, actions, decided = zip(*self.nodes, strict=True)
        last = [int(first[s]) + k if s >= 0 else -1 for s, k in actions]
        form = Form(game.players, tuple(self.infos), np.array(parent), np.array(last), np.array(decided))
        chance = game.arithmetic.zeros((form.slot_count,))
        for (s, k), p in self.odds.items():
            chance[first[s] + k] = p
        payoffs = np.array([end.paid for end in self.ends], dtype=object).T
        event = None if game.event is None else np.array([self._holds(end.happened) for end in self.ends])
        return Game(form, payoffs, chance, game.arithmetic, game.title, game.name, event, game.parameters, game.notes)

    def _holds(self, happened: tuple[bool, ...]) -> bool:
        """Whether the event of interest happens along a history."""
        match self.game.event:
            case "first":
                return happened[0]
            case "always":
                return all(happened)
            case "never":
                return not any(happened)
        return any(happened)
