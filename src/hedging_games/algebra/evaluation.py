"""The value of a formula, in whatever arithmetic its names are given in: at one point, or at many points at once.

What a formula means, and its two conventions (terms that are switched off, order that needs numbers), is in `compiling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.algebra.arithmetic import FAST
from hedging_games.algebra.compiling import (
    Columns,
    Evaluator,
    Happened,
    Values,
    compiled,
    short,
    shown_point,
    zero_denominator,
)
from hedging_games.algebra.expressions.expression import Condition, Expression, Formula
from hedging_games.errors import ExpressionError, Problem

__all__ = ["Evaluator", "Happened", "Values", "compiled", "evaluate", "evaluate_many", "holds", "zero_denominator"]


def evaluate(expression: Expression, values: Values, happened: Happened = frozenset()) -> Any:
    """The exact value of an expression at one point, its names being worth ``values`` and its events being ``happened``.

    The values may be fractions or rational functions (elements of sympy's ``FracField``); the result is of their kind.

    Raises
    ------
    ExpressionError
        If a name has no value, a denominator is zero (the message shows it with its values), or an order is asked of
        rational functions.
    """
    return compiled(expression)(values, happened)


def holds(condition: Condition, values: Values, happened: Happened = frozenset()) -> bool:
    """Whether a condition holds at one point. Raises ExpressionError as `evaluate` does."""
    return bool(compiled(condition)(values, happened))


def evaluate_many(
    formula: Formula, columns: Mapping[str, np.ndarray | float], happened: Happened = frozenset()
) -> np.ndarray:
    """The value (or, of a condition, the truth) at many points at once, in float64.

    ``columns`` gives each name an array of one common shape (points,) or a single number for all points; the result has
    shape (points,), or () if no column is an array. A point at which a divisor is zero is looked at again by itself, for
    the divisor may stand in a term that is switched off there.

    Raises
    ------
    ExpressionError
        As `evaluate`; a zero denominator is reported with the values of the first such point.
    """
    arrays = Columns({name: np.asarray(column, dtype=np.float64) for name, column in columns.items()})
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values())) if arrays else ()
    with np.errstate(all="ignore"):
        found = np.broadcast_to(np.asarray(compiled(formula, FAST)(arrays, happened)), shape)
    doubtful = np.broadcast_to(arrays.suspect, shape)
    if found.dtype != np.bool_:
        doubtful = doubtful | ~np.isfinite(found)
    if doubtful.any():
        found = found.copy()
        for index in zip(*np.nonzero(doubtful), strict=True) if shape else [()]:
            point = {name: np.broadcast_to(array, shape)[index] for name, array in arrays.items()}
            found[index] = _one_point(formula, point, happened)
    return found


def _one_point(formula: Formula, point: Mapping[str, Any], happened: Happened) -> float | bool:
    """The value at one point, computed exactly and then rounded; the reason if there is none."""
    exact = {name: Fraction(float(value)) for name, value in point.items() if np.isfinite(value)}
    value = compiled(formula)(exact, happened)
    try:
        return value if isinstance(value, bool) else float(value)
    except OverflowError:
        raise ExpressionError(
            Problem(
                "expression",
                f"'{short(formula)}' is too large for floating point at {shown_point(formula, exact)}",
                "evaluate it exactly, or scale the payoffs",
                formula.where,
            )
        ) from None
