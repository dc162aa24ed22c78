"""How much of a box a formula fills: exactly where it is a few polyhedra, else estimated from the formula as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.cells import Cells
from hedging_games.algebra.formulas.formula import TRUE, All, Atom, Formula, conjunction, constraints_of
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.inequalities.system import Constraint, System
from hedging_games.algebra.inequalities.volume import LOG_POINTS, Share, estimated, share
from hedging_games.algebra.polynomials import affine_form

MOST_CELLS, CELL_WORK = 20, 2_000_000
"""Polyhedra, and work (see `table.Table`), after which a share is estimated."""


def share_where(ground: Ground, formula: Formula, given: Formula = TRUE, check: Check = no_check) -> Share:
    """The share of the points of a box, under its assumptions and where a condition is ``given``, at which a formula holds.

    Exact where both are a few polyhedra in few dimensions, and proved to be these.
    Raises InputError if nothing is left of the box.
    """
    inside, whole = _polyhedra(ground, conjunction([formula, given]), check), _polyhedra(ground, given, check)
    if inside is not None and whole:
        part, of = (share(union, check_time=check) if union else Share(Fraction(0)) for union in (inside, whole))
        if isinstance(part.value, Fraction) and isinstance(of.value, Fraction) and of.value > 0:
            return Share(part.value / of.value)
    return share_estimated(ground.whole, formula, given, check)


def _polyhedra(ground: Ground, formula: Formula, check: Check) -> list[System] | None:
    """A formula as the polyhedra whose union it is; None where it is curved, or they are not found within the limits."""
    curved = any(affine_form(asked.terms) is None for asked in (*constraints_of(formula), *ground.whole.assumptions))
    if curved:
        return None
    cells = Cells(ground, ground.number(formula))
    if cells.exactly(MOST_CELLS, ground.work + CELL_WORK, check) is None:
        return None
    return [ground.whole.with_constraints(cells.constraints(k, {})) for k in range(len(cells.found))]


def share_estimated(whole: System, formula: Formula, given: Formula = TRUE, check: Check = no_check) -> Share:
    """The same, estimated: with its standard error."""
    asked = [*constraints_of(formula), *constraints_of(given)]
    return estimated(
        whole, asked, lambda holds: _mask(formula, holds, {}), lambda holds: _mask(given, holds, {}), check_time=check
    )


def _mask(formula: Formula, holds: Mapping[Constraint, np.ndarray], known: dict[int, np.ndarray]) -> np.ndarray:
    if isinstance(formula, Atom):
        return holds[formula.constraint]
    if id(formula) not in known:
        together = np.full(1 << LOG_POINTS, isinstance(formula, All))
        join = np.logical_and if isinstance(formula, All) else np.logical_or
        for part in formula.parts:
            join(together, _mask(part, holds, known), out=together)
        known[id(formula)] = together
    return known[id(formula)]
