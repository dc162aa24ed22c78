"""Linear systems are always decided; the verdict agrees with Fourier–Motzkin elimination, and proofs cannot be forged."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedging_games.algebra.cells.intervals import Interval, interval
from hedging_games.algebra.inequalities.decide import decide_empty
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.proof import Combination, Product, check, proof_text
from hedging_games.algebra.inequalities.simplex import Infeasible, Optimal, Unbounded, minimise
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import parameter_ring
from hedging_games.errors import InputError

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
RING = parameter_ring(["x", "y", "z"])
X, Y, Z = RING.gens


def feasible_by_elimination(rows):
    """Fourier–Motzkin with strictness, an independent oracle: rows are (coefficients, constant, strict) for a.x + c >= 0."""
    rows = [([Fraction(a) for a in row], Fraction(c), strict) for row, c, strict in rows]
    size = len(rows[0][0])
    for k in range(size):
        lower = [r for r in rows if r[0][k] > 0]
        upper = [r for r in rows if r[0][k] < 0]
        rows = [r for r in rows if r[0][k] == 0]
        for (a, c, s), (b, d, t) in product(lower, upper):
            p, q = -b[k], a[k]
            rows.append(([p * x + q * y for x, y in zip(a, b, strict=True)], p * c + q * d, s or t))
        rows = list({(tuple(a), c, s): (a, c, s) for a, c, s in rows}.values())
    return all(c > 0 if strict else c >= 0 for _, c, strict in rows)


def as_rows(system):
    """The facts of a system for the oracle; an equation gives two rows."""
    size = len(system.box)
    rows = []
    for fact in system.facts():
        coefficients = [
            sum((c for e, c in fact.terms.items() if e[i] == 1 and sum(e) == 1), Fraction(0)) for i in range(size)
        ]
        constant = fact.terms.get((0,) * size, 0)
        rows.append((coefficients, constant, fact.relation == ">"))
        if fact.relation == "==":
            rows.append(([-c for c in coefficients], -constant, False))
    return rows


def random_system(random):
    def ends():
        low = random.choice([-2, -1, 0, None])
        high = random.choice([0, 1, 3, None])
        return Interval(
            None if low is None else Fraction(low),
            None if high is None else Fraction(high),
            random.random() < 0.7,
            random.random() < 0.7,
        )

    constraints = []
    for _ in range(random.randint(1, 6)):
        polynomial = sum(random.randint(-3, 3) * g for g in RING.gens) + random.randint(-3, 3)
        relation = random.choice([">=", ">=", ">", ">", "==", "<=", "<"])
        constraints.append(constraint(RING.zero + polynomial, relation))
    split = random.randint(0, len(constraints))
    return System(RING, (ends(), ends(), ends()), tuple(constraints[:split]), tuple(constraints[split:]))


def test_random_linear_systems_agree_with_elimination():
    random = Random(20_240_501)
    seen = {"empty": 0, "witness": 0}
    for _ in range(4_000 if THOROUGH else 400):
        system = random_system(random)
        verdict = decide_empty(system)
        expected = "witness" if feasible_by_elimination(as_rows(system)) else "empty"
        assert verdict.status == expected, str(system)
        seen[expected] += 1
        if verdict.proof is not None:
            assert check(verdict.proof, system)
            assert proof_text(verdict.proof, system)
        else:
            assert verdict.witness is not None
            assert system.contains(verdict.witness)
    # The sample must exercise both answers.
    assert min(seen.values()) > 40


def test_the_linear_program_alone_decides_without_simplification():
    random = Random(7)
    for _ in range(1_500 if THOROUGH else 200):
        system = random_system(random)
        answer = decide_linear(dict(enumerate(system.facts())), 3)
        if isinstance(answer, Combination):
            assert check(answer, system)
        else:
            assert system.contains(answer)
        assert isinstance(answer, Combination) is not feasible_by_elimination(as_rows(system))


@pytest.mark.parametrize(
    ("constraints", "empty"),
    [
        # x > 0 and x <= 0 touch without meeting; x >= 0 and x <= 0 meet.
        ([("x", ">"), ("x", "<=")], True),
        ([("x", ">="), ("x", "<=")], False),
        # x + y > 2 with x, y <= 1 is just out of reach, >= is not.
        ([("x+y-2", ">"), ("x-1", "<="), ("y-1", "<=")], True),
        ([("x+y-2", ">="), ("x-1", "<="), ("y-1", "<=")], False),
        # 1 == 0
        ([("1", "==")], True),
        ([("0", "==")], False),
        ([("0", ">")], True),
        ([("0", ">=")], False),
    ],
)
def test_strict_and_weak_inequalities_are_told_apart_at_ties(constraints, empty):
    texts = {"x": X, "x+y-2": X + Y - 2, "x-1": X - 1, "y-1": Y - 1, "1": RING.one, "0": RING.zero}
    system = System(RING, (interval(None, None),) * 3, tuple(constraint(texts[p], r) for p, r in constraints))
    assert (decide_empty(system).status == "empty") is empty


def test_open_ends_of_the_box_count():
    half_open = (interval(0, 1, "[)"), interval(0, 1), interval(0, 1))
    closed = (interval(0, 1),) * 3
    asked = (constraint(X - 1, ">="),)
    assert decide_empty(System(RING, half_open, asked)).status == "empty"
    witness = decide_empty(System(RING, closed, asked)).witness
    assert witness is not None
    assert witness[0] == 1


@pytest.mark.parametrize(
    ("box", "empty"),
    [
        (interval(1, 0), True),
        (interval(1, 1, "[)"), True),
        (interval(1, 1), False),
    ],
)
def test_empty_and_degenerate_ranges(box, empty):
    system = System(RING, (box, interval(0, 1), interval(0, 1)))
    verdict = decide_empty(system)
    assert (verdict.status == "empty") is empty
    if verdict.proof is not None:
        assert check(verdict.proof, system)


def test_assumptions_take_part():
    # card >= 3 and card <= leak contradict the assumption leak < 2.
    ring = parameter_ring(["card", "leak"])
    card, leak = ring.gens
    asked = (constraint(card - 3, ">="), constraint(leak - card, ">="))
    box = (interval(0, 10),) * 2
    assert decide_empty(System(ring, box, asked)).status == "witness"
    assert decide_empty(System(ring, box, asked, (constraint(leak - 2, "<"),))).status == "empty"


def test_forged_proofs_are_rejected():
    system = System(RING, (interval(0, 10),) * 3, (constraint(X + Y - Z, ">"), constraint(Z - X - 2 * Y, ">=")))
    # (x + y - z) + (z - x - 2y) + y = 0, the first being positive.
    proof = decide_linear(dict(enumerate(system.facts())), 3)
    assert isinstance(proof, Combination)
    assert check(proof, system)
    first, *rest = proof.products
    nothing = (0, 0, 0)
    assert not check(Combination((replace(first, multiplier={nothing: Fraction(2)}), *rest)), system)
    assert not check(Combination(tuple(rest)), system)
    assert not check(Combination((replace(first, factors=(1,)), *rest)), system)
    # Weak instead of strict: the same combination proves nothing.
    weak = System(RING, system.box, (constraint(X + Y - Z, ">="), system.constraints[1]))
    assert not check(proof, weak)
    # A negative multiplier on an inequality is no proof.
    assert not check(
        Combination((Product({nothing: Fraction(1)}, (0,)), Product({nothing: Fraction(-1)}, (0,)))), system
    )
    # Nor is a multiplier with a variable.
    assert not check(
        Combination((Product({nothing: Fraction(1)}, ()), Product({(1, 0, 0): Fraction(1)}, (0,)))), system
    )


def test_constraints_are_normalised_and_keep_their_reason():
    made = constraint(4 * X - 6 * Y, "<=", "else Ally would play Punish")
    assert str(made) == "-2*x + 3*y >= 0"
    assert made.reason == "else Ally would play Punish"
    assert constraint(2 * Y - 2 * X, "==").polynomial == X - Y
    with pytest.raises(InputError, match="no relation"):
        constraint(X, "!=")
    with pytest.raises(InputError, match="another ring"):
        System(parameter_ring(["x"]), (interval(0, 1),), (made,))
    with pytest.raises(InputError, match="ranges"):
        System(RING, (interval(0, 1),))


@settings(max_examples=300 if THOROUGH else 60, deadline=None, derandomize=True)
@given(st.data())
def test_the_simplex_method_proves_what_it_says(data):
    entry = st.integers(-4, 4)
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 6))
    matrix = [data.draw(st.lists(entry, min_size=columns, max_size=columns)) for _ in range(rows)]
    right = data.draw(st.lists(entry, min_size=rows, max_size=rows))
    cost = data.draw(st.lists(entry, min_size=columns, max_size=columns))
    outcome = minimise(matrix, right, cost)

    def times(y, j):
        return sum(y[i] * matrix[i][j] for i in range(rows))

    def satisfies(x, target):
        return min(x) >= 0 and all(
            sum(a * b for a, b in zip(row, x, strict=True)) == t for row, t in zip(matrix, target, strict=True)
        )

    if isinstance(outcome, Optimal):
        y = outcome.multipliers
        assert satisfies(outcome.solution, right)
        assert all(times(y, j) <= cost[j] for j in range(columns))
        assert sum(a * b for a, b in zip(y, right, strict=True)) == outcome.value
        assert outcome.value == sum(c * x for c, x in zip(cost, outcome.solution, strict=True))
    elif isinstance(outcome, Infeasible):
        y = outcome.multipliers
        assert all(times(y, j) <= 0 for j in range(columns))
        assert sum(a * b for a, b in zip(y, right, strict=True)) > 0
    else:
        assert isinstance(outcome, Unbounded)
        assert satisfies(outcome.solution, right)
        assert satisfies(outcome.ray, [0] * rows)
        assert sum(c * x for c, x in zip(cost, outcome.ray, strict=True)) < 0


def test_the_simplex_method_does_not_cycle():
    # Beale (1955): Dantzig's rule cycles for ever on this program, whose optimum is -1/20; here times 100.
    matrix = [[100, 0, 0, 25, -6000, -4, 900], [0, 100, 0, 50, -9000, -2, 300], [0, 0, 1, 0, 0, 1, 0]]
    outcome = minimise(matrix, [0, 0, 1], [0, 0, 0, -75, 15000, -2, 600])
    assert isinstance(outcome, Optimal)
    assert outcome.value == -5


def test_a_time_check_stops_the_work():
    class OutOfTime(Exception):
        pass

    def stop():
        raise OutOfTime

    with pytest.raises(OutOfTime):
        decide_empty(System(RING, (interval(0, 1),) * 3, (constraint(X + Y - Z, ">"),)), check_time=stop)
