"""Every history of a model, written out.

A model's decisions are walked in the order of the file. A decision whose ``when`` does not hold is passed over. Histories
that agree in everything a decision sees belong to one information set; chance, which knows everything, has a set for each
history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from hedging_games.algebra.evaluation import Evaluator, compiled
from hedging_games.algebra.program import Recorder, Value
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.model.declarations import Decision, Grid, Lottery
from hedging_games.model.grids import grid_values

if TYPE_CHECKING:
    from hedging_games.model.model import Model

MOST_HISTORIES: Final = 200_000
"""Histories a model may have."""

Path: TypeAlias = tuple[int | None, ...]
"""The actions chosen so far, by their numbers, decision by decision; None where a decision was passed over."""


class Scope(dict[str, Any]):
    """What names are worth after a history; named expressions are computed when first asked for."""

    def __init__(
        self,
        chosen: Mapping[str, Any],
        base: Mapping[str, Any],
        lets: Mapping[str, Evaluator],
        happened: frozenset[str],
    ) -> None:
        super().__init__(chosen)
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
    label: str
    actions: tuple[str, ...]


class Walk:
    """One walk over all histories of a model, its structural parameters being numbers and the others wires.

    After `run`, ``ends`` holds each terminal history: its path, the events that happened, and the grid values chosen.
    """

    def __init__(self, model: Model, structural: Mapping[str, Fraction]) -> None:
        self.model = model
        self.recorder = Recorder()
        self.base: dict[str, Any] = {
            name: structural[name] if name in structural else self.recorder.input(name) for name in model.parameters
        }
        self.lets = {name: compiled(expression) for name, expression in model.lets.items()}
        self.decisions = list(model.decisions.values())
        self.position = {decision.name: k for k, decision in enumerate(self.decisions)}
        self.whens = [compiled(d.when) if d.when is not None else None for d in self.decisions]
        self.shared = _shared_labels(self.decisions)
        self.fixed_grids: dict[int, tuple[Fraction, ...]] = {}
        self.nodes: list[_Node] = []
        self.sets: list[_Set] = []
        self.set_numbers: dict[tuple[Any, ...], int] = {}
        self.ends: list[tuple[Path, frozenset[str], Mapping[str, Fraction]]] = []
        self.lotteries: dict[int, tuple[Value, ...]] = {}

    def run(self) -> None:
        """Write out every history, depth first, each before its continuations."""
        # What waits: parent, action, decision to look at next, actions so far by decision, events, grid values.
        waiting: list[tuple[int, int, int, Path, frozenset[str], dict[str, Fraction]]]
        waiting = [(-1, -1, 0, (), frozenset(), dict.fromkeys(self.grids, Fraction(0)))]
        while waiting:
            parent, action, number, path, happened, chosen = waiting.pop()
            here = len(self.nodes)
            if here == MOST_HISTORIES:
                raise could_not_finish(
                    "play", f"the model has more than {MOST_HISTORIES:,} histories", "lower the levels of its grids"
                )
            node = _Node(parent, action)
            self.nodes.append(node)
            scope = Scope(chosen, self.base, self.lets, happened)
            while number < len(self.decisions) and not self._is_reached(number, scope):
                number += 1
                path = (*path, None)
            if number == len(self.decisions):
                self.ends.append((path, happened, chosen))
                continue
            decision = self.decisions[number]
            values = self._grid_values(number, scope)
            actions = tuple(map(str, values)) if values is not None else decision.labels
            node.decided = self._set_of(number, path, actions, scope)
            for choice in reversed(range(len(actions))):
                if values is None:
                    label = actions[choice]
                    events = happened | {label, f"{decision.name}.{label}"}
                    following = chosen
                else:
                    events = happened
                    following = {**chosen, decision.name: values[choice]}
                waiting.append((here, choice, number + 1, (*path, choice), events, following))

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

    # --- grids -------------------------------------------------------------------------------------------------

    def _grid_values(self, number: int, scope: Scope) -> tuple[Fraction, ...] | None:
        decision = self.decisions[number]
        if not isinstance(decision.choice, Grid):
            return None
        if number not in self.fixed_grids:
            self.fixed_grids[number] = grid_values(decision, scope)
        return self.fixed_grids[number]

    # --- information sets ----------------------------------------------------------------------------------------

    def _set_of(self, number: int, path: Path, actions: tuple[str, ...], scope: Scope) -> int:
        decision = self.decisions[number]
        seen_numbers = range(number) if decision.player is None else [self.position[name] for name in decision.sees]
        seen = tuple(path[k] for k in seen_numbers)
        key = (number, seen)
        if key not in self.set_numbers:
            self.set_numbers[key] = len(self.sets)
            label = ", ".join(self.word(k, a) for k, a in zip(seen_numbers, seen, strict=True) if a is not None)
            self.sets.append(_Set(number, seen, label, actions))
            if isinstance(decision.choice, Lottery):
                self.lotteries[len(self.sets) - 1] = tuple(
                    compiled(formula)(scope, scope.happened) for formula in decision.choice.probabilities
                )
        return self.set_numbers[key]

    def word(self, number: int, action: int) -> str:
        """How an action is called where it is seen: ``Hedge``, ``Reply.Tolerate``, ``Penalty=1/10``."""
        decision = self.decisions[number]
        if isinstance(decision.choice, Grid):
            return f"{decision.name}={self.fixed_grids[number][action]}"
        label = decision.labels[action]
        return f"{decision.name}.{label}" if label in self.shared else label

    # --- what it comes to ------------------------------------------------------------------------------------------

    def form(self) -> tuple[Form, list[int]]:
        """The form, and the place of each gathered information set in it."""
        order = sorted(range(len(self.sets)), key=lambda k: (self.sets[k].decision, k))
        place = [0] * len(order)
        for position, number in enumerate(order):
            place[number] = position
        alone = np.bincount([s.decision for s in self.sets], minlength=len(self.decisions))
        players = tuple(self.model.players)
        sets = []
        for number in order:
            gathered = self.sets[number]
            decision = self.decisions[gathered.decision]
            label = decision.name
            if alone[gathered.decision] > 1:
                label = f"{decision.name} after {gathered.label or 'nothing'}"
            player = CHANCE if decision.player is None else players.index(decision.player)
            sets.append(InformationSet(label, player, gathered.actions, decision.name))
        first = np.concatenate([[0], np.cumsum([len(s.actions) for s in sets])])
        parent = np.array([node.parent for node in self.nodes])
        decided = np.array([place[node.decided] if node.decided >= 0 else TERMINAL for node in self.nodes])
        action = np.array([node.action for node in self.nodes])
        last_slot = np.where(parent >= 0, first[decided[parent]] + action, -1)
        return Form(players, tuple(sets), parent, last_slot, decided), place


def _shared_labels(decisions: list[Decision]) -> frozenset[str]:
    """The action names that several decisions offer."""
    seen: set[str] = set()
    shared: set[str] = set()
    for decision in decisions:
        shared |= seen & set(decision.labels)
        seen |= set(decision.labels)
    return frozenset(shared)
