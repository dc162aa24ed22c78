"""The public judge, on profiles that are right and profiles that are wrong; gains worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text

HALF = Fraction(1, 2)
PENNIES = hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
ROW, COLUMN = (s.label for s in PENNIES.form.information_sets)
FIRST, SECOND = PENNIES.form.information_sets[0].actions


def gains(judgement, player):
    return {d.name: d.gain for d in judgement.of(player)}


def test_the_equilibrium_of_matching_pennies():
    even = {
        label: dict.fromkeys(s.actions, HALF)
        for label, s in zip((ROW, COLUMN), PENNIES.form.information_sets, strict=True)
    }
    found = hg.judge(PENNIES, even)
    assert found.is_equilibrium
    assert found.largest_gain == 0
    assert {d.gain for d in found.deviations} == {0}
    assert not hg.judge(PENNIES, even, "pure-nash")


# Row plays its first action, column its first: row has 1, column -1. Column has 1 by its second action: a gain of 2.
# Row would have -1 by its second: a loss of 2.
def test_a_pure_profile_of_matching_pennies():
    found = hg.judge(PENNIES, {ROW: FIRST, COLUMN: PENNIES.form.information_sets[1].actions[0]})
    assert not found
    assert found.largest_gain == 2
    assert sorted(gains(found, COLUMN).values()) == [0, 2, 2]
    assert sorted(gains(found, ROW).values()) == [-2, 0, 0]
    assert found.why_not.startswith(f"{COLUMN} gains 2 by {PENNIES.form.information_sets[1].actions[1]}")
    assert "is not a nash equilibrium" in str(found)


# Row mixes 3/4, 1/4, column evenly. Against this column's two actions are worth -3/4 + 1/4 = -1/2 and 1/2, its mixture 0: it gains 1/2.
def test_a_mixed_profile_of_matching_pennies():
    second = PENNIES.form.information_sets[1].actions
    found = hg.judge(PENNIES, {ROW: {FIRST: "3/4", SECOND: "1/4"}, COLUMN: dict.fromkeys(second, HALF)})
    assert [d.gain for d in found.of(COLUMN)] == [-HALF, HALF, HALF]
    assert not found


# Two moves of one player, wrong together: only both changes at once pay. In a tree A chooses l or r, then after r again L or R; R pays 1,
# L pays -1, l pays 0. (l, L) is no equilibrium of the whole game by the plan r, R, though r alone, L being followed, loses 1.
TWICE = """
title: Twice
players: {A: {role: ally}}
parameters: {x: {baseline: 1, range: [0, 2], meaning: what R pays, source: assumed}}
play:
  First: {by: A, actions: [l, r]}
  Then: {by: A, actions: [L, R], sees: [First], when: r}
payoffs: {A: "x*[R] - [L]"}
hedge: r
"""


def test_a_plan_may_gain_where_no_single_departure_on_the_path_does():
    game = read_model_text(TWICE).at()
    found = hg.judge(game, {"First": "l", "Then": "L"}, "nash")
    named = gains(found, "A")
    assert named["r at 'First'"] == -1
    assert named["the best plan"] == 1
    assert not found
    assert hg.judge(game, {"First": "r", "Then": "R"}, "nash")


@pytest.mark.parametrize("name", ["engagement-card", "cherry-picking", "allied-resistance"])
def test_what_is_solved_is_judged_an_equilibrium(name):
    found = hg.solve(hg.load(name).at())
    for equilibrium in found:
        if equilibrium.error is None:
            judged = hg.judge(found.game, equilibrium.profile, found.concept, beliefs=equilibrium.beliefs)
            assert judged.is_equilibrium, str(judged)
            assert judged.largest_gain == 0


def test_beliefs_are_judged_too():
    found = hg.solve(hg.load("cherry-picking").at())
    equilibrium = found[0]
    label = "Reply after Contribute"
    (likely,) = (history for history, p in equilibrium.beliefs[label].items() if p == 1)
    (other,) = (history for history in equilibrium.beliefs[label] if history != likely)
    turned = {**equilibrium.beliefs, label: {other: 1}}
    judged = hg.judge(found.game, equilibrium.profile, beliefs=turned)
    assert not judged
    # The reply is to tolerate; against the wavering type alone downgrading is better, and the belief is not Bayes' anyway.
    assert judged.largest_gain > 0
    kept = hg.judge(
        found.game, equilibrium.profile, beliefs={**equilibrium.beliefs, label: {likely: "3/4", other: "1/4"}}
    )
    assert not kept
    with pytest.raises(hg.InputError, match="are needed under sequential"):
        hg.judge(found.game, equilibrium.profile)
    with pytest.raises(hg.InputError, match="have no say under nash"):
        hg.judge(found.game, equilibrium.profile, "nash", beliefs=turned)


# A prisoners' dilemma: both defecting is a Nash equilibrium, and the two together gain 2 each by cooperating.
def test_groups():
    dilemma = hg.matrix_game([[3, 0], [4, 1]], [[3, 4], [0, 1]])
    defect = {s.label: s.actions[1] for s in dilemma.form.information_sets}
    assert hg.judge(dilemma, defect, "nash")
    strong = hg.judge(dilemma, defect, "strong-nash")
    assert (bool(strong), strong.why_not) == (False, "a group gains 2")


def test_what_is_refused():
    even = {
        label: dict.fromkeys(s.actions, HALF)
        for label, s in zip((ROW, COLUMN), PENNIES.form.information_sets, strict=True)
    }
    for concept in ("correlated", "qre", "coalition-proof"):
        with pytest.raises(hg.ConceptError, match="no profile is judged by"):
            hg.judge(PENNIES, even, concept)
    with pytest.raises(hg.InputError):
        hg.judge(PENNIES, {ROW: {FIRST: HALF}, COLUMN: FIRST})
    with pytest.raises(hg.InputError):
        hg.judge(PENNIES, {"Nobody": FIRST})
