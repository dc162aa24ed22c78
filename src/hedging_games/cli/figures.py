"""The verb that draws a game: ``draw``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hedging_games.cli.options import (
    GAMBIT_SUFFIXES,
    Asked,
    as_json,
    at_point,
    game_within,
    named_model,
    settings_of,
    solving,
)
from hedging_games.cli.printing import print_json, raw
from hedging_games.cli.verbs import Verb
from hedging_games.cli.writing_figures import check_figure, on_page, write_figure
from hedging_games.errors import input_error

if TYPE_CHECKING:
    from hedging_games.figures.drawing import Drawing, Width

KINDS = ("tree", "matrix", "best-responses", "replicator-field")


@click.command(cls=Verb, example="draw engagement-card --to tree.svg --equilibria")
@at_point
@solving
@click.option(
    "--to", "target", required=True, type=click.Path(path_type=Path), help="The file: .svg, .png, .pdf or .tex."
)
@click.option("--kind", type=click.Choice(KINDS), default="tree", show_default=True, help="What to draw.")
@click.option("--equilibria", is_flag=True, help="Solve the game, and draw its equilibria.")
@click.option("--formulas", is_flag=True, help="Payoffs as formulas of the parameters, not as numbers.")
@on_page
@as_json
def draw(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    method: str | None,
    time_limit: float | None,
    precision: str | None,
    target: Path,
    kind: str,
    equilibria: bool,  # noqa: FBT001  (click passes flags by name)
    formulas: bool,  # noqa: FBT001
    width: Width,
    style: str,
) -> None:
    """Draw a game: its tree, its payoff matrix, or the best-response curves or the replicator field of two by two strategies."""
    check_figure(target)  # before anything is solved

    def solved() -> Any:
        from hedging_games.analysis.solve import solve

        game, left = game_within(model, case, settings_of(settings), time_limit)
        return solve(game, concept, method, time_limit=left, precision=precision) if equilibria else game

    drawing = _drawing(kind, _open(model, case, settings, kind) if formulas else None, solved, width, equilibria)
    written = write_figure(drawing, target)
    if style == "json":
        print_json({"schema": 1, "kind": kind, "title": drawing.scene.title, "written": [written]})
    else:
        raw(f"written: {written}")


def _open(model: Asked, case: str | None, settings: tuple[str, ...], kind: str) -> Any:
    """The model, for payoffs that are formulas."""
    if kind in ("best-responses", "replicator-field"):
        what = "best-response curves are" if kind == "best-responses" else "a replicator field is"
        raise input_error("option", f"{what} of numbers", "leave --formulas out")
    if model.name.lower().endswith(GAMBIT_SUFFIXES):
        raise input_error("option", f"'{model.name}' is a game without parameters", "leave --formulas out")
    if case or settings:
        raise input_error("option", "formulas hold at every point", "leave --case and --set out, or --formulas")
    return named_model(model)


def _drawing(kind: str, formulas: Any, solved: Any, width: Width, equilibria: bool) -> Drawing:  # noqa: FBT001
    from hedging_games.figures.best_replies import best_responses
    from hedging_games.figures.matrices import matrix
    from hedging_games.figures.replicator_fields import replicator_field
    from hedging_games.figures.trees import tree

    if kind == "best-responses":
        return best_responses(solved(), width=width)
    if kind == "replicator-field":
        return replicator_field(solved(), width=width)
    function = tree if kind == "tree" else matrix
    if formulas is None:
        return function(solved(), width=width)
    return function(formulas, equilibria=solved() if equilibria else None, width=width)
