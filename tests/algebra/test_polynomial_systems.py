"""Polynomial systems: nothing lost by splitting, zeros exact, dimensions right; sympy is the oracle."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
import sympy

from hedging_games.algebra.algebraic import AlgebraicNumber
from hedging_games.algebra.polynomial_systems import (
    Limits,
    decompose,
    dimension_of,
    groebner_basis,
    linear_relation,
    normal_form,
    polynomial_ring,
)
from hedging_games.algebra.quotient_algebra import real_zeros
from hedging_games.errors import CouldNotFinish


def never():
    """No limit."""


def ring_with(count):
    ring = polynomial_ring(count)
    return (ring, *ring.gens())


def value(polynomial, point):
    total = Fraction(0)
    for exponents, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        term = int(c)
        for x, power in zip(point, exponents, strict=True):
            for _ in range(power):
                term = term * x
        total = total + term
    return total


def zeros_of(equations, ring, *, within_unit=False):
    found = []
    for component in decompose(equations, ring, check=never):
        assert component.dimension == 0
        for zero in real_zeros(component, ring.nvars(), never, within_unit=within_unit):
            if zero not in found:
                found.append(zero)
    return found


def test_circle_and_line():
    # x² + y² = 1 and x = y: ±√2/2 twice.
    ring, x, y = ring_with(2)
    zeros = sorted(zeros_of([x**2 + y**2 - 1, x - y], ring))
    assert [str(c) for zero in zeros for c in zero] == ["-sqrt(2)/2", "-sqrt(2)/2", "sqrt(2)/2", "sqrt(2)/2"]


def test_multiple_zeros_are_found_once():
    # A parabola and its tangent at 0, a double zero; and the cusp y² = x³ with the line y = 0, a triple one.
    ring, x, y = ring_with(2)
    assert zeros_of([y - x**2, y], ring) == [(0, 0)]
    assert zeros_of([y**2 - x**3, y], ring) == [(0, 0)]
    # Two circles that touch at (1, 0), whose algebra is not reduced and does not factor.
    assert zeros_of([x**2 + y**2 - 1, (x - 2) ** 2 + y**2 - 1], ring) == [(1, 0)]


def test_zeros_that_no_coordinate_tells_apart():
    # x² = 2, y² = 3: x, y and x + y take equal values at different zeros or not; all four must come out.
    ring, x, y = ring_with(2)
    zeros = zeros_of([x**2 - 2, y**2 - 3], ring)
    assert len(zeros) == 4
    assert {tuple(map(str, zero)) for zero in zeros} == set(product(("sqrt(2)", "-sqrt(2)"), ("sqrt(3)", "-sqrt(3)")))
    four = zeros_of([x**2 - 2, y**2 - 2], ring)
    assert len(four) == 4


def test_no_zero_is_lost_against_sympy():
    rng = random.Random(3)
    ring, *gens = ring_with(2)
    names = sympy.symbols("x y")
    compared = 0
    for _ in range(12):
        rows = [[rng.randint(-4, 4) for _ in range(6)] for _ in range(2)]

        def polynomial(row, x, y):
            return row[0] + row[1] * x + row[2] * y + row[3] * x * y + row[4] * x**2 + row[5] * y**2

        equations = [polynomial(row, *gens) for row in rows]
        components = decompose(equations, ring, check=never)
        if any(c.dimension for c in components):
            continue
        ours = zeros_of(equations, ring)
        for zero in ours:
            assert all(value(e, zero) == 0 for e in equations)
        # sympy's own elimination: the real roots of the resultant that extend to a common root.
        f, g = (sympy.Poly(polynomial(row, *names), *names) for row in rows)
        resultant = sympy.resultant(f, g, names[1])
        count = 0
        for root in set(sympy.Poly(resultant, names[0]).real_roots()) if resultant.has(names[0]) else ():
            near = sympy.N(root, 60)
            lists = [sympy.Poly(p.as_expr().subs(names[0], near), names[1]) for p in (f, g)]
            lists = [p for p in lists if p.degree() > 0]
            roots = [[complex(r) for r in p.nroots(n=40, maxsteps=500)] for p in lists]
            count += sum(
                all(min(abs(r - s) for s in other) < 1e-12 for other in roots[1:])
                for r in roots[0]
                if abs(r.imag) < 1e-12
            )
        assert len(ours) == count, rows
        compared += 1
    assert compared > 6


def test_dimensions():
    ring, x, y, z = ring_with(3)
    assert dimension_of([], 3) == 3
    assert dimension_of(groebner_basis([x * y - z], ring), 3) == 2
    assert dimension_of(groebner_basis([x * y - z, x - z], ring), 3) == 1
    assert [c.dimension for c in decompose([x * y, x * z], ring, check=never)] == [2, 1]  # the plane x = 0, the x-axis


def test_products_split_and_contained_parts_are_left_out():
    ring, x, y = ring_with(2)
    components = decompose([(x - 1) * (y - 2) * (x - y), (x - 1) * (x - 3)], ring, check=never)
    assert [c.dimension for c in components] == [1, 0, 0]  # x = 1; (3, 2); (3, 3)
    points = [zero for c in components if c.dimension == 0 for zero in real_zeros(c, 2, never, within_unit=False)]
    assert sorted(points) == [(3, 2), (3, 3)]


def test_factors_outside_the_region_are_dropped():
    ring, x, y = ring_with(2)
    inside = decompose([x * (y - 1)], ring, may_vanish=lambda f: f != x, check=never)
    assert [[str(p) for p in c.basis] for c in inside] == [["x1 - 1"]]
    assert decompose([x], ring, may_vanish=lambda f: f != x, check=never) == []


def test_inconsistent_and_empty_systems():
    ring, x, y = ring_with(2)
    assert decompose([x * y - 1, x], ring, check=never) == []
    (everything,) = decompose([], ring, check=never)
    assert everything.dimension == 2


def test_normal_form_and_linear_relation():
    ring, x, y = ring_with(2)
    basis = groebner_basis([x**2 - 2, y - x], ring)
    assert normal_form(y**2 - 2, basis, ring) == 0
    assert normal_form(y - 1, basis, ring) != 0
    relation = linear_relation([ring.constant(1), y, y**2], basis, ring)
    assert relation is not None
    assert [c * relation[2] for c in (-2, 0, 1)] == relation
    assert linear_relation([ring.constant(1), y], basis, ring) is None


def test_within_unit_keeps_the_closed_cube():
    ring, x, y = ring_with(2)
    zeros = zeros_of([x * (x - 1) * (x - 2), y - x], ring, within_unit=True)
    assert sorted(zeros) == [(0, 0), (1, 1)]


def test_coordinates_share_a_field():
    ring, x, y, z = ring_with(3)
    for zero in zeros_of([x**3 - x - 1, y - x**2, z * x - 1], ring):
        assert all(isinstance(c, AlgebraicNumber) for c in zero)
        assert len({id(c.field) for c in zero}) == 1
        assert zero[0] * zero[2] == 1


def test_limits_end_in_could_not_finish():
    ring, x, y, z = ring_with(3)
    hard = [3 * x * y + 7 * z**2 - 5 * x + 1, 5 * y * z - 11 * x**2 + 3 * y - 2, 2 * x * z + 13 * y**2 - z + 4]
    assert len(zeros_of(hard, ring)) in range(0, 9, 2)
    with pytest.raises(CouldNotFinish, match="binary digits"):
        decompose(hard, ring, check=never, limits=Limits(bits=10))
    grid = [(x - 1) * (x - 2) * (x - 3), (y - 1) * (y - 2) * (y - 3), (z - 1) * (z - 2) * (z - 3)]
    with pytest.raises(CouldNotFinish, match="splits into more"):
        decompose(grid, ring, check=never, limits=Limits(components=5))
    assert len(decompose(grid, ring, check=never)) == 27


def test_check_is_called_and_may_stop():
    ring, x, y = ring_with(2)
    calls = []

    def stop():
        calls.append(1)
        if len(calls) > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decompose([(x - 1) * (x - 2), (y - 1) * (y - 2)], ring, check=stop)


def test_factors_that_flint_cannot_put_in_order_are_found() -> None:
    """It compares coefficients as machine numbers and overflows; over the rationals it does not."""
    ring = polynomial_ring(1)
    (x,) = ring.gens()
    found = decompose([(x + 2**70) * (x + 3**60)], ring, check=lambda: None)
    assert len(found) == 2
