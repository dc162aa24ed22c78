"""Sweeps of three and more players who choose once: the same answers, point by point, as the solver's."""

from __future__ import annotations

import os
import random
from itertools import product

import pytest

import hedging_games as hg
from hedging_games import sweep
from hedging_games.analysis.sweep import blocks
from hedging_games.analysis.sweep.blocks import engine_of
from hedging_games.analysis.sweep.pointwise import answer, label_of
from hedging_games.analysis.sweep.regimes import digest

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
NAMES = ("Seoul", "Washington", "Beijing", "Moscow")


def general(tmp_path, sizes, size, rng, moving):
    """A game with whole payoffs up to a size drawn at random, of which some are parameters."""
    actions = [[f"{name[0]}{k}" for k in range(size)] for name, size in zip(NAMES, sizes, strict=False)]
    cells = list(product(*actions))
    entries = [(player, cell) for player in range(len(sizes)) for cell in cells]
    opened = dict(zip(rng.sample(entries, moving), (f"p{k}" for k in range(moving)), strict=True))
    payoffs = []
    for player, name in enumerate(NAMES[: len(sizes)]):
        terms = (f"({opened.get((player, cell), rng.randint(-size, size))})*[{' and '.join(cell)}]" for cell in cells)
        payoffs.append(f"  {name}: " + " + ".join(terms))
    text = "\n".join(
        [
            "title: A game of whole payoffs",
            "players: {" + ", ".join(f"{n}: {{role: player}}" for n in NAMES[: len(sizes)]) + "}",
            "parameters:",
            *(f"  {p}: {{baseline: 0, range: [-99, 99], meaning: a payoff, source: assumed}}" for p in opened.values()),
            "play: {" + ", ".join(f"{n}: [{', '.join(a)}]" for n, a in zip(NAMES, actions, strict=False)) + "}",
            "payoffs:",
            *payoffs,
            f"hedge: {actions[0][0]} and {actions[1][1]}",
        ]
    )
    path = tmp_path / "game.yaml"
    path.write_text(text, encoding="utf-8")
    return hg.load(str(path)), list(opened.values())


def code_of(found):
    return sum({digest(label_of(equilibrium)) for equilibrium in found}) % 2**62


@pytest.mark.parametrize("size", [2, 40])
@pytest.mark.parametrize("sizes", [(3, 2, 2), (2, 3, 2), (2, 2, 2, 2)])
def test_every_point_has_the_equilibria_that_the_solver_lists_there(tmp_path, sizes, size):
    # Payoffs up to 2 tie everywhere, so that the solver is asked; those up to 40 hardly ever, so that formulas answer.
    rng = random.Random(f"{sizes}{size}")
    for _ in range(20 if THOROUGH else 3):
        model, names = general(tmp_path, sizes, size, rng, 4)
        over = {name: sorted(rng.sample(range(-size, size + 1), 2)) for name in names}
        found = sweep(model, over, concept="nash")
        assert found.task.compiled
        for index in rng.sample(list(product(range(2), repeat=4)), 16 if THOROUGH else 6):
            point = {name: over[name][k] for name, k in zip(names, index, strict=True)}
            solved = hg.solve(model.at(**point), "nash")
            assert (found["some"][index], found["every"][index]) == answer(solved), point
            assert found["regime"][index] == code_of(solved), point


def test_what_the_formulas_rule_out_no_solver_finds(tmp_path, monkeypatch):
    # Games of 3 x 2 x 2 in which everybody mixes, with three actions or with two: at each the solver must have been asked.
    rng = random.Random(8)
    asked = []
    solved_point = blocks.solved_point
    monkeypatch.setattr(blocks, "solved_point", lambda *given: asked.append(given[1]) or solved_point(*given))
    met = 0
    while met < (30 if THOROUGH else 4):
        model, (name,) = general(tmp_path, (3, 2, 2), 20, rng, 1)
        values = rng.sample(range(-20, 21), 3)
        everybody = [
            v for v in values if any(label_of(e).count("+") >= 3 for e in hg.solve(model.at(**{name: v}), "nash"))
        ]
        met += len(everybody)
        asked.clear()
        sweep(model, {name: values}, concept="nash")
        assert {point[name] for point in asked} >= set(everybody)


def test_where_two_mix_and_nothing_ties_the_solver_is_not_asked(monkeypatch, tmp_path):
    # Seoul and Washington match pennies (by hand: each mixes evenly) as long as Beijing, which likes its first action best by p0 > 0, plays
    # it; Seoul's third action pays less than the -1 that pennies cost at worst. So there is one equilibrium, at every p0 > 0.
    text = """
title: Pennies, watched
players: {Seoul: {role: player}, Washington: {role: player}, Beijing: {role: player}}
parameters:
  p0: {baseline: 1, range: [0, 9], meaning: a payoff, source: assumed}
play: {Seoul: [S0, S1, S2], Washington: [W0, W1], Beijing: [B0, B1]}
payoffs:
  Seoul: "[S0 and W0] + [S1 and W1] - [S0 and W1] - [S1 and W0] - 2*[S2]"
  Washington: "[S0 and W1] + [S1 and W0] - [S0 and W0] - [S1 and W1]"
  Beijing: p0*[B0]
hedge: S0
"""
    path = tmp_path / "game.yaml"
    path.write_text(text, encoding="utf-8")

    def refuse(*_given):
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(blocks, "solved_point", refuse)
    found = sweep(hg.load(str(path)), {"p0": ["1/3", 1, 5]}, concept="nash")
    assert [regime.equilibria for regime in found.regimes] == [("Seoul: S0 + S1; Washington: W0 + W1; Beijing: B0",)]
    assert found.regimes[0].checked
    assert (found["every"] == 1).all()


def test_few_points_of_the_triangle_are_left_to_the_solver(monkeypatch):
    # Conditional dominance alone leaves half of them, the three screens of two actions each a sixth, all of it a twentieth.
    asked = []
    solved_point = blocks.solved_point
    monkeypatch.setattr(blocks, "solved_point", lambda *given: asked.append(given[1]) or solved_point(*given))
    found = sweep(hg.load("hedging-triangle"), sample=hg.sobol(1 << 8))
    assert engine_of(found.task).formulas(()).events.kind == "actions"
    assert 0 < len(asked) < 256 / 10
