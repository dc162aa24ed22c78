"""The verbs about model files themselves: ``new`` begins one, ``cite`` says how what is found with one is cited."""

from __future__ import annotations

from pathlib import Path

import click

from hedging_games.cli.options import (
    Asked,
    as_json,
    at_point,
    game_within,
    on_concept,
    settings_of,
    time_limited,
    write_text,
)
from hedging_games.cli.printing import print_json, raw, say
from hedging_games.cli.verbs import Verb, complete_form
from hedging_games.errors import input_error


@click.command(cls=Verb, about_model=False, example="new sequential --out mine.yaml")
@click.argument("form", metavar="FORM", shell_complete=complete_form)
@click.option("--to", "--out", "out", type=click.Path(path_type=Path), help="The file; standard output by default.")
@as_json
def new(form: str, out: Path | None, style: str) -> None:
    """A commented model file to start from, which solves as it stands.

    FORM is normal (all choose at once), sequential, signalling, continuous (choices are any numbers), over-time or repeated.
    """
    from hedging_games.model.starting import starting_text

    text = starting_text(form)
    if out is not None:
        if out.exists():
            raise input_error("file", f"'{out}' is there already", "give another name: nothing is written over")
        write_text(out, text)
    if style == "json":
        print_json({"schema": 1, "form": form} | ({"text": text} if out is None else {"written": [str(out)]}))
    elif out is None:
        raw(text, nl=False)
    else:
        raw(f"written: {out}")
        say(f"next: hedging-games solve {out}")


@click.command(cls=Verb, example="cite engagement-card")
@at_point
@on_concept
@time_limited()
@as_json
def cite(
    model: Asked, case: str | None, settings: tuple[str, ...], concept: str | None, time_limit: float | None, style: str
) -> None:
    """How to cite the software, the model with its source, and the source of the solution concept."""
    from hedging_games.analysis.solve import concept_of
    from hedging_games.report.citing import citations

    game, _ = game_within(model, case, settings_of(settings), time_limit)
    found = citations(game, concept_of(game, concept))
    if style == "json":
        print_json({"schema": 1, "model": game.name, "citations": [{"what": what, "how": how} for what, how in found]})
        return
    for what, how in found:
        say(f"{what}: {how}")


VERBS = (new, cite)
