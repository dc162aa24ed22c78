"""The last step of the first hour: its commands as they stand, and the document that they go into, compiled."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "first-hour.md").read_text(encoding="utf-8")


def block(kind: str, number: int = 0) -> str:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[number]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_the_paper_compiles(tmp_path):
    commands = block("sh", 1).replace("hedging-games ", f"{sys.executable} -m hedging_games ", 3)
    commands = re.sub(r"^python3 ", f"{sys.executable} ", commands, flags=re.MULTILINE)
    subprocess.run(["bash", "-e"], input=commands, cwd=tmp_path, check=True, text=True, capture_output=True)
    (tmp_path / "paper.tex").write_text(block("latex"), encoding="utf-8")
    for _ in range(2):
        words = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "paper.tex"]
        done = subprocess.run(words, check=False, cwd=tmp_path, text=True, capture_output=True)
        assert done.returncode == 0, done.stdout[-2000:]
    assert "Undefined" not in done.stdout
    assert "undefined" not in done.stdout
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000
