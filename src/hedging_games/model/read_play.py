"""Reading the course of play and the payoffs of a model file."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import replace
from fractions import Fraction
from typing import Final

from hedging_games.algebra.expressions.expression import Number
from hedging_games.algebra.expressions.lexer import LONGEST_NAME
from hedging_games.errors import did_you_mean
from hedging_games.model.declarations import (
    CHANCE_NAME,
    Actions,
    Choice,
    Continuum,
    Decision,
    Grid,
    Lottery,
    Payoffs,
    Player,
    Row,
    Table,
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
    stands_alone,
)
from hedging_games.model.payoff_csv import read_payoff_csv
from hedging_games.model.yaml_tree import Mapping, Node, Scalar, Sequence

_DECISION_KEYS: Final = ("by", "actions", "sees", "when", "even")
_GRID_KEYS: Final = ("levels", "from", "to", "step")
_UNIFORM_KEYS: Final = ("uniform", "levels")
_ZERO: Final = Number(Fraction(0))


def read_play(node: Node, players: MappingType[str, Player], report: Report) -> dict[str, Decision]:
    """``play``: the decisions in the order in which they are taken."""
    found: dict[str, Decision] = {}
    for key, value in entries_of(
        node, "play", "'play'", report, "Offer: {by: SmallState, actions: [Contribute, Pick]}"
    ):
        name = name_of(key, "play", "the name of a decision", report)
        if name is None:
            continue
        taken = _taken(name, key, value, players, report, before=list(found))
        of_families = report.families.takers.keys() - {name}
        for twice in dict.fromkeys(one for one in (name, *taken) if one in found or one in of_families):
            report.add(
                "play",
                f"'{twice}' is a decision, and also that of a member of a family",
                "rename one of them",
                key.place,
            )
        found |= taken
    return found


def _taken(
    name: str, key: Scalar, node: Node, players: MappingType[str, Player], report: Report, *, before: list[str]
) -> dict[str, Decision]:
    """A decision by its name; one of a family as those of its members, each about itself."""
    families = report.families
    by = node.get("by") if isinstance(node, Mapping) else None
    taker = by.text if isinstance(by, Scalar) else name
    if taker not in families.sizes:
        return {name: _decision(name, key, node, players, report, before=before)}
    found: list[Decision] = []
    for player, cast in families.spoken_for(taker):
        with report.speaking_of(cast):
            found.append(_decision(name, key, node, players, report, before=before, player=player))
    if len(name) + len("_12") > LONGEST_NAME:
        what = f"the name '{name}' is too long for a decision of a family, which is called {name}_1 and so on"
        report.add("play", what, f"use at most {LONGEST_NAME - 3} letters", key.place)
    families.takers[name], families.labels[name] = taker, found[0].labels
    return {called: replace(d, name=called) for called, d in zip(families.taken_as(name), found, strict=True)}


def _decision(
    name: str,
    key: Scalar,
    node: Node,
    players: MappingType[str, Player],
    report: Report,
    *,
    before: list[str],
    player: str | None = None,
) -> Decision:
    """A decision, of ``player`` if one is named; one that cannot be read is kept without actions, so that its name stays known."""
    broken = Decision(name, name if name in players else None, Actions(()), where=key.place)
    if isinstance(node, Sequence):
        # `Ally: [Tolerate, Press]` says all there is to say of a decision named after its player.
        fields: dict[str, Node] | None = {"actions": node}
    else:
        fields = fields_of(node, "play", f"the decision '{name}'", _DECISION_KEYS, report)
    if fields is None:
        report.lost.add("play")
        return broken
    player = player or _mover(name, key, fields.get("by"), players, report)
    if "actions" not in fields:
        report.add("play", f"the decision '{name}' offers no actions", "write actions: [..., ...]", key.place)
        report.lost.add("play")
        return broken
    choice = _choice(name, fields["actions"], report, by_chance=player == CHANCE_NAME, known=player is not None)
    sees: tuple[str, ...] = ()
    if player == CHANCE_NAME and "sees" in fields:
        where = fields["sees"].place
        report.add("play", f"'{name}' is taken by chance, which needs no 'sees'", "remove it", where)
    elif "sees" in fields:
        sees = _sees(name, fields["sees"], before, report)
    when = condition_of(fields["when"], "play", f"the condition of '{name}'", report) if "when" in fields else None
    even = _even(name, fields["even"], choice, report) if "even" in fields else ()
    return Decision(name, None if player == CHANCE_NAME else player, choice, sees, when, key.place, even)


def _even(name: str, node: Node, choice: Choice, report: Report) -> tuple[str, ...]:
    """The actions among which a fair coin decides where they are equally good."""
    labels = choice.labels if isinstance(choice, Actions) else ()
    items = items_of(node, "play", f"'even' of '{name}'", report, f"even: [{', '.join(labels[:2])}]")
    found = [one_of(item, "play", f"'even' of '{name}'", labels, report) for item in items]
    if len(items) == 1:
        report.add("play", f"'even' of '{name}' names one action", "name two or more, or remove it", node.place)
    return tuple(dict.fromkeys(label for label in found if label is not None))


def _mover(name: str, key: Scalar, node: Node | None, players: MappingType[str, Player], report: Report) -> str | None:
    if node is not None:
        if "player" in report.lost and isinstance(node, Scalar):
            return node.text if node.text in players else None
        known = (*report.families.written(players), CHANCE_NAME)
        return one_of(node, "play", f"'by' of '{name}'", known, report)
    if name in players:
        return name
    if "player" in report.lost:
        return None
    report.add(
        "play",
        f"nobody takes the decision '{name}'",
        f"add by: and one of {', '.join((*players, CHANCE_NAME))}, or name it after its player",
        key.place,
    )
    return None


def _choice(name: str, node: Node, report: Report, *, by_chance: bool, known: bool) -> Choice:
    if isinstance(node, Sequence):
        if by_chance:
            report.add("play", f"the outcomes of '{name}' have no probabilities", "write {A: p, B: 1 - p}", node.place)
        return Actions(_labels(name, [*node.items], node, report))
    if not isinstance(node, Mapping):
        report.add(
            "play", f"the actions of '{name}' are {kind_of(node)}", "write actions: [Tolerate, Press]", node.place
        )
        report.lost.add("play")
        return Actions(())
    keys = [key.text for key, _ in node.entries]
    is_player = known and not by_chance
    if "uniform" in keys and ({*keys} <= {*_UNIFORM_KEYS} or isinstance(node.get("uniform"), Sequence)):
        return _uniform(name, node, report, is_player=is_player)
    if {"from", "levels"} & set(keys) or (is_player and {"to", "step"} & set(keys)):
        return _numbers(name, node, report, by_chance=by_chance)
    if is_player:
        what = f"the actions of '{name}' have probabilities, but a player chooses among them"
        report.add("play", what, "write a list [A, B], or by: chance", node.place)
        return Actions(_labels(name, [key for key, _ in node.entries], node, report))
    labels = _labels(name, [key for key, _ in node.entries], node, report)
    formulas = [expression_of(value, "play", f"the probability of '{key.text}'", report) for key, value in node.entries]
    if len(labels) != len(formulas) or any(formula is None for formula in formulas):
        return Actions(labels)
    return Lottery(labels, tuple(formula for formula in formulas if formula is not None))


def _labels(name: str, items: list[Node] | list[Scalar], node: Node, report: Report) -> tuple[str, ...]:
    found: list[str] = []
    for item in items:
        label = name_of(item, "play", "the name of an action", report)
        if label is None:
            continue
        if label in found:
            report.add("play", f"'{name}' offers '{label}' twice", "list every action once", item.place)
        else:
            found.append(label)
    if not items:
        report.add("play", f"the decision '{name}' offers no actions", "list at least one", node.place)
        report.lost.add("play")
    return tuple(found)


def _numbers(name: str, node: Mapping, report: Report, *, by_chance: bool) -> Choice:
    """``{from: 0, to: 1}``, a continuous choice; with ``levels`` or ``step`` a grid."""
    fields = fields_of(node, "play", f"the numbers of '{name}'", _GRID_KEYS, report) or {}
    formulas = {key: expression_of(value, "play", f"'{key}' of '{name}'", report) for key, value in fields.items()}
    low, high = formulas.get("from"), formulas.get("to")
    if by_chance:
        written = f"[{low or 0}, {high or 1}]" + (f", levels: {formulas['levels']}" if formulas.get("levels") else "")
        what = f"'{name}' is taken by chance, which does not choose"
        report.add("play", what, f"write actions: {{uniform: {written}}}", node.place)
        return Continuum(low or _ZERO, high or _ZERO)
    both = [key for key in ("levels", "step") if key in fields]
    missing = [key for key in ("from", "to") if key not in fields]
    if missing:
        remedy = f"write {{{both[0]}: 11, from: 0, to: 1}}" if both == ["levels"] else "write {from: 0, to: 1}"
        remedy = "write {step: 1, from: 0, to: 10}" if both == ["step"] else remedy
        report.add("play", f"the choice of '{name}' among numbers has no '{missing[0]}'", remedy, node.place)
    if len(both) == 2:
        remedy = "give one of them: levels: 11, or step: 1"
        report.add("play", f"the grid of '{name}' has both 'levels' and 'step'", remedy, node.place)
    if not both:
        return Continuum(low or _ZERO, high or _ZERO)
    if low is None or high is None or len(both) == 2:
        return Grid(low or _ZERO, high or _ZERO, _ZERO)
    return Grid(low, high, formulas.get("levels"), formulas.get("step"))


def _uniform(name: str, node: Mapping, report: Report, *, is_player: bool) -> Choice:
    """``{uniform: [0, 1]}``, a number that chance draws; with ``levels`` one of so many, equally likely."""
    fields = fields_of(node, "play", f"the numbers of '{name}'", _UNIFORM_KEYS, report) or {}
    ends = fields.get("uniform")
    items = ends.items if isinstance(ends, Sequence) else ()
    if ends is not None and len(items) != 2:
        found = f"{len(items)} entries" if isinstance(ends, Sequence) else kind_of(ends)
        found = "1 entry" if found == "1 entries" else found
        what = f"'uniform' of '{name}' needs two ends, and has {found}"
        report.add("play", what, "write the lowest and the highest number: uniform: [0, 1]", ends.place)
        return Continuum(_ZERO, _ZERO)
    read = [
        expression_of(item, "play", f"the {which} end of '{name}'", report)
        for item, which in zip(items, ("lower", "upper"), strict=False)
    ]
    low, high = (*read, None, None)[:2]
    if is_player:
        what = f"'{name}' is uniform, but a player takes it"
        remedy = f"write actions: {{from: {low or 0}, to: {high or 1}}}, or by: chance"
        report.add("play", what, remedy, node.place)
    if "levels" in fields:
        levels = expression_of(fields["levels"], "play", f"'levels' of '{name}'", report)
        return Grid(low or _ZERO, high or _ZERO, levels or _ZERO)
    return Continuum(low or _ZERO, high or _ZERO)


def _sees(name: str, node: Node, before: list[str], report: Report) -> tuple[str, ...]:
    if isinstance(node, Scalar) and node.text.strip() in {"all", "nothing"}:
        return tuple(before) if node.text.strip() == "all" else ()
    if isinstance(node, Sequence) and not node.items:
        return ()
    found: list[str] = []
    for item in items_of(node, "play", f"'sees' of '{name}'", report, "sees: [Offer], sees: all or sees: nothing"):
        seen = name_of(item, "play", "the name of a decision", report)
        if seen is None:
            continue
        if seen == name:
            report.add("play", f"'{name}' sees itself", "remove it", item.place)
        elif not {*report.families.taken_as(seen)} <= {*before}:
            remedy = did_you_mean(seen, before) if before else "remove it: nothing happens before"
            report.add("play", f"'{name}' sees '{seen}', which is no earlier decision", remedy, item.place)
        else:
            found += report.families.taken_as(seen)
    # In the order of play, so that information sets are named alike however the file lists them.
    return tuple(decision for decision in before if decision in found)


# --- payoffs -----------------------------------------------------------------------------------------------------------


def read_payoffs(
    node: Node, players: MappingType[str, Player], decisions: MappingType[str, Decision], report: Report
) -> Payoffs:
    """``payoffs``: an expression for each player, or ``table:`` with a row for each kind of outcome, or ``csv:`` and such a file."""
    if isinstance(node, Mapping) and (file := node.get("csv")) is not None:
        fields_of(node, "payoff", "'payoffs' with a CSV file", ("csv",), report)
        return read_payoff_csv(file, players, decisions, report)
    if isinstance(node, Mapping) and node.get("table") is not None:
        fields = fields_of(node, "payoff", "'payoffs' with a table", ("table",), report) or {}
        return Table(_rows(fields["table"], players, report))
    entries = list(entries_of(node, "payoff", "'payoffs'", report, "SmallState: autonomy*[Tolerate]"))
    if not isinstance(node, Mapping):
        return {}
    _complete(node, players, "'payoffs'", report)
    return formulas_of_players({key.text: value for key, value in entries}, players, "payoff", "payoff", report)


def _complete(node: Mapping, declared: MappingType[str, Player], what: str, report: Report, *others: str) -> None:
    """Every player has a payoff, and nobody else; a family has one for all its members."""
    if "player" in report.lost:
        return
    players = report.families.written(declared)
    ending = "s" if what.startswith("this") else ""
    for key, value in node.entries:
        if key.text in players or key.text in others:
            continue
        if isinstance(value, Scalar) and not value.text and node.is_flow:
            stands_alone(key, "payoff", what, [*players, *others], report)
        else:
            report.add(
                "payoff",
                f"{what} name{ending} '{key.text}', which is not a player",
                did_you_mean(key.text, list(players)),
                key.place,
            )
    hints = {did_you_mean(key.text, list(players)) for key, _ in node.entries if key.text not in players}
    for name in players:
        if node.get(name) is None and f"did you mean '{name}'?" not in hints:
            remedy = f"add {name}: and a formula (0 if nothing)"
            report.add("payoff", f"{what} give{ending} no payoff for '{name}'", remedy, node.place)


def _rows(node: Node, players: MappingType[str, Player], report: Report) -> tuple[Row, ...]:
    if not isinstance(node, Sequence) or not node.items:
        report.add(
            "payoff",
            f"the payoff table is {kind_of(node) if not isinstance(node, Sequence) else 'empty'}",
            _in_a_file(node) or "write rows: - {at: Hedge and Tolerate, SmallState: 3, Ally: 2}",
            node.place,
        )
        return ()
    rows: list[Row] = []
    for item in node.items:
        row = _row(item, players, report)
        if row is not None:
            rows.append(row)
    return tuple(rows)


def _in_a_file(node: Node) -> str:
    """What to write where a table is the name of a file."""
    named = isinstance(node, Scalar) and node.text.endswith(".csv")
    return f"write csv: {node.text} in the place of table:" if isinstance(node, Scalar) and named else ""


def _row(node: Node, players: MappingType[str, Player], report: Report) -> Row | None:
    if not isinstance(node, Mapping):
        report.add(
            "payoff", f"a row of the payoff table is {kind_of(node)}", "write {at: Hedge, SmallState: 3}", node.place
        )
        return None
    _complete(node, players, "this row", report, "at")
    at = node.get("at")
    if at is None:
        report.add(
            "payoff", "a row of the payoff table names no outcome", "add at: and a condition such as Hedge", node.place
        )
        return None
    condition = condition_of(at, "payoff", "the outcome of a row", report)
    payoffs = formulas_of_players({k.text: v for k, v in node.entries}, players, "payoff", "payoff", report)
    if condition is None or len(payoffs) < len(players):
        return None
    return Row(condition, payoffs, at.place)
