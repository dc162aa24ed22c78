"""A drawing: a scene, drawn. What every function that makes a figure gives back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from hedging_games.analysis.files import whole_file, writing
from hedging_games.errors import did_you_mean, input_error
from hedging_games.figures import with_matplotlib
from hedging_games.figures.scene import Scene
from hedging_games.figures.tikz import tikz

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Width = Literal["column", "text"]

WIDTHS: Final = {"column": 3.4 * 72, "text": 6.9 * 72}
"""The widths of a journal's column and of its text, in points: 3.4 and 6.9 inches."""

ENDINGS: Final = (*with_matplotlib.ENDINGS, ".tex")


def points_of(width: str) -> float:
    """A width by its name, in points. Raises InputError for an unknown name."""
    if width not in WIDTHS:
        raise input_error("option", f"no width is called '{width}'", did_you_mean(str(width), list(WIDTHS)))
    return WIDTHS[width]


def check_ending(path: Path) -> None:
    """Raises InputError unless a figure can be written to a file with this ending."""
    if path.suffix not in ENDINGS:
        raise input_error("file", f"'{path}' has no ending that is known", f"choose one of {', '.join(ENDINGS)}")


class Drawing:
    """A figure that can be shown, changed and written.

    It stands for the pair of matplotlib's figure and axes, ``figure, axes = hg.tree(model)``; of a chart the axes are in data
    coordinates, of a picture without axes they are the page, in points. ``scene`` is what was drawn, as data.
    """

    def __init__(self, scene: Scene, ax: Axes | None = None) -> None:
        self.scene = scene
        self._into = ax

    @cached_property
    def _pair(self) -> tuple[Figure, Any]:
        return with_matplotlib.draw(self.scene, self._into)

    @property
    def figure(self) -> Figure:
        """Matplotlib's figure."""
        return self._pair[0]

    @property
    def axes(self) -> Any:
        """Matplotlib's axes; a tuple where there are several charts."""
        return self._pair[1]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._pair)

    def tikz(self) -> str:
        r"""The figure as plain TikZ, for ``\input`` into a paper."""
        return tikz(self.scene)

    def svg(self) -> str:
        """The figure as SVG, with its title and description."""
        return with_matplotlib.svg(self.figure, self.scene.title, self.scene.description)

    def _repr_svg_(self) -> str:
        return self.svg()

    def save(self, path: str | Path) -> Path:
        """Write the figure; the ending says how: ``.svg``, ``.png``, ``.pdf``, or ``.tex`` for plain TikZ.

        What was changed with matplotlib is in all but the last. Raises InputError for other endings, and for what the system
        refuses.
        """
        path = Path(path)
        check_ending(path)
        if path.suffix != ".tex":
            return with_matplotlib.save(self.figure, path, self.scene.title, self.scene.description)
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as partial:
            partial.write_text(self.tikz(), encoding="utf-8", newline="\n")
        return path

    def __repr__(self) -> str:
        return f"<Drawing {self.scene.title!r}, {self.scene.width:.0f} × {self.scene.height:.0f} points>"


def drawn(scene: Scene, ax: Axes | None = None) -> Drawing:
    """A scene as a drawing; with ``ax`` it is drawn there at once."""
    drawing = Drawing(scene, ax)
    if ax is not None:
        _ = drawing.figure
    return drawing
