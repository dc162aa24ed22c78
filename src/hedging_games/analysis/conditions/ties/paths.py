"""What may be on the path of an equilibrium at all, mixed or not: a bound from above, without weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, chance_outcomes, ended
from hedging_games.analysis.conditions.ties.doubts import Worths, worths_of
from hedging_games.analysis.conditions.ties.layout import cell_of
from hedging_games.games.form import CHANCE, Stage

MOST_PATHS = 4_000
"""Paths told apart."""


def reachable(setting: Setting, check: Check = no_check) -> list[Outcome]:
    """Paths of play with formulas that hold wherever the path may belong to an equilibrium, mixed or not.

    What an equilibrium of a subgame is worth lies between the least and the largest worth of the paths that may be played in
    it. So an action is taken only where some path after it is worth at least as much as some path after each other action.
    """
    return _from(setting, setting.game.form.stages[-1], after_first(setting, check))


def after_first(setting: Setting, check: Check = no_check) -> list[list[Outcome]]:
    """The same, for each subgame that the first stage leads to."""
    form = setting.game.form
    found = ended(setting)
    *later, first = form.stages
    for stage in later:
        check()
        found[stage.root] = _from(setting, stage, [found.pop(leaf) for leaf in stage.leaves.tolist()])
    return [found[leaf] for leaf in first.leaves.tolist()]


def _from(setting: Setting, stage: Stage, leaves: Sequence[list[Outcome]]) -> list[Outcome]:
    """The paths from a stage on, given those from each of its leaves."""
    mover = setting.game.form.information_sets[stage.sets[0]].player
    if len(stage.sets) > 1:
        found = _corners(setting, stage, leaves)
    elif mover == CHANCE:
        found = chance_outcomes(setting, stage.sets[0], leaves)
    else:
        worths = [worths_of(leaf, mover) for leaf in leaves]
        found = [
            replace(outcome, formula=conjunction([outcome.formula, *_may_be_taken(setting, k, worths)]))
            for k, leaf in enumerate(leaves)
            for outcome in leaf
        ]
    if len(found) > MOST_PATHS:
        raise UnfollowedError(f"{len(found)} paths")
    return found


def _may_be_taken(setting: Setting, k: int, worths: Sequence[Worths]) -> list[Formula]:
    """Where some path after the ``k``-th action is worth at least as much as some path after each other action."""
    return [_not_worse(setting, worths[k], other) for j, other in enumerate(worths) if j != k]


def _not_worse(setting: Setting, first: Worths, second: Worths) -> Formula:
    return disjunction(conjunction([here, there, setting.at_least(a, b)]) for a, here in first for b, there in second)


def _corners(setting: Setting, stage: Stage, leaves: Sequence[list[Outcome]]) -> list[Outcome]:
    """The paths of a stage with two binary choices: each player's action is good against some action of the other."""
    form = setting.game.form
    at = {cell_of(form, stage, leaf): outcomes for leaf, outcomes in zip(stage.leaves.tolist(), leaves, strict=True)}
    first, second = (form.information_sets[s].player for s in stage.sets)
    found = []
    for (i, j), outcomes in at.items():
        ways = [
            disjunction(
                _not_worse(setting, worths_of(at[i, b], first), worths_of(at[1 - i, b], first)) for b in (0, 1)
            ),
            disjunction(
                _not_worse(setting, worths_of(at[a, j], second), worths_of(at[a, 1 - j], second)) for a in (0, 1)
            ),
        ]
        found += [replace(outcome, formula=conjunction([outcome.formula, *ways])) for outcome in outcomes]
    return found
