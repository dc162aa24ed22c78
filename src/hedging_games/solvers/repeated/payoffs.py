"""What two players can get on average in a repeated game: a set from outside, by half planes (Judd, Yeltekin and Conklin 2003).

The set of average payoffs of subgame-perfect equilibria, with public randomisation, is the largest one that *generates* itself (Abreu, Pearce
and Stacchetti 1990): each of its points is ``(1 - d) now + d later`` with a later point of the set, such that nobody gains by a deviation and
the worst of the set later. Whatever contains the set still does so after a step of generation; here a step keeps a half plane for each of some
directions. Those are given ones, and the sides of what is generated. All numbers are fractions; those of half planes are rounded outwards, so that they stay short.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, gcd
from typing import Final

from hedging_games.algebra.formulas.formula import TRUE
from hedging_games.solvers.repeated.punishments import Punishments
from hedging_games.theory.payoff_set import PayoffSet, Point, turn

DIRECTIONS: Final = tuple((a, b) for a in range(-3, 4) for b in range(-3, 4) if gcd(a, b) == 1)
"""Those in which the set is bounded, beside the sides of what can be paid at all."""

GRAIN: Final = 10**9
"""Half planes are rounded outwards to a multiple of one in so many."""

FINE: Final = 10**4
"""Directions are told by whole numbers up to this."""

SMALL: Final = Fraction(1, 10**6)
"""When no half plane moves by more than this the set is as small as it is made."""

MOST_STEPS: Final = 400
"""Steps of generation after which the set is left as it is."""


def payoff_set(punishments: Punishments) -> PayoffSet:
    """The set of a game in which exactly two players look ahead, at a point."""
    first, second = punishments.patient
    players = punishments.period.game.players
    cells = _cells(punishments)
    corners = hull([now for now, _ in cells])
    directions = sorted({*DIRECTIONS, *_normals(corners)})
    bounds = [max(_dot(direction, point) for point in corners) for direction in directions]
    steps = 0
    settled = False
    while corners and not settled and steps < MOST_STEPS:
        punishments.period.check()
        steps += 1
        generated = _generated(punishments, cells, corners)
        if not generated:
            corners, settled = (), True
            break
        fresh = [
            min(old, _up(max(_dot(direction, point) for point in generated)))
            for direction, old in zip(directions, bounds, strict=True)
        ]
        settled = all(old - new <= SMALL for old, new in zip(bounds, fresh, strict=True))
        bounds = fresh
        sides = _normals(hull(generated))
        beside = [_up(max(_dot(side, point) for point in generated)) for side in sides]
        corners = _cut([*directions, *sides], [*bounds, *beside], corners)
    return PayoffSet((players[first], players[second]), corners, steps, settled)


def _cells(punishments: Punishments) -> list[tuple[Point, Point]]:
    """What can be played in a period: what it pays the two, and what a deviation pays each at least."""
    period = punishments.period
    places = [period.movers.index(player) for player in punishments.patient]
    found = []
    for play in period.plays:
        myopic = ((k, player) for k, player in enumerate(period.movers) if player not in punishments.patient)
        if any(punishments.keeps(k, play, play.worth[i], play.worth[i]) != TRUE for k, i in myopic):
            continue
        now = tuple(play.worth[player] for player in punishments.patient)
        best = [punishments.best_deviation(k, play) for k in places]
        found.append(((now[0], now[1]), (best[0], best[1])))
    return found


def _generated(
    punishments: Punishments, cells: Sequence[tuple[Point, Point]], corners: tuple[Point, ...]
) -> list[Point]:
    """Corners of what the set generates, by what is played now."""
    d = [punishments.discounts[player] for player in punishments.patient]
    worst = [_low(corners, k) for k in range(2)]
    found: list[Point] = []
    for now, best in cells:
        kept = corners
        for k in range(2):
            least = (1 - d[k]) * (best[k] - now[k]) + d[k] * worst[k]  # d*later has to be as much
            kept = _clipped(kept, k, least, d[k])
        found += [((1 - d[0]) * now[0] + d[0] * x, (1 - d[1]) * now[1] + d[1] * y) for x, y in kept]
    return found


def _clipped(corners: tuple[Point, ...], k: int, least: Fraction, d: Fraction) -> tuple[Point, ...]:
    """The part of a polygon in which ``d`` times a coordinate is at least so much."""
    found: list[Point] = []
    for n, b in enumerate(corners):
        a = corners[n - 1]
        at_a, at_b = d * a[k] - least, d * b[k] - least
        if at_a * at_b < 0:
            share = at_a / (at_a - at_b)
            found.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if at_b >= 0:
            found.append(b)
    return tuple(dict.fromkeys(found))


def _cut(
    directions: Sequence[tuple[int, int]], bounds: Sequence[Fraction], corners: tuple[Point, ...]
) -> tuple[Point, ...]:
    """A polygon cut by half planes."""
    for (a, b), bound in zip(directions, bounds, strict=True):
        found: list[Point] = []
        for n, q in enumerate(corners):
            p = corners[n - 1]
            at_p, at_q = bound - a * p[0] - b * p[1], bound - a * q[0] - b * q[1]
            if at_p * at_q < 0:
                share = at_p / (at_p - at_q)
                found.append((p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])))
            if at_q >= 0:
                found.append(q)
        corners = tuple(dict.fromkeys(found))
    return hull(corners)


def hull(points: Sequence[Point]) -> tuple[Point, ...]:
    """The corners of the convex hull, counterclockwise (Andrew 1979)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return tuple(ordered)
    sides: list[list[Point]] = []
    for line in (ordered, ordered[::-1]):
        side: list[Point] = []
        for point in line:
            while len(side) > 1 and turn(side[-2], side[-1], point) <= 0:
                side.pop()
            side.append(point)
        sides.append(side[:-1])
    return tuple(sides[0] + sides[1])


def _dot(direction: tuple[int, int], point: Point) -> Fraction:
    return direction[0] * point[0] + direction[1] * point[1]


def _normals(corners: tuple[Point, ...]) -> list[tuple[int, int]]:
    """The outward directions of a polygon's sides, as whole numbers that are not large: nearly those, where that is not possible."""
    found = []
    for n, b in enumerate(corners):
        a = corners[n - 1]
        x, y = b[1] - a[1], a[0] - b[0]
        size = max(abs(x), abs(y))
        if size > SMALL:
            scale = min(Fraction(x.denominator * y.denominator), FINE / size)
            p, q = round(x * scale), round(y * scale)
            found.append((p // gcd(p, q), q // gcd(p, q)))
    return found


def _low(corners: tuple[Point, ...], k: int) -> Fraction:
    return min(point[k] for point in corners)


def _up(number: Fraction) -> Fraction:
    return Fraction(ceil(number * GRAIN), GRAIN)
