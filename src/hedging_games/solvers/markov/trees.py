"""Markov-perfect equilibria of a game in which no state comes up twice: the subgame-perfect ones of its tree, mixtures included."""

from __future__ import annotations

import numpy as np

from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame
from hedging_games.games.markov_tree import MarkovTree
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.methods import method_for
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Proposal

CELLS = "sets of equilibria that no corners span are told by some of their members only"


def propose(game: MarkovGame, tree: MarkovTree, run: Run) -> tuple[Proposal, list[tuple[MixedProfile, ...]]]:
    """What is proposed for the tree, and each candidate as strategies for every state.

    Raises CouldNotFinish if the tree is too large, or time runs out.
    """
    proposal = method_for("subgame-perfect", tree.game).propose(tree.game, run)
    return proposal, [_by_state(game, tree, candidate) for candidate in proposal.candidates]


def _by_state(game: MarkovGame, tree: MarkovTree, candidate: Candidate) -> tuple[MixedProfile, ...]:
    places = {origin: k for k, origin in enumerate(tree.origins)}
    profile = candidate.profile
    return tuple(_profile(stage, state, places, profile) for state, stage in enumerate(game.stages))


def _profile(stage: Game, state: int, places: dict[tuple[int, int] | None, int], profile: MixedProfile) -> MixedProfile:
    form = stage.form
    probabilities = stage.arithmetic.zeros((form.slot_count,))
    for s, information_set in enumerate(form.information_sets):
        if information_set.player != CHANCE:
            there = profile.form.slots(places[state, s])
            probabilities[list(form.slots(s))] = np.array([profile.probabilities[k] for k in there], dtype=object)
    unreached = {s for s in range(len(form.information_sets)) if places[state, s] in profile.unreached}
    return MixedProfile(form, probabilities, frozenset(unreached))
