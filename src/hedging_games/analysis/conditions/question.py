"""Asking a model when its event is played."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction, negation
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.region import Among, Region
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.errors import input_error
from hedging_games.model.model import Model


def condition(
    model: Model,
    among: str,
    concept: str | None = None,
    *,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Region:
    """The exact region in which the model's ``hedge`` event is played with positive probability.

    Parameters
    ----------
    among : ``some`` (there is an equilibrium with the event) or ``every`` (there is an equilibrium, and all have it).
    concept : one of `derive.CONCEPTS`; by default the model's or the game's own.
    fixed : parameters held at exact numbers; structural parameters are held at their value in ``case`` or the baseline.

    Raises
    ------
    InputError
        If the model names no event, ``among`` is neither, or no parameter is left open.
    ConceptError
        For a concept whose regions are not derived; those that are, are named.
    CouldNotFinish
        If the game is too large.
    """
    if among not in ("some", "every"):
        raise input_error(
            "option", f"among is {among!r}", "write some or every: the answer differs where several equilibria exist"
        )
    setting = setting_of(model, fixed, case)
    if setting.game.hedge is None:
        raise input_error(
            "hedge", f"the model '{model.name}' names no event", "add a line such as hedge: Engage and Tolerate"
        )
    derived = derivation(model, setting.game.form, concept)
    name = derived.concept
    complete, notes = derived.answers_for(setting)
    found = derived.outcomes(setting, check)
    with_event = [_with_event(setting, outcome) for outcome in found]
    kept = tuple(outcome for outcome in with_event if outcome.formula != disjunction(()))
    formula = disjunction(outcome.formula for outcome in kept)
    if among == "some":
        return Region(setting, name, "some", formula, kept, complete, notes, check)
    without = disjunction(_without_event(setting, outcome) for outcome in found)
    # Where an equilibrium always exists (Nash 1951; Kuhn 1953; Kreps and Wilson 1982) it need not be asked for.
    exists = conjunction(()) if derived.exists and complete else formula
    return Region(
        setting, name, cast("Among", among), conjunction([exists, negation(without)]), (), complete, notes, check
    )


def outcomes_of(setting: Setting, concept: str, check: Callable[[], None] = lambda: None) -> list[Outcome]:
    """Every equilibrium outcome under a concept of `derive.CONCEPTS`, with the formula under which it is one."""
    return derivation(setting.model, setting.game.form, concept).outcomes(setting, check)


def _event(setting: Setting, outcome: Outcome, relation: str, reason: str) -> Formula:
    """Where the probability of the event in an outcome compares with zero."""
    hedge = setting.game.hedge
    assert hedge is not None
    there = [p for z, p in outcome.path if hedge[z]]
    if any(isinstance(p, Radical) for p in there):
        # Irrational probabilities come up where everybody mixes: every history is reached.
        return conjunction(()) if relation == ">" else disjunction(())
    return setting.compare(sum(there, setting.game.arithmetic.number(0)), relation, reason)


def _with_event(setting: Setting, outcome: Outcome) -> Outcome:
    """The outcome where it has the event with positive probability."""
    likely = _event(setting, outcome, ">", "so that the event has positive probability")
    return Outcome(outcome.path, outcome.taken, outcome.worth, conjunction([outcome.formula, likely]))


def _without_event(setting: Setting, outcome: Outcome) -> Formula:
    """Where the outcome is an equilibrium and has the event with probability zero."""
    unlikely = _event(setting, outcome, "==", "so that the event has probability zero")
    return conjunction([outcome.formula, unlikely])
