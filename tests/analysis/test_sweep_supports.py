"""All equilibria of 2×3 and 3×3 games by formulas and sign classes, against the exact solver."""

from __future__ import annotations

import os
import random
from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.sweep.blocks import engine_of
from hedging_games.analysis.sweep.pointwise import label_of
from hedging_games.analysis.sweep.regimes import digest
from hedging_games.analysis.sweep.run import sweep

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
ROWS, COLUMNS = ("Up", "Mid", "Down"), ("Left", "Centre", "Right")


def general(tmp_path, m, n, hedge="Up"):
    """The model of all m × n games: every payoff is a parameter."""
    names = [f"{side}{i}{j}" for side in "ab" for i in range(m) for j in range(n)]
    lines = ["title: All games", "players: {Row: {role: ally}, Column: {role: partner}}", "parameters:"]
    lines += [f'  {name}: {{baseline: 0, range: "[-9, 9]", meaning: a payoff, source: assumed}}' for name in names]
    lines += ["play:", f"  Row: [{', '.join(ROWS[:m])}]", f"  Column: [{', '.join(COLUMNS[:n])}]", "payoffs:"]
    for player, side in (("Row", "a"), ("Column", "b")):
        terms = [f"{side}{i}{j}*[{ROWS[i]} and {COLUMNS[j]}]" for i in range(m) for j in range(n)]
        lines.append(f'  {player}: "{" + ".join(terms)}"')
    path = tmp_path / f"general{m}{n}.yaml"
    path.write_text("\n".join([*lines, f"hedge: {hedge}", ""]), encoding="utf-8")
    return hg.load(str(path)), names


@pytest.mark.parametrize(("m", "n"), [(2, 3), (3, 2), (3, 3)])
@pytest.mark.parametrize("size", [2, 5, 99])
def test_random_games_have_the_equilibria_that_the_solver_finds(tmp_path, m, n, size):
    # Payoffs up to 2 tie all the time, those up to 99 hardly ever: both the formulas and the sign classes are used.
    model, names = general(tmp_path, m, n, "Up and Left or Mid and Centre")
    rng = random.Random(f"{m}{n}{size}")
    ties = 0
    for _ in range(40 if THOROUGH else 4):
        # Two values for six of the payoffs, one for each other: 64 games at a time, solved by one sweep.
        moving = set(rng.sample(names, 6))
        over = {k: rng.sample(range(-size, size + 1), 2) for k in names if k in moving}
        at = {k: rng.randint(-size, size) for k in names if k not in moving}
        found = sweep(model, over, at=at, concept="nash")
        assert found.task.compiled
        events = engine_of(found.task).formulas(()).events
        for _ in range(64 if THOROUGH else 12):
            index = tuple(rng.randrange(2) for _ in over)
            point = {k: over[k][i] for k, i in zip(over, index, strict=True)}
            solved = hg.solve(model.at(**at, **point), "nash")
            hedged = [e.hedge > 0 for e in solved]
            assert (found["some"][index], found["every"][index]) == (any(hedged), all(hedged)), (at, point)
            assert found["regime"][index] == sum({digest(label_of(e)) for e in solved}) % 2**62, (at, point)
            ties += events.circuit.truths([events.degenerate], [Fraction(point[k]) for k in events.names])[0]
    assert ties or size == 99


def test_rock_paper_scissors_with_a_parameter(tmp_path):
    # Beating pays w, losing costs 1: for every w > 0 there is the uniform equilibrium alone (the weights are the same by
    # symmetry), and at w = 0 it is still there (losing costs, winning is worth nothing).
    text = """
title: Rock, paper, scissors
players: {Row: {role: ally}, Column: {role: partner}}
parameters:
  w: {baseline: 1, range: "[0, 5]", meaning: what winning is worth, source: assumed}
play: {Row: [Up, Mid, Down], Column: [Left, Centre, Right]}
payoffs:
  Row: w*([Up and Right] + [Mid and Left] + [Down and Centre]) - [Up and Centre] - [Mid and Right] - [Down and Left]
  Column: w*([Up and Centre] + [Mid and Right] + [Down and Left]) - [Up and Right] - [Mid and Left] - [Down and Centre]
hedge: Up and Left
"""
    path = tmp_path / "game.yaml"
    path.write_text(text, encoding="utf-8")
    found = sweep(hg.load(str(path)), {"w": ["1/3", 1, 2, 5]}, concept="nash")
    assert (found["every"] == 1).all()
    assert [r.equilibria for r in found.regimes] == [("Row: Up + Mid + Down; Column: Left + Centre + Right",)]


def test_signs_alone_decide(tmp_path):
    # Games with the same signs of all polynomials have the same answer wherever in their class the one that is solved lies.
    model, names = general(tmp_path, 3, 3)
    rng = np.random.default_rng(3)
    for _ in range(10 if THOROUGH else 2):
        point = {k: int(v) for k, v in zip(names, rng.integers(0, 3, len(names)), strict=True)}
        others = {k: v for k, v in point.items() if k != "a00"}
        one = sweep(model, {"a00": [point["a00"], 50]}, at=others, concept="nash")
        scaled = {k: 3 * v - 5 for k, v in point.items()}
        other = sweep(
            model, {"a00": [scaled["a00"], 145]}, at={k: v for k, v in scaled.items() if k != "a00"}, concept="nash"
        )
        assert np.array_equal(one["regime"], other["regime"])
