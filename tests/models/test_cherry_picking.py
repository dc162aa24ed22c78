"""cherry-picking, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Offer of a reliable state; of a wavering one; Reply to Contribute; to Pick. There is no proper subgame, so
the subgame-perfect equilibria are the Nash equilibria.

Let c and k be the probabilities with which the reliable and the wavering state contribute, x and y those with which Ally tolerates
after Contribute and after Pick. A state contributes where autonomy*(x - y) exceeds its cost. Ally tolerates after Contribute where
p*c*trust_gain exceeds (1 - p)*k*betrayal, after Pick where p*(1 - c)*trust_gain exceeds (1 - p)*(1 - k)*betrayal.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.theory.refinements import refine

PLAYERS = ("SmallState", "Ally")
BASELINE = {
    "p": F(1, 4), "autonomy": F(2), "cost_reliable": F(1, 2), "cost_wavering": F(3), "trust_gain": F(2), "betrayal": F(2),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"p": (F(0), F(1))}


def tree(v):
    def reply(kind, offer):
        cost = v[f"cost_{kind}"] if offer == "Contribute" else 0
        trusted = v["trust_gain"] if kind == "reliable" else -v["betrayal"]
        outcomes = {
            "Tolerate": {"SmallState": v["autonomy"] - cost, "Ally": trusted},
            "Downgrade": {"SmallState": -cost, "Ally": 0},
        }
        return ("Ally", f"reply to {offer}", outcomes)

    def offer(kind):
        return ("SmallState", f"offer of the {kind}", {o: reply(kind, o) for o in ("Contribute", "Pick")})

    chances = {"reliable": v["p"], "wavering": 1 - v["p"]}
    return ("chance", "Type", {kind: (probability, offer(kind)) for kind, probability in chances.items()})


def assumed(v):
    return v["cost_reliable"] < v["cost_wavering"]


@pytest.fixture(scope="module")
def model():
    return hg.load("cherry-picking")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Tolerate")
    assert set(model.cases) == {"korea", "india"}
    with pytest.raises(hg.InputError, match="cost_reliable"):
        model.at(cost_wavering="1/2")


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, allowed=assumed)


# Baseline: contributing costs a wavering state 3, more than the 2 that toleration is worth, so k = 0. After Pick the wavering weigh
# 3/4 and the reliable at most 1/4, so y = 0. If c > 0, only reliable states contribute, x = 1, and 2*1 > 1/2 gives c = 1: the
# separating equilibrium, worth 1/4*(2 - 1/2) = 3/8 and 1/4*2 = 1/2. If c = 0, nobody contributes, and 2x <= 1/2 is needed: a
# segment of pooling equilibria with x from 0 to 1/4.
SEPARATING = ("Contribute; Pick; Tolerate; Downgrade", "3/8, 1/2", "1/4")
POOLED = ("Pick; Pick; Downgrade; Downgrade", "0, 0", "0")
POOLED_EDGE = ("Pick; Pick; 1/4 Tolerate+3/4 Downgrade; Downgrade", "0, 0", "0")


@pytest.mark.parametrize("concept", ["nash", "subgame-perfect"])
def test_baseline(model, shown, concept):
    found = hg.solve(model.at(), concept=concept)
    assert shown(found) == {SEPARATING, POOLED, POOLED_EDGE}
    assert found.complete == "extreme"
    if concept == "nash":
        assert sorted(len(component) for component in found.components) == [1, 2]


def test_baseline_pure(model, shown):
    assert shown(hg.solve(model.at(), concept="pure-nash")) == {SEPARATING, POOLED}


# p = 3/4: the wavering still pick (k = 0). After Pick Ally compares 3/4*(1 - c) with 1/4: it tolerates for c < 2/3, downgrades for
# c > 2/3. c = 1: y = 0, x = 1, and contributing pays: separating, worth 3/4*3/2 = 9/8 and 3/4*2 = 3/2. c = 0: y = 1, and any x
# will do, since 2(x - 1) <= 0 < 1/2: pooling on Pick, worth 2 and 3/4*2 - 1/4*2 = 1. In between x = 1, and indifference needs
# 2(1 - y) = 1/2, y = 3/4, so c = 2/3: both types expect 3/2, Ally 3/4*2/3*2 = 1; toleration has probability 1/2 + 1/2*3/4 = 7/8.
def test_a_state_that_is_probably_reliable(model, shown):
    game = model.at(p="3/4")
    pooled = {("Pick; Pick; Tolerate; Tolerate", "2, 1", "1"), ("Pick; Pick; Downgrade; Tolerate", "2, 1", "1")}
    separating = ("Contribute; Pick; Tolerate; Downgrade", "9/8, 3/2", "3/4")
    half = ("2/3 Contribute+1/3 Pick; Pick; Tolerate; 3/4 Tolerate+1/4 Downgrade", "3/2, 1", "7/8")
    found = hg.solve(game, concept="nash")
    assert shown(found) == {separating, half} | pooled
    assert sorted(len(component) for component in found.components) == [1, 1, 2]
    assert shown(hg.solve(game, concept="pure-nash")) == {separating} | pooled


# cost_wavering 1: now the wavering would contribute where x - y > 1/2. k = 0 < c would give x = 1, y = 0 (after Pick at most 1/4 reliable
# against 3/4), so the wavering would follow; c = k = 1 gives x = 0. What is left is x - y = 1/2 with c = 1: after Contribute
# 1/4 = 3/4*k, k = 1/3; after Pick only the wavering, y = 0, x = 1/2. The reliable expect 1/2, the wavering 0: 1/8; Ally 0. Toleration
# has probability (1/4 + 3/4*1/3)*1/2 = 1/4. And pooling on Pick as before (x <= 1/4 deters both types).
def test_a_contribution_that_is_cheap_to_imitate(model, shown):
    game = model.at(cost_wavering="1")
    half = ("Contribute; 1/3 Contribute+2/3 Pick; 1/2 Tolerate+1/2 Downgrade; Downgrade", "1/8, 0", "1/4")
    found = hg.solve(game, concept="nash")
    assert shown(found) == {half, POOLED, POOLED_EDGE}
    assert sorted(len(component) for component in found.components) == [1, 2]
    assert shown(hg.solve(game, concept="pure-nash")) == {POOLED}


# cost_wavering 2 = autonomy is a tie: at x = 1, y = 0 the wavering are indifferent, and x = 1 stays best for k up to 1/3
# (1/4 >= 3/4*k). At k = 1/3 Ally expects 1/4*2 - 1/4*2 = 0 and tolerates with probability 1/2.
def test_the_tie_at_which_imitation_just_pays(model, shown):
    found = hg.solve(model.at(cost_wavering="2"), concept="nash")
    imitated = ("Contribute; 1/3 Contribute+2/3 Pick; Tolerate; Downgrade", "3/8, 0", "1/2")
    assert shown(found) == {SEPARATING, imitated, POOLED, POOLED_EDGE}
    assert sorted(len(component) for component in found.components) == [2, 2]
    assert shown(hg.solve(model.at(cost_wavering="2"), concept="pure-nash")) == {SEPARATING, POOLED}


# Words alone: a cost of 1/1000 to the reliable and 2/1000 to the wavering separates nobody. With x - y > 1/1000 all contribute, so
# Ally downgrades; what is left is pooling on Pick (x up to 1/2000) and the equilibrium in which the wavering imitate with k = 1/3
# at x = 1/1000: toleration has probability 1/2*1/1000.
def test_words_alone_do_not(model, shown):
    game = model.at(cost_reliable="1/1000", cost_wavering="2/1000")
    assert shown(hg.solve(game, concept="nash")) == {
        POOLED,
        ("Pick; Pick; 1/2000 Tolerate+1999/2000 Downgrade; Downgrade", "0, 0", "0"),
        ("Contribute; 1/3 Contribute+2/3 Pick; 1/1000 Tolerate+999/1000 Downgrade; Downgrade", "1/4000, 0", "1/2000"),
    }


# Sequential equilibria are the Nash equilibria here as long as 0 < p < 1: both replies to an offer that nobody makes can be
# best, Tolerate if Ally takes it to come from the reliable, Downgrade if from the wavering, and any belief in between is consistent with
# small mistakes of either type. At the baseline nobody contributes where x < 1/4 (belief at most 1/2 if x = 0, exactly 1/2 if x > 0).
def test_sequential(model, shown):
    for values in ({}, {"p": "3/4"}, {"cost_wavering": "1"}, {"cost_wavering": "2"}):
        game = model.at(**values)
        assert shown(hg.solve(game, concept="sequential")) == shown(hg.solve(game, concept="nash"))
    assert hg.solve(model.at()).concept == "sequential"
    for e in hg.solve(model.at(), concept="sequential"):
        belief = e.beliefs["Reply after Contribute"]["reliable, Contribute"]
        tolerated = e.profile.at("Reply after Contribute")["Tolerate"]
        assert e.beliefs["Reply after Pick"]["reliable, Pick"] == (0 if tolerated == 1 else F(1, 4))
        assert belief == 1 if tolerated == 1 else belief <= F(1, 2) if tolerated == 0 else belief == F(1, 2)


# Weak perfect Bayesian equilibria do not differ: there is one move of each player on every path, and no belief off it is excluded.
@pytest.mark.parametrize("values", [{}, {"p": "3/4"}, {"cost_wavering": "1"}, {"cost_wavering": "2"}])
def test_weak_pbe(model, shown, values):
    game = model.at(**values)
    assert shown(hg.solve(game, concept="weak-pbe")) == shown(hg.solve(game, concept="nash"))


# Where nobody contributes, p = 3/4 (all are tolerated), a contribution gives nobody more than 2: the intuitive criterion accepts it. At the
# baseline nobody is tolerated without one; it gives the wavering at most 2 - 3 < 0 and the reliable up to 3/2 > 0: who contributes
# is reliable, would be tolerated, and gains. Only separating is left.
def test_the_intuitive_criterion(model, shown):
    found = hg.solve(model.at(), concept="sequential")
    kept, dropped = refine(found.game, tuple(found), "intuitive")
    assert shown(kept) == {SEPARATING}
    assert len(dropped) == 2
    found = hg.solve(model.at(p="3/4"), concept="sequential")
    assert not refine(found.game, tuple(found), "intuitive")[1]


# Correlated equilibria of the baseline. Contribute is strictly dominated for the wavering, Tolerate after Pick is then for Ally (it is worth at
# most 1/4*2 - 3/4*2). Told to downgrade after Contribute, Ally would gain 1/2 against a reliable state that contributes: that pair has
# no weight. Told to pick, the reliable need x <= 1/4. So a weight s lies on the separating equilibrium, 1 - s on pooling ones:
# payoffs s*3/8 and s*1/2, toleration s*1/4.
def test_baseline_correlated(model):
    found = hg.solve(model.at(), concept="correlated")
    assert (found.complete, len(found)) == ("extreme", 3)
    assert found.ranges == {"SmallState": (0, F(3, 8)), "Ally": (0, F(1, 2)), "hedge": (0, F(1, 4))}


# Ally never gets more than 1/4*2, and gets it in the separating equilibrium: no group with Ally gains, and the small state alone does not. Both
# gain by leaving a pooling equilibrium for it.
def test_coalitions(model, shown):
    for concept in ("strong-nash", "coalition-proof"):
        assert shown(hg.solve(model.at(), concept=concept)) == {SEPARATING}


def test_sequential_and_nash_agree(model, shown, random_points):
    for point in random_points(RANGES, 15, 40, lambda v: assumed(v) and 0 < v["p"] < 1):
        game = model.at(**point)
        assert shown(hg.solve(game, concept="sequential")) == shown(hg.solve(game, concept="nash")), point


# Korea, p = 1/3: as the baseline with 1/3*(2 - 1/2) = 1/2 and 2/3. India, p = 3/4 and cost_wavering 5/2: as at p = 3/4.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"), concept="nash")) == {
        ("Contribute; Pick; Tolerate; Downgrade", "1/2, 2/3", "1/3"),
        POOLED,
        POOLED_EDGE,
    }
    assert shown(hg.solve(model.at("india"), concept="nash")) == shown(hg.solve(model.at(p="3/4"), concept="nash"))


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=4, concepts=["nash", "subgame-perfect", "pure-nash"], allowed=assumed)
