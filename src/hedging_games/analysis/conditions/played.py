"""Where the event is played, in some equilibrium and in every one: what regions and sweeps both ask of a derivation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.cells import Cells
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction, negation
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.analysis.conditions.continuous import Derived, derived_in, followed
from hedging_games.analysis.conditions.derive import Derivation
from hedging_games.analysis.conditions.markov import Side
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.conditions.ties.boxes import boxed, boxed_numbers, is_boxed
from hedging_games.analysis.conditions.ties.doubts import Doubt, doubts, ties
from hedging_games.analysis.conditions.ties.paths import reachable
from hedging_games.analysis.conditions.ties.plays import Mixed, Within, formula_over, mixed

QUESTIONS = 300
"""Sets of inequalities decided to show that mixing at ties adds nothing."""

MOST_CELLS, CELL_WORK = 40, 10_000_000
"""Cells, and work (see `table.Table`), after which what mixing adds is left as it was derived."""

UNFOLLOWED = "where a player is indifferent, mixing that changes what is best earlier was not followed"

Subgames = Mapping[int, Sequence[Outcome]]
"""The outcomes of subgames by their roots; those of the whole game, 0, are always there."""


@dataclass(frozen=True, eq=False)
class Played:
    """The answer of a derivation.

    ``outcomes`` : those with the event where they have it with positive probability (and, without a path, what mixing at
    ties adds); ``some`` : where any of them stands; ``missed`` : where an equilibrium has it with probability zero. A single
    question needs one of these two; the other is then None. ``exists`` : where there is an equilibrium, as far as it is
    not known that there always is one. ``complete`` : whether every equilibrium was followed; if not, the event may be
    played in some, and missed in some, elsewhere too. ``notes`` : what a reader must know. ``mixing`` : ``some`` and ``missed``
    once more where both were asked for and mixing at ties adds to them. ``doubtful`` : with a setting `everywhere`, where mixing
    at ties may add to them: there ``mixing`` has the answer, or the solver can be asked, point by point. ``told`` : whether it
    is z3's word, without a proof of our own, that mixing adds nothing more. ``beyond`` : where mixing that was not followed may
    add to the formulas, at most; None where nobody knows. ``underived`` : where nothing was derived, and the formulas of what is played
    in some and in every equilibrium are false: it is part of ``beyond``.
    """

    outcomes: tuple[Outcome, ...]
    some: Formula | None
    missed: Formula | None
    exists: Formula
    complete: bool
    notes: tuple[str, ...]
    mixing: Mixed | None = None
    doubtful: Formula = FALSE
    told: bool = False
    beyond: Mapping[Side, Formula] | None = None
    underived: Formula = FALSE

    @cached_property
    def unmissed(self) -> Formula:
        """Where no equilibrium misses the event."""
        assert self.missed is not None
        return negation(self.missed)

    @cached_property
    def every(self) -> Formula:
        """Where there is an equilibrium, and all have the event."""
        return conjunction([self.exists, self.unmissed])


def played(
    setting: Setting,
    derived: Derivation,
    check: Check = lambda: None,
    subgames: Subgames | None = None,
    among: Among | None = None,
) -> Played:
    """Where the game's event is played by a derivation (``subgames`` has its outcomes where they were derived before).

    ``among`` : the one question that is asked, if not both.
    """
    if setting.is_continuous:
        return _continuous(setting, check, among)
    answer = _followed(setting, derived, check, subgames, among)
    if derived.beyond is None:
        return answer
    sides: Mapping[Side, Formula | None] = {"some": answer.some, "missed": answer.missed}
    known = {side: formula for side, formula in sides.items() if formula is not None}
    beyond, nowhere_is_told = _not_followed(setting, derived.beyond(setting, check), known)
    told = answer.told or nowhere_is_told
    if beyond is None:
        return replace(answer, told=told)
    return replace(answer, complete=False, notes=(*answer.notes, derived.beyond_note), told=told, beyond=beyond)


def _followed(
    setting: Setting, derived: Derivation, check: Check, subgames: Subgames | None, among: Among | None
) -> Played:
    """The answer from outcomes, and where ties are followed from these."""
    complete, notes, told = derived.answers_for(setting)
    found = derived.subgames(setting, check) if subgames is None else subgames
    with_event = [_with_event(setting, outcome) for outcome in found[0]]
    kept = [outcome for outcome in with_event if outcome.formula != FALSE]
    known: dict[Side, Formula] = {}
    if among != "every" or not derived.exists:
        known["some"] = disjunction(outcome.formula for outcome in kept)
    if among != "some":
        known["missed"] = disjunction(_without_event(setting, outcome) for outcome in found[0])
    kept += _by_lotteries(setting, derived, known, check)
    more: Mapping[Side, Formula] = known
    mixing = beyond = None
    doubtful: Formula = FALSE
    if derived.has_ties and setting.everywhere:
        doubtful = disjunction(doubt.formula for doubt in doubts(setting, found, check))
        if doubtful != FALSE and is_boxed(setting.game.form):
            mixing = boxed(setting, check)
    elif derived.has_ties and complete:
        followed = _by_mixing(setting, found, known, check)
        more, told, beyond = followed.more, told or followed.told, followed.beyond
        if beyond is not None:
            complete, notes = False, (*notes, UNFOLLOWED)
        if "some" in more and more["some"] != known["some"]:
            kept.append(Outcome((), (), (), more["some"]))
        if among is None and more != known:
            mixing = Mixed(more["some"], more["missed"])
    # Where an equilibrium always exists (Nash 1951; Kuhn 1953; Kreps and Wilson 1982) it need not be asked for.
    always = derived.exists and (complete or beyond is not None)
    exists = TRUE if always else disjunction(outcome.formula for outcome in kept)
    return Played(
        tuple(kept), more.get("some"), more.get("missed"), exists, complete, notes, mixing, doubtful, told, beyond
    )


def _by_lotteries(setting: Setting, derived: Derivation, known: dict[Side, Formula], check: Check) -> Iterator[Outcome]:
    """Add to what is known where lotteries that a tie leaves open add equilibria; those that have the event as one outcome."""
    if derived.lotteries is None:
        return
    for side, formula in derived.lotteries(setting, check).items():
        if side in known and formula != FALSE:
            known[side] = disjunction([known[side], formula])
            if side == "some":
                yield Outcome((), (), (), formula)


def _continuous(setting: Setting, check: Check, among: Among | None) -> Played:
    """The answer for a tree with continuous choices."""
    derived = derived_in(setting, check)
    with followed():
        some, missed, exists = derived.played(among)
    exists = TRUE if exists is None else exists
    answer = Played((), some, missed, exists, not derived.notes, derived.notes, told=derived.told)
    left = FALSE if isinstance(derived, Derived) else derived.underived
    return answer if left == FALSE else replace(answer, beyond={"some": left, "missed": left}, underived=left)


def _not_followed(
    setting: Setting, beyond: Mapping[Side, Formula], known: Mapping[Side, Formula]
) -> tuple[Mapping[Side, Formula] | None, bool]:
    """Where what was not followed may add to formulas, None if nowhere; and whether it is z3's word that it is nowhere."""
    ground = setting.ground
    added: dict[Side, Formula] = {}
    told = False
    for side, formula in known.items():
        gap = [ground.number(beyond[side]), ground.negated(ground.number(formula))]
        found = somewhere(ground, gap)
        told = told or found.is_told
        added[side] = FALSE if found.status == "nowhere" else formula_over(setting, ground, ground.joined("all", gap))
    return (None if all(formula == FALSE for formula in added.values()) else added), told


@dataclass(frozen=True, slots=True)
class _Followed:
    """What mixing at ties makes of formulas (``more``), whether that is z3's word, and what it may add where not followed."""

    more: Mapping[Side, Formula]
    told: bool = False
    beyond: Mapping[Side, Formula] | None = None


def _by_mixing(setting: Setting, subgames: Subgames, known: Mapping[Side, Formula], check: Check) -> _Followed:
    """The formulas with mixing at ties followed, as they are where that adds nothing."""
    ground = setting.ground
    uncertain = doubts(setting, subgames, check)
    first = next(uncertain, None)
    if first is None:
        return _Followed(known)
    if is_boxed(setting.game.form):
        # Inequalities are listed in the order in which they were met: those of the region itself come first.
        elsewhere = {side: ground.negated(ground.number(formula)) for side, formula in known.items()}
        # Boxes follow all ties at once, and comparisons are cheap: which of them matter, and where, need not be known.
        try:
            boxes = _followed_boxes(setting, check)
        except UnfollowedError:
            return _unfollowed(setting, known, _gaps(setting, known, check), [first, *uncertain])
        return _added(setting, known, elsewhere, boxes, check)
    gaps = _gaps(setting, known, check)
    # Weights are followed where nothing says that they do not matter.
    listed, gap = [first, *uncertain], ground.joined("any", gaps.values())
    answers = [somewhere(ground, [ground.number(doubt.formula), gap]) for doubt in listed]
    matter = [doubt for doubt, found in zip(listed, answers, strict=True) if found.status != "nowhere"]
    told = any(found.is_told for found in answers)
    if not matter:
        return _Followed(known, told)
    try:
        event = None if len(known) > 1 else "some" in known
        counted = _followed_weights(setting, subgames, matter, gap, check, event=event)
    except UnfollowedError:
        return replace(_unfollowed(setting, known, gaps, matter), told=told)
    added = _added(setting, known, _narrowed(setting, gaps, matter), counted, check)
    return replace(added, told=told or added.told)


def _narrowed(setting: Setting, gaps: Mapping[Side, int], matter: Sequence[Doubt]) -> dict[Side, int]:
    """The gaps where some doubt is: elsewhere mixing adds nothing."""
    ground = setting.ground
    doubt = ground.joined("any", [ground.number(d.formula) for d in matter])
    return {side: ground.joined("all", [doubt, gap]) for side, gap in gaps.items()}


def _unfollowed(
    setting: Setting, known: Mapping[Side, Formula], gaps: Mapping[Side, int], matter: Sequence[Doubt]
) -> _Followed:
    """The formulas as they are, with where mixing may add to them."""
    narrowed = _narrowed(setting, gaps, matter)
    return _Followed(known, beyond={side: formula_over(setting, setting.ground, n) for side, n in narrowed.items()})


def _added(
    setting: Setting, known: Mapping[Side, Formula], gaps: Mapping[Side, int], counted: _Counted, check: Check
) -> _Followed:
    """The formulas with what mixing adds in the gaps, where that can be written shortly: elsewhere it adds nothing."""
    ground, told = setting.ground, counted.told
    more: dict[Side, Formula] = {}
    for side, gap in gaps.items():
        added, by_word = _shortly(setting, ground.joined("all", [gap, counted.numbers[side]]), check)
        more[side] = disjunction([known[side], added])
        told = told or by_word
    # What mixing may add is not asked again.
    ground.forget_questions()
    return _Followed(more, told)


@dataclass(frozen=True, slots=True)
class _Counted:
    """The formulas with mixing counted, in the table of the setting's ground; ``told`` : see `plays.Mixed`."""

    numbers: Mapping[Side, int]
    told: bool = False


def _followed_boxes(setting: Setting, check: Check) -> _Counted:
    some, missed = boxed_numbers(setting, check)
    return _Counted({"some": some, "missed": missed})


def _followed_weights(
    setting: Setting, subgames: Subgames, matter: Sequence[Doubt], gap: int, check: Check, *, event: bool | None
) -> _Counted:
    """What mixing at ties adds in the gap where one of some doubts is: weights are followed where there may be ties there.

    ``event`` : see `plays.Within`.
    """
    ground = setting.ground
    doubtful = ground.joined("any", [ground.number(doubt.formula) for doubt in matter])
    here = ground.joined("all", [doubtful, gap])
    answers = {s: somewhere(ground, [ground.number(tie), here]) for s, tie in ties(setting, subgames).items()}
    tied = frozenset(s for s, found in answers.items() if found.status != "nowhere")
    below = frozenset[int]().union(*(doubt.below for doubt in matter))
    found = mixed(setting, below & tied, Within(here, tied, event), check)
    told = found.told or any(answer.is_told for answer in answers.values())
    return _Counted({"some": ground.number(found.some), "missed": ground.number(found.missed)}, told)


def _gaps(setting: Setting, known: Mapping[Side, Formula], check: Check) -> dict[Side, int]:
    """Where mixing, whatever it is, may add to formulas: where some path may be played that has, or has not, the event."""
    ground = setting.ground
    bounds: dict[Side, Formula] = dict.fromkeys(known, TRUE)
    # With too many paths it may be anywhere.
    with suppress(UnfollowedError):
        paths = reachable(setting, check)
        if "some" in known:
            bounds["some"] = disjunction(_with_event(setting, path).formula for path in paths)
        if "missed" in known:
            bounds["missed"] = disjunction(_without_event(setting, path) for path in paths)
    return {
        side: ground.joined("all", [ground.number(bound), ground.negated(ground.number(known[side]))])
        for side, bound in bounds.items()
    }


def _shortly(setting: Setting, number: int, check: Check) -> tuple[Formula, bool]:
    """A formula of the table as few cells, where it is proved to be those; FALSE where it holds nowhere, and whether z3 says so."""
    ground = setting.ground
    end = ground.work + CELL_WORK
    found = find(ground, number, hard=True, questions=QUESTIONS, end=end)
    if found.status == "nowhere":
        return FALSE, not found.is_proved
    cells = Cells(ground, number).exactly(MOST_CELLS, ground.work + CELL_WORK, check)
    return formula_over(setting, ground, number if cells is None else cells), False


def somewhere(ground: Ground, parts: Sequence[int]) -> Found:
    """Whether formulas hold together at some point: they may unless they hold ``nowhere``, by a proof or by z3's word."""
    return find(ground, ground.joined("all", parts), questions=QUESTIONS)


def event_probability(setting: Setting, outcome: Outcome) -> Any:
    """How likely the event is in an outcome."""
    hedge = setting.game.hedge
    assert hedge is not None
    return sum((p for z, p in outcome.path if hedge[z]), setting.game.arithmetic.number(0))


def _event(setting: Setting, outcome: Outcome, relation: str, reason: str) -> Formula:
    """Where the probability of the event in an outcome compares with zero."""
    if outcome.likely is not None:
        return outcome.likely if relation == ">" else negation(outcome.likely)
    hedge = setting.game.hedge
    assert hedge is not None
    if any(isinstance(p, Radical) for z, p in outcome.path if hedge[z]):
        # Irrational probabilities come up where everybody mixes: every history is reached.
        return TRUE if relation == ">" else FALSE
    return setting.compare(event_probability(setting, outcome), relation, reason)


def likely(setting: Setting, outcome: Outcome) -> Formula:
    """Where the event has positive probability in an outcome."""
    return _event(setting, outcome, ">", "so that the event has positive probability")


def _with_event(setting: Setting, outcome: Outcome) -> Outcome:
    """The outcome where it has the event with positive probability."""
    return replace(outcome, formula=conjunction([outcome.formula, likely(setting, outcome)]))


def _without_event(setting: Setting, outcome: Outcome) -> Formula:
    """Where the outcome is an equilibrium and has the event with probability zero."""
    unlikely = _event(setting, outcome, "==", "so that the event has probability zero")
    return conjunction([outcome.formula, unlikely])
