"""The equilibria on a support on which two players mix, or three between two actions each: by linear equations, or one square root.

Where a tie may leave a continuum these return None, and the general method decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from flint import fmpz_mat

from hedging_games.solvers.multilinear.results import Mixture, MixedStrategies, Supports
from hedging_games.solvers.multilinear.three import gains_of, totally_mixed


def directly(tensors: Sequence[np.ndarray], supports: Supports) -> list[MixedStrategies] | None:
    """All equilibria with exactly these supports, of a game with integer payoff ``tensors``; None where this does not tell."""
    mixing = [player for player, support in enumerate(supports) if len(support) > 1]
    sizes = [len(supports[player]) for player in mixing]
    mixtures: Sequence[Sequence[Mixture]] | None
    if not mixing:
        mixtures = [()]
    elif len(mixing) == 2:
        mixtures = _of_two([_block(tensors[player], player, supports) for player in mixing])
    elif sizes == [2, 2, 2]:
        mixtures = totally_mixed(gains_of(np.array([tensors[player][np.ix_(*supports)] for player in mixing])))
    else:
        return None
    if mixtures is None:
        return None
    found = []
    for of_mixing in mixtures:
        played: list[Mixture] = [(Fraction(1),)] * len(supports)
        for player, mixture in zip(mixing, of_mixing, strict=True):
            played[player] = mixture
        if all(_is_content(tensor, player, supports, played) for player, tensor in enumerate(tensors)):
            found.append(_profile(tensors[0].shape, supports, played))
    return found


def _block(tensor: np.ndarray, player: int, supports: Supports) -> np.ndarray:
    """A player's payoffs within the supports: an action a row, the other who mixes along the columns."""
    block = np.moveaxis(tensor[np.ix_(*supports)], player, 0)
    return block.reshape(len(block), -1)


def _of_two(blocks: Sequence[np.ndarray]) -> list[tuple[Mixture, Mixture]] | None:
    """The mixtures of two players, all positive, that make all rows of each other's block equal; None if there may be many."""
    mixtures = []
    many = False
    for block in blocks:
        kernel, nullity = fmpz_mat((block[:-1] - block[-1]).tolist()).nullspace()
        if nullity == 0:
            return []
        many |= nullity > 1
        weights = [int(kernel[k, 0]) for k in range(block.shape[1])]
        total = sum(weights)
        mixtures.append(tuple(Fraction(w, total) if total else Fraction(0) for w in weights))
        if nullity == 1 and not all(p > 0 for p in mixtures[-1]):
            return []
    return None if many else [(mixtures[1], mixtures[0])]


def _is_content(tensor: np.ndarray, player: int, supports: Supports, played: Sequence[Mixture]) -> bool:
    """Whether no action outside a player's support is worth more than one of the support."""
    outside = [action for action in range(tensor.shape[player]) if action not in supports[player]]
    if not outside:
        return True
    worth = np.moveaxis(tensor, player, 0)[np.ix_([supports[player][0], *outside], *_others(supports, player))]
    for mixture in reversed(_others(played, player)):
        worth = worth @ _weights(mixture) if len(mixture) > 1 else worth[..., 0]
    return all(w <= worth[0] for w in worth[1:])


def _others(of_players: Sequence[Any], player: int) -> list[Any]:
    return [one for other, one in enumerate(of_players) if other != player]


def _weights(mixture: Mixture) -> np.ndarray:
    """A mixture times a positive number: in whole numbers where it is rational."""
    weights = np.empty(len(mixture), dtype=object)
    rational = all(isinstance(p, Fraction) for p in mixture)
    whole = lcm(*(p.denominator for p in mixture)) if rational else 1
    weights[:] = [int(p * whole) for p in mixture] if rational else mixture
    return weights


def _profile(shape: Sequence[int], supports: Supports, played: Sequence[Mixture]) -> MixedStrategies:
    rows = []
    for size, support, mixture in zip(shape, supports, played, strict=True):
        row: list[Any] = [Fraction(0)] * size
        for action, p in zip(support, mixture, strict=True):
            row[action] = p
        rows.append(tuple(row))
    return tuple(rows)
