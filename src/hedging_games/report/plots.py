"""Phase diagrams: which equilibria there are over two parameters, with exact borders.

Where the sweep has formulas, regions and borders are those of the exact decomposition of the plane (`algebra.cells`), not
of the grid; the grid then only says where there is room for a label. Figures are the same bytes every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final

import numpy as np

from hedging_games.analysis.extras import need
from hedging_games.analysis.files import whole_file, writing
from hedging_games.analysis.sweep.design import Grid
from hedging_games.analysis.sweep.regimes import Regime
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.errors import input_error
from hedging_games.report.phase_regions import Cell, Segment, exact_regions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS: Final = (".svg", ".png", ".pdf")

SHADES: Final = {
    "every": ("#5aa469", "#8cc49a", "#3d8361", "#b7dcbf"),
    "some": ("#e9b44c", "#f3d08a", "#d99a2b", "#f8e3b5"),
    "none": ("#c9d3de", "#a9b8c9", "#e2e7ed", "#8fa2b8", "#d5cfe0", "#b9c4b9"),
    "not admissible": ("#ffffff",),
    "could not finish": ("#f4c7c3",),
}
"""Colours by where the event is played: green in every equilibrium, amber in some, grey and blue in none."""

ENOUGH: Final = 0.6
"""The room a label needs, in units of its own size; regions with less are numbered, and named below the figure."""

MOST_LINES: Final = 8
"""Lines of one label, and of the names below a figure."""

STYLE: Final = {
    "svg.hashsalt": "hedging-games",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "path.simplify": False,
}


def phase_diagram(found: Sweep, path: Path, *, among: str | None = None) -> Path:
    """Draw a sweep over two axes (the first one to the right) into an SVG, PNG or PDF file.

    ``among`` (``some`` or ``every``) tells apart only whether the event is played in some or in every equilibrium.

    Raises InputError unless the sweep is a grid of two axes with two values each at least, for an unknown ending, and if
    matplotlib is missing (naming the extra to install).
    """
    if path.suffix not in ENDINGS:
        raise input_error("file", f"'{path}' has no ending that is known", f"choose one of {', '.join(ENDINGS)}")
    design = found.task.design
    if not isinstance(design, Grid) or len(design.axes) != 2 or min(design.shape) < 2:
        raise input_error(
            "plot", "a phase diagram needs a grid of two axes", "give --over twice, with two values or more"
        )
    matplotlib = need("matplotlib", "plots", "a figure")
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 5.4), layout="constrained")
        axes = figure.add_subplot()
        classes = _classes(found, among)
        regions = exact_regions(found)
        if regions is None:
            _draw_grid(axes, found, classes)
        else:
            _draw_regions(axes, classes, *regions)
        _mark_points(axes, found, classes)
        _describe(axes, found)
        _explain(figure, found, _label_regions(axes, found, classes))
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {
            ".svg": {"Date": None, "Creator": None},
            ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        }
        with whole_file(path) as partial:
            figure.savefig(partial, metadata=metadata.get(path.suffix, {"Software": None}), dpi=150)
    return path


class _Classes:
    """What is told apart: regimes, or only whether the event is played."""

    def __init__(self, regimes: Sequence[Regime], among: str | None) -> None:
        self.names: list[str] = []
        self.colours: list[str] = []
        self.of_code: dict[int, int] = {}
        used: dict[str, int] = {}
        for regime in sorted(regimes, key=lambda r: (r.equilibria, r.code)):
            hedging = regime.hedging
            if among is not None and hedging in ("every", "some", "none"):
                yes = hedging == "every" or (among == "some" and hedging == "some")
                name, hedging = (f"played in {among} equilibrium", "every") if yes else (f"not in {among}", "none")
            else:
                name = "\n".join(regime.equilibria) or {"none": "no equilibrium"}.get(hedging, hedging)
            if name not in self.names:
                shades = SHADES[hedging]
                self.names.append(name)
                self.colours.append(shades[used.get(hedging, 0) % len(shades)])
                used[hedging] = used.get(hedging, 0) + 1
            self.of_code[regime.code] = self.names.index(name)
        self.hedging = {regime.code: regime.hedging for regime in regimes}


def _classes(found: Sweep, among: str | None) -> _Classes:
    return _Classes(found.regimes, among)


def _image(found: Sweep, classes: _Classes) -> np.ndarray:
    """Shape (y, x): the class of every point of the grid; -1 where its regime has no name."""
    codes = found["regime"]
    image = np.full(codes.shape, -1)
    for code, number in classes.of_code.items():
        image[codes == code] = number
    return image.T


def _draw_grid(axes: Axes, found: Sweep, classes: _Classes) -> None:
    from matplotlib.colors import ListedColormap

    x, y = found.axes().values()
    colours = ListedColormap(["#ffffff", *classes.colours])
    axes.pcolormesh(x, y, _image(found, classes) + 1, cmap=colours, vmin=0, vmax=len(classes.colours), rasterized=True)


def _draw_regions(axes: Axes, classes: _Classes, cells: Sequence[Cell], borders: Sequence[Segment]) -> None:
    for cell in cells:
        colour = classes.colours[classes.of_code[cell.code]] if cell.code in classes.of_code else "#ffffff"
        axes.fill_between(cell.x, cell.low, cell.high, facecolor=colour, edgecolor=colour, linewidth=0.4)
    for border in borders:
        one, other = (classes.of_code.get(code, -1) for code in border.codes)
        if one != other:
            axes.plot(border.x, border.y, color="#222222", linewidth=1.1, solid_capstyle="round")


def _label_regions(axes: Axes, found: Sweep, classes: _Classes) -> list[str]:
    """Each class is named where it has most room; what has too little is numbered: the names that go below the figure."""
    x, y = found.axes().values()
    image = _image(found, classes)
    small = []
    for number, name in enumerate(classes.names):
        mask = np.pad(image == number, 1)
        if not mask.any():
            continue
        for px, py in _places(found):
            mask[1 + np.argmin(np.abs(y - py)), 1 + np.argmin(np.abs(x - px))] = False
        wrapped = _shortened("\n".join(fill(line, 26) for line in name.split("\n")), MOST_LINES)
        row, column, room = _widest(mask, wrapped)
        if room < ENOUGH:
            row, column, room = _widest(mask, "(0)")
            if room < ENOUGH / 2:
                continue  # a line, on which several equilibria tie: it is drawn as a border
            small.append(name)
            wrapped = f"({len(small)})"
        axes.text(x[column], y[row], wrapped, ha="center", va="center", fontsize=7.5, clip_on=True)
    return small


def _widest(mask: np.ndarray, text: str) -> tuple[int, int, float]:
    """Where a text fits best into a region (a mask with a margin of one), and how well: the distance to the region's edge
    in units of the text's own width and height.
    """
    from scipy.ndimage import distance_transform_edt

    lines = text.split("\n")
    width, height = 0.0125 * max(map(len, lines)) + 0.01, 0.028 * len(lines) + 0.01
    step = [1 / (mask.shape[0] - 3) / height, 1 / (mask.shape[1] - 3) / width]
    room = distance_transform_edt(mask, sampling=step)[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(room)), room.shape)
    return int(row), int(column), float(room[row, column])


def _places(found: Sweep) -> dict[tuple[float, float], dict[bool, list[str]]]:
    """Where the baseline and the cases are, within the figure; the names of those at which all other parameters are the
    figure's own (True) and of those at which they are not.
    """
    task = found.task
    across, up = task.design.names
    (left, right), (bottom, top) = ((values.min(), values.max()) for values in found.axes().values())
    others = [name for name in task.model.parameters if name not in task.design.names]
    places: dict[tuple[float, float], dict[bool, list[str]]] = {}
    for name in (None, *task.model.cases):
        point = task.model.point(name) if name is not None else task.model.point()
        x, y = float(point[across]), float(point[up])
        if left <= x <= right and bottom <= y <= top:
            same = all(point[other] == task.point[other] for other in others)
            places.setdefault((x, y), {}).setdefault(same, []).append(name or "baseline")
    return places


def _mark_points(axes: Axes, found: Sweep, classes: _Classes) -> None:
    """The baseline and the cases: full where the other parameters are those of the figure, hollow where they differ. Each
    name stands on the side of its mark on which it crosses no border, if there is one.
    """
    places = _places(found)
    for (x, y), names in places.items():
        face = "#111111" if True in names else "white"
        axes.plot([x], [y], "o", color="#111111", markerfacecolor=face, markersize=5, zorder=5, clip_on=False)
        text = "\n".join([", ".join(names.get(True, [])), *(f"({name})" for name in names.get(False, []))]).strip()
        across, up = _side(found, classes, (x, y), text, [place for place in places if place != (x, y)])
        axes.annotate(
            text,
            (x, y),
            xytext=(6 * across, 5 * up),
            textcoords="offset points",
            ha="left" if across > 0 else "right",
            va="bottom" if up > 0 else "top",
            fontsize=7,
            zorder=6,
        )


def _side(
    found: Sweep,
    classes: _Classes,
    place: tuple[float, float],
    text: str,
    others: Sequence[tuple[float, float]],
) -> tuple[int, int]:
    """On which side of a mark (right or left, above or below) its name crosses the fewest borders and no other mark."""
    image = _image(found, classes)
    ends = [(float(v.min()), float(v.max())) for v in found.axes().values()]
    px, py = ((p - low) / (high - low) for p, (low, high) in zip(place, ends, strict=True))
    marks = [tuple((p - low) / (high - low) for p, (low, high) in zip(other, ends, strict=True)) for other in others]
    lines = text.split("\n")
    width, height = 0.0115 * max(map(len, lines)) + 0.02, 0.024 * len(lines) + 0.012

    def cost(side: tuple[int, int]) -> int:
        left, right = sorted((px + side[0] * 0.014, px + side[0] * width))
        low, high = sorted((py + side[1] * 0.012, py + side[1] * height))
        outside = max(0.0, -left, right - 1, -low, high - 1) - 0.01
        hit = sum(left <= x <= right and low <= y <= high for x, y in marks)
        rows, columns = (
            slice(max(0, round(a * (n - 1))), round(max(b, 0.01) * (n - 1)) + 1)
            for a, b, n in ((low, high, image.shape[0]), (left, right, image.shape[1]))
        )
        return 10 * (outside > 0) + 5 * hit + len(np.unique(image[rows, columns]))

    return min(((1, 1), (-1, 1), (1, -1), (-1, -1)), key=cost)


def _describe(axes: Axes, found: Sweep) -> None:
    task = found.task
    labels, limits = [], []
    for (name, values), width in zip(found.axes().items(), (75, 52), strict=True):
        meaning = task.model.parameters[name].meaning
        labels.append(fill(f"{name}: {meaning}", width) if meaning else name)
        limits.append((float(values.min()), float(values.max())))
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=limits[0], ylim=limits[1])
    colours = fill(f"{task.model.hedge}: green in every one, amber in some, grey in none", 85)
    axes.set_title(f"{task.model.title}: {task.concept} equilibria\n{colours}", fontsize=9)


def _explain(figure: Figure, found: Sweep, small: Sequence[str]) -> None:
    """Below the figure: the names of regions that are numbered in it, and what brackets mean."""
    lines = []
    if small:
        legend = "   ".join(f"({k}) " + name.replace("\n", " | ") for k, name in enumerate(small, start=1))
        lines.append(_shortened(fill(legend, 120), MOST_LINES))
    if any(False in names for names in _places(found).values()):
        lines.append("(in brackets: cases in which further parameters differ from the figure's)")
    if lines:
        figure.supxlabel("\n".join(lines), fontsize=6.5, x=0.02, ha="left")


def _shortened(text: str, most: int) -> str:
    lines = text.split("\n")
    return text if len(lines) <= most else "\n".join([*lines[: most - 1], "…"])
