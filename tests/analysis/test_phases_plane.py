"""Phases over two parameters: the pieces that are printed are a partition, and each says what the formulas say, borders included."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.algebra.formulas.formula import holds_at
from hedging_games.analysis.conditions.mattering import mattering
from hedging_games.model.reader import read_model_text


def value(text, x, name):
    """A border's height over x, from its text."""
    written = re.sub(r"(?<![\w.])(\d+)", r"Fraction(\1)", text)
    return eval(written, {"Fraction": Fraction, name: x})


def piece_at(found, x, y):
    """The phases, each with the piece that holds a point, by the inequalities that are printed."""
    name = found.parameters[0]
    for phase in found.phases:
        for cell in phase.cells:
            if x not in cell.first:
                continue
            low, high = value(cell.low, x, name), value(cell.high, x, name)
            above = y > low or (cell.low_closed and y == low) or (cell.low == cell.high and y == low)
            below = y < high or (cell.high_closed and y == high) or (cell.low == cell.high and y == high)
            if above and below:
                yield phase


CASES = [
    ("blockade-threat", ["harm_small", "harm_partner"], 5),
    ("blockade-threat", ["concession", "effort"], 6),
    ("engagement-card", ["card", "alignment_loss"], None),
    ("gradual-decoupling", ["subsidy", "capacity_loss"], None),
]


@pytest.mark.parametrize(("name", "over", "levels"), CASES)
def test_each_point_lies_in_one_piece_with_the_outcomes_that_stand_there(name, over, levels):
    model = hg.load(name)
    found = hg.phases(model.on_grid(levels) if levels else model, over)
    ranges = [found.setting.model.parameters[n].range for n in over]
    rng = random.Random(f"{name}{over}")
    grids = [[r.low + (r.high - r.low) * Fraction(k, 40) for k in range(41)] for r in ranges]
    points = [tuple(rng.choice(grid) for grid in grids) for _ in range(250)]
    # And points on the borders that are printed, where mistakes would be.
    for phase in found.phases:
        for cell in phase.cells[:6]:
            x = cell.first.sample()
            if isinstance(x, (int, Fraction)):
                points += [(x, value(text, x, over[0])) for text in (cell.low, cell.high)]
            points += [(end, ranges[1].low) for end in (cell.first.low, cell.first.high) if isinstance(end, Fraction)]
    order = [over.index(n) for n in found.setting.names]
    for x, y in points:
        if y not in ranges[1]:
            continue
        (phase,) = piece_at(found, x, y)
        at = [(x, y)[k] for k in order]
        assert phase.outcomes == tuple(k for k, o in enumerate(found.branches) if holds_at(o.formula, at)), (x, y)


# By hand: the event is worth x - y to A, and nothing else matters: one border, and three pieces, though 'z' asks for ties of its own.
def test_pieces_that_touch_are_one():
    text = """
title: One border
players: {A: {role: ally}}
parameters:
  x: {baseline: 1, range: [0, 4], meaning: a number, source: assumed}
  y: {baseline: 1, range: [0, 4], meaning: a number, source: assumed}
play: {Move: {by: A, actions: [l, r, never]}}
payoffs: {A: "x*[l] + y*[r] - (1 + x*y + (x - 2)**2)*[never]"}
hedge: l
"""
    found = hg.phases(read_model_text(text), ["x", "y"])
    said = {
        phase.outcomes: [(str(c.first), c.low, c.high, c.low_closed, c.high_closed) for c in phase.cells]
        for phase in found.phases
    }
    left, right = (next(k for k, o in enumerate(found.outcomes) if o["Move"] == {action: "1"}) for action in "lr")
    assert said == {
        (left,): [("(0, 4]", "0", "x", True, False)],
        (right,): [("[0, 4)", "x", "4", False, True)],
        tuple(sorted((left, right))): [("[0, 4]", "x", "x", True, True)],
    }


# Of the polynomials of a grid of 21 levels, few tell phases apart; and without these they cannot be told.
def test_only_polynomials_that_matter_cut_the_plane():
    found = hg.phases(hg.load("blockade-threat").on_grid(21), ["harm_small", "harm_partner"])
    ground = found.setting.ground
    numbers = [ground.number(o.formula) for o in found.branches]
    matter = mattering(ground, numbers, found.setting.whole.box)
    assert 0 < len(matter) < len(ground.terms) / 4
