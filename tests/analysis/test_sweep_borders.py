"""Borders by refinement, compared with the exact ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.sweep.borders import borders


def test_the_cells_follow_a_straight_border():
    # Hedging is lost below card = alignment_loss - 2; ties on the line itself make two sides of it.
    found = borders(hg.load("engagement-card"), {"card": (0, 10), "alignment_loss": (0, 10)}, "1/1024", among="some")
    (low, high), (left, right) = found.cells[:, 0].T, found.cells[:, 1].T
    assert (high - low <= Fraction(10, 1024)).all()
    assert ((high >= left - 2) & (low <= right - 2)).all()
    # The whole border is covered: every column of the finest grid between alignment_loss 2 and 10 has a cell.
    assert len(set(left)) >= 0.8 * 1024
    assert found.evaluated * 50 < found.grid == 1025**2


def test_the_cells_follow_a_curve():
    # The ally waits where capacity_loss >= 1/(1 + discount).
    over = {"capacity_loss": (0, 1), "discount": ("1/2", "19/20")}
    found = borders(hg.load("gradual-decoupling"), over, "1/512", among="every")
    (low, high), (left, right) = found.cells[:, 0].T, found.cells[:, 1].T
    assert len(found.cells) > 400
    assert ((low <= 1 / (1 + left)) & (high >= 1 / (1 + right))).all()
    assert found.evaluated * 20 < found.grid


def test_every_cell_of_a_border_has_different_answers_at_its_corners():
    model = hg.load("hedging-triangle")
    over = {"security": (0, 10), "trade": (0, 10)}
    found = borders(model, over, "1/64", concept="pure-nash", at={"card": 0})
    rng = np.random.default_rng(0)
    for cell in found.cells[rng.choice(len(found.cells), 8)]:
        seen = set()
        for security in cell[0]:
            for trade in cell[1]:
                solved = hg.solve(model.at(card=0, security=security, trade=trade), "pure-nash")
                seen.add(frozenset(str(e.profile) for e in solved))
        assert len(seen) > 1


def test_what_cannot_be_refined_is_refused():
    model = hg.load("engagement-card")
    with pytest.raises(hg.InputError, match="tolerance"):
        borders(model, {"card": (0, 10), "sanction": (0, 10)}, 0)
    with pytest.raises(hg.InputError, match="no formulas"):
        borders(hg.load("forced-choice"), {"hazard": (0, 1), "planned_cost": (0, 1)}, "1/32")
