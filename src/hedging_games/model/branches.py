"""Formulas whose comparisons are left open: every way in which they can turn out, each with the signs that it supposes.

A formula is evaluated as usual (`algebra.compiling`), with rational functions in the place of numbers. Where it asks for an order, a
script answers; the formula is evaluated again until every answer has been given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, TypeVar

from hedging_games.errors import could_not_finish
from hedging_games.games.continuous import Guard, Sign

MOST_CASES: Final = 256
"""Ways in which the comparisons of one formula may turn out."""

_T = TypeVar("_T")


@dataclass(slots=True)
class Script:
    """Answers given in advance to the comparisons of one evaluation, and those asked beyond them (first yes).

    ``signs`` : the signs that a polynomial can have at all.
    """

    given: list[bool]
    signs: Callable[[Any], frozenset[int]]
    asked: int = 0
    known: dict[Any, frozenset[int]] = field(default_factory=dict)

    def holds(self, value: Any, relation: str) -> bool:
        """Whether a rational function stands in a relation to zero."""
        polynomial = value.numer if value.denom.is_ground else value.numer * value.denom
        if value.denom.is_ground and value.denom.LC < 0:
            polynomial = -polynomial
        wanted = _SIGNS[relation]
        if polynomial.is_ground:
            constant = polynomial.LC if polynomial else 0
            return (constant > 0) - (constant < 0) in wanted
        key, turned = _oriented(polynomial)
        if turned:
            wanted = frozenset(-sign for sign in wanted)
        possible = self.known.get(key) or self.signs(key)
        if possible <= wanted or not possible & wanted:
            return possible <= wanted
        if self.asked == len(self.given):
            self.given.append(True)
        answer = self.given[self.asked]
        self.asked += 1
        here = possible & wanted if answer else possible - wanted
        self.known[key] = here
        return answer

    def guard(self) -> Guard:
        """What the answers suppose."""
        return tuple(Sign(polynomial, _RELATIONS[signs]) for polynomial, signs in self.known.items())


_SIGNS: Final = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
    "<=": frozenset({-1, 0}),
    "<": frozenset({-1}),
    "any": frozenset({-1, 0, 1}),
}
_RELATIONS: Final = {signs: relation for relation, signs in _SIGNS.items()}


def _oriented(polynomial: Any) -> tuple[Any, bool]:
    """A polynomial with leading coefficient 1, and whether its sign was turned."""
    leading = polynomial.LC
    return polynomial.quo_ground(leading), leading < 0


class Open:
    """A rational function that computes beside exact numbers and lets a script decide its order."""

    __slots__ = ("script", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, script: Script) -> None:
        self.value = value
        self.script = script

    def _lifted(self, other: Any) -> Any:
        if isinstance(other, Open):
            return other.value
        field_ = self.value.field
        exact = Fraction(other)
        return field_.ground_new(field_.domain(exact.numerator, exact.denominator))

    def __add__(self, other: Any) -> Open:
        return Open(self.value + self._lifted(other), self.script)

    def __sub__(self, other: Any) -> Open:
        return Open(self.value - self._lifted(other), self.script)

    def __rsub__(self, other: Any) -> Open:
        return Open(self._lifted(other) - self.value, self.script)

    def __mul__(self, other: Any) -> Open:
        return Open(self.value * self._lifted(other), self.script)

    def __truediv__(self, other: Any) -> Open:
        return Open(self.value / self._lifted(other), self.script)

    def __rtruediv__(self, other: Any) -> Open:
        return Open(self._lifted(other) / self.value, self.script)

    def __pow__(self, exponent: int) -> Open:
        return Open(self.value**exponent, self.script)

    def __neg__(self) -> Open:
        return Open(-self.value, self.script)

    __radd__ = __add__
    __rmul__ = __mul__

    def _compared(self, other: Any, relation: str) -> bool:
        return self.script.holds(self.value - self._lifted(other), relation)

    def __lt__(self, other: Any) -> bool:
        return self._compared(other, "<")

    def __le__(self, other: Any) -> bool:
        return self._compared(other, "<=")

    def __gt__(self, other: Any) -> bool:
        return self._compared(other, ">")

    def __ge__(self, other: Any) -> bool:
        return self._compared(other, ">=")

    def __eq__(self, other: object) -> bool:
        return self._compared(other, "==")

    def __ne__(self, other: object) -> bool:
        return self._compared(other, "!=")


def branches(evaluate: Callable[[Script], _T], signs: Callable[[Any], frozenset[int]]) -> list[tuple[Guard, _T]]:
    """Every way in which an evaluation can turn out, with what it supposes; the suppositions exclude each other.

    ``signs`` tells the signs that a polynomial can have at all.

    Raises CouldNotFinish beyond `MOST_CASES`.
    """
    found: list[tuple[Guard, _T]] = []
    given: list[bool] = []
    while True:
        script = Script(given, signs)
        value = evaluate(script)
        found.append((script.guard(), value))
        if len(found) > MOST_CASES:
            raise could_not_finish(
                "payoff", f"comparisons in a formula turn out in more than {MOST_CASES} ways", "write fewer of them"
            )
        given = script.given[: script.asked]
        while given and not given[-1]:
            given.pop()
        if not given:
            return found
        given[-1] = False
