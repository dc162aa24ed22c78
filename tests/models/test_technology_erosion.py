"""technology-erosion, against its tree written down a second time and equilibria derived by hand.

Let e = erosion*(1 - protection). Refusing is cutting off, so after Engage the partner compares d*((1 - L + e)/(1 - d) - c_p) with
(1 - L)/(1 - d) - c_p: it accepts where d*e >= (1 - d)*(1 - L - (1 - d)*c_p). If it accepts, the small state compares
1 + d*((L - e)/(1 - d) + c_p) with L/(1 - d) - c_s: it engages where d*e <= (1 - d)*(1 - L + d*c_p + c_s). Where the partner refuses,
both policies come to the same: a tie in which the event is not played.
"""

from dataclasses import replace
from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("SmallState", "Partner")
BASELINE = {
    "leverage_now": F(9, 10), "erosion": F(1, 20), "protection": F(0), "small_cost": F(1, 2), "partner_cost": F(1, 2), "discount": F(9, 10),
}  # fmt: skip
RANGES = {name: (F(0), F(1)) for name in ("leverage_now", "erosion", "protection")} | {
    "small_cost": (F(0), F(10)),
    "partner_cost": (F(0), F(10)),
    "discount": (F(1, 2), F(19, 20)),
}


def tree(v):
    d, now = v["discount"], v["leverage_now"]
    later = now - v["erosion"] * (1 - v["protection"])
    cut_off = {
        "SmallState": now / (1 - d) - v["small_cost"],
        "Partner": (1 - now) / (1 - d) - v["partner_cost"],
    }
    accept = {
        "SmallState": 1 + d * (later / (1 - d) + v["partner_cost"]),
        "Partner": d * ((1 - later) / (1 - d) - v["partner_cost"]),
    }
    answer = ("Partner", "answer", {"Accept": accept, "Refuse": cut_off})
    return ("SmallState", "policy", {"CutOff": cut_off, "Engage": answer})


def assumed(v):
    return v["erosion"] <= v["leverage_now"]


def ends(v):
    """What d*e has to reach for the partner to accept, and must not exceed for the small state to engage."""
    d, share = v["discount"], 1 - v["leverage_now"]
    low = (1 - d) * (share - (1 - d) * v["partner_cost"])
    high = (1 - d) * (share + d * v["partner_cost"] + v["small_cost"])
    return low, high


@pytest.fixture(scope="module")
def model():
    return hg.load("technology-erosion")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Engage and Accept")
    assert set(model.cases) == {"korea", "korea_unprotected"}
    with pytest.raises(hg.InputError, match="erosion <= leverage_now"):
        model.at(leverage_now="1/25")


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, allowed=assumed)


# Baseline. Cutting off: 9 - 1/2 = 17/2 and 1 - 1/2 = 1/2. Accepting, later = 17/20: 1 + 9/10*(17/2 + 1/2) = 91/10 and
# 9/10*(3/2 - 1/2) = 9/10. Both prefer that.
def test_baseline(model, shown):
    found = hg.solve(model.at())
    assert (found.concept, found.complete) == ("subgame-perfect", "all")
    assert shown(found) == {("Engage; Accept", "91/10, 9/10", "1")}


# Too slow: erosion 0. Accepting is worth 9/10*(1 - 1/2) = 9/20 < 1/2 to the partner. It refuses, and then both policies tie.
def test_a_leader_that_stays_ahead_has_nothing_to_offer(model, shown):
    refused = "17/2, 1/2", "0"
    assert shown(hg.solve(model.at(erosion=0))) == {("CutOff; Refuse", *refused), ("Engage; Refuse", *refused)}


# Too fast: erosion 1/5, later = 7/10. The partner would accept (9/10*(3 - 1/2) = 9/4), the small state gets 1 + 9/10*(7 + 1/2) = 31/4 <
# 17/2 and cuts off.
def test_a_lead_that_erodes_too_fast_is_cut_off(model, shown):
    assert shown(hg.solve(model.at(erosion="1/5"))) == {("CutOff; Accept", "17/2, 1/2", "0")}


# The lower end of erosion at the baseline: 9/10*e = 1/10*(1/10 - 1/20), e = 1/180. There the partner ties: both policies after a
# refusal; accepting gives the small state 1 + 9/10*(161/18 + 1/2) = 19/2, more than 17/2. If it accepts with probability a,
# engaging is worth 17/2 + a: strictly better for a > 0. Extreme points: Engage with Accept, Engage with Refuse, CutOff with Refuse.
def test_the_lower_end(model, shown):
    assert shown(hg.solve(model.at(erosion="1/180"))) == {
        ("Engage; Accept", "19/2, 1/2", "1"),
        ("Engage; Refuse", "17/2, 1/2", "0"),
        ("CutOff; Refuse", "17/2, 1/2", "0"),
    }


# The upper end: 9/10*e = 1/10*(1/10 + 9/20 + 1/2), e = 7/60. The small state ties, the partner (9/10*(13/6 - 1/2) = 3/2) accepts.
def test_the_upper_end(model, shown):
    assert shown(hg.solve(model.at(erosion="7/60"))) == {
        ("Engage; Accept", "17/2, 3/2", "1"),
        ("CutOff; Accept", "17/2, 1/2", "0"),
    }


# Korea: e = 3/20*1/2 = 3/40, between 1/180 and 7/60; without protection 3/20 > 7/60. Rules against theft keep the partner engaged.
# Korea: later = 33/40: 1 + 9/10*(33/4 + 1/2) = 71/8 and 9/10*(7/4 - 1/2) = 9/8.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"))) == {("Engage; Accept", "71/8, 9/8", "1")}
    assert shown(hg.solve(model.at("korea_unprotected"))) == {("CutOff; Accept", "17/2, 1/2", "0")}


# The region is the interval between the two ends, closed in some equilibrium and open in every one, at random points and at both ends.
def test_the_condition_is_the_interval(model, random_points):
    some, every = hg.condition(model, "some"), hg.condition(model, "every")
    for point in random_points(RANGES, 3, 60, assumed):
        low, high = ends(point)
        played = point["discount"] * point["erosion"] * (1 - point["protection"])
        assert some.contains(point) == (low <= played <= high), point
        assert every.contains(point) == (low < played < high), point
        if point["protection"] < 1:
            for end in (low, high):
                at_end = point | {"erosion": end / point["discount"] / (1 - point["protection"])}
                if 0 <= at_end["erosion"] <= min(1, at_end["leverage_now"]):
                    assert some.contains(at_end)
                    assert not every.contains(at_end)


# The same as a proof. With low and high as in `ends`, in every equilibrium both ends are left out.
@pytest.mark.parametrize(("among", "compares"), [("some", "<="), ("every", "<")])
def test_the_condition_is_proved_to_be_the_interval(model, same_region, among, compares):
    same_region(
        hg.condition(model, among),
        f"""(1 - discount)*(1 - leverage_now - (1 - discount)*partner_cost) {compares} discount*erosion*(1 - protection)
        {compares} (1 - discount)*(1 - leverage_now + discount*partner_cost + small_cost)""",
    )


# The thresholds of erosion at the baseline, by the tool.
def test_both_ends_are_named(model):
    found = hg.threshold(model, "erosion", "some")
    assert [str(value) for value in found.values] == ["1/180", "7/60"]


# From erosion 0 the partner does not accept and from 1/180 on it does, so erosion widens the region there; and protection that leaves
# less than that shrinks it. Where c_p*(1 - d) > 1 - L the lower end is below 0, and erosion only shrinks the region. (Where both are equal it
# is 0: in every equilibrium the event asks for some erosion there, since without any the partner ties.)
def test_the_claims(model):
    for among in ("some", "every"):
        asked = replace(model, claims=tuple(replace(claim, among=among) for claim in model.claims))
        verdicts = [finding.verdict for finding in hg.examine(asked)]
        assert verdicts == ["refuted", "refuted", "proved", "proved", "proved"]


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=8, concepts=["nash", "subgame-perfect", "pure-nash"], allowed=assumed, count=60)
