"""All Nash equilibria of games in which at most two players have a choice: every extreme equilibrium, the maximal Nash
subsets they span, and the components these make up (Avis, Rosenberg, Savani and von Stengel 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.games.reductions import StrategicForm, count_plans, strategic_form
from hedging_games.solvers.bimatrix import extreme_equilibria
from hedging_games.solvers.run import Run
from hedging_games.solvers.subsets import joined
from hedging_games.theory.equilibria import EXTREME_NOTE, PLANS_NOTE, Candidate, Proposal


def choosing_players(form: Form) -> list[int]:
    """The players who have more than one plan."""
    return [player for player in range(len(form.players)) if count_plans(form, player) > 1]


def propose(game: Game, run: Run) -> Proposal:
    """All extreme equilibria of an exact game in which at most two players have more than one plan.

    A tree is solved through its reduced strategic form; mixed plans that play alike count once.
    Complete: ``all`` if every component is a single point, else ``extreme``.

    Raises CouldNotFinish if the table or the number of vertices is too large, or time runs out.
    """
    table = strategic_form(game)
    choosing = [player for player, plans in enumerate(table.plans) if len(plans) > 1]
    first, second = _as_bimatrix(table, choosing)
    if run.deadline is not None:
        _keep_pure(table, run)
    found = extreme_equilibria(first, second, check=run.check)
    profiles = []
    for row, column in found.pairs:
        mixed = [found.rows[row], found.columns[column]]
        weights = [
            mixed[choosing.index(player)] if player in choosing else (Fraction(1),)
            for player in range(len(table.plans))
        ]
        profiles.append(table.profile(weights))
    # Different mixed plans may be the same behaviour: keep the first of each.
    first_with: dict[Any, int] = {}
    number = [first_with.setdefault(profile.key(), len(first_with)) for profile in profiles]
    kept = [profiles[number.index(k)] for k in range(len(first_with))]
    pair_number = {pair: number[k] for k, pair in enumerate(found.pairs)}
    subsets = _distinct(
        tuple(sorted({pair_number[row, column] for row in rows for column in columns}))
        for rows, columns in found.subsets
    )
    components = joined([{number[k] for k in component} for component in found.components])
    isolated = all(len(component) == 1 for component in components)
    return Proposal(
        tuple(Candidate(profile) for profile in kept),
        "all" if isolated else "extreme",
        () if isolated else (PLANS_NOTE,) if _decides_twice(game.form, choosing) else (EXTREME_NOTE,),
        components,
        subsets,
    )


def _decides_twice(form: Form, players: Sequence[int]) -> bool:
    """Whether some of the players may decide again after a decision of their own."""
    return any(form.own_parent_slot[s] >= 0 for player in players for s in form.sets_of(player))


def _keep_pure(table: StrategicForm, run: Run) -> None:
    """Remember the pure equilibria, quickly found, should the search be stopped before it ends."""
    is_best = [worth == worth.max(axis=player, keepdims=True) for player, worth in enumerate(table.payoffs)]
    for cell in np.argwhere(np.logical_and.reduce(is_best)).tolist():
        run.check()
        weights = [
            [Fraction(int(k == p)) for k in range(len(plans))] for p, plans in zip(cell, table.plans, strict=True)
        ]
        run.keep(Candidate(table.profile(weights)))


def _as_bimatrix(table: StrategicForm, choosing: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The payoffs of the choosing players as two matrices; a missing player gets one action and payoff 0."""
    sizes = [len(table.plans[player]) for player in choosing]
    if len(sizes) > 2:
        raise AssertionError("more than two players have a choice")
    shape = (*sizes, *(1,) * (2 - len(sizes)))
    payoffs = [table.payoffs[player].reshape(shape) for player in choosing]
    while len(payoffs) < 2:
        payoffs.append(np.full(shape, Fraction(0), dtype=object))
    return payoffs[0], payoffs[1]


def _distinct(sets: Any) -> tuple[tuple[int, ...], ...]:
    """Without repetitions and without sets contained in another."""
    unique = sorted(set(sets))
    return tuple(s for s in unique if not any(set(s) < set(other) for other in unique))
