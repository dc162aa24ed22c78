"""All equilibria of 2×2×2 games in sweeps: against the exact solver, against z3 on the definition, and by hand."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.sweep.blocks import engine_of
from hedging_games.analysis.sweep.design import sobol, span
from hedging_games.analysis.sweep.odds import SUPPORTS, supports
from hedging_games.analysis.sweep.odds_arrays import Decision, exactness
from hedging_games.analysis.sweep.pointwise import label_of
from hedging_games.analysis.sweep.run import sweep

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
ACTIONS = (("a1", "a2"), ("b1", "b2"), ("c1", "c2"))


def general(tmp_path, hedge="a1 and b1"):
    """All 2×2×2 games up to what does not matter: each player's gain from its first action, by what the others do."""
    names = [f"{side}{k}" for side in "xyz" for k in range(4)]
    lines = [
        "title: All games",
        "players: {A: {role: ally}, B: {role: partner}, C: {role: small state}}",
        "parameters:",
    ]
    lines += [f'  {name}: {{baseline: 1, range: "[-9, 9]", meaning: a gain, source: assumed}}' for name in names]
    lines += ["play: {A: [a1, a2], B: [b1, b2], C: [c1, c2]}", "payoffs:"]
    for player, side in enumerate("xyz"):
        others = [ACTIONS[p] for p in range(3) if p != player]
        cells = [" and ".join(cell) for cell in product(*others)]
        terms = " + ".join(f"{side}{k}*[{ACTIONS[player][0]} and {cell}]" for k, cell in enumerate(cells))
        lines.append(f'  {"ABC"[player]}: "{terms}"')
    path = tmp_path / "general.yaml"
    path.write_text("\n".join([*lines, f"hedge: {hedge}", ""]), encoding="utf-8")
    return hg.load(str(path)), names


def labels_of_mask(found, code):
    outcomes = engine_of(found.task).formulas(()).events.outcomes
    return {o.label for k, o in enumerate(outcomes) if code >> k & 1}


@pytest.mark.parametrize("size", [1, 3, 9, 99])
def test_random_games_have_the_supports_that_the_solver_finds(tmp_path, size):
    # Gains up to 1 tie all the time: then every equilibrium the solver lists must be on one of the supports. Where all
    # equilibria are isolated the solver's list is complete, and so nothing else may be there either.
    model, names = general(tmp_path, "a1 and b1 or c1 and b2")
    rng = random.Random(size)
    isolated = 0
    for _ in range(60 if THOROUGH else 3):
        moving = set(rng.sample(names, 6))
        over = {k: rng.sample(range(-size, size + 1), 2) for k in names if k in moving}
        at = {k: rng.randint(-size, size) for k in names if k not in moving}
        found = sweep(model, over, at=at, concept="nash")
        assert found.task.compiled
        for _ in range(32 if THOROUGH else 8):
            index = tuple(rng.randrange(2) for _ in over)
            point = {**at, **{k: over[k][i] for k, i in zip(over, index, strict=True)}}
            solved = hg.solve(model.at(**point), "nash", time_limit=60)
            mine, listed = labels_of_mask(found, int(found["regime"][index])), {label_of(e) for e in solved}
            assert listed <= mine, point
            if solved.complete == "all":
                isolated += 1
                hedged = [e.hedge > 0 for e in solved]
                assert listed == mine, point
                assert (found["some"][index], found["every"][index]) == (any(hedged), all(hedged)), point
    assert isolated


def exists_by_z3(gains, support):
    """Whether an equilibrium has exactly this support, from the definition: indifferent where both actions are played."""
    z3 = pytest.importorskip("z3")
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    odds = []
    for player, chosen in enumerate(support):
        p = z3.Real(f"p{player}")
        solver.add({0: p == 1, 1: p == 0, 2: z3.And(p > 0, p < 1)}[chosen])
        odds.append(p)
    for player, chosen in enumerate(support):
        q, r = (odds[o] for o in range(3) if o != player)
        g = gains[player]
        gain = g[0] * q * r + g[1] * q * (1 - r) + g[2] * (1 - q) * r + g[3] * (1 - q) * (1 - r)
        solver.add({0: gain >= 0, 1: gain <= 0, 2: gain == 0}[chosen])
    verdict = solver.check()
    assert verdict != z3.unknown
    return verdict == z3.sat


@pytest.mark.parametrize("size", [1, 2, 5])
def test_every_support_is_decided_as_by_the_definition(size):
    # Games with many ties, continua of every kind among them, each of the 27 supports asked of an independent solver.
    rng = random.Random(100 + size)
    for _ in range(150 if THOROUGH else 6):
        gains = [[rng.randint(-size, size) for _ in range(4)] for _ in range(3)]
        if rng.random() < 0.5:  # a gain that depends on one other player alone leaves odds free
            player = rng.randrange(3)
            gains[player] = [gains[player][0], gains[player][0], gains[player][2], gains[player][2]]
        mask = supports(*gains)
        for number, support in enumerate(SUPPORTS):
            assert (mask >> number & 1) == exists_by_z3(gains, support), (gains, support)


@pytest.mark.parametrize("size", [1, 2, 3, 20, 1000, 10**6, 10**9])
def test_arrays_decide_as_the_exact_decision_where_they_are_not_in_doubt(size):
    # Beyond 2^17 products of three gains are no longer exact in float64, beyond 2^26 those of two are not.
    rng = np.random.default_rng(size)
    gains = rng.integers(-size, size + 1, (3, 4, 20_000 if THOROUGH else 600))
    for player in range(3):  # structure: gains that depend on one other player, and on none
        gains[player, 1, ::5], gains[player, 3, ::5] = gains[player, 0, ::5], gains[player, 2, ::5]
    bits = size.bit_length()
    arrays = [[gains[p, k] * 2.0**-bits for k in range(4)] for p in range(3)]
    masks, doubt = Decision(arrays, exactness(bits, 0.0)).decided()
    for k in np.flatnonzero(~doubt):
        assert supports(*(gains[p, :, k].tolist() for p in range(3))) == masks[k], gains[:, :, k]
    assert doubt.mean() < 0.3, "hardly anything is tested"


def test_rounded_gains_are_decided_as_exact_ones(tmp_path):
    # A sample: floats taken at face value. Each point is decided again in fractions.
    model, names = general(tmp_path)
    found = sweep(model, names, sample=sobol(4096 if THOROUGH else 256, seed=4), concept="nash")
    three = engine_of(found.task).formulas(()).three
    assert three.exactness.gain > 0
    columns = {n: found[n] for n in names}
    for k in range(found.points):
        gains = [[Fraction(float(columns[f"{side}{j}"][k])) for j in range(4)] for side in "xyz"]
        assert supports(*gains) == found["regime"][k]


def test_an_irrational_equilibrium_by_hand(tmp_path):
    # With probabilities p, q, r of the first actions let the gains be 1 - w·q·r for A, 1 - 2·p·r for B and 1 - 2·p·q for C.
    # All are zero where q = r = 1/(2p) and 1/(4p²) = 1/w: p = √w/2, q = r = 1/√w, between 0 and 1 for 1 < w < 4 alone:
    # irrational for w = 2 and 3, at the edge for w = 1 and 4. The gain x0 at (b1, c1) is 1 - w, the others are 1.
    model, names = general(tmp_path, "a1 and b1 and c1")
    at = {n: 1 for n in names if n != "x0"} | {"y0": -1, "z0": -1}
    found = sweep(model, {"x0": [0, -1, -2, -3]}, at=at, concept="nash")
    mixed = 1 << SUPPORTS.index((2, 2, 2))
    assert [bool(int(code) & mixed) for code in found["regime"]] == [False, True, True, False]


def test_assumptions_fixed_players_and_every_order_of_axes():
    model = hg.load("allied-resistance")
    over = {"demand": span(0, 10, 21), "retaliation": span(0, 10, 21)}
    found = sweep(model, over)
    assert found.task.compiled
    other = sweep(model, dict(reversed(over.items())))
    assert np.array_equal(found["regime"].T, other["regime"])
    for i, j in product(range(0, 21, 4), repeat=2):
        point = {"demand": Fraction(i, 2), "retaliation": Fraction(j, 2)}
        try:
            solved = hg.solve(model.at(**point), "nash")
        except hg.InputError:
            assert found["some"][i, j] == -1
            continue
        assert {label_of(e) for e in solved} <= labels_of_mask(found, int(found["regime"][i, j]))


def test_regimes_with_curved_continua_are_named(tmp_path):
    # By hand: Alpha and Gamma are indifferent to everything; Beta's b1 pays 4 x z - 1 more than b2, x and z being the probabilities of a1 and
    # of c1. So both mix along the curve 4 x z = 1, b1 is played on one side of it (never with a2 or c2 for sure), b2 on the other. The
    # solver's list, complete with its curved cells, has the corners alone.
    path = tmp_path / "curved.yaml"
    path.write_text(
        """
title: A curve
players: {Alpha: {role: player}, Beta: {role: player}, Gamma: {role: player}}
parameters:
  p: {baseline: 0, range: [-9, 9], meaning: a payoff, source: assumed}
play: {Alpha: [a1, a2], Beta: [b1, b2], Gamma: [c1, c2]}
payoffs:
  Alpha: p*[a1]
  Beta: 4*[a1 and b1 and c1] - [b1]
  Gamma: p*[c1]
hedge: a2 and b1
""",
        encoding="utf-8",
    )
    model = hg.load(str(path))
    (regime,) = sweep(model, {"p": [0]}, concept="nash").regimes
    mixes = ["a1", "a2", "a1 + a2"], ["c1", "c2", "c1 + c2"]
    above = {("a1", "c1"), ("a1", "c1 + c2"), ("a1 + a2", "c1"), ("a1 + a2", "c1 + c2")}
    expected = {("b1", *pair) for pair in above}
    expected |= {("b2", *pair) for pair in product(*mixes) if pair != ("a1", "c1")}
    expected |= {("b1 + b2", *pair) for pair in above if pair != ("a1", "c1")}
    assert set(regime.equilibria) == {f"Alpha: {a}; Beta: {b}; Gamma: {c}" for b, a, c in expected}
    assert not regime.checked
