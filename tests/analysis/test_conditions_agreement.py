"""A region contains a point exactly where the solver, which knows nothing of regions, finds the event played.

Random points are rational with small denominators, so that ties occur; points on the borders are the roots of thresholds
along random axes, where an inequality holds with equality.
"""

import os
import random
from fractions import Fraction

import pytest

import hedging_games as hg
from hedging_games.algebra.inequalities.polynomials import value_at
from hedging_games.analysis.conditions.formula import constraints_of
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
    ("blockade-threat", "subgame-perfect", {"levels": 4}),
]


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


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize(("name", "concept", "fixed"), QUESTIONS)
def test_contains_where_the_solver_finds_it(name, concept, fixed, among):
    model = hg.load(name)
    region = condition(model, among, concept, fixed=fixed)
    rng = random.Random(f"{name} {concept} {among}")
    for _ in range(POINTS if THOROUGH or name != "restraining-pyongyang" else 4):
        point = random_point(region, rng)
        assert region.contains(point) == played(model, concept, among, complete(region, point)), point


def tied_point(region, asked, rng):
    """A point of the box at which the polynomial of an inequality vanishes; None where chance does not find one."""
    point = random_point(region, rng)
    values = [point[name] for name in region.setting.names]
    for variable in rng.sample(range(len(values)), len(values)):
        at = [*values[:variable], Fraction(0), *values[variable + 1 :]]
        rest = value_at(asked.terms, at)
        at[variable] = Fraction(1)
        slope = value_at(asked.terms, at) - rest
        linear = all(powers[variable] <= 1 for powers in asked.terms)
        if linear and slope != 0:
            at[variable] = -rest / slope
            if within(region, at):
                return dict(zip(region.setting.names, at, strict=True))
    return None


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize(("name", "concept", "fixed"), QUESTIONS)
def test_contains_at_ties(name, concept, fixed, among):
    model = hg.load(name)
    region = condition(model, among, concept, fixed=fixed)
    asked = list(dict.fromkeys(constraints_of(region.formula)))
    rng = random.Random(f"tie {name} {concept} {among}")
    seen = 0
    for _ in range(20 * BORDERS if asked else 0):
        point = tied_point(region, rng.choice(asked), rng)
        if point is not None:
            assert region.contains(point) == played(model, concept, among, complete(region, point)), point
            seen += 1
        if seen >= (BORDERS if THOROUGH or name != "restraining-pyongyang" else 2):
            break
    assert seen > 0 or name == "allied-resistance"


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize(("name", "concept", "fixed"), QUESTIONS)
def test_contains_on_borders_and_beside_them(name, concept, fixed, among):
    """Along a random axis through a random point: at each threshold and 10**-30 before and after it."""
    model = hg.load(name)
    rng = random.Random(f"border {name} {concept} {among}")
    region = condition(model, among, concept, fixed=fixed)
    seen = 0
    for _ in range(3 * BORDERS):
        point = complete(region, random_point(region, rng))
        axis = rng.choice(region.setting.names)
        others = {key: value for key, value in point.items() if key != axis}
        found = threshold(model, axis, among, concept, fixed=others)
        for value in found.values:
            if not isinstance(value, Fraction):
                continue
            for step in (-TINY, 0, TINY):
                at = {**point, axis: value + step}
                if within(region, [at[name] for name in region.setting.names]):
                    there = any(value + step in interval for interval in found.intervals)
                    assert there == region.contains({n: at[n] for n in region.setting.names}), at
                    assert there == played(model, concept, among, at), at
            seen += 1
        if seen >= (BORDERS if THOROUGH or name != "restraining-pyongyang" else 2):
            break
