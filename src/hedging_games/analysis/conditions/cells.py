"""The largest cells of a formula: conjunctions from which nothing can be left out without leaving it.

A point of the formula that no cell holds yet is found by search. The inequalities that make the formula true there
are a first cell; each is then made weak, or left out, wherever the larger cell is proved to stay inside the formula. This
goes on until no point is left (Quine 1952 calls such conjunctions prime implicants; here they are so modulo the theory of
polynomial inequalities).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.inequalities.polynomials import degree_of, sign_at
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.analysis.conditions.ground import FALSE, NEGATIVE, POSITIVE, TRUE, ZERO, Ground, sign_bit
from hedging_games.analysis.conditions.search import find

QUESTIONS = 60
"""Sets of inequalities decided before a cell is left as it is."""


@dataclass(frozen=True, slots=True)
class LargestCells:
    """Cells whose union lies in the formula; ``complete`` says that it is proved to be all of it.

    ``open_`` holds, for each cell, whether an inequality was kept only because its need was not decided.
    """

    cells: tuple[tuple[Constraint, ...], ...]
    open_: tuple[bool, ...]
    complete: bool


def largest_cells(
    ground: Ground,
    number: int,
    most: int,
    questions: int,
    check: Callable[[], None] = lambda: None,
    reasons: Mapping[tuple[int, int], Any] | None = None,
    within: int | None = None,
) -> LargestCells:
    """Up to ``most`` of the largest cells of a formula in the ground's table, enough to cover it, or its part ``within``.

    No new cell is begun once ``questions`` sets of inequalities were decided: a count, so that answers do not depend on
    the machine.
    """
    end = ground.asked + questions
    against = ground.negated(number)
    remaining = number if within is None else within
    cells: list[dict[int, int]] = []
    unsure: list[bool] = []
    complete = False
    while len(cells) < most and ground.asked < end:
        check()
        found = find(ground, remaining, questions=max(QUESTIONS, end - ground.asked))
        if found.point is None:
            complete = found.status == "nowhere"
            break
        signs = _implicant(ground, number, found.point)
        cell, is_open = _enlarged(ground, against, signs)
        cells.append(cell)
        unsure.append(is_open)
        remaining = ground.joined("all", [remaining, ground.negated(_as_formula(ground, cell))])
    kept = _needed(ground, cells, within) if complete else list(range(len(cells)))
    listed = tuple(_asked(ground, cells[k], reasons or {}) for k in kept)
    return LargestCells(listed, tuple(unsure[k] for k in kept), complete)


def _as_formula(ground: Ground, cell: dict[int, int]) -> int:
    return ground.joined("all", (ground.literal(p, s) for p, s in cell.items()))


def _asked(ground: Ground, cell: dict[int, int], reasons: Mapping[tuple[int, int], Any]) -> tuple[Constraint, ...]:
    """The constraints of a cell, each with its reason, in the order in which the model's formula met them."""
    found = []
    for polynomial in sorted(cell):
        plain = ground.constraint(polynomial, cell[polynomial])
        found.append(Constraint(plain.polynomial, plain.relation, ground.reason(polynomial, cell[polynomial], reasons)))
    return tuple(found)


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


def _enlarged(ground: Ground, against: int, signs: dict[int, int]) -> tuple[dict[int, int], bool]:
    """The cell with inequalities left out or made weak while it stays disjoint from ``against``."""
    cell = dict(signs)
    undecided = False
    for polynomial in sorted(cell, key=lambda p: (-_complexity(ground, p), p)):
        for wider in _wider(cell[polynomial]):
            larger = {p: s for p, s in cell.items() if p != polynomial}
            if wider is not None:
                larger[polynomial] = wider
            answer = find(ground, ground.joined("all", [_as_formula(ground, larger), against]), questions=QUESTIONS)
            if answer.status == "nowhere":
                cell = larger
                break
            undecided = undecided or answer.status == "undecided"
    return cell, undecided


def _wider(signs: int) -> list[int | None]:
    """What a set of signs may be widened to, the widest first: anything, then weak inequalities."""
    if signs == ZERO:
        return [None, ZERO | POSITIVE, ZERO | NEGATIVE]
    return [None] if signs & ZERO else [None, signs | ZERO]


def _complexity(ground: Ground, polynomial: int) -> int:
    terms = ground.terms[polynomial]
    return 100 * degree_of(terms) + len(terms)


def _needed(ground: Ground, cells: list[dict[int, int]], within: int | None) -> list[int]:
    """The cells without those whose part ``within`` lies in the union of the others; the longest are tried first."""
    kept = list(range(len(cells)))
    for k in sorted(kept, key=lambda k: (-len(cells[k]), -k)):
        others = [ground.negated(_as_formula(ground, cells[j])) for j in kept if j != k]
        if others:
            alone = ground.joined(
                "all", [_as_formula(ground, cells[k]), *others, *([] if within is None else [within])]
            )
            if find(ground, alone, questions=QUESTIONS).status == "nowhere":
                kept.remove(k)
    return kept
