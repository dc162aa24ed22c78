"""The double description method: a cone given by its extreme rays is cut by inequalities, in exact integers.

A pointed cone ``{z : Az >= 0}`` has two descriptions: its inequalities and its extreme rays. Starting from a simplicial
cone, whose rays are known, the inequalities are imposed one by one (Motzkin, Raiffa, Thompson and Thrall 1953, "The
double description method"). Rays on the wrong side of a new inequality go; where an edge crosses it, between a ray on
the right side and one on the wrong side, a new ray begins. Which pairs span an edge is read off the sets of tight
inequalities (Fukuda and Prodon 1996, "Double description method revisited", Proposition 7): two extreme rays are
adjacent exactly when no third one is tight wherever both are.

Two facts make it fast. The arrays carry, for each ray, the numbers wanted in the end and the slacks of the inequalities
*still to come*; both are linear in the ray, so a new ray is one combination of two rows. And a ray tight at only d − 1
inequalities, d the dimension, is adjacent to just those that share d − 2 of them: no third ray need be looked for.

Numbers are int64 as long as the next combination provably fits, and Python integers from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hedging_games.algebra.checking import Check, no_check
from hedging_games.errors import could_not_finish

Integers = NDArray[Any]
"""An array of int64, or of Python integers (object) once those no longer fit."""

MAX_RAYS = 250_000
"""Rays a description may reach on its way; at 16 numbers a ray that is about half a gigabyte."""

_INT64_END = 2**63
_PAIRS = 2**20  # pairs of rays compared at a time: 8 MB a word
_ROWS = 2**14  # new rays computed at a time
_FEW = 36  # rays times inequalities up to which lists are faster than arrays
_SORT_FROM = 2**17  # pairs from which finding edges by sorting beats comparing


@dataclass(frozen=True, slots=True)
class Rays:
    """Extreme rays of a cone: ``values`` (rays × numbers) and the inequalities tight at each, ``tight`` (words × rays).

    Inequality number b is tight at ray r when bit b mod 64 of ``tight[b // 64, r]`` is set.
    """

    values: Integers
    tight: NDArray[np.uint64]


def integers(rows: Sequence[Sequence[int]]) -> Integers:
    """Rows of Python integers as an array: int64 where they fit, else objects."""
    values = np.array(rows, dtype=object)
    largest = max((abs(x) for row in rows for x in row), default=0)
    return values.astype(np.int64) if largest < _INT64_END else values


def bit_words(sets: Sequence[Iterable[int]], size: int) -> NDArray[np.uint64]:
    """Subsets of ``range(size)`` as columns of 64-bit words."""
    masks = [sum(1 << element for element in elements) for elements in sets]
    words = range(max(1, -(-size // 64)))
    return np.array([[mask >> (64 * w) & (2**64 - 1) for mask in masks] for w in words], dtype=np.uint64)


def bit_count(words: NDArray[np.uint64]) -> NDArray[Any]:
    """How many bits are set, summed over the first axis (the words)."""
    counts: NDArray[Any] = np.bitwise_count(words)
    total: NDArray[Any] = counts[0] if len(words) == 1 else counts.sum(axis=0, dtype=np.int64)
    return total


# --- cutting a cone ---------------------------------------------------------------------------------------------------


def cut(
    rays: Rays, labels: Sequence[int], dimension: int, *, check: Check = no_check, max_rays: int = MAX_RAYS
) -> Rays:
    """Impose inequalities on a pointed cone in a space of ``dimension`` d, given by all its extreme rays.

    The last ``len(labels)`` columns of ``rays.values`` are the slacks of the inequalities to impose, ``labels`` their
    numbers in ``tight``. The columns before them, some linear functions of the ray that determine it, are carried along
    and returned, new rays divided by their common divisor.
    Among the inequalities left, the one with most pairs of rays on opposite sides is imposed first: measured on
    best-response polyhedra, cutting deep early keeps the intermediate cones smallest.

    Raises
    ------
    CouldNotFinish
        If an intermediate cone has more than ``max_rays`` extreme rays.
    """
    if len(rays.values) * len(labels) <= _FEW and len(rays.tight) == 1:
        return _cut_few(rays, labels, dimension, max_rays, check)
    values, tight = rays.values, rays.tight
    kept = values.shape[1] - len(labels)
    pending = list(labels)
    while pending:
        check()
        above, below = values[:, kept:] > 0, values[:, kept:] < 0
        k = int(np.argmax(above.sum(axis=0) * below.sum(axis=0)))
        up, down, on = np.flatnonzero(above[:, k]), np.flatnonzero(below[:, k]), np.flatnonzero(~(above | below)[:, k])
        label, slack, values = pending.pop(k), values[:, kept + k], np.delete(values, kept + k, axis=1)
        first, second = _edges(tight, up, down, dimension, check=check, max_edges=max_rays)
        if len(up) + len(on) + len(first) > max_rays:
            raise _too_many(max_rays)
        bit = np.zeros((len(tight), 1), dtype=np.uint64)
        bit[label // 64] = 1 << (label % 64)
        parts = [tight[:, up], tight[:, on] | bit, tight[:, first] & tight[:, second] | bit]
        values = np.concatenate([values[up], values[on], *_crossings(values, slack, first, second, check)])
        tight = np.concatenate(parts, axis=1)
    return Rays(values, tight)


def _cut_few(rays: Rays, labels: Sequence[int], dimension: int, max_rays: int, check: Check) -> Rays:
    """What `cut` does, ray by ray: few rays are looked at sooner than arrays are made of them."""
    values, tight = rays.values.tolist(), rays.tight[0].tolist()
    kept = len(values[0]) - len(labels)
    pending = list(labels)
    while pending:
        check()
        # The first with most pairs of rays on opposite sides.
        columns = [[v[c] for v in values] for c in range(kept, kept + len(pending))]
        crossed = [sum(x > 0 for x in column) * sum(x < 0 for x in column) for column in columns]
        k = crossed.index(max(crossed))
        label, slack = 1 << pending.pop(k), [v.pop(kept + k) for v in values]
        up, down, on = ([r for r, s in enumerate(slack) if (s > 0) - (s < 0) == side] for side in (1, -1, 0))
        degenerate = [t.bit_count() != dimension - 1 for t in tight]
        between = [t for t, is_odd in zip(tight, degenerate, strict=True) if is_odd]
        new, touched = [], []
        for i, j in product(up, down):
            shared = tight[i] & tight[j]
            # As in `_edges`.
            if shared.bit_count() < dimension - 2:
                continue
            if degenerate[i] and degenerate[j] and sum(shared & ~t == 0 for t in between) > 2:
                continue
            ray = [slack[i] * y - slack[j] * x for x, y in zip(values[i], values[j], strict=True)]
            divisor = gcd(*ray)
            new.append([x // divisor for x in ray])
            touched.append(shared | label)
        tight = [*(tight[r] for r in up), *(tight[r] | label for r in on), *touched]
        values = [*(values[r] for r in (*up, *on)), *new]
        if len(values) > max_rays:
            raise _too_many(max_rays)
    return Rays(integers(values), np.array([tight], dtype=np.uint64))


def _crossings(
    values: Integers, slack: Integers, first: NDArray[np.intp], second: NDArray[np.intp], check: Check
) -> Iterator[Integers]:
    """Where the edges between rays ``first`` (positive slack) and ``second`` (negative) meet the plane of slack zero.

    In blocks of edges. An entry of a new ray before division is a sum of two products slack · value of one sign each.
    """
    if len(first) and values.dtype != object and 2 * _largest(slack) * _largest(values) >= _INT64_END:
        values, slack = values.astype(object), slack.astype(object)
    for start in range(0, len(first), _ROWS):
        check()
        i, j = first[start : start + _ROWS], second[start : start + _ROWS]
        new = slack[i, None] * values[j] - slack[j, None] * values[i]
        new //= np.gcd.reduce(new, axis=1)[:, None]
        yield new


def _largest(values: Integers) -> int:
    return max(int(values.max()), -int(values.min())) if values.size else 0


def _too_many(max_rays: int) -> Exception:
    return could_not_finish(
        "size",
        f"a polyhedron has more than {max_rays:,} vertices",
        "take fewer actions, or ask for some equilibria: --method lemke-howson, --concept pure-nash",
    )


# --- which rays are adjacent ------------------------------------------------------------------------------------------


def _edges(
    tight: NDArray[np.uint64],
    up: NDArray[np.intp],
    down: NDArray[np.intp],
    dimension: int,
    *,
    check: Check,
    max_edges: int,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All adjacent pairs of one ray of ``up`` and one of ``down``.

    Call a ray simple when it is tight at d − 1 inequalities, which are then independent, and degenerate when at more.
    Any d − 2 of a simple ray's inequalities span a face of dimension two, an edge, with two extreme rays and no more.
    So a simple ray is adjacent to each that shares d − 2 with it, and of two degenerate ones that share as many only
    degenerate ones can come between.
    """
    degenerate = bit_count(tight) != dimension - 1
    found = [(up[:0], up[:0])]
    boxes = [(up, down)]
    if len(up) * len(down) > _SORT_FROM:
        odd_up, odd_down = degenerate[up], degenerate[down]
        boxes = [(up[odd_up], down), (up[~odd_up], down[odd_down])]
        up, down = up[~odd_up], down[~odd_down]
        found.append(_edges_by_sorting(tight, up, down, dimension))
    between = tight[:, degenerate]
    total = 0
    for first, second in _close_pairs(tight, boxes, dimension - 2, check):
        edge = ~(degenerate[first] & degenerate[second])
        doubtful = np.flatnonzero(~edge)
        if len(doubtful):
            shared = tight[:, first[doubtful]] & tight[:, second[doubtful]]
            edge[doubtful] = _no_third(shared, between, check)
        found.append((first[edge], second[edge]))
        total += int(edge.sum())
        if total > max_edges:
            raise _too_many(max_edges)
    return np.concatenate([first for first, _ in found]), np.concatenate([second for _, second in found])


def _close_pairs(
    tight: NDArray[np.uint64],
    boxes: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]],
    least: int,
    check: Check,
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Blocks of the pairs from each box that are tight together at ``least`` inequalities, as adjacent rays must be."""
    for up, down in boxes:
        step = max(1, _PAIRS // max(1, len(down)))
        for start in range(0, len(up) if len(down) else 0, step):
            check()
            block = up[start : start + step]
            close = bit_count(tight[:, block, None] & tight[:, None, down]) >= least
            i, j = np.divmod(np.flatnonzero(close), len(down))
            yield block[i], down[j]


def _no_third(shared: NDArray[np.uint64], tight: NDArray[np.uint64], check: Check) -> NDArray[np.bool_]:
    """For each column of ``shared``, whether just two columns of ``tight`` contain it."""
    step = max(1, _PAIRS // tight.shape[1])
    missing = ~tight
    two = np.empty(shared.shape[1], dtype=bool)
    for start in range(0, len(two), step):
        check()
        block = shared[:, start : start + step]
        outside = (block[0, :, None] & missing[0]) != 0
        for word, lacking in zip(block[1:], missing[1:], strict=True):
            outside |= (word[:, None] & lacking) != 0
        two[start : start + step] = np.count_nonzero(outside, axis=1) == tight.shape[1] - 2
    return two


def _edges_by_sorting(
    tight: NDArray[np.uint64], up: NDArray[np.intp], down: NDArray[np.intp], dimension: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The same for simple rays: an edge is a set of d − 2 tight inequalities, which belongs to two rays at most."""
    both = np.concatenate([up, down])
    rest = tight[:, both]
    edges = np.repeat(rest[:, None], dimension - 1, axis=1)
    for k in range(dimension - 1):
        found = np.zeros(len(both), dtype=bool)
        for w, word in enumerate(rest):
            lowest = np.where(found, np.uint64(0), word & (~word + np.uint64(1)))
            found |= lowest != 0
            edges[w, k] ^= lowest
            rest[w] ^= lowest
    keys = edges.reshape(len(tight), -1)
    order = np.lexsort(keys) if len(keys) > 1 else np.argsort(keys[0], kind="stable")
    keys = keys[:, order]
    twice = np.flatnonzero((keys[:, 1:] == keys[:, :-1]).all(axis=0))
    one, other = order[twice] % len(both), order[twice + 1] % len(both)
    first, second = np.minimum(one, other), np.maximum(one, other)
    across = (first < len(up)) & (second >= len(up))
    return both[first[across]], both[second[across]]
