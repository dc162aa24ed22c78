"""Tables of exact numbers and texts, and the forms they are shown in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hedging_games.algebra.numbers import number_text, shown_number
from hedging_games.analysis.extras import need
from hedging_games.figures import latex
from hedging_games.games.profile import mixture_text
from hedging_games.layout import text_table
from hedging_games.report.tables import Table

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS: Final = 60
"""Rows that a table of a notebook shows."""

MOST_COLUMNS: Final = 24
"""Columns that it shows."""

LONGEST_CELL: Final = 400
"""Characters of a cell that it shows."""

Cell: TypeAlias = Any
"""A text, an exact number, a float, or a mixed action (action to probability); None for nothing."""


def cell_text(cell: Cell, *, decimals: bool = False) -> str:
    """A cell as text, exact; with ``decimals`` beside what cannot be read at a glance."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Mapping):
        return mixture_text(cell, decimals=decimals)
    return shown_number(cell) if decimals else number_text(cell)


def _is_number(cell: Cell) -> bool:
    return not (cell is None or isinstance(cell, (str, bool, Mapping)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a caption. The cells of its first column name the rows."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def html(self, most: int | None = MOST_ROWS) -> str:
        """A semantic table; at most so many rows (None: all), with a notice of what is left out."""
        rows = self.rows if most is None else self.rows[:most]
        columns = len(self.header) if most is None else min(len(self.header), MOST_COLUMNS)
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.header[:columns])
        body = "\n".join(f"<tr>{_row_html(row[:columns], cut=most is not None)}</tr>" for row in rows)
        table = f"<table>\n<caption>{escape(self.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
        left = [
            f"{shown} of {there} {what}"
            for shown, there, what in ((len(rows), len(self.rows), "rows"), (columns, len(self.header), "columns"))
            if shown < there
        ]
        return table + (f"\n<p>Cut: {' and '.join(left)} are shown; to_frame() has all.</p>" if left else "")

    def latex(self, provenance: str = "") -> str:
        """A ``tabular`` with the rules of booktabs, under a comment that says what it was made from."""
        rows = [[cell_text(cell) for cell in row] for row in self.rows]
        return Table(list(self.header), rows, self.caption, provenance=provenance).latex()

    def text(self) -> str:
        """A table of text."""
        return text_table(self.header, [[cell_text(cell, decimals=True) for cell in row] for row in self.rows])

    def frame(self) -> pd.DataFrame:
        """A data frame: columns that hold numbers as exact text, and beside them as floats. Needs the extra ``data``."""
        pandas = need("pandas", "data", "a data frame")
        columns: dict[str, list[Any]] = {}
        for k, called in enumerate(self.header):
            name = called if called not in columns else f"{called}_{k}"
            cells = [row[k] for row in self.rows]
            columns[name] = [
                None if cell is None else cell if isinstance(cell, bool) else cell_text(cell) for cell in cells
            ]
            if any(_is_number(cell) for cell in cells):
                columns[f"{name}_float"] = [_float(cell) for cell in cells]
        found: pd.DataFrame = pandas.DataFrame(columns)
        return found


def _row_html(row: Sequence[Cell], *, cut: bool) -> str:
    first, *others = (escape(_shortened(cell_text(cell, decimals=True), cut=cut)) for cell in row)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{text}</td>" for text in others)


def _shortened(text: str, *, cut: bool) -> str:
    return f"{text[:LONGEST_CELL]}…" if cut and len(text) > LONGEST_CELL else text


def _float(cell: Cell) -> float:
    """The nearest float; not a number where there is none, infinite beyond the largest."""
    if not _is_number(cell):
        return float("nan")
    try:
        return float(cell)
    except OverflowError:
        return float("inf") if cell > 0 else float("-inf")
    except TypeError:
        return float("nan")  # a formula in open parameters


@dataclass(frozen=True, slots=True)
class Page:
    """What an answer looks like.

    ``title``, then ``lines`` that say what it is about, ``sheets``, a text as it stands (``plain``), and ``notes``. ``tidy`` : what
    a data frame holds, where that is not the first sheet. ``mathematics`` : LaTeX that takes the place of the sheets.
    """

    title: str
    sheets: Sequence[Sheet] = ()
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()
    plain: str = ""
    tidy: Sheet | None = None
    mathematics: str = ""

    def html(self, most: int | None = MOST_ROWS, *, heading: str = "") -> str:
        """A piece of HTML: text is escaped, and nothing is fetched or run. ``heading`` : ``h3``, say, where the title is one."""
        title = escape(self.title)
        parts = [
            f"<{heading}>{title}</{heading}>" if heading else f"<p><strong>{title}</strong></p>",
            *(f"<p>{escape(line)}</p>" for line in self.lines),
            *(sheet.html(most) for sheet in self.sheets),
            *([_plain_html(self.plain, most)] if self.plain else []),
            *(f"<p>Note: {escape(note)}</p>" for note in self.notes),
        ]
        return '<div class="hedging-games">\n' + "\n".join(parts) + "\n</div>"

    def latex(self) -> str:
        """Tables, or the mathematics, under comments that say what they were made from; notes are comments too."""
        if self.mathematics:
            return self.mathematics
        about = "; ".join([self.title, *self.lines])
        plain = [latex.provenance_line(about), "\\begin{verbatim}", self.plain, "\\end{verbatim}"] if self.plain else []
        notes = [f"% {' '.join(note.split())}" for note in self.notes]
        return "\n".join([*(sheet.latex(about) for sheet in self.sheets), *plain, *notes])

    def text(self) -> str:
        """All of it as text."""
        tables = [f"{sheet.caption}\n{sheet.text()}" for sheet in self.sheets]
        notes = [f"note: {note}" for note in self.notes]
        return "\n".join([self.title, *self.lines, *tables, *([self.plain] if self.plain else []), *notes])

    def frame(self) -> pd.DataFrame:
        """A data frame; InputError where the answer is no table, or pandas is missing."""
        from hedging_games.errors import input_error

        sheet = self.tidy or next(iter(self.sheets), None)
        if sheet is None:
            raise input_error("frame", f"'{self.title}' is a text, not a table", "print it, or solve it first")
        return sheet.frame()


def _plain_html(text: str, most: int | None) -> str:
    lines = text.split("\n")
    shown = lines if most is None else lines[:most]
    cut = (
        f"\n<p>Cut: {len(shown)} of {len(lines)} lines are shown; print() has all.</p>"
        if len(shown) < len(lines)
        else ""
    )
    return f"<pre>{escape(chr(10).join(shown))}</pre>{cut}"
