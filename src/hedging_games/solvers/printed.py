"""From mixtures of plans to the probabilities that are printed: which points are extreme there, and which sets convex.

The equilibria of two players are products of polytopes in the weights of plans (`solvers.bimatrix`). Printed is how likely
a player takes each action at each information set. What counts for everybody's payoffs is between the two: the
*realisation weight* of an action, its probability together with those of the player's own actions before it (von Stengel
1996), which is linear in the weights of plans. So the set of one player's realisation weights is a polytope too, and what is no
vertex of it is not extreme.

A printed probability is a ratio of realisation weights: that of the action over that of the player's own action before. Where
the latter is the same all over the polytope, or never zero and what is done at the information set is the same, the printed
set is convex. Otherwise
averages of printed probabilities need not be equilibria, nor need the printed vertices span the set: it is described by its
equations and inequalities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final

import numpy as np

from hedging_games.algebra.constraints import Constraint, constraint
from hedging_games.algebra.polynomials import Exponents
from hedging_games.algebra.positive.hull import in_hull
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import Plan, StrategicForm
from hedging_games.games.values import event_probability, expected_payoffs

MOST_CORNERS: Final = 1_000
"""Pure choices at which a condition is tried, to see whether it always holds."""

MOST_TERMS: Final = 400
"""Terms of a condition on plans that is written out."""

Realisation = tuple[Any, ...]
"""The realisation weight of each slot of one player, in order."""

Behaviour = tuple[tuple[int, Any], ...]
"""Slots with positive probability, in order, of one player; at a set that the player rules out, the first."""


@dataclass(frozen=True, slots=True)
class Side:
    """One player's half of a convex set of equilibria, in printed probabilities.

    Attributes
    ----------
    behaviours : what is listed: the vertices of the realisation weights.
    played : information set to the slots that are taken somewhere in the set. dimension : of the set.
    is_convex : whether the set consists of the averages of the behaviours.
    """

    behaviours: tuple[Behaviour, ...]
    played: Mapping[int, tuple[int, ...]]
    dimension: int
    is_convex: bool = True


class Printer:
    """Sees one player's realisation weights through to printed probabilities."""

    def __init__(self, form: Form, player: int) -> None:
        self.form = form
        self.sets = form.sets_of(player)
        self.slots = [slot for s in self.sets for slot in form.slots(s)]
        self._place = {slot: k for k, slot in enumerate(self.slots)}
        self._sides: dict[tuple[Realisation, ...], Side] = {}
        self._extreme: dict[Realisation, bool] = {}

    def realisation(self, plans: Sequence[Plan], mixture: Sequence[Any]) -> Realisation:
        """The realisation weights of a mixture of plans."""
        carried = [Fraction(0)] * len(self.slots)
        for plan, weight in zip(plans, mixture, strict=True):
            if weight != 0:
                for slot in plan:
                    carried[self._place[slot]] += weight
        return tuple(carried)

    def side(self, points: Sequence[Realisation]) -> Side:
        """What is printed of the hull of some points, all of them in sets of equilibria."""
        key = tuple(dict.fromkeys(points))
        if key not in self._sides:
            self._sides[key] = self._side(key)
        return self._sides[key]

    def _side(self, points: Sequence[Realisation]) -> Side:
        if len(self.sets) > 1 and len(points) > 1:
            points = [point for point in points if self._is_extreme(point, points)]
        played = {
            s: slots
            for s in self.sets
            if (slots := tuple(slot for slot in self.form.slots(s) if any(p[self._place[slot]] for p in points)))
        }
        behaviours = tuple(self._behaviour(point) for point in points)
        is_convex = all(self._averages(s, points) for s in played)
        return Side(behaviours, played, _affine_rank(points), is_convex)

    def _is_extreme(self, point: Realisation, points: Sequence[Realisation]) -> bool:
        """Whether a point is no average of others of a set of equilibria. As all of these sets are faces of one polyhedron, the
        answer is the same in all of them.
        """
        if point not in self._extreme:
            # Who is averaged plays nothing that the average does not.
            idle = [k for k, x in enumerate(point) if x == 0]
            within = [other for other in points if other != point and not any(other[k] for k in idle)]
            self._extreme[point] = not within or not in_hull(point, within)
        return self._extreme[point]

    def _averages(self, s: int, points: Sequence[Realisation]) -> bool:
        """Whether what is printed at a set averages as the realisation weights do."""
        before = {self._before(s, point) for point in points}
        return len(before) == 1 or (0 not in before and len({self._at(s, point) for point in points}) == 1)

    def _before(self, s: int, point: Realisation) -> Any:
        """The realisation weight of the player's own action before an information set."""
        before = int(self.form.own_parent_slot[s])
        return Fraction(1) if before < 0 else point[self._place[before]]

    def _at(self, s: int, point: Realisation) -> Behaviour:
        """What is done at a set; its first action where the player rules it out."""
        total = self._before(s, point)
        if total == 0:
            return ((self.form.slots(s)[0], Fraction(1)),)
        weights = [(slot, point[self._place[slot]]) for slot in self.form.slots(s)]
        return tuple((slot, w / total) for slot, w in weights if w != 0)

    def _behaviour(self, point: Realisation) -> Behaviour:
        return tuple(pair for s in self.sets for pair in self._at(s, point))


def _affine_rank(points: Sequence[Sequence[Any]]) -> int:
    """The dimension of the hull of some points."""
    rows = [[x - y for x, y in zip(point, points[0], strict=True)] for point in points[1:]]
    rank = 0
    for column in range(len(points[0])):
        at = next((k for k in range(rank, len(rows)) if rows[k][column] != 0), None)
        if at is None:
            continue
        rows[rank], rows[at] = rows[at], rows[rank]
        for k in range(rank + 1, len(rows)):
            factor = rows[k][column] / rows[rank][column]
            rows[k] = [x - factor * y for x, y in zip(rows[k], rows[rank], strict=True)]
        rank += 1
    return rank


def profiles_of(form: Form, halves: Sequence[Side]) -> Iterator[MixedProfile]:
    """The profiles made of one behaviour of each half; whoever has no half has nothing to choose."""
    idle = [
        tuple((slot, Fraction(1)) for slot in form.slots(s))
        for s, information_set in enumerate(form.information_sets)
        if len(information_set.actions) == 1 and information_set.player != CHANCE
    ]
    for behaviours in product(*(half.behaviours for half in halves)):
        yield profile_from_behaviours(form, [*idle, *behaviours])


def support_of(form: Form, halves: Sequence[Side]) -> dict[str, tuple[str, ...]]:
    """Information set to the actions that are taken somewhere in a set."""
    played = {s: slots for half in halves for s, slots in half.played.items()}
    return {
        form.information_sets[s].label: tuple(form.action_of_slot[slot] for slot in slots)
        for s, slots in sorted(played.items())
    }


def profile_from_behaviours(form: Form, behaviours: Sequence[Behaviour]) -> MixedProfile:
    """The profile in which the players behave so; sets that their own players rule out are marked."""
    probabilities = np.full(form.slot_count, Fraction(0), dtype=object)
    for behaviour in behaviours:
        for slot, p in behaviour:
            probabilities[slot] = p
    ruled_out: set[int] = set()

    def is_ruled_out(s: int) -> bool:
        before = int(form.own_parent_slot[s])
        return before >= 0 and (probabilities[before] == 0 or is_ruled_out(int(form.set_of_slot[before])))

    for player in range(len(form.players)):
        ruled_out.update(s for s in form.sets_of(player) if is_ruled_out(s))
    return MixedProfile(form, probabilities, frozenset(ruled_out))


def slot_text(form: Form, slot: int) -> str:
    """The probability of a slot, for people."""
    return f"P({form.action_of_slot[slot]} at {form.information_sets[form.set_of_slot[slot]].label})"


def ranges_at(game: Game, profiles: Sequence[np.ndarray]) -> dict[str, tuple[Any, Any]]:
    """The least and largest payoff of each player, and probability of the event under ``hedge``, over some profiles."""
    columns = zip(*(expected_payoffs(game, profile) for profile in profiles), strict=True)
    ranges = {player: (min(values), max(values)) for player, values in zip(game.players, columns, strict=True)}
    if game.hedge is not None:
        likely = [event_probability(game, profile, game.hedge) for profile in profiles]
        ranges["hedge"] = (min(likely), max(likely))
    return ranges


# --- equations and inequalities of a set that is not convex in print --------------------------------------------------


def conditions_on(
    table: StrategicForm, player: int, other: int, replies: Sequence[int], played: Mapping[int, tuple[int, ...]]
) -> list[Constraint] | None:
    """What a player's printed probabilities must satisfy so that each of the other's plans ``replies`` is best for the
    other, as polynomials in the probabilities of `variables_of`; None if they are too long.

    ``played``: the actions that have positive probability somewhere in the set; all others have none.
    """
    payoffs = np.moveaxis(table.payoffs[other], [player, other], [0, 1]).reshape(
        len(table.plans[player]), len(table.plans[other])
    )
    names = variables_of(table.game.form, played)
    likely = [_likelihood(table.game.form, plan, played, names) for plan in table.plans[player]]
    if sum(len(terms or ()) for terms in likely) > MOST_TERMS:
        return None
    found: dict[Constraint, None] = {}
    lead = replies[0]
    for plan in range(payoffs.shape[1]):
        terms: dict[Exponents, int | Fraction] = {}
        for k, monomials in enumerate(likely):
            difference = payoffs[k, lead] - payoffs[k, plan]
            for exponents, c in (monomials or {}).items():
                terms[exponents] = terms.get(exponents, Fraction(0)) + c * difference
        asked = constraint(terms, "=" if plan in replies else ">=")
        if asked.terms and not (asked.relation == ">=" and _always_holds(asked, names, table.game.form)):
            found[asked] = None
    return list(found)


def _always_holds(asked: Constraint, names: Sequence[int], form: Form) -> bool:
    """Whether an inequality holds at all pure choices. It is linear in the probabilities at each set."""
    by_set: dict[int, list[int]] = {}
    for k, slot in enumerate(names):
        by_set.setdefault(int(form.set_of_slot[slot]), []).append(k)
    if prod(len(places) + 1 for places in by_set.values()) > MOST_CORNERS:
        return False
    for choice in product(*([None, *places] for places in by_set.values())):
        if not asked.holds([Fraction(int(k in choice)) for k in range(len(names))]):
            return False
    return True


def variables_of(form: Form, played: Mapping[int, tuple[int, ...]]) -> list[int]:
    """The slots whose probabilities are the variables: of each set all that are played but the last."""
    return [slot for s in sorted(played) for slot in played[s][:-1] if slot >= form.slots(s)[0]]


def _likelihood(
    form: Form, plan: Sequence[int], played: Mapping[int, tuple[int, ...]], names: Sequence[int]
) -> dict[Exponents, Fraction] | None:
    """The weight of a plan as a polynomial in the variables: the product of the probabilities of its actions. None if it is
    never played.
    """
    place = {slot: k for k, slot in enumerate(names)}
    nothing = (0,) * len(names)
    terms: dict[Exponents, Fraction] = {nothing: Fraction(1)}
    for slot in plan:
        here = played.get(int(form.set_of_slot[slot]), ())
        if slot not in here:
            return None
        factor: dict[Exponents, Fraction]
        if slot in place:
            factor = {_unit(nothing, place[slot]): Fraction(1)}
        else:
            factor = {nothing: Fraction(1)} | {_unit(nothing, place[k]): Fraction(-1) for k in here[:-1]}
        terms = _times(terms, factor)
    return terms


def _unit(nothing: Exponents, place: int) -> Exponents:
    return (*nothing[:place], 1, *nothing[place + 1 :])


def _times(first: Mapping[Exponents, Fraction], second: Mapping[Exponents, Fraction]) -> dict[Exponents, Fraction]:
    found: dict[Exponents, Fraction] = {}
    for e, c in first.items():
        for f, d in second.items():
            both = tuple(x + y for x, y in zip(e, f, strict=True))
            found[both] = found.get(both, Fraction(0)) + c * d
    return {e: c for e, c in found.items() if c}
