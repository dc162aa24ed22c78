"""Sweeps of the event alone: the formulas of the region, where a sweep does not tell the equilibria apart by formulas."""

from __future__ import annotations

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.solve import solve
from hedging_games.analysis.sweep.pointwise import answer
from hedging_games.analysis.sweep.regimes import answer_codes, flags_of
from hedging_games.analysis.sweep.run import BY_WORD
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH, NOT_ADMISSIBLE

GRIDS = {
    # Whole numbers and halves: ties are the rule, not the exception.
    "blockade-threat": {"concession": ["0", "1", "2"], "harm_small": ["1", "2"], "effort": ["0", "1", "4"]},
    "tariff-linkage": {"outside": ["0", "1/4", "1"], "linkage": ["0", "1/2"], "effort": ["0", "1"]},
    "rival-forum": {
        "status_quo": ["-1/2", "0", "1/2"],
        "russia_ideal": ["-1/2", "0", "1"],
        "membership_cost": ["0", "1"],
    },
    "tightrope": {"discount": ["1/2", "4/7", "9/10"], "prize": ["2", "3"]},
    "sanctions-waiver": {"discount": ["1/2", "9/10"], "sanction": ["0", "1", "2"]},
    "sanctions-waiver-discretionary": {"discount": ["1/2", "9/10"], "sanction": ["0", "1", "2"]},
    "forced-choice": {"hazard": ["0", "1/10", "1/2"], "planned_cost": ["0", "1", "2"]},
    "restraining-pyongyang": {"offer_cost": ["0", "1", "5/2"], "peace": ["0", "1", "3"], "support": ["0", "2"]},
}


@pytest.mark.parametrize("name", GRIDS)
def test_formulas_of_the_event_are_what_solving_each_point_finds(name):
    model = hg.load(name)
    found = hg.sweep(model, GRIDS[name], outputs=())
    assert found.task.compiled
    settled = 0
    for place in np.ndindex(found["some"].shape):
        point = {axis.name: axis.values[k] for axis, k in zip(found.task.design.axes, place, strict=True)}
        flags = int(found["some"][place]), int(found["every"][place])
        try:
            solved = answer(solve(model.at(**point), found.task.concept))
        except hg.InputError:
            assert flags == (NOT_ADMISSIBLE, NOT_ADMISSIBLE), point
            continue
        for told, exact in zip(flags, solved, strict=True):
            if exact != COULD_NOT_FINISH:
                assert told == exact, (point, flags, solved)
                settled += 1
    assert settled >= 8


def test_points_outside_the_declared_ranges_are_solved_by_themselves():
    # Declared for concessions from 0 on: what holds there need not hold below.
    model = hg.load("blockade-threat")
    declared = model.parameters["face"].range
    values = [declared.low, declared.high, declared.high + 7]
    found = hg.sweep(model, {"face": values}, outputs=())
    solved = [answer(solve(model.at(face=value), found.task.concept)) for value in values]
    assert list(zip(found["some"].tolist(), found["every"].tolist(), strict=True)) == solved


def test_what_rests_on_z3_says_so_and_nothing_else_does():
    assert BY_WORD in str(hg.sweep(hg.load("blockade-threat"), GRIDS["blockade-threat"], outputs=()))
    assert BY_WORD not in str(hg.sweep(hg.load("forced-choice"), {"hazard": ["0", "1/2"]}, outputs=()))


def test_where_regimes_are_asked_for_each_point_is_solved():
    model = hg.load("forced-choice")
    assert not hg.sweep(model, {"hazard": ["0", "1/2"]}).task.compiled
    assert hg.sweep(model, {"hazard": ["0", "1/2"]}, outputs=()).task.compiled


def test_formulas_that_disagree_with_the_solver_are_never_passed_off(monkeypatch):
    from hedging_games.analysis.sweep import run

    monkeypatch.setattr(run, "answer", lambda _found: (0, 0))
    with pytest.raises(AssertionError, match="formulas and solver disagree"):
        hg.sweep(hg.load("blockade-threat"), {"face": ["1", "2"]}, outputs=())


def test_every_pair_of_flags_has_a_number_of_its_own():
    flags = [(some, every) for some in (1, 0, -1, -2) for every in (1, 0, -1, -2)]
    codes = [int(answer_codes(np.int8(some), np.int8(every))) for some, every in flags]
    assert [flags_of(code) for code in codes] == flags
