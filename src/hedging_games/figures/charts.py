"""Charts: a frame with exact ticks, labels from meaning and unit, and a legend below, put together on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log10
from typing import Final

from hedging_games.algebra.numbers import number_text
from hedging_games.figures.lettering import height_of, width_of, wrapped
from hedging_games.figures.palette import Fill
from hedging_games.figures.scene import (
    INK,
    Axis,
    Dash,
    Frame,
    Item,
    Line,
    Mark,
    Point,
    Polygon,
    Scene,
    Shape,
    Text,
    Tick,
)
from hedging_games.model.model import Model

TICK_LENGTH: Final = 3.0
TICK_PAD: Final = 2.5
"""Points between the end of a tick and its text."""

TICK_SIZE: Final = 7.0
LABEL_SIZE: Final = 8.0
TITLE_SIZE: Final = 9.0
LEGEND_SIZE: Final = 7.5
MARGIN: Final = 4.0
"""Points that stay free along the edge of a page."""

IN_TEX: Final = 0.98
"""The share of a line's room that is filled, as TeX's letters are a little wider than those measured."""

KEY: Final = 16.0
"""The width of a sign in a legend."""


# --- axes ----------------------------------------------------------------------------------------------------------------


def ticks_between(low: Fraction, high: Fraction, about: int = 5) -> tuple[Tick, ...]:
    """Ticks at round numbers (1, 2 or 5 times a power of ten apart), each with its exact text.

    Raises ValueError unless ``low`` is below ``high``.
    """
    if not low < high:
        raise ValueError(f"an axis from {low} to {high} has no length")
    rough = (high - low) / about
    power = Fraction(10) ** floor(log10(rough))
    step = next(power * k for k in (1, 2, 5, 10, 20) if power * k >= rough)
    places = [step * k for k in range(ceil(low / step), floor(high / step) + 1)]
    return tuple(exact_tick(place) for place in places)


def exact_tick(value: Fraction) -> Tick:
    """A tick at an exact number: a decimal where that is short and exact, ``1/3`` otherwise."""
    return Tick(float(value), short_text(value))


def short_text(value: Fraction) -> str:
    """An exact number as a decimal of at most four digits after the point, where it is one; else as a fraction."""
    ten_thousandths = value * 10**4
    if ten_thousandths.denominator != 1:
        return number_text(value)
    text = f"{ten_thousandths.numerator / 10**4:.4f}".rstrip("0").rstrip(".")
    return text if abs(value) < 10**9 else number_text(value)


def axis_of(model: Model, name: str, low: Fraction, high: Fraction) -> Axis:
    """The axis of a parameter, from ``low`` to ``high``: its name, its meaning, and its unit in brackets."""
    parameter = model.parameters[name]
    meaning = f": {parameter.meaning}" if parameter.meaning else ""
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    return Axis(f"{name}{meaning}{unit}", float(low), float(high), ticks_between(low, high))


def furniture(frame: Frame) -> tuple[Item, ...]:
    """What stands around a chart, as items of the page: its outline, ticks and labels."""
    left, bottom, width, height = frame.box
    corners = ((left, bottom), (left + width, bottom), (left + width, bottom + height), (left, bottom + height))
    items: list[Item] = [Polygon(corners, edge=INK, width=0.8)] if frame.sides else []
    for tick in frame.across.ticks:
        x, _ = frame.place((tick.at, frame.up.low))
        items.append(Line(((x, bottom), (x, bottom - TICK_LENGTH))))
        items.append(Text((x, bottom - TICK_LENGTH - TICK_PAD), tick.text, "below", TICK_SIZE, maths=True))
    for tick in frame.up.ticks:
        _, y = frame.place((frame.across.low, tick.at))
        items.append(Line(((left, y), (left - TICK_LENGTH, y))))
        items.append(Text((left - TICK_LENGTH - TICK_PAD, y), tick.text, "left", TICK_SIZE, maths=True))
    if frame.across.label:
        place = (left + width / 2, bottom - below_axis(frame.across))
        items.append(Text(place, frame.across.label, "below", LABEL_SIZE))
    if frame.up.label:
        middle = left - beside_axis(frame.up) - height_of(frame.up.label, LABEL_SIZE) / 2
        items.append(Text((middle, bottom + height / 2), frame.up.label, "centre", LABEL_SIZE, angle=90.0))
    return tuple(items)


def below_axis(across: Axis) -> float:
    """How far below the box the label of the horizontal axis begins."""
    return TICK_LENGTH + TICK_PAD + TICK_SIZE + TICK_PAD if across.ticks else TICK_PAD


def beside_axis(up: Axis) -> float:
    """How far left of the box the label of the vertical axis ends."""
    widest = max((width_of(tick.text, TICK_SIZE, maths=True) for tick in up.ticks), default=0.0)
    return TICK_LENGTH + TICK_PAD + widest + 2 * TICK_PAD if up.ticks else TICK_PAD


# --- legends -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend: a sign (a fill, a line, a mark, or a number in brackets) and what it means, in whole words."""

    text: str
    fill: Fill | None = None
    line: tuple[str, Dash, float] | None = None
    mark: tuple[Shape, str] | None = None
    number: str = ""


def legend(
    entries: Sequence[Entry], top: Point, room: float, size: float = LEGEND_SIZE
) -> tuple[tuple[Item, ...], float]:
    """A legend whose upper left corner is at ``top``: its items, and how high it is. Words are wrapped, never cut."""
    items: list[Item] = []
    left, y = top
    for entry in entries:
        words = wrapped(entry.text, size, IN_TEX * (room - KEY - 4))
        items += _sign(entry, (left, y - size * 0.5), size)
        items.append(Text((left + KEY + 4, y), words, "below right", size))
        y -= height_of(words, size) + 2
    return tuple(items), top[1] - y


def _sign(entry: Entry, middle: Point, size: float) -> list[Item]:
    left, y = middle
    found: list[Item] = []
    if entry.fill is not None:
        found.append(filled(rectangle(left, y - size * 0.42, KEY, size * 0.84), entry.fill, edge=INK))
    if entry.line is not None:
        colour, dash, width = entry.line
        found.append(Line(((left, y), (left + KEY, y)), colour, width, dash))
    if entry.mark is not None:
        found.append(Mark((left + KEY / 2, y), entry.mark[0], colour=entry.mark[1]))
    if entry.number:
        ink = entry.fill.ink if entry.fill is not None else INK
        back = entry.fill.colour if entry.fill is not None and entry.fill.hatch else None
        found.append(Text((left + KEY / 2, y), entry.number, size=size - 1.5, colour=ink, back=back))
    return found


def rectangle(left: float, bottom: float, width: float, height: float) -> tuple[Point, ...]:
    """The corners of an upright rectangle."""
    return ((left, bottom), (left + width, bottom), (left + width, bottom + height), (left, bottom + height))


def filled(points: tuple[Point, ...], fill: Fill, *, edge: str | None = None, width: float = 0.6) -> Polygon:
    """A polygon with one of the palette's fills."""
    return Polygon(points, fill.colour, fill.hatch, fill.hatch_colour, edge, width)


# --- pages ---------------------------------------------------------------------------------------------------------------


def chart(
    across: Axis,
    up: Axis,
    items: Sequence[Item],
    *,
    width: float,
    ratio: float = 0.8,
    sides: bool = True,
    title: str,
    heading: str | None = None,
    description: str = "",
    entries: Sequence[Entry] = (),
    provenance: str = "",
) -> Scene:
    """A page of ``width`` points with one chart, ``ratio`` times as high as it is wide, a heading above and a legend below.
    ``sides`` : whether the chart has an outline.

    ``items`` are in data coordinates. Labels and heading are wrapped; the page is as high as it must be. ``heading`` is
    ``title`` if left out; an empty one leaves it off.
    """
    heading = title if heading is None else heading
    head = wrapped(heading, TITLE_SIZE, width - 2 * MARGIN, bold=True) if heading else ""
    across, up, box = _within(across, up, width, ratio)
    left, inner, height = box
    under = below_axis(across) + (height_of(across.label, LABEL_SIZE) if across.label else 0.0)
    _, key_height = legend(entries, (MARGIN, 0.0), width - 2 * MARGIN)
    bottom = MARGIN + (key_height + 4 if entries else 0.0) + under
    above = height_of(head, TITLE_SIZE) + 5 if head else TICK_SIZE / 2
    page = bottom + height + above + MARGIN
    frame = Frame((left, bottom, inner, height), across, up, tuple(items), sides)
    key, _ = legend(entries, (MARGIN, MARGIN + key_height), width - 2 * MARGIN)
    top = [Text((width / 2, page - MARGIN), head, "below", TITLE_SIZE, bold=True)] if head else []
    return Scene(width, page, (frame, *top, *key), title, description, provenance)


def _within(across: Axis, up: Axis, width: float, ratio: float) -> tuple[Axis, Axis, tuple[float, float, float]]:
    """The axes with their labels wrapped to a page's width, and the box: its left end, width and height."""
    right = MARGIN + (width_of(across.ticks[-1].text, TICK_SIZE) / 2 if across.ticks else 0.0)
    bare = MARGIN + beside_axis(up)
    left = bare
    label = up.label
    while True:  # More lines of the label leave less height for it, until each of its words has a line.
        height = ratio * (width - left - right)
        label = wrapped(up.label, LABEL_SIZE, height)
        needed = bare + (height_of(label, LABEL_SIZE) if label else 0.0)
        if needed <= left:
            break
        left = needed
    inner = width - left - right
    middle = left + inner / 2
    room = 2 * (min(middle, width - middle) - MARGIN)
    return (
        Axis(wrapped(across.label, LABEL_SIZE, room), across.low, across.high, across.ticks),
        Axis(label, up.low, up.high, up.ticks),
        (left, inner, height),
    )
