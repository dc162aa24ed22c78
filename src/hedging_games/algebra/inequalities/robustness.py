"""How far a point can be moved before it leaves a union of systems: certified, with the inequality that gives way first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from hedging_games.algebra.cells.intervals import Interval, meet
from hedging_games.algebra.checking import Check
from hedging_games.algebra.inequalities.decide import DEFAULT, decide_empty
from hedging_games.algebra.inequalities.distance import (
    NOWHERE,
    Distance,
    Gauge,
    Norm,
    affine_distance,
    closest_found,
    ranges,
)
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.system import Constraint, System, constraint, negated
from hedging_games.algebra.polynomials import Point, affine_form, derivative, polynomial_of, value_at, variables_of
from hedging_games.errors import could_not_finish, input_error

PRECISION = Fraction(1, 64)
"""The certified lower bound is brought within this share of the upper one, where the proofs succeed."""

ROUNDS = 12
"""Attempts at a certified bound; a point on the border of a region has none."""

REACHES = tuple(Fraction(1, 2**k) for k in (6, 5, 4, 3))
"""Shares of the ranges within which a loss is looked for before it is looked for in the whole box: nearby there are few cells and short proofs."""

MOST_PIECES = 2_000
"""Pieces of the complement that are looked at."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """The radius of the largest box or ball around a point, in shares of the ranges, inside a union of systems.

    ``radius`` holds its bounds (squares for "ball") and the nearest point where the union is left; infinite where it
    fills the box. ``binding`` are the constraints that give way at that point.
    """

    norm: Norm
    radius: Distance
    binding: tuple[Constraint, ...]


def robustness(
    point: Sequence[Fraction],
    union: Sequence[System],
    norm: Norm = "box",
    limits: Limits = DEFAULT,
    check_time: Check | None = None,
) -> Robustness:
    """How far a point is from the nearest place, in the box and under the assumptions, outside a union of systems.

    Exact for affine systems; otherwise from below by proofs that no nearer point lies outside, from above by a point
    that does. Raises InputError if the point is not in the union or a range is unbounded.
    """
    if not any(cell.contains(point) for cell in union):
        raise input_error("robustness", "the point lies in none of the regions", "start from a point where it holds")
    gauge = Gauge(tuple(point), ranges(union[0]), norm)
    for reach in REACHES:
        near = _measured(gauge, _within(gauge, union, reach, limits, check_time), limits, check_time)
        # What lies outside the smaller box is further away than its reach, in either norm.
        if near.radius.high is not None and near.radius.high <= (reach if norm == "box" else reach**2):
            return near
    return _measured(gauge, union, limits, check_time)


def _within(
    gauge: Gauge, union: Sequence[System], reach: Fraction, limits: Limits, check_time: Check | None
) -> list[System]:
    """What a union is in the box around the centre in which every variable moves by a share of its range at most."""
    moves = [Interval(x - reach * s, x + reach * s) for x, s in zip(gauge.centre, gauge.scale, strict=True)]
    box = tuple(meet(b, m) for b, m in zip(union[0].box, moves, strict=True))
    cells = [cell.on(box) for cell in union]
    return [cell for cell in cells if decide_empty(cell, limits, check_time).status != "empty"]


def _measured(gauge: Gauge, union: Sequence[System], limits: Limits, check_time: Check | None) -> Robustness:
    """How far the centre is from the nearest place of the systems' common box, under the assumptions, that is in none of them."""
    norm = gauge.norm
    best = NOWHERE
    binding: tuple[Constraint, ...] = ()
    found: list[tuple[System, Fraction]] = []
    # Affine pieces first: their distances are cheap, and a bound for the others. Of these, those first that look near.
    pieces = complement(union, limits, check_time)
    for piece, broken in sorted(pieces, key=lambda piece: (not _affine(piece[0]), _guessed(gauge, piece[0]))):
        near = distance(gauge, piece, limits, best.high, check_time)
        if near.low is None:
            continue
        found.append((piece, near.low))
        if near.high is not None and (best.high is None or near.high < best.high):
            best, binding = near, _tight(broken, near.nearest)
    if not found:
        return Robustness(norm, NOWHERE, ())
    low = min(_raised(gauge, piece, low, best.high, limits, check_time) for piece, low in found)
    return Robustness(norm, Distance(low, best.high, best.nearest), binding)


def _affine(system: System) -> bool:
    return all(affine_form(asked.terms) is not None for asked in (*system.constraints, *system.assumptions))


def _guessed(gauge: Gauge, system: System) -> float:
    """About how far a system is in the box norm, by the slopes at the centre of what fails there: to sort by, no more."""
    guess = 0.0
    for fact in system.facts():
        lacking = -float(value_at(fact.terms, gauge.centre))
        if lacking > 0:
            slopes = [value_at(derivative(fact.terms, i), gauge.centre) * s for i, s in enumerate(gauge.scale)]
            slope = float(sum(map(abs, slopes)))
            guess = max(guess, lacking / slope if slope else inf)
    return guess


def _raised(
    gauge: Gauge, piece: System, low: Fraction, high: Fraction | None, limits: Limits, check_time: Check | None
) -> Fraction:
    """The lower bound of a piece, raised to the distance of the nearest point of all where nothing of it is nearer."""
    if high is None or low >= high:
        return low
    return high if decide_empty(nearer_part(gauge, piece, high), limits, check_time).status == "empty" else low


def _tight(broken: Sequence[Constraint], nearest: Point | None) -> tuple[Constraint, ...]:
    """Those of the constraints given up in a piece that are nearest to giving way at its nearest point."""
    if nearest is None:
        return tuple(broken)
    failing = [c for c in broken if not c.holds_at(nearest)]
    border = [c for c in broken if Constraint(c.polynomial, "==").holds_at(nearest)]
    return tuple(border or failing or broken)


def complement(
    union: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> list[tuple[System, tuple[Constraint, ...]]]:
    """The points of the box, under the assumptions, outside a union: systems that cover them, without those proved empty.

    Each comes with the constraints, one per system of the union, that fail in it. Pieces may overlap.
    Raises CouldNotFinish if they become too many.
    """
    whole = union[0].with_constraints(())
    pieces: list[tuple[System, tuple[Constraint, ...]]] = [(whole, ())]
    for cell in union:
        grown = []
        for piece, broken in pieces:
            for asked in cell.constraints:
                for turned in negated(asked):
                    outside = piece if turned in piece.constraints else piece.having(turned)
                    if decide_empty(outside, limits, check_time).status != "empty":
                        grown.append((outside, (*broken, asked)))
        pieces = _without_repetition(grown)
        if len(pieces) > MOST_PIECES:
            raise could_not_finish(
                "robustness", f"the complement has more than {MOST_PIECES} pieces", "use fewer cells"
            )
    return pieces


def _without_repetition(
    pieces: Sequence[tuple[System, tuple[Constraint, ...]]],
) -> list[tuple[System, tuple[Constraint, ...]]]:
    """Each piece once, and none that asks all that another asks."""
    kept: list[tuple[System, tuple[Constraint, ...]]] = []
    for piece, broken in sorted(pieces, key=lambda p: len(p[0].constraints)):
        asked = set(piece.constraints)
        if not any(set(other.constraints) <= asked for other, _ in kept):
            kept.append((piece, broken))
    return kept


def distance(
    gauge: Gauge,
    system: System,
    limits: Limits = DEFAULT,
    bound: Fraction | None = None,
    check_time: Check | None = None,
) -> Distance:
    """The distance of a system, exact or bracketed; beyond ``bound``, if given, only that it is beyond."""
    exact = affine_distance(gauge, system, check_time)
    if exact is not None:
        return exact
    verdict = decide_empty(system, limits, check_time)
    if verdict.status == "empty":
        return NOWHERE
    if bound is not None and decide_empty(nearer_part(gauge, system, bound), limits, check_time).status == "empty":
        return Distance(bound, None, None)
    start = verdict.rational_witness
    nearest = None if start is None else closest_found(gauge, system, start)
    return _bracketed(gauge, system, limits, nearest, check_time)


def _bracketed(
    gauge: Gauge, system: System, limits: Limits, nearest: Point | None, check_time: Check | None
) -> Distance:
    """Raise the lower bound by proofs, and lower the upper one by the points that come up instead."""
    high = None if nearest is None else gauge.to(nearest)
    # Within the box no distance is more than a whole range in every variable.
    reach = high if high is not None else Fraction(1 if gauge.norm == "box" else len(gauge.scale))
    share = PRECISION
    for _ in range(ROUNDS):
        if share >= 1 or reach == 0:
            break
        trial = reach * (1 - share)
        verdict = decide_empty(nearer_part(gauge, system, trial), limits, check_time)
        if verdict.status == "empty":
            return Distance(trial, high, nearest)
        found = verdict.rational_witness
        if found is None:
            share *= 2
            continue
        nearest = closest_found(gauge, system, found)
        reach = high = gauge.to(nearest)
    return Distance(Fraction(0), high, nearest)


def nearer_part(gauge: Gauge, system: System, radius: Fraction) -> System:
    """The part of a system nearer to the centre than a radius (its square for "ball"); it has the same emptiness.

    Variables that nothing speaks of are kept where they are: moving them only adds to the distance.
    """
    size = len(gauge.scale)
    asked = {v for c in (*system.constraints, *system.assumptions) for v in variables_of(c.terms)}
    if gauge.norm == "box":
        reach = [radius * s if i in asked else Fraction(0) for i, s in enumerate(gauge.scale)]
        moves = [
            Interval(x - r, x + r, low_closed=not r, high_closed=not r)
            for x, r in zip(gauge.centre, reach, strict=True)
        ]
        return system.on(tuple(meet(b, m) for b, m in zip(system.box, moves, strict=True)))
    nothing = (0,) * size
    total = polynomial_of(system.ring, {nothing: radius})
    still = tuple(
        b if i in asked else Interval(x, x) for i, (b, x) in enumerate(zip(system.box, gauge.centre, strict=True))
    )
    for i, s in enumerate(gauge.scale):
        if s and i in asked:
            alone = tuple(int(k == i) for k in range(size))
            part = polynomial_of(system.ring, {alone: 1 / s, nothing: -gauge.centre[i] / s})
            total -= part * part
    return system.on(still).having(constraint(total, ">"))
