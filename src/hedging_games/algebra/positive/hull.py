"""Convex hulls of a few points in exact numbers: which points are extreme, and whether a point lies in a hull."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

from hedging_games.algebra.inequalities.simplex import Infeasible, minimise

Point = tuple[Any, ...]


def in_hull(point: Point, points: Sequence[Point]) -> bool:
    """Whether a point is a mixture of others: by linear programming, or among points with irrational coordinates by
    Carathéodory's theorem (1907), trying as many of them as there are dimensions and one more.
    """
    if point in points:
        return True
    if len(points) < 2:
        return False
    if not all(isinstance(x, (int, Fraction)) for p in (*points, point) for x in p):
        return any(
            _is_mixture(point, some)
            for size in range(2, min(len(points), len(point) + 1) + 1)
            for some in combinations(points, size)
        )
    scale = lcm(*(Fraction(x).denominator for p in (*points, point) for x in p))
    matrix = [[int(p[k] * scale) for p in points] for k in range(len(point))] + [[1] * len(points)]
    right = [int(x * scale) for x in point] + [1]
    return not isinstance(minimise(matrix, right), Infeasible)


def _is_mixture(point: Point, points: Sequence[Point]) -> bool:
    """Whether a point is a mixture of affinely independent points, by elimination in exact numbers."""
    rows = [[*(p[k] for p in points), point[k]] for k in range(len(point))]
    rows.append([Fraction(1)] * (len(points) + 1))
    for column in range(len(points)):
        at = next((k for k in range(column, len(rows)) if rows[k][column] != 0), None)
        if at is None:
            return False
        rows[column], rows[at] = rows[at], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for k in range(len(rows)):
            if k != column and rows[k][column] != 0:
                rows[k] = [x - rows[k][column] * y for x, y in zip(rows[k], rows[column], strict=True)]
    weights = [row[-1] for row in rows[: len(points)]]
    return all(row[-1] == 0 for row in rows[len(points) :]) and all(w >= 0 for w in weights)


def extreme_points(points: Sequence[Point]) -> tuple[Point, ...]:
    """Those that are no mixture of the others, in order, each once."""
    kept = sorted(set(points))
    for point in list(kept):
        others = [p for p in kept if p != point]
        if in_hull(point, others):
            kept = others
    return tuple(kept)
