"""The verbs that ask when: ``condition``, ``threshold``, ``robustness``, ``phases``, ``claims``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from hedging_games.cli.options import GAMBIT_SUFFIXES, as_json, at_point, print_json, settings_of
from hedging_games.errors import input_error

if TYPE_CHECKING:
    from hedging_games.algebra.inequalities.distance import Norm
    from hedging_games.model.model import Model


def asked_among(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the concept and the time limit."""
    function = click.option(
        "--concept", help="nash, pure-nash, subgame-perfect, sequential; the game's own by default."
    )(function)
    return click.option("--time-limit", type=float, metavar="SECONDS", help="Give up then.")(function)


def _loaded(model: str) -> Model:
    if model.lower().endswith(GAMBIT_SUFFIXES):
        raise input_error("option", f"'{model}' is a game without parameters", "give a model")
    from hedging_games.model.catalogue import load

    return load(model)


@click.command()
@at_point
@asked_among
@click.option("--among", type=click.Choice(["some", "every"]), required=True, help="In some or in every equilibrium.")
@click.option("--latex", is_flag=True, help="Print the inequalities as LaTeX.")
@as_json
def condition(
    model: str,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    among: str,
    latex: bool,  # noqa: FBT001  (click passes flags by name)
    style: str,
) -> None:
    """The exact region of parameters in which the event is played; --set holds parameters fixed."""
    from hedging_games.analysis.conditions.question import condition as region_of
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.report.region_answers import condition_answer
    from hedging_games.report.region_latex import region_latex

    with interrupted_after(time_limit):
        region = region_of(_loaded(model), among, concept, case=case, fixed=settings_of(settings))
        if style == "json":
            print_json(condition_answer(region))
        else:
            click.echo(region_latex(region) if latex else str(region))


@click.command()
@at_point
@asked_among
@click.option("--parameter", required=True, metavar="NAME", help="The parameter that moves through its range.")
@click.option("--among", type=click.Choice(["some", "every"]), default="some", show_default=True)
@as_json
def threshold(
    model: str,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    parameter: str,
    among: str,
    style: str,
) -> None:
    """The exact critical values of one parameter, the others at the point."""
    from hedging_games.analysis.boundaries import boundaries
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.analysis.threshold import threshold as thresholds_of
    from hedging_games.report.region_answers import threshold_answer

    with interrupted_after(time_limit):
        found = thresholds_of(_loaded(model), parameter, among, concept, case=case, fixed=settings_of(settings))
        closed_forms = boundaries(found)
    if style == "json":
        print_json(threshold_answer(found, closed_forms))
        return
    click.echo(str(found))
    for value, forms in zip(found.values, closed_forms, strict=True):
        click.echo(f"in general: {' or '.join(forms)} (here {value})")


@click.command()
@at_point
@asked_among
@click.option("--among", type=click.Choice(["some", "every"]), default="some", show_default=True)
@click.option(
    "--norm",
    type=click.Choice(["box", "ball"]),
    default="box",
    show_default=True,
    help="Every parameter by the same share of its range, or the Euclidean length of the shares.",
)
@as_json
def robustness(
    model: str,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    among: str,
    norm: Norm,
    style: str,
) -> None:
    """How far the point is from losing the event, what binds first, and the share of the declared box that has it."""
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.analysis.robust import robustness as robustness_of
    from hedging_games.report.region_answers import robustness_answer

    with interrupted_after(time_limit):
        found = robustness_of(_loaded(model), among, concept, case=case, fixed=settings_of(settings), norm=norm)
    if style == "json":
        print_json(robustness_answer(found))
    else:
        click.echo(str(found))


@click.command()
@at_point
@asked_among
@click.option("--over", multiple=True, required=True, metavar="NAME", help="One or two parameters (give it twice).")
@as_json
def phases(
    model: str,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    over: tuple[str, ...],
    style: str,
) -> None:
    """Which set of equilibria there is where, over the ranges of one or two parameters: the complete exact partition."""
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.analysis.phases import phases as phases_of
    from hedging_games.report.region_answers import phases_answer

    with interrupted_after(time_limit):
        loaded = _loaded(model)
        found = phases_of(loaded, over, concept, case=case, fixed=settings_of(settings))
    if style == "json":
        print_json(phases_answer(found, loaded.name))
    else:
        click.echo(str(found))


@click.command()
@click.argument("models", nargs=-1)
@click.option("--time-limit", type=float, metavar="SECONDS", help="Give up then.")
@as_json
def claims(models: tuple[str, ...], time_limit: float | None, style: str) -> None:
    """Every claim of the model files (of the whole catalogue by default): proved, refuted, conditional or undecided."""
    from hedging_games.analysis.claims.examine import examine
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.model.catalogue import catalogue
    from hedging_games.report.region_answers import claims_answer

    with interrupted_after(time_limit):
        findings = [finding for name in models or catalogue() for finding in examine(_loaded(name))]
    if style == "json":
        print_json(claims_answer(findings))
    else:
        click.echo("\n".join(str(finding) for finding in findings))


VERBS = (condition, threshold, robustness, phases, claims)
