"""In which equilibria of a phase the event is played."""

from __future__ import annotations

from typing import Literal, TypeAlias

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction, negation
from hedging_games.analysis.conditions.derive import derivation
from hedging_games.analysis.conditions.played import likely, played
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.phases import PhaseCell, Phases, cells_of, once, sizes

Hedging: TypeAlias = Literal["every", "some", "none"]
"""Whether the event has positive probability in every equilibrium, in some, or in none."""


def cells_by_event(found: Phases, check: Check = no_check) -> list[tuple[int, PhaseCell, Hedging | None]]:
    """The cells of phases, each with the position of its phase and in which of its equilibria the event is played, all over the cell.

    A cell of a phase over which that changes is cut there: the same equilibria may have an event that depends on a number that is
    chosen, or on chance whose probability is zero at an end of its range. None if the model names no event.
    """
    setting = found.setting
    assert setting is not None
    if not setting.has_event:
        return [(k, cell, None) for k, phase in enumerate(found.phases) for cell in phase.cells]
    formulas = [outcome.formula for outcome in found.branches]
    cut = cells_of(setting, found.parameters, [*formulas, *_some_and_missed(found, setting, check)], check)
    position = {phase.outcomes: k for k, phase in enumerate(found.phases)}
    size = sizes((phase.outcomes, phase.cells) for phase in found.phases)
    some, missed = len(formulas), len(formulas) + 1
    cells = [
        (
            position[once(setting, found.parameters, found.branches, size, tuple(k for k in there if k < some), cell)],
            cell,
            _hedging(has_some=some in there, has_missed=missed in there),
        )
        for there, cells in cut.items()
        for cell in cells
    ]
    return sorted(cells, key=lambda told: told[0])


def _hedging(*, has_some: bool, has_missed: bool) -> Hedging:
    return "none" if not has_some else "some" if has_missed else "every"


def _some_and_missed(found: Phases, setting: Setting, check: Check) -> tuple[Formula, Formula]:
    """Where some equilibrium has the event, and where some misses it."""
    if setting.is_continuous:  # its outcomes have no list of paths
        region = played(setting, derivation(setting.model, setting.posed, found.concept), check)
        assert region.some is not None
        assert region.missed is not None
        return region.some, region.missed
    has = [likely(setting, outcome) for outcome in found.branches]
    return (
        disjunction(conjunction([o.formula, h]) for o, h in zip(found.branches, has, strict=True)),
        disjunction(conjunction([o.formula, negation(h)]) for o, h in zip(found.branches, has, strict=True)),
    )
