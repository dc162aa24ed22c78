"""What sequential rationality demands of a belief: linear inequalities, for consistent beliefs and for arbitrary ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.form import TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.games.values import continuation_values, slot_probabilities
from hedging_games.theory.assessments import personal_sets

MOST_PLANS = 5_000
"""Plans from one information set that weak perfect Bayesian equilibrium may have to compare."""

Rows = list[tuple[Any, ...]]
"""Linear demands on a belief: each row times the belief must be at least 0."""


def one_shot_demands(game: Game, probabilities: np.ndarray) -> dict[int, Rows]:
    """At each set and for each action: what following the profile is worth beyond it, by history. With consistent
    beliefs it is enough that no single departure pays (Hendon, Jacobsen and Sloth 1996).
    """
    form = game.form
    values = continuation_values(game, probabilities)
    demands: dict[int, Rows] = {}
    for s in personal_sets(form):
        player = form.information_sets[s].player
        histories = form.histories_of[s].tolist()
        followed = values[player, histories]
        worth = [[values[player, form.children[h][k]] for h in histories] for k in range(len(form.slots(s)))]
        demands[s] = [tuple(f - w for f, w in zip(followed, row, strict=True)) for row in worth]
    return demands


def plan_demands(game: Game, probabilities: np.ndarray) -> dict[int, Rows]:
    """At each set and for each plan from there on: what following the profile is worth beyond it, by history."""
    form = game.form
    values = continuation_values(game, probabilities)
    slots = slot_probabilities(game, probabilities)
    demands: dict[int, Rows] = {}
    for s in personal_sets(form):
        player = form.information_sets[s].player
        histories = form.histories_of[s].tolist()
        by_own_path = [_worth_by_own_path(game, slots, player, h) for h in histories]
        rows: Rows = []
        for plan in plans_from(form, s):
            row = []
            for h, worth in zip(histories, by_own_path, strict=True):
                deviating = sum((w for path, w in worth.items() if path <= plan), Fraction(0))
                row.append(values[player, h] - deviating)
            rows.append(tuple(row))
        demands[s] = rows
    return demands


def _worth_by_own_path(game: Game, slots: np.ndarray, player: int, start: int) -> dict[frozenset[int], Any]:
    """From a history on: for each set of own actions taken, the payoffs they lead to, weighted by the others' play."""
    form = game.form
    weight: dict[int, Any] = {start: Fraction(1)}
    own: dict[int, frozenset[int]] = {start: frozenset()}
    worth: dict[frozenset[int], Any] = {}
    for history in range(start, int(form.end[start])):
        if history != start:
            before, slot = int(form.parent[history]), int(form.last_slot[history])
            is_own = form.player_of_slot[slot] == player
            weight[history] = weight[before] if is_own else weight[before] * slots[slot]
            own[history] = own[before] | {slot} if is_own else own[before]
        if form.decided_at[history] == TERMINAL:
            paid = game.payoffs[player, int(np.searchsorted(form.terminals, history))]
            worth[own[history]] = worth.get(own[history], Fraction(0)) + weight[history] * paid
    return worth


def plans_from(form: Form, information_set: int) -> list[frozenset[int]]:
    """All reduced plans of a player from one of the player's information sets on, as sets of slots."""
    player = form.information_sets[information_set].player

    def from_set(s: int) -> list[frozenset[int]]:
        return [frozenset([slot]) | rest for slot in form.slots(s) for rest in after(slot)]

    def after(slot: int) -> list[frozenset[int]]:
        following = [s for s in form.sets_of(player) if form.own_parent_slot[s] == slot]
        plans = [frozenset[int]().union(*choice) for choice in product(*(from_set(s) for s in following))]
        if len(plans) > MOST_PLANS:
            label = form.information_sets[information_set].label
            raise could_not_finish("size", f"there are too many plans from '{label}' on", "ask for 'sequential'")
        return plans

    return from_set(information_set)
