"""When is what is played in every period of a repeated game sustained by punishments? With parameters open, discounts among them.

Every deviation is an inequality in the payoffs and the discount; the formulas are those that are asked at a point (`solvers.repeated`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import (
    FALSE,
    TRUE,
    Formula,
    Reason,
    conjunction,
    disjunction,
    holds_at,
    negation,
)
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions.markov import Event, Side
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, said
from hedging_games.analysis.solve_repeated import FORMULAS, said_on
from hedging_games.errors import could_not_finish
from hedging_games.solvers.repeated.period import Period, Play, Step
from hedging_games.solvers.repeated.punishments import Punishments

QUESTIONS = 100
"""Sets of inequalities decided to show that a harder punishment does no more."""

MOST_NEEDED = 12
"""Penal codes that are gathered for a path, before all that are followed are taken together."""

MOST_PLAYS = 400
"""What can be played in a period at most, with parameters open."""


def outcomes(setting: Setting, asked: Sequence[str], check: Check) -> list[Outcome]:
    """What can be played in every period, each with the formula under which one of the punishments asked for sustains it.

    Raises CouldNotFinish if there is too much of it.
    """
    game = _punishments(setting, check)
    found = []
    for play in game.period.plays:
        check()
        formula = disjunction(_sustained(setting, game, name, play) for name in asked)
        if formula != FALSE:
            found.append(_outcome(setting, game, play, formula))
    return found


def _sustained(setting: Setting, game: Punishments, name: str, play: Play) -> Formula:
    """Where a punishment sustains a path."""
    inner, outer = FORMULAS[name]
    if inner is outer:
        return inner(game, play)
    enough = _covering(setting, game, play, outer(game, play))
    return inner(game, play) if enough is None else enough


def _covering(setting: Setting, game: Punishments, play: Play, most: Formula) -> Formula | None:
    """Grim trigger, and no more penal codes than it takes to show that they sustain a path wherever it is sustained at ``most``.

    Each is one that serves at a point where those before do not. None where these points show no end, or the codes that are followed.
    """
    ground, found = setting.ground, game.grim(play)
    for _ in range(MOST_NEEDED):
        between = ground.joined("all", [ground.number(most), ground.negated(ground.number(found))])
        there = find(ground, between, questions=QUESTIONS)
        if there.status == "nowhere":
            return found
        if there.point is None:
            return None
        code = game.penal_code_at(play, partial(holds_at, point=there.point))
        if code is None:
            return None
        found = disjunction([found, code])
    return None


def beyond(setting: Setting, asked: Sequence[str], check: Check) -> dict[Side, Formula]:
    """Where a path with the event, and one without it, is sustained at most."""
    game = _punishments(setting, check)
    some, missed = [], []
    for play in game.period.plays:
        check()
        formula = disjunction(FORMULAS[name][1](game, play) for name in asked)
        likely = _likely(setting, play)
        some.append(conjunction([formula, likely]))
        missed.append(conjunction([formula, negation(likely)]))
    return {"some": disjunction(some), "missed": disjunction(missed)}


def unfollowed(setting: Setting, asked: Sequence[str], check: Check) -> Formula:
    """Where some path may be sustained of which that is not known."""
    game = _punishments(setting, check)
    return disjunction(
        conjunction([FORMULAS[name][1](game, play), negation(_sustained(setting, game, name, play))])
        for play in game.period.plays
        for name in asked
        if FORMULAS[name][0] is not FORMULAS[name][1]
    )


def _likely(setting: Setting, play: Play) -> Formula:
    """Where the event has positive probability if this is played in every period."""
    return TRUE if setting.markov.event is None else Event(setting, {0: play.end.path}).likely()


def _punishments(setting: Setting, check: Check) -> Punishments:
    form = setting.markov.stages[0].form

    def compare(first: Any, relation: str, second: Any, step: Step) -> Formula:
        taken, instead = (said(form, slot, form.action_of_slot[slot]) for slot in (step.slot, step.other))
        reason = Reason(form.players[step.player], taken, instead, brief=form.action_of_slot[step.other])
        return setting.order(first, relation, second, reason)

    found = Punishments(Period(setting.markov, compare, check))
    if len(found.period.plays) > MOST_PLAYS:
        what = f"{len(found.period.plays)} paths may be played in every period"
        raise could_not_finish("condition", what, "hold parameters at numbers (--set), or solve at points")
    return found


def _outcome(setting: Setting, game: Punishments, play: Play, formula: Formula) -> Outcome:
    worth = tuple(value / (1 - d) for value, d in zip(play.worth, game.discounts, strict=True))
    return Outcome((), (), worth, formula, tuple(_said(setting, play)), _likely(setting, play))


def _said(setting: Setting, play: Play) -> Iterator[tuple[str, str, Any]]:
    for label, mixture in said_on(setting.markov, play).items():
        yield from ((label, action, p) for action, p in mixture.items())
