"""Solving games with continuous choices: a solver proposes, the judge of reactions certifies."""

from __future__ import annotations

from dataclasses import fields

from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.errors import ConceptError, Problem, did_you_mean, input_error
from hedging_games.games.continuous import Cases, Choose, ContinuousGame, Node, Together, below
from hedging_games.solvers.continuous.point import METHOD, propose
from hedging_games.solvers.run import run_for
from hedging_games.theory.choice_ring import Memory
from hedging_games.theory.concepts import PURE_SUBGAME_PERFECT, Concept, concept_named
from hedging_games.theory.judging_reactions import judge_reactions
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium, Proposed

NO_GAIN = f"{BY_WORD}, without a proof of our own: that no deviation gains"
"""The remark where a certificate rests on that word."""


def solve_continuous(
    game: ContinuousGame,
    concept: str | None = None,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
) -> ContinuousEquilibria:
    """The outcomes of all pure subgame-perfect equilibria of a game with continuous choices, each certified.

    Arguments and errors as of `solve`; the one concept is ``pure-subgame-perfect``.
    """
    wanted = wanted_concept(game, concept)
    if method not in (None, METHOD):
        raise ConceptError(
            Problem("method", f"no method for {wanted.name} is called '{method}'", did_you_mean(str(method), [METHOD]))
        )
    if precision is not None:
        raise input_error("option", f"precision is for qre, not for {wanted.name}", "leave it out")
    run = run_for(seconds_allowed(time_limit))
    with interrupted_after(run.seconds_left()):
        found, notes, trusted = propose(game, run.check)
        memory = Memory()
        judged = [certified(game, proposed, memory) for proposed in found]
    equilibria = tuple(equilibrium for equilibrium, _ in judged)
    trusted = (*trusted, *([NO_GAIN] if any(told for _, told in judged) else []))
    is_partial = bool(notes)
    if not equilibria and not is_partial:
        notes = (*notes, _why_none(game))
    return ContinuousEquilibria(
        game, wanted.name, METHOD, "some" if is_partial else "all", equilibria, (*game.notes, *notes, *trusted)
    )


def wanted_concept(game: ContinuousGame, concept: str | None) -> Concept:
    """The one concept for games with continuous choices. Raises ConceptError where another one is asked for."""
    wanted = concept_named(concept or game.default_concept or PURE_SUBGAME_PERFECT.name)
    if wanted is not PURE_SUBGAME_PERFECT:
        what = f"{wanted.name} does not fit this game: some of its choices are continuous"
        remedy = f"ask for {PURE_SUBGAME_PERFECT.name}, or make the choices a grid: model.on_grid(21), --levels 21"
        raise ConceptError(Problem("concept", what, remedy))
    return wanted


def certified(game: ContinuousGame, proposed: Proposed, memory: Memory) -> tuple[ContinuousEquilibrium, bool]:
    """What is proposed with its certificate, and whether that rests on z3's word.

    A gain by a deviation means that the solver has a defect; it is never passed off as an answer.
    """
    verdict = judge_reactions(game, proposed.reactions, memory)
    if not verdict or verdict.certificate is None:
        raise AssertionError(
            f"a proposed outcome is no equilibrium: {proposed.choices} {proposed.actions}: {verdict.why}"
        )
    said = {field.name: getattr(proposed, field.name) for field in fields(proposed)}
    return ContinuousEquilibrium(**said, certificate=verdict.certificate), verdict.told


def _why_none(game: ContinuousGame) -> str:
    """Why a game has no equilibrium, as far as it can be read from the game: somebody may have no number to choose."""
    waiting: list[Node] = [game.root]
    while waiting:
        node = waiting.pop()
        for choice in node.choices if isinstance(node, Together) else (node,) if isinstance(node, Choose) else ():
            low, high = (game.field(end).as_expr() for end in (choice.low, choice.high))
            if low.is_number and high.is_number and low > high:
                return f"there is no equilibrium: no number can be chosen for '{choice.name}', from {low} to {high}"
        # What follows in one case alone may never come up.
        waiting.extend(() if isinstance(node, Cases) else below(node))
    return "there is no pure subgame-perfect equilibrium: a best choice is missing, or mixing is needed"
