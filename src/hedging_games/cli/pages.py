"""The verb that makes a page about a model: ``report``."""

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
from hedging_games.cli.printing import doing, print_json, raw, say
from hedging_games.cli.verbs import Verb


@click.command(cls=Verb, gambit=False, example="report engagement-card --to card.html")
@at_point
@on_concept
@click.option("--to", "--out", "out", type=click.Path(path_type=Path), help="The file; MODEL.html by default.")
@time_limited(LONGEST_WAIT, "Shared among the parts; what is not finished by then is said to be missing.")
@as_json
def report(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    out: Path | None,
    time_limit: float | None,
    style: str,
) -> None:
    """One HTML page about a model: the story, the game, equilibria, conditions, thresholds, claims, how to cite."""
    from hedging_games.report.page.parts import Asked as About
    from hedging_games.report.page.whole import report as report_of

    loaded = named_model(model)
    about = About(loaded, model.name, model.levels, case, settings_of(settings), concept)
    made = report_of(about, time_limit, doing)
    target = out or Path(f"{loaded.name}.html")
    write_text(target, made.html)
    if style == "json":
        print_json({"schema": 1, "model": loaded.name, "written": [str(target)], "missing": list(made.missing)})
        return
    raw(f"written: {target}")
    for title in made.missing:
        say(f"missing, not finished in time: {title}")
