"""What the names in a model's formulas stand for, and whether every one of them stands for something.

Values (parameters, named expressions, numbers chosen) and events (actions) live in one name space, so that a reader never
has to guess. Only two liberties are taken: a decision may bear the name of the player who takes it, and two decisions may
offer actions of the same name, which formulas then qualify: ``Reply.Tolerate``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hedging_games.algebra.expressions.expression import (
    Event,
    Expression,
    Formula,
    Name,
    children,
    events_in,
    names_in,
    ordered_names_in,
)
from hedging_games.algebra.expressions.size import Size, check_size
from hedging_games.errors import ExpressionError, Place, did_you_mean
from hedging_games.model.declarations import Course, Decision, Grid, Lottery, Parameter, Player, is_number
from hedging_games.model.fields import Report

DEEPEST_CHAIN: Final = 150
"""Operations that may be nested in one another once named expressions are put in their places."""


@dataclass(frozen=True)
class Names:
    """All names of a model. The variables of a ``state`` stand first among the decisions, as if chance had taken them."""

    players: Mapping[str, Player]
    parameters: Mapping[str, Parameter]
    lets: Mapping[str, Expression | None]
    decisions: Mapping[str, Decision]
    state: tuple[str, ...] = ()
    by_action: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for decision in self.decisions.values():
            for label in decision.labels:
                self.by_action.setdefault(label, []).append(decision.name)

    @property
    def numbers(self) -> list[str]:
        """The decisions whose value formulas can use: grids and continuous choices."""
        return [name for name, decision in self.decisions.items() if is_number(decision.choice)]

    def decisions_of(self, formulas: Iterable[Formula]) -> frozenset[str]:
        """The decisions that formulas depend on, directly or through named expressions."""
        found: set[str] = set()
        for formula in formulas:
            for name in names_in(formula):
                found |= decisions_in(name.name, self) if name.name in self.lets else {name.name} & set(self.decisions)
            found.update(d for d in map(self.decision_of, events_in(formula)) if d is not None)
        return frozenset(found)

    def before(self, decision: str) -> frozenset[str]:
        """The decisions that are taken before one."""
        order = list(self.decisions)
        return frozenset(order[: order.index(decision)])

    def decision_of(self, event: Event) -> str | None:
        """The decision an event belongs to, None if that is not clear."""
        if event.decision is not None:
            known = event.decision in self.decisions and event.action in self.decisions[event.decision].labels
            return event.decision if known else None
        found = self.by_action.get(event.action, [])
        return found[0] if len(found) == 1 else None


def names_of(
    players: Mapping[str, Player],
    parameters: Mapping[str, Parameter],
    lets: Mapping[str, Expression | None],
    decisions: Mapping[str, Decision],
    course: Course | None,
) -> Names:
    """The names of a model, the variables of the state among them."""
    state = {} if course is None else course.state
    return Names(players, parameters, lets, {**state, **decisions}, tuple(state))


# --- clashes -----------------------------------------------------------------------------------------------------------


def check_clashes(names: Names, places: Mapping[str, Place], report: Report) -> None:
    """No name stands for two things. ``places`` are those of the named expressions."""
    taken: dict[str, str] = dict.fromkeys(names.players, "a player")
    declared: list[tuple[str, str, Place | None]] = [
        *((p.name, "a parameter", p.where) for p in names.parameters.values()),
        *((name, "a named expression", places.get(name)) for name in names.lets),
    ]
    declared += [(d.name, _kind(d, names), d.where) for d in names.decisions.values() if d.name != d.player]
    for decision in names.decisions.values():
        kind = "a value of the state" if decision.name in names.state else "an action"
        declared += [(label, kind, decision.where) for label in decision.labels]
    for name, kind, where in declared:
        other = taken.setdefault(name, kind)
        if other == kind and kind in ("an action", "a value of the state"):
            continue
        if {other, kind} == {"a decision", "an action"} and not is_number(names.decisions[name].choice):
            continue  # Formulas mention actions, `sees` mentions decisions; a decision's number is mentioned as well.
        if other != kind:
            report.add("name", f"'{name}' is {kind} and also {other}", "rename one of them", where)
    for decision in names.decisions.values():
        if decision.name == decision.player and decision.name in names.by_action:
            report.add(
                "name", f"'{decision.name}' is a player and also an action", "rename one of them", decision.where
            )


def _kind(decision: Decision, names: Names) -> str:
    return "a state variable" if decision.name in names.state else "a decision"


# --- one formula -------------------------------------------------------------------------------------------------------


def check_formula(
    formula: Formula, topic: str, names: Names, report: Report, *, allowed: frozenset[str] | None = None, why: str = ""
) -> None:
    """Every name in a formula is known, and speaks only of the decisions ``allowed`` (None: all); ``why`` says why."""
    for name in names_in(formula):
        _check_name(name, topic, names, report, allowed=allowed, why=why)
    for event in events_in(formula):
        _check_event(event, topic, names, report, allowed=allowed, why=why)


def _check_name(
    name: Name, topic: str, names: Names, report: Report, *, allowed: frozenset[str] | None, why: str
) -> None:
    word = name.name
    if word in names.parameters:
        return
    if word in names.lets:
        later = sorted(decisions_in(word, names) - allowed) if allowed is not None else []
        if later:
            report.add(topic, f"'{word}' depends on '{later[0]}', {why}", "use what is known by then", name.where)
        return
    if word in names.numbers:
        if allowed is not None and word not in allowed:
            report.add(topic, f"'{word}' is used, {why}", "use what is known by then", name.where)
        return
    if word in names.by_action:
        report.add(topic, f"'{word}' is an action where a number is expected", f"write [{word}]", name.where)
    elif word in names.decisions:
        labels = names.decisions[word].labels
        remedy = f"write one of its actions as a condition: [{labels[0]}]" if labels else "give it actions"
        report.add(topic, f"'{word}' is a decision where a number is expected", remedy, name.where)
    elif not report.lost & {"parameter", "let", "play", "state"}:
        known = [*names.parameters, *names.lets, *names.numbers]
        remedy = did_you_mean(word, known)
        if not remedy.startswith("did you mean"):
            remedy = f"declare it: {word}: and its baseline, under 'parameters:'"
        report.add(topic, f"unknown name '{word}'", remedy, name.where)


def _check_event(
    event: Event, topic: str, names: Names, report: Report, *, allowed: frozenset[str] | None, why: str
) -> None:
    decision = names.decision_of(event)
    if decision is not None:
        if allowed is not None and decision not in allowed:
            report.add(
                topic, f"'{event.key}' is chosen at '{decision}', {why}", "use what is known by then", event.where
            )
        return
    if report.lost & {"play", "state"}:
        return  # It may be an action that could not be read.
    what, remedy = _unknown_qualified(event, names) if event.decision is not None else _unknown_event(event, names)
    report.add(topic, what, remedy, event.where)


def _unknown_event(event: Event, names: Names) -> tuple[str, str]:
    word = event.action
    if word in names.by_action:
        written = [f"{decision}.{word}" for decision in names.by_action[word]]
        return f"several decisions have an action '{word}'", f"write {' or '.join(written)}"
    if word in names.numbers:
        return f"'{word}' is a number where a condition is expected", f"compare it: {word} == 0, or {word} > 0"
    if word in names.parameters or word in names.lets:
        return f"'{word}' is a number where a condition is expected", f"compare it: {word} > 0"
    if word in names.decisions and names.decisions[word].labels:
        labels = [
            label if len(names.by_action[label]) == 1 else f"{word}.{label}" for label in names.decisions[word].labels
        ]
        return f"'{word}' is a decision, not an action", f"write one of its actions: {', '.join(labels)}"
    return f"unknown action '{word}'", did_you_mean(word, list(names.by_action))


def _unknown_qualified(event: Event, names: Names) -> tuple[str, str]:
    decision = names.decisions.get(event.decision or "")
    if decision is None:
        taken = [d.name for d in names.decisions.values() if d.player == event.decision and event.action in d.labels]
        if taken:
            return f"'{event.decision}' is a player, not a decision", f"write {taken[0]}.{event.action}"
        return f"unknown decision '{event.decision}'", did_you_mean(event.decision or "", list(names.decisions))
    if is_number(decision.choice):
        what = f"'{decision.name}' is a choice among numbers"
        return what, f"compare it: {decision.name} == 0, or {decision.name} > 0"
    return f"'{decision.name}' has no action '{event.action}'", did_you_mean(event.action, decision.labels)


# --- named expressions -------------------------------------------------------------------------------------------------


def _let_edges(name: str, names: Names) -> list[str]:
    expression = names.lets.get(name)
    if expression is None:
        return []
    return list(dict.fromkeys(n.name for n in names_in(expression) if n.name in names.lets))


def reached_lets(start: Iterable[str], names: Names) -> frozenset[str]:
    """The named expressions among ``start``, and those that they mention, directly or not."""
    found: set[str] = set()
    waiting = [name for name in start if name in names.lets]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _let_edges(name, names)
    return frozenset(found)


def decisions_in(let: str, names: Names) -> frozenset[str]:
    """The decisions a named expression depends on."""
    found: set[str] = set()
    for name in reached_lets([let], names):
        expression = names.lets[name]
        if expression is None:
            continue
        found.update(n.name for n in names_in(expression) if n.name in names.decisions)
        found.update(d for d in map(names.decision_of, events_in(expression)) if d is not None)
    return frozenset(found)


def check_lets(names: Names, places: Mapping[str, Place], report: Report) -> dict[str, Size]:
    """Named expressions mention known names, do not go round in a circle, and stay of bounded size: their sizes."""
    for expression in names.lets.values():
        if expression is not None:
            check_formula(expression, "let", names, report)
    order = _let_order(names, places, report)
    sizes: dict[str, Size] = {}
    depths: dict[str, int] = {}
    for name in order:
        expression = names.lets[name]
        if expression is None:
            continue
        depths[name] = _depth(expression, depths)
        if depths[name] > DEEPEST_CHAIN:
            report.add("let", f"'{name}' rests on too many others", "put some of them together", places.get(name))
            return sizes
        try:
            sizes[name] = check_size(expression, sizes)
        except ExpressionError as error:
            report.add_all(error, "let")
    return sizes


def let_order(names: Names) -> list[str]:
    """The named expressions of a sound model, each after those that it mentions."""
    return _let_order(names, {}, Report())


def _let_order(names: Names, places: Mapping[str, Place], report: Report) -> list[str]:
    """Each after those it mentions; nothing if they go round in a circle, which is reported."""
    order: list[str] = []
    state: dict[str, bool] = {}  # False while open, True once ordered
    for root in names.lets:
        if root in state:
            continue
        state[root] = False
        path: list[tuple[str, Iterator[str]]] = [(root, iter(_let_edges(root, names)))]
        while path:
            name, following = path[-1]
            step = next((other for other in following if not state.get(other, False)), None)
            if step is None:
                state[name] = True
                order.append(name)
                path.pop()
            elif step in state:
                trail = [entry[0] for entry in path]
                circle = " → ".join([*trail[trail.index(step) :], step])
                report.add("let", f"named expressions go round in a circle: {circle}", "break it", places.get(step))
                return []
            else:
                state[step] = False
                path.append((step, iter(_let_edges(step, names))))
    return order


def _depth(formula: Formula, known: Mapping[str, int]) -> int:
    deepest = 0
    stack: list[tuple[Formula, int]] = [(formula, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth + (known.get(node.name, 0) if isinstance(node, Name) else 0))
        stack += [(child, depth + 1) for child in children(node)]
    return deepest


# --- what is used ------------------------------------------------------------------------------------------------------


def mentioned_names(formulas: Iterable[Formula], names: Names) -> frozenset[str]:
    """The value names that formulas mention, directly or through named expressions."""
    direct = {name.name for formula in formulas for name in names_in(formula)}
    found = set(direct)
    for let in reached_lets(direct, names):
        expression = names.lets[let]
        found.add(let)
        if expression is not None:
            found.update(name.name for name in names_in(expression))
    return frozenset(found)


def structural_parameters(
    formulas: Iterable[Formula], names: Names, numbers: Iterable[Formula] = ()
) -> tuple[str, ...]:
    """The parameters that have to be numbers before the game has a form and its payoffs are algebra.

    They are those that decide the steps of a grid, or stand in a comparison, in ``min`` or in ``max`` of one of the formulas, or
    anywhere in one of the ``numbers``.
    """
    everything = list(formulas)
    lets = [names.lets[let] for let in mentioned_names(everything, names) if let in names.lets]
    everything += [expression for expression in lets if expression is not None]
    ordered: set[str] = set()
    for formula in everything:
        ordered |= ordered_names_in(formula)
    grids = [part for d in names.decisions.values() if isinstance(d.choice, Grid) for part in d.choice.formulas]
    ordered |= {name.name for part in (*grids, *numbers) for name in names_in(part)}
    for let in reached_lets(ordered, names):
        expression = names.lets[let]
        if expression is not None:
            ordered |= {name.name for name in names_in(expression)}
    return tuple(name for name in names.parameters if name in ordered)


def lottery_formulas(decision: Decision) -> tuple[Expression, ...]:
    """The probabilities of a move of chance."""
    return decision.choice.probabilities if isinstance(decision.choice, Lottery) else ()
