"""Polynomial systems: whatever is answered is true, and the answers that a person can derive are found."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from time import process_time

import pytest

from hedging_games.algebra.cells.enclosure import enclose, entails, refutes
from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.inequalities import decide, methods, products, smt
from hedging_games.algebra.inequalities.decide import DEFAULT, QUICK, decide_empty
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.products import prove_by_products
from hedging_games.algebra.inequalities.proof import (
    Asked,
    Combination,
    Halves,
    OutOfBounds,
    Product,
    check,
    proof_text,
    trusted_parties,
)
from hedging_games.algebra.inequalities.setting import Setting
from hedging_games.algebra.inequalities.simplify import Simplified
from hedging_games.algebra.inequalities.smt import Answer, Oracle, ask
from hedging_games.algebra.inequalities.system import Fact, System, constraint
from hedging_games.algebra.polynomials import multiply, parameter_ring, sign_at, value_at
from hedging_games.analysis.limits import interrupted_after
from hedging_games.errors import CouldNotFinish
from square_roots import square_root

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
RING = parameter_ring(["x", "y", "z"])
X, Y, Z = RING.gens
CUBE = (interval(0, 10),) * 3
LINE = (interval(None, None),) * 3
NO_SOLVERS = replace(DEFAULT, asking=False)


def system(*asked, box=CUBE, assume=()):
    return System(RING, box, tuple(constraint(p, r) for p, r in asked), tuple(constraint(p, r) for p, r in assume))


# --- answers derived by hand

EMPTY = [
    # (x - y)^2 < 0 nowhere.
    system((X**2 + Y**2 - 2 * X * Y, "<"), box=LINE),
    # The sum of squares of differences is twice this; equal to zero only where all are equal, so y > x is impossible.
    system((X**2 + Y**2 + Z**2 - X * Y - Y * Z - Z * X, "<="), (Y - X, ">"), box=LINE),
    # xy <= 10 y <= 10 z' with z >= 11 x: xy = z >= 11 x and y <= 10 force x = 0, against x >= 1.
    system((X * Y - Z, "=="), (Z - 11 * X, ">="), (X - 1, ">=")),
    # If x <= 5/3 fails ... xy > 30 and zx > 40 with x <= 10 need y > 3 and z > 4; x + y + z >= x + 70/x >= 2 sqrt(70) > 16.
    system((X * Y - 30, ">"), (Z * X - 40, ">"), (X + Y + Z - 16, "<")),
    # x > y > z makes (x - y)(y - z)(z - x) negative; so does x >= y >= z make it not positive.
    system(((X - Y) * (Y - Z) * (Z - X), ">"), (X - Y, ">"), (Y - Z, ">")),
    system(((X - Y) * (Y - Z) * (Z - X), ">"), (X - Y, ">="), (Y - Z, ">=")),
    # A strict product of non-negative factors has no zero factor.
    system((X * Y, ">"), (X, "<=")),
    system((X * Y * Z, ">"), (X + Y, "<=")),
    # (x - y)^2 (z - x) > 0 and x >= z.
    system(((X - Y) ** 2 * (Z - X), ">"), (X - Z, ">=")),
    # x^2 = 2 and 5x >= 7.1 is no contradiction, 5x >= 7.5 is: sqrt(2) < 1.5.
    system((X**2 - 2, "=="), (2 * X - 3, ">=")),
    # Two disjoint discs.
    system((X**2 + Y**2 - 1, "<="), ((X - 3) ** 2 + Y**2 - 1, "<="), box=LINE),
    # x^3 > 1 and x < 1.
    system((X**3 - 1, ">"), (X - 1, "<"), box=LINE),
    # The denominator's sign is proved on the box: (1 - d) y >= x with d < 1 ... y = 0 forces x <= 0.
    system(((1 - Z) * Y - X, ">="), (Y, "<="), (X, ">"), box=(interval(0, 1), interval(0, 1), interval(0, 1, "[)"))),
    # An equation and a strict inequality about the same polynomial exclude each other.
    system((X * Y - Z, "=="), (X * Y - Z, ">")),
    system((X - Y, "=="), (X - Y, ">")),
    # Touching discs, one of them open: they share the point (1, 0) only if both are closed.
    system((X**2 + Y**2 - 1, "<"), ((X - 2) ** 2 + Y**2 - 1, "<="), box=LINE),
]

NONEMPTY = [
    system((X**2 + Y**2 - 2 * X * Y, "<="), (X - 3, ">")),
    system((X * Y - Z, "=="), (Z - 9 * X, ">="), (X - 1, ">=")),
    system(((X - Y) * (Y - Z) * (Z - X), ">="), (X - Y, ">"), (Y - Z, ">=")),
    # Touching closed discs: exactly one point.
    system((X**2 + Y**2 - 1, "<="), ((X - 2) ** 2 + Y**2 - 1, "<="), box=LINE),
    # Only irrational points.
    system((X**2 - 2, "==")),
    system((X**2 - 2, "=="), (X * Y - 1, "=="), (Z - X, ">")),
    system((X**2 + Y**2 - 3, "=="), (X - Y, "=="), box=LINE),
    # A hair's breadth: x y >= 1 on a box whose far corner is just inside.
    system((X * Y - 1, ">="), box=(interval(0, 1), interval(0, Fraction(1000001, 1000000)), interval(0, 1))),
    # All parameters zero satisfies every weak inequality.
    system((X * Y, ">="), (Y * Z, ">="), (X - Y, ">=")),
]


@pytest.mark.parametrize("asked", EMPTY, ids=str)
def test_systems_that_are_empty_by_hand(asked):
    verdict = decide_empty(asked, NO_SOLVERS)
    assert verdict.status == "empty"
    assert verdict.proof is not None
    assert check(verdict.proof, asked)
    assert not trusted_parties(verdict.proof)
    assert proof_text(verdict.proof, asked)


@pytest.mark.parametrize("asked", NONEMPTY, ids=str)
def test_systems_that_have_a_solution(asked):
    verdict = decide_empty(asked, NO_SOLVERS)
    assert verdict.status == "witness"
    assert verdict.witness is not None
    assert asked.contains(verdict.witness)


def test_the_irrational_witness_is_exact():
    verdict = decide_empty(system((X**2 - 2, "==")))
    assert verdict.witness is not None
    assert verdict.witness[0] == square_root(2)
    assert verdict.rational_witness is None


# --- random systems: answers confronted with many points


def random_polynomial(random, degree):
    terms = {}
    for _ in range(random.randint(1, 4)):
        exponents = [0, 0, 0]
        for _ in range(random.randint(0, degree)):
            exponents[random.randrange(3)] += 1
        terms[tuple(exponents)] = random.choice([-3, -2, -1, 1, 2, 3])
    return RING.from_dict({e: RING.domain(c) for e, c in terms.items()})


def grid(box, steps):
    axes = [[i.low + (i.high - i.low) * Fraction(k, steps) for k in range(steps + 1)] for i in box]
    return list(product(*axes))


def test_answers_about_random_systems_are_true():
    random = Random(31)
    box = (interval(0, 2), interval(-1, 1), interval(0, 1))
    points = grid(box, 8)
    counts = {"empty": 0, "witness": 0, "undecided": 0}
    for _ in range(1_500 if THOROUGH else 120):
        asked = [
            (random_polynomial(random, 3), random.choice([">=", ">", ">", "<=", "<", "=="][: 6 if k == 0 else 5]))
            for k in range(random.randint(2, 5))
        ]
        problem = system(*asked, box=box)
        verdict = decide_empty(problem, NO_SOLVERS)
        counts[verdict.status] += 1
        if verdict.witness is not None:
            assert problem.contains(verdict.witness)
        elif verdict.proof is not None:
            assert check(verdict.proof, problem)
            assert not any(problem.contains(point) for point in points)
    assert counts["empty"] > 25
    assert counts["witness"] > 25
    # Few are left open: the tool would be of no use if it shrugged.
    assert counts["undecided"] <= 0.05 * sum(counts.values()), counts


def test_consequences_built_from_products_are_proved():
    """What is a sum of products of what is given holds; some of what is given follows from the box alone."""
    random = Random(0)
    wide = parameter_ring([f"p{i}" for i in range(8)])
    box = tuple(interval(0, random.choice([1, 10])) for _ in wide.gens)
    for order in (2, 2, 3):
        given_ = []
        for _ in range(5):
            polynomial = wide.zero + random.randint(-3, 3)
            for g in random.sample(wide.gens, 3):
                polynomial += random.randint(-3, 3) * g
            a, b = random.sample(wide.gens, 2)
            given_.append(polynomial + random.choice([-1, 1, 2]) * a * b)
        target = given_[0] * given_[1] * (given_[2] if order == 3 else 1) + given_[3] * given_[4]
        asked = tuple(constraint(p, ">=") for p in given_)
        problem = System(wide, box, (*asked, constraint(target, "<")))
        verdict = decide_empty(problem, NO_SOLVERS)
        assert verdict.proof is not None
        assert check(verdict.proof, problem)
        # The negation of less is not refuted wrongly: without the givens there is a point.
        assert decide_empty(System(wide, box, (constraint(target, "<"),)), NO_SOLVERS).status != "empty"


def test_a_system_with_a_planted_solution_is_never_called_empty():
    random = Random(5)
    box = (interval(0, 2),) * 3
    for _ in range(800 if THOROUGH else 80):
        point = tuple(Fraction(random.randint(0, 12), 6) for _ in range(3))
        asked = []
        for _ in range(random.randint(3, 6)):
            polynomial = random_polynomial(random, 3)
            value = value_at(constraint(polynomial, ">=").terms, point)
            # Every second constraint is made tight at the point: the hardest case for a proof that must not exist.
            scale = constraint(polynomial, ">=").polynomial
            if random.random() < 0.5:
                asked.append((scale - RING.domain(value.numerator, value.denominator), random.choice([">=", "=="])))
            else:
                asked.append((scale, ">=" if value >= 0 else "<"))
        problem = system(*asked, box=box)
        assert problem.contains(point)
        assert decide_empty(problem, QUICK).status != "empty"


# --- the single methods


def test_bounds_are_sharp_for_polynomials_linear_in_each_variable():
    random = Random(11)
    box = (interval(0, 1), interval(-2, 3), interval(1, 4))
    corners = list(product(*[(i.low, i.high) for i in box]))
    for _ in range(100):
        terms = {e: random.randint(-4, 4) for e in product((0, 1), repeat=3)}
        terms = {e: c for e, c in terms.items() if c}
        values = [value_at(terms, corner) for corner in corners]
        bounds = enclose(terms, box)
        assert bounds.low == min(values)
        assert bounds.high == max(values)


def test_bounds_contain_all_values_and_strict_ends_are_not_attained():
    random = Random(12)
    for _ in range(300 if THOROUGH else 100):
        box = tuple(
            interval(*random.choice([(0, 1), (-1, 2), (0, 3)]), random.choice(["[]", "[)", "(]", "()"]))
            for _ in range(3)
        )
        terms = constraint(random_polynomial(random, 4), ">=").terms
        bounds = enclose(terms, box)
        for point in grid(box, 4):
            if all(x in i for x, i in zip(point, box, strict=True)):
                value = value_at(terms, point)
                assert bounds.low < value if bounds.low_strict else bounds.low <= value
                assert value < bounds.high if bounds.high_strict else value <= bounds.high


def test_bounds_on_open_and_unbounded_boxes():
    terms = constraint(X * Y, ">").terms
    assert entails(terms, ">", (interval(0, 1, "(]"), interval(0, 1, "(]"), interval(0, 1)))
    assert not entails(terms, ">", (interval(0, 1, "(]"), interval(0, 1), interval(0, 1)))
    assert entails(terms, ">", (interval(0, None, "()"), interval(1, None), interval(0, 1)))
    assert not entails(terms, ">=", (interval(None, None), interval(1, None), interval(0, 1)))
    assert refutes(constraint(-X - Y * Y, ">").terms, ">", (interval(0, None), interval(0, None), interval(0, 1)))
    assert entails(constraint(1 - X, ">").terms, ">", (interval(None, 1, "()"), interval(0, 1), interval(0, 1)))


def test_products_give_a_certificate_that_prints_and_that_cannot_be_bent():
    asked = system((X * Y - Z, ">"), (Z - 11 * X, ">="))
    proof = prove_by_products(dict(enumerate(asked.facts())), CUBE, 2)
    assert proof is not None
    assert check(proof, asked)
    assert "0 = " in proof_text(proof, asked)
    first, *rest = proof.products
    assert not check(Combination((replace(first, multiplier=multiply(first.multiplier, {(0, 0, 0): 3})), *rest)), asked)
    # y <= 12 is too weak to exclude z >= 11 x: the proof used the end of the box and must fail without it.
    wider = system((X * Y - Z, ">"), (Z - 11 * X, ">="), box=(interval(0, 10), interval(0, 12), interval(0, 100)))
    assert not check(proof, wider)
    # A square is not positive: it cannot be the positive part of a combination.
    square = Product({(0, 0, 0): Fraction(1)}, (), {(1, 0, 0): 1})
    assert not check(Combination((square, Product({(0, 0, 0): Fraction(-1)}, (), {(1, 0, 0): 1}))), asked)


def test_cases_must_cover_the_box_and_each_be_refuted():
    # x(10 - x) > 26 fails since the maximum is 25; the bound of the whole box is not enough, halves are.
    asked = system((X * (10 - X) - 26, ">"))
    good = decide_empty(asked, NO_SOLVERS).proof
    assert good is not None
    assert check(good, asked)
    assert not check(OutOfBounds(0), asked)
    assert check(Halves(0, Fraction(5), OutOfBounds(0), OutOfBounds(0)), asked)
    # On [0, 9] the bound is above 26 again; a proof about y says nothing.
    assert not check(Halves(0, Fraction(9), OutOfBounds(0), OutOfBounds(0)), asked)
    assert not check(Halves(1, Fraction(5), OutOfBounds(0), OutOfBounds(0)), asked)


def test_signs_at_algebraic_points_are_exact():
    root = square_root(2)
    assert sign_at({(2, 0): 1, (0, 0): -2}, (root, Fraction(0))) == 0
    tiny = Fraction(1, 10**40)
    assert sign_at({(1, 0): 1, (0, 1): -1}, (root + tiny, root)) == 1
    assert sign_at({(1, 1): 1, (0, 0): -2}, (root, root)) == 0


# --- z3


def test_z3_answers_with_points_that_are_exact():
    assert ask(system((X**2 + Y**2 - 2 * X * Y, "<")).facts(), 3).answer == "unsat"
    asked = system((X * Y - Z, "=="), (X - 1, ">"), (Z - 3, ">"))
    answer = ask(asked.facts(), 3)
    assert answer.point is not None
    assert asked.contains(answer.point)


def test_irrational_points_of_z3_are_taken_as_they_are():
    asked = system((X**2 - 2, "=="), (Y**3 - X, "=="), (X, ">"))
    answer = ask(asked.facts(), 3)
    assert answer.point is not None
    assert answer.point[0] == square_root(2)
    assert asked.contains(answer.point)


def test_a_core_names_the_facts_that_contradict_each_other():
    asked = system((X - 1, ">"), (Y, ">"), (X * Y - Y, "<"))
    answer = ask([*asked.constraints, Fact({(0, 0, 1): 1}, ">")], 3)
    assert answer.answer == "unsat"
    assert answer.core == (0, 1, 2)


def endless():
    """Nine random quadrics in twelve variables that are to vanish together."""
    random = Random(1)
    wide = parameter_ring([f"v{i}" for i in range(12)])
    quadrics = [
        sum(random.randint(-9, 9) * a * b for a in wide.gens for b in wide.gens) + random.randint(1, 99)
        for _ in range(9)
    ]
    asked = System(wide, (interval(-1, 1),) * 12, tuple(constraint(q, "==") for q in quadrics))
    return asked.facts()


def test_a_question_that_costs_too_much_stays_open(monkeypatch):
    monkeypatch.setattr(smt, "HARD_CPU_SECONDS", 0.5)
    start = process_time()
    assert ask(endless(), 12).answer == "unknown"
    assert process_time() - start < 20


# A limit by the clock would make answers depend on what else the machine is busy with: z3's own count of its steps decides.
def test_no_question_to_z3_is_limited_by_the_clock(monkeypatch):
    import z3

    given = []
    kept = z3.Solver.set

    def noted(solver, *args, **options):
        given.append(options)
        kept(solver, *args, **options)

    monkeypatch.setattr(z3.Solver, "set", noted)
    oracle = Oracle([], 2)
    for key, (terms, degree) in enumerate([({(9, 1): 1, (0, 0): -2}, 10), ({(1, 0): 1, (0, 1): -1}, 1)]):
        oracle.name(key, oracle.compared(terms, "=="), degree)
    for hard in (False, True):
        for keys in ([0], [1], [0, 1]):
            assert oracle.ask(keys, hard=hard).answer == "sat"
        assert oracle.ask_apart([0, 1], hard=hard).answer == "sat"
    assert oracle.ask_apart([0], brief=True).answer == "sat"
    assert not any("timeout" in options for options in given)
    assert sum("rlimit" in options for options in given) >= 9


def test_an_interruption_reaches_z3():
    start = process_time()
    with pytest.raises(CouldNotFinish), interrupted_after(0.5):
        ask(endless(), 12)
    assert process_time() - start < 10


HARD = system(
    # Motzkin's polynomial plus a little is positive but no sum of squares; here in three variables, without a bounded box.
    (X**4 * Y**2 + X**2 * Y**4 + 1 - 3 * X**2 * Y**2 + (Z - X * Y) ** 2 + Z**2 * X**2, "<"),
    box=LINE,
)


def test_the_word_of_z3_is_recorded_as_its_own(monkeypatch):
    monkeypatch.setattr(methods, "ask", lambda *_: Answer("unsat"))
    verdict = decide_empty(HARD, replace(QUICK, asking=True, samples=8, products=1, parts=1))
    assert isinstance(verdict.proof, Asked)
    assert trusted_parties(verdict.proof) == {"z3"}


def test_what_z3_does_not_know_is_undecided(monkeypatch):
    monkeypatch.setattr(methods, "ask", lambda *_: Answer("unknown"))
    verdict = decide_empty(HARD, replace(QUICK, asking=True, samples=8, products=1, parts=1))
    assert verdict.status == "undecided"
    assert "z3" in verdict.tried


# --- what is checked again ---------------------------------------------------------------------------------------------

# It has solutions, such as (2, 1, 0), and is not settled by simplifying alone.
OPEN = system((X * Y - 1, ">"), (X + Y**2 - 20, "<"))


@pytest.mark.parametrize("point", [(0, 0, 0), (1, 1, 0), (10, 9, 0), (11, 1, 0)])
def test_a_wrong_point_of_a_method_never_becomes_a_witness(monkeypatch, point):
    # Not more than 1; exactly 1, where more is asked; 10 + 81 is not less than 20; 11 is outside the cube.
    wrong = tuple(map(Fraction, point))
    monkeypatch.setattr(decide, "METHODS", (lambda _task: wrong,))
    with pytest.raises(AssertionError, match="was taken for a solution"):
        decide_empty(OPEN)


def test_a_wrong_proof_of_a_method_is_never_believed(monkeypatch):
    # Only facts that are non-negative may be added up, and they do not cancel here; no fact fails on the whole cube.
    for wrong in (Combination((Product({(0, 0, 0): Fraction(1)}, (0,)),)), OutOfBounds(0)):
        monkeypatch.setattr(decide, "METHODS", (lambda _task, wrong=wrong: wrong,))
        with pytest.raises(AssertionError, match="does not hold"):
            decide_empty(OPEN)


def test_an_equation_whose_slope_vanishes_determines_nothing():
    # x (y - 1) = z is solved for x; at y = 1 it says nothing of x, at y = 3 and z = 4 it says x = 2.
    now = Simplified(Setting.of(system((X * Y - X - Z, "=="))), [], [], [(0, 0)])
    assert decide._completed(now, {1: Fraction(1), 2: Fraction(4)}) is None
    assert decide._completed(now, {1: Fraction(3), 2: Fraction(4)}) == {0: 2, 1: 3, 2: 4}


def test_an_equation_is_not_used_up_where_its_slope_may_vanish():
    # Nothing bounds x or y, and nothing else speaks of them: solved for either, xy = 1 would leave the other free to be 0.
    verdict = decide_empty(system((X * Y - 1, "=="), box=LINE), NO_SOLVERS)
    assert verdict.status == "witness"
    x, y, _ = verdict.witness
    assert x * y == 1


def test_bounds_that_one_fact_gives_are_used_by_the_next(monkeypatch):
    # With 1 <= x <= 10, xy >= 30 needs y >= 3 and xz >= 40 needs z >= 4, so yz >= 12: no method is needed against yz <= 9.
    monkeypatch.setattr(decide, "METHODS", ())
    asked = system((X * Y - 30, ">="), (X * Z - 40, ">="), (Y * Z - 9, "<="), box=(interval(1, 10), *CUBE[1:]))
    verdict = decide_empty(asked)
    assert verdict.status == "empty"
    assert check(verdict.proof, asked)


def test_a_question_apart_knows_nothing_of_the_one_before():
    oracle = Oracle([Fact({(1,): 1, (0,): -1}, ">")], 1)
    for key, (terms, relation) in enumerate([({(1,): 1, (0,): -5}, ">"), ({(1,): 1, (0,): -3}, "<"), ({(1,): 1}, "<")]):
        oracle.name(key, oracle.compared(terms, relation), 1)
    # x > 1 always; then x > 5, x < 3 and x < 0, each alone and the first two together, twice over, whatever was asked before.
    for _ in range(2):
        for brief in (False, True):
            answers = [oracle.ask_apart(keys, brief=brief).answer for keys in ([0], [1], [0, 1], [2], [])]
            assert answers == ["sat", "sat", "unsat", "unsat", "sat"]


@pytest.mark.parametrize("size", [1, 10**9, 10**30])
def test_bounds_are_the_same_whether_their_numbers_fit_in_64_bits_or_not(size):
    # x*y - 2*x + 3 on [0, 2] x [1, 4]: linear in each, so its values at the corners are the bounds: 3, 3, 1 and 7.
    found = enclose({(1, 1): size, (1, 0): -2 * size, (0, 0): 3 * size}, (interval(0, 2), interval(1, 4)))
    assert (found.low, found.high) == (size, 7 * size)
    # x^2 - x on [-1, 1]: Bernstein coefficients 2, -1 and 0 by hand, and its least value is -1/4.
    square = enclose({(2,): size, (1,): -size}, (interval(-1, 1),))
    assert (square.low, square.high) == (-size, 2 * size)


def test_a_small_program_of_products_is_solved_exactly_and_without_floats(monkeypatch):
    # x*y > 1 with x <= 1 and 0 <= y <= 1: (1 - x)*y + (1 - y) + (x*y - 1) = 0, though no part is negative and the last one positive.
    box = (interval(0, 1),) * 3
    asked = system((X * Y - 1, ">"), box=box)
    facts = {i: fact for i, fact in enumerate(asked.facts()) if not any(e[2] for e in fact.terms)}
    monkeypatch.setattr(products, "_propose", None)
    found = prove_by_products(facts, box, 2)
    assert found is not None
    assert check(found, asked)
    # Without what bounds x there are solutions, and no certificate.
    free = {i: fact for i, fact in facts.items() if fact.terms != {(1, 0, 0): -1, (0, 0, 0): 1}}
    assert len(free) == len(facts) - 1
    assert prove_by_products(free, box, 2) is None


# Coefficients of random sweeps have denominators of 2^60: cleared, products of them are beyond 64 bits.
@pytest.mark.parametrize("large", [10**18, 10**19, 10**60])
def test_factors_with_large_coefficients_are_found(large):
    x, y, one = {(1, 0): 1}, {(0, 1): 1}, (0, 0)
    lines = [{(1, 0): large, (0, 1): 1}, {(1, 0): 1, (0, 1): large, one: 1}, {(1, 0): 1, one: -large}]
    assert dict(map(_hashed, factors_of(multiply(lines[0], multiply(lines[1], lines[1]))))) == {
        frozenset(lines[0].items()): 1,
        frozenset(lines[1].items()): 2,
    }
    # In one variable: (x - large)(large*x + 1).
    alone = multiply(lines[2], {(1, 0): large, one: 1})
    assert {key for key, _ in map(_hashed, factors_of(alone))} == {
        frozenset(lines[2].items()),
        frozenset({(1, 0): large, one: 1}.items()),
    }
    assert dict(map(_hashed, factors_of(multiply(x, y)))) == {frozenset(x.items()): 1, frozenset(y.items()): 1}


def _hashed(found):
    return frozenset(found[0].items()), found[1]
