"""Linear programs over distributions, large ones: HiGHS proposes a vertex and its multipliers, whole numbers prove both.

Minimise ``cost . z`` over the z >= 0 with sum 1 and ``rows @ z >= 0``. The vertex is told by what is positive and which rows are tight,
the multipliers by which rows have some and which reduced costs are zero; these tell of the vertex too. As many equations as unknowns, independent modulo a prime, are
solved exactly; then everything is looked at: z is feasible, and the multipliers y >= 0 give ``bound + y @ rows <= cost`` with a bound that is
the value of z, so that no distribution does better (weak duality).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.algebra.linear_systems import whole_solution

TOLERANCES: Final = (1e-9, 1e-7, 1e-11)
"""Below these, one after the other, what HiGHS finds is taken for zero."""

UNIT: Final = 2**80
"""A point in floats is written as whole numbers of this fraction of one."""

ZOOMS: Final = (1, 10**5, 10**10, 10**15)
"""How much is magnified, one after the other."""

PRIME: Final = 2**31 - 1

SECONDS: Final = 60.0
"""What HiGHS, which cannot be interrupted, may take."""


def proved_minimum(
    rows: np.ndarray, cost: np.ndarray, seconds: float = SECONDS
) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """A best distribution and its value; None where floats do not lead to a proof. Whole numbers of shapes (rows, n) and (n,)."""
    near = np.zeros(len(cost), dtype=object)
    for zoom in ZOOMS:
        guess = _guessed(rows, cost, near, zoom, seconds)
        if guess is None:
            return None
        found = _proved(rows, cost, guess)
        if found is not None:
            return found
        near = near + np.array([round(x * UNIT / zoom) for x in guess.moved.tolist()], dtype=object)
    return None


@dataclass(frozen=True, slots=True)
class _Guess:
    """What HiGHS finds: how far to go from where it was asked, and the slack of cells, rows, reduced costs, and multipliers."""

    moved: np.ndarray
    weights: np.ndarray
    slack: np.ndarray
    reduced: np.ndarray
    multipliers: np.ndarray


def _guessed(rows: np.ndarray, cost: np.ndarray, near: np.ndarray, zoom: int, seconds: float) -> _Guess | None:
    """HiGHS's answer around a point ``near`` (in `UNIT`), everything that is left to go being magnified by ``zoom``: iterative refinement,
    which tells small weights from none (Gleixner, Steffy and Wolter 2016). Rows and cost are scaled to size one.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    sizes = [max(map(abs, row), default=0) or 1 for row in rows.tolist()]
    scaled = np.array([row / size for row, size in zip(rows, sizes, strict=True)], dtype=float).reshape(rows.shape)
    largest = max(map(abs, cost.tolist()), default=0) or 1
    there = np.flatnonzero(near != 0)
    rest = (rows[:, there].astype(object) @ near[there]).tolist() if len(there) else [0] * len(rows)
    left = np.array([zoom * x / (size * UNIT) for x, size in zip(rest, sizes, strict=True)])
    low = np.array([-zoom * x / UNIT for x in near.tolist()])
    constraints: Any = csr_array(-scaled)
    bounds: Any = np.column_stack([low, np.full(len(cost), np.inf)])
    found: Any = linprog(
        (cost / largest).astype(float),
        A_ub=constraints,
        b_ub=left,
        A_eq=np.ones((1, len(cost))),
        b_eq=[zoom * (UNIT - sum(near.tolist())) / UNIT if len(there) else 1.0],
        bounds=bounds,
        method="highs-ds",
        options={
            "time_limit": min(seconds, SECONDS),
            "primal_feasibility_tolerance": 1e-10,
            "dual_feasibility_tolerance": 1e-10,
        },
    )
    if found.status != 0:
        return None
    return _Guess(found.x, found.x - low, found.slack, found.lower.marginals, -found.ineqlin.marginals)


def _proved(rows: np.ndarray, cost: np.ndarray, guess: _Guess) -> tuple[tuple[Fraction, ...], Fraction] | None:
    """What a guess tells, where it is proved."""
    for tolerance in TOLERANCES:
        # Where the vertex or the multipliers are degenerate, rounding blurs what is told by one of them, but not by the other.
        positive, tight = np.flatnonzero(guess.weights > tolerance), np.flatnonzero(guess.slack <= tolerance)
        unspent, carrying = np.flatnonzero(guess.reduced <= tolerance), np.flatnonzero(guess.multipliers > tolerance)
        points = (_point(rows, *told) for told in ((positive, tight), (unspent, carrying)))
        point = next((found for found in points if found is not None), None)
        if point is None:
            continue
        value = sum((p * int(c) for p, c in zip(point, cost, strict=True) if p), Fraction(0))
        if any(_is_bound(rows, cost, value, carrying, columns) for columns in (unspent, positive)):
            return point, value
    return None


def _point(rows: np.ndarray, positive: np.ndarray, tight: np.ndarray) -> tuple[Fraction, ...] | None:
    """The distribution over ``positive`` alone that leaves nothing of the ``tight`` rows, if it is the only one, and feasible."""
    ones = np.ones((1, len(positive)), dtype=rows.dtype)
    found = _only_solution(np.concatenate([ones, rows[np.ix_(tight, positive)]]), [1, *[0] * len(tight)])
    if found is None or min(found[0], default=0) < 0:
        return None
    weights, scale = found
    if min(rows[:, positive].astype(object) @ np.array(weights, dtype=object), default=0) < 0 or sum(weights) != scale:
        return None
    point = [Fraction(0)] * rows.shape[1]
    for j, weight in zip(positive.tolist(), weights, strict=True):
        point[j] = Fraction(weight, scale)
    return tuple(point)


def _is_bound(rows: np.ndarray, cost: np.ndarray, value: Fraction, carrying: np.ndarray, tight: np.ndarray) -> bool:
    """Whether the multipliers of the rows ``carrying`` that leave nothing of the reduced costs ``tight`` prove ``value`` to be a bound."""
    ones = np.ones((len(tight), 1), dtype=rows.dtype)
    found = _only_solution(np.concatenate([ones, rows[np.ix_(carrying, tight)].T], axis=1), cost[tight].tolist())
    if found is None:
        return False
    (bound, *multipliers), scale = found
    if min(multipliers, default=0) < 0 or Fraction(bound, scale) != value:
        return False
    spent = np.array(multipliers, dtype=object) @ rows[carrying].astype(object) if multipliers else 0
    return bool(np.all(bound + spent <= scale * cost.astype(object)))


def _only_solution(matrix: np.ndarray, right: Sequence[int]) -> tuple[list[int], int] | None:
    """Numerators and denominator of the solution of as many independent equations as there are unknowns; None if there are fewer."""
    unknowns = matrix.shape[1]
    chosen = _independent(matrix.T)
    if len(chosen) < unknowns:
        return None
    found = whole_solution(matrix[chosen].astype(object), [int(right[k]) for k in chosen])
    return None if found is None else (found.numerators, found.denominator)


def _independent(matrix: np.ndarray) -> list[int]:
    """The first columns that are independent modulo a prime, and hence independent."""
    from flint import nmod_mat

    rows, columns = matrix.shape
    reduced, rank = nmod_mat(rows, columns, [int(x) % PRIME for x in matrix.ravel().tolist()], PRIME).rref()
    entries = np.array([[int(x) for x in row] for row in reduced.tolist()[:rank]]).reshape(rank, columns)
    return [int(np.flatnonzero(row)[0]) for row in entries]
