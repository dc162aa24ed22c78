"""Equilibria on one support by subdivision, each simple one enclosed in a box with a proof that it holds exactly one.

Where elimination would grow too large this always works on simple zeros. Pieces of the product of simplices that surely hold no
equilibrium are discarded (`screening`). In what is left Newton's method proposes zeros, and Krawczyk's test (Krawczyk 1969;
Neumaier 1990, Interval Methods for Systems of Equations, 5.1), computed in whole numbers, proves for a box around each that it holds
one zero and no other; pieces inside need no further search. If nothing else is left, the list is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.solvers.multilinear.krawczyk import (
    Form,
    Zero,
    exact_value,
    form_of,
    largest_proved_cube,
    refined,
    value_range,
)
from hedging_games.solvers.multilinear.results import EnclosedEquilibrium
from hedging_games.solvers.multilinear.screening import (
    Pieces,
    bisected,
    narrowed,
    newton,
    probabilities,
    separated,
    together,
    whole,
)
from hedging_games.solvers.multilinear.system import SupportSystem

MOST_BOXES: Final = 20_000
"""Boxes kept at any one time; beyond, the support is left undecided."""

LARGEST_DENOMINATOR: Final = 10**9
"""Zeros are tried as rational numbers with denominators up to this, and verified."""

MOST_NEWTON_STEPS: Final = 25
"""Steps of Newton's method towards a zero that is to be proved."""

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
    if len(equations) != len(system.variables):
        return Enclosed([], [], complete=False)
    pieces = whole_support(system, equations)
    zeros: list[Zero] = []
    searched = False
    for turn in range(DEEPEST * len(system.groups)):
        check()
        pieces, large, promising = narrowed(pieces)
        _propose(equations, zeros, zeros_near(pieces.at(promising)), check)
        kept = ~separated(pieces)
        for zero in zeros:
            kept &= ~_is_within(pieces, zero)
        pieces, large = pieces.at(kept), large[kept]
        if len(pieces.support) == 0:
            searched = True
            break
        if len(pieces.support) > MOST_BOXES:
            break
        pieces = together([pieces.at(~large), bisected(pieces.at(large), turn % len(system.groups))])
    return judged_zeros(system, zeros, check, searched=searched)


def whole_support(system: SupportSystem, equations: Sequence[Form]) -> Pieces:
    """The product of the players' simplices as one piece; ``equations`` are the system's as forms."""
    sizes = tuple(len(group) + 1 for group in system.groups)
    gaps = [form_of(system.groups, p) for p in system.gaps]
    return whole(sizes, _at_vertices(equations, sizes), -_at_vertices(gaps, sizes))


def _at_vertices(forms: Sequence[Form], sizes: tuple[int, ...]) -> np.ndarray:
    """The values of forms at the vertices of the product of simplices, (1, forms, vertices)."""
    values = []
    for form in forms:
        table = form.table
        for axis in range(table.ndim):
            table = np.moveaxis(table, axis, -1)
            table = np.concatenate([table[..., :-1] + table[..., -1:], table[..., -1:]], axis=-1)
            table = np.moveaxis(table, -1, axis)
        values.append(table.ravel() / max(np.abs(table).max(), 1))
    return np.array(values).reshape(1, len(forms), prod(sizes))


def zeros_near(pieces: Pieces, mixed: Sequence[np.ndarray] | None = None) -> np.ndarray:
    """The coordinates of the zeros that Newton's method reaches from the middle of each piece, or from some mixture of its vertices."""
    near, mixed = newton(pieces, mixed, steps=MOST_NEWTON_STEPS)
    return np.concatenate([own[near, :-1] for own in probabilities(pieces, mixed)], axis=1)


def _is_within(pieces: Pieces, zero: Zero) -> np.ndarray:
    """Whether a piece lies in the box of a zero."""
    inside = np.ones(len(pieces.support), dtype=bool)
    start = 0
    for corners, size in zip(pieces.corners, pieces.sizes, strict=True):
        own = slice(start, start + size - 1)
        at = corners[:, :, :-1]
        inside &= ((at >= zero.low[own]) & (at <= zero.high[own])).all(axis=(1, 2))
        start += size - 1
    return inside


def _propose(equations: Sequence[Form], zeros: list[Zero], points: np.ndarray, check: Check) -> None:
    """Add to ``zeros`` those near ``points`` that Krawczyk's test proves."""
    for point in points:
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
        walls: list[tuple[Fraction | int, Fraction | int]] = [(c - radius, c + radius) for c in centre]
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
