"""The command line as a script meets it, in this process: what it prints, where, and the exit status."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from hedging_games.cli.main import main


@dataclass(frozen=True, slots=True)
class Done:
    """What a command has left behind."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str, given: str = "") -> Done:
    """Run ``hedging-games words``, with the text ``given`` on standard input."""
    out, err = io.StringIO(), io.StringIO()
    typed = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
    status: Any = 0
    with (
        patch.object(sys, "argv", ["hedging-games", *words]),
        patch.object(sys, "stdin", typed),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as left:
            status = left.code
    assert isinstance(status, int) or status is None
    return Done(status or 0, out.getvalue(), err.getvalue())


def answer(*words: str) -> Any:
    """The JSON that a command answers with, and nothing else beside it."""
    done = run(*words, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)
