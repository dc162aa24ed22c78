"""Where the event is played, of games whose equilibria a sweep does not tell apart by formulas: as a region is derived.

Choices from intervals, play over time and the larger trees are among them. The formulas hold in the declared ranges, and where every
equilibrium was followed; elsewhere the solver is asked, point by point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from hedging_games.algebra.expressions.expression import Comparison, Expression, Number, Power, Quotient, walk
from hedging_games.algebra.formulas.formula import FALSE, Formula, conjunction, disjunction, negation
from hedging_games.analysis.conditions.continuous import derived_in, followed
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import played
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.analysis.limits import until
from hedging_games.analysis.sweep.outcomes import ACTIONS, EVENT, Found, Outcome
from hedging_games.errors import could_not_finish
from hedging_games.games.markov import MarkovGame
from hedging_games.model.model import Model
from hedging_games.model.names import lottery_formulas, mentioned_names

SECONDS: Final = 60.0
"""How long formulas are sought; solving point by point need not wait for them."""


def by_region(model: Model, fixed: Mapping[str, Fraction], concept: str) -> tuple[Setting, Found]:
    """The answer of the region's derivation, in a setting with the declared ranges.

    Raises CouldNotFinish if it is not derived in the time, and the InputErrors of `setting_of` and `derivation`.
    """
    setting = setting_of(model, fixed)
    derived = derivation(model, setting.posed, concept)
    if derived.concept != concept:
        # Of large games over time the pure equilibria alone are derived, which a region says and a sweep would not.
        raise could_not_finish("condition", f"regions are derived for {derived.concept} alone", "solve at points")
    check = until(SECONDS, f"formulas are not found within {SECONDS:g} s", "solve at points", "condition")
    answer = played(setting, derived, check)
    assert answer.some is not None
    if not answer.complete and answer.beyond is None:
        raise could_not_finish("condition", "it is not known where equilibria are missing", "solve at points")
    unsettled = [negation(_declared(setting)), *(answer.beyond or {}).values()]
    missed = negation(answer.every)
    return setting, Found(EVENT, (), answer.some, missed, doubtful=disjunction(unsettled), told=answer.told)


def by_actions(model: Model, fixed: Mapping[str, Fraction], concept: str) -> tuple[Setting, Found]:
    """The same of a game with continuous choices, its outcomes told apart by the actions on their paths.

    Raises CouldNotFinish also where they are not.
    """
    if not model.is_continuous:
        raise could_not_finish("condition", "outcomes have no labels of their own", "solve at points")
    setting, found = by_region(model, fixed, concept)
    check = until(SECONDS, f"formulas are not found within {SECONDS:g} s", "solve at points", "condition")
    with followed():
        told = derived_in(setting, check).by_actions()
    outcomes = [
        Outcome(stands, FALSE, "; ".join(f"{decision}: {action}" for decision, action in actions))
        for actions, stands in told.items()
    ]
    return setting, replace(found, kind=ACTIONS, outcomes=outcomes)


def _declared(setting: Setting) -> Formula:
    """Within the declared ranges."""
    parts = []
    for generator, interval in zip(setting.functions.gens, setting.box, strict=True):
        if interval.low is not None:
            parts.append(setting.order(generator, ">=" if interval.low_closed else ">", interval.low))
        if interval.high is not None:
            parts.append(setting.order(generator, "<=" if interval.high_closed else "<", interval.high))
    return conjunction(parts)


def is_posed(setting: Setting) -> Formula:
    """Where there is a game with continuous choices, or over time: nothing is divided by zero, no probability is below zero.

    Raises CouldNotFinish where that depends on what is done, or on the state.
    """
    model, zero = setting.model, Number(Fraction(0))
    probabilities = [p for decision in model.decisions.values() for p in lottery_formulas(decision)]
    asked = [
        *(Comparison((divisor, zero), ("!=",)) for divisor in _divisors(model)),
        *(Comparison((probability, zero), (">=",)) for probability in probabilities),
    ]
    if not mentioned_names(asked, model.names) <= {*model.parameters, *model.lets}:
        raise could_not_finish("condition", "whether there is a game depends on what is done", "solve at points")
    parts = [setting.condition(condition) for condition in asked]
    if isinstance(setting.posed, MarkovGame):
        moves = {p for table in setting.posed.moves for p in table.ravel().tolist()}
        parts += [setting.compare(p, ">=") for p in moves]
    return conjunction(parts)


def _divisors(model: Model) -> Iterator[Expression]:
    for formula in (*model.formulas, *model.lets.values()):
        for node in walk(formula):
            if isinstance(node, Quotient) and not isinstance(node.denominator, Number):
                yield node.denominator
            if isinstance(node, Power) and node.exponent < 0:
                yield node.base
