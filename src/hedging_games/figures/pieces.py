"""Scenes as SVG in few bytes, for pages that hold many of them.

A figure comes in pieces, an element each, so that figures of the same game have most of them in common. What a figure looks like is said by its
scene; `with_matplotlib` draws it with what matplotlib adds, for whoever wants to change or print it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from math import hypot
from typing import Final

from hedging_games.figures.charts import furniture
from hedging_games.figures.lettering import box_of, lines_of, shown, side_of
from hedging_games.figures.scene import Dash, Frame, Group, Item, Line, Mark, Point, Polygon, Scene, Text

_SIZE, _COLOUR, _WIDTH = 7.5, "#777777", 0.7
"""Of most texts and lines; what is so need not be said again."""

_OPENING: Final = (
    "<svg xmlns='http://www.w3.org/2000/svg' role='img' font-family='DejaVu Sans,Verdana,sans-serif' font-size='7.5'"
    " fill='none' stroke='#777' stroke-width='.7' stroke-linejoin='round'"
)
_STYLE: Final = "<style>text{stroke:none}</style>"
_ANCHORS: Final = {"left": "", "center": " text-anchor='middle'", "right": " text-anchor='end'"}
_RULES: Final = {
    "rising": ("M2 0V4", 45),
    "falling": ("M2 0V4", -45),
    "level": ("M0 2H4", 0),
    "upright": ("M2 0V4", 0),
    "cross": ("M2 0V4M0 2H4", 45),
    "dots": ("M1.5 2H2.5", 0),
}
"""Of each hatch a tile of four points, and how far it is turned."""


def pieces(scene: Scene) -> list[str]:
    """The scene as SVG, in pieces to be joined: a title and a description for those who cannot see it, then each item. Places are rounded to a
    tenth of a point.
    """
    wide, high = _number(scene.width), _number(scene.height)
    said = f"<title>{escape(scene.title, quote=False)}</title><desc>{escape(scene.description or scene.title, quote=False)}</desc>"
    return [
        _OPENING,
        f" width='{wide}pt' height='{high}pt' viewBox='0 0 {wide} {high}'>",
        said,
        _STYLE,
        f"<path d='M0 0H{wide}V{high}H0z' fill='#fff' stroke='none'/>",
        *_Sheet(scene.height).drawn(scene.items),
        "</svg>",
    ]


class _Sheet:
    """What is drawn on a page of this height; ``y`` grows downwards in SVG."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.frames = 0
        self.hatches: set[str] = set()

    def drawn(self, items: Iterable[Item], frame: Frame | None = None) -> Iterator[str]:
        for item in items:
            match item:
                case Polygon() | Line():
                    yield from self.shape(item, frame)
                case Mark():
                    yield self.mark(item, frame)
                case Text():
                    yield from self.text(item, frame)
                case Group():
                    yield from self.drawn(item.items, frame)
                case Frame():
                    self.frames += 1
                    left, bottom, width, height = item.box
                    corners = [
                        (left, bottom),
                        (left + width, bottom),
                        (left + width, bottom + height),
                        (left, bottom + height),
                    ]
                    yield f"<clipPath id='c{self.frames}'><path d='{self.path(corners, None)}z'/></clipPath>"
                    yield from self.drawn(item.items, item)
                    yield from self.drawn(furniture(item))

    def shape(self, item: Polygon | Line, frame: Frame | None) -> Iterator[str]:
        path = self.path(item.points, frame)
        clip = "" if frame is None else f" clip-path='url(#c{self.frames})'"
        if isinstance(item, Line):
            yield f"<path d='{path}'{_pen(item.colour, item.width, item.dash)}{clip}/>"
            if item.arrow:
                yield f"<path d='{self.tip(item, frame)}z' fill='{_short(item.colour)}' stroke='none'{clip}/>"
            return
        if item.fill is not None:
            yield f"<path d='{path}z' fill='{_short(item.fill)}' stroke='none'{clip}/>"
        if item.hatch:
            name = f"{item.hatch}-{item.hatch_colour[1:]}"
            if name not in self.hatches:
                self.hatches.add(name)
                rule, turn = _RULES[item.hatch]
                yield (
                    f"<pattern id='{name}' width='4' height='4' patternUnits='userSpaceOnUse' patternTransform='rotate({turn})'>"
                    f"<path d='{rule}'{_pen(item.hatch_colour, 1.0 if item.hatch == 'dots' else 0.5, ())}/></pattern>"
                )
            yield f"<path d='{path}z' fill='url(#{name})' stroke='none'{clip}/>"
        if item.edge is not None:
            yield f"<path d='{path}z'{_pen(item.edge, item.width, item.dash)}{clip}/>"

    def tip(self, item: Line, frame: Frame | None) -> str:
        (x0, y0), (x, y) = (self.on_page(point, frame) for point in item.points[-2:])
        far = hypot(x - x0, y - y0) or 1.0
        long = 0.4 * (5 + 2 * item.width)
        u, v = long * (x - x0) / far, long * (y - y0) / far
        return _path([(x, y), (x - u + v / 2, y - v - u / 2), (x - u - v / 2, y - v + u / 2)])

    def mark(self, item: Mark, frame: Frame | None) -> str:
        (x, y), colour, half = self.on_page(item.at, frame), _short(item.colour), item.size / 2
        place = f"cx='{_number(x)}' cy='{_number(y)}'"
        match item.shape:
            case "disc":
                return f"<circle {place} r='{_number(half + 0.4)}' fill='{colour}' stroke='none'/>"
            case "ring":
                return f"<circle {place} r='{_number(half)}' fill='#fff' stroke='{colour}' stroke-width='.9'/>"
            case "cross":
                strokes = [[(x - half, y + sign * half), (x + half, y - sign * half)] for sign in (1, -1)]
                return f"<path d='{''.join(map(_path, strokes))}' stroke='{colour}' stroke-width='1.4'/>"
            case "square":
                corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
            case "diamond":
                corners = [(x - half, y), (x, y - half), (x + half, y), (x, y + half)]
        return f"<path d='{_path(corners)}z' fill='{colour}' stroke='{colour}' stroke-width='.9'/>"

    def text(self, item: Text, frame: Frame | None) -> Iterator[str]:
        x, y = self.on_page(item.at, frame)
        if item.back is not None:
            left, low, right, high = box_of(replace(item, at=(0.0, 0.0), shift=(0.0, 0.0), angle=0.0))
            across, down = x + item.shift[0], y - item.shift[1]
            corners = [
                (across + a, down - b)
                for a, b in ((left - 1, low), (right + 1, low), (right + 1, high), (left - 1, high))
            ]
            yield f"<path d='{_path(corners)}z' fill='{_short(item.back)}' stroke='none'{_turned(item.angle, across, down)}/>"
        looks = _ANCHORS[side_of(item)] + f" fill='{_short(item.colour)}'"
        looks += f" font-size='{_number(item.size)}'" if item.size != _SIZE else ""
        looks += " font-weight='700'" if item.bold else ""
        for line, (across, up) in lines_of(item):
            place = f"x='{_number(x + across)}' y='{_number(y - up)}'{_turned(item.angle, x + across, y - up)}"
            yield f"<text {place}{looks}>{escape(shown(line, maths=item.maths), quote=False)}</text>"

    def on_page(self, point: Point, frame: Frame | None) -> Point:
        x, y = frame.place(point) if frame is not None else point
        return x, self.height - y

    def path(self, points: Iterable[Point], frame: Frame | None) -> str:
        return _path([self.on_page(point, frame) for point in points])


def _path(points: Sequence[Point]) -> str:
    """A line through points; level and upright stretches by one number."""
    (x, y), *others = [(_number(a), _number(b)) for a, b in points]
    found = [f"M{x} {y}"]
    for a, b in others:
        if (a, b) != (x, y):
            found.append(f"H{a}" if b == y else f"V{b}" if a == x else f"L{a} {b}")
        x, y = a, b
    return "".join(found)


def _pen(colour: str, width: float, dash: Dash) -> str:
    looks = "" if colour == _COLOUR else f" stroke='{_short(colour)}'"
    looks += "" if width == _WIDTH else f" stroke-width='{_number(width)}'"
    return looks + (f" stroke-dasharray='{' '.join(map(_number, dash))}'" if dash else "")


def _turned(angle: float, x: float, y: float) -> str:
    return f" transform='rotate({_number(-angle)} {_number(x)} {_number(y)})'" if angle else ""


def _short(colour: str) -> str:
    """#112233 as #123."""
    return f"#{colour[1::2]}" if len(colour) == 7 and colour[1::2] == colour[2::2] else colour


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
