"""Pure Nash equilibria, and paths of subgame-perfect play, with the formulas that `analysis.conditions` derives for them.

The points of a sweep may lie outside the declared ranges, so the formulas are derived for every point (`Setting.everywhere`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod

from hedging_games.algebra.formulas.formula import All, Formula, Reason
from hedging_games.algebra.formulas.formula import Atom as Inequality
from hedging_games.analysis.conditions import plans
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import event_probability, played
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome as Derived
from hedging_games.analysis.conditions.stages import merged
from hedging_games.analysis.sweep.circuit import Circuit, Node
from hedging_games.analysis.sweep.outcomes import MOST_COMPARISONS, MOST_OUTCOMES, Found, Outcome, TooLargeError
from hedging_games.analysis.sweep.polynomials import polynomial_of
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.games.reductions import count_plans
from hedging_games.model.model import Model


def pure_nash(model: Model, game: Game, fixed: Mapping[str, Fraction], circuit: Circuit) -> Found:
    """Every profile of reduced plans."""
    counts = [count_plans(game.form, player) for player in range(len(game.players))]
    if prod(counts) > MOST_OUTCOMES or prod(counts) * sum(counts) > MOST_COMPARISONS:
        raise TooLargeError
    setting = Setting(model, fixed, game, everywhere=True)
    profiles = plans.profiles(setting)
    listed = [(", ".join(plans.plan_label(game.form, p) for p in profile if p), o) for profile, o in profiles]
    return _found("pure-nash", "profile", setting, listed, circuit)


def paths_of_play(model: Model, game: Game, fixed: Mapping[str, Fraction], circuit: Circuit) -> Found:
    """Every path (with chance: one for each branch) through a tree of perfect information."""
    form = game.form
    _refuse_large(form)
    setting = Setting(model, fixed, game, everywhere=True)
    outcomes = derivation(model, form, "subgame-perfect").outcomes(setting, lambda: None)
    listed = [(" | ".join(form.history_labels[int(form.terminals[z])] for z, _ in o.path), o) for o in outcomes]
    return _found("subgame-perfect", "path", setting, listed, circuit)


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


def _found(concept: str, kind: str, setting: Setting, listed: Sequence[tuple[str, Derived]], circuit: Circuit) -> Found:
    """Labelled outcomes, and where the event is played in some of them and missed in some."""
    known: dict[Formula, Node] = {}
    outcomes = []
    for label, outcome in listed:
        stands = _node(outcome.formula, circuit, known)
        probability = event_probability(setting, outcome)
        outcomes.append(Outcome(stands, circuit.sign(probability, ">"), label, probability, outcome.worth))
    derived = derivation(setting.model, setting.game.form, concept)
    answer = played(setting, derived, found=merged([outcome for _, outcome in listed]))
    some, missed = _node(answer.some, circuit, known), _node(answer.missed, circuit, known)
    return Found(kind, tuple(outcomes), some, missed, complete=answer.complete)


def _node(formula: Formula, circuit: Circuit, known: dict[Formula, Node]) -> Node:
    """A formula as a node of the circuit, equal parts once."""
    if formula not in known:
        if isinstance(formula, Inequality):
            asked, why = formula.constraint, formula.constraint.reason
            polynomial, scale = polynomial_of(asked.terms)
            because = f"{why.player} would play {why.brief or why.deviation}" if isinstance(why, Reason) else ""
            known[formula] = circuit.compare(polynomial, scale * formula.scale, asked.relation, because)
        else:
            parts = [_node(part, circuit, known) for part in formula.parts]
            known[formula] = circuit.all_of(parts) if isinstance(formula, All) else circuit.any_of(parts)
    return known[formula]
