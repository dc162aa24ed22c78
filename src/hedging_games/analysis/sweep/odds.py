"""In which supports three players with two actions each have an equilibrium: decided in integers, ties and continua included.

Write x, y, z for the odds of the players' first actions, numbers above zero where they mix. What player 1 gains by the first
action over the second is, up to a positive factor, a0·y·z + a1·y + a2·z + a3, where a0 … a3 are the gains at the others'
actions (first, first), (first, second), (second, first), (second, second); likewise b for player 2 in x and z, and c for
player 3 in x and y. A support carries an equilibrium exactly where such bilinear forms are zero or have a sign together
somewhere in the open orthant; each such question comes down to signs of rational numbers and of one square root (McKelvey
and McLennan 1997: generically at most two equilibria mix throughout). Nothing is assumed about ties. `odds_arrays` asks the
same for whole arrays and comes here where it is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any, Final

Gains = Sequence[Any]
"""Four exact numbers."""

SUPPORTS: Final = tuple(product(range(3), repeat=3))
"""What each player plays: 0 the first action, 1 the second, 2 both. Supports are numbered in this order."""


def supports(a: Gains, b: Gains, c: Gains) -> int:
    """A bit for each of `SUPPORTS` that carries an equilibrium (the game has integer or rational gains ``a, b, c``)."""
    found = 0
    for number, support in enumerate(SUPPORTS):
        mixing = [player for player in range(3) if support[player] == 2]
        asked = (_nobody, _one, _two, _everybody)[len(mixing)]
        if asked((a, b, c), support, mixing):
            found |= 1 << number
    return found


def others(player: int) -> tuple[int, int]:
    """The other two players, in order: the arguments of a player's gain."""
    return ((1, 2), (0, 2), (0, 1))[player]


def _at(gains: Gains, first: int, second: int) -> Any:
    """The gain at two pure actions of the others."""
    return gains[2 * first + second]


def _sign(action: int) -> int:
    return 1 if action == 0 else -1


def _nobody(games: Sequence[Gains], support: Sequence[int], _mixing: Sequence[int]) -> bool:
    return all(
        _sign(support[p]) * _at(games[p], *(support[o] for o in others(p))) >= 0  # nobody gains by moving
        for p in range(3)
    )


def line(gains: Gains, place: int, action: int) -> tuple[Any, Any]:
    """A gain as u·w + v, where the argument at ``place`` (0 or 1) is pure and w are the odds of the other one."""
    return (gains[2 * action], gains[2 * action + 1]) if place == 0 else (gains[action], gains[2 + action])


def _one(games: Sequence[Gains], support: Sequence[int], mixing: Sequence[int]) -> bool:
    """One player mixes, indifferent, and for some of its mixtures neither of the others gains by moving."""
    (player,) = mixing
    if _at(games[player], *(support[o] for o in others(player))) != 0:
        return False
    lines = []
    for p in others(player):
        third = 3 - player - p
        u, v = line(games[p], others(p).index(third), support[third])
        lines.append((_sign(support[p]) * u, _sign(support[p]) * v))
    return together(*lines)


def somewhere(u: Any, v: Any) -> bool:
    """Whether u·w + v >= 0 for some w > 0."""
    return bool(u > 0 or v > 0 or (u == 0 and v == 0))


def together(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Whether u·w + v >= 0 for both pairs at one and the same w > 0: each somewhere, and no bound above the other."""
    (u, v), (s, t) = one, other
    if not (somewhere(u, v) and somewhere(s, t)):
        return False
    return not ((u > 0 > s and v * s > t * u) or (s > 0 > u and t * u > v * s))


def _two(games: Sequence[Gains], support: Sequence[int], mixing: Sequence[int]) -> bool:
    """Two players keep each other indifferent, and the third does not gain by moving."""
    first, second = mixing
    third = 3 - first - second
    action = support[third]
    u, v = line(games[first], others(first).index(third), action)
    s, t = line(games[second], others(second).index(third), action)
    if not (_has_zero(u, v) and _has_zero(s, t)):
        return False
    g = [_sign(action) * value for value in games[third]]
    # The odds of `first` are -t/s, those of `second` -v/u; free where the line vanishes.
    if s == 0 and u == 0:
        return any(value > 0 for value in g) or not any(g)
    if u == 0:
        x = Fraction(-t, s)
        return somewhere(g[0] * x + g[2], g[1] * x + g[3])
    if s == 0:
        y = Fraction(-v, u)
        return somewhere(g[0] * y + g[1], g[2] * y + g[3])
    x, y = Fraction(-t, s), Fraction(-v, u)
    return bool(g[0] * x * y + g[1] * x + g[2] * y + g[3] >= 0)


def _has_zero(u: Any, v: Any) -> bool:
    """Whether u·w + v = 0 for some w > 0."""
    return bool(u * v < 0 or (u == 0 and v == 0))


# --- everybody mixes -------------------------------------------------------------------------------------------------------


def quadratic(a: Any, b: Any, c: Any) -> tuple[Any, Any, Any]:
    """Player 1's gain where y = -N/D and z = -M/E make players 3 and 2 indifferent, times D·E, as a polynomial in x
    (constant first); N = c1 x + c3, D = c0 x + c2, M = b1 x + b3, E = b0 x + b2. Numbers or arrays.
    """
    q0 = a[0] * c[3] * b[3] - a[1] * c[3] * b[2] - a[2] * c[2] * b[3] + a[3] * c[2] * b[2]
    q1 = (
        a[0] * (c[1] * b[3] + c[3] * b[1])
        - a[1] * (c[1] * b[2] + c[3] * b[0])
        - a[2] * (c[0] * b[3] + c[2] * b[1])
        + a[3] * (c[0] * b[2] + c[2] * b[0])
    )
    q2 = a[0] * c[1] * b[1] - a[1] * c[1] * b[0] - a[2] * c[0] * b[1] + a[3] * c[0] * b[0]
    return q0, q1, q2


def _everybody(games: Sequence[Gains], _support: Sequence[int], _mixing: Sequence[int]) -> bool:
    a, b, c = games
    return _determined(a, b, c) or _left_free(a, b, c) or _left_free((a[0], a[2], a[1], a[3]), c, b)


def _determined(a: Gains, b: Gains, c: Gains) -> bool:
    """Some x > 0 determines both y and z, and player 1 is indifferent there."""
    quadruple = ((c[0], c[2]), (c[1], c[3]), (b[0], b[2]), (b[1], b[3]))
    q0, q1, q2 = quadratic(a, b, c)
    if q0 == q1 == q2 == 0:
        return any(_opposite(quadruple, x) for x in _samples(quadruple))
    if q2 == 0:
        return q1 != 0 and -q0 * q1 > 0 and _opposite(quadruple, Fraction(-q0, q1))
    radicand = q1 * q1 - 4 * q2 * q0
    if radicand < 0:
        return False
    for side in (-1, 1):
        # x = (-q1 + side √radicand) / (2 q2); u x + v has the sign of 2 q2 (u (-q1 + side √) + 2 q2 v).
        def sign(u: Any, v: Any, side: int = side) -> int:
            return _sign_of_surd(2 * q2 * (2 * q2 * v - u * q1), 2 * q2 * u * side, radicand)

        if sign(1, 0) > 0 and all(sign(*one) * sign(*other) < 0 for one, other in (quadruple[:2], quadruple[2:])):
            return True
    return False


def _sign_of_surd(u: Any, v: Any, radicand: Any) -> int:
    """The sign of u + v √radicand, exactly, whether the radicand is a square or not."""
    if u >= 0 and v >= 0:
        return int(u > 0 or (v > 0 and radicand > 0))
    if u <= 0 and v <= 0:
        return -int(u < 0 or (v < 0 and radicand > 0))
    squares = u * u - v * v * radicand
    return (1 if u > 0 else -1) * (int(squares > 0) - int(squares < 0))


def _opposite(lines: Sequence[tuple[Any, Any]], x: Fraction) -> bool:
    """Whether the first two and the last two lines have opposite signs at x."""
    d, n, e, m = (u * x + v for u, v in lines)
    return bool(d * n < 0 and e * m < 0)


def _samples(lines: Sequence[tuple[Any, Any]]) -> Iterator[Fraction]:
    """Positive numbers, one in each interval between the positive zeros of lines, and these zeros."""
    zeros = sorted({Fraction(-v, u) for u, v in lines if u * v < 0})
    yield from zeros
    if not zeros:
        yield Fraction(1)
        return
    yield zeros[0] / 2
    yield from ((one + other) / 2 for one, other in pairwise(zeros))
    yield zeros[-1] + 1


def _left_free(a: Gains, b: Gains, c: Gains) -> bool:
    """Player 3 is indifferent whatever y is: at some x, or always; and the others are at some y > 0 and z > 0."""
    if not any(c):
        lines = ((b[0], b[1]), (b[2], b[3]), (a[0], a[1]), (a[2], a[3]))
        return any(_zero_at(lines[:2], z) and _zero_at(lines[2:], z) for z in _samples(lines))
    x = next((Fraction(-v, u) for u, v in ((c[0], c[2]), (c[1], c[3])) if u * v < 0), None)
    if x is None or c[0] * x + c[2] != 0 or c[1] * x + c[3] != 0:
        return False
    e, m = b[0] * x + b[2], b[1] * x + b[3]
    if e == m == 0:
        return not any(a) or max(a) > 0 > min(a)
    return bool(e * m < 0) and _zero_at(((a[0], a[1]), (a[2], a[3])), -m / e)


def _zero_at(lines: Sequence[tuple[Any, Any]], w: Fraction) -> bool:
    (u, v), (s, t) = lines
    return _has_zero(u * w + v, s * w + t)
