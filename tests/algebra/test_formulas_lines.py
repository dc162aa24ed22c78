"""Formulas in one variable, decided by the cells of the line, against signs looked at one by one."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Atom, conjunction, disjunction, negation
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.lines import on_line
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import parameter_ring

RING = parameter_ring(["x", "y"])
X, Y = RING.gens
RELATIONS = (">", ">=", "==", "<", "<=")


def ground(*assumed):
    return Ground(System(RING, (interval(-2, 2), interval(0, 1)), (), assumed), apart=True)


def atom(polynomial, relation):
    return Atom(constraint(polynomial, relation))


def random_formula(rng, depth=2):
    if depth == 0:
        coefficients = [rng.randint(-2, 2) for _ in range(3)]
        polynomial = sum((c * X**k for k, c in enumerate(coefficients)), RING.zero)
        relation = rng.choice(RELATIONS)
        if len(polynomial.terms()) == 0 or polynomial.is_ground:
            value = int(polynomial.coeff(1))
            return TRUE if eval(f"{value} {relation} 0") else FALSE
        return atom(polynomial, relation)
    inner = [random_formula(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    formula = rng.choice([conjunction, disjunction])(inner)
    return negation(formula) if rng.random() < 0.3 else formula


# All coefficients are in {-2, ..., 2}: every root of every polynomial in x that can occur is among these, so that one of them, or a number
# between two neighbours, satisfies a formula that holds anywhere.
ROOTS = sorted(
    {
        root
        for c in range(-2, 3)
        for b in range(-2, 3)
        for a in range(-2, 3)
        if (a, b) != (0, 0)
        for root in real_roots([c, b, a])
        if -2 <= root <= 2
    }
    | {Fraction(-2), Fraction(2)}
)


def between(low, high):
    error = Fraction(1, 1000)
    ends = [x.enclosure(error) if hasattr(x, "enclosure") else (x, x) for x in (low, high)]
    return (ends[0][1] + ends[1][0]) / 2


POINTS = [*ROOTS, *(between(a, b) for a, b in pairwise(ROOTS))]


def test_random_formulas_in_one_variable():
    rng = random.Random(1)
    decided = {True: 0, False: 0}
    for _ in range(150):
        here = ground()
        number = here.number(random_formula(rng))
        found = on_line(here, number)
        if found is None:
            assert not here.parts[number].parts  # it has become true or false
            continue
        holds = any(here.holds(number, (x, Fraction(0))) for x in POINTS)
        assert (found is not False) == holds
        if found is not False:
            assert here.holds(number, found)
            assert here.whole.contains(found)
        decided[holds] += 1
    assert min(decided.values()) >= 15


def test_what_is_nowhere_on_a_line_is_proved():
    here = ground()
    # x^2 < 2 and x^3 > 3: the cube root of 3 (1.442) is above the root of 2 (1.414).
    found = find(here, here.number(conjunction([atom(X**2 - 2, "<"), atom(X**3 - 3, ">")])))
    assert found.status == "nowhere"
    assert found.is_proved
    assert found.proof.check()


def test_an_irrational_point_is_found():
    here = ground()
    found = find(here, here.number(conjunction([atom(X**2 - 2, "=="), atom(X, ">")])))
    assert found.point[0] == real_roots([-2, 0, 1])[1]


@pytest.mark.parametrize("formula", [atom(X - Y, ">"), conjunction([atom(X, ">"), atom(Y - X**2, ">")])])
def test_two_variables_are_left_to_others(formula):
    here = ground()
    assert on_line(here, here.number(formula)) is None


def test_an_assumption_about_both_variables_is_left_to_others():
    # Under x + y = 0 and 0 <= y the formula x > 0 holds nowhere, though it does on the line.
    here = ground(constraint(X + Y, "=="))
    assert on_line(here, here.number(atom(X, ">"))) is None
