"""Payoffs as whole numbers: times a common denominator, in 64 bits where they fit, so that large games are compared as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from hedging_games.algebra.numbers import whole_numbers

LARGEST: Final = 2**61
"""Whole numbers below this are kept in 64 bits: the difference of two of them fits too."""


@dataclass(frozen=True, slots=True)
class WholePayoffs:
    """Payoffs times a positive number.

    Attributes
    ----------
    numbers : shape (players, ...), the payoffs of each player times the player's scale; int64 where all are below `LARGEST` in
        size, else Python's integers. scales : by player.
    """

    numbers: np.ndarray
    scales: tuple[int, ...]


def own_first(table: np.ndarray, player: int) -> np.ndarray:
    """A table by the players' actions with the player's own axis first, the others' in order."""
    return table.transpose(player, *(k for k in range(table.ndim) if k != player))


def whole_payoffs(payoffs: np.ndarray) -> WholePayoffs | None:
    """Payoffs of shape (players, ...) as whole numbers; None unless all are fractions (floats, open parameters, irrational numbers)."""
    rows, scales = [], []
    for row in payoffs:
        values = row.ravel().tolist()
        if not set(map(type, values)) <= {Fraction}:
            return None
        whole, scale = whole_numbers(values)
        rows.append(whole)
        scales.append(scale)
    fits = all(min(row, default=0) > -LARGEST and max(row, default=0) < LARGEST for row in rows)
    return WholePayoffs(np.array(rows, dtype=np.int64 if fits else object).reshape(payoffs.shape), tuple(scales))
