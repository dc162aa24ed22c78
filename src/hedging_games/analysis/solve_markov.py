"""Solving games over time: a solver proposes, the judge certifies by one-shot deviations."""

from __future__ import annotations

from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.errors import ConceptError, Problem, did_you_mean, input_error
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.markov.stationary import profiles_of, pure_stationary
from hedging_games.solvers.run import run_for
from hedging_games.theory.concepts import MARKOV_PERFECT, PURE_MARKOV_PERFECT, concept_named
from hedging_games.theory.judging_markov import judged
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium

METHOD = "stationary-paths"

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
        raise ConceptError(
            Problem("concept", what, f"those that fit: {MARKOV_PERFECT.name}, {PURE_MARKOV_PERFECT.name}")
        )
    if method not in (None, METHOD):
        what = f"no method for {wanted.name} is called '{method}'"
        raise ConceptError(Problem("method", what, did_you_mean(str(method), [METHOD])))
    if precision is not None:
        raise input_error("option", f"precision is for qre, not for {wanted.name}", "leave it out")
    refuse_short_sight(game)
    run = run_for(seconds_allowed(time_limit))
    unfolded = game.unfolded()
    with interrupted_after(run.seconds_left()):
        found = pure_stationary(unfolded, run.check)
        equilibria = tuple(_certified(unfolded, profiles_of(unfolded, partial, run.check)) for partial in found)
    is_all = wanted is PURE_MARKOV_PERFECT or (unfolded.has_one_mover and all(e.strict for e in equilibria))
    notes = () if equilibria else (NO_PURE,)
    notes = notes if is_all else (*notes, MIXED)
    return MarkovEquilibria(
        game, unfolded, wanted.name, METHOD, "all" if is_all else "some", equilibria, (*game.notes, *notes)
    )


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
            "concept", f"{who} {said}, which stationary equilibria do not cover", "remove 'myopic' and 'even'"
        )
