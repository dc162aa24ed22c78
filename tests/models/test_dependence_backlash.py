"""dependence-backlash, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Conduct; Vote after Assert; Vote after Accommodate.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("Partner", "Voter")
BASELINE = {"dependence": F(1), "exploitation": F(2), "hostility": F(3), "resentment": F(2), "tilt_cost": F(1)}
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"dependence": (F(0), F(5))}


def tree(v):
    gain, anger = v["exploitation"] * v["dependence"], v["resentment"] * v["dependence"]
    after_assert = {
        "Left": {"Partner": gain - v["hostility"], "Voter": anger - v["tilt_cost"]},
        "Incumbent": {"Partner": gain, "Voter": 0},
    }
    after_accommodate = {
        "Left": {"Partner": -v["hostility"], "Voter": -v["tilt_cost"]},
        "Incumbent": {"Partner": 0, "Voter": 0},
    }
    votes = {
        "Assert": ("Voter", "vote after Assert", after_assert),
        "Accommodate": ("Voter", "vote after Accommodate", after_accommodate),
    }
    return ("Partner", "conduct", votes)


@pytest.fixture(scope="module")
def model():
    return hg.load("dependence-backlash")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Accommodate and Incumbent")
    assert set(model.cases) == {"korea", "nepal"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


# Baseline: after Assert the voter turns left (2 - 1 = 1 > 0), after Accommodate it keeps the incumbent (0 > -1). Asserting is worth
# 2 - 3 = -1, accommodating 0.
# Nash. If both are played with positive probability, the votes are these and the partner is not indifferent. If Assert is
# certain, the voter turns left after it, and accommodating must not pay: -3*(1 - b) <= -1, where b is the probability of
# Incumbent after Accommodate: b <= 2/3. If Accommodate is certain, the incumbent stays after it, and asserting must not pay:
# 2 - 3*l <= 0, where l is the probability of Left after Assert: l >= 2/3.
RESTRAINED = ("Accommodate; Left; Incumbent", "0, 0", "1")


def test_baseline(model, shown):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert shown(found) == {RESTRAINED}
    found = hg.solve(model.at(), concept="nash")
    assert shown(found) == {
        RESTRAINED,
        ("Accommodate; 2/3 Left+1/3 Incumbent; Incumbent", "0, 0", "1"),
        ("Assert; Left; Left", "-1, 1", "0"),
        ("Assert; Left; 1/3 Left+2/3 Incumbent", "-1, 1", "0"),
    }
    assert sorted(len(component) for component in found.components) == [2, 2]
    assert shown(hg.solve(model.at(), concept="pure-nash")) == {RESTRAINED, ("Assert; Left; Left", "-1, 1", "0")}


# Dependence 1/4: after Assert the voter keeps the incumbent (1/2 - 1 < 0), so asserting is worth 1/2 > 0.
# Nash: Assert certain: the incumbent stays, 1/2 >= -3*(1 - b) always: b anything. Accommodate certain: 1/2 - 3*l <= 0, l >= 1/6:
# a threat that would not be carried out.
def test_little_dependence(model, shown):
    game = model.at(dependence="1/4")
    asserted = ("Assert; Incumbent; Incumbent", "1/2, 0", "0")
    assert shown(hg.solve(game)) == {asserted}
    found = hg.solve(game, concept="nash")
    assert shown(found) == {
        asserted,
        ("Assert; Incumbent; Left", "1/2, 0", "0"),
        RESTRAINED,
        ("Accommodate; 1/6 Left+5/6 Incumbent; Incumbent", "0, 0", "1"),
    }
    assert sorted(len(component) for component in found.components) == [2, 2]
    assert shown(hg.solve(game, concept="pure-nash")) == {
        asserted,
        ("Assert; Incumbent; Left", "1/2, 0", "0"),
        RESTRAINED,
    }


# Dependence 1/2 is the tie: after Assert the voter is indifferent (2*1/2 = 1), and asserting is worth 1 - 3*l, accommodating 0.
# Subgame-perfect: l from 1/3 to 1, the partner accommodates; l from 0 to 1/3, it asserts; either at l = 1/3. Four extreme points.
# Nash, in the weights of the voter's plans LL, LI, IL, II (vote after Assert, after Accommodate). Assert certain: the voter is
# indifferent among all plans, and 1 - 3*(LL + LI) >= -3*(LL + IL), that is LI - IL <= 1/3. Vertices: LL, IL, II, and on the edges from
# LI to LL and II at LI = 1/3, to IL at LI = 2/3. What is printed is how likely Left is after either conduct, (a, b) with a - b <= 1/3:
# there the last one, (2/3, 1/3), lies between those on the other two edges, (1, 2/3) and (1/3, 0), and is not extreme. Accommodate certain: LI and II
# with 1 - 3*LI <= 0: LI = 1 and LI = 1/3. At LI = 1/3, II = 2/3 the partner is indifferent, which joins the two: one component of 7 extreme points.
def test_the_tie_at_which_the_voter_turns(model, shown):
    game = model.at(dependence="1/2")
    asserted = ("Assert; Incumbent; Incumbent", "1, 0", "0")
    assert shown(hg.solve(game)) == {
        RESTRAINED,
        asserted,
        ("Assert; 1/3 Left+2/3 Incumbent; Incumbent", "0, 0", "0"),
        ("Accommodate; 1/3 Left+2/3 Incumbent; Incumbent", "0, 0", "1"),
    }
    found = hg.solve(game, concept="nash")
    assert shown(found) == {
        ("Assert; Left; Left", "-2, 0", "0"),
        ("Assert; Incumbent; Left", "1, 0", "0"),
        asserted,
        ("Assert; Left; 2/3 Left+1/3 Incumbent", "-2, 0", "0"),
        ("Assert; 1/3 Left+2/3 Incumbent; Incumbent", "0, 0", "0"),
        RESTRAINED,
        ("Accommodate; 1/3 Left+2/3 Incumbent; Incumbent", "0, 0", "1"),
    }
    assert [len(component) for component in found.components] == [7]
    assert shown(hg.solve(game, concept="pure-nash")) == {
        ("Assert; Left; Left", "-2, 0", "0"),
        ("Assert; Incumbent; Left", "1, 0", "0"),
        asserted,
        RESTRAINED,
    }


# Dependence 2: the backlash comes (4 - 1 = 3 > 0), but asserting is worth 4 - 3 = 1 > 0 all the same: the left wins on the path, and
# restraint, which it had at dependence 1, is lost.
def test_great_dependence(model, shown):
    assert shown(hg.solve(model.at(dependence="2"))) == {("Assert; Left; Incumbent", "1, 3", "0")}


# Nepal: dependence 1519/1893 lies between 1/2 and 3/2: restraint. Korea: 1/5 < 1/2: no backlash, and asserting is worth 2/5.
def test_cases(model, shown):
    assert model.at("nepal").parameters["dependence"] == F(1519, 1893)
    assert shown(hg.solve(model.at("nepal"))) == {RESTRAINED}
    assert shown(hg.solve(model.at("korea"))) == {("Assert; Incumbent; Incumbent", "2/5, 0", "0")}


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=6, concepts=["nash", "subgame-perfect", "pure-nash"])
