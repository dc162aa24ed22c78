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
from math import prod

import numpy as np

from hedging_games.algebra.inequalities.distributions import SECONDS, proved_minimum
from hedging_games.algebra.inequalities.simplex import Optimal, minimise
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.algebra.polyhedron import vertices
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm, event_table, strategic_form
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Proposal

MAX_ENTRIES = 6_000_000
"""Entries of the constraints, one for each cell and each pair of a player's plans, up to which the linear programs are solved."""

SMALL = 1_500
"""Entries of the constraints up to which the exact simplex method is as fast as asking HiGHS."""

MAX_CELLS = 400
"""Cells up to which the exact simplex method takes over where floats lead to no proof."""

MAX_VERTEX_CELLS = 16
"""Cells up to which every extreme point of the polytope is listed."""

MAX_VERTICES = 5_000
"""Extreme points that intermediate polytopes may have."""

MAX_LISTED = 1_000
"""Extreme points that are listed."""


@dataclass(frozen=True, slots=True)
class Obedience:
    """The polytope: ``cells`` (a plan number for each player), and whole numbers ``rows``, shape (k, cells), with rows @ z >= 0."""

    cells: tuple[tuple[int, ...], ...]
    rows: np.ndarray


def obedience(table: StrategicForm) -> Obedience:
    """The obedience constraints of a strategic form, one for each player, plan and other plan."""
    if table.whole is None:
        raise could_not_finish("payoff", "some payoffs are no fractions", "ask for another concept")
    shape = table.payoffs.shape[1:]
    numbers = np.arange(prod(shape)).reshape(shape)
    rows = []
    for player, size in enumerate(shape):
        own = np.moveaxis(table.whole.numbers[player], player, 0).reshape(size, -1)
        told = np.moveaxis(numbers, player, 0).reshape(size, -1)
        for plan in range(size):
            gains = own[plan] - np.delete(own, plan, axis=0)
            block = np.zeros((size - 1, numbers.size), dtype=own.dtype)
            block[:, told[plan]] = gains
            rows.append(block[(gains != 0).any(axis=1)])
    return Obedience(tuple(np.ndindex(*shape)), np.concatenate(rows))


def propose(game: Game, run: Run) -> Proposal:
    """Extreme correlated equilibria and the exact ranges of payoffs and of the event's probability.

    Up to `MAX_VERTEX_CELLS` cells every extreme point is listed (complete: ``extreme``, or ``all`` if there is only one);
    beyond that, or where there are too many, those at the ends of the ranges (complete: ``some``).

    Raises CouldNotFinish for tables whose constraints have more than `MAX_ENTRIES` entries.
    """
    table = strategic_form(game)
    count = table.payoffs[0].size
    if count * sum(size * (size - 1) for size in table.payoffs.shape[1:]) > MAX_ENTRIES:
        # Before the constraints are written down: there are more of them than a machine may hold.
        what = f"the table of {' × '.join(map(str, table.payoffs.shape[1:]))} plans is too large for correlated play"
        raise could_not_finish("size", what, "ask for nash or pure-nash, or take fewer actions or grid levels")
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
    whole, scale = whole_numbers(values)
    cost = np.array([sign * value for value in whole], dtype=object)
    if polytope.rows.size > SMALL:
        left = run.seconds_left()
        found = proved_minimum(polytope.rows, cost, SECONDS if left is None else max(left, 0.1))
        run.check()
        if found is not None:
            return found[0], sign * found[1] / scale
    count, slacks = len(polytope.cells), len(polytope.rows)
    if count > MAX_CELLS:
        raise could_not_finish("size", "no bound on a payoff could be proved from floats", "ask for nash or pure-nash")
    matrix = [[*row, *(-int(k == j) for k in range(slacks))] for j, row in enumerate(polytope.rows.tolist())]
    matrix.append([*[1] * count, *[0] * slacks])
    outcome = minimise(matrix, [*[0] * slacks, 1], [*cost, *[0] * slacks], run.check)
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
            [*positive, *([*row, 0] for row in polytope.rows.tolist())],
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
