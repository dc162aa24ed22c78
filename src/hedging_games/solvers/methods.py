"""The table of methods: which solver finds which concept, in which games. The first that fits is the default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from hedging_games.errors import ConceptError, CouldNotFinish, Problem, did_you_mean
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.solvers import (
    coalitional,
    correlated,
    filters,
    lemke_howson,
    logit,
    many_players,
    one,
    pure,
    sequence_form,
    signalling,
    two_player,
)
from hedging_games.solvers.backward import induction
from hedging_games.solvers.run import Run
from hedging_games.solvers.sequential import search
from hedging_games.theory.equilibria import Proposal


@dataclass(frozen=True, slots=True)
class Method:
    """A way to find equilibria: its ``name``, the ``concept`` it serves, ``misfit`` (why it does not suit a game, None
    if it does), ``propose``, the solver, and ``is_for_asking`` (whether it is left to those who name it, where another one fits).
    """

    name: str
    concept: str
    misfit: Callable[[Game], str | None]
    propose: Callable[[Game, Run], Proposal]
    is_for_asking: Callable[[Game], bool] = lambda _game: False


def _any(_game: Game) -> str | None:
    return None


def _two_choosing(game: Game) -> str | None:
    count = len(two_player.choosing_players(game.form))
    return None if count <= 2 else f"it needs at most two players with a choice, and {count} have one"


def _two_players(game: Game) -> str | None:
    count = len(game.players)
    return None if count == 2 else f"it needs two players, and the game has {count}"


def nash(game: Game, run: Run) -> Proposal:
    """All Nash equilibria by the first method that fits: what a stage of a larger game is solved with."""
    return method_for("nash", game).propose(game, run)


def _backward(game: Game, run: Run) -> Proposal:
    return induction.propose(game, run, nash)


def _with_hidden_moves(game: Game) -> str | None:
    return (
        None if game.form.has_perfect_information else "it needs a game in which every player always knows the history"
    )


def _one_backward(game: Game, run: Run) -> Proposal:
    return induction.propose_one(game, run, one.nash)


def _backward_with_beliefs(game: Game, run: Run) -> Proposal:
    return _with_certain_beliefs(_backward, game, run)


def _one_backward_with_beliefs(game: Game, run: Run) -> Proposal:
    return _with_certain_beliefs(_one_backward, game, run)


def _with_certain_beliefs(solver: Callable[[Game, Run], Proposal], game: Game, run: Run) -> Proposal:
    """With perfect information the sequential equilibria are the subgame-perfect ones: every belief is certain."""
    form = game.form
    certain = {
        s.label: {form.history_labels[int(form.histories_of[k][0])]: Fraction(1)}
        for k, s in enumerate(form.information_sets)
        if s.player != CHANCE
    }
    apart = run.apart()
    try:
        found = solver(game, apart)
    except CouldNotFinish:
        for candidate in apart.kept:
            run.keep(replace(candidate, beliefs=certain))
        raise
    return replace(found, candidates=tuple(replace(candidate, beliefs=certain) for candidate in found.candidates))


def _strong(game: Game, run: Run) -> Proposal:
    return coalitional.propose_strong(game, run, nash)


def _coalition_proof(game: Game, run: Run) -> Proposal:
    return coalitional.propose_coalition_proof(game, run, nash)


def _perfect(game: Game, run: Run) -> Proposal:
    return filters.propose_perfect(game, run, nash)


def _stable(game: Game, run: Run) -> Proposal:
    return filters.propose_stable(game, run, nash)


def _quantal(game: Game, run: Run) -> Proposal:
    return logit.propose(game, run, run.precision)


METHODS: Final = (
    Method("extreme-points", "nash", _two_choosing, two_player.propose, sequence_form.has_large_table),
    Method("sequence-form", "nash", sequence_form.misfit, sequence_form.propose),
    Method("polynomial-systems", "nash", _any, many_players.propose),
    Method("pure-strategies", "nash", _any, pure.propose_some),
    Method("lemke-howson", "nash", _two_players, lemke_howson.propose),
    Method("pure-strategies", "pure-nash", _any, pure.propose),
    Method("backward-induction", "subgame-perfect", _any, _backward),
    Method("backward-induction", "sequential", _with_hidden_moves, _backward_with_beliefs),
    Method("signalling", "sequential", signalling.misfit, signalling.propose),
    Method("supports", "sequential", _any, search.propose),
    Method("signalling", "weak-pbe", lambda game: signalling.misfit(game, consistent=False), signalling.propose_weak),
    Method("supports", "weak-pbe", _any, search.propose_weak),
    Method("undominated", "perfect", _any, _perfect),
    Method("linear-programs", "correlated", _any, correlated.propose),
    Method("groups", "strong-nash", _any, _strong),
    Method("recursion", "coalition-proof", _any, _coalition_proof),
    Method("copositivity", "evolutionarily-stable", _any, _stable),
    Method("logit-branch", "qre", _any, _quantal),
)

ONE: Final = (
    Method("one-equilibrium", "nash", _any, one.nash),
    Method("one-equilibrium", "pure-nash", _any, one.pure_nash),
    Method("backward-induction", "subgame-perfect", _any, _one_backward),
    Method("backward-induction", "sequential", _with_hidden_moves, _one_backward_with_beliefs),
)
"""The methods that find just one equilibrium, at once."""


def methods_for(concept: str) -> tuple[Method, ...]:
    """The methods that find a concept."""
    return tuple(method for method in METHODS if method.concept == concept)


def method_for(concept: str, game: Game, name: str | None = None) -> Method:
    """The method called ``name``, or the first that fits.

    Raises ConceptError if the name is unknown for this concept or the method does not fit the game, naming those that do.
    """
    return _chosen(concept, methods_for(concept), game, name)


def one_method_for(concept: str, game: Game, name: str | None = None) -> Method:
    """The method called ``name``, or the first that fits, for just one equilibrium.

    Raises ConceptError as `method_for`, and where there is no such method for the concept, naming the concepts that have one.
    """
    quick = [method for method in ONE if method.misfit(game) is None]
    if not any(method.concept == concept for method in quick):
        what = f"there is no quick way to just one {concept} equilibrium of this game"
        named = " or ".join(method.concept for method in quick)
        raise ConceptError(Problem("concept", what, f"ask for {named}, or for all of them"))
    return _chosen(concept, [method for method in ONE if method.concept == concept], game, name)


def _chosen(concept: str, candidates: Sequence[Method], game: Game, name: str | None) -> Method:
    if name is None:
        return next(m for m in candidates if m.misfit(game) is None and not m.is_for_asking(game))
    known = [method.name for method in candidates]
    if name not in known:
        raise ConceptError(Problem("method", f"no method for {concept} is called '{name}'", did_you_mean(name, known)))
    method = candidates[known.index(name)]
    reason = method.misfit(game)
    if reason is not None:
        fits = ", ".join(m.name for m in candidates if m.misfit(game) is None)
        raise ConceptError(Problem("method", f"{name} does not fit this game: {reason}", f"methods that fit: {fits}"))
    return method
