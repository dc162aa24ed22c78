"""Asking a model when its event is played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE
from hedging_games.analysis.conditions.derive import derivation, posed_for
from hedging_games.analysis.conditions.played import played
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.errors import input_error
from hedging_games.model.catalogue import ModelLike, model_of


def condition(
    model: ModelLike,
    among: str,
    concept: str | None = None,
    *,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    check: Check = no_check,
) -> Region:
    """The exact region in which the model's ``hedge`` event is played with positive probability.

    Parameters
    ----------
    model : a model, its name in the catalogue, or the path of its file.
    among : ``some`` (there is an equilibrium with the event) or ``every`` (there is an equilibrium, and all have it).
    concept : one of `derive.CONCEPTS`; by default the model's or the game's own.
    fixed : parameters held at exact numbers; structural parameters are held at their value in ``case`` or the baseline.
    check : called again and again; what it raises ends the work.

    Raises
    ------
    InputError
        If the model names no event, ``among`` is neither, or no parameter is left open.
    ConceptError
        For a concept whose regions are not derived; those that are, are named.
    CouldNotFinish
        If the game is too large.
    """
    model = model_of(model)
    if among not in ("some", "every"):
        raise input_error(
            "option", f"among is {among!r}", "write some or every: the answer differs where several equilibria exist"
        )
    return condition_in(posed_for(setting_of(model, fixed, case), concept), among, concept, check)


def condition_in(setting: Setting, among: str, concept: str | None, check: Check = no_check) -> Region:
    """The region in a setting; what was derived there before is not derived again. Errors as of `condition`."""
    model = setting.model
    if not setting.has_event:
        raise input_error(
            "hedge", f"the model '{model.name}' names no event", "add a line such as hedge: Engage and Tolerate"
        )
    derived = derivation(model, setting.posed, concept)
    asked = cast("Among", among)
    answer = played(setting, derived, check, among=asked)
    formula, branches = (answer.some, answer.outcomes) if among == "some" else (answer.every, ())
    assert formula is not None
    known = answer.beyond if among == "some" or derived.exists or answer.underived != FALSE else None
    beyond = None if known is None else known["some" if among == "some" else "missed"]
    return Region(
        setting,
        derived.concept,
        asked,
        formula,
        branches,
        answer.complete,
        answer.notes,
        check,
        beyond,
        answer.told,
        answer.underived,
        None if answer.missed is None else answer.unmissed,
    )


def outcomes_of(setting: Setting, concept: str, check: Check = no_check) -> list[Outcome]:
    """Every equilibrium outcome under a concept of `derive.CONCEPTS`, with the formula under which it is one."""
    return derivation(setting.model, setting.posed, concept).subgames(setting, check)[0]
