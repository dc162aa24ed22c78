"""Rational functions against sympy's own field, whose normal form they share."""

import random

import pytest
from sympy import QQ
from sympy.polys.fields import field

from hedging_games.algebra.rational_functions import function_field


def _random(seed, generators, functions, depth=4):
    """The same formula of sums, differences, products and quotients for the same seed, in any field."""
    draw = random.Random(seed)

    def go(depth):
        if depth == 0 or draw.random() < 0.15:
            return (
                draw.choice(generators)
                if draw.random() < 0.6
                else functions(QQ(draw.randint(-4, 4), draw.randint(1, 4)))
            )
        first, second, kind = go(depth - 1), go(depth - 1), draw.randint(0, 3)
        if kind == 3:
            return first / second if second else first
        return first + second if kind == 0 else first - second if kind == 1 else first * second

    return go(depth)


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_every_result_has_the_two_polynomials_that_sympy_gives(start):
    ours, *own = function_field(["a", "b", "c"])
    theirs, *other = field(["a", "b", "c"], QQ)
    for seed in range(start, start + 250):
        x, y = _random(seed, own, ours), _random(seed, other, theirs)
        assert (dict(x.numer), dict(x.denom)) == (dict(y.numer), dict(y.denom))
        assert str(x) == str(y)
        assert (x.denom is ours.unit) == (y.denom == 1)


def test_equal_functions_are_equal_and_hash_alike_however_they_were_made():
    functions, a, b = function_field(["a", "b"])
    same = [(a * a - b * b) / (a - b), a + b, (2 * a + 2 * b) / functions(2), -(-a - b)]
    assert len(set(same)) == 1
    assert (a - b) / (b - a) == -1
    assert a / 2 != a


def test_functions_of_two_fields_with_the_same_names_still_compute_together():
    # Each model that is read has a field of its own.
    (_, a, b), (_, c, d) = function_field(["a", "b"]), function_field(["a", "b"])
    assert a == c
    assert a * d == c * b
    assert a / d + c / b == 2 * a / b


def test_nothing_is_divided_by_zero():
    functions, a = function_field(["a"])
    with pytest.raises(ZeroDivisionError):
        a / (a - a)
    assert not functions.zero / a
