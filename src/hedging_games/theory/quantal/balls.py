"""The equations of logit quantal response in ball arithmetic (flint's arb): every result is a ball that holds the true value.

Payoffs and chance enter as exact fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.theory.quantal.responses import LogitEquations


class Balls:
    """The equations of a game at a precision ``s`` per unit, which may be changed.

    G(x): for each action but the first of its information set, x less the first's, less s times what it is worth more; for the
    first, the logarithm of the sum of the set's probabilities. G has the zeros of F (`responses`) and is far less curved: F
    saturates where payoffs times s are large.
    """

    def __init__(self, game: Game, equations: LogitEquations, s: Fraction) -> None:
        self.equations = equations
        self.s = ball(s)
        self.first = [
            int(np.flatnonzero(equations.set_of == s)[0]) for s in range(equations.set_of.max(initial=-1) + 1)
        ]
        odds = _chance_so_far(game)
        self.before = [np.flatnonzero(row).tolist() for row in equations.before]
        self.after = [np.flatnonzero(row).tolist() for row in equations.after]
        self.odds_before = [ball(odds[h]) for h in equations.decided]
        starts = equations.decided[equations.start_of]
        self.odds_after = [
            ball(odds[z] / odds[h]) for z, h in zip(game.form.terminals[equations.end_of], starts, strict=True)
        ]
        players = game.form.player_of_slot[equations.own[equations.action_of]]
        payoffs = [[Fraction(worth) for worth in row] for row in game.payoffs]
        least = [min(row) for row in payoffs]
        self.payoffs = [
            ball((payoffs[player][z] - least[player]) / equations.unit)
            for player, z in zip(players, equations.end_of, strict=True)
        ]

    def residual(self, x: list[Any], *, slopes: bool) -> tuple[list[Any], list[list[Any]]]:
        """G and, if wanted, its Jacobian by x, at balls."""
        equations, count = self.equations, len(x)
        played = [value.exp() for value in x]
        arriving = [product(played, way, odds) for way, odds in zip(self.before, self.odds_before, strict=True)]
        reached = sums(arriving, equations.set_decided)
        beliefs = [value / reached[s] for value, s in zip(arriving, equations.set_decided, strict=True)]
        shares = [
            beliefs[start] * product(played, way, odds) * payoff
            for start, way, odds, payoff in zip(
                equations.start_of, self.after, self.odds_after, self.payoffs, strict=True
            )
        ]
        worth = sums(shares, equations.action_of)
        totals = sums(played, equations.set_of)
        log_odds = [value - self.s * u for value, u in zip(x, worth, strict=True)]
        values = [
            totals[s].log() if a == self.first[s] else log_odds[a] - log_odds[self.first[s]]
            for a, s in enumerate(equations.set_of)
        ]
        if not slopes:
            return values, []
        slope = [[ball(0)] * count for _ in range(count)]
        for share, a, start, way in zip(shares, equations.action_of, equations.start_of, self.after, strict=True):
            for k in (*way, *self.before[start]):
                slope[a][k] += share
        means = [[ball(0)] * count for _ in totals]
        for belief, s, way in zip(beliefs, equations.set_decided, self.before, strict=True):
            for k in way:
                means[s][k] += belief
        for a, s in enumerate(equations.set_of):
            by_odds = (int(a == k) - self.s * (slope[a][k] - worth[a] * means[s][k]) for k in range(count))
            slope[a] = list(by_odds)
        jacobian = []
        for a, s in enumerate(equations.set_of):
            first = self.first[s]
            if a == first:
                jacobian.append([played[k] / totals[s] if t == s else ball(0) for k, t in enumerate(equations.set_of)])
            else:
                jacobian.append([one - other for one, other in zip(slope[a], slope[first], strict=True)])
        return values, jacobian


def ball(value: Any) -> Any:
    """A number as a ball: fractions by division, so that the ball holds them; floats exactly."""
    from flint import arb, fmpq

    return arb(value) if isinstance(value, float) else arb(fmpq(int(value.numerator), int(value.denominator)))


def product(played: list[Any], way: list[int], odds: Any) -> Any:
    """``odds`` times what is played on a way."""
    for k in way:
        odds = odds * played[k]
    return odds


def sums(values: list[Any], groups: np.ndarray) -> list[Any]:
    """The sum of the values of each group, numbered from 0."""
    totals: list[Any] = [0] * (int(groups.max(initial=-1)) + 1)
    for value, group in zip(values, groups, strict=True):
        totals[group] = totals[group] + value
    return totals


def _chance_so_far(game: Game) -> list[Fraction]:
    """For each history the probability of chance's moves on the way, impossible ones left out."""
    form = game.form
    odds = [Fraction(1)] * form.history_count
    for history in range(1, form.history_count):
        slot = int(form.last_slot[history])
        move = game.chance[slot] if form.player_of_slot[slot] == CHANCE else 0
        odds[history] = odds[form.parent[history]] * (move or 1)
    return odds
