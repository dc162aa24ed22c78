"""The equilibria of a bimatrix game with given supports, by linear algebra in exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.polyhedron import vertices

Mixture = tuple[Fraction, ...]


def equilibria_on_support(
    A: np.ndarray, B: np.ndarray, rows: Sequence[int], columns: Sequence[int], check: Check = no_check
) -> list[tuple[Mixture, Mixture]]:
    """The extreme pairs (x, y) with x mixing among ``rows``, y among ``columns`` at most, in which all of ``rows`` and
    ``columns`` are best responses (Dickhaut and Kaplan 1991); none if these supports carry no equilibrium.

    A and B have shape (m, n) and hold Fractions.
    """
    return list(product(_supporting(B.T, columns, rows, check), _supporting(A, rows, columns, check)))


def _supporting(payoffs: np.ndarray, best: Sequence[int], mixing: Sequence[int], check: Check) -> list[Mixture]:
    """The extreme mixtures over ``mixing`` against which every action in ``best`` is a best response.

    ``payoffs`` has a row per action of the player who responds, a column per action of the one who mixes.
    """
    width = len(mixing)
    part = payoffs[:, list(mixing)]
    first = part[best[0]]
    level = [[*(part[k] - first), 0] for k in best[1:]]
    no_better = [[*(first - part[k]), 0] for k in range(len(part)) if k not in best]
    positive = [[*(int(k == j) for j in range(width)), 0] for k in range(width)]
    found = vertices([*positive, *no_better], [*level, [*[1] * width, -1]], check=check)
    mixtures = []
    for point in found.points:
        full = [Fraction(0)] * payoffs.shape[1]
        for action, weight in zip(mixing, point, strict=True):
            full[action] = weight
        mixtures.append(tuple(full))
    return mixtures
