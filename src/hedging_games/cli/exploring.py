"""The verb that opens a model in the browser: ``explore``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hedging_games.cli.options import (
    LONGEST_WAIT,
    Asked,
    as_json,
    at_point,
    named_model,
    on_concept,
    settings_of,
    time_limited,
    write_text,
)
from hedging_games.cli.printing import print_json, raw
from hedging_games.cli.verbs import Verb

QUESTION = 30.0
"""Seconds that a question to the server may take unless told otherwise."""


@click.command(cls=Verb, gambit=False, example="explore engagement-card --export card.html")
@at_point
@on_concept
@click.option("--export", type=click.Path(path_type=Path), help="Write one HTML file that needs no server.")
@time_limited(None, "For what a file holds solved (300 by default), or for each question to the server (30).")
@as_json
def explore(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    export: Path | None,
    time_limit: float | None,
    style: str,
) -> None:
    """Open a model in the browser: move a parameter and see, exactly, what gives way.

    Pages are served on this machine alone, until Ctrl-C; with --export, one file has it all and needs no server.
    """
    from hedging_games.analysis.limits import seconds_allowed
    from hedging_games.explore.serving import serve
    from hedging_games.explore.whole import explored
    from hedging_games.report.page.parts import Asked as About

    loaded = named_model(model)
    about = About(loaded, model.name, model.levels, case, settings_of(settings), concept)
    seconds = seconds_allowed(time_limit)
    if export is None:
        serve(about, seconds or QUESTION, lambda address: _ready(address, style))
        return
    write_text(export, explored(about, seconds or LONGEST_WAIT))
    if style == "json":
        print_json({"schema": 1, "model": loaded.name, "written": [str(export)]})
    else:
        raw(f"written: {export}")


def _ready(address: str, style: str) -> None:
    """Tell the address at once, also to a program that reads it through a pipe."""
    if style == "json":
        print_json({"schema": 1, "address": address})
    else:
        raw(f"open {address} in a browser; Ctrl-C ends it")
    sys.stdout.flush()
