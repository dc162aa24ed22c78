"""From trees to tables and back: reduced plans, the strategic form, and behaviour strategies (Kuhn 1953)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile

Plan = tuple[int, ...]
"""A reduced plan: one slot at each information set of the player that the plan itself does not rule out."""

MAX_PLANS = 20_000
"""Reduced plans a player may have before the strategic form is refused."""

MAX_ENTRIES = 2_000_000
"""Entries the strategic form may have, over all players."""


@dataclass(frozen=True, eq=False)
class StrategicForm:
    """Reduced plans by player, and payoffs of shape (players, plans of player 0, plans of player 1, ..., *batch)."""

    game: Game
    plans: tuple[tuple[Plan, ...], ...]
    payoffs: np.ndarray

    def profile(self, weights: Sequence[Sequence[Any]]) -> MixedProfile:
        """The behaviour strategies that are realisation-equivalent to mixed plans (Kuhn 1953): at each information set
        the weight of the plans that take the action among those that allow the set. ``weights``: by player and plan.
        """
        form = self.game.form
        one: Any = Fraction(1)
        probabilities = np.full(form.slot_count, 0 * one, dtype=object)
        unreached: set[int] = set()
        for player, mixed in enumerate(weights):
            carried = np.full(form.slot_count, 0 * one, dtype=object)
            for plan, weight in zip(self.plans[player], mixed, strict=True):
                if weight != 0:
                    for slot in plan:
                        carried[slot] = carried[slot] + weight
            for s in form.sets_of(player):
                here = form.slots(s)
                total = sum(carried[slot] for slot in here)
                if total == 0:
                    unreached.add(s)
                    probabilities[here[0]] = one
                else:
                    for slot in here:
                        probabilities[slot] = carried[slot] / total
        return MixedProfile(form, probabilities, frozenset(unreached))


def count_plans(form: Form, player: int) -> int:
    """How many reduced plans a player has."""
    after = _sets_after(form, player)

    @cache
    def plans_from(slot: int) -> int:
        count = 1
        for s in after[slot]:
            count *= sum(plans_from(action) for action in form.slots(s))
        return count

    return plans_from(-1)


def reduced_plans(form: Form, player: int) -> tuple[Plan, ...]:
    """All reduced plans of a player, in lexicographic order of their slots.

    Raises CouldNotFinish if there are more than `MAX_PLANS`.
    """
    count = count_plans(form, player)
    if count > MAX_PLANS:
        raise could_not_finish(
            "size",
            f"{form.players[player]} has {count} plans, more than the {MAX_PLANS} that can be listed",
            "ask for subgame-perfect equilibria, which need no list of plans, or use fewer grid levels",
        )
    after = _sets_after(form, player)

    def plans_from(slot: int) -> list[Plan]:
        parts = [[(a, *rest) for a in form.slots(s) for rest in plans_from(a)] for s in after[slot]]
        return [tuple(sorted(sum(choice, ()))) for choice in product(*parts)]

    return tuple(plans_from(-1))


def _sets_after(form: Form, player: int) -> dict[int, list[int]]:
    """For each own slot, and -1 for the start, the player's information sets that come next."""
    after: dict[int, list[int]] = {-1: []}
    for s in form.sets_of(player):
        after.update({slot: [] for slot in form.slots(s)})
    for s in form.sets_of(player):
        after[int(form.own_parent_slot[s])].append(s)
    return after


def strategic_form(game: Game) -> StrategicForm:
    """The reduced strategic form. A matrix game keeps its actions' order.

    Raises CouldNotFinish if it has more than `MAX_ENTRIES` entries.
    """
    form = game.form
    counts = [count_plans(form, player) for player in range(len(form.players))]
    entries = len(counts) * int(np.prod(np.array(counts, dtype=object)))
    if entries > MAX_ENTRIES:
        raise could_not_finish(
            "size",
            f"the table of all plans has {' × '.join(map(str, counts))} cells",
            "ask for subgame-perfect equilibria, which need no table, or use fewer grid levels",
        )
    plans = tuple(reduced_plans(form, player) for player in range(len(form.players)))
    if form.is_simultaneous:
        return StrategicForm(game, plans, game.payoff_table())
    allows = [_allowed(form, player, plans[player]) for player in range(len(form.players))]
    batch = np.broadcast_shapes(game.payoffs.shape[2:], game.chance.shape[1:])
    payoffs = np.empty((len(counts), *counts, *batch), dtype=game.arithmetic.dtype)
    payoffs[...] = game.arithmetic.number(0)
    for z, history in enumerate(form.terminals):
        probability: Any = 1
        for slot in form.path(int(history)):
            if form.player_of_slot[slot] < 0:
                probability = probability * game.chance[slot]
        cells = np.ix_(range(len(counts)), *(np.flatnonzero(mask[:, z]) for mask in allows))
        worth = probability * game.payoffs[:, z]
        payoffs[cells] = payoffs[cells] + worth.reshape(len(counts), *(1,) * len(counts), *batch)
    return StrategicForm(game, plans, payoffs)


def _allowed(form: Form, player: int, plans: Sequence[Plan]) -> np.ndarray:
    """Shape (plans, Z): whether a plan takes all of the player's own actions on the way to a terminal history."""
    mask = np.ones((len(plans), len(form.terminals)), dtype=bool)
    taken = np.zeros((len(plans), form.slot_count), dtype=bool)
    for k, plan in enumerate(plans):
        taken[k, list(plan)] = True
    for z, history in enumerate(form.terminals):
        own = [slot for slot in form.path(int(history)) if form.player_of_slot[slot] == player]
        mask[:, z] = taken[:, own].all(axis=1)
    return mask
