"""Trees for two players by their sequence form (von Stengel 1996): one Nash equilibrium, and where the game is zero-sum all of them.

In a zero-sum game equilibria are the pairs of optimal plans, and all are worth the same (von Neumann 1928). Player i's plan x is optimal
if some q says that the other cannot get more than the other's value: with the other's payoffs B, F'q >= B'x, q at the root being that
value. These x are the projection of a polyhedron, which one equilibrium (x*, y*) narrows down (complementary slackness): optimal plans
give no weight to sequences that lose against y*, and keep those that y* plays best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any, Final

import numpy as np

from hedging_games.algebra.numbers import number_text
from hedging_games.algebra.polyhedron import vertices
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import chance_of_terminals, count_plans, count_text
from hedging_games.games.sequences import realised, sequence_payoffs, sequences_of
from hedging_games.games.values import expected_payoffs
from hedging_games.solvers.lemke import Plan, SequenceGame, one_pair
from hedging_games.solvers.listing import listing_limit
from hedging_games.solvers.printed import Printer, Side, profiles_of, ranges_at, support_of
from hedging_games.solvers.run import Run
from hedging_games.solvers.two_player import choosing_players
from hedging_games.theory.equilibria import EXTREME_NOTE, PLANS_NOTE, Candidate, ContinuumCell, Proposal

MOST_RAYS: Final = 5_000
"""Vertices that the polyhedra of optimal plans may have on the way."""

MOST_PLANS: Final = 1_000
"""Optimal plans of a player from which the extreme ones are sifted."""


LARGE_TABLE: Final = 1_000
"""Cells of the table of plans beyond which all equilibria of a tree are seldom found in minutes: it ties by construction."""


def has_large_table(game: Game) -> bool:
    """Whether a tree is better served by its sequence form, its table of plans having more than `LARGE_TABLE` cells."""
    form = game.form
    if form.is_simultaneous or misfit(game) is not None:
        return False
    return prod(count_plans(form, player) for player in choosing_players(form)) > LARGE_TABLE


def misfit(game: Game) -> str | None:
    """Why the sequence form does not serve a game; None if it does."""
    count = len(choosing_players(game.form))
    if count != 2:
        return f"it needs two players with a choice, and {count or 'nobody'} {'has' if count < 2 else 'have'} one"
    if game.whole is None:
        return "it needs payoffs that are fractions"
    return None


def one(game: Game, run: Run) -> Candidate:
    """One Nash equilibrium of a game that fits. Raises CouldNotFinish if time runs out."""
    sequences = _sequence_game(game)
    plans = one_pair(sequences, run)
    return Candidate(next(profiles_of(game.form, _sides(game, sequences, [[plan] for plan in plans]))))


def propose(game: Game, run: Run) -> Proposal:
    """All Nash equilibria of a zero-sum game, one of any other game that fits.

    Complete for zero-sum games: ``all`` if there is just one or the sets of optimal plans are not convex as they are printed (then they are
    given as a cell), else ``extreme``; for others, and where the optimal plans are too many to list, ``some``.

    Raises CouldNotFinish if time runs out before anything was found.
    """
    sequences = _sequence_game(game)
    plans = one_pair(sequences, run)
    first = next(profiles_of(game.form, _sides(game, sequences, [[plan] for plan in plans])))
    run.keep(Candidate(first))
    if not _is_zero_sum(game):
        sizes = " × ".join(count_text(count_plans(game.form, own.player)) for own in sequences.sequences)
        note = f"one equilibrium, by the sequence form; --method extreme-points looks for all in the table of {sizes} plans"
        return Proposal((Candidate(first),), "some", (note,))
    values = _values(game, first)
    value = "zero-sum: every equilibrium is worth " + ", ".join(f"{number_text(v)} to {p}" for p, v in values.items())
    try:
        points = [_optimal_plans(sequences, k, plans, run) for k in range(2)]
        sides = _sides(game, sequences, points)
        if prod(len(side.behaviours) for side in sides) > listing_limit(game):
            raise could_not_finish("size", "there are too many pairs of optimal plans", "ask for just one")
    except CouldNotFinish as stopped:
        run.check()  # Out of time is another matter than too many.
        what = f"not all pairs of optimal plans are listed: {stopped.problems[0].what}"
        ranges = {player: (worth, worth) for player, worth in values.items()}
        return Proposal((Candidate(first),), "some", (value, what), ranges=ranges)
    return _answer(game, sides, values, value)


def _answer(game: Game, sides: Sequence[Side], values: Mapping[str, Any], value: str) -> Proposal:
    """All pairs of optimal plans: one convex set of pairs of plans."""
    profiles = list(profiles_of(game.form, sides))
    together = tuple(range(len(profiles)))
    ranges = ranges_at(game, [profile.probabilities for profile in profiles])
    candidates = tuple(map(Candidate, profiles))
    if len(profiles) == 1:
        return Proposal(candidates, "all", (value,), (together,), (together,), ranges=ranges)
    if all(side.is_convex for side in sides):
        return Proposal(candidates, "extreme", (value, EXTREME_NOTE), (together,), (together,), ranges=ranges)
    guarantees = tuple(f"what {player} does guarantees {number_text(worth)}" for player, worth in values.items())
    cell = ContinuumCell(
        0,
        sum(side.dimension for side in sides),
        support_of(game.form, sides),
        ", ".join(guarantees),
        together,
        (),
        guarantees,
        0,
        ranges,
    )
    return Proposal(candidates, "all", (value, PLANS_NOTE), (together,), (), continua=(cell,), ranges=ranges)


def _values(game: Game, profile: MixedProfile) -> dict[str, Any]:
    """What a profile is worth to those who choose."""
    worth = expected_payoffs(game, profile.probabilities)
    return {game.players[player]: worth[player] for player in choosing_players(game.form)}


def _sequence_game(game: Game) -> SequenceGame:
    first, second = (sequences_of(game.form, player) for player in choosing_players(game.form))
    payoffs = [sequence_payoffs(game, own.player, first, second) for own in (first, second)]
    return SequenceGame((first, second), (payoffs[0], payoffs[1]))


def _is_zero_sum(game: Game) -> bool:
    """Whether those who choose share a fixed sum wherever play can end."""
    first, second = choosing_players(game.form)
    possible = np.flatnonzero(chance_of_terminals(game) != 0)
    return len(set((game.payoffs[first] + game.payoffs[second])[possible].tolist())) == 1


def _sides(game: Game, sequences: SequenceGame, points: Sequence[Sequence[Plan]]) -> list[Side]:
    return [
        Printer(game.form, own.player).side([realised(own, plan) for plan in plans])
        for own, plans in zip(sequences.sequences, points, strict=True)
    ]


def _optimal_plans(game: SequenceGame, k: int, plans: Sequence[Plan], run: Run) -> list[Plan]:
    """Plans of player k of a zero-sum game, all of whose averages are the optimal ones; ``plans``: an equilibrium.

    Raises CouldNotFinish if there are too many on the way.
    """
    own, other = game.sequences[k], game.sequences[1 - k]
    payoffs = game.own(1 - k)
    E, F = own.constraints, other.constraints
    mine, theirs = (np.array(plan, dtype=object) for plan in (plans[k], plans[1 - k]))
    slack = _slack(game, k, theirs)
    played = [j for j in range(len(own)) if slack[j] == 0]
    value = theirs @ payoffs @ mine
    width = len(played) + len(F)
    bounds = np.concatenate([-payoffs[:, played], F.T, np.zeros((len(other), 1), dtype=int)], axis=1)
    fixed = np.zeros((len(E) + 1, width + 1), dtype=object)
    fixed[: len(E), : len(played)] = E[:, played]
    fixed[0, -1] = -1
    fixed[-1, len(played)], fixed[-1, -1] = 1, -value
    is_best = np.array([weight != 0 for weight in theirs])
    positive = np.eye(len(played), width + 1, dtype=int)
    found = vertices(
        [*positive.tolist(), *bounds[~is_best].tolist()],
        [*fixed.tolist(), *bounds[is_best].tolist()],
        check=run.check,
        max_rays=MOST_RAYS,
    )
    optimal: dict[Plan, None] = {}
    for point in found.points:
        plan = [Fraction(0)] * len(own)
        for j, weight in zip(played, point, strict=False):
            plan[j] = weight
        optimal[tuple(plan)] = None
    if len(optimal) > MOST_PLANS:
        raise could_not_finish("size", "there are too many optimal plans", "ask for just one")
    return list(optimal)


def _slack(game: SequenceGame, k: int, theirs: np.ndarray) -> np.ndarray:
    """By sequence of player k what is lost by it against the other's plan, best continuations following: 0 for the best."""
    own = game.sequences[k]
    worth = game.own(k) @ theirs
    best = np.zeros(len(own.actions), dtype=object)
    for s in reversed(range(len(own.actions))):
        best[s] = max(worth[own.actions[s]])
        worth[own.before[s]] += best[s]
    slack = np.zeros(len(own), dtype=object)
    for s, actions in enumerate(own.actions):
        slack[actions] = best[s] - worth[actions]
    return slack
