"""Scenes drawn by matplotlib: into a figure of their own, or into axes that a user has."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hedging_games.analysis.extras import need
from hedging_games.analysis.files import whole_file, writing
from hedging_games.errors import input_error
from hedging_games.figures.charts import LABEL_SIZE, TICK_LENGTH, TICK_PAD, TICK_SIZE, below_axis, beside_axis
from hedging_games.figures.lettering import box_of, height_of, lines_of, shown, side_of
from hedging_games.figures.scene import Frame, Group, Item, Line, Mark, Point, Polygon, Scene, Text, walk

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS: Final = (".svg", ".png", ".pdf")

STYLE: Final = {
    "svg.hashsalt": "hedging-games",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "font.family": "DejaVu Sans",
    "path.simplify": False,
    "text.hinting": "none",
    "hatch.linewidth": 0.5,
}
"""Settings under which figures are written: the same bytes every time, text as text, fonts embedded as TrueType."""

RESOLUTION: Final = 200
"""Dots per inch of PNG files."""

_HATCHES: Final = {
    "": None,
    "rising": "////",
    "falling": "\\\\\\\\",
    "level": "----",
    "upright": "||||",
    "cross": "xxxx",
    "dots": "....",
}
_SHAPES: Final = {"disc": "o", "ring": "o", "square": "s", "diamond": "D", "cross": "x"}


def draw(scene: Scene, ax: Axes | None = None) -> tuple[Figure, Any]:
    """Draw a scene: the figure, and the axes that stand for it.

    A scene with one chart gives that chart's axes, in data coordinates; with several a tuple of theirs; with none the axes of the
    whole page, in points. ``ax`` is drawn into instead of a new figure; everything is scaled to the room that it has.

    Raises InputError if matplotlib is missing, and for ``ax`` with a scene of several charts.
    """
    matplotlib = need("matplotlib", "plots", "a figure")
    frames = [item for item in walk(scene.items) if isinstance(item, Frame)]
    if ax is not None and len(frames) > 1:
        what = f"this figure has {len(frames)} charts, which one pair of axes cannot hold"
        raise input_error("figure", what, "leave ax out: the figure and all its axes come back")
    with matplotlib.rc_context(STYLE):
        return _draw_alone(scene, frames) if ax is None else _draw_into(scene, frames, ax)


def _draw_alone(scene: Scene, frames: list[Frame]) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(scene.width / 72, scene.height / 72))
    page = figure.add_axes((0, 0, 1, 1), label="page")
    charts = []
    for number, frame in enumerate(frames):
        left, bottom, width, height = frame.box
        place = (left / scene.width, bottom / scene.height, width / scene.width, height / scene.height)
        charts.append(figure.add_axes(place, label=f"chart {number}"))
        _draw_frame(charts[-1], frame, 1.0)
    _set_page(page, scene)
    page.set_zorder(1)
    page.patch.set_visible(False)
    _Pen(page, page.transData, 1.0).items(scene.items)
    return figure, page if not charts else charts[0] if len(charts) == 1 else tuple(charts)


def _draw_into(scene: Scene, frames: list[Frame], ax: Axes) -> tuple[Figure, Any]:
    from matplotlib.transforms import Affine2D

    figure: Any = ax.get_figure()
    room = ax.get_window_extent()
    inches = figure.dpi / 72
    box = frames[0].box if frames else (0.0, 0.0, scene.width, scene.height)
    scale = min(room.width / inches / box[2], room.height / inches / box[3])
    if not frames:
        _set_page(ax, scene)
        _Pen(ax, ax.transData, scale).items(scene.items)
        return figure, ax
    _draw_frame(ax, frames[0], scale)
    around = Affine2D().translate(-box[0], -box[1]).scale(1 / box[2], 1 / box[3]) + ax.transAxes
    _Pen(ax, around, scale).items(scene.items)
    return figure, ax


def _set_page(ax: Axes, scene: Scene) -> None:
    ax.set(xlim=(0, scene.width), ylim=(0, scene.height), aspect="equal")
    ax.set_axis_off()


def _draw_frame(ax: Axes, frame: Frame, scale: float) -> None:
    """A chart with matplotlib's own ticks and labels, at the places that `charts.furniture` has for them."""
    across, up = frame.across, frame.up
    _, _, width, height = frame.box
    ax.set(xlim=(across.low, across.high), ylim=(up.low, up.high))
    ax.set_xticks([t.at for t in across.ticks], [shown(t.text, maths=True) for t in across.ticks])
    ax.set_yticks([t.at for t in up.ticks], [shown(t.text, maths=True) for t in up.ticks])
    ax.tick_params(length=TICK_LENGTH * scale, pad=TICK_PAD * scale, labelsize=TICK_SIZE * scale, width=0.8 * scale)
    ax.set_xlabel(across.label, fontsize=LABEL_SIZE * scale, parse_math=False, va="top")
    ax.set_ylabel(up.label, fontsize=LABEL_SIZE * scale, parse_math=False, va="center")
    ax.xaxis.set_label_coords(0.5, -below_axis(across) / height)
    ax.yaxis.set_label_coords(-(beside_axis(up) + height_of(up.label, LABEL_SIZE) / 2) / width, 0.5)
    for spine in ax.spines.values():
        spine.set(visible=frame.sides, linewidth=0.8 * scale)
    _Pen(ax, ax.transData, scale, clipped=True).items(frame.items)


@dataclass
class _Pen:
    """Draws items into axes: ``transform`` takes their positions to the screen; sizes are multiplied by ``scale``."""

    ax: Any
    transform: Any
    scale: float
    clipped: bool = False
    height: float = 2.0

    def items(self, items: Iterable[Item], title: str = "") -> None:
        """Items in order, later ones on top; frames are axes of their own and left out."""
        for item in items:
            self.height += 0.001
            match item:
                case Polygon():
                    self.polygon(item, title)
                case Line():
                    self.line(item, title)
                case Mark():
                    self.mark(item, title)
                case Text():
                    self.text(item, title)
                case Group():
                    self.items(item.items, item.title)

    def polygon(self, item: Polygon, title: str) -> None:
        """The fill, the hatch over it in its own colour, the outline."""
        from matplotlib.patches import Polygon as Patch

        layers: list[dict[str, Any]] = []
        if item.fill is not None:
            layers.append({"facecolor": item.fill, "edgecolor": item.fill, "linewidth": 0.0 if item.edge else 0.2})
        if item.hatch:
            hatch = _HATCHES[item.hatch]
            layers.append({"facecolor": "none", "edgecolor": item.hatch_colour, "linewidth": 0, "hatch": hatch})
        if item.edge is not None:
            style = _dashes(item.dash, item.width)
            layers.append(
                {"facecolor": "none", "edgecolor": item.edge, "linewidth": item.width * self.scale, "linestyle": style}
            )
        for layer in layers:
            patch = Patch(item.points, closed=True, transform=self.transform, zorder=self.height, **layer)
            self._add(patch, title, clipped=self.clipped)

    def line(self, item: Line, title: str) -> None:
        """A line, and the tip of its arrow."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*item.points, strict=True)
        line = Line2D(
            xs,
            ys,
            color=item.colour,
            linewidth=item.width * self.scale,
            linestyle=_dashes(item.dash, item.width),
            solid_capstyle="round",
            dash_capstyle="butt",
            transform=self.transform,
            zorder=self.height,
        )
        self._add(line, title, clipped=self.clipped)
        if item.arrow:
            self._tip(item, title)

    def _tip(self, item: Line, title: str) -> None:
        from matplotlib.patches import FancyArrowPatch

        arrow = FancyArrowPatch(
            item.points[-2],
            item.points[-1],
            arrowstyle="-|>",
            mutation_scale=(5 + 2 * item.width) * self.scale,
            shrinkA=0,
            shrinkB=0,
            color=item.colour,
            linewidth=0,
            transform=self.transform,
            zorder=self.height,
        )
        self._add(arrow, title, clipped=self.clipped)

    def mark(self, item: Mark, title: str) -> None:
        """A sign; a ring is white inside."""
        from matplotlib.lines import Line2D

        mark = Line2D(
            [item.at[0]],
            [item.at[1]],
            linestyle="none",
            marker=_SHAPES[item.shape],
            markersize=item.size * self.scale,
            markeredgecolor=item.colour,
            markerfacecolor="white" if item.shape == "ring" else item.colour,
            markeredgewidth=(1.4 if item.shape == "cross" else 0.9) * self.scale,
            transform=self.transform,
            zorder=self.height,
        )
        self._add(mark, title, clipped=False)

    def text(self, item: Text, title: str) -> None:
        """Each line of a text where its base line is."""
        if item.back is not None:
            self._behind(item, title)
        for line, shift in lines_of(item):
            words = self.ax.text(
                *item.at,
                shown(line, maths=item.maths),
                fontsize=item.size * self.scale,
                fontweight="bold" if item.bold else "normal",
                color=item.colour,
                ha=side_of(item),
                va="baseline",
                rotation=item.angle,
                rotation_mode="anchor",
                parse_math=False,
                transform=self._shifted(shift),
                zorder=self.height,
                clip_on=False,
            )
            if title:
                words.set_gid(title)

    def _behind(self, item: Text, title: str) -> None:
        from matplotlib.patches import Polygon as Patch

        assert item.back is not None
        low_x, low_y, high_x, high_y = box_of(
            Text((0.0, 0.0), item.text, item.anchor, item.size, item.bold, maths=item.maths)
        )
        corners = [(low_x - 1, low_y), (high_x + 1, low_y), (high_x + 1, high_y), (low_x - 1, high_y)]
        moved = [(x + item.shift[0], y + item.shift[1]) for x, y in corners]
        patch = Patch(
            moved,
            closed=True,
            facecolor=item.back,
            edgecolor="none",
            transform=self._around(item.at),
            zorder=self.height,
        )
        self._add(patch, title, clipped=False)

    def _shifted(self, shift: Point) -> Any:
        """The pen's transform, then so many points aside."""
        from matplotlib.transforms import ScaledTranslation

        inch = self.ax.figure.dpi_scale_trans
        return self.transform + ScaledTranslation(shift[0] * self.scale / 72, shift[1] * self.scale / 72, inch)

    def _around(self, at: Point) -> Any:
        """From points around a place to the screen."""
        from matplotlib.transforms import Affine2D, ScaledTranslation

        points = Affine2D().scale(self.scale / 72) + self.ax.figure.dpi_scale_trans
        return points + ScaledTranslation(*at, self.transform)

    def _add(self, artist: Any, title: str, *, clipped: bool) -> None:
        if title:
            artist.set_gid(title)
        self.ax.add_artist(artist)
        artist.set_clip_on(clipped)


def _dashes(dash: tuple[float, ...], width: float) -> Any:
    """Matplotlib takes lengths in units of the line's width."""
    return (0, tuple(length / width for length in dash)) if dash else "solid"


# --- files ---------------------------------------------------------------------------------------------------------------


def save(figure: Figure, path: Path, title: str, description: str = "") -> Path:
    """Write a figure as SVG, PNG or PDF, the same bytes every time. An SVG says what it shows: role, title and description.

    Raises InputError for an unknown ending, and for what the system refuses.
    """
    if path.suffix not in ENDINGS:
        raise input_error("file", f"'{path}' has no ending that is known", f"choose one of {', '.join(ENDINGS)}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    written = svg(figure, title, description).encode() if path.suffix == ".svg" else _bytes(figure, path.suffix, title)
    with whole_file(path) as partial:
        partial.write_bytes(written)
    return path


def svg(figure: Figure, title: str, description: str = "") -> str:
    """A figure as SVG, with ``role="img"``, a title and a description for those who cannot see it."""
    text = _bytes(figure, ".svg", title).decode().replace("<svg ", '<svg role="img" ', 1)
    said = f" <desc>{escape(description or title)}</desc>\n"
    return text.replace("</title>\n", f"</title>\n{said}", 1)


def _bytes(figure: Figure, ending: str, title: str) -> bytes:
    by_ending: dict[str, dict[str, Any]] = {
        ".svg": {"Date": None, "Creator": None, "Title": title},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None, "Title": title},
        ".png": {"Software": None},
    }
    written = io.BytesIO()
    with _written_alike():
        figure.savefig(
            written, format=ending[1:], metadata=by_ending[ending], dpi=RESOLUTION if ending == ".png" else 72
        )
    return written.getvalue()


@contextmanager
def _written_alike() -> Iterator[None]:
    matplotlib = need("matplotlib", "plots", "a figure")
    with matplotlib.rc_context(STYLE):
        yield
