"""Payoffs and odds as polynomials in parameters and weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import Terms, add_scaled, multiply, parameter_ring, polynomial_of, terms_of
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.games.form import CHANCE, Form


class Numbers:
    """A setting's payoffs and odds as polynomials: every player's payoffs share one positive denominator, left out.

    The odds of a move of chance lose their common denominator too; payoffs at histories that do not pass the move make up
    for it, so that all that one player compares is in one scale.
    """

    def __init__(self, setting: Setting, size: int) -> None:
        self.setting = setting
        self.extra = size - len(setting.names)
        self.size = size
        self.one: Terms = {(0,) * size: 1}
        game, form = setting.game, setting.game.form
        self.odds: dict[int, Terms] = {}
        scales: dict[int, Terms] = {}
        for s in form.sets_of(CHANCE):
            tops, scales[s] = self._cleared([game.chance[slot] for slot in form.slots(s)])
            self.odds |= dict(zip(form.slots(s), tops, strict=True))
        spared = [self._spared(form, scales, int(history)) for history in form.terminals]
        self.payoffs = []
        for player in range(len(game.players)):
            tops, _ = self._cleared(list(game.payoffs[player]))
            self.payoffs.append([multiply(top, spare) for top, spare in zip(tops, spared, strict=True)])

    def variable(self, coordinate: int) -> Terms:
        """A coordinate as a polynomial."""
        return {tuple(int(k == coordinate) for k in range(self.size)): 1}

    def _cleared(self, values: Sequence[Any]) -> tuple[list[Terms], Terms]:
        """Rational functions times a common positive denominator, and that denominator."""
        ring = self.setting.functions.ring
        common = reduce(lambda a, b: a.lcm(b), [value.denom for value in values], ring.one)
        bounds = enclose(terms_of(common), self.setting.box)
        # A denominator that is never zero but may change its sign counts squared.
        factor = ring.one if bounds.positive else -ring.one if bounds.negative else common
        tops = [value.numer * common.exquo(value.denom) * factor for value in values]
        return [padded(terms_of(top), self.extra) for top in tops], padded(terms_of(common * factor), self.extra)

    def _spared(self, form: Form, scales: Mapping[int, Terms], history: int) -> Terms:
        """The denominators of the moves of chance that a history does not pass."""
        passed = {int(form.set_of_slot[slot]) for slot in form.path(history)}
        return reduce(multiply, [scale for s, scale in scales.items() if s not in passed], self.one)


def padded(terms: Terms, count: int) -> Terms:
    """A polynomial in the parameters as one in parameters and weights."""
    return {(*e, *(0,) * count): c for e, c in terms.items()}


def weighted_ground(setting: Setting, count: int) -> Ground:
    """The box and the assumptions of a setting, with so many unknown probabilities."""
    whole = setting.whole
    ring = parameter_ring([*setting.names, *(f"weight{k}" for k in range(count))])
    unit = Interval(Fraction(0), Fraction(1), True, True)  # noqa: FBT003  (both ends belong to it)
    assumed = [constraint(polynomial_of(ring, padded(c.terms, count)), c.relation, c.reason) for c in whole.assumptions]
    near = (*setting.near, *(Fraction(1, 2) for _ in range(count)))
    return Ground(System(ring, (*whole.box, *(unit for _ in range(count))), (), tuple(assumed)), near)


def mixture(weights: Sequence[Terms], parts: Sequence[Terms]) -> Terms:
    """The sum of products of weights and parts."""
    found: Terms = {}
    for weight, part in zip(weights, parts, strict=True):
        add_scaled(found, multiply(weight, part), 1)
    return found
