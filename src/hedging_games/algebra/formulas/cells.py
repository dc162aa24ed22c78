"""The largest cells of a formula: conjunctions from which nothing can be left out without leaving it.

A point of the formula that no cell holds yet is found by search. The inequalities that make the formula true there
are a first cell; each is then made weak, or left out, wherever the larger cell is proved to stay inside the formula. This
goes on until no point is left (Quine 1952 calls such conjunctions prime implicants; here they are so modulo the theory of
polynomial inequalities).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.ground import FALSE, NEGATIVE, POSITIVE, TRUE, ZERO, Ground, sign_bit
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.polynomials import degree_of, sign_at

QUESTIONS = 60
"""Sets of inequalities decided before a cell is left as it is."""

FINAL_QUESTIONS = 300
"""Sets of inequalities decided to prove that no cell is missing."""


@dataclass(slots=True)
class Cells:
    """Cells inside a formula, as found: polynomials with their signs.

    ``open_`` holds, for each cell, whether an inequality was kept only because its need was not decided.
    """

    ground: Ground
    number: int
    found: list[dict[int, int]] = field(default_factory=list)
    open_: list[bool] = field(default_factory=list)

    def outside(self) -> list[int]:
        """For each cell the formula that holds outside it."""
        return [self.ground.negated(_as_formula(self.ground, cell)) for cell in self.found]

    def grow(self, within: int, most: int, end: int, check: Callable[[], None], questions: int | None = None) -> bool:
        """Add the largest cells that hold a point ``within`` a part of the formula until they cover it; whether they do.

        No new cell is begun beyond ``most``, nor once the ground's work has reached ``end``: a count, so that answers do
        not depend on the machine. ``questions`` bounds the search for one point.
        """
        ground = self.ground
        against = ground.negated(self.number)
        remaining = within
        while len(self.found) < most and ground.work < end:
            check()
            point = find(ground, remaining, questions=questions or FINAL_QUESTIONS, end=end, proving=False)
            if point.point is None:
                return point.status == "nowhere"
            cell, is_open = _enlarged(ground, against, _implicant(ground, self.number, point.point), end)
            self.found.append(cell)
            self.open_.append(is_open)
            remaining = ground.joined("all", [remaining, ground.negated(_as_formula(ground, cell))])
        return False

    def exactly(self, most: int, end: int, check: Callable[[], None]) -> int | None:
        """The formula as any of its largest cells, where that is proved; None where they are too many, or the proof is not found."""
        ground = self.ground
        if not self.grow(self.number, most, end, check):
            return None
        against = ground.negated(self.number)
        inside = (ground.joined("all", [_as_formula(ground, cell), against]) for cell in self.found)
        beyond = ground.joined("all", [self.number, *self.outside()])
        if all(find(ground, n, hard=True, end=end).is_proved for n in (*inside, beyond)):
            return ground.joined("any", (_as_formula(ground, cell) for cell in self.found))
        return None

    def needed(self, end: int) -> list[int]:
        """The positions of the cells without those that lie in the union of the others; the longest are tried first.

        None is tried once the ground's work has reached ``end``.
        """
        ground, kept = self.ground, list(range(len(self.found)))
        outside = self.outside()
        for k in sorted(kept, key=lambda k: (-len(self.found[k]), -k)):
            others = [outside[j] for j in kept if j != k]
            alone = ground.joined("all", [_as_formula(ground, self.found[k]), *others])
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
        against = [_as_formula(ground, self.found[k]), ground.negated(self.number)]
        return find(ground, ground.joined("all", against), questions=QUESTIONS, end=end).is_proved

    def constraints(self, k: int, reasons: Mapping[tuple[int, int], Any]) -> tuple[Constraint, ...]:
        """The constraints of a cell, each with its reason, in the order in which the model's formula met them."""
        listed = []
        for polynomial, signs in sorted(self.found[k].items()):
            plain = self.ground.constraint(polynomial, signs)
            why = self.ground.reason(polynomial, signs, reasons)
            listed.append(Constraint(plain.polynomial, plain.relation, why))
        return tuple(listed)


def _as_formula(ground: Ground, cell: dict[int, int]) -> int:
    return ground.joined("all", (ground.literal(p, s) for p, s in cell.items()))


def _implicant(ground: Ground, number: int, point: tuple[Number, ...]) -> dict[int, int]:
    """Inequalities of a formula, true at a point, that together make it true; as weak as the formula has them."""
    signs_there: dict[int, int] = {}

    def here(polynomial: int) -> int:
        if polynomial not in signs_there:
            signs_there[polynomial] = sign_bit(sign_at(ground.terms[polynomial], point))
        return signs_there[polynomial]

    memo: dict[int, dict[int, int] | None] = {TRUE: {}, FALSE: None}

    def reasons(n: int) -> dict[int, int] | None:
        if n in memo:
            return memo[n]
        part = ground.parts[n]
        answer: dict[int, int] | None
        if part.kind == "signs":
            answer = {part.polynomial: part.signs} if here(part.polynomial) & part.signs else None
        elif part.kind == "all":
            answer = {}
            for inner in part.parts:
                more = reasons(inner)
                if more is None:
                    answer = None
                    break
                for p, s in more.items():
                    answer[p] = answer.get(p, s) & s
        else:
            true = [r for r in map(reasons, part.parts) if r is not None]
            answer = min(true, key=lambda r: (len(r), -sum(s.bit_count() for s in r.values()))) if true else None
        memo[n] = answer
        return answer

    found = reasons(number)
    assert found is not None
    return found


def _enlarged(ground: Ground, against: int, signs: dict[int, int], end: int) -> tuple[dict[int, int], bool]:
    """The cell with inequalities left out or made weak while it stays disjoint from ``against``."""
    cell = dict(signs)
    undecided = False
    for polynomial in sorted(cell, key=lambda p: (-_complexity(ground, p), p)):
        for wider in _wider(cell[polynomial]) if polynomial in cell else ():
            larger = {p: s for p, s in cell.items() if p != polynomial}
            if wider is not None:
                larger[polynomial] = wider
            status, needed = _meets(ground, against, larger, end)
            if status == "nowhere":
                cell = needed
                break
            undecided = undecided or status == "undecided"
    return cell, undecided


def _meets(ground: Ground, against: int, cell: dict[int, int], end: int) -> tuple[str, dict[int, int]]:
    """Whether a cell meets a formula, and which of its inequalities keep them apart if not."""
    if ground.truth(against) & ground.points_with(cell):
        return "somewhere", cell
    literals = {ground.literal(p, s): p for p, s in cell.items()}
    answer = ground.ask([against, *literals], pointing=False)
    if answer.answer == "unsat":
        needed = {literals[n] for n in answer.core if n in literals}
        return "nowhere", {p: s for p, s in cell.items() if p in needed}
    if answer.answer == "sat":
        return "somewhere", cell
    both = ground.joined("all", [_as_formula(ground, cell), against])
    return find(ground, both, questions=QUESTIONS, end=end, proving=False).status, cell


def _wider(signs: int) -> list[int | None]:
    """What a set of signs may be widened to, the widest first: anything, then weak inequalities."""
    if signs == ZERO:
        return [None, ZERO | POSITIVE, ZERO | NEGATIVE]
    return [None] if signs & ZERO else [None, signs | ZERO]


def _complexity(ground: Ground, polynomial: int) -> int:
    terms = ground.terms[polynomial]
    return 100 * degree_of(terms) + len(terms)
