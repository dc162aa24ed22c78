"""Formulas in one parameter: where on a line they hold, exactly."""

from __future__ import annotations

from collections.abc import Mapping

from hedging_games.algebra.cells.intervals import Interval, join
from hedging_games.algebra.cells.line import LineCell, sign_cells
from hedging_games.algebra.cells.roots import Coefficients
from hedging_games.algebra.formulas.formula import All, Atom, Formula, constraints_of
from hedging_games.algebra.inequalities.system import Constraint, holds


def where(formula: Formula, within: Interval) -> tuple[Interval, ...]:
    """The numbers of an interval at which a formula in one parameter holds: disjoint intervals in order, ends as they truly are."""
    asked = list(dict.fromkeys(constraints_of(formula)))
    index = {c: k for k, c in enumerate(asked)}
    cells = sign_cells([coefficients(c) for c in asked], within)
    return join(cell.where for cell in cells if holds_in(formula, cell, index))


def coefficients(asked: Constraint) -> Coefficients:
    """A constraint in one parameter as coefficients, highest power first."""
    degree = max((powers[0] for powers in asked.terms), default=0)
    return tuple(asked.terms.get((k,), 0) for k in range(degree, -1, -1))


def holds_in(formula: Formula, cell: LineCell, index: Mapping[Constraint, int]) -> bool:
    """Whether a formula holds in a cell, ``index`` saying which of its signs belongs to which constraint."""
    if isinstance(formula, Atom):
        return holds(cell.signs[index[formula.constraint]], formula.constraint.relation)
    parts = (holds_in(part, cell, index) for part in formula.parts)
    return all(parts) if isinstance(formula, All) else any(parts)
