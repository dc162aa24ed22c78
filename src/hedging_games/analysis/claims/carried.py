"""Equilibria that miss an event, carried from one value of a parameter to another, support by support.

A region among every equilibrium loses an event where there is an equilibrium that misses it at the one value, and none at the other. Most equilibria
that miss it are equilibria at the other value as they stand: what a player would gain by any action instead of one that is played
is no more there, whatever the others play of what they do play. For the supports that are left it is asked whether there is
any equilibrium at the other value that misses the event.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.formulas.table import FALSE
from hedging_games.analysis.claims.asked import Asked, first_or_weakest
from hedging_games.analysis.claims.doubled import Doubled
from hedging_games.analysis.conditions.supports import Support, supports_of


def lost_by_supports(two: Doubled, asked: Asked, *, grows: bool) -> Found:
    """Where the event is played in every equilibrium at one value and missed at the other, the larger one if the region ``grows``."""
    return first_or_weakest(_answers(two, asked, grows=grows))


def _answers(two: Doubled, asked: Asked, *, grows: bool) -> Iterator[Found]:
    """Where the event is missed at that other value by an equilibrium with each support that is not carried."""
    ground = two.ground
    given = [ground.number(two.moved(asked.given, after=later)) for later in (False, True)]
    start = ground.number(two.moved(asked.region.formula, after=not grows))
    yield find(ground, FALSE)
    for support, formula in asked.region.supports.items():
        if any(_gains_more(two, asked, support, given, grows=grows)):
            missed = ground.number(two.moved(formula, after=grows))
            # Of the larger ones there is no proof within ten seconds, and one that rests on z3's word makes the verdict rest on it.
            yield find(ground, ground.joined("all", [start, *given, missed]), hard=True, proving=False)


def _gains_more(two: Doubled, asked: Asked, support: Support, given: list[int], *, grows: bool) -> Iterator[bool]:
    """For each action in the place of one that is played, whether it may gain more at the value at which the event is not to be missed."""
    known, ground, setting = supports_of(two.setting), two.ground, two.setting
    for i in range(len(support)):
        payoffs = setting.game.payoffs[i]
        for cell in product(*support):
            for a in range(known.sizes[i]):
                other = (*cell[:i], a, *cell[i + 1 :])
                gain = payoffs[known.terminals[other]] - payoffs[known.terminals[cell]]
                more = two.broken(gain, gain, ">" if grows else "<")
                yield asked.find(ground, *given, ground.number(more)).status != "nowhere"
