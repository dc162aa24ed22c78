"""Scenes drawn by matplotlib: into a figure of their own, or into axes that a user has."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hedging_games.analysis.extras import need
from hedging_games.analysis.files import whole_file, writing
from hedging_games.errors import input_error
from hedging_games.figures.charts import LABEL_SIZE, TICK_LENGTH, TICK_PAD, TICK_SIZE, below_axis, beside_axis
from hedging_games.figures.lettering import height_of, shown
from hedging_games.figures.pen import Pen
from hedging_games.figures.scene import Frame, Scene, walk

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
    Pen(page, page.transData, 1.0).items(scene.items)
    return figure, page if not charts else charts[0] if len(charts) == 1 else tuple(charts)


def _draw_into(scene: Scene, frames: list[Frame], ax: Axes) -> tuple[Figure, Any]:
    from matplotlib.transforms import Affine2D

    figure: Any = ax.get_figure()
    if not frames:
        _set_page(ax, scene)
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()  # so that the axes are as large as the layout makes them
    room = ax.get_window_extent()
    inches = figure.dpi / 72
    box = frames[0].box if frames else (0.0, 0.0, scene.width, scene.height)
    scale = min(room.width / inches / box[2], room.height / inches / box[3])
    if not frames:
        Pen(ax, ax.transData, scale).items(scene.items)
        return figure, ax
    _draw_frame(ax, frames[0], scale)
    around = Affine2D().translate(-box[0], -box[1]).scale(1 / box[2], 1 / box[3]) + ax.transAxes
    Pen(ax, around, scale).items(scene.items)
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
    Pen(ax, ax.transData, scale, clipped=True).items(frame.items)


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
    text = text.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
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
