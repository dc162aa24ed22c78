"""Regenerating the tables and figures of the examples, and comparing them with the committed ones byte for byte."""

from __future__ import annotations

import runpy
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hedging_games.analysis.files import whole_file
from hedging_games.errors import HedgingGamesError, input_error

OUTPUT = "output"
"""The folder, beside the scripts, that holds what they write."""


def reproduce(
    examples: Path | None = None, *, check: bool = False, tell: Callable[[str], None] = lambda _said: None
) -> list[dict[str, Any]]:
    """Run ``main(output)`` of every script in the folder ``examples`` (by default ``./examples``).

    Returns one record per file, ``{"path": ..., "same": ...}``: whether the committed file holds the same bytes. With
    ``check`` the committed files are left alone, and a committed file that no script writes counts as different.
    ``tell`` is told which script begins, and how long it took.

    Raises InputError if the folder holds no script.
    """
    folder = examples if examples is not None else Path("examples")
    scripts = sorted(folder.glob("*.py")) if folder.is_dir() else []
    if not scripts:
        raise input_error(
            "examples", f"no example scripts in '{folder}'", "run it in the checkout, or give --examples FOLDER"
        )
    committed = folder / OUTPUT
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / OUTPUT
        fresh.mkdir()
        for number, script in enumerate(scripts, 1):
            tell(f"[{number}/{len(scripts)}] {script} ...")
            started = time.monotonic()
            _run(script, fresh)
            tell(f"[{number}/{len(scripts)}] {script}: {time.monotonic() - started:.1f} s")
        written = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
        present = {path.relative_to(committed) for path in committed.rglob("*") if path.is_file()}
        artefacts = [
            {"path": str(committed / name), "same": _same(fresh / name, committed / name)}
            for name in sorted(written | present if check else written)
        ]
        if not check:
            for name in written:
                (committed / name).parent.mkdir(parents=True, exist_ok=True)
                with whole_file(committed / name) as partial:
                    shutil.copyfile(fresh / name, partial)
    return artefacts


def _run(script: Path, output: Path) -> None:
    try:
        main = runpy.run_path(str(script)).get("main")
        if callable(main):
            main(output)
    except (HedgingGamesError, OSError):
        raise
    except Exception as problem:
        raise input_error(
            "examples", f"'{script}' fails: {type(problem).__name__}: {problem}", f"run python {script} to see where"
        ) from problem
    if not callable(main):
        raise input_error(
            "examples", f"'{script}' has no function main", "write def main(output): with what it is to write there"
        )


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
