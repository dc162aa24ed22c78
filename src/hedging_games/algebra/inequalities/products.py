"""Certificates for polynomial systems: products of facts, combined linearly so that they cancel.

Where ``p >= 0`` and ``q >= 0`` also ``p q >= 0``. Treat every monomial as a variable of its own, add products of facts up to
a degree, and look for a combination with non-negative multipliers that is identically zero though one of its parts is
positive (Handelman 1988; Sherali and Adams 1990 call the dual view reformulation-linearisation). Where there are many, HiGHS
proposes which products take part, in floats; whether they do is solved exactly, so that what is returned is a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import gcd
from typing import Any

import numpy as np

from hedging_games.algebra.cells.intervals import Box
from hedging_games.algebra.inequalities.columns import Column, columns_of, every_monomial
from hedging_games.algebra.inequalities.proof import Combination
from hedging_games.algebra.inequalities.simplex import Infeasible, minimise
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import Exponents, Point

NEGLIGIBLE = 1e-9
"""Share of the largest multiplier below which a proposed multiplier is taken for zero at first."""

FEW = 40
"""Columns up to which the exact linear program is solved at once: it takes no longer then, and HiGHS need not be loaded (0.4 s)."""


def prove_by_products(
    facts: Mapping[int, Fact],
    box: Box,
    order: int,
    *,
    hint: Point | None = None,
    check: Callable[[], None] | None = None,
) -> Combination | None:
    """A certificate of emptiness from products of up to ``order`` facts, or None where none was found.

    ``facts`` are those to be used, by their position in the proof's setting. ``hint`` is a point where the facts come
    closest to holding: there the squares of a certificate must nearly vanish. None does not mean that the system has a
    solution, nor that no certificate of this order exists.
    """
    columns = columns_of(facts, box, order, hint)
    if check is not None:
        check()
    if len(columns) <= FEW:
        return _solve(columns, check)
    proposed = _propose(columns)
    if proposed is None:
        return None
    for threshold in (NEGLIGIBLE, 0.0):
        if check is not None:
            check()
        chosen = [c for c, weight in zip(columns, proposed, strict=True) if weight > threshold * max(proposed)]
        found = _solve(chosen, check)
        if found is not None:
            return found
    return None


def _propose(columns: Sequence[Column]) -> list[float] | None:
    """Multipliers in floats, one per column, or None where HiGHS finds none."""
    from scipy import optimize
    from scipy.sparse import csr_array

    linprog: Any = optimize.linprog  # its stubs do not know sparse matrices
    rows: dict[Exponents, int] = {}
    data, row_of, column_of = [], [], []
    for j, column in enumerate(columns):
        largest = max(map(abs, column.terms.values()), default=1)
        for exponents, coefficient in column.terms.items():
            row_of.append(rows.setdefault(exponents, len(rows)))
            column_of.append(j)
            data.append(coefficient / largest)
    normal = len(rows)
    for j, column in enumerate(columns):
        if column.strict:
            row_of.append(normal)
            column_of.append(j)
            data.append(1.0)
    matrix = csr_array((data, (row_of, column_of)), shape=(normal + 1, len(columns)))
    right = np.zeros(normal + 1)
    right[normal] = 1.0
    answer = linprog(np.ones(len(columns)), A_eq=matrix, b_eq=right, method="highs")
    return [float(x) for x in answer.x] if answer.status == 0 else None


def _solve(columns: Sequence[Column], check: Callable[[], None] | None) -> Combination | None:
    """Exact multipliers on the columns chosen, or None where there are none."""
    monomials = every_monomial(columns)
    matrix: list[list[int]] = [[column.terms.get(e, 0) for column in columns] for e in monomials]
    matrix = [[entry // (gcd(*row) or 1) for entry in row] for row in matrix]
    matrix.append([int(column.strict) for column in columns])
    outcome = minimise(matrix, [0] * len(monomials) + [1], check=check)
    if isinstance(outcome, Infeasible):
        return None
    products = [
        replace(column.product, multiplier={e: c * x for e, c in column.product.multiplier.items()})
        for column, x in zip(columns, outcome.solution, strict=True)
        if x != 0
    ]
    return Combination(tuple(products))
