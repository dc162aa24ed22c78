"""The pieces of a phase diagram as shapes: regions, the borders between them, and the lines and points on which ties are.

What lies where is exact (`analysis.phases`); here its borders become polygons and lines in data coordinates. A curve is drawn through
exact points, so many that between two of them it leaves the line by less than `BOUND` of the figure's height (asked where half-way).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, TypeAlias

import numpy as np

from hedging_games.algebra.cells.curves import Section
from hedging_games.algebra.cells.plane import Border
from hedging_games.algebra.checking import Check, no_check
from hedging_games.analysis.phase_events import Hedging, cells_by_event
from hedging_games.analysis.phases import PhaseCell, Phases
from hedging_games.figures.scene import Point

BOUND: Final = 1 / 2000
"""How far a curve may be from the line that is drawn for it, as a share of the figure's height."""

FIRST: Final = 8
"""Pieces into which a curve is cut at least."""

HALVINGS: Final = 7
"""How often each is halved at most."""

INSET: Final = Fraction(1, 10**9)
"""The share of a cell's width by which its curves keep from its ends, where they may meet and lose their names."""

NEARBY: Final = 1e-6
"""How far beside a border its two sides are looked up, as a share of the figure's width or height."""

Kind: TypeAlias = tuple[int, str | None]
"""What is told apart: a phase (its position), and in which of its equilibria the event is played (`Hedging`); of the points of a sweep
also why that is not known.
"""

Window: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""From where to where, across and up."""


@dataclass(frozen=True, slots=True)
class Region:
    """An open piece of the plane between two lines: ``low`` and ``high``, each from left to right."""

    kind: Kind
    low: tuple[Point, ...]
    high: tuple[Point, ...]
    cell: PhaseCell

    @property
    def ends(self) -> tuple[float, float]:
        """From where to where it goes, across."""
        return self.low[0][0], self.low[-1][0]

    @property
    def outline(self) -> tuple[Point, ...]:
        """The polygon."""
        return (*self.low, *reversed(self.high))

    def heights(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Its lower and upper ends over places within its ends."""
        low, high = (np.array(line) for line in (self.low, self.high))
        return np.interp(x, low[:, 0], low[:, 1]), np.interp(x, high[:, 0], high[:, 1])


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of a border between two kinds; on ``curve`` (the terms of a polynomial in both parameters), or upright (None)."""

    points: tuple[Point, ...]
    sides: tuple[Kind | None, Kind | None]
    curve: Section | None
    cell: PhaseCell


@dataclass(frozen=True, slots=True)
class Tie:
    """A line, or a point, on which there are other equilibria than those of the regions around it."""

    kind: Kind
    points: tuple[Point, ...]
    cell: PhaseCell


@dataclass(frozen=True, slots=True)
class Map:
    """All that is to be drawn of phases over two parameters; ``shared`` : lines on which the equilibria of both sides stand."""

    window: Window
    regions: tuple[Region, ...]
    edges: tuple[Edge, ...]
    ties: tuple[Tie, ...]
    shared: tuple[tuple[Point, ...], ...] = ()

    @property
    def tied(self) -> list[Kind]:
        """The kinds of ties, in the order of their letters."""
        return list(dict.fromkeys(tie.kind for tie in self.ties))

    def at(self, x: float, y: float) -> Region | None:
        """The region at a place, by its drawn outline."""
        return _found(self.regions, x, y)


Apart: TypeAlias = Literal["some", "every", "event"] | None
"""What is told apart: whether the event is played in some, or in every, equilibrium; in some, every or none; None: all equilibria."""


def mapped(found: Phases, among: Apart = None, check: Check = no_check) -> Map:
    """The shapes of phases over two parameters; ``among`` : what is told apart."""
    assert found.setting is not None
    ranges = [found.setting.model.parameters[name].range for name in found.parameters]
    window: Window = tuple((float(r.low), float(r.high)) for r in ranges)  # type: ignore[assignment]
    cells = [(told_apart(k, hedging, among), cell) for k, cell, hedging in cells_by_event(found, check)]
    regions = tuple(Region(kind, *_lines(cell, window), cell) for kind, cell in cells if cell.dimension == 2)
    edges = tuple(edge for region in regions for edge in _edges(region, regions, window))
    ties, shared = [], []
    for kind, cell in cells:
        if cell.dimension < 2:
            points = _thin_line(cell, window)
            around = _around_all(points, regions, window)
            if among is not None:
                is_new, is_shared = any(kind not in near for near in around), False
            else:
                is_shared = all(are_together(kind, near, found) for near in around)
                is_new = not is_shared
            ties += [Tie(kind, points, cell)] if is_new else []
            shared += [points] if is_shared and len(points) > 1 else []
    return Map(window, regions, edges, tuple(ties), tuple(shared))


def are_together(kind: Kind, around: AbstractSet[Kind], found: Phases) -> bool:
    """Whether at a place there are the equilibria of what is around it, all together and no others; and the event as there."""
    sets = {k for n, _ in around for k in found.phases[n].outcomes}
    return sets == set(found.phases[kind[0]].outcomes) and (len({n for n, _ in around}) > 1 or around == {kind})


def told_apart(phase: int, hedging: Hedging | None, among: Apart) -> Kind:
    """What a cell of a phase is told apart by."""
    if among is None:
        return phase, hedging
    if among == "event":
        return 0, hedging
    return 0, "every" if hedging in ("every", among) else "none"


# --- lines ---------------------------------------------------------------------------------------------------------------


def _lines(cell: PhaseCell, window: Window) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    low, high = _ends(cell)
    return tuple(_line(border, low, high, window) for border in (cell.lower, cell.upper))  # type: ignore[return-value]


def _ends(cell: PhaseCell) -> tuple[Fraction, Fraction]:
    """From where to where a cell goes, across, as fractions next to its ends."""
    return Fraction(float(cell.first.low)), Fraction(float(cell.first.high))  # type: ignore[arg-type]


def _line(border: Border, low: Fraction, high: Fraction, window: Window) -> tuple[Point, ...]:
    """A border from end to end as points on it."""
    if not isinstance(border, Section):
        return ((float(low), _number(border)), (float(high), _number(border)))
    pieces = 1 if all(i + j <= 1 for (i, j), _ in border.curve) else FIRST
    xs = [low + (high - low) * k / pieces for k in range(pieces + 1)]
    if pieces > 1:
        # At their ends curves may meet and lose their names: there they are asked so little beside that nobody sees it.
        inset = (high - low) * INSET
        xs = [low + inset, *xs[1:-1], high - inset]
    tolerance = BOUND / 2 * (window[1][1] - window[1][0])
    heights = [float(border.height(x)) for x in xs]
    points = [(float(low), heights[0])]
    for (left, right), ends in zip(pairwise(xs), pairwise(heights), strict=True):
        points += _refined(border, (left, right), ends, tolerance, 0 if pieces == 1 else HALVINGS)
    points[-1] = (float(high), points[-1][1])
    return tuple(points)


def _refined(
    border: Section, xs: tuple[Fraction, Fraction], ys: tuple[float, float], tolerance: float, halvings: int
) -> list[Point]:
    """Points after the first one, up to the last, between which the curve is as good as straight."""
    middle = (xs[0] + xs[1]) / 2
    if halvings:
        height = float(border.height(middle))
        if abs(height - (ys[0] + ys[1]) / 2) > tolerance:
            left = _refined(border, (xs[0], middle), (ys[0], height), tolerance, halvings - 1)
            return left + _refined(border, (middle, xs[1]), (height, ys[1]), tolerance, halvings - 1)
    return [(float(xs[1]), ys[1])]


def _number(border: Border) -> float:
    assert border is not None
    assert not isinstance(border, Section)
    return float(border)


# --- borders -------------------------------------------------------------------------------------------------------------


def _found(regions: Iterable[Region], x: float, y: float) -> Region | None:
    for region in regions:
        if region.ends[0] <= x <= region.ends[1]:
            low, high = region.heights(np.array([x]))
            if low[0] <= y <= high[0]:
                return region
    return None


def _edges(region: Region, regions: Sequence[Region], window: Window) -> list[Edge]:
    """The borders of a region: below it and left of it, and above and right of it where nothing is beyond."""
    wide, high = (NEARBY * (ends[1] - ends[0]) for ends in window)
    found = []
    for border, line, step in ((region.cell.lower, region.low, -high), (region.cell.upper, region.high, high)):
        if isinstance(border, Section) or window[1][0] < line[0][1] < window[1][1]:
            section = border if isinstance(border, Section) else None
            beside = _Beside(regions, (0.0, step))
            found += _kept(region, _cut_across(line, regions), beside, section, once=step > 0, least=0.0)
    for k, step in ((0, -wide), (-1, wide)):
        low, top = region.low[k], region.high[k]
        if window[0][0] < low[0] < window[0][1] and top[1] > low[1]:
            cut = _cut_up(low, top[1], regions, step)
            found += _kept(region, cut, _Beside(regions, (step, 0.0)), None, once=step > 0, least=100 * high)
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is a step beside a place."""

    regions: Sequence[Region]
    step: Point

    def __call__(self, x: float, y: float) -> Kind | None:
        found = _found(self.regions, x + self.step[0], y + self.step[1])
        return None if found is None else found.kind


def _kept(
    region: Region,
    line: Sequence[Point],
    beyond: _Beside,
    section: Section | None,
    *,
    once: bool,
    least: float,
) -> list[Edge]:
    """The parts of a line beyond which there is another kind; with ``once`` only those beyond which there is nothing, since the others
    are borders of the region there.
    """
    found: list[Edge] = []
    for one, other in pairwise(line):
        if section is None and abs(other[1] - one[1]) + abs(other[0] - one[0]) < least:
            continue  # as long as the step aside: it comes from that
        side = beyond((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
        if side == region.kind or (once and side is not None):
            continue
        if found and found[-1].points[-1] == one and found[-1].sides[1] == side:
            before = found.pop()
            found.append(Edge((*before.points, other), before.sides, section, region.cell))
        else:
            found.append(Edge((one, other), (region.kind, side), section, region.cell))
    return found


def _cut_across(line: Sequence[Point], regions: Sequence[Region]) -> list[Point]:
    """A line with points added where regions begin and end."""
    xs, ys = zip(*line, strict=True)
    places = {end for region in regions for end in region.ends if xs[0] < end < xs[-1]}
    return [(x, float(np.interp(x, xs, ys))) for x in sorted({*xs, *places})]


def _cut_up(low: Point, top: float, regions: Sequence[Region], step: float) -> list[Point]:
    """An upright line with points added where the regions beside it begin and end."""
    x = low[0]
    beside = [region for region in regions if region.ends[0] <= x + step <= region.ends[1]]
    heights = {float(h[0]) for region in beside for h in region.heights(np.array([x + step]))}
    return [(x, y) for y in sorted({low[1], top, *(h for h in heights if low[1] < h < top)})]


# --- ties ----------------------------------------------------------------------------------------------------------------


def _around_all(points: Sequence[Point], regions: Sequence[Region], window: Window) -> list[set[Kind]]:
    """The kinds of the regions around a line or a point, piece by piece."""
    pieces = list(pairwise(_cut_thin(points, regions)))
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pieces] or [points[0]]
    return [_around(place, regions, window) for place in middles]


def _thin_line(cell: PhaseCell, window: Window) -> tuple[Point, ...]:
    if not cell.first.point:
        return _line(cell.lower, *_ends(cell), window)
    x = float(cell.sample[0])
    if cell.dimension == 0:
        return ((x, float(cell.sample[1])),)
    return ((x, _number(cell.lower)), (x, _number(cell.upper)))


def _cut_thin(points: Sequence[Point], regions: Sequence[Region]) -> list[Point]:
    if len(points) > 1 and points[0][0] == points[-1][0]:
        return _cut_up(points[0], points[-1][1], regions, 0.0)
    return _cut_across(points, regions) if len(points) > 1 else list(points)


def _around(place: Point, regions: Sequence[Region], window: Window) -> set[Kind]:
    """The kinds of the regions around a place."""
    wide, high = (NEARBY * (ends[1] - ends[0]) for ends in window)
    beside = [(place[0] + a * wide, place[1] + b * high) for a, b in _COMPASS]
    return {found.kind for x, y in beside if (found := _found(regions, x, y)) is not None}


_COMPASS: Final = tuple(
    (float(np.cos(angle)), float(np.sin(angle))) for angle in np.linspace(0.1, 0.1 + 2 * np.pi, 32, endpoint=False)
)
