"""restraining-pyongyang, against its tree written down a second time and equilibria derived by hand.

Profiles are read in the order Seoul; Beijing after Offer; after Withhold; Moscow after Offer; after Withhold; Pyongyang after each of
(Offer, Restrain, Restrain), (Offer, Restrain, Support), (Offer, Support, Restrain), (Offer, Support, Support), and the same
after Withhold.

Pyongyang provokes where support times the number of supporting patrons exceeds provocation_cost. To a patron quiet is worth
stability + engagement after an offer, stability without one.
"""

import math
import time
from fractions import Fraction as F

import pytest

import hedging_games as hg

PLAYERS = ("Seoul", "Beijing", "Moscow", "Pyongyang")
BASELINE = {
    "stability": F(1), "engagement": F(4), "restraint_cost": F(2), "support": F(2), "provocation_cost": F(3, 2), "peace": F(5),
    "offer_cost": F(1),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE}


def tree(v):
    def outcome(seoul, beijing, moscow, pyongyang):
        quiet, offered = int(pyongyang == "Quiet"), int(seoul == "Offer")
        worth = (v["stability"] + v["engagement"] * offered) * quiet
        supporters = (beijing, moscow).count("Support")
        return {
            "Seoul": v["peace"] * quiet - v["offer_cost"] * offered,
            "Beijing": worth - v["restraint_cost"] * (beijing == "Restrain"),
            "Moscow": worth - v["restraint_cost"] * (moscow == "Restrain"),
            "Pyongyang": (1 - quiet) * (v["support"] * supporters - v["provocation_cost"]),
        }

    def pyongyang(*past):
        return (
            "Pyongyang",
            f"Pyongyang after {past}",
            {action: outcome(*past, action) for action in ("Provoke", "Quiet")},
        )

    def moscow(seoul, beijing):
        return ("Moscow", f"Moscow after {seoul}", {a: pyongyang(seoul, beijing, a) for a in ("Restrain", "Support")})

    def beijing(seoul):
        return ("Beijing", f"Beijing after {seoul}", {a: moscow(seoul, a) for a in ("Restrain", "Support")})

    return ("Seoul", "Seoul", {action: beijing(action) for action in ("Offer", "Withhold")})


@pytest.fixture(scope="module")
def model():
    return hg.load("restraining-pyongyang")


def test_what_the_file_declares(model, declares):
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="Offer and Quiet")
    assert set(model.cases) == {"korea", "one_suffices"}


def test_payoffs(model, same_payoffs):
    same_payoffs(model, tree, RANGES)


BOTH_NEEDED = "Quiet; Provoke; Provoke; Provoke"
ONE_ENOUGH = "Quiet; Quiet; Quiet; Provoke"


# Baseline: one supporter suffices for a provocation (2 > 3/2). After an offer quiet is worth 5 to a patron and needs both: restraining
# is worth 5*r - 2 where the other restrains with probability r, supporting 0: both restrain, both support, or both mix
# with r = 2/5. Without an offer quiet is worth 1 < 2: both support. Seoul gets 5 - 1 = 4 from an offer that is answered with restraint,
# -1 from one that is not, 5*(2/5)^2 - 1 = -1/5 from the mixture, and 0 without an offer.
OFFERED = (f"Offer; Restrain; Support; Restrain; Support; {BOTH_NEEDED}; {BOTH_NEEDED}", "4, 3, 3, 0", "1")
WITHHELD = (f"Withhold; Support; Support; Support; Support; {BOTH_NEEDED}; {BOTH_NEEDED}", "0, 0, 0, 5/2", "0")
MIXED = "2/5 Restrain+3/5 Support"


def test_baseline(model, shown):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert found.complete == "all"
    assert shown(found) == {
        OFFERED,
        WITHHELD,
        (f"Withhold; {MIXED}; Support; {MIXED}; Support; {BOTH_NEEDED}; {BOTH_NEEDED}", "0, 0, 0, 5/2", "0"),
    }


# Pure Nash equilibria of the baseline. With an offer on the path: quiet needs Restrain, Restrain, Quiet (Pyongyang would provoke
# otherwise, and Seoul prefer 0 to -1). A patron that supported instead would get 5 > 3 if Pyongyang stayed quiet, so it provokes
# after either; Seoul would prefer to withhold (5 > 4) if Pyongyang stayed quiet then, so it provokes at the history that the patrons' plans for
# Withhold lead to. Free: those plans (4), Pyongyang after (Offer, Support, Support) (2) and at the three other histories after
# Withhold (8): 64. Without an offer a restraining patron gets at most 1 - 2 < 0, so both support, and Pyongyang provokes (5/2 > 0).
# Seoul must not gain by an offer: Pyongyang provokes at the history that the patrons' plans for Offer lead to. Free: those plans (4), the
# three other histories after either (8*8): 256.
def test_baseline_pure_nash(model, paths):
    found = hg.solve(model.at(), concept="pure-nash")
    offered = ("Offer, Restrain, Restrain, Quiet", "4, 3, 3, 0", "1")
    withheld = ("Withhold, Support, Support, Provoke", "0, 0, 0, 5/2", "0")
    if found.grouped == "path":
        assert set(paths(found)) == {offered, withheld}
    else:
        assert paths(found) == {offered: 64, withheld: 256}


# provocation_cost 5/2: it takes two supporters (4 > 5/2 > 2). After an offer a patron gets 5 - 2 = 3 by restraining in any case and 5*r
# by supporting: one restrains and the other supports, or both mix with r = 3/5; quiet then has probability 1 - (2/5)^2 = 21/25.
# Without an offer restraining is worth 1 - 2 < 0: both support. Seoul gets 4, or 5*21/25 - 1 = 16/5 from the mixture, and offers in every
# equilibrium. In the mixture patrons get 3, and Pyongyang (2/5)^2*(4 - 5/2) = 6/25.
ALONE = "Offer; {}; Support; {}; Support; " + f"{ONE_ENOUGH}; {ONE_ENOUGH}"


def test_restraint_by_one_is_enough(model, shown):
    found = hg.solve(model.at(provocation_cost="5/2"))
    mixed = "3/5 Restrain+2/5 Support"
    assert shown(found) == {
        (ALONE.format("Restrain", "Support"), "4, 3, 5, 0", "1"),
        (ALONE.format("Support", "Restrain"), "4, 5, 3, 0", "1"),
        (ALONE.format(mixed, mixed), "16/5, 3, 3, 6/25", "21/25"),
    }


# stability 2 is the tie: without an offer restraining is worth 2*r - 2, so both restrain (2 - 2 = 0) or both support; a mixture would need
# r = 1. With one quiet is worth 6: both restrain, both support, or r = 1/3. Seoul gets 5 or 0 without an offer; 4, -1 or
# 5*(1/3)^2 - 1 = -4/9 with one. So it offers only in the combination (4, 0).
def test_the_tie_at_which_patrons_restrain_for_stability_alone(model, shown):
    found = hg.solve(model.at(stability="2"))
    mixed = "1/3 Restrain+2/3 Support"
    rest = f"{BOTH_NEEDED}; {BOTH_NEEDED}"
    quiet = {
        (f"Withhold; {after_offer}; Restrain; {after_offer}; Restrain; {rest}", "5, 0, 0, 0", "0")
        for after_offer in ("Restrain", "Support", mixed)
    }
    provoked = {
        (f"Withhold; {after_offer}; Support; {after_offer}; Support; {rest}", "0, 0, 0, 5/2", "0")
        for after_offer in ("Support", mixed)
    }
    offered = (f"Offer; Restrain; Support; Restrain; Support; {rest}", "4, 4, 4, 0", "1")
    assert shown(found) == quiet | provoked | {offered}


# stability 3: without an offer quiet is worth 3 > 2, with one 7. Restraint by both is possible in either case, and Seoul then
# saves the offer. Equilibria after Withhold: both restrain (Seoul gets 5), both support (0), r = 2/3 (5*4/9 = 20/9); after Offer: both
# restrain (4), both support (-1), r = 2/7 (5*4/49 - 1 = -29/49). It offers only for 4 against 0 or 20/9.
def test_patrons_that_value_stability_need_no_offer(model):
    found = hg.solve(model.at(stability="3"))
    assert len(found) == 9
    assert [e.hedge for e in found].count(1) == 2
    assert sum(e.payoffs["Seoul"] == 5 for e in found) == 3


# Korea: to patrons who value stability at 3 > 2 quiet is worth restraint without an offer as well, so that Seoul may have it for nothing.
def test_cases(model):
    korea = hg.solve(model.at("korea"))
    assert {e.hedge for e in korea} >= {0, 1}
    assert 5 in {e.payoffs["Seoul"] for e in korea if e.hedge == 0}
    assert all(e.hedge > 0 for e in hg.solve(model.at("one_suffices")))


def test_against_brute_force(model, agrees, thorough):
    agrees(model, tree, RANGES, seed=9, concepts=["subgame-perfect"], count=200 if thorough else 40)


@pytest.mark.timeout(900)
def test_against_brute_force_nash(model, agrees, thorough):
    agrees(model, tree, RANGES, seed=10, concepts=["pure-nash"], count=200 if thorough else 10)


# Sequential: Moscow, who does not see Beijing, believes in each choice as often as it is made; the equilibria are the subgame-perfect ones.
def test_baseline_sequential(model, shown):
    found = hg.solve(model.at(), "sequential")
    assert shown(found) == shown(hg.solve(model.at()))
    for e in found:
        for offer in ("Offer", "Withhold"):
            beijing = e.profile.at(f"Beijing after {offer}")
            believed = e.beliefs[f"Moscow after {offer}"]
            assert list(believed.values()) == [beijing["Restrain"], beijing["Support"]]


# Weak perfect Bayesian: where no offer is made, Moscow may believe anything about Beijing after one, so any m (its probability to restrain)
# is optimal for some belief, while Beijing, who knows Moscow's strategy, restrains where 5*m - 2 > 0. Seoul must not gain: 5*b*m <= 1.
# m > 2/5 makes b = 1 and b*m > 2/5 > 1/5; m = 2/5 leaves b <= 1/2; m < 2/5 makes b = 0. The set is a path with the corners
# (b, m) = (0, 0), (0, 2/5), (1/2, 2/5). After Withhold both support whatever they believe (1 - 2 < 0). With the offer nothing is off
# the path but that.
def test_baseline_weak_pbe(model, shown):
    found = hg.solve(model.at(), "weak-pbe")
    assert found.complete == "extreme"
    withheld = "Withhold; {}; Support; {}; Support; " + f"{BOTH_NEEDED}; {BOTH_NEEDED}"
    half = "1/2 Restrain+1/2 Support"
    assert shown(found) == {
        OFFERED,
        *(
            (withheld.format(b, m), "0, 0, 0, 5/2", "0")
            for b, m in (("Support", "Support"), ("Support", MIXED), (half, MIXED))
        ),
    }
    assert sorted(len(component) for component in found.components) == [1, 3]


# Pure coalition-proof equilibria are some of the pure Nash equilibria, with either path: among the offered ones no group gains by pure plans (a
# patron that stops restraining is provoked against, and Pyongyang gains by provoking only what its partner in the deviation loses). The
# subgame-perfect ones are among them.
def test_baseline_coalition_proof(model, paths):
    found = hg.solve(model.at(), "coalition-proof")
    assert found.complete == "some"
    offered = ("Offer, Restrain, Restrain, Quiet", "4, 3, 3, 0", "1")
    withheld = ("Withhold, Support, Support, Provoke", "0, 0, 0, 5/2", "0")
    assert set(paths(found)) == {offered, withheld}
    pure = [e.profile for e in hg.solve(model.at()) if e.profile.is_pure]
    proof = [e.profile for e in found]
    assert sum(profile in proof for profile in pure) >= 1


# The table of plans (2 * 4 * 4 * 256 cells) is too large for the linear programs: refused at once, not after minutes.
def test_correlated_is_refused_at_once(model):
    started = time.process_time()
    with pytest.raises(hg.CouldNotFinish, match="2 × 4 × 4 × 256 plans is too large"):
        hg.solve(model.at(), "correlated")
    assert time.process_time() - started < 5


# Quantal response: each of Pyongyang's agents provokes with odds exp(x*(2*supporters - 3/2)); the patrons after an offer and after none, and
# Seoul, weigh what follows.
@pytest.mark.parametrize("precision", ["1/2", "1"])
def test_quantal_response(model, precision):
    x = float(F(precision))
    (response,) = hg.solve(model.at(), "qre", precision=precision)
    mixed = {label: {a: float(p) for a, p in m.items()} for label, m in response.profile.as_dict().items()}
    quiet = [1 / (1 + math.exp(x * (2 * k - 1.5))) for k in range(3)]
    for label, mixture in mixed.items():
        if label.startswith("Pyongyang"):
            assert mixture["Quiet"] == pytest.approx(quiet[label.count("Support")], abs=1e-9)
    worth_to_seoul = {}
    for offer, stake in (("Offer", 5), ("Withhold", 1)):
        b, m = (mixed[f"{patron} after {offer}"]["Restrain"] for patron in ("Beijing", "Moscow"))
        for own, other in ((b, m), (m, b)):
            gain = stake * (other * quiet[0] + (1 - other) * quiet[1] - other * quiet[1] - (1 - other) * quiet[2]) - 2
            assert math.log(own / (1 - own)) == pytest.approx(x * gain, abs=1e-8)
        calm = b * m * quiet[0] + (b * (1 - m) + m * (1 - b)) * quiet[1] + (1 - b) * (1 - m) * quiet[2]
        worth_to_seoul[offer] = 5 * calm - (offer == "Offer")
    odds = mixed["Seoul"]["Offer"] / mixed["Seoul"]["Withhold"]
    assert math.log(odds) == pytest.approx(x * (worth_to_seoul["Offer"] - worth_to_seoul["Withhold"]), abs=1e-8)
