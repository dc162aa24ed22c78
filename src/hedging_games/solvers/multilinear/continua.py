"""All equilibria of three players with two actions each, whatever ties there are, by connected component.

A profile is an equilibrium when for each player the probability is 0 and the gain by the first action is at most 0, or 1
and at least 0, or the gain is 0. The equilibrium set is thus the union of 27 closed sets, one for each way to choose
among the three; `pieces` cuts each into closed connected pieces, leaving those on the boundary of their own
closed set to the set of the smaller support.

The connected components are those of the graph that joins pieces which meet. Two pieces meet only if the boundary curve
of one meets the other (two-dimensional pieces lie in planes or are cylinders, so they cross along arcs that end on a
boundary), and on an arc that is a question about polynomials in one variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Final

from hedging_games.algebra.checking import Check
from hedging_games.algebra.constraints import Constraint, constraint
from hedging_games.algebra.multiaffine import Affine, lies_in, meets, variables_of
from hedging_games.solvers.multilinear.pieces import PLAYERS, Piece, pieces_with
from hedging_games.solvers.multilinear.results import Cell, Continuum, MixedStrategies
from hedging_games.solvers.multilinear.three import Gains

CHOICES: Final = sorted(product((1, 0, None), repeat=PLAYERS), key=lambda c: c.count(None))
"""For each player the probability 1 or 0 of the first action, or None for indifference; who mixes least comes first."""


def components(gains: tuple[Gains, Gains, Gains], check: Check) -> tuple[list[MixedStrategies], list[Continuum]]:
    """The isolated equilibria and the continua, complete. ``check`` is called between steps and may raise to stop."""
    advantages = [_advantage(player, g) for player, g in enumerate(gains)]
    ranges = [_ranges(g) for g in gains]
    pieces: list[Piece] = []
    for choice in CHOICES:
        check()
        if all(_is_possible(choice[p], ranges[p][choice[:p] + choice[p + 1 :]]) for p in range(PLAYERS)):
            pure = {player: x for player, x in enumerate(choice) if x is not None}
            pieces += pieces_with(pure, advantages)
    pieces = _without_repetition(pieces, check)
    points: list[MixedStrategies] = []
    continua = []
    for group in _connected(pieces, check):
        if group[0].dimension == 0:
            points.append(_profile(group[0].sample))
        else:
            continua.append(Continuum(tuple(_cell(piece) for piece in group)))
    return points, continua


def _ranges(gains: Gains) -> dict[tuple[int | None, ...], tuple[int, int]]:
    """The least and largest gain at the corners where some of the two others sit at 0 or 1 (None: either)."""
    at = {(1, 1): gains[0], (1, 0): gains[1], (0, 1): gains[2], (0, 0): gains[3]}
    found: dict[tuple[int | None, ...], tuple[int, int]] = {}
    for one, other in product((1, 0, None), repeat=2):
        values = [
            at[x, y] for x in ((1, 0) if one is None else (one,)) for y in ((1, 0) if other is None else (other,))
        ]
        found[one, other] = (min(values), max(values))
    return found


def _is_possible(choice: int | None, reach: tuple[int, int]) -> bool:
    """Whether gains within ``reach`` let a player sit at 1 or 0, or (None) be indifferent strictly inside the face.

    A gain that is not zero throughout vanishes inside only if it has both signs at the corners (it is harmonic).
    """
    low, high = reach
    if choice is None:
        return low < 0 < high or low == high == 0
    return high >= 0 if choice == 1 else low <= 0


def _advantage(player: int, gains: Gains) -> Affine:
    """A player's gain as a polynomial in the others' probabilities of their first actions."""
    j, k = (1 << other for other in range(PLAYERS) if other != player)
    polynomial = [0] * (1 << PLAYERS)
    polynomial[0] = gains[3]
    polynomial[j] = gains[1] - gains[3]
    polynomial[k] = gains[2] - gains[3]
    polynomial[j | k] = gains[0] - gains[1] - gains[2] + gains[3]
    return tuple(polynomial)


def _without_repetition(pieces: Sequence[Piece], check: Check) -> list[Piece]:
    """The pieces that are not contained in another, larger ones first."""
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: -p.dimension):
        check()
        if piece.dimension == PLAYERS:
            return [piece]
        if piece.dimension == 2:
            repeated = any(_same_set(piece, other) for other in kept)
        else:
            repeated = any(
                lies_in(piece.boundary[0], other.equations, other.inequalities) for other in kept if other.dimension
            )
            repeated = repeated or (
                piece.dimension == 0 and any(other.dimension == 0 and other.sample == piece.sample for other in kept)
            )
        if not repeated:
            kept.append(piece)
    return kept


def _same_set(a: Piece, b: Piece) -> bool:
    """Whether two surfaces are given by the same conditions (they cannot coincide otherwise)."""
    return {_as_constraint(f, "=") for f in a.equations} == {_as_constraint(f, "=") for f in b.equations} and {
        _as_constraint(f, ">=") for f in a.inequalities
    } == {_as_constraint(f, ">=") for f in b.inequalities}


def _as_constraint(f: Affine, relation: Any, players: Sequence[int] = range(PLAYERS)) -> Constraint:
    return constraint(
        {tuple(mask >> player & 1 for player in players): Fraction(c) for mask, c in enumerate(f) if c}, relation
    )


def _touch(a: Piece, b: Piece) -> bool:
    """Whether two pieces have a point in common."""
    if any(meets(curve, b.equations, b.inequalities) for curve in a.boundary):
        return True
    return b.dimension == 2 and any(meets(curve, a.equations, a.inequalities) for curve in b.boundary)


def _connected(pieces: Sequence[Piece], check: Check) -> list[list[Piece]]:
    """The pieces grouped by connected component, in order."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        check()
        if piece.dimension == 0:
            groups.append([piece])
            continue
        joined = [group for group in groups if any(_touch(piece, other) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([other for group in joined for other in group] + [piece])
    return groups


def _profile(point: Sequence[Any]) -> MixedStrategies:
    return tuple(
        (x if not isinstance(x, int) else Fraction(x), 1 - x if not isinstance(x, int) else Fraction(1 - x))
        for x in point
    )


def _cell(piece: Piece) -> Cell:
    mixing = [player for player in range(PLAYERS) if player not in piece.pure]
    supports = tuple((0, 1) if p in mixing else (0,) if piece.pure[p] == 1 else (1,) for p in range(PLAYERS))
    equations = tuple(_as_constraint(f, "=", mixing) for f in piece.equations if set(variables_of(f)) <= set(mixing))
    inequalities = tuple(_as_constraint(f, ">=", mixing) for f in piece.inequalities)
    corners = list(product((0, 1), repeat=PLAYERS)) if piece.dimension == PLAYERS else []
    for end in [end for curve in piece.boundary for end in curve.ends] + corners:
        if end not in corners or piece.dimension == PLAYERS:
            corners.append(end)
    extremes = tuple(dict.fromkeys(_profile(end) for end in corners))
    return Cell(
        supports,
        tuple((p, 0) for p in mixing),
        equations,
        inequalities,
        piece.dimension,
        _profile(piece.sample),
        extremes,
    )
