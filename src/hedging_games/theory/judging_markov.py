"""The judge of equilibria of games over time: one-shot deviations, computed from the definition alone. No solver calls this module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hedging_games.algebra.linear_systems import solved
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile
from hedging_games.games.values import terminal_probabilities
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import SUBGAME_PERFECT
from hedging_games.theory.equilibria import Certificate
from hedging_games.theory.markov import MarkovEquilibrium


def judged(game: MarkovGame, profiles: Sequence[MixedProfile]) -> MarkovEquilibrium:
    """The stationary profile with its certificate: the largest gain of any plan within one period, followed by the profile.

    By the one-shot deviation principle (Blackwell 1965; Fudenberg and Tirole 1991, theorem 4.2: payoffs are discounted) nobody gains by any
    strategy, stationary or not, exactly if nobody gains within one period of some state.
    """
    values = worth(game, profiles)
    stages = [game.continued(state, values) for state in range(len(game.states))]
    for state, (stage, profile) in enumerate(zip(stages, profiles, strict=True)):
        expected = stage.payoffs @ terminal_probabilities(stage, profile.probabilities)
        if any(expected != values[:, state]):
            raise AssertionError(
                f"what play is worth in {game.states[state]} is not what the period and the next one are"
            )
    verdicts = [certify(stage, profile, SUBGAME_PERFECT) for stage, profile in zip(stages, profiles, strict=True)]
    largest = max(certificate.largest_gain for certificate, _ in verdicts)
    exact = all(certificate.exact for certificate, _ in verdicts)
    return MarkovEquilibrium(
        game.states,
        tuple(profiles),
        values,
        dict(zip(game.players, values[:, game.start], strict=True)),
        Certificate(exact, largest),
        all(strict for _, strict in verdicts),
        None if game.event is None else likelihood(game, profiles),
    )


def worth(game: MarkovGame, profiles: Sequence[MixedProfile]) -> np.ndarray:
    """Shape (players, states): what a stationary profile is worth to each player from each state on (discounts below 1)."""
    count = len(game.states)
    played = [terminal_probabilities(stage, p.probabilities) for stage, p in zip(game.stages, profiles, strict=True)]
    moves = np.array([odds @ table for odds, table in zip(played, game.moves, strict=True)], dtype=object).reshape(
        count, count
    )
    found = game.arithmetic.zeros((len(game.players), count))
    identity = game.arithmetic.array(np.eye(count, dtype=int).tolist())
    for player, discount in enumerate(game.discounts):
        paid = [stage.payoffs[player] @ odds for stage, odds in zip(game.stages, played, strict=True)]
        found[player] = solved(identity - discount * moves, np.array(paid, dtype=object))
    return found


# --- the event ---------------------------------------------------------------------------------------------------------


def likelihood(game: MarkovGame, profiles: Sequence[MixedProfile]) -> Any:
    """How likely the event of interest is from the start on, everybody following a stationary profile."""
    one, zero = game.arithmetic.number(1), game.arithmetic.number(0)
    played = [terminal_probabilities(stage, p.probabilities) for stage, p in zip(game.stages, profiles, strict=True)]
    masks = [np.asarray(stage.hedge) for stage in game.stages]
    if game.event == "first":
        return sum((p for p, happens in zip(played[game.start], masks[game.start], strict=True) if happens), zero)
    if game.event == "reaches":
        return _reaching(game, played, masks)
    misses = masks if game.event == "never" else [~mask for mask in masks]
    return one - _reaching(game, played, misses)


def _reaching(game: MarkovGame, played: Sequence[np.ndarray], masks: Sequence[np.ndarray]) -> Any:
    """How likely it is that some period ends as its mask says: 0 from where no path leads there, and elsewhere the one solution
    of h = hit + Q h (Norris 1997, theorem 1.3.2).
    """
    count, zero = len(game.states), game.arithmetic.number(0)
    hits = [
        sum((p for p, happens in zip(odds, mask, strict=True) if happens), zero)
        for odds, mask in zip(played, masks, strict=True)
    ]
    on = [np.where(mask, zero, odds) @ table for odds, mask, table in zip(played, masks, game.moves, strict=True)]
    can = {state for state in range(count) if hits[state] != 0}
    grows = True
    while grows:
        more = {s for s in range(count) if s not in can and any(on[s][t] != 0 for t in can)}
        can |= more
        grows = bool(more)
    if game.start not in can:
        return zero
    inside = sorted(can)
    matrix = game.arithmetic.array(np.eye(len(inside), dtype=int).tolist())
    for k, state in enumerate(inside):
        matrix[k] = matrix[k] - np.array(on[state], dtype=object)[inside]
    return solved(matrix, np.array([hits[state] for state in inside], dtype=object))[inside.index(game.start)]
