"""Numbers chosen at once, payoffs concave and quadratic in one's own: all equilibria, from the definition.

A mover's slope is linear in all numbers and falls in its own. So x is an equilibrium exactly if each mover is at its low end with a slope
of at most zero, at its high end with one of at least zero, or has slope zero. For each of the 3^n patterns these are finitely many closed
polytopes; their vertices are found by making constraints tight. Nothing of the package is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction as F
from itertools import combinations, product

Row = tuple[F, ...]
"""Coefficients of a linear form: one for each number, then the constant."""


@dataclass(frozen=True)
class Quadratic:
    """``slopes[i]`` : the derivative of mover i's payoff in its own number; ``ends[i]`` : low and high."""

    slopes: tuple[Row, ...]
    ends: tuple[tuple[F, F], ...]

    def text(self) -> str:
        """The game as a model file; what others choose matters to everybody in further ways."""
        n = len(self.ends)
        lines = ["title: Numbers at once", f"players: [{', '.join(f'P{i}' for i in range(n))}]", "play:"]
        for i, (low, high) in enumerate(self.ends):
            lines.append(f"  x{i}: {{by: P{i}, actions: {{from: {low}, to: {high}}}}}")
        lines.append("payoffs:")
        for i, slope in enumerate(self.slopes):
            terms = [f"({c})*x{k}*x{i}" if k != i else f"({c / 2})*x{i}**2" for k, c in enumerate(slope[:-1])]
            others = [f"x{k}**2" for k in range(n) if k != i]
            lines.append(f"  P{i}: {' + '.join([*terms, f'({slope[-1]})*x{i}', *others])}")
        return "\n".join([*lines, "hedge: x0 > 0"])

    def is_equilibrium(self, x: Sequence[F]) -> bool:
        for i, (low, high) in enumerate(self.ends):
            slope = value(self.slopes[i], x)
            if not low <= x[i] <= high or (slope > 0 and x[i] < high) or (slope < 0 and x[i] > low):
                return False
        return True

    def polytopes(self) -> Iterator[list[tuple[F, ...]]]:
        """The vertices of the equilibria of each pattern that has any."""
        n = len(self.ends)
        own = [tuple(F(int(i == k)) for k in range(n)) for i in range(n)]
        for pattern in product(("low", "high", "flat"), repeat=n):
            zero, positive = [], []
            for i, kind in enumerate(pattern):
                low, high = self.ends[i]
                at_low, at_high = (*own[i], -low), (*(-c for c in own[i]), high)
                slope = self.slopes[i]
                if kind == "flat":
                    zero.append(slope)
                    positive += [at_low, at_high]
                else:
                    zero.append(at_low if kind == "low" else at_high)
                    positive.append(tuple(-c for c in slope) if kind == "low" else slope)
            vertices = set()
            for more in range(n + 1):
                for tight in combinations(positive, more):
                    x = solution([*zero, *tight], n)
                    if x is not None and all(value(row, x) >= 0 for row in positive):
                        vertices.add(x)
            if vertices:
                yield sorted(vertices)


def value(row: Row, x: Sequence[F]) -> F:
    return sum((c * number for c, number in zip(row, x, strict=False)), row[-1])


def solution(rows: Sequence[Row], n: int) -> tuple[F, ...] | None:
    """The only point at which linear forms vanish; None if there is none or more than one."""
    left = [list(row) for row in rows]
    pivots = []
    for column in range(n):
        pivot = next((row for row in left if row[column] != 0), None)
        if pivot is None:
            return None
        left = [row for row in left if row is not pivot]
        for row in left:
            factor = row[column] / pivot[column]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        pivots.append(pivot)
    if any(row[-1] != 0 for row in left):
        return None
    x = [F(0)] * n
    for column in reversed(range(n)):
        pivot = pivots[column]
        known = sum((pivot[k] * x[k] for k in range(column + 1, n)), pivot[-1])
        x[column] = -known / pivot[column]
    return tuple(x)


# --- two movers, payoffs in pieces: kinks, or a later decision ------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A payoff along one's own number, on an open interval: ``a*x^2 + b*x + c``."""

    low: F
    high: F
    a: F
    b: F
    c: F

    def at(self, x: F) -> F:
        return self.a * x * x + self.b * x + self.c

    def most(self) -> F:
        """The supremum: that of the ends (in the limit) and of the top, if it is inside."""
        found = [self.at(self.low), self.at(self.high)]
        if self.a < 0 and self.low < -self.b / (2 * self.a) < self.high:
            found.append(self.at(-self.b / (2 * self.a)))
        return max(found)


def gains(worth: F, lines: Sequence[Line], points: Sequence[F]) -> bool:
    """Whether some number is worth more: on an open interval, or at one of the points between them."""
    return any(line.most() > worth for line in lines) or any(point > worth for point in points)
