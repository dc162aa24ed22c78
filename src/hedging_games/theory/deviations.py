"""What each deviation is worth: the one definition of correctness. No solver is needed to apply it, and none does.

Fix what everybody plays and a stage: the whole form for Nash equilibrium, each stage of the form for subgame
perfection, or the histories of one information set weighted by beliefs for sequential rationality. For one player,
weight every history by the probability with which the *others* lead there (its counterfactual reach). Then the value of
an action is a sum of products over histories, and with perfect recall (Kuhn 1953) the player's information sets form a
forest along which the best plan is found by recursion (von Stengel 1996, section 3: the sequence form).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.values import continuation_values, ends_of_play, ends_of_pure_play, slot_probabilities
from hedging_games.games.worths import Play, play_of


@dataclass(frozen=True, slots=True)
class Scope:
    """Where deviations are looked at: play starts at the histories of ``start`` with their weights (numbers or arrays of
    shape (*batch)), runs inside ``inner`` and is worth ``leaf_values`` (players, leaves, *batch) at ``leaves``; ``sets``
    are decided inside.
    """

    start: Mapping[int, Any]
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
    return Scope(
        {stage.root: game.arithmetic.number(1)}, stage.inner, stage.leaves, values[:, stage.leaves], stage.sets
    )


def whole_scope(game: Game) -> Scope:
    """The scope of the whole game: its leaves are the terminal histories, worth what the game pays."""
    whole = game.form.whole
    return Scope({0: game.arithmetic.number(1)}, whole.inner, whole.leaves, game.payoffs, whole.sets)


def one_shot_gains(game: Game, probabilities: np.ndarray, scope: Scope, player: int) -> Gains:
    """What each single departure from the profile is worth to ``player`` inside ``scope``; see `Gains`."""
    form = game.form
    direct = direct_values(game, probabilities, scope, player)
    slots: list[int] = []
    gains: list[Any] = []
    worth = dict(direct)
    for s, before in _deepest_first(form, scope, player):
        actions = form.slots(s)
        followed = _expected(probabilities, worth, actions)
        slots += actions
        gains += [worth[a] - followed for a in actions]
        worth[before] = _plus(worth[before], followed)
    return Gains(player, np.array(slots, dtype=int), _stacked(gains, game))


def best_plan_gain(
    game: Game, probabilities: np.ndarray, scope: Scope, player: int, direct: Mapping[int, Any] | None = None
) -> Any:
    """The player's regret, shape (*batch): what the best plan inside ``scope`` is worth beyond following the profile.

    ``direct``: `direct_values` of the same, where they are known already.
    """
    form = game.form
    best = dict(direct_values(game, probabilities, scope, player) if direct is None else direct)
    followed = dict(best)
    for s, before in _deepest_first(form, scope, player):
        actions = form.slots(s)
        best[before] = _plus(best[before], _largest([best[a] for a in actions]))
        followed[before] = _plus(followed[before], _expected(probabilities, followed, actions))
    return best[_START] - followed[_START]


def decision_gains(game: Game, profile: MixedProfile) -> tuple[Any, bool]:
    """The largest gain at any single decision of a game of perfect information, what follows being played by the profile, and
    whether every action that is not taken loses. No batch axes.

    There each stage is one decision, in which the best plan is an action: the gain is what `best_plan_gain` is in that stage.
    """
    form = game.form
    if not form.information_sets:
        return game.arithmetic.number(0), True
    owner = form.player_of_set[form.decided_at[form.parent[1:]]]
    after = np.flatnonzero(owner != CHANCE) + 1
    owner, before, slots = owner[after - 1], form.parent[after], form.last_slot[after]
    if profile.is_pure and not form.has_chance:
        ends: np.ndarray | None = ends_of_pure_play(form, profile.is_taken)
    else:
        ends = ends_of_play(form, slot_probabilities(game, profile.probabilities))
    if ends is not None and game.whole is not None and game.whole.numbers.dtype == np.int64:
        gains = game.whole.numbers[owner, ends[after]] - game.whole.numbers[owner, ends[before]]
        best = [(int(gains[owner == k].max(initial=0)), scale) for k, scale in enumerate(game.whole.scales)]
        largest: Any = max(Fraction(*gain) for gain in best)
    else:
        values = continuation_values(game, profile.probabilities)
        gains = values[owner, after] - values[owner, before]
        largest = max([game.arithmetic.number(0), *gains])
    return largest, bool((gains[~profile.is_taken[slots]] < 0).all())


def is_strict(
    game: Game, probabilities: np.ndarray, scope: Scope, player: int, direct: Mapping[int, Any] | None = None
) -> bool:
    """Whether every other (reduced) plan inside the scope is worse for the player than the pure one in the profile.

    No batch axes. An action off the player's own path is no part of a reduced plan and does not count. ``direct`` as for
    `best_plan_gain`.
    """
    form = game.form
    best = dict(direct_values(game, probabilities, scope, player) if direct is None else direct)
    is_strictly_best: dict[int, bool] = {}
    set_before: dict[int, int] = {}
    for s, before in _deepest_first(form, scope, player):
        actions = form.slots(s)
        top = _largest([best[a] for a in actions])
        chosen = [a for a in actions if probabilities[a] == 1]
        others = [best[a] for a in actions if probabilities[a] != 1]
        is_strictly_best[s] = bool(chosen) and best[chosen[0]] == top and all(value < top for value in others)
        set_before[s] = before
        best[before] = _plus(best[before], top)
    # First sets first: a set counts if the player's own choices before it lead there.
    is_followed: dict[int, bool] = {}
    for s in reversed(set_before):
        before = set_before[s]
        is_followed[s] = before == _START or (probabilities[before] != 0 and is_followed[int(form.set_of_slot[before])])
    return all(is_strictly_best[s] for s in set_before if is_followed[s])


_START = -1
"""Stands for 'before the player's first action in the scope' where slots are keys."""


def direct_values(game: Game, probabilities: np.ndarray, scope: Scope, player: int) -> dict[int, Any]:
    """For each own slot (and `_START`) the counterfactual worth of the leaves whose last own action it is.

    Histories that the others (and chance) rule out are left out, and so is all that follows them.
    """
    form = game.form
    if scope.leaf_values is game.payoffs and scope.start == {0: 1} and form.is_simultaneous and probabilities.ndim == 1:
        worths = table_worths(game, probabilities, player)
        if worths is not None:
            return worths
    owner = {s: form.information_sets[s].player for s in scope.sets}
    own_slots = [a for s, who in owner.items() if who == player for a in form.slots(s)]
    direct: dict[int, Any] = dict.fromkeys([_START, *own_slots], game.arithmetic.number(0))
    leaf = dict(zip(scope.leaves.tolist(), scope.leaf_values[player], strict=True))
    # Histories to visit, with their weight and the own slot taken last.
    waiting = [(history, weight, _START) for history, weight in scope.start.items() if not _is(weight, 0)]
    while waiting:
        history, weight, own = waiting.pop()
        if history in leaf:
            direct[own] = _plus(direct[own], _times(leaf[history], weight))
            continue
        s = int(form.decided_at[history])
        moves = zip(form.children[history], form.slots(s), strict=True)
        if owner[s] == player:
            waiting += [(child, weight, slot) for child, slot in moves]
        else:
            odds = game.chance if owner[s] == CHANCE else probabilities
            waiting += [(child, _times(weight, odds[slot]), own) for child, slot in moves if not _is(odds[slot], 0)]
    return direct


def matrix_gains(play: Play) -> tuple[Any, bool]:
    """The largest gain of anybody in a matrix game, and whether every action that is not taken loses where nobody gains.

    There a plan is an action: the gain is what `best_plan_gain` is over the whole, in whole numbers.
    """
    largest: Any = Fraction(0)
    is_alone = True
    for own, (worth, scale) in zip(play.of, play.worths, strict=True):
        # What is gained over an action that is taken: zero for all that are, at an equilibrium.
        gained = [play.reduced(value - worth[own.actions[0]]) for value in worth]
        top = max(gained)
        if any(gained[k] != top for k in own.actions):
            share = zip(own.actions, own.weights, strict=True)
            mean = sum(play.number(weight, own.scale) * gained[k] for k, weight in share)
            largest = max(largest, (top - mean) * Fraction(1, scale))
        is_alone = is_alone and gained.count(top) == 1
    return largest, is_alone


def table_worths(game: Game, probabilities: np.ndarray, player: int) -> dict[int, Any] | None:
    """What `direct_values` are over the whole of a matrix game, summed over the table of payoffs in whole numbers: one
    common denominator instead of one number for each terminal history. None where `worths.play_of` is.
    """
    play = play_of(game, probabilities)
    if play is None:
        return None
    worth, scale = play.worths[player]
    values = [play.number(value, scale) for value in worth]
    sets = game.form.sets_of(player)
    if not sets:
        return {_START: values[0]}
    return {_START: Fraction(0), **dict(zip(game.form.slots(sets[0]), values, strict=True))}


def _expected(probabilities: np.ndarray, worth: Mapping[int, Any], actions: range) -> Any:
    """What the player's own mixture makes of the worth of its actions."""
    terms = [_times(worth[a], probabilities[a]) for a in actions if not _is(probabilities[a], 0)]
    return sum(terms[1:], start=terms[0]) if terms else 0


def _plus(value: Any, more: Any) -> Any:
    """The sum, without arithmetic where there is nothing yet."""
    return more if _is(value, 0) else value + more


def _is(weight: Any, number: int) -> bool:
    """Whether a weight without batch axes is a given number."""
    return not isinstance(weight, np.ndarray) and bool(weight == number)


def _times(value: Any, weight: Any) -> Any:
    """The product, without arithmetic where the weight is one: pure profiles have mostly such."""
    return value if _is(weight, 1) else value * weight


def _deepest_first(form: Form, scope: Scope, player: int) -> list[tuple[int, int]]:
    """The player's information sets in the scope, later ones before those that precede them (whose first histories
    have smaller numbers), each with the own slot taken before it in the scope (`_START` if none).
    """
    mine = {s: int(form.histories_of[s][0]) for s in scope.sets if form.information_sets[s].player == player}
    found = []
    for s in sorted(mine, key=mine.__getitem__, reverse=True):
        before = int(form.own_parent_slot[s])
        found.append((s, before if before >= 0 and int(form.set_of_slot[before]) in mine else _START))
    return found


def _largest(values: list[Any]) -> Any:
    top = values[0]
    for value in values[1:]:
        top = (
            np.maximum(top, value) if isinstance(top, np.ndarray) or isinstance(value, np.ndarray) else max(top, value)
        )
    return top


def _stacked(values: list[Any], game: Game) -> np.ndarray:
    if not values:
        return np.empty((0,), dtype=game.arithmetic.dtype)
    shapes = np.broadcast_shapes(*(np.shape(v) for v in values))
    stacked = np.empty((len(values), *shapes), dtype=game.arithmetic.dtype)
    for k, value in enumerate(values):
        stacked[k] = value
    return stacked
