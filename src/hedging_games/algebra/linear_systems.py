"""Systems of linear equations, solved exactly in any field."""

from __future__ import annotations

from typing import Any

import numpy as np


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
