"""Systems in positive unknowns: by hand, and random ones against a grid of points tried one by one."""

# ruff: noqa: ARG005 -- every condition is written as a function of all unknowns
from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import product

import pytest

from hedging_games.algebra.positive.elimination import solve_positive
from hedging_games.algebra.positive.hull import extreme_points, in_hull
from hedging_games.algebra.positive.system import (
    PositiveSystem,
    constant,
    family_point,
    polynomial_text,
    unknowns,
    value,
)
from square_roots import square_root

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


def solved(count, equations=(), at_least=(), above=(), weak=(), auxiliary=()):
    """The answer for conditions given as functions of the unknowns."""
    x = unknowns(count)
    made = [tuple(f(*x) for f in conditions) for conditions in (equations, at_least, above)]
    return solve_positive(PositiveSystem(x[0].context(), *made, frozenset(weak), frozenset(auxiliary)))


def only_point(found):
    (family,) = found.families
    assert all(block.is_point for block in family)
    return family_point(family)


def test_a_linear_system_is_a_polytope():
    # x + y = 1, x >= y: the segment from (1, 0) to (1/2, 1/2).
    found = solved(2, [lambda x, y: x + y - 1], [lambda x, y: x - y])
    ((block,),) = found.families
    assert set(block.points) == {(1, 0), (F(1, 2), F(1, 2))}
    assert block.whole
    assert block.inside == (F(3, 4), F(1, 4))


def test_strict_positivity_empties_a_corner():
    # x + y = 1 and x - y >= 1 leave (1, 0) alone, where y is not positive; a weak y may be zero.
    assert solved(2, [lambda x, y: x + y - 1], [lambda x, y: x - y - 1]).families == ()
    assert only_point(solved(2, [lambda x, y: x + y - 1], [lambda x, y: x - y - 1], weak=[1])) == {0: 1, 1: 0}


def test_independent_unknowns_make_a_product():
    found = solved(4, [lambda a, b, c, d: a + b - 1, lambda a, b, c, d: c + d - 1])
    (family,) = found.families
    assert sorted(block.unknowns for block in family) == [(0, 1), (2, 3)]


def test_one_equation_makes_another_linear():
    # 2x = 1; then x y z = y z / 2 = 1/8 with y + z = 1: y = z = 1/2.
    found = solved(3, [lambda x, y, z: 2 * x - 1, lambda x, y, z: 8 * x * y * z - 1, lambda x, y, z: y + z - 1])
    assert only_point(found) == {0: F(1, 2), 1: F(1, 2), 2: F(1, 2)}


def test_irrational_solutions_are_exact():
    # x y = 1/2 and x = y: the square root of 1/2.
    root = square_root(F(1, 2))
    assert only_point(solved(2, [lambda x, y: 2 * x * y - 1, lambda x, y: x - y])) == {0: root, 1: root}


def test_two_conics_by_resultants():
    # x² + y² = 5 and x² + x y + y² = 7: x y = 2, so (1, 2) and (2, 1).
    found = solved(2, [lambda x, y: x * x + y * y - 5, lambda x, y: x * x + x * y + y * y - 7])
    assert {tuple(sorted(family_point(f).items())) for f in found.families} == {((0, 1), (1, 2)), ((0, 2), (1, 1))}
    assert found.undecided == ()


def test_a_common_factor_is_set_apart():
    # (x - y)(x² + y² - 5) = 0 and (x - y)(x² - y - 2) = 0: the line x = y, or x² = y + 2 on the circle: (2, ... y = 2 gives
    # 4 + 4 = 8), y² + y + 2 = 5: y = (√13 - 1) / 2.
    found = solved(
        2,
        [lambda x, y: (x - y) * (x * x + y * y - 5), lambda x, y: (x - y) * (x * x - y - 2)],
        above=[lambda x, y: 3 - x],
    )
    points = [family_point(f) for f in found.families]
    assert any(p[0] == p[1] for p in points)
    isolated = [p for p in points if p[0] != p[1]]
    assert [p[1] for p in isolated] == [(square_root(13) - 1) / 2]


def test_the_sign_of_a_coefficient_makes_cases():
    # x (y - 1/2) = 1/4 with y < 1: y above 1/2, x = 1/(4y - 2) > 1/2. A curve, one unknown deciding the other.
    found = solved(2, [lambda x, y: 4 * x * y - 2 * x - 1], above=[lambda x, y: 1 - y])
    ((block,),) = found.families
    assert not block.whole
    x, y = block.inside
    assert 4 * x * y - 2 * x == 1
    assert block.curve is not None


def test_auxiliary_unknowns_only_have_to_exist():
    # The same, x being auxiliary: y between 1/2 and 1, exactly.
    found = solved(2, [lambda x, y: 4 * x * y - 2 * x - 1], above=[lambda x, y: 1 - y], auxiliary=[0])
    ((block,),) = found.families
    assert block.unknowns == (1,)
    assert block.whole
    assert set(block.points) == {(F(1, 2),), (F(1),)}


def test_a_region_with_a_curved_border_is_described():
    # x y <= 1/2 in the unit square.
    found = solved(2, at_least=[lambda x, y: 1 - 2 * x * y], above=[lambda x, y: 1 - x, lambda x, y: 1 - y])
    ((block,),) = found.families
    assert not block.whole
    assert "-x*y + 1/2 >= 0" in block.curve.text(["x", "y"])


def test_conditions_that_hold_at_all_corners_are_dropped():
    # 1 + x y - x >= 0 on the unit square: it is linear in each, and holds at (0,0), (0,1), (1,0), (1,1).
    found = solved(2, at_least=[lambda x, y: 1 + x * y - x], above=[lambda x, y: 1 - x, lambda x, y: 1 - y])
    (family,) = found.families
    assert all(block.whole for block in family)


def test_one_unknown_has_intervals_and_points():
    # (x - 1)(x - 2)² <= 0: up to 1, and 2. (x - 1)(x - 2)(x - 3) > 0: between 1 and 2, and above 3.
    found = solved(1, at_least=[lambda x: (1 - x) * (x - 2) * (x - 2)])
    assert sorted(family[0].points for family in found.families) == [((0,), (1,)), ((2,),)]
    found = solved(1, above=[lambda x: (x - 1) * (x - 2) * (x - 3)])
    assert sorted((f[0].points, f[0].directions) for f in found.families) == [(((1,), (2,)), ()), (((3,),), ((1,),))]


def random_condition(rng, x):
    """Linear in each pair of unknowns, small whole coefficients."""
    p = constant(x[0].context(), rng.randint(-3, 3))
    for chosen in product((None, 0, 1), repeat=len(x) // 2):
        if rng.random() < 0.35:
            term = constant(x[0].context(), rng.randint(-3, 3))
            for k, which in enumerate(chosen):
                term = term if which is None else term * x[2 * k + which]
            p += term
    return p


@pytest.mark.parametrize("seed", range(40 if THOROUGH else 6))
def test_random_systems_against_a_grid(seed):
    # Unknowns with sum 1 in pairs, as probabilities are.
    rng = random.Random(seed)
    for _ in range(25 if THOROUGH else 8):
        pairs = rng.choice([1, 2, 2, 3])
        x = unknowns(2 * pairs)
        context = x[0].context()
        sums = [x[2 * k] + x[2 * k + 1] - 1 for k in range(pairs)]
        equations = [random_condition(rng, x) for _ in range(rng.choice([0, 1, 1, 2]))]
        at_least = [random_condition(rng, x) for _ in range(rng.choice([0, 1, 2]))]
        weak = frozenset(k for k in range(2 * pairs) if rng.random() < 0.3)
        found = solve_positive(PositiveSystem(context, (*sums, *equations), tuple(at_least), (), weak))
        for family in found.families:
            assert satisfies(family_point(family), equations, at_least, weak)
        for point in on_the_grid(pairs, weak):
            if satisfies(point, equations, at_least, weak):
                assert found.undecided or any(covers(family, point) for family in found.families)


def on_the_grid(pairs, weak):
    steps = [F(k, 12) for k in (range(13) if pairs < 3 else (0, 3, 4, 6, 8, 9, 12))]
    for values in product(steps, repeat=pairs):
        point = {2 * k + j: (v, 1 - v)[j] for k, v in enumerate(values) for j in (0, 1)}
        if all(v > 0 or k in weak for k, v in point.items()):
            yield point


def satisfies(point, equations, at_least, weak):
    return (
        all(v > 0 or (v == 0 and k in weak) for k, v in point.items())
        and all(value(p, point) == 0 for p in equations)
        and all(value(p, point) >= 0 for p in at_least)
    )


def covers(family, point):
    for block in family:
        here = tuple(point[k] for k in block.unknowns)
        if not block.whole:
            curve = block.curve
            at = {k: point[k] for k in curve.free}
            fits = all(value(p, at) >= 0 for p in (*curve.at_least, *curve.above)) and all(
                value(bottom, point) * point[k] == value(top, point) for k, top, bottom in curve.others
            )
            if not fits:
                return False
        elif not in_hull(here, block.points):
            return False
    return True


def test_hulls():
    square = [(F(0), F(0)), (F(1), F(0)), (F(0), F(1)), (F(1), F(1))]
    assert in_hull((F(1, 2), F(1, 3)), square)
    assert not in_hull((F(1, 2), F(4, 3)), square)
    assert set(extreme_points([*square, (F(1, 2), F(1, 2)), (F(1), F(1, 2))])) == set(square)
    root = square_root(2)
    assert in_hull((F(1), F(0)), [(F(0), F(0)), (F(1), F(0))])
    assert in_hull((root / 2,), [(F(0),), (F(1),)])
    triangle = [(F(0), F(0)), (root, F(0)), (F(0), root)]
    assert in_hull((root / 2, root / 2), triangle)
    assert in_hull((F(1, 3), F(1, 3)), triangle)
    assert not in_hull((F(1), F(1)), triangle)


def test_polynomials_print_with_names():
    x, y = unknowns(2)
    assert polynomial_text(2 * x * y * y - y + constant(x.context(), F(1, 3)), ["a", "b"]) == "2*a*b^2 - b + 1/3"


def test_an_equation_solved_for_an_unknown_without_coefficient_has_one_sign():
    # a = b*c - b, so a <= 0 wherever 0 < b and c <= 1/5, and a + d + e = 1. No solution: a is nowhere at least 0.
    found = solved(
        5,
        [lambda a, b, c, d, e: a - b * c + b, lambda a, b, c, d, e: a + d + e - 1],
        [lambda a, b, c, d, e: 1 - 5 * c, lambda a, b, c, d, e: 1 - b],
        weak=[0, 2, 3, 4],
    )
    assert not found.undecided
    assert found.families == ()
    # The other way round, a = b - b*c, it has: every part of every solution is at least 0.
    other = solved(
        5,
        [lambda a, b, c, d, e: a + b * c - b, lambda a, b, c, d, e: a + d + e - 1],
        [lambda a, b, c, d, e: 1 - 5 * c, lambda a, b, c, d, e: 1 - b],
        weak=[0, 2, 3, 4],
    )
    assert other.families
    assert all(x >= 0 for family in other.families for x in family_point(family).values())
