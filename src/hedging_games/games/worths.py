"""What the actions of a matrix game are worth against what the others play: over the table of payoffs, in whole numbers.

Each player's probabilities are written with one common denominator. Irrational ones belong to one field Q(α) at an equilibrium, so their
numerators are polynomials in α with whole coefficients: sums of products need no reduction until a number is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

import numpy as np
from flint import fmpq_poly, fmpz_poly

from hedging_games.algebra.algebraic import AlgebraicNumber, element
from hedging_games.algebra.number_field import RealField
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.games.game import Game
from hedging_games.games.whole import own_first

Whole = Any
"""A whole number, or a polynomial in α with whole coefficients."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """The actions that a player takes, by position, and their probabilities: ``weights`` over ``scale``."""

    actions: list[int]
    weights: list[Whole]
    scale: int


SURE = Mixture([0], [1], 1)
"""Of a player who decides nothing."""


@dataclass(frozen=True, eq=False)
class Play:
    """What everybody plays in a matrix game, by player; ``field`` is that of the irrational probabilities, None where there are none."""

    game: Game
    of: tuple[Mixture, ...]
    field: RealField | None

    @cached_property
    def worths(self) -> tuple[tuple[list[Whole], int], ...]:
        """For each player what each action is worth against what the others play, and what these numbers are to be divided by; a player
        who decides nothing has one action.
        """
        table = self.game.whole_table
        assert table is not None
        found = []
        for player, scale in enumerate(table.scales):
            others = [mixture for k, mixture in enumerate(self.of) if k != player]
            block = own_first(table.numbers[player], player)
            for axis, mixture in enumerate(others, 1):
                block = block.take(mixture.actions, axis=axis)
            found.append(
                (mixed(block.ravel().tolist(), [m.weights for m in others]), scale * prod(m.scale for m in others))
            )
        return tuple(found)

    def payoff(self, player: int) -> Fraction | AlgebraicNumber:
        """What a player expects."""
        (worth, scale), own = self.worths[player], self.of[player]
        return self.number(sum(w * worth[k] for k, w in zip(own.actions, own.weights, strict=True)), scale * own.scale)

    def is_distribution(self, player: int) -> bool:
        """Whether a player's probabilities are not negative and add up to one."""
        own = self.of[player]
        return all(self.reduced(w) > 0 for w in own.weights) and self.reduced(sum(own.weights)) == own.scale

    def reduced(self, whole: Whole) -> int | Fraction | AlgebraicNumber:
        """A sum of products of weights as a number."""
        return reduced(whole, self.field)

    def number(self, whole: Whole, scale: int) -> Fraction | AlgebraicNumber:
        """A sum of products of weights, over ``scale``, as a number."""
        return self.reduced(whole) * Fraction(1, scale) if isinstance(whole, fmpz_poly) else Fraction(whole, scale)


def play_of(game: Game, probabilities: np.ndarray) -> Play | None:
    """What is played in a matrix game; None for other games, and unless payoffs are fractions and probabilities are, or belong to one field."""
    if not game.form.is_simultaneous or game.whole_table is None:
        return None
    values = probabilities.tolist()
    fields = [p.field for p in values if isinstance(p, AlgebraicNumber)]
    if any(not isinstance(p, Fraction | AlgebraicNumber) for p in values) or any(
        not field.is_same_as(fields[0]) for field in fields
    ):
        return None
    found = [SURE] * len(game.players)
    bounds = game.form.first_slot.tolist()
    for information_set, first, last in zip(game.form.information_sets, bounds, bounds[1:], strict=False):
        taken = [k for k in range(first, last) if values[k]]
        weights, scale = common_scale([values[k] for k in taken])
        found[information_set.player] = Mixture([k - first for k in taken], weights, scale)
    return Play(game, tuple(found), fields[0] if fields else None)


def common_scale(numbers: Sequence[Any]) -> tuple[list[Whole], int]:
    """Numbers of one field, times a positive whole number, and that number."""
    if not any(isinstance(x, AlgebraicNumber) for x in numbers):
        return ([1], 1) if numbers == [1] else whole_numbers(numbers)
    polynomials = [
        x.coordinates if isinstance(x, AlgebraicNumber) else fmpq_poly([x.numerator], x.denominator) for x in numbers
    ]
    scale = lcm(*(int(p.denom()) for p in polynomials))
    return [(p * scale).numer() for p in polynomials], scale


def reduced(whole: Whole, field: RealField | None) -> int | Fraction | AlgebraicNumber:
    """A whole number, or a polynomial in the field's generator, as a number."""
    if not isinstance(whole, fmpz_poly):
        return int(whole)
    assert field is not None
    return element(field, fmpq_poly(whole) % fmpq_poly(field.polynomial))


def mixed(values: list[Whole], mixtures: Sequence[Sequence[Whole]]) -> list[Whole]:
    """Numbers by some actions in order, the last axes being those of the mixtures' weights, with these axes mixed."""
    for weights in reversed(mixtures):
        if weights != [1]:
            size = len(weights)
            parts = (values[k : k + size] for k in range(0, len(values), size))
            values = [sum(w * x for w, x in zip(weights, part, strict=True)) for part in parts]
    return values
