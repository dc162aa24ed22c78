"""The supports of equilibria of three players with two actions each (`odds`), for arrays of games in float64.

Gains are scaled by powers of two to at most 1. Where they are integers of few enough bits, sums and products of up to three
of them are exact, so ties are seen as ties; the square root is compared with a bound on its error, as is everything where
gains are rounded. Points at which some answer hangs on a number within its bound are left to the exact decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hedging_games.analysis.sweep.odds import SUPPORTS, others, quadratic

ROUNDING: Final = 2.0**-48
"""Sixteen times the unit of rounding and more: a bound, with room, for a handful of rounded operations."""


@dataclass(frozen=True, slots=True)
class Exactness:
    """How far rounding may carry products of one, two and three gains (each at most 1); 0 where they are exact."""

    gain: float
    product: float
    triple: float


def exactness(bits: int, error: float) -> Exactness:
    """For gains that are integers of at most ``bits`` (53 or fewer) bits before scaling, or known up to ``error`` (not 0).

    Two products of two gains take twice the bits and one more, eight of three take three times the bits and three more;
    float64 holds 53.
    """
    if error:
        slack = error + ROUNDING
        return Exactness(error, 8 * slack, 64 * slack)
    return Exactness(
        0.0,
        0.0 if 2 * bits + 1 <= 53 else ROUNDING,
        0.0 if 3 * bits + 3 <= 53 else 8 * ROUNDING,
    )


class Decision:
    """Masks of supports that carry equilibria, and the points left in doubt, for three lists of four gains that broadcast
    against one another.
    """

    def __init__(self, gains: Sequence[Sequence[np.ndarray]], exact: Exactness) -> None:
        self.gains = gains
        self.exact = exact
        self.shape = np.broadcast_shapes(*(g.shape for player in gains for g in player))
        self.doubt = np.zeros(self.shape, bool)
        self.masks = np.zeros(self.shape, np.uint32)
        self.up = [[g > exact.gain for g in player] for player in gains]
        self.down = [[g < -exact.gain for g in player] for player in gains]
        self.level = [[g == 0 for g in player] for player in gains]
        if exact.gain:
            for player in gains:
                for g in player:
                    self.doubt |= np.abs(g) <= exact.gain

    def decided(self) -> tuple[np.ndarray, np.ndarray]:
        """The masks (bits as in `odds.SUPPORTS`), and where they are in doubt."""
        for number, support in enumerate(SUPPORTS):
            mixing = [player for player in range(3) if support[player] == 2]
            asked = (self._nobody, self._one, self._two, self._everybody)[len(mixing)]
            stands = asked(support, mixing)
            if stands is not None:
                self.masks |= stands.astype(np.uint32) << np.uint32(number)
        return self.masks, self.doubt

    def _weak(self, player: int, k: int, action: int) -> np.ndarray:
        """Whether an action is best where the gain is the k-th."""
        return ~(self.down if action == 0 else self.up)[player][k]

    def _nobody(self, support: Sequence[int], _mixing: Sequence[int]) -> np.ndarray:
        parts = []
        for player in range(3):
            first, second = (support[o] for o in others(player))
            parts.append(self._weak(player, 2 * first + second, support[player]))
        best: np.ndarray = parts[0] & parts[1] & parts[2]
        return best

    def _ends(self, player: int, other: int, action: int) -> tuple[int, int]:
        """Which gains of a player stand at the ends of the line on which ``other`` plays an action."""
        return (2 * action, 2 * action + 1) if others(player)[0] == other else (action, 2 + action)

    def _one(self, support: Sequence[int], mixing: Sequence[int]) -> np.ndarray | None:
        (player,) = mixing
        first, second = others(player)
        tied = self.level[player][2 * support[first] + support[second]]
        if not tied.any():
            return None
        stands: np.ndarray = tied
        values = []
        for p in (first, second):
            ends = self._ends(p, 3 - player - p, support[3 - player - p])
            above = (self.up if support[p] == 0 else self.down)[p]
            level = self.level[p]
            stands = stands & (above[ends[0]] | above[ends[1]] | (level[ends[0]] & level[ends[1]]))
            values.append([(1 if support[p] == 0 else -1) * self.gains[p][k] for k in ends])
        (u, v), (s, t) = values
        left, right = v * s, t * u
        for rising, falling, gap in ((u, s, left - right), (s, u, right - left)):
            crossing = (rising > 0) & (falling < 0)
            self._note(stands & crossing, gap, self.exact.product)
            stands = stands & ~(crossing & (gap > 0))
        return stands

    def _note(self, where: np.ndarray, value: np.ndarray, bound: float) -> None:
        """Leave to the exact decision what lies within a bound that is not zero."""
        if bound:
            self.doubt |= where & (np.abs(value) <= bound)

    def _two(self, support: Sequence[int], mixing: Sequence[int]) -> np.ndarray | None:
        first, second = mixing
        third = 3 - first - second
        action = support[third]
        i, j = self._ends(first, third, action)
        k, m = self._ends(second, third, action)
        up, down, level = self.up, self.down, self.level
        fixed = ((up[first][i] & down[first][j]) | (down[first][i] & up[first][j])) & (
            (up[second][k] & down[second][m]) | (down[second][k] & up[second][m])
        )
        (u, v), (s, t) = (self.gains[first][i], self.gains[first][j]), (self.gains[second][k], self.gains[second][m])
        sign = 1.0 if action == 0 else -1.0
        g = [sign * value for value in self.gains[third]]
        stands = None
        if fixed.any():
            # The third's gain at the odds -t/s of the first and -v/u of the second, times |u s|.
            worth = (g[0] * v - g[1] * u) * t - (g[2] * v - g[3] * u) * s
            self._note(fixed, worth, self.exact.triple)
            stands = fixed & np.where(up[first][i] ^ up[second][k], worth <= 0, worth >= 0)
        # Where a line vanishes the odds of the other player are free: the third's gain then is a line, or all of it.
        free_first, free_second = level[first][i] & level[first][j], level[second][k] & level[second][m]
        if free_first.any() or free_second.any():
            one = (up[first][i] & down[first][j]) | (down[first][i] & up[first][j])
            two = (up[second][k] & down[second][m]) | (down[second][k] & up[second][m])
            w, z = np.where(s < 0, -1.0, 1.0), np.where(u < 0, -1.0, 1.0)
            some = free_first & two & _somewhere(w * (g[2] * s - g[0] * t), w * (g[3] * s - g[1] * t))
            some = some | (free_second & one & _somewhere(z * (g[1] * u - g[0] * v), z * (g[3] * u - g[2] * v)))
            above = (g[0] > 0) | (g[1] > 0) | (g[2] > 0) | (g[3] > 0)
            flat = level[third][0] & level[third][1] & level[third][2] & level[third][3]
            some = some | (free_first & free_second & (above | flat))
            stands = some if stands is None else stands | some
        return stands

    def _everybody(self, _support: Sequence[int], _mixing: Sequence[int]) -> np.ndarray | None:
        mixed: np.ndarray | bool = True
        for up, down in zip(self.up, self.down, strict=True):
            mixed = mixed & (up[0] | up[1] | up[2] | up[3]) & (down[0] | down[1] | down[2] | down[3])
        for level in self.level:
            self.doubt |= level[0] & level[1] & level[2] & level[3]
        here = np.broadcast_to(np.asarray(mixed), self.shape) & ~self.doubt
        if not here.any():
            return None
        a, b, c = ([np.broadcast_to(g, self.shape)[here] for g in player] for player in self.gains)
        stands, doubt = totally_mixed(a, b, c, self.exact)
        found = np.zeros(self.shape, bool)
        found[here] = stands
        self.doubt[here] |= doubt
        return found


def totally_mixed(
    a: Sequence[np.ndarray], b: Sequence[np.ndarray], c: Sequence[np.ndarray], exact: Exactness
) -> tuple[np.ndarray, np.ndarray]:
    """Where everybody mixes in some equilibrium, and where that is in doubt. No player is always indifferent."""
    left_free, left_none, left_doubt = _left_free(a, b, c, exact)
    right_free, right_none, right_doubt = _left_free((a[0], a[2], a[1], a[3]), c, b, exact)
    q0, q1, q2 = quadratic(a, b, c)
    square, rest = q1 * q1, 4 * q2 * q0
    radicand = square - rest
    blur = ROUNDING * (square + np.abs(rest)) + 64 * exact.triple
    straight = np.abs(q2) <= exact.triple
    doubt = (straight & (q1 == 0) & (q0 == 0)) | (~straight & (np.abs(radicand) <= blur))
    if exact.triple:
        doubt |= straight
    real = ~straight & (radicand > 0)
    root = np.sqrt(np.where(real, radicand, 1.0))
    error = 4 * (blur / root + ROUNDING * (np.abs(q1) + root + np.abs(q2)) + 4 * exact.triple)
    turn = np.where(q2 < 0, -1.0, 1.0)
    stands = np.zeros(q0.shape, bool)
    for side in (-1.0, 1.0):
        fits, unsure = _inside(turn * (side * root - q1), 2 * np.abs(q2), error, b, c)
        stands |= real & fits
        doubt |= real & unsure
    linear = straight & (q1 != 0)
    if linear.any():
        turn = np.where(q1 < 0, -1.0, 1.0)
        fits, unsure = _inside(-turn * q0, np.abs(q1), ROUNDING * (np.abs(q0) + np.abs(q1)), b, c)
        stands |= linear & fits
        doubt |= linear & unsure
    none = left_none | right_none
    return (stands & ~none) | left_free | right_free, (doubt & ~none) | left_doubt | right_doubt


def _left_free(
    a: Sequence[np.ndarray], b: Sequence[np.ndarray], c: Sequence[np.ndarray], exact: Exactness
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the two lines of player 3's gain in x vanish together at some x > 0, which leaves y free there: whether an
    equilibrium mixes throughout, at this x or at another (where y is then the same throughout, if it is positive); where
    that is so; and where it is in doubt. All players' gains have both signs.
    """
    p, q, r, s = c
    common = np.abs(p * s - q * r) <= exact.product
    nothing = np.zeros(common.shape, bool)
    if exact.triple:
        return nothing, nothing, common
    common &= (_opposed(p, r) | ((p == 0) & (r == 0))) & (_opposed(q, s) | ((q == 0) & (s == 0)))
    if not common.any():
        return nothing, nothing, nothing
    at_x = np.where(p == 0, q, p), np.where(p == 0, s, r)
    at_y = np.where((p == 0) & (q == 0), r, p), np.where((p == 0) & (q == 0), s, q)
    return common & (_chain(*at_x, b, a) | (_opposed(*at_y) & _chain(*at_y, a, b))), common, nothing


def _chain(u: np.ndarray, v: np.ndarray, middle: Sequence[np.ndarray], last: Sequence[np.ndarray]) -> np.ndarray:
    """Whether the odds -v/u of one player leave positive odds that make another indifferent, and these the last one."""
    turn = np.where(u < 0, -1.0, 1.0)
    e, m = turn * (middle[2] * u - middle[0] * v), turn * (middle[3] * u - middle[1] * v)
    one, other = last[1] * e - last[0] * m, last[3] * e - last[2] * m
    found: np.ndarray = _opposed(e, m) & (_opposed(one, other) | ((one == 0) & (other == 0)))
    # If the middle one is indifferent whatever the last one's odds are, some mixture makes the last one so too.
    found |= (e == 0) & (m == 0)
    return found


def _opposed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    found: np.ndarray = ((one > 0) & (other < 0)) | ((one < 0) & (other > 0))
    return found


def _somewhere(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Whether u·w + v >= 0 for some w > 0."""
    found: np.ndarray = (u > 0) | (v > 0) | ((u == 0) & (v == 0))
    return found


def _inside(
    x: np.ndarray, whole: np.ndarray, error: np.ndarray, b: Sequence[np.ndarray], c: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Whether the odds x / whole are positive and leave y and z positive; and whether an error in x may decide that."""
    fits = x > error
    maybe = x >= -error
    for gains in (c, b):
        one, other = gains[0] * x + gains[2] * whole, gains[1] * x + gains[3] * whole
        sure = (np.abs(one) > error) & (np.abs(other) > error)
        opposite = (one > 0) ^ (other > 0)
        fits &= sure & opposite
        maybe &= ~sure | opposite
    return fits, maybe & ~fits
