"""Sets of average payoffs of two players in repeated games."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Point: TypeAlias = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class PayoffSet:
    """A convex set that contains all average payoffs of two players in subgame-perfect equilibria.

    ``corners`` : counterclockwise; none if there is no equilibrium in pure actions and public lotteries. ``steps`` : of generation.
    ``settled`` : whether a further step changes next to nothing.
    """

    players: tuple[str, str]
    corners: tuple[Point, ...]
    steps: int
    settled: bool

    def __contains__(self, point: Sequence[Fraction]) -> bool:
        if not self.corners:
            return False
        x = (Fraction(point[0]), Fraction(point[1]))
        sides = zip(self.corners, (*self.corners[1:], *self.corners[:1]), strict=True)
        inside = all(turn(a, b, x) >= 0 for a, b in sides)
        return inside and all(min(c) <= y <= max(c) for c, y in zip(zip(*self.corners, strict=True), x, strict=False))

    def worst(self, k: int) -> Fraction | None:
        """The least that one of the two can get, at most as much as the worst equilibrium pays it; None for the empty set."""
        return min((corner[k] for corner in self.corners), default=None)


def turn(a: Point, b: Point, c: Point) -> Fraction:
    """Positive where the way from a by b to c turns left, 0 where it goes straight on."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
