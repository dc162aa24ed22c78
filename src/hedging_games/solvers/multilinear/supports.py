"""Which sets of actions may be played together: support profiles that survive conditional dominance, smallest first.

A profile of supports carries no equilibrium if, given that the others play exactly theirs, an action of a player's
support is conditionally dominated (Porter, Nudelman and Shoham 2008, Simple search methods for finding a Nash
equilibrium): some action is never worse and, against some profile of the others' supports, better. That is weak
dominance, and yet exact: every action of a support has positive probability. While supports are still open, strict
dominance against everything the open players might do is what rules out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.solvers.multilinear.results import Supports

_EXACT_IN_INT64 = 2**61


def as_machine_integers(tensors: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Integer tensors in int64 where differences fit exactly, else unchanged."""
    small = max(abs(x) for tensor in tensors for x in tensor.ravel().tolist()) < _EXACT_IN_INT64
    return [tensor.astype(np.int64) if small else tensor for tensor in tensors]


def possible_supports(tensors: Sequence[np.ndarray], check: Check) -> Iterator[Supports]:
    """Support profiles that may carry an equilibrium, by total size, then in lexicographic order of sizes and actions.

    ``tensors`` holds for each player an array of shape (m1, ..., mn) of integers.
    """
    # The player's own axis first: rows[i][a] is what action a is worth against each profile of the others.
    rows = [np.moveaxis(tensor, player, 0) for player, tensor in enumerate(tensors)]
    shape = tensors[0].shape
    sizes = sorted(product(*(range(1, m + 1) for m in shape)), key=lambda s: (sum(s), max(s) - min(s), s))
    for size in sizes:
        check()
        yield from _extended((), size, rows, shape, check)


def _extended(
    chosen: Supports, size: Sequence[int], rows: Sequence[np.ndarray], shape: Sequence[int], check: Check
) -> Iterator[Supports]:
    player = len(chosen)
    if player == len(shape):
        if not any(_weakly_dominated(i, chosen, rows) for i in range(len(shape))):
            yield chosen
        return
    for support in combinations(range(shape[player]), size[player]):
        check()
        extended = (*chosen, support)
        open_to = [*extended, *(tuple(range(m)) for m in shape[player + 1 :])]
        if not any(_strictly_dominated(i, extended[i], open_to, rows) for i in range(len(extended))):
            yield from _extended(extended, size, rows, shape, check)


def _against(player: int, supports: Sequence[tuple[int, ...]], rows: Sequence[np.ndarray]) -> np.ndarray:
    """The player's payoffs, one row an action (all of them), against each profile of the others' supports."""
    own = rows[player]
    others = [s for i, s in enumerate(supports) if i != player]
    block = own[np.ix_(range(own.shape[0]), *others)]
    return block.reshape(own.shape[0], -1)


def _strictly_dominated(
    player: int, support: tuple[int, ...], supports: Sequence[tuple[int, ...]], rows: Sequence[np.ndarray]
) -> bool:
    worth = _against(player, supports, rows)
    return any(bool((worth > worth[a]).all(axis=1).any()) for a in support)


def _weakly_dominated(player: int, supports: Supports, rows: Sequence[np.ndarray]) -> bool:
    worth = _against(player, supports, rows)
    return any(bool(((worth >= worth[a]).all(axis=1) & (worth > worth[a]).any(axis=1)).any()) for a in supports[player])
