"""The pieces of the equilibrium set of three players with two actions each: points, arcs, regions of faces, cylinders.

Write x, y, z for the probabilities of the first actions and f1(y, z), f2(x, z), f3(x, y) for the players' gains by them,
each bilinear. In the closed set where some players sit at 0 or 1 and the others' gains vanish, the equations factor
(`hedging_games.algebra.multiaffine.factors`): every factor fixes a probability or ties two by a Möbius function. So
every piece is a point, an arc with rational ends, a region of a face bounded by a hyperbola, or a cylinder over an arc;
only points where everybody mixes can be irrational, roots of a quadratic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.multiaffine import (
    Affine,
    Arc,
    along,
    arc,
    changes_sign,
    corner_values,
    factors,
    lies_in,
    point_arc,
    restricted,
    variables_of,
)

HALF = Fraction(1, 2)
PLAYERS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A closed connected set of equilibria: what its points satisfy, its boundary curves, and a point inside.

    ``pure`` maps players who do not mix to 0 or 1. For a piece of dimension 0 or 1 the boundary is the piece itself.
    """

    pure: dict[int, int]
    equations: tuple[Affine, ...]
    inequalities: tuple[Affine, ...]
    dimension: int
    boundary: tuple[Arc, ...]
    sample: tuple[Any, ...]


def pieces_with(pure: dict[int, int], advantages: Sequence[Affine]) -> Iterator[Piece]:
    """The pieces of the closed set in which ``pure`` players sit at 0 or 1, that are not on its boundary.

    The caller has seen to it that every pure player's gain has the right sign, or is zero, at some corner of the face.
    """
    if len(pure) == PLAYERS:
        yield from _point(_Face(pure, pure, ()))
        return
    choices, inequalities = [], []
    for player in range(PLAYERS):
        f = advantages[player]
        for other, x in pure.items():
            f = restricted(f, other, x)
        if player in pure:
            inequalities.append(f if pure[player] == 1 else tuple(-c for c in f))
        elif any(f):
            choices.append([factor for factor in factors(f) if changes_sign(factor)])
    for choice in product(*choices):
        yield from _pieces_of(pure, choice, inequalities)


def _pieces_of(pure: dict[int, int], equations: Sequence[Affine], inequalities: Sequence[Affine]) -> Iterator[Piece]:
    """The pieces where all of some irreducible equations vanish, inside the face given by ``pure``."""
    solved = _fixed_values(pure, equations)
    if solved is None:
        return
    values, ties = solved
    free = [player for player in range(PLAYERS) if player not in values]
    left = []
    for inequality in inequalities:
        f = inequality
        for player, x in values.items():
            if player not in pure:
                f = restricted(f, player, x)
        if any(f):
            left.append(f)
    face = _Face(pure, values, tuple(left))
    if not free:
        yield from _point(face)
    elif ties:
        yield from _curves(face, free, ties)
    elif len(free) == 1:
        yield from _segment(face, free[0])
    elif len(free) == 2:
        yield from _regions(face, free)
    else:
        yield Piece(pure, (), (), PLAYERS, (), (HALF,) * PLAYERS)


def _fixed_values(pure: dict[int, int], equations: Sequence[Affine]) -> tuple[dict[int, Any], list[Affine]] | None:
    """The probabilities that the equations fix, strictly between 0 and 1 for players who mix, and the equations that
    then still tie two probabilities; None where they contradict each other.
    """
    values: dict[int, Any] = dict(pure)
    waiting = list(equations)
    progress = True
    while progress:
        progress = False
        for f in list(waiting):
            g = f
            for player, x in values.items():
                if player not in pure:
                    g = restricted(g, player, x)
            occurring = variables_of(g)
            if len(occurring) == 2:
                continue
            waiting.remove(f)
            if not occurring:
                if g[0] != 0:
                    return None
                continue
            x = Fraction(-g[0]) / g[1 << occurring[0]]
            if not 0 < x < 1:
                return None
            values[occurring[0]] = x
            progress = True
    return values, waiting


@dataclass(frozen=True, slots=True)
class _Face:
    """Where a piece lives: the ``pure`` players, all fixed ``values`` (theirs and others'), the inequalities left."""

    pure: dict[int, int]
    values: dict[int, Any]
    inequalities: tuple[Affine, ...]

    @property
    def equations(self) -> tuple[Affine, ...]:
        return tuple(
            _line({0: -Fraction(x).numerator, 1 << player: Fraction(x).denominator})
            for player, x in self.values.items()
        )

    def ratios(self, moving: dict[int, tuple[Any, Any, Any, Any]]) -> list[tuple[Any, Any, Any, Any]]:
        """The coordinates of an arc on which some players move and the others keep their values."""
        return [moving[p] if p in moving else (self.values[p], 0, 1, 0) for p in range(PLAYERS)]


def _line(coefficients: dict[int, Any]) -> Affine:
    return tuple(coefficients.get(mask, 0) for mask in range(1 << PLAYERS))


PARAMETER = (0, 1, 1, 0)
"""The coordinate that is the parameter itself."""


def _point(face: _Face) -> Iterator[Piece]:
    if all(f[0] > 0 for f in face.inequalities):
        point = tuple(face.values[player] for player in range(PLAYERS))
        yield Piece(face.pure, face.equations, (), 0, (point_arc(point),), point)


def _segment(face: _Face, player: int) -> Iterator[Piece]:
    span = _span(face.inequalities, player)
    if span is None or (span[0] == span[1] and span[0] in (0, 1)):
        return
    curve = arc(face.ratios({player: PARAMETER}), *span)
    if curve.is_point:
        values = {**face.values, player: span[0]}
        yield from _point(_Face(face.pure, values, ()))
        return
    yield Piece(face.pure, face.equations, _between(player, *span), 1, (curve,), curve.at((span[0] + span[1]) / 2))


def _span(inequalities: Sequence[Affine], player: int) -> tuple[Fraction, Fraction] | None:
    """The part of [0, 1] on which inequalities in one probability hold, None for none."""
    low, high = Fraction(0), Fraction(1)
    for f in inequalities:
        constant, slope = f[0], f[1 << player]
        if slope == 0:
            if constant < 0:
                return None
        elif slope > 0:
            low = max(low, Fraction(-constant) / slope)
        else:
            high = min(high, Fraction(-constant) / slope)
    return (low, high) if low <= high else None


def _between(player: int, low: Fraction, high: Fraction) -> tuple[Affine, ...]:
    """Low <= x <= high as inequalities, without those that every probability satisfies."""
    bounds = []
    if low > 0:
        bounds.append(_line({0: -low.numerator, 1 << player: low.denominator}))
    if high < 1:
        bounds.append(_line({0: high.numerator, 1 << player: -high.denominator}))
    return tuple(bounds)


# --- arcs and cylinders: probabilities tied by Möbius functions


def _tied(tie: Affine, by: int, other: int) -> tuple[Any, Any, Any, Any]:
    """The probability of ``other`` as a ratio of lines in that of ``by``, from an irreducible equation in the two."""
    b, o = 1 << by, 1 << other
    return -tie[0], -tie[b], tie[o], tie[b | o]


def _curves(face: _Face, free: Sequence[int], ties: Sequence[Affine]) -> Iterator[Piece]:
    """The pieces on which one to three equations tie the free probabilities."""
    pairs = {tuple(variables_of(tie)): tie for tie in ties}
    hub = next(p for p in free if sum(p in pair for pair in pairs) == min(len(pairs), 2))
    moving = {hub: PARAMETER}
    spokes = [pair for pair in pairs if hub in pair]
    for pair in spokes:
        other = pair[0] if pair[1] == hub else pair[1]
        moving[other] = _tied(pairs[pair], hub, other)
    closing = [tie for pair, tie in pairs.items() if hub not in pair]
    still_free = [p for p in free if p not in moving]
    if closing:
        curve = Arc(tuple(face.ratios(moving)), Fraction(0), Fraction(1))
        condition = along(closing[0], curve)
        if condition:
            yield from _crossings(face, curve, condition)
            return
    equations = face.equations + tuple(pairs[pair] for pair in spokes)
    for low, high in _inside_the_cube(moving):
        bounds = _between(hub, low, high)
        if still_free:
            yield _cylinder(face, moving, still_free[0], span=(low, high), equations=equations, bounds=bounds)
        else:
            curve = arc(face.ratios(moving), low, high)
            yield Piece(face.pure, equations, bounds, 1, (curve,), curve.at((low + high) / 2))


def _crossings(face: _Face, curve: Arc, condition: list[Any]) -> Iterator[Piece]:
    """The points strictly inside the cube at which a curve satisfies one more equation in its parameter."""
    for t in real_roots(condition):
        if not 0 < t < 1 or any(d0 + d1 * t == 0 for _, _, d0, d1 in curve.ratios):
            continue
        point = tuple((n0 + n1 * t) / (d0 + d1 * t) for n0, n1, d0, d1 in curve.ratios)
        if all(0 < x < 1 for x in point):
            yield Piece(face.pure, (), (), 0, (point_arc(point),), point)


def _inside_the_cube(moving: dict[int, tuple[Any, Any, Any, Any]]) -> list[tuple[Fraction, Fraction]]:
    """The intervals of the parameter in [0, 1] on which every tied probability lies in [0, 1].

    A Möbius function passes through 0, 1 or its pole once each, so it stays in or out between those parameters.
    """
    breaks = {Fraction(0), Fraction(1)}
    for n0, n1, d0, d1 in moving.values():
        for c0, c1 in ((n0, n1), (n0 - d0, n1 - d1), (d0, d1)):
            if c1 != 0 and 0 < Fraction(-c0) / c1 < 1:
                breaks.add(Fraction(-c0) / c1)
    ordered = sorted(breaks)
    inside = []
    for low, high in pairwise(ordered):
        t = (low + high) / 2
        if all(0 < (n0 + n1 * t) / (d0 + d1 * t) < 1 for n0, n1, d0, d1 in moving.values()):
            inside.append((low, high))
    return inside


def _cylinder(
    face: _Face,
    moving: dict[int, tuple[Any, Any, Any, Any]],
    player: int,
    *,
    span: tuple[Fraction, Fraction],
    equations: tuple[Affine, ...],
    bounds: tuple[Affine, ...],
) -> Piece:
    """The surface over an arc along which one more player's probability is free."""
    base = arc(face.ratios({**moving, player: (HALF, 0, 1, 0)}), *span)
    rims = [arc(face.ratios({**moving, player: (x, 0, 1, 0)}), *span) for x in (0, 1)]
    sides = []
    for end in base.ends:
        ratios = [(x, 0, 1, 0) for x in end]
        ratios[player] = PARAMETER
        sides.append(arc(ratios, 0, 1))
    return Piece(face.pure, equations, bounds, 2, (*rims, *sides), base.at((span[0] + span[1]) / 2))


# --- regions of a face, bounded by a hyperbola


def _regions(face: _Face, free: Sequence[int]) -> Iterator[Piece]:
    """The connected regions of the square of two free probabilities where the third player keeps to its choice."""
    signs = [f for f in face.inequalities if min(corner_values(f)) < 0]
    if not signs:
        yield _region(face, free, (), ())
        return
    (f,) = signs
    corners = corner_values(f)
    if max(corners) <= 0:
        return
    for separators in _separators(f, free, corners):
        yield _region(face, free, (f,), separators)


def _separators(f: Affine, free: Sequence[int], corners: Sequence[Any]) -> list[tuple[Affine, ...]]:
    """One tuple of additional inequalities for each connected region of {f >= 0} with points inside the square.

    Write f = d (u - u0)(v - v0) + e. The set falls into two parts exactly when the saddle (u0, v0) is inside the
    square, f is negative there and not negative at two opposite corners; the line u = u0 separates them. A part may be
    no more than its corner.
    """
    u, v = (1 << player for player in free)
    d = f[u | v]
    if d == 0:
        return [()]
    u0, v0, e = Fraction(-f[v]) / d, Fraction(-f[u]) / d, f[0] - Fraction(f[u] * f[v]) / d
    low, high = ((0, u | v) if d > 0 else (v, u)) if e < 0 else (None, None)
    if low is None or high is None or not (0 < u0 < 1 and 0 < v0 < 1) or min(corners[low], corners[high]) < 0:
        return [()]
    below = _line({0: u0.numerator, u: -u0.denominator})
    above = _line({0: -u0.numerator, u: u0.denominator})
    return [(side,) for corner, side in ((low, below), (high, above)) if corners[corner] > 0]


def _region(face: _Face, free: Sequence[int], signs: tuple[Affine, ...], separators: tuple[Affine, ...]) -> Piece:
    u, v = free
    conditions = signs + separators
    boundary = []
    for moving, still in ((u, v), (v, u)):
        for x in (0, 1):
            span = _span([restricted(f, still, x) for f in conditions], moving)
            if span is not None and span[0] < span[1]:
                boundary.append(arc(face.ratios({moving: PARAMETER, still: (x, 0, 1, 0)}), *span))
    for f in signs:
        for factor in factors(f):
            boundary += [a for a in _zero_arcs(face, free, factor) if lies_in(a, (), separators)]
    sample = _inner_point(face, free, conditions)
    return Piece(face.pure, face.equations, conditions, 2, tuple(boundary), sample)


def _zero_arcs(face: _Face, free: Sequence[int], factor: Affine) -> Iterator[Arc]:
    """The arcs in a square on which an irreducible polynomial in its two probabilities vanishes."""
    u, v = free
    occurring = variables_of(factor)
    if len(occurring) == 2:
        moving = {u: PARAMETER, v: _tied(factor, u, v)}
        for low, high in _inside_the_cube(moving):
            yield arc(face.ratios(moving), low, high)
        return
    still = occurring[0]
    x = Fraction(-factor[0]) / factor[1 << still]
    if 0 <= x <= 1:
        yield arc(face.ratios({(v if still == u else u): PARAMETER, still: (x, 0, 1, 0)}), 0, 1)


def _inner_point(face: _Face, free: Sequence[int], conditions: Sequence[Affine]) -> tuple[Any, ...]:
    """A point strictly inside a region: near a corner at which all its conditions are positive."""
    for corner in product((0, 1), repeat=2):
        values = dict(zip(free, corner, strict=True))
        mask = sum(1 << player for player, x in values.items() if x)
        if all(corner_values(f)[mask] > 0 for f in conditions):
            break
    step = HALF
    while True:
        point = [face.values.get(player, HALF) for player in range(PLAYERS)]
        for player, x in values.items():
            point[player] = x + (HALF - x) * step * 2 if step < HALF else HALF
        here = point_arc(point)
        if all(along(f, here) and along(f, here)[0] > 0 for f in conditions):
            return tuple(point)
        step /= 2
