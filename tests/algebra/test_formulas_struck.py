"""Formulas are remembered, and asked of again after a time limit or Ctrl-C: whatever line that struck, what is said later is right."""

import sys
from fractions import Fraction as F
from itertools import product

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE, TRUE, Table, sign_bit
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.polynomials import parameter_ring, sign_at

WHOLE = System(parameter_ring(["x", "y"]), (Interval(F(-2), F(2)), Interval(F(-2), F(2))))
ASKED = (
    ({(2, 0): 1, (0, 0): -2}, ">"),
    ({(1, 1): 1, (0, 0): -1}, ">="),
    ({(2, 1): 1, (1, 2): -1}, ">"),  # factors, of which some are met alone
    ({(0, 3): 1, (1, 0): -1}, "=="),
    ({(1, 0): 1}, ">="),
)
POINTS = tuple(product((F(-2), F(0), F(3, 2)), repeat=2))
HOLDS = {">": lambda sign: sign > 0, ">=": lambda sign: sign >= 0, "==": lambda sign: sign == 0}


class Struck(BaseException):
    """As Ctrl-C, which nobody expects."""


def holds(table, number, point):
    """Whether a formula of a table is true at a point, read off its parts."""
    if number in (TRUE, FALSE):
        return number == TRUE
    part = table.parts[number]
    if part.kind == "signs":
        return bool(sign_bit(sign_at(table.terms[part.polynomial], point)) & part.signs)
    return {"all": all, "any": any}[part.kind](holds(table, inner, point) for inner in part.parts)


def struck_at(call, work):
    """Do work, and break off at a call of a function; whether it came so far."""
    left = call

    def strike(_frame, event, _argument):
        nonlocal left
        if event == "call":
            left -= 1
            if left < 0:
                sys.setprofile(None)
                raise Struck

    sys.setprofile(strike)
    try:
        work()
        sys.setprofile(None)
    except Struck:
        return True
    return False


def test_what_was_struck_at_any_call_means_the_same_when_it_is_asked_again():
    call = 0
    while True:
        table = Table(WHOLE)
        if not struck_at(call, lambda: [table.compared(*asked) for asked in ASKED]):  # noqa: B023
            break
        # In another order, so that a number given away without its polynomial would be given to a second one.
        numbers = {k: table.compared(*ASKED[k]) for k in reversed(range(len(ASKED)))}
        for point in POINTS:
            for k, (terms, relation) in enumerate(ASKED):
                assert holds(table, numbers[k], point) == HOLDS[relation](sign_at(terms, point)), (call, k, point)
        call += 1
    assert call > 100


def test_no_term_is_made_while_z3_still_works_at_a_question_that_was_interrupted(monkeypatch):
    ground = Ground(WHOLE)
    number = ground.compared({(3, 0): 1, (0, 2): -1}, ">")
    other = ground.compared({(1, 3): 1, (0, 0): -1}, ">")
    assert ground.ask([number]).answer == "sat"
    monkeypatch.setattr(type(ground.oracle), "is_busy", True)
    monkeypatch.setattr(type(ground.oracle), "compared", None)
    assert ground.ask([other]).answer == "unknown"
    monkeypatch.undo()
    assert ground.ask([other]).answer == "sat"
