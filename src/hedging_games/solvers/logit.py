"""Quantal response as an answer: the point of the principal branch at one precision, as a nearby rational profile."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.quantal import BranchPoint, at_precision
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Proposal


def propose(game: Game, run: Run, precision: Fraction) -> Proposal:
    """The logit response at ``precision`` (per unit of payoff) on the principal branch, first passage.

    Complete: ``some``: off the principal branch there may be other responses at the same precision.
    """
    point = at_precision(game, float(precision), run.check)
    notes = (
        f"logit quantal response at precision {precision}; it satisfies its equations to {point.residual:.1e}",
        "not a Nash equilibrium: the largest gain is what the best reply would add",
        "the principal branch only",
    )
    return Proposal((Candidate(rational_profile(game, point), error=_error(point)),), "some", notes)


def rational_profile(game: Game, point: BranchPoint) -> MixedProfile:
    """The branch point's probabilities as fractions that sum to one at each information set."""
    form = game.form
    probabilities = np.full(form.slot_count, Fraction(0), dtype=object)
    for s, information_set in enumerate(form.information_sets):
        if information_set.player == CHANCE:
            continue
        weights = [Fraction(float(point.probabilities[slot])) for slot in form.slots(s)]
        for slot, weight in zip(form.slots(s), weights, strict=True):
            probabilities[slot] = weight / sum(weights)
    return MixedProfile(form, probabilities)


def _error(point: BranchPoint) -> Fraction:
    return Fraction(point.error).limit_denominator(10**20) + Fraction(1, 10**16)
