"""The principal branch at precisions that floats cannot follow: in ball arithmetic, from the last points met in floats.

Far out the branch is nearly straight: log-probabilities fall in proportion to the precision, or tend to those of its limit. So
it is followed at growing precisions, each guess a secant's, each corrected by Newton's method; a correction that would move
a probability far is a step to another branch and is not made. What is found in the end is proved to be a response.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Final

from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.solvers.quantal import Branch, BranchPoint
from hedging_games.theory.quantal.balls import Balls, ball
from hedging_games.theory.quantal.proof import ProvedResponse, digits_for, proved, refined

FIRST_FACTOR: Final = 2.0
LARGEST_FACTOR: Final = 1000.0
SMALLEST_FACTOR: Final = 1.001
"""From one precision to the next."""

FARTHEST: Final = 0.05
"""How far a guess may be from its response, in any probability."""


def far_response(
    game: Game, branch: Branch, before: BranchPoint, last: BranchPoint, precision: Fraction
) -> ProvedResponse:
    """The response at a precision (per unit of payoff) beyond two neighbouring points, the later one ``last``.

    Raises CouldNotFinish if the branch cannot be followed there.
    """
    found = _followed(game, branch, before, last, precision)
    if found is None:
        raise could_not_finish(
            "qre",
            f"the branch cannot be followed from precision {last.precision:.4g} to {Decimal(precision.numerator) / precision.denominator:.4g}",
            f"ask for {0.999 * last.precision:.4g} at most, or for the limit of the branch",
        )
    return found


def _followed(
    game: Game, branch: Branch, before: BranchPoint, last: BranchPoint, precision: Fraction
) -> ProvedResponse | None:
    target = precision * branch.equations.unit
    with digits_for(target):
        balls = Balls(game, branch.equations, target)
        ends = [(Fraction(point.scaled), _refined_at(balls, Fraction(point.scaled), point)) for point in (before, last)]
        (s0, x0), (s1, x1) = ends
        if x0 is None or x1 is None or s1 <= s0:
            return None
        factor = FIRST_FACTOR
        while s1 < target:
            branch.check()
            s = min(Fraction(ceil(s1 * Fraction(factor))), target)
            balls.s = ball(s)
            share = ball((s - s1) / (s1 - s0))
            x = refined(balls, [b + share * (b - a) for a, b in zip(x0, x1, strict=True)], farthest=FARTHEST)
            if x is not None:
                s0, x0, s1, x1 = s1, x1, s, x
                factor = min(factor * factor, LARGEST_FACTOR)
            elif factor < SMALLEST_FACTOR:
                return None
            else:
                factor = 1 + (factor - 1) / 4
        balls.s = ball(target)
        return proved(balls, x1)


def _refined_at(balls: Balls, s: Fraction, point: BranchPoint) -> list[Any] | None:
    balls.s = ball(s)
    return refined(balls, [ball(float(value)) for value in point.logs], farthest=FARTHEST)
