"""Solving: a solver proposes, the certificate judges, and the answer says how complete it is."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, overload

from hedging_games.algebra.numbers import exact_number
from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.analysis.solve_continuous import solve_continuous
from hedging_games.analysis.solve_markov import solve_markov
from hedging_games.analysis.solve_repeated import solve_repeated
from hedging_games.errors import ConceptError, CouldNotFinish, Problem, input_error
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game, require_exact
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.games.named import GameLike, any_game_of
from hedging_games.games.reductions import event_table, strategic_form
from hedging_games.games.values import event_probability, expected_payoffs
from hedging_games.games.worths import Play, play_of
from hedging_games.solvers.methods import Method, method_for, one_method_for
from hedging_games.solvers.run import Run, run_for
from hedging_games.theory.certificate import judge
from hedging_games.theory.concepts import (
    PURE_SUBGAME_PERFECT,
    QRE,
    REPEATED_CONCEPTS,
    Concept,
    concept_named,
    default_concept,
    default_over_time,
    fitting,
)
from hedging_games.theory.equilibria import Candidate, Certificate, Equilibria, Equilibrium, Proposal
from hedging_games.theory.markov import MarkovEquilibria
from hedging_games.theory.reactions import AnyEquilibria, ContinuousEquilibria
from hedging_games.theory.repeated import RepeatedEquilibria

GRACE: Final = 0.4
"""Seconds beyond the time limit for certifying what was found within it."""


def concept_of(game: AnyGame, concept: str | None = None) -> Concept:
    """The concept that solving a game is about: the one named, else the game's own. ConceptError for an unknown name."""
    name = concept or game.default_concept
    if name:
        return concept_named(name)
    if isinstance(game, MarkovGame):
        return default_over_time(game.sustained)
    return PURE_SUBGAME_PERFECT if isinstance(game, ContinuousGame) else default_concept(game.form)


@overload
def solve(
    game: Game,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
    just_one: bool = False,
    case: str | None = None,
    **values: object,
) -> Equilibria: ...
@overload
def solve(
    game: ContinuousGame,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
    just_one: bool = False,
    case: str | None = None,
    **values: object,
) -> ContinuousEquilibria: ...
@overload
def solve(
    game: MarkovGame,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
    just_one: bool = False,
    case: str | None = None,
    **values: object,
) -> MarkovEquilibria | RepeatedEquilibria: ...
@overload
def solve(
    game: GameLike,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
    just_one: bool = False,
    case: str | None = None,
    **values: object,
) -> AnyEquilibria: ...
def solve(
    game: GameLike,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
    just_one: bool = False,
    case: str | None = None,
    **values: object,
) -> AnyEquilibria:
    """The equilibria of an exact game, each with an exact certificate, and how complete they are.

    Parameters
    ----------
    game : a game; or a model, or the name of one, which is solved at its baseline, at a ``case``, and at ``values`` of its
        parameters: ``solve("engagement-card", card=3)``. A parameter that is called like an option is set by ``model.at(...)``.
    concept : a name of `theory.concepts`; by default the game's own: ``nash`` for simultaneous games,
        ``subgame-perfect`` for games with more than one stage, ``markov-perfect`` for games over time
        (``repeated`` where the model names punishments).
    method : a name of `solvers.methods`; by default the first that fits.
    time_limit : seconds; what was found by then is returned, labelled ``some``.
    precision : for ``qre`` alone, an exact number >= 0 per unit of payoff (1 by default).
    just_one : find one equilibrium at once instead of all (``nash``, ``pure-nash``, ``subgame-perfect``; ``sequential`` with perfect
        information), for games that are too large to list them; labelled ``some`` unless it is known to be the only one.

    Raises
    ------
    ConceptError
        If the concept or method is unknown or does not fit the game; those that fit are named.
    CouldNotFinish
        If a size limit is met, or the time limit before anything was found.
    InputError
        If the game is not exact (floats are refused: take the game at exact parameter values), or an option makes no sense.
    """
    game = any_game_of(game, case, **values)
    if just_one and isinstance(game, MarkovGame | ContinuousGame):
        what = "just one equilibrium is found of games that are played once, with finitely many choices"
        raise input_error("option", what, "leave just_one out")
    if isinstance(game, MarkovGame):
        over_time = concept_of(game, concept)
        solver = solve_repeated if over_time in REPEATED_CONCEPTS else solve_markov
        return solver(game, over_time.name, method, time_limit=time_limit, precision=precision)
    if isinstance(game, ContinuousGame):
        return solve_continuous(game, concept, method, time_limit=time_limit, precision=precision)
    wanted, chosen = concept_and_method(game, concept, method, just_one=just_one)
    run = run_for(seconds_allowed(time_limit), _precision(precision, wanted))
    proposal, equilibria = _certified(proposed(chosen, game, run), game, wanted, run)
    components = proposal.components
    if components is None:
        # Where a solver does not say, isolated equilibria are components of their own, and of others nothing is known.
        are_points = proposal.complete == "all" and not proposal.continua
        components = tuple((k,) for k in range(len(equilibria))) if are_points else ()
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
        proposal.ranges,
    )


def concept_and_method(
    game: Game, concept: str | None, method: str | None = None, *, just_one: bool = False
) -> tuple[Concept, Method]:
    """The concept that is meant, and the first method for it that fits the game, for all equilibria or for just one. Raises ConceptError and InputError as `solve`."""
    require_exact(game)
    wanted = concept_of(game, concept)
    _require_fit(wanted, game)
    return wanted, (one_method_for if just_one else method_for)(wanted.name, game, method)


def _require_fit(concept: Concept, game: Game) -> None:
    reason = concept.misfit(game.form)
    if reason is not None:
        fits = ", ".join(fitting(game.form))
        raise ConceptError(
            Problem("concept", f"{concept.name} does not fit this game: {reason}", f"those that fit: {fits}")
        )


def _precision(precision: object, concept: Concept) -> Fraction:
    if precision is None:
        return Fraction(1)
    if concept is not QRE:
        raise input_error("option", f"precision is for qre, not for {concept.name}", "leave it out")
    number = exact_number(precision, "the precision")
    if number < 0:
        raise input_error("option", f"the precision {number} is negative", "give a number from 0 up")
    return number


def proposed(method: Method, game: Game, run: Run) -> Proposal:
    """The solver's proposal; if time runs out, what it had kept, labelled ``some``."""
    try:
        with interrupted_after(run.seconds_left()):
            return method.propose(game, run)
    except CouldNotFinish as stopped:
        if not run.kept:
            raise
        distinct = {_key(candidate): candidate for candidate in run.kept}
        reason = "; ".join(problem.what for problem in stopped.problems)
        return Proposal(tuple(distinct.values()), "some", (f"not complete: {reason}",))


def _key(candidate: Candidate) -> tuple[Any, ...]:
    """What two proposals of the same equilibrium share."""
    return candidate.profile.key(), None if candidate.distribution is None else tuple(candidate.distribution.items())


def _certified(proposal: Proposal, game: Game, concept: Concept, run: Run) -> tuple[Proposal, tuple[Equilibrium, ...]]:
    """The candidates with their certificates. Judging may take a little longer than the time limit; what is not judged
    by then is left out, and the proposal is relabelled.
    """
    left = run.seconds_left()
    judging = run_for(None if left is None else max(left, 0.0) + GRACE)
    equilibria: list[Equilibrium] = []
    try:
        with interrupted_after(judging.seconds_left()):
            for candidate in proposal.candidates:
                judging.check()
                equilibria.append(judged(game, candidate, concept))
    except CouldNotFinish:
        if not equilibria:
            raise
        missing = len(proposal.candidates) - len(equilibria)
        note = f"time ran out before {missing} more equilibria that were found could be certified"
        notes = (*proposal.notes, note)
        proposal = Proposal(proposal.candidates, "some", notes, grouped=proposal.grouped, ranges=proposal.ranges)
    return proposal, tuple(equilibria)


def judged(game: Game, candidate: Candidate, concept: Concept) -> Equilibrium:
    """The candidate with its certificate.

    A candidate whose largest gain is positive means that a solver has a defect; it is never passed off as an answer.
    """
    profile = candidate.profile
    play = play_of(game, profile.probabilities) if candidate.distribution is None else None
    certificate, strict = judge(game, candidate, concept, play)
    if candidate.error is not None:
        certificate = Certificate(exact=False, largest_gain=certificate.largest_gain)
    elif certificate.largest_gain > 0:
        raise AssertionError(
            f"a proposed profile is no {concept.name} equilibrium: {profile}, gain {certificate.largest_gain}"
        )
    payoffs, hedge = _worth(game, candidate, play)
    return Equilibrium(
        profile,
        MappingProxyType(dict(zip(game.players, payoffs, strict=True))),
        certificate,
        strict,
        hedge,
        candidate.beliefs,
        candidate.error,
        candidate.distribution,
    )


def _worth(game: Game, candidate: Candidate, play: Play | None) -> tuple[Any, Any]:
    """What the players expect, and how likely the event is (None where the game names none)."""
    if candidate.distribution is None:
        probabilities = candidate.profile.probabilities
        hedge = None if game.hedge is None else event_probability(game, probabilities, game.hedge)
        if play is not None:
            return [play.payoff(player) for player in range(len(game.players))], hedge
        return expected_payoffs(game, probabilities), hedge
    table = strategic_form(game)
    cells = candidate.distribution.items()
    payoffs = [sum(p * table.payoffs[(player, *cell)] for cell, p in cells) for player in range(len(game.players))]
    if game.hedge is None:
        return payoffs, None
    event = event_table(table, game.hedge)
    return payoffs, sum(p * event[cell] for cell, p in cells)
