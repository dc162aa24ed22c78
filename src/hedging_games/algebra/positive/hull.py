"""Convex hulls of a few points in exact numbers: which points are extreme, and whether a point lies in a hull."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from hedging_games.algebra.inequalities.simplex import Infeasible, minimise

Point = tuple[Any, ...]


def in_hull(point: Point, points: Sequence[Point]) -> bool:
    """Whether a point is a mixture of others; points with irrational coordinates mix only in one dimension."""
    if point in points:
        return True
    if len(points) < 2:
        return False
    if len({p[:-1] for p in (*points, point)}) == 1:
        return bool(min(p[-1] for p in points) <= point[-1] <= max(p[-1] for p in points))
    if not all(isinstance(x, (int, Fraction)) for p in (*points, point) for x in p):
        return False
    scale = lcm(*(Fraction(x).denominator for p in (*points, point) for x in p))
    matrix = [[int(p[k] * scale) for p in points] for k in range(len(point))] + [[1] * len(points)]
    right = [int(x * scale) for x in point] + [1]
    return not isinstance(minimise(matrix, right), Infeasible)


def extreme_points(points: Sequence[Point]) -> tuple[Point, ...]:
    """Those that are no mixture of the others, in order, each once."""
    kept = sorted(set(points))
    for point in list(kept):
        others = [p for p in kept if p != point]
        if in_hull(point, others):
            kept = others
    return tuple(kept)
