"""What elimination leaves in one unknown, or as two equations in two: real roots and the intervals between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.algebraic import enclosure, real_roots
from hedging_games.algebra.cells.intervals import between
from hedging_games.algebra.checking import Check
from hedging_games.algebra.positive.cases import Case, block
from hedging_games.algebra.positive.system import Block, Number, Polynomial, terms
from hedging_games.errors import CouldNotFinish


def pieces_of_the_line(case: Case) -> list[Block]:
    """The solutions of a case with one unknown alive: isolated points, and intervals by their ends."""
    (unknown,) = case.alive
    if case.equations:
        roots = _roots(case.equations[0], unknown)
        return [block(case, [{unknown: x}], {unknown: x}) for x in roots if case.holds({unknown: x})]
    ends = sorted({Fraction(0), *(x for p in case.conditions for x in _roots(p, unknown) if x > 0)})
    # Points and gaps alternate: end 0, the gap after it, end 1, ...; the last gap has no upper end.
    places: list[tuple[Number, Number, Number | None]] = []
    for low, high in zip(ends, [*ends[1:], None], strict=True):
        places += [(low, low, low), (between(low, high), low, high)]
    pieces: list[Block] = []
    run: list[tuple[Number, Number, Number | None]] = []
    for place in [*places, None]:
        if place is not None and case.holds({unknown: place[0]}):
            run.append(place)
        elif run:
            pieces.append(_interval(case, unknown, run))
            run = []
    return pieces


def _interval(case: Case, unknown: int, run: Sequence[tuple[Number, Number, Number | None]]) -> Block:
    low, high = run[0][1], run[-1][2]
    inside = {unknown: next((x for x, below, above in run if above is None or below < above), run[0][0])}
    points = [{unknown: low}] if high is None or high == low else [{unknown: low}, {unknown: high}]
    return block(case, points, inside, [{unknown: Fraction(1)}] if high is None else [])


def _roots(p: Polynomial, unknown: int) -> tuple[Number, ...]:
    """The distinct real roots of a polynomial in one unknown."""
    coefficients = [Fraction(0)] * (p.degrees()[unknown] + 1)
    for powers, coefficient in terms(p):
        coefficients[powers.get(unknown, 0)] = coefficient
    return tuple(real_roots(coefficients))


def common_points(case: Case, check: Check) -> list[dict[int, Number]] | None:
    """The solutions of a case with two unknowns alive, whose first two equations have no common factor; None if their
    roots have too high a degree.

    Every common root has its coordinates among the roots of the two resultants (Cox, Little and O'Shea, Ideals,
    Varieties, and Algorithms, chapter 3, section 6); pairs are excluded by enclosures and confirmed exactly.
    """
    first, second = case.equations[:2]
    x, y = sorted(case.alive)
    along = {x: _roots(first.resultant(second, y), x), y: _roots(first.resultant(second, x), y)}
    found = []
    for a in along[x]:
        for b in along[y]:
            check()
            at = {x: a, y: b}
            if a <= 0 or b <= 0 or any(_excluded(p, at) for p in case.equations):
                continue
            try:
                if case.holds(at):
                    found.append(at)
            except CouldNotFinish:
                return None
    return found


def _excluded(p: Polynomial, at: dict[int, Number]) -> bool:
    """Whether enclosures show that a polynomial does not vanish at positive numbers."""
    error = Fraction(1, 2**60)
    ends = {k: enclosure(x, error) for k, x in at.items()}
    low = high = Fraction(0)
    for powers, coefficient in terms(p):
        bounds: list[Any] = []
        for side in (0, 1):
            part = coefficient
            for k, e in powers.items():
                part *= max(ends[k][side], Fraction(0)) ** e
            bounds.append(part)
        low += min(bounds)
        high += max(bounds)
    return low > 0 or high < 0
