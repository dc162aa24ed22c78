"""What each deviation is worth: the one definition of correctness. No solver is needed to apply it, and none does.

Fix what everybody plays and a stage: the whole form for Nash equilibrium, each stage of the form for subgame
perfection, or the histories of one information set weighted by beliefs for sequential rationality. For one player,
weight every history by the probability with which the *others* lead there (its counterfactual reach). Then the value of
an action is a sum of products over histories, and with perfect recall (Kuhn 1953) the player's information sets form a
forest along which the best plan is found by recursion (von Stengel 1996, section 3: the sequence form).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hedging_games.games.form import Form, Stage
from hedging_games.games.game import Game
from hedging_games.games.values import slot_probabilities


@dataclass(frozen=True, slots=True)
class Scope:
    """Where deviations are looked at: play starts at histories with weights ``start`` (shape (H, *batch)), runs inside
    ``inner`` and is worth ``leaf_values`` (players, leaves, *batch) at ``leaves``; ``sets`` are decided inside."""

    start: np.ndarray
    inner: np.ndarray
    leaves: np.ndarray
    leaf_values: np.ndarray
    sets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gains:
    """What one player's deviations are worth within a scope.

    Attributes
    ----------
    player : the player's number.
    slots : shape (k,), the player's slots in the scope.
    one_shot : shape (k, *batch), the gain from taking the slot once and otherwise following the profile. Weighted by
        the probability that the others lead to the information set; a polynomial in payoffs and probabilities.
    """

    player: int
    slots: np.ndarray
    one_shot: np.ndarray


def stage_scope(game: Game, stage: Stage, values: np.ndarray) -> Scope:
    """The scope of a stage, its leaves worth the continuation ``values`` (players, H, *batch)."""
    start = np.zeros((game.form.history_count, *(1,) * (values.ndim - 2)), dtype=object if values.dtype == object else float)
    start[stage.root] = game.arithmetic.number(1)
    return Scope(start, stage.inner, stage.leaves, values[:, stage.leaves], stage.sets)


def one_shot_gains(game: Game, probabilities: np.ndarray, scope: Scope, player: int) -> Gains:
    """What each single departure from the profile is worth to ``player`` inside ``scope``; see `Gains`."""
    form = game.form
    direct = _direct_values(game, probabilities, scope, player)
    slots: list[int] = []
    gains: list[Any] = []
    worth = dict(direct)
    for s in _deepest_first(form, scope, player):
        actions = form.slots(s)
        followed = sum(probabilities[a] * worth[a] for a in actions)
        slots += actions
        gains += [worth[a] - followed for a in actions]
        before = _slot_before(form, scope, s)
        worth[before] = worth[before] + followed
    return Gains(player, np.array(slots, dtype=int), _stacked(gains, game))


def best_plan_gain(game: Game, probabilities: np.ndarray, scope: Scope, player: int) -> Any:
    """The player's regret, shape (*batch): what the best plan inside ``scope`` is worth beyond following the profile."""
    form = game.form
    best = _direct_values(game, probabilities, scope, player)
    followed = dict(best)
    for s in _deepest_first(form, scope, player):
        actions = form.slots(s)
        before = _slot_before(form, scope, s)
        best[before] = best[before] + _largest([best[a] for a in actions])
        followed[before] = followed[before] + sum(probabilities[a] * followed[a] for a in actions)
    return best[_START] - followed[_START]


def is_strict(game: Game, probabilities: np.ndarray, scope: Scope, player: int) -> bool:
    """Whether every other (reduced) plan inside the scope is worse for the player than the pure one in the profile.

    No batch axes. An action off the player's own path is no part of a reduced plan and does not count.
    """
    form = game.form
    best = _direct_values(game, probabilities, scope, player)
    is_strictly_best: dict[int, bool] = {}
    for s in _deepest_first(form, scope, player):
        actions = form.slots(s)
        top = _largest([best[a] for a in actions])
        chosen = [a for a in actions if probabilities[a] == 1]
        others = [best[a] for a in actions if probabilities[a] != 1]
        is_strictly_best[s] = bool(chosen) and best[chosen[0]] == top and all(value < top for value in others)
        best[_slot_before(form, scope, s)] += top
    return all(
        is_strictly_best[s] for s in is_strictly_best if _own_path_is_followed(form, scope, probabilities, s)
    )


_START = -1
"""Stands for 'before the player's first action in the scope' where slots are keys."""


def _direct_values(game: Game, probabilities: np.ndarray, scope: Scope, player: int) -> dict[int, Any]:
    """For each own slot (and `_START`) the counterfactual worth of the leaves whose last own action it is."""
    form = game.form
    mine = set(scope.sets) & set(form.sets_of(player))
    slots = slot_probabilities(game, probabilities)
    zero = game.arithmetic.number(0)
    direct: dict[int, Any] = {_START: zero, **{a: zero for s in mine for a in form.slots(s)}}
    weight: dict[int, Any] = {}
    last_own: dict[int, int] = {}
    worth = dict(zip(scope.leaves.tolist(), range(len(scope.leaves)), strict=True))
    for history in sorted([*scope.inner.tolist(), *worth]):
        here = scope.start[history]
        parent, slot = int(form.parent[history]), int(form.last_slot[history])
        own = _START
        if parent in weight and form.decided_at[parent] >= 0:
            is_own = int(form.decided_at[parent]) in mine
            arriving = weight[parent] if is_own else weight[parent] * slots[slot]
            here = here + arriving
            own = slot if is_own else last_own[parent]
        weight[history], last_own[history] = here, own
        if history in worth and not _is_zero(here):
            direct[own] = direct[own] + here * scope.leaf_values[player, worth[history]]
    return direct


def _is_zero(weight: Any) -> bool:
    return not isinstance(weight, np.ndarray) and bool(weight == 0)


def _deepest_first(form: Form, scope: Scope, player: int) -> list[int]:
    """The player's information sets in the scope, later ones before those that precede them."""
    mine = [s for s in scope.sets if form.information_sets[s].player == player]
    depth: dict[int, int] = {}

    def own_depth(s: int) -> int:
        if s not in depth:
            before = int(form.own_parent_slot[s])
            depth[s] = 0 if before < 0 else own_depth(int(form.set_of_slot[before])) + 1
        return depth[s]

    return sorted(mine, key=own_depth, reverse=True)


def _slot_before(form: Form, scope: Scope, s: int) -> int:
    """The own slot before set ``s`` if it lies in the scope, else `_START`."""
    before = int(form.own_parent_slot[s])
    return before if before >= 0 and int(form.set_of_slot[before]) in scope.sets else _START


def _own_path_is_followed(form: Form, scope: Scope, probabilities: np.ndarray, s: int) -> bool:
    before = _slot_before(form, scope, s)
    while before != _START:
        if probabilities[before] == 0:
            return False
        before = _slot_before(form, scope, int(form.set_of_slot[before]))
    return True


def _largest(values: list[Any]) -> Any:
    top = values[0]
    for value in values[1:]:
        top = np.maximum(top, value) if isinstance(top, np.ndarray) or isinstance(value, np.ndarray) else max(top, value)
    return top


def _stacked(values: list[Any], game: Game) -> np.ndarray:
    if not values:
        return np.empty((0,), dtype=game.arithmetic.dtype)
    shapes = np.broadcast_shapes(*(np.shape(v) for v in values))
    stacked = np.empty((len(values), *shapes), dtype=game.arithmetic.dtype)
    for k, value in enumerate(values):
        stacked[k] = value
    return stacked
