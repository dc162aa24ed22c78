"""A gallery: for every model of the catalogue its tree (a matrix where two players choose at once) and its phases over two parameters.

Needs ``pip install 'hedging-games[plots]'``; run it as ``python examples/further/gallery.py FOLDER``. Open ``FOLDER/index.html``.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

import hedging_games as hg


def main(folder: Path) -> None:
    """Write the figures as SVG and a page that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = []
    for name in hg.catalogue():
        model = hg.load(name)
        figures = {f"{name}.svg": hg.solve(model.at(), time_limit=60).plot()}
        free = [parameter for parameter in model.parameters if parameter not in model.structural]
        if len(free) > 1:
            figures[f"{name}-phases.svg"] = hg.phase_diagram(model, free[:2])
        for file, drawing in figures.items():
            drawing.save(folder / file)
            said = escape(drawing.scene.description or drawing.scene.title, quote=True)
            shown.append(f'<h2>{escape(drawing.scene.title)}</h2>\n<img src="{file}" alt="{said}">')
        print(name)
    page = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Gallery</title>\n<h1>Gallery</h1>\n{"".join(shown)}\n</html>\n'
    (folder / "index.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"))
