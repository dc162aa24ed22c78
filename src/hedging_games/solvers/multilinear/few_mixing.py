"""The equilibria on a support on which two players mix, or three, at most one of them among three actions and the others between two: by
linear equations, or one square root.

Where a tie may leave a continuum there is no answer here, and the general method decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from flint import fmpz_mat

from hedging_games.solvers.multilinear.results import MixedStrategies, Mixture, Supports
from hedging_games.games.whole import own_first
from hedging_games.solvers.multilinear import three_two_two
from hedging_games.solvers.multilinear.three import Gains, totally_mixed

Nested = Any
"""A player's payoffs as lists within lists, the player's own action first, then the others' in order."""

PURE: Mixture = (Fraction(1),)


def is_direct(sizes: Sequence[int]) -> bool:
    """Whether supports of these sizes are solved directly, but for ties."""
    mixing = sorted(size for size in sizes if size > 1)
    return len(mixing) <= 2 or mixing in ([2, 2, 2], [2, 2, 3])


class Direct:
    """The direct methods for a game with integer payoff ``tensors``, one a player."""

    def __init__(self, tensors: Sequence[np.ndarray]) -> None:
        self.shape = tensors[0].shape
        self.rows: list[Nested] = [own_first(tensor, player).tolist() for player, tensor in enumerate(tensors)]

    def equilibria(self, supports: Supports) -> list[MixedStrategies] | None:
        """All equilibria with exactly these supports; None where this does not tell."""
        mixing = [player for player, support in enumerate(supports) if len(support) > 1]
        if len(mixing) == 1 or not is_direct([len(support) for support in supports]):
            return None  # One alone mixes only between what is worth the same.
        blocks = [[_within(self.rows[p][a], _others(supports, p)) for a in supports[p]] for p in mixing]
        mixtures: Sequence[Sequence[Mixture]] | None
        if not mixing:
            mixtures = [()]
        elif len(mixing) == 2:
            mixtures = _of_two(blocks)
        elif all(len(block) == 2 for block in blocks):
            one, two, three = (_gains(block) for block in blocks)
            mixtures = totally_mixed((one, two, three))
        else:
            mixtures = _one_among_three(blocks)
        if mixtures is None:
            return None
        profiles = []
        for of_mixing in mixtures:
            played = [PURE] * len(supports)
            for player, mixture in zip(mixing, of_mixing, strict=True):
                played[player] = mixture
            if self._is_content(supports, played):
                profiles.append(self._profile(supports, played))
        return profiles

    def _is_content(self, supports: Supports, played: Sequence[Mixture]) -> bool:
        """Whether no action outside the supports is worth more than those inside."""
        weighted = [list(zip(s, _weights(m), strict=True)) for s, m in zip(supports, played, strict=True)]
        for player, support in enumerate(supports):
            others = _others(weighted, player)
            worth = _expected(self.rows[player][support[0]], others)
            for action in range(self.shape[player]):
                if action not in support and _expected(self.rows[player][action], others) > worth:
                    return False
        return True

    def _profile(self, supports: Supports, played: Sequence[Mixture]) -> MixedStrategies:
        rows = []
        for size, support, mixture in zip(self.shape, supports, played, strict=True):
            row: list[Any] = [Fraction(0)] * size
            for action, p in zip(support, mixture, strict=True):
                row[action] = p
            rows.append(tuple(row))
        return tuple(rows)


def _others(of_players: Sequence[Any], player: int) -> list[Any]:
    return [one for other, one in enumerate(of_players) if other != player]


def _within(payoffs: Nested, supports: Sequence[Sequence[int]]) -> list[int]:
    """Payoffs of an action at the profiles of the others' supports, in order."""
    if not supports:
        return [payoffs]
    return [x for action in supports[0] for x in _within(payoffs[action], supports[1:])]


def _expected(payoffs: Nested, weighted: Sequence[Sequence[tuple[int, Any]]]) -> Any:
    """The sum of an action's payoffs, weighted by the others' probabilities."""
    if not weighted:
        return payoffs
    return sum(weight * _expected(payoffs[action], weighted[1:]) for action, weight in weighted[0])


def _weights(mixture: Mixture) -> Sequence[Any]:
    """A mixture times a positive number: in whole numbers where it is rational."""
    rational = [p for p in mixture if isinstance(p, Fraction)]
    if len(rational) < len(mixture):
        return mixture
    whole = lcm(*(p.denominator for p in rational))
    return [p.numerator * (whole // p.denominator) for p in rational]


def _of_two(blocks: Sequence[Sequence[Sequence[int]]]) -> list[tuple[Mixture, Mixture]] | None:
    """The mixtures of two players, all positive, that make all rows of each other's block equal; None if there may be many."""
    mixtures: list[Mixture] = []
    many = False
    for *rows, last in blocks:
        kernel, nullity = fmpz_mat([[x - y for x, y in zip(row, last, strict=True)] for row in rows]).nullspace()
        if nullity == 0:
            return []
        many |= nullity > 1
        weights = [int(kernel[k, 0]) for k in range(len(last))]
        if nullity == 1 and not (min(weights) > 0 or max(weights) < 0):
            return []
        total = sum(weights) or 1
        mixtures.append(tuple(Fraction(w, total) for w in weights))
    return None if many else [(mixtures[1], mixtures[0])]


def _one_among_three(blocks: Sequence[Sequence[Sequence[int]]]) -> list[tuple[Mixture, ...]] | None:
    """The mixtures of three players, one with three actions and two with two, in their order; None if there may be many."""
    place = next(k for k, block in enumerate(blocks) if len(block) == 3)
    *rows, last = blocks[place]
    one, two = (tuple(x - y for x, y in zip(row, last, strict=True)) for row in rows)
    pairs = []
    for k in (k for k in range(3) if k != place):
        gained = [x - y for x, y in zip(*blocks[k], strict=True)]
        is_before = place < 3 - place - k
        pairs.append(
            [(gained[2 * a], gained[2 * a + 1]) if is_before else (gained[a], gained[3 + a]) for a in range(3)]
        )
    found = three_two_two.totally_mixed((one, two), *pairs)
    return None if found is None else [(*others[:place], own, *others[place:]) for own, *others in found]


def _gains(block: Sequence[Sequence[int]]) -> Gains:
    """What the first of two actions gains over the second."""
    (a, b, c, d), (e, f, g, h) = block
    return a - e, b - f, c - g, d - h
