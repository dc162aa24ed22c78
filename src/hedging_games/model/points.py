"""Parameter points from a file: CSV with a column for each parameter, or JSON lines; read row by row, never all at once."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from hedging_games.errors import HedgingGamesError, InputError, Place, Problem, input_error

LONGEST_LINE: Final = 100_000
LONGEST_SKIPPED: Final = 100_000_000
"""Bytes of a row that is too long, after which the file is given up."""

"""Bytes one row may have."""

Point: TypeAlias = dict[str, str]
"""Parameter names and their values as text, exactly as the file has them."""


def read_points(path: str) -> Iterator[Point | HedgingGamesError]:
    """The points in a file, one for each row that is not blank; ``-`` is standard input.

    A cell that is empty, or a key that is absent, leaves that parameter where it is. A row that cannot be read gives the
    error instead of a point, and the next row goes on.

    Raises
    ------
    InputError
        If the file cannot be opened, or a CSV file has no usable header.
    """
    if path == "-" and sys.stdin is None:
        raise input_error("points", "standard input is closed", "give a file, or open standard input")
    if path == "-":
        yield from _rows(sys.stdin.buffer, "<input>")
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below, after errors of opening have been told apart
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise input_error("points", f"'{path}' cannot be opened: {reason.lower()}", "check the path") from None
    with stream:
        yield from _rows(stream, path)


def _rows(stream: IO[bytes], file: str) -> Iterator[Point | HedgingGamesError]:
    lines = _lines(stream, file)
    for number, first in lines:
        if isinstance(first, str) and not first.strip():
            continue
        if isinstance(first, HedgingGamesError):
            raise first
        if first.lstrip().startswith("{"):
            yield _json_point(first, number, file)
            yield from _json_points(lines, file)
        else:
            yield from _csv_points(first, number, lines, file)
        return
    raise input_error("points", f"'{file}' is empty", "write a header such as card,sanction and a row for each point")


_Line: TypeAlias = tuple[int, str | HedgingGamesError]


def _lines(stream: IO[bytes], file: str) -> Iterator[_Line]:
    """The lines with their numbers; one that is too long or not UTF-8 is an error in its place."""
    number = 0
    while raw := stream.readline(LONGEST_LINE):
        number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            for _ in range(LONGEST_SKIPPED // LONGEST_LINE):
                rest = stream.readline(LONGEST_LINE)
                if not rest or rest.endswith(b"\n"):
                    break
            else:
                raise _row_error(
                    f"the row does not end within {LONGEST_SKIPPED:,} bytes",
                    "check that it is the file you mean",
                    number,
                    file,
                )
            yield number, _row_error(f"the row has more than {LONGEST_LINE:,} bytes", "shorten it", number, file)
            continue
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield number, _row_error("the row is not UTF-8 text", "save the file as UTF-8", number, file)
            continue
        if "\0" in text:
            yield number, _row_error("the row holds a NUL character", "remove it", number, file)
            continue
        yield number, text


def _row_error(what: str, remedy: str, number: int, file: str, text: str = "") -> InputError:
    return InputError(Problem("points", what, remedy, Place(file, number, 1, text)))


# --- CSV ---------------------------------------------------------------------------------------------------------------


def _cells(text: str) -> list[str] | None:
    try:
        return [cell.strip() for cell in next(csv.reader([text], strict=True), [])]
    except csv.Error:
        return None


def _csv_points(first: str, number: int, lines: Iterator[_Line], file: str) -> Iterator[Point | HedgingGamesError]:
    header = _cells(first)
    if header is None or not all(header) or len(set(header)) < len(header):
        what = "the header has an empty or repeated name" if header else "the header cannot be read"
        raise _row_error(what, "write the parameters' names, each once: card,sanction", number, file, first)
    for line, text in lines:
        if isinstance(text, HedgingGamesError):
            yield text
        elif text.strip():
            yield _csv_point(header, text, line, file)


def _csv_point(header: list[str], text: str, number: int, file: str) -> Point | HedgingGamesError:
    cells = _cells(text)
    if cells is None:
        return _row_error("the row's quotation marks do not match", "close them", number, file, text)
    if len(cells) != len(header):
        what = f"the row has {len(cells)} cells, the header {len(header)}"
        return _row_error(
            what, "give every row one cell for each name; an empty one keeps the value", number, file, text
        )
    return {name: cell for name, cell in zip(header, cells, strict=True) if cell}


# --- JSON lines --------------------------------------------------------------------------------------------------------


def _json_points(lines: Iterator[_Line], file: str) -> Iterator[Point | HedgingGamesError]:
    for number, text in lines:
        if isinstance(text, HedgingGamesError):
            yield text
        elif text.strip():
            yield _json_point(text, number, file)


def _json_point(text: str, number: int, file: str) -> Point | HedgingGamesError:
    """One object; its numbers are kept as they are written, so that 0.1 is one tenth."""
    repeated: list[str] = []

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in entries]
        repeated.extend(name for name in names if names.count(name) > 1)
        return dict(entries)

    try:
        row = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return _row_error("the row is not JSON", 'write one object a line: {"card": "1/3"}', number, file, text)
    if not isinstance(row, dict):
        return _row_error("the row is not an object", 'write {"card": "1/3"}', number, file, text)
    if repeated:
        return _row_error(f"the row gives '{repeated[0]}' twice", "give it once", number, file, text)
    for name, value in row.items():
        if value is not None and not isinstance(value, str):
            what = f"the value of '{name}' is not a number"
            return _row_error(what, 'write a number or a text such as "1/3"', number, file, text)
    return {name: value.strip() for name, value in row.items() if value is not None and value.strip()}
