"""Claims between two models, each a single decision that is solved at sight.

In *near*, A hedges where card >= cost; in *far*, where card >= cost + toll. So the region of far lies in that of near where toll >= 0, strictly
where toll > 0. A gets max(card - cost, 0) in near and max(card - cost - toll, 0) in far.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.report.region_answers import claims_answer, claims_table

NEAR = """
title: Near
players: {A: {role: small state}}
parameters:
  cost: {baseline: 1, range: [0, 4], meaning: a cost, source: assumed}
  card: {baseline: 2, range: [0, 4], meaning: a card, source: assumed}
play: {Move: {by: A, actions: [Hedge, Align]}}
payoffs: {A: "(card - cost)*[Hedge]"}
hedge: Hedge
"""
# The order of the parameters is another one: coordinates are told apart by name.
FAR = """
title: Far
players: {A: {role: small state}}
parameters:
  toll: {baseline: 1, range: [0, 4], meaning: a toll, source: assumed}
  card: {baseline: 2, range: [0, 4], meaning: a card, source: assumed}
  cost: {baseline: 1, range: [0, 4], meaning: a cost, source: assumed}
play: {Move: {by: A, actions: [Hedge, Align]}}
payoffs: {A: "(card - cost - toll)*[Hedge]"}
hedge: Hedge
"""


@pytest.fixture
def finding(tmp_path):
    def found(claim, text=FAR, other=NEAR):
        (tmp_path / "near.yaml").write_text(other, encoding="utf-8")
        path = tmp_path / "far.yaml"
        compare = tmp_path / "near.yaml"
        path.write_text(text + f"claims:\n  - {{says: It is so, compare: '{compare}', {claim}}}\n", encoding="utf-8")
        (answer,) = hg.examine(hg.load(str(path)))
        return answer

    return found


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("region: never widens", "proved"),
        ("region: shrinks", "proved"),
        ("region: never shrinks", "refuted"),
        ("region: widens", "refuted"),
        ("region: same", "refuted"),
        ("region: same, at: {toll: 0}", "proved"),
        ("region: shrinks, at: {toll: 0}", "refuted"),
        # Where the card is worth less than the cost, nobody hedges in either.
        ('region: same, if: "card < cost"', "proved"),
        ("region: never shrinks, among: every", "refuted"),
        ("region: never widens, among: every", "proved"),
        ("payoff: A, moves: never rises", "proved"),
        ("payoff: A, moves: falls", "proved"),
        ("payoff: A, moves: never falls", "refuted"),
        ("payoff: A, moves: never falls, at: {toll: 0}", "proved"),
        ("payoff: A, moves: rises, at: {toll: 0}", "refuted"),
    ],
)
def test_regions_and_payoffs_of_two_models(finding, claim, verdict):
    assert finding(claim).verdict == verdict


def test_a_counterexample_is_a_point_of_both(finding):
    found = finding("region: never shrinks")
    (point,) = found.counterexample
    assert set(point) == {"cost", "card"}
    assert 0 <= point["card"] - point["cost"] < 1  # toll is held at 1
    assert found.why == "confirmed by solving there"


# In a box of 16, near hedges on a triangle of 8, far (its toll held at 1) on one of 9/2: the first is not in the second on 7/2, and A is worse
# off in far on the 8 without the diagonal, which fills nothing. Under card >= cost these are 7/16 and all.
@pytest.mark.parametrize(
    ("claim", "share"),
    [
        ("region: never shrinks", Fraction(25, 32)),
        ("region: same", Fraction(25, 32)),
        ("region: never widens", Fraction(1)),
        ("payoff: A, moves: never falls", Fraction(1, 2)),
        ("payoff: A, moves: never rises", Fraction(1)),
        ('region: never shrinks, if: "card >= cost"', Fraction(9, 16)),
        ('payoff: A, moves: never falls, if: "card >= cost"', Fraction(0)),
    ],
)
def test_the_share_of_the_box_in_which_it_holds(finding, claim, share):
    found = finding(claim)
    assert found.share.exact
    assert found.share.value == share
    (said,) = claims_answer([found])["claims"]
    assert (said["share"], said["share_error"]) == (str(share), "0")
    assert claims_table([found]).rows[0][-1] == str(share)
    assert (f"holds in this share of the box: {share}" in str(found)) == (found.verdict != "proved")


# Near has what this one has not where card**2 < cost <= card: 1/2 - 1/3 = 1/6 of 16.
def test_a_curved_share_is_an_estimate_with_its_error(finding):
    curved = NEAR.replace("Near", "Curved").replace("(card - cost)*", "(card*card - cost)*")
    found = finding("region: never shrinks", curved)
    assert not found.share.exact
    assert 0 < found.share.error < 1e-3
    assert abs(found.share.value - (1 - 1 / 96)) < 5 * found.share.error
    assert found.verdict == "refuted"


def test_what_is_held_is_said(finding):
    found = finding("region: never widens")
    assert dict(found.held) == {"toll": Fraction(1)}
    (said,) = claims_answer([found])["claims"]
    assert said["held"] == {"toll": "1"}
    assert "held toll = 1" in said["tested"]
    assert "from " in said["tested"]
    # What the other model has of its own is held under its name.
    back = finding("region: never shrinks", NEAR, FAR)
    (name,) = back.held
    assert name.endswith(".toll")
    assert back.held[name] == 1


def test_ranges_that_differ_are_not_compared(finding):
    narrow = NEAR.replace("card: {baseline: 2, range: [0, 4]", "card: {baseline: 2, range: [0, 3]")
    found = finding("region: never widens", FAR, narrow)
    assert {name.split(".")[-1] for name in found.held} == {"toll", "card"}


# far without its toll and with an assumption: what near assumes is assumed when the two are compared.
def test_assumptions_of_both_models_count(finding):
    assumed = NEAR.replace("card: {baseline: 2", "card: {baseline: 1/2") + "assume: [card < cost]\n"
    assert finding("region: same", FAR, assumed).verdict == "proved"
    assert finding("region: same", FAR, NEAR).verdict == "refuted"


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("holds: everywhere", "compared by their region or by a payoff"),
        ("region: widens, with: toll", "compared by their region or by a payoff"),
        ("region: same, at: {card: 1, cost: 1}", "share no open parameter"),
    ],
)
def test_what_cannot_be_compared_says_why(finding, claim, why):
    found = finding(claim)
    assert found.verdict == "undecided"
    assert why in found.why


def test_a_model_that_is_not_there(tmp_path):
    path = tmp_path / "far.yaml"
    path.write_text(FAR + "claims:\n  - {says: x, compare: nowhere-to-be-found, region: same}\n", encoding="utf-8")
    (found,) = hg.examine(hg.load(str(path)))
    assert found.verdict == "undecided"
    assert "nowhere-to-be-found" in found.why


# Three players who choose at once, one among four actions, the third's worth depending on another's choice: pure equilibria alone are
# followed, and a comparison says so.
# (Were it not to depend, the third would be apart, and mixed equilibria would be followed as those of the two.)
def test_a_comparison_is_not_proved_of_what_was_not_followed(finding):
    pennies = """
title: Pennies
players: {A: {role: ally}, B: {role: partner}, C: {role: small state}}
parameters: {x: {baseline: 1, range: [1, 3], meaning: a stake, source: assumed}}
play:
  Row: {by: A, actions: [a1, a2, out, off]}
  Column: {by: B, actions: [b1, b2]}
  Onlooker: {by: C, actions: [c1, c2]}
payoffs:
  A: "x*[a1 and b1] - [a1 and b2] - [a2 and b1] + [a2 and b2] - 4*[out] - 4*[off]"
  B: "-x*[a1 and b1] + [a1 and b2] + [a2 and b1] - [a2 and b2]"
  C: "-1*[c2] - [c2 and b1]"
hedge: a1
"""
    # The same with a1 out of the question: then it is played nowhere, in pennies (mixed) everywhere.
    without = pennies.replace("x*[a1 and b1] - [a1 and b2]", "x*[a1 and b1] - [a1 and b2] - 9*[a1]")
    found = finding("region: never shrinks", without, pennies)
    assert found.verdict == "undecided"
    assert "of pure equilibria" in found.why
    assert found.share is None
