"""Files of parameter points: CSV with a column per parameter, or JSON lines. Every value is read as exact text."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from hedging_games.errors import HedgingGamesError, InputError, Place, Problem, input_error

LONGEST_LINE = 100_000
"""Characters a line of a points file may have."""

PointOrError = dict[str, str] | HedgingGamesError
"""A row: parameter name to number as text, or what is wrong with it."""


def read_points(path: str) -> Iterator[PointOrError]:
    """The rows of a points file, lazily and in order (``-`` reads standard input).

    A CSV file starts with a line of parameter names; an empty cell leaves its parameter out. A file whose first
    character is ``{`` holds one JSON object a line, and numbers in it are taken as they are written, never rounded.
    A bad row is yielded as the error it is; the rows after it follow.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, or its header names a column twice or not at all.
    """
    if path == "-":
        yield from _rows(sys.stdin, "standard input")
        return
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            yield from _rows(lines, path)
    except OSError as problem:
        raise input_error("points", f"cannot read '{path}': {problem.strerror}", "give a CSV or JSON-lines file") from problem
    except UnicodeDecodeError as problem:
        raise input_error("points", f"'{path}' is not UTF-8 text", "save it as UTF-8") from problem


def _rows(lines: Iterable[str], file: str) -> Iterator[PointOrError]:
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    first = next(numbered, None)
    if first is None:
        raise input_error("points", f"'{file}' is empty", "give a header of parameter names and a row for each point")
    if first[1].lstrip().startswith("{"):
        yield _json_row(first[1], file, first[0])
        for number, line in numbered:
            yield _json_row(line, file, number)
        return
    header = _header(first[1], file, first[0])
    for number, line in numbered:
        yield _csv_row(line, header, file, number)


def _header(line: str, file: str, number: int) -> list[str]:
    names = [name.strip() for name in next(csv.reader([line]))]
    if "" in names or len(set(names)) < len(names):
        what = "a column without a name" if "" in names else "a column name twice"
        raise input_error("points", f"the header has {what}", "name every column after one parameter", Place(file, number, 1, line.rstrip()))
    return names


def _csv_row(line: str, header: list[str], file: str, number: int) -> PointOrError:
    place = Place(file, number, 1, line.rstrip()[:200])
    if len(line) > LONGEST_LINE:
        return InputError(Problem("points", "the row is too long", f"write at most {LONGEST_LINE} characters", place))
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error as problem:
        return InputError(Problem("points", f"row {number} is not CSV: {problem}", "quote cells that hold commas", place))
    if len(cells) != len(header):
        return InputError(
            Problem("points", f"row {number} has {len(cells)} cells, the header {len(header)}", "give one cell per column", place)
        )
    return {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}


def _json_row(line: str, file: str, number: int) -> PointOrError:
    place = Place(file, number, 1, line.rstrip()[:200])
    if len(line) > LONGEST_LINE:
        return InputError(Problem("points", "the row is too long", f"write at most {LONGEST_LINE} characters", place))
    try:
        row = json.loads(line, parse_float=str, parse_int=str, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as problem:
        return InputError(Problem("points", f"row {number} is not a JSON object: {problem}", 'write {"card": "4"}', place))
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        return InputError(
            Problem("points", f"row {number} is not an object of numbers", 'write one like {"card": "4", "leak": 0.5}', place)
        )
    return row


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError("a name occurs twice")
    return dict(pairs)
