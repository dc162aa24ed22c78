"""What the actions of a matrix game are worth against what the others play: over the table of payoffs, in whole numbers.

Each player's probabilities are written with one common denominator. Irrational ones belong to one field Q(α) at an equilibrium, so their
numerators are polynomials in α with whole coefficients: sums of products need no reduction until a number is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from flint import fmpq_poly, fmpz_poly

from hedging_games.algebra.algebraic import AlgebraicNumber, element
from hedging_games.algebra.number_field import RealField
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.games.game import Game

Whole = Any
"""A whole number, or a polynomial in α with whole coefficients."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """The actions that a player takes, by position, and their probabilities: ``weights`` over ``scale``."""

    actions: list[int]
    weights: list[Whole]
    scale: int


@dataclass(frozen=True, slots=True)
class Mixtures:
    """What everybody plays, by player; ``field`` is that of the irrational probabilities, None where there are none."""

    of: tuple[Mixture, ...]
    field: RealField | None

    def reduced(self, whole: Whole) -> int | Fraction | AlgebraicNumber:
        """A sum of products of weights as a number."""
        if not isinstance(whole, fmpz_poly):
            return int(whole)
        assert self.field is not None
        return element(self.field, fmpq_poly(whole) % fmpq_poly(self.field.polynomial))

    def number(self, whole: Whole, scale: int) -> Fraction | AlgebraicNumber:
        """A sum of products of weights, over ``scale``, as a number."""
        return self.reduced(whole) * Fraction(1, scale) if isinstance(whole, fmpz_poly) else Fraction(whole, scale)


SURE = Mixture([0], [1], 1)
"""Of a player who decides nothing."""


def mixtures(game: Game, probabilities: np.ndarray) -> Mixtures | None:
    """The probabilities of a matrix game in whole numbers; None unless payoffs are fractions, and probabilities are or belong to one field."""
    if game.whole_table is None:
        return None
    values = probabilities.tolist()
    irrational = [p for p in values if isinstance(p, AlgebraicNumber)]
    if any(not isinstance(p, Fraction | AlgebraicNumber) for p in values):
        return None
    field = irrational[0].field if irrational else None
    if any(not p.field.is_same_as(field) for p in irrational):
        return None
    found = [SURE] * len(game.players)
    for s, information_set in enumerate(game.form.information_sets):
        here = values[game.form.first_slot[s] : game.form.first_slot[s + 1]]
        taken = [k for k, p in enumerate(here) if p]
        found[information_set.player] = Mixture(taken, *_whole([here[k] for k in taken]))
    return Mixtures(tuple(found), field)


def _whole(numbers: Sequence[Any]) -> tuple[list[Whole], int]:
    if not any(isinstance(x, AlgebraicNumber) for x in numbers):
        return whole_numbers(numbers)
    polynomials = [
        x.coordinates if isinstance(x, AlgebraicNumber) else fmpq_poly([x.numerator], x.denominator) for x in numbers
    ]
    scale = lcm(*(int(p.denom()) for p in polynomials))
    return [(p * scale).numer() for p in polynomials], scale


def action_worths(game: Game, played: Mixtures, player: int) -> tuple[list[Whole], int]:
    """What each of a player's actions is worth against what the others play, and what these numbers are to be divided by; a player who
    decides nothing has one action.
    """
    table = game.whole_table
    assert table is not None
    others = [mixture for k, mixture in enumerate(played.of) if k != player]
    block = np.moveaxis(table.numbers[player], player, 0)
    for axis, mixture in enumerate(others, 1):
        block = block.take(mixture.actions, axis=axis)
    return _mixed(block.ravel().tolist(), others), table.scales[player] * _scale(others)


def whole_payoff(game: Game, played: Mixtures, player: int) -> tuple[Whole, int]:
    """What a player expects, and what that number is to be divided by."""
    worth, scale = action_worths(game, played, player)
    own = played.of[player]
    return sum(weight * worth[k] for k, weight in zip(own.actions, own.weights, strict=True)), scale * own.scale


def _mixed(values: list[Whole], mixtures: Sequence[Mixture]) -> list[Whole]:
    """Numbers by some actions in order, the last axes being those of the mixtures, with these axes mixed."""
    for mixture in reversed(mixtures):
        weights = mixture.weights
        if weights != [1]:
            size = len(weights)
            parts = (values[k : k + size] for k in range(0, len(values), size))
            values = [sum(w * x for w, x in zip(weights, part, strict=True)) for part in parts]
    return values


def _scale(mixtures: Sequence[Mixture]) -> int:
    scale = 1
    for mixture in mixtures:
        scale *= mixture.scale
    return scale
