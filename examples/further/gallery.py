"""A gallery: for every model of the catalogue its tree (a matrix where two players choose at once), its phases over one parameter and over two, and
play over time where it is played so; the logit branch and replicator fields of a few games; of one model which parameters matter.

Needs ``pip install 'hedging-games[plots]'``; run it as ``python examples/further/gallery.py FOLDER``. Open ``FOLDER/index.html``.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

import hedging_games as hg
from hedging_games.analysis.play_over_time import as_markov
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria

SENSITIVE = "engagement-card"
"""The model whose parameters are compared: a sample of a model without formulas takes its time."""

LOGIT = ("engagement-card", "hedging-triangle", "allied-resistance", "cherry-picking")
"""Models whose logit branch is drawn."""

FIELDS = {
    "chicken": hg.matrix_game([[0, -1], [1, -10]], [[0, 1], [-1, -10]], title="Chicken"),
    "stag-hunt": hg.matrix_game([[2, 0], [1, 1]], [[2, 1], [0, 1]], title="Stag hunt"),
    "pennies": hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], title="Matching pennies"),
}
"""Games of two by two strategies whose best responses and replicator field are drawn."""

OVER = {"wedge-driving": ["leak", "threat"]}
"""Over its first two parameters the figure has hundreds of pieces and takes half a minute."""


def main(folder: Path) -> None:
    """Write the figures as SVG and a page that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = []
    for name in hg.catalogue():
        model = hg.load(name)
        found = hg.solve(model.at(), time_limit=60)
        figures = {f"{name}.svg": found.plot()}
        free = [parameter for parameter in model.parameters if parameter not in model.structural]
        if free:
            figures[f"{name}-strip.svg"] = hg.strip(model, free[0])
        if name in LOGIT:
            figures[f"{name}-logit.svg"] = hg.logit_curves(model)
        if len(free) > 1:
            figures[f"{name}-phases.svg"] = hg.phase_diagram(model, OVER.get(name, free[:2]))
        if isinstance(found, (MarkovEquilibria, RepeatedEquilibria)):
            followed, number = as_markov(found)
            figures[f"{name}-path.svg"] = hg.path_of_play(followed.game, followed[number], 12).plot()
        if name == SENSITIVE:
            figures[f"{name}-sensitivity.svg"] = hg.sensitivity(model).plot()
        shown += [written(drawing, folder, file) for file, drawing in figures.items()]
        print(name)
    for name, game in FIELDS.items():
        shown.append(written(hg.best_responses(game), folder, f"{name}-best-responses.svg"))
        shown.append(written(hg.replicator_field(game), folder, f"{name}-field.svg"))
    page = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Gallery</title>\n<h1>Gallery</h1>\n{"".join(shown)}\n</html>\n'
    (folder / "index.html").write_text(page, encoding="utf-8")


def written(drawing: hg.Drawing, folder: Path, file: str) -> str:
    """Write a figure; the HTML that shows it."""
    drawing.save(folder / file)
    said = escape(drawing.scene.description or drawing.scene.title, quote=True)
    return f'<h2>{escape(drawing.scene.title)}</h2>\n<img src="{file}" alt="{said}">'


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "gallery"))
