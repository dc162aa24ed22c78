"""Pure Nash equilibria, and paths of subgame-perfect play, with the formulas that `analysis.conditions` derives for them.

The points of a sweep may lie outside the declared ranges, so the formulas are derived for every point (`Setting.everywhere`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from hedging_games.analysis.conditions import plans
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import Subgames, event_probability, played
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome as Derived
from hedging_games.analysis.conditions.stages import merged
from hedging_games.analysis.sweep.outcomes import MOST_COMPARISONS, MOST_OUTCOMES, Found, Outcome, TooLargeError
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.reductions import count_plans


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
    """Every path (with chance: one for each branch) through a tree of perfect information."""
    form = setting.game.form
    _refuse_large(form)
    subgames = derivation(setting.model, setting.posed, "subgame-perfect").subgames(setting, lambda: None)
    listed = [(" | ".join(form.history_labels[int(form.terminals[z])] for z, _ in o.path), o) for o in subgames[0]]
    return _found("subgame-perfect", "path", setting, listed, subgames)


def _refuse_large(form: Form) -> None:
    """Raise TooLargeError where there are too many paths, or comparisons between them."""
    paths, work = [1] * form.history_count, 0
    for history in range(form.history_count - 1, -1, -1):
        s = int(form.decided_at[history])
        if s != TERMINAL:
            below = [paths[child] for child in form.children[history]]
            paths[history] = prod(below) if form.information_sets[s].player == CHANCE else sum(below)
            work += sum(below) ** 2
            if max(sum(below), paths[history]) > MOST_OUTCOMES or work > MOST_COMPARISONS:
                raise TooLargeError


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
