"""What groups can gain together: strong and coalition-proof Nash equilibrium.

Strong Nash (Aumann 1959): no group can deviate so that every member gains, the others' play given; a group that acts
together can also randomise together, so its deviations are joint distributions and the question is a linear program.
Coalition-proof (Bernheim, Peleg and Whinston 1987): only deviations count that are themselves proof against further
deviations of subgroups; defined by recursion on the number of players, here in pure plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm
from hedging_games.theory.dominance import largest_margin

MAX_JOINT_PLANS = 20_000
"""Joint plans of a group up to which its deviations are searched."""

Plans = tuple[int, ...]
"""A plan number for each player."""


def groups(count: int) -> Iterator[tuple[int, ...]]:
    """The groups of players, smaller ones first."""
    for size in range(1, count + 1):
        yield from combinations(range(count), size)


def group_gain(table: StrategicForm, mixed: Sequence[Sequence[Any]], group: Sequence[int]) -> Fraction:
    """The largest amount by which *every* member of a group can gain at once by a joint deviation, at least 0.

    ``mixed``: rational weights by player and plan, shape (players, plans). Raises CouldNotFinish for groups with too many
    joint plans.
    """
    sizes = [len(table.plans[i]) for i in group]
    if prod(sizes) > MAX_JOINT_PLANS:
        raise could_not_finish("size", f"a group has {prod(sizes)} joint plans", "use fewer grid levels")
    # worth: shape (joint plans, members), against the others' play.
    worth = np.stack([_against(table.payoffs[i], mixed, group).ravel() for i in group], axis=1)
    now = np.array([_expected(table, mixed, i) for i in group], dtype=object)
    return largest_margin(worth, now)[1] if len(worth) > 1 else Fraction(0)


def _against(payoffs: np.ndarray, mixed: Sequence[Sequence[Any]], group: Sequence[int]) -> np.ndarray:
    """A payoff tensor with everybody outside the group playing their mixtures; axes left: the group's."""
    for player in reversed(range(payoffs.ndim)):
        if player not in group:
            payoffs = np.moveaxis(payoffs, player, -1) @ np.array(mixed[player], dtype=object)
    return payoffs


def _expected(table: StrategicForm, mixed: Sequence[Sequence[Any]], player: int) -> Any:
    tensor: Any = table.payoffs[player]
    for weights in reversed(mixed):
        tensor = tensor @ np.array(weights, dtype=object)
    return tensor


def coalition_proof_plans(table: StrategicForm) -> tuple[Plans, ...]:
    """The pure coalition-proof Nash equilibria, by the recursion of Bernheim, Peleg and Whinston (1987, p. 6).

    A profile is self-enforcing for a group if, the others fixed, every proper subgroup's part is coalition-proof for it;
    it is coalition-proof if no other self-enforcing profile makes every member of the group better off.
    Raises CouldNotFinish for tables beyond `MAX_JOINT_PLANS` cells.
    """
    sizes = [len(plans) for plans in table.plans]
    if prod(sizes) > MAX_JOINT_PLANS:
        raise could_not_finish("size", f"the table has {prod(sizes)} cells", "use fewer grid levels")
    everyone = tuple(range(len(sizes)))
    known: dict[tuple[tuple[int, ...], Plans], frozenset[Plans]] = {}

    def proof(group: tuple[int, ...], others: Plans) -> frozenset[Plans]:
        """The group's joint plans that are coalition-proof when the others play ``others`` (entries of members ignored)."""
        fixed = tuple(-1 if i in group else plan for i, plan in enumerate(others))
        if (group, fixed) not in known:
            enforcing = [
                joint
                for joint in product(*(range(sizes[i]) for i in group))
                if all(_part(joint, group, sub) in proof(sub, _merged(fixed, group, joint)) for sub in _proper(group))
            ]
            worth = {joint: _worth(table, group, _merged(fixed, group, joint)) for joint in enforcing}
            known[group, fixed] = frozenset(
                joint for joint in enforcing if not any(_all_better(worth[other], worth[joint]) for other in enforcing)
            )
        return known[group, fixed]

    return tuple(sorted(proof(everyone, (-1,) * len(sizes))))


def _proper(group: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for size in range(1, len(group)):
        yield from combinations(group, size)


def _part(joint: Plans, group: Sequence[int], sub: Sequence[int]) -> Plans:
    return tuple(joint[group.index(i)] for i in sub)


def _merged(fixed: Plans, group: Sequence[int], joint: Plans) -> Plans:
    merged = list(fixed)
    for i, plan in zip(group, joint, strict=True):
        merged[i] = plan
    return tuple(merged)


def _worth(table: StrategicForm, group: Sequence[int], plans: Plans) -> tuple[Any, ...]:
    return tuple(table.payoffs[(i, *plans)] for i in group)


def _all_better(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(a > b for a, b in zip(one, other, strict=True))


def plan_weights(table: StrategicForm, profile: MixedProfile) -> list[list[Any]]:
    """For each player the mixed plan that a behaviour strategy amounts to (Kuhn 1953): products of its probabilities."""
    return [
        [prod((profile.probabilities[slot] for slot in plan), start=Fraction(1)) for plan in plans]
        for plans in table.plans
    ]
