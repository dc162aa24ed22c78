"""Where resolving ties purely may not be enough, as formulas: stage by stage, from the outcomes with pure choices at ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.conditions.ties.layout import cell_of, sets_below, stages_below
from hedging_games.games.form import CHANCE, Stage
from hedging_games.games.subgames import movers_of

QUESTIONS = 60
"""Sets of inequalities decided to show that a tie does not matter."""


Pure = Mapping[int, Sequence[Outcome]]
"""From the roots of stages and the terminal histories to the outcomes in which ties are resolved purely."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where resolving ties purely may not be enough: at one ``stage``, and which information sets come after it."""

    formula: Formula
    below: frozenset[int]


def doubts(setting: Setting, pure: Pure, check: Check = no_check) -> Iterator[Doubt]:
    """Stage by stage, where resolving ties after it purely may not be enough.

    Subgames without a tie have finitely many equilibria, which are the outcomes: what is best before may depend on which of them is
    played, but nothing lies between them.
    """
    form = setting.game.form
    tied: dict[int, Formula] = {}
    for stage in form.stages:
        check()
        formula = _doubt_at(setting, stage, pure)
        if formula == FALSE:
            continue
        below = stages_below(form, stage)
        for after in below:
            if after.root not in tied:
                tied[after.root] = _tie_at(setting, after, pure)
        formula = conjunction([formula, disjunction(tied[after.root] for after in below)])
        if formula != FALSE:
            yield Doubt(formula, sets_below(form, stage))


@dataclass(frozen=True, slots=True)
class Enough:
    """Resolving ties purely is enough; ``told`` : by z3's word, without a proof of our own."""

    told: bool


def pure_is_enough(setting: Setting, pure: Pure, check: Check = no_check, given: Formula = TRUE) -> Enough | None:
    """That all over the box, where a condition is ``given``, resolving ties purely is enough; None where it may not be."""
    ground, told = setting.ground, False
    for doubt in doubts(setting, pure, check):
        found = find(ground, ground.number(conjunction([given, doubt.formula])), questions=QUESTIONS)
        if found.status != "nowhere":
            return None
        told = told or found.is_told
    return Enough(told)


def _doubt_at(setting: Setting, stage: Stage, pure: Pure) -> Formula:
    """Where, at one stage, what is best may depend on how ties below are resolved, in more than one way."""
    form = setting.game.form
    if len(stage.sets) > 1:
        movers = movers_of(form, stage)
        pairs = [(leaf, mover) for leaf in stage.leaves.tolist() for mover in movers]
        return disjunction(_varies(setting, worths_of(pure[leaf], mover)) for leaf, mover in pairs)
    mover = form.information_sets[stage.sets[0]].player
    if mover == CHANCE:
        return disjunction(())
    worths = [worths_of(pure[child], mover) for child in form.children[stage.root]]
    return disjunction(_both_ways(setting, first, second) for first, second in combinations(worths, 2))


def ties(setting: Setting, pure: Pure) -> dict[int, Formula]:
    """By information set of who decides alone: where there may be a tie there, or at a stage after it."""
    form = setting.game.form
    at = {stage.root: _tie_at(setting, stage, pure) for stage in form.stages}
    return {
        stage.sets[0]: disjunction(at[here.root] for here in [stage, *stages_below(form, stage)])
        for stage in form.stages
        if len(stage.sets) == 1 and form.information_sets[stage.sets[0]].player != CHANCE
    }


def _tie_at(setting: Setting, stage: Stage, pure: Pure) -> Formula:
    """Where somebody who moves at a stage may be indifferent between two actions, whatever the others do there for sure."""
    form = setting.game.form
    movers = [form.information_sets[s].player for s in stage.sets]
    if movers == [CHANCE]:
        return FALSE
    if len(movers) == 1:
        pairs = [(a, b, movers[0]) for a, b in combinations(form.children[stage.root], 2)]
    else:
        corner = {cell_of(form, stage, leaf): leaf for leaf in stage.leaves.tolist()}
        pairs = [(corner[0, k], corner[1, k], movers[0]) for k in (0, 1)]
        pairs += [(corner[k, 0], corner[k, 1], movers[1]) for k in (0, 1)]
    return disjunction(
        conjunction([here, there, setting.compare(first - second, "==")])
        for a, b, mover in pairs
        for first, here in worths_of(pure[a], mover)
        for second, there in worths_of(pure[b], mover)
    )


Worths = Sequence[tuple[Any, Formula]]
"""What the outcomes of a subgame are worth to a player, each with the formula under which one is worth that."""


def worths_of(outcomes: Sequence[Outcome], player: int) -> Worths:
    """What outcomes are worth to a player, those alike taken together."""
    alike: dict[Any, list[Formula]] = {}
    for outcome in outcomes:
        alike.setdefault(outcome.worth[player], []).append(outcome.formula)
    return [(worth, disjunction(formulas)) for worth, formulas in alike.items()]


def _varies(setting: Setting, worths: Worths) -> Formula:
    """Where one subgame may be worth different things."""
    return disjunction(
        conjunction([here, there, disjunction([setting.compare(a - b, ">"), setting.compare(a - b, "<")])])
        for (a, here), (b, there) in combinations(worths, 2)
    )


def _both_ways(setting: Setting, first: Worths, second: Worths) -> Formula:
    """Where either of two actions may be strictly better than the other."""
    if len(first) == len(second) == 1:
        return disjunction(())
    apart = [(conjunction([here, there]), a - b) for a, here in first for b, there in second]
    ways = (
        disjunction(conjunction([both, setting.compare(gap, relation)]) for both, gap in apart)
        for relation in (">", "<")
    )
    return conjunction(ways)
