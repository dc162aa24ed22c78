"""Quantal response as data: the principal branch, its limit, and the precision that observed choices suggest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, Final

import numpy as np

from hedging_games.algebra.numbers import exact_number, number_text
from hedging_games.analysis.limits import interrupted_after, is_out_of_time, seconds_allowed
from hedging_games.errors import CouldNotFinish, did_you_mean, input_error
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.named import GameLike, game_of
from hedging_games.games.profile import MixedProfile
from hedging_games.layout import page, text_table
from hedging_games.shown import Cited, Drawn
from hedging_games.solvers.far_branch import far_response
from hedging_games.solvers.logit import rational_profile
from hedging_games.solvers.quantal import LARGEST_FLOAT, Branch, BranchPoint
from hedging_games.solvers.run import run_for
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import NASH

FLAT: Final = 1e-9
"""Differences of the log-likelihood, relative to it, that say nothing about the precision."""


@dataclass(frozen=True, eq=False)
class LogitBranch(Drawn):
    """The principal branch of logit quantal responses (McKelvey and Palfrey 1995, 1998), from uniform choice on.

    Attributes
    ----------
    game : the game. precisions : shape (points,), per unit of payoff, in the order along the branch (they fall for a
        while where it turns back). probabilities : shape (points, S), of each slot of the form, zero at chance's.
    residuals : shape (points,), the largest error of the equations, in log-probabilities.
    crossings : precisions near which the branch crosses another one, as in symmetric games; it was followed straight on.
    notes : why it ends where it does.
    """

    game: Game
    precisions: np.ndarray
    probabilities: np.ndarray
    residuals: np.ndarray
    crossings: tuple[float, ...]
    notes: tuple[str, ...]
    last: MixedProfile

    def __len__(self) -> int:
        return len(self.precisions)

    def rows(self) -> list[dict[str, float]]:
        """One dictionary a point, for data frames: ``precision``, ``Decision.Action`` for every action, ``residual``."""
        form = self.game.form
        names = {
            slot: f"{form.information_sets[form.set_of_slot[slot]].label}.{form.action_of_slot[slot]}"
            for slot in _own(form)
        }
        return [
            {
                "precision": float(precision),
                **{name: float(p[slot]) for slot, name in names.items()},
                "residual": float(residual),
            }
            for precision, p, residual in zip(self.precisions, self.probabilities, self.residuals, strict=True)
        ]

    @property
    def regret(self) -> Any:
        """What the best reply would add, for the player for whom it adds most, at the last point of the branch. Where
        that is the branch's limit, it tells how near the branch has come to a Nash equilibrium; it is not one itself.
        """
        return certify(self.game, self.last, NASH)[0].largest_gain

    def __str__(self) -> str:
        rows = self.rows()
        shown = rows if page().full else [rows[k] for k in np.unique(np.linspace(0, len(rows) - 1, 12).astype(int))]
        table = text_table(list(rows[0]), [[f"{value:.6g}" for value in row.values()] for row in shown])
        lines = [f"{len(self)} points of the principal logit branch, of which {len(shown)}:", "", table]
        lines.append(f"regret at the last point: {float(self.regret):.3g} (a quantal response, not a Nash equilibrium)")
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])


def logit_branch(game: GameLike, up_to: object = None, *, time_limit: float | None = None) -> LogitBranch:
    """The principal branch of logit quantal responses (McKelvey and Palfrey 1995) as data, each point with its residual.

    Parameters
    ----------
    up_to : an exact precision per unit of payoff at which to stop (at the first passage); by default the branch is
        followed to its limit, as far as floats can tell.
    time_limit : seconds; what was followed by then is returned, with a note.

    Raises
    ------
    InputError
        For a precision that is negative or a float, or a game in symbols.
    CouldNotFinish
        If the tree is too large, or the branch ends before ``up_to``.
    """
    game = game_of(game)
    target = None if up_to is None else exact_number(up_to, "the precision")
    if target is not None and target < 0:
        raise input_error("option", f"the precision {target} is negative", "give a number from 0 up")
    seconds = seconds_allowed(time_limit)
    branch = Branch(game, run_for(seconds).check)
    points: list[BranchPoint] = []
    notes: list[str] = []
    try:
        with interrupted_after(seconds):
            _follow(branch, points, target)
    except CouldNotFinish as stopped:
        if not points or (target is not None and not is_out_of_time(stopped)):
            raise
        notes.append(f"not complete: {stopped.problems[0].what}")
    else:
        if target is None:
            notes.append("the last point is the limit, as far as floats can tell")
    crossings = tuple(point.precision for point in points if point.crosses)
    notes += [f"the branch crosses another one near precision {p:.4g}; it was followed straight on" for p in crossings]
    return LogitBranch(
        game,
        np.array([point.precision for point in points]),
        np.array([branch.probabilities(point) for point in points]),
        np.array([point.residual for point in points]),
        crossings,
        tuple(notes),
        rational_profile(branch.equations, points[-1]),
    )


def _follow(branch: Branch, points: list[BranchPoint], target: Fraction | None) -> None:
    """Append the points of the branch, up to the first passage of the target."""
    scaled = None if target is None else branch.scaled(target)
    for point in branch.points():
        if scaled is not None and point.scaled >= scaled:
            points.append(branch.crossing(points[-1], point, scaled) if point.scaled > scaled else point)
            return
        points.append(point)
    if scaled is not None:
        assert target is not None
        points.append(_far_point(branch, points, target))


def _far_point(branch: Branch, points: list[BranchPoint], target: Fraction) -> BranchPoint:
    """The point at a precision that floats cannot follow the branch to. The residual is the bound on its probabilities."""
    found = far_response(branch.game, branch, points[-2], points[-1], target)
    with np.errstate(divide="ignore"):
        logs = np.log(found.probabilities[branch.equations.own].astype(float))
    return BranchPoint(
        float(target) if target < LARGEST_FLOAT else np.inf, logs, branch.scaled(target), float(found.error)
    )


def _own(form: Form) -> list[int]:
    return np.flatnonzero(form.player_of_slot != CHANCE).tolist()


@dataclass(frozen=True, eq=False)
class PrecisionEstimate(Cited):
    """The precision on the principal branch under which observed choices are likeliest.

    Attributes
    ----------
    precision : per unit of payoff. standard_error : from the curvature of the log-likelihood (the observed information);
        None at an end of the branch. log_likelihood : of the observed choices, without the multinomial constant.
    uniform : the log-likelihood of uniform choice (precision 0), to compare with. observations : how many choices.
    profile : the quantal response there. residual : of its equations.
    at_limit : whether the likelihood still rises where the branch ends, so that no finite precision is best.
    """

    IDEA: ClassVar[str] = "estimated precision of quantal responses: McKelvey and Palfrey (1995)"

    precision: float
    standard_error: float | None
    log_likelihood: float
    uniform: float
    observations: Fraction
    profile: MixedProfile
    residual: float
    at_limit: bool

    def __str__(self) -> str:
        spread = "" if self.standard_error is None else f" (standard error {self.standard_error:.4g})"
        best = "no finite precision is best: the likelihood rises to the limit" if self.at_limit else ""
        return "\n".join(
            [
                best or f"precision {self.precision:.6g}{spread}",
                f"log-likelihood {self.log_likelihood:.6g}, of uniform choice {self.uniform:.6g}, {number_text(self.observations)} choices",
            ]
        )


def estimate_precision(
    game: GameLike, counts: Mapping[str, Mapping[str, object]], *, time_limit: float | None = None
) -> PrecisionEstimate:
    """The maximum-likelihood precision on the principal logit branch (McKelvey and Palfrey 1995, section 5).

    Parameters
    ----------
    game : an exact game, a model at its baseline, or the name of one.
    counts : information set label to action to how often it was observed there; what is left out was not observed. A count
        need not be whole (a mean over sessions, a weight): any exact number from 0 up.
    time_limit : seconds; a branch that is searched in part has no answer.

    The whole branch is searched: every interval on which the likelihood stops rising is halved until its top is known.

    Raises InputError for unknown names, counts that are no exact numbers from 0 up, or none at all; CouldNotFinish if time
    runs out, or the branch cannot be followed.
    """
    game = game_of(game)
    counted = _observed(game.form, counts)
    observed = counted.astype(float)
    seconds = seconds_allowed(time_limit)
    branch = Branch(game, run_for(seconds).check)
    with interrupted_after(seconds):
        weights = observed[branch.equations.own]
        points = list(branch.points())
        best, at_limit = _likeliest(branch, points, weights)
        uniform = float(weights @ points[0].logs)
        is_inside = not at_limit and best.scaled > 0
        return PrecisionEstimate(
            best.precision,
            _standard_error(branch, best, weights) if is_inside else None,
            float(weights @ best.logs),
            uniform,
            Fraction(counted.sum()),
            rational_profile(branch.equations, best),
            best.residual,
            at_limit,
        )


def _observed(form: Form, counts: Mapping[str, Mapping[str, object]]) -> np.ndarray:
    """Counts by slot, shape (S,), exact."""
    observed = np.full(form.slot_count, Fraction(0), dtype=object)
    by_label = {s.label: k for k, s in enumerate(form.information_sets) if s.player != CHANCE}
    for label, choices in counts.items():
        if label not in by_label:
            raise input_error("counts", f"no information set '{label}'", did_you_mean(label, list(by_label)))
        actions = form.information_sets[by_label[label]].actions
        for action, count in choices.items():
            if action not in actions:
                raise input_error("counts", f"'{label}' has no action '{action}'", did_you_mean(action, actions))
            number = exact_number(count, f"the count of {label}: {action}")
            if number < 0:
                raise input_error("counts", f"the count of {label}: {action} is {number}", "give a number from 0 up")
            observed[form.slots(by_label[label])[actions.index(action)]] = number
    if not observed.any():
        raise input_error("counts", "no choice was observed", "give how often each action was taken")
    return observed


def _likeliest(branch: Branch, points: list[BranchPoint], weights: np.ndarray) -> tuple[BranchPoint, bool]:
    """The point with the largest likelihood, and whether it is the last one with the likelihood still rising."""
    rising = [_rise(branch, a, b, a, weights) for a, b in pairwise(points)]
    tops = [points[0], points[-1]]
    for k, (a, b) in enumerate(pairwise(points)):
        end = rising[k + 1] if k + 1 < len(rising) else _rise(branch, a, b, b, weights)
        if rising[k] > 0 >= end:
            tops.append(_top(branch, a, b, weights))
    best = max(tops, key=lambda point: float(weights @ point.logs))
    largest, first, last = (float(weights @ point.logs) for point in (best, points[0], points[-1]))
    # Where choices are all those of the limit, the likelihood stops rising only because floats do.
    is_limit = last > first and last >= largest - FLAT * (1 + abs(largest))
    return (points[-1], True) if is_limit else (best, False)


def _rise(branch: Branch, a: BranchPoint, b: BranchPoint, at: BranchPoint, weights: np.ndarray) -> float:
    """How fast the log-likelihood rises at a point on the way from one point to the next."""
    chord = np.append(b.logs - a.logs, b.scaled - a.scaled)
    return float(weights @ branch.tangent(at, chord)[:-1])


def _top(branch: Branch, a: BranchPoint, b: BranchPoint, weights: np.ndarray) -> BranchPoint:
    """Where the likelihood stops rising between two neighbours: halving."""
    low, high = 0.0, 1.0
    middle = a
    for _ in range(45):
        middle = branch.between(a, b, (low + high) / 2)
        if _rise(branch, a, b, middle, weights) > 0:
            low = (low + high) / 2
        else:
            high = (low + high) / 2
    return middle


def _standard_error(branch: Branch, best: BranchPoint, weights: np.ndarray) -> float | None:
    """One over the root of the observed information, by differences of the exact first derivative in the precision."""
    step = 1e-4 * best.scaled
    try:
        slopes = [float(weights @ branch.slope(branch.near(best, best.scaled + h))) for h in (-step, step)]
    except CouldNotFinish:
        return None
    information = (slopes[0] - slopes[1]) / (2 * step)
    unit = float(branch.equations.unit)
    return None if information <= 0 else float(1 / np.sqrt(information)) / unit
