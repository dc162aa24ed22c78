r"""Scenes as plain TikZ, for ``\input`` into a paper: TeX Live's base, pictures and recommended packages are enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from hedging_games.figures import latex
from hedging_games.figures.charts import furniture
from hedging_games.figures.lettering import box_of, lines_of, side_of
from hedging_games.figures.scene import Frame, Group, Item, Line, Mark, Point, Polygon, Scene, Text, walk

_PATTERNS: Final = {
    "rising": "north east lines",
    "falling": "north west lines",
    "level": "horizontal lines",
    "upright": "vertical lines",
    "cross": "crosshatch",
    "dots": "dots",
}
_SIZES: Final = (
    (5.5, r"\tiny"),
    (7.4, r"\scriptsize"),
    (8.4, r"\footnotesize"),
    (9.4, r"\small"),
    (11.0, r"\normalsize"),
)
_ANCHORS: Final = {"left": "base west", "center": "base", "right": "base east"}


def tikz(scene: Scene) -> str:
    r"""The scene as a ``tikzpicture`` whose unit is the point of PDF, under comments that say what it was made from.

    The preamble needs ``\usepackage{tikz}``, and ``\usetikzlibrary{patterns}`` where something is hatched.
    """
    colours = _colours(scene)
    hatched = any(isinstance(item, Polygon) and item.hatch for item in walk(scene.items))
    needs = r"\usepackage{tikz}" + (r" \usetikzlibrary{patterns}" if hatched else "")
    lines = [
        latex.provenance_line(scene.provenance),
        f"% {' '.join(scene.title.split())}",
        f"% needs {needs}",
        r"\begin{tikzpicture}[x=1bp, y=1bp, line join=round, inner sep=0pt, outer sep=0pt]",
        *(rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}" for colour, name in colours.items()),
        rf"\useasboundingbox (0,0) rectangle ({_number(scene.width)},{_number(scene.height)});",
        *_drawn(scene.items, colours, None),
        r"\end{tikzpicture}",
    ]
    return "\n".join([*lines, ""])


def _colours(scene: Scene) -> dict[str, str]:
    """Each colour of a scene with a name of its own, by first use."""
    frames = [item for item in walk(scene.items) if isinstance(item, Frame)]
    around = [piece for frame in frames for piece in furniture(frame)]
    used: dict[str, str] = {}
    for item in (*walk(scene.items), *around):
        for colour in _colours_of(item):
            used.setdefault(colour, f"hg{chr(ord('a') + len(used) // 26)}{chr(ord('a') + len(used) % 26)}")
    return used


def _colours_of(item: Item) -> Iterator[str]:
    match item:
        case Polygon():
            yield from (colour for colour in (item.fill, item.edge) if colour)
            yield from (item.hatch_colour,) if item.hatch else ()
        case Line() | Mark():
            yield item.colour
        case Text():
            yield from (colour for colour in (item.colour, item.back) if colour)


def _drawn(items: Iterable[Item], colours: dict[str, str], frame: Frame | None) -> Iterator[str]:
    """Items in order; what a frame cuts off is in a scope with a clip of its own."""
    for item in items:
        match item:
            case Polygon() | Line():
                yield from _clipped(_shape(item, colours, frame), frame)
            case Mark():
                yield _mark(item, colours, frame)
            case Text():
                yield from _text(item, colours, frame)
            case Group():
                yield f"% {' '.join(item.title.split())}"
                yield from _drawn(item.items, colours, frame)
            case Frame():
                yield from _drawn(item.items, colours, item)
                yield from _drawn(furniture(item), colours, None)


def _clipped(lines: list[str], frame: Frame | None) -> list[str]:
    if frame is None:
        return lines
    left, bottom, width, height = frame.box
    corner = f"({_number(left)},{_number(bottom)}) rectangle ({_number(left + width)},{_number(bottom + height)})"
    return [rf"\begin{{scope}}\clip {corner};", *lines, r"\end{scope}"]


def _shape(item: Polygon | Line, colours: dict[str, str], frame: Frame | None) -> list[str]:
    path = " -- ".join(_at(point, frame) for point in item.points)
    if isinstance(item, Line):
        arrow = "-latex, " if item.arrow else ""
        return [rf"\draw[{arrow}{_pen(item.colour, item.width, item.dash, colours)}] {path};"]
    found = []
    if item.fill is not None:
        found.append(rf"\fill[{colours[item.fill]}] {path} -- cycle;")
    if item.hatch:
        pattern = f"pattern={_PATTERNS[item.hatch]}, pattern color={colours[item.hatch_colour]}"
        found.append(rf"\fill[{pattern}] {path} -- cycle;")
    if item.edge is not None:
        found.append(rf"\draw[{_pen(item.edge, item.width, item.dash, colours)}] {path} -- cycle;")
    return found


def _pen(colour: str, width: float, dash: tuple[float, ...], colours: dict[str, str]) -> str:
    pieces = [colours[colour], f"line width={_number(width)}bp"]
    if dash:
        lengths = " ".join(f"{'off' if k % 2 else 'on'} {_number(length)}bp" for k, length in enumerate(dash))
        pieces.append(f"dash pattern={lengths}")
    return ", ".join(pieces)


def _mark(item: Mark, colours: dict[str, str], frame: Frame | None) -> str:
    colour, place, half = colours[item.colour], _at(item.at, frame), _number(item.size / 2)
    match item.shape:
        case "disc":
            return rf"\fill[{colour}] {place} circle[radius={half}bp];"
        case "ring":
            return rf"\filldraw[draw={colour}, fill=white, line width=0.9bp] {place} circle[radius={half}bp];"
        case "square":
            return rf"\fill[{colour}] {place} +(-{half},-{half}) rectangle +({half},{half});"
        case "diamond":
            return rf"\fill[{colour}] {place} +(-{half},0) -- +(0,{half}) -- +({half},0) -- +(0,-{half}) -- cycle;"
        case "cross":
            strokes = f"+(-{half},-{half}) -- +({half},{half}) +(-{half},{half}) -- +({half},-{half})"
            return rf"\draw[{colour}, line width=1.4bp] {place} {strokes};"


def _text(item: Text, colours: dict[str, str], frame: Frame | None) -> Iterator[str]:
    x, y = frame.place(item.at) if frame is not None else item.at
    if item.back is not None:
        left, low, right, high = box_of(replace(item, at=(0.0, 0.0), shift=(0.0, 0.0), angle=0.0))
        corners = f"({_number(left - 1)},{_number(low)}) rectangle ({_number(right + 1)},{_number(high)})"
        place = f"({_number(x + item.shift[0])},{_number(y + item.shift[1])})"
        turn = f", rotate={_number(item.angle)}" if item.angle else ""
        yield rf"\fill[{colours[item.back]}, shift={{{place}}}{turn}] {corners};"
    size = next((name for most, name in _SIZES if item.size <= most), r"\large")
    font = size + (r"\bfseries" if item.bold else "")
    turned = f", rotate={_number(item.angle)}" if item.angle else ""
    for line, (across, up) in lines_of(item):
        place = f"({_number(x + across)},{_number(y + up)})"
        said = latex.formula(line) if item.maths else latex.words(line)
        yield rf"\node[{colours[item.colour]}, anchor={_ANCHORS[side_of(item)]}, font={font}{turned}] at {place} {{{said}}};"


def _at(point: Point, frame: Frame | None) -> str:
    x, y = frame.place(point) if frame is not None else point
    return f"({_number(x)},{_number(y)})"


def _number(value: float) -> str:
    """A length with three digits after the point: finer than any printer."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
