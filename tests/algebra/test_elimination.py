"""Removing unknowns from formulas: by hand, and against z3, which decides the same question at points."""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import product

import pytest

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.formulas.elimination import Elimination, UnfollowedError
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.polynomials import Terms, parameter_ring

FORMULAS = 1_000 if os.environ.get("HG_THOROUGH") == "1" else 60
POINTS = (F(0), F(1, 3), F(1, 2), F(5, 7), F(1), F(3, 2), F(2))


def ground(*weights: Interval) -> Ground:
    """The parameter w in [0, 2] and unknowns in [0, 1]."""
    unit = Interval(F(0), F(1))
    box = (Interval(F(0), F(2)), *(weights or (unit, unit)))
    return Ground(System(parameter_ring(["w", "x", "y"][: len(box)]), box))


def number(table: Ground, formula) -> int:
    if formula[0] == "is":
        return table.compared(formula[1], formula[2])
    return table.joined(formula[0], [number(table, part) for part in formula[1]])


def held(table: Ground, eliminated: int) -> list[bool]:
    size = len(table.whole.box)
    return [table.holds(eliminated, (w, *(F(0),) * (size - 1))) for w in POINTS]


def test_a_line_between_two_others() -> None:
    # Some x in [0, 1] with x >= w and 2x <= w + 1: exists iff w <= (w + 1)/2, w <= 1.
    table = ground()
    both = (
        "all",
        [("is", {(0, 1, 0): 1, (1, 0, 0): -1}, ">="), ("is", {(1, 0, 0): 1, (0, 0, 0): 1, (0, 1, 0): -2}, ">=")],
    )
    found = Elimination(table).without(number(table, both), [1])
    assert held(table, found) == [w <= 1 for w in POINTS]


def test_strict_bounds_leave_no_point_between_equal_ones() -> None:
    # w/2 < x < w with x <= 1: some x iff 0 < w < 2.
    table = ground()
    both = ("all", [("is", {(0, 1, 0): 2, (1, 0, 0): -1}, ">"), ("is", {(1, 0, 0): 1, (0, 1, 0): -1}, ">")])
    found = Elimination(table).without(number(table, both), [1])
    assert held(table, found) == [0 < w < 2 for w in POINTS]


def test_an_open_end_is_approached_and_not_taken() -> None:
    # x in (0, 1], w*x == 0 : only w = 0, since x = 0 is not in the range.
    table = ground(Interval(F(0), F(1), False, True), Interval(F(0), F(1)))
    found = Elimination(table).without(number(table, ("is", {(1, 1, 0): 1}, "==")), [1])
    assert held(table, found) == [w == 0 for w in POINTS]


def test_the_slope_may_vanish() -> None:
    # (w - 1)*x == 1 - w : x = -1 where w != 1, which is out of range; anything where w = 1.
    table = ground()
    terms: Terms = {(1, 1, 0): 1, (0, 1, 0): -1, (1, 0, 0): 1, (0, 0, 0): -1}
    found = Elimination(table).without(number(table, ("is", terms, "==")), [1])
    assert held(table, found) == [w == 1 for w in POINTS]


def test_a_quadratic_and_its_roots() -> None:
    # 2x^2 == w has its root sqrt(w/2) in [0, 1] for all w in [0, 2]; with x > w as well: w/2 > w^2, w in (0, 1/2).
    table = ground()
    square = ("is", {(0, 2, 0): 2, (1, 0, 0): -1}, "==")
    assert held(table, Elimination(table).without(number(table, square), [1])) == [True] * len(POINTS)
    both = ("all", [square, ("is", {(0, 1, 0): 1, (1, 0, 0): -1}, ">")])
    assert held(table, Elimination(table).without(number(table, both), [1])) == [0 < w < F(1, 2) for w in POINTS]


def test_a_product_of_two_unknowns() -> None:
    # x*y == w/2 with x + y <= 1: x*y is at most 1/4, so w <= 1/2.
    table = ground()
    both = (
        "all",
        [("is", {(0, 1, 1): 2, (1, 0, 0): -1}, "=="), ("is", {(0, 0, 0): 1, (0, 1, 0): -1, (0, 0, 1): -1}, ">=")],
    )
    assert held(table, Elimination(table).without(number(table, both), [1, 2])) == [w <= F(1, 2) for w in POINTS]


def test_constants_and_formulas_without_the_unknown_stay() -> None:
    table = ground()
    elimination = Elimination(table)
    assert elimination.without(TRUE, [1, 2]) == TRUE
    assert elimination.without(FALSE, [1, 2]) == FALSE
    alone = table.compared({(1, 0, 0): 1, (0, 0, 0): -1}, ">")
    assert elimination.without(alone, [1, 2]) == alone


def test_degree_three_is_given_up_and_not_guessed() -> None:
    # Irreducible, and not quadratic: x^3 + w*x - 1.
    table = ground()
    cubic = table.compared({(0, 3, 0): 1, (1, 1, 0): 1, (0, 0, 0): -1}, ">")
    with pytest.raises(UnfollowedError):
        Elimination(table).without(cubic, [1])
    # A product of three lines is taken apart: x*(x - 1)*(2x - w) == 0 always has the root 0.
    product_of_lines: Terms = {(0, 3, 0): 2, (1, 2, 0): -1, (0, 2, 0): -2, (1, 1, 0): 1}
    assert Elimination(table).without(table.compared(product_of_lines, "=="), [1]) == TRUE


def test_too_much_work_is_given_up() -> None:
    table = ground()
    formula = ("is", {(1, 1, 0): 1, (0, 0, 0): -1}, ">=")
    with pytest.raises(UnfollowedError):
        Elimination(table, most=1).without(number(table, formula), [1])


def random_formula(rng: random.Random, depth: int):
    if depth == 0 or rng.random() < 0.3:
        terms = {e: rng.choice((-2, -1, 1, 2)) for e in product((0, 1), repeat=3) if rng.random() < 0.45}
        return ("is", terms, rng.choice((">=", ">", "==", ">=")))
    return (rng.choice(("all", "any")), [random_formula(rng, depth - 1) for _ in range(rng.choice((2, 2, 3)))])


def test_random_formulas_agree_with_z3_at_points() -> None:
    z3 = pytest.importorskip("z3")

    def written(formula, at):
        if formula[0] == "is":
            total = z3.RealVal(0)
            for exponents, c in formula[1].items():
                term = z3.RealVal(c)
                for value, power in zip(at, exponents, strict=True):
                    term = term * value if power else term
                total = total + term
            return {">=": total >= 0, ">": total > 0, "==": total == 0}[formula[2]]
        return (z3.And if formula[0] == "all" else z3.Or)([written(part, at) for part in formula[1]])

    x, y = z3.Reals("x y")
    checked = 0
    for seed in range(FORMULAS):
        formula = random_formula(random.Random(seed), 3)
        table = ground()
        try:
            found = held(table, Elimination(table).without(number(table, formula), [1, 2]))
        except UnfollowedError:
            continue
        for w, mine in zip(POINTS, found, strict=True):
            solver = z3.Solver()
            solver.set("timeout", 5_000)
            solver.add(x >= 0, x <= 1, y >= 0, y <= 1, written(formula, (z3.Q(w.numerator, w.denominator), x, y)))
            answer = solver.check()
            if answer != z3.unknown:
                checked += 1
                assert mine == (answer == z3.sat), (seed, w)
    assert checked > 6 * FORMULAS
