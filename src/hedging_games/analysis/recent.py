"""What was derived last is remembered: the next question is often about the same game."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The last ``most`` answers of this process, by what was asked."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._known: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """What is remembered of a question; None for nothing."""
        return self._known.get(key)

    def keep(self, key: K, value: V) -> V:
        """Remember one more, and forget the oldest where there are many."""
        while len(self._known) >= self.most:
            del self._known[next(iter(self._known))]
        self._known[key] = value
        return value

    def __call__(self, key: K, derive: Callable[[], V]) -> V:
        """The answer to a question, derived if it is not remembered; of work that an exception ends nothing is."""
        return self._known[key] if key in self._known else self.keep(key, derive())
