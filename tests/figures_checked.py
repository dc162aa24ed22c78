"""Checks that hold of every figure: no text over another, none off the page; and TikZ compiled and read back."""

import os
import shutil
import subprocess
from itertools import combinations

import pytest

import hedging_games as hg
from hedging_games.figures.charts import furniture
from hedging_games.figures.lettering import box_of, overlap
from hedging_games.figures.scene import Frame, Group, Text
from hedging_games.figures.tikz import tikz

needs_tex = pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("pdftotext") is None, reason="no pdflatex and pdftotext here"
)


def at_widths(names, widths):
    """Pairs of a model and a width of its figure; of the classics only the last, unless HG_THOROUGH asks for all."""
    shorter = () if os.environ.get("HG_THOROUGH") == "1" else hg.catalogue("classics")
    return [(name, width) for name in names for width in (widths[-1:] if name in shorter else widths)]


DOCUMENT = r"""\documentclass{article}
\usepackage[paperwidth=%.1fbp,paperheight=%.1fbp,margin=0pt]{geometry}
\usepackage{amsmath}
\usepackage{tikz}
\usetikzlibrary{patterns}
\pagestyle{empty}\parindent=0pt
\begin{document}
\input{figure}
\end{document}
"""


def texts_with_boxes(items, frame=None):
    """Every text of a scene with the box that it takes up on the page."""
    found = []
    for item in items:
        if isinstance(item, Text):
            found.append((item.text, box_of(item, frame)))
        elif isinstance(item, Group):
            found += texts_with_boxes(item.items, frame)
        elif isinstance(item, Frame):
            found += texts_with_boxes(item.items, item)
            found += texts_with_boxes(furniture(item))
    return found


def clashes(scene, slack=0.3):
    """Pairs of texts that overlap by more than ``slack`` points."""
    boxes = texts_with_boxes(scene.items)
    return [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if overlap(one, other, slack=slack)]


def outside(scene, slack=0.3):
    """Texts that leave the page."""
    return [
        text
        for text, (left, low, right, high) in texts_with_boxes(scene.items)
        if left < -slack or low < -slack or right > scene.width + slack or high > scene.height + slack
    ]


def compiled_text(scene, folder):
    """What a reader finds in the PDF that pdflatex makes of a scene, with single spaces."""
    (folder / "figure.tex").write_text(tikz(scene), encoding="utf-8")
    return compiled(DOCUMENT % (scene.width + 4, scene.height + 4), folder)


def compiled(document, folder):
    """What a reader finds in the PDF that pdflatex makes of a document of one page, with single spaces and straight quotes."""
    (folder / "paper.tex").write_text(document, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    read = subprocess.run(["pdftotext", "-raw", "paper.pdf", "-"], cwd=folder, capture_output=True, check=True)
    pages = subprocess.run(["pdfinfo", "paper.pdf"], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in pages
    text = read.stdout.decode().replace("’", "'").replace("”", '"')
    return " ".join(text.split())
