"""Phase diagrams: the regions drawn are those of the sweep, and the file is the same every time."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.sweep.design import span
from hedging_games.analysis.sweep.run import sweep

pytest.importorskip("matplotlib")

from hedging_games.report import plots
from hedging_games.report.phase_regions import exact_regions
from hedging_games.report.plots import phase_diagram

MAPS = [
    ("engagement-card", None, {"alignment_loss": span(0, 10, 41), "card": span(0, 10, 41)}, {}),
    ("gradual-decoupling", None, {"discount": span("1/2", "19/20", 31), "capacity_loss": span(0, 1, 41)}, {}),
    ("hedging-triangle", "pure-nash", {"security": span(0, 10, 41), "trade": span(0, 10, 41)}, {"card": 0}),
    ("dependence-backlash", None, {"dependence": span(0, 1, 31), "resentment": span(0, 10, 41)}, {}),
    ("delegated-engagement", None, {"p": span(0, 1, 41), "effectiveness": span(0, 1, 41)}, {"penalty": 1}),
]


@pytest.mark.parametrize(("name", "concept", "over", "at"), MAPS)
def test_every_region_has_the_regime_of_the_grid_points_inside_it(name, concept, over, at):
    found = sweep(hg.load(name), over, concept=concept, at=at)
    cells, borders = exact_regions(found)
    x, y = found.axes().values()
    inside = np.zeros(found["regime"].shape, dtype=int)
    for cell in cells:
        for i, at_x in enumerate(x):
            if cell.x[0] < at_x < cell.x[-1] and (len(cell.x) == 2 or at_x in cell.x):
                low, high = np.interp(at_x, cell.x, cell.low), np.interp(at_x, cell.x, cell.high)
                within = (low + 1e-9 < y) & (y < high - 1e-9)
                assert (found["regime"][i, within] == cell.code).all(), (name, at_x)
                inside[i, within] += 1
    assert inside.max() <= 1
    if all(len(cell.x) == 2 for cell in cells):
        assert inside.mean() > 0.8
    assert any(border.codes[0] != border.codes[1] for border in borders)


def test_borders_are_where_the_formula_is_zero():
    # The ally tolerates where card >= alignment_loss - 2: the only border.
    found = sweep(hg.load("engagement-card"), {"alignment_loss": span(0, 10, 5), "card": span(0, 10, 5)})
    _, borders = exact_regions(found)
    drawn = [border for border in borders if border.codes[0] != border.codes[1]]
    assert drawn
    for border in drawn:
        assert np.allclose(border.y, border.x - 2, atol=1e-7)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_figures_are_the_same_bytes_every_time(tmp_path, ending):
    found = sweep(hg.load("engagement-card"), MAPS[0][2])
    one = phase_diagram(found, tmp_path / f"one.{ending}").read_bytes()
    other = phase_diagram(found, tmp_path / f"other.{ending}").read_bytes()
    assert one == other


def test_figures_do_not_depend_on_the_hash_seed(tmp_path):
    script = (
        "import sys; from pathlib import Path; import hedging_games as hg\n"
        "from hedging_games.analysis.sweep.design import span\n"
        "from hedging_games.analysis.sweep.run import sweep\n"
        "from hedging_games.report.plots import phase_diagram\n"
        "over = {'security': span(0, 10, 21), 'trade': span(0, 10, 21)}\n"
        "phase_diagram(sweep(hg.load('hedging-triangle'), over, concept='pure-nash'), Path(sys.argv[1]))\n"
    )
    files = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.svg"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(path)], check=True, env=environment)
        files.append(path.read_bytes())
    assert files[0] == files[1]


def test_regions_and_cases_are_named_in_place(tmp_path):
    found = sweep(hg.load("engagement-card"), MAPS[0][2])
    text = phase_diagram(found, tmp_path / "d.svg").read_text(encoding="utf-8")
    for words in (
        "Engage, Tolerate, Restrain",
        "Align",
        "baseline, korea",
        "(india)",
        "alignment_loss: what the ally loses",
    ):
        assert words in text


def test_a_game_without_formulas_is_drawn_from_its_grid(tmp_path):
    over = {"p": ["1/4", "1/2", "3/4"], "cost_wavering": [1, 2, 3]}
    found = sweep(hg.load("cherry-picking"), over, concept="subgame-perfect")
    assert exact_regions(found) is None
    assert phase_diagram(found, tmp_path / "d.svg", among="every").stat().st_size > 1000


@pytest.mark.parametrize(
    ("over", "name", "says"),
    [
        ({"card": span(0, 10, 3)}, "d.svg", "two axes"),
        ({"card": span(0, 10, 3), "sanction": [1]}, "d.svg", "two axes"),
        ({"card": span(0, 10, 3), "sanction": [1, 2]}, "d.bmp", "ending"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, over, name, says):
    with pytest.raises(hg.InputError, match=says):
        phase_diagram(sweep(hg.load("engagement-card"), over), tmp_path / name)


def test_names_of_cases_cross_no_border_where_there_is_room():
    # The case india stands on the border card = alignment_loss - 2 itself: to the right its name would lie across it, above
    # and to the left it lies in one region. Nepal at the bottom of the triangle has the border to its right.
    found = sweep(hg.load("engagement-card"), {"alignment_loss": hg.span(0, 10, 101), "card": hg.span(0, 10, 101)})
    classes = plots._classes(found, None)
    assert plots._side(found, classes, (5.0, 3.0), "(india)", []) == (-1, 1)
    assert plots._side(found, classes, (5.0, 9.0), "somewhere else", []) == (1, 1)
    assert plots._side(found, classes, (10.0, 9.9), "at the corner", []) == (-1, -1)
    assert plots._side(found, classes, (5.0, 9.0), "beside a mark", [(5.5, 9.2)]) != (1, 1)


def test_a_figure_of_many_sets_of_equilibria_keeps_its_room(tmp_path):
    # Warnings are errors in this suite: a layout that collapses is one.
    model = hg.load("cherry-picking")
    found = sweep(model, {"p": hg.span(0, 1, 9), "autonomy": hg.span(0, 10, 9)})
    text = plots.phase_diagram(found, tmp_path / "f.svg").read_text(encoding="utf-8")
    assert "(1) " in text
    assert "…" in text
