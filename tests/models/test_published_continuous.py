"""Games of the literature with a continuous choice, against their closed forms.

The closed forms, with their derivations, stand in `oracles.continuous`, which shares no code with the package. Points are solved as models,
each outcome certified; where the parameters stay open, the condition is compared with the published one at many points.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction as F

import pytest

import hedging_games as hg
from command_line import run
from continuous_outcomes import told
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.model.reader import read_model_text
from oracles.continuous import (
    PUBLISHED,
    closed_form,
    cournot,
    setter,
    stackelberg,
    take_it_or_leave_it,
    ultimatum_before_war,
    veto_bargaining,
)

STACKELBERG = """
title: A leader in quantities
source: H. von Stackelberg (1934), Marktform und Gleichgewicht; the limit output, A. Dixit (1980), Economic Journal 90
players: [Leader, Follower]
parameters:
  a: {baseline: 10, range: "(0, 20]"}
  b: {baseline: 1, range: "(0, 4]"}
  c1: {baseline: 1, range: [0, 20]}
  c2: {baseline: 1, range: [0, 20]}
assume: [c1 < a, c2 < a]
play:
  q1: {by: Leader, actions: {from: 0, to: a/b}}
  q2: {by: Follower, actions: {from: 0, to: a/b}, sees: all}
payoffs:
  Leader: (a - c1 - b*q1 - b*q2)*q1
  Follower: (a - c2 - b*q1 - b*q2)*q2
hedge: q2 > 0
"""

SETTER = """
title: The agenda setter
source: T. Romer and H. Rosenthal (1978), Public Choice 33
players: [Setter, Median]
parameters:
  setter_ideal: {baseline: 1, range: [-2, 2]}
  median: {baseline: 0, range: [-2, 2]}
  status_quo: {baseline: -1/2, range: [-2, 2]}
play:
  policy: {by: Setter, actions: {from: -6, to: 6}}
  Median: {actions: [Accept, Reject], sees: all}
payoffs:
  Setter: -abs([Accept]*policy + [Reject]*status_quo - setter_ideal)
  Median: -abs([Accept]*policy + [Reject]*status_quo - median)
hedge: Accept and policy == setter_ideal
"""

QUADRATIC_SETTER = SETTER.replace("-abs(", "-(").replace("setter_ideal)\n", "setter_ideal)**2\n")
QUADRATIC_SETTER = QUADRATIC_SETTER.replace("median)\n", "median)**2\n")

VETO = """
title: A legislature and a president with a veto
source: C. Cameron (2000), Veto Bargaining; the spatial model of T. Romer and H. Rosenthal (1978) with two who have to accept
players: [Setter, Median, President]
parameters:
  setter_ideal: {baseline: 1, range: [-2, 2]}
  median: {baseline: 0, range: [-2, 2]}
  president: {baseline: 1/2, range: [-2, 2]}
  status_quo: {baseline: -1/2, range: [-2, 2]}
play:
  policy: {by: Setter, actions: {from: -6, to: 6}}
  Median: {actions: [Accept, Reject], sees: all}
  President: {actions: [Sign, Veto], sees: all, when: Accept}
payoffs:
  Setter: -abs([Sign]*policy + (1 - [Sign])*status_quo - setter_ideal)
  Median: -abs([Sign]*policy + (1 - [Sign])*status_quo - median)
  President: -abs([Sign]*policy + (1 - [Sign])*status_quo - president)
hedge: Sign and policy == setter_ideal
"""

ULTIMATUM = """
title: An ultimatum before a war
source: J. Fearon (1995), International Organization 49, with complete information
players: [Proposer, Other]
parameters:
  power: {baseline: 3/5, range: [0, 1]}
  cost_proposer: {baseline: 1/10, range: "(0, 1]"}
  cost_other: {baseline: 1/10, range: "(0, 1]"}
play:
  offer: {by: Proposer, actions: {from: 0, to: 1}}
  Other: {actions: [Accept, Fight], sees: all}
payoffs:
  Proposer: "[Accept]*(1 - offer) + [Fight]*(power - cost_proposer)"
  Other: "[Accept]*offer + [Fight]*(1 - power - cost_other)"
hedge: Accept and offer > 0
"""

LEAVE_IT = """
title: Take it or leave it
source: A. Rubinstein (1982), Econometrica 50, the last period; outside options as of K. Binmore, A. Shaked and J. Sutton (1989)
players: [Proposer, Responder]
parameters:
  proposer_outside: {baseline: 0, range: [0, 1]}
  responder_outside: {baseline: 1/4, range: [0, 1]}
play:
  offer: {by: Proposer, actions: {from: 0, to: 1}}
  Responder: {actions: [Accept, Reject], sees: all}
payoffs:
  Proposer: "[Accept]*(1 - offer) + [Reject]*proposer_outside"
  Responder: "[Accept]*offer + [Reject]*responder_outside"
hedge: Accept
"""


def published(game):
    return [
        pytest.param(case, id=str({k: str(v) for k, v in case.point.items()}))
        for case in PUBLISHED
        if case.game == game
    ]


def points(model, step, count=300, seed=5):
    """Points on a coarse grid inside the ranges and assumptions, so that borders are met."""
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        point = {}
        for name, parameter in model.parameters.items():
            low, high = (F(end) / step for end in (parameter.range.low, parameter.range.high))
            point[name] = rng.randint(int(low) + parameter.range.low_open, int(high)) * step
        if all(point[c] < point["a"] for c in ("c1", "c2") if c in point):
            found.append(point)
    return found


def same(region, model, holds, step):
    """The region holds the points at which the published condition does; of both kinds there are some."""
    asked = points(model, step)
    expected = [holds(**point) for point in asked]
    assert {True, False} == set(expected)
    for point, right in zip(asked, expected, strict=True):
        assert region.contains(point) == right, point


def alike(region, text):
    """The region is that of a condition: both ways, by the engine's own proofs."""
    other = region.where(parse_condition(" ".join(text.split())))
    return region.implies(other).status, other.implies(region).status


BOTH = ("proved", "proved")


# --- Stackelberg ---------------------------------------------------------------------------------------------------------


# von Stackelberg (1934). The follower replies (a - c2 - b*q1)/(2b), or 0 from L = (a - c2)/b on; the leader is best at A = (a - 2c1 + c2)/(2b) while
# the other is in, at M = (a - c1)/(2b) alone. A < L: entry; M > L: alone at M, undisturbed; else L, the limit output that just keeps it out.
@pytest.mark.parametrize("case", published("stackelberg"))
def test_stackelberg(case):
    right = closed_form(case)
    q1, q2, a, b = right["q1"], right["q2"], case.point["a"], case.point["b"]
    price = a - b * (q1 + q2)
    worth = [(price - case.point[c]) * q for c, q in (("c1", q1), ("c2", q2))]
    assert told(read_model_text(STACKELBERG), **case.point) == {
        f"q1={q1}; q2={q2}": (", ".join(map(str, worth)), q2 > 0)
    }


# A < L is a - 2c1 + c2 < 2a - 2c2, so a + 2c1 > 3c2. The outputs are single: some and every say the same.
@pytest.mark.parametrize("among", ["some", "every"])
def test_stackelberg_entry(among):
    model = read_model_text(STACKELBERG)
    region = hg.condition(model, among)
    same(region, model, lambda **p: stackelberg(**p)["q2"] > 0, F(1, 2))
    assert alike(region, "a + 2*c1 > 3*c2") == BOTH


# The limit output: the follower out, and the leader not at its monopoly output. A >= L and M < L: a + 2c1 <= 3c2 and a + c1 > 2c2.
@pytest.mark.parametrize("among", ["some", "every"])
def test_stackelberg_limit_output(among):
    model = read_model_text(STACKELBERG.replace("q2 > 0", "q2 == 0 and 2*b*q1 > a - c1"))

    def limit(a, b, c1, c2):
        found = stackelberg(a, b, c1, c2)
        return found["q2"] == 0 and found["q1"] > (a - c1) / (2 * b)

    region = hg.condition(model, among)
    same(region, model, limit, F(1, 2))
    assert alike(region, "a + 2*c1 <= 3*c2 and a + c1 > 2*c2") == BOTH


# c1 = 1, a = 10, b = 1. Where two of the leader's outputs A = (c2 + 8)/2, L = 10 - c2 and M = 9/2 meet (A = L at c2 = 4, L = M at c2 = 11/2), and at
# c2 = 1 where A = M, there is one outcome, named once.
def test_stackelberg_phases_name_each_outcome_once():
    found = hg.phases(read_model_text(STACKELBERG), "c2")
    named = {str(phase.cells[0].first): [found.outcomes[k]["q1"] for k in phase.outcomes] for phase in found.phases}
    assert named == {
        "[0, 4)": [{"(c2 + 8)/2": "1"}],
        "[4, 11/2)": [{"10 - c2": "1"}],
        "[11/2, 10)": [{"9/2": "1"}],
    }
    assert all(len(phase.cells) == 1 for phase in found.phases)
    assert [found.outcomes[k]["q2"] for k in range(3)] == [{"0": "1"}, {"(12 - 3*c2)/4": "1"}, {"0": "1"}]


# --- Cournot -------------------------------------------------------------------------------------------------------------


def oligopoly(firms):
    """Firms that choose quantities at once, price a - Q; the event is that the last one sells."""
    numbers = range(1, firms + 1)
    total = " - ".join(f"q{k}" for k in numbers)
    return "\n".join(
        [
            "title: Quantities at once",
            "source: A. Cournot (1838), Recherches sur les principes mathematiques de la theorie des richesses, chapter VII",
            f"players: [{', '.join(f'Firm{k}' for k in numbers)}]",
            "parameters:",
            '  a: {baseline: 10, range: "(0, 20]"}',
            *(f"  c{k}: {{baseline: {k}, range: [0, 20]}}" for k in numbers),
            "play:",
            *(f"  q{k}: {{by: Firm{k}, actions: {{from: 0, to: a}}}}" for k in numbers),
            "payoffs:",
            *(f"  Firm{k}: (a - c{k} - {total})*q{k}" for k in numbers),
            f"hedge: q{firms} > 0",
        ]
    )


def sold(right):
    """The one outcome, as text: price a - Q, so that an active firm earns its quantity squared."""
    quantities = "; ".join(f"{name}={q}" for name, q in right.items())
    return {quantities: (", ".join(str(q * q) for q in right.values()), list(right.values())[-1] > 0)}


# Cournot (1838): 10/3 and 7/3 at a = 10 and costs 1 and 2; with a third firm of cost 5, or of 13/3, just the price, a corner.
@pytest.mark.parametrize("case", published("cournot"))
def test_cournot(case):
    model = read_model_text(oligopoly(len(case.point) - 1))
    assert told(model, **case.point) == sold(closed_form(case))


# All costs from far below to far above, ties too: a + sum of costs is the number of firms plus one times a cost where one just stays out.
@pytest.mark.parametrize("firms", [2, 3])
def test_cournot_at_corners(firms):
    rng = random.Random(firms)
    model = read_model_text(oligopoly(firms))
    active = set()
    for _ in range(80):
        a, most = F(rng.randint(1, 12)), rng.choice([4, 12])
        costs = [F(rng.randint(0, most)) for _ in range(firms)]
        right = cournot(a, costs)
        assert told(model, a=a, **{f"c{k}": c for k, c in enumerate(costs, 1)}) == sold(right)
        active.add(tuple(q > 0 for q in right.values()))
    assert len(active) == 2**firms


# The last firm sells if the price without it exceeds its cost. At a price p firm i supplies max(0, p - c_i), and demand is a - p: so at p = c the others
# leave something, max(0, c - c_1) + ... < a - c. The equilibrium is unique: some and every say the same.
@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize("firms", [2, 3])
def test_cournot_entry(firms, among):
    region = hg.condition(read_model_text(oligopoly(firms)), among)
    entry = {
        2: "a > c2 and (c2 <= c1 or a > 2*c2 - c1)",
        3: """a > c3 and (c3 <= c1 or a > 2*c3 - c1) and (c3 <= c2 or a > 2*c3 - c2)
              and (c3 <= c1 or c3 <= c2 or a > 3*c3 - c1 - c2)""",
    }[firms]
    assert alike(region, entry) == BOTH
    rng = random.Random(9)
    found = set()
    for _ in range(200):
        point = {"a": F(rng.randint(1, 12)), **{f"c{k}": F(rng.randint(0, 12)) for k in range(1, firms + 1)}}
        supply = sum(max(F(0), point[f"c{firms}"] - point[f"c{k}"]) for k in range(1, firms))
        right = supply < point["a"] - point[f"c{firms}"]
        assert region.contains(point) == right, point
        found.add(right)
    assert found == {True, False}


# Seen by the second, it is Stackelberg's: A = (10 - 2 + 2)/2 = 5, q2 = (8 - 5)/2. On grids of thirds (10/3, 7/3) is a strict equilibrium.
def test_cournot_otherwise():
    text = oligopoly(2)
    followed = text.replace("by: Firm2, actions: {from: 0, to: a}", "by: Firm2, actions: {from: 0, to: a}, sees: all")
    assert told(read_model_text(followed)) == {"q1=5; q2=3/2": ("25/2, 9/4", True)}
    found = hg.solve(read_model_text(text).on_grid(31).at(), concept="pure-nash")
    assert (F(100, 9), F(49, 9)) in {(one.payoffs["Firm1"], one.payoffs["Firm2"]) for one in found}


# --- other numbers at once -----------------------------------------------------------------------------------------------

PRICES = """
title: Prices of goods that are not quite the same
source: the textbook's Bertrand competition with differentiated goods
players: [One, Two]
parameters:
  demand: {baseline: 10, range: "(0, 20]"}
  cross: {baseline: 1, range: "[0, 2)"}
  cost: {baseline: 2, range: [0, 10]}
  cap: {baseline: 20, range: "(10, 40]"}
play:
  p1: {by: One, actions: {from: 0, to: cap}}
  p2: {by: Two, actions: {from: 0, to: cap}}
payoffs:
  One: (p1 - cost)*(demand - p1 + cross*p2)
  Two: (p2 - cost)*(demand - p2 + cross*p1)
hedge: p1 < cap and p2 < cap
"""


# Strategic complements: the reply is (demand + cost + cross*p)/2, so p = (demand + cost)/(2 - cross), or the cap.
# 12/(2 - 1) = 12; 12/(2 - 7/5) = 20, exactly the cap of 20; with cross 3/2 it would be 24.
@pytest.mark.parametrize(("cross", "price"), [(1, 12), ("7/5", 20), ("3/2", 20)])
def test_prices(cross, price):
    worth = (price - 2) * (10 - price + F(cross) * price)
    assert told(read_model_text(PRICES), cross=cross) == {f"p1={price}; p2={price}": (f"{worth}, {worth}", price < 20)}


@pytest.mark.parametrize("among", ["some", "every"])
def test_prices_below_the_cap(among):
    region = hg.condition(read_model_text(PRICES), among)
    assert alike(region, "demand + cost < cap*(2 - cross)") == BOTH


BURDEN = """
title: Two allies and what both enjoy
source: M. Olson and R. Zeckhauser (1966), Review of Economics and Statistics 48
players: [Large, Small]
parameters:
  large: {baseline: 3, range: "(0, 4]"}
  small: {baseline: 2, range: "(0, 4]"}
play:
  g1: {by: Large, actions: {from: 0, to: 5}}
  g2: {by: Small, actions: {from: 0, to: 5}}
payoffs:
  Large: large*(g1 + g2) - (g1 + g2)**2/2 - g1
  Small: small*(g1 + g2) - (g1 + g2)**2/2 - g2
hedge: g2 == 0
"""


# Whoever gives would have the sum be its value less 1. So the one with the larger value gives all and the other rides free; values alike and above 1,
# they share it in any way; both at most 1, nobody gives.
def test_the_small_ride_free():
    model = read_model_text(BURDEN)
    assert told(model) == {"g1=2; g2=0": ("2, 2", True)}
    assert told(model, large=1, small="1/2") == {"g1=0; g2=0": ("0, 0", True)}
    found = hg.solve(model.at(large=3, small=3))
    assert found.complete == "all"
    ends = [one.choices for one in found if not any(isinstance(g, tuple) for g in one.choices.values())]
    assert ends == [{"g1": 0, "g2": 2}, {"g1": 2, "g2": 0}]
    (shared,) = (one for one in found if one.choices not in ends)
    assert (0, 2) in shared.choices.values()
    assert sum(shared.sample.values()) == 2
    assert ["2" in str(found), "in (0, 2)" in str(found), "2 - g2" in str(found)] == [True] * 3


def test_shares_and_choices_at_once_as_json(tmp_path):
    path = tmp_path / "burden.yaml"
    path.write_text(BURDEN)
    answer = json.loads(run("solve", str(path), "--set", "small=3", "--format", "json").stdout)
    shared = {"g1": "2 - g2", "g2": ["0", "2"]}
    assert shared in [one["choices"] for one in answer["equilibria"]]
    shown = json.loads(run("show", str(path), "--format", "json").stdout)["decisions"]
    at_once = {"from": "0", "to": "5", "at_once": ["g1", "g2"]}
    assert shown == [{"label": f"g{k}", "player": who} | at_once for k, who in ((1, "Large"), (2, "Small"))]
    assert "at once g1 (Large): from 0 to 5, g2 (Small): from 0 to 5" in run("show", str(path)).stdout


# Who values it more gives that value less 1, alone.
def test_burden_over_two_parameters(tmp_path):
    path = tmp_path / "burden.yaml"
    path.write_text(BURDEN)
    phases = run("phases", str(path), "--over", "large", "--over", "small").stdout
    assert "g1: large - 1; g2: 0" in phases
    assert "g1: 0; g2: small - 1" in phases


def test_where_the_small_ride_free():
    model = read_model_text(BURDEN)
    assert alike(hg.condition(model, "some"), "small <= large or small <= 1") == BOTH
    assert alike(hg.condition(model, "every"), "small < large or small <= 1") == BOTH


SUBSIDY = """
title: A subsidy for the home firm
source: J. Brander and B. Spencer (1985), Journal of International Economics 18
players: [Government, Home, Foreign]
parameters:
  a: {baseline: 10, range: "(0, 20]"}
  c: {baseline: 1, range: [0, 20]}
assume: [c < a]
play:
  s: {by: Government, actions: {from: 0, to: a}}
  q1: {by: Home, actions: {from: 0, to: 2*a}, sees: [s]}
  q2: {by: Foreign, actions: {from: 0, to: 2*a}, sees: [s]}
payoffs:
  Government: (a - c - q1 - q2)*q1
  Home: (a - c + s - q1 - q2)*q1
  Foreign: (a - c - q1 - q2)*q2
hedge: s > 0 and q1 == 2*q2
"""


# The subsidy makes the home firm the leader: (a - c)/4 = 9/4, with outputs (a - c)/2 and (a - c)/4.
def test_subsidy():
    assert told(read_model_text(SUBSIDY)) == {"s=9/4; q1=9/2; q2=9/4": ("81/8, 81/4, 81/16", True)}
    region = hg.condition(read_model_text(SUBSIDY), "every")
    assert alike(region, "a > c") == BOTH


# --- the setter, and a veto ----------------------------------------------------------------------------------------------


# Romer and Rosenthal (1978). The median accepts what is no farther from it than the status quo: [m - d, m + d], d = |q - m|. The setter takes the
# point of it that is nearest to its ideal; at an end the median, indifferent, has to accept, as just inside it does for sure. Where the nearest
# is the status quo, whatever is refused does as well.
def policies(found, status_quo):
    """The policies that come about: of a continuum that is refused, the status quo."""
    made = set()
    for line in found:
        first, *actions = line.split("; ")
        stays = actions[-1] in {"Reject", "Veto"}
        assert stays or first.startswith("policy="), line
        made.add(status_quo if stays else F(first.removeprefix("policy=")))
    return made


@pytest.mark.parametrize("text", [SETTER, QUADRATIC_SETTER], ids=["distance", "square"])
@pytest.mark.parametrize("case", published("setter"))
def test_setter(case, text):
    found = told(read_model_text(text), **case.point)
    assert policies(found, case.point["status_quo"]) == {closed_form(case)["policy"]}


def test_setter_where_the_policy_stays():
    found = told(read_model_text(SETTER), status_quo="1/4")
    assert {line for line in found if " < " in line} == {"1/4 < policy < 6; Reject", "-6 < policy < -1/4; Reject"}
    assert found["policy=1/4; Accept"] == ("-3/4, -1/4", False)


# The setter gets its ideal if |ideal - m| <= |q - m|; it does so in every equilibrium unless its ideal is the status quo, which it also gets by
# proposals that are refused. |x| <= |y| is x^2 <= y^2.
@pytest.mark.parametrize("text", [SETTER, QUADRATIC_SETTER], ids=["distance", "square"])
@pytest.mark.parametrize("among", ["some", "every"])
def test_setter_gets_its_ideal(among, text):
    model = read_model_text(text)

    def gets_it(**p):
        return setter(**p)["policy"] == p["setter_ideal"] and (among == "some" or p["setter_ideal"] != p["status_quo"])

    region = hg.condition(model, among)
    same(region, model, gets_it, F(1, 2))
    by_hand = "(setter_ideal - median)**2 <= (status_quo - median)**2"
    assert alike(region, by_hand if among == "some" else f"{by_hand} and setter_ideal != status_quo") == BOTH


# Cameron (2000): both have to accept, so the intersection of two intervals that share the status quo as an end. President at 1/2, q = -1/2: [-1/2, 1/2]
# and [-1/2, 3/2]: 1/2. President at -1/4: [-1/2, 0]: 0.
@pytest.mark.parametrize("case", published("veto_bargaining"))
def test_veto(case):
    found = told(read_model_text(VETO), **case.point)
    assert policies(found, case.point["status_quo"]) == {closed_form(case)["policy"]}


# President -1, median 0, status quo -1/2: [-3/2, -1/2] and [-1/2, 1/2] meet in the status quo alone: gridlock.
def test_gridlock():
    found = told(read_model_text(VETO), president=-1)
    assert policies(found, F(-1, 2)) == {F(-1, 2)}


def test_veto_leaves_the_setter_its_ideal():
    model = read_model_text(VETO)
    region = hg.condition(model, "some", fixed={"median": 0})
    open_points = read_model_text(
        VETO.replace("  median: {baseline: 0, range: [-2, 2]}\n", "").replace("- median)", "- 0)")
    )
    same(region, open_points, lambda **p: veto_bargaining(median=F(0), **p)["policy"] == p["setter_ideal"], F(1, 4))


# --- bargaining ----------------------------------------------------------------------------------------------------------


# Fearon (1995). The other accepts from 1 - power - cost_other on. Peace is better by both costs: that offer, or 0 if it is negative, always accepted.
@pytest.mark.parametrize("case", published("ultimatum_before_war"))
def test_ultimatum(case):
    right = closed_form(case)
    assert told(read_model_text(ULTIMATUM), **case.point) == {
        f"offer={right['offer']}; Accept": (f"{right['proposer']}, {right['other']}", right["offer"] > 0)
    }


@pytest.mark.parametrize("among", ["some", "every"])
def test_ultimatum_concedes(among):
    model = read_model_text(ULTIMATUM)
    region = hg.condition(model, among)
    same(region, model, lambda **p: ultimatum_before_war(**p)["offer"] > 0, F(1, 10))
    assert alike(region, "power + cost_other < 1") == BOTH


# With complete information there is no war, whatever power and costs: Fearon's puzzle.
@pytest.mark.parametrize("among", ["some", "every"])
def test_no_war(among):
    region = hg.condition(read_model_text(ULTIMATUM.replace("Accept and offer > 0", "Accept")), among)
    assert alike(region, "power >= 0") == BOTH
    never = hg.condition(read_model_text(ULTIMATUM.replace("Accept and offer > 0", "Fight")), among)
    assert not any(never.contains(point) for point in points(read_model_text(ULTIMATUM), F(1, 10), 50))


# An offer y of a pie of 1; refused, each has z and w outside. 1 - w > z: y = w, accepted. 1 - w < z: every offer up to w is refused in some equilibrium;
# at 1 - w = z both. (The last period of Rubinstein 1982.)
@pytest.mark.parametrize("case", published("take_it_or_leave_it"))
def test_take_it_or_leave_it(case):
    right = closed_form(case)
    worth, w = f"{right['proposer']}, {right['responder']}", case.point["responder_outside"]
    agreed = {f"offer={w}; Accept": (worth, True)}
    refused = {f"offer={end}; Reject": (worth, False) for end in (0, w)} | {f"0 < offer < {w}; Reject": ("", False)}
    expected = {True: agreed, False: refused, None: agreed | refused}[right["agreement"]]
    assert told(read_model_text(LEAVE_IT), **case.point) == expected


@pytest.mark.parametrize("among", ["some", "every"])
def test_agreement(among):
    model = read_model_text(LEAVE_IT)
    region = hg.condition(model, among)
    allowed = {"some": (True, None), "every": (True,)}[among]
    same(region, model, lambda **p: take_it_or_leave_it(**p)["agreement"] in allowed, F(1, 10))
    sign = {"some": "<=", "every": "<"}[among]
    assert alike(region, f"proposer_outside + responder_outside {sign} 1") == BOTH


# --- what is refused -----------------------------------------------------------------------------------------------------


def refusal(text, ask=lambda model: hg.solve(model.at())):
    """The one problem that a model meets: what, where, and the remedy."""
    with pytest.raises(hg.HedgingGamesError) as raised:
        ask(read_model_text(text))
    (problem,) = raised.value.problems
    assert problem.where is not None
    return problem


CUBIC = """
title: A cubic cost
players: [Maker, Buyer]
parameters: {k: {baseline: 1/4, range: [0, 1]}}
play:
  x: {by: Maker, actions: {from: 0, to: 1}}
  Buyer: {actions: [Take, Leave], sees: all}
payoffs:
  Maker: k*x - x**3/3
  Buyer: "[Take]*(x - 1/3)"
hedge: Take
"""


# The maker is best where k = x^2: x = 1/2, which is on a grid of 11 and of 101 levels. k = 1/4: 1/8 - 1/24 = 1/12. x > 1/3: taken.
def test_degree_three_and_its_grid():
    for ask in (lambda model: hg.solve(model.at()), lambda model: hg.condition(model, "some")):
        problem = refusal(CUBIC, ask)
        assert "no polynomial of degree two or less in x" in problem.what
        assert problem.where.text.strip().startswith("x: {by: Maker")
        assert "--levels 101" in problem.remedy
    for levels in (11, 101):
        found = hg.solve(read_model_text(CUBIC).on_grid(levels).at())
        assert {(one.payoffs["Maker"], one.hedge) for one in found} == {(F(1, 12), 1)}
    # The other half of the remedy, powers up to the second: k*x - x^2/2 is best at x = k = 1/4, worth 1/32.
    assert told(read_model_text(CUBIC.replace("x**3/3", "x**2/2"))) == {"x=1/4; Leave": ("1/32, 0", False)}


IN_PART = """
title: A choice that one of two sees
players: [Leader, Blind, Seeing]
parameters: {k: {baseline: 1/2, range: [0, 1]}}
play:
  x: {by: Leader, actions: {from: 0, to: 1}}
  Blind: {actions: [Back, Stay], sees: nothing}
  Seeing: {actions: [Take, Leave], sees: [x, Blind]}
payoffs:
  Leader: k*x - x**2/2
  Blind: "[Back]*(x - 1/4)"
  Seeing: "[Take]*(x - 3/4)"
hedge: Back
"""


# The leader is best at x = k = 1/2, worth 1/8; the second backs for 1/4, the third leaves.
def test_seen_in_part():
    problem = refusal(IN_PART)
    assert "'Blind' does not see the continuous choice 'x'" in problem.what
    assert problem.where.text.strip().startswith("Blind:")
    assert problem.remedy == "write sees: all; or make 'x' a grid: levels: 11"
    assert len(hg.solve(read_model_text(IN_PART.replace("to: 1}", "to: 1, levels: 3}")).at()))
    assert told(read_model_text(IN_PART.replace("sees: nothing", "sees: all"))) == {
        "x=1/2; Back; Leave": ("1/8, 1/4, 0", True)
    }
    found = hg.solve(read_model_text(IN_PART.replace("from: 0", "levels: 3, from: 0")).at())
    assert {(one.payoffs["Leader"], one.hedge) for one in found} == {(F(1, 8), 1)}
