"""blockade-threat: equilibria derived by hand, for any diversification, and on grids against its tree written down a second time.

Backward, at diversification x: the partner would blockade where harm_partner*(1 - x) <= face. Against a blockade the
small state defies where harm_small*(1 - x) <= concession; against backing down always. The partner demands where that is
conceded, and where it is defied not (it would lose face or trade), except that at x = 1 a blockade harms nobody: a tie.
"""

from fractions import Fraction as F

import pytest

import hedging_games as hg
from continuous_outcomes import told

PLAYERS = ("SmallState", "Partner")
BASELINE = {
    "concession": F(1), "effort": F(3), "face": F(1), "demand_gain": F(1), "harm_small": F(4), "harm_partner": F(1, 2),
}  # fmt: skip
RANGES = {name: (F(0), F(10)) for name in BASELINE}


def tree_on(levels):
    return lambda v: tree(v, levels)


def tree(v, levels):
    def outcome(x, small, partner):
        return {"SmallState": small - v["effort"] * x**2 / 2, "Partner": partner}

    def after(x):
        blockade = outcome(x, -v["harm_small"] * (1 - x), -v["harm_partner"] * (1 - x))
        back_down = outcome(x, 0, -v["face"])
        defy = ("Partner", f"threat at {x}", {"Blockade": blockade, "BackDown": back_down})
        demand = (
            "SmallState",
            f"answer at {x}",
            {"Concede": outcome(x, -v["concession"], v["demand_gain"]), "Defy": defy},
        )
        return ("Partner", f"claim at {x}", {"Demand": demand, "Leave": outcome(x, 0, 0)})

    grid = [F(k, levels - 1) for k in range(levels)]
    return ("SmallState", "diversification", {str(x): after(x) for x in grid})


@pytest.fixture(scope="module")
def whole():
    return hg.load("blockade-threat")


@pytest.fixture(scope="module")
def model(whole):
    return whole.on_grid(21)


@pytest.fixture(scope="module")
def ends(whole):
    return whole.on_grid(2)


def test_what_the_file_declares(whole, declares):
    model = whole
    assert model.is_continuous
    declares(model, players=PLAYERS, baseline=BASELINE, ranges=RANGES, hedge="not Concede")
    assert set(model.cases) == {"korea", "nepal"}


def test_payoffs(whole, same_payoffs):
    for levels in (21, 4):
        same_payoffs(whole.on_grid(levels), tree_on(levels), RANGES)


# --- any number --------------------------------------------------------------------------------------------------------


# Baseline: a blockade is always credible, 1/2*(1 - x) < 1, and the small state defies it from x = 3/4 on, where 4*(1 - x) <= 1. There
# alone the two are worth the same to it, and only defiance there is an equilibrium: else every x > 3/4 would do, and the less the better.
# It costs 3*(3/4)^2/2 = 27/32 < 1.
def test_baseline_of_any_number(whole):
    assert told(whole) == {"diversification=3/4; Leave": ("-27/32, 0", True)}


# A threat that is empty at first (face 1/4, below harm_partner 1/2), or harmless (4*(1 - 0) <= concession 4), or for nothing: no
# diversification is needed. At concession = harm_small exactly, the small state may concede to what it could as well defy; but then any
# x > 0 is worth -3*x^2/2, arbitrarily close to 0, so on the path it defies and is left alone.
@pytest.mark.parametrize("change", [{"face": "1/4"}, {"concession": 4}, {"concession": 5}], ids=str)
def test_no_diversification_is_needed(whole, change):
    assert told(whole, **change) == {"diversification=0; Leave": ("0, 0", True)}


# face = harm_partner = 1/2: indifferent at x = 0 alone, the partner carries out its threat there or does not: a concession of 1 at x = 0 is
# worth less than 27/32 at 3/4. If it backs down at x = 0 the small state is left alone for nothing. Both cannot be told apart before: the
# small state secures 27/32 by 3/4 (or just above), and of what follows x = 0 only Leave is worth as much; 3/4 stands too, if x = 0 is met by
# the threat.
def test_a_threat_on_the_edge_of_credibility(whole):
    assert told(whole, face="1/2") == {
        "diversification=0; Leave": ("0, 0", True),
        "diversification=3/4; Leave": ("-27/32, 0", True),
    }


# demand_gain = 0: indifferent, the partner may leave at any x. At x = 0 that is worth 0, a concession -1; x = 3/4 secures -27/32, so a
# concession does not stand. Leaving at x with -3*x^2/2 >= -27/32 does, x up to 3/4: what x = 0 is met by is a demand then.
def test_a_demand_for_nothing(whole):
    assert told(whole, demand_gain=0)["diversification=0; Leave"] == ("0, 0", True)
    assert all(hedge for _, hedge in told(whole, demand_gain=0).values())


# effort 32/9: 32/9*(3/4)^2/2 = 1, as much as conceding. Above it conceding at once is better.
def test_the_tie_with_conceding(whole):
    assert told(whole, effort="32/9") == {
        "diversification=0; Demand; Concede": ("-1, 1", False),
        "diversification=3/4; Leave": ("-1, 0", True),
    }
    assert told(whole, effort=4) == {"diversification=0; Demand; Concede": ("-1, 1", False)}
    # effort 2 = 2*concession: even full diversification would cost no more than conceding, so whatever a blockade would cost.
    assert told(whole, effort=2, harm_small=10) == {"diversification=9/10; Leave": ("-81/100, 0", True)}


# Nepal: 8.53*(1 - x) <= 1 from x = 753/853 on, which costs 3*(753/853)^2/2 = 1.169 > 1. Korea: harm_partner 2 > face 1, an empty threat.
def test_cases_of_any_number(whole):
    assert told(whole, "nepal") == {"diversification=0; Demand; Concede": ("-1, 1", False)}
    assert told(whole, "korea") == {"diversification=0; Leave": ("0, 0", True)}


# --- on grids ----------------------------------------------------------------------------------------------------------


# Baseline: a blockade is always credible (1/2*(1 - x) < 1), and defied from 1 - x = 1/4 on: x = 3/4 is a tie and a point of the
# grid. Not diversifying ends in a concession, -1. The cheapest x that is left alone costs 3*(3/4)^2/2 = 27/32 < 1 if 3/4 is
# defended, else 3*(4/5)^2/2 = 24/25 < 1. So x = 3/4 or, if at 3/4 the small state would concede, x = 4/5; each with Demand or
# Leave at x = 1, off the path (there a blockade costs nobody anything): four equilibria, two paths.
def test_baseline(model, paths):
    found = hg.solve(model.at())
    assert found.concept == "subgame-perfect"
    assert paths(found) == {("3/4, Leave", "-27/32, 0", "1"): 2, ("4/5, Leave", "-24/25, 0", "1"): 2}


# face 1/4: the partner would back down while 1/2*(1 - x) > 1/4, x < 1/2. There the small state defies and is left alone: at x = 0
# without any cost. Ties off the path at x = 1/2 (Blockade or BackDown, and with it Concede or Defy), 3/4 and 1: 2*2*2.
def test_an_empty_threat(model, paths):
    assert paths(hg.solve(model.at(face="1/4"))) == {("0, Leave", "0, 0", "1"): 8}


# effort 32/9: 32/9*(3/4)^2/2 = 1 ties with conceding at once. If at 3/4 the small state would defy: x = 0 and conceding, or x = 3/4;
# if it would concede there: x = 0 only, since 4/5 costs 256/225 > 1. Each with the tie at x = 1.
def test_the_tie_between_diversifying_and_conceding(model, paths):
    assert paths(hg.solve(model.at(effort="32/9"))) == {
        ("0, Demand, Concede", "-1, 1", "0"): 4,
        ("3/4, Leave", "-1, 0", "1"): 2,
    }
    assert set(paths(hg.solve(model.at(effort="4")))) == {("0, Demand, Concede", "-1, 1", "0")}


# Nepal: 8.53*(1 - x) <= 1 from x = 0.8828, on the grid from 9/10, which costs 3*81/100/2 = 243/200 > 1: it concedes. So diversification
# does not always buy autonomy. Korea: 3*(1 - x) <= 1 from x = 2/3; for x < 1/2 the partner would back down, and x = 0 is free. At x = 1/2
# it is indifferent: against Blockade the small state concedes (3/2 > 1), against BackDown it defies: 2; two more at x = 1: 4.
def test_cases(model, paths):
    assert paths(hg.solve(model.at("nepal"))) == {("0, Demand, Concede", "-1, 1", "0"): 2}
    assert paths(hg.solve(model.at("korea"))) == {("0, Leave", "0, 0", "1"): 4}


# Two levels, x in {0, 1}, where 1 costs 3/2. Backward: at 0 the blockade is credible (-1/2 > -1), the small state concedes (-1 > -4),
# the partner demands; at 1 it would be defied and is indifferent. -1 > -3/2: x = 0. Two equilibria, one path.
def test_two_levels(ends, shown):
    conceded = "Concede; Defy; Blockade; Blockade"
    assert shown(hg.solve(ends.at())) == {
        (f"0; Demand; {claim}; {conceded}", "-1, 1", "0") for claim in ("Demand", "Leave")
    }


# Nash with two levels. At x = 0 conceding secures -1, at x = 1 nothing more than -3/2 can be had: x = 0 is certain, and what the partner
# plans for x = 1 (Leave; Demand and Blockade; Demand and BackDown) is free. What is left: the small state concedes with
# probability u; the partner gets 0 from Leave, u - (1 - u)/2 from a demand with a blockade, u - (1 - u) from one without.
# Leave is best for u <= 1/3, and then the small state is indifferent: u = 0 and u = 1/3 are the extreme points, times three plans
# for x = 1: 6, in one component. For u in (1/3, 1) the demand comes with a blockade, and conceding (-1) beats defying (-4). At u = 1
# the partner demands, and backs down with a probability z such that -1 >= -4*(1 - z), z <= 3/4. Extreme points: z = 0, with three
# plans for x = 1; z = 3/4, where a plan for x = 1 goes with each of the two parts: 9. So 12, in a second component. What is printed tells how likely each
# threat is, not which goes with which: of these 9 the 3 with the same plan for both parts are extreme. So 6 there.
ELSEWHERE = ("Leave; Blockade", "Demand; Blockade", "Demand; BackDown")


def test_two_levels_nash(ends, shown):
    found = hg.solve(ends.at(), concept="nash")
    listed = shown(found)
    assert len(listed) == 12
    assert sorted(len(component) for component in found.components) == [6, 6]
    # The partner claims and threatens at x = 1 in turn: the sets do not average in print.
    assert (found.complete, len(found.continua)) == ("all", 2)
    left = {line for line in listed if line[1] == "0, 0"}
    assert left == {
        (f"0; Leave; {elsewhere.split('; ')[0]}; {answer}; Concede; Blockade; {elsewhere.split('; ')[1]}", "0, 0", "1")
        for elsewhere in ELSEWHERE
        for answer in ("Defy", "1/3 Concede+2/3 Defy")
    }
    conceded = listed - left
    assert {(payoffs, hedge) for _, payoffs, hedge in conceded} == {("-1, 1", "0")}
    threats = [profile.split("; ")[5] for profile, _, _ in conceded]
    assert sorted(threats) == ["1/4 Blockade+3/4 BackDown"] * 3 + ["Blockade"] * 3


def test_two_levels_pure_nash(ends, shown):
    listed = shown(hg.solve(ends.at(), concept="pure-nash"))
    assert listed == {
        (
            f"0; {claim}; {elsewhere.split('; ')[0]}; {answer}; Concede; Blockade; {elsewhere.split('; ')[1]}",
            payoffs,
            hedge,
        )
        for elsewhere in ELSEWHERE
        for claim, answer, payoffs, hedge in (("Leave", "Defy", "0, 0", "1"), ("Demand", "Concede", "-1, 1", "0"))
    }


# Pure Nash paths of the baseline, with 21 levels. At x the partner can hold the small state down to -3*x^2/2 + max(-1, -4*(1 - x)), by
# demanding and blockading; over x this is at most -1 (x = 0). So a path must give it -1 or more, and the partner, which secures 0 by
# leaving, 0 or more. Leave at x: 3*x^2/2 <= 1, x up to 4/5, 17 points (a demand there would be defied). Demand and Concede: x = 0 only.
# Demand and Defy: a blockade costs the partner 1/2*(1 - x) > 0 unless x = 1, which costs the small state 3/2.
def test_pure_nash_by_path(model, paths):
    found = hg.solve(model.at(), concept="pure-nash")
    assert found.grouped == "path"
    left = {(f"{F(k, 20)}, Leave", f"{-F(3, 2) * F(k, 20) ** 2}, 0", "1") for k in range(17)}
    assert set(paths(found)) == left | {("0, Demand, Concede", "-1, 1", "0")}


def test_of_the_whole_grid_one_equilibrium_is_found_and_the_table_is_refused_with_a_remedy(model):
    found = hg.solve(model.at(), concept="nash")
    assert (found.complete, found[0].certificate.largest_gain) == ("some", 0)
    with pytest.raises(hg.CouldNotFinish, match="levels"):
        hg.solve(model.at(), concept="nash", method="extreme-points")


def test_full_grid_against_paths_by_hand(model, induced, random_points, paths, thorough):
    for point in random_points(RANGES, seed=17, count=60 if thorough else 25):
        found = hg.solve(model.at(**point))
        expected = induced(PLAYERS, tree(point, 21))
        assert {(way, payoffs) for way, payoffs, _ in paths(found)} == {
            (", ".join(way), ", ".join(str(value) for value in worth)) for way, worth in expected
        }, point


def test_against_brute_force(whole, agrees, thorough):
    count = 100 if thorough else 40
    concepts = ["subgame-perfect", "pure-nash", "nash"]
    agrees(whole.on_grid(2), tree_on(2), RANGES, seed=7, concepts=concepts, count=count)
    agrees(whole.on_grid(3), tree_on(3), RANGES, seed=8, concepts=["subgame-perfect"], count=count)


# Conceding is possible without diversification where harm_partner <= face and concession <= harm_small, or where it costs nothing; with more of it
# it only costs more. What makes defiance safe for certain is more than 1 - concession/harm_small, at a cost that comes down to
# effort*(1 - concession/harm_small)**2/2. Where the partner loses nothing by a blockade it may carry one out against who is safe as well; that is left out.
def test_the_condition_in_every_equilibrium_is_proved_to_be_the_one_derived_by_hand(whole, same_region):
    same_region(
        hg.condition(whole, "every"),
        """concession > 0 and (harm_partner > face or harm_small < concession
        or effort*(harm_small - concession)**2 < 2*concession*harm_small**2)""",
        within="harm_partner > 0",
    )


def test_claims(whole):
    assert [finding.verdict for finding in hg.examine(whole)] == ["proved"] * 5
