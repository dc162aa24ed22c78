"""From the text of a model file to a model, or to all that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping as MappingType
from pathlib import Path
from typing import Final

from hedging_games.algebra.expressions.expression import Expression
from hedging_games.errors import Place, did_you_mean
from hedging_games.model.checks import check_model, check_names
from hedging_games.model.declarations import Happening
from hedging_games.model.extending import extended
from hedging_games.model.fields import MOST_UNKNOWN, Report, fields_of, text_of
from hedging_games.model.model import Model
from hedging_games.model.names import names_of
from hedging_games.model.read_declarations import (
    read_assumptions,
    read_cases,
    read_claims,
    read_lets,
    read_parameters,
    read_players,
)
from hedging_games.model.read_play import read_payoffs, read_play
from hedging_games.model.read_time import TIME_KEYS, happening_of, read_course
from hedging_games.model.source import Source, read_source, source_from_text
from hedging_games.model.yaml_tree import Mapping, Node, read_tree

KEYS: Final = (
    "title", "source", "notes", "extends", "without", "concept", "players", "parameters", "assume", "let", *TIME_KEYS[:3], "play", "payoffs",
    *TIME_KEYS[3:], "hedge", "claims", "cases",
)  # fmt: skip
"""What a model file may say at its top."""

REQUIRED: Final = {
    "title": 'add a line such as title: "The engagement card"',
    "players": "add players: {SmallState: {role: small state}, Ally: {role: ally}}",
    "play": "add play: and the decisions in their order",
    "payoffs": "add payoffs: and a formula for each player",
}


NAMING: Final = ("players", "parameters", "let", "state", "play")
"""Keys under which names are declared."""


def read_model(path: str | os.PathLike[str], *, unrolled: bool = True) -> Model:
    """The model in the file at ``path``; without ``unrolled`` the game it makes at its baseline is not looked at.

    Raises
    ------
    ModelFileError
        With every problem of the file, each with its place and what to write instead.
    CouldNotFinish
        If the model has too many histories at its baseline.
    """
    # A name that is no text (bytes that are not UTF-8) would fail wherever it is printed.
    name = Path(path).stem.encode("utf-8", "backslashreplace").decode()
    return _read(read_source(path), name, unrolled=unrolled)


def read_model_text(text: str, name: str = "model", file: str = "<text>") -> Model:
    """The model written in ``text``, called ``name``; messages say that it stands in ``file``. Raises what `read_model` raises."""
    return _read(source_from_text(text, file), name)


def _read(source: Source, name: str, *, unrolled: bool = True) -> Model:
    root, repeated = read_tree(source)
    report = Report()
    report.problems += repeated
    root = extended(root, report)
    fields = fields_of(root, "file", "a model file", KEYS, report)
    if fields is None:
        report.stop_if_any()
    assert fields is not None
    for key, remedy in REQUIRED.items():
        if key not in fields and not _misspelt(key, root):
            report.add("file", f"the model has no '{key}'", remedy, source.place(0))
    if "players" not in fields or "play" not in fields or any(_misspelt(key, root) for key in NAMING):
        report.stop_if_any()  # what else is found would follow from that
    model, places, whole = _declared(fields, source, name, report)
    check_names(model.names, places, model, report, whole=whole)
    if whole and unrolled:
        check_model(model, report)
    report.stop_if_any()
    return model


def _misspelt(key: str, root: Node) -> bool:
    """Whether some unknown key is probably meant to be this one; then that is what is reported."""
    keys = [name.text for name, _ in root.entries[:MOST_UNKNOWN]] if isinstance(root, Mapping) else []
    return any(did_you_mean(word, KEYS) == f"did you mean '{key}'?" for word in keys if word not in KEYS)


def _declared(
    fields: MappingType[str, Node], source: Source, name: str, report: Report
) -> tuple[Model, dict[str, Place], bool]:
    """The model as far as it can be read, the places of its named expressions, and whether all of it could be read."""
    players = read_players(fields["players"], report)
    if not players:
        report.stop_if_any()
    parameters = read_parameters(fields["parameters"], report) if "parameters" in fields else {}
    decisions = read_play(fields["play"], players, report)
    lets = read_lets(fields["let"], report) if "let" in fields else {}
    payoffs = read_payoffs(fields["payoffs"], players, decisions, report) if "payoffs" in fields else {}
    course = read_course(fields, players, report)
    hedge: Happening | None = None
    if "hedge" in fields:
        hedge = happening_of(fields["hedge"], "hedge", "'hedge'", report)
    model = Model(
        name=name,
        title=_text(fields, "title", report),
        players=players,
        parameters=parameters,
        decisions=decisions,
        payoffs=payoffs,
        source=_text(fields, "source", report),
        notes=_text(fields, "notes", report),
        assumptions=read_assumptions(fields["assume"], report) if "assume" in fields else (),
        lets={name: expression for name, expression in lets.items() if expression is not None},
        hedge=hedge,
        claims=read_claims(fields["claims"], parameters, players, decisions, report) if "claims" in fields else (),
        cases=read_cases(fields["cases"], parameters, report) if "cases" in fields else {},
        concept=_text(fields, "concept", report) or None,
        course=course,
        text=source.text,
        files=tuple(report.files),
    )
    # A named expression that cannot be read keeps its name known, so that its mentions are not reported as well.
    unread: dict[str, Expression | None] = dict(lets)
    model.__dict__["names"] = names_of(players, parameters, unread, decisions, course)
    written = fields.get("let")
    places = {key.text: key.place for key, _ in written.entries} if isinstance(written, Mapping) else {}
    return model, places, not report.concerns_the_game


def _text(fields: MappingType[str, Node], key: str, report: Report) -> str:
    if key not in fields:
        return ""
    return text_of(fields[key], "file", f"'{key}'", report) or ""
