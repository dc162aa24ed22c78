"""A bracket of how far a point is from losing its hedging, from the condition as it was derived: no cell is listed.

From below by proof: within a smaller box around the point, the event is nowhere lost. From above by a point at which it is lost. The
radius is halved between the two; whenever the work is stopped, the bracket found so far stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from hedging_games.algebra.cells.intervals import Interval, meet
from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import All, Atom, Formula
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.inequalities.distance import Distance, Gauge, Norm, ranges
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.conditions.setting import rational_point
from hedging_games.analysis.limits import interrupted_after
from hedging_games.errors import CouldNotFinish

ROUNDS = 12
"""Radii that are tried."""

CLOSE = Fraction(1, 32)
"""The lower bound is brought within this share of the upper one, where the proofs succeed."""

HALVINGS = 16
"""Times that the way to a loss is halved."""

FINEST = 10_000
"""Denominator of the radii that are tried."""


@dataclass
class Bracket:
    """Bounds in shares of the ranges (``low`` proved, ``nearest`` the nearest loss found, None where none was).

    ``nowhere`` : the event is proved to be lost nowhere at all.
    """

    low: Fraction = Fraction(0)
    nearest: tuple[Fraction, ...] | None = None
    nowhere: bool = False

    def distance(self, gauge: Gauge) -> Distance:
        """The bracket as a distance: of a ball, squared; it holds the box of its radius' size no more than the other way round."""
        if self.nowhere:
            return Distance(None, None, None)
        low = self.low if gauge.norm == "box" else self.low**2
        return Distance(low, None if self.nearest is None else gauge.to(self.nearest), self.nearest)


def bracketed(
    region: Region, centre: Sequence[Fraction], norm: Norm, seconds: float | None, check: Check
) -> tuple[Distance, tuple[Constraint, ...]]:
    """The bracket around a point of a region, after so many ``seconds`` the one found by then, and the inequalities that fail."""
    gauge = Gauge(tuple(centre), ranges(region.setting.whole), norm)
    bracket = Bracket()
    try:
        with interrupted_after(seconds):
            _narrow(region, gauge, bracket, check)
    except CouldNotFinish:
        if seconds is None:
            raise
    failing = () if bracket.nearest is None else _failing(region, centre, bracket)
    return bracket.distance(gauge), failing


def _narrow(region: Region, gauge: Gauge, bracket: Bracket, check: Check) -> None:
    boxes = Gauge(gauge.centre, gauge.scale, "box")
    outside = region.setting.ground.negated(region.number)
    _lower(region, bracket, gauge, _near(region, outside, gauge))
    if bracket.nearest is None:
        anywhere = find(region.setting.ground, outside, hard=True)
        bracket.nowhere = anywhere.status == "nowhere"
        _lower(region, bracket, gauge, [] if anywhere.point is None else [anywhere.point])
        if bracket.nowhere:
            return
    open_ = None
    for k in range(ROUNDS):
        check()
        # What lies within the box norm of the nearest loss known is all that can be nearer, in either norm.
        top = Fraction(1) if bracket.nearest is None else boxes.to(bracket.nearest)
        top = top if open_ is None else min(top, open_)
        if bracket.low >= top * (1 - CLOSE):
            return
        guess = top if k == 0 else Fraction(floor((bracket.low + top) / 2 * FINEST), FINEST)
        if guess <= bracket.low:
            return
        found = lost_within(region, gauge.centre, guess, open_interval_ends=True)
        if found.status == "nowhere":
            bracket.low = guess
        elif found.point is not None and _is_nearer(boxes, found, bracket):
            _lower(region, bracket, gauge, [found.point])
        else:
            # Neither a proof nor a nearer loss: only a smaller box may have one.
            open_ = guess


def _is_nearer(boxes: Gauge, found: Found, bracket: Bracket) -> bool:
    """Whether a point found lies nearer, in the box norm, than the nearest loss known."""
    here = rational_point(found.point)
    return here is not None and (bracket.nearest is None or boxes.to(here) < boxes.to(bracket.nearest))


def _near(region: Region, outside: int, gauge: Gauge) -> list[tuple[Fraction, ...]]:
    """The nearest point of those already known at which the event is lost."""
    bank = region.setting.ground.bank
    there = region.setting.ground.truth(outside)
    points = [bank.point(k) for k in range(there.bit_length()) if there >> k & 1]
    rational = [p for p in map(rational_point, points) if p is not None]
    return [min(rational, key=gauge.to)] if rational else []


def _lower(region: Region, bracket: Bracket, gauge: Gauge, points: Sequence[Sequence[object]]) -> None:
    """The upper bound by points at which the event is lost, and by the first loss on the way to them."""
    for point in points:
        here = rational_point(point)
        if here is None:
            continue
        for lost in (here, _on_the_way(region, gauge.centre, here)[1]):
            if bracket.nearest is None or gauge.to(lost) < gauge.to(bracket.nearest):
                bracket.nearest = lost


def _on_the_way(
    region: Region, centre: Sequence[Fraction], lost: tuple[Fraction, ...]
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Two close points on the way from the centre to a point at which the event is lost: it is played at the first alone."""
    ground, whole = region.setting.ground, region.setting.whole
    played, not_played = Fraction(0), Fraction(1)

    def at(share: Fraction) -> tuple[Fraction, ...]:
        return tuple(c + share * (x - c) for c, x in zip(centre, lost, strict=True))

    for _ in range(HALVINGS):
        middle = (played + not_played) / 2
        if not whole.contains(at(middle)):
            break
        if ground.holds(region.number, at(middle)):
            played = middle
        else:
            not_played = middle
    return at(played), at(not_played)


def lost_within(region: Region, centre: Sequence[Fraction], radius: Fraction, *, open_interval_ends: bool) -> Found:
    """Where the event is not played nearer to a point than ``radius`` (or as near), in shares of the ranges."""
    whole = region.setting.whole
    closed = not open_interval_ends
    box = []
    for interval, c, scale in zip(whole.box, centre, ranges(whole), strict=True):
        reach = radius * scale
        near = Interval(c - reach, c + reach, closed, closed) if reach else Interval(c, c)
        box.append(meet(interval, near))
    ground = Ground(whole.on(tuple(box)), centre)
    return find(ground, ground.negated(ground.number(region.formula)), hard=True)


def _failing(region: Region, centre: Sequence[Fraction], bracket: Bracket) -> tuple[Constraint, ...]:
    """Inequalities that together make the event be played just before it is lost, of which those that fail just after."""
    assert bracket.nearest is not None
    before, after = _on_the_way(region, centre, bracket.nearest)
    chosen = _true_parts(region.formula, before, {}) or ()
    return tuple(c for c in dict.fromkeys(chosen) if not c.holds_at(after))


def _true_parts(
    formula: Formula, point: Sequence[Fraction], known: dict[int, tuple[Constraint, ...] | None]
) -> tuple[Constraint, ...] | None:
    """The fewest inequalities, part by part, that make a formula true at a point; None where it is false."""
    if isinstance(formula, Atom):
        return (formula.constraint,) if formula.constraint.holds_at(point) else None
    if id(formula) not in known:
        parts = [_true_parts(part, point, known) for part in formula.parts]
        true = [part for part in parts if part is not None]
        if isinstance(formula, All):
            known[id(formula)] = None if len(true) < len(parts) else tuple(c for part in true for c in part)
        else:
            known[id(formula)] = min(true, key=len, default=None)
    return known[id(formula)]
