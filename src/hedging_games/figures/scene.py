"""What a figure consists of, as plain data: shapes, lines, marks and texts at exact places on a page.

Lengths are in points (1/72 inch); a page's origin is its lower left corner, and ``y`` grows upwards. Inside a `Frame` positions
are data coordinates, and everything else (widths, sizes, shifts) stays in points. Items are drawn in order, later ones on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Point: TypeAlias = tuple[float, float]

Hatch: TypeAlias = Literal["", "rising", "falling", "level", "upright", "cross", "dots"]
"""Thin lines over a fill, so that it is told apart without colour: their direction."""

Anchor: TypeAlias = Literal["centre", "left", "right", "above", "below", "above left", "above right", "below left", "below right"]  # fmt: skip
"""Where a text stands, seen from its position: ``right`` begins at it, ``above`` has its middle over it."""

Shape: TypeAlias = Literal["disc", "ring", "square", "diamond", "cross"]

Dash: TypeAlias = tuple[float, ...]
"""Lengths on, off, on, ... in points; empty: an unbroken line."""

INK = "#111111"
"""The colour of texts and of lines that mean nothing by their colour."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed shape. ``edge`` is the colour of its outline, None for none; ``fill`` None leaves it empty."""

    points: tuple[Point, ...]
    fill: str | None = None
    hatch: Hatch = ""
    hatch_colour: str = INK
    edge: str | None = None
    width: float = 0.6
    dash: Dash = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; with ``arrow`` its last point is the tip of an arrow."""

    points: tuple[Point, ...]
    colour: str = INK
    width: float = 0.8
    dash: Dash = ()
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A small sign at a place; ``size`` is its diameter."""

    at: Point
    shape: Shape = "disc"
    size: float = 4.5
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place. Lines are parted by newlines.

    ``shift`` moves them by so many points; ``maths`` says that they are a formula in plain notation, such as ``card - loss`` or
    ``-1/2``; ``back`` is a colour behind the words, None for none; ``angle`` turns them about their position, in degrees.
    """

    at: Point
    text: str
    anchor: Anchor = "centre"
    size: float = 8.0
    bold: bool = False
    colour: str = INK
    maths: bool = False
    shift: Point = (0.0, 0.0)
    back: str | None = None
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Items that belong together, under a ``title`` that a reader of the file finds: ``information set Reply``."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and the exact text that stands there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs along an axis, from where to where. ``label`` may have several lines."""

    label: str
    low: float
    high: float
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A chart: a box on the page (left, bottom, width, height, in points) in which positions are data coordinates.

    Polygons and lines are cut off at the box; marks and texts are not. Ticks and labels stand left of and below the box; an
    axis without label and ticks has none. ``sides`` : whether the box's own outline is drawn.
    """

    box: tuple[float, float, float, float]
    across: Axis
    up: Axis
    items: tuple[Item, ...]
    sides: bool = True

    def place(self, point: Point) -> Point:
        """Where on the page a point of the chart is."""
        left, bottom, width, height = self.box
        return (
            left + width * (point[0] - self.across.low) / (self.across.high - self.across.low),
            bottom + height * (point[1] - self.up.low) / (self.up.high - self.up.low),
        )


Item: TypeAlias = Polygon | Line | Mark | Text | Group | Frame


@dataclass(frozen=True, slots=True)
class Scene:
    """A figure: its size in points and its items.

    ``title`` and ``description`` are for those who cannot see it (alt text); ``provenance`` says what it was made from.
    """

    width: float
    height: float
    items: tuple[Item, ...]
    title: str
    description: str = ""
    provenance: str = ""

    def to_json(self) -> dict[str, Any]:
        """The scene as an object for JSON: each item with its ``kind`` (``polygon``, ``line``, ...), points as lists."""
        head = {name: getattr(self, name) for name in ("width", "height", "title", "description", "provenance")}
        return {"schema": 1, **head, "items": [_item_json(item) for item in self.items]}


def _item_json(item: Item) -> dict[str, Any]:
    plain = {"kind": type(item).__name__.lower(), **asdict(item)}
    if isinstance(item, (Group, Frame)):
        plain["items"] = [_item_json(inner) for inner in item.items]
    return plain


def walk(items: Iterable[Item]) -> Iterator[Item]:
    """Items and all that groups and frames among them hold, each group and frame before what it holds."""
    for item in items:
        yield item
        if isinstance(item, (Group, Frame)):
            yield from walk(item.items)
