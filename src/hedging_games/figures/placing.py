"""Where there is room for words in a chart: a raster of what lies where, and of what is taken."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Final

import numpy as np

from hedging_games.figures.lettering import Box
from hedging_games.figures.regions import Kind, Map
from hedging_games.figures.scene import Point

STEP: Final = 1.0
"""The raster's width, in points."""


class Room:
    """The box of a chart, so many points wide and high, as a raster: which kind of region is where, and what words take up."""

    def __init__(self, drawn: Map, width: float, height: float) -> None:
        self.drawn = drawn
        self.width, self.height = width, height
        columns, rows = int(width / STEP), int(height / STEP)
        self.kinds = sorted({region.kind for region in drawn.regions}, key=str)
        self.of = np.full((rows, columns), -1)
        self.taken = np.zeros((rows, columns), dtype=bool)
        (left, right), (bottom, top) = drawn.window
        xs = left + (np.arange(columns) + 0.5) / columns * (right - left)
        ys = bottom + (np.arange(rows) + 0.5) / rows * (top - bottom)
        for region in drawn.regions:
            inside = np.flatnonzero((xs >= region.ends[0]) & (xs <= region.ends[1]))
            low, high = region.heights(xs[inside])
            mask = (ys[:, None] >= low) & (ys[:, None] <= high)
            self.of[:, inside] = np.where(mask, self.kinds.index(region.kind), self.of[:, inside])

    @property
    def is_full(self) -> bool:
        """Whether there is a region everywhere."""
        return bool((self.of >= 0).all())

    def on_page(self, point: Point) -> Point:
        """A point of the chart, in points from its lower left corner."""
        (left, right), (bottom, top) = self.drawn.window
        return (
            (point[0] - left) / (right - left) * self.width,
            (point[1] - bottom) / (top - bottom) * self.height,
        )

    def in_data(self, place: Point) -> Point:
        """A place, in points from the lower left corner, as a point of the chart."""
        (left, right), (bottom, top) = self.drawn.window
        return left + place[0] / self.width * (right - left), bottom + place[1] / self.height * (top - bottom)

    def take(self, box: Box, pad: float = 1.0) -> None:
        """What is in a box is taken from now on."""
        rows, columns = self._cells(box, pad)
        self.taken[rows, columns] = True

    def is_free(self, box: Box) -> bool:
        """Whether a box lies in the chart, and nothing in it is taken."""
        if box[0] < 1 or box[1] < 1 or box[2] > self.width - 1 or box[3] > self.height - 1:
            return False
        rows, columns = self._cells(box, 0.0)
        return not self.taken[rows, columns].any()

    def _cells(self, box: Box, pad: float) -> tuple[slice, slice]:
        left, low, right, high = box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad
        return (
            slice(max(0, floor(low / STEP)), max(0, ceil(high / STEP))),
            slice(max(0, floor(left / STEP)), max(0, ceil(right / STEP))),
        )

    def kinds_in(self, box: Box) -> list[Kind | None]:
        """Which kinds there are in a box; None among them if there are none in some part of it."""
        rows, columns = self._cells(box, 0.0)
        return [None if k < 0 else self.kinds[k] for k in np.unique(self.of[rows, columns])]

    def components(self) -> list[tuple[Kind, np.ndarray]]:
        """Every connected part of the regions of a kind as a mask, the largest first."""
        from scipy.ndimage import label

        parts = []
        for number, kind in enumerate(self.kinds):
            labelled, count = label(self.of == number)
            parts += [(kind, labelled == part) for part in range(1, count + 1)]
            parts += [(kind, labelled > 0)] if count == 0 else []
        return sorted(parts, key=lambda part: -int(part[1].sum()))

    def inside(self, mask: np.ndarray, width: float, height: float) -> Point | None:
        """The middle of a box of this size that lies in a mask and over nothing else, as far from the edges as can be, and
        of several such places the one in their middle.

        None if there is none.
        """
        from scipy.ndimage import distance_transform_edt

        free = mask & ~self.taken
        wide, high = ceil(width / STEP) + 2, ceil(height / STEP) + 2
        rows, columns = free.shape
        if wide > columns or high > rows:
            return None
        sums = np.pad(np.cumsum(np.cumsum(free, axis=0), axis=1), ((1, 0), (1, 0)))
        full = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide] == high * wide
        if not full.any():
            return None
        depth = distance_transform_edt(np.pad(full, 1))[1:-1, 1:-1]
        deepest = np.argwhere(depth == depth.max())
        row, column = min(deepest.tolist(), key=lambda place: float(np.hypot(*(place - deepest.mean(axis=0)))))
        return (float(column) + wide / 2) * STEP, (float(row) + high / 2) * STEP


def along(points: Sequence[Point], share: float) -> tuple[Point, Point]:
    """The place at a share of a line's length, and the direction of the line around it."""
    xs, ys = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])

    def at(part: float) -> Point:
        s = part * length[-1]
        return float(np.interp(s, length, xs)), float(np.interp(s, length, ys))

    near, far = at(max(0.0, share - 0.08)), at(min(1.0, share + 0.08))
    return at(share), (far[0] - near[0], far[1] - near[1])


def spread(places: Sequence[float], widths: Sequence[float], room: float) -> list[float]:
    """The middles of words in a row from 0 to ``room``, in the order of ``places``, as near to these as they can be without overlap.

    Nearest in the sense of least squares: words that would overlap stand side by side around the mean of where they would be (isotonic
    regression). The words must have room together.
    """
    before = np.concatenate([[0.0], np.cumsum(widths)[:-1]])
    wanted = np.array(places) - before - np.array(widths) / 2  # left ends, were all words before of no width
    blocks: list[tuple[float, int]] = []
    for left in wanted.tolist():
        total, count = left, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            other = blocks.pop()
            total, count = total + other[0], count + other[1]
        blocks.append((total, count))
    starts = np.array([total / count for total, count in blocks for _ in range(count)])
    starts = np.clip(starts, 0.0, room - float(sum(widths)))
    return (starts + before + np.array(widths) / 2).tolist()  # type: ignore[no-any-return]
