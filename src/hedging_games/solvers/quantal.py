"""Logit quantal response equilibria (McKelvey and Palfrey 1995; for trees, in agent form, 1998): the principal branch.

At precision λ every action's log-odds against another of the same information set are λ times the difference of what
the two are worth there, given what everybody plays. The solutions at all λ >= 0 contain one curve that starts at λ = 0 with
uniform choice: the principal branch. It is followed by predictor and corrector along its arc length, so that turning
points (where λ falls for a while) are passed (Turocy 2005, "A dynamic homotopy interpretation of the logistic quantal
response equilibrium correspondence"; Allgower and Georg 1990, chapter 2). The unknowns are log-probabilities, which
stay accurate where probabilities vanish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from hedging_games.algebra.arithmetic import Arithmetic
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.values import continuation_values, reach, slot_probabilities

RESIDUAL: Final = 1e-10
"""Largest residual of the log-odds equations that a point of the branch may have."""

SMALLEST_STEP: Final = 1e-9
LARGEST_STEP: Final = 0.5
"""Bounds of the step along the branch, in the norm of log-probabilities and scaled precision."""

SMALLEST_LOG: Final = -650.0
"""Where a log-probability falls below this the branch has reached its limit as far as floats can tell."""

LARGEST_PRECISION: Final = 1e5
"""Precision, in units of one over the spread of payoffs, at which the branch is taken to have reached its limit."""

MAX_POINTS: Final = 200_000

_COMPLEX: Final = Arithmetic("complex", np.dtype(np.complex128), complex)
_TINY: Final = 1e-150


@dataclass(frozen=True, slots=True)
class BranchPoint:
    """A point of the branch: the precision, the probability of each slot (shape (S,), zero at chance's slots), the
    residual of its equations and a bound, to first order, on the error of the probabilities.
    """

    precision: float
    probabilities: np.ndarray
    residual: float
    error: float


@dataclass(frozen=True, slots=True)
class _Equations:
    """The branch as the zeros of F(x, s): x the log-probabilities of the players' slots, s the precision times
    ``payoff_scale`` (the spread of payoffs, so that steps mean the same in any unit).
    """

    game: Game
    form: Form
    own: np.ndarray
    groups: tuple[np.ndarray, ...]
    payoff_scale: float

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        full = np.zeros(self.form.slot_count)
        full[self.own] = np.exp(x)
        return full

    def residuals(self, x: np.ndarray, s: float) -> np.ndarray:
        return self._residuals(x, s, self._worth(self.probabilities(x)))

    def _residuals(self, x: np.ndarray, s: float, worth: np.ndarray) -> np.ndarray:
        parts = []
        for group in self.groups:
            logs, values = x[group], worth[group]
            parts += [np.array([np.logaddexp.reduce(logs)]), logs[1:] - logs[0] - s * (values[1:] - values[0])]
        return np.concatenate(parts)

    def jacobian(self, x: np.ndarray, s: float) -> np.ndarray:
        """Shape (n, n + 1): derivatives by x, then by s; those of the actions' worth by complex steps, which are exact
        to rounding (Squire and Trapp 1998).
        """
        count = len(x)
        p = self.probabilities(x)
        stepped = np.repeat(p[:, None].astype(complex), count, axis=1)
        stepped[self.own, np.arange(count)] += 1j * _TINY * p[self.own]
        derivative = self._worth(stepped).imag / _TINY
        worth = self._worth(p)
        rows = []
        for group in self.groups:
            logs = x[group]
            total = np.zeros((1, count + 1))
            total[0, group] = np.exp(logs - np.logaddexp.reduce(logs))
            odds = np.zeros((len(group) - 1, count + 1))
            odds[:, :count] = -s * (derivative[group[1:]] - derivative[group[0]])
            odds[np.arange(len(group) - 1), group[1:]] += 1
            odds[:, group[0]] -= 1
            odds[:, -1] = -(worth[group[1:]] - worth[group[0]])
            rows += [total, odds]
        return np.concatenate(rows)

    def _worth(self, p: np.ndarray) -> np.ndarray:
        """What each own slot is worth at its information set, in units of the payoff scale; shape (own, *batch)."""
        game, form = self.game, self.form
        values = continuation_values(game, p)
        arriving = reach(form, slot_probabilities(game, p.astype(complex)))
        worth = np.zeros(p.shape, dtype=complex)
        for s, information_set in enumerate(form.information_sets):
            if information_set.player == CHANCE:
                continue
            here = arriving[form.histories_of[s]]
            weights = here / here.sum(axis=0)
            for k, slot in enumerate(form.slots(s)):
                after = [form.children[h][k] for h in form.histories_of[s]]
                worth[slot] = (weights * values[information_set.player, after]).sum(axis=0)
        found = worth[self.own] / self.payoff_scale
        return np.asarray(found if np.iscomplexobj(p) else found.real)


def _equations(game: Game) -> _Equations:
    form = game.form
    payoffs = game.payoffs.astype(np.float64)
    spread = float(np.max(payoffs.max(axis=1) - payoffs.min(axis=1), initial=0.0)) or 1.0
    own = np.flatnonzero(form.player_of_slot != CHANCE)
    position = {int(slot): k for k, slot in enumerate(own)}
    groups = tuple(
        np.array([position[slot] for slot in form.slots(s)])
        for s, information_set in enumerate(form.information_sets)
        if information_set.player != CHANCE
    )
    complex_game = Game(form, payoffs.astype(complex), game.chance.astype(np.float64).astype(complex), _COMPLEX)
    return _Equations(complex_game, form, own, groups, spread)


def principal_branch(game: Game, check: Callable[[], None] = lambda: None) -> Iterator[BranchPoint]:
    """The principal logit branch of a game (exact or fast), from uniform choice on, in the order along the branch.

    Ends where a probability falls below the smallest float or the precision passes `LARGEST_PRECISION`, at the limit for
    all that floats can tell. Precision is per unit of payoff.

    Raises CouldNotFinish if no step, however small, can be completed or after `MAX_POINTS` points.
    """
    for x, s, equations in _trace(game, check):
        yield _point(equations, x, s)


def _point(equations: _Equations, x: np.ndarray, s: float) -> BranchPoint:
    residuals = equations.residuals(x, s)
    correction = np.linalg.lstsq(equations.jacobian(x, s)[:, :-1], residuals, rcond=None)[0]
    rounding = 16 * np.finfo(float).eps * (1 + float(np.abs(x).max(initial=0.0)))
    return BranchPoint(
        s / equations.payoff_scale,
        equations.probabilities(x),
        float(np.abs(residuals).max(initial=0.0)),
        2 * float(np.abs(correction).max(initial=0.0)) + rounding,
    )


def _trace(game: Game, check: Callable[[], None]) -> Iterator[tuple[np.ndarray, float, _Equations]]:
    equations = _equations(game)
    x = np.concatenate([np.full(len(g), -np.log(len(g))) for g in equations.groups] or [np.zeros(0)])
    s = 0.0
    yield x, s, equations
    if not len(x):
        return
    tangent = _tangent(equations.jacobian(x, s), None)
    step = 0.05
    for _ in range(MAX_POINTS):
        check()
        z = _corrected(equations, np.append(x, s) + step * tangent, tangent)
        turned = None if z is None else _tangent(equations.jacobian(z[:-1], z[-1]), tangent)
        if z is None or turned is None or turned @ tangent < 0.9:
            step /= 2
            if step < SMALLEST_STEP:
                raise could_not_finish("qre", "the branch cannot be followed further", "ask for a smaller precision")
            continue
        x, s = z[:-1], float(z[-1])
        if x.min() < SMALLEST_LOG or s > LARGEST_PRECISION:
            return
        yield x, s, equations
        tangent = turned
        # Far out the branch is nearly straight in log-probabilities: let the step grow with the distance.
        step = min(step * 1.5, LARGEST_STEP * (1 + float(np.abs(z).max()) / 10))
    raise could_not_finish("qre", f"the branch has more than {MAX_POINTS} points", "ask for a smaller precision")


def _tangent(jacobian: np.ndarray, along: np.ndarray | None) -> np.ndarray:
    """The unit null vector of the Jacobian, in the direction of travel (at the start: of growing precision)."""
    direction = np.linalg.svd(jacobian)[2][-1]
    forward = direction[-1] if along is None else direction @ along
    return np.asarray(direction if forward >= 0 else -direction)


def _corrected(equations: _Equations, z: np.ndarray, tangent: np.ndarray) -> np.ndarray | None:
    """Newton's method back to the branch, orthogonally to ``tangent``, until rounding stops it; None if it does not
    converge quickly to within `RESIDUAL`.
    """
    start, best, smallest = z, z, np.inf
    for _ in range(12):
        residuals = equations.residuals(z[:-1], z[-1])
        if not np.isfinite(residuals).all():
            return None
        size = float(np.abs(residuals).max())
        if size < smallest:
            best, improving = z, size < smallest / 2
            smallest = size
        else:
            improving = False
        if smallest == 0 or (smallest <= RESIDUAL and not improving):
            return best
        system = np.vstack([equations.jacobian(z[:-1], z[-1]), tangent])
        if not np.isfinite(system).all():
            return None
        try:
            z = z - np.linalg.solve(system, np.append(residuals, 0.0))
        except np.linalg.LinAlgError:
            return None
        if np.linalg.norm(z - start) > 1 + np.linalg.norm(start):
            return None
    return best if smallest <= RESIDUAL else None


def at_precision(game: Game, precision: float, check: Callable[[], None] = lambda: None) -> BranchPoint:
    """The first point of the principal branch with the given precision (per unit of payoff, at least 0).

    Raises CouldNotFinish if the branch ends before it.
    """
    before: tuple[np.ndarray, float] | None = None
    for x, s, equations in _trace(game, check):
        target = precision * equations.payoff_scale
        if s >= target:
            crossed = before is not None and s > target
            there = _between(equations, before, (x, s), target) if before is not None and crossed else x
            return _point(equations, there, target)
        before = (x, s)
    raise could_not_finish(
        "qre", f"the branch leaves the range of floats before precision {precision:g}", "ask for less"
    )


def _between(
    equations: _Equations, a: tuple[np.ndarray, float], b: tuple[np.ndarray, float], target: float
) -> np.ndarray:
    """The point with s = target between two neighbours on the branch: linear prediction, Newton at fixed s; where that
    strays, halving along the branch first.
    """
    unit = np.zeros(len(a[0]) + 1)
    unit[-1] = 1.0
    for _ in range(60):
        share = (target - a[1]) / (b[1] - a[1])
        guess = np.append(a[0] + share * (b[0] - a[0]), target)
        found = _corrected(equations, guess, unit)
        if found is not None and np.linalg.norm(found - guess) <= np.linalg.norm(np.append(b[0] - a[0], 0.0)):
            return found[:-1]
        chord = np.append(b[0] - a[0], b[1] - a[1])
        middle = _corrected(equations, np.append((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), chord / np.linalg.norm(chord))
        if middle is None:
            break
        half = (middle[:-1], float(middle[-1]))
        a, b = (a, half) if half[1] >= target else (half, b)
    raise could_not_finish("qre", "the branch turns too sharply at this precision", "ask for a slightly different one")
