"""One writer at a time: a lock on a file of the store, which the system lifts when its process ends, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hedging_games.analysis.files import writing
from hedging_games.errors import input_error


@contextmanager
def locked(file: Path, store: Path) -> Iterator[None]:
    """Holds ``file``, which is made if it is missing, for this process alone.

    Raises InputError, naming ``store``, if another process holds it. File systems without locks give none.
    """
    with writing(store):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _take(handle, store)
        yield
    finally:
        os.close(handle)


def _take(handle: int, store: Path) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        raise input_error(
            "file",
            f"another command is writing '{store}'",
            "wait until it has ended, then the same command continues; or choose another path",
        ) from problem
    except OSError:
        return
