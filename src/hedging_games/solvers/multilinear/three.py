"""All equilibria of three players with two actions each, where no tie makes equilibria touch: integers and one square root.

Write x, y, z for the probabilities of the players' first actions. What player 1 gains by the first action over the
second is bilinear in y and z; likewise for the others. With k players mixing:

- k = 0: compare the signs of the gains at the corner.
- k = 1: the gain of the one who mixes is a number; unless it is zero no equilibrium mixes alone.
- k = 2: each of the two is made indifferent by the other's probability, a ratio of gains; the third must not want to move.
- k = 3: y and z are Möbius functions of x by the gains of players 3 and 2; put into player 1's gain they leave a
  quadratic in x (McKelvey and McLennan 1997: at most two totally mixed equilibria).

Wherever a number that the argument divides by, or whose sign it needs, is zero, `isolated_equilibria` returns None and
`continua` takes over, which assumes nothing.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
from flint import fmpq, fmpq_poly

from hedging_games.algebra.algebraic import AlgebraicNumber, quadratic_field
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.solvers.multilinear.results import MixedStrategies

Gains = tuple[int, int, int, int]
"""A player's gain from the first action over the second at the others' actions (0, 0), (0, 1), (1, 0), (1, 1), scaled by
a positive number to integers."""

ZERO, ONE = Fraction(0), Fraction(1)
FIRST, SECOND = (ONE, ZERO), (ZERO, ONE)


def gains_of(payoffs: np.ndarray) -> tuple[Gains, Gains, Gains]:
    """The three players' integer gains of a payoff array of shape (3, 2, 2, 2)."""
    a, b, c = payoffs.reshape(3, 8).tolist()
    return (
        _integers(a[0] - a[4], a[1] - a[5], a[2] - a[6], a[3] - a[7]),
        _integers(b[0] - b[2], b[1] - b[3], b[4] - b[6], b[5] - b[7]),
        _integers(c[0] - c[1], c[2] - c[3], c[4] - c[5], c[6] - c[7]),
    )


def _integers(*gains: Any) -> Gains:
    if all(type(g) is int for g in gains):
        return gains
    (w, x, y, z), _ = whole_numbers(gains)
    return w, x, y, z


def isolated_equilibria(gains: tuple[Gains, Gains, Gains]) -> list[MixedStrategies] | None:
    """All equilibria in exact numbers, or None where a tie asks for the general case analysis."""
    a, b, c = gains
    if 0 in a or 0 in b or 0 in c:
        return None
    found: list[MixedStrategies] = []
    _pure(a, b, c, found)
    if not (_pairs(0, a, b, c, found) and _pairs(1, b, a, c, found) and _pairs(2, c, a, b, found)):
        return None
    if _mixed_signs(a) and _mixed_signs(b) and _mixed_signs(c) and not _all_mix(a, b, c, found):
        return None
    return found


def _mixed_signs(gains: Gains) -> bool:
    return max(gains) > 0 > min(gains)


def _pure(a: Gains, b: Gains, c: Gains, found: list[MixedStrategies]) -> None:
    choices = (FIRST, SECOND)
    for corner in range(8):
        i, j, k = corner >> 2, corner >> 1 & 1, corner & 1
        if (a[2 * j + k] > 0) is (i == 0) and (b[2 * i + k] > 0) is (j == 0) and (c[2 * i + j] > 0) is (k == 0):
            found.append((choices[i], choices[j], choices[k]))


def _slice(gains: Gains, action: int, *, leading: bool) -> tuple[int, int]:
    """The gains at the pure player's action, by the action of the other: that player is the leading argument or not."""
    return (gains[2 * action], gains[2 * action + 1]) if leading else (gains[action], gains[2 + action])


def _pairs(pure: int, own: Gains, first: Gains, second: Gains, found: list[MixedStrategies]) -> bool:
    """Equilibria in which the player numbered ``pure`` does not mix and the two others do; False on a tie.

    ``own`` are that player's gains by the two others' actions, ``first`` and ``second`` those of the others in order.
    """
    for action in (0, 1):
        f0, f1 = _slice(first, action, leading=pure != 2)
        g0, g1 = _slice(second, action, leading=pure == 0)
        if (f0 > 0) is (f1 > 0) or (g0 > 0) is (g1 > 0):
            continue
        # The second's probability q makes the first indifferent, q f0 + (1 - q) f1 = 0; and p the second.
        q, q_of = (-f1, f0 - f1) if f0 > f1 else (f1, f1 - f0)
        p, p_of = (-g1, g0 - g1) if g0 > g1 else (g1, g1 - g0)
        incentive = p * (own[0] * q + own[1] * (q_of - q)) + (p_of - p) * (own[2] * q + own[3] * (q_of - q))
        if incentive == 0:
            return False
        if (incentive > 0) is (action == 0):
            mixtures = [(Fraction(p, p_of), Fraction(p_of - p, p_of)), (Fraction(q, q_of), Fraction(q_of - q, q_of))]
            mixtures.insert(pure, FIRST if action == 0 else SECOND)
            found.append(tuple(mixtures))
    return True


Line = tuple[int, int]
"""The coefficients (u, v) of u + v x."""


def lines_in_x(gains: Gains) -> tuple[Line, Line]:
    """A gain that depends on player 1's x (its leading argument) and another probability w, as N(x) + D(x) w."""
    g00, g01, g10, g11 = gains
    return (g11, g01 - g11), (g10 - g11, g00 - g01 - g10 + g11)


def quadratic_in_x(a: Gains, b: Gains, c: Gains) -> tuple[int, int, int]:
    """Player 1's gain where the others' indifference fixes y = -N/D (by c) and z = -M/E (by b), times D E: the
    coefficients, constant first, of a quadratic in x.
    """
    (n0, n1), (d0, d1) = lines_in_x(c)
    (m0, m1), (e0, e1) = lines_in_x(b)
    k0, ky, kz = a[3], a[1] - a[3], a[2] - a[3]
    kyz = a[0] - a[1] - kz
    return (
        k0 * d0 * e0 - ky * n0 * e0 - kz * m0 * d0 + kyz * n0 * m0,
        k0 * (d0 * e1 + d1 * e0) - ky * (n0 * e1 + n1 * e0) - kz * (m0 * d1 + m1 * d0) + kyz * (n0 * m1 + n1 * m0),
        k0 * d1 * e1 - ky * n1 * e1 - kz * m1 * d1 + kyz * n1 * m1,
    )


def totally_mixed(gains: tuple[Gains, Gains, Gains]) -> list[MixedStrategies] | None:
    """The equilibria in which everybody mixes, None where a tie may leave infinitely many."""
    found: list[MixedStrategies] = []
    return found if _all_mix(*gains, found) else None


def _all_mix(a: Gains, b: Gains, c: Gains, found: list[MixedStrategies]) -> bool:
    """Equilibria in which everybody mixes; False where the quadratic vanishes or a denominator is zero at its root."""
    q0, q1, q2 = quadratic_in_x(a, b, c)
    if q2 == 0:
        return (q1 != 0 or q0 != 0) and (q1 == 0 or _at_rational(-q0, q1, b, c, found))
    discriminant = q1 * q1 - 4 * q2 * q0
    if discriminant < 0:
        return True
    root = isqrt(discriminant)
    if root * root != discriminant:
        return _at_surds((-q1, 2 * q2), discriminant, b, c, found)
    if q2 < 0:
        q1, q2 = -q1, -q2
    done = _at_rational(-q1 - root, 2 * q2, b, c, found)
    return done and (root == 0 or _at_rational(-q1 + root, 2 * q2, b, c, found))


def _at_rational(x: int, x_of: int, b: Gains, c: Gains, found: list[MixedStrategies]) -> bool:
    """The equilibrium with player 1's probability x / x_of, if all three probabilities are strictly between 0 and 1."""
    if x_of < 0:
        x, x_of = -x, -x_of
    if not 0 < x < x_of:
        return True
    mixtures = [(Fraction(x, x_of), Fraction(x_of - x, x_of))]
    for gains in (c, b):
        (n0, n1), (d0, d1) = lines_in_x(gains)
        part, whole = -(n0 * x_of + n1 * x), d0 * x_of + d1 * x
        if whole == 0:
            return False
        if whole < 0:
            part, whole = -part, -whole
        if not 0 < part < whole:
            return True
        mixtures.append((Fraction(part, whole), Fraction(whole - part, whole)))
    found.append(tuple(mixtures))
    return True


def _at_surds(x: tuple[int, int], radicand: int, b: Gains, c: Gains, found: list[MixedStrategies]) -> bool:
    """The same for both x = (part ± √radicand) / whole, irrational; ``x`` is (part, whole)."""
    part, whole = x
    if whole < 0:
        part, whole = -part, -whole
    field = None
    for side in (-1, 1):
        if sign_of_surd(part, side, radicand) <= 0 or sign_of_surd(whole - part, -side, radicand) <= 0:
            continue
        surds = [(part, side, whole, 0)]
        for gains in (c, b):
            (n0, n1), (d0, d1) = lines_in_x(gains)
            # -N and D times whole, each u + v √radicand.
            u, v, s, t = -(n0 * whole + n1 * part), -n1 * side, d0 * whole + d1 * part, d1 * side
            sign = sign_of_surd(s, t, radicand)
            if sign == 0:
                return False
            if sign_of_surd(u, v, radicand) != sign or sign_of_surd(s - u, t - v, radicand) != sign:
                break
            surds.append((u, v, s, t))
        else:
            field = field or quadratic_field(radicand)
            found.append(tuple(_mixture(surd, radicand, field) for surd in surds))
    return True


def sign_of_surd(u: int, v: int, radicand: int) -> int:
    """The sign of u + v √radicand (the radicand positive, no square), in integers."""
    if u >= 0 and v >= 0:
        return 1 if u or v else 0
    if u <= 0 and v <= 0:
        return -1
    larger = u * u > v * v * radicand
    return 1 if larger is (u > 0) else -1


def _mixture(surd: tuple[int, int, int, int], radicand: int, field: Any) -> tuple[Any, Any]:
    """The probability (u + v √r) / (s + t √r) and what is left of one; ``surd`` is (u, v, s, t)."""
    u, v, s, t = surd
    return tuple(ratio_of_surds(part, (s, t), radicand, field) for part in ((u, v), (s - u, t - v)))


def ratio_of_surds(part: tuple[int, int], whole: tuple[int, int], radicand: int, field: Any) -> Any:
    """(u + v √r) / (s + t √r) as an exact number: of ``field``, which is Q(√r), unless it is rational."""
    (u, v), (s, t) = part, whole
    norm = s * s - t * t * radicand
    rational, irrational = u * s - v * t * radicand, v * s - u * t
    if irrational == 0:
        return Fraction(rational, norm)
    return AlgebraicNumber(field, fmpq_poly([fmpq(rational, norm), fmpq(irrational, norm)]))
