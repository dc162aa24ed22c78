"""Numbers that chance draws uniformly and that only later players see: published closed forms, hand derivations, and an oracle.

The oracle for offers (`oracles.uniform_types`) shares no code with the package; every answer is certified by the judge when it is solved.
"""

from __future__ import annotations

import random
from fractions import Fraction as F
from itertools import pairwise

import pytest

import hedging_games as hg
from command_line import answer, run
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.model.reader import read_model_text
from oracles.uniform_types import Offer, fearon

BOTH = ("proved", "proved")


def alike(region, text):
    """The region is that of a condition: both ways, by the engine's own proofs."""
    other = region.where(parse_condition(" ".join(text.split())))
    return region.implies(other).status, other.implies(region).status


def refusal(model, ask=lambda model: hg.solve(model.at())):
    """The one problem that a model meets."""
    with pytest.raises(hg.HedgingGamesError) as raised:
        ask(model)
    (problem,) = raised.value.problems
    return problem


def chances(equilibrium):
    """The probability of what is done after the first move of chance, by the last action."""
    found: dict[str, F] = {}
    for path in equilibrium.paths:
        last = path.steps[-1][1] if path.steps else ""
        found[last] = found.get(last, F(0)) + path.probability
    assert sum(found.values()) == 1
    return found


def chosen(found, name):
    """The ends of the intervals and the single numbers that may be chosen, each with whether it is one."""
    return [(e.choices[name], e) for e in found]


def may_be(pairs, x):
    return any(a == x if not isinstance(a, tuple) else a[0] < x < a[1] for a, _ in pairs)


# --- Fearon's bargaining -------------------------------------------------------------------------------------------------

FEARON = """
title: An offer to a side of secret cost
source: J. Fearon (1995), Rationalist Explanations for War, International Organization 49
players: [Proposer, Other]
parameters:
  share: {baseline: 1/2, range: [0, 1]}
  own_cost: {baseline: 1/10, range: [0, 1]}
  highest: {baseline: 2/5, range: "(0, 1]"}
play:
  cost: {by: chance, actions: {uniform: [0, highest]}}
  offer: {by: Proposer, actions: {from: 0, to: 1}}
  Other: {actions: [Accept, Fight], sees: all}
payoffs:
  Proposer: "[Accept]*(1 - offer) + [Fight]*(1 - share - own_cost)"
  Other: "[Accept]*offer + [Fight]*(share - cost)"
hedge: Fight
"""


# The other side fights where cost < d, d = share - offer. For 0 <= d <= C: 1 - share + d - (d/C)(own_cost + d), best at d = (C - own_cost)/2.
# C = 2/5, own_cost = 1/10: d = 3/20, offer 7/20, war with probability (3/20)/(2/5) = 3/8; 1/2 + 3/20 - 3/8*1/4 = 89/160.
# The other: 5/8*7/20 + 3/8*(1/2 - 3/40) = 121/320.
def test_fearon_at_the_point():
    (found,) = hg.solve(read_model_text(FEARON).at())
    assert found.choices == {"offer": F(7, 20)}
    assert found.hedge == F(3, 8)
    assert found.payoffs == {"Proposer": F(89, 160), "Other": F(121, 320)}
    assert [(path.steps, path.probability, path.has_event) for path in found.paths] == [
        ((("cost", (F(0), F(3, 20))), ("Other", "Fight")), F(3, 8), True),
        ((("cost", (F(3, 20), F(2, 5))), ("Other", "Accept")), F(5, 8), False),
    ]
    assert found.certificate.exact
    assert found.certificate.largest_gain == 0


def test_what_is_printed():
    found = hg.solve(read_model_text(FEARON).at())
    text = str(found)
    assert "with probability 3/8: cost in (0, 3/20), Other: Fight" in text
    assert "Other: Accept where cost >= 1/2 - offer" in text
    assert "cost  offer" not in text, "a number drawn is no choice"


def test_json(tmp_path):
    path = tmp_path / "fearon.yaml"
    path.write_text(FEARON.removeprefix("\n"))
    (one,) = answer("solve", str(path))["equilibria"]
    assert one["hedge"] == "3/8"
    assert one["paths"] == [
        {
            "probability": "3/8",
            "steps": [{"decision": "cost", "from": "0", "to": "3/20"}, {"decision": "Other", "action": "Fight"}],
            "hedge": True,
        },
        {
            "probability": "5/8",
            "steps": [{"decision": "cost", "from": "3/20", "to": "2/5"}, {"decision": "Other", "action": "Accept"}],
            "hedge": False,
        },
    ]
    shown = answer("show", str(path))
    assert {"label": "cost", "player": "chance", "uniform": {"from": "0", "to": "2/5"}} in shown["decisions"]
    assert "cost (chance): uniform from 0 to 2/5" in run("show", str(path)).stdout


# The best d is positive exactly if own_cost < C, and an offer below share is possible exactly if share > 0. Single outcomes: some is every.
@pytest.mark.parametrize("among", ["some", "every"])
def test_where_there_is_war(among):
    region = hg.condition(read_model_text(FEARON), among)
    assert region.complete
    assert alike(region, "own_cost < highest and share > 0") == BOTH


# Something is offered where d = max((C - own_cost)/2, 0) < share; at share = d exactly nothing is.
@pytest.mark.parametrize("among", ["some", "every"])
def test_where_something_is_offered(among):
    region = hg.condition(read_model_text(FEARON.replace("hedge: Fight", "hedge: offer > 0")), among)
    assert alike(region, "highest - own_cost < 2*share and share > 0") == BOTH


def test_the_threshold_of_war():
    found = hg.threshold(read_model_text(FEARON), "own_cost", among="every")
    assert found.values == (F(2, 5),)


# The classic: the same, with its claims. An offer below share comes about where war does.
def test_the_classic_of_the_catalogue():
    model = hg.load("crisis-bargaining")
    for among in ("some", "every"):
        assert alike(hg.condition(model, among), "own_cost < highest_cost and share > 0") == BOTH
    verdicts = [found.verdict for found in hg.examine(model)]
    assert len(verdicts) == len(model.claims)
    assert set(verdicts) == {"proved"}


# Both ties: own_cost = C (the cut just reaches the lower end: no war), share = (C - own_cost)/2 (the offer just reaches 0).
@pytest.mark.parametrize(
    ("point", "offer", "war"),
    [
        ({"own_cost": "2/5"}, F(1, 2), F(0)),
        ({"own_cost": "399/1000"}, F(999, 2000), F(1, 800)),
        ({"share": "3/20"}, F(0), F(3, 8)),
        ({"share": "1/10"}, F(0), F(1, 4)),
        ({"share": 0}, F(0), F(0)),
    ],
)
def test_ties(point, offer, war):
    (found,) = hg.solve(read_model_text(FEARON).at(**point))
    assert (found.choices["offer"], found.hedge) == (offer, war)


GENERAL = FEARON.replace(
    "  own_cost: {baseline: 1/10, range: [0, 1]}",
    "  own_cost: {baseline: 1/10, range: [-1, 1]}\n  lowest: {baseline: 0, range: [-1, 1]}",
)
GENERAL = (
    GENERAL.replace('range: "(0, 1]"}', "range: [-1, 1]}")
    .replace("[0, highest]", "[lowest, highest]")
    .replace("play:", "assume: [lowest < highest]\nplay:")
)


def fearon_points(count, seed=3):
    """Tenths, so that ends and cut points meet; who offers may also gain from war."""
    rng = random.Random(seed)
    while count:
        low, high = sorted((F(rng.randint(-3, 6), 10), F(rng.randint(-3, 6), 10)))
        if low < high:
            count -= 1
            yield {
                "share": F(rng.randint(0, 10), 10),
                "own_cost": F(rng.randint(-5, 6), 10),
                "lowest": low,
                "highest": high,
            }


def compare(oracle, found, event):
    """The numbers that may be chosen, what they are worth, and how probable the second action is, are those of the oracle."""
    right, pairs = oracle.best(), chosen(found, next(iter(found[0].sample)))
    ends = {x for pair in right for x in pair} | {x for a, _ in pairs for x in (a if isinstance(a, tuple) else (a,))}
    places = sorted(ends)
    places += [(x + y) / 2 for x, y in pairwise(places)]
    for x in places:
        assert may_be(pairs, x) == any(low <= x <= high for low, high in right), x
    for _, one in pairs:
        (x,) = one.sample.values()
        assert tuple(one.payoffs.values()) == (oracle.worth(oracle.a, x), oracle.worth(oracle.b, x))
        assert event(one) == oracle.chance(x)


def test_fearon_at_random_points(thorough):
    model = read_model_text(GENERAL)
    seen = set()
    for point in fearon_points(800 if thorough else 60):
        found = hg.solve(model.tree_at(**point))
        assert found.complete == "all"
        oracle = fearon(point["share"], point["own_cost"], point["lowest"], point["highest"])
        compare(oracle, found, lambda one: one.hedge)
        seen |= {(len(found) > 1, (one.hedge > 0) + (one.hedge == 1)) for one in found}
    assert {kind for _, kind in seen} == {0, 1, 2}, "no war, some war, certain war"
    assert {many for many, _ in seen} == {False, True}, "single offers and continua"


def test_regions_hold_the_points_of_the_oracle():
    model = read_model_text(GENERAL)
    regions = {among: hg.condition(model, among) for among in ("some", "every")}
    told = set()
    for point in fearon_points(200, seed=4):
        oracle = fearon(
            **{
                k: point[n]
                for k, n in zip(
                    ("share", "own_cost", "low", "high"), ("share", "own_cost", "lowest", "highest"), strict=True
                )
            }
        )
        # The probability of war is monotone in the offer: the ends of an interval and its middle tell whether it is ever 0.
        war = [oracle.chance(x) > 0 for low, high in oracle.best() for x in (low, (low + high) / 2, high)]
        assert regions["some"].contains(point) == any(war), point
        assert regions["every"].contains(point) == all(war), point
        told.add((any(war), all(war)))
    assert {(True, True), (False, False)} <= told


# --- any offer to a uniform type ------------------------------------------------------------------------------------------

NAMES = [f"{who}{k}{n}" for who in "ab" for k in "12" for n in "0xt"]
ANY = f"""
title: An offer
players: [A, B]
parameters:
{"".join(f"  {name}: {{baseline: 1, range: [-9, 9]}}" + chr(10) for name in NAMES)}
play:
  t: {{by: chance, actions: {{uniform: [-1, 1]}}}}
  x: {{by: A, actions: {{from: 0, to: 1}}}}
  B: {{actions: [First, Second], sees: all}}
payoffs:
  A: "[First]*(a10 + a1x*x + a1t*t) + [Second]*(a20 + a2x*x + a2t*t)"
  B: "[First]*(b10 + b1x*x + b1t*t) + [Second]*(b20 + b2x*x + b2t*t)"
hedge: Second
"""


def test_offers_at_random_points():
    model, rng, kinds = read_model_text(ANY), random.Random(7), set()
    for _ in range(150):
        point = {name: F(rng.randint(-2, 2)) for name in NAMES}
        if point["b1t"] == point["b2t"]:
            continue
        sides = [tuple(tuple(point[f"{who}{k}{n}"] for n in "0xt") for k in "12") for who in "ab"]
        oracle = Offer(*sides, F(-1), F(1))
        found = hg.solve(model.tree_at(**point))
        assert found.complete == "all"
        compare(oracle, found, lambda one: one.hedge)
        kinds |= {(isinstance(one.choices["x"], tuple), 0 < one.hedge < 1) for one in found}
    assert kinds == {(a, b) for a in (False, True) for b in (False, True)}


# --- a monopoly ----------------------------------------------------------------------------------------------------------

MONOPOLY = """
title: A price for a buyer of unknown value
players: [Seller, Buyer]
parameters:
  cost: {baseline: 1/5, range: [0, 2]}
  top: {baseline: 1, range: "(0, 2]"}
play:
  value: {by: chance, actions: {uniform: [0, top]}}
  price: {by: Seller, actions: {from: 0, to: 2}}
  Buyer: {actions: [Buy, Leave], sees: all}
payoffs:
  Seller: "[Buy]*(price - cost)"
  Buyer: "[Buy]*(value - price)"
hedge: Buy
"""


# (price - cost)(top - price)/top is best at (top + cost)/2: sold with probability (top - cost)/(2 top). cost = 1/5, top = 1: 3/5, 2/5, 4/25.
def test_a_monopoly():
    (found,) = hg.solve(read_model_text(MONOPOLY).at())
    assert (found.choices["price"], found.hedge, found.payoffs["Seller"]) == (F(3, 5), F(2, 5), F(4, 25))


# Never sold: every price from top on, and nothing else where cost > top; at cost = top the same.
def test_a_monopoly_that_sells_nothing():
    for cost in (1, "3/2"):
        found = hg.solve(read_model_text(MONOPOLY).at(cost=cost))
        assert {str(one.choices["price"]) for one in found} >= {"1", "2"}
        assert {one.hedge for one in found} == {0}
        assert all(may_be(chosen(found, "price"), x) for x in (F(1), F(5, 4), F(2)))
        assert not may_be(chosen(found, "price"), F(9, 10))


@pytest.mark.parametrize(
    ("event", "among", "condition"),
    [
        ("Buy", "some", "cost < top"),
        ("Buy", "every", "cost < top"),
        # From cost = top on every price that nobody pays, from top to 2, is as good, this one too.
        ("2*price == top + cost", "some", "top > 0"),
        ("2*price == top + cost", "every", "cost < top or (cost == 2 and top == 2)"),
        # Somebody who values it above 4/5 buys.
        ("Buy and value > 4/5", "some", "cost < top and top > 4/5"),
        # Values below the mean buy where the price is below it, which it never is: (top + cost)/2 >= top/2.
        ("Buy and value < top/2", "some", "cost < 0"),
    ],
)
def test_where_a_monopoly_sells(event, among, condition):
    region = hg.condition(read_model_text(MONOPOLY.replace("hedge: Buy", f"hedge: {event}")), among)
    assert alike(region, condition) == BOTH


# --- binary choices on both sides -----------------------------------------------------------------------------------------

DETERRENCE = """
title: A threat of unknown resolve
players: [Challenger, Defender]
parameters:
  gain: {baseline: 1, range: [0, 3]}
  loss: {baseline: 1, range: [0, 3]}
  cost: {baseline: 1/2, range: [-1, 2]}
play:
  resolve: {by: chance, actions: {uniform: [0, 1]}}
  Challenger: {actions: [Challenge, Stay]}
  Defender: {actions: [Fight, Yield], sees: all, when: Challenge}
payoffs:
  Challenger: gain*[Yield] - loss*[Fight]
  Defender: "[Stay] + [Fight]*(resolve - cost)"
hedge: Stay
"""


# The defender fights where resolve > cost: yields with probability y = cost, from 0 to 1. Staying is best where gain*y <= loss*(1 - y).
@pytest.mark.parametrize(("among", "sign"), [("some", "<="), ("every", "<")])
def test_deterrence(among, sign):
    region = hg.condition(read_model_text(DETERRENCE), among)
    inside = f"(cost > 0 and cost < 1 and gain*cost {sign} loss*(1 - cost))"
    always = f"(cost <= 0 and 0 {sign} loss)"
    never = f"(cost >= 1 and gain {sign} 0)"
    assert region.complete
    assert alike(region, f"{inside} or {always} or {never}") == BOTH


def test_deterrence_at_the_tie():
    found = hg.solve(read_model_text(DETERRENCE).at())
    assert {one.hedge for one in found} == {0, 1}
    challenged = next(one for one in found if one.hedge == 0)
    assert chances(challenged) == {"Fight": F(1, 2), "Yield": F(1, 2)}
    assert challenged.payoffs == {"Challenger": 0, "Defender": F(1, 8)}


# Both choices binary, payoffs at random, the other side's slope in the type 0 at times (then it does the same whatever the type; where it is indifferent at all
# of them the expectation is open, and left out here). Going is worth what the oracle says, staying nothing: ties are met.
def test_binary_choices_at_random_points():
    names = [name for name in NAMES if not name.endswith("x")]
    text = f"""
title: Go or stop
players: [A, B]
parameters:
{"".join(f"  {name}: {{baseline: 1, range: [-9, 9]}}" + chr(10) for name in names)}
play:
  t: {{by: chance, actions: {{uniform: [0, 2]}}}}
  A: {{actions: [Go, Stop]}}
  B: {{actions: [First, Second], sees: all, when: Go}}
payoffs:
  A: "[First]*(a10 + a1t*t) + [Second]*(a20 + a2t*t)"
  B: "[First]*(b10 + b1t*t) + [Second]*(b20 + b2t*t)"
hedge: Second
"""
    model, rng, seen = read_model_text(text), random.Random(11), set()
    for _ in range(300):
        point = {name: F(rng.randint(-1, 1)) for name in names}
        sides = [[(point[f"{who}{k}0"], F(0), point[f"{who}{k}t"]) for k in "12"] for who in "ab"]
        gain = [x - y for x, y in zip(sides[1][1], sides[1][0], strict=True)]
        if gain[2] == 0:
            if gain[0] == 0:
                continue
            always = sides[0][int(gain[0] > 0)]
            worth, second = always[0] + always[2], F(int(gain[0] > 0))
        else:
            oracle = Offer(*map(tuple, sides), F(0), F(2))
            worth, second = oracle.worth(oracle.a, F(0)), oracle.chance(F(0))
        found = hg.solve(model.tree_at(**point))
        expected = ({(worth, second)} if worth >= 0 else set()) | ({(F(0), F(0))} if worth <= 0 else set())
        assert {(one.payoffs["A"], one.hedge) for one in found} == expected, point
        assert found.complete == "all"
        seen.add((worth > 0) - (worth < 0))
    assert seen == {-1, 0, 1}


# The slope in the type is open, so that it may be 0, where all types are indifferent at k = 0. Yes where s*t > k: for s > 0 with probability 1 - k/s.
def test_a_slope_that_is_open():
    text = """
title: A slope that is open
players: [A, B]
parameters:
  s: {baseline: 1, range: [-1, 1]}
  k: {baseline: 1/2, range: [0, 1]}
play:
  t: {by: chance, actions: {uniform: [0, 1]}}
  A: {actions: [Go, Stop]}
  B: {actions: [Yes, No], sees: all, when: Go}
payoffs:
  A: "[Yes] - k*[Go]"
  B: "[Yes]*(s*t - k)"
hedge: Go
"""
    region = hg.condition(read_model_text(text), "some")
    assert region.complete
    assert alike(region, "k == 0 or (s > 0 and s - k >= s*k)") == BOTH
    every = hg.condition(read_model_text(text), "every")
    assert alike(every, "s > 0 and s - k > s*k") == BOTH


# --- several moves of chance, several players who see ----------------------------------------------------------------------

TWO = """
title: Two shocks
players: [A, B]
parameters:
  k: {baseline: 1/2, range: [0, 2]}
  safe: {baseline: 1/8, range: [0, 1]}
play:
  one: {by: chance, actions: {uniform: [0, 1]}}
  two: {by: chance, actions: {uniform: [0, 1]}}
  A: {actions: [Go, Stop]}
  B: {actions: [Yes, No], sees: all, when: Go}
payoffs:
  A: "[Stop]*safe + [No]"
  B: "[Yes]*(one + two - k)"
hedge: Go
"""


# The sum of two is below k with probability k^2/2 up to 1, and 1 - (2 - k)^2/2 from there on.
def test_two_types():
    found = hg.solve(read_model_text(TWO).at())
    assert {one.hedge for one in found} == {0, 1}
    assert chances(next(one for one in found if one.hedge)) == {"No": F(1, 8), "Yes": F(7, 8)}
    region = hg.condition(read_model_text(TWO), "some")
    assert alike(region, "(k <= 1 and 2*safe <= k**2) or (k > 1 and 2*safe <= 2 - (2 - k)**2)") == BOTH


LOTS = """
title: An offer in fair and foul weather
players: [P, O]
parameters:
  share: {baseline: 1/2, range: [1/4, 1]}
play:
  weather: {by: chance, actions: {fair: 1/3, foul: 2/3}}
  cost: {by: chance, actions: {uniform: [0, 2/5]}}
  offer: {by: P, actions: {from: 0, to: 1}, sees: [weather]}
  O: {actions: [Accept, Fight], sees: all}
payoffs:
  P: "[Accept]*(1 - offer) + [Fight]*(1 - share - [fair]/10 - [foul]/5)"
  O: "[Accept]*offer + [Fight]*(share - cost)"
hedge: Fight
"""


# Own cost 1/10 in fair weather: war 3/8; 1/5 in foul: (2/5 - 1/5)/2 / (2/5) = 1/4. Together 1/3*3/8 + 2/3*1/4 = 7/24.
def test_with_a_lottery_before():
    (found,) = hg.solve(read_model_text(LOTS).at())
    assert found.hedge == F(7, 24)
    assert sorted(path.probability for path in found.paths if path.has_event) == [F(1, 8), F(1, 6)]
    fair = next(path for path in found.paths if ("weather", "fair") in path.steps)
    assert ("offer", F(7, 20)) in fair.steps


# A draw that nobody sees counts with its mean; one that is passed over counts as 0.
def test_draws_that_nobody_sees():
    text = DETERRENCE.replace("payoffs:", "  luck: {by: chance, actions: {uniform: [-1, 2]}, when: Fight}\npayoffs:")
    (found,) = hg.solve(read_model_text(text.replace("gain*[Yield]", "gain*[Yield] + 4*luck")).at())
    # Fight with probability 1/2: 1/2*(4*1/2 - 1) + 1/2*1.
    assert (found.hedge, found.payoffs["Challenger"]) == (0, 1)


LEADER = """
title: A leader, and a follower of unknown cost
players: [Leader, Follower]
parameters:
  a: {baseline: 10, range: [8, 12]}
  own: {baseline: 1, range: [0, 2]}
play:
  cost: {by: chance, actions: {uniform: [0, 2]}}
  q1: {by: Leader, actions: {from: 0, to: a - 2}}
  q2: {by: Follower, actions: {from: 0, to: a}, sees: all}
payoffs:
  Leader: (a - own - q1 - q2)*q1
  Follower: (a - cost - q1 - q2)*q2
hedge: q2 > 2
"""


# The follower's reaction depends on the type: (a - q1 - cost)/2, nowhere 0; the leader counts with its mean, (a - q1 - 1)/2: q1 = (a - 2*own + 1)/2.
# a = 10, own = 1: 9/2, and q2 > 2 where cost < 3/2. It is positive somewhere where (a - q1)/2 > 2: a + 2*own > 9.
def test_a_choice_that_depends_on_the_type():
    (found,) = hg.solve(read_model_text(LEADER).at())
    assert (found.choices, found.hedge) == ({"q1": F(9, 2)}, F(3, 4))
    assert alike(hg.condition(read_model_text(LEADER), "some"), "a + 2*own > 9") == BOTH


# A choice that is passed over is 0 in payoffs: A gets x - k by Yes, 0 by No; B chooses x = k.
def test_a_choice_that_is_passed_over():
    text = """
title: A choice that is passed over
players: [A, B]
parameters: {k: {baseline: 1/2, range: [0, 1]}}
play:
  Go: {by: A, actions: [Yes, No]}
  x: {by: B, actions: {from: 0, to: 1}, sees: all, when: Yes}
payoffs:
  A: x - k*[Yes]
  B: -(x - k)**2
hedge: Yes
"""
    found = hg.solve(read_model_text(text).at())
    assert {(one.hedge, *one.payoffs.values()) for one in found} == {(1, 0, 0), (0, 0, F(-1, 4))}


# B does not care about t, and is indifferent at x = k for all t: A, who cares, may count on any way to settle it. At k = 1/2, w = 1/4 the best for A is
# Yes where t - 1/2 > 1/4: 3/4*1/4 + 1/4*(7/8 - 1/2) = 9/32. That mixtures between are left out is said.
def test_indifference_at_every_number():
    text = """
title: Who sees does not care
players: [A, B]
parameters:
  k: {baseline: 1/2, range: [0, 1]}
  w: {baseline: 1/4, range: [0, 1]}
play:
  t: {by: chance, actions: {uniform: [0, 1]}}
  x: {by: A, actions: {from: 0, to: 1}}
  B: {actions: [Yes, No], sees: all}
payoffs:
  A: "[Yes]*(t - x) + [No]*w"
  B: "[Yes]*(x - k)"
hedge: Yes
"""
    found = hg.solve(read_model_text(text).at())
    assert max(one.payoffs["A"] for one in found) == F(9, 32)
    assert found.complete == "some"
    assert any("not every mixture was followed" in note for note in found.notes)


# War is not credible: P would make peace (own cost 1/10), and O, who gets its share, is indifferent at that offer whatever war costs. The tie is off the
# path where bargaining costs something: then the answer is complete. Where it costs nothing it is on it.
def test_a_tie_off_the_path():
    text = """
title: A threat that would not be carried out
players: [P, O]
parameters:
  share: {baseline: 1/2, range: [0, 1]}
  own: {baseline: 1/10, range: [0, 1]}
  prep: {baseline: 1/20, range: [0, 1]}
play:
  cost: {by: chance, actions: {uniform: [0, 2/5]}}
  Start: {by: P, actions: [Bargain, Wait]}
  offer: {by: P, actions: {from: 0, to: 1}, sees: [Start], when: Bargain}
  O: {actions: [Accept, Fight], sees: all, when: Bargain}
  Final: {by: P, actions: [War, Peace], sees: all, when: Fight}
payoffs:
  P: "[Accept]*(1 - offer) + [War]*(1 - share - own) + [Peace]*(1 - share) - prep*[Bargain] + [Wait]/2"
  O: "[Accept]*offer + [War]*(share - cost) + [Peace]*share"
hedge: Accept
"""
    found = hg.solve(read_model_text(text).at())
    assert (found.complete, [one.actions for one in found]) == ("all", [(("Start", "Wait"),)])
    tied = hg.solve(read_model_text(text).at(prep=0))
    assert tied.complete == "some"
    assert {one.payoffs["P"] for one in tied} == {F(1, 2)}
    assert {one.hedge for one in tied} == {0, 1}


# --- grids ---------------------------------------------------------------------------------------------------------------


# Offers and types on grids of 5, 11, 101 and 301 levels: the best worth tends to 89/160, the chance of war to 3/8. The package's own answers on the
# coarser ones are those of the grid.
def test_the_grid_tends_to_it():
    oracle, model = fearon(F(1, 2), F(1, 10), F(0), F(2, 5)), read_model_text(FEARON)
    for levels in (5, 11, 21):
        found = hg.solve(model.on_grid(levels).at(), concept="subgame-perfect")
        assert oracle.on_grid(levels) in {(one.payoffs["Proposer"], one.hedge) for one in found}
        assert max(one.payoffs["Proposer"] for one in found) == oracle.on_grid(levels)[0]
    gaps = [
        tuple(abs(x - y) for x, y in zip(oracle.on_grid(n), (F(89, 160), F(3, 8)), strict=True))
        for n in (5, 11, 101, 301)
    ]
    assert all(one > other for one, other in pairwise(worth for worth, _ in gaps))
    assert gaps[2][0] < F(1, 500)
    assert max(gaps[3]) < F(1, 100)


# --- what is refused -------------------------------------------------------------------------------------------------------

HIDDEN = DETERRENCE.replace(
    "  Challenger: {actions: [Challenge, Stay]}\n  Defender: {actions: [Fight, Yield], sees: all, when: Challenge}",
    "  Defender: {actions: [Fight, Yield], sees: all}\n  Challenger: {actions: [Challenge, Stay], sees: [Defender]}",
).replace("[Stay] + [Fight]", "[Fight and Stay] + [Fight]")


# Who moves after somebody who knows the type, and does not know it, has beliefs: a signalling game.
def test_signalling():
    problem = refusal(read_model_text(HIDDEN))
    assert "'Challenger' does not see the number 'resolve' that chance draws" in problem.what
    assert problem.where.text.strip().startswith("Challenger:")
    assert problem.remedy == "write sees: all, or make it one of finitely many numbers: --levels 11, model.on_grid(11)"
    assert len(hg.solve(read_model_text(HIDDEN.replace("sees: [Defender]", "sees: all")).at())) > 0
    assert len(hg.solve(read_model_text(HIDDEN).on_grid(11).at())) > 0


def test_a_cut_point_of_degree_two():
    text = DETERRENCE.replace("resolve - cost", "resolve**2 - cost")
    for ask in (lambda model: hg.solve(model.at()), lambda model: hg.condition(model, "some")):
        problem = refusal(read_model_text(text), ask)
        assert "who gains by what after 'resolve' is drawn changes at a root of degree 2 in it" in problem.what
        assert problem.where.text.strip().startswith("resolve:")
        assert "--levels 11 --concept subgame-perfect" in problem.remedy
    assert len(hg.solve(read_model_text(text).on_grid(11).at(), concept="subgame-perfect")) > 0


# A square that comes apart is no obstacle: (resolve + 1)*(4*resolve - 1) is positive from 1/4 on.
def test_a_square_that_comes_apart():
    text = DETERRENCE.replace("resolve - cost", "(resolve + 1)*(4*resolve - 1) - 0*cost")
    (found,) = hg.solve(read_model_text(text).at(loss="1/9"))
    assert chances(found) == {"Fight": F(3, 4), "Yield": F(1, 4)}


def test_a_payoff_that_divides_by_the_type():
    text = DETERRENCE.replace("gain*[Yield]", "gain*[Yield]/(1 + resolve)")
    problem = refusal(read_model_text(text))
    assert "what Challenger gets is no polynomial in resolve, a number drawn by chance" in problem.what
    assert problem.where.text.strip().startswith("resolve:")
    assert len(hg.solve(read_model_text(text).on_grid(11).at(), concept="subgame-perfect")) > 0


def test_ends_that_need_not_be_in_order():
    text = FEARON.replace('range: "(0, 1]"}', "range: [0, 1]}")
    problem = refusal(read_model_text(text), lambda model: hg.condition(model, "some"))
    assert problem.what == "chance draws 'cost' from 0 to highest, which need not be in order"
    assert problem.remedy == "assume: [0 < highest], narrower ranges, or --set will do"
    assert problem.where.text.strip().startswith("cost:")
    followed = text.replace("play:", "assume: [0 < highest]\nplay:")
    assert alike(hg.condition(read_model_text(followed), "some"), "own_cost < highest and share > 0") == BOTH
    held = hg.condition(read_model_text(text), "some", fixed={"highest": "2/5"})
    assert alike(held, "own_cost < 2/5 and share > 0") == BOTH
    at_point = refusal(read_model_text(text), lambda model: hg.solve(model.at(highest=0)))
    assert at_point.what == "chance draws 'cost' from 0 to 0"
    assert at_point.remedy == "let the lower end be below the upper one"


# In a tree everybody knows what went before: what is hidden is refused, not taken for seen.
def test_actions_that_are_hidden():
    text = """
title: Matching pennies after a number
players: [A, B]
parameters: {k: {baseline: 1/2, range: [0, 1]}}
play:
  x: {by: A, actions: {from: 0, to: 1}}
  Hide: {by: A, actions: [Left, Right], sees: all}
  coin: {by: chance, actions: {heads: 1/2, tails: 1/2}}
  B: {actions: [Up, Down], sees: [x, coin]}
payoffs:
  A: "-k*x**2 - [Left and Up] - [Right and Down]"
  B: "[Left and Up] + [Right and Down] + [heads]"
hedge: Up
"""
    problem = refusal(text, read_model_text)
    assert problem.what == "'B' does not see 'Hide', which is not solved beside continuous choices"
    assert (problem.remedy, problem.where.text.strip()[:2]) == ("write sees: all", "B:")
    assert len(hg.solve(read_model_text(text.replace("sees: [x, coin]", "sees: all")).at())) > 0


# Of those who act at once each is told to see what went before, not each other.
def test_actions_hidden_from_those_who_act_at_once():
    text = """
title: Two who act at once and do not see the same
players: [A, B, C]
parameters: {k: {baseline: 1/2, range: [0, 1]}}
play:
  x: {by: A, actions: {from: 0, to: 1}}
  First: {by: A, actions: [Left, Right], sees: all}
  B: {actions: [Up, Down], sees: [x, First]}
  C: {actions: [In, Out], sees: [x]}
payoffs:
  A: -(x - k)**2
  B: "[Up and In] + [Left]"
  C: "[Up and In]"
hedge: Up
"""
    problem = refusal(text, read_model_text)
    assert (problem.what[:3], problem.remedy) == ("'C'", "write sees: [x, First]")
    found = hg.solve(read_model_text(text.replace("sees: [x]}", "sees: [x, First]}")).at())
    assert {one.hedge for one in found} == {0, 1}


# A coin that nobody sees before the end is tossed at the end: A cannot make x depend on it. B gets 1/2 either way.
def test_a_coin_that_nobody_sees():
    text = """
title: A coin nobody sees
players: [A, B]
parameters: {k: {baseline: 1/2, range: [0, 1]}}
play:
  coin: {by: chance, actions: {heads: 1/2, tails: 1/2}}
  x: {by: A, actions: {from: 0, to: 1}}
  B: {actions: [Up, Down], sees: [x]}
payoffs:
  A: -(x - k*[heads])**2
  B: "[heads]*[Up] + [tails]*[Down]"
hedge: Up
"""
    found = hg.solve(read_model_text(text).at())
    assert {one.choices["x"] for one in found} == {F(1, 4)}
    assert {one.payoffs["B"] for one in found} == {F(1, 2)}
    assert {one.hedge for one in found} == {0, 1}


# --- beside numbers chosen at once ------------------------------------------------------------------------------------------

PUBLIC = """
title: A cost that both learn, then quantities at once
players: [One, Two]
parameters:
  a: {baseline: 10, range: [8, 12]}
play:
  cost: {by: chance, actions: {uniform: [0, 3]}}
  q1: {by: One, actions: {from: 0, to: 12}, sees: [cost]}
  q2: {by: Two, actions: {from: 0, to: 12}, sees: [cost]}
payoffs:
  One: (a - cost - q1 - q2)*q1
  Two: (a - cost - q1 - q2)*q2
hedge: q1 > 3
"""


# Cournot after the draw: (a - t)/3 each, above 3 where t < a - 9; worth E[(10 - t)^2]/9 = (1000 - 343)/81 = 73/9. Not learnt, the mean 3/2 counts: 17/6.
def test_quantities_at_once_after_a_draw():
    (found,) = hg.solve(read_model_text(PUBLIC).at())
    assert (found.hedge, found.payoffs["One"]) == (F(1, 3), F(73, 9))
    assert [name for name, _ in found.paths[0].steps] == ["cost", "q1", "q2"]
    assert alike(hg.condition(read_model_text(PUBLIC), "some"), "a > 9") == BOTH
    (unlearnt,) = hg.solve(read_model_text(PUBLIC.replace(", sees: [cost]", "")).at())
    assert unlearnt.choices == {"q1": F(17, 6), "q2": F(17, 6)}


# Quantities before a regulator learns a shock and opens the market where it is above k: Cournot's 10/3 each, open with probability 1 - k.
def test_quantities_at_once_before_a_draw():
    text = """
title: Quantities, then a shock that a regulator learns
players: [One, Two, Regulator]
parameters:
  a: {baseline: 10, range: [8, 12]}
  k: {baseline: 1/2, range: [0, 1]}
play:
  shock: {by: chance, actions: {uniform: [0, 1]}}
  q1: {by: One, actions: {from: 0, to: 6}}
  q2: {by: Two, actions: {from: 0, to: 6}}
  Regulator: {actions: [Open, Shut], sees: all}
payoffs:
  One: "[Open]*(a - q1 - q2)*q1"
  Two: "[Open]*(a - q1 - q2)*q2"
  Regulator: "[Open]*(shock - k)"
hedge: Open
"""
    (found,) = hg.solve(read_model_text(text).at())
    assert (found.choices, found.hedge) == ({"q1": F(10, 3), "q2": F(10, 3)}, F(1, 2))
    assert found.payoffs["One"] == F(50, 9)
    assert alike(hg.condition(read_model_text(text), "some"), "k < 1") == BOTH
