"""Evolutionary stability (Maynard Smith and Price 1973) in symmetric two-player games, decided exactly.

A strategy p is evolutionarily stable if it is a best reply to itself and does better than any other best reply q against
that q: u(p, q) > u(q, q). Writing z = q - p, this says that z'Az < 0 for all z != 0 with sum 0 that are non-negative off the
support of p and vanish off the best replies (Haigh 1975; Abakuks 1980): a question of strict copositivity, which
is decided in rationals by the determinants of principal submatrices (Keller; see Hadeler 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish, input_error
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile

MAX_BEST_REPLIES = 12
"""Best replies up to which stability is decided: the work doubles with each."""

Matrix = list[list[Any]]


def symmetric_payoffs(game: Game) -> np.ndarray:
    """The payoff matrix of a symmetric two-player game, own action first.

    Raises InputError if the players' payoffs are not each other's transposes.
    """
    table = game.payoff_table()
    if len(game.players) != 2 or table.shape[1] != table.shape[2] or not bool(np.all(table[1] == table[0].T)):
        raise input_error(
            "concept",
            "the game is not symmetric: the second player's payoffs are not the first's with the roles exchanged",
            "ask for Nash equilibria",
        )
    return np.asarray(table[0])


def invasion_gain(game: Game, profile: MixedProfile) -> str | None:
    """Why a profile is not evolutionarily stable; None if it is.

    Raises InputError if the game is not symmetric.
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
    if len(free) + len(signed) > MAX_BEST_REPLIES:
        raise could_not_finish("size", f"{len(best)} best replies are too many to decide stability", "merge actions")
    order = [*free, *signed]
    # With z_pivot = minus the rest, -z'Az is the quadratic form of this symmetric matrix.
    form: Matrix = [[-(_bend(A, i, j, pivot) + _bend(A, j, i, pivot)) / 2 for j in order] for i in order]
    # The free directions must be positive definite; eliminating them leaves a form on the signed ones.
    for _ in free:
        if form[0][0] <= 0:
            return False
        form = [[row[j] - row[0] * form[0][j] / form[0][0] for j in range(1, len(row))] for row in form[1:]]
    return is_strictly_copositive(form)


def _bend(A: np.ndarray, i: int, j: int, pivot: int) -> Any:
    return A[i, j] - A[pivot, j] - A[i, pivot] + A[pivot, pivot]


def is_strictly_copositive(matrix: Matrix) -> bool:
    """Whether x'Mx > 0 for every x >= 0 other than 0, M symmetric and exact (Keller's criterion): no principal
    submatrix with determinant <= 0 has only positive cofactors in its last row.
    """
    for size in range(1, len(matrix) + 1):
        for chosen in combinations(range(len(matrix)), size):
            part = [[matrix[i][j] for j in chosen] for i in chosen]
            cofactors = [
                (-1) ** (size - 1 + j) * determinant([[row[c] for c in range(size) if c != j] for row in part[:-1]])
                for j in range(size)
            ]
            if all(c > 0 for c in cofactors) and determinant(part) <= 0:
                return False
    return True


def determinant(matrix: Matrix) -> Any:
    """By elimination in exact numbers; 1 for the empty matrix."""
    rows = [list(row) for row in matrix]
    value: Any = Fraction(1)
    for k in range(len(rows)):
        place = next((r for r in range(k, len(rows)) if rows[r][k] != 0), None)
        if place is None:
            return Fraction(0)
        if place != k:
            rows[k], rows[place] = rows[place], rows[k]
            value = -value
        value *= rows[k][k]
        for r in range(k + 1, len(rows)):
            factor = rows[r][k] / rows[k][k]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return value
