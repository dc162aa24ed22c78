"""Some Nash equilibria of two players by complementary pivoting (Lemke and Howson 1964), or just one.

The paths (`pivoting`) are followed in floats. Where one ends, its basis is solved in whole numbers: the vertex it stands for is
exact, and is an equilibrium if no inequality of the two polytopes is broken. Where floats fail, the same path is followed in whole
numbers, where it cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from hedging_games.algebra.linear_systems import whole_solution
from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm, strategic_form
from hedging_games.solvers.pivoting import Tableau, WholeTableau, path_end
from hedging_games.solvers.run import Run
from hedging_games.solvers.two_player import as_bimatrix, choosing_plans
from hedging_games.theory.equilibria import Candidate, Proposal

BUDGETS: Final = (8, 32, 128, 512, 2_048)
"""Pivots that a path may take in floats while others are still untried: paths differ in length by orders of magnitude."""

MOST_PIVOTS: Final = 50_000
"""Pivots that a path may take in floats where all are followed; beyond, it is followed in whole numbers."""

STARTS: Final = 64
"""Labels that are dropped in floats, one after the other, where one equilibrium is wanted."""

Mixtures = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]


@dataclass(frozen=True, slots=True)
class Bimatrix:
    """Payoffs as whole numbers from 1 on (``whole``: A and B, shape (m, n)), and as floats from 1 to 2 (``floats``)."""

    whole: tuple[np.ndarray, np.ndarray]
    floats: tuple[np.ndarray, np.ndarray]

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return sum(self.whole[0].shape)


def propose(game: Game, run: Run) -> Proposal:
    """The equilibria that the paths from all starting labels reach: some of all.

    Raises CouldNotFinish if the table of plans is too large, or time runs out before anything was found.
    """
    table = strategic_form(game)
    kept: dict[object, Candidate] = {}
    payoffs = bimatrix(table)
    for label in range(payoffs.labels):
        ends = end_in_floats(payoffs, label, run, MOST_PIVOTS) or exact_end(payoffs, label, run)
        profile = _profile(table, ends)
        if profile.key() not in kept:
            kept[profile.key()] = Candidate(profile)
            run.keep(kept[profile.key()])
    return Proposal(tuple(kept.values()), "some", ("Lemke and Howson's paths reach some equilibria, seldom all",))


def one(table: StrategicForm, run: Run) -> MixedProfile:
    """An equilibrium: where the first of some paths ends, short ones first. Raises CouldNotFinish if time runs out."""
    payoffs = bimatrix(table)
    labels = range(0, payoffs.labels, max(1, payoffs.labels // STARTS))
    for most in BUDGETS:
        for label in labels:
            found = end_in_floats(payoffs, label, run, most)
            if found is not None:
                return _profile(table, found)
    return _profile(table, exact_end(payoffs, 0, run))


def bimatrix(table: StrategicForm) -> Bimatrix:
    """The payoffs of a game in which at most two players have more than one plan; a missing player has one action."""
    whole = table.whole
    if whole is None:
        raise could_not_finish("lemke-howson", "some payoffs are no fractions", "leave --method out")
    A, B = (payoffs - payoffs.min() + 1 for payoffs in as_bimatrix(whole.numbers, choosing_plans(table)))
    low, high = ((payoffs - 1) / max(payoffs.max() - 1, 1) + 1 for payoffs in (A, B))
    return Bimatrix((A, B), (low.astype(np.float64), high.astype(np.float64)))


def end_in_floats(payoffs: Bimatrix, label: int, run: Run, most: int) -> Mixtures | None:
    """The equilibrium at the end of a path in floats of at most ``most`` pivots; None where that fails."""
    with np.errstate(all="ignore"):
        ends = path_end(Tableau, *payoffs.floats, label, run.check, most)
    if ends is None:
        return None
    A, B = payoffs.whole
    m = len(A)
    rows, columns = (sorted(label for label in end.basic if (label < m) == (end is ends[0])) for end in ends)
    columns = [label - m for label in columns]
    x, y = _vertex(B.T, columns, rows), _vertex(A, rows, columns)
    return None if x is None or y is None else (x, y)


def _vertex(constraints: np.ndarray, tight: list[int], basic: list[int]) -> tuple[Fraction, ...] | None:
    """The point x with x_j = 0 unless j is ``basic`` and ``constraints[k] @ x = 1`` for each ``tight`` k, scaled to sum to one; None if
    there is no such point with x >= 0 and ``constraints @ x <= 1``.
    """
    solution = whole_solution(constraints[np.ix_(tight, basic)], [1] * len(tight))
    if solution is None or min(solution.numerators) < 0:
        return None
    weights = np.array(solution.numerators, dtype=object)
    if (constraints[:, basic].astype(object) @ weights).max() > solution.denominator:
        return None
    return _mixture(constraints.shape[1], basic, solution.numerators)


def exact_end(payoffs: Bimatrix, label: int, run: Run) -> Mixtures:
    """The equilibrium at the end of the path that drops a label, in whole numbers."""
    A, B = payoffs.whole
    ends = path_end(WholeTableau, A, B, label, run.check)
    assert ends is not None, "the two polytopes are bounded, so some variable always becomes zero"
    return _played(ends[0], 0, len(A)), _played(ends[1], len(A), payoffs.labels)


def _played(tableau: Tableau, first: int, stop: int) -> tuple[Fraction, ...]:
    """The mixture that a tableau stands for, of the actions with labels from ``first`` up to, without, ``stop``."""
    weights = {
        label - first: w for label, w in zip(tableau.basic, tableau.table[:, -1], strict=True) if first <= label < stop
    }
    return _mixture(stop - first, list(weights), list(weights.values()))


def _mixture(size: int, actions: list[int], weights: list[int]) -> tuple[Fraction, ...]:
    mixture, total = [Fraction(0)] * size, sum(weights)
    for action, weight in zip(actions, weights, strict=True):
        mixture[action] = Fraction(weight, total)
    return tuple(mixture)


def _profile(table: StrategicForm, found: Mixtures) -> MixedProfile:
    """The mixtures of those who choose, everybody else doing all there is to do."""
    weights: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(table.plans)
    for player, mixture in zip(choosing_plans(table), found, strict=False):
        weights[player] = mixture
    return table.profile(weights)
