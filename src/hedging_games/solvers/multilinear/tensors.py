"""Nash equilibria of n players from their payoff tensors: the kernel, without games, names or certificates.

`solve_tensor` scales the payoffs to integers, removes actions that are strictly dominated by another action (no
equilibrium plays them), sets aside players without a choice, and hands what is left to the method for its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.errors import input_error
from hedging_games.games.whole import own_first
from hedging_games.solvers.multilinear import continua as multilinear_continua
from hedging_games.solvers.multilinear import general as multilinear_general
from hedging_games.solvers.multilinear import three as multilinear_three
from hedging_games.solvers.multilinear.results import (
    Cell,
    Continuum,
    EnclosedEquilibrium,
    MixedStrategies,
    Supports,
    TensorEquilibria,
)
from hedging_games.solvers.multilinear.supports import as_machine_integers


def solve_tensor(
    payoffs: np.ndarray,
    *,
    check: Check = no_check,
    keep: Callable[[MixedStrategies], None] | None = None,
) -> TensorEquilibria:
    """All Nash equilibria of a game with the given payoffs.

    Parameters
    ----------
    payoffs : object array of shape (n, m1, ..., mn), entries int or Fraction: payoffs[i, a1, ..., an] is player i's.
    check : called often, at least between any two steps of algebra; it may raise to stop the work.
    keep : called with each isolated equilibrium as soon as it is found, so that a stopped run has something to report.

    Returns
    -------
    A `TensorEquilibria`, in a deterministic order.

    Raises
    ------
    InputError for a shape that is no game's, or payoffs that are not exact.
    """
    keep = keep or _forget
    _validate(payoffs)
    if payoffs.shape == (3, 2, 2, 2):
        return solve_three_binary(payoffs, check, keep)
    scaled = [_integers(tensor) for tensor in payoffs]
    kept = undominated_actions(scaled)
    moving = [player for player, actions in enumerate(kept) if len(actions) > 1]
    core = np.empty((len(moving), *(len(kept[player]) for player in moving)), dtype=object)
    for place, player in enumerate(moving):
        core[place] = scaled[player][np.ix_(*kept)].reshape(core.shape[1:])
    lift = _Lift(payoffs.shape[1:], tuple(kept), tuple(moving))
    return lift.equilibria(_solve_core(core, check, lambda profile: keep(lift.profile(profile))))


Keep = Callable[[MixedStrategies], None]


def _solve_core(core: np.ndarray, check: Check, keep: Keep) -> TensorEquilibria:
    """The equilibria of a game in which every player has at least two actions."""
    if len(core) == 0:
        keep(())
        return TensorEquilibria(isolated=((),))
    if core.shape == (3, 2, 2, 2):
        return solve_three_binary(core, check, keep)
    return multilinear_general.solve_general(list(core), check, keep)


def solve_three_binary(payoffs: np.ndarray, check: Check, keep: Keep) -> TensorEquilibria:
    """The complete answer for three players with two actions each, pure equilibria first, totally mixed ones last."""
    check()
    gains = multilinear_three.gains_of(payoffs)
    isolated = multilinear_three.isolated_equilibria(gains)
    continua: list[Continuum] = []
    if isolated is None:
        isolated, continua = multilinear_continua.components(gains, check)
    for profile in isolated:
        keep(profile)
    return TensorEquilibria(tuple(isolated), tuple(continua))


def _forget(_profile: MixedStrategies) -> None:
    """Nobody wants partial answers."""


def _validate(payoffs: np.ndarray) -> None:
    shape = payoffs.shape
    if len(shape) < 2 or shape[0] != len(shape) - 1 or 0 in shape:
        raise input_error(
            "payoff",
            f"an array of shape {shape} holds no game's payoffs",
            "give shape (n, m1, ..., mn): for each of n players the payoff at every profile of actions",
        )
    for x in payoffs.ravel().tolist():
        if not isinstance(x, (int, Fraction)):
            raise input_error("payoff", f"the payoff {x!r} is not exact", "use int or Fraction")


def _integers(tensor: np.ndarray) -> np.ndarray:
    """One player's payoffs times a positive number, as integers."""
    entries = tensor.ravel().tolist()
    if all(type(x) is int for x in entries):
        return tensor if tensor.dtype == object else tensor.astype(object)
    scaled = np.empty(len(entries), dtype=object)
    scaled[:], _ = whole_numbers(entries)
    return scaled.reshape(tensor.shape)


def undominated_actions(payoffs: Sequence[np.ndarray]) -> list[list[int]]:
    """For each player the actions that survive the iterated removal of actions strictly dominated by another action."""
    kept = [list(range(m)) for m in payoffs[0].shape]
    tables = list(as_machine_integers(payoffs))
    changed = True
    while changed:
        changed = False
        for player, table in enumerate(tables):
            worth = own_first(table, player).reshape(len(kept[player]), -1)
            beats = np.asarray((worth > worth[:, None]).all(axis=2), dtype=bool)
            is_dominated = np.asarray(beats.any(axis=1))
            if is_dominated.any():
                kept[player] = [action for action, gone in zip(kept[player], is_dominated, strict=True) if not gone]
                tables = [other.compress(~is_dominated, axis=player) for other in tables]
                changed = True
    return kept


class _Lift:
    """Translates equilibria of a reduced game back: removed actions get probability zero, set-aside players their one."""

    def __init__(self, shape: tuple[int, ...], kept: tuple[list[int], ...], moving: tuple[int, ...]) -> None:
        self.shape, self.kept, self.moving = shape, kept, moving
        self.identical = all(len(k) == m for k, m in zip(kept, shape, strict=True)) and len(moving) == len(shape)

    def equilibria(self, found: TensorEquilibria) -> TensorEquilibria:
        if self.identical:
            return found
        return TensorEquilibria(
            tuple(self.profile(p) for p in found.isolated),
            tuple(Continuum(tuple(self.cell(c) for c in k.cells), k.connected) for k in found.continua),
            found.complete,
            found.notes,
            tuple(self.enclosed(e) for e in found.enclosed),
        )

    def profile(self, profile: MixedStrategies) -> MixedStrategies:
        spread: MixedStrategies = self._spread(profile, Fraction(0), Fraction(1))
        return spread

    def _spread(self, rows: Sequence[Sequence[Any]], zero: Any, one: Any) -> Any:
        full = []
        for player, size in enumerate(self.shape):
            row = [zero] * size
            values = rows[self.moving.index(player)] if player in self.moving else (one,)
            for action, value in zip(self.kept[player], values, strict=True):
                row[action] = value
            full.append(tuple(row))
        return tuple(full)

    def supports(self, supports: Supports) -> Supports:
        return tuple(
            tuple(self.kept[player][a] for a in supports[self.moving.index(player)])
            if player in self.moving
            else tuple(self.kept[player])
            for player in range(len(self.shape))
        )

    def cell(self, cell: Cell) -> Cell:
        variables = tuple((self.moving[i], self.kept[self.moving[i]][a]) for i, a in cell.variables)
        extremes = None if cell.extreme_points is None else tuple(self.profile(p) for p in cell.extreme_points)
        return Cell(
            self.supports(cell.supports),
            variables,
            cell.equations,
            cell.inequalities,
            cell.dimension,
            self.profile(cell.sample),
            extremes,
        )

    def enclosed(self, box: EnclosedEquilibrium) -> EnclosedEquilibrium:
        zero, one = (Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))
        return EnclosedEquilibrium(self.supports(box.supports), self._spread(box.intervals, zero, one), box.error)
