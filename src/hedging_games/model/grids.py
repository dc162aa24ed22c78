"""The numbers that a grid offers, and the grid that stands for a continuous choice."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from hedging_games.algebra.evaluation import Values, evaluate
from hedging_games.algebra.expressions.expression import Expression, negative, number, quotient, total
from hedging_games.errors import ExpressionError, Problem
from hedging_games.model.declarations import Continuum, Decision, Grid

MOST_LEVELS: Final = 10_001
"""Numbers a grid may offer."""


def on_grid(decision: Decision, levels: int) -> Decision:
    """A decision with its continuous choice, if it is one, among ``levels`` equally spaced numbers.

    A player has both ends among them; chance, uniform, the midpoints of as many equal parts.
    """
    choice = decision.choice
    if not isinstance(choice, Continuum):
        return decision
    low, high = choice.low, choice.high
    if decision.player is None:
        half = quotient(total([high, negative(low)]), number(2 * levels))
        low, high = total([low, half]), total([high, negative(half)])
    return replace(decision, choice=Grid(low, high, levels=number(levels)))


def grid_values(decision: Decision, scope: Values) -> tuple[Fraction, ...]:
    """The numbers a decision's grid offers, from the lowest on.

    Raises
    ------
    ExpressionError
        For a grid without two different ends, with levels that are no whole number from 2 on, with a step that does not
        lead from one end to the other, or with more than `MOST_LEVELS` numbers.
    """
    grid = decision.choice
    assert isinstance(grid, Grid)
    low: Fraction = evaluate(grid.low, scope)
    high: Fraction = evaluate(grid.high, scope)
    if low >= high:
        raise _error(decision, grid.low, f"goes from {low} to {high}", "write the smaller end first")
    return _levels(decision, grid.levels, low, high, scope) if grid.levels else _steps(decision, grid, low, high, scope)


def _levels(
    decision: Decision, levels: Expression, low: Fraction, high: Fraction, scope: Values
) -> tuple[Fraction, ...]:
    count: Fraction = evaluate(levels, scope)
    if count.denominator != 1 or count < 2:
        raise _error(decision, levels, f"has {count} levels", "give a whole number from 2 on")
    _refuse_fine(decision, levels, count)
    return tuple(low + (high - low) * k / (count - 1) for k in range(int(count)))


def _steps(decision: Decision, grid: Grid, low: Fraction, high: Fraction, scope: Values) -> tuple[Fraction, ...]:
    assert grid.step is not None
    step: Fraction = evaluate(grid.step, scope)
    if step <= 0:
        raise _error(decision, grid.step, f"has the step {step}", "give a positive step")
    count = (high - low) / step
    _refuse_fine(decision, grid.step, count)
    if count.denominator != 1:
        what = f"does not meet its end: {high - low} is not a multiple of {step}"
        raise _error(decision, grid.high, what, "change an end, or the step where there is one")
    return tuple(low + step * k for k in range(int(count) + 1))


def _refuse_fine(decision: Decision, formula: Expression, levels: Fraction) -> None:
    if levels > MOST_LEVELS:
        raise _error(decision, formula, f"has more than {MOST_LEVELS:,} levels", "make it coarser")


def _error(decision: Decision, formula: Expression, what: str, remedy: str) -> ExpressionError:
    return ExpressionError(Problem("play", f"the grid of '{decision.name}' {what}", remedy, formula.where))
