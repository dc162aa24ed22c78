"""What every model of the catalogue says about its claims, and claims that one of them refutes at points that it names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest

import hedging_games as hg
from cards import CARD
from hedging_games.analysis.claims.examine import examined
from hedging_games.errors import ModelFileError
from hedging_games.model.catalogue import every_name


@pytest.mark.parametrize("name", every_name())
def test_each_claim_of_an_essay_says_what_its_verdict_means_and_each_file_states_a_finding(name):
    model = hg.load(name)
    essay = [claim for claim in model.claims if not claim.says.startswith("Finding")]
    assert len(essay) < len(model.claims)
    for claim in essay:
        assert claim.means, claim.says


def test_a_finding_says_what_it_adds_to_its_source_and_of_which_equilibria():
    model = hg.load("war-of-attrition")
    claim = next(claim for claim in model.claims if claim.says.startswith("Finding") and not claim.means)
    found = examined(model, claim)
    # That a side may yield at once is true of some equilibrium, and not of every one: the other side may yield instead.
    assert (found.verdict, found.opposite.verdict) == ("proved", "refuted")
    assert found.means.endswith("same premises, but only as a sentence about some equilibrium.")
    both = replace(found, opposite=replace(found.opposite, verdict="proved"))
    assert both.means.endswith("same premises, whether some or every equilibrium is meant.")
    assert replace(found, opposite=None).means.endswith("it follows from the same premises.")


def test_a_sentence_is_shown_with_its_verdict_and_with_no_other():
    model = hg.load("engagement-card")
    claim = model.claims[0]
    assert examined(model, claim).means == claim.means["proved"]
    other = replace(claim, means={"refuted": "It fails."})
    assert examined(model, other).means == "The sentence stands, in all of the ranges."
    assert "means:" not in str(examined(model, other))


# The hedging triangle at security 2, retained 1/2, trade 21/10, sanction 1/2, coercion 2, press_cost 2, leverage 6, access 1, coerce_cost 6/5,
# deterrence 2, restraint 0, wedge 1. Let h be the probability of Hedge, q of Engage, t of Tolerate.
# - The partner, where nobody tilts, gains by engagement -4/5 + 2*h: it leaves it to lots at h = 2/5.
# - The small state has 2*q at Align, 21/10*q + 2*q - 1 - (1 - t)/2 at Hedge: they are equal where 21/10*q = 1 + (1 - t)/2. Tilt is worth no
#   more than Hedge where 1 >= 2*(1 - q), q >= 1/2.
# - The ally gains by pressure 6*h - 2 - card*h*q, at h = 2/5 nothing where card*q = 1: q = 3/5 and t = 12/25 at card 5/3, and an equilibrium.
# At card 5/2 it would take q = 2/5, where tilting is better than hedging. There the pure Hedge, Press, Engage is left (6 - 2 - 5/2 > 0), and
# what has no Hedge in it. The same is true of leverage 17/3 and card 5/3: 17/3*2/5 - 2 = 4/15 = card*h*q at q = 2/5.
HERE = {
    "security": 2, "retained": F(1, 2), "trade": F(21, 10), "sanction": F(1, 2), "coercion": 2, "press_cost": 2, "access": 1,
    "coerce_cost": F(6, 5), "deterrence": 2, "restraint": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("moved", "played"),
    [
        ({"card": F(5, 3), "leverage": 6}, True),
        ({"card": F(5, 2), "leverage": 6}, False),
        ({"card": F(5, 3), "leverage": F(17, 3)}, False),
    ],
)
def test_the_hedge_is_lost_by_a_better_card_and_by_less_leverage(moved, played):
    found = hg.solve("hedging-triangle", "nash", **HERE, **moved)
    assert found.complete != "some"
    assert any(e.hedge for e in found) is played
    mixed = {"SmallState": {"Align": F(3, 5), "Hedge": F(2, 5)}, "Ally": {"Tolerate": F(12, 25), "Press": F(13, 25)}}
    mixed["Partner"] = {"Engage": F(3, 5), "Coerce": F(2, 5)}
    assert hg.judge(found.game, mixed, "nash").is_equilibrium is played


# With what is below Align is worth 1 - 7/2*(1 - q), Hedge 3/4 more than Tilt and 7/2*(1 - q) less, Tilt 5/2*q - 2*(1 - t). The partner gains
# (7 + wedge)*h + 14*l - 15/2 + 6 - 10*(1 - l) by engagement, l being the probability of Tilt, and the ally 7*(h + l) - 5 - 3/2*h*q by pressure.
# wedge 4: all three are worth 1/4 at q = 11/14, t = 1/7; the ally leaves it to lots where 163/28*h + 7*l = 5, the partner where 11*h + 24*l = 23/2.
# wedge 10: for sure Hedge, Press and Engage: 5/4 against 1 and 1/2; 1/2 gained by pressure, 17 - 3/2 - 10 > 0 by engagement.
def test_the_hedge_is_lost_by_a_larger_wedge():
    here = {
        "security": 1,
        "retained": F(3, 4),
        "trade": F(5, 2),
        "sanction": 2,
        "coercion": F(7, 2),
        "card": F(3, 2),
        "press_cost": 5,
    }
    here |= {"leverage": 7, "access": 7, "coerce_cost": 6, "deterrence": 10, "restraint": F(15, 2)}
    before, after = (hg.solve("hedging-triangle", "nash", **here, wedge=wedge) for wedge in (4, 10))
    assert before.complete == after.complete == "all"
    (mixed,), (pure,) = before, after
    hedge, tilt = (mixed.profile.at("SmallState")[action] for action in ("Hedge", "Tilt"))
    assert (F(163, 28) * hedge + 7 * tilt, 11 * hedge + 24 * tilt) == (5, F(23, 2))
    assert mixed.profile.at("Ally")["Tolerate"] == F(1, 7)
    assert (
        pure.profile.at("Ally")["Press"]
        == pure.profile.at("SmallState")["Hedge"]
        == pure.profile.at("Partner")["Engage"]
        == 1
    )


def test_the_triangles_claims_are_refuted_of_mixed_and_proved_of_pure_equilibria():
    assert [f.verdict for f in hg.examine("hedging-triangle")] == ["refuted"] * 3 + ["proved"] * 3 + ["refuted"] + [
        "proved"
    ] * 2


# Each claim of some and of every equilibrium, by its first letter, where a model's own tests do not say it. What they are by hand:
# - allied-resistance: all accepting and all resisting are equilibria under all assumptions, for either threshold, so everything said is so in some and
#   nothing in every one.
# - cherry-picking: with bare picking not tolerated, some equilibrium tolerates a contribution if p > 0 and cost_reliable <= autonomy (a condition). One in which
#   all pick and are downgraded is left, whatever the ally then thinks of who contributes. If words cost nothing both types say what is tolerated,
#   so that the ally learns nothing: refuted of both. Where cost_reliable > autonomy nobody contributes; cost_wavering does not matter for this.
# - delegated-engagement: see test_delegated_engagement.
# - dependence-backlash: Left needs Assert against a voter that punishes, exploitation*dependence >= hostility; or Assert at the voter's tie,
#   resentment*dependence = tilt_cost, which more dependence ends. In every equilibrium it takes that Assert is better than restraint, which
#   more dependence only helps.
# - engagement-card: Restrain needs engagement_gain*(1 - retained_share) >= restraint_cost, which more retained_share ends.
# - latent-threat: a small state that moderation leaves with the prior hedges where p*harm < (1 - p)*gain. Beyond, were moderation always
#   balanced against, it would be made by the benign alone (Aggress costs them aggression_cost > 0, and yields a revisionist early_gain > 0), and then
#   hedging toward it is worth gain > 0: so some is played in every equilibrium short of p = 1.
SIDES = {
    "allied-resistance": "pr pr pr pr",
    "cherry-picking": "cr pp rr pp pr pp",
    "delegated-engagement": "cc pp pp pp",
    "dependence-backlash": "rp rr pp pp",
    "engagement-card": "pp rr pp pp",
    "latent-threat": "pp pp rr pp rp pp pp",
    "gradual-decoupling": "cc cc rp rp rr rr pp pp pp",
    "restraining-pyongyang": "pp pp pu rp pp pr",
}
SLOW = {"gradual-decoupling": 9, "restraining-pyongyang": 50}
"""Seconds that these take: ``reproduce --check`` compares their verdicts too."""


@pytest.mark.parametrize("name", SIDES)
def test_each_claim_is_judged_of_both_sides_as_by_hand(name, thorough):
    if name in SLOW and not thorough:
        pytest.skip("HG_THOROUGH=1 judges it")
    sides = [f"{f.verdict_among('some')[0]}{f.verdict_among('every')[0]}" for f in hg.examine(name)]
    assert " ".join(sides) == SIDES[name]


# A retained share of 4/5 leaves the partner 4 - 1 = 3 for restraint and 16/5 for support: it supports its client, and the wedge is gone.
def test_the_wedge_is_asked_of_the_partner_and_patience_of_the_ally():
    wedge = hg.load("engagement-card").claims[1]
    assert str(wedge.outcome) == "Restrain"
    assert str(hg.load("gradual-decoupling").claims[0].outcome) == "Patient"


def test_each_essay_is_named_with_its_author_and_each_case_gives_a_reason():
    for name in hg.catalogue():
        model = hg.load(name)
        assert ("Nepal" not in model.source) or "Minji Choe" in model.source, name
        assert model.cases, name
        for case in model.cases.values():
            assert any(value != model.parameters[of].baseline for of, value in case.values.items()), (name, case.name)
            assert len(case.note) > len("All assumed."), (name, case.name)


def test_where_the_points_that_are_tried_do_not_refute_a_claim_it_is_examined_as_any_other():
    model = hg.load("hedging-triangle")
    pure = replace(model.claims[0], concept="pure-nash")
    assert examined(model, pure).verdict == "proved"
    far = replace(model.claims[0], tried={"card": (F(1), F(20))})
    assert "to be tried where parameters are not: " in examined(model, far).why


GROWS = CARD.replace("KEY", "region: never shrinks, with: card, KEY")


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("try: {card: 3}", "'try' does not name two values of one parameter"),
        ("try: {card: [3, 4], loss: [1, 2]}", "'try' does not name two values of one parameter"),
        ("try: {card: [3, 4, 5]}", "'try' does not name two values of one parameter"),
        ("try: {card: [3, 10]}", r"'card' is tried at 10, outside its range \[0, 9\]"),
        ("try: {crd: [3, 4]}", "unknown key 'crd' in 'try'"),
        ("try: {loss: [3, 4]}", "'try' moves 'loss', and the claim is about card"),
        ("try: {card: [4, 3]}", "'try' names two values of 'card', the larger one first"),
        ("try: {card: [4, 4]}", "'try' names two values of 'card', the same twice"),
        ("at: {loss: 3}, try: {card: [3, 4], loss: 5}", "'loss' is held by 'at', and named by 'try'"),
        ("means: {true: It is so.}", "unknown key 'true' in 'means'"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said(key, what):
    with pytest.raises(ModelFileError, match=what):
        hg.read_model_text(GROWS.replace("KEY", key))


def test_points_at_which_something_else_moves_refute_nothing():
    """Tolerate is best from card >= loss on: a larger card never ends it, a larger loss or a smaller card does."""
    model = hg.read_model_text(GROWS.replace("KEY", "try: {card: [4, 6]}"))
    assert examined(model, model.claims[0]).verdict == "proved"
    for tried in ({"loss": (F(3), F(5))}, {"card": (F(6), F(4))}):
        assert "tried is not what the claim says" in examined(model, replace(model.claims[0], tried=tried)).why


def test_what_a_claim_tries_and_means_is_kept_when_it_is_written_out():
    model = hg.read_model_text(
        GROWS.replace("KEY", "try: {card: [1/3, 4], loss: 2}, means: {proved: 'It is so: always.'}")
    )
    assert model.claims[0].tried == {"card": (F(1, 3), F(4)), "loss": (F(2),)}
    assert hg.read_model_text(model.dump()) == model
