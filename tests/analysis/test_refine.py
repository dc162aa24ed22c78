"""Refining an answer: what is kept and dropped, with which completeness, from Python and from the command line."""

from __future__ import annotations

import json

import pytest

import hedging_games as hg
from command_line import answer, run
from hedging_games.errors import ConceptError, InputError


def test_cherry_picking_keeps_only_separation():
    # p = 1/4, autonomy 2, costs 1/2 and 3. Pooling on Pick pays both types 0. Contribute never pays the wavering type
    # (2 - 3 < 0), so it comes from the reliable one; the ally then tolerates and the reliable type gets 3/2: both points of
    # the pooling component fall, and what is left is one isolated equilibrium: complete.
    found = hg.solve(hg.load("cherry-picking").at())
    refined = hg.refine(found, "intuitive")
    assert len(found) == 3
    assert [e.profile.at("Offer after reliable")["Contribute"] for e in refined.kept] == [1]
    assert (refined.kept.complete, refined.kept.components) == ("all", ((0,),))
    assert len(refined.dropped) == 2
    assert {one.criterion for one in refined.dropped} == {"intuitive"}
    assert all("at least 3/2 instead of 0" in one.reason for one in refined.dropped)
    # Nothing is left for the second criterion to drop.
    assert len(hg.refine(found, "intuitive", "D1").dropped) == 2


def test_a_set_judged_at_its_corners_alone_is_not_called_complete():
    # Row's second action is never better and worse against Right: (2, Left) is one end of a segment of equilibria, whose
    # inner points are dominated too, but only its ends are judged.
    game = hg.matrix_game([[1, 1], [1, 0]], [[1, 0], [1, 0]], actions=[["1", "2"], ["Left", "Right"]])
    found = hg.solve(game)
    assert (len(found), found.complete) == (2, "extreme")
    refined = hg.refine(found, "undominated")
    assert [e.profile.at("Player 1")["1"] for e in refined.kept] == [1]
    assert refined.kept.complete == "some"
    assert any("only the listed points" in note for note in refined.kept.notes)
    assert "Player 1's strategy is never better and sometimes worse than 1" in str(refined)


def test_everything_may_be_dropped():
    # Matching pennies has one equilibrium, in undominated strategies: nothing goes. In the second game the only
    # equilibrium with Out stays alone: an empty answer needs a list that was empty.
    pennies = hg.matrix_game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert len(hg.refine(hg.solve(pennies), "undominated").kept) == 1
    none = hg.solve(pennies, "pure-nash")
    assert len(none) == 0
    assert hg.refine(none, "undominated").kept.complete == "all"


def test_refusals():
    found = hg.solve(hg.load("cherry-picking").at())
    with pytest.raises(ConceptError, match="no refinement is called 'intuition'"):
        hg.refine(found, "intuition")
    with pytest.raises(InputError, match="no criterion is named"):
        hg.refine(found)
    nash = hg.solve(hg.load("cherry-picking").at(), "nash")
    with pytest.raises(ConceptError, match="D1 presumes best replies off the path, and these are nash equilibria"):
        hg.refine(nash, "D1")
    responses = hg.solve(hg.load("cherry-picking").at(), "qre")
    with pytest.raises(ConceptError, match="undominated judges Nash equilibria"):
        hg.refine(responses, "undominated")
    with pytest.raises(ConceptError, match="intuitive is for signalling games"):
        hg.refine(hg.solve(hg.load("engagement-card").at()), "intuitive")


# --- the command line -------------------------------------------------------------------------------------------------


def test_solve_refine():
    found = answer("solve", "cherry-picking", "--refine", "intuitive")
    assert len(found["equilibria"]) == 1
    assert found["complete"] == "all"
    assert found["refined"]["by"] == ["intuitive"]
    assert [one["equilibrium"]["payoffs"] for one in found["refined"]["dropped"]] == [
        {"SmallState": "0", "Ally": "0"},
        {"SmallState": "0", "Ally": "0"},
    ]
    done = run("solve", "cherry-picking", "--refine", "intuition")
    assert done.returncode == 2
    assert "intuitive" in done.stderr


def test_refine_at_points(tmp_path):
    # Where p = 3/4 the ally tolerates whatever it learns nothing from.
    rows = tmp_path / "rows.csv"
    rows.write_text("p\n1/4\n3/4\nno number\n")
    lines = run("solve", "cherry-picking", "--refine", "D1", "--points", str(rows)).stdout.splitlines()
    first, second, third = map(json.loads, lines)
    assert len(first["refined"]["dropped"]) == 2
    assert second["refined"]["by"] == ["D1"]
    assert set(third) == {"error"}


def test_eliminate():
    # Hedging triangle at its baseline: Align is worth 5 and 3 more or less than Tilt whatever the others do; Press costs
    # the ally 3/2 and brings 1 at most.
    found = answer("eliminate", "hedging-triangle")
    assert found["complete"] is True
    assert [(r["round"], r["player"], r["plan"], r["dominated_by"]) for r in found["removals"]] == [
        (1, "SmallState", "Tilt", {"Align": "1"}),
        (1, "Ally", "Press", {"Tolerate": "1"}),
    ]
    assert found["surviving"] == {
        "SmallState": ["Align", "Hedge"],
        "Ally": ["Tolerate"],
        "Partner": ["Engage", "Coerce"],
    }


def test_risk_dominance():
    # demand 1, retaliation 4, threshold 3. Accept is best if another accepts with 1/4 or more: it loses 1 where all others
    # resist and saves 3 else. If every number of others is equally likely, Resist gets -4 * 2/3 = -8/3, Accept -1.
    found = answer("risk-dominance", "allied-resistance")
    assert [e["level"] for e in found["p_dominance"]] == ["1/4", "3/4"]
    assert found["risk_dominance"]["measures"] == ["5/3", "-5/3"]
    assert found["risk_dominance"]["dominant"] == 0
    plain = answer("risk-dominance", "hedging-triangle")
    assert plain["risk_dominance"] is None
    assert "two actions" in plain["notes"][0]
    assert run("risk-dominance", "cherry-picking").returncode == 2


def test_branch_and_precision(tmp_path):
    # At precision 0 choice is uniform; at the limit all accept (the risk-dominant equilibrium).
    table = tmp_path / "branch.csv"
    found = answer("branch", "allied-resistance", "--up-to", "5", "--out", str(table))
    assert found["points"][0]["Seoul.Accept"] == "0.5"
    assert found["points"][-1]["precision"] == "5.0"
    assert float(found["points"][-1]["Seoul.Accept"]) > 0.999
    assert found["written"] == [str(table)]
    assert len(table.read_text().splitlines()) == 1 + len(found["points"])
    # Half and half is what precision 0 predicts and every other one does not.
    half = answer("precision", "allied-resistance", "--count", "Seoul.Accept=5", "--count", "Seoul.Resist=5")
    assert float(half["precision"]) == 0
    assert half["observations"] == 10
    always = answer("precision", "allied-resistance", "--count", "Seoul.Accept=5")
    assert always["precision"] is None
    done = run("precision", "allied-resistance", "--count", "Seoul:5")
    assert (done.returncode, "DECISION.ACTION=NUMBER" in done.stderr) == (2, True)


def test_replicator(tmp_path):
    # Hawk and dove, value 2, cost 4: the share of hawks tends to 1/2 from anywhere inside.
    path = tmp_path / "hawk.nfg"
    path.write_text(
        'NFG 1 R "hawk and dove" { "One" "Two" } { { "Hawk" "Dove" } { "Hawk" "Dove" } } "" -1 -1 0 2 2 0 1 1\n'
    )
    found = answer("replicator", str(path), "--start", "Hawk=9/10", "--start", "Dove=1/10", "--until", "40")
    assert found["points"][0]["Hawk"] == "0.9"
    assert abs(float(found["points"][-1]["Hawk"]) - 0.5) < 1e-6
    done = run("replicator", "cherry-picking")
    assert (done.returncode, "not symmetric" in done.stderr) == (2, True)


def test_beliefs_off_the_path_are_sets():
    # Pooling on Pick: nobody contributes. Downgrading a contribution needs a belief of 1/2 at most in the reliable type (2 against 2);
    # tolerating it with 1/4 needs indifference. Where types separate, every belief follows from Bayes' rule.
    found = answer("solve", "cherry-picking")
    separating, downgraded, mixed = found["equilibria"]
    assert "belief_sets" not in separating
    reliable, wavering = "reliable, Contribute", "wavering, Contribute"
    assert downgraded["belief_sets"] == {
        "Reply after Contribute": [[{reliable: "0", wavering: "1"}, {reliable: "1/2", wavering: "1/2"}]]
    }
    assert mixed["belief_sets"] == {"Reply after Contribute": [[{reliable: "1/2", wavering: "1/2"}]]}
    text = run("solve", "cherry-picking").stdout
    assert "beliefs off the path in 1, Reply after Contribute: reliable, Contribute from 0 to 1/2" in text
    # Concepts without beliefs have none, and weak perfect Bayesian equilibrium leaves more choice.
    assert not any("belief_sets" in e for e in answer("solve", "cherry-picking", "--concept", "nash")["equilibria"])
    weak = answer("solve", "restraining-pyongyang", "--concept", "weak-pbe")["equilibria"]
    assert any("Moscow after Offer" in e.get("belief_sets", {}) for e in weak)
