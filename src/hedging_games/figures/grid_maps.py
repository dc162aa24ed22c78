"""Phase diagrams of a sweep: where no partition of the plane is derived, the points of its grid, each with its surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.analysis.phases import PhaseCell
from hedging_games.analysis.sweep.design import Grid
from hedging_games.analysis.sweep.regimes import Regime
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.errors import input_error
from hedging_games.figures.regime_names import Place
from hedging_games.figures.regions import Kind, Map, Region, Window, told_apart


def kinds_of(found: Sweep, among: str | None) -> dict[int, Kind]:
    """What is told apart at the points of a sweep, by the code of their regime.

    Raises InputError unless the sweep is a grid of two axes with two values each at least.
    """
    design = found.task.design
    if not isinstance(design, Grid) or len(design.axes) != 2 or min(design.shape) < 2:
        what = "a phase diagram needs a grid of two axes"
        raise input_error("plot", what, "give --over twice, with two values or more")
    ordered = sorted(found.regimes, key=lambda regime: (regime.equilibria, regime.code))
    return {regime.code: _kind(number, regime, among) for number, regime in enumerate(ordered)}


def _kind(number: int, regime: Regime, among: str | None) -> Kind:
    if regime.hedging in ("every", "some", "none"):
        return told_apart(number, regime.hedging, among)  # type: ignore[arg-type]
    return number, regime.hedging


def grid_map(found: Sweep, kinds: dict[int, Kind]) -> Map:
    """The points of a grid as rectangles, half a step to each side, those of one kind above each other as one. Borders are not known."""
    x, y = (np.sort(values) for values in found.axes().values())
    order = [np.argsort(values, kind="stable") for values in found.axes().values()]
    codes = found["regime"][np.ix_(*order)]
    window: Window = ((float(x[0]), float(x[-1])), (float(y[0]), float(y[-1])))
    across, up = _between(x), _between(y)
    regions = []
    for column, (left, right) in zip(codes, pairwise(across), strict=True):
        for start, stop in _runs([kinds.get(int(code)) for code in column]):
            kind = kinds.get(int(column[start]))
            if kind is not None:
                low, high = up[start], up[stop]
                where = Interval(left, right)  # type: ignore[arg-type]
                middle = ((left + right) / 2, (low + high) / 2)
                cell = PhaseCell(2, where, None, None, middle)  # type: ignore[arg-type]
                regions.append(Region(kind, ((left, low), (right, low)), ((left, high), (right, high)), cell))
    return Map(window, tuple(regions), (), ())


def _between(values: np.ndarray) -> list[float]:
    """The ends of an axis, and the middles between its neighbouring values."""
    return [float(values[0]), *((values[1:] + values[:-1]) / 2).tolist(), float(values[-1])]


def _runs(kinds: Sequence[Kind | None]) -> list[tuple[int, int]]:
    """From where to where neighbours are alike."""
    cuts = [0, *(k for k in range(1, len(kinds)) if kinds[k] != kinds[k - 1]), len(kinds)]
    return list(pairwise(cuts))


def outcomes_of(found: Sweep, kinds: dict[int, Kind]) -> tuple[list[str], dict[Kind, list[int]]]:
    """The equilibria that a sweep met, and of each kind which of them there are (or why that is not known)."""
    said = {
        regime.code: regime.equilibria or (() if regime.hedging == "none" else (regime.hedging,))
        for regime in found.regimes
    }
    outcomes = sorted({name for names in said.values() for name in names})
    return outcomes, {kinds[code]: [outcomes.index(name) for name in names] for code, names in said.items()}


def places_on(found: Sweep) -> list[Place]:
    """The baseline and the cases that are points of the grid, all other parameters being the sweep's."""
    task = found.task
    assert isinstance(task.design, Grid)
    told = []
    for name in (None, *task.model.cases):
        point = task.model.point(name) if name is not None else task.model.point()
        is_same = all(point[other] == value for other, value in task.point.items() if other not in task.design.names)
        if is_same and all(point[axis.name] in map(Fraction, axis.values) for axis in task.design.axes):
            x, y = (float(point[axis.name]) for axis in task.design.axes)
            told.append(Place(name or "baseline", (x, y), same=True, agrees=True, regime=""))
    return told
