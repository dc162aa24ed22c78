"""How much room words take: the metrics of DejaVu Sans, which comes with matplotlib, so that every run measures the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import cos, radians, sin
from typing import Any, Final, TypeAlias

from hedging_games.analysis.extras import need
from hedging_games.figures.scene import Frame, Point, Text

LEADING: Final = 1.2
"""From one line of a text to the next, in units of its size."""

ASCENT: Final = 0.76
"""How far letters rise above the base line, in units of the size."""

DESCENT: Final = 0.24
"""How far letters reach below the base line."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_MEASURED_AT: Final = 100.0


@lru_cache(maxsize=50_000)
def _width(line: str, *, bold: bool) -> float:
    """The width of a line at `_MEASURED_AT` points."""
    textpath = need("matplotlib.textpath", "plots", "a figure")
    width, _, _ = textpath.text_to_path.get_text_width_height_descent(line, _font(bold=bold), ismath=False)
    return float(width)


@lru_cache(maxsize=2)
def _font(*, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="DejaVu Sans", size=_MEASURED_AT, weight="bold" if bold else "normal")


_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(text: str, *, maths: bool = False) -> str:
    """A text as it is printed: formulas with a proper minus sign, dots for products, signs of roots and raised exponents. A name with a
    colon before the formula stays as it is.
    """
    if not maths:
        return text
    name, formula = parted(text)
    raised = re.sub(r"(?:\*\*|\^)(\d+)", lambda power: power[1].translate(_RAISED), formula)
    rooted = re.sub(r"sqrt\((\d+)\)", r"√\1", raised)
    return name + rooted.replace("*", "·").replace("-", "\N{MINUS SIGN}")


def parted(text: str) -> tuple[str, str]:
    """A name with its colon and the space after it, if a text begins with one, and the formula that follows."""
    named = re.match(r"[^:\n]*:(?= |\n|$) ?", text)
    return (named[0], text[named.end() :]) if named else ("", text)


def width_of(text: str, size: float, *, bold: bool = False, maths: bool = False) -> float:
    """The width of a text, in points: that of its longest line."""
    lines = text.split("\n")
    return max(_width(shown(line, maths=maths), bold=bold) for line in lines) * size / _MEASURED_AT


def height_of(text: str, size: float) -> float:
    """The height of a text, in points, all of its lines."""
    return (text.count("\n") * LEADING + ASCENT + DESCENT) * size


def box_of(text: Text, frame: Frame | None = None) -> Box:
    """The box on the page that a text takes up, in a frame or on the page itself."""
    x, y = (frame.place(text.at) if frame is not None else text.at)[:2]
    x, y = x + text.shift[0], y + text.shift[1]
    width = width_of(text.text, text.size, bold=text.bold, maths=text.maths)
    height = height_of(text.text, text.size)
    left = 0.0 if "right" in text.anchor else -width if "left" in text.anchor else -width / 2
    low = 0.0 if "above" in text.anchor else -height if "below" in text.anchor else -height / 2
    corners = [(left + a * width, low + b * height) for a in (0, 1) for b in (0, 1)]
    turn = radians(text.angle)
    turned = [(u * cos(turn) - v * sin(turn), u * sin(turn) + v * cos(turn)) for u, v in corners]
    across, up = zip(*turned, strict=True)
    return (x + min(across), y + min(up), x + max(across), y + max(up))


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """A text broken into lines no wider than ``room`` points; a word that is wider alone is broken anywhere."""
    lines = [line for paragraph in text.split("\n") for line in _wrapped_line(paragraph, size, room, bold=bold)]
    return "\n".join(lines)


def _wrapped_line(text: str, size: float, room: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    here = ""
    for word in text.split(" "):
        longer = f"{here} {word}" if here else word
        if width_of(longer, size, bold=bold) <= room:
            here = longer
            continue
        lines += [here] if here else []
        here = word
        while width_of(here, size, bold=bold) > room and len(here) > 1:
            fits = _fitting(here, size, room, bold=bold)
            lines.append(here[:fits])
            here = here[fits:]
    return [*lines, here]


def _fitting(word: str, size: float, room: float, *, bold: bool) -> int:
    """How many first letters of a word fit, at least one."""
    return max((k for k in range(1, len(word)) if width_of(word[:k], size, bold=bold) <= room), default=1)


def widest_word(texts: Iterable[str], size: float) -> float:
    """The width of the widest word of formulas, which is not to be broken."""
    return max((width_of(word, size, maths=True) for text in texts for word in text.split()), default=0.0)


def overlap(one: Box, other: Box, *, slack: float = 0.0) -> bool:
    """Whether two boxes have more than ``slack`` points of each other in both directions."""
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > slack and min(one[3], other[3]) - max(one[1], other[1]) > slack
    )


def lines_of(text: Text) -> list[tuple[str, Point]]:
    """Each line, as it is in the text, and where its base line is, seen from the text's position: its left end, middle or right end."""
    lines = text.text.split("\n")
    height = height_of(text.text, text.size)
    top = height if "above" in text.anchor else 0.0 if "below" in text.anchor else height / 2
    turn = radians(text.angle)
    placed = []
    for k, line in enumerate(lines):
        up = top - (ASCENT + k * LEADING) * text.size
        placed.append((line, (text.shift[0] - up * sin(turn), text.shift[1] + up * cos(turn))))
    return placed


def side_of(text: Text) -> str:
    """Which part of each line stands at the position: ``left``, ``center`` or ``right``."""
    return "left" if "right" in text.anchor else "right" if "left" in text.anchor else "center"
