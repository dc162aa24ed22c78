"""Correlated equilibria (Aumann 1974, 1987): the polytope of distributions over plans that nobody wants to disobey.

A distribution z over the cells of the strategic form is a correlated equilibrium if for every player, plan p and other plan q
the plan p, once recommended, is no worse than q: sum over cells with p of z times (payoff - payoff with q instead) >= 0.
All of that is linear, so ranges of payoffs and of the event's probability are exact, and for small tables every
extreme point is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.algebra.inequalities.guided import guided_minimum
from hedging_games.algebra.inequalities.simplex import Optimal
from hedging_games.algebra.numbers import common_denominator
from hedging_games.algebra.polyhedron import vertices
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm, event_table, strategic_form
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Proposal

MAX_CELLS = 400
"""Cells of the strategic form up to which the linear programs are solved."""

MAX_VERTEX_CELLS = 16
"""Cells up to which every extreme point of the polytope is listed."""

MAX_VERTICES = 5_000
"""Extreme points that intermediate polytopes may have."""

MAX_LISTED = 1_000
"""Extreme points that are listed."""


@dataclass(frozen=True, slots=True)
class Obedience:
    """The polytope: ``cells`` (a plan number for each player) that can have positive probability, and the integer rows
    r with r . z >= 0.
    """

    cells: tuple[tuple[int, ...], ...]
    rows: tuple[tuple[int, ...], ...]


def obedience(table: StrategicForm) -> Obedience:
    """The obedience constraints of a strategic form, one for each player, plan and other plan."""
    shape = table.payoffs.shape[1:]
    cells = tuple(np.ndindex(*shape))
    rows = []
    for player, size in enumerate(shape):
        own = np.moveaxis(table.payoffs[player], player, 0)
        for plan in range(size):
            for other in range(size):
                if other == plan:
                    continue
                row = np.full(shape, Fraction(0), dtype=object)
                np.moveaxis(row, player, 0)[plan] = own[plan] - own[other]
                rows.append(_integers(row.ravel()))
    return Obedience(cells, tuple(row for row in rows if any(row)))


def _integers(values: Sequence[Any] | np.ndarray) -> tuple[int, ...]:
    scale = common_denominator(np.asarray(values, dtype=object))
    return tuple(int(value * scale) for value in values)


def propose(game: Game, run: Run) -> Proposal:
    """Extreme correlated equilibria and the exact ranges of payoffs and of the event's probability.

    Up to `MAX_VERTEX_CELLS` cells every extreme point is listed (complete: ``extreme``, or ``all`` if there is only one);
    beyond that, or where there are too many, those at the ends of the ranges (complete: ``some``).

    Raises CouldNotFinish for tables beyond `MAX_CELLS` cells.
    """
    table = strategic_form(game)
    count = table.payoffs[0].size
    if count > MAX_CELLS:
        # Before the constraints are written down: there are more of them than a machine may hold.
        raise could_not_finish("size", f"the table has {count} cells, more than {MAX_CELLS}", "use fewer grid levels")
    polytope = obedience(table)
    ranges, ends = {}, []
    for name, values in _objectives(table, polytope).items():
        found = [_optimum(polytope, values, sign, run) for sign in (1, -1)]
        ranges[name] = (found[0][1], found[1][1])
        for point, _ in found:
            ends.append(point)
            run.keep(_candidate(table, polytope, point))
    points, note = _extreme_points(polytope, run)
    if points is None:
        listed = [_candidate(table, polytope, point) for point in dict.fromkeys(ends)]
        return Proposal(tuple(listed), "some", (note,), (tuple(range(len(listed))),), ranges=ranges)
    listed = [_candidate(table, polytope, point) for point in points]
    together = (tuple(range(len(listed))),)
    return Proposal(tuple(listed), "all" if len(listed) == 1 else "extreme", (), together, together, ranges=ranges)


def _objectives(table: StrategicForm, polytope: Obedience) -> dict[str, list[Fraction]]:
    """Each player's payoff, and the event's probability as ``hedge``, by cell."""
    objectives = {
        name: [table.payoffs[(player, *cell)] for cell in polytope.cells]
        for player, name in enumerate(table.game.players)
    }
    if table.game.hedge is not None:
        event = event_table(table, table.game.hedge)
        objectives["hedge"] = [event[cell] for cell in polytope.cells]
    return objectives


def _optimum(
    polytope: Obedience, values: Sequence[Fraction], sign: int, run: Run
) -> tuple[tuple[Fraction, ...], Fraction]:
    """A correlated equilibrium with the smallest (sign 1) or largest (-1) expected value, and the value."""
    scale = common_denominator(np.array(values, dtype=object))
    count, slacks = len(polytope.cells), len(polytope.rows)
    matrix = [[*row, *(-int(k == j) for k in range(slacks))] for j, row in enumerate(polytope.rows)]
    matrix.append([*[1] * count, *[0] * slacks])
    cost = [*(sign * int(value * scale) for value in values), *[0] * slacks]
    outcome = guided_minimum(matrix, [*[0] * slacks, 1], cost, run.check)
    assert isinstance(outcome, Optimal)  # A Nash equilibrium is a solution, and the set is bounded.
    return outcome.solution[:count], sign * outcome.value / scale


def _extreme_points(polytope: Obedience, run: Run) -> tuple[list[tuple[Fraction, ...]] | None, str]:
    """Every extreme point; or None, and why they are not listed."""
    count = len(polytope.cells)
    ends = "those at the ends of the ranges are listed, not all extreme points"
    if count > MAX_VERTEX_CELLS:
        return None, f"{ends}: the table has more than {MAX_VERTEX_CELLS} cells"
    positive = [[*(int(k == j) for k in range(count)), 0] for j in range(count)]
    try:
        found = vertices(
            [*positive, *([*row, 0] for row in polytope.rows)],
            [[*[1] * count, -1]],
            check=run.check,
            max_rays=MAX_VERTICES,
        )
    except CouldNotFinish as stopped:
        return None, f"{ends}: {stopped.problems[0].what}"
    if len(found.points) > MAX_LISTED:
        return None, f"{ends}: there are {len(found.points)}"
    return list(found.points), ""


def _candidate(table: StrategicForm, polytope: Obedience, point: Sequence[Fraction]) -> Candidate:
    distribution = {cell: weight for cell, weight in zip(polytope.cells, point, strict=True) if weight}
    return Candidate(_marginals(table, distribution), distribution=distribution)


def _marginals(table: StrategicForm, distribution: dict[tuple[int, ...], Fraction]) -> MixedProfile:
    """Each player's own mixture: what a profile can show of a correlated play."""
    weights = [[Fraction(0)] * len(plans) for plans in table.plans]
    for cell, weight in distribution.items():
        for player, plan in enumerate(cell):
            weights[player][plan] += weight
    return table.profile(weights)
