"""The command line. Every verb prints a readable answer, or with ``--format json`` one JSON object and nothing else."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hedging_games.cli.exploring import explore
from hedging_games.cli.figures import draw
from hedging_games.cli.files import VERBS as FILE_VERBS
from hedging_games.cli.options import (
    Asked,
    as_json,
    at_point,
    finite,
    game_at,
    game_within,
    on_game,
    printed,
    settings_of,
    solving,
    time_limited,
    write_text,
)
from hedging_games.cli.over_time import path
from hedging_games.cli.pages import report
from hedging_games.cli.printing import complain, doing, page_width, print_json, raw, say
from hedging_games.cli.regions import VERBS as REGION_VERBS
from hedging_games.cli.sweeps import plot, sensitivity, sweep
from hedging_games.cli.theory import VERBS as THEORY_VERBS
from hedging_games.cli.verbs import Verbs
from hedging_games.errors import CouldNotFinish, HedgingGamesError, input_error
from hedging_games.layout import on_page

if TYPE_CHECKING:
    from hedging_games.analysis.refine import Refined
    from hedging_games.analysis.select import Selected
    from hedging_games.games.game import Game
    from hedging_games.theory.reactions import AnyEquilibria

EXIT_BAD_INPUT = 2
EXIT_COULD_NOT_FINISH = 1
EXIT_INTERRUPTED = 130


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="hedging-games")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Exact equilibria of parametric games of hedging: an ally, a partner and a small state.

    `hedging-games VERB --help` has an example of each verb.
    """
    ctx.with_resource(on_page(page_width()))


@cli.command("list", example="list")
@as_json
def list_models(style: str) -> None:
    """The catalogue of models, and then the classics of the literature."""
    from hedging_games.model.catalogue import SHELVES, summaries

    models = [model for shelf in SHELVES for model in summaries(shelf)]
    if style == "json":
        print_json({"schema": 1, "models": models})
        return
    from hedging_games.layout import text_table

    rows = [[m["name"], m["form"], ", ".join(m["players"]), m["title"]] for m in models]
    say(text_table(["name", "form", "players", "title"], rows))


@cli.command(example="show engagement-card --case korea")
@at_point
@time_limited()
@as_json
def show(model: Asked, case: str | None, settings: tuple[str, ...], time_limit: float | None, style: str) -> None:
    """The game as the tool understood it: decisions, information sets, outcomes and their payoffs."""
    from hedging_games.games.game import Game
    from hedging_games.games.markov import MarkovGame
    from hedging_games.report.answers import show_answer
    from hedging_games.report.continuous_answers import continuous_show_answer
    from hedging_games.report.markov_answers import markov_show_answer
    from hedging_games.theory.reactions_text import game_text

    game, _ = game_within(model, case, settings_of(settings), time_limit)
    if isinstance(game, Game):
        printed(style, lambda: show_answer(game), game)
    elif isinstance(game, MarkovGame):
        printed(style, lambda: markov_show_answer(game), game)
    else:
        printed(style, lambda: continuous_show_answer(game), game_text(game))


@cli.command(example="solve engagement-card --set card=7/2")
@at_point
@solving
@click.option(
    "--refine",
    "criteria",
    multiple=True,
    metavar="NAME",
    help="Keep what passes intuitive, D1 or undominated, with reasons (repeatable).",
)
@click.option(
    "--select",
    "criterion",
    metavar="NAME",
    help="Say which of them payoff-dominance, risk-dominance, welfare or the event picks; all are listed.",
)
@click.option(
    "--points", "points", metavar="FILE", help="Solve at every row of a CSV or JSON-lines file (- for input)."
)
@click.option("--just-one", is_flag=True, help="One equilibrium at once, for games that are too large to list all.")
@as_json
def solve(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    method: str | None,
    time_limit: float | None,
    precision: str | None,
    criteria: tuple[str, ...],
    criterion: str | None,
    points: str | None,
    just_one: bool,  # noqa: FBT001  (click passes flags by name)
    style: str,
) -> None:
    """All equilibria at one point, each with its certificate; with --points one JSON line for each row of a file."""
    from hedging_games.analysis.refine import refine
    from hedging_games.analysis.select import select as selected_from
    from hedging_games.analysis.solve import solve as solve_game
    from hedging_games.report.answers import error_answer
    from hedging_games.report.any_answers import any_answer

    def found_at(values: dict[str, str]) -> AnyEquilibria | Refined | Selected:
        found = listed_at(values)
        return found if criterion is None else selected_from(found, criterion)

    def listed_at(values: dict[str, str]) -> AnyEquilibria | Refined:
        game, left = game_within(model, case, values, time_limit)
        if not criteria:
            return solve_game(game, concept, method, time_limit=left, precision=precision, just_one=just_one)
        found = solve_game(finite(game), concept, method, time_limit=left, precision=precision, just_one=just_one)
        return refine(found, *criteria, time_limit=left)

    values = settings_of(settings)
    if points is None:
        found = found_at(values)
        printed(style, lambda: any_answer(found), found)
        return
    from hedging_games.model.points import read_points

    game_at(model, case, values)  # What is wrong with every row is said once, before the first.
    for row in read_points(points):
        try:
            if isinstance(row, HedgingGamesError):
                raise row
            print_json(any_answer(found_at({**values, **row})))
        except HedgingGamesError as problem:
            print_json(error_answer(problem))


@cli.command(example="convert engagement-card --to efg --out card.efg")
@on_game
@click.option(
    "--to", "form", required=True, type=click.Choice(["nfg", "efg", "csv"]), help="Gambit's table or tree; payoffs."
)
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; standard output by default.")
@time_limited()
@as_json
def convert(
    game: Game, form: Literal["nfg", "efg", "csv"], out: Path | None, time_limit: float | None, style: str
) -> None:
    """Write the game, at one point, for Gambit, or its payoffs as a table of comma-separated values."""
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.formats import csv_text, efg_text, losses, nfg_text

    writers = {"nfg": nfg_text, "efg": efg_text, "csv": csv_text}
    with interrupted_after(time_limit):
        text, lost = writers[form](game), losses(game, form)
    answer = {"schema": 1, "format": form, "lost": list(lost)}
    if out is not None:
        write_text(out, text)
    if style == "json":
        print_json(answer | ({"text": text} if out is None else {"written": [str(out)]}))
    elif out is None:
        raw(text, nl=not text.endswith("\n"))
    else:
        raw(f"written: {out}")
        for what in lost:
            say(f"not in the file: {what}")


@cli.command(example="reproduce --check")
@click.option("--check", is_flag=True, help="Compare with the committed files instead of writing them.")
@click.option(
    "--examples", type=click.Path(path_type=Path), help="The folder of example scripts; ./examples by default."
)
@time_limited()
@as_json
def reproduce(check: bool, examples: Path | None, time_limit: float | None, style: str) -> None:  # noqa: FBT001  (click passes flags by name)
    """Regenerate every table and figure of the examples; with --check compare them byte for byte.

    Standard error says which script runs and how long each took.
    """
    from hedging_games.analysis.limits import seconds_allowed, stopped_after
    from hedging_games.report.reproduce import reproduce as run_examples

    with stopped_after(seconds_allowed(time_limit)):
        artefacts = run_examples(examples, check=check, tell=_telling)
    different = [a for a in artefacts if not a["same"]]
    if style == "json":
        print_json({"schema": 1, "artefacts": artefacts})
    else:
        for artefact in artefacts:
            state = "same" if artefact["same"] else "DIFFERENT" if check else "CHANGED"
            raw(f"{state}  {artefact['path']}")
        what = "differ from the committed ones" if check else "changed"
        say(f"{len(artefacts)} files, {len(different) or 'none'} {what}")
    if check and different:
        sys.exit(EXIT_COULD_NOT_FINISH)


def _telling(said: str) -> None:
    complain(said)
    doing(said.removesuffix(" ..."))


for verb in (draw, sweep, plot, sensitivity, path, report, explore, *REGION_VERBS, *THEORY_VERBS, *FILE_VERBS):
    cli.add_command(verb)


def tell_unraisable(lost: sys.UnraisableHookArgs) -> None:
    """What went wrong where nothing can be raised; not that a time limit or Ctrl-C struck while z3 freed its terms."""
    if not str(getattr(lost.object, "__module__", "")).startswith("z3"):
        sys.__unraisablehook__(lost)


def main() -> None:
    """The entry point: runs a verb, and turns every refusal into a message and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may be no text
    # Formulas and game trees have no circles: looking for some after every 700 new objects takes a tenth of the time, and finds none.
    gc.set_threshold(100_000, 20, 100)
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except HedgingGamesError as problem:
        complain(problem)
        sys.exit(EXIT_COULD_NOT_FINISH if isinstance(problem, CouldNotFinish) else EXIT_BAD_INPUT)
    except BrokenPipeError:
        # The reader of our output has gone: nothing more to say.
        _flush_nothing()
        sys.exit(EXIT_COULD_NOT_FINISH)
    except OSError as problem:
        _flush_nothing()
        where = f"'{problem.filename}'" if problem.filename else "the output"
        refused = input_error(
            "file", f"cannot use {where}: {problem.strerror or problem}", "make room, or choose another"
        )
        complain(refused)
        sys.exit(EXIT_BAD_INPUT)
    except (Exception, KeyboardInterrupt) as problem:
        if not _is_interrupted(problem):
            raise
        complain("interrupted")
        # Python would end by the signal instead if it struck inside exec, as where a dataclass is made.
        os._exit(EXIT_INTERRUPTED)


def _is_interrupted(problem: BaseException) -> bool:
    """Whether Ctrl-C is behind it, also where that met code in C, or a class that was just being made."""
    from hedging_games.analysis.limits import interruption

    return isinstance(problem, click.Abort) or isinstance(interruption(problem), KeyboardInterrupt)


def _flush_nothing() -> None:
    """Let what standard output still holds go nowhere: flushed at exit, it would fail again."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
