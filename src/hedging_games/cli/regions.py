"""The verbs that ask when: ``condition``, ``threshold``, ``robustness``, ``phases``, ``claims``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from hedging_games.cli.options import (
    Asked,
    as_json,
    at_point,
    named_model,
    on_concept,
    on_levels,
    settings_of,
    time_limited,
    typed_command,
)
from hedging_games.cli.printing import doing, print_json, raw, say
from hedging_games.cli.verbs import Verb, complete_model, complete_parameter
from hedging_games.errors import CouldNotFinish

if TYPE_CHECKING:
    from hedging_games.algebra.inequalities.distance import Norm
    from hedging_games.analysis.claims.finding import Finding
    from hedging_games.analysis.conditions.judged import Judged
    from hedging_games.analysis.conditions.region import Region
    from hedging_games.model.model import Model


LEAST = 1e-3
"""Seconds that a step has in any case."""


def asked_among(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the concept and the time limit."""
    return time_limited()(on_concept(function))


def _clock(seconds: float | None) -> Callable[[], float | None]:
    """How many seconds are left of a time limit that begins now; None without one."""
    started = time.monotonic()
    return lambda: None if seconds is None else max(seconds - (time.monotonic() - started), LEAST)


def _judged(region: Region, seconds: float | None) -> Judged:
    """Points of a region before the judge, as far as time allows."""
    from hedging_games.analysis.conditions.judged import judge_region

    return _in_time(lambda: judge_region(region), seconds)


def _in_time(judge: Callable[[], Judged], seconds: float | None) -> Judged:
    from hedging_games.analysis.conditions.judged import judged_within

    doing("solving again at points inside and outside")
    return judged_within(judge, seconds)


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        say(f"note: {note}")


@click.command(cls=Verb, gambit=False, example="condition engagement-card --among some")
@at_point
@asked_among
@click.option("--among", type=click.Choice(["some", "every"]), required=True, help="In some or in every equilibrium.")
@click.option("--latex", is_flag=True, help="Print the inequalities as LaTeX.")
@click.option("--generic", is_flag=True, help="Leave out cells without an inside, which ask for a tie.")
@as_json
def condition(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    among: str,
    latex: bool,  # noqa: FBT001  (click passes flags by name)
    generic: bool,  # noqa: FBT001
    style: str,
) -> None:
    """The exact region of parameters in which the event is played; --set holds parameters fixed."""
    from hedging_games.analysis.conditions.question import condition as region_of
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.report.region_answers import condition_answer
    from hedging_games.report.region_latex import region_latex

    left = _clock(time_limit)
    doing("deriving the condition")
    with interrupted_after(left()):
        region = region_of(named_model(model), among, concept, case=case, fixed=settings_of(settings))
    # What was derived is never lost: at the limit the cells found so far are printed, or the condition itself.
    doing("listing its cells")
    region.list_cells(left(), generic=generic)
    judged = _judged(region, left())
    if style == "json":
        print_json(condition_answer(region, judged))
    else:
        raw(region_latex(region, f"condition of {model.name}; {typed_command()}")) if latex else say(region)
        _print_notes(judged.notes)


@click.command(cls=Verb, gambit=False, example="threshold engagement-card --parameter card")
@at_point
@asked_among
@click.option(
    "--parameter",
    required=True,
    metavar="NAME",
    shell_complete=complete_parameter,
    help="The parameter that moves through its range.",
)
@click.option("--among", type=click.Choice(["some", "every"]), default="some", show_default=True)
@as_json
def threshold(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    parameter: str,
    among: str,
    style: str,
) -> None:
    """The exact critical values of one parameter, the others at the point."""
    from hedging_games.algebra.numbers import shown_number
    from hedging_games.analysis.boundaries import boundaries
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.analysis.threshold import threshold as thresholds_of
    from hedging_games.report.region_answers import threshold_answer

    left = _clock(time_limit)
    with interrupted_after(left()):
        found = thresholds_of(named_model(model), parameter, among, concept, case=case, fixed=settings_of(settings))
    doing("deriving the boundaries in closed form")
    closed_forms: tuple[tuple[str, ...], ...] = ((),) * len(found.values)
    notes: tuple[str, ...] = ()
    try:
        with interrupted_after(left()):
            closed_forms = boundaries(found)
    except CouldNotFinish:
        notes = ("the boundaries with other parameters open were not derived within the limits",)
    judged = _judged(found.region, left())
    if style == "json":
        print_json(threshold_answer(found, closed_forms, judged))
        return
    say(found)
    for value, forms in zip(found.values, closed_forms, strict=True):
        if forms:
            say(f"in general: {' or '.join(forms)} (here {shown_number(value)})")
    _print_notes((*notes, *judged.notes))


@click.command(cls=Verb, gambit=False, example="robustness engagement-card")
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
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    among: str,
    norm: Norm,
    style: str,
) -> None:
    """How far the point is from losing the event, what binds first, and the share of the declared box that has it."""
    from hedging_games.analysis.robust import robustness as robustness_of
    from hedging_games.report.region_answers import robustness_answer

    left = _clock(time_limit)
    fixed = settings_of(settings)
    found = robustness_of(named_model(model), among, concept, case=case, fixed=fixed, norm=norm, time_limit=left())
    judged = _judged(found.region, left())
    if style == "json":
        print_json(robustness_answer(found, judged))
    else:
        say(found)
        _print_notes(judged.notes)


@click.command(cls=Verb, gambit=False, example="phases engagement-card --over card")
@at_point
@asked_among
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="NAME",
    shell_complete=complete_parameter,
    help="One or two parameters (give it twice).",
)
@as_json
def phases(
    model: Asked,
    case: str | None,
    settings: tuple[str, ...],
    concept: str | None,
    time_limit: float | None,
    over: tuple[str, ...],
    style: str,
) -> None:
    """Which set of equilibria there is where, over the ranges of one or two parameters: the complete exact partition."""
    from hedging_games.analysis.conditions.judged import judge_phases
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.analysis.phases import phases as phases_of
    from hedging_games.report.region_answers import phases_answer

    left = _clock(time_limit)
    loaded = named_model(model)
    doing(f"cutting the range of {' and '.join(over)}")
    with interrupted_after(left()):
        found = phases_of(loaded, over, concept, case=case, fixed=settings_of(settings))
    judged = _in_time(lambda: judge_phases(found), left())
    if style == "json":
        print_json(phases_answer(found, loaded.name, judged))
    else:
        say(found)
        _print_notes(judged.notes)


@click.command(cls=Verb, gambit=False, example="claims engagement-card")
@click.argument("models", nargs=-1, shell_complete=complete_model, metavar="[MODEL]...")
@on_levels
@time_limited()
@as_json
def claims(models: tuple[str, ...], levels: int | None, time_limit: float | None, style: str) -> None:
    """Every claim of the model files (of the whole catalogue by default): proved, refuted, conditional or undecided."""
    from hedging_games.model.catalogue import catalogue
    from hedging_games.report.region_answers import claims_answer

    left = _clock(time_limit)
    loaded = [named_model(Asked(name, levels)) for name in models or catalogue()]
    findings = [finding for model in loaded for finding in _findings(model, left)]
    if style == "json":
        print_json(claims_answer(findings))
    else:
        silent = [
            f"{model.name}: the file makes no claims; they go under 'claims:'" for model in loaded if not model.claims
        ]
        say("\n".join([*map(str, findings), *silent]))


def _findings(model: Model, left: Callable[[], float | None]) -> Iterator[Finding]:
    """The claims of a model, one after the other: at the time limit the rest is undecided."""
    from hedging_games.analysis.claims.examine import examined
    from hedging_games.analysis.claims.finding import Finding
    from hedging_games.analysis.limits import interrupted_after

    for number, claim in enumerate(model.claims, 1):
        doing(f"{model.name}, claim {number} of {len(model.claims)}")
        try:
            with interrupted_after(left()):
                finding = examined(model, claim)
        except CouldNotFinish as stopped:
            why = "; ".join(problem.what for problem in stopped.problems)
            finding = Finding(model.name, claim, "undecided", why=why)
        yield finding


VERBS = (condition, threshold, robustness, phases, claims)
