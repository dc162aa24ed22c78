"""The largest cells of a formula: conjunctions from which nothing can be left out without leaving it.

A point of the formula that no cell holds yet is found by search. The inequalities that make the formula true there
are a first cell; each is then made weak, or left out, wherever the larger cell is proved to stay inside the formula. This
goes on until no point is left (Quine 1952 calls such conjunctions prime implicants; here they are so modulo the theory of
polynomial inequalities).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce
from itertools import accumulate
from operator import and_
from typing import Any

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.bank import Bank, Points
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.implicants import Implicants
from hedging_games.algebra.formulas.points import Held
from hedging_games.algebra.formulas.search import Found, find, parts_of
from hedging_games.algebra.formulas.table import NEGATIVE, POSITIVE, ZERO
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.polynomials import degree_of

QUESTIONS = 60
"""Sets of inequalities decided before a cell is left as it is."""

FINAL_QUESTIONS = 300
"""Sets of inequalities decided to prove that no cell is missing."""

_Change = tuple[int, int | None]
"""A polynomial and the signs that are to be asked of it instead, if any."""


@dataclass
class Cells:
    """Cells inside a formula, as found: polynomials with their signs.

    ``open_`` holds, for each cell, whether an inequality was kept only because its need was not decided.
    """

    ground: Ground
    number: int
    found: list[dict[int, int]] = field(default_factory=list)
    open_: list[bool] = field(default_factory=list)

    @cached_property
    def _implicants(self) -> Implicants:
        return Implicants(self.ground, self.number)

    @cached_property
    def beyond(self) -> Beyond:
        """What holds where the formula does not."""
        return Beyond(self.ground, self.ground.negated(self.number))

    def outside(self) -> list[int]:
        """For each cell the formula that holds outside it."""
        return [self.ground.negated(as_formula(self.ground, cell)) for cell in self.found]

    def grow(self, within: int, most: int, end: int, check: Callable[[], None], questions: int | None = None) -> bool:
        """Add the largest cells that hold a point ``within`` a part of the formula until they cover it; whether they do.

        No new cell is begun beyond ``most``, nor once the ground's work has reached ``end``: a count, so that answers do
        not depend on the machine. ``questions`` bounds the search for one point.
        """
        ground = self.ground
        waiting = alternatives(ground, within) if ground.apart else [within]
        while len(self.found) < most and ground.work < end:
            check()
            remaining = ground.joined("all", [waiting[-1], *self.outside()])
            point = find(ground, remaining, questions=questions or FINAL_QUESTIONS, end=end, proving=False)
            if point.point is not None:
                self.beyond.look_around(point.point)
                cell, is_open = _enlarged(self.beyond, self._implicants.at(point.point), end)
                self.found.append(cell)
                self.open_.append(is_open)
            elif point.status == "undecided":
                return False
            else:
                waiting.pop()
                if not waiting:
                    return True
        return False

    def exactly(self, most: int, end: int, check: Callable[[], None]) -> int | None:
        """The formula as any of its largest cells, where that is proved; None where they are too many, or the proof is not found."""
        ground = self.ground
        if not self.grow(self.number, most, end, check):
            return None
        against = ground.negated(self.number)
        inside = (ground.joined("all", [as_formula(ground, cell), against]) for cell in self.found)
        beyond = ground.joined("all", [self.number, *self.outside()])
        if all(find(ground, n, hard=True, end=end).is_proved for n in (*inside, beyond)):
            return ground.joined("any", (as_formula(ground, cell) for cell in self.found))
        return None

    def needed(self, end: int) -> list[int]:
        """The positions of the cells without those that lie in the union of the others; the longest are tried first.

        None is tried once the ground's work has reached ``end``.
        """
        ground, kept = self.ground, list(range(len(self.found)))
        outside = self.outside()
        for k in sorted(kept, key=lambda k: (-len(self.found[k]), -k)):
            others = [outside[j] for j in kept if j != k]
            alone = ground.joined("all", [as_formula(ground, self.found[k]), *others])
            if (
                others
                and ground.work < end
                and find(ground, alone, questions=QUESTIONS, proving=False).status == "nowhere"
            ):
                kept.remove(k)
        return kept

    def is_proved(self, k: int, end: int) -> bool:
        """Whether a cell lies in the formula by a proof that rests on nobody's word."""
        ground = self.ground
        if ground.work >= end:
            return False
        against = [as_formula(ground, self.found[k]), ground.negated(self.number)]
        return find(ground, ground.joined("all", against), questions=QUESTIONS, end=end).is_proved

    def constraints(self, k: int, reasons: Mapping[tuple[int, int], Any]) -> tuple[Constraint, ...]:
        """The constraints of a cell, each with its reason, in the order in which the model's formula met them."""
        listed = []
        for polynomial, signs in sorted(self.found[k].items()):
            plain = self.ground.constraint(polynomial, signs)
            why = self.ground.reason(polynomial, signs, reasons)
            listed.append(Constraint(plain.polynomial, plain.relation, why))
        return tuple(listed)


def as_formula(ground: Ground, cell: dict[int, int]) -> int:
    """A cell as a formula."""
    return ground.joined("all", (ground.literal(p, s) for p, s in cell.items()))


def alternatives(ground: Ground, number: int) -> list[int]:
    """Formulas of which one holds wherever the given one does: many small questions for z3 in the place of a large one."""
    parts = parts_of(ground, number)
    longest = max(parts, key=lambda n: len(ground.parts[n].parts) if ground.parts[n].kind == "any" else 0)
    if ground.parts[longest].kind != "any":
        return [number]
    rest = [n for n in parts if n != longest]
    return [ground.joined("all", [inner, *rest]) for inner in reversed(ground.parts[longest].parts)]


class Beyond:
    """A formula that cells must stay disjoint from, with points at which it holds: the bank's, and those met on the way."""

    def __init__(self, ground: Ground, number: int) -> None:
        self.ground = ground
        self.number = number
        self.met = Points()
        self._signs: dict[int, list[int]] = {}
        self._near: Held | None = None
        self._known = (0, 0)
        self._remembered: dict[tuple[int, int], int] = {}

    def look_around(self, point: tuple[Number, ...]) -> None:
        """Count points beside one as well, in the place of those beside an earlier one: nearly all that bounds a cell is seen at them."""
        rational = [x for x in point if isinstance(x, Fraction)]
        self._near = None if len(rational) < len(point) else Held(self.ground, Bank(self.ground.whole, rational, count=0))
        self._known = (0, 0)

    def take(self, point: tuple[Number, ...] | None, cell: dict[int, int]) -> bool:
        """Take a point at which the formula is said to hold; whether there is a rational one, and in the cell."""
        ground = self.ground
        if point is None or not all(isinstance(x, Fraction) for x in point):
            return False
        if not (ground.whole.contains(point) and ground.holds(as_formula(ground, cell), point)):
            return False
        self.met.add(point)
        return True

    def loosest(self, cell: dict[int, int], loose: Sequence[int], barred: set[_Change]) -> dict[int, int]:
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
        held, near = self.ground.truth(self.number), 0 if self._near is None else self._near.truth(self.number)
        if (held, near) != self._known:
            self._known, self._remembered = (held, near), {}
        still = near << held.bit_length() | held
        return (1 << len(self.met.listed)) - 1 << still.bit_length() | still

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
            beside = 0 if self._near is None else near & self._near.points(polynomial, signs)
            self._remembered[polynomial, signs] = beside << held.bit_length() | held & self.ground.points(polynomial, signs)
        width = near.bit_length() + held.bit_length() if near else held.bit_length()
        return met << width | self._remembered[polynomial, signs]

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


def _enlarged(beyond: Beyond, signs: dict[int, int], end: int) -> tuple[dict[int, int], bool]:
    """The cell with inequalities left out or made weak, the most complicated first, while it stays disjoint from a formula.

    What the points met so far allow is tried as a whole. Where it goes too far there is a point more; where that is not known,
    less is tried at once, in the end a single change.
    """
    cell = dict(signs)
    undecided = False
    waiting = sorted(cell, key=lambda p: (-_complexity(beyond.ground, p), p))
    at_once = len(waiting)
    barred: set[_Change] = set()
    while waiting:
        loose = waiting[:at_once]
        larger = beyond.loosest(cell, loose, barred)
        met = Found("nowhere") if larger == cell else beyond.meets(larger, end)
        if met.status == "nowhere":
            cell, waiting = larger, waiting[at_once:]
            at_once *= 2
        elif met.status == "somewhere" and beyond.take(met.point, larger):
            continue
        elif len(loose) > 1:
            at_once = len(loose) // 2
        else:
            undecided = undecided or met.status == "undecided"
            barred.add((loose[0], larger.get(loose[0])))
    return cell, undecided


def weaker(signs: int) -> list[int]:
    """The weak inequalities that a set of signs may be widened to."""
    if signs == ZERO:
        return [ZERO | POSITIVE, ZERO | NEGATIVE]
    return [] if signs & ZERO else [signs | ZERO]


def _complexity(ground: Ground, polynomial: int) -> int:
    terms = ground.terms[polynomial]
    return 100 * degree_of(terms) + len(terms)
