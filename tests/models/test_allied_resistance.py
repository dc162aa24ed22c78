"""allied-resistance, against its matrix written down a second time and equilibria derived by hand.

Resisting is better than accepting where the probability that enough others resist exceeds 1 - demand/retaliation: it is worth
-retaliation times the probability that they do not, against -demand.
"""

import math
from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("Seoul", "Tokyo", "Canberra")
BASELINE = {"demand": F(1), "retaliation": F(4), "threshold": F(3)}
RANGES = {"demand": (F(0), F(10)), "retaliation": (F(0), F(10)), "threshold": (F(2), F(3))}


def tree(v):
    def outcome(*chosen):
        succeeds = chosen.count("Resist") >= v["threshold"]
        alone = 0 if succeeds else -v["retaliation"]
        return {
            name: -v["demand"] if action == "Accept" else alone for name, action in zip(PLAYERS, chosen, strict=True)
        }

    def decide(chosen):
        if len(chosen) == len(PLAYERS):
            return outcome(*chosen)
        name = PLAYERS[len(chosen)]
        return (name, name, {action: decide((*chosen, action)) for action in ("Accept", "Resist")})

    return decide(())


def assumed(v):
    return 0 < v["demand"] < v["retaliation"]


@pytest.fixture(scope="module")
def model():
    return hg.load("allied-resistance")


def test_what_the_file_declares(model, declares):
    hedge = "Seoul.Resist and Tokyo.Resist and Canberra.Resist"
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge=hedge)
    assert set(model.cases) == {"korea", "two_suffice"}
    with pytest.raises(hg.InputError, match="demand"):
        model.at(demand="4")


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES, allowed=assumed)


# Pure, threshold 3: a lone or second resister is punished and would rather accept (-1 > -4), so either all accept or all
# resist; both are strict. Threshold 2: two resisters suffice, and a third who accepts would rather join (0 > -1); one alone would
# rather accept. The same two.
ACCEPTED = ("Accept; Accept; Accept", "-1, -1, -1", "0")
RESISTED = ("Resist; Resist; Resist", "0, 0, 0", "1")


@pytest.mark.parametrize("threshold", ["3", "2"])
def test_pure(model, shown, threshold):
    found = hg.solve(model.at(threshold=threshold), concept="pure-nash")
    assert found.complete == "all"
    assert shown(found) == {ACCEPTED, RESISTED}
    assert all(e.strict for e in found)


# Mixed, threshold 3: whoever mixes needs q*q' = 1 - 1/4 = 3/4 of the other two. If only one mixed, the other two would be pure and the product
# 0 or 1. If two mixed and the third surely accepted, the product would be 0; if it surely resisted, each of the two would need 3/4 of
# the other, but then the third would face 9/16 < 3/4 and accept. So all mix, and q1*q2 = q1*q3 = q2*q3 = 3/4: q = sqrt(3)/2, irrational.
# Threshold 2: whoever mixes needs (1 - q)(1 - q') = 1/4. One alone: 0 or 1 again. Two with the third resisting: 0. Two with the
# third accepting: 1 - q = 1/4 each, but then the third faces 1/16 < 1/4 and resists. All three: 1 - q = 1/2: q = 1/2.
def test_nash(model):
    found = hg.solve(model.at(), concept="nash")
    assert found.complete == "all"
    assert len(found) == 3
    pure = [e for e in found if e.profile.is_pure]
    assert {e.hedge for e in pure} == {0, 1}
    (mixed,) = [e for e in found if not e.profile.is_pure]
    for mixture in mixed.profile.as_dict().values():
        assert mixture["Resist"] ** 2 == F(3, 4)
        assert mixture["Resist"] > 0
        assert mixture["Accept"] + mixture["Resist"] == 1
    assert mixed.certificate.exact
    assert mixed.certificate.largest_gain == 0
    assert dict(mixed.payoffs) == dict.fromkeys(PLAYERS, -1)
    assert mixed.hedge**2 == F(27, 64)


def test_nash_where_two_suffice(model, shown):
    found = hg.solve(model.at(threshold="2"), concept="nash")
    assert found.complete == "all"
    half = "1/2 Accept+1/2 Resist"
    assert shown(found) == {ACCEPTED, RESISTED, (f"{half}; {half}; {half}", "-1, -1, -1", "1/8")}


def test_the_mixed_equilibrium_where_two_suffice(judge):
    watch = judge(PLAYERS, tree(BASELINE | {"threshold": F(2)}))
    profile = {name: {"Accept": F(1, 2), "Resist": F(1, 2)} for name in PLAYERS}
    assert watch.largest_gain(profile) == 0
    assert watch.payoffs(profile) == dict.fromkeys(PLAYERS, F(-1))
    # With threshold 3 and demand 3 the product has to be 1/4: q = 1/2 as well.
    assert judge(PLAYERS, tree({"demand": F(3), "retaliation": F(4), "threshold": F(3)})).largest_gain(profile) == 0


# demand 3, retaliation 4: the same two pure equilibria, acceptance now worth -3.
def test_a_hard_demand(model, shown):
    assert shown(hg.solve(model.at(demand="3"), concept="pure-nash")) == {
        ("Accept; Accept; Accept", "-3, -3, -3", "0"),
        RESISTED,
    }


# Against others who resist with probability 1/2 each, resisting succeeds with probability 1/4 where three are needed, and is worth
# -3/4*retaliation against -demand: better where demand/retaliation > 3/4. Where two suffice it succeeds with 3/4: where it exceeds 1/4.
@pytest.mark.parametrize(("threshold", "edge"), [(3, F(3)), (2, F(1))])
def test_best_reply_to_even_odds(judge, threshold, edge):
    even = {name: {"Accept": F(1, 2), "Resist": F(1, 2)} for name in PLAYERS}
    for demand, better in ((edge - F(1, 10), "Accept"), (edge + F(1, 10), "Resist")):
        watch = judge(PLAYERS, tree({"demand": demand, "retaliation": F(4), "threshold": F(threshold)}))
        worth = {
            a: watch.payoffs(even | {"Seoul": {"Accept": a == "Accept", "Resist": a == "Resist"}})["Seoul"]
            for a in ("Accept", "Resist")
        }
        assert max(worth, key=worth.get) == better
        assert worth["Accept"] != worth["Resist"]


def test_cases(model, shown):
    for case in ("korea", "two_suffice"):
        assert shown(hg.solve(model.at(case), concept="pure-nash")) == {ACCEPTED, RESISTED}


def test_against_brute_force(model, agrees):
    agrees(model, tree, RANGES, seed=5, concepts=["pure-nash"], allowed=assumed)


def test_against_brute_force_mixed(model, agrees, thorough):
    agrees(model, tree, RANGES, seed=14, concepts=["nash"], allowed=assumed, count=200 if thorough else 50)


# Nobody sees anybody's choice: every concept for trees comes to Nash, and nothing is off the path.
@pytest.mark.parametrize("concept", ["subgame-perfect", "sequential", "weak-pbe"])
def test_concepts_for_trees_come_to_nash(model, concept):
    found = hg.solve(model.at(), concept=concept)
    assert found.complete == "all"
    assert [e.profile for e in found] == [e.profile for e in hg.solve(model.at(), concept="nash")]


# All three gain by resisting together wherever somebody gets less than 0, the most there is: of the Nash equilibria only
# RESISTED is strong, and coalition-proof (the agreement holds, being strict).
@pytest.mark.parametrize("threshold", ["3", "2"])
@pytest.mark.parametrize("concept", ["strong-nash", "coalition-proof"])
def test_coalitions(model, shown, concept, threshold):
    assert shown(hg.solve(model.at(threshold=threshold), concept=concept)) == {RESISTED}


# Accepting is worth -1 whatever the others do, so no correlated equilibrium pays less, and none pays more than 0; both ends and any
# probability of success between are reached by drawing lots between the two pure equilibria.
def test_correlated(model):
    found = hg.solve(model.at(), concept="correlated")
    assert found.complete == "extreme"
    assert found.ranges == dict.fromkeys(PLAYERS, (-1, 0)) | {"hedge": (0, 1)}


# Every ally resists with the same q on the principal branch (the game is symmetric, the branch starts at 1/2 and nothing breaks the
# symmetry): q/(1 - q) = exp(precision*(1 - 4*(1 - q**2))). It ends where all accept.
@pytest.mark.parametrize("precision", ["1/4", "1", "3"])
def test_quantal_response(model, precision):
    (response,) = hg.solve(model.at(), "qre", precision=precision)
    (q,) = {float(response.profile.at(name)["Resist"]) for name in PLAYERS}
    assert math.log(q / (1 - q)) == pytest.approx(float(F(precision)) * (1 - 4 * (1 - q**2)), abs=1e-9)
    assert response.certificate.largest_gain > 0
    assert float(hg.logit_branch(model.at()).rows()[-1]["Seoul.Accept"]) > 1 - 1e-9


# Trust: if both others accept with probability p and do their worst to the own choice otherwise (both resist), resisting costs
# 4*p against 1: Accept needs p = 1/4. If they resist with p and both accept otherwise, it costs 4*(1 - p): Resist needs 3/4. Both thresholds
# alike. Risk: if every number of others who resist is equally likely, resisting costs 4*2/3 where three are needed, 4*1/3 where
# two suffice, and accepting 1: Accept is risk dominant in either case.
@pytest.mark.parametrize(("threshold", "measure"), [("3", F(5, 3)), ("2", F(1, 3))])
def test_risk_dominance(model, threshold, measure):
    game = model.at(threshold=threshold)
    compared = hg.risk_dominance(game)
    assert (compared.measures, compared.dominant) == ((measure, -measure), 0)
    assert [equilibrium.level for equilibrium in hg.p_dominance(game)] == [F(1, 4), F(3, 4)]


# Both actions are best replies to something (all others doing the same): nothing is dominated.
def test_elimination(model):
    found = hg.eliminate(model.at())
    assert found.removals == ()
    assert set(found.surviving.values()) == {("Accept", "Resist")}


def test_what_does_not_fit(model):
    for concept in ("perfect", "evolutionarily-stable"):
        with pytest.raises(hg.ConceptError, match="does not fit"):
            hg.solve(model.at(), concept)
