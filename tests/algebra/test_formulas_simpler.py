"""Simpler formulas, short implicants and points beside a cell, against truth looked at point by point."""

import random
from fractions import Fraction
from itertools import product

import pytest

import hedging_games.algebra.formulas.beyond as beyond_module
from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.formulas.beyond import Beyond, as_formula
from hedging_games.algebra.formulas.cells import Cells, _enlarged
from hedging_games.algebra.formulas.formula import (
    FALSE,
    TRUE,
    All,
    Any,
    Atom,
    conjunction,
    constraints_of,
    disjunction,
    holds_at,
    negation,
)
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.implicants import Implicants
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.formulas.simpler import simpler
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import parameter_ring

RING = parameter_ring(["x", "y"])
X, Y = RING.gens
RELATIONS = (">", ">=", "==", "<", "<=")
# The lines y = k, x - y = k and x + y = k with whole k, and 2x = k, cut the square into triangles with two sides of 1/2 (and unions of
# these): every corner, the middle of every side, and a point inside every triangle, (3/8, 1/8) for one, are among these points.
POINTS = list(product([Fraction(k, 8) for k in range(17)], repeat=2))


def ground(size=2):
    return Ground(System(RING, (interval(0, size), interval(0, size))))


def atom(polynomial, relation):
    return Atom(constraint(polynomial, relation))


def random_formula(rng, depth):
    """Inequalities between numbers on a grid, many of which differ in their constants alone."""
    if depth == 0:
        return atom(rng.choice([X, Y, X - Y, X + Y, 2 * X]) - rng.randint(-1, 3), rng.choice(RELATIONS))
    inner = [random_formula(rng, rng.randint(0, depth - 1)) for _ in range(rng.randint(2, 4))]
    formula = rng.choice([conjunction, disjunction])(inner)
    return negation(formula) if rng.random() < 0.3 else formula


def parts_in(here, number):
    """The formulas in a formula, itself included."""
    found, waiting = set(), [number]
    while waiting:
        n = waiting.pop()
        if n not in found:
            found.add(n)
            waiting += here.parts[n].parts
    return found


@pytest.mark.parametrize("seed", range(60))
def test_a_simpler_formula_holds_at_the_same_points_and_is_no_longer(seed):
    rng, here = random.Random(seed), ground()
    formula = random_formula(rng, 3)
    number = here.number(formula)
    short = simpler(here, number)
    assert [here.holds(short, point) for point in POINTS] == [holds_at(formula, point) for point in POINTS]
    assert len(parts_in(here, short)) <= len(parts_in(here, number))
    assert simpler(here, short) == short


def test_what_stands_beside_an_inequality_is_looked_at_only_where_it_holds():
    # x >= 3 settles x >= 1 (true) and 2x < 5 (false); with neither x > 3 nor y > 1, x >= 4 is false and x < 5 true.
    here = ground(4)
    three, one, other = atom(X - 3, ">="), atom(X - 1, ">="), atom(Y - 1, ">")
    numbers = {
        conjunction([three, one]): three,
        conjunction([three, disjunction([one, other])]): three,
        conjunction([three, disjunction([atom(2 * X - 5, "<"), other])]): conjunction([three, other]),
        conjunction([three, atom(2 * X - 5, "<")]): FALSE,
        disjunction([three, conjunction([atom(X - 3, "<"), other])]): disjunction([three, other]),
        disjunction([three, atom(2 * X - 7, "<")]): TRUE,
        disjunction([three, one]): one,
        # Both signs together are what neither says alone.
        conjunction([three, atom(X - 3, "<=")]): atom(X - 3, "=="),
        disjunction([atom(X - 3, ">"), atom(X - 3, "==")]): three,
    }
    for formula, expected in numbers.items():
        assert simpler(here, here.number(formula)) == here.number(expected)


def test_of_alternatives_those_that_imply_another_one_are_left_out():
    # (x > 3 and y > 2) is part of (x > 2 and y > 2), by x alone; and all of them are needed where none implies another.
    here = ground(4)
    far, near = (conjunction([atom(X - k, ">"), atom(Y - 2, ">")]) for k in (3, 2))
    assert simpler(here, here.number(disjunction([far, near]))) == here.number(near)
    both = here.number(disjunction([far, conjunction([atom(X - 2, ">"), atom(Y - 3, ">")])]))
    assert simpler(here, both) == both
    wide, narrow = (disjunction([atom(X - k, ">"), atom(Y - 2, "<")]) for k in (2, 3))
    assert simpler(here, here.number(conjunction([wide, narrow]))) == here.number(narrow)


@pytest.mark.parametrize("seed", range(40))
def test_an_implicant_holds_at_its_point_and_nowhere_where_the_formula_does_not(seed):
    rng, here = random.Random(seed), ground()
    formula = random_formula(rng, 3)
    implicants = Implicants(here, here.number(formula))
    true = [point for point in POINTS if holds_at(formula, point)]
    for point in rng.sample(true, min(len(true), 5)):
        cell = as_formula(here, implicants.at(point))
        assert here.holds(cell, point)
        assert all(holds_at(formula, other) for other in POINTS if here.holds(cell, other))


def test_the_shortest_alternative_is_taken_wherever_it_stands():
    here = ground(4)
    long = conjunction([atom(X - 1, ">"), atom(Y - 1, ">")])
    weak, strict = atom(X - Y, ">="), atom(X + Y - 1, ">")
    for listed in ([long, strict, weak], [weak, long, strict], [strict, weak, long]):
        implicants = Implicants(here, here.number(disjunction(listed)))
        # Of two inequalities the one that allows more signs, and the longer alternative where nothing else is true.
        assert as_formula(here, implicants.at((Fraction(3), Fraction(2)))) == here.number(weak)
        assert as_formula(here, implicants.at((Fraction(2), Fraction(3)))) == here.number(strict)
    implicants = Implicants(here, here.number(disjunction([long, atom(X - 9, ">=")])))
    assert as_formula(here, implicants.at((Fraction(2), Fraction(3)))) == here.number(long)


def test_points_beside_a_cell_save_questions_and_change_no_cell(monkeypatch):
    # In six dimensions the bank's own points are few, so that most of what bounds a cell has to be asked for.
    ring = parameter_ring([f"x{k}" for k in range(6)])
    variables = ring.gens

    def alternatives(rng):
        pairs = [rng.sample(variables, 2) for _ in range(4)]
        return disjunction(atom(first - second - rng.randint(-4, 4), ">") for first, second in pairs)

    def enlarged(seed, patience):
        monkeypatch.setattr(beyond_module, "PATIENCE", patience)
        rng = random.Random(seed)
        here = Ground(System(ring, (interval(0, 10),) * 6))
        number = here.number(conjunction(alternatives(rng) for _ in range(12)))
        point = find(here, number).point
        outside = Beyond(here, here.negated(number))
        outside.begin_at(point)
        cell = _enlarged(outside, Implicants(here, number).at(point), 10**9)
        return cell, len(outside.met.listed)

    early, never = ([enlarged(seed, patience) for seed in range(8)] for patience in (1, 10**9))
    assert [cell for cell, _ in early] == [cell for cell, _ in never]
    assert sum(met for _, met in early) < sum(met for _, met in never)


@pytest.mark.parametrize("seed", range(25))
def test_the_cells_of_a_linear_formula_are_all_of_it_and_cannot_be_made_larger(seed):
    rng, here = random.Random(100 + seed), ground()
    formula = random_formula(rng, 3)
    cells = Cells(here, here.number(formula))
    assert cells.grow(cells.simple, 60, 10**9, lambda: None)
    numbers = [as_formula(here, cell) for cell in cells.found]
    for point in POINTS:
        assert any(here.holds(number, point) for number in numbers) == holds_at(formula, point)
    for cell in cells.found:
        for polynomial in cell:
            wider = as_formula(here, {p: s for p, s in cell.items() if p != polynomial})
            assert any(here.holds(wider, point) and not holds_at(formula, point) for point in POINTS)


def test_no_points_are_looked_at_beside_an_irrational_one():
    root = real_roots([-2, 0, 1])[1]
    here = ground(4)
    number = here.number(conjunction([atom(X - 1, ">"), atom(Y - 1, ">")]))
    outside = Beyond(here, here.negated(number))
    outside.begin_at((root, Fraction(2)))
    cell = Implicants(here, number).at((root, Fraction(2)))
    assert as_formula(here, _enlarged(outside, cell, 10**9)[0]) == number


def test_a_formula_of_higher_degree_is_left_as_it_is():
    here = ground(4)
    number = here.number(conjunction([atom(X * X - Y, ">"), disjunction([atom(X * X - Y, ">"), atom(Y - 1, ">")])]))
    assert Cells(here, number).simple == number
    assert simpler(here, number) != number


def test_inequalities_of_shared_parts_are_told_once_if_wanted():
    shared = disjunction([atom(X - 1, ">"), atom(Y - 1, ">")])
    formula = All((Any((shared, atom(X - 2, ">"))), Any((shared, atom(Y - 2, ">")))))
    once = [str(asked) for asked in constraints_of(formula, repeated=False)]
    assert once == ["x - 1 > 0", "y - 1 > 0", "x - 2 > 0", "y - 2 > 0"]
    assert len(list(constraints_of(formula))) == 6
