"""The least to which the others can hold a player in a period, in pure actions and, by one other player, in mixed ones."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from hedging_games.solvers.repeated.punishments import Punishments
from hedging_games.theory.dominance import largest_margin


def pure_minmax(punishments: Punishments, player: int) -> Any:
    """At a point: the least over what the others choose at the start of the period of what the player's best reply pays; those who
    answer settle ties to its damage.
    """
    return min(max(row) for row in _table(punishments, player))


def mixed_minmax(punishments: Punishments, player: int) -> Any:
    """The same where the one other player who chooses at the start may mix; None where there are several, who would have to mix
    independently of each other.

    It is the value of a zero-sum game (von Neumann 1928), found by the exact simplex method.
    """
    if len(punishments.period.movers) > 2:
        return None
    held = -np.array(_table(punishments, player), dtype=object)
    _, margin = largest_margin(held, np.full(held.shape[1], held[0, 0] * 0, dtype=object), punishments.period.check)
    return -margin


def _table(punishments: Punishments, player: int) -> list[list[Any]]:
    """A row for each choice of the others, with what every action of the player pays then."""
    period = punishments.period
    k = period.movers.index(player)
    others = [period.form.slots(s) for s in period.sets]
    own = others.pop(k)
    return [
        [min(end.worth[player] for end in period.ends[(*rest[:k], slot, *rest[k:])]) for slot in own]
        for rest in product(*others)
    ]
