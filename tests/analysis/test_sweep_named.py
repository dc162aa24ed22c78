"""Sweeps that name equilibria of trees with shared stages, and of continuous choices, by formulas: beside the solver at each point."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from hedging_games import sweep
from hedging_games.analysis.recent import Recent
from hedging_games.analysis.sweep import derived, events, regimes
from hedging_games.analysis.sweep.pointwise import answer, label_of
from hedging_games.analysis.sweep.regimes import digest
from hedging_games.model.reader import read_model_text

SHARED = {
    # Whole numbers: ties are the rule, not the exception.
    "restraining-pyongyang": {
        "offer_cost": [0, 1, 2],
        "stability": [0, 1, 2],
        "support": [0, 2],
        "restraint_cost": [0, 2, 6],
    },
    "joint-statement": None,
}


def places_of(found, rng, count):
    return [tuple(rng.randrange(n) for n in found["some"].shape) for _ in range(count)]


def point_of(found, place):
    return {axis.name: axis.values[k] for axis, k in zip(found.task.design.axes, place, strict=True)}


@pytest.mark.parametrize("name", SHARED)
def test_ways_to_play_where_two_move_at_once_agree_with_the_solver_at_ties(name):
    model, rng = hg.load(name), random.Random(name)
    over = SHARED[name] or {p: [0, 1, 2] for p in rng.sample(list(model.parameters), 4)}
    found = sweep(model, over)
    assert found.task.compiled
    for place in places_of(found, rng, 12):
        point = point_of(found, place)
        assert (found["some"][place], found["every"][place]) == answer(hg.solve(model.at(**point))), point


def test_payoffs_where_two_mix_are_those_of_the_solver():
    # At points of a sample nothing ties, and wherever all patrons may restrain or none they may also both mix.
    model = hg.load("restraining-pyongyang")
    found = sweep(model, sample=hg.sobol(32), outputs=("regime", "hedge", "payoffs"))
    mixed = [
        k
        for k, code in enumerate(found["regime"])
        if any(r.code == code and any(" | " in e for e in r.equilibria) for r in found.regimes)
    ]
    assert len(mixed) >= 5
    for k in mixed[:5]:
        solved = hg.solve(model.at(**{name: Fraction(float(found[name][k])) for name in model.parameters}))
        assert found["hedge_low"][k] == pytest.approx(float(min(e.hedge for e in solved)))
        assert found["hedge_high"][k] == pytest.approx(float(max(e.hedge for e in solved)))
        for player in model.players:
            assert found[f"low_{player}"][k] == pytest.approx(float(min(e.payoffs[player] for e in solved)))
            assert found[f"high_{player}"][k] == pytest.approx(float(max(e.payoffs[player] for e in solved)))


def test_where_ways_to_play_take_too_long_to_tell_apart_points_are_solved(monkeypatch):
    monkeypatch.setattr(derived, "SECONDS", 0.0)
    monkeypatch.setattr(events, "_known", Recent(1))
    found = sweep(hg.load("restraining-pyongyang"), {"support": [0, 2], "stability": [0, 2]})
    assert not found.task.compiled
    solved = hg.solve(hg.load("restraining-pyongyang").at(support=2, stability=2))
    assert (found["some"][1, 1], found["every"][1, 1]) == answer(solved)


def test_where_somebody_mixes_there_is_no_margin():
    with pytest.raises(hg.InputError, match="there is no margin"):
        sweep(hg.load("restraining-pyongyang"), sample=hg.sobol(4), outputs=("margin",))


def test_actions_on_the_paths_of_continuous_choices_are_those_that_the_solver_names():
    # Outside the declared ranges (harm_small beyond 10) points are solved by themselves, with the same labels.
    model, rng = hg.load("blockade-threat"), random.Random(5)
    over = {"harm_small": [*range(9), 11], "concession": [0, 1, 2], "effort": [0, 1, 4], "face": [0, "1/2", 1]}
    found = sweep(model, over)
    assert found.task.compiled
    for place in places_of(found, rng, 10):
        solved = hg.solve(model.at(**point_of(found, place)))
        assert (found["some"][place], found["every"][place]) == answer(solved)
        named = np.uint64(sum({digest(label_of(e)) for e in solved}) % 2**62)
        assert found["regime"][place] == regimes.with_answers(named, *answer(solved))
    assert any("Blockade" in e for regime in found.regimes for e in regime.equilibria)


def test_few_points_of_continuous_choices_are_solved_by_themselves():
    found = sweep(hg.load("blockade-threat"), {"concession": [1, 2]})
    assert not found.task.compiled
    assert len(found.regimes) >= 1


def test_a_store_of_few_points_that_were_solved_becomes_one_of_many_told_by_formulas_byte_for_byte(tmp_path):
    model, few, many = hg.load("tariff-linkage"), {"outside": hg.span(0, 1, 11)}, {"outside": hg.span(0, 1, 301)}
    assert not sweep(model, few, store=tmp_path / "grown.zarr").task.compiled
    grown = sweep(model, many, store=tmp_path / "grown.zarr")
    assert grown.task.compiled
    sweep(model, many, store=tmp_path / "fresh.zarr")
    assert files_of(tmp_path / "grown.zarr") == files_of(tmp_path / "fresh.zarr")
    # Not the other way round: a grid with fewer values is another sweep, and is refused.
    with pytest.raises(hg.HedgingGamesError, match="store of another sweep"):
        sweep(model, few, store=tmp_path / "grown.zarr")


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_numbers_of_regimes_are_counted_alike_with_places_for_all_and_for_two(monkeypatch):
    rng = np.random.default_rng(2)
    kinds = rng.integers(0, 2**62, 40, dtype=np.uint64)
    numbers = kinds[rng.integers(0, 40, 5000)]
    expected = {
        (int(code), int(count), int(first))
        for code, first, count in zip(*np.unique(numbers, return_index=True, return_counts=True), strict=True)
    }
    assert set(regimes._counted_by_place(numbers)) == expected
    monkeypatch.setattr(regimes, "_PLACES", 2)
    monkeypatch.setattr(regimes, "_SHIFT", np.uint64(63))
    assert set(regimes._counted_by_place(numbers)) == expected


def test_regimes_of_continuous_choices_tell_the_event_where_actions_do_not():
    # x = max(0, a), and nobody takes an action: of -1, -199/200, ..., 1 there are 201 up to 0.
    model = read_model_text(
        """
title: No action
players: [A]
parameters: {a: {baseline: 1/2, range: [-1, 1]}}
play: {x: {by: A, actions: {from: 0, to: 1}}}
payoffs: {A: a*x - x**2/2}
hedge: x > 0
"""
    )
    found, few = sweep(model, {"a": hg.span(-1, 1, 401)}), sweep(model, {"a": hg.span(-1, 1, 5)})
    assert (found.task.compiled, few.task.compiled) == (True, False)
    assert [(r.points, r.hedging, r.equilibria) for r in found.regimes] == [(201, "none", ("",)), (200, "every", ("",))]
    assert [(r.points, r.hedging) for r in few.regimes] == [(3, "none"), (2, "every")]
    assert {r.code for r in found.regimes} == {r.code for r in few.regimes}
    assert "no equilibrium" not in str(found)
