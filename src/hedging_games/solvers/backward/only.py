"""Backward induction as arrays, where it leaves no choice: perfect information, no chance, no ties (Zermelo 1913; Kuhn 1953)."""

from __future__ import annotations

import numpy as np

from hedging_games.games.game import Game
from hedging_games.games.profile import pure_profile
from hedging_games.theory.equilibria import Candidate, Proposal


def only_equilibrium(game: Game) -> Proposal | None:
    """The subgame-perfect equilibrium of an exact game in which everybody knows the history, if nobody is ever indifferent: it is the
    only one. None where somebody is, chance moves, or payoffs are no fractions.
    """
    form = game.form
    if form.has_chance or not form.has_perfect_information or game.whole is None or form.history_count == 1:
        return None
    slots = _best_slots(game, game.whole.numbers)
    if slots is None:
        return None
    return Proposal((Candidate(pure_profile(form, slots.tolist())),), "all", components=((0,),), subsets=((0,),))


def _best_slots(game: Game, payoffs: np.ndarray) -> np.ndarray | None:
    """The slots that are best, given what follows, from the longest histories to the shortest; None at a tie.

    ``payoffs``, shape (players, Z), need be right only in how they compare.
    """
    form = game.form
    ends = np.zeros(form.history_count, dtype=int)
    ends[form.terminals] = np.arange(len(form.terminals))
    best = []
    for level in reversed(form.levels[1:]):
        # Within a level siblings are adjacent, so each run of one parent is compared in one piece.
        parents = form.parent[level]
        starts = np.flatnonzero(np.concatenate([[True], parents[1:] != parents[:-1]]))
        worth = payoffs[form.player_of_set[form.decided_at[parents]], ends[level]]
        most = np.repeat(np.maximum.reduceat(worth, starts), np.diff([*starts, len(level)]))
        chosen = level[np.asarray(worth == most, dtype=bool)]
        if len(chosen) > len(starts):
            return None
        ends[parents[starts]] = ends[chosen]
        best.append(form.last_slot[chosen])
    return np.concatenate(best)
