"""Sets of numbers on the line: intervals with open, closed or infinite ends, and their finite unions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from hedging_games.algebra.algebraic import Exact, enclosure
from hedging_games.algebra.cells.rationals import simplest_between
from hedging_games.algebra.cells.roots import Number
from hedging_games.errors import input_error


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends; an end that is None is infinite (and never closed)."""

    low: Number | None
    high: Number | None
    low_closed: bool = True
    high_closed: bool = True

    def __post_init__(self) -> None:
        if self.low is None:
            object.__setattr__(self, "low_closed", False)
        if self.high is None:
            object.__setattr__(self, "high_closed", False)

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.high < self.low or (self.low == self.high and not (self.low_closed and self.high_closed))

    @property
    def point(self) -> bool:
        """Whether it holds exactly one number."""
        return self.low is not None and self.low == self.high and self.low_closed and self.high_closed

    def __contains__(self, number: Number | int) -> bool:
        if self.low is not None and (number < self.low or (number == self.low and not self.low_closed)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.high_closed)

    def sample(self) -> Number:
        """A number inside: the only one, or the simplest rational of the interior."""
        if self.empty:
            raise ValueError("an empty interval has no sample")
        if self.point:
            assert self.low is not None
            return self.low
        return between(self.low, self.high)

    def __str__(self) -> str:
        if self.point:
            return f"{{{self.low}}}"
        low = "-oo" if self.low is None else self.low
        high = "oo" if self.high is None else self.high
        return f"{'[' if self.low_closed else '('}{low}, {high}{']' if self.high_closed else ')'}"


Box = tuple[Interval, ...]
"""One interval with rational (or infinite) ends for each variable of the ring."""


def interval(low: int | Fraction | None, high: int | Fraction | None, ends: str = "[]") -> Interval:
    """An interval with rational ends; ``ends`` is one of ``[]``, ``()``, ``[)``, ``(]``."""
    return Interval(
        None if low is None else Fraction(low), None if high is None else Fraction(high), ends[0] == "[", ends[1] == "]"
    )


def open_interval(low: Number | None, high: Number | None) -> Interval:
    """The numbers strictly between two ends."""
    return Interval(low, high, low_closed=False, high_closed=False)


def between(low: Exact | None, high: Exact | None) -> Fraction:
    """A simple rational strictly between two different numbers, either of which may be infinite (None)."""
    if low is None and high is None:
        return Fraction(0)
    if low is None:
        assert high is not None
        return Fraction(0) if high > 0 else Fraction(floor(enclosure(high, Fraction(1))[0]) - 1)
    if high is None:
        return Fraction(0) if low < 0 else Fraction(floor(enclosure(low, Fraction(1))[1]) + 1)
    width = Fraction(1)
    while True:
        left, right = enclosure(low, width)[1], enclosure(high, width)[0]
        if left < right:
            return simplest_between(left, right)
        width /= 16


def rational(end: Any) -> Fraction:
    """The end of a box, which must be rational."""
    if type(end) is Fraction:
        return end
    if not isinstance(end, (int, Fraction)):
        raise input_error("condition", f"the end {end} of a range is irrational", "use rational ends for ranges")
    return Fraction(end)


def meet(first: Interval, second: Interval) -> Interval:
    """The numbers in both (possibly an empty interval)."""
    low, low_closed = first.low, first.low_closed
    if second.low is not None:
        if low is None or second.low > low:
            low, low_closed = second.low, second.low_closed
        elif second.low == low:
            low_closed = low_closed and second.low_closed
    high, high_closed = first.high, first.high_closed
    if second.high is not None:
        if high is None or second.high < high:
            high, high_closed = second.high, second.high_closed
        elif second.high == high:
            high_closed = high_closed and second.high_closed
    return Interval(low, high, low_closed, high_closed)


def join(pieces: Iterable[Interval]) -> tuple[Interval, ...]:
    """The union of intervals as the fewest disjoint ones, in increasing order."""
    merged: list[Interval] = []
    for piece in sorted((p for p in pieces if not p.empty), key=_Start):
        if merged and _touch(merged[-1], piece):
            last = merged[-1]
            high, high_closed = last.high, last.high_closed
            if high is not None and (piece.high is None or piece.high > high):
                high, high_closed = piece.high, piece.high_closed
            elif high is not None and piece.high == high:
                high_closed = high_closed or piece.high_closed
            merged[-1] = Interval(last.low, high, last.low_closed, high_closed)
        else:
            merged.append(piece)
    return tuple(merged)


def common(first: Sequence[Interval], second: Sequence[Interval]) -> tuple[Interval, ...]:
    """The intersection of two unions of intervals."""
    return join(meet(a, b) for a in first for b in second)


def outside(pieces: Sequence[Interval], within: Interval) -> tuple[Interval, ...]:
    """The numbers of ``within`` that lie in none of the pieces."""
    left = join([within])
    for piece in join(pieces):
        below = Interval(None, piece.low, high_closed=not piece.low_closed)
        above = Interval(piece.high, None, low_closed=not piece.high_closed)
        rest = ([below] if piece.low is not None else []) + ([above] if piece.high is not None else [])
        left = common(left, rest)
    return left


class _Start:
    """Orders intervals by where they start: infinite first, a closed start before an open one at the same place."""

    __slots__ = ("piece",)

    def __init__(self, piece: Interval) -> None:
        self.piece = piece

    def __lt__(self, other: _Start) -> bool:
        mine, theirs = self.piece, other.piece
        if mine.low is None or theirs.low is None:
            return mine.low is None and theirs.low is not None
        if mine.low == theirs.low:
            return mine.low_closed and not theirs.low_closed
        return mine.low < theirs.low


def _touch(first: Interval, second: Interval) -> bool:
    """Whether the union of two intervals, the first starting no later, is an interval."""
    if first.high is None or second.low is None:
        return True
    if second.low == first.high:
        return first.high_closed or second.low_closed
    return second.low < first.high
