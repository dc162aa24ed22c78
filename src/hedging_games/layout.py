"""How wide text for people may be, and how tables and lines are made to fit.

Answers are written as text by the floor they belong to. Whoever prints them says how wide the page is, by `on_page`; without
a page nothing is wrapped.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

GAP: Final = 2
"""Spaces between two columns."""

NARROWEST: Final = 20
"""Columns that a page has at least: below that nothing could be read."""

HANGING: Final = 4
"""Spaces by which a line that goes on is set in."""

READABLE: Final = 24
"""Columns that a cell should have, if it needs them, before a table is cut into several."""

_TOGETHER: Final = re.compile(r" ([=≈]|[<>=!]=|[<>]) ")
"""Signs that stay on one line with what they compare."""

_GLUE: Final = "\x1f"
"""Stands for a space at which no line is broken; text that is read holds no such sign."""


@dataclass(frozen=True, slots=True)
class Page:
    """``width`` : columns, None for no limit. ``full`` : whether what is usually left out is shown too."""

    width: int | None = None
    full: bool = False

    def holds(self, width: int) -> bool:
        """Whether something so wide fits."""
        return self.width is None or width <= self.width


_UNLIMITED: Final = Page()
_PAGE: ContextVar[Page] = ContextVar("page", default=_UNLIMITED)


def page() -> Page:
    """The page that text is written for."""
    return _PAGE.get()


@contextmanager
def on_page(width: int | None = None, *, full: bool = False) -> Iterator[None]:
    """Write text for a page of this width (`NARROWEST` at least) inside the block."""
    token = _PAGE.set(Page(None if width is None else max(width, NARROWEST), full))
    try:
        yield
    finally:
        _PAGE.reset(token)


def fitted(text: str) -> str:
    """The text with every line broken that is wider than the page; what goes on is set in."""
    width = page().width
    if width is None:
        return text
    return "\n".join(part for line in text.split("\n") for part in _broken(line, width))


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = min(len(line) - len(line.lstrip()), width // 2)
    goes_on = " " * min(indent + HANGING, width // 2)
    kept = _TOGETHER.sub(lambda sign: f"{_GLUE}{sign[1]}{_GLUE}", line)
    parts = textwrap.wrap(kept, width, subsequent_indent=goes_on, break_on_hyphens=False, replace_whitespace=False)
    return [part.replace(_GLUE, " ") for part in parts]


def aligned(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """What is said with its reason beside it, all reasons in one column; under it where the page is too narrow."""
    width = max((len(said) for said, _ in pairs), default=0)
    beside = [f"  {said.ljust(width)}  {because}".rstrip() for said, because in pairs]
    if page().holds(max(map(len, beside), default=0)):
        return beside
    return [line for said, because in pairs for line in (f"  {said}", f"      {because}") if line.strip()]


def table_width(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How wide a table is if nothing in it is wrapped."""
    return _total([_widest(cells) for cells in zip(header, *rows, strict=True)])


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned by spaces under a header and a rule.

    On a page that is too narrow the cells of the widest columns are wrapped between words; where that is not enough the columns
    are cut into several tables, each of which begins with the first column.
    """
    columns = [list(cells) for cells in zip(header, *rows, strict=True)]
    width = page().width
    if width is None or _total([_widest(cells) for cells in columns]) <= width:
        return _table(columns, [_widest(cells) for cells in columns])
    return "\n\n".join(_wrapped(block, width) for block in _blocks(columns, width))


def _blocks(columns: Sequence[list[str]], width: int) -> Iterator[list[list[str]]]:
    """The columns in as many blocks as it takes, the first column in each."""
    first, *others = columns
    block = [first]
    for cells in others:
        if len(block) > 1 and _total([_wanted(c) for c in [*block, cells]]) > width:
            yield block
            block = [first]
        block.append(cells)
    yield block


def _wanted(cells: Sequence[str]) -> int:
    return max(_longest_word(cells), min(_widest(cells), READABLE))


def _longest_word(cells: Sequence[str]) -> int:
    return max(len(word) for cell in cells for word in [*cell.split(), ""])


def _wrapped(columns: Sequence[list[str]], width: int) -> str:
    widths = [_widest(cells) for cells in columns]
    least = [_longest_word(cells) for cells in columns]
    if _total(least) > width:
        least = [min(low, (width - GAP * len(columns)) // len(columns)) for low in least]
    return _table(columns, _shared(widths, least, width))


def _table(columns: Sequence[list[str]], widths: Sequence[int]) -> str:
    header, *rows = zip(*columns, strict=True)
    above = _row(header, widths)
    rule = "  ".join("-" * w for w in widths)
    return "\n".join([*above, rule, *(line for row in rows for line in _row(row, widths))])


def _widest(cells: Sequence[str]) -> int:
    return max(len(cell) for cell in cells)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _shared(widths: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Widths that fit: those of the widest columns cut to one width, none below its longest word."""

    def cut(most: int) -> list[int]:
        return [max(low, min(own, most)) for own, low in zip(widths, least, strict=True)]

    most = min(max(widths), width)
    while _total(cut(most)) > width:
        most -= 1
    return cut(most)


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a row."""
    wrapped = [
        [cell] if len(cell) <= w else textwrap.wrap(cell, w, break_on_hyphens=False)
        for cell, w in zip(cells, widths, strict=True)
    ]
    height = max(map(len, wrapped))
    filled = [[*parts, *[""] * (height - len(parts))] for parts in wrapped]
    return [
        (" " * GAP).join(part.ljust(w) for part, w in zip(line, widths, strict=True)).rstrip()
        for line in zip(*filled, strict=True)
    ]
