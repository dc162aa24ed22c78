"""How far a point is from losing its hedging, and how much of the declared box keeps it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isqrt
from typing import Any

from hedging_games.algebra.cells.intervals import rational
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, negation
from hedging_games.algebra.inequalities.distance import Distance, Norm
from hedging_games.algebra.inequalities.robustness import Robustness as Measured
from hedging_games.algebra.inequalities.robustness import robustness as measure
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.inequalities.volume import Share, share
from hedging_games.algebra.inequality_text import written
from hedging_games.algebra.numbers import shown_number
from hedging_games.algebra.polynomials import derivative, value_at, variables_of
from hedging_games.analysis.bracket import bracketed, lost_within
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.conditions.region import Region, held_lines
from hedging_games.analysis.limits import interrupted_after
from hedging_games.analysis.shares import share_estimated, share_where
from hedging_games.errors import CouldNotFinish, input_error
from hedging_games.model.catalogue import ModelLike, model_of
from hedging_games.shown import Shown

LEAST = 1e-3
"""Seconds that a step has in any case."""

SIMPLE = 1_000
"""Largest denominator of a radius that is tried for being exact."""

FINEST = 10_000
"""Denominator of certified bounds that are not exact."""


@dataclass(frozen=True, slots=True)
class Robustness(Shown):
    """How robust the event is at a point.

    ``norm`` : ``box`` or ``ball``. ``low``, ``high`` : bounds of the radius of the largest box or ball around the point in
    which the event is surely played, in shares of each parameter's range: every parameter may move by that share of
    its range, all at once, or all of them such that the Euclidean length of their shares is no larger. They agree
    where the radius is exact (that of a ball: where it is rational); both None if the event is played in the whole box.
    ``square`` : for a ball, the square of the radius where it is exact; it is rational even if the radius is not.
    ``binding`` : the inequalities that fail first. ``nearest`` : the nearest point where the event is lost, by name.
    ``elasticities`` : for each binding inequality, by how many per cent its margin at the point grows when a parameter grows
    by one per cent (those that it does not contain are left out; empty where the margin is zero).
    ``share`` : of the declared box, under the assumptions, in which the event is played; None where time ran out before. Where the region
    has a part that was not derived, the share is of the others, and the radius surely stays out of it.
    ``high`` and ``nearest`` are None where no point was found at which the event is lost, though it may be.
    """

    region: Region
    point: Mapping[str, Fraction]
    low: Fraction | None
    high: Fraction | None
    binding: tuple[Constraint, ...]
    nearest: Mapping[str, Fraction] | None
    share: Share | None
    elasticities: tuple[Mapping[str, Fraction], ...] = ()
    norm: Norm = "box"
    square: Fraction | None = None

    @property
    def exact(self) -> bool:
        """Whether the radius is known exactly: as a rational number or, for a ball, as the root of one."""
        return self.low == self.high or self.square is not None

    def __str__(self) -> str:
        if self.low is None:
            lines = ["the event is played in the whole declared box"]
        else:
            lines = [self._reach()]
            lines += [f"  first to fail: {written(c, self.region.setting.whole.box)}, {c.reason}" for c in self.binding]
        for moved_by in filter(None, self.elasticities):
            parts = (f"{name} {float(value):+.3g}" for name, value in moved_by.items())
            lines.append("  its margin moves, per cent for per cent, with " + ", ".join(parts))
        if self.nearest is not None:
            moved = {name: value for name, value in self.nearest.items() if value != self.point[name]}
            where = ", ".join(f"{name} = {shown_number(value)}" for name, value in moved.items())
            lines.append(f"  nearest loss: {where or 'beside the point itself, which lies on a border'}")
        if self.share is not None:
            of = "box" if self.region.underived == FALSE else "part of the box in which the condition was derived"
            lines.append(f"share of the {of} with the event: {self.share}")
        lines += held_lines(self.region.setting.structural)
        return "\n".join([*lines, *(f"note: {note}" for note in self.region.said)])

    def _reach(self) -> str:
        most = "no loss was found" if self.high is None else f"at most {shown_number(self.high)}"
        least = shown_number(self.low)
        radius = least if self.low == self.high else f"at least {least} ({most})"
        if self.norm == "box":
            return f"every parameter may move by {radius} of its range, all at once, before the event is lost"
        if self.square is not None and self.low != self.high:
            radius = f"sqrt({self.square}), {radius}"
        return f"the point may move by {radius} (Euclidean length, in shares of the ranges) before the event is lost"


def robustness(
    model: ModelLike,
    among: str = "some",
    concept: str | None = None,
    *,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    held: Mapping[str, Any] | None = None,
    norm: Norm = "box",
    check: Check = no_check,
    time_limit: float | None = None,
) -> Robustness:
    """The robustness of the model's event around its baseline (or a case).

    Parameters
    ----------
    model : a model, its name in the catalogue, or the path of its file.
    among : the event in ``some`` or in ``every`` equilibrium.
    concept : a solution concept whose regions are derived; the model's or the game's own by default.
    case : the point, instead of the baseline.
    fixed : values at the point; these parameters stay free to move like the others. held : values of parameters that do not move.
    norm : ``box`` lets every parameter move by the same share of its range, ``ball`` measures the Euclidean length of the shares.
    check : called again and again; what it raises ends the work.
    time_limit : seconds; what is known by then is the answer.

    Exact where the region's inequalities are linear; else the lower bound is proved, never sampled.

    Raises InputError if the event is not played at the point, or the norm is neither.
    """
    model = model_of(model)
    if norm not in ("box", "ball"):
        raise input_error("option", f"the norm is {norm!r}", "write box or ball")
    started = time.monotonic()
    with interrupted_after(time_limit):
        region = condition(model, among, concept, case=case, fixed=held, check=check)
    values = model.point(case, **{**(fixed or {}), **(held or {})})
    point = {name: values[name] for name in region.setting.names}
    start = region.setting.point(values)
    if not region.contains(point):
        raise input_error(
            "robustness",
            "the event is not played at this point, so nothing can be lost",
            "choose another --case or --set",
        )
    derived = time.monotonic() - started
    try:
        # Half of the time is kept for a bracket, should the cells be too many.
        with interrupted_after(None if time_limit is None else max((time_limit - derived) / 2, LEAST)):
            return _from_cells(region, point, start, norm, check)
    except CouldNotFinish:
        left = None if time_limit is None else max(time_limit - (time.monotonic() - started), LEAST)
        return _from_condition(region, point, start, norm, left, check)


def _from_cells(
    region: Region, point: Mapping[str, Fraction], start: Sequence[Fraction], norm: Norm, check: Check
) -> Robustness:
    union = list(region.systems)
    found: Measured = measure(start, union, norm, check_time=check)
    radius = _tightened(region, start, found.radius) if norm == "box" else found.radius
    # Of the inequalities given up, those bind that hold at the point; another cell may ask the same once more.
    holding = {(c.polynomial, c.relation): c for c in reversed(found.binding) if c.holds_at(start)}
    binding = tuple(reversed(holding.values())) or found.binding
    return _answer(region, point, start, norm, radius, binding, share(union, check_time=check))


def _from_condition(
    region: Region,
    point: Mapping[str, Fraction],
    start: Sequence[Fraction],
    norm: Norm,
    seconds: float | None,
    check: Check,
) -> Robustness:
    """A bracket, where the region has too many cells to be measured one by one."""
    began = time.monotonic()

    def left(share: float) -> float | None:
        return None if seconds is None else max((seconds - (time.monotonic() - began)) * share, LEAST)

    radius, binding = bracketed(region, start, norm, left(1 / 2), check)
    part: Share | None = None
    try:
        with interrupted_after(left(1 / 2)):
            part = share_estimated(region.setting.whole, region.formula, check=check)
        with interrupted_after(left(1)):
            radius = _tightened(region, start, radius) if norm == "box" else radius
    except CouldNotFinish:
        if seconds is None:
            raise
    return _answer(region, point, start, norm, radius, binding, part)


def _answer(
    region: Region,
    point: Mapping[str, Fraction],
    start: Sequence[Fraction],
    norm: Norm,
    radius: Distance,
    binding: tuple[Constraint, ...],
    part: Share | None,
) -> Robustness:
    if region.underived != FALSE:
        radius = _lost_for_sure(region, radius)
        part = part and share_where(region.setting.ground, region.formula, negation(region.underived), region.check)
    nearest = None if radius.nearest is None else dict(zip(region.setting.names, radius.nearest, strict=True))
    elastic = tuple(elasticities(asked, region.setting.names, start) for asked in binding)
    low, high = (radius.low, radius.high) if norm == "box" else _roots(radius)
    square = radius.low if norm == "ball" and radius.exact else None
    return Robustness(region, point, low, high, binding, nearest, part, elastic, norm, square)


def _lost_for_sure(region: Region, radius: Distance) -> Distance:
    """Of bounds that take for lost what was not derived: the upper one only where the event is lost for sure at the point that shows it."""
    ground = region.setting.ground
    if radius.nearest is None or not ground.holds(ground.number(region.possibly), radius.nearest):
        return radius
    return Distance(radius.low, None, None)


def _roots(squares: Distance) -> tuple[Fraction | None, Fraction | None]:
    """Bounds of a radius from those of its square: exact where both are squares, else rounded outwards."""
    low = None if squares.low is None else _root(squares.low, up=False)
    return low, None if squares.high is None else _root(squares.high, up=True)


def _root(square: Fraction, *, up: bool) -> Fraction:
    """The root of a fraction, exact if it is rational, else the nearest multiple of ``1 / FINEST`` below it, or above."""
    top, bottom = isqrt(square.numerator), isqrt(square.denominator)
    if Fraction(top, bottom) ** 2 == square:
        return Fraction(top, bottom)
    return Fraction(isqrt(floor(square * FINEST**2)) + up, FINEST)


def elasticities(asked: Constraint, names: Sequence[str], point: Sequence[Fraction]) -> dict[str, Fraction]:
    """Parameter to the elasticity of an inequality's left-hand side at a point: ``(x/m) * dm/dx``; empty where it is zero."""
    margin = value_at(asked.terms, point)
    if margin == 0:
        return {}
    return {
        names[i]: Fraction(point[i] * value_at(derivative(asked.terms, i), point)) / margin
        for i in variables_of(asked.terms)
    }


def _tightened(region: Region, centre: Sequence[Fraction], radius: Distance) -> Distance:
    """Bounds brought together: the event is proved to be played within a simple radius, and lost at it, if it is."""
    low, high, nearest = radius.low, radius.high, radius.nearest
    if low is None or high is None or low == high:
        return radius
    simple = high.limit_denominator(SIMPLE)
    at = lost_within(region, centre, simple, open_interval_ends=False)
    if at.point is not None and all(isinstance(x, Fraction) for x in at.point):
        high, nearest = simple, tuple(rational(x) for x in at.point)
    for guess in (simple, Fraction(floor(high * FINEST), FINEST)):
        if low < guess <= high and lost_within(region, centre, guess, open_interval_ends=True).status == "nowhere":
            return Distance(guess, high, nearest)
    return Distance(Fraction(floor(low * FINEST), FINEST), high, nearest)
