"""Solving repeated games: which paths, the same in every period, do punishments sustain, and from which discount factor on?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final

import numpy as np

from hedging_games.algebra.arithmetic import symbolic_arithmetic
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.along import where
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Atom, Formula, conjunction
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.errors import ConceptError, Problem, did_you_mean, input_error
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame
from hedging_games.solvers.repeated.automata import State, copying, penal_code, product_game
from hedging_games.solvers.repeated.minmax import mixed_minmax, pure_minmax
from hedging_games.solvers.repeated.optimal import PenalCode, optimal_code, stands
from hedging_games.solvers.repeated.payoffs import payoff_set
from hedging_games.solvers.repeated.period import Period, Play, Step, at_a_point
from hedging_games.solvers.repeated.punishments import Punishments
from hedging_games.solvers.run import run_for
from hedging_games.theory.concepts import (
    GRIM_TRIGGER,
    OPTIMAL_PENAL_CODE,
    REPEATED,
    REPEATED_CONCEPTS,
    TIT_FOR_TAT,
    concept_named,
    fitting_over_time,
)
from hedging_games.theory.equilibria import Completeness
from hedging_games.theory.judging_markov import judged
from hedging_games.theory.judging_repeated import judged_start
from hedging_games.theory.payoff_set import PayoffSet
from hedging_games.theory.repeated import Critical, Minmax, RepeatedEquilibria, RepeatedPath, Sustained
from hedging_games.theory.repeated_text import said_text

METHOD: Final = "automata"

NO_PERIOD: Final = "the period has no pure equilibrium to go back to, so grim trigger sustains nothing"
OTHERS: Final = "by punishments that were not followed, what is played may also be"

ALL_DISCOUNTS: Final = Interval(Fraction(0), Fraction(1), high_closed=False)

Formulas = Mapping[str, tuple[Callable[[Punishments, Play], Formula], Callable[[Punishments, Play], Formula]]]
FORMULAS: Final[Formulas] = {
    GRIM_TRIGGER.name: (Punishments.grim, Punishments.grim),
    TIT_FOR_TAT.name: (Punishments.tit_for_tat, Punishments.tit_for_tat),
    OPTIMAL_PENAL_CODE.name: (Punishments.penal_code, Punishments.bound),
}
"""By concept: where a path is sustained for sure, and where it is at most."""


def punishments_asked(game: MarkovGame, concept: str) -> tuple[str, ...]:
    """The punishments that a concept stands for: itself, or with ``repeated`` those that the model names (all, if it names none)."""
    return (concept,) if concept != REPEATED.name else game.sustained or tuple(FORMULAS)


def require_repeated(game: MarkovGame, concept: str) -> None:
    """Raises ConceptError or InputError for a game in which nothing can be sustained by punishments."""
    if not game.can_punish:
        reason = (
            "it has a state, or may end"
            if game.horizon is None
            else "it has a horizon, and in the last period nobody can be punished"
        )
        what = f"{concept} does not fit this game: {reason}"
        raise ConceptError(Problem("concept", what, f"those that fit: {fitting_over_time(repeated=False)}"))
    for s in game.stages[0].form.information_sets:
        if s.decision in game.even and s.player not in {CHANCE, *game.myopic}:
            what = f"'{s.decision}' settles ties by a fair coin, and its player looks ahead"
            raise input_error("play", what, f"remove 'even', or add myopic: yes to {game.players[s.player]}")


def solve_repeated(
    game: MarkovGame,
    concept: str,
    method: str | None = None,
    *,
    time_limit: float | None = None,
    precision: object = None,
) -> RepeatedEquilibria:
    """The paths of a repeated game that punishments sustain, each certified; arguments and errors as of `solve`.

    The concepts are ``grim-trigger``, ``tit-for-tat``, ``optimal-penal-code``, and ``repeated`` for those that the model names.
    """
    wanted = concept_named(concept)
    assert wanted in REPEATED_CONCEPTS
    if method not in (None, METHOD):
        what = f"no method for {wanted.name} is called '{method}'"
        raise ConceptError(Problem("method", what, did_you_mean(str(method), [METHOD])))
    if precision is not None:
        raise input_error("option", f"precision is for qre, not for {wanted.name}", "leave it out")
    require_repeated(game, wanted.name)
    run = run_for(seconds_allowed(time_limit))
    with interrupted_after(run.seconds_left()):
        return _Solving(game, punishments_asked(game, wanted.name), run.check).answer(wanted.name)


class _Solving:
    def __init__(self, game: MarkovGame, asked: Sequence[str], check: Check) -> None:
        self.game = game
        self.asked = asked
        self.here = Punishments(Period(game, at_a_point, check))

    @cached_property
    def open(self) -> Punishments:
        """The same with the discount left open."""
        return Punishments(
            _with_open_discount(self.game, no_check), lambda formula: bool(where(formula, ALL_DISCOUNTS))
        )

    @cached_property
    def code(self) -> PenalCode | None:
        """The hardest punishments that were found."""
        return optimal_code(self.here)

    @cached_property
    def payoffs(self) -> PayoffSet | None:
        """A set that contains all average payoffs of equilibria; None unless exactly two players look ahead."""
        return payoff_set(self.here) if len(self.here.patient) == 2 else None

    def answer(self, concept: str) -> RepeatedEquilibria:
        plays = self.here.period.plays
        paths = [self._path(play) for play in plays]
        standing = tuple(path for path in paths if path.stands)
        others = tuple(path for path in paths if not path.stands)
        open_ = [path for path in others if any(found.stands is None for found in path.by.values())]
        notes = list(self.game.notes)
        if GRIM_TRIGGER.name in self.asked and not self.here.stage_equilibria:
            notes.append(NO_PERIOD)
        complete: Completeness = "all"
        if open_:
            complete = "some"
            notes.append(f"{OTHERS}: " + "; or ".join(said_text(path.said) for path in open_[:5]))
        held = {
            self.game.players[player]: Minmax(pure_minmax(self.here, player), mixed_minmax(self.here, player))
            for player in self.here.patient
        }
        return RepeatedEquilibria(
            self.game,
            concept,
            METHOD,
            complete,
            standing,
            others,
            tuple(notes),
            minmax=held,
            generated=lambda: self.payoffs,
        )

    def _path(self, play: Play) -> RepeatedPath:
        game = self.game
        said = said_on(game, play)
        worth = [value / (1 - d) for value, d in zip(play.worth, self.here.discounts, strict=True)]
        by = {name: self._sustained(name, play) for name in self.asked}
        return RepeatedPath(said, dict(zip(game.players, worth, strict=True)), _hedge(game, play), by)

    def _sustained(self, name: str, play: Play) -> Sustained:
        stands = self._stands(name, play)
        found = partial(self._critical, name, play)
        if not stands:
            return Sustained(name, stands, found)
        copied = name == TIT_FOR_TAT.name
        product, profiles = product_game(self.here, self._states(name, play), copied=copied)
        equilibrium = judged(product, profiles)
        certificate = equilibrium.certificate
        perfect = certificate.largest_gain == 0
        if copied and not perfect:
            certificate = judged_start(product, profiles)
        if certificate.largest_gain > 0:
            raise AssertionError(
                f"{name} is said to sustain {said_on(self.game, play)}, and somebody gains {certificate}"
            )
        return Sustained(name, stands, found, product, equilibrium, certificate, perfect)

    def _stands(self, name: str, play: Play) -> bool | None:
        """Whether a punishment sustains a path; None where none that does is known and some may."""
        inner, outer = FORMULAS[name]
        if name != OPTIMAL_PENAL_CODE.name:
            return inner(self.here, play) == TRUE
        if outer(self.here, play) != TRUE:
            return False
        if self.code is not None and stands(self.here, play, play.worth, self.code.worth):
            return True
        return None if self._may_pay(play) else False

    def _may_pay(self, play: Play) -> bool:
        """Whether what a path pays, and what a deviation and the worst later pay, may be equilibrium payoffs, as far as that is known."""
        if self.payoffs is None:
            return True
        worth = [play.worth[player] for player in self.here.patient]
        if worth not in self.payoffs:
            return False
        worst = {player: self.payoffs.worst(k) for k, player in enumerate(self.here.patient)}
        return all(
            self.here.keeps(k, play, play.worth[player], worst[player]) == TRUE
            for k, player in enumerate(self.here.period.movers)
            if player in worst
        )

    def _states(self, name: str, play: Play) -> list[State]:
        if name == TIT_FOR_TAT.name:
            return copying(self.here, play)
        if name == GRIM_TRIGGER.name:
            return penal_code(self.here, play, self.here.grim_code(), absorbing=True)
        assert self.code is not None
        return penal_code(self.here, play, self.code.routes)

    def _critical(self, name: str, play: Play) -> Critical:
        there = next(p for p in self.open.period.plays if p.profile == play.profile and _same(p, play))
        inner, outer = FORMULAS[name]
        at_most = where(outer(self.open, there), ALL_DISCOUNTS)
        if inner is outer or where(self.open.grim(there), ALL_DISCOUNTS) == at_most:
            return Critical(at_most, at_most)
        return Critical(where(inner(self.open, there), ALL_DISCOUNTS), at_most)


def _same(one: Play, other: Play) -> bool:
    return [z for z, _ in one.end.path] == [z for z, _ in other.end.path]


def _with_open_discount(game: MarkovGame, check: Check) -> Period:
    """The period with the discount factor, one for all who look ahead, as the only parameter."""
    from hedging_games.algebra.rational_functions import function_field

    domain, discount = function_field(["discount"])
    arithmetic = symbolic_arithmetic(domain)
    stage = game.stages[0]
    lifted = Game(stage.form, arithmetic.array(stage.payoffs), arithmetic.array(stage.chance), arithmetic)
    ring = domain.ring

    def compare(first: Any, relation: str, second: Any, _step: Step) -> Formula:
        ratio = first - second  # payoffs are numbers, so nothing is divided by the discount
        difference = ratio.numer * ratio.denom
        return conjunction([Atom(constraint(difference, relation))]) if difference else _of_zero(relation)

    assert ring.ngens == 1
    discounts = (discount,) * len(game.players)
    return Period(replace(game, stages=(lifted,), discounts=discounts, arithmetic=arithmetic), compare, check)


def _of_zero(relation: str) -> Formula:
    return FALSE if relation == ">" else TRUE


def said_on(game: MarkovGame, play: Play) -> dict[str, dict[str, Any]]:
    """Information set to action to probability, those that are met on the path."""
    form = game.stages[0].form
    met = {int(form.set_of_slot[slot]) for z, _ in play.end.path for slot in form.path(int(form.terminals[z]))}
    taken = {**dict.fromkeys(play.profile, game.arithmetic.number(1)), **dict(play.end.mixture)}
    return {
        s.label: {form.action_of_slot[k]: taken[k] for k in form.slots(n) if k in taken}
        for n, s in enumerate(form.information_sets)
        if n in met and s.player != CHANCE
    }


def _hedge(game: MarkovGame, play: Play) -> Any:
    """How likely the event of interest is if this is played in every period."""
    if game.event is None:
        return None
    mask = np.asarray(game.stages[0].hedge)
    zero, one = game.arithmetic.number(0), game.arithmetic.number(1)
    once = sum((p for z, p in play.end.path if mask[z]), zero)
    match game.event:
        case "first":
            return once
        case "always":
            return one if once == 1 else zero
        case "never":
            return one if once == 0 else zero
    return zero if once == 0 else one
