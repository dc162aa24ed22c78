"""One equilibrium per starting label by complementary pivoting (Lemke and Howson 1964), with nashpy's tableaux, made exact."""

from __future__ import annotations

import warnings
from itertools import cycle
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers.run import Run
from hedging_games.solvers.support import equilibria_on_support
from hedging_games.theory.equilibria import Candidate, Proposal

MAX_PIVOTS = 2_000
"""Pivots after which a path is given up: nashpy pivots in floats, and rounding can send it round in circles."""

_POSITIVE = 1e-9

Supports = tuple[tuple[int, ...], tuple[int, ...]]


def propose(game: Game, run: Run) -> Proposal:
    """The equilibria that Lemke and Howson's paths reach from every starting label: some of all. nashpy pivots in floats;
    on the supports where a path ends the equilibria are solved for exactly.

    Raises CouldNotFinish if no path ends in an equilibrium; a note says how many do not.
    """
    table = strategic_form(game)
    A, B = table.payoffs
    floats = [_scaled(matrix) for matrix in (A, B)]
    kept: dict[object, Candidate] = {}
    solved: dict[Supports | None, list[Any]] = {None: []}
    failed = 0
    for label in range(sum(A.shape)):
        ends = _supports(floats, label, run)
        if ends not in solved and ends is not None:
            solved[ends] = equilibria_on_support(A, B, *ends, check=run.check)
        failed += not solved[ends]
        for weights in solved[ends]:
            profile = table.profile(weights)
            if profile.key() not in kept:
                kept[profile.key()] = Candidate(profile)
                run.keep(kept[profile.key()])
    what = f"nashpy's pivoting failed from {failed} of {sum(A.shape)} starting labels"
    if not kept:
        raise could_not_finish("lemke-howson", what, "leave --method out: extreme points are exact and complete")
    notes = ("Lemke and Howson's paths reach some equilibria, seldom all", *((what,) if failed else ()))
    return Proposal(tuple(kept.values()), "some", notes)


def _scaled(matrix: np.ndarray) -> np.ndarray:
    """Payoffs from 1 to 2 as floats: an affine change leaves equilibria alone and keeps the pivots' digits."""
    low, high = matrix.min(), matrix.max()
    return np.asarray(((matrix - low) / ((high - low) or 1) + 1).astype(np.float64))


def _supports(matrices: list[np.ndarray], label: int, run: Run) -> Supports | None:
    """The supports of the pair of strategies at which the path from ``label`` ends; None if it does not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nashpy's remark that strategies have incorrect shapes is read off them below
        try:
            strategies = _path_end(matrices, label, run)
        except (LookupError, ValueError, ArithmeticError):
            return None
    if strategies is None:
        return None
    fits = [
        len(s) == size and bool(np.isfinite(s).all()) for s, size in zip(strategies, matrices[0].shape, strict=True)
    ]
    if not all(fits):
        return None
    rows, columns = (tuple(int(k) for k in np.flatnonzero(s > _POSITIVE)) for s in strategies)
    return (rows, columns) if rows and columns else None


def _path_end(matrices: list[np.ndarray], label: int, run: Run) -> list[np.ndarray] | None:
    """Where the path from ``label`` ends (Nisan, Roughgarden, Tardos and Vazirani 2007, algorithm 3.6); None if not soon."""
    from nashpy.linalg import create_col_tableau, create_row_tableau

    column: Any = create_col_tableau(matrices[0], lexicographic=True)
    row: Any = create_row_tableau(matrices[1], lexicographic=True)
    turns = cycle((row, column) if label in row.non_basic_variables else (column, row))
    for _ in range(MAX_PIVOTS):
        run.check()
        label = next(turns).pivot_and_drop_label(label)
        if column.non_basic_variables | row.non_basic_variables == column.labels:
            ends = (row.to_strategy(column.non_basic_variables), column.to_strategy(row.non_basic_variables))
            return [np.asarray(end, dtype=float) for end in ends]
    return None
