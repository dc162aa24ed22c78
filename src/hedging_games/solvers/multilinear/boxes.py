"""Equilibria on one support by subdivision, each simple one enclosed in a box with a proof that it holds exactly one.

Where elimination would grow too large this always works on simple zeros. The equations have degree one in each
coordinate, so their range over a box is spanned by the values at its corners; a box on which some equation keeps its
sign, or an outside action surely pays, is discarded (in floating point, with a margin that exceeds every rounding
error). In what is left Newton's method proposes zeros, and Krawczyk's test (Krawczyk 1969; Neumaier 1990, Interval Methods
for Systems of Equations, 5.1), computed in rationals, proves for a box around each that it holds one zero and no
other; boxes inside need no further search. If nothing else is left, the list is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.solvers.multilinear.krawczyk import (
    Form,
    Zero,
    exact_value,
    form_of,
    gradients_at,
    largest_proved_cube,
    newton,
    refined,
    value_range,
)
from hedging_games.solvers.multilinear.results import EnclosedEquilibrium
from hedging_games.solvers.multilinear.system import SupportSystem

MOST_BOXES: Final = 20_000
"""Boxes kept at any one time; beyond, the support is left undecided."""

BLOCK: Final = 2_048
"""Boxes treated in one step, between two looks at the clock."""

LARGEST_DENOMINATOR: Final = 10**9
"""Zeros are tried as rational numbers with denominators up to this, and verified."""

MOST_STARTS: Final = 2_000
"""Boxes from which Newton's method is started in one round."""

DEEPEST: Final = 40
"""Rounds of bisection of every coordinate before what is left counts as undecided."""


@dataclass(slots=True)
class Enclosed:
    """Equilibria on one support: ``points`` recognised as rational and verified, ``boxes`` that hold one each, and
    whether these are all.
    """

    points: list[tuple[Fraction, ...]]
    boxes: list[EnclosedEquilibrium]
    complete: bool


def enclosed_equilibria(system: SupportSystem, check: Check) -> Enclosed:
    """The simple equilibria on the supports of a system with as many equations as coordinates."""
    equations = [form_of(system.groups, p) for p in system.equations]
    gaps = [form_of(system.groups, p) for p in system.gaps]
    count = len(system.variables)
    if len(equations) != count:
        return Enclosed([], [], complete=False)
    zeros: list[Zero] = []
    low, high = np.zeros((1, count)), np.ones((1, count))
    searched = False
    for _ in range(DEEPEST):
        for variable in range(count):
            low, high = _bisected(low, high, variable)
            low, high = _in_blocks(lambda a, b: _kept(system, equations, gaps, a, b), low, high, check)
        if len(low) > MOST_BOXES:
            break
        low, high = _in_blocks(lambda a, b: _kept_by_newton(system, equations, a, b), low, high, check)
        _propose(equations, zeros, low, high, check)
        covered = np.zeros(len(low), dtype=bool)
        for zero in zeros:
            covered |= ((low >= zero.low) & (high <= zero.high)).all(axis=1)
        low, high = low[~covered], high[~covered]
        if len(low) == 0:
            searched = True
            break
    return judged_zeros(system, zeros, check, searched=searched)


# --- discarding boxes


def _bisected(low: np.ndarray, high: np.ndarray, variable: int) -> tuple[np.ndarray, np.ndarray]:
    middle = (low[:, variable] + high[:, variable]) / 2
    left_high, right_low = high.copy(), low.copy()
    left_high[:, variable] = middle
    right_low[:, variable] = middle
    return np.concatenate([low, right_low]), np.concatenate([left_high, high])


def _in_blocks(
    keep: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    low: np.ndarray,
    high: np.ndarray,
    check: Check,
) -> tuple[np.ndarray, np.ndarray]:
    """The boxes that ``keep`` keeps, asked for a few at a time."""
    kept = []
    for start in range(0, len(low), BLOCK):
        check()
        kept.append(keep(low[start : start + BLOCK], high[start : start + BLOCK]))
    if not kept:
        return low, high
    return np.concatenate([a for a, _ in kept]), np.concatenate([b for _, b in kept])


def _kept(
    system: SupportSystem, equations: Sequence[Form], gaps: Sequence[Form], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The boxes that may hold an equilibrium."""
    keep = np.ones(len(low), dtype=bool)
    for group in system.groups:
        keep &= low[:, list(group)].sum(axis=1) <= 1
    low, high = low[keep], high[keep]
    for form, is_equation in [(f, True) for f in equations] + [(g, False) for g in gaps]:
        least, most = _range(system, form, low, high)
        keep = most >= -form.margin
        if is_equation:
            keep &= least <= form.margin
        low, high = low[keep], high[keep]
    return low, high


def _range(system: SupportSystem, form: Form, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and largest value over each box."""
    values = _corner_values(system, form, low, high)
    return values.min(axis=1), values.max(axis=1)


def _corner_values(system: SupportSystem, form: Form, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The values at the corners of each box, shape (boxes, corners), corners in the same order for every form."""
    boxes = len(low)
    values = np.broadcast_to(form.table.reshape(1, -1), (boxes, form.table.size))
    for group, size in zip(system.groups, form.table.shape, strict=True):
        corners = np.ones((boxes, 2 ** len(group), size))
        for c, sides in enumerate(product((low, high), repeat=len(group))):
            for k, (side, v) in enumerate(zip(sides, group, strict=True)):
                corners[:, c, k] = side[:, v]
        # This player's places, times the rest, become the rest times this player's corners.
        rest = values.size // (boxes * size) if boxes else 1
        values = (corners @ values.reshape(boxes, size, rest)).transpose(0, 2, 1).reshape(boxes, -1 if boxes else 1)
    return values


def _kept_by_newton(
    system: SupportSystem, equations: Sequence[Form], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The boxes on which no combination of the equations by the inverse Jacobian at the middle keeps its sign.

    Such a combination is nearly one coordinate minus its value at the zero, so boxes beside a zero are discarded.
    """
    if len(low) == 0:
        return low, high
    values = np.stack([_corner_values(system, form, low, high) for form in equations], axis=1)
    middle = (low + high) / 2
    jacobian = np.stack([gradients_at(form, middle) for form in equations], axis=1)
    regular = np.abs(np.linalg.det(jacobian)) > 1e-9
    inverse = np.linalg.inv(np.where(regular[:, None, None], jacobian, np.eye(len(equations))))
    combined = inverse @ values
    margins = np.abs(inverse) @ np.array([[form.margin] for form in equations])
    straddling = (combined.min(axis=2) <= margins[:, :, 0]) & (combined.max(axis=2) >= -margins[:, :, 0])
    keep = straddling.all(axis=1) | ~regular
    return low[keep], high[keep]


def _propose(equations: Sequence[Form], zeros: list[Zero], low: np.ndarray, high: np.ndarray, check: Check) -> None:
    """Add to ``zeros`` those that Newton's method reaches from the boxes' middles and Krawczyk's test proves."""
    for point in newton(equations, ((low + high) / 2)[:MOST_STARTS]):
        check()
        if not any(((point >= zero.low) & (point <= zero.high)).all() for zero in zeros):
            zero = largest_proved_cube(equations, point, check)
            if zero is not None:
                zeros.append(zero)


# --- from zeros to equilibria


def judged_zeros(system: SupportSystem, zeros: Sequence[Zero], check: Check, *, searched: bool) -> Enclosed:
    """The zeros that surely are equilibria; complete if the search was and all others surely are not."""
    found = Enclosed([], [], complete=searched)
    for zero in zeros:
        check()
        cube = refined(zero)
        if cube is None:
            found.complete = False
            continue
        centre, radius = cube
        rational = tuple(c.limit_denominator(LARGEST_DENOMINATOR) for c in centre)
        if all(exact_value(form, rational) == 0 for form in zero.equations):
            if system.is_inside(rational) and system.is_content(rational):
                found.points.append(rational)
            continue
        walls = [(c - radius, c + radius) for c in centre]
        walls += [_rest(group, centre, radius) for group in system.groups]
        walls += [value_range(form_of(system.groups, gap), centre, radius) for gap in system.gaps]
        if any(high < 0 for _, high in walls):
            continue
        if any(low <= 0 for low, _ in walls):
            found.complete = False
            continue
        error = radius * max(map(len, system.groups))
        found.boxes.append(EnclosedEquilibrium(system.supports, _intervals(system, centre, radius), error))
    found.points.sort()
    found.boxes.sort(key=lambda box: box.intervals)
    return found


def _rest(group: Sequence[int], centre: Sequence[Fraction], radius: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds of the probability of a player's last action."""
    rest = 1 - sum((centre[v] for v in group), Fraction(0))
    return rest - len(group) * radius, rest + len(group) * radius


def _intervals(
    system: SupportSystem, centre: Sequence[Fraction], radius: Fraction
) -> tuple[tuple[tuple[Fraction, Fraction], ...], ...]:
    zero, one = Fraction(0), Fraction(1)
    rows = [[(zero, zero)] * m for m in system.shape]
    for player, support in enumerate(system.supports):
        if len(support) == 1:
            rows[player][support[0]] = (one, one)
    for (player, action), c in zip(system.variables, centre, strict=True):
        rows[player][action] = (c - radius, c + radius)
    for group in system.groups:
        player = system.variables[group[0]][0]
        rows[player][system.supports[player][-1]] = _rest(group, centre, radius)
    return tuple(tuple(row) for row in rows)
