"""Where the event is played in some and where in every equilibrium: two formulas, for all who ask about parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction, negation
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions import ties
from hedging_games.analysis.conditions.derive import Derivation
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome

QUESTIONS = 300
"""Sets of inequalities decided to show that mixing at ties adds nothing."""

UNFOLLOWED = "where a player is indifferent, mixing that changes what is best earlier was not followed"

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Event:
    """Where the event has positive probability in ``some`` equilibrium, and where there is one and it has in ``every`` one.

    ``outcomes`` : all that were derived; ``hits`` those with the event, each with the formula under which it is played with
    positive probability, and, without a path, what mixing at ties adds. Where not ``complete``, equilibria may be missing:
    "some: yes" and "every: no" stand, their opposites do not.
    """

    some: Formula
    every: Formula
    outcomes: tuple[Outcome, ...]
    hits: tuple[Outcome, ...]
    complete: bool
    notes: tuple[str, ...]


def event(setting: Setting, derived: Derivation, check: Check = lambda: None) -> Event:
    """Where the model's event is played, by a derivation."""
    complete, notes = derived.answers_for(setting)
    subgames = derived.subgames(setting, check)
    outcomes = subgames[0]
    hits = [replace(outcome, formula=_with_event(setting, outcome)) for outcome in outcomes]
    kept = [outcome for outcome in hits if outcome.formula != FALSE]
    some = disjunction(outcome.formula for outcome in kept)
    none = disjunction(_without_event(setting, outcome) for outcome in outcomes)
    if derived.has_ties and complete:
        try:
            mixed = _by_mixing(setting, subgames, some, none, check)
        except UnfollowedError:
            complete, notes = False, (*notes, UNFOLLOWED)
        else:
            if mixed.some != some:
                kept.append(Outcome((), (), (), mixed.some))
            some, none = mixed.some, mixed.none
    # Where an equilibrium always exists (Nash 1951; Kuhn 1953; Kreps and Wilson 1982) it need not be asked for.
    exists = TRUE if derived.exists and complete else some
    every = conjunction([exists, negation(none)])
    return Event(some, every, tuple(outcomes), tuple(kept), complete, notes)


def _by_mixing(setting: Setting, subgames: ties.Pure, some: Formula, none: Formula, check: Check) -> ties.Played:
    """The same two formulas with mixing at ties followed, as they are where that adds nothing.

    Raises UnfollowedError where it may add something that is not found within the limits.
    """
    doubt, flagged = ties.doubtful(setting, subgames, check)
    if doubt == FALSE:
        return ties.Played(some, none)
    ground = setting.ground
    number = ground.number(doubt)
    gaps = [ground.joined("all", [number, ground.negated(ground.number(known))]) for known in (some, none)]
    if all(find(ground, gap, questions=QUESTIONS).status == "nowhere" for gap in gaps):
        return ties.Played(some, none)
    mixed = ties.played(setting, flagged, check)
    return ties.Played(*(_joined(ground, known, more) for known, more in ((some, mixed.some), (none, mixed.none))))


def _joined(ground: Ground, known: Formula, more: Formula) -> Formula:
    """Either of two formulas; the first alone where the second is proved to add nothing."""
    beyond = ground.joined("all", [ground.number(more), ground.negated(ground.number(known))])
    return known if find(ground, beyond, questions=QUESTIONS).status == "nowhere" else disjunction([known, more])


def _probability(setting: Setting, outcome: Outcome, relation: str, reason: str) -> Formula:
    """Where the probability of the event in an outcome compares with zero."""
    hedge = setting.game.hedge
    assert hedge is not None
    there = [p for z, p in outcome.path if hedge[z]]
    if any(isinstance(p, Radical) for p in there):
        # Irrational probabilities come up where everybody mixes: every history is reached.
        return TRUE if relation == ">" else FALSE
    return setting.compare(sum(there, setting.game.arithmetic.number(0)), relation, reason)


def _with_event(setting: Setting, outcome: Outcome) -> Formula:
    """Where the outcome is an equilibrium and has the event with positive probability."""
    likely = _probability(setting, outcome, ">", "so that the event has positive probability")
    return conjunction([outcome.formula, likely])


def _without_event(setting: Setting, outcome: Outcome) -> Formula:
    """Where the outcome is an equilibrium and has the event with probability zero."""
    unlikely = _probability(setting, outcome, "==", "so that the event has probability zero")
    return conjunction([outcome.formula, unlikely])
