"""What solvers list at a point, each entry being put before the judge when something is made to rest on it, and only then.

A list of hundreds of equilibria takes seconds to certify. Where one of them decides a question, only that one has to be certified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hedging_games.analysis.solve import concept_and_method, judged, proposed, solve
from hedging_games.analysis.solve_continuous import certified, wanted_concept
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame
from hedging_games.games.values import path_outcome
from hedging_games.solvers.continuous.point import outlines
from hedging_games.solvers.run import Run
from hedging_games.theory.choice_ring import Memory

Path = tuple[tuple[int, Any], ...]
"""The terminal histories that are reached, with their probabilities."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A solver's list.

    Attributes
    ----------
    is_complete : whether nothing can be missing from it (``all`` or ``extreme``). is_finite : whether it names every equilibrium one by
        one, and exactly.
    hedges : the probability of the event in each. paths : what is played in each; empty where the game has no list of terminal histories.
    texts : each as a reader sees it. certify : puts the entry of a number before the judge; raises AssertionError if it is none.
    """

    is_complete: bool
    is_finite: bool
    hedges: Sequence[Any]
    paths: Sequence[Path]
    texts: Callable[[], list[str]]
    certify: Callable[[int], object]


def listed(game: AnyGame, concept: str) -> Listed:
    """What the first solver that fits finds. Errors as of `solve`."""
    if isinstance(game, Game):
        return _of_histories(game, concept)
    if isinstance(game, ContinuousGame):
        return _of_numbers(game, concept)
    found = solve(game, concept)
    hedges = [equilibrium.hedge for equilibrium in found]
    # What is found over time is certified already.
    return Listed(
        is_complete=found.complete != "some",
        is_finite=False,
        hedges=hedges,
        paths=(),
        texts=lambda: [str(equilibrium) for equilibrium in found],
        certify=lambda _: None,
    )


def _of_histories(game: Game, concept: str) -> Listed:
    wanted, method = concept_and_method(game, concept)
    proposal = proposed(method, game, Run())
    candidates = proposal.candidates
    paths = [path_outcome(game, candidate.profile.probabilities) for candidate in candidates]
    hedge = game.hedge
    assert hedge is not None
    return Listed(
        is_complete=proposal.complete != "some",
        is_finite=proposal.complete == "all" and all(candidate.error is None for candidate in candidates),
        hedges=[sum((p for z, p in path if hedge[z]), game.arithmetic.number(0)) for path in paths],
        paths=paths,
        texts=lambda: [str(candidate.profile) for candidate in candidates],
        certify=lambda k: judged(game, candidates[k], wanted),
    )


def _of_numbers(game: ContinuousGame, concept: str) -> Listed:
    wanted_concept(game, concept)
    found, notes, _ = outlines(game)
    memory = Memory()
    return Listed(
        is_complete=not notes,
        is_finite=False,
        hedges=[outline.hedge for outline in found],
        paths=(),
        texts=lambda: [f"{outline.play.choices} {outline.play.actions}" for outline in found],
        certify=lambda k: certified(game, found[k].proposed(), memory),
    )
