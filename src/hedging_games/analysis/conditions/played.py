"""Where the event is played, in some equilibrium and in every one: what regions and sweeps both ask of a derivation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction, negation
from hedging_games.analysis.conditions.derive import Derivation
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome


@dataclass(frozen=True, eq=False)
class Played:
    """The answer of a derivation.

    ``outcomes`` : those with the event where they have it with positive probability; ``some`` : where any of them stands.
    ``missed`` : where an equilibrium has it with probability zero. ``exists`` : where there is an equilibrium, as far as it is
    not known that there always is one. ``complete`` : whether every equilibrium was followed; if not, the event may be
    played in some, and missed in some, elsewhere too. ``notes`` : what a reader must know.
    """

    outcomes: tuple[Outcome, ...]
    some: Formula
    missed: Formula
    exists: Formula
    complete: bool
    notes: tuple[str, ...]

    @cached_property
    def every(self) -> Formula:
        """Where there is an equilibrium, and all have the event."""
        return conjunction([self.exists, negation(self.missed)])


def played(
    setting: Setting,
    derived: Derivation,
    check: Callable[[], None] = lambda: None,
    found: Sequence[Outcome] | None = None,
) -> Played:
    """Where the game's event is played by a derivation (its outcomes are ``found`` where they were derived before)."""
    complete, notes = derived.answers_for(setting)
    listed = derived.outcomes(setting, check) if found is None else found
    with_event = [_with_event(setting, outcome) for outcome in listed]
    kept = tuple(outcome for outcome in with_event if outcome.formula != FALSE)
    some = disjunction(outcome.formula for outcome in kept)
    missed = disjunction(_without_event(setting, outcome) for outcome in listed)
    # Where an equilibrium always exists (Nash 1951; Kuhn 1953; Kreps and Wilson 1982) it need not be asked for.
    return Played(kept, some, missed, TRUE if derived.exists and complete else some, complete, notes)


def event_probability(setting: Setting, outcome: Outcome) -> Any:
    """How likely the event is in an outcome."""
    hedge = setting.game.hedge
    assert hedge is not None
    return sum((p for z, p in outcome.path if hedge[z]), setting.game.arithmetic.number(0))


def _event(setting: Setting, outcome: Outcome, relation: str, reason: str) -> Formula:
    """Where the probability of the event in an outcome compares with zero."""
    hedge = setting.game.hedge
    assert hedge is not None
    if any(isinstance(p, Radical) for z, p in outcome.path if hedge[z]):
        # Irrational probabilities come up where everybody mixes: every history is reached.
        return TRUE if relation == ">" else FALSE
    return setting.compare(event_probability(setting, outcome), relation, reason)


def _with_event(setting: Setting, outcome: Outcome) -> Outcome:
    """The outcome where it has the event with positive probability."""
    likely = _event(setting, outcome, ">", "so that the event has positive probability")
    return replace(outcome, formula=conjunction([outcome.formula, likely]))


def _without_event(setting: Setting, outcome: Outcome) -> Formula:
    """Where the outcome is an equilibrium and has the event with probability zero."""
    unlikely = _event(setting, outcome, "==", "so that the event has probability zero")
    return conjunction([outcome.formula, unlikely])
