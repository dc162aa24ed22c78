"""Exact real algebraic numbers: against sympy, against enclosures, and against what floats cannot tell apart."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hedging_games.algebra import algebraic
from hedging_games.algebra.algebraic import AlgebraicNumber, real_roots
from hedging_games.errors import CouldNotFinish
from square_roots import square_root

X = sympy.Symbol("x")
small = st.integers(-6, 6)
polynomials = st.lists(small, min_size=2, max_size=6).filter(lambda c: c[-1] != 0)


def to_sympy(number):
    """A number of ours as sympy's own: the root of the same polynomial that our enclosure singles out."""
    if not isinstance(number, AlgebraicNumber):
        return sympy.Rational(number.numerator, number.denominator)
    low, high = number.enclosure(Fraction(1, 10**30))
    polynomial = sympy.Poly(list(reversed(number.minimal_polynomial)), X)
    inside = [
        r
        for r in polynomial.real_roots(multiple=False)
        if sympy.Rational(low.numerator, low.denominator)
        < r[0].evalf(60)
        < sympy.Rational(high.numerator, high.denominator)
    ]
    assert len(inside) == 1
    return inside[0][0]


# --- roots


@given(polynomials)
@settings(max_examples=60, deadline=None)
def test_real_roots_are_those_of_sympy(coefficients):
    ours = real_roots(coefficients)
    theirs = sorted(set(sympy.Poly(list(reversed(coefficients)), X).real_roots()), key=lambda r: r.evalf(50))
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        low, high = (mine, mine) if isinstance(mine, Fraction) else mine.enclosure(Fraction(1, 10**25))
        tolerance = Fraction(1, 10**24)
        assert low - tolerance < Fraction(str(other.evalf(40))) < high + tolerance
        assert isinstance(mine, Fraction) == bool(other.is_rational)


@given(polynomials)
@settings(max_examples=60, deadline=None)
def test_a_root_is_a_root_and_the_list_increases(coefficients):
    roots = real_roots(coefficients)
    for root in roots:
        assert sum((c * root**k for k, c in enumerate(coefficients)), Fraction(0)) == 0
    assert all(a < b for a, b in pairwise(roots))


def test_roots_closer_than_floats_can_tell():
    # (x² - 2)(10^40 x² - 2·10^40 - 1): two positive roots about 3.5e-41 apart.
    big = 10**40
    product = [2 * (2 * big + 1), 0, -(2 * big + 1) - 2 * big, 0, big]
    low, high = real_roots(product)[2:]
    assert float(low) == float(high)
    assert low < high
    assert low != high
    assert low == square_root(2)
    assert high > low
    assert high * high == Fraction(2 * big + 1, big)


def test_the_zero_polynomial_has_every_number_as_root():
    with pytest.raises(ValueError, match="every number"):
        real_roots([0, 0])


def test_a_constant_has_no_root():
    assert real_roots([5]) == ()


def test_square_roots():
    assert square_root(Fraction(9, 4)) == Fraction(3, 2)
    assert isinstance(square_root(Fraction(9, 4)), Fraction)
    assert square_root(0) == 0
    root = square_root(Fraction(3, 4))
    assert root * root == Fraction(3, 4)
    assert str(root) == "sqrt(3)/2"
    assert root.json() == {"approx": "0.8660254037844386", "exact": "sqrt(3)/2"}


def test_the_square_root_of_an_exact_number_is_the_one_that_is_not_negative():
    # (1 + sqrt(2))^2 = 3 + 2 sqrt(2); of sqrt(2) the root is of degree four; 3 - 2 sqrt(2) has the root sqrt(2) - 1, not 1 - sqrt(2).
    two = square_root(2)
    assert algebraic.square_root(3 + 2 * two) == 1 + two
    assert algebraic.square_root(3 - 2 * two) == two - 1
    fourth = algebraic.square_root(two)
    assert fourth > 0
    assert fourth**4 == 2
    assert algebraic.square_root(Fraction(9, 4)) == Fraction(3, 2)
    assert algebraic.square_root(Fraction(0)) == 0
    assert algebraic.square_root(Fraction(2)) == two


# --- arithmetic


def numbers(draw_from=(2, 3, 5)):
    """Elements of Q(√d) and of a cubic field."""
    surds = st.builds(
        lambda a, b, d: Fraction(a) / 3 + Fraction(b, 2) * square_root(d), small, small, st.sampled_from(draw_from)
    )
    cubic = real_roots([1, -5, 0, 1])
    cubics = st.builds(
        lambda a, b, k: Fraction(a, 2) + b * cubic[k] - cubic[k] ** 2 / 3, small, small, st.sampled_from(range(3))
    )
    return st.one_of(surds, cubics)


@given(numbers(), numbers())
@settings(max_examples=60, deadline=None)
def test_field_axioms_across_fields(a, b):
    total, product = a + b, a * b
    assert total - b == a
    assert total == b + a
    assert product == b * a
    assert hash(total) == hash(b + a)
    if b != 0:
        assert product / b == a
        assert a / b == a * (1 / b)
    assert (a - b == 0) == (a == b)
    assert (a < b) == (b > a) == (a - b < 0)
    assert total * total - b * b == a * (a + 2 * b)


@given(numbers((2,)), numbers((2,)))
@settings(max_examples=60, deadline=None)
def test_order_agrees_with_enclosures(a, b):
    assume(a != b)
    tight = Fraction(1, 10**60)
    (a_low, a_high), (b_low, b_high) = ((x, x) if isinstance(x, Fraction) else x.enclosure(tight) for x in (a, b))
    assert (a < b) == (a_high < b_low)
    assert (a > b) == (b_high < a_low)


@given(numbers())
@settings(max_examples=40, deadline=None)
def test_minimal_polynomial_is_sympys(a):
    assume(isinstance(a, AlgebraicNumber))
    ours = sympy.Poly(list(reversed(a.minimal_polynomial)), X)
    assert ours.is_irreducible
    assert sum(c * a**k for k, c in enumerate(a.minimal_polynomial)) == 0
    assert sympy.minimal_polynomial(to_sympy(a), X, polys=True).monic() == ours.monic()


def test_sums_of_conjugates_collapse_to_fractions():
    low, high = real_roots([-1, -1, 1])  # the golden ratio and its conjugate
    assert low + high == 1
    assert isinstance(low + high, Fraction)
    assert low * high == -1
    assert isinstance(low * high, Fraction)


def test_square_root_of_two_plus_square_root_of_three():
    # (√2 + √3)² = 5 + 2√6, so it is a root of x⁴ - 10x² + 1.
    total = square_root(2) + square_root(3)
    assert total.minimal_polynomial == (1, 0, -10, 0, 1)
    assert total * total == 5 + 2 * square_root(6)
    assert hash(total * total) == hash(5 + 2 * square_root(6))
    assert total - square_root(3) == square_root(2)


def test_high_degrees_are_refused_not_attempted():
    a, b = real_roots([-2] + [0] * 10 + [1])[-1], real_roots([-3] + [0] * 12 + [1])[-1]
    with pytest.raises(CouldNotFinish, match="degree"):
        a + b
    assert a < b  # comparison needs no common field: 2^(1/11) = 1.0650, 3^(1/13) = 1.0882
    assert float(a) < float(b)


def test_powers():
    root = square_root(2)
    assert root**2 == 2
    assert root**-2 == Fraction(1, 2)
    assert root**3 == 2 * root
    assert root**0 == 1


# --- behaviour as a number


def test_object_arrays():
    root = square_root(2)
    row = np.array([root, Fraction(1, 2), 1, -root], dtype=object)
    assert row.sum() == Fraction(3, 2)
    assert row @ row == Fraction(21, 4)
    assert max(row) == root
    assert (row * root)[0] == 2
    assert (root * row)[3] == -2
    assert (np.int64(2) * root) ** 2 == 8
    assert list(row < 1) == [False, True, False, True]


def test_floats_are_refused():
    root = square_root(2)
    for operation in (lambda: root + 0.5, lambda: 0.5 * root, lambda: root < 0.5, lambda: root / 0.5):
        with pytest.raises(TypeError):
            operation()
    assert root != float(root)


def test_float_is_the_nearest_double():
    for value in (2, 3, Fraction(1, 7), 10**30 + 1, Fraction(1, 10**30 + 1)):
        exact = sympy.sqrt(sympy.Rational(Fraction(value).numerator, Fraction(value).denominator)).evalf(60)
        assert float(square_root(value)) == float(exact)


def test_pickle_and_identity_across_independent_constructions():
    root = real_roots([1, -5, 0, 0, 1])[1]
    again = pickle.loads(pickle.dumps(root))
    other = real_roots([1, -5, 0, 0, 1])[1]
    assert again == root == other
    assert len({root, again, other}) == 1
    assert root != real_roots([1, -5, 0, 0, 1])[0]
    assert again - root == 0


@given(numbers((2, 3, 5, 12, 18)))
@settings(max_examples=40, deadline=None)
def test_closed_forms_evaluate_to_the_number(a):
    assume(isinstance(a, AlgebraicNumber) and a.degree == 2)
    text = sympy.sympify(a.exact())  # our own output, digits and sqrt only
    assert sympy.simplify(text - to_sympy(a)) == 0


def test_names():
    assert str(real_roots([-2, 0, 0, 1])[0]) == "2^(1/3)"
    assert str(real_roots([-3, 0, 0, 4])[0]) == "(3/4)^(1/3)"
    assert str(real_roots([3, 0, 0, 4])[0]) == "-(3/4)^(1/3)"
    assert str((1 - square_root(Fraction(5))) / 2) == "(1 - sqrt(5))/2"
    assert str(square_root(12)) == "2*sqrt(3)"
    assert str(-square_root(2)) == "-sqrt(2)"
    assert str(real_roots([1, -5, 0, 0, 1])[0]) == "root of x^4 - 5*x + 1 near 0.200322, in [0.20, 0.21]"
    assert f"{square_root(2):.3f}" == "1.414"


def test_interval_in_a_name_isolates_the_root():
    # 10^6 x³ - ... with roots near 0.5 that agree to three decimals: (2x - 1)² x - 10^-7 x⁰ has two of them.
    roots = real_roots([-1, 10**7, -4 * 10**7, 4 * 10**7])
    names = [str(r) for r in roots]
    assert len(set(names)) == len(roots) == 3
    for root, name in zip(roots, names, strict=True):
        low, high = (Fraction(end) for end in name.split("[")[1].rstrip("]").split(", "))
        assert [low < other < high for other in roots].count(True) == 1
        assert low < root < high
