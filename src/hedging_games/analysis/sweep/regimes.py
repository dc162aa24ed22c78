"""Regimes: sets of equilibria, told apart by a number at every point and named once.

The number says which outcomes are equilibria: a bit for each where they fit, else the sum of 62-bit digests of their
labels (so two different sets share a number with a probability of about 10^-18). It depends on nothing but the set; with continuous
choices, of whose outcomes the actions alone are told, on the answer too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np

from hedging_games.analysis.sweep.task import COULD_NOT_FINISH, NOT_ADMISSIBLE

MOST_BITS: Final = 60
"""Outcomes up to which each has a bit of its own."""

MOST_COUNTED: Final = 1 << 20
"""Numbers of regimes up to which they are counted in an array, without sorting."""

_PLACES: Final = 1 << 16
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_SHIFT: Final = np.uint64(48)
"""Multiplied by 2^64 over the golden ratio, the highest 16 bits of a number spread it over `_PLACES`."""

MOST_NAMED: Final = 500
"""Regimes that are named; a sweep with more lists the most frequent ones."""


def digests(labels: Sequence[str], bits: int) -> list[int]:
    """The code of each outcome: its bit, or (``bits`` 0) a digest of its label."""
    if bits:
        return [1 << k for k in range(len(labels))]
    return [digest(label) for label in labels]


@lru_cache(maxsize=256)
def sums_of(codes: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    """The sum of the codes that the bits of each index choose."""
    sums = np.zeros(1, dtype)
    for code in codes:
        sums = np.concatenate([sums, sums + dtype.type(code)])
    return sums


def digest(label: str) -> int:
    """62 bits that stand for a label."""
    from hashlib import sha256

    return int.from_bytes(sha256(label.encode()).digest()[:8], "big") % (2**62 - 1) + 1


@dataclass(slots=True)
class Tally:
    """Counts over chunks: admissible points, those with the event in some and in every equilibrium, those that could not
    be finished, and for each regime (without regimes, each pair of flags, see `answer_codes`) how many points and the first one (its number in the
    whole design).
    """

    points: int = 0
    admissible: int = 0
    some: int = 0
    every: int = 0
    unfinished: int = 0
    regimes: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Take in another tally."""
        self.points += other.points
        self.admissible += other.admissible
        self.some += other.some
        self.every += other.every
        self.unfinished += other.unfinished
        for code, (count, first) in other.regimes.items():
            known = self.regimes.get(code, (0, first))
            self.regimes[code] = (known[0] + count, min(known[1], first))


def tally(arrays: Mapping[str, np.ndarray], box: Sequence[tuple[int, int]], shape: Sequence[int]) -> Tally:
    """The counts of one chunk."""
    some, every = arrays["some"], arrays["every"]
    found = Tally(
        points=some.size,
        admissible=int(np.count_nonzero(some != NOT_ADMISSIBLE)),
        some=int(np.count_nonzero(some == 1)),
        every=int(np.count_nonzero(every == 1)),
        unfinished=int(np.count_nonzero((some == COULD_NOT_FINISH) | (every == COULD_NOT_FINISH))),
    )
    codes_of_points = arrays["regime"] if "regime" in arrays else answer_codes(some, every)
    if codes_of_points.size:
        flat = codes_of_points.ravel()
        is_small = flat.dtype.itemsize <= 2 or int(flat.max()) < MOST_COUNTED
        sizes = [stop - start for start, stop in box]
        for code, number, first in _counted(flat) if is_small else _counted_by_place(flat):
            within = np.unravel_index(first, sizes)
            place = tuple(int(k) + start for k, (start, _) in zip(within, box, strict=True))
            found.regimes[int(code)] = (int(number), int(np.ravel_multi_index(place, tuple(shape))))
    return found


def _counted(numbers: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Each of some small numbers, how often it is there, and where first."""
    counts = np.bincount(numbers.astype(np.intp, copy=False))
    met = np.flatnonzero(counts)
    first_of = np.empty(len(counts), dtype=np.int64)
    # Where an index is assigned to more than once the last value stays: here that of the first point.
    first_of[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    return zip(met.tolist(), counts[met].tolist(), first_of[met].tolist(), strict=True)


def _counted_by_place(numbers: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """The same for numbers of any size: each has a place among `_PLACES` (Knuth 1998, section 6.4), and those whose place another one had first
    are sorted.
    """
    places = (numbers.astype(np.uint64, copy=False) * _GOLDEN >> _SHIFT).astype(np.intp)
    holder = np.zeros(_PLACES, dtype=numbers.dtype)
    holder[places[::-1]] = numbers[::-1]
    others = np.flatnonzero(holder[places] != numbers)
    places[others] = _PLACES
    for place, count, first in _counted(places):
        if place < _PLACES:
            yield int(holder[place]), count, first
    for code, first, count in zip(*np.unique(numbers[others], return_index=True, return_counts=True), strict=True):
        yield int(code), int(count), int(others[first])


def answer_codes(some: np.ndarray, every: np.ndarray) -> np.ndarray:
    """One small number for each pair of flags."""
    return np.asarray((some - COULD_NOT_FINISH) * 4 + every - COULD_NOT_FINISH, dtype=np.uint8)


def with_answers(regime: Any, some: Any, every: Any) -> Any:
    """The codes of regimes with the flags counted in: where outcomes are told apart by their actions and the event depends on numbers too."""
    return (regime + _answer_digests()[answer_codes(np.asarray(some), np.asarray(every))]) % np.uint64(2**62)


@lru_cache(maxsize=1)
def _answer_digests() -> np.ndarray:
    return np.array([digest(f"answer {code}") for code in range(16)], np.uint64)


def flags_of(code: int) -> tuple[int, int]:
    """The flags that `answer_codes` has a number for."""
    some, every = divmod(code, 4)
    return some + COULD_NOT_FINISH, every + COULD_NOT_FINISH


@dataclass(frozen=True, slots=True)
class Regime:
    """A set of equilibria that the sweep met.

    Attributes
    ----------
    code : the number in the variable ``regime``. points : how many points have it.
    equilibria : the outcomes that stand (and `events.MIXTURES` where players who mix at a tie change the answer). hedging : ``every``, ``some``, ``none``, or why there is no answer.
    first : the first point with it, by parameter. There the exact solver was asked again and agreed, unless ``checked`` is
        False (where it is not the same solver that was asked in the first place, or the list of regimes is too long).
    """

    code: int
    points: int
    equilibria: tuple[str, ...]
    hedging: str
    first: Mapping[str, Fraction]
    checked: bool

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        first = {name: str(value) for name, value in self.first.items()}
        return {
            "code": str(self.code),
            "points": self.points,
            "equilibria": list(self.equilibria),
            "hedging": self.hedging,
            "first": first,
            "checked": self.checked,
        }
