"""Regions before the judge: what is right passes at points inside and outside, and what is wrong raises, whichever way it is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

import hedging_games as hg
from hedging_games.algebra.formulas.formula import FALSE, TRUE, holds_at, negation
from hedging_games.analysis.conditions import judged as judging
from hedging_games.analysis.conditions import solved
from hedging_games.analysis.conditions.judged import judge_outcomes, judge_phases, judge_region
from hedging_games.analysis.conditions.question import outcomes_of
from hedging_games.cli.main import cli

CARD = hg.load("engagement-card")


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize("name", ["engagement-card", "dependence-backlash", "delegated-engagement", "hedging-triangle"])
def test_regions_agree_with_the_solver(name, among):
    found = judge_region(hg.condition(hg.load(name), among))
    assert found.points >= 3
    assert not found.notes


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize("wrong", [negation, lambda _: TRUE, lambda _: FALSE])
def test_a_region_that_is_wrong_raises(among, wrong):
    region = hg.condition(CARD, among)
    with pytest.raises(AssertionError, match="and solving finds"):
        judge_region(replace(region, formula=wrong(region.formula), branches=()))


# The event is played in the outcome that aligns, so the region would say: the profile is looked at, not only the event.
def test_an_outcome_that_is_not_played_raises():
    region = hg.condition(CARD, "some")
    engaged = next(b for b in region.branches if len(b.taken) == 3)
    (aligned,) = (o for o in outcomes_of(region.setting, region.concept) if len(o.taken) == 1)
    turned = replace(engaged, path=aligned.path)
    with pytest.raises(AssertionError, match="is said to be played"):
        judge_region(replace(region, branches=(turned,)))


def test_what_is_played_by_mixing_at_ties_has_no_path_of_its_own():
    region = hg.condition(CARD, "some")
    mixed = replace(region.branches[0], path=(), taken=())
    assert judge_region(replace(region, branches=(mixed,))).points


def test_a_region_that_does_not_follow_every_equilibrium_is_asked_for_one_side():
    region = hg.condition(CARD, "some")
    nothing = replace(region, formula=FALSE, branches=(), complete=False)
    assert (
        judge_region(nothing).points == judging.OUTSIDE
    )  # "not played" is no more than "not played in what was followed"
    with pytest.raises(AssertionError):
        judge_region(replace(nothing, formula=TRUE))


def test_what_is_too_large_is_skipped_with_a_note(monkeypatch):
    monkeypatch.setattr(solved, "MOST_HISTORIES", 2)
    found = judge_region(hg.condition(CARD, "some"))
    assert found.points == 0
    assert "more than 2 histories" in found.notes[0]


# By hand (test_claims_payoffs): with all else at the baseline, Align alone for card < 3, Engage alone for card > 3.
def test_a_list_of_outcomes_with_one_missing_or_one_too_many_raises():
    held = {name: p.baseline for name, p in CARD.parameters.items() if name != "card"}
    setting = hg.condition(CARD, "some", fixed=held).setting
    listed = outcomes_of(setting, "subgame-perfect")
    at_five = [o for o in listed if holds_at(o.formula, [Fraction(5)])]
    at_one = [o for o in listed if holds_at(o.formula, [Fraction(1)])]
    assert judge_outcomes(setting, "subgame-perfect", at_five, [Fraction(5)], complete=True)
    with pytest.raises(AssertionError, match="that is not listed"):
        judge_outcomes(setting, "subgame-perfect", [], [Fraction(5)], complete=True)
    with pytest.raises(AssertionError, match="is said to be played"):
        judge_outcomes(setting, "subgame-perfect", at_one, [Fraction(5)], complete=True)


def test_phases_agree_with_the_solver_and_a_wrong_one_raises():
    found = hg.phases(CARD, ["card"])
    assert judge_phases(found).points == 2  # at card = 3 there are infinitely many equilibria
    swapped = replace(found, branches=tuple(reversed(found.branches)))
    with pytest.raises(AssertionError, match="solving finds"):
        judge_phases(swapped)


# --- the time limit ---------------------------------------------------------------------------------------------------------


def test_at_a_time_limit_the_condition_itself_is_there():
    region = hg.condition(hg.load("cherry-picking"), "some")
    region.list_cells(1e-6)
    assert not region.is_listed
    assert "the time limit was reached" in region.listing_notes[0]
    assert region.cells or "as it was derived, not reduced" in str(region) or "inequalities, not reduced" in str(region)
    # It still answers.
    assert region.contains() in (True, False)


def test_the_command_prints_what_it_has(monkeypatch):
    from hedging_games.analysis.conditions import region as regions

    listed = regions.listed
    monkeypatch.setattr(regions, "listed", lambda region, seconds=None, *, generic=False: listed(region, 1e-6))  # noqa: ARG005
    done = CliRunner().invoke(cli, ["condition", "engagement-card", "--among", "some", "--format", "json"])
    assert done.exit_code == 0
    found = json.loads(done.output)
    assert found["complete"] is False
    (outcome,) = [part for part in [found["formula"]] if part]
    assert "else Ally would play Punish" in json.dumps(outcome)
    text = CliRunner().invoke(cli, ["condition", "engagement-card", "--among", "some"]).output
    assert "as it was derived, not reduced" in text
    assert "else Ally would play Punish" in text
