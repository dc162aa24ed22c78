"""Systems of linear equations, solved exactly in any field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class WholeSolution:
    """The rational numbers ``numerators[k] / denominator``, the denominator being positive."""

    numerators: list[int]
    denominator: int


def whole_solution(matrix: np.ndarray, right: Sequence[int]) -> WholeSolution | None:
    """The x with ``matrix @ x = right``, shapes (n, n) and (n,), all whole numbers; None where the matrix is singular. By FLINT."""
    from flint import fmpz_mat

    size = len(right)
    try:
        found = fmpz_mat(size, size, matrix.ravel().tolist()).solve(fmpz_mat(size, 1, list(right)))
    except ZeroDivisionError:
        return None
    numerators, denominator = found.numer_denom()
    sign = -1 if denominator < 0 else 1
    return WholeSolution([sign * int(x) for x in numerators.entries()], sign * int(denominator))


def solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The x, shape (n,), with ``matrix @ x = right``: object arrays of fractions or of rational functions, shapes (n, n) and (n,).

    By Gaussian elimination. Raises ZeroDivisionError where the matrix is singular.
    """
    size = len(right)
    rows: list[list[Any]] = [[*matrix[k], right[k]] for k in range(size)]
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r][k] != 0), None)
        if pivot is None:
            raise ZeroDivisionError("the matrix is singular")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        head = rows[k][k]
        rows[k] = [entry / head if entry != 0 else entry for entry in rows[k]]
        for r in range(size):
            factor = rows[r][k]
            if r != k and factor != 0:
                rows[r] = [a - factor * b if b != 0 else a for a, b in zip(rows[r], rows[k], strict=True)]
    found = np.empty(size, dtype=object)
    found[:] = [row[-1] for row in rows]
    return found
