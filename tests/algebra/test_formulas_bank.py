"""The bank's points: signs in floats are those of whole numbers, at ties and with large numbers too."""

import random
from fractions import Fraction

import pytest

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.cells.intervals import Interval, interval
from hedging_games.algebra.formulas.bank import Bank
from hedging_games.algebra.formulas.whole import probes
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.polynomials import multiply, parameter_ring, sign_at


@pytest.mark.parametrize("seed", range(12))
def test_signs_at_the_lattice_are_exact(seed):
    draw = random.Random(seed)
    size = draw.randint(2, 5)
    box = tuple(Interval(Fraction(draw.randint(-3, 0), draw.choice([1, 3, 10**6])), Fraction(5)) for _ in range(size))
    bank = Bank(System(parameter_ring([f"x{i}" for i in range(size)]), box))
    terms = {}
    for _ in range(draw.randint(1, 9)):
        powers = tuple(draw.randint(0, 3) for _ in range(size))
        terms[powers] = draw.choice([-1, 1]) * draw.choice([1, 7, 10**18, draw.randint(1, 10**40)])
    first, second = ((1, *[0] * (size - 1)), (0, 1, *[0] * (size - 2)))
    # Zero wherever two coordinates are equal, by cancellation.
    tied = multiply(terms, {first: 1, second: -1})
    for polynomial in (terms, tied):
        negative, zero, positive = bank.signs(polynomial)
        for k in range(0, bank.size, 97):
            found = (positive >> k & 1) - (negative >> k & 1)
            assert found == sign_at(polynomial, bank.point(k))
            assert (zero >> k & 1) == (found == 0)


def test_signs_at_points_added_later_are_exact_at_ties_and_at_irrational_points_too():
    draw = random.Random(0)
    bank = Bank(System(parameter_ring(["x", "y"]), (Interval(Fraction(-4), Fraction(4)),) * 2))
    root = real_roots([-2, 0, 1])[1]
    points = [(Fraction(draw.randint(-9, 9), draw.choice([1, 3, 10**9])), Fraction(1, 7)) for _ in range(20)]
    points += [(Fraction(1, 3), Fraction(1, 3)), (root, Fraction(2)), (root, root), (Fraction(0), Fraction(0))]
    for point in points:
        bank.add(point)
    for terms in ({(2, 0): 1, (0, 1): -1}, {(1, 0): 1, (0, 1): -1}, {(1, 2): 5, (0, 0): -(10**30)}, {(0, 0): -3}, {}):
        assert bank.extra.signs(terms, 2) == [sign_at(terms, point) for point in points[2:]]
    # x^2 = y and x = y, by hand.
    assert bank.extra.signs({(2, 0): 1, (0, 1): -1}, 20) == [-1, 0, 1, 0]
    assert bank.extra.signs({(1, 0): 1, (0, 1): -1}, 20) == [0, -1, 0, 0]


def test_probes_lie_in_the_box_whatever_its_ends():
    one = Interval(Fraction(1, 3), Fraction(1, 3))
    box = (interval(0, 1), Interval(Fraction(0), Fraction(2), False, False), Interval(None, None), one)
    box += (Interval(Fraction(5), None, False), Interval(None, Fraction(-5)))
    found = probes(box)
    assert len(set(found)) > 1
    for tops, bottom in found:
        assert all(Fraction(top, bottom) in ends for top, ends in zip(tops, box, strict=True))
