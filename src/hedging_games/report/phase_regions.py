"""The exact regions of a sweep over two axes, as shapes to draw: the plane is cut where a polynomial of the sweep's formulas
vanishes, and every cell is asked once, at its own exact sample.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import numpy as np

from hedging_games.algebra.cells.curves import Section
from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.cells.plane import Column, PlaneCell, plane_cells
from hedging_games.analysis.sweep.blocks import Formulas, engine_of
from hedging_games.analysis.sweep.circuit import TRUE
from hedging_games.analysis.sweep.design import Grid
from hedging_games.analysis.sweep.polynomials import Polynomial
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.errors import CouldNotFinish, could_not_finish

SECONDS: Final = 10.0
"""For the decomposition; after that the figure shows the grid alone."""

CURVED: Final = 65
"""Points along a curve in one column of the decomposition; straight lines take two."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An open region between two graphs over ``x``, with the code of its regime."""

    x: np.ndarray
    low: np.ndarray
    high: np.ndarray
    code: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a border, with the codes of the regimes on its two sides."""

    x: np.ndarray
    y: np.ndarray
    codes: tuple[int, int]


def exact_regions(found: Sweep) -> tuple[list[Cell], list[Segment]] | None:
    """The cells and borders of a grid sweep over two axes; None where it has no formulas for the whole plane, or the
    decomposition takes too long.
    """
    task = found.task
    if not task.compiled or task.structural or not isinstance(task.design, Grid):
        return None
    formulas = engine_of(task).formulas(())
    if formulas.events.degenerate == TRUE:
        return None
    order = [formulas.events.names.index(name) for name in task.design.names]
    polynomials = [_turned(p, order) for p in formulas.events.circuit.polynomials]
    ends = [interval(Fraction(min(axis.values)), Fraction(max(axis.values))) for axis in task.design.axes]
    deadline = time.monotonic() + SECONDS

    def check() -> None:
        if time.monotonic() > deadline:
            raise could_not_finish("time", "the decomposition of the plane takes too long")

    try:
        plane = plane_cells(polynomials, (ends[0], ends[1]), walls="none", check=check)
    except CouldNotFinish:
        return None
    straight = all(i + j <= 1 for p in polynomials for i, j in p)
    cells: list[Cell] = []
    borders: list[Segment] = []
    columns = [_column(column, formulas, order, straight=straight) for column in plane.columns]
    for column in columns:
        cells += column
        for below, above in pairwise(column):
            borders.append(Segment(below.x, below.high, (below.code, above.code)))
    for left, right in pairwise(columns):
        borders += _walls(left, right)
    return cells, borders


def _turned(polynomial: Polynomial, order: Sequence[int]) -> dict[tuple[int, ...], int]:
    return {(e[order[0]], e[order[1]]): c for e, c in polynomial.terms}


def _column(column: Column, formulas: Formulas, order: Sequence[int], *, straight: bool) -> list[Cell]:
    low, high = Fraction(_near(column.x.low)), Fraction(_near(column.x.high))
    # Curves may meet at the column's ends, where they lose their names; so close to them nobody sees a difference.
    inset = (high - low) / 10**9
    count = 2 if straight else CURVED
    xs = [low + inset + (high - low - 2 * inset) * k / (count - 1) for k in range(count)]
    cells = []
    for cell in column.cells:
        if cell.dimension == 2:
            lower, upper = ([_height(border, x) for x in xs] for border in (cell.lower, cell.upper))
            drawn = np.array([float(x) for x in xs])
            cells.append(Cell(drawn, np.array(lower), np.array(upper), _code(cell, formulas, order)))
    return cells


def _near(number: Any) -> float:
    return float(number)


def _height(border: Any, x: Fraction) -> float:
    return float(border.height(x) if isinstance(border, Section) else border)


def _code(cell: PlaneCell, formulas: Formulas, order: Sequence[int]) -> int:
    """The regime of a cell, as the sweep would write it."""
    events = formulas.events
    point: list[Any] = [None, None]
    for axis, value in zip(order, cell.sample, strict=True):
        point[axis] = value
    valid, *stands = events.circuit.truths([events.valid, *(o.stands for o in events.outcomes)], point)
    return formulas.regime_code(stands, valid=valid)


def _walls(left: Sequence[Cell], right: Sequence[Cell]) -> list[Segment]:
    """The vertical pieces of the border between two neighbouring columns."""
    heights = sorted(
        {float(c.low[-1]) for c in left}
        | {float(c.high[-1]) for c in left}
        | {float(c.low[0]) for c in right}
        | {float(c.high[0]) for c in right}
    )
    x = (left[0].x[-1] + right[0].x[0]) / 2
    found = []
    for low, high in pairwise(heights):
        middle = (low + high) / 2
        one = next((c.code for c in left if c.low[-1] <= middle <= c.high[-1]), None)
        other = next((c.code for c in right if c.low[0] <= middle <= c.high[0]), None)
        # Pieces as short as the inset of the columns are artefacts of it.
        if one is not None and other is not None and one != other and high - low > 1e-6 * (heights[-1] - heights[0]):
            found.append(Segment(np.array([x, x]), np.array([low, high]), (one, other)))
    return found
