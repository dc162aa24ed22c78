"""Concepts that keep some Nash equilibria and drop others: trembling-hand perfection and evolutionary stability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers.run import Run, found_in_half
from hedging_games.solvers.subsets import spanned
from hedging_games.theory.coalitions import plan_weights
from hedging_games.theory.dominance import weakly_dominating
from hedging_games.theory.equilibria import Proposal
from hedging_games.theory.evolution import symmetric_payoffs, why_unstable

Nash = Callable[[Game, Run], Proposal]

MAX_FACE_POINTS = 10
"""Extreme strategies of one player in one maximal Nash subset up to which its perfect faces are found."""

FACES_NOTE = "which of the perfect equilibria span a connected set was not determined: there are too many faces"

Mixture = tuple[Any, ...]


def propose_perfect(game: Game, run: Run, nash: Nash) -> Proposal:
    """The trembling-hand perfect equilibria of a two-player game: those in which nobody's strategy is weakly dominated
    (van Damme 1991, theorem 3.2.2).

    A strategy is undominated exactly if it is a best reply to some belief that rules nothing out, so undominated
    strategies are faces of the simplex, and the perfect equilibria of a maximal Nash subset X × Y are products of faces
    of X and of Y (Borm, Jansen, Potters and Tijs 1993): extreme points determine them.
    """
    table = strategic_form(game)
    found = found_in_half(nash, game, run)
    judged = [_Undominated(np.moveaxis(table.payoffs[player], player, 0), run) for player in range(2)]
    mixed = [[tuple(weights) for weights in plan_weights(table, c.profile)] for c in found.candidates]
    kept = []
    for number, candidate in enumerate(found.candidates):
        if all(undominated([mixed[number][player]]) for player, undominated in enumerate(judged)):
            kept.append(number)
            run.keep(candidate)
    chosen = tuple(found.candidates[k] for k in kept)
    if found.subsets is None or found.complete == "some":
        return Proposal(chosen, found.complete, found.notes)
    place = {(mixed[k][0], mixed[k][1]): new for new, k in enumerate(kept)}
    parts = [_perfect_parts([mixed[k] for k in subset], judged, place) for subset in found.subsets]
    if any(part is None for part in parts):
        return Proposal(chosen, "all" if found.complete == "all" else "some", (*found.notes, FACES_NOTE))
    return spanned(chosen, chain.from_iterable(part for part in parts if part is not None), (), found.notes)


class _Undominated:
    """Whether the mixtures of some strategies of one player escape weak dominance; remembered by support, on which alone
    it depends.
    """

    def __init__(self, rows: np.ndarray, run: Run) -> None:
        self.rows = rows
        self.run = run
        self.known: dict[frozenset[int], bool] = {}

    def __call__(self, strategies: Sequence[Mixture]) -> bool:
        support = frozenset(k for strategy in strategies for k, weight in enumerate(strategy) if weight)
        if support not in self.known:
            weights = np.array([Fraction(int(k in support), len(support)) for k in range(len(self.rows))], dtype=object)
            self.known[support] = weakly_dominating(self.rows, weights @ self.rows, self.run.check) is None
        return self.known[support]


def _perfect_parts(
    pairs: Sequence[Sequence[Mixture]], judged: Sequence[_Undominated], place: dict[tuple[Mixture, Mixture], int]
) -> list[frozenset[int]] | None:
    """The maximal sets of perfect equilibria in one maximal Nash subset, as the numbers of their extreme points; None
    if there are too many faces to tell.
    """
    faces = []
    for player, undominated in enumerate(judged):
        extreme = [strategy for strategy in dict.fromkeys(pair[player] for pair in pairs) if undominated([strategy])]
        if len(extreme) > MAX_FACE_POINTS and not undominated(extreme):
            return None
        faces.append(_maximal_faces(extreme, undominated))
    return [frozenset(place[x, y] for x in X for y in Y) for X in faces[0] for Y in faces[1]]


def _maximal_faces(extreme: Sequence[Mixture], undominated: _Undominated) -> list[list[Mixture]]:
    """The largest sets of extreme strategies whose mixtures are all undominated."""
    if not extreme:
        return []
    found: list[frozenset[int]] = []
    layer = {frozenset(range(len(extreme)))}
    while layer:
        # Layer by layer from the largest sets down, so that an undominated one met first is maximal.
        open_sets = [chosen for chosen in layer if not any(chosen <= face for face in found)]
        good = [chosen for chosen in open_sets if undominated([extreme[k] for k in chosen])]
        found += good
        layer = {chosen - {k} for chosen in open_sets if chosen not in good for k in chosen}
    return [[extreme[k] for k in sorted(face)] for face in found]


def propose_stable(game: Game, run: Run, nash: Nash) -> Proposal:
    """All evolutionarily stable strategies of a symmetric two-player game.

    Nothing that does as well against a stable strategy p has the support of p, or p would not beat it (Bishop and
    Cannings 1976); so p is a vertex of the strategies that are best replies where p is, and (p, p) an extreme
    equilibrium.

    Raises ConceptError if the game is not symmetric, CouldNotFinish if some strategy has too many best replies.
    """
    symmetric_payoffs(game)
    found = found_in_half(nash, game, run)
    kept = []
    for candidate in found.candidates:
        run.check()
        if why_unstable(game, candidate.profile) is None:
            kept.append(candidate)
            run.keep(candidate)
    return Proposal(tuple(kept), "some" if found.complete == "some" else "all")
