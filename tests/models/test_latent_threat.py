"""latent-threat, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Conduct of a revisionist partner; of a benign one; Reply to Moderate; to Aggress. There is no proper
subgame, so the subgame-perfect equilibria are the Nash equilibria.

Let r and b be the probabilities with which the revisionist and the benign partner moderate, x and y those with which the small
state hedges after Moderate and after Aggress, and D = x - y. Moderating instead of aggressing is worth

- discount*later_gain*D - early_gain to a revisionist partner, 9/5*D - 1 at the baseline;
- partner_gain*D + aggression_cost to a benign one, D + 1 at the baseline.

After Moderate the small state gains by hedging if (1 - p)*b*gain exceeds p*r*harm, after Aggress if (1 - p)*(1 - b)*gain exceeds
p*(1 - r)*harm. With gain = harm that is a belief in a revisionist partner of less than 1/2.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.theory.refinements import refine

PLAYERS = ("Partner", "SmallState")
BASELINE = {
    "p": F(3, 4), "gain": F(1), "harm": F(1), "partner_gain": F(1), "aggression_cost": F(1), "early_gain": F(1), "later_gain": F(2),
    "discount": F(9, 10),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"p": (F(0), F(1)), "discount": (F(1, 2), F(19, 20))}
SUSPICION = (("Reply after Moderate", "revisionist, Moderate"), ("Reply after Aggress", "revisionist, Aggress"))


def tree(v):
    later = v["discount"] * v["later_gain"]
    pairs = {
        ("benign", "Moderate", "Hedge"): (v["partner_gain"], v["gain"]),
        ("benign", "Moderate", "Balance"): (0, 0),
        ("benign", "Aggress", "Hedge"): (v["partner_gain"] - v["aggression_cost"], v["gain"]),
        ("benign", "Aggress", "Balance"): (-v["aggression_cost"], 0),
        ("revisionist", "Moderate", "Hedge"): (later, -v["harm"]),
        ("revisionist", "Moderate", "Balance"): (0, 0),
        ("revisionist", "Aggress", "Hedge"): (v["early_gain"] + later, -v["harm"]),
        ("revisionist", "Aggress", "Balance"): (v["early_gain"], 0),
    }

    def reply(kind, conduct):
        outcomes = {a: dict(zip(PLAYERS, pairs[kind, conduct, a], strict=True)) for a in ("Hedge", "Balance")}
        return ("SmallState", f"reply to {conduct}", outcomes)

    def conduct(kind):
        return ("Partner", f"conduct of the {kind}", {a: reply(kind, a) for a in ("Moderate", "Aggress")})

    chances = {"revisionist": v["p"], "benign": 1 - v["p"]}
    return ("chance", "Type", {kind: (probability, conduct(kind)) for kind, probability in chances.items()})


@pytest.fixture(scope="module")
def model():
    return hg.load("latent-threat")


def profiles(pinned):
    return {line[0]: beliefs for line, beliefs in pinned.items()}


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Hedge")
    assert set(model.cases) == {"korea", "india"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


# Baseline: a revisionist partner moderates where D > 5/9, a benign one where D > -1; the small state hedges after Moderate where
# b > 3*r, after Aggress where 1 - b > 3*(1 - r).
# - D > 5/9 makes r = b = 1; then 1 < 3, x = 0: a contradiction.
# - D = 5/9 makes b = 1. r = 1 gives x = 0 again. So r < 1, only revisionist partners aggress, y = 0 and x = 5/9: the small state is
#   indifferent, 1 = 3*r, r = 1/3.
# - -1 < D < 5/9 makes b = 1, r = 0, so x = 1 and y = 0, D = 1: a contradiction.
# - D = -1 is x = 0, y = 1, and makes r = 0. If b > 0, only benign partners moderate, and x = 1; if b = 0, 1 < 3 gives y = 0.
# The one equilibrium is semi-separating: threats stay latent with probability 1/3. A revisionist partner gets 1, a benign one 5/9:
# 3/4 + 1/4*5/9 = 8/9; the small state 0. It hedges with probability (3/4*1/3 + 1/4)*5/9 = 5/18. The belief in a revisionist partner
# is 1/2 after Moderate and 1 after Aggress.
LATENT = ("1/3 Moderate+2/3 Aggress; Moderate; 5/9 Hedge+4/9 Balance; Balance", "8/9, 0", "5/18")


@pytest.mark.parametrize("concept", ["nash", "subgame-perfect", "sequential", "weak-pbe"])
def test_baseline(model, shown, believed, concept):
    found = hg.solve(model.at(), concept=concept)
    assert shown(found) == {LATENT}
    assert found.complete == "all"
    if concept == "sequential":
        assert believed(found, *SUSPICION) == {LATENT[0]: ("1/2", "1")}
        assert hg.solve(model.at()).concept == "sequential"


def test_baseline_pure(model):
    found = hg.solve(model.at(), concept="pure-nash")
    assert len(found) == 0
    assert found.complete == "all"


# Correlated play adds nothing at the baseline. The partner's plans are pairs (revisionist, benign) of M and A, the small state's pairs (x, y).
# - MA is strictly worse than 1/4 of AA and 3/4 of MM: by 1/4*21/10 at D = -1, 1/4*3/4 + 3/4*1/4 at D = 0, -1/4*3/5 + 3/4*1/2 at D = 1.
# - Told y = 1, the small state would lose 3/4 against AM and 1/2 against AA by hedging after Aggress: y = 1 comes with MM only.
# - So D >= 0 with AA, where a benign partner prefers to moderate: AA is not played.
# Let a, b be the weights of MM with x = 1 and x = 0, c, e those of AM. Told x = 1 the small state needs c >= 2*a, told x = 0 e <= 2*b; a
# revisionist told M needs D >= 5/9 on average, so 4*a >= 5*b at least, and told A 4*c <= 5*e. Hence c >= 2*a >= 5/2*b >= 5/4*e >= c: all
# are equal, with y = 0 throughout: a, b, c, e = 5/27, 4/27, 10/27, 8/27, the equilibrium above.
def test_baseline_correlated(model):
    found = hg.solve(model.at(), concept="correlated")
    assert found.complete == "all"
    (e,) = found
    assert sorted(e.distribution.values()) == [F(4, 27), F(5, 27), F(8, 27), F(10, 27)]
    assert found.ranges == {"Partner": (F(8, 9), F(8, 9)), "SmallState": (0, 0), "hedge": (F(5, 18), F(5, 18))}


# Together the two would do better by r = 0, b = 1, x = 1, y = 0: 3/4 + 1/4 = 1 > 8/9 and 1/4 > 0. So no Nash equilibrium is strong. But a
# revisionist partner would break that agreement (9/5 > 1): the only Nash equilibrium is coalition-proof.
def test_baseline_coalitions(model, shown):
    found = hg.solve(model.at(), concept="strong-nash")
    assert (found.complete, len(found)) == ("all", 0)
    assert shown(hg.solve(model.at(), concept="coalition-proof")) == {LATENT}


# Belief, above one half: as at the baseline (1 - p)*b = p*r with b = 1, r = (1 - p)/p, x = 5/9 and y = 0. The partner gets
# p + (1 - p)*5/9, and hedging has probability (p*r + 1 - p)*5/9 = 2*(1 - p)*5/9: it fades as belief in the threat grows.
@pytest.mark.parametrize("p", [F(51, 100), F(3, 5), F(9, 10), F(99, 100)])
def test_hedging_fades_as_belief_in_the_threat_grows(model, shown, believed, p):
    found = hg.solve(model.at(p=p))
    r = (1 - p) / p
    profile = f"{r} Moderate+{1 - r} Aggress; Moderate; 5/9 Hedge+4/9 Balance; Balance"
    assert shown(found) == {(profile, f"{p + (1 - p) * F(5, 9)}, 0", str((1 - p) * F(10, 9)))}
    assert believed(found, *SUSPICION) == {profile: ("1/2", "1")}


# p = 1: only revisionist partners. Hedging after conduct that occurs loses 1, so it is not played there. Moderate would need x = 0 and
# be worth 0 against 1 + 9/5*y: so the partner aggresses, y = 0, and x <= 5/9. What a benign partner would do is free in Nash and not in
# sequential equilibrium: it moderates (D > -1). Consistent beliefs put all weight on the revisionist as mistakes do not change
# Nature's: so x = 0 in sequential equilibrium, but anything up to 5/9 in a Nash or weak perfect Bayesian one.
def test_a_certain_threat(model, shown):
    game = model.at(p="1")
    assert shown(hg.solve(game)) == {("Aggress; Moderate; Balance; Balance", "1, 0", "0")}
    for concept in ("nash", "weak-pbe"):
        for e in hg.solve(game, concept=concept):
            assert e.hedge == 0
            assert e.profile.at("Conduct after revisionist")["Aggress"] == 1
            assert e.profile.at("Reply after Moderate")["Hedge"] <= F(5, 9)
    assert F(5, 9) in {e.profile.at("Reply after Moderate")["Hedge"] for e in hg.solve(game, concept="nash")}


# p = 1/4: the small state hedges after Moderate where 3*b > r, after Aggress where 3*(1 - b) > 1 - r.
# - D > 5/9: r = b = 1, x = 1, and any y < 4/9 will do: pooling on Moderate, up to D = 5/9 at y = 4/9 (r < 1 there would make y = 0 and
#   x = 5/9, not best since 3 > r). The partner gets 3/4*1 + 1/4*9/5 = 6/5, the small state 3/4 - 1/4 = 1/2. After Aggress y = 0
#   needs a belief of at least 1/2, y = 4/9 exactly 1/2.
# - -1 < D < 5/9: a contradiction as before.
# - D = -1, x = 0, y = 1: r = 0; b > 0 would make x = 1; b = 0 makes y = 1 (3 > 1): pooling on Aggress, where a benign partner just does not
#   gain by moderating (0 against 1 - 1). The partner gets 1/4*(1 + 9/5) = 7/10, the small state 1/2. After Moderate x = 0 needs
#   a belief of at least 1/2.
MODERATE = {
    ("Moderate; Moderate; Hedge; Balance", "6/5, 1/2", "1"): ("1/4", "1/2 to 1"),
    ("Moderate; Moderate; Hedge; 4/9 Hedge+5/9 Balance", "6/5, 1/2", "1"): ("1/4", "1/2"),
}
AGGRESSIVE = {("Aggress; Aggress; Balance; Hedge", "7/10, 1/2", "1"): ("1/2 to 1", "1/4")}


@pytest.mark.parametrize("concept", ["nash", "sequential", "weak-pbe"])
def test_a_partner_that_is_probably_benign(model, shown, believed, concept):
    found = hg.solve(model.at(p="1/4"), concept=concept)
    assert shown(found) == set(MODERATE | AGGRESSIVE)
    assert sorted(len(component) for component in found.components) == [1, 2]
    if concept == "sequential":
        assert believed(found, *SUSPICION) == profiles(MODERATE | AGGRESSIVE)


def test_a_partner_that_is_probably_benign_pure(model, shown):
    assert shown(hg.solve(model.at(p="1/4"), concept="pure-nash")) == {
        line for line in MODERATE | AGGRESSIVE if "/9" not in line[0]
    }


# aggression_cost at p = 1/4 decides whether pooling on Aggress exists: a benign partner puts up with it where D <= -aggression_cost, and
# r = b = 0, y = 1 as before. At 101/100 there is none. At 1/2 any x <= 1/2 will do: the partner gets 3/4*1/2 + 1/4*14/5 = 43/40. x = 1/2
# needs a belief of exactly 1/2.
AGGRESSIVE_HALF = {
    ("Aggress; Aggress; Balance; Hedge", "43/40, 1/2", "1"): ("1/2 to 1", "1/4"),
    ("Aggress; Aggress; 1/2 Hedge+1/2 Balance; Hedge", "43/40, 1/2", "1"): ("1/2", "1/4"),
}


def test_the_price_of_aggression(model, shown, believed):
    dear = hg.solve(model.at(p="1/4", aggression_cost="101/100"))
    assert shown(dear) == set(MODERATE)
    cheap = hg.solve(model.at(p="1/4", aggression_cost="1/2"))
    assert shown(cheap) == set(MODERATE | AGGRESSIVE_HALF) == shown(hg.solve(cheap.game, concept="nash"))
    assert sorted(len(component) for component in cheap.components) == [2, 2]
    assert believed(cheap, *SUSPICION) == profiles(MODERATE | AGGRESSIVE_HALF)


# Where all aggress (aggression_cost 1/2), Moderate gives a revisionist partner at most 9/5 instead of 14/5 and a benign one up to 1
# instead of 1/2: whoever moderates is benign, the small state hedges, and 1 > 1/2. The intuitive criterion rejects it. Where all moderate, Aggress
# gives a benign partner at most 1/2 instead of 1: it is read as revisionist, the small state balances, and 1 < 9/5 deters it.
def test_the_intuitive_criterion(model):
    found = hg.solve(model.at(p="1/4", aggression_cost="1/2"), concept="sequential")
    kept, dropped = refine(found.game, tuple(found), "intuitive")
    assert [e.payoffs["Partner"] for e in kept] == [F(6, 5)] * 2
    assert [e.payoffs["Partner"] for e, _ in dropped] == [F(43, 40)] * 2


# Costless aggression, p = 1/4: a benign partner moderates where D > 0. Pooling on Moderate as before. D = 0: r = 0; b > 0 makes
# x = 1 = y, best after Aggress for 3*(1 - b) >= 1, b <= 2/3; b = 0 makes y = 1, x = 1. D < 0: b = 0, y = 1 and any x: with the last, a component with
# corners (b, x) = (0, 0), (0, 1), (2/3, 1), in which the small state always hedges: the partner gets 3/4*1 + 1/4*14/5 = 29/20. At
# b = 2/3 whoever moderates is benign, and the belief after Aggress is 1/2; at b = 0, x = 1 needs a belief of at most 1/2.
def test_costless_aggression(model, shown, believed):
    found = hg.solve(model.at(p="1/4", aggression_cost="0"))
    bold = {
        ("Aggress; Aggress; Balance; Hedge", "29/20, 1/2", "1"): ("1/2 to 1", "1/4"),
        ("Aggress; Aggress; Hedge; Hedge", "29/20, 1/2", "1"): ("0 to 1/2", "1/4"),
        ("Aggress; 2/3 Moderate+1/3 Aggress; Hedge; Hedge", "29/20, 1/2", "1"): ("0", "1/2"),
    }
    assert shown(found) == set(MODERATE) | set(bold)
    assert sorted(len(component) for component in found.components) == [2, 3]
    assert believed(found, *SUSPICION) == profiles(MODERATE | bold)


# later_gain 1: 9/10*D < 1, a revisionist partner never waits, r = 0. D = -1 is impossible as at the baseline, so b = 1, x = 1, y = 0:
# separating. The partner gets 3/4 + 1/4 = 1, the small state 1/4; it hedges with probability 1/4.
# The same with discount 1/2 and later_gain 19/10: 19/20 < 1.
@pytest.mark.parametrize("values", [{"later_gain": "1"}, {"discount": "1/2", "later_gain": "19/10"}])
def test_a_threat_that_cannot_wait(model, shown, believed, values):
    found = hg.solve(model.at(**values))
    apart = "Aggress; Moderate; Hedge; Balance"
    assert shown(found) == {(apart, "1, 1/4", "1/4")} == shown(hg.solve(found.game, concept="nash"))
    assert found.complete == "all"
    assert believed(found, *SUSPICION) == {apart: ("0", "1")}


# discount 1/2 is the tie: 1/2*2*D = 1 at D = 1. b = 1, and r < 1 makes y = 0; x < 1 would make r = 0 and so x = 1: hence x = 1, which is
# best for r up to 1/3 (r = 1 makes x = 0): a segment. A revisionist partner gets 1, a benign one 1; the small state 1/4 - 3/4*r: 1/4 and
# 0; it hedges with probability 1/4 + 3/4*r: 1/4 and 1/2.
@pytest.mark.parametrize("concept", ["nash", "sequential"])
def test_the_tie_at_which_waiting_just_pays(model, shown, believed, concept):
    found = hg.solve(model.at(discount="1/2"), concept=concept)
    apart, mixed = "Aggress; Moderate; Hedge; Balance", "1/3 Moderate+2/3 Aggress; Moderate; Hedge; Balance"
    assert shown(found) == {(apart, "1, 1/4", "1/4"), (mixed, "1, 0", "1/2")}
    assert found.complete == "extreme"
    assert [len(component) for component in found.components] == [2]
    if concept == "sequential":
        assert believed(found, *SUSPICION) == {apart: ("0", "1"), mixed: ("1/2", "1")}


# p = 1/2 is the tie of beliefs: where both types do the same, the small state is indifferent. Pooling on Moderate: all x - y >= 5/9, a triangle
# with corners (x, y) = (5/9, 0), (1, 0), (1, 4/9); the partner gets 1/2*x + 1/2*9/5*x = 7/5*x: 7/9 and 7/5; the small state 0; it hedges with
# probability x. (r < 1 at D = 5/9 makes y = 0, x = 5/9 and 1 = r.) Pooling on Aggress: x = 0, y = 1, worth 1/2*14/5 = 7/5.
EVEN = {
    ("Moderate; Moderate; 5/9 Hedge+4/9 Balance; Balance", "7/9, 0", "5/9"): ("1/2", "1/2 to 1"),
    ("Moderate; Moderate; Hedge; Balance", "7/5, 0", "1"): ("1/2", "1/2 to 1"),
    ("Moderate; Moderate; Hedge; 4/9 Hedge+5/9 Balance", "7/5, 0", "1"): ("1/2", "1/2"),
    ("Aggress; Aggress; Balance; Hedge", "7/5, 0", "1"): ("1/2 to 1", "1/2"),
}


def test_the_tie_of_beliefs(model, shown, believed):
    game = model.at(p="1/2")
    found = hg.solve(game, concept="sequential")
    assert shown(found) == set(EVEN)
    assert sorted(len(component) for component in found.components) == [1, 3]
    assert believed(found, *SUSPICION) == profiles(EVEN)
    # In plans the triangle has a fourth corner, since "hedge after Moderate only" and "hedge after both" can be mixed in two ways.
    nash = hg.solve(game, concept="nash")
    assert shown(nash) >= set(EVEN)
    assert len(nash.components) == 2
    for e in nash:
        x, y = (e.profile.at(f"Reply after {conduct}")["Hedge"] for conduct in ("Moderate", "Aggress"))
        types = [e.profile.at(f"Conduct after {kind}")["Moderate"] for kind in ("revisionist", "benign")]
        assert (types == [1, 1] and x - y >= F(5, 9)) or (types == [0, 0] and (x, y) == (0, 1))


# The small state can always be made to believe what a reply to conduct that does not occur needs, so that as long as 0 < p < 1 all Nash
# equilibria are sequential: Hedge is best if a benign partner is suspected, Balance if a revisionist one, either at gain/(gain + harm).
def test_every_nash_equilibrium_is_sequential(model, shown, random_points):
    from hedging_games.theory.beliefs.supporting import belief_sets

    for point in random_points(RANGES, 41, 40, lambda v: 0 < v["p"] < 1):
        game = model.at(**point)
        nash, sequential = (hg.solve(game, concept=concept) for concept in ("nash", "sequential"))
        assert shown(sequential) <= shown(nash), point
        assert len(sequential.components) == len(nash.components), point
        assert all(belief_sets(game, e.profile).exist for e in nash), point


# Korea, p = 1/4, as above. India, p = 3/5: r = 2/3; the partner gets 3/5 + 2/5*5/9 = 37/45; hedging has probability 4/5*5/9 = 4/9.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"))) == set(MODERATE | AGGRESSIVE)
    assert shown(hg.solve(model.at("india"))) == {
        ("2/3 Moderate+1/3 Aggress; Moderate; 5/9 Hedge+4/9 Balance; Balance", "37/45, 0", "4/9")
    }


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=40, concepts=["nash", "subgame-perfect", "pure-nash"])
