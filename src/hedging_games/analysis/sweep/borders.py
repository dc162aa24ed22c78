"""Borders without a grid: cells at whose corners the answer differs are halved until they are small enough.

A coarse grid is looked at first; what is smaller than its cells and touches none of its points is not found. Every point is
decided exactly, so each cell that is returned does contain a border.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np

from hedging_games.algebra.numbers import exact_number
from hedging_games.analysis.sweep.blocks import engine_of
from hedging_games.analysis.sweep.design import Grid, span
from hedging_games.analysis.sweep.inputs import Inputs
from hedging_games.analysis.sweep.plan import plan
from hedging_games.errors import could_not_finish, input_error
from hedging_games.model.model import Model

MOST_DEPTH = 24
MOST_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Borders:
    """Where the answer changes.

    Attributes
    ----------
    names : the axes. cells : shape (cells, axes, 2), the ends of every cell at whose corners the answer differs, exact fractions.
    evaluated : how many points were looked at. grid : how many a grid of the same fineness has.
    """

    names: tuple[str, ...]
    cells: np.ndarray
    evaluated: int
    grid: int


def borders(
    model: Model,
    over: Mapping[str, tuple[object, object]],
    tolerance: object = "1/256",
    *,
    among: str = "regime",
    coarse: int = 16,
    concept: str | None = None,
    case: str | None = None,
    at: Mapping[str, object] | None = None,
) -> Borders:
    """The border of the region in which the event is played in ``some`` or ``every`` equilibrium, or (``regime``) of the
    sets of equilibria, in cells no longer than ``tolerance`` times the axis' range.

    ``over`` gives two or three axes by their ends; ``coarse`` cells along each are looked at first.

    Raises InputError for other axes and for games without formulas, CouldNotFinish beyond `MOST_CELLS` cells.
    """
    limit = exact_number(tolerance, "the tolerance")
    if limit <= 0 or among not in ("regime", "some", "every"):
        raise input_error(
            "borders", "the tolerance is not positive, or among is none of regime, some, every", "mend it"
        )
    depth = 0
    while Fraction(1, coarse << depth) > limit and depth < MOST_DEPTH:
        depth += 1
    fine = coarse << depth
    spans = {name: span(low, high, fine + 1) for name, (low, high) in over.items()}
    task = plan(model, spans, concept=concept, case=case, at=at, outputs=("regime",))
    if not task.compiled or task.structural:
        raise input_error("borders", "this game has no formulas for the concept", "sweep it on a grid")
    assert isinstance(task.design, Grid)
    answers = _Answers(task, among)
    dimension = len(over)
    step = 1 << depth
    cells = np.array(list(product(range(0, fine, step), repeat=dimension)), dtype=np.int64)
    corners = np.array(list(product((0, 1), repeat=dimension)), dtype=np.int64)
    while True:
        values = answers.at((cells[:, None] + step * corners).reshape(-1, dimension)).reshape(len(cells), -1)
        cells = cells[(values != values[:, :1]).any(axis=1)]
        if step == 1:
            break
        step //= 2
        cells = (cells[:, None] + step * corners).reshape(-1, dimension)
        if len(cells) > MOST_CELLS:
            raise could_not_finish("size", f"more than {MOST_CELLS} cells", "ask for a larger tolerance")
    axes = [np.array(axis.values, dtype=object) for axis in task.design.axes]
    found = np.empty((len(cells), dimension, 2), dtype=object)
    for k, values in enumerate(axes):
        found[:, k, 0], found[:, k, 1] = values[cells[:, k]], values[cells[:, k] + 1]
    return Borders(task.design.names, found, answers.evaluated, prod([fine + 1] * dimension))


class _Answers:
    """The answers at points of the finest grid, each computed once."""

    def __init__(self, task: object, among: str) -> None:
        from hedging_games.analysis.sweep.task import Task, variables

        assert isinstance(task, Task)
        assert isinstance(task.design, Grid)
        self.task, self.among = task, among
        self.engine = engine_of(task)
        self.shape = task.design.shape
        self.dtypes = {v.name: v.dtype for v in variables(task)}
        self.known = np.empty(0, dtype=np.int64)
        self.values = np.empty(0, dtype=self.dtypes[among])

    @property
    def evaluated(self) -> int:
        """How many points were looked at."""
        return len(self.known)

    def at(self, points: np.ndarray) -> np.ndarray:
        """The answers at points, shape (points, axes), given by their positions on the finest grid."""
        numbers = np.ravel_multi_index(tuple(points.T), self.shape)
        fresh = np.setdiff1d(numbers, self.known)
        if len(fresh):
            known, values = np.concatenate([self.known, fresh]), np.concatenate([self.values, self._computed(fresh)])
            order = np.argsort(known)
            self.known, self.values = known[order], values[order]
        return np.asarray(self.values[np.searchsorted(self.known, numbers)])

    def _computed(self, numbers: np.ndarray) -> np.ndarray:
        design = self.task.design
        positions = np.unravel_index(numbers, self.shape)
        arrays = []
        for name in self.engine.open_names_in_order:
            k = design.names.index(name)
            arrays.append(self.engine.numbers_of(name)[positions[k]])
        out = {name: np.empty(numbers.shape, dtype=dtype) for name, dtype in self.dtypes.items()}
        self.engine.formulas(()).evaluate(Inputs(arrays, self.engine.variables), out)
        return np.asarray(out[self.among])
