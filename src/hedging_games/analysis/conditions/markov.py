"""When is the event played in a game over time? Stationary equilibria with the parameters left open.

As at a point (`solvers.markov.stationary`): for each choice of what is played on the path in every state, V = r + dPV has a solution
that is a vector of rational functions of the parameters, for det(I - dP) > 0 wherever d < 1. The choice stands where in each state its
path is among the subgame-perfect ones of the period with V counted in: a formula of `stages`, which knows the period's parameters open.

The event has positive probability where some chain of steps with positive probabilities leads to it: which these are is left open too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, all_outcomes
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE
from hedging_games.games.markov import MarkovGame
from hedging_games.solvers.markov.stationary import MOST_EQUILIBRIA, Partial, circles, combinations, nothing_yet
from hedging_games.solvers.markov.ways import Path, all_paths

POSSIBLE = "so that it can happen"
IMPOSSIBLE = "so that it cannot happen"


def outcomes(setting: Setting, check: Check) -> list[Outcome]:
    """What can be played by pure stationary equilibria, state by state, each with the formula under which it is one.

    Raises CouldNotFinish if there is too much of it.
    """
    game = setting.markov
    found: list[tuple[Partial, Formula]] = [(nothing_yet(game), TRUE)]
    for circle in circles(game):
        paths = [all_paths(game.stages[state], check) for state in circle]
        formulas = {id(partial): formula for partial, formula in found}
        found = [
            (partial, formula)
            for partial in combinations(game, circle, paths, [partial for partial, _ in found], check)
            if (formula := _stands(setting, circle, partial, formulas[id(partial.before)], check)) != FALSE
        ]
        if len(found) > MOST_EQUILIBRIA:
            what = f"there are more than {MOST_EQUILIBRIA:,} choices of paths in the states {game.states[circle[0]]} and later"
            raise could_not_finish("condition", what, "hold parameters at numbers (--set), or solve at points")
    return [_outcome(setting, partial, formula) for partial, formula in found]


def _stands(setting: Setting, circle: tuple[int, ...], partial: Partial, before: Formula, check: Check) -> Formula:
    formula = before
    for state in circle:
        if formula == FALSE:
            break
        stage = replace(setting, posed=setting.markov.continued(state, partial.values))
        wanted = partial.paths[state]
        same = (o.formula for o in all_outcomes(stage, check, pure=True)[0] if o.path == wanted)
        formula = conjunction([formula, disjunction(same)])
    return formula


def _outcome(setting: Setting, partial: Partial, formula: Formula) -> Outcome:
    game = setting.markov
    worth = tuple(partial.values[:, game.start])
    event = Event(setting, partial.paths).likely() if game.event is not None else None
    return Outcome((), (), worth, formula, tuple(_said(game, partial)), event)


def _said(game: MarkovGame, partial: Partial) -> list[tuple[str, str]]:
    """What is done on the path of every state, in words."""
    said = []
    for state, stage in enumerate(game.stages):
        form = stage.form
        for z, _ in partial.paths[state]:
            for slot in form.path(int(form.terminals[z])):
                information_set = form.information_sets[int(form.set_of_slot[slot])]
                if information_set.player != CHANCE:
                    said.append((game.label_in(state, information_set.label), form.action_of_slot[slot]))
    return list(dict.fromkeys(said))


class Event:
    """Where the event of interest has positive probability, paths being given in every state.

    A period of a state ends in one of its path's histories; a *step* leads from there to a state, or to the end.
    """

    def __init__(self, setting: Setting, paths: dict[int, Path]) -> None:
        self.setting = setting
        self.game = setting.markov
        self.paths = paths

    def likely(self) -> Formula:
        """Where it has positive probability from the start on."""
        start = self.game.start
        match self.game.event:
            case "first":
                return disjunction(self.can(p) for z, p in self.paths[start] if self.happens(start, z))
            case "reaches":
                return self.reached(start, frozenset())
            case when:
                return self.kept(start, frozenset(), never=when == "never")

    def happens(self, state: int, z: int) -> bool:
        """Whether the condition holds after a history of a state."""
        mask = self.game.stages[state].hedge
        assert mask is not None
        return bool(mask[z])

    def can(self, p: Any) -> Formula:
        """Where a probability is positive."""
        return self.setting.compare(p, ">", POSSIBLE)

    def steps(self, state: int, z: int) -> list[tuple[int, Any]]:
        """The states that may follow a history, with their probabilities."""
        return [(t, q) for t, q in enumerate(self.game.moves[state][z]) if q != 0]

    def reached(self, state: int, seen: frozenset[int]) -> Formula:
        """Where some chain of likely steps leads to the event: it need not meet a state twice."""
        if state in seen:
            return FALSE
        further = seen | {state}
        parts = []
        for z, p in self.paths[state]:
            goes_on = [conjunction([self.can(q), self.reached(t, further)]) for t, q in self.steps(state, z)]
            parts.append(conjunction([self.can(p), TRUE if self.happens(state, z) else disjunction(goes_on)]))
        return disjunction(parts)

    def kept(self, state: int, seen: frozenset[int], *, never: bool) -> Formula:
        """Where with positive probability every period has the event (or none does): some chain of likely steps with it leads to
        the end, or to where it is certain.
        """
        if state in seen:
            return FALSE
        further = seen | {state}
        parts = [self.certain(state, frozenset(), never=never)]
        for z, p in self.paths[state]:
            if self.happens(state, z) != never:
                steps = self.steps(state, z)
                rest = self.game.arithmetic.number(1) - sum((q for _, q in steps), self.game.arithmetic.number(0))
                on = [conjunction([self.can(q), self.kept(t, further, never=never)]) for t, q in steps]
                parts.append(conjunction([self.can(p), disjunction([self.can(rest), *on])]))
        return disjunction(parts)

    def certain(self, state: int, seen: frozenset[int], *, never: bool) -> Formula:
        """Where every period from a state on has the event (or none does), whatever chance does."""
        if state in seen:
            return TRUE
        further = seen | {state}
        parts = []
        for z, p in self.paths[state]:
            on = [disjunction([self.cannot(q), self.certain(t, further, never=never)]) for t, q in self.steps(state, z)]
            parts.append(disjunction([self.cannot(p), conjunction(on) if self.happens(state, z) != never else FALSE]))
        return conjunction(parts)

    def cannot(self, p: Any) -> Formula:
        """Where a probability is zero."""
        return self.setting.compare(p, "==", IMPOSSIBLE)
