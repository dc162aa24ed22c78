"""When is each outcome an equilibrium of a tree of two layers after which play goes on in subgames?

A challenger escalates, a defender who does not know its type resists, and the challenger moves once more: what begins with
hidden moves ends in subgames. These are solved backward (`stages`), and the beginning is a tree of two layers (`layers`) whose leaves pay
what is played after them. Sequential equilibrium allows this: mistakes at the information sets of the beginning say nothing of those in a
subgame, so that an assessment is consistent and rational if it is both in each (Kreps and Wilson 1982).

Whoever moves in a subgame and is indifferent settles that either way, and each way gives a beginning of its own. Mixing there adds
something only where it changes what somebody in the beginning may expect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions import layers, stages
from hedging_games.analysis.conditions.markov import Side
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import MOST_OUTCOMES, Outcome
from hedging_games.analysis.conditions.ties.doubts import doubts
from hedging_games.errors import could_not_finish
from hedging_games.games.form import Form
from hedging_games.games.subgames import StageForm, stage_form
from hedging_games.theory.layers import hearing_alike, layers_of

Subgames = Mapping[int, Sequence[Outcome]]
"""The outcomes of the proper subgames, by their roots."""


def are_covered(form: Form, *, sequential: bool) -> bool:
    """Whether a tree begins with two layers of hidden moves, and all subgames after them are followed."""
    *later, first = form.stages
    if len(first.sets) == 1 or not later or not stages.are_complete(form, later):
        return False
    beginning = stage_form(form, first).form
    if layers_of(beginning) is None:
        return False
    return hearing_alike(beginning) is not None if sequential else layers.nobody_moves_twice(beginning)


def tree_outcomes(setting: Setting, *, sequential: bool, check: Check = no_check) -> list[Outcome]:
    """Every outcome of an extreme equilibrium, ties in subgames resolved purely, with its formula.

    Raises CouldNotFinish if subgames can be played in too many ways, or as `layers.tree_outcomes`.
    """
    form = setting.game.form
    first = form.stages[-1]
    own = stage_form(form, first)
    after = _subgames(setting, check)
    choices = [_possible(setting, after[leaf]) for leaf in first.leaves.tolist()]
    ways = np.prod([len(here) for here in choices], dtype=float)
    if ways > MOST_OUTCOMES:
        raise could_not_finish("condition", f"subgames can be played in {ways:.0f} ways", "hold some parameters by --set")
    listed = []
    for chosen in product(*choices):
        check()
        stands = conjunction(outcome.formula for outcome in chosen)
        if _may_hold(setting, stands):
            listed += [
                replace(outcome, formula=conjunction([stands, outcome.formula]))
                for outcome in _beginnings(setting, own, chosen, sequential=sequential, check=check)
            ]
    return stages.merged(listed)


def in_doubt(setting: Setting, check: Check = no_check) -> Formula:
    """Where somebody in the beginning may expect more or less of a subgame, as it is played, so that mixing there may matter."""
    return disjunction(doubt.formula for doubt in doubts(setting, _subgames(setting, check), check))


def beyond(setting: Setting, check: Check = no_check) -> Mapping[Side, Formula]:
    """The same, as where the event may be played, or missed, in an equilibrium that is not followed."""
    doubt = in_doubt(setting, check)
    return {"some": doubt, "missed": doubt}


def _subgames(setting: Setting, check: Check) -> Subgames:
    return stages.outcomes_after(setting, setting.game.form.stages[:-1], check)


def _beginnings(
    setting: Setting, own: StageForm, chosen: Sequence[Outcome], *, sequential: bool, check: Check
) -> list[Outcome]:
    """The equilibria of the beginning where its leaves are followed by ``chosen`` outcomes."""
    worth = np.array([[outcome.worth[player] for outcome in chosen] for player in own.movers], dtype=object)
    alone = replace(setting, posed=own.game(setting.game, worth))
    return [
        replace(
            stages.mixture(
                setting,
                [(p, chosen[z]) for z, p in outcome.path],
                tuple((int(own.slots[slot]), p) for slot, p in outcome.taken),
            ),
            formula=outcome.formula,
        )
        for outcome in layers.tree_outcomes(alone, sequential=sequential, check=check)
    ]


def _possible(setting: Setting, listed: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in listed if _may_hold(setting, outcome.formula)]


def _may_hold(setting: Setting, formula: Formula) -> bool:
    """Whether a formula may hold somewhere in the box; with a setting `everywhere` there is none."""
    if formula == FALSE or setting.everywhere:
        return formula != FALSE
    return find(setting.ground, setting.ground.number(formula), questions=1).status != "nowhere"
