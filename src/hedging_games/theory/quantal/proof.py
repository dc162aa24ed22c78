"""Proof that a logit response lies near a point: Krawczyk's test in ball arithmetic.

If for a box X around x, with Y close to the inverse of the Jacobian, x − Y F(x) + (I − Y F'(X)) (X − x) lies inside X, then
X holds exactly one zero of F (Krawczyk 1969; Neumaier 1990, theorem 5.1.8). Payoffs and chance enter as exact fractions.

The precision of the balls grows with that of the response: what counts is the precision times a difference of payoffs, which for
large stakes is a small difference of large numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.games.game import Game
from hedging_games.theory.quantal.balls import Balls, ball, sums
from hedging_games.theory.quantal.responses import LogitEquations

MAX_WORK: Final = 100_000
"""Products of balls up to which a proof is attempted: about a second."""

BITS: Final = 200
"""Precision of the balls at precisions of responses that are not large; twice that of floats and more."""

ROUNDS: Final = 40
"""Newton steps in balls before the test, at most: each doubles the digits."""


@dataclass(frozen=True, slots=True)
class ProvedResponse:
    """Rational probabilities, shape (S,) (zero at chance's slots), and a bound on their distance from a logit response."""

    probabilities: np.ndarray
    error: Fraction


def proved_response(game: Game, equations: LogitEquations, x: np.ndarray, s: Fraction) -> ProvedResponse | None:
    """The logit response of an exact game near log-probabilities ``x`` at precision ``s`` per unit, proved to exist; None
    if the proof fails, or would take too long.
    """
    work = len(x) ** 3 + len(equations.action_of) * int(
        equations.after.sum(axis=1).max(initial=0) + equations.before.shape[1]
    )
    if work > MAX_WORK:
        return None
    with digits_for(s):
        balls = Balls(game, equations, s)
        centre = refined(balls, [ball(float(value)) for value in x])
        return None if centre is None else proved(balls, centre)


@contextmanager
def digits_for(s: Fraction) -> Iterator[None]:
    """Balls precise enough for a precision ``s`` per unit, while it lasts."""
    from flint import ctx

    before, ctx.prec = ctx.prec, BITS + 4 * int(s).bit_length()
    try:
        yield
    finally:
        ctx.prec = before


def refined(balls: Balls, x: list[Any], *, farthest: float = 1.0) -> list[Any] | None:
    """Newton's method from ``x`` until it is as near as the balls' precision tells; None if it does not converge, or moves a
    probability by more than ``farthest``.
    """
    start, size = [value.exp() for value in x], _tiny()
    for _ in range(ROUNDS):
        step = _newton_step(balls, x)
        if step is None:
            return None
        before, size = size, max((abs(value).mid() for value in step), default=ball(0))
        if bool(before < _tiny()) and not bool(size < before):
            return x  # as near as rounding lets it come
        x = [(value - moved).mid() for value, moved in zip(x, step, strict=True)]
        if not all(bool(abs(value.exp() - first) < farthest) for value, first in zip(x, start, strict=True)):
            return None
        if bool(size < _tiny() ** 2):
            return x
    return None


def proved(balls: Balls, x: list[Any]) -> ProvedResponse | None:
    """The response whose existence near exact numbers ``x`` Krawczyk's test proves; None if it does not."""
    from flint import arb, arb_mat

    values, slopes = balls.residual(x, slopes=True)
    count = len(x)
    try:
        inverse = arb_mat(slopes).inv() if count else None
    except ZeroDivisionError:
        return None
    rows = [[inverse[k, i].mid() for i in range(count)] for k in range(count)] if inverse is not None else []
    step = [_times(row, values) for row in rows]
    radius = (4 * max((value.abs_upper() for value in step), default=ball(0)) + _tiny()).mid()
    jacobian = balls.residual([value + arb(0, radius) for value in x], slopes=True)[1]
    for k, moved in enumerate(step):
        row = [_times(rows[k], [jacobian[i][j] for i in range(count)]) for j in range(count)]
        spread = sum((abs(int(j == k) - entry) for j, entry in enumerate(row)), ball(0))
        if not bool(abs(moved) + spread * radius < radius):
            return None
    return _response(balls.equations, x, radius)


def _response(equations: LogitEquations, x: list[Any], radius: Any) -> ProvedResponse:
    """The probabilities at the middle, as fractions that sum to one, and how far they may be from the response."""
    from flint import arb

    balls = [(value + arb(0, radius)).exp() for value in x]
    middle = [Fraction(float(ball.mid())) for ball in balls]
    totals = sums(middle, equations.set_of)
    probabilities = np.full(equations.form.slot_count, Fraction(0), dtype=object)
    error = sys.float_info.min if len(x) else 0.0
    for k, slot in enumerate(equations.own):
        probabilities[slot] = middle[k] / totals[equations.set_of[k]]
        error = max(error, float((balls[k] - ball(probabilities[slot])).abs_upper()))
    return ProvedResponse(probabilities, Fraction(error) * Fraction(1_000_001, 1_000_000))


def _newton_step(balls: Balls, x: list[Any]) -> list[Any] | None:
    from flint import arb_mat

    if not x:
        return []
    values, slopes = balls.residual(x, slopes=True)
    try:
        solved = arb_mat(slopes).solve(arb_mat([[value] for value in values]))
    except ZeroDivisionError:
        return None
    step = [solved[k, 0] for k in range(len(x))]
    return step if all(value.is_finite() for value in step) else None


def _tiny() -> Any:
    """Half the digits of the balls' precision."""
    from flint import arb, ctx

    return arb(2) ** (-(ctx.prec // 2))


def _times(row: list[Any], vector: list[Any]) -> Any:
    return sum((a * b for a, b in zip(row, vector, strict=True)), ball(0))
