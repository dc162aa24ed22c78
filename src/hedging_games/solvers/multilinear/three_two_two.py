"""The equilibria in which three players mix, one among three actions and two between two: integers and one square root.

Write y and z for the probabilities of the two others' first actions. The one with three actions is indifferent where two bilinear
equations in y and z hold, N(y) + D(y) z = 0 and M(y) + E(y) z = 0, so y is a root of the quadratic N E - M D, and z = -N/D. There
each of the two others is indifferent on a line of the triangle of the first one's mixtures: where the two lines cross, which is the
cross product of their coefficients, is what the first plays. Wherever that leaves a choice the answer is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from hedging_games.algebra.algebraic import quadratic_field
from hedging_games.solvers.multilinear.results import Mixture
from hedging_games.solvers.multilinear.three import Gains, lines_in_x, ratio_of_surds, sign_of_surd

Surd = tuple[int, int]
"""(u, v) for u + v √r."""

Pair = tuple[int, int]
"""What the first of two actions gains over the second, by the action of another who has two."""


def totally_mixed(
    gains: tuple[Gains, Gains], second: Sequence[Pair], third: Sequence[Pair]
) -> list[list[Mixture]] | None:
    """The equilibria in which all three mix, the one with three actions first; None where a tie may leave infinitely many.

    ``gains`` : what that player's first and second action gain over the third, by the two others' actions. ``second``, ``third`` :
    for each action of that player what the first action of the other gains, by the actions of the one who is left.
    """
    (n, d), (m, e) = lines_in_x(gains[0]), lines_in_x(gains[1])
    q0 = n[0] * e[0] - m[0] * d[0]
    q1 = n[0] * e[1] + n[1] * e[0] - m[0] * d[1] - m[1] * d[0]
    q2 = n[1] * e[1] - m[1] * d[1]
    if q0 == q1 == q2 == 0:
        return None
    roots, whole, radicand = _roots(q0, q1, q2)
    found = []
    for y in roots:
        if sign_of_surd(*y, radicand) <= 0 or sign_of_surd(whole - y[0], -y[1], radicand) <= 0:
            continue
        at_y = [[(f[0] * whole + f[1] * y[0], f[1] * y[1]) for f in line] for line in ((n, d), (m, e))]
        part, rest = next((line for line in at_y if line[1] != (0, 0)), at_y[0])
        if rest == (0, 0):
            if any(numerator != (0, 0) for numerator, _ in at_y):
                continue
            return None
        sign = -sign_of_surd(*rest, radicand)
        z, z_of = (sign * part[0], sign * part[1]), (-sign * rest[0], -sign * rest[1])
        not_z = (z_of[0] - z[0], z_of[1] - z[1])
        if sign_of_surd(*z, radicand) <= 0 or sign_of_surd(*not_z, radicand) <= 0:
            continue
        not_y = (whole - y[0], -y[1])
        x = _cross([_mixed(b, z, not_z) for b in second], [_mixed(c, y, not_y) for c in third], radicand)
        signs = {sign_of_surd(*own, radicand) for own in x}
        if signs == {0}:
            return None
        if len(signs) > 1 or 0 in signs:
            continue
        total = (sum(u for u, _ in x), sum(v for _, v in x))
        field = quadratic_field(radicand) if radicand else None
        found.append(
            [
                tuple(ratio_of_surds(own, of, radicand, field) for own in owns)
                for owns, of in ((x, total), ((y, not_y), (whole, 0)), ((z, not_z), z_of))
            ]
        )
    return found


def _roots(q0: int, q1: int, q2: int) -> tuple[list[Surd], int, int]:
    """The real roots of q0 + q1 y + q2 y² times a positive number, this number, and the radicand, 0 if all are rational."""
    if q2 == 0:
        return ([(-q0, 0)], q1, 0) if q1 > 0 else ([(q0, 0)], -q1, 0) if q1 else ([], 1, 0)
    if q2 < 0:
        q0, q1, q2 = -q0, -q1, -q2
    discriminant = q1 * q1 - 4 * q2 * q0
    if discriminant < 0:
        return [], 1, 0
    root = isqrt(discriminant)
    if root * root != discriminant:
        return [(-q1, -1), (-q1, 1)], 2 * q2, discriminant
    return [(-q1 + side * root, 0) for side in ((-1, 1) if root else (0,))], 2 * q2, 0


def _mixed(pair: Pair, first: Surd, second: Surd) -> Surd:
    return pair[0] * first[0] + pair[1] * second[0], pair[0] * first[1] + pair[1] * second[1]


def _cross(a: Sequence[Surd], b: Sequence[Surd], radicand: int) -> list[Surd]:
    """The cross product of two vectors of three surds."""
    found = []
    for k, m in ((1, 2), (2, 0), (0, 1)):
        (p, q), (s, t), (u, v), (w, x) = a[k], b[m], a[m], b[k]
        found.append((p * s - u * w + (q * t - v * x) * radicand, p * t + q * s - u * x - v * w))
    return found
