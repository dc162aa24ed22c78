"""Which polynomials of some formulas matter in a box of the plane: those without whose signs it cannot be told which formulas hold.

A box is cut in quarters, ever smaller, until few polynomials are left whose sign is not known all over it and that the
formulas, simplified by the signs that are known, still ask for. These few are then looked at together, on an exact
decomposition of the small box, and those that change nothing are dropped. Every small box is closed, and so a neighbour's too: where
the formulas do not depend on a polynomial in any small box, they do not depend on it anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval, rational
from hedging_games.algebra.cells.plane import plane_cells
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import ANY_SIGN, FALSE, NEGATIVE, POSITIVE, TRUE, ZERO, sign_bit
from hedging_games.algebra.polynomials import Terms

Box = tuple[Interval, Interval]

FEW = 7
"""Polynomials that are looked at together."""

DEEPEST = 9
"""Times that a box is cut in quarters."""


def mattering(ground: Ground, formulas: Sequence[int], box: Box, check: Check = no_check) -> set[int]:
    """The polynomials, by their number in the ground's table, that matter to formulas over two parameters in a box."""
    found: set[int] = set()
    closed = Interval(box[0].low, box[0].high), Interval(box[1].low, box[1].high)
    waiting: list[tuple[Box, tuple[int, ...], int]] = [(closed, tuple(formulas), 0)]
    while waiting:
        check()
        here, asked, depth = waiting.pop()
        left = _simplified(ground, asked, here)
        if set(_polynomials(ground, left)) <= found:
            continue
        open_ = sorted(set(_polynomials(ground, left)))
        if len(open_) <= FEW or depth == DEEPEST:
            found |= set(_needed(ground, left, open_, here)) if len(open_) <= FEW else set(open_)
            continue
        waiting += [(quarter, left, depth + 1) for quarter in _quarters(here)]
    return found


def _simplified(ground: Ground, formulas: Sequence[int], box: Box) -> tuple[int, ...]:
    """The formulas in a box, without what the signs there settle; constants and repetitions are left out."""
    signs = {p: _signs(ground.terms[p], box) for p in _polynomials(ground, formulas)}
    known = {p: s for p, s in signs.items() if s != ANY_SIGN}
    memo = {TRUE: TRUE, FALSE: FALSE}
    simpler = (ground.simplified(number, known, memo) for number in formulas)
    return tuple(dict.fromkeys(number for number in simpler if number not in (TRUE, FALSE)))


def _signs(terms: Terms, box: Box) -> int:
    values = enclose(terms, box)
    if values.nonnegative:
        return POSITIVE if values.positive else POSITIVE | ZERO
    if values.nonpositive:
        return NEGATIVE if values.negative else NEGATIVE | ZERO
    return ANY_SIGN


def _polynomials(ground: Ground, formulas: Sequence[int]) -> Iterator[int]:
    """The polynomials that formulas ask about."""
    seen: set[int] = set()
    waiting = list(formulas)
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        part = ground.parts[number]
        if part.kind == "signs":
            yield part.polynomial
        waiting += part.parts


def _needed(ground: Ground, formulas: Sequence[int], polynomials: Sequence[int], box: Box) -> list[int]:
    """Of a few polynomials those without whose signs it cannot be told which formulas hold in a box."""
    plane = plane_cells([ground.terms[p] for p in polynomials], box, walls="all")
    truth: dict[tuple[int, ...], tuple[bool, ...]] = {}
    for cell in plane.cells:
        if cell.signs not in truth:
            signs = dict(zip(polynomials, cell.signs, strict=True))
            truth[cell.signs] = tuple(_holds(ground, number, signs) for number in formulas)
    kept = list(range(len(polynomials)))
    for k in reversed(range(len(polynomials))):
        rest = [j for j in kept if j != k]
        told: dict[tuple[int, ...], tuple[bool, ...]] = {}
        if all(told.setdefault(tuple(s[j] for j in rest), values) == values for s, values in truth.items()):
            kept = rest
    return [polynomials[k] for k in kept]


def _holds(ground: Ground, number: int, signs: Mapping[int, int], memo: dict[int, bool] | None = None) -> bool:
    """Whether a formula holds where polynomials have given signs."""
    memo = {TRUE: True, FALSE: False} if memo is None else memo
    if number not in memo:
        part = ground.parts[number]
        if part.kind == "signs":
            memo[number] = bool(sign_bit(signs[part.polynomial]) & part.signs)
        else:
            decide = all if part.kind == "all" else any
            memo[number] = decide(_holds(ground, inner, signs, memo) for inner in part.parts)
    return memo[number]


def _quarters(box: Box) -> list[Box]:
    """The four closed quarters of a box."""
    halves = []
    for interval in box:
        low, high = rational(interval.low), rational(interval.high)
        middle = (low + high) / 2
        halves.append((Interval(low, middle), Interval(middle, high)))
    return [(x, y) for x in halves[0] for y in halves[1]]
