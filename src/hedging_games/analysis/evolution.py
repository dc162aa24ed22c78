"""How a population changes: replicator dynamics, through nashpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hedging_games.algebra.numbers import exact_number
from hedging_games.errors import did_you_mean, input_error
from hedging_games.games.game import require_exact
from hedging_games.games.named import GameLike, game_of
from hedging_games.theory.evolution import symmetric_payoffs


def replicator_dynamics(
    game: GameLike, start: Mapping[str, object] | None = None, times: Sequence[float] | np.ndarray | None = None
) -> np.ndarray:
    """The shares of the actions of a symmetric two-player game in a population over time, shape (times, actions), in floats.

    Shares grow at the rate by which an action's payoff against the population exceeds the average (Taylor and Jonker
    1978); nashpy integrates the equation.

    Parameters
    ----------
    start : action to share, exact numbers that sum to one; uniform by default.
    times : rising points in time, 101 from 0 to 10 by default.

    Raises
    ------
    ConceptError
        If the game is not symmetric.
    InputError
        If the shares are no distribution, or the times do not rise.
    """
    game = game_of(game)
    import nashpy

    require_exact(game)
    payoffs = symmetric_payoffs(game).astype(np.float64)
    actions = game.form.information_sets[0].actions
    points = np.linspace(0, 10, 101) if times is None else np.asarray(times, dtype=np.float64)
    if points.ndim != 1 or len(points) == 0 or not np.isfinite(points).all() or bool(np.any(np.diff(points) <= 0)):
        raise input_error("times", "the times do not rise", "give rising numbers, such as [0, 1, 2]")
    shares = nashpy.Game(payoffs).replicator_dynamics(y0=_shares(actions, start), timepoints=points)
    return np.asarray(shares, dtype=np.float64)


def _shares(actions: Sequence[str], start: Mapping[str, object] | None) -> np.ndarray:
    if start is None:
        return np.full(len(actions), 1 / len(actions))
    unknown = next((action for action in start if action not in actions), None)
    if unknown is not None:
        raise input_error("start", f"there is no action '{unknown}'", did_you_mean(unknown, actions))
    shares = [exact_number(start.get(action, 0), f"the share of {action}") for action in actions]
    if min(shares) < 0 or sum(shares) != 1:
        raise input_error("start", "the shares are not a distribution", "give numbers from 0 to 1 that sum to 1")
    return np.array(shares, dtype=np.float64)
