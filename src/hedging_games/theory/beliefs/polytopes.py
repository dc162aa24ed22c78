"""Polytopes of beliefs over origins that may be weighed freely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from hedging_games.algebra.polyhedron import vertices
from hedging_games.games.form import Form
from hedging_games.theory.assessments import Belief
from hedging_games.theory.beliefs.demands import Rows
from hedging_games.theory.beliefs.records import Piece
from hedging_games.theory.trembles import Origin


def product_piece(form: Form, chosen: Mapping[int, Sequence[Origin]], rows: Mapping[int, Rows]) -> tuple[Piece, ...]:
    """The polytopes over the origins chosen, each set by itself; no piece if one is empty."""
    extreme = {s: extreme_beliefs(form, s, possible, rows[s]) for s, possible in chosen.items()}
    if not all(extreme.values()):
        return ()
    inside = {s: tuple(sum(c) / Fraction(len(hull)) for c in zip(*hull, strict=True)) for s, hull in extreme.items()}
    return (Piece(extreme, inside),)


def spread(form: Form, s: int, possible: Sequence[Origin], shares: Sequence[Any]) -> Belief:
    """The belief that gives each origin its share, divided by Bayes' rule among its histories."""
    belief: list[Any] = [Fraction(0)] * len(form.histories_of[s])
    for origin, share in zip(possible, shares, strict=True):
        total = sum(origin.weights)
        for k, weight in zip(origin.histories, origin.weights, strict=True):
            belief[k] = share * weight / total if share != 0 else Fraction(0)
    return tuple(belief)


def dot(row: Sequence[Any], belief: Sequence[Any]) -> Any:
    """What a demand comes to under a belief."""
    return sum((a * x for a, x in zip(row, belief, strict=True)), Fraction(0))


def extreme_beliefs(form: Form, s: int, possible: Sequence[Origin], rows: Rows) -> tuple[Belief, ...]:
    """The extreme beliefs over some origins under which rationality's demands are met."""
    count = len(possible)
    corners = [spread(form, s, [o], [Fraction(1)]) for o in possible]
    demands = [[dot(row, belief) for belief in corners] for row in rows]
    demands = [row for row in demands if any(x < 0 for x in row)]
    unit = [[Fraction(int(j == k)) for j in range(count)] for k in range(count)]
    if all(isinstance(x, (int, Fraction)) for row in demands for x in row):
        found = vertices([[*row, 0] for row in (*unit, *demands)], [[*[1] * count, -1]])
        shares: Sequence[tuple[Any, ...]] = found.points
    else:
        shares = _extreme_shares([*unit, *demands], count)
    return tuple(spread(form, s, possible, share) for share in shares)


def _extreme_shares(demands: Sequence[Sequence[Any]], count: int) -> list[tuple[Any, ...]]:
    """The vertices of a small polytope of distributions whose demands are not rational: by all choices of tight ones."""
    found: dict[tuple[Any, ...], None] = {}
    for tight in combinations(demands, count - 1):
        share = _solution([[*row, Fraction(0)] for row in tight] + [[Fraction(1)] * (count + 1)])
        if share is not None and all(dot(row, share) >= 0 for row in demands):
            found[share] = None
    return list(found)


def _solution(rows: list[list[Any]]) -> tuple[Any, ...] | None:
    """The solution of as many linear equations as unknowns over any field; None if it is not unique."""
    size = len(rows)
    left = [list(row) for row in rows]
    for k in range(size):
        at = next((i for i in range(k, size) if left[i][k] != 0), None)
        if at is None:
            return None
        left[k], left[at] = left[at], left[k]
        left[k] = [x / left[k][k] for x in left[k]]
        for i in range(size):
            if i != k and left[i][k] != 0:
                left[i] = [x - left[i][k] * y for x, y in zip(left[i], left[k], strict=True)]
    return tuple(row[-1] for row in left)
