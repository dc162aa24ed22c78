"""The point of a polyhedron nearest to the origin, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

Row = Sequence[Fraction]


def project(
    rows: Sequence[Row], bounds: Sequence[Fraction], check: Callable[[], None] | None = None
) -> tuple[Fraction, ...]:
    """The shortest ``u`` with ``row . u >= bound`` for all rows: the dual active-set method of Goldfarb and Idnani (1983).

    In fractions the method is exact and ends after finitely many steps. Raises ValueError if there is no such point.
    """
    size = len(rows[0]) if rows else 0
    u = [Fraction(0)] * size
    active: list[int] = []
    weights: list[Fraction] = []
    while True:
        if check is not None:
            check()
        violated = min(range(len(rows)), key=lambda i: _slack(rows[i], bounds[i], u), default=None)
        if violated is None or _slack(rows[violated], bounds[violated], u) >= 0:
            return tuple(u)
        normal, weight = rows[violated], Fraction(0)
        while True:
            shares = _solve([rows[i] for i in active], normal)
            step = [
                n - sum((s * rows[i][k] for s, i in zip(shares, active, strict=True)), Fraction(0))
                for k, n in enumerate(normal)
            ]
            blocking = [(w / s, k) for k, (w, s) in enumerate(zip(weights, shares, strict=True)) if s > 0]
            longest = min(blocking) if blocking else None
            slope = _dot(step, normal)
            full = -_slack(normal, bounds[violated], u) / slope if slope else None
            if full is None and longest is None:
                raise ValueError("no point satisfies all inequalities")
            partial = full is None or (longest is not None and longest[0] < full)
            length = longest[0] if partial and longest is not None else full
            assert length is not None
            u = [x + length * s for x, s in zip(u, step, strict=True)]
            weights = [w - length * s for w, s in zip(weights, shares, strict=True)]
            weight += length
            if not partial:
                active.append(violated)
                weights.append(weight)
                break
            assert longest is not None
            del active[longest[1]], weights[longest[1]]


def _slack(row: Row, bound: Fraction, u: Row) -> Fraction:
    return _dot(row, u) - bound


def _dot(first: Row, second: Row) -> Fraction:
    return sum((a * b for a, b in zip(first, second, strict=True)), Fraction(0))


def _solve(normals: Sequence[Row], target: Row) -> list[Fraction]:
    """The coefficients of the projection of ``target`` on the span of independent normals, by their Gram matrix."""
    size = len(normals)
    table = [[_dot(a, b) for b in normals] + [_dot(a, target)] for a in normals]
    for k in range(size):
        pivot = next(i for i in range(k, size) if table[i][k] != 0)
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [entry / table[k][k] for entry in table[k]]
        for i in range(size):
            if i != k and table[i][k] != 0:
                factor = table[i][k]
                table[i] = [a - factor * b for a, b in zip(table[i], table[k], strict=True)]
    return [row[size] for row in table]
