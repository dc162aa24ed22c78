"""The classics, against equilibria and conditions derived by hand in comments; and what holds of all of them.

Of every one: it is solved exactly at its baseline and in its cases, its region is the one derived by hand (both directions proved, ties
included), the solver agrees with it at points of a coarse grid, no claim is left open, and what Gambit is given is the same game.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction as F

import pygambit
import pytest

import hedging_games as hg
from hedging_games.formats import efg_text, parse_efg
from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form

NAMES = hg.catalogue("classics")


@dataclass
class ByHand:
    """``some``, ``every`` : where the event is played, as conditions; ``at`` : payoffs and the probability of the event in each
    equilibrium at the baseline ("") and in the cases; ``claims`` : the verdicts."""

    some: str
    every: str
    at: dict[str, set]
    claims: str


FEWER = {"two-audiences": 2}
"""Points at which the solver, which takes seconds for each, is asked by default."""

ALWAYS, NEVER = "1 == 1", "1 == 0"

HAND = {}

# The client provokes if spoils >= conflict, stays if security - exposure >= realignment. The patron compares F = alliance - commitment_cost - war with
# 0 if the client would realign, with alliance if it would stay. At spoils = conflict it may provoke now and then, which costs as little as one likes:
# alliance > commitment_cost is enough. Baseline: prudent, would realign: 5 - 1 = 4 > 0. Entrapped: 5 - 1 - 3 = 1 > 0, the client 4 + 3 - 2.
# Abandoned: 5 - 1 - 6 < 0: it realigns, for 3.
HAND["abandonment-entrapment"] = ByHand(
    """spoils >= conflict and (security - exposure <= realignment and alliance >= commitment_cost + war or commitment_cost + war == 0)
    or spoils == conflict and security - exposure <= realignment and alliance > commitment_cost""",
    "spoils > conflict and security - exposure < realignment and alliance > commitment_cost + war",
    {"": {(4, 4, 0)}, "entrapped": {(1, 5, 1)}, "abandoned": {(0, 3, 0)}},
    "proved proved proved conditional proved",
)

# The voter accepts what is no farther from ideal than status_quo. Below it, up to 2*ideal - status_quo; above it, what lies between 2*ideal - status_quo
# and status_quo, so that nothing is gained by a proposal. Baseline: 2*2/5 - 1/5 = 3/5, nothing left: 4/5; content: 1/2 stays, 1/10 off.
HAND["agenda-setter"] = ByHand(
    "status_quo < ideal and ideal < 1",
    "status_quo < ideal and ideal < 1",
    {
        "": {(F(3, 5), F(-1, 5), 1)},
        "nothing_left": {(F(4, 5), F(-2, 5), 1)},
        "content": {(F(1, 2), F(-1, 10), 0)},
    },
    "proved refuted proved proved proved proved",
)

# Last the small state takes whatever is offered, so nothing is. Before it claims all but what waiting is worth to the ally, d: 1 - d. So refusing is
# worth d*(1 - d), leaving outside; the ally offers the larger. Baseline 1/4 against 1/5; strong 2/5; patient 9/100 < 1/5.
HAND["alternating-offers"] = ByHand(
    "outside < discount*(1 - discount)",
    "outside < discount*(1 - discount)",
    {"": {(F(3, 4), F(1, 4), 1)}, "strong": {(F(3, 5), F(2, 5), 0)}, "patient": {(F(4, 5), F(1, 5), 0)}},
    "conditional proved proved proved",
)

# The minor power accepts if security*protection >= autonomy*concession; the major one asks for all of that, influence*security/autonomy - burden for each
# unit of protection, until there is no more to ask for. Baseline: protection 4/5, 3 - 2*4/5. Alike: 2 < 3. Dependent: 1/2 is enough.
HAND["asymmetric-alliance"] = ByHand(
    "influence*security >= burden*autonomy",
    "influence*security > burden*autonomy",
    {"": {(F(7, 5), 0, 1)}, "alike": {(0, 0, 0)}, "dependent": {(2, 0, 1)}},
    "proved proved proved refuted proved",
)

# A resolved challenger fights if resisted (resolved_war > 0), so it escalates if prize > 0. The defender concedes if the probability that it will be
# fought is at least r = prize/(prize + defender_war).
# - audience > unresolved_war: an unresolved one would fight too. Conceding is best whoever escalates.
# - audience < unresolved_war: it backs down. p >= r: all escalate and the defender concedes. p < r: an unresolved one escalates as often as makes the
#   defender indifferent, and it concedes with c, c*prize = (1 - c)*audience: c = audience/(prize + audience) > 0 if audience > 0. If p = 0
#   nobody is resolved, and it is resisted. If defender_war = 0 it never resists in vain: indifferent when only resolved ones escalate.
# - in every one: c = 0 needs p <= r, and then audience = 0 or p = 0 (or war that costs the defender nothing, r = 1); prize = 0 needs no escalation.
# Baseline p = 1/4, r = 2/3: bluff x with (1/4)/(1/4 + 3/4*x) = 2/3, x = 1/6; c = 1/3; resolved 1/3*2 + 2/3*1/2 = 1; 1/4*1. The
# defender conceded or fought as good as conceded: 2*(1/4 + 3/4*1/6) = 3/4; the event (3/8)/3. Tied hands: all escalate and win 2.
# In private: c = 0, x up to 1/6: 1/4*1/2; the defender loses 1/4*3.
HAND["audience-costs"] = ByHand(
    "p*(prize + defender_war) >= prize or audience >= unresolved_war or audience > 0 and p > 0",
    """prize > 0 and defender_war > 0 and (p > 0 and audience > 0 or audience > unresolved_war)
    or prize > 0 and p*(prize + defender_war) > prize""",
    {
        "": {(F(1, 4), F(-3, 4), F(1, 8))},
        "tied_hands": {(2, -2, 1)},
        "in_private": {(F(1, 8), F(-3, 4), 0)},
    },
    "proved proved proved proved proved proved",
)

# Accepted for certain is share - cost (or nothing); a gamble asks for d = share - offer more, accepted if cost >= d: d = (highest_cost - own_cost)/2, see
# `test_uniform_types`. Baseline d = 3/20: war with 3/8. Careful: d = 0. Unknown: d = 7/20 of 4/5, war with 7/16: 1/2 + 7/20 - 7/16*9/20 = 209/320;
# the other 9/16*3/20 + 7/16*(1/2 - 7/40) = 145/640.
HAND["crisis-bargaining"] = ByHand(
    "own_cost < highest_cost and share > 0",
    "own_cost < highest_cost and share > 0",
    {
        "": {(F(89, 160), F(121, 320), F(5, 8))},
        "careful": {(F(1, 2), F(1, 2), 0)},
        "unknown": {(F(209, 320), F(29, 128), F(9, 16))},
    },
    "proved proved proved proved proved proved",
)

# Accepted is whatever is at least share - other_cost: the proposer offers that, or nothing, and keeps more than by war if anybody loses by that. Where
# share - other_cost = 1 no offer is above it, and all of the prize may be refused as well. Costless: offered 1/2 or less, peace or war.
HAND["crisis-bargaining-complete"] = ByHand(
    ALWAYS,
    "share < other_cost + 1 and own_cost + other_cost > 0",
    {
        "": {(F(7, 10), F(3, 10), 1)},
        "costless": {(F(1, 2), F(1, 2), 1), (F(1, 2), F(1, 2), 0)},
        "weak": {(1, 0, 1)},
    },
    "proved conditional proved proved proved",
)

# Offer share - low_cost: accepted by all, worth 1 - share + low_cost. Offer share - high_cost: worth p*(1 - share + high_cost) + (1 - p)*(1 - share - own_cost).
# The gamble pays if p*high_cost - (1 - p)*own_cost >= low_cost. At p = 1 there is nobody who fights. Baseline: 1/5 - 1/20 > 1/10: 13/20;
# the other 1/2*1/10 + 1/2*(1/2 - 1/10). Likely strong: 1/10 - 3/40 < 1/10; dear war: 1/5 - 3/20 < 1/10: offer 2/5.
HAND["crisis-bargaining-two-type"] = ByHand(
    "p < 1 and p*(high_cost - low_cost) >= (1 - p)*(own_cost + low_cost)",
    "p < 1 and p*(high_cost - low_cost) > (1 - p)*(own_cost + low_cost)",
    {
        "": {(F(13, 20), F(1, 4), F(1, 2))},
        "likely_strong": {(F(3, 5), F(2, 5), 0)},
        "dear_war": {(F(3, 5), F(2, 5), 0)},
    },
    "proved proved proved proved proved proved proved",
)

# q: the probability that the protector comes: 0 below stake + reputation = resolute_cost, p up to irresolute_cost, 1 beyond, at the two costs any between.
# The protege resists if q*holding >= damage; an attack that is resisted is worth (1 - q)*(prize - resistance) - q*defeat, one that is not prize. The
# best q for deterrence is the largest, and the worst the smallest (if prize <= resistance no attack that is resisted pays).
# Baseline q = 3/5: 12/5 > 2; 2/5 - 9/5 < 0. Doubted: 1 < 2, so it submits. Bold: 2/5 - 3/10 > 0; the protege 12/5 - 2, the
# defender 3/5*(3 - 1) - 2/5*1.
HAND["extended-deterrence"] = ByHand(
    """prize == 0 or damage == 0 and prize <= resistance
    or stake + reputation >= resolute_cost and p*holding >= damage and (1 - p)*(prize - resistance) <= p*defeat
    or stake + reputation >= irresolute_cost and holding >= damage""",
    """stake + reputation > resolute_cost and p*holding > damage and (1 - p)*(prize - resistance) < p*defeat
    and (stake + reputation < irresolute_cost or defeat > 0)
    or stake + reputation > irresolute_cost and holding > damage and defeat > 0""",
    {"": {(0, 4, 3, 1)}, "doubted": {(2, 0, 0, 0)}, "bold": {(F(1, 10), F(2, 5), F(4, 5), 0)}},
    "proved proved proved conditional proved proved",
)

# Nobody gives if large_value <= cost (small_value is less). One gives alone if it is worth its cost to it and a second gift is worth its cost to nobody
# else: the large one, or a small one if large_value*second <= cost. Two give if a second gift is worth its cost to both; three never, as the third
# adds nothing. Able: 4 >= 3, 6/3 <= 3: any of the five; 4 - 3 to a small one who gives, 6 to the large one.
HAND["public-goods-alliance"] = ByHand(
    "large_value >= cost and small_value*second <= cost",
    "large_value > cost and small_value*second < cost and (small_value < cost or large_value*second > cost)",
    {
        "": {(3, 2, 2, 2, 2, 1)},
        "too_dear": {(0, 0, 0, 0, 0, 0)},
        "able": {
            (3, 4, 4, 4, 4, 1),
            (6, 1, 4, 4, 4, 0),
            (6, 4, 1, 4, 4, 0),
            (6, 4, 4, 1, 4, 0),
            (6, 4, 4, 4, 1, 0),
        },
    },
    "proved proved refuted proved proved proved",
)

# A reliable protector comes (v = stake - reliable_war > 0), an unreliable one never does (stake + face < unreliable_war). The challenger
# refrains if reliability is at least r = prize/(prize + defeat).
# - All form: p >= r, and who abstains is taken for unreliable and attacked: stake - formation >= v (an unreliable one would get 0). If p = 1 it cannot be
#   taken for that, so formation = 0, unless an attack on a reliable one costs nothing.
# - p < r: unreliable ones form as often as makes the challenger indifferent, and it refrains with c, c*(stake + face) = formation + face > 0; a reliable
#   one gains c*reliable_war - formation >= 0.
# - Only unreliable ones form: the challenger has to attack who abstains and not who forms, at one belief each: prize = 0, and defeat = 0 or p = 0.
# Some equilibrium always does without: all abstain, and who forms is taken for unreliable; or the challenger refrains anyway.
# Baseline p = 1/3, r = 1/2: c = (1/4 + 1)/(3 + 1) = 5/16; unreliable ones form with 1/2. Reliable: 3*5/16 + 2*11/16 - 1/4 = 33/16, others 0; 11/16 in all; the
# challenger 1/3*2 = 2/3 from those who abstain; event 2/3*5/16. All abstain: 2/3, 2/3. Trusted (p = 2/3): all form, 3 - 1/4; all
# abstain and nobody attacks, 3.
HAND["reliability-signal"] = ByHand(
    """p*(prize + defeat) >= prize and formation <= reliable_war and (p < 1 or defeat == 0 or formation == 0)
    or p > 0 and p*(prize + defeat) < prize and formation*(stake + face - reliable_war) <= reliable_war*face and formation + face > 0
    or prize == 0 and (p == 0 or defeat == 0 and p < 1) and formation <= stake""",
    NEVER,
    {
        "": {(F(11, 16), F(2, 3), F(5, 24)), (F(2, 3), F(2, 3), 0)},
        "trusted": {(F(11, 4), 0, 1), (3, 0, 0)},
        "without_reputation": {(F(2, 3), F(2, 3), 0)},
    },
    "proved refuted proved proved proved proved",
)

# A word that is spoken more in danger than in calm leaves both audiences with a belief in danger above 1/2, and both prepare: calm keeps to the other one if
# provocation >= temptation, danger to this one if help >= threat. Or calm speaks it too, so often that the belief is 1/2 (as p > 1/2 it speaks the other
# word as well): the friend prepares with a > 0 and the rival with b, a*temptation = b*provocation, and danger speaks it if a*help >= b*threat: so
# help*provocation >= temptation*threat, which the former implies. Nothing is ever told where both words are spoken alike.
# Baseline: told apart, 1/4*(3 - 1), and 1/4 to each audience; or a = 1, b = 1/2, 1/4*(3 - 1/2). Tempted: a = 2/3, b = 1, 1/4*(2 - 1). Silenced: 6 < 7.
HAND["two-audiences"] = ByHand(
    "help*provocation >= temptation*threat",
    NEVER,
    {
        "": {(0, 0, 0, 0), (F(1, 2), F(1, 4), F(1, 4), F(1, 4)), (F(5, 8), 0, 0, F(1, 4))},
        "tempted": {(0, 0, 0, 0), (F(1, 4), 0, 0, F(1, 6))},
        "silenced": {(0, 0, 0, 0)},
    },
    "proved proved proved proved",
)

# Alone no one sanctions (cost > 0). Together both do if effect - cost >= windfall, both trade in any case, or both sanction with
# q = cost/(effect - windfall), so that the target loses damage*q**2. It complies if both would sanction and damage >= gain (or it gains nothing).
# Baseline q = 1/2: 3 - 5/4; 1/2*3 - 1. Dilemma: 3 - 1 < 3. Evaded: both sanction, 3 - 2 and 2 each; q: 3 - 2/4.
HAND["two-sanctioners"] = ByHand(
    "gain == 0 or effect >= cost + windfall and damage >= gain",
    NEVER,
    {
        "": {(0, 4, 4, 1), (3, 0, 0, 0), (F(7, 4), F(1, 2), F(1, 2), 0)},
        "dilemma": {(3, 0, 0, 0)},
        "evaded": {(1, 2, 2, 0), (3, 0, 0, 0), (F(5, 2), F(1, 2), F(1, 2), 0)},
    },
    "proved proved proved refuted proved proved",
)

# One stays and the other quits; or each stays with the other's prize/(prize + cost), and it is worth 0 to both: see
# `test_war_of_attrition_in_stationary_strategies`. First both stay with 4/5*3/4, 3/4*3/4, and 4/8*3/7.
HAND["war-of-attrition"] = ByHand(
    ALWAYS,
    NEVER,
    {
        "": {(4, 0, 0), (0, 3, 0), (0, 0, F(3, 5))},
        "alike": {(3, 0, 0), (0, 3, 0), (0, 0, F(9, 16))},
        "bitter": {(4, 0, 0), (0, 3, 0), (0, 0, F(3, 14))},
    },
    "proved proved refuted proved refuted",
)


def test_every_classic_has_been_derived_by_hand():
    assert set(HAND) == set(NAMES)
    assert not set(NAMES) & set(hg.catalogue())


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def model(name):
    return hg.load(f"classics/{name}")


def test_what_the_file_says(name, model):
    assert model == hg.load(name)
    assert all(player.role for player in model.players.values())
    assert all(p.meaning and p.unit and p.source for p in model.parameters.values())
    assert "illustrative" in model.source
    assert "Simplified: " in model.source
    assert all(case.note for case in model.cases.values())


def test_what_is_played_at_the_baseline_and_in_the_cases(name, model):
    assert set(HAND[name].at) == {"", *model.cases}
    for case, expected in HAND[name].at.items():
        found = hg.solve(model.at(case or None))
        # Of two who have nothing to trade the one may demand anything that the other refuses: these outcomes are not all listed.
        assert found.complete != "some" or (name, case) == ("asymmetric-alliance", "alike")
        assert {(*e.payoffs.values(), e.hedge) for e in found} == expected, case
        assert all(e.certificate.largest_gain == 0 for e in found)


@pytest.mark.parametrize("among", ["some", "every"])
def test_the_condition_is_the_one_derived_by_hand(name, model, same_region, among):
    region = hg.condition(model, among=among)
    assert region.complete
    same_region(region, getattr(HAND[name], among))


def test_the_solver_agrees_on_a_grid_of_ties(model, random_points, thorough):
    region = {among: hg.condition(model, among=among) for among in ("some", "every")}
    ranges = {k: (p.range.low, p.range.high) for k, p in model.parameters.items()}

    def allowed(point):
        inside = all(point[k] in p.range for k, p in model.parameters.items())
        return inside and model.admissible(**{k: [float(v)] for k, v in point.items()}).all()

    for point in random_points(ranges, 7, 60 if thorough else FEWER.get(model.name, 6), allowed):
        found = hg.solve(model.at(**point))
        hedges = [bool(e.hedge) for e in found]
        if found.complete != "some":
            assert region["some"].contains(**point) == any(hedges), point
            assert region["every"].contains(**point) == (bool(hedges) and all(hedges)), point


def test_claims(name, model):
    assert " ".join(finding.verdict for finding in hg.examine(model)) == HAND[name].claims


# Where a small ally would pay too, the large one (a) and one small one (b) may both leave it to lots, the others riding: giving is worth riding to
# the small one where 4 + 4/3*a - 3 = 4*a, a = 3/8, to the large one where 6 + 2*b - 3 = 6*b, b = 3/4. A third would gain 4*5/32 + 4/3*18/32 - 3 < 0.
# With small_value < cost a small ally would pay more than it gains, whatever the others do: nobody casts lots at the baseline.
def test_lots_about_a_public_good_are_between_the_large_ally_and_one_small_one():
    assert len(hg.solve("public-goods-alliance", "nash")) == 1
    found = hg.solve("public-goods-alliance", "nash", small_value=4)
    assert found.complete == "all"
    mixed = {tuple(mixture["Give"] for mixture in e.profile.as_dict().values()) for e in found if not e.profile.is_pure}
    assert mixed == {(F(3, 8), *(F(3, 4) * (k == small) for k in range(4))) for small in range(4)}


FINITE = [n for n in NAMES if isinstance(hg.load(n).at(), Game)]


# Gambit's pure equilibria of the file that it is given are those found here, by what they are worth to everybody.
@pytest.mark.parametrize("finite", FINITE)
def test_gambit_reads_the_same_game(finite):
    game = hg.load(finite).at()
    text = efg_text(game)
    assert strategic_form(parse_efg(text)).payoffs.tolist() == strategic_form(game).payoffs.tolist()
    theirs = pygambit.read_efg(io.StringIO(text))
    pure = pygambit.nash.enumpure_solve(theirs).equilibria
    found = {tuple(F(str(e.payoff(player))) for player in theirs.players) for e in pure}
    assert found == {tuple(e.payoffs.values()) for e in hg.solve(game, "pure-nash")}
