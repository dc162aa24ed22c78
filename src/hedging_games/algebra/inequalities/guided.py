"""Linear programs solved exactly, with floats as the guide: HiGHS finds a best vertex, rationals prove it.

A vertex is determined by which variables are positive, and the dual vertex by which reduced costs are zero. Both sets
are read off the float solution, both systems are solved in rationals, and weak duality is the proof: a feasible x
and a feasible y with equal values are optimal (Gale, Kuhn and Tucker 1951). Where floats mislead, the exact simplex
method of `simplex` decides from scratch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.algebra.inequalities.simplex import Optimal, Outcome, minimise
from hedging_games.algebra.number_field import as_fraction
from hedging_games.algebra.numbers import common_denominator

SMALL = 1_500
"""Entries of a program up to which the exact simplex method is as fast as asking HiGHS."""

LARGEST_FLOAT = 2**50
"""Beyond this, entries lose digits as floats, and the guide is not asked."""

SECONDS = 1.0
"""What HiGHS, which cannot be interrupted, may take."""

_TOLERANCE = 1e-9


def guided_minimum(
    matrix: Sequence[Sequence[int]],
    right: Sequence[int],
    cost: Sequence[int],
    check: Callable[[], None] | None = None,
) -> Outcome:
    """Minimise ``cost . x`` subject to ``matrix x = right`` and ``x >= 0``, all integers; exact, as `simplex.minimise`."""
    rows = np.array(matrix, dtype=object)
    largest = max(abs(int(entry)) for entry in (*rows.ravel(), *right, *cost, 0))
    if rows.size > SMALL and largest <= LARGEST_FLOAT:
        found = _proved(rows, list(right), list(cost))
        if found is not None:
            return found
    return minimise(matrix, right, cost, check)


def _proved(matrix: np.ndarray, right: list[int], cost: list[int]) -> Optimal | None:
    """The optimum that HiGHS suggests, proved; None if what it suggests cannot be proved."""
    from scipy.optimize import linprog

    floats = matrix.astype(float)
    row_scale = np.maximum(np.abs(floats).max(axis=1), 1.0)
    guess: Any = linprog(
        np.array(cost, dtype=float) / max(1.0, *map(abs, cost)),
        A_eq=floats / row_scale[:, None],
        b_eq=np.array(right, dtype=float) / row_scale,
        method="highs-ds",
        options={"time_limit": SECONDS},
    )
    if guess.status != 0:
        return None
    positive = np.flatnonzero(guess.x > _TOLERANCE)
    tight = np.flatnonzero(np.abs(guess.lower.marginals) <= _TOLERANCE)
    solution = _solved(matrix[:, positive], right)
    multipliers = _solved(matrix[:, tight].T, [cost[j] for j in tight])
    if solution is None or multipliers is None:
        return None
    x = [Fraction(0)] * len(cost)
    for j, weight in zip(positive, solution, strict=True):
        x[j] = weight
    value = sum((cost[j] * x[j] for j in positive), Fraction(0))
    # The multipliers in whole numbers: a product of integers is much cheaper than one of fractions.
    scale = common_denominator(multipliers)
    whole = np.array([int(y * scale) for y in multipliers], dtype=object)
    is_dual_feasible = bool(np.all(whole @ matrix <= scale * np.array(cost, dtype=object)))
    is_equal = sum((y * b for y, b in zip(multipliers, right, strict=True)), Fraction(0)) == value
    if min(solution, default=0) < 0 or not is_dual_feasible or not is_equal:
        return None
    return Optimal(tuple(x), tuple(multipliers), value)


def _solved(matrix: np.ndarray, right: Sequence[int]) -> list[Fraction] | None:
    """The only solution of a linear system, None if there is none or more than one."""
    from flint import fmpq, fmpz_mat

    count = matrix.shape[1]
    augmented: Any = [[*map(int, row), int(b)] for row, b in zip(matrix.tolist(), right, strict=True)]
    if not augmented:
        return [] if count == 0 else None
    reduced, denominator, rank = fmpz_mat(augmented).rref()
    if rank != count or any(reduced[k, k] != denominator for k in range(count)):
        return None
    return [as_fraction(fmpq(reduced[k, count], denominator)) for k in range(count)]
