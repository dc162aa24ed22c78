"""Sweeps of the event alone: the formulas of the region, where a sweep does not tell the equilibria apart by formulas."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import hedging_games as hg
from hedging_games.analysis.solve import solve
from hedging_games.analysis.sweep.pointwise import answer
from hedging_games.analysis.sweep.regimes import answer_codes, flags_of
from hedging_games.analysis.sweep.run import TOLD
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH, NOT_ADMISSIBLE
from hedging_games.model.reader import read_model_text

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
    assert TOLD in str(hg.sweep(hg.load("blockade-threat"), GRIDS["blockade-threat"], outputs=()))
    assert TOLD not in str(hg.sweep(hg.load("forced-choice"), {"hazard": ["0", "1/2"]}, outputs=()))


ATTRITION = """
title: Attrition
players: [A, B, C, D]
parameters: {prize: {baseline: 4, range: [1, 9]}}
discount: 9/10
play: {A: [Stay, Quit], B: [Stay, Quit], C: [Stay, Quit], D: [Stay, Quit]}
payoffs:
  A: "prize*[A.Stay and (B.Quit or C.Quit or D.Quit)] - [A.Stay and B.Stay and C.Stay and D.Stay]"
  B: "prize*[B.Stay and (A.Quit or C.Quit or D.Quit)] - [A.Stay and B.Stay and C.Stay and D.Stay]"
  C: "prize*[C.Stay and (A.Quit or B.Quit or D.Quit)] - [A.Stay and B.Stay and C.Stay and D.Stay]"
  D: "prize*[D.Stay and (A.Quit or B.Quit or C.Quit)] - [A.Stay and B.Stay and C.Stay and D.Stay]"
next:
  - {at: A.Stay and B.Stay and C.Stay and D.Stay, to: same}
  - {at: not (A.Stay and B.Stay and C.Stay and D.Stay), to: end}
hedge: {first: A.Quit and B.Quit}
"""


def test_formulas_of_pure_equilibria_never_answer_for_all():
    # Whoever quits alone ends the war: two never quit at once in a pure equilibrium, and in the symmetric mixed one they may. So many
    # players' mixed equilibria are not derived with the prize left open: the answer for all of them is not that of the pure ones.
    model = read_model_text(ATTRITION)
    pure = hg.sweep(model, {"prize": ["2", "4"]}, outputs=(), concept="pure-markov-perfect")
    assert (pure.task.compiled, pure["some"].tolist()) == (True, [0, 0])
    mixed = hg.sweep(model, {"prize": ["2", "4"]}, outputs=(), concept="markov-perfect", time_limit=5)
    assert not mixed.task.compiled
    assert 0 not in mixed["some"].tolist()


def test_a_sensitivity_analysis_says_so_too():
    # Where the ally's threat is dear to it, no single parameter's interval is guessed: its ends are exact, with square roots.
    found = hg.sensitivity("blockade-threat", ["concession", "effort"], points=16)
    assert TOLD in found.notes
    # By hand at the baseline (harm_small 4, face 1 > harm_partner 1/2): effort/2*(1 - concession/4)^2 <= concession; with effort 3
    # that is 3*concession^2 - 56*concession + 48 <= 0, and with concession 1 effort <= 32/9.
    concession, effort = found.indices
    assert (effort.intervals[0].low, effort.intervals[0].high) == (0, Fraction(32, 9))
    assert (concession.intervals[0].high, concession.intervals[0].high_closed) == (10, True)
    low = concession.intervals[0].low
    assert 3 * low * low - 56 * low + 48 == 0


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
