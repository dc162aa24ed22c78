"""Solving games over time: a solver proposes, the judge certifies by one-shot deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.errors import ConceptError, CouldNotFinish, Problem, did_you_mean, input_error
from hedging_games.games.markov import MarkovGame
from hedging_games.games.markov_tree import MarkovTree, tree_of
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.markov import supports
from hedging_games.solvers.markov.stationary import profiles_of, pure_stationary
from hedging_games.solvers.markov.supports import is_small
from hedging_games.solvers.markov.trees import CELLS, propose
from hedging_games.solvers.run import Run, run_for
from hedging_games.theory.concepts import MARKOV_PERFECT, PURE_MARKOV_PERFECT, Concept, concept_named, fitting_over_time
from hedging_games.theory.equilibria import Completeness
from hedging_games.theory.judging_markov import judged
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium

METHOD = "stationary-paths"
TREE = "backward-induction"
SUPPORTS = "supports"

MIXED = "stationary equilibria with randomisation were not followed"
NO_PURE = "there is no pure stationary equilibrium; a mixed one exists (Fink 1964)"


def solve_markov(
    game: MarkovGame,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
) -> MarkovEquilibria:
    """The stationary equilibria of a game over time, each certified.

    Arguments and errors as of `solve`; the concepts are ``markov-perfect`` and ``pure-markov-perfect``.
    """
    wanted = concept_named(concept or game.default_concept or MARKOV_PERFECT.name)
    if wanted not in (MARKOV_PERFECT, PURE_MARKOV_PERFECT):
        what = f"{wanted.name} does not fit this game: it is played over time"
        raise ConceptError(Problem("concept", what, f"those that fit: {fitting_over_time(repeated=game.can_punish)}"))
    fitting = [METHOD] if wanted is PURE_MARKOV_PERFECT else [TREE, SUPPORTS, METHOD]
    if method not in (None, *fitting):
        what = f"no method for {wanted.name} is called '{method}'"
        raise ConceptError(Problem("method", what, did_you_mean(str(method), fitting)))
    if precision is not None:
        raise input_error("option", f"precision is for qre, not for {wanted.name}", "leave it out")
    refuse_short_sight(game)
    run = run_for(seconds_allowed(time_limit))
    unfolded = game.unfolded()
    tree = tree_of(unfolded) if wanted is MARKOV_PERFECT and method in (None, TREE) else None
    if tree is None and method == TREE:
        what = f"{TREE} does not fit this game: some state comes up twice"
        raise ConceptError(Problem("method", what, f"methods that fit: {SUPPORTS}, {METHOD}"))
    if method == SUPPORTS and not is_small(unfolded):
        what = f"{SUPPORTS} does not fit this game: it has too many, or a period with hidden moves"
        raise ConceptError(Problem("method", what, f"methods that fit: {METHOD}"))
    with interrupted_after(run.seconds_left()):
        found, chosen = _found(unfolded, tree, wanted, method, run)
        equilibria = tuple(_certified(unfolded, profiles) for profiles in found.profiles)
    return MarkovEquilibria(
        game,
        unfolded,
        wanted.name,
        chosen,
        found.complete,
        equilibria,
        (*game.notes, *found.notes),
        found.grouped,
        found.subsets,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Strategies for every state, one tuple for each equilibrium; the rest as in `Proposal`."""

    profiles: list[tuple[MixedProfile, ...]]
    complete: Completeness
    notes: tuple[str, ...]
    grouped: Literal["path"] | None = None
    subsets: tuple[tuple[int, ...], ...] | None = None


def _found(
    game: MarkovGame, tree: MarkovTree | None, wanted: Concept, method: str | None, run: Run
) -> tuple[_Found, str]:
    """What the first method that fits finds, and its name."""
    if tree is not None:
        return _of_tree(game, tree, run), TREE
    if wanted is MARKOV_PERFECT and method in (None, SUPPORTS) and is_small(game):
        try:
            profiles, notes = supports.propose(game, run.check)
        except CouldNotFinish:
            run.check()  # Out of time is another matter than too many equilibria: of these, the pure ones are grouped.
            if method == SUPPORTS:
                raise
        else:
            return _Found(profiles, "some" if notes else "all", notes), SUPPORTS
    return _stationary(game, wanted, run), METHOD


def _stationary(game: MarkovGame, wanted: Concept, run: Run) -> _Found:
    profiles = [profiles_of(game, partial, run.check) for partial in pure_stationary(game, run.check)]
    notes = () if profiles else (NO_PURE,)
    # Whoever decides alone and is never indifferent has nothing to mix.
    is_all = wanted is PURE_MARKOV_PERFECT or (game.has_one_mover and all(judged(game, own).strict for own in profiles))
    return _Found(profiles, "all" if is_all else "some", notes if is_all else (*notes, MIXED), "path")


def _of_tree(game: MarkovGame, tree: MarkovTree, run: Run) -> _Found:
    proposal, profiles = propose(game, tree, run)
    exact = [own for own, candidate in zip(profiles, proposal.candidates, strict=True) if candidate.error is None]
    if proposal.continua or len(exact) < len(profiles):
        return _Found(exact, "some", (*proposal.notes, CELLS), proposal.grouped)
    return _Found(exact, proposal.complete, proposal.notes, proposal.grouped, proposal.subsets)


def _certified(game: MarkovGame, profiles: tuple[MixedProfile, ...]) -> MarkovEquilibrium:
    equilibrium = judged(game, profiles)
    if equilibrium.certificate.largest_gain > 0:
        raise AssertionError(f"a proposed profile is no equilibrium: {profiles}, {equilibrium.certificate}")
    return equilibrium


def refuse_short_sight(game: MarkovGame) -> None:
    """Myopic players and fair coins are part of repeated games with punishments."""
    if game.myopic or game.even:
        who = game.players[min(game.myopic)] if game.myopic else f"'{next(iter(game.even))}'"
        said = "is myopic" if game.myopic else "settles ties by a fair coin"
        raise input_error(
            "concept",
            f"{who} {said}, which stationary equilibria do not cover",
            "ask for repeated, or remove 'myopic' and 'even'",
        )
