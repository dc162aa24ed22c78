"""Sweeps against the exact solver: no mismatch anywhere, least of all at ties."""

from __future__ import annotations

import os
import random
import warnings
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import qmc

import hedging_games as hg
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.recent import Recent
from hedging_games.analysis.sweep import derived, design, events
from hedging_games.analysis.sweep.blocks import engine_of
from hedging_games.analysis.sweep.design import Boxes, latin_hypercube, sobol, span
from hedging_games.analysis.sweep.events import MIXTURES
from hedging_games.analysis.sweep.pointwise import answer, label_of
from hedging_games.analysis.sweep.regimes import digest
from hedging_games.analysis.sweep.run import sweep
from hedging_games.model.reader import read_model_text
from oracles.ties import as_model_text, random_event, random_tree, verdicts

THOROUGH = os.environ.get("HG_THOROUGH") == "1"

MODELS = [
    ("engagement-card", "subgame-perfect", ("card", "alignment_loss")),
    ("engagement-card", "pure-nash", ("sanction", "alignment_loss")),
    ("gradual-decoupling", "subgame-perfect", ("capacity_loss", "discount")),
    ("hedging-triangle", "pure-nash", ("card", "leverage")),
    ("dependence-backlash", "subgame-perfect", ("dependence", "resentment")),
    ("dependence-backlash", "pure-nash", ("dependence", "tilt_cost")),
    ("delegated-engagement", "subgame-perfect", ("p", "effectiveness")),
    ("cherry-picking", "pure-nash", ("p", "cost_wavering")),
    ("allied-resistance", "pure-nash", ("demand", "retaliation")),
    ("blockade-threat", "subgame-perfect", ("effort", "harm_small")),
    ("cherry-picking", "sequential", ("p", "cost_wavering")),
    ("latent-threat", "sequential", ("p", "later_gain")),
    ("tolerated-example", "sequential", ("p", "punishment_cost")),
]


def finite(name, levels):
    """A model, its continuous choices on a grid."""
    model = hg.load(name)
    return model.on_grid(levels) if model.is_continuous else model


def exact_flags(model, concept, point):
    """The event in some and in every equilibrium by the exact solver; -1 where there is no game to solve."""
    try:
        game = model.at(**point)
    except hg.InputError:
        return (-1, -1)
    hedged = [e.hedge > 0 for e in hg.solve(game, concept)]
    return (int(any(hedged)), int(bool(hedged) and all(hedged)))


def tenths(parameter):
    """The multiples of 1/10 in a parameter's range (of 1/20 where the range is short)."""
    low, high = parameter.range.low, parameter.range.high
    step = Fraction(1, 10) if high - low >= Fraction(1, 2) else Fraction(1, 20)
    values = [low + step * k for k in range(int((high - low) / step) + 1)]
    return [v for v in values if v in parameter.range]


@pytest.mark.parametrize(("name", "concept", "_axes"), MODELS)
def test_random_grid_points_agree_with_the_exact_solver(name, concept, _axes):
    model = finite(name, 5)
    rng = random.Random(f"{name} {concept}")
    wanted = 10_000 if THOROUGH else 60
    checked = 0
    while checked < wanted:
        names = [n for n in model.parameters if n not in model.structural]
        over = {n: sorted(rng.sample(tenths(model.parameters[n]), 2)) for n in names}
        found = sweep(model, over, concept=concept, outputs=("some",))
        assert found.task.compiled
        some, every = found["some"], found["every"]
        for _ in range(100 if THOROUGH else 30):
            index = tuple(rng.randrange(2) for _ in names)
            point = {n: over[n][k] for n, k in zip(names, index, strict=True)}
            assert (some[index], every[index]) == exact_flags(model, concept, point), point
            checked += 1


@pytest.mark.parametrize(("name", "concept", "axes"), MODELS)
def test_every_tie_point_of_a_grid_of_tenths_agrees_with_the_exact_solver(name, concept, axes):
    model = finite(name, 4)
    over = {n: tenths(model.parameters[n]) for n in axes}
    found = sweep(model, over, concept=concept, outputs=("some",))
    some, every = found["some"], found["every"]
    events = engine_of(found.task).formulas(()).events
    ties = []
    for index in np.ndindex(*some.shape):
        point = {n: over[n][k] for n, k in zip(axes, index, strict=True)}
        values = [point[n] for n in events.names]
        if any(p.at(values) == 0 for p in events.circuit.polynomials):
            ties.append((index, point))
    assert ties, "the test has no tie to look at"
    if not THOROUGH:
        ties = random.Random(5).sample(ties, min(40, len(ties)))
    for index, point in ties:
        assert (some[index], every[index]) == exact_flags(model, concept, point), point


def test_all_equilibria_of_two_by_two_games_at_every_sign_class(tmp_path):
    # A general 2×2 game whose payoffs are parameters: the nine values of each pair of gains make all 81 classes of signs,
    # among them every continuum.
    path = tmp_path / "general.yaml"
    path.write_text(GENERAL, encoding="utf-8")
    model = hg.load(str(path))
    signs = ["-1", "0", "1"]
    for event in ("Up and Left", "Down", "Up and Right or Down and Left"):
        path.write_text(GENERAL.replace("hedge: Up", f"hedge: {event}"), encoding="utf-8")
        model = hg.load(str(path))
        found = sweep(model, dict.fromkeys("abcd", signs), concept="nash")
        assert found.task.compiled
        some, every = found["some"], found["every"]
        assert some.size == 81
        for index in np.ndindex(3, 3, 3, 3):
            point = {n: signs[k] for n, k in zip("abcd", index, strict=True)}
            assert (some[index], every[index]) == exact_flags(model, "nash", point), (event, point)


GENERAL = """
title: All games of two players with two actions, up to what does not matter
players: {Row: {role: ally}, Column: {role: partner}}
parameters:
  a: {baseline: 1, range: "[-2, 2]", meaning: first column, source: assumed}
  b: {baseline: 1, range: "[-2, 2]", meaning: second column, source: assumed}
  c: {baseline: 1, range: "[-2, 2]", meaning: first row, source: assumed}
  d: {baseline: 1, range: "[-2, 2]", meaning: second row, source: assumed}
play:
  Row: [Up, Down]
  Column: [Left, Right]
payoffs:
  Row: "[Up]*(a*[Left] + b*[Right])"
  Column: "[Left]*(c*[Up] + d*[Down])"
hedge: Up
"""


def test_a_grid_far_beyond_64_bits_is_exact():
    # The border card = alignment_loss - 2 on axes whose common denominator has forty digits: the sums do not fit any
    # machine integer, and a float cannot tell the neighbours of the border apart.
    model = hg.load("engagement-card")
    tiny = Fraction(1, 10**40)
    found = sweep(model, {"card": [3 - tiny, Fraction(3), 3 + tiny], "alignment_loss": [5]}, outputs=("margin",))
    assert found["some"][:, 0].tolist() == [0, 1, 1]
    assert found["every"][:, 0].tolist() == [0, 0, 1]


@pytest.mark.parametrize("size", [10**3, 10**6, 10**12, 10**17, 10**30])
def test_every_kind_of_number_decides_the_same(size):
    # Products of two parameters with denominators that push the integers through 16, 32, 53 and 64 bits and beyond.
    model = hg.load("dependence-backlash")
    values = [Fraction(k, size) for k in (1, size // 3, size // 2, size)]
    over = {"dependence": values, "resentment": [Fraction(1, 3), 2, Fraction(7, 2)]}
    found = sweep(model, over, outputs=("some",))
    for i, dependence in enumerate(over["dependence"]):
        for j, resentment in enumerate(over["resentment"]):
            point = {"dependence": dependence, "resentment": resentment}
            assert (found["some"][i, j], found["every"][i, j]) == exact_flags(model, None, point)


def test_floats_are_taken_at_face_value_and_doubtful_points_are_decided_exactly():
    # The border is card = alignment_loss - 2; as binary fractions these numbers lie on it or within an ulp of it.
    model = hg.load("engagement-card")
    card = np.array([0.3, 0.1 + 0.2, np.nextafter(0.5, 1), 0.5])
    loss = np.array([2.3, np.nextafter(2.3, 0), np.nextafter(2.3, 3), 2.5])
    found = sweep(model, {"card": card, "alignment_loss": loss}, outputs=("some",))
    for i, c in enumerate(card):
        for j, a in enumerate(loss):
            point = {"card": Fraction(float(c)), "alignment_loss": Fraction(float(a))}
            assert (found["some"][i, j], found["every"][i, j]) == exact_flags(model, None, point)


@pytest.mark.parametrize("recipe", [sobol(512, seed=3), latin_hypercube(500, seed=3)])
@pytest.mark.parametrize("name", ["engagement-card", "gradual-decoupling"])
def test_samples_agree_with_the_exact_solver_at_their_own_points(name, recipe):
    model = hg.load(name)
    found = sweep(model, sample=recipe, outputs=("some",), chunk=100)
    for k in range(0, recipe.count, 1 if THOROUGH else 13):
        point = {n: Fraction(float(found[n][k])) for n in found.task.design.names}
        assert (found["some"][k], found["every"][k]) == exact_flags(model, None, point), k


def test_a_sample_is_the_same_however_it_is_cut():
    model = hg.load("engagement-card")
    whole = sweep(model, ["card", "alignment_loss"], sample=sobol(1000, seed=7), outputs=("some", "regime"))
    cut = sweep(model, ["card", "alignment_loss"], sample=sobol(1000, seed=7), outputs=("some", "regime"), chunk=37)
    for name in whole.data:
        assert np.array_equal(whole[name], cut[name])
    assert whole.tally == cut.tally
    assert not np.array_equal(
        whole["card"], sweep(model, ["card", "alignment_loss"], sample=sobol(1000, seed=8))["card"]
    )


@pytest.mark.parametrize(
    ("name", "concept", "over"),
    [
        ("cherry-picking", "subgame-perfect", {"p": ["1/4", "1/2", "3/4"], "cost_wavering": [1, 2, 3]}),
        ("allied-resistance", "nash", {"demand": [1, 2], "retaliation": [2, 3]}),
    ],
)
def test_games_without_formulas_are_solved_point_by_point(name, concept, over):
    model = hg.load(name)
    found = sweep(model, over, concept=concept, outputs=("regime", "payoffs", "hedge"))
    assert not found.task.compiled
    names = list(over)
    for index in np.ndindex(found["some"].shape):
        point = {n: over[n][k] for n, k in zip(names, index, strict=True)}
        assert (found["some"][index], found["every"][index]) == exact_flags(model, concept, point)
        if found["some"][index] < 0:
            continue
        solved = hg.solve(model.at(**point), concept)
        assert found["regime"][index] == sum({digest(label_of(e)) for e in solved}) % 2**62
        assert found["hedge_low"][index] == min(float(e.hedge) for e in solved)


def test_structural_parameters_have_formulas_of_their_own():
    text = hg.load("blockade-threat").text
    text = text.replace("{from: 0, to: 1}", "{levels: levels, from: 0, to: 1}")
    text = text.replace("parameters:", "parameters:\n  levels: {baseline: 21, range: [2, 101]}")
    model = read_model_text(text)
    assert model.structural == ("levels",)
    over = {"levels": [2, 3, 6], "effort": [0, "1/2", 2], "harm_small": [1, 5]}
    found = sweep(model, over)
    assert found.task.compiled
    for index in np.ndindex(3, 3, 2):
        point = {n: over[n][k] for n, k in zip(over, index, strict=True)}
        assert (found["some"][index], found["every"][index]) == exact_flags(model, None, point), point


def test_the_order_of_the_axes_does_not_matter():
    model = hg.load("engagement-card")
    one = sweep(model, {"card": span(0, 10, 11), "alignment_loss": span(0, 10, 21)})
    other = sweep(model, {"alignment_loss": span(0, 10, 21), "card": span(0, 10, 11)})
    assert np.array_equal(one["some"], other["some"].T)
    assert np.array_equal(one["regime"], other["regime"].T)


def test_margins_have_the_sign_of_the_answer_and_vanish_on_its_border():
    # With example 0 and punishment_cost 2 the ally tolerates where card - alignment_loss + 2 >= 0; that the small state
    # gains 1 by engaging does not depend on the axes, so it is no part of the margin.
    model = hg.load("engagement-card")
    found = sweep(
        model, {"card": span(0, 10, 21), "alignment_loss": span(2, 10, 17)}, outputs=("margin", "margin_every")
    )
    card, loss = np.meshgrid(found.axes()["card"], found.axes()["alignment_loss"], indexing="ij")
    assert np.allclose(found["margin"], card - loss + 2, atol=1e-12)
    assert np.array_equal(found["margin"] >= 0, found["some"] == 1)
    assert np.array_equal(found["margin_every"] > 0, found["every"] == 1)


def test_payoffs_and_probabilities_are_those_of_the_equilibria():
    model = hg.load("engagement-card")
    over = {"card": [2, 3, 4], "alignment_loss": [4, 5]}
    found = sweep(model, over, outputs=("payoffs", "hedge"))
    for index in np.ndindex(3, 2):
        solved = hg.solve(model.at(**{n: over[n][k] for n, k in zip(over, index, strict=True)}))
        for player in model.players:
            assert found[f"low_{player}"][index] == min(float(e.payoffs[player]) for e in solved)
            assert found[f"high_{player}"][index] == max(float(e.payoffs[player]) for e in solved)
        assert found["hedge_high"][index] == max(float(e.hedge) for e in solved)


def test_the_regimes_name_every_set_of_equilibria():
    model = hg.load("engagement-card")
    found = sweep(model, {"card": span(0, 10, 11), "alignment_loss": span(0, 10, 11)})
    by_code = {regime.code: regime for regime in found.regimes}
    assert sum(regime.points for regime in found.regimes) == 121
    assert {r.hedging for r in found.regimes} == {"every", "some", "none"}
    assert all(regime.checked for regime in found.regimes)
    codes, counts = np.unique(found["regime"], return_counts=True)
    assert {int(c): int(n) for c, n in zip(codes, counts, strict=True)} == {c: r.points for c, r in by_code.items()}


def test_shares_count_admissible_points_only():
    # gradual-decoupling assumes press_cost < drop_cost: of the 11 × 11 pairs, 55.
    model = hg.load("gradual-decoupling")
    found = sweep(model, {"press_cost": span(0, 10, 11), "drop_cost": span(0, 10, 11)})
    assert found.tally.admissible == 55
    assert np.count_nonzero(found["some"] == -1) == 66
    assert found.share_some == Fraction(int(np.count_nonzero(found["some"] == 1)), 55)


def test_boxes_partition_the_index_space():
    for shape, most in [((7, 5, 3), 4), ((7, 5, 3), 15), ((7, 5, 3), 1000), ((1,), 1), ((10,), 3), ((2, 1, 9), 10)]:
        boxes = Boxes(shape, most)
        seen = np.zeros(shape, dtype=int)
        last = -1
        for number in range(len(boxes)):
            chunk = boxes.chunk(number)
            assert np.prod(chunk.shape) <= most
            seen[chunk.slices] += 1
            first = np.ravel_multi_index([start for start, _ in chunk.box], shape)
            assert first == last + 1
            last = np.ravel_multi_index([stop - 1 for _, stop in chunk.box], shape)
        assert (seen == 1).all()


@pytest.mark.parametrize(
    ("over", "options", "says"),
    [
        ({"crad": span(0, 1, 2)}, {}, "did you mean 'card'"),
        ({"card": [0.1, 0.2]}, {}, "float"),
        ({"card": []}, {}, "empty"),
        ({"card": [1, "1"]}, {}, "repeated"),
        ({"card": span(0, 1, 2)}, {"at": {"card": 2}}, "varies and is set"),
        ({"card": span(0, 1, 2)}, {"outputs": ("reigme",)}, "regime"),
        ({}, {}, "no axis"),
        (None, {}, "grid needs values"),
        ({"card": span(0, 1, 2)}, {"concept": "nahs"}, "nash"),
        ({"card": (3, 1)}, {"sample": sobol(4)}, "smaller number first"),
    ],
)
def test_wrong_axes_are_refused_with_the_remedy(over, options, says):
    with pytest.raises(hg.InputError, match=says):
        sweep(hg.load("engagement-card"), over, **options)


def test_more_than_fits_into_memory_is_refused_without_a_store():
    with pytest.raises(hg.CouldNotFinish, match="store"):
        sweep(hg.load("engagement-card"), {"card": span(0, 10, 10**5), "alignment_loss": span(0, 10, 10**5)})


def test_the_answer_of_an_incomplete_list_is_only_what_it_proves():
    class Found(list):
        complete, ranges, continua = "some", None, ()
        game = SimpleNamespace(hedge=(True, False))

    class One:
        def __init__(self, hedge):
            self.hedge = hedge

    assert answer(Found([One(1), One(0)])) == (1, 0)
    assert answer(Found([One(1)])) == (1, -2)
    assert answer(Found([One(0)])) == (-2, 0)


QUOTIENTS = """
title: Payoffs that are quotients, and a move of chance
players: {Ally: {role: ally}, SmallState: {role: small state}}
parameters:
  a: {baseline: 1, range: "[-3, 3]", meaning: a numerator, source: assumed}
  b: {baseline: 1, range: "[-3, 3]", meaning: a denominator, source: assumed}
  p: {baseline: "1/2", range: "[0, 1]", meaning: a probability, source: assumed}
assume: ["not (a == 2 and b == 1) or p > 1/2"]
play:
  Offer: {by: Ally, actions: [Give, Keep]}
  Luck: {by: chance, actions: {good: p, bad: 1 - p}, when: Give}
  Answer: {by: SmallState, actions: [Hedge, Align], sees: all, when: Give}
payoffs:
  Ally: "[Give]*(a/b)*[Hedge] - [Align]/(b + 2) + [Keep]*p"
  SmallState: "[Hedge]*(1/b - a*[bad]) + [Align]*(a/(b + 2))"
hedge: Hedge
"""


def test_quotients_chance_and_assumptions(tmp_path):
    # Signs of denominators count, their zeros (b = 0, b = -2) and probabilities outside [0, 1] leave no game, and an
    # assumption may be any condition.
    path = tmp_path / "quotients.yaml"
    path.write_text(QUOTIENTS, encoding="utf-8")
    model = hg.load(str(path))
    over = {"a": span(-3, 3, 13), "b": span(-3, 3, 13), "p": ["-1/2", 0, "1/2", 1, "3/2"]}
    for concept in ("subgame-perfect", "pure-nash"):
        found = sweep(model, over, concept=concept)
        assert found.task.compiled
        some, every = found["some"], found["every"]
        values = [over["a"].values(), over["b"].values(), over["p"]]
        rng = random.Random(1)
        indices = list(np.ndindex(some.shape))
        for index in indices if THOROUGH else rng.sample(indices, 250):
            point = {n: v[k] for n, v, k in zip(over, values, index, strict=True)}
            assert (some[index], every[index]) == exact_flags(model, concept, point), (concept, point)
        assert (some[:, 6] == -1).all()
        assert (some[:, 2] == -1).all()


@pytest.mark.parametrize("concept", ["subgame-perfect", "pure-nash"])
def test_declared_ranges_simplify_no_formula(tmp_path, concept):
    # The axes leave the ranges by far. Within [1, 2] the denominators b and b + 2 are positive, within [1/4, 3/4] the
    # probabilities are, and a is never negative: who relied on it would be wrong where the solver says otherwise.
    path = tmp_path / "narrow.yaml"
    text = QUOTIENTS
    for name, wide, narrow in (("a", "[-3, 3]", "[0, 3]"), ("b", "[-3, 3]", "[1, 2]"), ("p", "[0, 1]", "[1/4, 3/4]")):
        old = next(line for line in text.splitlines() if line.startswith(f"  {name}: "))
        text = text.replace(old, old.replace(wide, narrow))
    path.write_text(text, encoding="utf-8")
    model = hg.load(str(path))
    over = {"a": span(-3, 3, 13), "b": span(-3, 3, 13), "p": [0, "1/3", "1/2", 1]}
    found = sweep(model, over, concept=concept, outputs=("some",))
    assert found.task.compiled
    values = [over["a"].values(), over["b"].values(), [Fraction(x) for x in over["p"]]]
    events = engine_of(found.task).formulas(()).events
    ties = 0
    for index in random.Random(7).sample(list(np.ndindex(*found["some"].shape)), 676 if THOROUGH else 200):
        point = {n: v[k] for n, v, k in zip(over, values, index, strict=True)}
        assert (found["some"][index], found["every"][index]) == exact_flags(model, concept, point), point
        ties += any(p.at([point[n] for n in events.names]) == 0 for p in events.circuit.polynomials)
    assert ties


@pytest.mark.parametrize(("name", "concept", "axes"), [entry for entry in MODELS if entry[1] != "sequential"])
def test_ties_outside_the_declared_ranges_agree_with_the_exact_solver(name, concept, axes):
    model = finite(name, 3)
    over = {}
    for n in axes:
        declared = model.parameters[n].range
        low, high = declared.low, declared.high
        over[n] = [low + (high - low) * Fraction(k, 20) for k in range(-10, 31)]
    found = sweep(model, over, concept=concept, outputs=("some",))
    events = engine_of(found.task).formulas(()).events
    outside = []
    for index in np.ndindex(*found["some"].shape):
        point = {n: over[n][k] for n, k in zip(axes, index, strict=True)}
        inside = all(value in model.parameters[n].range for n, value in point.items())
        tied = any(p.at([point[n] for n in events.names]) == 0 for p in events.circuit.polynomials)
        if tied and not inside:
            outside.append((index, point))
    assert outside, "the test has no tie to look at"
    for index, point in random.Random(9).sample(outside, min(500 if THOROUGH else 20, len(outside))):
        assert (found["some"][index], found["every"][index]) == exact_flags(model, concept, point), point


def test_what_an_incomplete_derivation_leaves_open_is_not_settled(monkeypatch):
    # With example 0 and punishment_cost 2 the ally tolerates where card - alignment_loss + 2 >= 0. If equilibria may be
    # missing, "in none" and "in every" are not settled; "in some" and "not in every" are.
    def doubtful(*arguments):
        return replace(derivation(*arguments), complete=False)

    monkeypatch.setattr(derived, "derivation", doubtful)
    monkeypatch.setattr(events, "_known", Recent(1))  # what an earlier sweep of this process derived
    over = {"card": [1, 2, 3], "alignment_loss": [4, "9/2"]}
    model = hg.load("engagement-card")
    found = sweep(model, over)
    assert found["some"].tolist() == [[-2, -2], [1, -2], [1, 1]]
    assert found["every"].tolist() == [[0, 0], [0, 0], [-2, -2]]
    assert found.tally.unfinished == 5
    assert {regime.hedging for regime in found.regimes} == {"could not finish", "some"}
    with pytest.raises(hg.InputError, match="no margin"):
        sweep(model, over, outputs=("margin",))


MIXTURE = """
title: A tie whose mixture matters
players: {One: {role: ally}, Two: {role: small state}, Three: {role: partner}}
parameters:
  x: {baseline: "2/5", range: "[0, 1]", meaning: what staying out is worth to the first, source: assumed}
  y: {baseline: "2/5", range: "[0, 1]", meaning: what staying out is worth to the second, source: assumed}
  t: {baseline: 0, range: "[-1, 1]", meaning: what the third gains, source: assumed}
play:
  First: {by: One, actions: [In, Out]}
  Second: {by: Two, actions: [On, Off], sees: all, when: In}
  Third: {by: Three, actions: [Left, Right], sees: all, when: In and On}
payoffs:
  One: "[Left] + x*[Out]"
  Two: "[Right] + y*[Off] + y*[Out]"
  Three: "t*[Left]"
hedge: On
"""


def test_where_a_mixture_at_a_tie_may_matter_the_solver_is_asked(tmp_path):
    # Both play on if the third takes Left with a probability w >= x, and 1 - w >= y. Where t is not 0, w is 0 or 1. Where t is 0,
    # w may be anything between: there is such a w exactly if x + y <= 1, which is no sign that the formulas look at.
    path = tmp_path / "mixture.yaml"
    path.write_text(MIXTURE, encoding="utf-8")
    model = hg.load(str(path))
    shares = [0, "1/4", "2/5", "3/5", 1]
    over = {"x": shares, "y": shares, "t": [-1, 0, 1]}
    found = sweep(model, over, outputs=("regime", "margin", "margin_every", "payoffs"))
    for index in np.ndindex(*found["some"].shape):
        point = {n: Fraction(over[n][k]) for n, k in zip(over, index, strict=True)}
        x, y, t = point.values()
        possible = y == 0 if t > 0 else x == 0 if t < 0 else x + y <= 1
        assert found["some"][index] == possible, point
        assert (found["some"][index], found["every"][index]) == exact_flags(model, None, point), point
        assert (found["margin"][index] >= 0) == possible
        assert (found["margin_every"][index] > 0) <= (found["every"][index] == 1)
    # Of the nine points with t = 0 and both shares between 0 and 1 all but (3/5, 3/5) have the event by mixing alone.
    (regime,) = [r for r in found.regimes if MIXTURES in r.equilibria]
    assert (regime.points, regime.equilibria, regime.hedging) == (8, ("Out", MIXTURES), "some")
    assert regime.checked


@pytest.mark.parametrize("seed", [39, 42, 49, 51, 59, 77, *range(1, 200 if THOROUGH else 4)])
def test_trees_full_of_ties_agree_with_the_definition(tmp_path, seed):
    # In the first six, players who mix at ties change the answer. The values -1/2 and 3 lie outside the declared range.
    pytest.importorskip("z3")
    rng = random.Random(seed)
    tree = random_tree(rng, stage=0.0, ties=0.6)
    event = random_event(rng, tree)
    path = tmp_path / "ties.yaml"
    path.write_text(as_model_text(tree, event), encoding="utf-8")
    model = hg.load(str(path))
    if "w" not in model.parameters:
        return
    values = [Fraction(k, 6) for k in (-3, 0, 3, 4, 6, 9, 12, 18)]
    found = sweep(model, {"w": values}, concept="subgame-perfect")
    assert found.task.compiled
    if seed in (39, 42, 49, 51, 59, 77):
        assert any(MIXTURES in regime.equilibria for regime in found.regimes)
    for k, w in enumerate(values):
        truth = verdicts(tree, event, w)
        assert (found["some"][k], found["every"][k]) == (truth.some, truth.every), w


SIGNALS = """
title: All signalling games of two types, two messages and two responses, up to scale
players: {Sender: {role: small state}, Receiver: {role: ally}}
parameters:
  p: {baseline: 1/2, range: "[0, 1]", meaning: probability of the first type, source: assumed}
PARAMETERS
play:
  Type: {by: chance, actions: {good: p, bad: 1 - p}}
  Signal: {by: Sender, actions: [High, Low], sees: [Type]}
  Reply: {by: Receiver, actions: [Trust, Doubt], sees: [Signal]}
payoffs:
  Sender: SENDER
  Receiver: RECEIVER
hedge: High and Trust
"""


@pytest.mark.parametrize("size", [1, 2, 9])
def test_signalling_games_of_one_class_of_signs_have_one_answer(tmp_path, size):
    # Every payoff is a parameter. Small integers tie all the time; priors 0 and 1 are among the points. The sweep solves one
    # game of each combination of signs; the solver is asked about each point itself here, regime by regime.
    cells = [f"{t} and {m} and {r}" for t in ("good", "bad") for m in ("High", "Low") for r in ("Trust", "Doubt")]
    names = [f"{side}{k}" for side in "sr" for k in range(8)]
    text = SIGNALS.replace(
        "PARAMETERS",
        "\n".join(f'  {n}: {{baseline: 0, range: "[-9, 9]", meaning: a payoff, source: assumed}}' for n in names),
    )
    for word, side in (("SENDER", "s"), ("RECEIVER", "r")):
        text = text.replace(word, '"' + " + ".join(f"{side}{k}*[{cell}]" for k, cell in enumerate(cells)) + '"')
    path = tmp_path / "signals.yaml"
    path.write_text(text, encoding="utf-8")
    model = hg.load(str(path))
    rng = random.Random(size)
    for _ in range(30 if THOROUGH else 2):
        moving = set(rng.sample(names, 5))
        over = {"p": ["0", "1/3", "1/2", "1"]} | {n: rng.sample(range(-size, size + 1), 2) for n in sorted(moving)}
        at = {n: rng.randint(-size, size) for n in names if n not in moving}
        found = sweep(model, over, at=at)
        assert found.task.compiled
        for _ in range(60 if THOROUGH else 15):
            index = tuple(rng.randrange(n) for n in found.task.design.shape)
            point = {**at, **{n: over[n][k] for n, k in zip(over, index, strict=True)}}
            solved = hg.solve(model.at(**point), "sequential")
            assert (found["some"][index], found["every"][index]) == answer(solved), point
            assert found["regime"][index] == sum({digest(label_of(e)) for e in solved}) % 2**62, point


@pytest.mark.parametrize(("dimension", "seed"), [(1, 0), (3, 7), (8, 0)])
def test_sobol_points_are_scipys_from_wherever_they_are_drawn(dimension: int, seed: int) -> None:
    """Bit for bit, within a block, across blocks, and far on before what lies between was drawn."""
    count = 3 * design.PIECE + 11
    engine = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        expected = engine.random(count)
    sequence = design._SobolSequence(seed, dimension)
    for start, stop in [(count - 5, count), (0, 3), (design.PIECE - 2, design.PIECE + 2), (7, count)]:
        assert (expected[start:stop] == sequence.points(start, stop).T).all()
