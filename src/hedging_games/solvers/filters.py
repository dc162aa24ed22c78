"""Concepts that keep some Nash equilibria and drop others: trembling-hand perfection and evolutionary stability."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers.run import Run
from hedging_games.theory.coalitions import plan_weights
from hedging_games.theory.dominance import weakly_dominating
from hedging_games.theory.equilibria import Candidate, Proposal
from hedging_games.theory.evolution import invasion_gain

Nash = Callable[[Game, Run], Proposal]


def propose_perfect(game: Game, run: Run, nash: Nash) -> Proposal:
    """The trembling-hand perfect equilibria of a two-player game: those in which nobody's strategy is weakly dominated
    (van Damme 1991, theorem 3.2.2).

    The perfect equilibria are unions of faces of the maximal Nash subsets (Borm, Jansen, Potters and Tijs 1993), so the
    extreme ones among the extreme Nash equilibria are all there are; which of them span a connected set is not listed.
    """
    table = strategic_form(game)
    kept = []
    found = nash(game, run)
    for candidate in found.candidates:
        run.check()
        mixed = plan_weights(table, candidate.profile)
        rows = [np.moveaxis(table.payoffs[player], player, 0) for player in range(2)]
        if all(weakly_dominating(r, np.array(w, dtype=object) @ r) is None for r, w in zip(rows, mixed, strict=True)):
            kept.append(candidate)
            run.keep(candidate)
    return _filtered(kept, found)


def _filtered(kept: list[Candidate], found: Proposal) -> Proposal:
    if found.complete == "all":
        return Proposal(tuple(kept), "all", found.notes)
    note = "extreme points of sets of Nash equilibria were examined; sets that they span were not"
    return Proposal(tuple(kept), "extreme" if found.complete == "extreme" else "some", (note,))


def propose_stable(game: Game, run: Run, nash: Nash) -> Proposal:
    """All evolutionarily stable strategies of a symmetric two-player game.

    A stable strategy is an isolated symmetric equilibrium with a support that no other's contains (Bishop and Cannings
    1976), so it is an extreme equilibrium, and the extreme equilibria are enough.

    Raises InputError if the game is not symmetric.
    """
    found = nash(game, run)
    kept = tuple(c for c in found.candidates if invasion_gain(game, c.profile) is None)
    return Proposal(kept, "some" if found.complete == "some" else "all")
