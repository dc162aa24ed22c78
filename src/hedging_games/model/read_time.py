"""Reading what a model file says about play over time: the state, how play goes on, and what of it is of interest."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from fractions import Fraction
from typing import Final

from hedging_games.algebra.expressions.expression import Expression, Number
from hedging_games.model.declarations import (
    SUSTAINED_BY,
    WHENS,
    Actions,
    Course,
    Decision,
    Draw,
    Grid,
    Happening,
    PathEvent,
    Player,
    Transition,
)
from hedging_games.model.fields import (
    Report,
    condition_of,
    entries_of,
    expression_of,
    fields_of,
    formulas_of_players,
    items_of,
    kind_of,
    name_of,
    one_of,
)
from hedging_games.model.yaml_tree import Mapping, Node, Scalar, Sequence

TIME_KEYS: Final = ("state", "start", "discount", "next", "horizon", "sustained")
"""What a model file says, at its top, of play over time alone."""

_ROW_KEYS: Final = ("at", "to", "worth")
_ONE: Final = Number(Fraction(1))
_NEXT_EXAMPLE: Final = "next: [{at: all, to: same}]"


def read_course(fields: MappingType[str, Node], players: MappingType[str, Player], report: Report) -> Course | None:
    """How play goes on from period to period; None for a game that is played once."""
    given = [key for key in TIME_KEYS if key in fields]
    if not given:
        return None
    if "discount" not in fields and "next" not in fields:
        what = f"'{given[0]}' is for play over time, and this game is played once: it has neither 'discount' nor 'next'"
        report.add("time", what, f"remove it, or add discount: 9/10 and {_NEXT_EXAMPLE}", fields[given[0]].place)
        return None
    place = fields[given[0]].place
    if "discount" not in fields:
        report.add("discount", "play over time has no 'discount'", "add discount: and a parameter below 1", place)
    if "next" not in fields:
        report.add("next", "play over time does not say how it goes on", f"add {_NEXT_EXAMPLE}", place)
    state = _state(fields["state"], report) if "state" in fields else {}
    return Course(
        state,
        _start(fields, state, report),
        _transitions(fields["next"], state, players, report) if "next" in fields else (),
        _discounts(fields["discount"], players, report) if "discount" in fields else {},
        expression_of(fields["horizon"], "horizon", "'horizon'", report) if "horizon" in fields else None,
        _sustained(fields["sustained"], report) if "sustained" in fields else (),
    )


def happening_of(node: Node, topic: str, what: str, report: Report) -> Happening | None:
    """A condition, or of play over time ``{always: CONDITION}`` with another word for when."""
    if not isinstance(node, Mapping):
        return condition_of(node, topic, what, report)
    fields = fields_of(node, topic, what, WHENS, report)
    if not node.entries:
        report.add(topic, f"{what} is empty", "write for example {always: Hedge}", node.place)
    if not fields:
        return None
    if len(fields) > 1:
        words = " and ".join(f"'{word}'" for word in fields)
        report.add(topic, f"{what} has {words}", f"keep one of {', '.join(WHENS)}", node.place)
    when = next(word for word in WHENS if word in fields)
    event = condition_of(fields[when], topic, f"'{when}' of {what}", report)
    return None if event is None else PathEvent(when, event)


# --- the state ---------------------------------------------------------------------------------------------------------


def _state(node: Node, report: Report) -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for key, value in entries_of(node, "state", "'state'", report, "phase: [open, closed], or k: {from: 0, to: 3}"):
        name = name_of(key, "state", "the name of a state variable", report)
        if name is not None:
            found[name] = _variable(name, key, value, report)
    return found


def _variable(name: str, key: Scalar, node: Node, report: Report) -> Decision:
    if isinstance(node, Mapping):
        return Decision(name, None, _counter(name, node, report), where=key.place)
    labels: list[str] = []
    for item in items_of(node, "state", f"the values of '{name}'", report, "[open, closed] or {from: 0, to: 3}"):
        label = name_of(item, "state", "a value of the state", report)
        if label in labels:
            report.add("state", f"'{name}' has the value '{label}' twice", "list every value once", item.place)
        elif label is not None:
            labels.append(label)
    return Decision(name, None, Actions(tuple(labels)), where=key.place)


def _counter(name: str, node: Mapping, report: Report) -> Actions | Grid:
    """``{from: 0, to: start}``: the whole numbers from one to the other."""
    fields = fields_of(node, "state", f"the values of '{name}'", ("from", "to"), report) or {}
    ends = []
    for key in ("from", "to"):
        if key not in fields:
            report.add("state", f"the numbers of '{name}' have no '{key}'", "write {from: 0, to: 3}", node.place)
            return Actions(())
        ends.append(expression_of(fields[key], "state", f"'{key}' of '{name}'", report))
    low, high = ends
    return Actions(()) if low is None or high is None else Grid(low, high, None, Number(Fraction(1), node.place))


def _start(
    fields: MappingType[str, Node], state: MappingType[str, Decision], report: Report
) -> dict[str, str | Expression]:
    example = "start: {" + ", ".join(f"{name}: {_example(variable)}" for name, variable in state.items()) + "}"
    node = fields.get("start")
    if node is None:
        if state:
            report.add("start", "the state has no 'start'", f"add {example}", fields["state"].place)
        return {}
    if "state" not in fields:
        report.add("start", "there is a 'start' and no 'state'", "remove it, or declare the state", node.place)
        return {}
    found: dict[str, str | Expression] = {}
    given = fields_of(node, "start", "'start'", tuple(state), report)
    if given is None:
        return {}
    for name, variable in state.items():
        if name not in given:
            report.add("start", f"'start' does not say where '{name}' begins", f"write {example}", node.place)
            continue
        value = _value(given[name], variable, "start", f"the start of '{name}'", report)
        if value is not None:
            found[name] = value
    return found


def _example(variable: Decision) -> str:
    if isinstance(variable.choice, Grid):
        return str(variable.choice.high)
    return variable.labels[0] if variable.labels else "..."


def _value(node: Node, variable: Decision, topic: str, what: str, report: Report) -> str | Expression | None:
    """A value of a state variable: one of its names, or a formula for its number."""
    if isinstance(variable.choice, Grid):
        return expression_of(node, topic, what, report)
    return one_of(node, topic, what, variable.labels, report) if variable.labels else None


# --- how play goes on --------------------------------------------------------------------------------------------------


def _transitions(
    node: Node, state: MappingType[str, Decision], players: MappingType[str, Player], report: Report
) -> tuple[Transition, ...]:
    if not isinstance(node, Sequence) or not node.items:
        kind = kind_of(node) if not isinstance(node, Sequence) else "an empty list"
        report.add("next", f"'next' is {kind}, not a list of rows", f"write {_NEXT_EXAMPLE}", node.place)
        return ()
    found = [_transition(item, state, players, report) for item in node.items]
    return tuple(row for row in found if row is not None)


def _transition(
    node: Node, state: MappingType[str, Decision], players: MappingType[str, Player], report: Report
) -> Transition | None:
    fields = fields_of(node, "next", "a row of 'next'", _ROW_KEYS, report)
    if fields is None:
        return None
    missing = [key for key in ("at", "to") if key not in fields]
    if missing:
        example = {"at": "at: and a condition on what is chosen, or at: all", "to": "to: same, to: end or to: {...}"}
        report.add("next", f"a row of 'next' has no '{missing[0]}'", f"add {example[missing[0]]}", node.place)
        return None
    at, place = fields["at"], fields["at"].place
    everywhere = isinstance(at, Scalar) and at.text.strip() == "all"
    condition = None if everywhere else condition_of(at, "next", "the outcome of a row of 'next'", report)
    ends = isinstance(fields["to"], Scalar) and fields["to"].text.strip() == "end"
    to = None if ends else _destination(fields["to"], state, report)
    worth = _worth(fields["worth"], players, report) if "worth" in fields else {}
    if "worth" in fields and not ends:
        what = "'worth' says what an end is worth, and this row does not end the game"
        report.add("next", what, "write to: end, or put it into 'payoffs'", fields["worth"].place)
    if (condition is None and not everywhere) or (to is None and not ends):
        return None
    return Transition(condition, to, worth, place)


def _destination(node: Node, state: MappingType[str, Decision], report: Report) -> dict[str, Draw] | None:
    if isinstance(node, Scalar) and node.text.strip() == "same":
        return {}
    if not isinstance(node, Mapping):
        example = ", ".join(f"{name}: {_example(variable)}" for name, variable in state.items())
        remedy = "write to: same, or to: end" + (f", or to: {{{example}}}" if state else "")
        shown = f"'{node.text}'" if isinstance(node, Scalar) and node.text else kind_of(node)
        report.add("next", f"'to' is {shown}", remedy, node.place)
        return None
    found: dict[str, Draw] = {}
    given = fields_of(node, "next", "'to'", tuple(state), report)
    for name, value in (given or {}).items():
        draw = _draw(name, value, state[name], report)
        if draw is None:
            return None
        found[name] = draw
    return found if given is not None and len(given) == len(node.entries) else None


def _draw(name: str, node: Node, variable: Decision, report: Report) -> Draw | None:
    """A value of a state variable, or a lottery over values."""
    what = f"what '{name}' becomes"
    entries: list[tuple[Node, Node | None]] = list(node.entries) if isinstance(node, Mapping) else [(node, None)]
    drawn: list[tuple[str | Expression, Expression]] = []
    for key, odds in entries:
        value = _value(key, variable, "next", what, report)
        p = _ONE if odds is None else expression_of(odds, "next", f"the probability of {what}", report)
        if value is None or p is None:
            return None
        drawn.append((value, p))
    if not drawn:
        report.add("next", f"{what} is empty", f"write {name}: {_example(variable)}", node.place)
    return tuple(drawn) or None


def _worth(node: Node, players: MappingType[str, Player], report: Report) -> dict[str, Expression]:
    fields = fields_of(node, "next", "'worth'", report.families.written(players), report) or {}
    return formulas_of_players(fields, players, "next", "worth", report)


def _discounts(node: Node, players: MappingType[str, Player], report: Report) -> dict[str, Expression]:
    """One discount for all, or one for each player."""
    if isinstance(node, Mapping):
        written = report.families.written(players)
        fields = fields_of(node, "discount", "'discount'", written, report) or {}
        for name in written:
            if name not in fields:
                remedy = f"add {name}: and its discount, or write one for all: discount: d"
                report.add("discount", f"'discount' says nothing of '{name}'", remedy, node.place)
        return formulas_of_players(fields, players, "discount", "discount", report)
    one = expression_of(node, "discount", "'discount'", report)
    return {} if one is None else dict.fromkeys(players, one)


def _sustained(node: Node, report: Report) -> tuple[str, ...]:
    fields = fields_of(node, "sustained", "'sustained'", ("by",), report) or {}
    if "by" not in fields:
        example = f"write sustained: {{by: [{SUSTAINED_BY[0]}]}}"
        report.add("sustained", "'sustained' does not say by what", example, node.place)
        return ()
    items = items_of(fields["by"], "sustained", "'by'", report, f"by: [{', '.join(SUSTAINED_BY)}]")
    names = [one_of(item, "sustained", "a punishment", SUSTAINED_BY, report) for item in items]
    return tuple(dict.fromkeys(name for name in names if name is not None))
