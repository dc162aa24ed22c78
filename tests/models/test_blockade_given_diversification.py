"""blockade-given-diversification, against its tree written down a second time and equilibria derived by hand.

Backward, at diversification x: a blockade is carried out where harm_partner*(1 - x) <= face, and against it the small state concedes where
concession <= harm_small*(1 - x). The partner demands where that is conceded, as long as it gains anything.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

BASELINE = {
    "concession": F(1), "effort": F(3), "face": F(1), "demand_gain": F(1), "harm_small": F(4), "harm_partner": F(1, 2),
    "diversification": F(1, 2),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"diversification": (F(0), F(1))}


def tree(v):
    x = v["diversification"]

    def outcome(small, partner):
        return {"SmallState": small - v["effort"] * x**2 / 2, "Partner": partner}

    blockade = outcome(-v["harm_small"] * (1 - x), -v["harm_partner"] * (1 - x))
    defy = ("Partner", "threat", {"Blockade": blockade, "BackDown": outcome(0, -v["face"])})
    demand = ("SmallState", "answer", {"Concede": outcome(-v["concession"], v["demand_gain"]), "Defy": defy})
    return ("Partner", "claim", {"Demand": demand, "Leave": outcome(0, 0)})


@pytest.fixture(scope="module")
def model():
    return hg.load("blockade-given-diversification")


def test_what_the_file_declares(model, declares):
    declares(model, players=("SmallState", "Partner"), baseline=BASELINE, ranges=RANGES, hedge="not Concede")
    assert set(model.cases) == {"korea", "nepal"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


# At 1/2 a blockade costs the partner 1/4 < 1 and the small state 2 > 1: it concedes. Diversification itself cost 3/8.
def test_baseline(model, paths):
    assert paths(hg.solve(model.at())) == {("Demand, Concede", "-11/8, 1", "0"): 1}


# From 3/4 on the small state would defy; at 3/4 it may do either.
def test_more_of_it_buys_autonomy(model, paths):
    assert set(paths(hg.solve(model.at(diversification="3/4")))) == {
        ("Demand, Concede", "-59/32, 1", "0"),
        ("Leave", "-27/32, 0", "1"),
    }
    assert paths(hg.solve(model.at(diversification="4/5"))) == {("Leave", "-24/25, 0", "1"): 1}


# It can cost autonomy too: with face 1/4 the partner would back down without any, as a blockade costs it 1/2, and not at 3/5, where it costs
# 1/5; there the small state would lose 8/5 > 1 by it.
def test_more_of_it_can_cost_autonomy(model, paths):
    assert paths(hg.solve(model.at(face="1/4", diversification=0))) == {("Leave", "0, 0", "1"): 1}
    assert set(paths(hg.solve(model.at(face="1/4", diversification="3/5")))) == {("Demand, Concede", "-77/50, 1", "0")}


# Nepal: 8.53 > 1, and a blockade costs India 0.935 < 1. Korea at 1/2: a blockade costs China 1, what backing down does; Korea 3/2 > 1.
def test_cases(model, paths):
    assert set(paths(hg.solve(model.at("nepal")))) == {("Demand, Concede", "-1, 1", "0")}
    assert set(paths(hg.solve(model.at("korea")))) == {("Demand, Concede", "-11/8, 1", "0"), ("Leave", "-3/8, 0", "1")}


def test_against_brute_force(model, agrees, thorough):
    concepts = ["subgame-perfect", "pure-nash", "nash"]
    agrees(model, tree, RANGES, seed=7, concepts=concepts, count=200 if thorough else 60)


# The claim that diversification always buys autonomy fails; where the threat is credible from the start it holds.
# Let x = 1 - diversification. Defying is answered by a blockade where harm_partner*x <= face, and then best where harm_small*x <= concession; or by backing
# down where harm_partner*x >= face, and then always best. A demand that is defied wins nothing and one that is conceded never costs, so that the
# concession is avoided in some equilibrium where defying can be best, or where a demand is worth nothing; and in every one where conceding
# cannot be: neither before a blockade, concession <= harm_small*x, nor before a retreat, concession = 0.
@pytest.mark.parametrize(
    ("among", "by_hand"),
    [
        (
            "some",
            """harm_partner*(1 - diversification) >= face or harm_small*(1 - diversification) <= concession
            or demand_gain == 0""",
        ),
        (
            "every",
            """concession > 0
            and (harm_partner*(1 - diversification) > face or harm_small*(1 - diversification) < concession)""",
        ),
    ],
)
def test_the_condition_is_proved_to_be_the_one_derived_by_hand(model, same_region, among, by_hand):
    same_region(hg.condition(model, among), by_hand)


def test_claims(model):
    verdicts = [finding.verdict for finding in hg.examine(model)]
    assert verdicts == ["refuted", "proved", "proved", "proved"]
