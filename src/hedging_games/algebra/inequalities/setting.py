"""Where a proof stands: the facts known there, and the tightest box that facts in one variable give."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from hedging_games.algebra.cells.intervals import Box, Interval, meet
from hedging_games.algebra.inequalities.system import Fact, System, box_facts
from hedging_games.algebra.polynomials import Exponents, affine_form


@dataclass(frozen=True, slots=True)
class Setting:
    """Facts, in the order in which proofs count them, and the box they give.

    Every fact that is affine in a single variable has narrowed the box.
    """

    facts: tuple[Fact, ...]
    box: Box

    @staticmethod
    def of(system: System) -> Setting:
        """Where every proof about a system begins."""
        return Setting((), (Interval(None, None),) * len(system.box)).having(*system.facts())

    def having(self, *facts: Fact) -> Setting:
        """With facts appended."""
        box = self.box
        for fact in facts:
            said = half_line(fact)
            if said is not None:
                variable, interval = said
                box = (*box[:variable], meet(box[variable], interval), *box[variable + 1 :])
        return Setting((*self.facts, *facts), box)

    def cut(self, variable: int, interval: Interval) -> Setting:
        """With one variable confined to an interval with a single finite end."""
        return self.having(box_end(len(self.box), variable, interval))

    def ends(self, variable: int) -> tuple[int, ...]:
        """The positions of facts that give the present ends of a variable's range, one for each finite end."""
        interval = self.box[variable]
        low: int | None = None
        high: int | None = None
        for i, fact in enumerate(self.facts):
            said = half_line(fact)
            if said is None or said[0] != variable:
                continue
            here = said[1]
            if here.low is not None and here.low == interval.low and here.low_closed == interval.low_closed:
                low = i if low is None else low
            if here.high is not None and here.high == interval.high and here.high_closed == interval.high_closed:
                high = i if high is None else high
        return tuple(dict.fromkeys(i for i in (low, high) if i is not None))


def half_line(fact: Fact) -> tuple[int, Interval] | None:
    """The variable and the range that an affine fact in one variable gives; None for other facts."""
    return _half_line(tuple(fact.terms.items()), fact.relation) if len(fact.terms) <= 2 else None


@lru_cache(maxsize=65_536)
def _half_line(terms: tuple[tuple[Exponents, Any], ...], relation: str) -> tuple[int, Interval] | None:
    """The same for terms as pairs: a few facts are asked about over and over."""
    form = affine_form(dict(terms))
    if form is None or len(form[0]) != 1:
        return None
    ((variable, slope),) = form[0].items()
    end = Fraction(-form[1]) / slope
    closed = relation != ">"
    if relation == "==":
        return variable, Interval(end, end)
    return variable, Interval(end, None, low_closed=closed) if slope > 0 else Interval(None, end, high_closed=closed)


def box_end(size: int, variable: int, interval: Interval) -> Fact:
    """The finite end of a half-line as a fact about a variable, among ``size`` variables."""
    free = Interval(None, None)
    return box_facts(tuple(interval if i == variable else free for i in range(size)))[0]
