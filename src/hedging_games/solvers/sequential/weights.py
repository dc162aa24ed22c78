"""How likely histories are when only supports are known, on the path and off it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game
from hedging_games.solvers.sequential.worth import ONE, Key, Monomial, Support, Worth, plus
from hedging_games.theory.trembles import Mistakes, differences, is_free, leading_choices, monomials, relations

MOST_PATTERNS = 5_000
"""Choices of leading histories off the path that are looked at for one choice of supports."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a history comes about from the stage's root: unplayed slots and impossible moves of chance on the way, the
    monomial of the probabilities of actions that are mixed over, and chance's part.
    """

    impossible: int
    mistakes: Mistakes
    monomial: Monomial
    weight: Fraction


def arrivals(game: Game, stage: Stage, support: Support) -> dict[int, Arrival]:
    """The arrival of every history decided in a stage."""
    form = game.form
    found = {stage.root: Arrival(0, (), ONE, Fraction(1))}
    for x in stage.inner.tolist():
        if x == stage.root:
            continue
        before, slot = found[int(form.parent[x])], int(form.last_slot[x])
        s = int(form.set_of_slot[slot])
        if form.information_sets[s].player == CHANCE:
            if game.chance[slot] == 0:
                found[x] = Arrival(before.impossible + 1, (*before.mistakes, slot), before.monomial, before.weight)
            else:
                weight = before.weight * game.chance[slot]
                found[x] = Arrival(before.impossible, before.mistakes, before.monomial, weight)
        elif slot not in support[s]:
            found[x] = Arrival(before.impossible, (*before.mistakes, slot), before.monomial, before.weight)
        else:
            monomial = before.monomial if len(support[s]) == 1 else before.monomial | {(slot, 1)}
            found[x] = Arrival(before.impossible, before.mistakes, monomial, before.weight)
    return found


Origins = dict[Mistakes, list[int]]
"""The possible histories of a set by the mistakes behind them."""


def origins_of(form: Form, arrival: Mapping[int, Arrival], s: int, *, apart: bool = False) -> Origins:
    """The possible histories of a set, grouped; on the path those that are reached. ``apart``: each history off the path
    by itself (for beliefs that are arbitrary there), its mistakes told apart by the history's number.
    """
    histories = form.histories_of[s].tolist()
    least = min(arrival[x].impossible for x in histories)
    grouped: Origins = {}
    for x in histories:
        if arrival[x].impossible == least:
            grouped.setdefault(tuple(sorted(arrival[x].mistakes)), []).append(x)
    if () in grouped:
        return {(): grouped[()]}
    if apart:
        return {(-1 - x,): [x] for members in grouped.values() for x in members}
    return dict(sorted(grouped.items(), key=lambda item: (len(item[0]), item[0])))


Likelihoods = Mapping[int, Monomial]
"""History to its likelihood, up to chance's part and a factor common to its information set."""


def likelihoods(arrival: Mapping[int, Arrival], members: Sequence[int], further: Monomial = ONE) -> dict[int, Monomial]:
    """The likelihoods of histories with the same mistakes: what all have in common is left out, ``further`` put in."""
    shared = frozenset[tuple[Key, int]].intersection(*(arrival[x].monomial for x in members))
    return {x: arrival[x].monomial - shared | further for x in members}


def weighted(arrival: Mapping[int, Arrival], gains: Mapping[int, Worth], likely: Likelihoods) -> Worth:
    """The sum over histories of likelihood times gain."""
    total: Worth = {}
    for x, monomial in likely.items():
        plus(total, gains[x], monomial, arrival[x].weight)
    return total


@dataclass(frozen=True, slots=True)
class Weights:
    """Likelihoods of histories off the path, by set. Each of ``sums`` adds up to 1; unknowns in ``weak`` may be 0."""

    likely: Mapping[int, Likelihoods]
    sums: tuple[tuple[Key, ...], ...] = ()
    weak: frozenset[Key] = frozenset()


def alternatives(
    group: Sequence[int], sets: Mapping[int, Origins], arrival: Mapping[int, Arrival]
) -> list[Weights | None]:
    """The ways in which the origins at a group of sets may be weighed; None if there are too many."""
    every = {s: list(sets[s]) for s in group}
    if is_free(every):
        return [free_weights({s: sets[s] for s in group}, arrival)]
    found: list[Weights | None] = []
    for leading in leading_choices(every, limit=MOST_PATTERNS):
        if leading is None:
            return [None]
        if relations(differences(leading)):
            found.append(_tied_weights(sets, leading, arrival))
        else:
            found.append(free_weights({s: {m: sets[s][m] for m in leading[s]} for s in group}, arrival))
    return found


def free_weights(sets: Mapping[int, Origins], arrival: Mapping[int, Arrival]) -> Weights:
    """Any weights of the origins, each set by itself."""
    likely: dict[int, dict[int, Monomial]] = {}
    sums = []
    for s, origins in sets.items():
        likely[s] = {}
        keys: list[Key] = [("weight", s, k) for k in range(len(origins))]
        for key, members in zip(keys, origins.values(), strict=True):
            likely[s] |= likelihoods(arrival, members, frozenset([(key, 1)]))
        sums.append(tuple(keys))
    return Weights(likely, tuple(sums), frozenset(key for group in sums for key in group))


def _tied_weights(
    sets: Mapping[int, Origins], leading: Mapping[int, Sequence[Mistakes]], arrival: Mapping[int, Arrival]
) -> Weights:
    """Weights that are monomials in free factors, for origins whose ratios are tied to each other."""
    powers_of = monomials(leading)
    name = tuple(sorted(leading))
    likely: dict[int, dict[int, Monomial]] = {}
    for s, first in leading.items():
        likely[s] = {}
        for mistakes, powers in zip(first, powers_of[s], strict=True):
            own = {(("factor", *name, k), e) for k, e in enumerate(powers) if e}
            likely[s] |= {x: arrival[x].monomial | own for x in sets[s][mistakes]}
    return Weights(likely)
