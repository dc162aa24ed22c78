"""delegated-engagement, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Mandate; Approach to a receptive partner; to an unreceptive one.
"""

import math
from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("Ally", "SmallState")
BASELINE = {
    "success": F(6), "failure": F(4), "cohesion": F(1), "p": F(1, 2), "effectiveness": F(1, 2), "prestige": F(1),
    "private_gain": F(2), "penalty": F(2), "small_cost": F(1),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"p": (F(0), F(1)), "effectiveness": (F(0), F(1))}


def tree(v):
    def outcome(ally, small):
        return {"Ally": ally, "SmallState": small}

    refrain = outcome(-v["cohesion"], 0)
    receptive = {"Engage": outcome(v["success"] - v["cohesion"], v["prestige"]), "Refrain": refrain}
    unreceptive = {
        "Engage": outcome(-v["failure"] - v["cohesion"], v["private_gain"] - v["penalty"] - v["small_cost"]),
        "Refrain": refrain,
    }
    moods = {
        "receptive": (v["p"], ("SmallState", "approach to the receptive", receptive)),
        "unreceptive": (1 - v["p"], ("SmallState", "approach to the unreceptive", unreceptive)),
    }
    direct = outcome(v["effectiveness"] * v["p"] * v["success"] - (1 - v["p"]) * v["failure"], 0)
    return ("Ally", "mandate", {"Delegate": ("chance", "Mood", moods), "Direct": direct, "Abstain": outcome(0, 0)})


@pytest.fixture(scope="module")
def model():
    return hg.load("delegated-engagement")


def test_what_the_file_declares(model, declares):
    hedge = "Delegate and receptive and Engage"
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge=hedge)
    assert set(model.cases) == {"korea", "india"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


# Baseline: the small state engages a receptive partner (1 > 0) and not an unreceptive one (2 - 2 - 1 = -1 < 0). Delegation is worth
# 1/2*(6 - 1) + 1/2*(-1) = 2, direct engagement 1/2*1/2*6 - 1/2*4 = -1/2, abstention 0.
DELEGATED = ("Delegate; Engage; Refrain", "2, 1/2", "1/2")


def test_baseline(model, shown):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert found.complete == "all"
    assert shown(found) == {DELEGATED}
    assert all(e.strict for e in found)


# Nash: Direct (-1/2) is strictly worse than Abstain. If Delegate has positive probability, the small state's choices are the ones
# above and delegation is strictly best. If Abstain is certain, the small state's plans EE, ER, RE, RR (receptive, unreceptive)
# must not make delegation worth more than 0. It is worth 0 with EE (1/2*5 - 1/2*5), 2 with ER, -3 with RE, -1 with RR: vertices EE, RE,
# RR; on the edges from ER to RE at 3/5 (2w = 3(1 - w)), to RR at 1/3 (2w = 1 - w), to EE at EE itself. What is printed is how likely it engages
# either partner: (3/5, 2/5) at the first of these, which lies between (1, 1) and (1/3, 0) and is not extreme.
ABSTAINED = {
    "Abstain; Engage; Engage",
    "Abstain; Refrain; Engage",
    "Abstain; Refrain; Refrain",
    "Abstain; 1/3 Engage+2/3 Refrain; Refrain",
}


def test_baseline_nash(model, shown):
    found = hg.solve(model.at(), concept="nash")
    assert shown(found) == {DELEGATED, *((profile, "0, 0", "0") for profile in ABSTAINED)}
    assert sorted(len(component) for component in found.components) == [1, 4]
    assert shown(hg.solve(model.at(), concept="pure-nash")) == {
        DELEGATED,
        *((profile, "0, 0", "0") for profile in ABSTAINED if "/" not in profile),
    }


# penalty 0: the small state engages an unreceptive partner too (2 - 1 = 1 > 0). Delegation is worth 1/2*5 - 1/2*5 = 0, a tie with
# abstention; the small state gets 1/2 + 1/2 = 1. Nash: if Delegate has positive probability, the plan is EE and Ally indifferent between
# Delegate and Abstain; if Abstain is certain, the plans are as at the baseline. EE joins the two: one component.
def test_the_tie_without_a_penalty(model, shown):
    game = model.at(penalty="0")
    careless = ("Delegate; Engage; Engage", "0, 1", "1/2")
    assert shown(hg.solve(game)) == {careless, ("Abstain; Engage; Engage", "0, 0", "0")}
    found = hg.solve(game, concept="nash")
    assert shown(found) == {careless, *((profile, "0, 0", "0") for profile in ABSTAINED)}
    assert [len(component) for component in found.components] == [5]
    assert shown(hg.solve(model.at(penalty="1/2"))) == {
        ("Abstain; Engage; Engage", "0, 0", "0"),
        ("Delegate; Engage; Engage", "0, 3/4", "1/2"),
    }


# p = 9/10 and an ally as able as the small state (effectiveness 1): directly 9/10*6 - 1/10*4 = 5; delegated 9/10*5 - 1/10 = 22/5. The ally
# does it itself. Nash: delegation is worth at most 22/5 whatever the plan (EE: 9/10*5 - 1/10*5 = 4): Direct is strictly best, all
# four plans will do.
def test_an_ally_that_is_as_able(model, shown):
    game = model.at(p="9/10", effectiveness="1")
    assert shown(hg.solve(game)) == {("Direct; Engage; Refrain", "5, 0", "0")}
    found = hg.solve(game, concept="nash")
    assert shown(found) == {
        (f"Direct; {receptive}; {unreceptive}", "5, 0", "0")
        for receptive in ("Engage", "Refrain")
        for unreceptive in ("Engage", "Refrain")
    }
    assert [len(component) for component in found.components] == [4]


# Korea is the baseline with a less able ally. India, p = 3/4, prestige 2: 3/4*5 - 1/4 = 7/2 and 3/4*2 = 3/2, against
# 1/2*3/4*6 - 1/4*4 = 5/4 directly.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"))) == {DELEGATED}
    assert shown(hg.solve(model.at("india"))) == {("Delegate; Engage; Refrain", "7/2, 3/2", "3/4")}


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=11, concepts=["subgame-perfect", "nash", "pure-nash"])


# The small state knows how the partner is: every information set is a single history, believed in for sure. Sequential and weak perfect
# Bayesian equilibria are the subgame-perfect ones, also at the tie without a penalty.
@pytest.mark.parametrize("concept", ["sequential", "weak-pbe"])
@pytest.mark.parametrize("penalty", ["2", "0"])
def test_beliefs_are_certain(model, shown, concept, penalty):
    game = model.at(penalty=penalty)
    found = hg.solve(game, concept)
    assert shown(found) == shown(hg.solve(game))
    assert all(list(belief.values()) == [1] for e in found for belief in e.beliefs.values())


# Correlated: told Delegate, Ally is obeyed by ER alone (each other plan is worse for the small state wherever delegation has weight), so
# payoffs are s*(2, 1/2) with s the weight of delegation, and Ally never takes Direct. The vertices are the extreme Nash equilibria.
def test_correlated(model):
    found = hg.solve(model.at(), "correlated")
    assert (found.complete, len(found)) == ("extreme", 6)
    assert found.ranges == {"Ally": (0, 2), "SmallState": (0, F(1, 2)), "hedge": (0, F(1, 2))}


# 2 is the most Ally can get (receptive: success, unreceptive: no harm), and 1/2 the most the small state can: no group gains. From
# abstention (0, 0) both gain by going there.
@pytest.mark.parametrize("concept", ["strong-nash", "coalition-proof"])
def test_coalitions(model, shown, concept):
    found = hg.solve(model.at(), concept)
    assert found.complete == "all"
    assert shown(found) == {DELEGATED}


# ER is better than every other plan of the small state where Ally delegates and as good elsewhere: undominated is DELEGATED alone.
def test_undominated(model, shown):
    refined = hg.refine(hg.solve(model.at(), "nash"), "undominated")
    assert shown(refined.kept) == {DELEGATED}
    assert len(refined.dropped) == 4
    # Direct (-1/2) is strictly dominated by Abstain, and nothing else is.
    (removal,) = hg.eliminate(model.at()).removals
    assert (removal.plan, removal.dominated_by) == ("Direct", {"Abstain": 1})


# Agents err by themselves: at precision x a receptive partner is engaged (1 against 0) with r = 1/(1 + exp(-x)), an unreceptive one (-1
# against 0) with 1 - r. Delegation is then worth (5*r - (1 - r) - 5*(1 - r) - r)/2 = 5*r - 3, Direct -1/2, Abstain 0.
@pytest.mark.parametrize("precision", ["1/2", "1", "4"])
def test_quantal_response(model, precision):
    x = float(F(precision))
    (response,) = hg.solve(model.at(), "qre", precision=precision)
    mixed = [[float(p) for p in mixture.values()] for mixture in response.profile.as_dict().values()]
    r = 1 / (1 + math.exp(-x))
    odds = [math.exp(x * worth) for worth in (5 * r - 3, -0.5, 0)]
    expected = [[w / sum(odds) for w in odds], [r, 1 - r], [1 - r, r]]
    for own, right in zip(mixed, expected, strict=True):
        assert own == pytest.approx(right, abs=1e-9)
