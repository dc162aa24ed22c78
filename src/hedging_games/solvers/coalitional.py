"""Strong and coalition-proof Nash equilibria: the Nash equilibria that groups leave alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hedging_games.games.game import Game
from hedging_games.games.reductions import strategic_form
from hedging_games.solvers.run import Run
from hedging_games.theory.coalitions import coalition_proof_plans, group_gain, groups, plan_weights
from hedging_games.theory.equilibria import Candidate, Proposal

Nash = Callable[[Game, Run], Proposal]


def propose_strong(game: Game, run: Run, nash: Nash) -> Proposal:
    """The strong Nash equilibria (Aumann 1959) among the Nash equilibria that ``nash`` finds.

    Complete where these are isolated and all known. Of a continuum only the listed points are examined, and a note says so.
    """
    table = strategic_form(game)
    found = nash(game, run)
    strong: list[Candidate] = []
    inexact = 0
    for candidate in found.candidates:
        run.check()
        mixed = plan_weights(table, candidate.profile)
        if candidate.error is not None or not _is_rational(mixed):
            inexact += 1
            continue
        if all(group_gain(table, mixed, group) <= 0 for group in groups(len(game.players)) if len(group) > 1):
            strong.append(candidate)
            run.keep(candidate)
    notes = []
    if found.complete != "all":
        notes.append("of a continuum of Nash equilibria only the listed points were examined")
    if inexact:
        notes.append(
            f"{inexact} irrational Nash equilibria were left out: groups' deviations from them were not decided"
        )
    return Proposal(tuple(strong), "some" if notes else "all", tuple(notes))


def _is_rational(mixed: list[list[Any]]) -> bool:
    return all(hasattr(weight, "denominator") for weights in mixed for weight in weights)


def propose_coalition_proof(game: Game, run: Run) -> Proposal:
    """All pure coalition-proof Nash equilibria (Bernheim, Peleg and Whinston 1987), deviations being pure as well."""
    from fractions import Fraction

    table = strategic_form(game)
    candidates = []
    for plans in coalition_proof_plans(table):
        run.check()
        weights = [[Fraction(int(k == plan)) for k in range(len(table.plans[i]))] for i, plan in enumerate(plans)]
        candidates.append(Candidate(table.profile(weights)))
    return Proposal(tuple(candidates), "all", ("pure plans and pure deviations of groups are considered",))
