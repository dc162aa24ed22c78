"""A region contains a point exactly where the solver, which knows nothing of regions, finds the event played.

Random points are rational with small denominators, so that ties occur; points on the borders are the roots of thresholds
along random axes, where an inequality holds with equality.
"""

import math
import os
import random
from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.algebra.formulas.formula import constraints_of, holds_at
from hedging_games.algebra.polynomials import value_at
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.threshold import threshold

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
POINTS = 2_000 if THOROUGH else 12
BORDERS = 200 if THOROUGH else 4
TINY = Fraction(1, 10**30)

QUESTIONS = [
    ("engagement-card", "subgame-perfect", {}),
    ("engagement-card", "pure-nash", {}),
    ("dependence-backlash", "subgame-perfect", {}),
    ("dependence-backlash", "pure-nash", {}),
    ("delegated-engagement", "subgame-perfect", {}),
    ("gradual-decoupling", "subgame-perfect", {}),
    ("hedging-triangle", "pure-nash", {}),
    ("allied-resistance", "pure-nash", {}),
    ("allied-resistance", "pure-nash", {"threshold": 2}),
    ("allied-resistance", "nash", {}),
    ("allied-resistance", "nash", {"threshold": 2}),
    ("cherry-picking", "pure-nash", {}),
    ("cherry-picking", "sequential", {}),
    ("cherry-picking", "nash", {}),
    ("tolerated-example", "sequential", {}),
    ("latent-threat", "sequential", {}),
    ("latent-threat", "subgame-perfect", {}),
    ("dependence-backlash", "nash", {}),
    ("delegated-engagement", "sequential", {}),
    ("restraining-pyongyang", "subgame-perfect", {}),
    ("blockade-threat, on a grid", "subgame-perfect", {}),
]


@pytest.fixture(
    scope="module", params=[(*question, among) for question in QUESTIONS for among in ("some", "every")], ids=str
)
def asked(request):
    """A model, the concept, some or every, and the region: derived once, and asked by the tests one after the other."""
    name, concept, fixed, among = request.param
    model = hg.load(name.split(",")[0])
    model = model.on_grid(4) if name.endswith("on a grid") else model
    return model, concept, among, condition(model, among, concept, fixed=fixed)


def played(model, concept, among, point):
    found = hg.solve(model.at(**point), concept)
    events = [equilibrium.hedge > 0 for equilibrium in found]
    return bool(events) and (any(events) if among == "some" else all(events))


def within(region, coordinates):
    """Whether a point satisfies the ranges and the assumptions."""
    return region.setting.whole.contains(coordinates)


def random_point(region, rng):
    """A point of the box that satisfies the assumptions, its coordinates on a coarse lattice more often than not."""
    whole = region.setting.whole
    while True:
        pieces = rng.choice((2, 10, 20, 840))
        point = [i.low + (i.high - i.low) * Fraction(rng.randint(0, pieces), pieces) for i in whole.box]
        if within(region, point):
            return dict(zip(region.setting.names, point, strict=True))


def complete(region, point):
    return {**region.setting.fixed, **point}


def test_contains_where_the_solver_finds_it(asked):
    model, concept, among, region = asked
    rng = random.Random(f"{model.name} {concept} {among}")
    for _ in range(POINTS if THOROUGH or model.name != "restraining-pyongyang" else 4):
        point = random_point(region, rng)
        assert region.contains(point) == played(model, concept, among, complete(region, point)), point


def tied_point(region, constraint, rng):
    """A point of the box at which the polynomial of an inequality vanishes; None where chance does not find one."""
    point = random_point(region, rng)
    values = [point[name] for name in region.setting.names]
    for variable in rng.sample(range(len(values)), len(values)):
        at = [*values[:variable], Fraction(0), *values[variable + 1 :]]
        rest = value_at(constraint.terms, at)
        at[variable] = Fraction(1)
        slope = value_at(constraint.terms, at) - rest
        linear = all(powers[variable] <= 1 for powers in constraint.terms)
        if linear and slope != 0:
            at[variable] = -rest / slope
            if within(region, at):
                return dict(zip(region.setting.names, at, strict=True))
    return None


def agrees(region, point, truth):
    """Whether a region says what is true at a point; one that follows not every equilibrium at ties bounds it on two sides, and says so."""
    if region.complete:
        return region.contains(point) == truth
    at = [point[name] for name in region.setting.names]
    surely, at_most = (None if f is None else holds_at(f, at) for f in (region.surely, region.at_most))
    return not (surely and not truth) and not (at_most is False and truth)


def test_contains_at_ties(asked):
    model, concept, among, region = asked
    constraints = list(dict.fromkeys(constraints_of(region.formula)))
    rng = random.Random(f"tie {model.name} {concept} {among}")
    seen = 0
    for _ in range(20 * BORDERS if constraints else 0):
        point = tied_point(region, rng.choice(constraints), rng)
        if point is not None:
            assert agrees(region, point, played(model, concept, among, complete(region, point))), point
            seen += 1
        if seen >= (BORDERS if THOROUGH or model.name != "restraining-pyongyang" else 2):
            break
    assert seen > 0 or model.name == "allied-resistance"


def beside(value):
    """A rational threshold and 10**-30 before and after it; of an irrational one rational bounds at most 10**-30 apart."""
    if isinstance(value, Fraction):
        return value - TINY, value, value + TINY
    low, high = value.enclosure(TINY / 2)
    assert low < value < high <= low + TINY
    return low, high


def test_contains_on_borders_and_beside_them(asked):
    """Along a random axis through a random point: at each threshold and at most 10**-30 before and after it."""
    model, concept, among, region = asked
    rng = random.Random(f"border {model.name} {concept} {among}")
    seen = 0
    for _ in range(3 * BORDERS):
        point = complete(region, random_point(region, rng))
        axis = rng.choice(region.setting.names)
        others = {key: value for key, value in point.items() if key != axis}
        found = threshold(model, axis, among, concept, fixed=others)
        for value in found.values:
            for near in beside(value):
                at = {**point, axis: near}
                if within(region, [at[name] for name in region.setting.names]):
                    there = any(near in interval for interval in found.intervals)
                    assert there == region.contains({n: at[n] for n in region.setting.names}), at
                    assert agrees(
                        region, {n: at[n] for n in region.setting.names}, played(model, concept, among, at)
                    ), at
            seen += 1
        if seen >= (BORDERS if THOROUGH or model.name != "restraining-pyongyang" else 2):
            break


# restraining-pyongyang with support 2, provocation_cost 5/2, restraint_cost 2 and offer_cost 1: it takes two supporters to provoke. Let W
# be the worth of quiet to a patron. Where W > 2 one restrains, or both support with probability 2/W each and quiet has probability
# 1 - 4/W^2; where W < 2 none restrains.
# Some equilibrium: with stability > 2 Seoul gains by an offer at most peace*4/stability^2 - 1: up to stability = 2*sqrt(peace), the
# square root of 8 for peace 2 and of 12 for peace 3.
# Every one: with stability 1 it must gain with the least quiet, peace*(1 - 4/W^2) > 1, so from W = 2*sqrt(peace/(peace - 1)), W being
# 1 + engagement: the square root of 8 for peace 2 and of 6 for peace 3.
@pytest.mark.parametrize(
    ("among", "axis", "others", "square", "shift", "below"),
    [
        ("some", "stability", {"engagement": 4, "peace": 2}, 8, 0, True),
        ("some", "stability", {"engagement": 4, "peace": 3}, 12, 0, True),
        ("every", "engagement", {"stability": 1, "peace": 2}, 8, 1, False),
        ("every", "engagement", {"stability": 1, "peace": 3}, 6, 1, False),
    ],
)
def test_beside_irrational_thresholds_by_hand(among, axis, others, square, shift, below):
    """At the multiples of 10**-30 on both sides of a square root, taken from an integer root."""
    model = hg.load("restraining-pyongyang")
    held = {"support": 2, "provocation_cost": Fraction(5, 2), "restraint_cost": 2, "offer_cost": 1}
    region = condition(model, among, "subgame-perfect", fixed=held)
    low = math.isqrt(square * 10**60) * TINY - shift
    (value,) = threshold(model, axis, among, "subgame-perfect", fixed=held | others).values
    assert not isinstance(value, Fraction)
    assert low < value < low + TINY
    for at, there in ((low, below), (low + TINY, not below)):
        point = {name: Fraction(number) for name, number in (others | {axis: at}).items()}
        assert region.contains(point) == there
        assert played(model, "subgame-perfect", among, held | point) == there
