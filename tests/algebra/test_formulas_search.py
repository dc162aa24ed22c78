"""Formulas decided with z3: what rests on its word says so, and what it does not know is not taken for empty."""

import os
from fractions import Fraction

import pytest

from hedging_games.algebra.cells.intervals import interval
from hedging_games.algebra.formulas.cells import Cells
from hedging_games.algebra.formulas.formula import Atom, conjunction, disjunction, negation
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.inequalities import smt
from hedging_games.algebra.inequalities.smt import UNKNOWN, Answer, Oracle
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import parameter_ring

RING = parameter_ring(["x", "y"])
X, Y = RING.gens
END = 10**9


def ground():
    return Ground(System(RING, (interval(0, 1), interval(0, 1))))


def atom(polynomial, relation):
    return Atom(constraint(polynomial, relation))


# x + y > 1 and x < 1/2 leave y > 1/2: with y <= 1/2 nothing is left. Nothing is said of x y.
BELOW = conjunction(
    [atom(X + Y - 1, ">"), atom(2 * X - 1, "<"), disjunction([atom(2 * Y - 1, "<"), atom(2 * Y - 1, "==")])]
)
CURVED = conjunction([atom(X**2 + Y**2 - 2 * X * Y, "<"), atom(X - Y**2, ">")])


@pytest.mark.parametrize("formula", [BELOW, CURVED])
def test_what_z3_says_is_nowhere_is_proved_afterwards(formula):
    here = ground()
    found = find(here, here.number(formula))
    assert found.status == "nowhere"
    assert found.is_proved
    assert found.basis == ""
    assert found.proof.check()


def test_without_a_proof_it_is_the_word_of_z3():
    here = ground()
    found = find(here, here.number(BELOW), proving=False)
    assert found.status == "nowhere"
    assert not found.is_proved
    assert found.basis == "by z3's word"
    assert found.proof.trusted_parties() == {"z3"}
    assert found.proof.check()


# |x - y| >= 1/2 excludes x = y, but neither x >= y nor x <= y.
def test_two_signs_of_one_polynomial_are_refuted_together():
    here = Ground(System(RING, (interval(0, 1), interval(0, 1))), apart=True)
    above, below = (here.number(atom(X - Y, relation)) for relation in (">=", "<="))
    far = here.number(atom(4 * (X - Y) ** 2 - 1, ">="))
    assert here.is_refuted([far, above, below])
    for side in (above, below):
        signs = {here.parts[n].polynomial: here.parts[n].signs for n in (far, side)}
        assert here.contradiction(signs) is None
        assert not here.is_refuted([far, side])


# 3x = 1 and x = y at one point, which is not on the lattice.
def test_what_no_known_point_has_is_not_refuted_where_there_is_one():
    here = Ground(System(RING, (interval(0, 1), interval(0, 1))), apart=True)
    numbers = [here.number(atom(3 * X - 1, "==")), here.number(atom(X - Y, "=="))]
    both = here.joined("all", numbers)
    assert not here.truth(both)
    assert not here.is_refuted(numbers)
    assert here.truth(both)


def test_a_false_word_is_not_a_proof(monkeypatch):
    # (x - 1/3)^2 (y - 1/7)^2 <= 0 on two lines, off the lattice of points; z3 is made to deny it.
    thin = atom((3 * X - 1) ** 2 * (7 * Y - 1) ** 2, "<=")
    here = ground()
    number = here.number(conjunction([thin, atom(X + Y - 1, ">")]))
    assert find(here, number).status == "somewhere"
    here = ground()
    number = here.number(conjunction([thin, atom(X + Y - 1, ">")]))
    monkeypatch.setattr(Oracle, "ask", lambda _self, keys, *_, **__: Answer("unsat", core=tuple(keys)))
    assert not find(here, number).is_proved


def test_unknown_is_not_empty(monkeypatch):
    monkeypatch.setattr(Oracle, "ask", lambda *_, **__: UNKNOWN)
    thin = conjunction([atom((3 * X - 1) ** 2 + (7 * Y - 1) ** 2, "<="), atom(X + Y - 1, "<")])
    here = ground()
    assert find(here, here.number(thin)).status != "nowhere"
    here = ground()
    found = find(here, here.number(BELOW))
    assert found.status == "nowhere"
    assert found.is_proved


def test_cells_are_the_largest_ones_and_proved():
    # Everywhere but the open quarter x > 1/2, y > 1/2: the halves x <= 1/2 and y <= 1/2, however it is written.
    quarter = conjunction([atom(2 * X - 1, ">"), atom(2 * Y - 1, ">"), atom(X + Y - 1, ">")])
    here = ground()
    cells = Cells(here, here.number(negation(quarter)))
    assert cells.grow(cells.number, 10, END, lambda: None)
    kept = cells.needed(END)
    texts = sorted(" and ".join(str(c) for c in cells.constraints(k, {})) for k in kept)
    assert [text.split(" for ")[0] for text in texts] == ["-2*x + 1 >= 0", "-2*y + 1 >= 0"]
    assert all(cells.is_proved(k, END) for k in kept)


def test_what_is_idle_in_a_cell_is_left_out_with_few_questions(monkeypatch):
    # Nineteen inequalities follow from 2x > 1: they are left out together, each refutation being a point more.
    idle = [atom(3 * k * X + 3 * Y - k, ">") for k in range(1, 20)]
    formula = conjunction([atom(2 * X - 1, ">"), *idle])
    here, asked = ground(), []
    plain = Ground.ask
    monkeypatch.setattr(Ground, "ask", lambda self, numbers, **how: (asked.append(1), plain(self, numbers, **how))[1])
    cells = Cells(here, here.number(formula))
    assert cells.grow(cells.number, 10, END, lambda: None)
    assert [cells.constraints(0, {})] == [(constraint(2 * X - 1, ">"),)]
    assert len(asked) <= 4


def test_a_cell_stays_inside_where_z3_does_not_know(monkeypatch):
    here = ground()
    monkeypatch.setattr(Oracle, "ask", lambda *_, **__: UNKNOWN)
    cells = Cells(here, here.number(conjunction([atom(2 * X - 1, ">"), atom(X + Y - 1, "<"), atom(3 * Y - X, "<")])))
    cells.grow(cells.number, 3, END, lambda: None)
    outside = here.negated(cells.number)
    for cell in cells.found:
        assert not here.points_with(cell) & here.truth(outside)


def test_points_between_irrational_borders_are_found():
    here = ground()
    root = atom(2 * X**2 - 1, "==")
    found = find(here, here.number(conjunction([root, atom(X - Y, ">="), atom(Y - X, ">=")])))
    assert found.status == "somewhere"
    assert 2 * found.point[0] * found.point[0] == 1
    assert found.point[0] == found.point[1]


def test_answers_do_not_depend_on_earlier_questions_elsewhere():
    def cells():
        here = ground()
        listed = Cells(here, here.number(negation(CURVED)))
        listed.grow(listed.number, 10, END, lambda: None)
        return listed.found

    first = cells()
    other = ground()
    find(other, other.number(BELOW))
    assert cells() == first


def test_nothing_runs_outside_this_process(monkeypatch):
    # A child could outlive its parent, and its limit: there is none.
    for name in ("fork", "posix_spawn", "execve"):
        monkeypatch.setattr(os, name, pytest.fail)
    assert smt.ask(System(RING, (interval(0, 1),) * 2, (constraint(X * Y - 2, ">"),)).facts(), 2).answer == "unsat"


def test_fractions_with_small_denominators_are_preferred():
    here = ground()
    found = find(here, here.number(conjunction([atom(1000 * X - 331, ">"), atom(1000 * X - 336, "<")])))
    assert found.point[0] == Fraction(1, 3)
