"""Regions of mixed equilibria: against the solver at every kind of point, and by hand.

The tables have small random coefficients, so that ties, dominated actions and irrational equilibria all occur.
"""

import os
import random
from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.analysis.conditions.question import condition

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES = 60 if THOROUGH else 2
POINTS = 40 if THOROUGH else 6


def model_of(tmp_path, shape, rng):
    """A table with payoffs linear in x and y, as a model file."""
    players = "ABC"[: len(shape)]
    cells = [[]]
    for who, size in zip(players, shape, strict=True):
        cells = [[*cell, f"{who.lower()}{k}"] for cell in cells for k in range(size)]

    def payoff():
        terms = []
        for cell in cells:
            a, b, c = (rng.randint(-2, 2) for _ in range(3))
            terms.append(f"({a} + {b}*x + {c}*y)*[{' and '.join(cell)}]")
        return " + ".join(terms)

    decisions = "\n".join(
        f"  {who}: {{by: {who}, actions: [{', '.join(f'{who.lower()}{k}' for k in range(size))}]}}"
        for who, size in zip(players, shape, strict=True)
    )
    payoffs = "\n".join(f'  {who}: "{payoff()}"' for who in players)
    text = (
        f"title: Random\nplayers: {{{', '.join(f'{who}: {{role: ally}}' for who in players)}}}\nparameters:\n"
        "  x: {baseline: 1, range: [-2, 2], meaning: weight, source: assumed}\n"
        "  y: {baseline: 1, range: [-2, 2], meaning: weight, source: assumed}\n"
        f"play:\n{decisions}\npayoffs:\n{payoffs}\nhedge: a0 and b0\n"
    )
    path = tmp_path / "random.yaml"
    path.write_text(text, encoding="utf-8")
    return hg.load(path)


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (2, 2, 2)], ids=str)
@pytest.mark.parametrize("seed", range(GAMES))
def test_random_tables(tmp_path, shape, seed):
    rng = random.Random(f"{shape} {seed}")
    model = model_of(tmp_path, shape, rng)
    some, every = condition(model, "some", "nash"), condition(model, "every", "nash")
    for _ in range(POINTS):
        point = {name: Fraction(rng.randint(-8, 8), rng.choice((4, 7))) for name in ("x", "y")}
        if not all(-2 <= value <= 2 for value in point.values()):
            continue
        found = hg.solve(model.at(**point), "nash")
        events = [e.hedge > 0 for e in found]
        if some.complete or found.complete == "all":
            # A region that is not complete still speaks for the equilibria it follows.
            assert some.contains(point) <= any(events), point
        if some.complete:
            assert some.contains(point) == any(events), point
            assert every.contains(point) == all(events), point


# All resist with probability s where the two others make an ally indifferent: -retaliation*(1 - s*s) = -demand.
def test_the_mixed_equilibrium_of_the_allies_in_closed_form():
    region = condition(hg.load("allied-resistance"), "some")
    assert (region.concept, region.complete) == ("nash", True)
    mixed = next(cell for cell in region.cells if len(cell.profile["Seoul"]) == 2)
    assert mixed.profile["Seoul"]["Resist"] == "sqrt((-demand + retaliation)/retaliation)"
    assert not mixed.system.constraints


# Matching pennies with a bonus x >= 0 for the first player at heads-heads: the second mixes so that (1 + x)*q - (1 - q) =
# -q + (1 - q), q = 2/(4 + x); the first evenly. There is no other equilibrium, so the event, heads-heads, is played in every one.
PENNIES = """
title: Matching pennies
players: {A: {role: ally}, B: {role: ally}}
parameters: {x: {baseline: 1, range: [0, 5], meaning: bonus, source: assumed}}
play: {A: {by: A, actions: [h, t]}, B: {by: B, actions: [H, T]}}
payoffs:
  A: "(1 + x)*[h and H] + [t and T] - [h and T] - [t and H]"
  B: "[h and T] + [t and H] - [h and H] - [t and T]"
hedge: h and H
"""


def test_matching_pennies(tmp_path):
    path = tmp_path / "pennies.yaml"
    path.write_text(PENNIES, encoding="utf-8")
    region = condition(hg.load(path), "some")
    (cell,) = region.cells
    assert cell.profile == {"A": {"h": "1/2", "t": "1/2"}, "B": {"H": "2/(x + 4)", "T": "(x + 2)/(x + 4)"}}
    assert cell.worth == {"A": "x/(x + 4)", "B": "0"}
    assert not cell.system.constraints
    assert condition(hg.load(path), "every").implies(region)
    assert region.implies(condition(hg.load(path), "every"))
