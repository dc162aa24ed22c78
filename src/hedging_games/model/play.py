"""From decisions in order to a form: every history written out, and what each of its ends is worth as one program.

A model's decisions are walked in the order of the file. A decision whose ``when`` does not hold is passed over. Histories
that agree in everything a decision sees belong to one information set; chance, which knows everything, has a set for each
history. The payoffs at every terminal history are recorded as one straight-line program of the parameters that are still
open, in which everything the history decides has already been put in (`algebra.program`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hedging_games.algebra.evaluation import Evaluator, compiled
from hedging_games.algebra.expression import Expression, Sum
from hedging_games.algebra.identity import vanishing
from hedging_games.algebra.program import Program, Recorder, Value
from hedging_games.errors import ExpressionError, Problem, could_not_finish
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.model.declarations import Decision, Grid, Lottery, Table

if TYPE_CHECKING:
    from hedging_games.model.model import Model

MOST_HISTORIES: Final = 200_000
"""Histories a model may have."""

MOST_LEVELS: Final = 10_001
"""Numbers a grid may offer."""

MOST_PROBLEMS: Final = 10
"""Outcomes named when a payoff table misses or repeats some."""


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A model written out at given numbers of its structural parameters.

    Attributes
    ----------
    form : the histories.
    program : from the open parameters to the payoffs, player by player over the terminal histories, followed by the
        probabilities of chance's slots.
    chance_slots : the slots of chance, in the order in which the program gives their probabilities.
    hedge : shape (Z,), whether the event of interest happens; None where the model names none.
    problems : what is wrong with the model at these numbers: outcomes without a payoff or with two, probabilities that
        do not sum to one whatever the open parameters are, players who forget what they knew.
    """

    form: Form
    program: Program
    chance_slots: np.ndarray
    hedge: np.ndarray | None
    problems: tuple[Problem, ...]


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
    seen: tuple[int | None, ...]
    label: str
    actions: tuple[str, ...]


class _Walk:
    """One walk over all histories of a model."""

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
        self.ends: list[tuple[tuple[int | None, ...], frozenset[str], Mapping[str, Fraction]]] = []
        self.lotteries: dict[int, tuple[Value, ...]] = {}

    def run(self) -> None:
        """Write out every history, depth first, each before its continuations."""
        # What waits: parent, action, decision to look at next, actions so far by decision, events, grid values.
        waiting: list[tuple[int, int, int, tuple[int | None, ...], frozenset[str], dict[str, Fraction]]]
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

    @property
    def grids(self) -> list[str]:
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

    def _set_of(self, number: int, path: tuple[int | None, ...], actions: tuple[str, ...], scope: Scope) -> int:
        decision = self.decisions[number]
        seen_numbers = range(number) if decision.player is None else [self.position[name] for name in decision.sees]
        seen = tuple(path[k] for k in seen_numbers)
        key = (number, seen)
        if key not in self.set_numbers:
            self.set_numbers[key] = len(self.sets)
            label = ", ".join(self._word(k, a) for k, a in zip(seen_numbers, seen, strict=True) if a is not None)
            self.sets.append(_Set(number, seen, label, actions))
            if isinstance(decision.choice, Lottery):
                self.lotteries[len(self.sets) - 1] = tuple(
                    self._probability(formula, scope) for formula in decision.choice.probabilities
                )
        return self.set_numbers[key]

    def _word(self, number: int, action: int) -> str:
        decision = self.decisions[number]
        if isinstance(decision.choice, Grid):
            return f"{decision.name}={self.fixed_grids[number][action]}"
        label = decision.labels[action]
        return f"{decision.name}.{label}" if label in self.shared else label

    def _probability(self, formula: Expression, scope: Scope) -> Value:
        value: Value = compiled(formula)(scope, scope.happened)
        return value

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

    def payoffs(self, problems: list[Problem]) -> list[list[Value]]:
        """For each player the payoffs at the terminal histories, as far as they are known before the point is."""
        players = tuple(self.model.players)
        rows: list[list[Value]] = [[] for _ in players]
        value_of = self._table_payoffs if isinstance(self.model.payoffs, Table) else self._plain_payoffs
        compute = value_of(problems)
        for path, happened, chosen in self.ends:
            scope = Scope(chosen, self.base, self.lets, happened)
            for row, value in zip(rows, compute(path, scope), strict=True):
                row.append(value)
        return rows

    def _plain_payoffs(self, _problems: list[Problem]) -> Any:
        assert not isinstance(self.model.payoffs, Table)
        evaluators = [compiled(self.model.payoffs[player]) for player in self.model.players]
        return lambda _path, scope: [evaluator(scope, scope.happened) for evaluator in evaluators]

    def _table_payoffs(self, problems: list[Problem]) -> Any:
        assert isinstance(self.model.payoffs, Table)
        rows = self.model.payoffs.rows
        conditions = [compiled(row.at) for row in rows]
        evaluators = [[compiled(row.payoffs[player]) for player in self.model.players] for row in rows]
        nothing: list[Value] = [Fraction(0)] * len(self.model.players)

        def compute(path: tuple[int | None, ...], scope: Scope) -> list[Value]:
            matching = [k for k, condition in enumerate(conditions) if condition(scope, scope.happened)]
            if len(matching) == 1:
                return [evaluator(scope, scope.happened) for evaluator in evaluators[matching[0]]]
            if len(problems) < MOST_PROBLEMS:
                problems.append(self._table_problem(path, matching))
            return nothing

        return compute

    def _table_problem(self, path: tuple[int | None, ...], matching: list[int]) -> Problem:
        assert isinstance(self.model.payoffs, Table)
        rows = self.model.payoffs.rows
        taken = [(k, action) for k, action in enumerate(path) if action is not None]
        outcome = ", ".join(self._word(k, action) for k, action in taken)
        if not matching:
            pattern = " and ".join(self._word(k, a).replace("=", " == ") for k, a in taken)
            return Problem(
                "payoff", f"no row gives payoffs for the outcome {outcome}", f"add a row: at: {pattern}", rows[-1].where
            )
        lines = " and ".join(str(rows[k].where.line if rows[k].where else k + 1) for k in matching[:2])  # type: ignore[union-attr]
        return Problem(
            "payoff",
            f"{len(matching)} rows (lines {lines}) give payoffs for the outcome {outcome}",
            "let only one of them match it",
            rows[matching[1]].where,
        )

    def hedge(self) -> np.ndarray | None:
        """Shape (Z,): whether the event of interest happens."""
        if self.model.hedge is None:
            return None
        condition = compiled(self.model.hedge)
        found = [
            bool(condition(Scope(chosen, self.base, self.lets, happened), happened))
            for _, happened, chosen in self.ends
        ]
        return np.array(found, dtype=bool)


def unroll(model: Model, structural: Mapping[str, Fraction]) -> Unrolled:
    """The model's form and payoff program, its structural parameters having the given numbers.

    Raises
    ------
    ExpressionError
        If a grid is impossible, or a denominator that holds no open parameter is zero.
    CouldNotFinish
        If there are more than `MOST_HISTORIES` histories.
    """
    walk = _Walk(model, structural)
    walk.run()
    form, place = walk.form()
    problems: list[Problem] = []
    values = [value for row in walk.payoffs(problems) for value in row]
    chance_slots: list[int] = []
    sums: list[Value] = []
    for number in sorted(walk.lotteries, key=place.__getitem__):
        chance_slots += form.slots(place[number])
        values += walk.lotteries[number]
        total: Value = Fraction(-1)
        for probability in walk.lotteries[number]:
            total = total + probability
        sums.append(total)
    problems += _sum_problems(walk.recorder.finish(sums), form, model)
    problems += recall_problems(form, model)
    return Unrolled(
        form, walk.recorder.finish(values), np.array(chance_slots, dtype=int), walk.hedge(), tuple(problems)
    )


def _sum_problems(sums: Program, form: Form, model: Model) -> list[Problem]:
    """The moves of chance whose probabilities do not sum to one identically; ``sums`` gives each sum less 1."""
    found = []
    for s, is_zero in zip(form.sets_of(CHANCE), vanishing(sums), strict=True):
        if not is_zero:
            decision = model.decisions[form.information_sets[s].decision]
            assert isinstance(decision.choice, Lottery)
            written = " + ".join(f"({p})" if isinstance(p, Sum) else str(p) for p in decision.choice.probabilities)
            what = f"the probabilities of '{decision.name}' do not sum to 1 for all parameters: {written}"
            remedy = "write the last one as 1 minus the others"
            found.append(Problem("play", what, remedy, decision.choice.probabilities[-1].where))
    return list(dict.fromkeys(found))


def recall_problems(form: Form, model: Model) -> list[Problem]:
    """The decisions at which a player has forgotten what it did or knew (imperfect recall, Kuhn 1953)."""
    found: dict[str, Problem] = {}
    order = list(model.decisions)
    for player, name in enumerate(form.players):
        own = form.own_last_slot(player)
        for s in form.sets_of(player):
            decision = model.decisions[form.information_sets[s].decision]
            if decision.name in found or len(np.unique(own[form.histories_of[s]])) == 1:
                continue
            earlier = [d for d in order[: order.index(decision.name)] if model.decisions[d].player == name]
            known = {seen for d in earlier for seen in (d, *model.decisions[d].sees)} | set(decision.sees)
            sees = ", ".join(d for d in order if d in known)
            what = f"at '{decision.name}' {name} has forgotten what {name} did or knew before"
            found[decision.name] = Problem("play", what, f"write sees: [{sees}]", decision.where)
    return list(found.values())


def grid_values(decision: Decision, scope: Mapping[str, Any]) -> tuple[Fraction, ...]:
    """The numbers a grid offers. Raises ExpressionError for one that is impossible or too fine."""
    grid = decision.choice
    assert isinstance(grid, Grid)
    low, high = (_number(part, scope) for part in (grid.low, grid.high))
    if grid.levels is not None:
        levels = _number(grid.levels, scope)
        if levels.denominator != 1 or levels < 2:
            raise _grid_error(decision, grid.levels, f"has {levels} levels", "give a whole number from 2 on")
        _refuse_fine(decision, grid.levels, levels)
        if low >= high:
            raise _grid_error(decision, grid.low, f"goes from {low} to {high}", "write the smaller end first")
        return tuple(low + (high - low) * k / (levels - 1) for k in range(int(levels)))
    assert grid.step is not None
    step = _number(grid.step, scope)
    if step <= 0:
        raise _grid_error(decision, grid.step, f"has the step {step}", "give a positive step")
    if low > high:
        raise _grid_error(decision, grid.low, f"goes from {low} to {high}", "write the smaller end first")
    count = (high - low) / step
    _refuse_fine(decision, grid.step, count)
    if count.denominator != 1:
        what = f"does not meet its end: {high} - {low} is not a multiple of {step}"
        raise _grid_error(decision, grid.high, what, "change the step or an end")
    return tuple(low + step * k for k in range(int(count) + 1))


def _number(formula: Expression, scope: Mapping[str, Any]) -> Fraction:
    happened = scope.happened if isinstance(scope, Scope) else frozenset()
    value: Fraction = compiled(formula)(scope, happened)
    return value


def _refuse_fine(decision: Decision, formula: Expression, levels: Fraction) -> None:
    if levels > MOST_LEVELS:
        raise _grid_error(decision, formula, f"has more than {MOST_LEVELS:,} levels", "make it coarser")


def _grid_error(decision: Decision, formula: Expression, what: str, remedy: str) -> ExpressionError:
    return ExpressionError(Problem("play", f"the grid of '{decision.name}' {what}", remedy, formula.where))


def _shared_labels(decisions: list[Decision]) -> frozenset[str]:
    """The action names that several decisions offer."""
    seen: set[str] = set()
    shared: set[str] = set()
    for decision in decisions:
        shared |= seen & set(decision.labels)
        seen |= set(decision.labels)
    return frozenset(shared)
