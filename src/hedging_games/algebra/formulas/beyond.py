"""What cells must stay disjoint from: points at which a formula holds, and z3 where no point tells."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import accumulate
from operator import and_

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.bank import Bank
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.points import Held
from hedging_games.algebra.formulas.search import Found, find, parts_of
from hedging_games.algebra.formulas.table import NEGATIVE, POSITIVE, ZERO
from hedging_games.algebra.formulas.whole import Points

QUESTIONS = 60
"""Sets of inequalities decided before a cell is left as it is."""

PATIENCE = 2
"""Points met for a cell before others are looked at beside the one that it began with: that takes as long as some questions."""

Change = tuple[int, int | None]
"""A polynomial and the signs that are to be asked of it instead, if any."""


def as_formula(ground: Ground, cell: dict[int, int]) -> int:
    """A cell as a formula."""
    return ground.joined("all", (ground.literal(p, s) for p, s in cell.items()))


class Beyond:
    """A formula that cells must stay disjoint from, with points at which it holds: the bank's, and those met on the way."""

    def __init__(self, ground: Ground, number: int) -> None:
        self.ground = ground
        self.number = number
        self.met = Points()
        self._signs: dict[int, list[int]] = {}
        self._start: tuple[Number, ...] = ()
        self._patience = 0
        self._near: Held | None = None
        self._known: tuple[int, Held | None] = (0, None)
        self._beside = 0
        self._remembered: dict[tuple[int, int], int] = {}

    def begin_at(self, point: tuple[Number, ...]) -> None:
        """Turn to a cell that holds a point."""
        self._start, self._near = point, None
        self._patience = len(self.met.listed) + PATIENCE

    def _look_around(self) -> None:
        """Count points beside the one in the cell as well: nearly all that bounds it is seen at them."""
        rational = [x for x in self._start if isinstance(x, Fraction)]
        if self._near is None and rational and len(rational) == len(self._start):
            self._near = Held(self.ground, Bank(self.ground.whole, rational, count=0))

    def take(self, point: tuple[Number, ...] | None, cell: dict[int, int]) -> bool:
        """Take a point at which the formula is said to hold; whether there is a rational one, and in the cell."""
        ground = self.ground
        if point is None or not all(isinstance(x, Fraction) for x in point):
            return False
        if not (ground.whole.contains(point) and ground.holds(as_formula(ground, cell), point)):
            return False
        self.met.add(point)
        if len(self.met.listed) >= self._patience:
            self._look_around()
        return True

    def loosest(self, cell: dict[int, int], loose: Sequence[int], barred: set[Change]) -> dict[int, int]:
        """The cell with what it asks of some polynomials left out, or made weak, each in turn, while it holds none of the points."""
        here = self._everywhere()
        there = {p: self._points(p, signs) for p, signs in cell.items()}
        fixed = [there[p] for p in cell if p not in loose]
        rest = list(accumulate((there[p] for p in reversed(loose)), and_, initial=reduce(and_, fixed, -1)))
        found: dict[int, int | None] = {**cell}
        for p, later in zip(loose, reversed(rest[:-1]), strict=True):
            for change in (None, *weaker(cell[p]), cell[p]):
                points = -1 if change is None else self._points(p, change)
                if (p, change) not in barred and here & points & later == 0:
                    here &= points
                    found[p] = change
                    break
        return {p: signs for p, signs in found.items() if signs is not None}

    def _everywhere(self) -> int:
        """The points at which the formula holds: those of the bank, then those beside a point, then those met."""
        held, near = self.ground.truth(self.number), self._near
        if (held, near) != self._known:
            self._known, self._remembered = (held, near), {}
            self._beside = 0 if near is None else near.truth(self.number)
        return (1 << len(self.met.listed)) - 1 << self._width | self._beside << held.bit_length() | held

    @property
    def _width(self) -> int:
        return self._known[0].bit_length() + self._beside.bit_length()

    def _points(self, polynomial: int, signs: int) -> int:
        """Of the points of `_everywhere` those at which a polynomial has one of some signs."""
        known = self._signs.setdefault(polynomial, [0, 0, 0, 0])
        if known[3] < len(self.met.listed):
            for k, sign in enumerate(self.met.signs(self.ground.terms[polynomial], known[3]), known[3]):
                known[sign + 1] |= 1 << k
            known[3] = len(self.met.listed)
        met = (
            (known[0] if signs & NEGATIVE else 0)
            | (known[1] if signs & ZERO else 0)
            | (known[2] if signs & POSITIVE else 0)
        )
        held, near = self._known
        if (polynomial, signs) not in self._remembered:
            beside = 0 if near is None else self._beside & near.points(polynomial, signs)
            self._remembered[polynomial, signs] = beside << held.bit_length() | held & self.ground.points(
                polynomial, signs
            )
        return met << self._width | self._remembered[polynomial, signs]

    def meets(self, cell: dict[int, int], end: int) -> Found:
        """Whether the formula holds somewhere in a cell, by z3's word where it has one; the point is not checked."""
        ground = self.ground
        answer = ground.ask(
            [*parts_of(ground, self.number), *parts_of(ground, as_formula(ground, cell))], pointing=False
        )
        if answer.answer == "unknown" and ground.apart:
            return Found("undecided")
        if answer.answer == "unknown":
            both = ground.joined("all", [as_formula(ground, cell), self.number])
            return find(ground, both, questions=QUESTIONS, end=end, asking=False)
        return Found("nowhere" if answer.answer == "unsat" else "somewhere", answer.point)


def weaker(signs: int) -> list[int]:
    """The weak inequalities that a set of signs may be widened to."""
    if signs == ZERO:
        return [ZERO | POSITIVE, ZERO | NEGATIVE]
    return [] if signs & ZERO else [signs | ZERO]
