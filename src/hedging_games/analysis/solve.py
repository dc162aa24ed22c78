"""Solving: a solver proposes, the certificate judges, and the answer says how complete it is."""

from __future__ import annotations

from types import MappingProxyType

from hedging_games.analysis.limits import interrupted_after
from hedging_games.errors import ConceptError, CouldNotFinish, Problem, input_error
from hedging_games.games.game import Game
from hedging_games.games.values import event_probability, expected_payoffs
from hedging_games.solvers.methods import method_for
from hedging_games.solvers.run import run_for
from hedging_games.theory.certificate import certify
from hedging_games.theory.concepts import Concept, concept_named, default_concept, fitting
from hedging_games.theory.equilibria import Candidate, Certificate, Equilibria, Equilibrium, Proposal


def solve(
    game: Game, concept: str | None = None, method: str | None = None, *, time_limit: float | None = None
) -> Equilibria:
    """The equilibria of an exact game, each with an exact certificate, and how complete they are.

    Parameters
    ----------
    concept : a name of `theory.concepts`; by default the game's own: ``nash`` for simultaneous games,
        ``subgame-perfect`` for games with more than one stage.
    method : a name of `solvers.methods`; by default the first that fits.
    time_limit : seconds; what was found by then is returned, labelled ``some``.

    Raises
    ------
    ConceptError
        If the concept or method is unknown or does not fit the game; those that fit are named.
    CouldNotFinish
        If a size limit is met, or the time limit before anything was found.
    InputError
        If the game is not exact (floats are refused: take the game at exact parameter values).
    """
    if game.arithmetic.name != "exact":
        raise input_error(
            "game", f"the game is in {game.arithmetic.name} arithmetic", "solve the exact game: model.at(...) gives it"
        )
    wanted = concept_named(concept or game.default_concept) if concept or game.default_concept else default_concept(game.form)
    _require_fit(wanted, game)
    chosen = method_for(wanted.name, game, method)
    proposal = _proposed(chosen.propose, game, time_limit)
    equilibria = tuple(_judged(game, candidate, wanted) for candidate in proposal.candidates)
    components = proposal.components
    if components is None:
        components = tuple((k,) for k in range(len(equilibria)))
    return Equilibria(
        game,
        wanted.name,
        chosen.name,
        proposal.complete,
        equilibria,
        components,
        proposal.subsets,
        (*game.notes, *proposal.notes),
        proposal.grouped,
        proposal.continua,
    )


def _require_fit(concept: Concept, game: Game) -> None:
    reason = concept.misfit(game.form)
    if reason is not None:
        fits = ", ".join(fitting(game.form))
        raise ConceptError(Problem("concept", f"{concept.name} does not fit this game: {reason}", f"those that fit: {fits}"))


def _proposed(propose: object, game: Game, time_limit: float | None) -> Proposal:
    """The solver's proposal; if time runs out, what it had kept, labelled ``some``."""
    run = run_for(time_limit)
    try:
        with interrupted_after(time_limit):
            return propose(game, run)  # type: ignore[operator,no-any-return]
    except CouldNotFinish as stopped:
        if not run.kept:
            raise
        distinct = {candidate.profile.key(): candidate for candidate in run.kept}
        reason = "; ".join(problem.what for problem in stopped.problems)
        return Proposal(tuple(distinct.values()), "some", (f"not complete: {reason}",))


def _judged(game: Game, candidate: Candidate, concept: Concept) -> Equilibrium:
    """The candidate with its certificate.

    A candidate whose largest gain is positive means that a solver has a defect; it is never passed off as an answer.
    """
    profile = candidate.profile
    certificate, strict = certify(game, profile, concept)
    if candidate.error is not None:
        certificate = Certificate(exact=False, largest_gain=certificate.largest_gain)
    elif certificate.largest_gain > 0:
        raise AssertionError(f"a proposed profile is no {concept.name} equilibrium: {profile}, gain {certificate.largest_gain}")
    payoffs = expected_payoffs(game, profile.probabilities)
    return Equilibrium(
        profile,
        MappingProxyType(dict(zip(game.players, payoffs, strict=True))),
        certificate,
        strict,
        None if game.hedge is None else event_probability(game, profile.probabilities, game.hedge),
        candidate.beliefs,
        candidate.error,
    )
