"""The text of a model file, and the place of each of its characters. Whatever a path may lead to is met here: a directory,
a gigabyte, another encoding, a loop of links.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from hedging_games.errors import ModelFileError, Place, Problem, did_you_mean

LARGEST_FILE: Final = 256 * 1024
"""Bytes a model file may have."""

_LINE_END: Final = re.compile("\n|\x85|\u2028|\u2029")
FORBIDDEN: Final = re.compile(
    "[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
"""Control characters, and those that turn the direction of the text around them: what is shown would not be what is there."""


@dataclass(frozen=True)
class Source:
    """A text and the name of the file it comes from, with lines ending in a newline."""

    file: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Where each line begins."""
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))

    def place(self, index: int) -> Place:
        """The place of a character."""
        index = min(max(index, 0), len(self.text))
        line = bisect_right(self.line_starts, index) - 1
        return Place(self.file, line + 1, index - self.line_starts[line] + 1, self.line(line))

    def line(self, number: int) -> str:
        """The text of a line, counted from 0; empty past the end."""
        if not 0 <= number < len(self.line_starts):
            return ""
        end = self.line_starts[number + 1] - 1 if number + 1 < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[number] : end]


def file_error(what: str, remedy: str = "", where: Place | None = None) -> ModelFileError:
    """An error about the file as such."""
    return ModelFileError(Problem("file", what, remedy, where))


def read_source(path: str | os.PathLike[str]) -> Source:
    """The text of the file at ``path``.

    Raises
    ------
    ModelFileError
        If there is no such file (naming the nearest one beside it), it is no ordinary file, cannot be opened, has more
        than `LARGEST_FILE` bytes, or is not UTF-8 text.
    """
    place = Path(path)
    try:
        status = place.stat()
    except FileNotFoundError:
        raise file_error(f"there is no file '{path}'", _nearest(place)) from None
    except (OSError, ValueError) as problem:
        raise file_error(f"'{path}' cannot be opened: {_reason(problem)}", "check the path") from None
    if stat.S_ISDIR(status.st_mode):
        raise file_error(f"'{path}' is a directory", "name the model file inside it")
    if not stat.S_ISREG(status.st_mode):
        raise file_error(f"'{path}' is not an ordinary file", "name a model file")
    if status.st_size > LARGEST_FILE:
        raise _too_large(str(path), status.st_size)
    try:
        with place.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise file_error(f"'{path}' cannot be opened: {_reason(problem)}", "check its permissions") from None
    return source_from_bytes(raw, str(path))


def source_from_bytes(raw: bytes, file: str) -> Source:
    """The text in ``raw``, which has to be UTF-8 (a byte order mark is allowed)."""
    if len(raw) > LARGEST_FILE:
        raise _too_large(file, len(raw))
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise file_error(f"'{file}' is written in UTF-16", "save it as UTF-8")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        start = raw.rfind(b"\n", 0, problem.start) + 1
        shown = raw[start:].split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "replace")
        where = Place(file, line, len(raw[start : problem.start].decode("utf-8", "replace")) + 1, shown)
        raise file_error(f"the byte {raw[problem.start]:#04x} is not UTF-8", "save the file as UTF-8", where) from None
    return source_from_text(text, file)


def source_from_text(text: str, file: str = "<text>") -> Source:
    """``text`` with its line ends made alike; refused if it is too long or holds control characters."""
    if len(text) > LARGEST_FILE:
        raise _too_large(file, len(text))
    source = Source(file, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    foreign = FORBIDDEN.search(source.text)
    if foreign:
        raise file_error(
            f"the file holds the control character U+{ord(foreign.group()):04X}",
            "remove it; a model file is plain text",
            source.place(foreign.start()),
        )
    return source


def _too_large(file: str, size: int) -> ModelFileError:
    return file_error(
        f"'{file}' has {size:,} bytes, more than the {LARGEST_FILE:,} a model file may have",
        "check that it is the file you mean",
    )


def _reason(problem: Exception) -> str:
    return (problem.strerror or str(problem)).lower() if isinstance(problem, OSError) else str(problem)


def _nearest(path: Path) -> str:
    if path.is_symlink():
        return f"it is a link to '{path.readlink()}', which is not there: mend the link"
    try:
        beside = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix in {".yaml", ".yml"})[:200]
    except OSError:
        return f"there is no directory '{path.parent}' either"
    return did_you_mean(path.name, beside) if beside else "check the path"
