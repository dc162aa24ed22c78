"""Pure stationary Markov-perfect equilibria (Maskin and Tirole 2001): all that can be played on the path, state by state.

What is played on the path in every state decides what play is worth there: V = r + dPV, by player, where r is what a period pays and P
where it leads; with d < 1 that has one solution. Such a choice of paths belongs to an equilibrium exactly if in each state its path is
that of a subgame-perfect equilibrium of the period once V is counted in: threats inside a period do not touch V, so they can be chosen
state by state. States are taken in the order in which they depend on each other, those first that can only be reached, so that
combinations multiply only within a circle of states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.algebra.linear_systems import solved
from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile, pure_profile
from hedging_games.solvers.markov.ways import Path, all_paths, perfect_ways

MOST_COMBINATIONS: Final = 200_000
"""Combinations of paths, within one circle of states, that are followed."""

MOST_EQUILIBRIA: Final = 2_000
"""Equilibria that are followed side by side."""


@dataclass(frozen=True, eq=False)
class Partial:
    """What is played in some of the states: ``paths`` by state, and what play is worth, shape (players, states), in these; ``before`` :
    the part of it that concerns earlier circles.
    """

    paths: dict[int, Path]
    values: np.ndarray
    before: Partial | None = None


def circles(game: MarkovGame) -> list[tuple[int, ...]]:
    """The states in circles, each of which leads to every other one of it (alone, where there is no way back), later ones first."""
    count = len(game.states)
    leads = [1 << s | sum(1 << int(t) for t in np.flatnonzero((m != 0).any(axis=0))) for s, m in enumerate(game.moves)]
    for k in range(count):
        for s in range(count):
            if leads[s] >> k & 1:
                leads[s] |= leads[k]
    members: dict[int, list[int]] = {}
    for s in range(count):
        members.setdefault(leads[s], []).append(s)
    return [tuple(states) for _, states in sorted(members.items(), key=lambda item: (item[0].bit_count(), item[1]))]


def valued(game: MarkovGame, circle: Sequence[int], paths: Sequence[Path], before: Partial) -> Partial:
    """What play is worth in the states of a circle by given paths, where it is known in those that it leads to."""
    arithmetic = game.arithmetic
    values = before.values.copy()
    moved = [_next(game, state, path) for state, path in zip(circle, paths, strict=True)]
    for player, discount in enumerate(game.discounts):
        matrix = arithmetic.zeros((len(circle), len(circle)))
        right = arithmetic.zeros((len(circle),))
        for k, (state, path) in enumerate(zip(circle, paths, strict=True)):
            payoffs = game.stages[state].payoffs[player]
            known = sum((p * values[player, t] for t, p in moved[k].items() if t not in circle), arithmetic.number(0))
            right[k] = sum((p * payoffs[z] for z, p in path), arithmetic.number(0)) + discount * known
            matrix[k, k] = arithmetic.number(1)
            for j, other in enumerate(circle):
                if other in moved[k]:
                    matrix[k, j] = matrix[k, j] - discount * moved[k][other]
        values[player, list(circle)] = solved(matrix, right)
    return Partial({**before.paths, **dict(zip(circle, paths, strict=True))}, values, before)


def _next(game: MarkovGame, state: int, path: Path) -> dict[int, Any]:
    """Where a period leads by a path: states with their probabilities."""
    row = sum((game.moves[state][z] * p for z, p in path), game.arithmetic.zeros((len(game.states),)))
    return {t: p for t, p in enumerate(row) if p != 0}


def combinations(
    game: MarkovGame, circle: Sequence[int], paths: Sequence[Sequence[Path]], before: Sequence[Partial], check: Check
) -> Iterator[Partial]:
    """Every combination of paths in the states of a circle after each choice of paths in the states that it leads to.

    Raises CouldNotFinish if there are too many.
    """
    count = prod(len(own) for own in paths) * len(before)
    if count > MOST_COMBINATIONS:
        names = ", ".join(game.states[state] for state in circle[:3])
        raise could_not_finish(
            "size",
            f"{count:,} combinations of what is played in {len(circle)} states that lead to each other ({names}, ...)",
            f"leave out actions or states: at most {MOST_COMBINATIONS:,} are followed",
        )
    for earlier in before:
        for combination in product(*paths):
            check()
            yield valued(game, circle, combination, earlier)


def nothing_yet(game: MarkovGame) -> Partial:
    """No state looked at."""
    return Partial({}, game.arithmetic.zeros((len(game.players), len(game.states))))


def pure_stationary(game: MarkovGame, check: Check) -> list[Partial]:
    """All pure stationary equilibria of an exact game without a horizon, by what is played on the path in each state.

    Raises CouldNotFinish if there are too many, or time runs out.
    """
    found = [nothing_yet(game)]
    for circle in circles(game):
        paths = [all_paths(game.stages[state], check) for state in circle]
        perfect: dict[Any, frozenset[Path]] = {}
        found = [
            partial
            for partial in combinations(game, circle, paths, found, check)
            if all(partial.paths[state] in _perfect(game, state, partial, perfect, check) for state in circle)
        ]
        if len(found) > MOST_EQUILIBRIA:
            what = (
                f"there are more than {MOST_EQUILIBRIA:,} equilibria in the states {game.states[circle[0]]} and later"
            )
            raise could_not_finish("size", what, "leave out actions or states, or change payoffs that tie")
    return found


def _perfect(
    game: MarkovGame, state: int, partial: Partial, known: dict[Any, frozenset[Path]], check: Check
) -> frozenset[Path]:
    """The paths of a period that are subgame perfect with what follows counted in; remembered by what follows is worth."""
    key = what_follows(game, state, partial)
    if key not in known:
        ways = perfect_ways(game.continued(state, partial.values), check)
        known[key] = frozenset(way.path for way in ways)
    return known[key]


def what_follows(game: MarkovGame, state: int, partial: Partial) -> tuple[Any, ...]:
    """A state, and what play is worth in those that it leads to."""
    leads = (game.moves[state] != 0).any(axis=0)
    return (state, *partial.values[:, leads].ravel())


def profiles_of(game: MarkovGame, partial: Partial, check: Check) -> tuple[MixedProfile, ...]:
    """By state the strategies that support an equilibrium."""
    return tuple(
        _profile(game.continued(state, partial.values), partial.paths[state], check)
        for state in range(len(game.states))
    )


def _profile(stage: Game, path: Path, check: Check) -> MixedProfile:
    slots = next(way.slots for way in perfect_ways(stage, check) if way.path == path)
    return pure_profile(stage.form, slots)
