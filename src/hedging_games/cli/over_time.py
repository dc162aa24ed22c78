"""The verb about games over time: ``path``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hedging_games.cli.options import Asked, as_json, at_point, game_within, settings_of, solving
from hedging_games.cli.printing import print_json, raw, say
from hedging_games.cli.verbs import Verb
from hedging_games.cli.writing_figures import check_figure, with_figure, write_figure
from hedging_games.errors import input_error

if TYPE_CHECKING:
    from hedging_games.figures.drawing import Width


@click.command(cls=Verb, gambit=False, example="path sanctions-waiver --periods 4")
@at_point
@solving
@click.option(
    "--equilibrium", "number", type=int, default=0, show_default=True, help="Which one, as solve numbers them."
)
@click.option("--periods", type=int, default=10, show_default=True, help="How many periods are told.")
@click.option(
    "--from", "start", metavar="STATE", help="The state of the first period, such as k=2; the start by default."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Beyond 200 periods: of the paths that are drawn.")
@with_figure
@as_json
def path(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    method: str | None,
    precision: str | None,
    time_limit: float | None,
    number: int,
    periods: int,
    start: str | None,
    seed: int,
    figure: Path | None,
    width: Width,
    style: str,
) -> None:
    """Play over time in an equilibrium: how likely each state is, period by period, and how long hedging lasts."""
    from hedging_games.analysis.play_over_time import as_markov, path_of_play
    from hedging_games.analysis.solve import solve
    from hedging_games.games.markov import MarkovGame
    from hedging_games.report.markov_answers import path_answer

    check_figure(figure)
    game, left = game_within(model, case, settings_of(settings), time_limit)
    if not isinstance(game, MarkovGame):
        raise input_error("game", f"'{model.name}' is played once", "ask of a model with 'discount' and 'next'")
    found = solve(game, concept, method, time_limit=left, precision=precision)
    if not 0 <= number < len(found):
        what = f"there is no equilibrium {number}: {len(found)} were found"
        raise input_error("option", what, "choose another one, or another concept or point")
    followed, place = as_markov(found, number)
    told = path_of_play(followed.game, followed[place], periods, start=start, seed=seed)
    written = [] if figure is None else [write_figure(told.plot(width=width), figure)]
    if style == "json":
        print_json({**path_answer(followed, told, number, len(found)), "written": written})
    else:
        say(told)
        for name in written:
            raw(f"written: {name}")
