"""Two variables, decided completely: the cells of the plane, walls and corners included."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hedging_games.algebra.cells.cuts import terms_in
from hedging_games.algebra.cells.intervals import Box
from hedging_games.algebra.cells.plane import plane_cells
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import no_check
from hedging_games.algebra.inequalities.system import Fact, holds


def solve_pair(
    facts: Sequence[Fact], variables: tuple[int, int], box: Box, check: Callable[[], None] | None = None
) -> tuple[Number, Number] | None:
    """Exact values of two variables, the only ones in some facts, that satisfy these; None where there are none.

    Rational values are preferred. Raises ValueError if another variable occurs, CouldNotFinish where algebraic numbers
    of too high a degree would be needed.
    """
    first, second = variables
    asked = [terms_in(fact.terms, first, second) for fact in facts]
    if any(curve is None for curve in asked):
        raise ValueError("a fact speaks of a third variable")
    curves = [curve for curve in asked if curve is not None]
    plane = plane_cells(curves, (box[first], box[second]), walls="all", check=check or no_check)
    best: tuple[Number, Number] | None = None
    best_dimension = -1
    for cell in plane.cells:
        if cell.dimension > best_dimension and all(
            holds(sign, fact.relation) for sign, fact in zip(cell.signs, facts, strict=True)
        ):
            best, best_dimension = cell.sample, cell.dimension
    return best
