"""All sequential equilibria of signalling games, and of every tree on whose paths at most two decisions of players lie.

Call the decisions first and second. A first decision (the sender's, one information set for each type) is made knowing
at most what chance did; a second one (the receiver's) knowing something of a first and of chance. Then everything happens
in two polyhedra, as in two-player games (`bimatrix`): with σ the first behaviour, ρ the second,

    P = {(ρ, u) : ρ a behaviour, u_h >= what action a at h is worth against ρ, for every first action a}
    Q = {(σ, v) : σ a behaviour, v_j >= what response r at j is worth against σ, for every response r},

worth at j meaning the payoff times the probability with which σ and chance lead there: linear in σ, so Bayes' rule needs no
division. (σ, ρ) is a Nash equilibrium when every action is unplayed or best. At an information set j off the path the
belief may be any mixture over the first actions that lead there, each with what chance makes of it: trembles of different
actions are independent, so every such belief is consistent (Kreps and Wilson 1982, section 5). So (σ, ρ) is sequential when
besides, at each j off the path, some such belief makes all responses played at j best. That depends on their set
alone; the largest such sets belong to the vertices of a third family of polytopes, one for each j.

Hence the equilibria are the union of products of a face of P and a face of Q, given by their vertices. Pairs of vertices
that are equilibria are the extreme ones; the maximal products, and what hangs together through them, make up the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from hedging_games.algebra.polyhedron import vertices
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.run import Run
from hedging_games.theory.beliefs.supporting import belief_sets
from hedging_games.theory.equilibria import EXTREME_NOTE, Candidate, Proposal
from hedging_games.theory.layers import Answers, chance_of, hearing_alike, layers_of, read_layers
from hedging_games.theory.signalling import largest_best_sets

MOST_PAIRS = 50_000
"""Extreme equilibria, and products of faces, before the search is given up."""


def misfit(game: Game, *, consistent: bool = True) -> str | None:
    """Why the method does not suit a game; None if it does."""
    form = game.form
    layers = layers_of(form)
    if layers is None:
        return "it needs paths with at most two decisions of players, each first or second on all of its paths"
    if consistent and len(hearing_alike(form) or ()) < len(layers[1]):
        return "it needs second decisions after different first ones: beliefs of two who heard the same go together"
    for s in (*layers[0], *layers[1]):
        histories = form.histories_of[s].tolist()
        if len(histories) > 1 and all(chance_of(game, h) == 0 for h in histories):
            return f"chance rules out '{form.information_sets[s].label}'"
        if not consistent and s in layers[1]:
            player = form.information_sets[s].player
            if any(form.own_last_slot(player)[h] >= 0 for h in histories):
                return "it needs paths on which no player decides twice"
    return None


# --- vertices ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Vertices:
    """Behaviours by slot at the vertices of one polyhedron, and which labels each vertex meets (a bit for each slot)."""

    behaviours: list[dict[int, Fraction]]
    met: list[int]


def _best_response_vertices(
    form: Form,
    deciding: Sequence[int],
    responding: Sequence[int],
    worth: Mapping[int, Mapping[int, Fraction]],
    run: Run,
) -> _Vertices:
    """The vertices of {behaviour at ``deciding``, level at each of ``responding`` no lower than any action's worth}.

    A slot decided here is met where it is unplayed, one that responds where it is best.
    """
    own = [a for s in deciding for a in form.slots(s)]
    other = [(k, a) for k, s in enumerate(responding) for a in form.slots(s)]
    width = len(own) + len(responding)
    rows = [[Fraction(int(k == j)) for j in range(width)] + [Fraction(0)] for k in range(len(own))]
    for level, a in other:
        row = [-worth[a].get(b, Fraction(0)) for b in own] + [Fraction(int(k == level)) for k in range(len(responding))]
        rows.append([*row, -worth[a].get(-1, Fraction(0))])
    sums = [
        [Fraction(int(a in form.slots(s))) for a in own] + [Fraction(0)] * len(responding) + [Fraction(-1)]
        for s in deciding
    ]
    found = vertices(rows, sums, check=run.check)
    labels = [*own, *(a for _, a in other)]
    met = [sum(1 << labels[k] for k in tight) for tight in found.tight]
    return _Vertices([dict(zip(own, point, strict=False)) for point in found.points], met)


# --- equilibria -------------------------------------------------------------------------------------------------------


def propose(game: Game, run: Run) -> Proposal:
    """All extreme sequential equilibria of a game that fits (see `misfit`), the products they span, and components.

    Complete: ``all`` if every component is a point, else ``extreme``.

    Raises CouldNotFinish if there are too many vertices or products, or time runs out.
    """
    return _proposal(game, run, consistent=True)


def propose_weak(game: Game, run: Run) -> Proposal:
    """The same for weak perfect Bayesian equilibrium, whose beliefs off the path are arbitrary."""
    return _proposal(game, run, consistent=False)


def _proposal(game: Game, run: Run, *, consistent: bool) -> Proposal:
    form = game.form
    layers = read_layers(game)
    sent = _best_response_vertices(form, layers.first, layers.second, layers.receiver_worth, run)
    answered = _best_response_vertices(form, layers.second, layers.first, layers.sender_worth, run)
    best = [
        [
            frozenset(form.slots(j)[r] for r in responses)
            for responses in largest_best_sets(_held(layers.answers[j], consistent=consistent), check=run.check)
        ]
        for j in layers.second
    ]
    size = 1
    for sets in best:
        size *= len(sets)
    if size > MOST_PAIRS:
        raise _too_many()
    goes_with = _matches(sent, answered, (1 << form.slot_count) - 1 - _chance_bits(form), run)
    products: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    for choice in product(*best):
        allowed = frozenset[int]().union(*choice)
        fitting = sum(
            1 << k
            for k, behaviour in enumerate(answered.behaviours)
            if all(x == 0 or slot in allowed for slot, x in behaviour.items())
        )
        products |= _products([mask & fitting for mask in goes_with], run)
    kept = [
        p for p in products if not any(p != q and set(p[0]) <= set(q[0]) and set(p[1]) <= set(q[1]) for q in products)
    ]
    return _answer(game, sent, answered, kept, run, consistent=consistent)


def _held(answers: Mapping[int, Answers], *, consistent: bool) -> list[tuple[Fraction, ...]]:
    """What responses are worth at each extreme belief off the path: beliefs mix first actions, each with what chance makes
    of it, or (unless ``consistent``) histories.
    """
    possible = {x: found for x, found in answers.items() if found.chance != 0}
    held: dict[int, tuple[Fraction, ...]] = {}
    # Where chance excludes all, there is but one history (see `misfit`).
    for x, found in (possible or answers).items():
        key = found.first if consistent else x
        row = held.get(key, (Fraction(0),) * len(found.worth))
        held[key] = tuple(sum_ + (found.chance or 1) * worth for sum_, worth in zip(row, found.worth, strict=True))
    return list(held.values())


def _chance_bits(form: Form) -> int:
    return sum(1 << slot for slot in range(form.slot_count) if form.player_of_slot[slot] == CHANCE)


def _matches(sent: _Vertices, answered: _Vertices, everything: int, run: Run) -> list[int]:
    """For each vertex of the first behaviours the vertices of the second, as bits, with which it meets all labels."""
    found = []
    for mask in sent.met:
        run.check()
        missing = everything & ~mask
        found.append(sum(1 << k for k, other in enumerate(answered.met) if other & missing == missing))
    return found


def _products(goes_with: Sequence[int], run: Run) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The largest products of vertices all of whose pairs go together: each a set of second vertices that is a meeting
    of what goes with first ones, with all first ones it goes with (a concept lattice; Ganter and Wille 1999).
    """
    meetings: set[int] = set()
    for mask in set(goes_with):
        run.check()
        meetings |= {mask & other for other in meetings} | {mask}
        if len(meetings) > MOST_PAIRS:
            raise _too_many()
    found = set()
    for meeting in meetings - {0}:
        rows = tuple(k for k, mask in enumerate(goes_with) if mask & meeting == meeting)
        found.add((rows, tuple(_bits(meeting))))
    return found


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _too_many() -> Exception:
    return could_not_finish(
        "size", "the game has too many extreme equilibria to list", "break ties in the payoffs, or use fewer actions"
    )


def _answer(
    game: Game,
    sent: _Vertices,
    answered: _Vertices,
    products: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
    run: Run,
    *,
    consistent: bool,
) -> Proposal:
    pairs = {(i, j) for rows, columns in products for i in rows for j in columns}
    if len(pairs) > MOST_PAIRS:
        raise _too_many()
    profiles = {pair: _profile(game.form, sent.behaviours[pair[0]] | answered.behaviours[pair[1]]) for pair in pairs}
    ordered = sorted(pairs, key=lambda pair: _simplest_first(profiles[pair]))
    number = {pair: k for k, pair in enumerate(ordered)}
    candidates = []
    for pair in ordered:
        run.check()
        beliefs = belief_sets(game, profiles[pair], consistent=consistent).representative()
        candidates.append(Candidate(profiles[pair], beliefs))
        run.keep(candidates[-1])
    subsets = sorted(tuple(sorted(number[i, j] for i in rows for j in columns)) for rows, columns in products)
    components = joined(subsets)
    isolated = all(len(component) == 1 for component in components)
    return Proposal(
        tuple(candidates),
        "all" if isolated else "extreme",
        () if isolated else (EXTREME_NOTE,),
        components,
        tuple(subsets),
    )


def _profile(form: Form, behaviour: Mapping[int, Fraction]) -> MixedProfile:
    probabilities = np.full(form.slot_count, Fraction(0), dtype=object)
    for slot, x in behaviour.items():
        probabilities[slot] = x
    return MixedProfile(form, probabilities)


def _simplest_first(profile: MixedProfile) -> tuple[Any, ...]:
    """Profiles with fewer actions played first, then those that play earlier actions more."""
    played = tuple(slot for slot, x in enumerate(profile.probabilities) if x != 0)
    return len(played), played, tuple(-x for x in profile.probabilities)


def joined(sets: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Sets that share an element, merged; in the order of their smallest elements."""
    merged: list[set[int]] = []
    for group in sets:
        touching = [m for m in merged if m & set(group)]
        merged = [m for m in merged if not m & set(group)]
        merged.append(set(group).union(*touching))
    return tuple(tuple(sorted(m)) for m in sorted(merged, key=min))
