"""The largest cells of a formula: conjunctions from which nothing can be left out without leaving it.

A point of the formula that no cell holds yet is found by search. The inequalities that make the formula true there
are a first cell; each is then made weak, or left out, wherever the larger cell is proved to stay inside the formula. This
goes on until no point is left (Quine 1952 calls such conjunctions prime implicants; here they are so modulo the theory of
polynomial inequalities).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hedging_games.algebra.formulas.beyond import QUESTIONS, Beyond, Change, as_formula
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.implicants import Implicants
from hedging_games.algebra.formulas.search import Found, find, parts_of
from hedging_games.algebra.formulas.simpler import simpler
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.polynomials import degree_of

FINAL_QUESTIONS = 300
"""Sets of inequalities decided to prove that no cell is missing."""


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
    def simple(self) -> int:
        """The formula made simpler, among whose inequalities cells are sought; what is proved, is proved of the formula itself."""
        # Of linear inequalities z3 always knows. Of others what it knows hangs on how they are put, and a simpler formula may be harder.
        return simpler(self.ground, self.number) if self.ground.degree(self.number) == 1 else self.number

    @cached_property
    def _implicants(self) -> Implicants:
        return Implicants(self.ground, self.simple)

    @cached_property
    def beyond(self) -> Beyond:
        """What holds where the formula does not."""
        return Beyond(self.ground, self.ground.negated(self.simple))

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
                self.beyond.begin_at(point.point)
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


def alternatives(ground: Ground, number: int) -> list[int]:
    """Formulas of which one holds wherever the given one does: many small questions for z3 in the place of a large one."""
    parts = parts_of(ground, number)
    longest = max(parts, key=lambda n: len(ground.parts[n].parts) if ground.parts[n].kind == "any" else 0)
    if ground.parts[longest].kind != "any":
        return [number]
    rest = [n for n in parts if n != longest]
    return [ground.joined("all", [inner, *rest]) for inner in reversed(ground.parts[longest].parts)]


def _enlarged(beyond: Beyond, signs: dict[int, int], end: int) -> tuple[dict[int, int], bool]:
    """The cell with inequalities left out or made weak, the most complicated first, while it stays disjoint from a formula.

    What the points met so far allow is tried as a whole. Where it goes too far there is a point more; where that is not known,
    less is tried at once, in the end a single change.
    """
    cell = dict(signs)
    undecided = False
    waiting = sorted(cell, key=lambda p: (-_complexity(beyond.ground, p), p))
    at_once = len(waiting)
    barred: set[Change] = set()
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


def _complexity(ground: Ground, polynomial: int) -> int:
    terms = ground.terms[polynomial]
    return 100 * degree_of(terms) + len(terms)
