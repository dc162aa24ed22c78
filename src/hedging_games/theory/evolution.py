"""Evolutionary stability (Maynard Smith and Price 1973) in symmetric two-player games, decided exactly.

A strategy p is evolutionarily stable if it is a best reply to itself and does better than any other best reply q against
that q: u(p, q) > u(q, q). Writing z = q - p, this says that z'Az < 0 for all z != 0 with sum 0 that are non-negative off the
support of p and vanish off the best replies (Haigh 1975; Abakuks 1980): a question of strict copositivity, which
is decided in rationals by the determinants of principal submatrices (Keller; see Hadeler 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from hedging_games.algebra.numbers import common_denominator
from hedging_games.errors import ConceptError, Problem, could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.concepts import STABLE, fitting

MAX_BEST_REPLIES = 14
"""Best replies up to which stability is decided: the work doubles with each."""

Matrix = list[list[Any]]


def symmetric_payoffs(game: Game) -> np.ndarray:
    """The payoff matrix of a symmetric two-player game, own action first; shape (m, m), exact numbers.

    Raises ConceptError, with the concepts that fit, unless two players choose at once among actions of the same names and
    the players' payoffs are each other's transposes.
    """
    reason = STABLE.misfit(game.form)
    if reason is None:
        table = game.payoff_table()
        if bool(np.all(table[1] == table[0].T)):
            return np.asarray(table[0])
        reason = "the second player's payoffs are not the first's with the roles exchanged"
    fits = ", ".join(name for name in fitting(game.form) if name != STABLE.name)
    raise ConceptError(Problem("concept", f"the game is not symmetric: {reason}", f"those that fit: {fits}"))


def why_unstable(game: Game, profile: MixedProfile) -> str | None:
    """Why a profile is not evolutionarily stable; None if it is.

    Raises ConceptError if the game is not symmetric, CouldNotFinish for more than `MAX_BEST_REPLIES` best replies.
    """
    A = symmetric_payoffs(game)
    count = len(A)
    p, q = profile.probabilities[:count], profile.probabilities[count:]
    if not bool(np.all(p == q)):
        return "the players use different strategies"
    worth = A @ p
    best = [k for k in range(count) if worth[k] == max(worth)]
    support = [k for k in range(count) if p[k] > 0]
    if any(k not in best for k in support):
        return "it is not a best reply to itself"
    return None if _resists(A, support, best) else "some best reply does as well against itself"


def _resists(A: np.ndarray, support: Sequence[int], best: Sequence[int]) -> bool:
    """Whether z'Az < 0 on the cone of directions to other best replies."""
    pivot = support[0]
    free = [k for k in support if k != pivot]
    signed = [k for k in best if k not in support]
    order = [*free, *signed]
    # With z_pivot = minus the rest, -z'Az is the quadratic form of this symmetric matrix.
    form: Matrix = [[-(_bend(A, i, j, pivot) + _bend(A, j, i, pivot)) / 2 for j in order] for i in order]
    # The free directions must be positive definite; eliminating them leaves a form on the signed ones.
    for _ in free:
        if form[0][0] <= 0:
            return False
        form = [[row[j] - row[0] * form[0][j] / form[0][0] for j in range(1, len(row))] for row in form[1:]]
    if len(form) > MAX_BEST_REPLIES:
        raise could_not_finish("size", f"{len(best)} best replies are too many to decide stability", "merge actions")
    return is_strictly_copositive(form)


def _bend(A: np.ndarray, i: int, j: int, pivot: int) -> Any:
    return A[i, j] - A[pivot, j] - A[i, pivot] + A[pivot, pivot]


def is_strictly_copositive(matrix: Matrix) -> bool:
    """Whether x'Mx > 0 for every x >= 0 other than 0, M symmetric and rational (Keller's criterion): no principal
    submatrix with a determinant <= 0 has only positive cofactors in its last row.
    """
    scale = common_denominator([entry for row in matrix for entry in row])
    whole = [[int(entry * scale) for entry in row] for row in matrix]
    return not any(
        _fails(whole, chosen) for size in range(1, len(matrix) + 1) for chosen in combinations(range(len(matrix)), size)
    )


def _fails(matrix: list[list[int]], chosen: Sequence[int]) -> bool:
    """Whether the principal submatrix of the chosen rows and columns has a determinant <= 0 and only positive cofactors
    in its last row.
    """
    from flint import fmpz_mat

    part = [[matrix[i][j] for j in chosen] for i in chosen]
    if fmpz_mat(part).det() > 0:
        return False
    last = len(part) - 1
    minors = (
        fmpz_mat(last, last, [x for row in part[:-1] for k, x in enumerate(row) if k != j]) for j in range(last + 1)
    )
    return all((-1) ** (last + j) * minor.det() > 0 for j, minor in enumerate(minors))
