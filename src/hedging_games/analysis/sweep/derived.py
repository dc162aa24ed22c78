"""Pure Nash equilibria, and paths of subgame-perfect play, with the formulas that `analysis.conditions` derives for them.

The points of a sweep may lie outside the declared ranges, so the formulas are derived for every point (`Setting.everywhere`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

from hedging_games.analysis.conditions import plans
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import Subgames, event_probability, played
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome as Derived
from hedging_games.analysis.conditions.stages import merged
from hedging_games.analysis.limits import until
from hedging_games.analysis.sweep.outcomes import MOST_COMPARISONS, MOST_OUTCOMES, PLAYS, Found, Outcome, TooLargeError
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.reductions import count_plans

SECONDS: Final = 20.0
"""Within which the ways to play a tree are told apart; where it takes longer, points are solved by themselves."""


def pure_nash(setting: Setting) -> Found:
    """Every profile of reduced plans."""
    form = setting.game.form
    counts = [count_plans(form, player) for player in range(len(form.players))]
    if prod(counts) > MOST_OUTCOMES or prod(counts) * sum(counts) > MOST_COMPARISONS:
        raise TooLargeError
    profiles = plans.profiles(setting)
    listed = [(", ".join(plans.plan_label(form, p) for p in profile if p), o) for profile, o in profiles]
    return _found("pure-nash", "profile", setting, listed)


def paths_of_play(setting: Setting) -> Found:
    """Every path (with chance, or where two who move at once mix: one for each branch) through a tree."""
    form = setting.game.form
    _refuse_large(form)
    check = until(SECONDS, f"ways to play are not told apart within {SECONDS:g} s", "solve at points", "condition")
    subgames = derivation(setting.model, setting.posed, "subgame-perfect").subgames(setting, check)
    listed = [(" | ".join(form.history_labels[int(form.terminals[z])] for z, _ in o.path), o) for o in subgames[0]]
    return _found("subgame-perfect", "path" if form.has_perfect_information else PLAYS, setting, listed, subgames)


def _refuse_large(form: Form) -> None:
    """Raise TooLargeError where there are too many ways to play, or comparisons between them."""
    ways = dict.fromkeys(form.terminals.tolist(), 1)
    # Of the mixtures that are counted here few are ever left.
    work, most = 0, MOST_COMPARISONS if form.has_perfect_information else 3 * MOST_COMPARISONS
    for stage in form.stages:
        below = [ways[leaf] for leaf in stage.leaves.tolist()]
        if form.information_sets[stage.sets[0]].player == CHANCE:
            here = prod(below)
        else:
            # Two who move at once may both mix, or one of them beside either action of the other, whatever follows.
            here = sum(below) + (5 * prod(below) if len(stage.sets) > 1 else 0)
        work += sum(below) ** 2
        if max(here, sum(below)) > MOST_OUTCOMES or work > most:
            raise TooLargeError
        ways[stage.root] = here


def _found(
    concept: str, kind: str, setting: Setting, listed: Sequence[tuple[str, Derived]], subgames: Subgames | None = None
) -> Found:
    """Labelled outcomes, and where the event is played in some of them and missed in some."""
    outcomes = []
    for label, outcome in listed:
        probability = event_probability(setting, outcome)
        hedged = setting.compare(probability, ">")
        outcomes.append(Outcome(outcome.formula, hedged, label, probability, outcome.worth))
    derived = derivation(setting.model, setting.posed, concept)
    answer = played(setting, derived, subgames=subgames or {0: merged([outcome for _, outcome in listed])})
    assert answer.some is not None
    assert answer.missed is not None
    mixed = None if answer.mixing is None else (answer.mixing.some, answer.mixing.missed)
    return Found(
        kind, outcomes, answer.some, answer.missed, doubtful=answer.doubtful, mixed=mixed, complete=answer.complete
    )
