"""Items of a scene as matplotlib's artists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from hedging_games.figures.lettering import box_of, lines_of, shown, side_of
from hedging_games.figures.scene import Group, Item, Line, Mark, Point, Polygon, Text

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


@dataclass
class Pen:
    """Draws items into axes: ``transform`` takes their positions to the screen; sizes are multiplied by ``scale``."""

    ax: Any
    transform: Any
    scale: float
    clipped: bool = False
    height: float = 2.0
    named: int = 0

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
            self._name(words, title)

    def _behind(self, item: Text, title: str) -> None:
        from matplotlib.patches import Polygon as Patch

        assert item.back is not None
        low_x, low_y, high_x, high_y = box_of(
            Text((0.0, 0.0), item.text, item.anchor, item.size, item.bold, maths=item.maths)
        )
        corners = [(low_x - 1, low_y), (high_x + 1, low_y), (high_x + 1, high_y), (low_x - 1, high_y)]
        patch = Patch(
            corners,
            closed=True,
            facecolor=item.back,
            edgecolor="none",
            transform=self._around(item.at, item.angle, item.shift),
            zorder=self.height,
        )
        self._add(patch, title, clipped=False)

    def _shifted(self, shift: Point) -> Any:
        """The pen's transform, then so many points aside."""
        from matplotlib.transforms import ScaledTranslation

        inch = self.ax.figure.dpi_scale_trans
        return self.transform + ScaledTranslation(shift[0] * self.scale / 72, shift[1] * self.scale / 72, inch)

    def _around(self, at: Point, angle: float, shift: Point) -> Any:
        """From points around a place, turned and moved aside, to the screen."""
        from matplotlib.transforms import Affine2D, ScaledTranslation

        points = Affine2D().rotate_deg(angle).translate(*shift).scale(self.scale / 72) + self.ax.figure.dpi_scale_trans
        return points + ScaledTranslation(*at, self.transform)

    def _name(self, artist: Any, title: str) -> None:
        """What belongs to a group carries its title as an identifier that no other artist of the axes has."""
        if title:
            self.named += 1
            plain = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")
            artist.set_gid(f"{plain}-{self.named}")

    def _add(self, artist: Any, title: str, *, clipped: bool) -> None:
        self._name(artist, title)
        self.ax.add_artist(artist)
        artist.set_clip_on(clipped)


def _dashes(dash: tuple[float, ...], width: float) -> Any:
    """Matplotlib takes lengths in units of the line's width."""
    return (0, tuple(length / width for length in dash)) if dash else "solid"
