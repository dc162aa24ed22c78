"""The verbs that look at many points: ``sweep``, ``plot``, ``sensitivity``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hedging_games.algebra.numbers import exact_number
from hedging_games.cli.options import (
    Asked,
    as_json,
    at_point,
    named_model,
    on_concept,
    settings_of,
    time_limited,
)
from hedging_games.cli.printing import complain, doing, print_json, raw, say
from hedging_games.cli.verbs import Verb, complete_setting
from hedging_games.cli.writing_figures import check_figure, on_page, with_figure, write_figure
from hedging_games.errors import ConceptError, CouldNotFinish, InputError, input_error

if TYPE_CHECKING:
    from hedging_games.analysis.conditions.solved import Among
    from hedging_games.analysis.sweep.design import Recipe
    from hedging_games.figures.drawing import Width
    from hedging_games.model.model import Model


def over_box(function: Callable[..., None]) -> Callable[..., None]:
    """Adds what is asked and at which points."""
    function = click.option(
        "--over",
        multiple=True,
        metavar="NAME=LOW:HIGH:COUNT",
        shell_complete=complete_setting,
        help="An axis: NAME=0:10:201, or a list, NAME=1,2,7/2. With --sample NAME=LOW:HIGH or NAME alone.",
    )(function)
    return on_concept(function)


@click.command(cls=Verb, gambit=False, example="sweep engagement-card --over card=0:10:21 --out card.csv")
@at_point
@over_box
@click.option("--sample", metavar="METHOD:COUNT", help="Instead of a grid: sobol:16384 or latin-hypercube:10000.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the sample.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="NAME",
    help="Also: margin, margin_every, hedge, payoffs (repeatable).",
)
@click.option(
    "--event-only",
    is_flag=True,
    help="Whether the event is played, and not in which equilibria: thousands of times faster in games over time, with continuous "
    "choices, and in large trees.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="What to write: .zarr (can be continued after a stop), .csv, .parquet, .nc or .npz.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Compute in so many processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Compute on the Dask cluster of this scheduler.")
@time_limited(said="For each point that has to be solved by itself.")
@as_json
def sweep(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    over: tuple[str, ...],
    sample: str | None,
    seed: int,
    outputs: tuple[str, ...],
    event_only: bool,  # noqa: FBT001  (click passes flags by name)
    out: Path | None,
    workers: int | None,
    scheduler: str | None,
    time_limit: float | None,
    style: str,
) -> None:
    """In which equilibria the event is played, at every point of a grid or a sample."""
    from hedging_games.analysis.sweep.run import sweep as run_sweep
    from hedging_games.report.sweeps import sweep_answer

    loaded = named_model(model)
    recipe = None if sample is None else _recipe(sample, seed)
    is_store = out is not None and out.suffix not in (".csv", ".parquet", ".nc", ".npz")
    _refuse_unknown_ending(out)
    with _executor(scheduler) as executor, _continued(out if is_store else None):
        found = run_sweep(
            loaded,
            _axes(over, sampled=recipe is not None) if over or recipe is None else None,
            concept=concept,
            outputs=outputs if event_only else ("regime", *outputs),
            sample=recipe,
            case=case,
            at=settings_of(settings),
            store=out if is_store else None,
            executor=executor,
            workers=workers,
            time_limit=time_limit,
        )
    written = [] if out is None else [out if is_store else found.write(out)]
    if style == "json":
        print_json(sweep_answer(found, written))
    else:
        say(found)
        for path in written:
            raw(f"written: {path}")


@click.command(cls=Verb, gambit=False, example="plot engagement-card --over card=0:10:41 --over alignment_loss=0:10:41")
@at_point
@over_box
@click.option("--among", type=click.Choice(["some", "every"]), default=None, help="Draw only this event's region.")
@on_page
@click.option(
    "--out", type=click.Path(path_type=Path), help="The figure: .svg, .png, .pdf or .tex; MODEL.svg by default."
)
@time_limited()
@as_json
def plot(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    over: tuple[str, ...],
    among: Among | None,
    width: Width,
    out: Path | None,
    time_limit: float | None,
    style: str,
) -> None:
    """Draw which equilibria there are, with exact borders, over one parameter or two (--over once or twice: NAME, or NAME=LOW:HIGH).

    Over one it is a strip with its thresholds, over two a phase diagram.
    With NAME=LOW:HIGH:COUNT twice, for concepts of which no regions are derived, the points of the grid are drawn.
    """
    from hedging_games.analysis.limits import seconds_allowed, stopped_after
    from hedging_games.analysis.phases import phases
    from hedging_games.figures.answers import drawing_of

    check_figure(out)
    with stopped_after(seconds_allowed(time_limit)):
        loaded, held, axes = named_model(model), settings_of(settings), _ranges(over)
        try:
            ranges = {name: ends for name, ends in axes.items() if ends is not None}
            drawing = drawing_of(
                phases(loaded, list(axes), concept, case=case, fixed=held, ranges=ranges), among=among, width=width
            )
        except InputError as refusal:
            if not _needs_grid(refusal, loaded, over):
                raise
            from hedging_games.analysis.sweep.run import sweep as run_sweep

            found = run_sweep(loaded, _axes(over), concept=concept, case=case, at=held)
            drawing = drawing_of(found, among=among, width=width)
    written = write_figure(drawing, out or Path(f"{loaded.name}.svg"))
    if style == "json":
        print_json({"schema": 1, "model": loaded.name, "written": [written]})
    else:
        raw(f"written: {written}")


def _ranges(over: tuple[str, ...]) -> dict[str, tuple[Any, Any] | None]:
    """The ends of the axes that ``--over`` gives: None where it only names one."""
    from hedging_games.analysis.sweep.design import Span

    axes: dict[str, tuple[Any, Any] | None] = {}
    for text in over:
        name, sign, values = (part.strip() for part in text.partition("="))
        given = _axes((text,), sampled=not sign or values.count(":") == 1)[name]
        if name in axes:
            raise input_error("option", f"--over gives '{name}' twice", "give each axis once")
        if isinstance(given, Span):
            given = (given.low, given.high)
        elif isinstance(given, list):
            numbers = [exact_number(value, name) for value in given]
            given = (min(numbers), max(numbers))
        axes[name] = given
    return axes


def _needs_grid(refusal: InputError, model: Model, over: tuple[str, ...]) -> bool:
    """Whether phases are not derived, and ``--over`` gives a grid that can be drawn point by point."""
    names = [text.partition("=")[0].strip() for text in over]
    is_grid = len(over) == 2 and all("=" in text and text.count(":") != 1 for text in over)
    return is_grid and (isinstance(refusal, ConceptError) or any(name in model.structural for name in names))


@click.command(cls=Verb, gambit=False, example="sensitivity engagement-card")
@at_point
@over_box
@click.option("--among", type=click.Choice(["some", "every"]), default="some", show_default=True, help="Equilibria.")
@click.option(
    "--points", type=click.IntRange(min=16), help="In each of 8 samples: 4096 by default, 16 without formulas."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the samples.")
@click.option("--indicator", is_flag=True, help="Sobol indices of the bare event instead of its margin.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the sample: .csv, .parquet, .nc or .npz.")
@with_figure
@time_limited()
@as_json
def sensitivity(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    over: tuple[str, ...],
    among: str,
    points: int | None,
    seed: int,
    indicator: bool,  # noqa: FBT001  # click passes flags by name
    out: Path | None,
    figure: Path | None,
    width: Width,
    time_limit: float | None,
    style: str,
) -> None:
    """Which parameters matter for the event, over their ranges (or those that --over NAME=LOW:HIGH gives)."""
    from hedging_games.analysis.limits import seconds_allowed, stopped_after
    from hedging_games.analysis.sensitivity import sensitivity as find_sensitivity

    check_figure(figure)
    with stopped_after(seconds_allowed(time_limit)):
        found = find_sensitivity(
            named_model(model),
            _axes(over, sampled=True) if over else None,
            among=among,
            concept=concept,
            case=case,
            at=settings_of(settings),
            points=points,
            seed=seed,
            indicator=indicator,
            tell=doing,
        )
    written = [] if out is None else [str(found.sample.write(out))]
    written += [] if figure is None else [write_figure(found.plot(width=width), figure)]
    if style == "json":
        print_json({**found.as_dict(), "written": written})
    else:
        say(found)
        for path in written:
            raw(f"written: {path}")


def _axes(over: tuple[str, ...], *, sampled: bool = False) -> Mapping[str, Any]:
    """The axes that ``--over`` gives."""
    axes: dict[str, Any] = {}
    for text in over:
        name, sign, values = text.partition("=")
        name = name.strip()
        if not name or (not sign and not sampled):
            raise input_error(
                "option", f"--over {text!r} is not NAME=LOW:HIGH:COUNT", "write for example card=0:10:201"
            )
        if name in axes:
            raise input_error("option", f"--over gives '{name}' twice", "give each axis once")
        axes[name] = _values(text, values.strip(), sampled=sampled) if sign else None
    if not axes:
        raise input_error("option", "no axis is given", "write for example --over card=0:10:201")
    return axes


def _values(text: str, values: str, *, sampled: bool) -> Any:
    from hedging_games.analysis.sweep.design import span

    parts = values.split(":")
    if sampled:
        if len(parts) != 2:
            raise input_error(
                "option", f"--over {text!r} is not NAME=LOW:HIGH", "a sample needs the two ends of a range"
            )
        return (parts[0], parts[1])
    if len(parts) == 1:
        items = values.split(",")
        if not all(item.strip() for item in items):
            raise input_error("option", f"--over {text!r} has an empty value", "write for example card=1,2,7/2")
        return items
    if len(parts) != 3 or not parts[2].strip().isdecimal() or len(parts[2]) > 12:
        raise input_error("option", f"--over {text!r} is not NAME=LOW:HIGH:COUNT", "write for example card=0:10:201")
    return span(parts[0], parts[1], int(parts[2]))


def _recipe(text: str, seed: int) -> Recipe:
    from hedging_games.analysis.sweep.design import latin_hypercube, sobol

    method, _, count = text.partition(":")
    makers = {"sobol": sobol, "latin-hypercube": latin_hypercube}
    if method not in makers or not count.isdecimal() or len(count) > 12:
        raise input_error(
            "option", f"--sample {text!r} is not METHOD:COUNT", "write sobol:16384 or latin-hypercube:10000"
        )
    return makers[method](int(count), seed)


def _refuse_unknown_ending(out: Path | None) -> None:
    if out is not None and out.suffix not in (".csv", ".parquet", ".nc", ".npz", ".zarr"):
        raise input_error(
            "option", f"--out {str(out)!r} has no ending that is known", "choose .zarr, .csv, .parquet, .nc or .npz"
        )


@contextmanager
def _continued(store: Path | None) -> Iterator[None]:
    """Says, when a sweep into a store is interrupted, how to go on."""
    try:
        yield
    except (KeyboardInterrupt, CouldNotFinish):
        if store is not None and store.exists():
            complain(f"\nstopped: the same command continues '{store}' where it is")
        raise


@contextmanager
def _executor(scheduler: str | None) -> Iterator[Executor | None]:
    """The executor of a Dask cluster; None where no scheduler is given."""
    if scheduler is None:
        yield None
        return
    from hedging_games.analysis.sweep.cluster import cluster_executor

    with cluster_executor(scheduler) as executor:
        yield executor
