"""Many formulas as one straight-line program: what they share is computed once, at every point and in every arithmetic.

A program is recorded by evaluating the formulas (`evaluation`) on `Wire`s instead of numbers. Constants fold as they come,
``x*0`` is 0 and ``x*1`` is x, equal operations are one operation, and what no output needs is dropped. A payoff that
depends on the history through indicators thus shrinks, history by history, to the few terms that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from hedging_games.algebra.arithmetic import Arithmetic
from hedging_games.algebra.compiling import Values, zero_denominator
from hedging_games.algebra.expressions.expression import Expression, names_in

_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE, _POWER = range(5)

Step: TypeAlias = tuple[int, int, int]
"""Operation, left operand, right operand (of a power: the exponent itself)."""

Value: TypeAlias = "Wire | Fraction"
"""What is being recorded: an open value, or a number that is known already."""


class Wire:
    """A value of a program being recorded. It offers ``+ - * / **`` and nothing else: it has no order, no truth."""

    __slots__ = ("index", "recorder")

    def __init__(self, recorder: Recorder, index: int) -> None:
        self.recorder = recorder
        self.index = index

    def __add__(self, other: Value) -> Value:
        return self if _is(other, 0) else self.recorder.commuting(_ADD, self, other)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        if _is(other, 0):
            return self
        if isinstance(other, Wire) and other.index == self.index:
            return Fraction(0)
        return self.recorder.step(_SUBTRACT, self, other)

    def __rsub__(self, other: Value) -> Value:
        return self.recorder.step(_SUBTRACT, other, self)

    def __neg__(self) -> Value:
        return self.recorder.step(_SUBTRACT, Fraction(0), self)

    def __mul__(self, other: Value) -> Value:
        if _is(other, 0):
            return Fraction(0)
        return self if _is(other, 1) else self.recorder.commuting(_MULTIPLY, self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Value) -> Value:
        if isinstance(other, Fraction):
            return self * (1 / other)
        return self.recorder.step(_DIVIDE, self, other)

    def __rtruediv__(self, other: Value) -> Value:
        return Fraction(0) if _is(other, 0) else self.recorder.step(_DIVIDE, other, self)

    def __pow__(self, exponent: int) -> Value:
        return self if exponent == 1 else self.recorder.power(self, exponent)

    def remember_divisor(self, written: Expression, values: Values) -> None:
        """Note how this divisor was written and what its names are worth, for the message if it turns out zero."""
        mentioned = {name.name: values[name.name] for name in names_in(written)}
        self.recorder.divisors.setdefault(self.index, (written, mentioned))


def _is(value: Value, number: int) -> bool:
    return type(value) is Fraction and value.numerator == number and value.denominator == 1


class Recorder:
    """Records one program: ask for its inputs, compute with them, then `finish` with the outputs."""

    def __init__(self) -> None:
        self.inputs: dict[str, Wire] = {}
        self.constants: dict[tuple[int, int], int] = {}
        self.steps: dict[Step, int] = {}
        self.divisors: dict[int, tuple[Expression, dict[str, Any]]] = {}
        self._count = 0

    def _new(self) -> int:
        self._count += 1
        return self._count - 1

    def input(self, name: str) -> Wire:
        """The wire of a named input."""
        if name not in self.inputs:
            self.inputs[name] = Wire(self, self._new())
        return self.inputs[name]

    def _index(self, value: Value) -> int:
        if isinstance(value, Wire):
            return value.index
        key = (value.numerator, value.denominator)  # hashed much faster than the fraction itself
        if key not in self.constants:
            self.constants[key] = self._new()
        return self.constants[key]

    def step(self, operation: int, left: Value, right: Value) -> Wire:
        """The wire of an operation, recorded once however often it is asked for."""
        return self._step((operation, self._index(left), self._index(right)))

    def commuting(self, operation: int, left: Value, right: Value) -> Wire:
        """As `step`, for an operation whose operands may change places."""
        first, second = sorted((self._index(left), self._index(right)))
        return self._step((operation, first, second))

    def power(self, base: Wire, exponent: int) -> Wire:
        """``base ** exponent``."""
        return self._step((_POWER, base.index, exponent))

    def _step(self, step: Step) -> Wire:
        if step not in self.steps:
            self.steps[step] = self._new()
        return Wire(self, self.steps[step])

    def finish(self, outputs: Sequence[Value]) -> Program:
        """The program that computes the outputs from the inputs asked for so far, without what they do not need."""
        asked = [self._index(output) for output in outputs]
        needed = set(asked)
        for (operation, left, right), index in reversed(self.steps.items()):
            if index in needed:
                needed.update((left,) if operation == _POWER else (left, right))
        constants = [(Fraction(*key), index) for key, index in self.constants.items() if index in needed]
        steps = [(step, index) for step, index in self.steps.items() if index in needed]
        order = [wire.index for wire in self.inputs.values()] + [index for _, index in constants + steps]
        place = {index: position for position, index in enumerate(order)}
        return Program(
            tuple(self.inputs),
            tuple(value for value, _ in constants),
            tuple((op, place[left], right if op == _POWER else place[right]) for (op, left, right), _ in steps),
            tuple(place[index] for index in asked),
            {place[index]: _noted(*note, place) for index, note in self.divisors.items() if index in needed},
        )


def _noted(written: Expression, mentioned: Mapping[str, Any], place: Mapping[int, int]) -> Divisor:
    worth = {
        name: place[value.index] if isinstance(value, Wire) else value
        for name, value in mentioned.items()
        if not isinstance(value, Wire) or value.index in place
    }
    return Divisor(written, worth)


@dataclass(frozen=True, slots=True)
class Divisor:
    """How a divisor was written, and for each of its names the number it stands for or (an int) the position of it."""

    written: Expression
    worth: Mapping[str, Fraction | int]


@dataclass(frozen=True, slots=True)
class Program:
    """A straight-line program: positions count the inputs first, then the constants, then the results of the steps.

    Attributes
    ----------
    inputs : the names of the values to be given.
    constants : exact numbers.
    steps : (operation, left, right) on positions; of a power ``right`` is the exponent.
    outputs : positions.
    divisors : position to how that divisor was written, for messages.
    """

    inputs: tuple[str, ...]
    constants: tuple[Fraction, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    divisors: Mapping[int, Divisor] = field(default_factory=dict)

    def run(self, values: Values, arithmetic: Arithmetic) -> list[Any]:
        """The outputs for the inputs' ``values``, which are numbers of the given arithmetic (or float arrays of it).

        Raises
        ------
        ExpressionError
            If a denominator is zero (for arrays: anywhere), naming it and the values.
        """
        lift = arithmetic.number
        found = [values[name] for name in self.inputs]
        found += [lift(constant) for constant in self.constants]
        add = found.append
        for operation, left, right in self.steps:
            if operation == _MULTIPLY:
                add(found[left] * found[right])
            elif operation == _ADD:
                add(found[left] + found[right])
            elif operation == _SUBTRACT:
                add(found[left] - found[right])
            elif operation == _POWER:
                add(found[left] ** right)
            else:
                self._refuse_zero(right, found)
                add(found[left] / found[right])
        return [found[position] for position in self.outputs]

    def _refuse_zero(self, position: int, found: Sequence[Any]) -> None:
        zero = found[position] == 0
        if isinstance(zero, np.ndarray):
            if not zero.any():
                return
            first: Callable[[Any], Any] = lambda value: np.broadcast_to(value, zero.shape)[zero][0]  # noqa: E731 - one use
        elif zero:
            first = lambda value: value  # noqa: E731 - one use
        else:
            return
        divisor = self.divisors[position]
        at = {name: first(found[w]) if type(w) is int else w for name, w in divisor.worth.items()}
        raise zero_denominator(divisor.written, at)
