"""The text of a model file while it is edited: read, checked, answered from, and saved."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hedging_games.analysis.limits import stopped_after
from hedging_games.errors import HedgingGamesError, Problem, input_error
from hedging_games.explore.whole import data_of
from hedging_games.model.model import Model
from hedging_games.model.reader import read_model_text
from hedging_games.report.page.parts import Asked

_OTHER_FILES: Final = ("extends", "csv")
"""The keys with which a text reads other files."""


def stamp(content: bytes) -> str:
    """Tells versions of a file apart (SHA-256)."""
    return hashlib.sha256(content).hexdigest()


def read(path: Path) -> dict[str, Any]:
    """The text of a file and its stamp.

    Raises InputError where there is none that can be read.
    """
    try:
        content = path.read_bytes()
        return {"text": content.decode("utf-8"), "stamp": stamp(content)}
    except (OSError, UnicodeDecodeError) as wrong:
        raise input_error("file", f"'{path.name}' cannot be read: {wrong}", "put it back, and load the page") from wrong


def checked(text: str, path: Path, seconds: float | None) -> list[dict[str, Any]]:
    """All that is wrong with a text: what, what to write instead, and where (line and column from 1, None where it has no place here)."""
    try:
        with stopped_after(seconds):
            model_in(text, path)
    except HedgingGamesError as wrong:
        return [_told(problem, path) for problem in wrong.problems]
    return []


def _told(problem: Problem, path: Path) -> dict[str, Any]:
    where = problem.where
    here = where is not None and where.file == str(path)
    what = problem.what if here or where is None else f"{Path(where.file).name}:{where.line}: {problem.what}"
    place = (
        {"line": where.line, "column": where.column} if here and where is not None else {"line": None, "column": None}
    )
    return {"topic": problem.topic, "what": what, "remedy": problem.remedy, **place}


def model_in(text: str, path: Path, levels: int | None = None) -> Model:
    """The model that a text describes, as if it stood in the file at ``path``; raises what `read_model_text` raises."""
    if any(key in text for key in _OTHER_FILES):  # which may have changed since
        return _read(text, path, levels)
    return _kept(text, path, levels)


def _read(text: str, path: Path, levels: int | None) -> Model:
    model = read_model_text(text, path.stem, str(path))
    return model if levels is None else model.on_grid(levels)


_kept = lru_cache(maxsize=4)(_read)


def answered(function: Callable[..., Any], text: str, path: Path, levels: int | None, *arguments: Any) -> Any:
    """What a function answers of the model in a text."""
    return function(model_in(text, path, levels), *arguments)


def drafted(text: str, path: Path, asked: Asked, seconds: float, served: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of the model in a text: that of ``asked``, edited."""
    model = model_in(text, path, asked.levels)
    return data_of(Asked(model, asked.named, asked.levels, concept=asked.concept), seconds, served)


def save(path: Path, text: str, known: str) -> str:
    """Write a text to its file in one step, so that nobody ever reads half of it; gives the new stamp.

    ``known`` : the stamp of the version that was edited. Raises InputError, and writes nothing, where the file is another one by now.
    """
    content = text.encode("utf-8")
    target = path.resolve()  # what a link leads to, not the link
    if read(target)["stamp"] != known:
        remedy = "load the page again, or save a copy, and bring the two together"
        raise input_error(
            "file", f"'{path.name}' has changed on the disk since it was opened; nothing was written", remedy
        )
    try:
        number, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(target, beside)
            Path(beside).replace(target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as wrong:
        raise input_error("file", f"'{path.name}' cannot be written: {wrong.strerror}", "save a copy") from wrong
    return stamp(content)
