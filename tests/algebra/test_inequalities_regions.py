"""Implication, coverings: by definition, and on the matrix of the hedging triangle."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.inequalities.covering import (
    Covered,
    Split,
    covered,
    differences,
    disjoint,
    equivalent,
    implies,
    included,
)
from hedging_games.algebra.inequalities.decide import DEFAULT, decide_empty
from hedging_games.algebra.inequalities.proof import Combination
from hedging_games.algebra.inequalities.system import System, constraint, negated
from hedging_games.algebra.polynomials import parameter_ring
from hedging_games.errors import CouldNotFinish, InputError

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
RING = parameter_ring(["x", "y", "z"])
X, Y, Z = RING.gens
BOX = (interval(0, 2),) * 3
GRID = [tuple(Fraction(k, 3) for k in point) for point in product(range(7), repeat=3)]
LIMITS = replace(DEFAULT, asking=False)


def system(*asked, box=BOX, assume=()):
    return System(RING, box, tuple(constraint(p, r) for p, r in asked), tuple(constraint(p, r) for p, r in assume))


def random_cell(random):
    asked = []
    for _ in range(random.randint(1, 3)):
        polynomial = random.randint(-2, 2) + sum(random.randint(-2, 2) * g for g in RING.gens)
        polynomial += random.choice([-1, 0, 0, 1]) * X * Y
        asked.append((RING.zero + polynomial, random.choice([">=", ">", "<=", "<"])))
    return system(*asked)


def in_union(point, cells):
    return any(cell.contains(point) for cell in cells)


def test_implication_is_emptiness_of_the_contrary():
    random = Random(3)
    seen = {"proved": 0, "refuted": 0}
    for _ in range(300 if THOROUGH else 40):
        cell, asked = random_cell(random), random_cell(random).constraints[0]
        answer = implies(cell, asked, LIMITS)
        contrary = decide_empty(cell.having(*negated(asked)), LIMITS)
        assert (answer.status == "proved") is (contrary.status == "empty")
        if answer.status == "refuted":
            assert cell.contains(answer.counterexample)
            assert not asked.holds_at(answer.counterexample)
        else:
            assert answer.proofs[0].check()
            assert all(asked.holds_at(point) for point in GRID if cell.contains(point))
        seen[answer.status] += 1
    assert min(seen.values()) >= 5


def test_an_equation_is_implied_from_both_sides():
    # x >= y and y >= x give x == y; one of them alone does not.
    assert implies(system((X - Y, ">="), (Y - X, ">=")), constraint(X - Y, "==")).status == "proved"
    answer = implies(system((X - Y, ">=")), constraint(X - Y, "=="))
    assert answer.status == "refuted"
    assert answer.counterexample is not None
    assert answer.counterexample[0] > answer.counterexample[1]


def test_coverings_of_unions():
    left, right = system((X - 1, "<=")), system((X - 1, ">="))
    whole = system()
    assert covered(whole, [left, right]).status == "proved"
    answer = covered(whole, [system((X - 1, "<")), system((X - 1, ">"))])
    assert answer.status == "refuted"
    assert answer.counterexample is not None
    assert answer.counterexample[0] == 1
    assert covered(system((X, "<"), (X, ">")), []).status == "proved"
    assert covered(whole, []).status == "refuted"


def test_unions_split_at_random_are_equivalent_to_what_was_split():
    random = Random(17)
    for _ in range(40 if THOROUGH else 8):
        cells = [random_cell(random) for _ in range(2)]
        cutter = random_cell(random)
        split = [piece for cell in cells for piece in [*differences(cell, cutter), cell.having(*cutter.constraints)]]
        answer = equivalent(cells, split, LIMITS)
        assert answer.status == "proved"
        assert all(proof.check() for proof in answer.proofs)
        apart = disjoint(cells, LIMITS)
        assert equivalent(cells, apart, LIMITS).status == "proved"
        for point in GRID:
            assert sum(piece.contains(point) for piece in apart) == in_union(point, cells)


def test_comparisons_of_random_unions_agree_with_a_grid():
    random = Random(23)
    seen = set()
    for _ in range(120 if THOROUGH else 25):
        first = [random_cell(random) for _ in range(random.randint(1, 3))]
        second = [random_cell(random) for _ in range(random.randint(1, 3))]
        answer = included(first, second, LIMITS)
        seen.add(answer.status)
        if answer.status == "refuted":
            assert in_union(answer.counterexample, first)
            assert not in_union(answer.counterexample, second)
        else:
            assert answer.status == "proved"
            assert all(in_union(point, second) for point in GRID if in_union(point, first))
    assert seen == {"proved", "refuted"}


def test_a_forged_covering_is_rejected():
    whole, left, right = system(), system((X - 1, "<=")), system((X - 1, ">="))
    proof = covered(whole, [left, right]).proofs[0]
    assert proof.check()
    assert proof.text()
    assert isinstance(proof.tree, Split)
    # Leaving a piece out, or passing the proof off as one about another union.
    assert not Covered(whole, (left, right), Split(proof.tree.cell, ())).check()
    assert not Covered(whole, (left, system((10 * X - 11, ">="))), proof.tree).check()
    assert not Covered(whole, (left, right), Combination(())).check()


def test_regions_over_different_boxes_are_not_compared():
    with pytest.raises(InputError, match="ranges"):
        covered(system(), [system(box=(interval(0, 1),) * 3)])
    with pytest.raises(InputError, match="assumptions"):
        covered(system(), [system(assume=[(X - Y, ">")])])


def test_comparisons_that_explode_say_so(monkeypatch):
    monkeypatch.setattr("hedging_games.algebra.inequalities.covering.MOST_PIECES", 3)
    with pytest.raises(CouldNotFinish, match="pieces"):
        covered(system(), [system((X - k * RING.one / 4, ">="), (X - (k + 1) * RING.one / 4, "<=")) for k in range(8)])


# --- the hedging triangle, pure equilibria

NAMES = [
    "security",
    "retained",
    "trade",
    "sanction",
    "coercion",
    "alliance",
    "card",
    "leak",
    "press_cost",
    "leverage",
    "access",
    "wedge",
    "coerce_cost",
    "deterrence",
    "restraint",
]


def triangle():
    """The cells of all pure profiles, each deviation's gain turned round."""
    ring = parameter_ring(NAMES)
    g = dict(zip(NAMES, ring.gens, strict=True))

    def payoffs(small, ally, partner):
        align, hedge, tilt = (int(small == a) for a in ("Align", "Hedge", "Tilt"))
        press, engage = int(ally == "Press"), int(partner == "Engage")
        coerce = 1 - engage
        loose = hedge + tilt
        return (
            g["security"] * (align + g["retained"] * hedge)
            + g["trade"] * loose * engage
            - g["sanction"] * press * loose
            - g["coercion"] * coerce * (align + hedge),
            g["alliance"] * (align + g["retained"] * hedge)
            + g["card"] * hedge * engage * (1 - press)
            - g["leak"] * (hedge + 2 * tilt)
            - g["press_cost"] * press
            + g["leverage"] * press * loose,
            g["access"] * (hedge + 2 * tilt) * engage
            + g["wedge"] * hedge * engage
            - g["coerce_cost"] * coerce
            + g["deterrence"] * coerce * (align + hedge)
            - g["restraint"] * engage,
        )

    actions = (("Align", "Hedge", "Tilt"), ("Tolerate", "Press"), ("Engage", "Coerce"))
    box = tuple(interval(0, 1) if name == "retained" else interval(0, 10) for name in NAMES)
    cells = {}
    for profile in product(*actions):
        asked = []
        for player, choices in enumerate(actions):
            for choice in choices:
                if choice != profile[player]:
                    other = (*profile[:player], choice, *profile[player + 1 :])
                    gain = ring.zero + payoffs(*profile)[player] - payoffs(*other)[player]
                    asked.append(constraint(gain, ">=", (player, choice)))
        cells[profile] = System(ring, box, tuple(asked))
    return ring, g, cells


def test_conditions_of_the_triangle_by_hand():
    _, g, cells = triangle()
    cell = cells["Hedge", "Tolerate", "Engage"]
    # SmallState: against Tilt it gains retained * security >= 0, always; against Align it needs
    # trade >= (1 - retained) security. Ally: pressing costs card + press_cost and earns leverage.
    # Partner: engaging earns access + wedge - restraint, coercing deterrence - coerce_cost.
    by_hand = cell.with_constraints(
        [
            constraint(g["trade"] - (1 - g["retained"]) * g["security"], ">="),
            constraint(g["card"] + g["press_cost"] - g["leverage"], ">="),
            constraint(g["access"] + g["wedge"] + g["coerce_cost"] - g["restraint"] - g["deterrence"], ">="),
        ]
    )
    assert equivalent([cell], [by_hand]).status == "proved"
    # Not without the partner's condition.
    weaker = by_hand.with_constraints(by_hand.constraints[:2])
    assert equivalent([cell], [weaker]).status == "refuted"


def test_a_more_valuable_card_never_shrinks_the_region():
    """The claim, proved with a copy of the card: what holds at card holds at card + more."""
    _, _, cells = triangle()
    wide = parameter_ring([*NAMES, "more"])
    shift = dict(zip(NAMES, wide.gens, strict=False))
    hedging = [c for profile, c in cells.items() if profile[0] == "Hedge" and profile[1] == "Tolerate"]
    box = (*hedging[0].box, interval(0, 10))

    def lifted(cell, moved):
        images = [shift[n] + (wide.gens[-1] if moved and n == "card" else 0) for n in NAMES]
        asked = []
        for c in cell.constraints:
            total = wide.zero
            for exponents, coefficient in c.terms.items():
                product_ = wide.one * coefficient
                for image, power in zip(images, exponents, strict=True):
                    product_ *= image**power
                total += product_
            asked.append(constraint(total, c.relation))
        return System(wide, box, tuple(asked))

    before = [lifted(cell, moved=False) for cell in hedging]
    after = [lifted(cell, moved=True) for cell in hedging]
    assert included(before, after).status == "proved"
    assert included(after, before).status == "refuted"
