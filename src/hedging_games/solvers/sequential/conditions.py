"""The conditions of sequential equilibrium for given supports: polynomials in the probabilities of the actions played.

Fix at every information set of a stage which actions are played. What an action is worth at a history is then a
polynomial in the probabilities of later actions, and how likely a history is one in those of earlier actions. On the path the
two multiply to a condition without beliefs. Off the path the likelihoods of the mistakes that lead there come in as
further unknowns: free weights of the histories where any belief is consistent, else the monomials in free factors that
`theory.trembles` describes, for every choice of the histories that lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.number_field import as_rational
from hedging_games.algebra.positive.elimination import solve_positive
from hedging_games.algebra.positive.system import Block, PositiveSystem, unknowns
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.solvers.sequential.weights import (
    Arrival,
    Likelihoods,
    Origins,
    alternatives,
    arrivals,
    free_weights,
    likelihoods,
    origins_of,
    weighted,
)
from hedging_games.solvers.sequential.worth import ONE, Key, StagePlay, Support, Worth, bounds, minus, own_worth
from hedging_games.theory.beliefs.demands import plans_from
from hedging_games.theory.trembles import together

MOST_CORNERS = 500
"""Products of extreme points at which a worth is compared."""


@dataclass(slots=True)
class Conditions:
    """What is asked: ``equations`` = 0, ``at_least`` >= 0, each of ``sums`` adds up to 1; unknowns are positive, those
    in ``weak`` not negative.
    """

    equations: list[Worth] = field(default_factory=list)
    at_least: list[Worth] = field(default_factory=list)
    sums: list[tuple[Key, ...]] = field(default_factory=list)
    weak: set[Key] = field(default_factory=set)

    def joined(self, *others: Conditions) -> Conditions:
        """All conditions together."""
        every = (self, *others)
        return Conditions(
            [p for c in every for p in c.equations],
            [p for c in every for p in c.at_least],
            [s for c in every for s in c.sums],
            {k for c in every for k in c.weak},
        )


@dataclass(frozen=True, slots=True)
class Family:
    """Solutions of conditions: the product of ``blocks`` over the unknowns ``keys`` (blocks number them)."""

    keys: tuple[Key, ...]
    blocks: tuple[Block, ...]


def solve_conditions(conditions: Conditions, check: Check) -> tuple[list[Family], tuple[str, ...]]:
    """The solutions, as families, and what could not be decided."""
    polynomials = [*conditions.equations, *conditions.at_least]
    keys = sorted(
        {key for p in polynomials for m in p for key, _ in m} | {key for s in conditions.sums for key in s},
        key=lambda key: (isinstance(key, tuple), str(type(key)), key),
    )
    if not keys:
        hold = not any(conditions.equations) and all(p.get(ONE, 0) >= 0 for p in conditions.at_least)
        return ([Family((), ())] if hold else []), ()
    number = {key: k for k, key in enumerate(keys)}
    context = unknowns(len(keys))[0].context()
    gens = context.gens()

    def lifted(worth: Worth) -> object:
        terms = {}
        for monomial, coefficient in worth.items():
            powers = [0] * len(gens)
            for key, power in monomial:
                powers[number[key]] = power
            terms[tuple(powers)] = as_rational(coefficient)
        return context.from_dict(terms)

    sums = []
    for group in conditions.sums:
        total = context.constant(-1)
        for key in group:
            total += gens[number[key]]
        sums.append(total)
    equations = (*sums, *(lifted(p) for p in conditions.equations))
    at_least = tuple(lifted(p) for p in conditions.at_least)
    weak = frozenset(number[k] for k in conditions.weak & set(keys))
    auxiliary = frozenset(k for key, k in number.items() if not isinstance(key, int))
    system = PositiveSystem(context, equations, at_least, (), weak, auxiliary)
    found = solve_positive(system, check)
    return [Family(tuple(keys), blocks) for blocks in found.families], found.undecided


def constant_worth(worth: Worth, family: Family) -> Fraction | None:
    """What a worth comes to where it is the same throughout a family, and rational; None if it is not known to be.

    A worth that has one unknown of each block in a term is linear in each block, so its values at products of extreme
    points tell.
    """
    needed = {key for monomial in worth for key, _ in monomial}
    blocks = [b for b in family.blocks if needed & {family.keys[k] for k in b.unknowns}]
    if any(not b.whole or b.directions for b in blocks) or prod(len(b.points) for b in blocks) > MOST_CORNERS:
        return None
    for b in blocks:
        own = {family.keys[k] for k in b.unknowns}
        if len(b.points) > 1 and any(len(own & {key for key, _ in monomial}) > 1 for monomial in worth):
            return None
    found: set[Fraction] = set()
    for choice in product(*(b.points for b in blocks)):
        at = {
            family.keys[k]: x
            for b, point in zip(blocks, choice, strict=True)
            for k, x in zip(b.unknowns, point, strict=True)
        }
        value: Any = Fraction(0)
        for monomial, coefficient in worth.items():
            term: Any = coefficient
            for key, power in monomial:
                term = term * at[key] ** power
            value = value + term
        found.add(value)
        if len(found) > 1 or not isinstance(value, Fraction):
            return None
    return found.pop()


# --- conditions at one set ----------------------------------------------------------------------------------------

Demand = tuple[bool, Mapping[int, Worth]]
"""Whether an equation is asked (else that it is not negative), and the worth by history, to be weighted by the belief."""


def demands_at(play: StagePlay, s: int, histories: Sequence[int]) -> list[Demand]:
    """Every action played is as good as the first one played, and no other is better."""
    form = play.game.form
    first = form.slots(s)[0]
    lead = play.support[s][0] - first
    found: list[Demand] = []
    for slot in form.slots(s):
        if slot - first != lead:
            gains = {x: play.gain(s, x, lead, slot - first) for x in histories}
            found.append((slot in play.support[s], gains))
    return found


def is_settled(form: Form, support: Support, demands: Sequence[Demand]) -> bool:
    """Whether demands are met whatever is believed and however the supports are mixed."""
    for is_equation, gains in demands:
        for worth in gains.values():
            if worth and (is_equation or bounds(form, support, worth)[0] < 0):
                return False
    return True


# --- all conditions of a stage ------------------------------------------------------------------------------------


def stage_conditions(play: StagePlay) -> Iterator[Conditions | str]:
    """The conditions of sequential equilibrium for the supports of a stage: alternatives, one for each choice of the
    histories that lead off the path where beliefs are not free. A text stands for alternatives that were not looked at.
    """
    form, stage = play.game.form, play.stage
    arrival = arrivals(play.game, stage, play.support)
    certain = _mixtures(play)
    open_sets: dict[int, Origins] = {}
    demands: dict[int, list[Demand]] = {}
    for s in stage.sets:
        if form.information_sets[s].player == CHANCE:
            continue
        origins = origins_of(form, arrival, s)
        demands[s] = demands_at(play, s, [x for members in origins.values() for x in members])
        if len(origins) == 1:
            (members,) = origins.values()
            _add(certain, demands[s], arrival, likelihoods(arrival, members))
        elif not is_settled(form, play.support, demands[s]):
            open_sets[s] = origins
    mistakes = {s: list(origins) for s, origins in open_sets.items()}
    ways = [alternatives(group, open_sets, arrival) for group in together(mistakes)]
    for choice in product(*ways):
        conditions = certain.joined()
        for part in choice:
            if part is None:
                yield "there are too many ways to rank mistakes"
                return
            for s, likely in part.likely.items():
                _add(conditions, demands[s], arrival, likely)
            conditions.sums += part.sums
            conditions.weak |= part.weak
        yield conditions


def _mixtures(play: StagePlay) -> Conditions:
    sums = [tuple(slots) for s, slots in play.support.items() if s in play.stage.sets and len(slots) > 1]
    return Conditions(sums=list(sums), weak=set(play.weak))


def _add(
    conditions: Conditions, demands: Sequence[Demand], arrival: Mapping[int, Arrival], likely: Likelihoods
) -> None:
    for is_equation, gains in demands:
        worth = weighted(arrival, gains, likely)
        if worth:
            (conditions.equations if is_equation else conditions.at_least).append(worth)


# --- weak perfect Bayesian equilibrium ----------------------------------------------------------------------------


def weak_conditions(play: StagePlay) -> Iterator[Conditions | str]:
    """The conditions of weak perfect Bayesian equilibrium for the supports of the whole game: no plan from any set on
    is better, beliefs off the path being arbitrary.
    """
    form = play.game.form
    arrival = arrivals(play.game, play.stage, play.support)
    conditions = _mixtures(play)
    for s in play.stage.sets:
        if form.information_sets[s].player == CHANCE:
            continue
        origins = origins_of(form, arrival, s, apart=True)
        histories = [x for members in origins.values() for x in members]
        demands = _plan_demands(play, s, histories)
        if len(origins) == 1:
            _add(conditions, demands, arrival, likelihoods(arrival, histories))
        elif not is_settled(form, play.support, demands):
            part = free_weights({s: origins}, arrival)
            _add(conditions, demands, arrival, part.likely[s])
            conditions.sums += part.sums
            conditions.weak |= part.weak
    yield conditions


def _plan_demands(play: StagePlay, s: int, histories: Sequence[int]) -> list[Demand]:
    """Every plan within the supports is as good as the first of them, and no other plan is better."""
    form = play.game.form
    player = form.information_sets[s].player
    every = plans_from(form, s)
    within = [plan for plan in every if all(slot in play.support[int(form.set_of_slot[slot])] for slot in plan)]
    worth = {plan: _plan_worth(play, histories, plan, player) for plan in every}
    lead = within[0]
    return [
        (plan in within, {x: minus(worth[lead][x], worth[plan][x]) for x in histories})
        for plan in every
        if plan != lead
    ]


def _plan_worth(play: StagePlay, histories: Sequence[int], plan: frozenset[int], player: int) -> dict[int, Worth]:
    """What a plan is worth to its player at histories, the others mixing over their supports."""
    form = play.game.form
    support = dict(play.support)
    support.update({int(form.set_of_slot[slot]): (slot,) for slot in plan})
    ends = {x: worth for x, worth in play.worth.items() if form.decided_at[x] == TERMINAL}
    below = [y for x in histories for y in range(x, int(form.end[x])) if y not in ends]
    worth = own_worth(play.game, sorted(below, reverse=True), support, ends)
    return {x: worth[x][player] for x in histories}
