"""Files that are written whole or not at all, and what cannot be written said in a message."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hedging_games.errors import input_error


@contextmanager
def writing(path: Path, remedy: str = "choose another path, or make room there") -> Iterator[None]:
    """Turns what the system says of a file that cannot be written into an InputError."""
    try:
        yield
    except FileExistsError as problem:
        raise input_error("file", f"cannot write '{path}': a file is in its way", "choose another path") from problem
    except OSError as problem:
        raise input_error("file", f"cannot write '{path}': {problem.strerror or problem}", remedy) from problem


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name beside ``path`` to write to: the file takes its place once it is whole, and if anything fails nothing stays.

    What is no regular file (a terminal, a pipe) is written to as it is. Raises InputError for what the system refuses.
    """
    with writing(path):
        if path.exists() and not path.is_file():
            yield path
            return
        target = path.resolve()
        partial = target.with_name(f".{os.getpid()}{target.suffix}")
        try:
            yield partial
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
