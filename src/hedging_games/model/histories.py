"""Every history of a model, written out.

A model's decisions are walked in the order of the file. A decision whose ``when`` does not hold is passed over. Histories
that agree in everything a decision sees belong to one information set; chance, which knows everything, has a set for each
history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, Final, TypeAlias

import numpy as np

from hedging_games.algebra.evaluation import Evaluator, compiled
from hedging_games.algebra.program import Recorder, Value
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.model.declarations import Decision, Grid, Lottery
from hedging_games.model.grids import grid_values
from hedging_games.model.names import Names

MOST_HISTORIES: Final = 200_000
"""Histories a model may have."""

Path: TypeAlias = tuple[int | None, ...]
"""The actions chosen so far, by their numbers, decision by decision; None where a decision was passed over."""


class Scope(dict[str, Any]):
    """What names are worth after a history; named expressions are computed when first asked for."""

    def __init__(
        self,
        chosen: dict[str, Any],
        base: Mapping[str, Any],
        lets: Mapping[str, Evaluator],
        happened: frozenset[str],
    ) -> None:
        super().__init__(chosen)
        self.chosen = chosen
        self.base = base
        self.lets = lets
        self.happened = happened

    def __missing__(self, name: str) -> Any:
        if name in self.base:
            return self.base[name]
        value = self.lets[name](self, self.happened)  # a KeyError says that the name is unknown
        self[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.base or name in self.lets


@dataclass(slots=True)
class _Node:
    """A history being written: where it continues from, by which action, and who decides there (index of a set)."""

    parent: int
    action: int
    decided: int = TERMINAL


@dataclass(slots=True)
class _Set:
    """An information set being gathered."""

    decision: int
    seen: Path


class Walk:
    """One walk over all histories of a model, its structural parameters being numbers and the others wires.

    After `run`, ``ends`` holds each terminal history: its path, the events that happened, and the grid values chosen.
    A walk of one period begins in a ``state``: the values of the state variables by their numbers, which everybody knows.
    """

    def __init__(self, names: Names, structural: Mapping[str, Fraction], state: Path = ()) -> None:
        self.names = names
        self.state = state
        self.recorder = Recorder()
        self.base: dict[str, Any] = {
            name: structural[name] if name in structural else self.recorder.input(name) for name in names.parameters
        }
        self.lets = {name: compiled(expression) for name, expression in names.lets.items() if expression is not None}
        self.decisions = list(names.decisions.values())
        position = {decision.name: k for k, decision in enumerate(self.decisions)}
        self.seen = [[position[name] for name in decision.sees] for decision in self.decisions]
        self.whens = [compiled(d.when) if d.when is not None else None for d in self.decisions]
        self.shared = _shared_labels(self.decisions)
        at_start = Scope({}, self.base, self.lets, frozenset())
        self.values = {k: grid_values(d, at_start) for k, d in enumerate(self.decisions) if isinstance(d.choice, Grid)}
        self.actions = [
            tuple(map(str, self.values[k])) if k in self.values else decision.labels
            for k, decision in enumerate(self.decisions)
        ]
        self.nodes: list[_Node] = []
        self.sets: list[_Set] = []
        self.set_numbers: dict[tuple[Any, ...], int] = {}
        self.ends: list[tuple[Path, frozenset[str], dict[str, Fraction]]] = []
        self.lotteries: dict[int, tuple[Value, ...]] = {}

    def run(self) -> None:
        """Write out every history, depth first, each before its continuations."""
        taken = list(zip(self.actions, self.whens, strict=True))[len(self.state) :]
        always = [len(actions) for actions, when in taken if when is None]
        if prod(always) > MOST_HISTORIES:
            raise _too_many()
        # What waits: parent, action, decision to look at next, actions so far by decision, events, grid values.
        waiting: list[tuple[int, int, int, Path, frozenset[str], dict[str, Fraction]]]
        waiting = [(-1, -1, len(self.state), self.state, *self._started())]
        while waiting:
            parent, action, number, path, happened, chosen = waiting.pop()
            here = len(self.nodes)
            if here == MOST_HISTORIES:
                raise _too_many()
            node = _Node(parent, action)
            self.nodes.append(node)
            scope = Scope(chosen, self.base, self.lets, happened)
            while number < len(self.decisions) and not self._is_reached(number, scope):
                number += 1
                path = (*path, None)
            if number == len(self.decisions):
                self.ends.append((path, happened, chosen))
                continue
            node.decided = self._set_of(number, path, scope)
            for choice in reversed(range(len(self.actions[number]))):
                waiting.append((here, choice, number + 1, (*path, choice), *self._after(number, choice, scope)))

    def _started(self) -> tuple[frozenset[str], dict[str, Fraction]]:
        """What holds, and what numbers are worth, before anybody decides."""
        scope = Scope(dict.fromkeys(self.grids, Fraction(0)), self.base, self.lets, frozenset())
        for number, value in enumerate(self.state):
            assert value is not None
            happened, chosen = self._after(number, value, scope)
            scope = Scope(chosen, self.base, self.lets, happened)
        return scope.happened, scope.chosen

    def _after(self, number: int, choice: int, scope: Scope) -> tuple[frozenset[str], dict[str, Fraction]]:
        """What has happened, and the grid values chosen, after an action."""
        name = self.decisions[number].name
        if number in self.values:
            return scope.happened, {**scope.chosen, name: self.values[number][choice]}
        label = self.actions[number][choice]
        return scope.happened | {label, f"{name}.{label}"}, scope.chosen

    def scope_at(self, end: int) -> Scope:
        """What names are worth at a terminal history."""
        _, happened, chosen = self.ends[end]
        return Scope(chosen, self.base, self.lets, happened)

    @property
    def grids(self) -> list[str]:
        """The decisions whose value formulas can use."""
        return [decision.name for decision in self.decisions if isinstance(decision.choice, Grid)]

    def _is_reached(self, number: int, scope: Scope) -> bool:
        when = self.whens[number]
        return when is None or bool(when(scope, scope.happened))

    # --- information sets ----------------------------------------------------------------------------------------

    def _set_of(self, number: int, path: Path, scope: Scope) -> int:
        decision = self.decisions[number]
        seen = path if decision.player is None else tuple([path[k] for k in self.seen[number]])
        key = (number, seen)
        if key not in self.set_numbers:
            self.set_numbers[key] = len(self.sets)
            self.sets.append(_Set(number, seen))
            if isinstance(decision.choice, Lottery):
                self.lotteries[len(self.sets) - 1] = tuple(
                    compiled(formula)(scope, scope.happened) for formula in decision.choice.probabilities
                )
            elif decision.player is None:
                count = len(self.actions[number])
                self.lotteries[len(self.sets) - 1] = (Fraction(1, count),) * count
        return self.set_numbers[key]

    def word(self, number: int, action: int) -> str:
        """How an action is called where it is seen: ``Hedge``, ``Reply.Tolerate``, ``Penalty=1/10``."""
        name, label = self.decisions[number].name, self.actions[number][action]
        if number in self.values:
            return f"{name}={label}"
        return f"{name}.{label}" if label in self.shared else label

    def _label(self, gathered: _Set) -> str:
        """What an information set has seen, in words."""
        decision = self.decisions[gathered.decision]
        numbers = range(gathered.decision) if decision.player is None else self.seen[gathered.decision]
        seen = zip(numbers, gathered.seen, strict=True)
        known = len(self.state)
        return ", ".join(self.word(k, action) for k, action in seen if action is not None and k >= known) or "nothing"

    # --- what it comes to ------------------------------------------------------------------------------------------

    def form(self) -> tuple[Form, list[int]]:
        """The form, and the place of each gathered information set in it."""
        order = sorted(range(len(self.sets)), key=lambda k: (self.sets[k].decision, k))
        place = [0] * len(order)
        for position, number in enumerate(order):
            place[number] = position
        alone = np.bincount([s.decision for s in self.sets], minlength=len(self.decisions))
        players = tuple(self.names.players)
        sets = []
        for number in order:
            gathered = self.sets[number]
            decision = self.decisions[gathered.decision]
            label = decision.name
            if alone[gathered.decision] > 1:
                label = f"{decision.name} after {self._label(gathered)}"
            player = CHANCE if decision.player is None else players.index(decision.player)
            sets.append(InformationSet(label, player, self.actions[gathered.decision], decision.name))
        first = np.concatenate([[0], np.cumsum([len(s.actions) for s in sets])])
        parent = np.array([node.parent for node in self.nodes])
        decided = np.array([place[node.decided] if node.decided >= 0 else TERMINAL for node in self.nodes])
        action = np.array([node.action for node in self.nodes])
        last_slot = np.where(parent >= 0, first[decided[parent]] + action, -1)
        return Form(players, tuple(sets), parent, last_slot, decided), place


def _too_many() -> CouldNotFinish:
    remedy = "leave decisions out, or lower the levels of grids"
    return could_not_finish("play", f"the model has more than {MOST_HISTORIES:,} histories", remedy)


def _shared_labels(decisions: list[Decision]) -> frozenset[str]:
    """The action names that several decisions offer."""
    seen: set[str] = set()
    shared: set[str] = set()
    for decision in decisions:
        shared |= seen & set(decision.labels)
        seen |= set(decision.labels)
    return frozenset(shared)
