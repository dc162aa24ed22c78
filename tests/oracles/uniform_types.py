"""An oracle for an offer to somebody of a uniform type, at rational points: from the definition, in fractions, nothing shared with a solver.

One side chooses x in [0, 1] without knowing t, uniform on [low, high]; the other knows both, and takes the first or the second of two
actions. Each action is worth ``constant + slope_x*x + slope_t*t`` to each of them. The second is taken where its difference, linear in t, is
positive; where t does not matter to the other side, ties have no probability and the oracle does not answer.

What x is worth is summed over the two intervals of t: of a linear function that is length times the value in the middle. Between the numbers x
at which the cut point passes an end of [low, high] this is a quadratic in x, known from three of its values; so are the best x.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Linear = tuple[Fraction, Fraction, Fraction]
"""The constant, and the slopes in x and t."""


@dataclass(frozen=True)
class Offer:
    """What the first and the second action are worth to who offers (``a``) and who answers (``b``)."""

    a: tuple[Linear, Linear]
    b: tuple[Linear, Linear]
    low: Fraction
    high: Fraction

    def value(self, linear: Linear, x: Fraction, t: Fraction) -> Fraction:
        return linear[0] + linear[1] * x + linear[2] * t

    def second(self, x: Fraction) -> tuple[Fraction, Fraction]:
        """The interval of types that take the second action (empty: two equal ends)."""
        gain = [other - one for one, other in zip(*self.b, strict=True)]
        assert gain[2] != 0
        cut = min(max(-(gain[0] + gain[1] * x) / gain[2], self.low), self.high)
        return (cut, self.high) if gain[2] > 0 else (self.low, cut)

    def chance(self, x: Fraction) -> Fraction:
        """The probability of the second action."""
        start, end = self.second(x)
        return (end - start) / (self.high - self.low)

    def worth(self, who: tuple[Linear, Linear], x: Fraction) -> Fraction:
        """What x is worth, before the type is drawn."""
        start, end = self.second(x)
        parts = [(who[0], self.low, start), (who[1], start, end), (who[0], end, self.high)]
        total = sum(((v - u) * self.value(linear, x, (u + v) / 2) for linear, u, v in parts), Fraction(0))
        return total / (self.high - self.low)

    def best(self) -> list[tuple[Fraction, Fraction]]:
        """The best x, as closed intervals (a single one: two equal ends)."""
        gain = [other - one for one, other in zip(*self.b, strict=True)]
        borders = {Fraction(0), Fraction(1)}
        if gain[1] != 0:
            borders |= {-(gain[0] + gain[2] * end) / gain[1] for end in (self.low, self.high)}
        found: list[tuple[Fraction, Fraction]] = []
        for left, right in pairwise(sorted(x for x in borders if 0 <= x <= 1)):
            middle = (left + right) / 2
            u, v, w = (self.worth(self.a, x) for x in (left, middle, right))
            half = (right - left) / 2
            bend, slope = (u - 2 * v + w) / (2 * half**2), (w - u) / (2 * half)
            found += [(left, left), (right, right)]
            if bend == slope == 0:
                found.append((left, right))
            elif bend < 0:
                top = middle - slope / (2 * bend)
                found += [(top, top)] if left < top < right else []
        most = max(self.worth(self.a, x) for x, _ in found)
        return [(x, y) for x, y in found if self.worth(self.a, x) == most]

    def on_grid(self, levels: int) -> tuple[Fraction, Fraction]:
        """The best of ``levels`` offers k/(levels - 1) to as many equally likely types, the midpoints of equal parts of [low, high]: what it is
        worth to who offers, in whose favour ties are settled, and how probable the second action is then.
        """
        types = [self.low + (self.high - self.low) * (2 * k + 1) / (2 * levels) for k in range(levels)]
        found = []
        for k in range(levels):
            x = Fraction(k, levels - 1)
            taken = [
                max((self.value(self.b[m], x, t), self.value(self.a[m], x, t), -m) for m in range(2))[1:] for t in types
            ]
            found.append((sum(worth for worth, _ in taken) / levels, Fraction(sum(-m for _, m in taken), levels)))
        return max(found)


def fearon(share: Fraction, own_cost: Fraction, low: Fraction, high: Fraction) -> Offer:
    """Fearon's (1995) offer of x to a side that has ``share`` of the prize from war, at a cost drawn from [low, high]; the first action accepts."""
    zero, one = Fraction(0), Fraction(1)
    return Offer(
        ((one, -one, zero), (1 - share - own_cost, zero, zero)), ((zero, one, zero), (share, zero, -one)), low, high
    )
