"""All pure Nash equilibria, for any number of players, through the reduced strategic form (Nash 1951).

Only the order of a player's payoffs matters for pure equilibria, so exact payoffs are compared as whole numbers or replaced by their ranks: 64-bit
integers, whatever the size of the numbers. A cell of the table is an equilibrium if it holds the largest rank along each
player's axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import pure_profile
from hedging_games.games.reductions import StrategicForm, chance_of_terminals, plan_masks, strategic_form
from hedging_games.solvers import pure_paths as outcomes
from hedging_games.solvers.listing import listing_limit, path_limit
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Completeness, Proposal

BLOCK = 10_000_000
"""Pairs of an equilibrium and a terminal history that are looked at in one go."""

PATHS_NOTE = "one equilibrium for each path of play: others differ from it only off the path"

NO_PURE_NOTE = "there is no pure equilibrium; mixed ones exist (Nash 1951): ask for the concept nash"


def propose(game: Game, run: Run) -> Proposal:
    """All pure Nash equilibria of an exact game.

    In a tree the choices that a player's own plan rules out are marked ``unreached``: they are arbitrary. More than
    `listing.MAX_LISTED` equilibria of a tree are grouped by what is played on the path, which is still complete; of a matrix game
    the first are listed, labelled ``some``. A tree of perfect information whose table is too large is solved path
    by path (`outcomes`).

    Raises CouldNotFinish if the table of another game is too large, or time runs out.
    """
    try:
        table = strategic_form(game)
    except CouldNotFinish:
        if not game.form.has_perfect_information:
            raise
        return outcomes.propose(game, run)
    cells = pure_cells(table, run)
    notes: list[str] = [] if len(cells) else [NO_PURE_NOTE]
    complete: Completeness = "all"
    limit = listing_limit(game)
    is_grouped = len(cells) > limit and not game.form.is_simultaneous
    limit = path_limit(game) if is_grouped else limit
    if is_grouped:
        notes.append(f"{len(cells)} equilibria; {PATHS_NOTE}")
        cells = _one_for_each_path(table, cells, run)
    if len(cells) > limit:
        complete = "some"
        notes.append(f"{len(cells)} {'paths of play' if is_grouped else 'equilibria'}; the first {limit} are listed")
    candidates = []
    for cell in cells[:limit].tolist():
        run.check()
        candidates.append(candidate_at(table, cell))
        run.keep(candidates[-1])
    return Proposal(tuple(candidates), complete, tuple(notes), grouped="path" if is_grouped else None)


def propose_some(game: Game, run: Run) -> Proposal:
    """The pure equilibria as a part of all Nash equilibria: the answer is complete only where there is nothing to choose.

    Raises CouldNotFinish if there is no pure equilibrium (then every equilibrium is mixed), and as `propose` does.
    """
    found = propose(game, run)
    if not found.candidates:
        raise could_not_finish(
            "mixed",
            "there is no pure equilibrium, and mixed ones of more than two players with a choice are not searched for",
            "ask for pure-nash to see that there is none, or for a game with two players who have a choice",
        )
    if all(len(s.actions) == 1 for s in game.form.information_sets if s.player >= 0):
        return found
    note = "pure equilibria only: mixed ones of more than two players with a choice were not searched for"
    return replace(found, complete="some", notes=(*found.notes, note))


def pure_cells(table: StrategicForm, run: Run) -> np.ndarray:
    """Shape (equilibria, players): the plan numbers of all pure equilibria, in lexicographic order."""
    is_equilibrium = np.ones(table.payoffs.shape[1:], dtype=bool)
    whole = table.whole
    for player, payoffs in enumerate(table.payoffs if whole is None else whole.numbers):
        run.check()
        ranked = payoffs if payoffs.dtype == np.int64 else ranks(payoffs)
        is_equilibrium &= ranked == ranked.max(axis=player, keepdims=True)
    return np.argwhere(is_equilibrium)


def candidate_at(table: StrategicForm, cell: Sequence[int]) -> Candidate:
    """The pure profile in which each player follows the plan of a number."""
    slots = [slot for plans, plan in zip(table.plans, cell, strict=True) for slot in plans[plan]]
    return Candidate(pure_profile(table.game.form, slots))


def ranks(numbers: np.ndarray) -> np.ndarray:
    """Each exact number's place, from 0, in the order of the different numbers of the array; as int64."""
    flat = numbers.ravel().tolist()
    # Pairs of integers are told apart faster than fractions.
    keys = [n.as_integer_ratio() if isinstance(n, int | Fraction) else n for n in flat]
    different = dict(zip(keys, flat, strict=True))
    place = {key: k for k, key in enumerate(sorted(different, key=different.__getitem__))}
    return np.fromiter((place[key] for key in keys), dtype=np.int64, count=len(flat)).reshape(numbers.shape)


def _one_for_each_path(table: StrategicForm, cells: np.ndarray, run: Run) -> np.ndarray:
    """The first of the cells that lead to the same terminal histories."""
    form = table.game.form
    possible = np.flatnonzero(chance_of_terminals(table.game) != 0)
    masks = [plan_masks(form, player, plans)[:, possible] for player, plans in enumerate(table.plans)]
    first: dict[bytes, int] = {}
    step = max(1, BLOCK // max(1, len(possible)))
    for start in range(0, len(cells), step):
        run.check()
        block = cells[start : start + step]
        reached = np.ones((len(block), len(possible)), dtype=bool)
        for player, mask in enumerate(masks):
            reached &= mask[block[:, player]]
        for k, key in enumerate(np.packbits(reached, axis=1)):
            first.setdefault(key.tobytes(), start + k)
    return cells[list(first.values())]
