"""Robustness and volume: closed forms, definitions, and points that would refute a wrong radius."""

from __future__ import annotations

import os
from fractions import Fraction
from math import factorial, log
from random import Random

import pytest

from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.inequalities.decide import DEFAULT
from hedging_games.algebra.inequalities.distance import Gauge, affine_distance, ranges
from hedging_games.algebra.inequalities.nearest import project
from hedging_games.algebra.inequalities.robustness import PRECISION, REACHES, robustness
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.inequalities.volume import EXACT_DIMENSIONS, share, volume
from hedging_games.algebra.polynomials import parameter_ring
from hedging_games.errors import InputError

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
NAMES = ["x", "y", "z", "u", "v", "w", "t"]
RING = parameter_ring(NAMES)
X, Y, Z, U, V, W, T = RING.gens
UNIT = (interval(0, 1),) * 7
MIDDLE = (Fraction(1, 2),) * 7


def system(*asked, box=UNIT, assume=()):
    return System(RING, box, tuple(constraint(p, r, r) for p, r in asked), tuple(constraint(p, r) for p, r in assume))


# --- robustness


def test_the_box_radius_of_a_half_space_by_hand():
    # 2x + y >= 1 from the middle of the unit cube: its value there is 1/2, a move by r lowers it by 3r.
    found = robustness(MIDDLE, [system((2 * X + Y - 1, ">="))])
    assert found.radius.exact
    assert found.radius.low == Fraction(1, 6)
    assert [str(c) for c in found.binding] == ["2*x + y - 1 >= 0"]
    # In units of the ranges: with x in [0, 4] and y in [0, 1], centre (2, 1/2): 2x + y - 1 = 7/2 there, falls by 9r.
    wide = (interval(0, 4), *UNIT[1:])
    found = robustness((Fraction(2), *MIDDLE[1:]), [system((2 * X + Y - 1, ">="), box=wide)])
    assert found.radius.low == Fraction(7, 18)


def test_the_ball_radius_of_a_half_space_by_hand():
    # The distance of (1/2, 1/2) to 2x + y = 1 is (1/2)/sqrt(5); its square is 1/20, at (3/10, 2/5).
    found = robustness(MIDDLE, [system((2 * X + Y - 1, ">="))], "ball")
    assert found.radius.exact
    assert found.radius.low == Fraction(1, 20)
    assert found.radius.nearest is not None
    assert found.radius.nearest[:2] == (Fraction(3, 10), Fraction(2, 5))


def test_the_box_cuts_off_what_cannot_be_reached():
    # x + y >= 1/10 from (1/2, 1/20): y cannot fall below 0, so x must fall by 1/2 - 1/20 - ... : by 9/20 with y down to 0
    # at 1/20; the violation x + y < 1/10 needs x < 1/10 - y; moving both by r: (1/2 - r) + max(0, 1/20 - r) = 1/10.
    # For r >= 1/20 this is 1/2 - r = 1/10, r = 2/5.
    start = (Fraction(1, 2), Fraction(1, 20), *MIDDLE[2:])
    found = robustness(start, [system((10 * X + 10 * Y - 1, ">="))])
    assert found.radius.low == found.radius.high == Fraction(2, 5)
    # And an inequality that the box implies is never lost.
    assert robustness(MIDDLE, [system((X + 1, ">="))]).radius.infinite
    assert robustness(MIDDLE, [system()]).radius.infinite


def test_assumptions_bound_where_one_may_go():
    # x >= 1/4, but the assumption x >= y and the centre y = 1/2 - moving x down to 1/4 needs y <= 1/4 as well: radius 1/4
    # either way in the box norm; in the ball norm the nearest point is (1/4, 1/4), at squared distance 1/8, not 1/16.
    cell = system((4 * X - 1, ">="), assume=[(X - Y, ">=")])
    assert robustness(MIDDLE, [cell]).radius.low == Fraction(1, 4)
    assert robustness(MIDDLE, [cell], "ball").radius.low == Fraction(1, 8)


def test_a_union_is_left_only_where_all_its_cells_are():
    cells = [system((2 * X - 1, ">=")), system((4 * Y - 1, ">="))]
    # x < 1/2 and y < 1/4 from (1/2, 1/2): y must move by 1/4, x by next to nothing.
    found = robustness(MIDDLE, cells)
    assert found.radius.low == found.radius.high == Fraction(1, 4)
    assert {str(c) for c in found.binding} <= {"2*x - 1 >= 0", "4*y - 1 >= 0"}
    assert "4*y - 1 >= 0" in {str(c) for c in found.binding}


def test_random_half_spaces_against_the_closed_form():
    random = Random(8)
    for _ in range(60 if THOROUGH else 12):
        # Far from the box's edges the radius is value / sum |a_i| (and value^2 / sum a_i^2).
        slopes = [random.randint(-3, 3) for _ in NAMES]
        if not any(slopes):
            continue
        value = Fraction(random.randint(1, 5), 40)
        total = sum(map(abs, slopes))
        constant = value - sum(Fraction(a, 2) for a in slopes)
        form = sum(a * g for a, g in zip(slopes, RING.gens, strict=True)) + RING.one * RING.domain(
            constant.numerator, constant.denominator
        )
        cell = system((form, ">="))
        assert robustness(MIDDLE, [cell]).radius.low == value / total
        assert robustness(MIDDLE, [cell], "ball").radius.low == value**2 / sum(a * a for a in slopes)


@pytest.mark.parametrize("norm", ["box", "ball"])
def test_looking_near_the_point_first_finds_the_radius_of_the_whole_box(norm, monkeypatch):
    # Affine unions, so both ways are exact: losses within each of the reaches and beyond, and none at all.
    random = Random(19)
    seen = set()
    for _ in range(60 if THOROUGH else 15):
        cells = []
        while len(cells) < 3:
            asked = []
            for _ in range(random.randint(1, 2)):
                a, b, c = (random.randint(-3, 3) for _ in range(3))
                shift = random.choice([0, 1, 2, 5, 20, 80])
                asked.append(
                    (80 * (a * (2 * X - 1) + b * (2 * Y - 1) + c * (2 * Z - 1)) + shift, random.choice([">=", ">"]))
                )
            if not cells or random.random() < 0.5:
                asked = [(f, ">=") for f, _ in asked]
            cells.append(system(*asked))
        if not any(cell.contains(MIDDLE) for cell in cells):
            continue
        near = robustness(MIDDLE, cells, norm).radius
        with monkeypatch.context() as patched:
            patched.setattr("hedging_games.algebra.inequalities.robustness.REACHES", ())
            whole = robustness(MIDDLE, cells, norm).radius
        assert (near.low, near.high) == (whole.low, whole.high)
        size = None if near.high is None else near.high if norm == "box" else float(near.high) ** 0.5
        seen.add(None if size is None else sum(size <= reach for reach in REACHES))
    assert len(seen) >= 3


@pytest.mark.parametrize("norm", ["box", "ball"])
def test_polynomial_radii_are_bracketed(norm):
    # 5xy >= 1 from (1/2, 1/2). By symmetry the nearest point has x = y = 1/sqrt(5): the radius is 1/2 - 1/sqrt(5) in
    # the box norm, and twice its square in the squared ball norm.
    found = robustness(MIDDLE, [system((5 * X * Y - 1, ">="), (3 - 2 * Z * Z - U, ">="))], norm)
    truth = 0.5 - 5**-0.5
    truth = truth if norm == "box" else 2 * truth**2
    assert float(found.radius.low) <= truth <= float(found.radius.high)
    assert found.radius.low >= (1 - 2 * PRECISION) * found.radius.high
    assert [str(c) for c in found.binding] == ["5*x*y - 1 >= 0"]
    assert not system((5 * X * Y - 1, ">=")).contains(found.radius.nearest)


def test_no_point_within_a_certified_radius_is_outside():
    random = Random(13)
    done = 0
    while done < (20 if THOROUGH else 4):
        polynomials = [
            random.randint(1, 3)
            + sum(random.randint(-2, 2) * a * b for a, b in [(X, Y), (Y, Z), (X, RING.one), (Z, X)])
            for _ in range(2)
        ]
        cell = system(*((p, ">=") for p in polynomials))
        if not cell.contains(MIDDLE):
            continue
        done += 1
        found = robustness(MIDDLE, [cell])
        if found.radius.infinite:
            continue
        for _ in range(300):
            step = [Fraction(random.randint(-1000, 1000), 1001) * found.radius.low for _ in NAMES]
            point = tuple(min(max(m + s, Fraction(0)), Fraction(1)) for m, s in zip(MIDDLE, step, strict=True))
            assert cell.contains(point)
        if found.radius.nearest is not None and not found.radius.exact:
            assert not cell.contains(found.radius.nearest)


def test_robustness_asks_for_a_point_inside_and_for_bounded_ranges():
    with pytest.raises(InputError, match="none of the regions"):
        robustness(MIDDLE, [system((X - 1, ">"))])
    endless = (interval(0, None), *UNIT[1:])
    with pytest.raises(InputError, match="range of x"):
        robustness(MIDDLE, [system((X, ">="), box=endless)])
    assert ranges(system()) == (Fraction(1),) * 7


def test_the_projection_is_the_nearest_point():
    random = Random(21)
    for _ in range(200 if THOROUGH else 60):
        size = random.randint(1, 4)
        rows = [[Fraction(random.randint(-3, 3)) for _ in range(size)] for _ in range(random.randint(1, 6))]
        bounds = [Fraction(random.randint(-4, 4)) for _ in rows]
        try:
            u = project(rows, bounds)
        except ValueError:
            # No point: a combination of the rows must say so; the linear decision is the oracle.
            ring = parameter_ring([f"a{i}" for i in range(size)])
            asked = [
                constraint(
                    sum((ring.domain(int(c)) * g for c, g in zip(row, ring.gens, strict=True)), ring.zero) - int(b),
                    ">=",
                )
                for row, b in zip(rows, bounds, strict=True)
            ]
            whole = System(ring, (interval(None, None),) * size, tuple(asked))
            gauge = Gauge((Fraction(0),) * size, (Fraction(1),) * size, "ball")
            distance = affine_distance(gauge, whole)
            assert distance is not None
            assert distance.infinite
            continue

        def dot(a, b):
            return sum(x * y for x, y in zip(a, b, strict=True))

        slacks = [dot(row, u) - b for row, b in zip(rows, bounds, strict=True)]
        assert min(slacks) >= 0
        # Optimality: no feasible point is nearer. Try many.
        for _ in range(100):
            other = [x + Fraction(random.randint(-8, 8), 8) for x in u]
            if all(dot(row, other) >= b for row, b in zip(rows, bounds, strict=True)):
                assert dot(other, other) >= dot(u, u)


# --- volume


@pytest.mark.parametrize("size", range(1, EXACT_DIMENSIONS + 1))
def test_the_standard_simplex_has_volume_one_over_factorial(size):
    assert volume(system((1 - sum(RING.gens[:size]), ">="))) == Fraction(1, factorial(size))


def test_volumes_by_hand():
    assert volume(system((X - Y, ">"))) == Fraction(1, 2)
    assert volume(system((X - Y, ">="), (Z - U, ">="))) == Fraction(1, 4)
    assert volume(system((X - Y, "=="))) == 0
    assert volume(system((X - 2, ">="))) == 0
    assert volume(system((X + 1, ">="))) == 1
    assert volume(system()) == 1
    # Ranges: the share of [0, 4] x [0, 2] where x <= y is 2/8.
    assert volume(system((Y - X, ">="), box=(interval(0, 4), interval(0, 2), *UNIT[2:]))) == Fraction(1, 4)
    # A fixed parameter does not count: at x = 1/4, y >= x has share 3/4.
    assert volume(system((Y - X, ">="), box=(interval(Fraction(1, 4), Fraction(1, 4)), *UNIT[1:]))) == Fraction(3, 4)


def test_shares_of_unions_and_under_assumptions():
    # x >= y or y >= z: the complement x < y < z has share 1/6.
    assert share([system((X - Y, ">=")), system((Y - Z, ">="))]).value == Fraction(5, 6)
    # Under the assumption x > z the share of x >= y is (1/3) / (1/2).
    assert share([system((X - Y, ">="), assume=[(X - Z, ">")])]).value == Fraction(2, 3)
    assert share([system((X - Y, ">="))]).exact


def test_random_volumes_agree_with_the_estimate():
    random = Random(34)
    for _ in range(12 if THOROUGH else 3):
        asked = [
            (sum(random.randint(-3, 3) * g for g in RING.gens[:5]) + random.randint(-2, 2) + RING.zero, ">=")
            for _ in range(3)
        ]
        exact = share([system(*asked)])
        estimate = share([system(*asked)], exact=False)
        assert exact.exact
        assert not estimate.exact
        assert abs(float(exact.value) - float(estimate.value)) <= 6 * estimate.error + 1e-4


def test_polynomial_regions_are_estimated_and_labelled():
    # The share of 4xy >= 1 is 1 - 1/4 - (1/4) ln 4.
    found = share([system((4 * X * Y - 1, ">="))])
    assert not found.exact
    assert found.points > 10_000
    assert abs(found.value - (0.75 - log(4) / 4)) < 6 * found.error + 1e-5
    assert found == share([system((4 * X * Y - 1, ">="))])


def test_too_many_dimensions_fall_back_to_an_estimate():
    found = share([system((1 - sum(RING.gens) / 2, ">="))])
    assert not found.exact
    # Seven uniforms that sum to at most 2: (2^7 - 7) / 7!.
    assert abs(found.value - (2**7 - 7) / factorial(7)) < 6 * found.error + 1e-5


def test_what_a_share_refuses():
    with pytest.raises(InputError, match="assumptions leave"):
        share([system((X - Y, ">="), assume=[(X - Y, "==")])])
    with pytest.raises(InputError, match="no region"):
        share([])
    assert DEFAULT.products == 2


def test_a_point_on_the_border_has_no_certified_radius_and_is_answered_soon():
    # 4xy >= 1 at (1/2, 1/2): the least step down loses it.
    found = robustness(MIDDLE, [system((4 * X * Y - 1, ">="))])
    assert found.radius.low == 0
    assert found.radius.high is not None
    assert found.radius.high < Fraction(1, 100)
    assert robustness(MIDDLE, [system((X + Y - 1, ">="))]).radius.high == 0
