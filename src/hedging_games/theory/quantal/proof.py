"""Proof that a logit response lies near a point found in floats: Krawczyk's test in ball arithmetic.

If for a box X around x, with Y close to the inverse of the Jacobian, x − Y F(x) + (I − Y F'(X)) (X − x) lies inside X, then
X holds exactly one zero of F (Krawczyk 1969; Neumaier 1990, theorem 5.1.8). Payoffs and chance enter as exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.theory.quantal.responses import LogitEquations

MAX_WORK: Final = 100_000
"""Products of balls up to which a proof is attempted: about a second."""

BITS: Final = 200
"""Precision of the balls; twice that of floats and more, so that only the floats' own error is left."""

ROUNDS: Final = 4
"""Newton steps in balls before the test: the second already reaches the last digit of most floats."""


@dataclass(frozen=True, slots=True)
class ProvedResponse:
    """Rational probabilities, shape (S,) (zero at chance's slots), and a bound on their distance from a logit response."""

    probabilities: np.ndarray
    error: Fraction


def proved_response(game: Game, equations: LogitEquations, x: np.ndarray, s: Fraction) -> ProvedResponse | None:
    """The logit response of an exact game near log-probabilities ``x`` at precision ``s`` per unit, proved to exist; None
    if the proof fails, or would take too long.
    """
    count = len(x)
    work = count**3 + len(equations.action_of) * int(
        equations.after.sum(axis=1).max(initial=0) + equations.before.shape[1]
    )
    if work > MAX_WORK:
        return None
    from flint import ctx

    before, ctx.prec = ctx.prec, BITS
    try:
        balls = _Balls(game, equations, s)
        inverse = np.linalg.inv(equations.jacobian(x, float(s))[:, :count]) if count else np.zeros((0, 0))
        centre = balls.refined([_ball(float(value)) for value in x], inverse)
        radius = balls.radius(centre, inverse)
        return None if radius is None else balls.response(centre, radius)
    except np.linalg.LinAlgError:
        return None
    finally:
        ctx.prec = before


class _Balls:
    """The equations in ball arithmetic (flint's arb): every result is a ball that holds the true value."""

    def __init__(self, game: Game, equations: LogitEquations, s: Fraction) -> None:
        self.equations = equations
        self.s = _ball(s)
        odds = _chance_so_far(game)
        self.before = [np.flatnonzero(row).tolist() for row in equations.before]
        self.after = [np.flatnonzero(row).tolist() for row in equations.after]
        self.odds_before = [_ball(odds[h]) for h in equations.decided]
        starts = equations.decided[equations.start_of]
        self.odds_after = [
            _ball(odds[z] / odds[h]) for z, h in zip(game.form.terminals[equations.end_of], starts, strict=True)
        ]
        players = game.form.player_of_slot[equations.own[equations.action_of]]
        least = [min(worth) for worth in game.payoffs]
        self.payoffs = [
            _ball((game.payoffs[player, z] - least[player]) / equations.unit)
            for player, z in zip(players, equations.end_of, strict=True)
        ]

    def residual(self, x: list[Any], *, slopes: bool) -> tuple[list[Any], list[list[Any]]]:
        """F and, if wanted, its Jacobian by x, at balls."""
        equations, count = self.equations, len(x)
        played = [value.exp() for value in x]
        arriving = [_product(played, way, odds) for way, odds in zip(self.before, self.odds_before, strict=True)]
        reached = _sums(arriving, equations.set_decided)
        beliefs = [value / reached[s] for value, s in zip(arriving, equations.set_decided, strict=True)]
        shares = [
            beliefs[start] * _product(played, way, odds) * payoff
            for start, way, odds, payoff in zip(
                equations.start_of, self.after, self.odds_after, self.payoffs, strict=True
            )
        ]
        worth = _sums(shares, equations.action_of)
        weights = [(self.s * value).exp() for value in worth]
        totals = _sums(weights, equations.set_of)
        values = [x[k] - self.s * worth[k] + totals[equations.set_of[k]].log() for k in range(count)]
        if not slopes:
            return values, []
        response = [weights[k] / totals[equations.set_of[k]] for k in range(count)]
        slope = [[_ball(0)] * count for _ in range(count)]
        for share, a, start, way in zip(shares, equations.action_of, equations.start_of, self.after, strict=True):
            for k in (*way, *self.before[start]):
                slope[a][k] += share
        means = [[_ball(0)] * count for _ in totals]
        for belief, s, way in zip(beliefs, equations.set_decided, self.before, strict=True):
            for k in way:
                means[s][k] += belief
        for a, s in enumerate(equations.set_of):
            slope[a] = [value - worth[a] * mean for value, mean in zip(slope[a], means[s], strict=True)]
        centre = [[_ball(0)] * count for _ in totals]
        for a, s in enumerate(equations.set_of):
            centre[s] = [total + response[a] * value for total, value in zip(centre[s], slope[a], strict=True)]
        return values, [
            [int(a == k) - self.s * (slope[a][k] - centre[equations.set_of[a]][k]) for k in range(count)]
            for a in range(count)
        ]

    def refined(self, x: list[Any], inverse: np.ndarray) -> list[Any]:
        """Newton steps with a fixed inverse, in the balls' precision; the result is exact numbers again."""
        for _ in range(ROUNDS):
            values, _ = self.residual(x, slopes=False)
            x = [(x[k] - step).mid() for k, step in enumerate(_times(inverse, values))]
        return x

    def radius(self, x: list[Any], inverse: np.ndarray) -> Any:
        """A radius such that the box of it around x is proved to hold a zero; None if none was found."""
        from flint import arb

        step = _times(inverse, self.residual(x, slopes=False)[0])
        radius = max([4 * float(value.abs_upper()) for value in step], default=0.0) + 2.0**-100
        box = [value + arb(0, radius) for value in x]
        jacobian = self.residual(box, slopes=True)[1]
        for k, moved in enumerate(step):
            row = [
                sum((_ball(float(inverse[k, i])) * jacobian[i][j] for i in range(len(x))), _ball(0))
                for j in range(len(x))
            ]
            spread = sum((abs(int(j == k) - entry) for j, entry in enumerate(row)), _ball(0))
            if not bool(abs(moved) + spread * radius < radius):
                return None
        return radius

    def response(self, x: list[Any], radius: float) -> ProvedResponse:
        """The probabilities at the middle, as fractions that sum to one, and how far they may be from the response."""
        from flint import arb

        equations = self.equations
        balls = [(value + arb(0, radius)).exp() for value in x]
        middle = [Fraction(float(ball.mid())) for ball in balls]
        totals = _sums(middle, equations.set_of)
        probabilities = np.full(equations.form.slot_count, Fraction(0), dtype=object)
        error = 0.0
        for k, slot in enumerate(equations.own):
            probabilities[slot] = middle[k] / totals[equations.set_of[k]]
            error = max(error, float((balls[k] - _ball(probabilities[slot])).abs_upper()))
        return ProvedResponse(probabilities, Fraction(error) * Fraction(1_000_001, 1_000_000))


def _ball(value: Any) -> Any:
    """A number as a ball: fractions by division, so that the ball holds them; floats exactly."""
    from flint import arb, fmpq

    return arb(value) if isinstance(value, float) else arb(fmpq(int(value.numerator), int(value.denominator)))


def _product(played: list[Any], way: list[int], odds: Any) -> Any:
    for k in way:
        odds = odds * played[k]
    return odds


def _sums(values: list[Any], groups: np.ndarray) -> list[Any]:
    """The sum of the values of each group, numbered from 0."""
    totals: list[Any] = [0] * (int(groups.max(initial=-1)) + 1)
    for value, group in zip(values, groups, strict=True):
        totals[group] = totals[group] + value
    return totals


def _times(matrix: np.ndarray, vector: list[Any]) -> list[Any]:
    return [sum((_ball(float(a)) * b for a, b in zip(row, vector, strict=True)), _ball(0)) for row in matrix]


def _chance_so_far(game: Game) -> list[Fraction]:
    """For each history the probability of chance's moves on the way, impossible ones left out."""
    form = game.form
    odds = [Fraction(1)] * form.history_count
    for history in range(1, form.history_count):
        slot = int(form.last_slot[history])
        move = game.chance[slot] if form.player_of_slot[slot] == CHANCE else 0
        odds[history] = odds[form.parent[history]] * (move or 1)
    return odds
