"""A model written back as a model file, in one canonical form: reading it gives an equal model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hedging_games.algebra.expressions.expression import Expression
from hedging_games.algebra.expressions.text import readable
from hedging_games.model.declarations import (
    CHANCE_NAME,
    Claim,
    Continuum,
    Course,
    Decision,
    Grid,
    Happening,
    Lottery,
    PathEvent,
    Table,
)

if TYPE_CHECKING:
    from hedging_games.model.model import Model

_PLAIN: Final = re.compile(r"[A-Za-z0-9(][A-Za-z0-9 _.+*/()<>=-]*", re.ASCII)
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P"}


def model_text(model: Model) -> str:
    """The whole model."""
    return "\n".join([*_head(model), *_game(model), *_tail(model)]) + "\n"


def canonical_game(model: Model) -> str:
    """What makes the game: players, parameters with ranges, assumptions, play, payoffs and event, without prose."""
    return "\n".join(_game(model, prose=False)) + "\n"


def scalar(text: object) -> str:
    """A text as YAML: plain where nothing can be mistaken, else in double quotes."""
    written = str(text)
    if _PLAIN.fullmatch(written) and not written.endswith(" "):
        return written
    return '"' + "".join(_ESCAPES.get(sign, sign) for sign in written) + '"'


def _head(model: Model) -> Iterator[str]:
    yield f"title: {scalar(model.title)}"
    for key in ("source", "notes", "concept"):
        value = getattr(model, key)
        if value:
            yield f"{key}: {scalar(value)}"


def _game(model: Model, *, prose: bool = True) -> Iterator[str]:
    yield "players:"
    for player in model.players.values():
        said = [f"role: {scalar(player.role)}"] if player.role and prose else []
        said += ["myopic: yes"] if player.myopic else []
        yield f"  {player.name}:" + (f" {{{', '.join(said)}}}" if said else "")
    yield from _parameters(model, prose=prose)
    if model.assumptions:
        yield "assume:"
        yield from (f"  - {scalar(condition)}" for condition in model.assumptions)
    if model.lets:
        yield "let:"
        yield from (f"  {name}: {scalar(expression)}" for name, expression in model.lets.items())
    if model.course is not None:
        yield from _state(model.course)
    yield "play:"
    for decision in model.decisions.values():
        yield from _decision(decision)
    yield from _payoffs(model)
    if model.course is not None:
        yield from _next(model.course)
    if model.hedge is not None:
        yield f"hedge: {_event(model.hedge)}"


def _parameters(model: Model, *, prose: bool) -> Iterator[str]:
    if model.parameters:
        yield "parameters:"
    for parameter in model.parameters.values():
        yield f"  {parameter.name}:"
        yield f"    baseline: {scalar(readable(parameter.baseline))}"
        yield f"    range: {scalar(parameter.range)}"
        for key in ("meaning", "unit", "source") if prose else ():
            value = getattr(parameter, key)
            if value:
                yield f"    {key}: {scalar(value)}"


def _decision(decision: Decision) -> Iterator[str]:
    yield f"  {decision.name}:"
    yield f"    by: {decision.player or CHANCE_NAME}"
    match decision.choice:
        case Grid(low, high, levels) if decision.player is None:
            yield from _uniform(low, high)
            yield f"      levels: {scalar(levels)}"
        case Continuum(low, high) if decision.player is None:
            yield from _uniform(low, high)
        case Continuum(low, high):
            yield "    actions:"
            yield f"      from: {scalar(low)}"
            yield f"      to: {scalar(high)}"
        case Grid(low, high, levels, step):
            yield "    actions:"
            yield f"      from: {scalar(low)}"
            yield f"      to: {scalar(high)}"
            yield f"      levels: {scalar(levels)}" if levels is not None else f"      step: {scalar(step)}"
        case Lottery(labels, probabilities):
            yield "    actions:"
            for label, probability in zip(labels, probabilities, strict=True):
                yield f"      {label}: {scalar(probability)}"
        case _:
            yield f"    actions: [{', '.join(decision.labels)}]"
    if decision.sees:
        yield f"    sees: [{', '.join(decision.sees)}]"
    if decision.when is not None:
        yield f"    when: {scalar(decision.when)}"
    if decision.even:
        yield f"    even: [{', '.join(decision.even)}]"


def _uniform(low: Expression, high: Expression) -> Iterator[str]:
    yield "    actions:"
    yield "      uniform:"
    yield from (f"        - {scalar(end)}" for end in (low, high))


def _payoffs(model: Model) -> Iterator[str]:
    yield "payoffs:"
    if not isinstance(model.payoffs, Table):
        yield from (f"  {player}: {scalar(payoff)}" for player, payoff in model.payoffs.items())
        return
    yield "  table:"
    for row in model.payoffs.rows:
        yield f"    - at: {scalar(row.at)}"
        yield from (f"      {player}: {scalar(payoff)}" for player, payoff in row.payoffs.items())


def _state(course: Course) -> Iterator[str]:
    """The lines on the state, where it begins, and the discounts."""
    if course.state:
        yield "state:"
    for name, variable in course.state.items():
        choice = variable.choice
        if isinstance(choice, Grid):
            yield f"  {name}:"
            yield f"    from: {scalar(choice.low)}"
            yield f"    to: {scalar(choice.high)}"
        else:
            yield f"  {name}: [{', '.join(variable.labels)}]"
    if course.start:
        yield "start:"
        yield from (f"  {name}: {scalar(value)}" for name, value in course.start.items())
    yield "discount:"
    yield from (f"  {player}: {scalar(discount)}" for player, discount in course.discounts.items())


def _next(course: Course) -> Iterator[str]:
    """The lines on how play goes on."""
    yield "next:"
    for row in course.transitions:
        yield f"  - at: {'all' if row.at is None else scalar(row.at)}"
        if row.to:
            yield "    to:"
            for name, draw in row.to.items():
                yield f"      {name}:"
                yield from (f"        {scalar(value)}: {scalar(probability)}" for value, probability in draw)
        else:
            yield f"    to: {'end' if row.to is None else 'same'}"
        if row.worth:
            yield "    worth:"
            yield from (f"      {player}: {scalar(worth)}" for player, worth in row.worth.items())
    if course.horizon is not None:
        yield f"horizon: {scalar(course.horizon)}"
    if course.sustained:
        yield f"sustained: {{by: [{', '.join(course.sustained)}]}}"


def _event(event: Happening) -> str:
    """An event as YAML."""
    return f"{{{event.when}: {_quoted(event.event)}}}" if isinstance(event, PathEvent) else scalar(event)


def _quoted(text: object) -> str:
    """A text in double quotes, so that no comma in it ends a value."""
    return f'"{text}"'


def _tail(model: Model) -> Iterator[str]:
    if model.claims:
        yield "claims:"
    for claim in model.claims:
        yield from _claim(claim)
    if model.cases:
        yield "cases:"
    for case in model.cases.values():
        entries = [*_values(case.values, 4), *([f"    note: {scalar(case.note)}"] if case.note else [])]
        yield f"  {scalar(case.name)}:" if entries else f"  {scalar(case.name)}: {{}}"
        yield from entries


def _values(values: Mapping[str, Fraction], indent: int) -> Iterator[str]:
    return (f"{' ' * indent}{name}: {scalar(readable(value))}" for name, value in values.items())


def _claim(claim: Claim) -> Iterator[str]:
    yield f"  - says: {scalar(claim.says)}"
    written = {
        "region": claim.region,
        "payoff": claim.payoff,
        "moves": claim.moves,
        "holds": claim.holds,
        "needs": claim.needs,
        "if": claim.given,
        "among": claim.among,
        "concept": claim.concept,
        "compare": claim.compare,
        "note": claim.note or None,
    }
    for key, value in written.items():
        if value is not None:
            yield f"    {key}: {scalar(value)}"
    if claim.outcome is not None:
        yield f"    outcome: {_event(claim.outcome)}"
    if claim.with_:
        yield f"    with: [{', '.join(claim.with_)}]"
    if claim.at:
        yield "    at:"
        yield from _values(claim.at, 6)
    if claim.tried:
        yield "    try:"
        for name, values in claim.tried.items():
            yield f"      {name}: [{', '.join(map(readable, values))}]"
    if claim.means:
        yield "    means:"
        yield from (f"      {verdict}: {scalar(text)}" for verdict, text in claim.means.items())
