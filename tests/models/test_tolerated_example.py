"""tolerated-example, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Example of a tolerant ally; of a demanding one; Reply to Tolerate; to Punish. There is no proper
subgame, so the subgame-perfect equilibria are the Nash equilibria.

Let t and m be the probabilities with which the tolerant and the demanding ally tolerate, x and y those with which the onlookers
join after Tolerate and after Punish, and D = x - y. Tolerating instead of punishing is worth

- onlookers*join_value*D - (tolerance_cost - punishment_cost) to a tolerant ally, 6*D + 5/2 at the baseline;
- onlookers*exploitation*D - forbearance to a demanding one, 3*D - 2 at the baseline.

After Tolerate the onlookers gain by joining if p*t*welcome exceeds (1 - p)*m*abuse, after Punish if p*(1 - t)*welcome exceeds
(1 - p)*(1 - m)*abuse. With welcome = abuse that is a belief in a tolerant ally of more than 1/2.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from hedging_games.errors import InputError
from hedging_games.theory.refinements import refine

PLAYERS = ("Ally", "Onlookers")
BASELINE = {
    "p": F(1, 4), "onlookers": F(3), "join_value": F(2), "exploitation": F(1), "forbearance": F(2), "tolerance_cost": F(1, 2),
    "punishment_cost": F(3), "welcome": F(1), "abuse": F(1),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE} | {"p": (F(0), F(1))}
TRUST = (("Reply after Tolerate", "tolerant, Tolerate"), ("Reply after Punish", "tolerant, Punish"))


def assumed(v):
    return v.get("punishment_cost", F(3)) > v.get("tolerance_cost", F(1, 2))


def tree(v):
    def outcome(kind, example, reply):
        joined = int(reply == "Join")
        if kind == "tolerant":
            cost = v["tolerance_cost"] if example == "Tolerate" else v["punishment_cost"]
            return {"Ally": v["onlookers"] * v["join_value"] * joined - cost, "Onlookers": v["welcome"] * joined}
        cost = v["forbearance"] if example == "Tolerate" else 0
        return {"Ally": v["onlookers"] * v["exploitation"] * joined - cost, "Onlookers": -v["abuse"] * joined}

    def reply(kind, example):
        return ("Onlookers", f"reply to {example}", {a: outcome(kind, example, a) for a in ("Join", "Out")})

    def example(kind):
        return ("Ally", f"example of the {kind}", {a: reply(kind, a) for a in ("Tolerate", "Punish")})

    chances = {"tolerant": v["p"], "demanding": 1 - v["p"]}
    return ("chance", "Type", {kind: (probability, example(kind)) for kind, probability in chances.items()})


@pytest.fixture(scope="module")
def model():
    return hg.load("tolerated-example")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="demanding and Tolerate")
    assert set(model.cases) == {"korea", "india"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, allowed=assumed)


# Baseline: a tolerant ally tolerates where D > -5/12, a demanding one where D > 2/3; onlookers join after Tolerate where t > 3*m, after
# Punish where 1 - t > 3*(1 - m).
# - D > 2/3 makes both tolerate, t = m = 1; then 1 < 3, x = 0, and D <= 0: a contradiction.
# - D = 2/3 makes t = 1. m = 1 gives x = 0 again. So m < 1, only demanding allies punish, y = 0 and x = 2/3: the onlookers are
#   indifferent, 1 = 3*m, m = 1/3.
# - -5/12 < D < 2/3 makes t = 1, m = 0, so x = 1 and y = 0, D = 1: a contradiction.
# - D <= -5/12 makes m = 0. If t > 0, only tolerant allies tolerate, x = 1, and D >= 0. So t = 0, and 1 < 3 gives y = 0, D >= 0:
#   a contradiction.
# The one equilibrium is semi-separating. A tolerant ally expects 6*2/3 - 1/2 = 7/2, a demanding one 0: together 7/8; the onlookers
# 0. A demanding ally tolerates with probability 3/4*1/3 = 1/4. Of those who tolerate 1/4 are tolerant and 1/4 demanding: the belief is
# 1/2 after Tolerate and 0 after Punish.
HALF = ("Tolerate; 1/3 Tolerate+2/3 Punish; 2/3 Join+1/3 Out; Out", "7/8, 0", "1/4")


@pytest.mark.parametrize("concept", ["nash", "subgame-perfect", "sequential", "weak-pbe"])
def test_baseline(model, shown, believed, concept):
    found = hg.solve(model.at(), concept=concept)
    assert shown(found) == {HALF}
    assert found.complete == "all"
    if concept == "sequential":
        assert believed(found, *TRUST) == {HALF[0]: ("1/2", "0")}
        assert hg.solve(model.at()).concept == "sequential"


def test_baseline_pure(model):
    found = hg.solve(model.at(), concept="pure-nash")
    assert len(found) == 0
    assert found.complete == "all"


# Correlated play adds nothing at the baseline. Ally's plans are pairs (tolerant, demanding) of T and P, the onlookers' pairs (x, y).
# - PT is strictly worse than TT and PP, half each: by (-7/8 + 15/4)/2 at D = -1, (5/8 + 3/2)/2 at D = 0, (17/8 - 3/4)/2 at D = 1.
# - Told y = 1, the onlookers would lose 3/4 against TP and 1/2 against PP by joining after Punish: y = 1 comes with TT only.
# - So D >= 0 with PP, where a tolerant ally prefers to tolerate: PP is not played.
# Let a, b be the weights of TT with x = 1 and x = 0, c, e those of TP. Told x = 1 the onlookers need c >= 2*a, told x = 0 e <= 2*b; a demanding
# ally told T needs D >= 2/3 on average, so a >= 2*b at least, and told P c <= 2*e. Hence c >= 2*a >= 4*b >= 2*e >= c: all are equal, with
# y = 0 throughout; a, b, c, e = 2/9, 1/9, 4/9, 2/9 is the equilibrium above, with chances 1/3 of TT and 2/3 of x = 1.
def test_baseline_correlated(model):
    found = hg.solve(model.at(), concept="correlated")
    assert found.complete == "all"
    (e,) = found
    assert sorted(e.distribution.values()) == [F(1, 9), F(2, 9), F(2, 9), F(4, 9)]
    assert found.ranges == {"Ally": (F(7, 8), F(7, 8)), "Onlookers": (0, 0), "hedge": (F(1, 4), F(1, 4))}


# Ally and onlookers together would do better by t = 1, m = 0, x = 1, y = 0: 1/4*11/2 = 11/8 > 7/8 and 1/4 > 0. So no Nash equilibrium is
# strong. But a demanding ally would break that agreement (3 - 2 > 0): the only Nash equilibrium is coalition-proof.
def test_baseline_coalitions(model, shown):
    found = hg.solve(model.at(), concept="strong-nash")
    assert (found.complete, len(found)) == ("all", 0)
    assert shown(hg.solve(model.at(), concept="coalition-proof")) == {HALF}


# The semi-separating probability as the onlookers become more, n of them. What tips a demanding ally is n*D against 2.
# - n < 2: even D = 1 is not enough, m = 0. A tolerant ally tolerates where D > -5/(4*n), and D <= -5/(4*n) is impossible as above. So
#   t = 1, x = 1, y = 0: separating. A tolerant ally gets 2*n - 1/2, the onlookers 1/4.
# - n > 2: as at the baseline, with D = 2/n: t = 1, m = 1/3 and x = 2/n. More onlookers do not make a demanding ally tolerate more often:
#   they make the onlookers join less, x falls so that n*x stays 2, and a tolerant ally always gets 2*2 - 1/2 = 7/2.
@pytest.mark.parametrize("n", [F(0), F(1, 2), F(1), F(7, 4), F(199, 100), F(201, 100), F(5, 2), F(4), F(7), F(10)])
def test_more_onlookers_buy_tolerance_once_and_for_all(model, shown, believed, n):
    found = hg.solve(model.at(onlookers=n))
    assert found.complete == "all"
    if n < 2:
        profile, payoffs, hedge, trust = "Tolerate; Punish; Join; Out", f"{(2 * n - F(1, 2)) / 4}, 1/4", "0", "1"
    else:
        profile = f"Tolerate; 1/3 Tolerate+2/3 Punish; {2 / n} Join+{1 - 2 / n} Out; Out"
        payoffs, hedge, trust = "7/8, 0", "1/4", "1/2"
    assert shown(found) == {(profile, payoffs, hedge)}
    assert believed(found, *TRUST) == {profile: (trust, "0")}


# n = 2 is the tie: D = 1 leaves a demanding ally indifferent. As above t = 1 and y = 0. x < 1 would make m = 0 and so x = 1: hence x = 1,
# which is best for m up to 1/3: a segment. A tolerant ally gets 4 - 1/2 = 7/2, the onlookers 1/4 - 3/4*m: 1/4 and 0. At m = 1/3 the
# belief after Tolerate is 1/2, at m = 0 it is 1.
@pytest.mark.parametrize("concept", ["nash", "sequential"])
def test_the_tie_at_which_the_onlookers_are_just_enough(model, shown, believed, concept):
    found = hg.solve(model.at(onlookers="2"), concept=concept)
    apart, mixed = "Tolerate; Punish; Join; Out", "Tolerate; 1/3 Tolerate+2/3 Punish; Join; Out"
    assert shown(found) == {(apart, "7/8, 1/4", "0"), (mixed, "7/8, 0", "1/4")}
    assert found.complete == "extreme"
    assert [len(component) for component in found.components] == [2]
    if concept == "sequential":
        assert believed(found, *TRUST) == {apart: ("1", "0"), mixed: ("1/2", "0")}


# What does move the probability is how welcome a tolerant ally makes an onlooker: t*welcome/4 = m*3/4*abuse gives m = welcome/(3*abuse)
# while that is less than one. A demanding ally then tolerates with probability 3/4*m; the belief that leaves onlookers indifferent
# is abuse/(welcome + abuse).
@pytest.mark.parametrize(("welcome", "abuse"), [(F(1, 2), F(1)), (F(2), F(1)), (F(29, 10), F(1)), (F(3), F(4))])
def test_what_moves_the_semi_separating_probability(model, shown, believed, welcome, abuse):
    found = hg.solve(model.at(welcome=welcome, abuse=abuse))
    m = welcome / (3 * abuse)
    profile = f"Tolerate; {m} Tolerate+{1 - m} Punish; 2/3 Join+1/3 Out; Out"
    assert shown(found) == {(profile, "7/8, 0", str(3 * m / 4))}
    assert believed(found, *TRUST) == {profile: (str(abuse / (welcome + abuse)), "0")}


# p = 3/4: onlookers join after Tolerate where 3*t > m, after Punish where 3*(1 - t) > 1 - m.
# - D > 2/3: t = m = 1, x = 1, and any y < 1/3 will do: pooling on Tolerate, up to D = 2/3 at y = 1/3 (there m < 1 would make y = 0 and
#   x = 2/3, not best since 3 > m). The ally gets 3/4*(6 - 1/2) + 1/4*(3 - 2) = 35/8, the onlookers 3/4 - 1/4 = 1/2. A demanding
#   ally tolerates whenever there is one, with probability 1/4. After Punish y = 0 needs a belief of at most 1/2, y = 1/3 exactly 1/2.
# - -5/12 < D < 2/3: t = 1, m = 0, x = 1, y = 0: a contradiction as before.
# - D <= -5/12: m = 0, and t > 0 would make x = 1. So t = 0, y = 1 (3 > 1) and x <= 7/12: pooling on Punish. A tolerant ally gets
#   6 - 3 = 3, a demanding one 3; the onlookers 1/2. After Tolerate x = 0 needs a belief of at most 1/2, x = 7/12 exactly 1/2.
TOLERATED = {
    ("Tolerate; Tolerate; Join; Out", "35/8, 1/2", "1/4"): ("3/4", "0 to 1/2"),
    ("Tolerate; Tolerate; Join; 1/3 Join+2/3 Out", "35/8, 1/2", "1/4"): ("3/4", "1/2"),
}
PUNISHED = {
    ("Punish; Punish; Out; Join", "3, 1/2", "0"): ("0 to 1/2", "3/4"),
    ("Punish; Punish; 7/12 Join+5/12 Out; Join", "3, 1/2", "0"): ("1/2", "3/4"),
}


def profiles(pinned):
    return {line[0]: beliefs for line, beliefs in pinned.items()}


@pytest.mark.parametrize("concept", ["nash", "sequential", "weak-pbe"])
def test_an_ally_that_is_probably_tolerant(model, shown, believed, concept):
    found = hg.solve(model.at(p="3/4"), concept=concept)
    assert shown(found) == set(TOLERATED | PUNISHED)
    assert sorted(len(component) for component in found.components) == [2, 2]
    if concept == "sequential":
        assert believed(found, *TRUST) == profiles(TOLERATED | PUNISHED)


def test_an_ally_that_is_probably_tolerant_pure(model, shown):
    assert shown(hg.solve(model.at(p="3/4"), concept="pure-nash")) == {
        line for line in TOLERATED | PUNISHED if "/" not in line[0]
    }


# Where all punish, Tolerate gives a demanding ally at most 3 - 2 = 1 instead of 3 and a tolerant one up to 6 - 1/2 instead of 3. So
# whoever tolerates is tolerant, onlookers would join, and 11/2 > 3: the intuitive criterion rejects pooling on Punish. Where all
# tolerate, Punish gives a tolerant ally at most 6 - 3 instead of 11/2 and a demanding one up to 3 instead of 1: it is read as demanding,
# nobody joins, and 0 < 1: pooling on Tolerate stands.
def test_the_intuitive_criterion(model):
    found = hg.solve(model.at(p="3/4"), concept="sequential")
    kept, dropped = refine(found.game, tuple(found), "intuitive")
    assert {e.payoffs["Ally"] for e in kept} == {F(35, 8)}
    assert {e.payoffs["Ally"] for e, _ in dropped} == {3}
    assert len(kept) == len(dropped) == 2
    assert all("11/2 instead of 3" in reason for _, reason in dropped)


# p = 1/2 is the tie of beliefs: where both types do the same, onlookers are indifferent.
# - D >= 2/3 with t = m = 1: all x and y with x - y >= 2/3: a triangle with corners (x, y) = (2/3, 0), (1, 0), (1, 1/3). The ally gets
#   1/2*(6*x - 1/2) + 1/2*(3*x - 2) = 9/2*x - 5/4: 7/4 and 13/4; the onlookers 0. (m < 1 at D = 2/3 makes y = 0, x = 2/3 and 1 = m.)
# - -5/12 < D < 2/3: a contradiction as before.
# - D <= -5/12 with t = m = 0: y - x >= 5/12: corners (0, 5/12), (0, 1), (7/12, 1). The ally gets 1/2*(6*y - 3) + 1/2*3*y =
#   9/2*y - 3/2: 3/8 and 3.
EVEN = {
    ("Tolerate; Tolerate; 2/3 Join+1/3 Out; Out", "7/4, 0", "1/2"): ("1/2", "0 to 1/2"),
    ("Tolerate; Tolerate; Join; Out", "13/4, 0", "1/2"): ("1/2", "0 to 1/2"),
    ("Tolerate; Tolerate; Join; 1/3 Join+2/3 Out", "13/4, 0", "1/2"): ("1/2", "1/2"),
    ("Punish; Punish; Out; 5/12 Join+7/12 Out", "3/8, 0", "0"): ("0 to 1/2", "1/2"),
    ("Punish; Punish; Out; Join", "3, 0", "0"): ("0 to 1/2", "1/2"),
    ("Punish; Punish; 7/12 Join+5/12 Out; Join", "3, 0", "0"): ("1/2", "1/2"),
}


def test_the_tie_of_beliefs(model, shown, believed):
    game = model.at(p="1/2")
    found = hg.solve(game, concept="sequential")
    assert shown(found) == set(EVEN)
    assert sorted(len(component) for component in found.components) == [3, 3]
    assert believed(found, *TRUST) == profiles(EVEN)
    # In plans the triangle has a fourth corner, since "join after Tolerate only" and "join after both" can be mixed in two ways.
    nash = hg.solve(game, concept="nash")
    assert shown(nash) >= set(EVEN)
    assert len(nash.components) == 2
    for e in nash:
        x, y = (e.profile.at(f"Reply after {example}")["Join"] for example in ("Tolerate", "Punish"))
        tolerant, demanding = (e.profile.at(f"Example after {kind}")["Tolerate"] for kind in ("tolerant", "demanding"))
        assert tolerant == demanding
        assert x - y >= F(2, 3) if tolerant == 1 else y - x >= F(5, 12)


# tolerance_cost 5/2: a tolerant ally still tolerates where D > -1/12, as punishment_cost is 3. p = 3/4, the cases of above:
# - pooling on Tolerate (x = 1, y <= 1/3) is worth 3/4*(6 - 5/2) + 1/4*(3 - 2) = 23/8 to the ally, 1/2 to the onlookers;
# - pooling on Punish needs y = 1 and D <= -1/12, x <= 11/12: worth 3/4*(6 - 3) + 1/4*3 = 3.
# Between them -1/12 < D < 2/3 makes t = 1, m = 0 and D = 1: a contradiction.
def test_tolerance_that_is_dear_to_a_tolerant_ally(model, shown, believed):
    found = hg.solve(model.at(p="3/4", tolerance_cost="5/2"), concept="sequential")
    pinned = {
        ("Tolerate; Tolerate; Join; Out", "23/8, 1/2", "1/4"): ("3/4", "0 to 1/2"),
        ("Tolerate; Tolerate; Join; 1/3 Join+2/3 Out", "23/8, 1/2", "1/4"): ("3/4", "1/2"),
        ("Punish; Punish; Out; Join", "3, 1/2", "0"): ("0 to 1/2", "3/4"),
        ("Punish; Punish; 11/12 Join+1/12 Out; Join", "3, 1/2", "0"): ("1/2", "3/4"),
    }
    assert shown(found) == set(pinned) == shown(hg.solve(found.game, concept="nash"))
    assert sorted(len(component) for component in found.components) == [2, 2]
    assert believed(found, *TRUST) == profiles(pinned)


def test_punishing_a_hedger_costs_a_tolerant_ally_more_than_tolerating_it(model):
    with pytest.raises(InputError, match="punishment_cost > tolerance_cost"):
        model.at(tolerance_cost=3)


# Where the onlookers are enough, n*exploitation >= forbearance, a demanding ally tolerates in some equilibrium: with p*welcome >= (1 - p)*abuse
# all tolerate and x = 1, y = 0; else t = 1, m = p*welcome/((1 - p)*abuse), x = forbearance/(n*exploitation) (any x if forbearance is 0), y = 0,
# which leaves a tolerant ally D >= 0. More onlookers keep that so.
def test_claims(model):
    assert [finding.verdict for finding in hg.examine(model)] == ["proved", "proved", "proved"]


# Onlookers can always be made to believe what a reply to an unused action needs, so that as long as 0 < p < 1 all Nash equilibria are
# sequential: Join is best if a tolerant ally is suspected, Out if a demanding one, either at abuse/(welcome + abuse).
def test_every_nash_equilibrium_is_sequential(model, shown, random_points):
    from hedging_games.theory.beliefs.supporting import belief_sets

    for point in random_points(RANGES, 31, 40, lambda v: 0 < v["p"] < 1 and assumed(v)):
        game = model.at(**point)
        nash, sequential = (hg.solve(game, concept=concept) for concept in ("nash", "sequential"))
        assert shown(sequential) <= shown(nash), point
        assert len(sequential.components) == len(nash.components), point
        assert all(belief_sets(game, e.profile).exist for e in nash), point


# Korea, p = 1/3: onlookers join after Tolerate where t > 2*m, so m = 1/2; the ally gets 1/3*7/2 = 7/6, a demanding one tolerates with
# probability 2/3*1/2 = 1/3. Pooling on Punish would need 1 > 2. India: as at p = 3/4.
def test_cases(model, shown):
    assert shown(hg.solve(model.at("korea"))) == {
        ("Tolerate; 1/2 Tolerate+1/2 Punish; 2/3 Join+1/3 Out; Out", "7/6, 0", "1/3")
    }
    assert shown(hg.solve(model.at("india"))) == set(TOLERATED | PUNISHED)


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=30, concepts=["nash", "subgame-perfect", "pure-nash"], allowed=assumed)
