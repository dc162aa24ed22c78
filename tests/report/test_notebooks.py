"""Notebooks, executed by nbconvert without a network: what each kind of answer shows there."""

from __future__ import annotations

import json
import subprocess
import sys

import nbformat
import pytest

ALONE = """import socket
def refused(*_args, **_options):
    raise OSError("this notebook has no network")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refused
import hedging_games as hg
model = hg.load("engagement-card")"""

KINDS = {
    "model": ("model", "<caption>parameters</caption>"),
    "game": ("model.at()", "<caption>outcomes and their payoffs</caption>"),
    "equilibria": ("hg.solve(model.at())", "<caption>subgame-perfect equilibria by backward-induction</caption>"),
    "equilibrium": ("hg.solve(model.at())[0]", "<caption>what is played</caption>"),
    "region": ('hg.condition(model, "some")', "card &gt;= alignment_loss - example - punishment_cost"),
    "threshold": ('hg.threshold(model, "card")', '<th scope="row">3</th>'),
    "phases": ('hg.phases(model, ["card"])', "<caption>where over card</caption>"),
    "robustness": ("hg.robustness(model)", "<caption>measures</caption>"),
    "claims": ("hg.examine(model)", "<td>proved</td>"),
    "sensitivity": ("hg.sensitivity(model, points=16)", "<caption>indices</caption>"),
    "sweep": ('hg.sweep(model, {"card": hg.span(0, 10, 5)})', "<caption>sets of equilibria</caption>"),
}


def shown(code, folder):
    """What the last cell of a notebook shows, by MIME type."""
    cells = [nbformat.v4.new_code_cell(ALONE), nbformat.v4.new_code_cell(code)]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python"}}
    )
    nbformat.write(notebook, folder / "a.ipynb")
    words = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb", "a.ipynb"]
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    outputs = json.loads((folder / "done.ipynb").read_text(encoding="utf-8"))["cells"][1]["outputs"]
    assert len(outputs) == 1
    return {form: "".join(text) for form, text in outputs[0]["data"].items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_shows_an_answer(kind, tmp_path):
    code, expected = KINDS[kind]
    data = shown(code, tmp_path)
    assert set(data) == {"text/html", "text/latex", "text/plain"}
    assert expected in data["text/html"]
    assert "src=" not in data["text/html"]
    assert "href" not in data["text/html"]
    assert "\\begin{" in data["text/latex"]
    assert not data["text/plain"].startswith("<")


def test_a_notebook_shows_a_figure(tmp_path):
    pytest.importorskip("matplotlib")
    data = shown("hg.solve(model.at()).plot()", tmp_path)
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert "<title>The engagement card: game tree</title>" in data["image/svg+xml"]
    assert "<image" not in data["image/svg+xml"]
