"""Vertices and rays: known polytopes, brute force over all choices of tight inequalities, degenerate and empty cases."""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, gcd

import numpy as np
import pytest

from hedging_games.algebra import double_description
from hedging_games.algebra.polyhedron import extreme_rays, vertices
from hedging_games.errors import CouldNotFinish, InputError

F = Fraction
ROUNDS = 10 if os.environ.get("HG_THOROUGH") == "1" else 1


def unit(n: int, i: int, value: int = 1) -> list[int]:
    return [value * (k == i) for k in range(n)]


def box(n: int) -> list[list[int]]:
    """0 <= x <= 1 in n dimensions."""
    return [[*unit(n, i), 0] for i in range(n)] + [[*unit(n, i, -1), 1] for i in range(n)]


def rank(rows: list[list[Fraction]]) -> int:
    rows, found = [list(map(F, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in rows[found:] if r[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for k in range(found + 1, len(rows)):
            times = rows[k][column] / pivot[column]
            rows[k] = [a - times * b for a, b in zip(rows[k], pivot, strict=True)]
        found += 1
    return found


def kernel_line(rows: list[list[int]]) -> list[int]:
    """The integer solution of d − 1 independent homogeneous equations in d unknowns, by minors (Cramer's rule)."""
    d = len(rows) + 1
    line = [(-1) ** k * determinant([row[:k] + row[k + 1 :] for row in rows]) for k in range(d)]
    divisor = gcd(*line) or 1
    return [x // divisor for x in line]


def determinant(rows: list[list[int]]) -> int:
    if not rows:
        return 1
    return sum(
        (-1) ** k * a * determinant([row[:k] + row[k + 1 :] for row in rows[1:]]) for k, a in enumerate(rows[0]) if a
    )


def brute_rays(rows: list[list[int]]) -> dict[tuple[int, ...], frozenset[int]]:
    """Every feasible direction fixed by d − 1 independent tight inequalities."""
    found = {}
    for chosen in combinations(rows, len(rows[0]) - 1):
        line = kernel_line(list(chosen))
        for ray in (line, [-x for x in line]):
            slacks = [sum(a * z for a, z in zip(row, ray, strict=True)) for row in rows]
            if any(ray) and min(slacks) >= 0:
                found[tuple(ray)] = frozenset(k for k, slack in enumerate(slacks) if slack == 0)
    return found


# --- against brute force ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dimension", "low", "high"), [(1, -2, 3), (2, -2, 3), (3, -2, 3), (3, -50, 50), (4, -1, 2), (4, -9, 9)]
)
def test_the_rays_of_random_cones_agree_with_brute_force(dimension: int, low: int, high: int) -> None:
    rng = np.random.default_rng([dimension, high])
    pointed = 0
    for _ in range(60 * ROUNDS):
        rows = rng.integers(low, high, (rng.integers(dimension, dimension + 5), dimension)).tolist()
        if rank(rows) < dimension:
            with pytest.raises(InputError, match="whole line"):
                extreme_rays(rows)
            continue
        found = extreme_rays(rows)
        assert dict(zip(found.rays, found.tight, strict=True)) == brute_rays(rows), rows
        assert list(found.rays) == sorted(found.rays)
        pointed += 1
    assert pointed > 30 * ROUNDS


def test_a_cone_may_be_just_the_origin_or_flat() -> None:
    assert extreme_rays([[1], [-1]]).rays == ()
    assert extreme_rays([[1, 0], [-1, 0], [0, 1]]).rays == ((0, 1),)
    assert extreme_rays([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]).rays == ((0, 0, 1), (0, 1, 0))
    assert extreme_rays([[1, 0], [0, 1], [-1, -1]]).rays == ()


def test_rays_are_primitive_for_coefficients_of_any_kind_and_size() -> None:
    found = extreme_rays([[F(1, 3), 0], [0, 10**30], [F(-1, 10**30), 1]])  # y >= x/10^30, x >= 0
    assert found.rays == ((0, 1), (10**30, 1))
    assert found.tight == (frozenset({0}), frozenset({2}))


# --- polytopes everyone knows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 6, 8])
def test_the_cube(n: int) -> None:
    found = vertices(box(n))
    assert found.points == tuple(product((0, 1), repeat=n))
    assert found.directions == ()
    assert all(len(tight) == n for tight in found.tight)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_the_cross_polytope_is_degenerate(n: int) -> None:
    found = vertices([[*signs, 1] for signs in product((-1, 1), repeat=n)])  # 2^n facets, 2^(n-1) at each vertex
    assert set(found.points) == {tuple(unit(n, i, s)) for i in range(n) for s in (-1, 1)}
    assert all(len(tight) == 2 ** (n - 1) for tight in found.tight)


def test_the_simplex_with_fractions() -> None:
    # x, y >= 0, x/2 + y/3 <= 1
    found = vertices([[1, 0, 0], [0, 1, 0], [F(-1, 2), F(-1, 3), 1]])
    assert found.points == ((0, 0), (0, 3), (2, 0))
    assert found.tight == (frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2}))
    assert all(isinstance(x, Fraction) for point in found.points for x in point)


@pytest.mark.parametrize(("n", "d"), [(7, 3), (9, 4), (12, 4), (11, 6)])
def test_the_dual_of_the_cyclic_polytope_has_as_many_vertices_as_a_polytope_can(n: int, d: int) -> None:
    # The polar of the cyclic polytope with n vertices on the moment curve, moved so that its inside holds the origin; by
    # Gale's evenness condition (McMullen 1970: the upper bound) it has C(n-⌈d/2⌉, ⌊d/2⌋) + C(n-⌊d/2⌋-1, ⌈d/2⌉-1) facets.
    curve = [[t**k for k in range(1, d + 1)] for t in range(1, n + 1)]
    centre = [F(sum(column), n) for column in zip(*curve, strict=True)]
    found = vertices([[*(c - x for x, c in zip(point, centre, strict=True)), 1] for point in curve])
    low, high = d // 2, -(-d // 2)
    assert len(found.points) == comb(n - high, low) + comb(n - low - 1, high - 1)


def birkhoff(n: int) -> tuple[list[list[int]], list[list[int]]]:
    """Doubly stochastic matrices: n² non-negative entries, 2n equations of which one follows from the others."""
    cells = range(n * n)
    rows = [[*(int(c // n == i) for c in cells), -1] for i in range(n)]
    columns = [[*(int(c % n == j) for c in cells), -1] for j in range(n)]
    return [[*unit(n * n, c), 0] for c in cells], rows + columns


@pytest.mark.parametrize("n", [2, 3, 4])
def test_birkhoffs_polytope_is_spanned_by_the_permutations(n: int) -> None:
    found = vertices(*birkhoff(n))  # Birkhoff 1946
    expected = {tuple(int(s[c // n] == c % n) for c in range(n * n)) for s in permutations(range(n))}
    assert set(found.points) == expected


@pytest.mark.parametrize("idle", [40, 56, 64, 130])
def test_more_inequalities_than_bits_in_a_word(idle: int) -> None:
    # Inequalities that are never tight push the labels of the others across the borders of the words.
    halfspaces, equalities = birkhoff(4)
    found, plain = vertices([*[unit(17, 16)] * idle, *halfspaces], equalities), vertices(halfspaces, equalities)
    assert found.points == plain.points
    assert found.tight == tuple(frozenset(label + idle for label in tight) for tight in plain.tight)


# --- unbounded, flat and empty ----------------------------------------------------------------------------------------


def test_an_unbounded_polyhedron_has_directions() -> None:
    # x >= 0, y >= 1, y <= x + 2: points (0, 1), (0, 2); directions (1, 0), (1, 1)
    found = vertices([[1, 0, 0], [0, 1, -1], [1, -1, 2]])
    assert found.points == ((0, 1), (0, 2))
    assert found.directions == ((1, 0), (1, 1))


def test_equalities_cut_a_slice() -> None:
    found = vertices([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], [[1, 2, 3, -6]])  # x + 2y + 3z = 6
    assert found.points == ((0, 0, 2), (0, 3, 0), (6, 0, 0))
    assert vertices([[1, 0, 0]], [[1, 0, -2], [0, 1, F(1, 3)]]).points == ((2, F(-1, 3)),)
    # Equal inequalities and implied equalities: x >= 1, x <= 1, twice, 0 <= y <= 1.
    flat = vertices([[1, 0, -1], [-1, 0, 1], [1, 0, -1], [0, 1, 0], [0, -1, 1]])
    assert flat.points == ((1, 0), (1, 1))
    assert flat.tight == (frozenset({0, 1, 2, 3}), frozenset({0, 1, 2, 4}))


@pytest.mark.parametrize(
    ("halfspaces", "equalities"),
    [
        ([[1, -1], [-1, 0]], []),  # x >= 1, x <= 0
        ([[1, 0, 0], [0, 1, 0], [-1, -1, -1]], []),
        ([[1, 0, -1], [-1, 0, 0], [0, 1, 0]], []),  # the direction (0, 1) alone is no polyhedron
        ([[1, 0, 0], [0, 1, 0]], [[1, 0, -1], [1, 0, -2]]),
        ([[1, 0, 0], [0, 1, 0]], [[0, 0, 1]]),
        ([[0, -1], [1, 0]], []),  # 0 >= 1
    ],
)
def test_the_empty_set_has_neither_points_nor_directions(halfspaces, equalities) -> None:
    found = vertices(halfspaces, equalities)
    assert (found.points, found.directions, found.tight) == ((), (), ())


def test_random_polytopes_agree_with_brute_force() -> None:
    rng = np.random.default_rng(40)
    for _ in range(30 * ROUNDS):
        extra = rng.integers(-3, 4, (4, 4)).tolist()
        halfspaces = box(3) + extra
        expected = {
            tuple(F(x, ray[-1]) for x in ray[:-1]): tight
            for ray, tight in brute_rays([*halfspaces, [0, 0, 0, 1]]).items()
            if ray[-1]
        }
        found = vertices(halfspaces)
        assert dict(zip(found.points, found.tight, strict=True)) == expected, extra
        assert found.directions == ()


def test_sorting_and_big_integers_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(41)
    tried = [box(4) + rng.integers(-3, 4, (6, 5)).tolist() for _ in range(10)]
    tried.append(box(2) + [[-a, -b, a * a + b * b] for a in range(9) for b in range(9)])  # more than 64 inequalities
    # around the size at which products of two entries no longer fit 64 bits
    tried += [box(2) + rng.integers(-(2**bits), 2**bits, (3, 3)).tolist() for bits in range(12, 64)]
    plain = [vertices(halfspaces) for halfspaces in tried]
    monkeypatch.setattr(double_description, "_SORT_FROM", 0)
    monkeypatch.setattr(double_description, "_INT64_END", 0)
    monkeypatch.setattr(double_description, "_ROWS", 2)
    assert [vertices(halfspaces) for halfspaces in tried] == plain


def test_the_bound_for_64_bits_is_sharp() -> None:
    # Between the rays (1, 0) with slack a and (0, 1) with slack -b, of a third number v each, the new ray has av + bv.
    def crossing(a: int, b: int, v: int) -> list[int]:
        start = double_description.integers([[1, 0, v, a], [0, 1, v, -b]])
        tight = double_description.bit_words([[1], [0]], 3)
        return double_description.cut(double_description.Rays(start, tight), [2], 2).values.tolist()[-1]

    for a, b, v in [
        (2**31, 2**31 - 1, 2**31),
        (2**31 + 1, 2**31, 2**31 - 1),
        (2**32 + 1, 3, 2**30 + 1),
        (2**61, 1, 2**61),
    ]:
        divisor = gcd(a, b, (a + b) * v)
        assert crossing(a, b, v) == [b // divisor, a // divisor, (a + b) * v // divisor]


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("halfspaces", "equalities", "message"),
    [
        ([[1, 0, 0]], [], "whole line"),  # x >= 0 in the plane
        ([], [[1, 1, -1]], "whole line"),
        ([[1, 0], [1, 0, 0]], [], "differ in length"),
        ([[1, 0]], [[1, 0, 0]], "differ in length"),
        ([[0.5, 1]], [], "float"),
    ],
)
def test_what_has_no_vertices_is_refused_with_a_remedy(halfspaces, equalities, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        vertices(halfspaces, equalities)
    assert caught.value.problems[0].remedy


def test_size_and_time_are_bounded() -> None:
    with pytest.raises(CouldNotFinish, match="more than 100 vertices"):
        vertices(box(8), max_rays=100)

    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        vertices(box(3), check=stop)
