"""Supports of three and more players who choose once: which survive conditional dominance, and where two who mix are content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final

import numpy as np

from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction, negation
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.sweep.circuit import Relation

MOST_SUPPORTS: Final = 128
"""Profiles of supports up to which formulas are written; games with more are solved point by point."""

_HALVES: Final = 2
"""Parts into which the weights of an action are cut."""

Supports = Sequence[tuple[int, ...]]
"""The actions that each player plays."""

_SIDES: Final[tuple[tuple[int, Relation, Relation], ...]] = ((1, ">", "<"), (-1, "<", ">"))
"""The sign of a first gain, and how it and an opposite one stand to zero."""


class Many:
    """A game's payoffs, shape (players, actions of each), and formulas about profiles of supports."""

    def __init__(self, setting: Setting, table: np.ndarray) -> None:
        self.order = setting.order
        self.zero = setting.game.arithmetic.number(0)
        self.table = table
        self.sizes = table.shape[1:]
        self.players = range(len(self.sizes))

    def gain(self, player: int, one: int, other: int, profile: Sequence[int]) -> Any:
        """What the player gains by action ``one`` over ``other`` where everybody else plays a profile (its own action there does not count)."""
        return self._worth(player, one, profile) - self._worth(player, other, profile)

    def _worth(self, player: int, action: int, profile: Sequence[int]) -> Any:
        return self.table[(player, *profile[:player], action, *profile[player + 1 :])]

    def survives(self, supports: Supports) -> Formula:
        """No action that is played is worth less than another one whatever the others play of theirs."""
        return negation(
            disjunction(
                conjunction(
                    self.order(self._worth(player, other, profile), ">", self._worth(player, action, profile))
                    for profile in product(*supports[:player], (action,), *supports[player + 1 :])
                )
                for player in self.players
                for action in supports[player]
                for other in range(self.sizes[player])
                if other != action
            )
        )

    def mixed(self, supports: Supports, first: int, second: int) -> tuple[Formula, Formula]:
        """Where the two who mix between two actions each have an equilibrium with these supports, nobody else mixing, if none of the gains
        of one action over the other is zero; and where one is.

        The gains g, h of a player against the other one's two actions must differ in sign. Then weights |h| : |g| on these actions make it
        indifferent.
        """
        own, others = self._gains(supports, first, second), self._gains(supports, second, first)
        tied = disjunction(self.order(gain, "==", self.zero) for gain in (*own, *others))
        options = []
        for (s, *of_first), (t, *of_second) in product(_SIDES, _SIDES):
            signs = [self.order(g, relation, self.zero) for g, relation in zip(own, of_first, strict=True)]
            signs += [self.order(g, relation, self.zero) for g, relation in zip(others, of_second, strict=True)]
            # By the signs, the weights on the actions of the first are t times (-h, g) of the second's gains, and the other way round.
            weights = {first: (-others[1], others[0]), second: (-own[1], own[0])}
            turns = {first: t, second: s}
            content = [
                self.order(worth, ">=" if sign > 0 else "<=", self.zero)
                for sign, worth in self._comparisons(supports, weights, turns)
            ]
            options.append(conjunction([*signs, *content]))
        return disjunction(options), tied

    def level(self, supports: Supports, wider: int, other: int) -> Formula:
        """Where a player's three actions may all be worth the same at some mixture of another one's two, nobody else mixing: two equations in one
        unknown need a determinant of zero.
        """
        one, *rest = supports[wider]
        (a, b), (c, d) = (
            [self.gain(wider, one, two, self._profile(supports, {other: action})) for action in supports[other]]
            for two in rest
        )
        return self.order(a * d, "==", b * c)

    def three_may_mix(self, supports: Supports, wider: int, second: int, third: int) -> Formula:
        """Where three may mix, the first of them between three actions and each of the others between two, nobody else mixing: signs at the
        corners of the boxes into which halves cut the weights y and z of the others.

        The first is indifferent where its gains vanish, which are linear in y and in z. The second and third are where the first's weights
        average their own gains, one vector (linear in z; linear in y) for each of the first's actions, to zero: then the three cross products
        of these vectors have one sign, or vanish. All of it takes its extremes over a box at corners.
        """
        own = {
            (i, j, b, c): self.gain(wider, i, j, self._profile(supports, {second: b, third: c}))
            for i, j in combinations(supports[wider], 2)
            for b, c in product(supports[second], supports[third])
        }
        halves = range(_HALVES + 1)
        weights = [(k, _HALVES - k) for k in halves]

        def along(player: int, other: int) -> list[list[Any]]:
            """For each weight on the other one's actions and each of the first's actions what ``player`` gains, times `_HALVES`."""
            one, two = supports[player]
            return [
                [
                    sum(
                        (self.gain(player, one, two, self._profile(supports, {wider: i, other: o})) * w)
                        for o, w in zip(supports[other], pair, strict=True)
                    )
                    for i in supports[wider]
                ]
                for pair in weights
            ]

        of_second, of_third = along(second, third), along(third, second)
        corners: list[dict[tuple[int, int], Any]] = [
            {
                (y, z): sum(
                    own[(*pair, b, c)] * (v * w)
                    for b, v in zip(supports[second], weights[y], strict=True)
                    for c, w in zip(supports[third], weights[z], strict=True)
                )
                for y, z in product(halves, halves)
            }
            for pair in combinations(supports[wider], 2)
        ]
        turns: list[dict[tuple[int, int], Any]] = [
            {
                (y, z): of_second[z][i] * of_third[y][j] - of_second[z][j] * of_third[y][i]
                for y, z in product(halves, halves)
            }
            for i, j in ((0, 1), (1, 2), (2, 0))
        ]
        found = []
        for y, z in product(range(_HALVES), repeat=2):
            box = list(product((y, y + 1), (z, z + 1)))
            vanish = [negation(self._one_sign(values, box, sign)) for values in corners for sign in (">", "<")]
            above, below = (disjunction(self._one_sign(values, box, sign) for values in turns) for sign in (">", "<"))
            found.append(conjunction([*vanish, disjunction([negation(above), negation(below)])]))
        return disjunction(found)

    def _one_sign(
        self, values: Mapping[tuple[int, int], Any], corners: Sequence[tuple[int, int]], sign: Relation
    ) -> Formula:
        return conjunction(self.order(values[corner], sign, self.zero) for corner in corners)

    def _gains(self, supports: Supports, player: int, other: int) -> list[Any]:
        """What the first action of a player's support gains over the second against each action of the other one's."""
        one, two = supports[player]
        return [self.gain(player, one, two, self._profile(supports, {other: action})) for action in supports[other]]

    def _profile(self, supports: Supports, given: dict[int, int]) -> list[int]:
        return [given.get(player, actions[0]) for player, actions in enumerate(supports)]

    def _comparisons(
        self, supports: Supports, weights: dict[int, tuple[Any, Any]], turns: dict[int, int]
    ) -> Iterator[tuple[int, Any]]:
        """For each player and each action that it does not play: the sign of the weights that count for it, and what an action that it plays
        is worth more at them, up to that sign.
        """
        for player in self.players:
            mixing = [other for other in weights if other != player]
            sign = 1
            for other in mixing:
                sign *= turns[other]
            for action in set(range(self.sizes[player])) - set(supports[player]):
                total = self.zero
                for chosen in product((0, 1), repeat=len(mixing)):
                    profile = self._profile(supports, {o: supports[o][k] for o, k in zip(mixing, chosen, strict=True)})
                    worth = self.gain(player, supports[player][0], action, profile)
                    for other, k in zip(mixing, chosen, strict=True):
                        worth = worth * weights[other][k]
                    total = total + worth
                yield sign, total
