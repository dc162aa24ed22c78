"""Quantal response as an answer: the points of the principal branch at one precision, as rational profiles near by."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.far_branch import far_response
from hedging_games.solvers.quantal import Branch, BranchPoint, Passages
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Proposal
from hedging_games.theory.quantal.proof import proved_response
from hedging_games.theory.quantal.responses import LogitEquations

NOT_NASH = "quantal responses, not Nash equilibria: the largest gain is what the best reply would add"


def propose(game: Game, run: Run, precision: Fraction) -> Proposal:
    """The logit responses at ``precision`` (per unit of payoff) on the principal branch, in the order along it.

    Where the branch turns back it has several of them. Complete: ``some``, since there may be others off the branch.
    """
    branch = Branch(game, run.check)
    passages = branch.at(precision)
    points, is_followed = passages.points, passages.is_followed
    if not points:
        return _beyond_floats(game, branch, passages, precision)
    proved = 0
    candidates = []
    for point in points:
        response = proved_response(game, branch.equations, point.logs, precision * branch.equations.unit)
        proved += response is not None
        if response is not None:
            candidate = Candidate(MixedProfile(game.form, response.probabilities), error=response.error)
        else:
            error = float(branch.equations.distance(point.logs, point.scaled))
            candidate = Candidate(rational_profile(branch.equations, point), error=Fraction(error))
        candidates.append(candidate)
        run.keep(candidate)
    notes = [NOT_NASH, "the principal branch only"]
    if len(points) > 1:
        notes.append(
            f"the branch turns back and passes this precision {len(points)} times; the first passage comes first"
        )
    if not is_followed:
        notes.append("the branch could not be followed to its end, so it may pass this precision again")
    if proved < len(points):
        notes.append("the error is an estimate to first order: it was not proved")
    return Proposal(tuple(candidates), "some", tuple(notes))


def _beyond_floats(game: Game, branch: Branch, passages: Passages, precision: Fraction) -> Proposal:
    assert passages.end is not None, "a branch that does not reach a precision has more than its start"
    found = far_response(game, branch, *passages.end, precision)
    candidate = Candidate(MixedProfile(game.form, found.probabilities), error=found.error)
    return Proposal((candidate,), "some", (NOT_NASH, "the principal branch only"))


def rational_profile(equations: LogitEquations, point: BranchPoint) -> MixedProfile:
    """The probabilities of a point of the branch as fractions that sum to one at each information set."""
    weights = [Fraction(float(p)) for p in np.exp(point.logs)]
    totals = [Fraction(0)] * (int(equations.set_of.max(initial=-1)) + 1)
    for weight, s in zip(weights, equations.set_of, strict=True):
        totals[s] += weight
    probabilities = np.full(equations.form.slot_count, Fraction(0), dtype=object)
    for slot, weight, s in zip(equations.own, weights, equations.set_of, strict=True):
        probabilities[slot] = weight / totals[s]
    return MixedProfile(equations.form, probabilities)
