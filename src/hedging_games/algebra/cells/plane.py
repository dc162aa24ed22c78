"""Two parameters: a box of the plane cut into cells on which no polynomial changes sign, each with an exact sample.

Open cylindrical algebraic decomposition (Collins 1975; Strzeboński 2000 for open cells) of irreducible factors. The
x-axis is cut where a leading coefficient, a discriminant, a resultant of two factors, or a factor on an edge of the box vanishes.
Over each open interval between cuts, the curves inside the box are graphs that neither cross nor leave it; one rational
x shows their order. Over the cuts themselves (the walls) the decomposition continues where asked, in real algebraic
numbers. Everything is exact, and its order depends on the polynomials alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from hedging_games.algebra.cells import curves
from hedging_games.algebra.cells.curves import Curve, Section, section
from hedging_games.algebra.cells.cuts import cuts
from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval, between, open_interval
from hedging_games.algebra.cells.lift import Level, stack, wall_levels, wall_sign
from hedging_games.algebra.cells.roots import Number, sign_of
from hedging_games.algebra.checking import Check, no_check

Walls = Literal["none", "vertical", "all"]
Border = Section | Number | None
"""What bounds a cell below or above: a curve, an edge of the box (or a height over a wall), or nothing."""


@dataclass(frozen=True, slots=True)
class PlaneCell:
    """A set of points on which every polynomial keeps its sign.

    It lies over ``x`` (an open interval, or a point: a wall), between ``lower`` and ``upper``; on a curve, an edge or at a
    height these are the same. ``sample`` is a point inside, rational where ``dimension`` is 2. ``signs`` has one entry
    -1, 0 or 1 per polynomial.
    """

    dimension: int
    x: Interval
    lower: Border
    upper: Border
    sample: tuple[Number, Number]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The cells over one open interval or one wall, from below to above."""

    x: Interval
    cells: tuple[PlaneCell, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """The decomposition of a box: columns from left to right."""

    box: tuple[Interval, Interval]
    columns: tuple[Column, ...]

    @property
    def cells(self) -> tuple[PlaneCell, ...]:
        """All cells, column by column."""
        return tuple(cell for column in self.columns for cell in column.cells)

    def locate(self, x: Fraction, y: Fraction) -> PlaneCell | None:
        """The cell of a rational point, decided exactly; None outside the box and on walls that were left out."""
        column = next((c for c in self.columns if x in c.x), None)
        if column is None or y not in self.box[1]:
            return None
        for cell in column.cells:
            top = _height(cell.upper, x)
            if cell.lower == cell.upper and cell.dimension < 2 - int(cell.x.point):
                if top == y:
                    return cell
            elif top is None or y < top:
                return cell
        return None


def plane_cells(
    polynomials: Sequence[Mapping[tuple[int, ...], int]],
    box: tuple[Interval, Interval],
    *,
    walls: Walls = "vertical",
    check: Check = no_check,
) -> Plane:
    """Decompose a box (two intervals with rational or infinite ends) for polynomials in x and y with integer terms.

    ``walls`` says over which cuts of the x-axis cells are made: ``vertical`` for those where a polynomial vanishes on a
    whole vertical line, ``all`` for a complete partition of the box, ``none`` for open strips only. ``check`` may raise to stop
    the work.
    """
    family = _family(polynomials, box)
    points = cuts(family.active, box, check)
    ends: list[Number | None] = [box[0].low, *points, box[0].high]
    columns: list[Column] = []
    vertical = [curves.only_x(f) for f in family.active if curves.degree_in_y(f) == 0]
    for k in range(len(ends) - 1):
        left, right = ends[k], ends[k + 1]
        wanted = k > 0 or box[0].low_closed
        if wanted and left is not None and _is_wanted(left, walls, vertical, edge=k == 0):
            columns.append(_wall(family, left, box, check))
        if left is None or right is None or left < right:
            columns.append(_strip(family, open_interval(left, right), box, check))
    last = ends[-1]
    if box[0].high_closed and last is not None and not box[0].point and _is_wanted(last, walls, vertical, edge=True):
        columns.append(_wall(family, last, box, check))
    return Plane(box, tuple(columns))


def _is_wanted(x: Number, walls: Walls, vertical: Sequence[tuple[int, ...]], *, edge: bool) -> bool:
    if walls == "vertical":
        return not edge and any(sign_of(p, x) == 0 for p in vertical)
    return walls == "all"


@dataclass(frozen=True, slots=True)
class _Family:
    """Polynomials as signs times products of shared factors; ``active`` are the factors that have zeros in the box.

    ``parts`` holds, for each polynomial, its constant sign (0 for the zero polynomial) on the box, with all factors of
    one sign counted in, and the positions of the active factors of odd and of even multiplicity.
    """

    active: list[Curve]
    parts: list[tuple[int, tuple[int, ...], tuple[int, ...]]]

    def signs(self, of_factors: Sequence[int]) -> tuple[int, ...]:
        """The signs of the polynomials from those of the active factors."""
        signs = []
        for constant, odd, even in self.parts:
            sign = constant
            for i in odd:
                sign *= of_factors[i]
            signs.append(0 if even and any(of_factors[i] == 0 for i in even) else sign)
        return tuple(signs)


def _family(polynomials: Sequence[Mapping[tuple[int, ...], int]], box: tuple[Interval, Interval]) -> _Family:
    split = [curves.factors(p) if p else (0, []) for p in polynomials]
    distinct = {tuple(sorted(factor.items())): factor for _, found in split for factor, _ in found}
    constant: dict[tuple[tuple[tuple[int, ...], int], ...], int] = {}
    for key, factor in distinct.items():
        values = enclose(factor, box)
        constant[key] = 1 if values.positive else -1 if values.negative else 0
    active_keys = sorted((key for key in distinct if constant[key] == 0), key=lambda key: (len(key), key))
    position = {key: i for i, key in enumerate(active_keys)}
    parts = []
    for leading, found in split:
        sign = leading
        odd: list[int] = []
        even: list[int] = []
        for factor, multiplicity in found:
            key = tuple(sorted(factor.items()))
            if key in position:
                (odd if multiplicity % 2 else even).append(position[key])
            else:
                sign *= constant[key] ** multiplicity
        parts.append((sign, tuple(odd), tuple(even)))
    return _Family([distinct[key] for key in active_keys], parts)


def _strip(family: _Family, x: Interval, box: tuple[Interval, Interval], check: Check) -> Column:
    """The cells over an open interval on which nothing happens: the stack over one rational x."""
    check()
    at = between(x.low, x.high)
    levels = stack(family.active, at, box[1])
    passing = [section(family.active[level.curve], level.index) for level in levels]
    borders: list[Border] = [box[1].low, *passing, box[1].high]
    heights = _separators(levels, box[1])
    cells: list[PlaneCell] = []
    if box[1].low_closed:
        cells.append(_edge(family, x, at, box[1].low))
    signs = [curves.sign_at(f, at, heights[0]) for f in family.active] if heights else []
    for k, height in enumerate(heights):
        cells.append(PlaneCell(2, x, borders[k], borders[k + 1], (at, height), family.signs(signs)))
        if k < len(levels):
            level = levels[k]
            below = signs[level.curve]
            signs[level.curve] = 0
            curve = borders[k + 1]
            cells.append(PlaneCell(1, x, curve, curve, (at, level.height), family.signs(signs)))
            # Over a strip no two roots coincide, so each is simple: the sign changes there.
            signs[level.curve] = -below
    if box[1].high_closed and not box[1].point:
        cells.append(_edge(family, x, at, box[1].high))
    return Column(x, tuple(cells))


def _edge(family: _Family, x: Interval, at: Fraction, height: Number | None) -> PlaneCell:
    assert isinstance(height, Fraction)
    signs = [curves.sign_at(f, at, height) for f in family.active]
    return PlaneCell(1, x, height, height, (at, height), family.signs(signs))


def _separators(levels: Sequence[Level], within: Interval) -> list[Fraction]:
    """A rational height between each two neighbours among the edges and the levels."""
    if within.point:
        return []
    return [
        between(low, high) for low, high in pairwise([within.low, *(level.height for level in levels), within.high])
    ]


def _wall(family: _Family, x: Number, box: tuple[Interval, Interval], check: Check) -> Column:
    """The cells over a single x, which may be irrational."""
    check()
    where = Interval(x, x)
    heights = wall_levels(family.active, x, box[1])
    ends: list[Number | None] = [box[1].low, *heights, box[1].high]
    cells: list[PlaneCell] = []
    for k in range(len(ends) - 1):
        low, high = ends[k], ends[k + 1]
        if low is not None and (k > 0 or box[1].low_closed):
            cells.append(_point(family, where, x, low))
        if low is None or high is None or low < high:
            height = between(low, high)
            signs = [curves.sign_over(f, x, height) for f in family.active]
            cells.append(PlaneCell(1, where, low, high, (x, height), family.signs(signs)))
    if box[1].high_closed and box[1].high is not None and not box[1].point:
        cells.append(_point(family, where, x, box[1].high))
    return Column(where, tuple(cells))


def _point(family: _Family, where: Interval, x: Number, y: Number) -> PlaneCell:
    return PlaneCell(0, where, y, y, (x, y), family.signs([wall_sign(f, x, y) for f in family.active]))


def _height(border: Border, x: Fraction) -> Number | None:
    return border.height(x) if isinstance(border, Section) else border
