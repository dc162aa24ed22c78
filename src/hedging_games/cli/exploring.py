"""The verb that opens a model in the browser: ``explore``."""

from __future__ import annotations

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


@click.command(cls=Verb, gambit=False, example="explore engagement-card --export card.html")
@at_point
@on_concept
@click.option("--export", type=click.Path(path_type=Path), help="Write one HTML file that needs no server.")
@time_limited(LONGEST_WAIT, "For what is solved beforehand, or of a served page for each question.")
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
    """Open a model in the browser: move a parameter and see, exactly, what gives way."""
    from hedging_games.explore.whole import explored
    from hedging_games.report.page.parts import Asked as About

    loaded = named_model(model)
    about = About(loaded, model.name, model.levels, case, settings_of(settings), concept)
    assert export is not None
    write_text(export, explored(about, time_limit))
    if style == "json":
        print_json({"schema": 1, "model": loaded.name, "written": [str(export)]})
    else:
        raw(f"written: {export}")
