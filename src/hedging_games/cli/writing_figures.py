"""What verbs that draw share: the options ``--figure`` and ``--width``, and how a figure is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hedging_games.cli.options import typed_command

if TYPE_CHECKING:
    from hedging_games.figures.drawing import Drawing


def on_page(function: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--width``."""
    return click.option(
        "--width", type=click.Choice(["column", "text"]), default="text", show_default=True, help="Of a journal's page."
    )(function)


def with_figure(function: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--figure`` and ``--width``."""
    return click.option(
        "--figure", type=click.Path(path_type=Path), help="Draw it as well: a file .svg, .png, .pdf or .tex."
    )(on_page(function))


def check_figure(path: Path | None) -> None:
    """Refuses an ending that no figure has, before anything is computed."""
    from hedging_games.figures.drawing import check_ending

    if path is not None:
        check_ending(path)


def write_figure(drawing: Drawing, path: Path) -> str:
    """Write a figure that says by which command it was made; its path as text."""
    scene = drawing.scene
    drawing.scene = replace(scene, provenance=f"{scene.provenance}; {typed_command()}")
    return str(drawing.save(path))
