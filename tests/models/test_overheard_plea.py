"""overheard-plea, against its tree written down a second time and equilibria derived by hand.

A shallow state never pleads, as that costs fraud > 0 and it minds nothing else: silence of all of these. Let x be the probability with which a
deep state pleads. After Plead (x > 0) all know that dependence is deep: the ally waits and the partner squeezes (where capability and
squeeze_gain are positive), which costs a deep state harm. After Silent it is deep with probability p*(1 - x)/(1 - p*x) <= p: the ally presses below
a = gain/(gain + capability), the partner squeezes above b = squeeze_cost/(squeeze_gain + squeeze_cost). All payoffs are halves of twice
what the file names, so that plain numbers are compared.

- x = 1: who is silent is shallow, pressed and left alone: damage >= harm.
- x = 0: silence is answered by the prior. Who pleads off the path may be held for shallow (pressed, left alone), which costs damage: never
  less than silence costs. So this is an equilibrium where silence costs at most max over beliefs, and has the event where p >= a.
- 0 < x < 1 with p < a, so that silence is pressed: pleading costs harm, silence damage + harm*q with q the probability of a squeeze. With
  damage < harm that takes 0 < q < 1, a belief of b after silence, which lies below p: p > b. (If damage = 0, q = 1 and any belief above b.)

So a deep state is waited for where p >= a, or damage >= harm, or p > b.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text

PLAYERS = ("SmallState", "Ally", "Partner")
BASELINE = {
    "p": F(1, 4), "damage": F(4), "harm": F(3), "fraud": F(5), "gain": F(2), "capability": F(3), "squeeze_gain": F(2),
    "squeeze_cost": F(2),
}  # fmt: skip
BY_HAND = """
    p > 0 and (damage >= harm or p*(gain + capability) >= gain or p*(squeeze_gain + squeeze_cost) > squeeze_cost
    or squeeze_gain == 0)"""


@pytest.fixture(scope="module")
def model():
    return hg.load("overheard-plea")


def test_what_the_file_declares(model):
    assert tuple(model.players) == PLAYERS
    assert {name: p.baseline for name, p in model.parameters.items()} == BASELINE
    assert model.parameters["fraud"].range.low_open
    assert all(p.meaning and p.unit and p.source for p in model.parameters.values())
    assert str(model.hedge) == "deep and Wait"


RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"p": (F(0), F(1))}


def tree(v):
    def heard(deep, plea):
        pleads = -v["fraud"] if plea == "Plead" and not deep else 0
        ally = {
            "Press": {
                "SmallState": pleads - 2 * v["damage"] * deep,
                "Ally": 2 * (-v["capability"] if deep else v["gain"]),
                "Partner": 0,
            },
            "Wait": {"SmallState": pleads, "Ally": 0, "Partner": 0},
        }
        partner = {
            "Squeeze": {
                "SmallState": pleads - 2 * v["harm"] * deep,
                "Ally": 0,
                "Partner": 2 * (v["squeeze_gain"] if deep else -v["squeeze_cost"]),
            },
            "Leave": {"SmallState": pleads, "Ally": 0, "Partner": 0},
        }
        turns = {
            "ally_acts": (F(1, 2), ("Ally", f"ally after {plea}", ally)),
            "partner_acts": (F(1, 2), ("Partner", f"partner after {plea}", partner)),
        }
        return ("chance", "turn", turns)

    def small(deep):
        return ("SmallState", f"plea, {deep}", {plea: heard(deep, plea) for plea in ("Plead", "Silent")})

    return ("chance", "type", {"deep": (v["p"], small(True)), "shallow": (1 - v["p"], small(False))})


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, lambda v: v["fraud"] > 0)


def test_solver_agrees_with_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=34, concepts=["pure-nash"], allowed=lambda v: v["fraud"] > 0, count=40)


# The story itself: both receivers act on every path. Letting a fair coin decide who acts, and count twice, changes neither what is
# played nor what anybody expects: behaviour at the information sets that correspond, and payoffs, are the same.
def with_both_acting():
    return read_model_text("""
title: Two receivers at once
players: [SmallState, Ally, Partner]
parameters: {p: {baseline: 1/4, range: [0, 1]}, damage: 4, harm: 3, fraud: 5, gain: 2, capability: 3, squeeze_gain: 2, squeeze_cost: 2}
play:
  Type: {by: chance, actions: {deep: p, shallow: 1 - p}}
  Plea: {by: SmallState, actions: [Plead, Silent], sees: [Type]}
  Ally: {actions: [Press, Wait], sees: [Plea]}
  Partner: {actions: [Squeeze, Leave], sees: [Plea]}
payoffs:
  SmallState: "-[deep]*(damage*[Press] + harm*[Squeeze]) - fraud*[shallow and Plead]"
  Ally: "[Press]*(gain*[shallow] - capability*[deep])"
  Partner: "[Squeeze]*(squeeze_gain*[deep] - squeeze_cost*[shallow])"
hedge: deep and Wait
""")


@pytest.mark.parametrize("values", [{}, {"harm": 6}, {"p": "3/4"}, {"p": "9/20", "harm": 6, "squeeze_cost": 1}])
def test_a_coin_that_decides_who_acts_changes_nothing(model, values):
    def told(game, ally, partner):
        found = hg.solve(game, concept="sequential")
        return {
            (
                tuple(sorted(e.payoffs.items())),
                tuple(tuple(e.profile.at(f"Plea after {t}").items()) for t in ("deep", "shallow")),
                tuple(tuple(e.profile.at(ally.format(m)).items()) for m in ("Plead", "Silent")),
                tuple(tuple(e.profile.at(partner.format(m)).items()) for m in ("Plead", "Silent")),
                e.hedge > 0,
            )
            for e in found
        }

    coin = told(model.at(**values), "Ally after {}, ally_acts", "Partner after {}, partner_acts")
    both = told(with_both_acting().at(**values), "Ally after {}", "Partner after {}")
    assert coin == both
    assert coin


# a = 2/5, b = 1/2. At p = 1/4 < a, b with damage 4 > harm 3 the plea is made in one equilibrium: it costs a deep state 3 instead of 4, and
# the small state 3/4 on average; the ally gets 3/4*2, the partner 1/4*2. In the other all are silent and pressed.
def test_baseline(model):
    found = hg.solve(model.at())
    assert found.complete == "all"
    assert {(tuple(e.payoffs.values()), e.hedge) for e in found} == {
        ((F(-3, 4), F(3, 2), F(1, 2)), F(1, 8)),
        ((F(-1), F(3, 4), F(0)), F(0)),
    }


# Two who heard the same hold the same belief: after a plea that nobody makes, pressing takes a belief of at most 2/5 that dependence is deep,
# squeezing one of at least 1/2. They are not both done for sure, though with beliefs apart that would deter the plea as well.
def test_who_heard_the_same_believes_the_same(model):
    for e in hg.solve(model.at(p="1/4", damage=1, harm=6)):
        after = [e.profile.at("Ally after Plead, ally_acts"), e.profile.at("Partner after Plead, partner_acts")]
        assert not (after[0]["Press"] == 1 and after[1]["Squeeze"] == 1)


def test_the_condition_is_the_one_derived_by_hand(model, same_region):
    region = hg.condition(model, among="some")
    assert region.complete is True
    same_region(region, BY_HAND)


# The same with both acting at once, of which the package derives regions too.
def test_the_condition_is_the_same_where_both_act_at_once(same_region):
    region = hg.condition(with_both_acting(), among="some", fixed={"fraud": 5, "gain": 2, "capability": 3})
    assert region.complete is True
    same_region(region, BY_HAND)


# harm 6 > damage 4: silent, and pressed. At p = 3/4 the ally waits unasked.
def test_cases(model):
    assert {e.hedge for e in hg.solve(model.at("korea"))} == {0}
    assert {e.hedge > 0 for e in hg.solve(model.at("india"))} == {True}


# The plea is not always made: that it is heard by the partner may cost more than what it wins.
def test_claims(model):
    assert [f.verdict for f in hg.examine(model)] == ["proved", "refuted", "conditional", "proved", "proved"]
