"""Branch and bound in exact arithmetic: halve the box until each part is refuted, or a solution is met.

A part is refuted by the Bernstein bounds of a single fact. The tree of cuts is the proof. Systems that are empty only
because strict and weak inequalities exclude each other at a point where they touch are beyond this method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from hedging_games.algebra.cells.enclosure import entails, refutes, table_size
from hedging_games.algebra.cells.intervals import Box, Interval, rational
from hedging_games.algebra.inequalities.proof import Halves, OutOfBounds, Proof
from hedging_games.algebra.inequalities.setting import Setting
from hedging_games.algebra.inequalities.system import Fact, midpoint
from hedging_games.algebra.polynomials import Point, derivative, float_function, variables_of

MOST_COEFFICIENTS = 200_000
"""Bernstein coefficients that are computed for one question, over all parts, when bounds alone decide."""


class _TooManyPartsError(Exception):
    """The number of parts allowed is used up."""


def prove_by_halving(
    setting: Setting,
    used: Mapping[int, Fact],
    parts: int,
    *,
    check: Callable[[], None] | None = None,
) -> Proof | Point | None:
    """A proof that the facts ``used`` (by position in the setting) fail all over the box, or a solution, or None.

    ``parts`` bounds the number of parts looked at. Every variable that occurs must be bounded.
    """
    variables = sorted({v for fact in used.values() for v in variables_of(fact.terms)})
    if any(setting.box[v].low is None or setting.box[v].high is None for v in variables):
        return None
    size = sum(table_size(fact.terms) for fact in used.values())
    search = _Search(min(parts, MOST_COEFFICIENTS // max(size, 1)), variables, check)
    try:
        return search.refute(setting, dict(used))
    except _TooManyPartsError:
        return None


class _Search:
    """The depth-first search, with the number of parts still allowed."""

    def __init__(self, parts: int, variables: list[int], check: Callable[[], None] | None) -> None:
        self.left = parts
        self.variables = variables
        self.check = check

    def refute(self, setting: Setting, used: dict[int, Fact]) -> Proof | Point:
        if self.left <= 0:
            raise _TooManyPartsError
        self.left -= 1
        if self.check is not None:
            self.check()
        for i, fact in used.items():
            if refutes(fact.terms, fact.relation, setting.box):
                return OutOfBounds(i)
        centre = midpoint(setting.box)
        if all(fact.holds_at(centre) for fact in used.values()) and _inside(centre, setting.box):
            return centre
        # What holds all over this part cannot refute a smaller one.
        active = {i: fact for i, fact in used.items() if not entails(fact.terms, fact.relation, setting.box)}
        variable = self._widest(setting.box, active)
        low, high = rational(setting.box[variable].low), rational(setting.box[variable].high)
        if low == high:
            raise _TooManyPartsError
        cut = (low + high) / 2
        below = self.refute(setting.cut(variable, Interval(None, cut)), active)
        if isinstance(below, tuple):
            return below
        above = self.refute(setting.cut(variable, Interval(cut, None)), active)
        if isinstance(above, tuple):
            return above
        return Halves(variable, cut, below, above)

    def _widest(self, box: Box, active: Mapping[int, Fact]) -> int:
        """The variable whose range matters most to some fact: width times slope at the centre, as a share."""
        centre = np.array([[float(x)] for x in midpoint(box)])
        widths = [float(rational(box[v].high) - rational(box[v].low)) for v in self.variables]
        scores = np.zeros(len(self.variables))
        for fact in active.values():
            largest = max((abs(c) for c in fact.terms.values()), default=1)
            effects = np.zeros(len(self.variables))
            for k, v in enumerate(self.variables):
                partial = derivative(fact.terms, v)
                if partial:
                    size = float(Fraction(max(abs(c) for c in partial.values())) / largest)
                    effects[k] = abs(float_function(partial)(centre)[0]) * size * widths[k] + 1e-9 * widths[k]
            total = effects.sum()
            if total > 0:
                scores = np.maximum(scores, effects / total)
        if not scores.any():
            scores = np.array(widths)
        return self.variables[int(np.argmax(scores))]


def _inside(point: Point, box: Box) -> bool:
    return all(x in interval for x, interval in zip(point, box, strict=True))
