"""The principal branch of logit quantal responses as curves: how likely each action is, over the precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, inf, isfinite, log10
from os import PathLike
from typing import TYPE_CHECKING, Final

import numpy as np

from hedging_games.analysis.precision import LogitBranch, logit_branch
from hedging_games.errors import CouldNotFinish, did_you_mean, input_error
from hedging_games.figures.charts import Entry, chart, ticks_between
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.palette import PAPER, PATHS, player_colour
from hedging_games.figures.placing import spread
from hedging_games.figures.scene import Axis, Frame, Line, Point, Scene, Text, Tick
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.named import GameLike
from hedging_games.model.model import Model
from hedging_games.solvers.quantal import Branch, BranchPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOUND: Final = 1 / 2000
"""How far a curve may be from the line that is drawn for it, half-way between two points, as a share of the figure's height."""

HALVINGS: Final = 8
"""How often a piece between two points of the branch is halved at most."""

SETTLED: Final = 0.01
"""The precisions shown are those between which some probability is further than this from where the branch begins, or ends."""

MOST_CURVES: Final = 20
"""Curves that are told apart by the numbers at their ends."""

NUMBER_SIZE: Final = 6.5


@dataclass(frozen=True, slots=True)
class _Curve:
    """A slot whose probability is drawn, and what it is called."""

    slot: int
    player: int
    name: str


def logit_curves(
    shown: GameLike | LogitBranch,
    *,
    up_to: object = None,
    decisions: Sequence[str] | None = None,
    width: Width = "text",
    ax: Axes | None = None,
) -> Drawing:
    """Draw the principal branch of logit quantal responses: the probability of each action over the precision.

    Parameters
    ----------
    shown : what `logit_branch` found, a game, or a model at its baseline.
    up_to : of a game: the precision at which to stop, as in `logit_branch`.
    decisions : labels of the information sets that are drawn; all by default, up to `MOST_CURVES` curves.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches).
    ax : matplotlib axes to draw into, instead of a new figure. Across runs the decimal logarithm of the precision.

    Of two actions the first one is drawn. Each curve has the colour of its player, and a number at its right end. Lines run through points of the
    branch, so many that half-way between two of them it is within `BOUND` of the figure's height.

    Raises InputError for other answers, unknown decisions and widths, for what `logit_branch` refuses, and if matplotlib is missing.
    """
    points = points_of(width)
    if isinstance(shown, (Model, Game, str, PathLike)):
        found = logit_branch(shown, up_to)
    elif not isinstance(shown, LogitBranch):
        what = f"a {type(shown).__name__} has no logit branch"
        raise input_error("figure", what, "give a model, a finite game, or what hg.logit_branch found")
    elif up_to is not None:
        raise input_error("figure", "this branch was followed already", "leave up_to out")
    else:
        found = shown
    return drawn(logit_scene(found, points, decisions), ax)


def logit_scene(found: LogitBranch, width: float, decisions: Sequence[str] | None = None) -> Scene:
    """The scene of a branch, on a page of so many points."""
    game = found.game
    curves, left_out = _curves(game, decisions)
    low, high = _shown(found, [curve.slot for curve in curves])
    places = refined(found, low, [curve.slot for curve in curves])
    across = Axis("precision, per unit of payoff (logarithmic scale)", low, high, tuple(_ticks(low, high)))
    up = Axis("probability", 0.0, 1.0, ticks_between(Fraction(0), Fraction(1)))
    title = f"{game.title or game.name or 'game'}: the logit branch"
    frame = chart(across, up, (), width=width, ratio=0.6, title=title).items[0]
    assert isinstance(frame, Frame)
    dashes = {curve: PATHS[k % len(PATHS)][1] for own in _by_player(curves) for k, curve in enumerate(own)}
    items: list[Line | Text] = []
    for k, curve in enumerate(curves):
        line: tuple[Point, ...] = tuple((x, float(p[k])) for x, p in places)
        items.append(
            Line((*line, (max(high, line[-1][0]), line[-1][1])), player_colour(curve.player), 1.6, dashes[curve])
        )
    items += _numbers(curves, places, frame)
    entries = [
        Entry(f"({k}) {curve.name}", line=(player_colour(curve.player), dashes[curve], 1.6))
        for k, curve in enumerate(curves, 1)
    ]
    entries += [Entry(f"and {left_out} more actions, which are not drawn")] if left_out else []
    regret = f"regret at the last point, what the best reply would add: {float(found.regret):.3g}"
    residual = f"largest error of the equations, in log-probabilities: {float(found.residuals.max()):.1g}"
    entries += [Entry(regret), Entry(residual), *(Entry(f"note: {note}") for note in found.notes)]
    last = ", ".join(f"{curve.name} {places[-1][1][k]:.4g}" for k, curve in enumerate(curves))
    return chart(
        across,
        up,
        items,
        width=width,
        ratio=0.6,
        title=title,
        description=f"Probabilities on the principal logit branch from uniform choice on; at the last point: {last}.",
        entries=entries,
        provenance=f"logit branch of {game.name or game.title or 'a game'}",
    )


def _curves(game: Game, decisions: Sequence[str] | None) -> tuple[list[_Curve], int]:
    """What is drawn, and how many curves are left out."""
    form = game.form
    own = [k for k, at in enumerate(form.information_sets) if at.player != CHANCE]
    labels = [form.information_sets[k].label for k in own]
    for label in decisions or ():
        if label not in labels:
            raise input_error("figure", f"no information set '{label}'", did_you_mean(label, labels))
    curves = []
    for k in own:
        at = form.information_sets[k]
        if decisions is not None and at.label not in decisions:
            continue
        is_pair = len(at.actions) == 2
        for slot, action in list(zip(form.slots(k), at.actions, strict=True))[: 1 if is_pair else None]:
            rest = f" (else {at.actions[1]})" if is_pair else ""
            curves.append(_Curve(int(slot), at.player, f"{at.label}: {action}{rest}"))
    return curves[:MOST_CURVES], max(0, len(curves) - MOST_CURVES)


def _by_player(curves: Sequence[_Curve]) -> list[list[_Curve]]:
    return [[c for c in curves if c.player == player] for player in sorted({c.player for c in curves})]


def _shown(found: LogitBranch, slots: Sequence[int]) -> tuple[float, float]:
    """From which to which power of ten precisions are shown."""
    drawn_ones = found.probabilities[:, slots]
    far_from = [np.abs(drawn_ones - drawn_ones[end]).max(axis=1, initial=0.0) >= SETTLED for end in (0, -1)]
    positive = np.isfinite(found.precisions) & (found.precisions > 0)
    starts, ends = (found.precisions[far & positive] for far in far_from)
    low = floor(log10(starts.min())) if len(starts) else 0
    high = ceil(log10(ends.max())) if len(ends) else low + 1
    return float(low), float(max(high, low + 1))


def refined(found: LogitBranch, low: float, slots: Sequence[int]) -> list[tuple[float, np.ndarray]]:
    """Points along the branch: the decimal logarithm of the precision (at least ``low`` less 1), and the probabilities of some slots.

    Between two of them the branch leaves the straight line by less than `BOUND`, asked half-way. Where floats know a probability only as
    zero, or Newton's method does not come back to the branch, nothing is put between the points that it has.
    """
    branch = Branch(found.game)
    own = branch.equations.own
    with np.errstate(divide="ignore"):
        logs = np.log(found.probabilities[:, own])
    met = [
        BranchPoint(float(precision), log, _scaled(branch, float(precision)), float(residual))
        for precision, log, residual in zip(found.precisions, logs, found.residuals, strict=True)
    ]

    def place(point: BranchPoint) -> tuple[float, np.ndarray]:
        x = max(log10(point.precision), low - 1) if point.precision > 0 else low - 1
        return x, branch.probabilities(point)[slots]

    def between(a: BranchPoint, b: BranchPoint, halvings: int) -> Iterator[BranchPoint]:
        known = np.isfinite(a.logs).all() and np.isfinite(b.logs).all() and np.isfinite(b.scaled)
        (x, p), (z, r) = place(a), place(b)
        if halvings and known and max(x, z) > low:
            try:
                middle = branch.between(a, b, 0.5)
            except CouldNotFinish:
                return
            y, q = place(middle)
            share = (y - x) / (z - x) if z != x else 0.5
            if np.abs(q - (p + share * (r - p))).max(initial=0.0) > BOUND:
                yield from between(a, middle, halvings - 1)
                yield middle
                yield from between(middle, b, halvings - 1)

    line = [place(met[0])]
    for a, b in pairwise(met):
        line += [*map(place, between(a, b, HALVINGS)), place(b)]
    return line


def _scaled(branch: Branch, precision: float) -> float:
    return branch.scaled(Fraction(precision)) if isfinite(precision) else inf


def _ticks(low: float, high: float) -> Iterator[Tick]:
    """Powers of ten, not more than nine of them."""
    step = ceil((high - low) / 8)
    for power in range(int(low), int(high) + 1, step):
        text = f"{10**power}" if 0 <= power < 6 else f"1/{10**-power}" if -4 < power < 0 else f"10^{power}"
        yield Tick(float(power), text if power > -4 else f"1/10^{-power}")


def _numbers(curves: Sequence[_Curve], places: Sequence[tuple[float, np.ndarray]], frame: Frame) -> Iterator[Text]:
    """A number at the right end of each curve, from low to high ones."""
    end = frame.across.high
    height = frame.box[3]
    xs = [min(x, end) for x, _ in places]
    last = max((k for k, (x, _) in enumerate(places) if x <= end), default=len(places) - 1)
    ends = places[last][1]
    order = sorted(range(len(curves)), key=lambda k: (ends[k], -k))
    middles = spread([float(ends[k]) * height for k in order], [NUMBER_SIZE + 2.0] * len(order), height)
    for k, middle in zip(order, middles, strict=True):
        at = (min(end, xs[last]), middle / height)
        colour = player_colour(curves[k].player)
        yield Text(at, f"({k + 1})", "left", NUMBER_SIZE, colour=colour, shift=(-3.0, 0.0), back=PAPER)
