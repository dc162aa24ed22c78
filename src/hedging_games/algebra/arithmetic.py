"""The three arithmetics in which one and the same definition is evaluated.

EXACT computes in fractions (object arrays of `fractions.Fraction`; real algebraic numbers mix in), FAST in float64,
SYMBOLIC in rational functions of the parameters (object arrays of elements of sympy's ``QQ(p1, ..., pk)``).
Code above this floor uses ``+ - *`` on arrays and asks the arithmetic only for what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A way to compute: its ``name``, the ``dtype`` of its arrays, and ``number``, which lifts an exact constant."""

    name: str
    dtype: np.dtype[Any]
    number: Callable[[Any], Any]

    def array(self, values: Any) -> np.ndarray:
        """``values`` (nested sequences or an array of exact constants) lifted elementwise."""
        raw = np.asarray(values, dtype=object)
        lifted = np.empty(raw.shape, dtype=self.dtype)
        for index in np.ndindex(raw.shape):
            lifted[index] = self.number(raw[index])
        return lifted

    def zeros(self, shape: tuple[int, ...]) -> np.ndarray:
        """An array of zeros of this arithmetic."""
        return np.full(shape, self.number(0), dtype=self.dtype)


EXACT: Final = Arithmetic("exact", np.dtype(object), lambda value: Fraction(value) if isinstance(value, int) else value)
FAST: Final = Arithmetic("fast", np.dtype(np.float64), float)


def symbolic_arithmetic(field: Any) -> Arithmetic:
    """The arithmetic of a rational function field (an instance of ``sympy.polys.fields.FracField`` over QQ)."""
    domain = field.domain

    def number(value: Any) -> Any:
        if isinstance(value, (int, Fraction)):
            return field.ground_new(domain(value.numerator, value.denominator))
        return value

    return Arithmetic("symbolic", np.dtype(object), number)
