"""The numbers of a block of points, in whatever kind of numbers generated code asks for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from hedging_games.analysis.sweep.compiled import Code
from hedging_games.analysis.sweep.numbers import Variable


class Inputs:
    """The numbers of a block, one array per open parameter, in whatever kind of numbers is asked for.

    ``variables`` is None where the arrays are floats, each taken for the fraction that it is.
    """

    def __init__(self, arrays: list[np.ndarray], variables: Sequence[Variable] | None) -> None:
        self.arrays = arrays
        self.variables = variables

    def of(self, code: Code) -> list[np.ndarray]:
        """The arguments of generated code on the design's own numbers."""
        return [self._as(self.arrays[axis], machine) for axis, machine in code.arguments]

    def _as(self, array: np.ndarray, machine: str) -> np.ndarray:
        if machine != "object":
            return array.astype(machine, copy=False)
        exact = Fraction if array.dtype == np.float64 else int
        found = np.empty(array.shape, dtype=object)
        found[...] = np.array([exact(value) for value in array.ravel().tolist()], dtype=object).reshape(array.shape)
        return found

    def at(self, mask: np.ndarray) -> Inputs:
        """The numbers at the points of a mask, flat."""
        return Inputs([np.broadcast_to(array, mask.shape)[mask] for array in self.arrays], self.variables)

    def point(self, index: int) -> list[Fraction]:
        """The parameters at one point of flat numbers, exactly."""
        if self.variables is None:
            return [Fraction(float(array[index])) for array in self.arrays]
        found = []
        for array, variable in zip(self.arrays, self.variables, strict=True):
            number = array[index]
            exact = variable.is_exact
            found.append(Fraction(int(number), variable.denominator) if exact else Fraction(float(number)))
        return found

    def parameters(self) -> list[np.ndarray]:
        """The parameters themselves, as floats."""
        if self.variables is None:
            return self.arrays
        scales = [variable.denominator or 1 for variable in self.variables]
        return [array.astype(np.float64) / scale for array, scale in zip(self.arrays, scales, strict=True)]
