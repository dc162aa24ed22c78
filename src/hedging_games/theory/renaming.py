"""Players who could change places: which equilibria differ only by who is called what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.theory.equilibria import Equilibria

MOST_PLAYERS = 12
"""Players up to whom pairs are compared."""

MOST_ENDS = 4_000
"""Terminal histories up to which a game is compared with itself."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Numbers of equilibria that renaming ``players`` turns into one another."""

    numbers: tuple[int, ...]
    players: tuple[str, ...]


def alike(found: Equilibria) -> tuple[Alike, ...]:
    """The equilibria in groups that renaming players turns into one another, in the order of their first ones.

    Two players can change places if that leaves the game the same: swapping their information sets (in order, with the same
    number of actions, called the same) maps terminal histories to terminal histories, with payoffs and the event.
    An automorphism of the game (Nash 1951, section "Symmetries of games") maps equilibria to equilibria.
    """
    where = {equilibrium.profile.key(): number for number, equilibrium in enumerate(found)}
    # The same profile twice (with other beliefs, or played jointly in another way) is not told apart by names alone.
    told_apart = 1 < len(found) == len(where)
    group = list(range(len(found)))
    moved: dict[int, set[int]] = {number: set() for number in group}
    for swap in interchangeable(found.game) if told_apart else ():
        for number, equilibrium in enumerate(found):
            other = where.get(tuple(equilibrium.profile.probabilities[swap.slots]), number)
            # What a player rules out stands there by chance.
            if other != number and not equilibrium.profile.unreached:
                group = [group[number] if g == group[other] else g for g in group]
                moved[number] |= set(swap.players)
    return tuple(_alike(found, group, first, moved) for first in dict.fromkeys(group))


def _alike(found: Equilibria, group: Sequence[int], first: int, moved: Mapping[int, set[int]]) -> Alike:
    numbers = tuple(number for number, g in enumerate(group) if g == first)
    players = sorted(set().union(*(moved[number] for number in numbers)))
    return Alike(numbers, tuple(found.game.players[player] for player in players))


@dataclass(frozen=True, slots=True)
class Swap:
    """Two players who can change places. ``slots`` : shape (S,), the slot whose place each slot takes."""

    players: tuple[int, int]
    slots: np.ndarray


def interchangeable(game: Game) -> list[Swap]:
    """The pairs of players who can change places."""
    form = game.form
    if len(form.players) > MOST_PLAYERS or len(form.terminals) > MOST_ENDS:
        return []
    ends = {frozenset(form.path(int(h))): z for z, h in enumerate(form.terminals)}
    if len(ends) < len(form.terminals):
        return []
    pairs = (_swap(form, one, other) for one, other in combinations(range(len(form.players)), 2))
    return [swap for swap in pairs if swap is not None and _leaves_alone(game, swap, ends)]


def _swap(form: Form, one: int, other: int) -> Swap | None:
    """The slots with two players' information sets swapped; None if these are not of the same shape."""
    own, theirs = ([s for s, i in enumerate(form.information_sets) if i.player == player] for player in (one, other))
    actions = [[form.information_sets[s].actions for s in sets] for sets in (own, theirs)]
    if not own or actions[0] != actions[1]:
        return None
    slots = np.arange(form.slot_count)
    for s, t in zip(own, theirs, strict=True):
        slots[list(form.slots(s))], slots[list(form.slots(t))] = list(form.slots(t)), list(form.slots(s))
    return Swap((one, other), slots)


def _leaves_alone(game: Game, swap: Swap, ends: dict[frozenset[int], int]) -> bool:
    renamed = list(range(len(game.players)))
    renamed[swap.players[0]], renamed[swap.players[1]] = swap.players[1], swap.players[0]
    for path, z in ends.items():
        image = ends.get(frozenset(int(swap.slots[slot]) for slot in path))
        if image is None or not _same(game.payoffs[renamed, z], game.payoffs[:, image]):
            return False
        if game.hedge is not None and bool(game.hedge[z]) != bool(game.hedge[image]):
            return False
    return True


def _same(one: Sequence[object] | np.ndarray, other: Sequence[object] | np.ndarray) -> bool:
    return all(a == b for a, b in zip(one, other, strict=True))
