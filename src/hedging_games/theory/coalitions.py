"""What groups can gain together: strong and coalition-proof Nash equilibrium.

Strong Nash (Aumann 1959): no group can deviate so that every member gains, the others' play given; a group that acts
together can also randomise together, so its deviations are joint lotteries and the question is a linear program.
Coalition-proof (Bernheim, Peleg and Whinston 1987): only deviations count that are themselves proof against further
deviations of subgroups; defined by recursion on the size of the group, here in pure plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.matrix_value import matrix_value
from hedging_games.errors import could_not_finish
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm
from hedging_games.theory.dominance import largest_margin

MAX_JOINT_PLANS = 20_000
"""Joint plans of a group up to which its deviations are searched."""

Plans = tuple[int, ...]
"""A plan number for each player."""


def groups(table: StrategicForm) -> Iterator[tuple[int, ...]]:
    """The groups of two or more players who have a choice, smaller ones first.

    Members without a choice change nothing but that they would have to gain too.
    """
    choosing = [player for player, plans in enumerate(table.plans) if len(plans) > 1]
    for size in range(2, len(choosing) + 1):
        yield from combinations(choosing, size)


def group_gain(
    table: StrategicForm, mixed: Sequence[Sequence[Any]], group: Sequence[int], check: Check = no_check
) -> Any:
    """The largest amount by which *every* member of a group can gain at once by a joint lottery over plans, at least 0.

    ``mixed``: exact weights by player and plan, rational or algebraic. Raises CouldNotFinish for groups with too many
    joint plans.
    """
    worth = _joint_worth(table, mixed, group)
    now = np.array([_expected(table, mixed, i) for i in group], dtype=object)
    if all(isinstance(value, (int, Fraction)) for value in (*worth.ravel(), *now)):
        return largest_margin(worth, now, check)[1] if len(worth) > 1 else Fraction(0)
    # Members are the rows: what the lottery over joint plans makes the least lucky of them lose.
    return -matrix_value((now - worth).T.tolist(), check)


def gains_purely(table: StrategicForm, mixed: Sequence[Sequence[Any]], group: Sequence[int]) -> bool:
    """Whether a group has joint plans, no lottery needed, that make every member gain."""
    now = [_expected(table, mixed, i) for i in group]
    return any(_all_better(worth, now) for worth in _joint_worth(table, mixed, group))


def _joint_worth(table: StrategicForm, mixed: Sequence[Sequence[Any]], group: Sequence[int]) -> np.ndarray:
    """Shape (joint plans, members): what joint plans of a group are worth to its members against the others' play."""
    count = prod(len(table.plans[i]) for i in group)
    if count > MAX_JOINT_PLANS:
        raise could_not_finish("size", f"a group has {count} joint plans", "use fewer grid levels")
    return np.stack([_against(table.payoffs[i], mixed, group).ravel() for i in group], axis=1)


def _against(payoffs: np.ndarray, mixed: Sequence[Sequence[Any]], group: Sequence[int]) -> np.ndarray:
    """A payoff tensor with everybody outside the group playing their mixtures; axes left: the group's."""
    for player in reversed(range(payoffs.ndim)):
        if player not in group:
            payoffs = _averaged(np.moveaxis(payoffs, player, -1), mixed[player])
    return payoffs


def _averaged(tensor: np.ndarray, weights: Sequence[Any]) -> Any:
    """A tensor with its last axis averaged by weights, of which pure plans leave a single one."""
    played = [k for k, weight in enumerate(weights) if weight != 0]
    if len(played) == 1:
        return tensor[..., played[0]]
    return tensor[..., played] @ np.array([weights[k] for k in played], dtype=object)


def _expected(table: StrategicForm, mixed: Sequence[Sequence[Any]], player: int) -> Any:
    tensor: Any = table.payoffs[player]
    for weights in reversed(mixed):
        tensor = _averaged(tensor, weights)
    return tensor


def coalition_proof_plans(table: StrategicForm, check: Check = no_check) -> tuple[Plans, ...]:
    """The pure coalition-proof Nash equilibria, by the recursion of Bernheim, Peleg and Whinston (1987).

    A profile is self-enforcing for a group if, the others fixed, every proper subgroup's part is coalition-proof for it;
    it is coalition-proof if no other self-enforcing profile makes every member of the group better off.
    Raises CouldNotFinish for tables beyond `MAX_JOINT_PLANS` cells.
    """
    sizes = [len(plans) for plans in table.plans]
    if prod(sizes) > MAX_JOINT_PLANS:
        raise could_not_finish("size", f"the table has {prod(sizes)} cells", "use fewer grid levels")
    choosing = tuple(player for player, size in enumerate(sizes) if size > 1)
    known: dict[tuple[tuple[int, ...], Plans], frozenset[Plans]] = {}

    def proof(group: tuple[int, ...], others: Plans) -> frozenset[Plans]:
        """The group's joint plans that are coalition-proof when the others play ``others`` (entries of members ignored)."""
        fixed = tuple(-1 if i in group else plan for i, plan in enumerate(others))
        if (group, fixed) not in known:
            check()
            worth = {
                joint: _worth(table, group, _merged(fixed, group, joint))
                for joint in product(*(range(sizes[i]) for i in group))
                if all(_part(joint, group, sub) in proof(sub, _merged(fixed, group, joint)) for sub in _proper(group))
            }
            undominated = _undominated(worth.values())
            known[group, fixed] = frozenset(joint for joint, values in worth.items() if values in undominated)
        return known[group, fixed]

    start = tuple(-1 if i in choosing else 0 for i in range(len(sizes)))
    return tuple(sorted(_merged(start, choosing, joint) for joint in proof(choosing, start)))


def _undominated(vectors: Iterable[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """The vectors that no other exceeds in every entry."""
    # In falling order only an earlier vector can exceed a later one, and some undominated one does if any does.
    found: list[tuple[Any, ...]] = []
    for vector in sorted(set(vectors), reverse=True):
        if not any(_all_better(other, vector) for other in found):
            found.append(vector)
    return set(found)


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


def _all_better(one: Iterable[Any], other: Iterable[Any]) -> bool:
    return all(a > b for a, b in zip(one, other, strict=True))


def plan_weights(table: StrategicForm, profile: MixedProfile) -> list[list[Any]]:
    """For each player the mixed plan that a behaviour strategy amounts to (Kuhn 1953): products of its probabilities."""
    return [
        [prod((profile.probabilities[slot] for slot in plan), start=Fraction(1)) for plan in plans]
        for plans in table.plans
    ]
