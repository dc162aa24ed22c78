"""The value of a zero-sum matrix game over any ordered field: fractions and real algebraic numbers alike."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.checking import Check, no_check


def matrix_value(matrix: Sequence[Sequence[Any]], check: Check = no_check) -> Any:
    """What the player who mixes the columns must concede to the one who mixes the rows (von Neumann 1928).

    ``matrix`` holds exact numbers, not necessarily rational ones, that can be added, multiplied, divided and compared.
    With all entries made positive the largest total weight x with ``matrix x <= 1`` is one over the value (Dantzig
    1951), found by the simplex method; Bland's rule (1977) makes it end. ``check`` is called before each pivot.
    """
    shift = 1 - min(entry for row in matrix for entry in row)
    rows, columns = len(matrix), len(matrix[0])
    table: list[list[Any]] = [
        [*(entry + shift for entry in row), *(Fraction(int(k == j)) for k in range(rows)), Fraction(1)]
        for j, row in enumerate(matrix)
    ]
    objective: list[Any] = [*[Fraction(-1)] * columns, *[Fraction(0)] * (rows + 1)]
    basis = list(range(columns, columns + rows))
    while True:
        check()
        entering = next((j for j in range(columns + rows) if objective[j] < 0), None)
        if entering is None:
            return 1 / objective[-1] - shift
        pivot = _leaving(table, basis, entering)
        basis[pivot] = entering
        table[pivot] = [entry / table[pivot][entering] for entry in table[pivot]]
        for k, row in enumerate(table):
            if k != pivot and row[entering] != 0:
                table[k] = [a - row[entering] * b for a, b in zip(row, table[pivot], strict=True)]
        objective = [a - objective[entering] * b for a, b in zip(objective, table[pivot], strict=True)]


def _leaving(table: Sequence[Sequence[Any]], basis: Sequence[int], entering: int) -> int:
    """The row of the least ratio (the entries are positive, so there is one); among ties that of the first variable."""
    candidates = [k for k, row in enumerate(table) if row[entering] > 0]
    best = candidates[0]
    for k in candidates[1:]:
        ratio, least = table[k][-1] / table[k][entering], table[best][-1] / table[best][entering]
        if ratio < least or (ratio == least and basis[k] < basis[best]):
            best = k
    return best
