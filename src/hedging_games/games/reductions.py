"""From trees to tables and back: reduced plans, the strategic form, and behaviour strategies (Kuhn 1953)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.values import reach
from hedging_games.games.whole import WholePayoffs, whole_payoffs

Plan = tuple[int, ...]
"""A reduced plan: one slot at each information set of the player that the plan itself does not rule out."""

_PlanFrom: TypeAlias = tuple[int, tuple["_PlanFrom", ...]]

MAX_PLANS = 20_000
"""Reduced plans a player may have before the strategic form is refused."""

MAX_ENTRIES = 2_000_000
"""Entries the strategic form may have, over all players."""

MAX_MASK = 50_000_000
"""Pairs of a plan and a history that the strategic form may look at."""


@dataclass(frozen=True, eq=False)
class StrategicForm:
    """Reduced plans by player, and payoffs of shape (players, plans of player 0, plans of player 1, ..., *batch)."""

    game: Game
    plans: tuple[tuple[Plan, ...], ...]
    payoffs: np.ndarray

    @cached_property
    def whole(self) -> WholePayoffs | None:
        """The payoffs as whole numbers, by player and plans; None unless all are fractions."""
        return self.game.whole_table if self.game.form.is_simultaneous else whole_payoffs(self.payoffs)

    def profile(self, weights: Sequence[Sequence[Any]]) -> MixedProfile:
        """The behaviour strategies that are realisation-equivalent to mixed plans (Kuhn 1953): at each information set
        the weight of the plans that take the action among those that allow the set. ``weights``: by player and plan.
        """
        form = self.game.form
        one: Any = Fraction(1)
        probabilities = np.full(form.slot_count, 0 * one, dtype=object)
        if form.is_simultaneous:
            # Plans are actions.
            played = [
                pair
                for plans, mixed in zip(self.plans, weights, strict=True)
                for pair in zip(plans, mixed, strict=True)
            ]
            probabilities[[slot for plan, _ in played for slot in plan]] = [weight for plan, weight in played if plan]
            return MixedProfile(form, probabilities)
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
    """How many reduced plans a player has: sums over actions, products over the sets an action leads to."""
    if len(sets := form.sets_of(player)) <= 1:
        return sum(len(form.slots(s)) for s in sets) or 1
    count = {-1: 1, **{slot: 1 for s in form.sets_of(player) for slot in form.slots(s)}}
    for s in _later_first(form, player):
        count[int(form.own_parent_slot[s])] *= sum(count[slot] for slot in form.slots(s))
    return count[-1]


def reduced_plans(form: Form, player: int) -> tuple[Plan, ...]:
    """All reduced plans of a player, in lexicographic order of the choices at the sets, as the sets are numbered.

    Raises CouldNotFinish if there are more than `MAX_PLANS`.
    """
    count = count_plans(form, player)
    if count > MAX_PLANS:
        raise could_not_finish(
            "size",
            f"{form.players[player]} has {count_text(count)} plans, more than the {MAX_PLANS} that can be listed",
            f"{_without_plans(form)}, or use fewer grid levels",
        )
    if len(sets := form.sets_of(player)) <= 1:
        return tuple((slot,) for s in sets for slot in form.slots(s)) or ((),)
    after: dict[int, list[int]] = {-1: []}
    for s in form.sets_of(player):
        after.update({slot: [] for slot in form.slots(s)})
    for s in form.sets_of(player):
        after[int(form.own_parent_slot[s])].append(s)
    # Plans from a set on, later sets first: a slot, and a plan from each set that it leads to.
    plans_at: dict[int, list[_PlanFrom]] = {}
    for s in _later_first(form, player):
        plans_at[s] = [(slot, rest) for slot in form.slots(s) for rest in product(*(plans_at[t] for t in after[slot]))]
    return tuple(_slots_of(plan) for plan in product(*(plans_at[s] for s in after[-1])))


def _without_plans(form: Form) -> str:
    """What can be asked of a form whose plans are too many to list."""
    of_two = sum(count_plans(form, player) > 1 for player in range(len(form.players))) == 2
    concept = "subgame-perfect equilibria" if of_two or len(form.stages) > 1 else "quantal response (qre)"
    return f"ask for {concept}, which can do without a list of plans"


def _slots_of(plan: tuple[_PlanFrom, ...]) -> Plan:
    slots, waiting = [], list(plan)
    while waiting:
        slot, rest = waiting.pop()
        slots.append(slot)
        waiting += rest
    return tuple(sorted(slots))


def count_text(count: int) -> str:
    """A number for a message: its size where its digits would fill the page."""
    return str(count) if count < 10**15 else f"about 10^{round(math.log10(count))}"


def _later_first(form: Form, player: int) -> list[int]:
    """The player's information sets, each after all those that come after it in play."""
    return sorted(form.sets_of(player), key=lambda s: -int(form.histories_of[s][0]))


def strategic_form(game: Game) -> StrategicForm:
    """The reduced strategic form. A matrix game keeps its actions' order.

    Raises CouldNotFinish if it has more than `MAX_ENTRIES` entries.
    """
    form = game.form
    counts = [count_plans(form, player) for player in range(len(form.players))]
    if len(counts) * math.prod(counts) > MAX_ENTRIES or max(counts, default=0) * form.history_count > MAX_MASK:
        raise could_not_finish(
            "size",
            f"the table of all plans has {' × '.join(map(count_text, counts))} cells",
            f"{_without_plans(form)}, or use fewer grid levels",
        )
    plans = tuple(reduced_plans(form, player) for player in range(len(form.players)))
    if form.is_simultaneous:
        return StrategicForm(game, plans, game.payoff_table())
    allows = [plan_masks(form, player, plans[player]) for player in range(len(form.players))]
    batch = np.broadcast_shapes(game.payoffs.shape[2:], game.chance.shape[1:])
    payoffs = np.empty((len(counts), *counts, *batch), dtype=game.arithmetic.dtype)
    payoffs[...] = game.arithmetic.number(0)
    odds = chance_of_terminals(game)
    worth = game.payoffs.reshape(game.payoffs.shape + (1,) * (2 + len(batch) - game.payoffs.ndim)) * odds[None]
    worth = np.broadcast_to(worth, (len(counts), len(odds), *batch))
    for z in range(len(odds)):
        cells = np.ix_(np.arange(len(counts)), *(np.flatnonzero(mask[:, z]) for mask in allows))
        added = worth[:, z].reshape(len(counts), *(1,) * len(counts), *batch)
        payoffs[cells] = payoffs[cells] + added if form.has_chance else added
    return StrategicForm(game, plans, payoffs)


def chance_of_terminals(game: Game) -> np.ndarray:
    """Shape (Z, *batch): how likely chance's own moves on the way to each terminal history are (batch axes of length
    one where only the payoffs have them).
    """
    form = game.form
    by_chance = form.player_of_slot == CHANCE
    slots = np.full((form.slot_count, *game.chance.shape[1:]), game.arithmetic.number(1), dtype=game.arithmetic.dtype)
    slots[by_chance] = game.chance[by_chance]
    odds = reach(form, slots)[form.terminals]
    return np.asarray(odds.reshape(odds.shape + (1,) * (game.payoffs.ndim - 1 - odds.ndim)))


def event_table(table: StrategicForm, event: np.ndarray) -> np.ndarray:
    """Shape (plans of player 0, plans of player 1, ...): how likely an event (a mask over terminal histories) is."""
    form = table.game.form
    allows = [plan_masks(form, player, plans) for player, plans in enumerate(table.plans)]
    odds = chance_of_terminals(table.game)
    likely = np.full(tuple(len(plans) for plans in table.plans), table.game.arithmetic.number(0), dtype=object)
    for z in np.flatnonzero(event):
        cells = np.ix_(*(np.flatnonzero(mask[:, z]) for mask in allows))
        likely[cells] = likely[cells] + odds[z]
    return likely


def plan_masks(form: Form, player: int, plans: Sequence[Plan]) -> np.ndarray:
    """Shape (plans, Z): whether a plan takes all of the player's own actions on the way to a terminal history."""
    taken = np.zeros((len(plans), form.slot_count + 1), dtype=bool)
    taken[:, -1] = True  # for terminal histories before which the player takes no action
    for k, plan in enumerate(plans):
        taken[k, list(plan)] = True
    # A plan that takes the last own action takes all before it, since it is reduced.
    return np.asarray(taken[:, form.own_last_slot(player)[form.terminals]])
