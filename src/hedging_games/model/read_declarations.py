"""Reading what a model file says about players, parameters, assumptions, named expressions, claims and cases."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Mapping as MappingType
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from hedging_games.algebra.expressions.expression import Condition, Expression
from hedging_games.algebra.expressions.lexer import LONGEST_NAME
from hedging_games.errors import Place, did_you_mean
from hedging_games.model.declarations import VERDICTS, Case, Claim, Parameter, Player, Range
from hedging_games.model.families import MOST_MEMBERS
from hedging_games.model.fields import (
    Report,
    condition_of,
    decimal_point,
    entries_of,
    expression_of,
    fields_of,
    items_of,
    kind_of,
    name_of,
    number_of,
    one_of,
    text_of,
)
from hedging_games.model.read_time import happening_of
from hedging_games.model.yaml_tree import Mapping, Node, Scalar, Sequence

_PARAMETER_KEYS: Final = ("baseline", "range", "meaning", "unit", "source")
_RANGE_TEXT: Final = re.compile(r"\s*([\[(])([^,\[\]]+),([^,\[\]]+)([\])])\s*", re.ASCII)
_REGION_MOVES: Final = ("widens", "shrinks", "never widens", "never shrinks", "same")
_PAYOFF_MOVES: Final = ("rises", "falls", "never rises", "never falls")
_ONE_OF: Final = {
    "region": _REGION_MOVES,
    "moves": _PAYOFF_MOVES,
    "holds": ("everywhere", "somewhere", "nowhere"),
    "among": ("some", "every"),
}
"""The words that some fields of a claim may have."""

_YES_NO: Final = ("yes", "no")
_CLAIM_KEYS: Final = (
    "says", "region", "with", "payoff", "moves", "outcome", "holds", "needs", "if", "among", "concept", "compare", "at",
    "try", "means", "note",
)  # fmt: skip


def read_players(node: Node, report: Report) -> dict[str, Player]:
    """``players``: a list of names, or a mapping from names to roles."""
    found: dict[str, Player] = {}
    if isinstance(node, Sequence):
        for item in node.items:
            name = name_of(item, "player", "a player's name", report)
            if name is None:
                continue
            if name in found:
                report.add("player", f"the player '{name}' is listed twice", "list every player once", item.place)
            found[name] = Player(name, where=item.place)
    else:
        for key, value in entries_of(node, "player", "'players'", report, "SmallState: {role: small state}"):
            name = name_of(key, "player", "a player's name", report)
            if name is not None:
                one = _player(name, key, value, report)
                members = {player: replace(one, name=player) for player, _ in report.families.spoken_for(name)}
                taken = {*found, *(set(report.families.sizes) - {name})}
                for player in dict.fromkeys(one for one in (name, *members) if one in taken):
                    what = f"'{player}' is a player, and also a member of a family"
                    report.add("player", what, "rename one of them", key.place)
                found |= members
    if isinstance(node, Sequence) and not node.items:
        report.add("player", "the model has no players", "name at least one under 'players:'", node.place)
    return found


def _player(name: str, key: Scalar, node: Node, report: Report) -> Player:
    if isinstance(node, Scalar):
        return Player(name, node.text.strip(), where=key.place)
    fields = fields_of(node, "player", f"the player '{name}'", ("role", "myopic", "count"), report) or {}
    role = text_of(fields["role"], "player", f"the role of '{name}'", report) if "role" in fields else ""
    said = one_of(fields["myopic"], "player", f"'myopic' of '{name}'", _YES_NO, report) if "myopic" in fields else "no"
    if "count" in fields:
        _family(name, fields["count"], report)
    return Player(name, role or "", said == "yes", key.place)


def _family(name: str, node: Node, report: Report) -> None:
    """``count: 5``: the player stands for so many, who are alike."""
    remedy = f"write a whole number from 2 to {MOST_MEMBERS}; a single player has no 'count'"
    size = number_of(node, "player", f"'count' of '{name}'", report, remedy)
    report.families.sizes[name] = 2  # What is said of a family is read, though its size may be wrong.
    if size is not None and (size.denominator != 1 or not 2 <= size <= MOST_MEMBERS):
        report.add("player", f"'count' of '{name}' is {size}", remedy, node.place)
    elif len(name) + len("_12") > LONGEST_NAME:
        what = f"the name '{name}' is too long for a family, whose members are called {name}_1 and so on"
        report.add("player", what, f"use at most {LONGEST_NAME - 3} letters", node.place)
    elif size is not None:
        report.families.sizes[name] = int(size)


def read_parameters(node: Node, report: Report) -> dict[str, Parameter]:
    """``parameters``: ``card: 4``, or ``card: {baseline: 4, range: [0, 10], meaning: ..., unit: ..., source: ...}``."""
    found: dict[str, Parameter] = {}
    for key, value in entries_of(node, "parameter", "'parameters'", report, "card: 4"):
        name = name_of(key, "parameter", "a parameter's name", report)
        if name is not None:
            found[name] = _parameter(name, key, value, report)
    return found


def _parameter(name: str, key: Scalar, node: Node, report: Report) -> Parameter:
    what = f"the parameter '{name}'"
    nothing = Parameter(name, Fraction(0), where=key.place)
    if isinstance(node, Scalar) and node.text.strip():
        value = number_of(node, "parameter", f"the baseline of '{name}'", report)
        return nothing if value is None else _within(Parameter(name, value, where=key.place), report, given=False)
    if isinstance(node, Scalar):
        report.add("parameter", f"{what} has no value", f"write {name}: 4", key.place)
        return nothing
    before = len(report.problems)
    fields = fields_of(node, "parameter", what, _PARAMETER_KEYS, report)
    if fields is None:
        return nothing
    if "baseline" not in fields:
        if not any("baseline" in problem.remedy for problem in report.problems[before:]):
            remedy = "write baseline: and the value it usually takes"
            report.add("parameter", f"{what} has no baseline", remedy, key.place)
        return nothing
    before = len(report.problems)
    baseline = number_of(fields["baseline"], "parameter", f"the baseline of '{name}'", report)
    declared = _range(name, fields["range"], report) if "range" in fields else Range()
    words = {
        word: text_of(fields[word], "parameter", f"'{word}' of '{name}'", report) or ""
        for word in ("meaning", "unit", "source")
        if word in fields
    }
    parameter = Parameter(name, baseline or Fraction(0), declared or Range(), where=key.place, **words)
    return _within(parameter, report, given="range" in fields) if len(report.problems) == before else parameter


def _within(parameter: Parameter, report: Report, *, given: bool) -> Parameter:
    if parameter.baseline not in parameter.range:
        kind = "its range" if given else "the default range"
        report.add(
            "parameter",
            f"the baseline {parameter.baseline} of '{parameter.name}' lies outside {kind} {parameter.range}",
            "change the baseline" if given else f"give a range: {{baseline: {parameter.baseline}, range: [..., ...]}}",
            parameter.where,
        )
    return parameter


def _range(name: str, node: Node, report: Report) -> Range | None:
    """``[0, 10]``, or as a text with open ends ``"[0, 1)"``."""
    what = f"the range of '{name}'"
    if isinstance(node, Sequence):
        if len(node.items) != 2:
            commas = (decimal_point(item) for item in node.items if isinstance(item, Scalar))
            remedy = next(filter(None, commas), "write range: [0, 10]")
            report.add(
                "parameter",
                f"{what} has {len(node.items)} end{'' if len(node.items) == 1 else 's'}",
                remedy,
                node.place,
            )
            return None
        ends = [number_of(item, "parameter", what, report) for item in node.items]
        opening, closing = "[", "]"
    else:
        text = text_of(node, "parameter", what, report)
        match = _RANGE_TEXT.fullmatch(text) if text is not None else None
        if match is None or not isinstance(node, Scalar):
            if text is not None:
                report.add("parameter", f"{what} is '{text}'", 'write range: [0, 10], or "[0, 1)"', node.place)
            return None
        opening, low, high, closing = match.groups()
        ends = [
            number_of(
                Scalar(end, node.source, node.start, node.end, node.style, in_flow=False), "parameter", what, report
            )
            for end in (low, high)
        ]
    if ends[0] is None or ends[1] is None:
        return None
    found = Range(ends[0], ends[1], opening == "(", closing == ")")
    if found.low > found.high or (found.low == found.high and (found.low_open or found.high_open)):
        report.add("parameter", f"{what}, {found}, holds no number", "write the smaller end first", node.place)
        return None
    return found


def read_assumptions(node: Node, report: Report) -> tuple[Condition, ...]:
    """``assume``: a list of comparisons between parameters."""
    items = items_of(node, "assume", "'assume'", report, "assume: [cost_reliable < cost_wavering]")
    found = [condition_of(item, "assume", "an assumption", report) for item in items]
    return tuple(condition for condition in found if condition is not None)


def read_lets(node: Node, report: Report) -> dict[str, Expression | None]:
    """``let``: names for expressions; the value of one that cannot be read is None."""
    found: dict[str, Expression | None] = {}
    for key, value in entries_of(node, "let", "'let'", report, 'cost: "cost_reliable*[reliable]"'):
        name = name_of(key, "let", "the name of an expression", report)
        if name is not None:
            found[name] = expression_of(value, "let", f"the expression '{name}'", report)
    return found


def read_cases(node: Node, parameters: MappingType[str, Parameter], report: Report) -> dict[str, Case]:
    """``cases``: names of points, each with the values that differ from the baseline."""
    found: dict[str, Case] = {}
    for key, value in entries_of(node, "case", "'cases'", report, "korea: {card: 5}"):
        name = text_of(key, "case", "the name of a case", report)
        if name is None:
            continue
        if not isinstance(value, Mapping):
            report.add(
                "case", f"the case '{name}' is {kind_of(value)}", "write {card: 5}, or {} for the baseline", value.place
            )
            continue
        found[name] = _case(name, key, value, parameters, report)
    return found


def _case(name: str, key: Scalar, node: Mapping, parameters: MappingType[str, Parameter], report: Report) -> Case:
    note = ""
    values: dict[str, Fraction] = {}
    for word, value in node.entries:
        if word.text == "note":
            note = text_of(value, "case", f"the note of '{name}'", report) or ""
        elif word.text in parameters:
            number = number_of(value, "case", f"'{word.text}' in the case '{name}'", report)
            if number is not None:
                values[word.text] = number
        else:
            what = f"the case '{name}' sets '{word.text}', which is not a parameter"
            report.add("case", what, did_you_mean(word.text, [*parameters, "note"]), word.place)
    return Case(name, values, note, key.place)


def read_claims(
    node: Node,
    parameters: MappingType[str, Parameter],
    players: MappingType[str, Player],
    decisions: Collection[str],
    report: Report,
) -> tuple[Claim, ...]:
    """``claims``: a list of mappings, each with ``says`` and what the tool is to test."""
    if not isinstance(node, Sequence):
        report.add(
            "claim",
            f"'claims' is {kind_of(node)}, not a list",
            'write - {says: "...", region: widens, with: card}',
            node.place,
        )
        return ()
    found = [_claim(item, parameters, players, decisions, report) for item in node.items]
    return tuple(claim for claim in found if claim is not None)


def _claim(
    node: Node,
    parameters: MappingType[str, Parameter],
    players: MappingType[str, Player],
    decisions: Collection[str],
    report: Report,
) -> Claim | None:
    fields = fields_of(node, "claim", "a claim", _CLAIM_KEYS, report)
    if fields is None:
        return None
    if "says" not in fields:
        report.add(
            "claim", "a claim does not say anything", 'write says: "..." with the statement in words', node.place
        )
        return None
    found: dict[str, Any] = {"where": node.place}
    for key, value in fields.items():
        attribute = {"if": "given", "with": "with_", "try": "tried"}.get(key, key)
        read = _claim_field(key, value, parameters, players, decisions, report)
        if read is not None:
            found[attribute] = read
    _check_claim(fields, node, report)
    if "tried" in found:
        _check_tried(found, fields["try"].place, report)
    return Claim(**found) if "says" in found else None


def _claim_field(
    key: str,
    node: Node,
    parameters: MappingType[str, Parameter],
    players: MappingType[str, Player],
    decisions: Collection[str],
    report: Report,
) -> Any:
    match key:
        case "region" | "moves" | "holds" | "among":
            return one_of(node, "claim", f"'{key}'", _ONE_OF[key], report)
        case "payoff":
            return one_of(node, "claim", "'payoff'", tuple(players), report)
        case "with":
            items = items_of(node, "claim", "'with'", report, "with: card")
            names = [_moved(item, parameters, decisions, report) for item in items]
            return tuple(name for name in names if name is not None)
        case "outcome":
            return happening_of(node, "claim", "'outcome'", report)
        case "needs" | "if":
            return condition_of(node, "claim", f"'{key}'", report)
        case "at":
            return _held(node, parameters, report)
        case "try":
            return _tried(node, parameters, report)
        case "means":
            return _means(node, report)
        case _:
            return text_of(node, "claim", f"'{key}'", report)


def _moved(
    node: Node, parameters: MappingType[str, Parameter], decisions: Collection[str], report: Report
) -> str | None:
    """What a claim moves: a parameter. What is decided is no such thing: how others react to it is an outcome."""
    if isinstance(node, Scalar) and node.text in decisions:
        remedy = (
            f"write the reaction as an outcome (outcome: NUMBER == its formula in {node.text}, holds: everywhere, among: every), "
            f"or make {node.text} a parameter"
        )
        report.add("claim", f"'{node.text}' is decided in the game, and 'with' names parameters", remedy, node.place)
        return None
    return one_of(node, "claim", "'with'", tuple(parameters), report)


def _held(node: Node, parameters: MappingType[str, Parameter], report: Report) -> dict[str, Fraction]:
    fields = fields_of(node, "claim", "'at'", tuple(parameters), report) or {}
    values = {name: number_of(value, "claim", f"'{name}'", report) for name, value in fields.items()}
    return {name: value for name, value in values.items() if value is not None}


def _means(node: Node, report: Report) -> dict[str, str]:
    fields = fields_of(node, "claim", "'means'", VERDICTS, report) or {}
    words = {verdict: text_of(text, "claim", f"'{verdict}'", report) for verdict, text in fields.items()}
    return {verdict: text for verdict, text in words.items() if text is not None}


def _tried(
    node: Node, parameters: MappingType[str, Parameter], report: Report
) -> dict[str, tuple[Fraction, ...]] | None:
    """Values of parameters, of one of them two where the claim is about what moves (see `_check_tried`)."""
    fields = fields_of(node, "claim", "'try'", tuple(parameters), report) or {}
    found: dict[str, tuple[Fraction, ...]] = {}
    for name, value in fields.items():
        items = value.items if isinstance(value, Sequence) else (value,)
        read = [number_of(item, "claim", f"'{name}'", report) for item in items]
        found[name] = tuple(number for number in read if number is not None)
        span = parameters[name].range
        for number, item in zip(read, items, strict=True):
            if number is not None and number not in span:
                what = f"'{name}' is tried at {number}, outside its range {span}"
                report.add("claim", what, "give a value inside, or a wider range", item.place)
    return found


def _check_tried(claim: MappingType[str, Any], place: Place, report: Report) -> None:
    """What is tried is what the claim says: the parameter that it is about moves up, and what it holds stays."""
    tried: MappingType[str, tuple[Fraction, ...]] = claim["tried"]
    if "compare" in claim:
        report.add("claim", "'try' is for claims about one model, and here two are compared", "remove 'try'", place)
    elif "region" in claim or "payoff" in claim:
        _check_pair(claim, tried, place, report)
    elif not tried or any(len(values) != 1 for values in tried.values()):
        what = "'try' does not name one value of each parameter, and the claim is about single points"
        report.add("claim", what, "write try: {card: 2, leak: 3}", place)
    for name in [one for one in tried if one in claim.get("at", {})]:
        report.add("claim", f"'{name}' is held by 'at', and named by 'try'", f"leave {name} out of 'try'", place)


def _check_pair(
    claim: MappingType[str, Any], tried: MappingType[str, tuple[Fraction, ...]], place: Place, report: Report
) -> None:
    """Two points are tried, that differ in a parameter that the claim is about."""
    if [len(values) for values in tried.values() if len(values) != 1] != [2]:
        remedy = "write try: {card: [1, 2], leak: 3}, the smaller one of the two first"
        report.add("claim", "'try' does not name two values of one parameter, and one of others", remedy, place)
        return
    moved, (smaller, larger) = next((name, values) for name, values in tried.items() if len(values) == 2)
    about = claim.get("with_", ())
    if about and moved not in about:
        remedy = f"give two values of {' or '.join(about)}, and one of {moved}"
        report.add("claim", f"'try' moves '{moved}', and the claim is about {' and '.join(about)}", remedy, place)
    elif smaller >= larger:
        wrong = "the same twice" if smaller == larger else "the larger one first"
        remedy = "write the smaller one, then the larger one"
        report.add("claim", f"'try' names two values of '{moved}', {wrong}", remedy, place)


def _check_claim(fields: MappingType[str, Node], node: Node, report: Report) -> None:
    """The keys that need each other."""
    for key, partner, example in (
        ("region", "with", "with: card"),
        ("moves", "payoff", "payoff: SmallState"),
        ("payoff", "moves", "moves: never falls"),
        ("moves", "with", "with: card"),
    ):
        if partner == "with" and "compare" in fields:
            # Two models are compared instead of two values of a parameter.
            continue
        if key in fields and partner not in fields:
            report.add("claim", f"the claim has '{key}' without '{partner}'", f"add {example}", node.place)
