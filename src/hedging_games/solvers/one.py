"""Just one equilibrium, at once: what is quickly proposed is solved exactly where it was found.

Pure equilibria come first. Where there is none, two players follow the paths of Lemke and Howson; where the table of plans is large,
that of Lemke through the sequence form. With more players small supports are
tried (Porter, Nudelman and Shoham 2008), then those that the principal branch of logit responses tends to (Turocy 2005), in the end all
supports. A tree is solved from its last stages to the first, one equilibrium a stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game, matrix_game
from hedging_games.games.reductions import StrategicForm, strategic_form
from hedging_games.solvers import lemke_howson, sequence_form
from hedging_games.solvers.many_players import candidate_of
from hedging_games.solvers.multilinear.first import Found, first_near, first_on
from hedging_games.solvers.multilinear.results import Supports
from hedging_games.solvers.multilinear.supports import as_machine_integers, possible_supports
from hedging_games.solvers.pure import NO_PURE_NOTE, candidate_at, pure_cells
from hedging_games.solvers.quantal import Branch
from hedging_games.solvers.run import Run
from hedging_games.solvers.sequence_form import has_large_table
from hedging_games.solvers.two_player import choosing_plans
from hedging_games.theory.equilibria import JUST_ONE, Candidate, Proposal

FIRST_SUPPORTS: Final = 400
"""Supports that are tried before the branch of logit responses is followed."""

PLAYED: Final = 0.01
"""From this probability on an action of a logit response is taken as part of the limit's support."""

NEAR: Final = 20.0
FAR: Final = 10_000.0
"""Between these precisions, per spread of payoffs, supports are read off the branch."""


def nash(game: Game, run: Run) -> Proposal:
    """One Nash equilibrium of an exact game, through its sequence form or its reduced strategic form; ``all`` only where nobody has a choice.

    Raises CouldNotFinish if the table is too large, or time runs out.
    """
    if has_large_table(game):
        candidate = sequence_form.one(game, run)
        run.keep(candidate)
        return Proposal((candidate,), "some", (JUST_ONE,))
    table = strategic_form(game)
    choosing = choosing_plans(table)
    cells = pure_cells(table, run)
    if len(cells):
        candidate = candidate_at(table, cells[0].tolist())
    elif len(choosing) <= 2:
        candidate = Candidate(lemke_howson.one(table, run))
    else:
        candidate = candidate_of(table, _of_several(table, run))
    run.keep(candidate)
    return Proposal((candidate,), "some", (JUST_ONE,)) if choosing else Proposal((candidate,), "all")


def pure_nash(game: Game, run: Run) -> Proposal:
    """The first pure equilibrium of an exact game, in the order of plans: ``all`` if there is no other.

    Raises CouldNotFinish if the table of plans is too large, or time runs out.
    """
    table = strategic_form(game)
    cells = pure_cells(table, run)
    candidates = tuple(candidate_at(table, cell) for cell in cells[:1].tolist())
    if len(cells) > 1:
        return Proposal(candidates, "some", (f"{len(cells)} equilibria; just one was asked for",))
    return Proposal(candidates, "all", () if candidates else (NO_PURE_NOTE,))


def _of_several(table: StrategicForm, run: Run) -> Found:
    """An equilibrium of a game without pure ones."""
    if table.whole is None:
        raise could_not_finish("payoff", "some payoffs are no fractions", "leave --just-one out")
    tensors = list(table.whole.numbers)
    supports = possible_supports(as_machine_integers(tensors), run.check)
    found = (
        _first(tensors, islice(supports, FIRST_SUPPORTS), run.check)
        or _on_branch(table, tensors, run)
        or _first(tensors, supports, run.check)
    )
    if found is None:
        raise could_not_finish(
            "one", "no support could be settled", "leave --just-one out, for what is known of each support"
        )
    return found


def _first(tensors: list[np.ndarray], supports: Iterator[Supports], check: Check) -> Found | None:
    return next((found for s in supports if (found := first_on(tensors, s, check)) is not None), None)


def _on_branch(table: StrategicForm, tensors: list[np.ndarray], run: Run) -> Found | None:
    """An equilibrium on the supports that the logit branch tends to."""
    tried: set[Supports] = set()
    try:
        for guess in _responses(table, run):
            supports = tuple(tuple(np.flatnonzero(mixture > PLAYED).tolist()) for mixture in guess)
            if supports not in tried:
                tried.add(supports)
                found = first_near(tensors, supports, guess, run.check)
                if found is not None:
                    return found
    except CouldNotFinish:
        run.check()  # Where time is left, the branch alone could not be followed.
    return None


def _responses(table: StrategicForm, run: Run) -> Iterator[list[np.ndarray]]:
    """The mixtures of plans along the branch where it is near its limit."""
    game = table.game if table.game.form.is_simultaneous else matrix_game(*table.payoffs)
    branch = Branch(game, run.check)
    for point in branch.points():
        if point.scaled > FAR:
            return
        if point.scaled > NEAR:
            probabilities = branch.probabilities(point)
            form = game.form
            sets = [form.sets_of(player) for player in range(len(form.players))]
            yield [probabilities[form.first_slot[s[0]] : form.first_slot[s[0] + 1]] if s else np.ones(1) for s in sets]
