"""The equilibria on a support on which two players mix, or three, at most one of them among three actions and the others between two: by
linear equations, or one square root.

Where a tie may leave a continuum there is no answer here, and the general method decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import fmpz_mat

from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.games.whole import own_first
from hedging_games.games.worths import common_scale, mixed, reduced
from hedging_games.solvers.multilinear import three_two_two
from hedging_games.solvers.multilinear.results import MixedStrategies, Mixture, Supports
from hedging_games.solvers.multilinear.three import Gains, totally_mixed

PURE: Mixture = (Fraction(1),)


def is_direct(sizes: Sequence[int]) -> bool:
    """Whether supports of these sizes are solved directly, but for ties."""
    mixing = sorted(size for size in sizes if size > 1)
    return len(mixing) <= 2 or mixing in ([2, 2, 2], [2, 2, 3])


class Direct:
    """The direct methods for a game with integer payoff ``tensors``, one a player."""

    def __init__(self, tensors: Sequence[np.ndarray]) -> None:
        self.shape = tensors[0].shape
        self.rows: list[list[list[int]]] = [
            own_first(tensor, player).reshape(tensor.shape[player], -1).tolist()
            for player, tensor in enumerate(tensors)
        ]

    def equilibria(self, supports: Supports) -> list[MixedStrategies] | None:
        """All equilibria with exactly these supports; None where this does not tell."""
        mixing = [player for player, support in enumerate(supports) if len(support) > 1]
        if len(mixing) == 1 or not is_direct([len(support) for support in supports]):
            return None  # One alone mixes only between what is worth the same.
        if not mixing:
            return self._pure(supports)
        blocks = [self._block(supports, p, supports[p]) for p in mixing]
        mixtures: Sequence[Sequence[Mixture]] | None
        if len(mixing) == 2:
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

    def _pure(self, supports: Supports) -> list[MixedStrategies]:
        for player, (action,) in enumerate(supports):
            (place,) = _places(self.shape, player, supports)
            rows = self.rows[player]
            worth = rows[action][place]
            if any(row[place] > worth for row in rows):
                return []
        return [self._profile(supports, [PURE] * len(supports))]

    def _block(self, supports: Supports, player: int, actions: Sequence[int]) -> list[list[int]]:
        """A player's payoffs by some actions and the profiles of the others' supports, in order."""
        places = _places(self.shape, player, supports)
        return [[row[k] for k in places] for row in (self.rows[player][action] for action in actions)]

    def _is_content(self, supports: Supports, played: Sequence[Mixture]) -> bool:
        """Whether no action outside the supports is worth more than those inside."""
        weights = [common_scale(mixture)[0] for mixture in played]
        irrational = (p for mixture in played for p in mixture if isinstance(p, AlgebraicNumber))
        first = next(irrational, None)
        field = None if first is None else first.field
        for player, support in enumerate(supports):
            outside = [action for action in range(self.shape[player]) if action not in support]
            if outside:
                inside, *others = self._block(supports, player, [support[0], *outside])
                gains = [x - y for row in others for x, y in zip(row, inside, strict=True)]
                if any(reduced(gain, field) > 0 for gain in mixed(gains, weights[:player] + weights[player + 1 :])):
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


@lru_cache(maxsize=10_000)
def _places(shape: tuple[int, ...], player: int, supports: Supports) -> list[int]:
    """Where the profiles of the others' supports stand, in order, among all profiles of the others."""
    places = [0]
    for other, support in enumerate(supports):
        if other != player:
            places = [k * shape[other] + action for k in places for action in support]
    return places


def _of_two(blocks: Sequence[Sequence[Sequence[int]]]) -> list[tuple[Mixture, Mixture]] | None:
    """The mixtures of two players, all positive, that make all rows of each other's block equal; None if there may be many."""
    mixtures: list[Mixture] = []
    many = False
    for *rows, last in blocks:
        if len(last) == 2 and len(rows) == 1 and rows[0] != last:
            # What the first action gains, at the other's first and second: the weights are as one to the other, with signs changed.
            one, other = (x - y for x, y in zip(rows[0], last, strict=True))
            if one * other >= 0:
                return []
            mixtures.append((Fraction(other, other - one), Fraction(-one, other - one)))
            continue
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
    one, two = (_gains((row, last)) for row in rows)
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
