"""Which supports surely carry no equilibrium: shown in floats, many supports at a time, with more room than any rounding error.

At an equilibrium with supports S what a player loses by one action of the support against another is zero, also times
the probability of any of the player's own actions; what an action outside the support gains is at most zero. All these are
expectations over the profiles of S. So if weights exist, not negative for the gains, with which the weighted sum is
positive at every profile of S, there is no equilibrium (not even a correlated one with these indifferences). The same holds on any
product of simplices within the players' simplices, with its vertices in place of the profiles. The weights are those of the
point of a convex hull nearest to zero (Gilbert 1966); where they do not show it, a simplex is bisected. Supports on which Newton's
method reaches an equilibrium, or which are cut too small, are left to exact methods: these decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import prod
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.solvers.multilinear.results import Supports

MARGIN: Final = 1e-9
"""How positive a weighted sum must be, as a share of its weights: numbers are at most one in size, so that rounding errors stay
below a thousandth of it.
"""

STEPS: Final = 4
"""Steps towards the nearest point before a simplex is bisected."""

NEWTON_STEPS: Final = 8
"""Steps of Newton's method."""

CONVERGED: Final = 1e-9
"""What its last step does not exceed; also how far inside a support a zero must be, and how negative a gain, to count as an equilibrium."""

SINGULAR: Final = 1e-10
"""Determinants below this, of matrices whose columns have a largest entry of one, are taken for zero."""

TINY: Final = 1e-6
"""Pieces with shorter edges are left to exact methods."""

HARDLY_SMALLER: Final = 0.5
"""A piece is bisected unless a smaller share of its volume is left."""

NEAR: Final = 0.01
"""How far outside a piece, in its own coordinates, the zero of a linear approximation may be for Newton's method to be started."""

MOST_PIECES: Final = 32
"""Pieces of one support, for each of its profiles, beyond which it is left to exact methods."""

DEEPEST: Final = 12
"""Bisections of each player's simplex after which a support is left to exact methods."""

AT_ONCE: Final = 8
"""As many pieces cost hardly more than one: where there are fewer, they are bisected along several players' simplices."""

LARGEST: Final = 2_000_000
"""Numbers in one batch of pieces."""


def may_carry(tensors: Sequence[np.ndarray], supports: Sequence[Supports], check: Check) -> list[bool]:
    """For supports of the same sizes up to order: False only where there surely is no equilibrium.

    ``tensors`` are each player's payoffs in integers, so that what is gained is rounded only after the subtraction: payoffs may lie
    close together and far from zero.
    """
    open_ = np.zeros(len(supports), dtype=bool)
    for pieces in _batches(tensors, supports):
        open_[_open(pieces, check)] = True
    return open_.tolist()


@dataclass(frozen=True, slots=True)
class Pieces:
    """Products of simplices, one for each of the players who mix, in supports of the same ``sizes``.

    ``support`` : (B,) whose piece it is. ``equations`` : (B, e, vertices) what must be zero, those of the players in
    order. ``gains`` : (B, g, vertices) what must not be positive. ``corners`` : for each player (B, size, size), the vertices.
    """

    sizes: tuple[int, ...]
    support: np.ndarray
    equations: np.ndarray
    gains: np.ndarray
    corners: tuple[np.ndarray, ...]

    def at(self, chosen: np.ndarray) -> Pieces:
        """Some of the pieces."""
        return Pieces(
            self.sizes,
            self.support[chosen],
            self.equations[chosen],
            self.gains[chosen],
            tuple(c[chosen] for c in self.corners),
        )


def _open(pieces: Pieces, check: Check) -> np.ndarray:
    """The supports that are left to exact methods."""
    found: list[np.ndarray] = []
    axis = 0
    for _ in range(DEEPEST * len(pieces.sizes)):
        check()
        pieces, large, promising = narrowed(pieces)
        if promising.any():
            found.append(np.unique(pieces.support[promising][_near_an_equilibrium(pieces.at(promising))]))
        numbers, counts = np.unique(pieces.support, return_counts=True)
        found += [numbers[counts > MOST_PIECES * prod(pieces.sizes)], np.unique(pieces.support[_is_tiny(pieces)])]
        kept = ~np.isin(pieces.support, np.concatenate(found))
        pieces, large = pieces.at(kept), large[kept]
        kept = ~separated(pieces)
        pieces, large = pieces.at(kept), large[kept]
        if len(pieces.support) == 0:
            break
        cut = pieces.at(large)
        for _ in range(len(pieces.sizes)):
            cut = bisected(cut, axis % len(pieces.sizes))
            axis += 1
            if not 0 < len(cut.support) < AT_ONCE:
                break
        pieces = together([pieces.at(~large), cut])
    return np.unique(np.concatenate([*found, pieces.support]))


def _is_tiny(pieces: Pieces) -> np.ndarray:
    """Whether a piece is as good as a point."""
    tiny = np.ones(len(pieces.support), dtype=bool)
    for corners in pieces.corners:
        tiny &= np.abs(corners - corners[:, :1]).max(axis=(1, 2)) < TINY
    return tiny


# --- the numbers


def _batches(tensors: Sequence[np.ndarray], supports: Sequence[Supports]) -> list[Pieces]:
    """The supports themselves as pieces, as many in each batch as `LARGEST` allows."""
    sizes = [tuple(map(len, s)) for s in supports]
    batches, start = [], 0
    mixing = sorted((s for s in sizes[0] if s > 1), reverse=True)
    several = max(1, LARGEST // (prod(mixing) * sum(s * s for s in mixing) * 8))
    while start < len(supports):
        parts = []
        stop = min(start + several, len(supports))
        first = start
        while first < stop:
            last = first
            while last < stop and sizes[last] == sizes[first]:
                last += 1
            parts.append(_pieces(tensors, supports[first:last], first))
            first = last
        batches.append(together(parts))
        start = stop
    return batches


def _pieces(tensors: Sequence[np.ndarray], supports: Sequence[Supports], first: int) -> Pieces:
    """Supports of the same sizes in the same order of players; ``first`` is the number of the first of them."""
    count, players = len(supports), len(tensors)
    played = [np.array([s[i] for s in supports]) for i in range(players)]
    mixing = sorted((i for i in range(players) if played[i].shape[1] > 1), key=lambda i: -played[i].shape[1])
    equations: list[np.ndarray] = [np.empty(0)] * players
    gains = []
    sizes = tuple(played[i].shape[1] for i in mixing)

    for player, tensor in enumerate(tensors):
        index: list[np.ndarray] = []
        for other in range(players):
            if other != player:
                shape = [count, 1] + [1] * players
                shape[2 + other] = played[other].shape[1]
                index.append(played[other].reshape(shape))
        rows = np.moveaxis(tensor, player, 0)
        actions = played[player]
        outside = np.array([[a for a in range(len(rows)) if a not in s] for s in actions.tolist()], dtype=int)
        ordered = np.concatenate([actions, outside], axis=1).reshape(count, -1, *[1] * players)
        worth = rows[(ordered, *index)]
        last = actions.shape[1] - 1
        gap = worth - worth[:, [last]]
        # The players who do not mix have axes of length one, which go; the others' come in the order of their sizes.
        gap = gap.transpose(0, 1, *(2 + i for i in mixing), *(2 + i for i in range(players) if i not in mixing))
        gap = gap.reshape(gap.shape[: 2 + len(mixing)])
        largest = np.abs(gap).max(axis=tuple(range(2, gap.ndim)), keepdims=True)
        gap = (gap / np.where(largest == 0, 1, largest)).astype(float)
        gap = np.broadcast_to(gap, (*gap.shape[:2], *sizes))
        gap = gap.reshape(*gap.shape[:2], prod(sizes))
        equations[player] = gap[:, :last]
        gains.append(gap[:, last + 1 :])
    return whole(sizes, np.concatenate([equations[i] for i in mixing], axis=1), np.concatenate(gains, axis=1), first)


def whole(sizes: tuple[int, ...], equations: np.ndarray, gains: np.ndarray, first: int = 0) -> Pieces:
    """Supports themselves as pieces, numbered from ``first``."""
    count = len(equations)
    corners = tuple(np.broadcast_to(np.eye(s), (count, s, s)) for s in sizes)
    return Pieces(sizes, np.arange(first, first + count), equations, gains, corners)


# --- pieces without an equilibrium


def separated(pieces: Pieces) -> np.ndarray:
    """Whether a weighted sum of what must vanish, or not be positive, was found that is positive at all vertices."""
    owned, places = _own_actions(pieces.sizes)
    count = len(pieces.support)
    table = np.concatenate([pieces.equations[:, owned] * places, pieces.gains], axis=1)
    found = np.zeros(count, dtype=bool)
    rows = np.arange(count)
    nearest = table.mean(axis=2)
    for _ in range(STEPS):
        weights = nearest.copy()
        np.maximum(weights[:, len(owned) :], 0, out=weights[:, len(owned) :])
        sums = (weights[:, None] @ table)[:, 0]
        least = sums.argmin(axis=1)
        here = np.arange(len(rows))
        shown = sums[here, least] > MARGIN * np.abs(weights).sum(axis=1)
        if shown.any():
            found[rows[shown]] = True
            kept = ~shown
            rows, table, nearest, weights, least = (x[kept] for x in (rows, table, nearest, weights, least))
            here = here[: len(rows)]
            if not len(rows):
                break
        step = table[here, :, least] - nearest
        length = (step * step).sum(axis=1)
        share = -(weights * step).sum(axis=1) / np.where(length == 0, 1, length)
        nearest = nearest + np.clip(share, 0, 1)[:, None] * step
    return found


@cache
def _own_actions(sizes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """For each equation and action of the player whose it is: the number of the equation, and at which vertices the action is played."""
    owned, places = [], []
    number = 0
    for axis, size in enumerate(sizes):
        at = np.indices(sizes)[axis].ravel()
        for _ in range(size - 1):
            for action in range(size):
                owned.append(number)
                places.append(at == action)
            number += 1
    return np.array(owned), np.array(places, dtype=float)


def bisected(pieces: Pieces, axis: int) -> Pieces:
    """Both halves of every piece, cut across the longest edge of a player's simplex."""
    corners = pieces.corners[axis]
    ends, halves = _cuts(pieces.sizes[axis])
    edges = corners[:, ends[:, 0]] - corners[:, ends[:, 1]]
    longest = (edges * edges).sum(axis=2).argmax(axis=1)
    return together([_within(pieces, axis, halves[longest, side]) for side in (0, 1)])


def _within(pieces: Pieces, axis: int, vertices: np.ndarray) -> Pieces:
    """The pieces with other vertices of a player's simplex, each given as a mixture of the old, (B, size, size)."""
    size, after = pieces.sizes[axis], prod(pieces.sizes[axis + 1 :])

    def cut(table: np.ndarray) -> np.ndarray:
        split = table.reshape(len(table), table.size // max(1, len(table) * size * after), size, after)
        mixed: np.ndarray = (vertices[:, None] @ split).reshape(table.shape)
        return mixed

    corners = list(pieces.corners)
    corners[axis] = vertices @ corners[axis]
    return Pieces(pieces.sizes, pieces.support, cut(pieces.equations), cut(pieces.gains), tuple(corners))


def together(parts: Sequence[Pieces]) -> Pieces:
    """Pieces one after the other."""
    return Pieces(
        parts[0].sizes,
        np.concatenate([p.support for p in parts]),
        np.concatenate([p.equations for p in parts]),
        np.concatenate([p.gains for p in parts]),
        tuple(np.concatenate(c) for c in zip(*(p.corners for p in parts), strict=True)),
    )


@cache
def _cuts(size: int) -> tuple[np.ndarray, np.ndarray]:
    """The edges of a simplex, (edges, 2), and for each the two matrices that make a half's vertices of the vertices."""
    ends = list(combinations(range(size), 2))
    halves = np.empty((len(ends), 2, size, size))
    for k, (u, v) in enumerate(ends):
        for side, replaced in enumerate((u, v)):
            halves[k, side] = np.eye(size)
            halves[k, side, replaced] = 0
            halves[k, side, replaced, [u, v]] = 0.5
    return np.array(ends), halves


# --- pieces with one


def narrowed(pieces: Pieces) -> tuple[Pieces, np.ndarray, np.ndarray]:
    """The pieces without parts that hold no equilibrium, as linear approximations at their middles show; which are still large, and which seem to hold
    a zero that is an equilibrium, or nearly.

    With J the derivatives of the equations F, the rows of inv(J) F are nearly the coordinates less those of the zero. How much less or more they
    are than that at the vertices bounds the zero's coordinates. Where a gain is g at the zero, it is nearly g - g' inv(J) F everywhere.
    """
    sizes, count = pieces.sizes, len(pieces.support)
    middle, slopes_of, every_action = _at_the_middle(sizes)
    values = pieces.equations.mean(axis=2, keepdims=True)
    regular, slopes = _regular(pieces.equations @ slopes_of)
    inverse = np.linalg.inv(slopes)
    forms = every_action @ inverse
    zero = middle - (forms @ values)[:, :, 0]
    rises = pieces.gains @ slopes_of @ inverse
    gains = pieces.gains.mean(axis=2) - (rises @ values)[:, :, 0]
    sums = forms @ pieces.equations
    size_of_weights = 1 + np.abs(forms).sum(axis=2)
    # At the zero a coordinate is what it is less its form, which is an expectation over the vertices.
    least = (_coordinates(sizes) - sums).min(axis=2) - MARGIN * size_of_weights
    least = np.where(regular[:, None], least.clip(0, 1), 0)
    gone = _some_positive(forms, sums)
    gone |= _some_positive(rises, pieces.gains - rises @ pieces.equations)
    gone &= regular
    left = np.ones(count)
    start = 0
    for s in sizes:
        room = 1 - least[:, start : start + s].sum(axis=1)
        gone |= room < 0
        left *= np.maximum(room, 0)
        start += s
    promising = (zero > -NEAR).all(axis=1) & (gains < NEAR).all(axis=1) & regular
    kept = ~gone
    return _cut_down(pieces.at(kept), least[kept]), left[kept] > HARDLY_SMALLER, promising[kept]


def _cut_down(pieces: Pieces, least: np.ndarray) -> Pieces:
    """The parts of pieces at which each coordinate is at least so much: again products of simplices."""
    start = 0
    for axis, s in enumerate(pieces.sizes):
        low = least[:, start : start + s]
        start += s
        if low.any():
            room = 1 - low.sum(axis=1)
            pieces = _within(pieces, axis, low[:, None] + room[:, None, None] * np.eye(s))
    return pieces


@cache
def _at_the_middle(sizes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The probabilities at the middle; the matrix (vertices, e) that makes of a table its derivatives there; and that (actions, e) which adds to rows for
    all but each player's last action the row for that.
    """
    vertices = prod(sizes)
    mixed = [np.full((1, s), 1 / s) for s in sizes]
    slopes = _derivatives(np.eye(vertices)[None], mixed, sizes)[0]
    rows = np.eye(sum(sizes) - len(sizes))[None]
    return 1 / np.repeat(sizes, sizes), slopes, _all_actions(rows, sizes)[0]


@cache
def _coordinates(sizes: tuple[int, ...]) -> np.ndarray:
    """For each player's action the probability of it at the vertices."""
    return (
        np.concatenate([np.arange(s)[:, None] == np.indices(sizes)[axis].ravel() for axis, s in enumerate(sizes)]) * 1.0
    )


def _some_positive(weights: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Whether one of the sums with these weights, and a gain's weight of one, is surely positive at all vertices."""
    shown: np.ndarray = (sums.min(axis=2) > MARGIN * (1 + np.abs(weights).sum(axis=2))).any(axis=1)
    return shown


def newton(
    pieces: Pieces, mixed: Sequence[np.ndarray] | None = None, steps: int = NEWTON_STEPS
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Newton's method in each piece, from mixtures of its vertices (else the middle): whether it converged, and to which mixtures."""
    sizes, count = pieces.sizes, len(pieces.support)
    mixed = [np.full((count, s), 1 / s) for s in sizes] if mixed is None else list(mixed)
    step = np.ones((count, 1))
    for _ in range(steps):
        slopes, values = _derivatives(pieces.equations, mixed, sizes), _values(pieces.equations, mixed)
        _, slopes = _regular(slopes)
        # A start that does not converge is stopped before it overflows.
        step = np.clip(_all_actions(np.linalg.solve(slopes, values[:, :, None]), sizes)[:, :, 0], -10, 10)
        start = 0
        for axis, s in enumerate(sizes):
            mixed[axis] = mixed[axis] - step[:, start : start + s]
            start += s
        if np.abs(step).max(initial=0) < CONVERGED:
            break
    return np.abs(step).max(axis=1) < CONVERGED, mixed


def probabilities(pieces: Pieces, mixed: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Each player's probabilities at mixtures of the pieces' vertices."""
    return [(m[:, None] @ corners)[:, 0] for m, corners in zip(mixed, pieces.corners, strict=True)]


def _near_an_equilibrium(pieces: Pieces) -> np.ndarray:
    """Where Newton's method reaches an equilibrium of the piece's support, as far as floats tell."""
    near, mixed = newton(pieces)
    for own in probabilities(pieces, mixed):
        near &= own.min(axis=1) > CONVERGED
    return near & (_values(pieces.gains, mixed) < -CONVERGED).all(axis=1)


def _regular(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which matrices are not nearly singular, whatever the scales of rows and columns; and all, the others replaced by the identity."""
    scaled = matrices
    for axis in (2, 1):
        largest = np.abs(scaled).max(axis=axis, keepdims=True)
        scaled = scaled / np.where(largest == 0, 1, largest)
    regular = np.abs(np.linalg.det(scaled)) > SINGULAR
    return regular, np.where(regular[:, None, None], matrices, np.eye(matrices.shape[1]))


def _all_actions(rows: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Rows for all but the last action of each player, with a row for the last: what takes their sum to zero."""
    parts, start = [], 0
    for s in sizes:
        own = rows[:, start : start + s - 1]
        parts += [own, -own.sum(axis=1, keepdims=True)]
        start += s - 1
    return np.concatenate(parts, axis=1)


def _values(tables: np.ndarray, mixed: Sequence[np.ndarray]) -> np.ndarray:
    """The expectations of tables over the vertices, (B, tables)."""
    values: np.ndarray = (tables @ _weights(mixed)[:, :, None])[:, :, 0]
    return values


def _weights(mixed: Sequence[np.ndarray]) -> np.ndarray:
    """The probability of each profile, (B, profiles)."""
    total = np.ones((len(mixed[0]), 1))
    for mixture in mixed:
        total = (total[:, :, None] * mixture[:, None]).reshape(len(mixture), total.shape[1] * mixture.shape[1])
    return total


def _derivatives(tables: np.ndarray, mixed: Sequence[np.ndarray], sizes: Sequence[int]) -> np.ndarray:
    """The derivatives of expectations by each player's probabilities, the last action's making up for them, (B, tables, e)."""
    parts = []
    for axis, size in enumerate(sizes):
        weights = _weights([np.ones_like(m) if k == axis else m for k, m in enumerate(mixed)])
        before, after = prod(sizes[:axis]), prod(sizes[axis + 1 :])
        terms = (tables * weights[:, None]).reshape(len(tables), tables.shape[1], before, size, after)
        by_action = terms.sum(axis=(2, 4))
        parts.append(by_action[:, :, :-1] - by_action[:, :, -1:])
    return np.concatenate(parts, axis=2)
