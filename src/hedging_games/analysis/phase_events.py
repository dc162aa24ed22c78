"""In which equilibria of a phase the event is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import holds_at
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import likely, played
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.phases import Phase, PhaseCell, Phases

Hedging: TypeAlias = Literal["every", "some", "none"]
"""Whether the event is played in every equilibrium, in some, or in none."""


def hedging_in(found: Phases, check: Check = no_check) -> Callable[[Phase, PhaseCell], Hedging | None]:
    """What tells of a cell of a phase in which of its equilibria the event has positive probability: exactly, at the cell's sample.

    It tells None if the model names no event.
    """
    setting = found.setting
    assert setting is not None
    if not setting.has_event:
        return lambda _phase, _cell: None
    has_some_and_misses = _of_region(found, setting, check) if setting.is_continuous else _of_outcomes(found, setting)

    def told(phase: Phase, cell: PhaseCell) -> Hedging:
        at = dict(zip(found.parameters, cell.sample, strict=True))
        some, misses = has_some_and_misses(phase, [at[name] for name in setting.names])
        return "none" if not some else "some" if misses else "every"

    return told


Asked: TypeAlias = Callable[[Phase, Sequence[Any]], tuple[bool, bool]]
"""Whether some equilibrium at a point has the event, and whether some misses it."""


def _of_outcomes(found: Phases, setting: Setting) -> Asked:
    formulas = [likely(setting, outcome) for outcome in found.branches]

    def asked(phase: Phase, point: Sequence[Any]) -> tuple[bool, bool]:
        has = [holds_at(formulas[k], point) for k in phase.outcomes]
        return any(has), not all(has)

    return asked


def _of_region(found: Phases, setting: Setting, check: Check) -> Asked:
    """Of a game with continuous choices, whose outcomes have no list of paths."""
    region = played(setting, derivation(setting.model, setting.posed, found.concept), check)
    some, missed = region.some, region.missed
    assert some is not None
    assert missed is not None
    return lambda _phase, point: (holds_at(some, point), holds_at(missed, point))
