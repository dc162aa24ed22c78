"""The verbs that look at a game beside its equilibria: ``eliminate``, ``risk-dominance``, ``branch``, ``precision``, ``replicator``."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hedging_games.cli.options import (
    LONGEST_WAIT,
    as_json,
    on_game,
    printed,
    settings_of,
    time_limited,
    write_text,
)
from hedging_games.cli.printing import print_json, raw, say
from hedging_games.cli.verbs import Verb
from hedging_games.cli.writing_figures import check_figure, with_figure, write_figure
from hedging_games.errors import InputError, input_error

if TYPE_CHECKING:
    from hedging_games.figures.drawing import Width
    from hedging_games.games.game import Game


limited = time_limited(LONGEST_WAIT, "Stop then.")


@click.command(cls=Verb, example="eliminate engagement-card")
@on_game
@limited
@as_json
def eliminate(game: Game, time_limit: float, style: str) -> None:
    """Which plans survive iterated elimination by strict dominance (the rationalizable ones), and why the others go."""
    from hedging_games.analysis.elimination import eliminate as elimination_of
    from hedging_games.report.theory_answers import eliminate_answer

    found = elimination_of(game, time_limit=time_limit)
    printed(style, lambda: eliminate_answer(game, found), found)


@click.command("risk-dominance", cls=Verb, example="risk-dominance allied-resistance")
@on_game
@limited
@as_json
def risk_dominance(game: Game, time_limit: float, style: str) -> None:
    """How much trust each pure equilibrium needs (p-dominance), and which of two strict ones is risk dominant."""
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.report.theory_answers import risk_answer
    from hedging_games.theory.risk import RiskDominance, p_dominance
    from hedging_games.theory.risk import risk_dominance as compared

    with interrupted_after(time_limit):
        trusts = p_dominance(game)
        verdict: RiskDominance | InputError
        try:
            verdict = compared(game)
        except InputError as refusal:
            verdict = refusal
    if style == "json":
        print_json(risk_answer(game, trusts, verdict))
        return
    for trust in trusts:
        say(trust)
    if isinstance(verdict, InputError):
        say(f"risk dominance: {verdict.problems[0].what}")
    else:
        say(verdict)


@click.command(cls=Verb, example="branch hedging-triangle --up-to 2")
@on_game
@click.option("--up-to", metavar="NUMBER", help="The precision, per unit of payoff, to stop at; by default the limit.")
@click.option("--out", type=click.Path(path_type=Path), help="A CSV file for every point of the branch.")
@with_figure
@limited
@as_json
def branch(
    game: Game,
    up_to: str | None,
    out: Path | None,
    figure: Path | None,
    width: Width,
    time_limit: float,
    style: str,
) -> None:
    """The principal branch of logit quantal responses, from uniform choice on, as data and as curves."""
    from hedging_games.analysis.precision import logit_branch
    from hedging_games.report.theory_answers import branch_answer, csv_text

    check_figure(figure)
    found = logit_branch(game, up_to, time_limit=time_limit)
    written = []
    if out is not None:
        write_text(out, csv_text(found.rows()))
        written.append(str(out))
    if figure is not None:
        written.append(write_figure(found.plot(width=width), figure))
    if style == "json":
        print_json(branch_answer(game, found) | ({"written": written} if written else {}))
        return
    say(found)
    for path in written:
        raw(f"written: {path}")


@click.command(cls=Verb, example="precision hedging-triangle --count Ally.Press=12 --count Ally.Tolerate=30")
@on_game
@click.option(
    "--count",
    "counts",
    multiple=True,
    required=True,
    metavar="DECISION.ACTION=NUMBER",
    help="How often an action was observed (repeatable).",
)
@limited
@as_json
def precision(
    game: Game,
    counts: tuple[str, ...],
    time_limit: float,
    style: str,
) -> None:
    """The maximum-likelihood precision of quantal response from observed choices."""
    from hedging_games.analysis.precision import estimate_precision
    from hedging_games.report.theory_answers import precision_answer

    found = estimate_precision(game, _counts(counts), time_limit=time_limit)
    printed(style, lambda: precision_answer(game, found), found)


def _counts(counts: tuple[str, ...]) -> dict[str, dict[str, Fraction]]:
    """Decision to action to count, of ``DECISION.ACTION=NUMBER``; a decision's name may hold dots, an action's not."""
    from hedging_games.algebra.numbers import exact_number

    found: dict[str, dict[str, Fraction]] = {}
    for count in counts:
        where, sign, number = count.rpartition("=")
        label, dot, action = where.rpartition(".")
        if not sign or not dot:
            raise input_error(
                "option", f"--count {count!r} is not DECISION.ACTION=NUMBER", "write for example --count Ally.Press=12"
            )
        if action in found.setdefault(label, {}):
            raise input_error("option", f"--count gives '{where}' twice", "give each action once")
        found[label][action] = exact_number(number, f"the count of {where}")
    return found


@click.command(cls=Verb, example="replicator stag.nfg --until 5")
@on_game
@click.option("--start", multiple=True, metavar="ACTION=SHARE", help="Exact shares at time 0; uniform by default.")
@click.option("--until", type=float, default=10.0, show_default=True, help="The last point in time.")
@click.option("--count", type=click.IntRange(min=2), default=11, show_default=True, help="How many points in time.")
@limited
@as_json
def replicator(
    game: Game,
    start: tuple[str, ...],
    until: float,
    count: int,
    time_limit: float,
    style: str,
) -> None:
    """The replicator dynamics of a symmetric two-player game: how the shares of its actions change."""
    import numpy as np

    from hedging_games.analysis.evolution import replicator_dynamics
    from hedging_games.analysis.limits import interrupted_after
    from hedging_games.layout import text_table

    shares: Any = settings_of(start) or None
    times = np.linspace(0, until, count)
    actions = game.form.information_sets[0].actions
    with interrupted_after(time_limit):
        rows = replicator_dynamics(game, shares, times)
    if style == "json":
        points = [
            {"time": repr(float(t)), **{a: repr(float(x)) for a, x in zip(actions, row, strict=True)}}
            for t, row in zip(times, rows, strict=True)
        ]
        print_json({"schema": 1, "model": game.name, "points": points})
        return
    shown = [[f"{t:.6g}", *(f"{x:.6g}" for x in row)] for t, row in zip(times, rows, strict=True)]
    say(text_table(["time", *actions], shown))


VERBS = (eliminate, risk_dominance, branch, precision, replicator)
