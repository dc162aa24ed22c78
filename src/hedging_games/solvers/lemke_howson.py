"""One equilibrium per starting label by complementary pivoting (Lemke and Howson 1964), through nashpy, made exact."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers.run import Run
from hedging_games.solvers.support import equilibria_on_support
from hedging_games.theory.equilibria import Candidate, Proposal


def propose(game: Game, run: Run) -> Proposal:
    """The equilibria that Lemke and Howson's paths reach from every starting label (some of all, at least one if the
    pivoting succeeds). nashpy pivots in floats; on each support it ends at, the equilibria are solved for exactly.

    nashpy's pivoting may cycle or fail on degenerate games; then fewer, perhaps no, equilibria are proposed and a note
    says how many starting labels failed.
    """
    import nashpy

    table = strategic_form(game)
    A, B = table.payoffs
    floats = [matrix.astype(np.float64) for matrix in (A, B)]
    peer = nashpy.Game(*floats)
    kept: dict[object, Candidate] = {}
    failed = 0
    for label in range(sum(A.shape)):
        run.check()
        supports = _supports(peer, label)
        found = equilibria_on_support(A, B, *supports) if supports else []
        failed += not found
        for weights in found:
            profile = table.profile(weights)
            kept.setdefault(profile.key(), Candidate(profile))
            run.keep(Candidate(profile))
    notes: tuple[str, ...] = ("Lemke and Howson's paths reach some equilibria, seldom all",)
    if failed:
        notes += (f"nashpy's pivoting failed from {failed} of {sum(A.shape)} starting labels",)
    return Proposal(tuple(kept.values()), "some", notes)


def _supports(peer: object, label: int) -> tuple[Sequence[int], Sequence[int]] | None:
    """The supports of the pair of strategies at which nashpy's path from ``label`` ends; None if it fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            strategies = peer.lemke_howson(initial_dropped_label=label)  # type: ignore[attr-defined]
        except (IndexError, ValueError, ZeroDivisionError):
            return None
    rows, columns = (np.asarray(s, dtype=float) for s in strategies)
    if not (np.isfinite(rows).all() and np.isfinite(columns).all()):
        return None
    return [int(i) for i in np.flatnonzero(rows > 1e-9)], [int(j) for j in np.flatnonzero(columns > 1e-9)]
