"""What every model of the catalogue says about its claims, and claims that one of them refutes at points that it names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest

import hedging_games as hg
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


def test_a_sentence_is_shown_with_its_verdict_and_with_no_other():
    model = hg.load("engagement-card")
    claim = model.claims[0]
    assert examined(model, claim).means == claim.means["proved"]
    other = replace(claim, means={"refuted": "It fails."})
    assert examined(model, other).means == "The sentence stands."
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
    assert [f.verdict for f in hg.examine("hedging-triangle")] == ["refuted"] * 3 + ["proved"] * 5


def test_where_the_points_that_are_tried_do_not_refute_a_claim_it_is_examined_as_any_other():
    model = hg.load("hedging-triangle")
    pure = replace(model.claims[0], concept="pure-nash")
    assert examined(model, pure).verdict == "proved"
    far = replace(model.claims[0], tried={"card": (F(1), F(20))})
    assert "to be tried where parameters are not: " in examined(model, far).why


CARD = """\
title: A card
players: [Small, Ally]
parameters: {card: {baseline: 4, range: [0, 9]}, loss: {baseline: 5, range: [0, 9]}}
play:
  Small: [Align, Engage]
  Ally: {actions: [Tolerate, Punish], sees: all, when: Engage}
payoffs: {Small: "[Tolerate] - [Punish]", Ally: "(card - loss)*[Tolerate]"}
hedge: Tolerate
claims:
  - {says: It grows., region: never shrinks, with: card, KEY}
"""


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
        hg.read_model_text(CARD.replace("KEY", key))


def test_points_at_which_something_else_moves_refute_nothing():
    """Tolerate is best from card >= loss on: a larger card never ends it, a larger loss or a smaller card does."""
    model = hg.read_model_text(CARD.replace("KEY", "try: {card: [4, 6]}"))
    assert examined(model, model.claims[0]).verdict == "proved"
    for tried in ({"loss": (F(3), F(5))}, {"card": (F(6), F(4))}):
        assert "tried is not what the claim says" in examined(model, replace(model.claims[0], tried=tried)).why


def test_what_a_claim_tries_and_means_is_kept_when_it_is_written_out():
    model = hg.read_model_text(
        CARD.replace("KEY", "try: {card: [1/3, 4], loss: 2}, means: {proved: 'It is so: always.'}")
    )
    assert model.claims[0].tried == {"card": (F(1, 3), F(4)), "loss": (F(2),)}
    assert hg.read_model_text(model.dump()) == model
