"""What a person at a terminal sees: text that fits, colours, and on standard error what is being worked on.

Only what goes to a terminal has colours (none where NO_COLOR is set, see no-color.org) or progress.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from hedging_games.layout import fitted, on_page

WIDTH: Final = 100
"""Columns where nothing says how many there are."""

PATIENCE: Final = 2.0
"""Seconds after which a verb says what it is doing."""

EVERY: Final = 0.5
"""Seconds between two looks at the clock."""

_COLOURS: Final = (
    (re.compile(r"^note:.*$"), {"dim": True}),
    (re.compile(r"^  proved\b"), {"fg": "green"}),
    (re.compile(r"^  refuted\b"), {"fg": "red"}),
    (re.compile(r"^  (conditional|undecided)\b"), {"fg": "yellow"}),
    (re.compile(r"^error\[[^\]]*\]:"), {"fg": "red", "bold": True}),
    (re.compile(r"^  help:"), {"bold": True}),
)


def page_width() -> int:
    """The columns of the terminal; elsewhere the number that COLUMNS gives, or `WIDTH`."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if _is_terminal(sys.stdout) else _asked_width()


def _asked_width() -> int:
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) > 0 else WIDTH


def _is_terminal(stream: Any) -> bool:
    return stream is not None and stream.isatty()


def say(text: object) -> None:
    """Print text for people: no line is wider than the page."""
    _out(_painted(fitted(str(text)), sys.stdout))


def raw(text: object, *, nl: bool = True) -> None:
    """Print text as it stands, for what is read by other programs too."""
    _out(str(text), nl=nl)


def print_json(answer: Any) -> None:
    """Print one JSON object on a line."""
    raw(json.dumps(answer, ensure_ascii=False))


def complain(text: object) -> None:
    """Print a message on standard error; at a terminal no line is wider than that is."""
    message = str(text)
    if _is_terminal(sys.stderr):
        with on_page(os.get_terminal_size(sys.stderr.fileno()).columns or WIDTH):
            message = fitted(message)
    with _LOCK:
        _wipe()
        click.echo(_painted(message, sys.stderr), err=True)


def _out(text: str, *, nl: bool = True) -> None:
    with _LOCK:
        _wipe()
        click.echo(text, nl=nl)


def _painted(text: str, stream: Any) -> str:
    """The text with colours, if it goes to a terminal; click leaves them out elsewhere, but not where NO_COLOR is set."""
    if not _is_terminal(stream) or os.environ.get("NO_COLOR"):
        return text
    return "\n".join(_painted_line(line) for line in text.split("\n"))


def _painted_line(line: str) -> str:
    for pattern, style in _COLOURS:
        found = pattern.match(line)
        if found:
            return click.style(found[0], **style) + line[found.end() :]
    return line


# --- progress ------------------------------------------------------------------------------------------------------------

_LOCK: Final = threading.RLock()
_shown: str = ""
_doing: str = ""


def doing(what: str) -> None:
    """Say what is being worked on, for whoever waits at a terminal."""
    global _doing  # noqa: PLW0603  (one command runs in a process, at one terminal)
    _doing = what


@contextmanager
def working(verb: str) -> Iterator[None]:
    """Tell on standard error, if that is a terminal, for how long a verb has been at work and on what, from `PATIENCE` on."""
    doing("")
    if not _is_terminal(sys.stderr):
        yield
        return
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(verb, done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
        with _LOCK:
            _wipe()


def _tell(verb: str, done: threading.Event) -> None:
    started = time.monotonic()
    while not done.wait(EVERY):
        passed = time.monotonic() - started
        if passed >= PATIENCE:
            with _LOCK:
                _show(f"{verb}: {passed:.0f} s{f', {_doing}' if _doing else ''} (Ctrl-C stops)")


def _show(line: str) -> None:
    global _shown  # noqa: PLW0603
    room = max(1, shutil.get_terminal_size((WIDTH, 24)).columns - 1)
    _wipe()
    _shown = line[:room]
    sys.stderr.write(f"\r{_shown}")
    sys.stderr.flush()


def _wipe() -> None:
    """Take the line of progress away."""
    global _shown  # noqa: PLW0603
    if _shown:
        sys.stderr.write(f"\r{' ' * len(_shown)}\r")
        sys.stderr.flush()
        _shown = ""
