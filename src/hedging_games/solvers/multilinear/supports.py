"""Which sets of actions may be played together: support profiles that survive conditional dominance, smallest first.

A profile of supports carries no equilibrium if, given that the others play exactly theirs, an action of a player's
support is conditionally dominated (Porter, Nudelman and Shoham 2008, Simple search methods for finding a Nash
equilibrium): some action is never worse and, against some profile of the others' supports, better. That is weak
dominance, and yet exact: every action of a support has positive probability. While supports are still open, strict
dominance against everything the open players might do is what rules out.

Sets of the others' pure profiles are the bits of integers, so that "never worse against any of these" is one `&`. Of a game with few
profiles of supports all are looked at together: counts of the profiles at which one action is worth more than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import combinations, compress, product
from math import prod
from typing import Any, Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.games.whole import own_first
from hedging_games.solvers.multilinear.results import Supports

_EXACT_IN_INT64 = 2**61

FEW: Final = 100_000
"""Profiles of supports, times profiles of actions, up to which all are looked at together."""


def as_machine_integers(tensors: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Integer tensors in int64 where differences fit exactly, else unchanged."""
    if all(tensor.dtype == np.int64 for tensor in tensors):
        return list(tensors)
    small = max(abs(x) for tensor in tensors for x in tensor.ravel().tolist()) < _EXACT_IN_INT64
    return [tensor.astype(np.int64) if small else tensor for tensor in tensors]


def possible_supports(tensors: Sequence[np.ndarray], check: Check) -> Iterator[Supports]:
    """Support profiles that may carry an equilibrium, by total size, then in lexicographic order of sizes and actions.

    ``tensors`` holds for each player an array of shape (m1, ..., mn) of integers.
    """
    shape = tensors[0].shape
    if prod(2**m - 1 for m in shape) * prod(shape) <= FEW:
        check()
        profiles, tables = _all_profiles(shape)
        possible = np.ones(len(profiles), dtype=bool)
        for player, (tensor, (own, others)) in enumerate(zip(tensors, tables, strict=True)):
            possible &= ~(_dominated(tensor, player, others) & own).any(axis=1)
        yield from compress(profiles, possible.tolist())
        return
    dominance = [Dominance(tensor, player) for player, tensor in enumerate(tensors)]
    for size in _sizes(shape):
        check()
        yield from _extended((), size, dominance, shape, check)


def _sizes(shape: Sequence[int]) -> list[tuple[int, ...]]:
    """The sizes of supports, in the order in which they are gone through."""
    return sorted(product(*(range(1, m + 1) for m in shape)), key=lambda s: (sum(s), max(s) - min(s), s))


def _dominated(tensor: np.ndarray, player: int, others: np.ndarray) -> np.ndarray:
    """(profiles of supports, actions): whether another action is never worth less and sometimes more, given what the others play."""
    worth = _by_own_action(tensor, player)
    better = np.asarray(worth[:, None] > worth, dtype=np.float32).reshape(len(worth) ** 2, -1)
    counts = (others @ better.T).reshape(-1, len(worth), len(worth))
    found: np.ndarray = ((counts.transpose(0, 2, 1) == 0) & (counts > 0)).any(axis=1)
    return found


def _by_own_action(tensor: np.ndarray, player: int) -> np.ndarray:
    """A player's payoffs by the player's own action and the others' profiles in order."""
    return own_first(tensor, player).reshape(tensor.shape[player], -1)


@lru_cache(maxsize=16)
def _all_profiles(shape: tuple[int, ...]) -> tuple[list[Supports], list[tuple[np.ndarray, np.ndarray]]]:
    """All profiles of supports in order; and for each player which actions are in the own support, (profiles, actions), and which of
    the others' profiles of actions are within theirs, (profiles, profiles of actions), 1.0 or 0.0.
    """
    profiles = [
        supports
        for sizes in _sizes(shape)
        for supports in product(*(combinations(range(m), size) for m, size in zip(shape, sizes, strict=True)))
    ]
    within = [
        np.array([[action in supports[player] for action in range(m)] for supports in profiles])
        for player, m in enumerate(shape)
    ]
    tables = []
    for player, own in enumerate(within):
        others = np.ones((len(profiles), 1), dtype=np.float32)
        for other, of_one in enumerate(within):
            if other != player:
                others = (others[:, :, None] * of_one[:, None]).reshape(len(profiles), -1)
        tables.append((own, others.astype(np.float32)))
    return profiles, tables


def _extended(
    chosen: Supports, size: Sequence[int], dominance: Sequence[Dominance], shape: Sequence[int], check: Check
) -> Iterator[Supports]:
    player = len(chosen)
    if player == len(shape):
        if not any(of_one.is_weak(chosen) for of_one in dominance):
            yield chosen
        return
    open_to = [tuple(range(m)) for m in shape[player + 1 :]]
    for support in combinations(range(shape[player]), size[player]):
        check()
        extended = (*chosen, support)
        if not any(of_one.strictly_dominated((*extended, *open_to)) for of_one in dominance[: player + 1]):
            yield from _extended(extended, size, dominance, shape, check)


class Dominance:
    """Which of a player's actions dominate which, against any set of the others' profiles.

    A bit stands for a pure profile of the others; ``better[a][b]`` has the bits at which action a is worth more than b.
    """

    def __init__(self, tensor: np.ndarray, player: int) -> None:
        rows = _by_own_action(tensor, player)
        self.player = player
        self.actions = range(len(rows))
        self.better = _bits((rows[:, None] > rows).astype(bool))
        self.everywhere = (1 << rows.shape[1]) - 1
        self.others = [other for other in range(tensor.ndim) if other != player]
        self.played: list[list[int]] = _played(tuple(m for k, m in enumerate(tensor.shape) if k != player))

    def _profiles(self, supports: Sequence[Sequence[int]]) -> int:
        """The others' profiles within their supports."""
        profiles: int = self.everywhere
        for of_one, other in zip(self.played, self.others, strict=True):
            played = 0
            for action in supports[other]:
                played |= of_one[action]
            profiles &= played
        return profiles

    def strictly_dominated(self, supports: Sequence[Sequence[int]]) -> set[int]:
        """The actions of the player's support that another action is worth more than at all of the others' profiles."""
        profiles = self._profiles(supports)
        return {b for b in supports[self.player] for a in self.actions if a != b and profiles & ~self.better[a][b] == 0}

    def is_weak(self, supports: Supports) -> bool:
        """Whether an action of the player's support is never worth more than another, and less somewhere."""
        profiles = self._profiles(supports)
        return any(
            profiles & self.better[b][a] == 0 and profiles & self.better[a][b] != 0
            for b in supports[self.player]
            for a in self.actions
        )


@cache
def _played(shape: tuple[int, ...]) -> list[list[int]]:
    """For each axis and place on it, the bits of the array's entries that are there."""
    places = np.indices(shape).reshape(len(shape), 1, prod(shape))
    return [_bits(place == np.arange(size)[:, None]) for place, size in zip(places, shape, strict=True)]


def _bits(masks: np.ndarray) -> Any:
    """The last axis of an array of masks as integers, in nested lists."""
    return _integers(np.packbits(masks, axis=-1, bitorder="little"))


def _integers(packed: np.ndarray) -> Any:
    if packed.ndim > 1:
        return [_integers(part) for part in packed]
    return int.from_bytes(packed.tobytes(), "little")
