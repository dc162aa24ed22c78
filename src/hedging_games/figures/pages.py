"""Pages put together from blocks, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hedging_games.figures.charts import (
    LABEL_SIZE,
    LEGEND_SIZE,
    MARGIN,
    TICK_SIZE,
    TITLE_SIZE,
    Entry,
    below_axis,
    beside_axis,
    legend,
)
from hedging_games.figures.lettering import height_of, width_of, wrapped
from hedging_games.figures.scene import INK, Axis, Frame, Group, Item, Mark, Point, Scene, Text


@dataclass(frozen=True, slots=True)
class Block:
    """Items whose upper edge is at height 0 and whose left edge is at 0, and how high they are."""

    items: tuple[Item, ...]
    height: float


def moved(items: Iterable[Item], across: float, up: float) -> tuple[Item, ...]:
    """Items of a page, so many points to the right and up."""
    return tuple(_moved(item, across, up) for item in items)


def _moved(item: Item, across: float, up: float) -> Item:
    match item:
        case Mark() | Text():
            return replace(item, at=(item.at[0] + across, item.at[1] + up))
        case Group():
            return replace(item, items=moved(item.items, across, up))
        case Frame():
            left, bottom, width, height = item.box
            return replace(item, box=(left + across, bottom + up, width, height))
        case _:
            points: tuple[Point, ...] = tuple((x + across, y + up) for x, y in item.points)
            return replace(item, points=points)


def page(
    width: float, blocks: Sequence[Block], *, title: str, description: str = "", provenance: str = "", gap: float = 5.0
) -> Scene:
    """A page with blocks below each other, as high as they are."""
    blocks = [block for block in blocks if block.items]
    height = sum(block.height for block in blocks) + gap * (len(blocks) - 1) + 2 * MARGIN
    top = height - MARGIN
    items: list[Item] = []
    for block in blocks:
        items += moved(block.items, MARGIN, top)
        top -= block.height + gap
    return Scene(width, height, tuple(items), title, description, provenance)


def heading(text: str, room: float, *, size: float = TITLE_SIZE, bold: bool = True) -> Block:
    """A heading, wrapped to the room that there is."""
    lines = wrapped(text, size, room, bold=bold)
    return Block((Text((0.0, 0.0), lines, "below right", size, bold=bold),), height_of(lines, size))


def key(entries: Sequence[Entry], room: float) -> Block:
    """A legend."""
    items, height = legend(entries, (0.0, 0.0), room)
    return Block(items, height)


def panel_room(up: Axis, room: float) -> tuple[float, float]:
    """Where in a panel so many points wide the box of its chart begins, and how wide it is."""
    left = beside_axis(up) + (height_of(up.label, LABEL_SIZE) if up.label else 0.0)
    return left, room - left - TICK_SIZE


def panel(head: str, across: Axis, up: Axis, items: Sequence[Item], room: float, height: float) -> Block:
    """One of several charts of a page, with a heading of its own above; its box is so many points high."""
    left, inner = panel_room(up, room)
    words = wrapped(head, LABEL_SIZE, room, bold=True)
    top = height_of(words, LABEL_SIZE) + TICK_SIZE / 2
    label = wrapped(across.label, LABEL_SIZE, inner)
    across = replace(across, label=label)
    frame = Frame((left, -top - height, inner, height), across, up, tuple(items))
    under = below_axis(across) + height_of(label, LABEL_SIZE)
    return Block((Text((0.0, 0.0), words, "below right", LABEL_SIZE, bold=True), frame), top + height + under)


def beside(blocks: Sequence[Block], room: float, gap: float = 12.0) -> Block:
    """Blocks of equal width side by side."""
    step = (room + gap) / len(blocks)
    items = [item for k, block in enumerate(blocks) for item in moved(block.items, k * step, 0.0)]
    return Block(tuple(items), max(block.height for block in blocks))


def coloured(pieces: Sequence[tuple[str, str]], room: float, size: float = LEGEND_SIZE) -> Block:
    """Words one after the other, each in its colour, in as many lines as they need."""
    items: list[Item] = []
    x, y = 0.0, 0.0
    space = 1.5 * width_of(" ", size)
    for words, colour in pieces:
        wide = width_of(words, size, bold=colour != INK)
        if x > 0 and x + wide > room:
            x, y = 0.0, y - height_of("", size)
        items.append(Text((x, y), words, "below right", size, bold=colour != INK, colour=colour))
        x += wide + space
    return Block(tuple(items), height_of("", size) - y)
