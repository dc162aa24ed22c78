"""When is the event played in a game over time? Stationary equilibria with the parameters left open.

As at a point (`solvers.markov.stationary`): for each choice of what is played on the path in every state, V = r + dPV has a solution
that is a vector of rational functions of the parameters, for det(I - dP) > 0 wherever d < 1. The choice stands where in each state its
path is among the subgame-perfect ones of the period with V counted in: a formula of `stages`, which knows the period's parameters open.

The event has positive probability where some chain of steps with positive probabilities leads to it: which these are is left open too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Literal
from weakref import WeakKeyDictionary

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, Reason, conjunction, disjunction, negation
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, Said, all_outcomes, said
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.markov import MarkovGame
from hedging_games.solvers.markov.mixed import Mixed, mixed
from hedging_games.solvers.markov.stationary import (
    MOST_EQUILIBRIA,
    Partial,
    circles,
    combinations,
    nothing_yet,
    what_follows,
)
from hedging_games.solvers.markov.ways import Path, all_paths

Side = Literal["some", "missed"]
"""Which equilibria are meant: those that have the event, or those that miss it."""

POSSIBLE = "so that it can happen"
IMPOSSIBLE = "so that it cannot happen"
MIXES = "so that mixing is possible"
MAY_NOT_GAIN = "so that nothing else is better"
INDIFFERENT = "so that who mixes is indifferent"


def pure_outcomes(setting: Setting, check: Check) -> list[Outcome]:
    """What can be played by pure stationary equilibria, state by state, each with the formula under which it is one.

    Raises CouldNotFinish if there is too much of it.
    """
    game = setting.markov
    found: list[tuple[Partial, Formula]] = [(nothing_yet(game), TRUE)]
    for circle in circles(game):
        paths = [all_paths(game.stages[state], check) for state in circle]
        formulas = {id(partial): formula for partial, formula in found}
        periods: dict[Any, dict[Path, Formula]] = {}
        found = [
            (partial, formula)
            for partial in combinations(game, circle, paths, [partial for partial, _ in found], check)
            if (formula := _stands(setting, circle, partial, formulas[id(partial.before)], periods, check)) != FALSE
        ]
        if len(found) > MOST_EQUILIBRIA:
            what = f"there are more than {MOST_EQUILIBRIA:,} choices of paths in the states {game.states[circle[0]]} and later"
            raise could_not_finish("condition", what, "hold parameters at numbers (--set), or solve at points")
    return [_outcome(setting, partial, formula) for partial, formula in found]


def _stands(
    setting: Setting,
    circle: tuple[int, ...],
    partial: Partial,
    before: Formula,
    periods: dict[Any, dict[Path, Formula]],
    check: Check,
) -> Formula:
    """Where the paths of a circle are subgame perfect in their periods; ``periods`` remembers these by what follows is worth."""
    formula = before
    for state in circle:
        if formula == FALSE:
            break
        key = what_follows(setting.markov, state, partial)
        if key not in periods:
            stage = replace(setting, posed=setting.markov.continued(state, partial.values))
            listed = periods[key] = {}
            for outcome in all_outcomes(stage, check, pure=True)[0]:
                listed[outcome.path] = disjunction([listed.get(outcome.path, FALSE), outcome.formula])
        formula = conjunction([formula, periods[key].get(partial.paths[state], FALSE)])
    return formula


def _outcome(setting: Setting, partial: Partial, formula: Formula) -> Outcome:
    game = setting.markov
    said = [
        (label, action, game.arithmetic.number(1))
        for state in range(len(game.states))
        for label, action in _on(game, state, partial.paths[state])
    ]
    return _told(setting, tuple(partial.values[:, game.start]), formula, said, partial.paths)


def _told(
    setting: Setting,
    worth: tuple[Any, ...],
    formula: Formula,
    said: Sequence[Said],
    paths: Mapping[int, Path],
) -> Outcome:
    event = Event(setting, paths).likely() if setting.markov.event is not None else None
    return Outcome((), (), worth, formula, tuple(dict.fromkeys(said)), event)


def _on(game: MarkovGame, state: int, path: Path) -> Iterator[tuple[str, str]]:
    """The information sets, with the state, and the actions on a path."""
    form = game.stages[state].form
    for z, _ in path:
        for slot in form.path(int(form.terminals[z])):
            information_set = form.information_sets[int(form.set_of_slot[slot])]
            if information_set.player != CHANCE:
                yield game.label_in(state, information_set.label), form.action_of_slot[slot]


# --- randomisation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stationary:
    """Outcomes of stationary equilibria, randomisation included; ``ties`` : where a lottery that a tie leaves open adds equilibria that have
    the event (``some``), and such as miss it (``missed``); ``beyond`` : where supports that were not followed may add such.
    """

    outcomes: list[Outcome]
    ties: Mapping[Side, Formula]
    beyond: Mapping[Side, Formula]

    @property
    def unfollowed(self) -> Formula:
        """Where there may be equilibria that are not among the outcomes."""
        return disjunction([*self.ties.values(), *self.beyond.values()])


@dataclass(frozen=True, slots=True, eq=False)
class _Played:
    """What is played in the circles looked at so far, and the formula under which it is an equilibrium of them."""

    values: Mapping[tuple[int, int], Any]
    paths: Mapping[int, Path]
    said: tuple[Said, ...]
    formula: Formula


_KNOWN: WeakKeyDictionary[Setting, Stationary] = WeakKeyDictionary()


def stationary(setting: Setting, check: Check) -> Stationary:
    """All that can be played by stationary equilibria, as far as unknowns can be removed one after the other (`solvers.markov.mixed`).

    Raises CouldNotFinish if there is too much of it.
    """
    if setting not in _KNOWN:
        _KNOWN[setting] = _stationary(setting, check)
    return _KNOWN[setting]


def _stationary(setting: Setting, check: Check) -> Stationary:
    game = setting.markov
    domain = setting.functions.to_domain()
    found = [_Played({}, {}, (), TRUE)]
    beyond: dict[Side, list[Formula]] = {"some": [], "missed": []}
    ties: dict[Side, list[Formula]] = {"some": [], "missed": []}
    order, zeros = circles(game), _Zeros(setting)
    for circle in order:
        here: dict[Any, list[_Played]] = {}
        for before in found:
            for one in mixed(game, circle, before.values, domain, check):
                formula = conjunction([before.formula, _asked(setting, one)])
                if formula == FALSE and not one.divisors:
                    continue
                played = _with(setting, before, circle, one, formula)
                vanishing = disjunction(zeros.of(divisor) for divisor in one.divisors)
                # Only where play does not come back later the event is that of these supports.
                likely = (
                    Event(setting, played.paths).likely() if circle == order[-1] and game.event is not None else None
                )
                doubtful = conjunction([before.formula, vanishing])
                stands = conjunction([formula, negation(vanishing)])
                if one.is_followed:
                    own = replace(played, formula=stands)
                    if own.formula != FALSE:
                        here.setdefault((*own.values.values(), *own.paths.items(), own.said), []).append(own)
                elif one.leaves_open is not None and circle == order[-1]:
                    _add(ties, conjunction([stands, _for_some_lottery(setting, one.leaves_open)]), likely)
                else:
                    doubtful = disjunction([doubtful, formula])
                _add(beyond, doubtful, likely)
        found = [replace(same[0], formula=disjunction(p.formula for p in same)) for same in here.values()]
        if len(found) > MOST_EQUILIBRIA:
            what = (
                f"there are more than {MOST_EQUILIBRIA:,} ways to play in the states {game.states[circle[0]]} and later"
            )
            raise could_not_finish("condition", what, "hold parameters at numbers (--set), or solve at points")
    players = range(len(game.players))
    told = [_told(setting, tuple(p.values[i, game.start] for i in players), p.formula, p.said, p.paths) for p in found]
    return Stationary(told, *({side: disjunction(parts) for side, parts in sides.items()} for sides in (ties, beyond)))


def _add(sides: Mapping[Side, list[Formula]], formula: Formula, likely: Formula | None) -> None:
    """Add where equilibria are to where there are such as have the event, and such as miss it (either, if it is not known which)."""
    sides["some"].append(conjunction([formula, TRUE if likely is None else likely]))
    sides["missed"].append(conjunction([formula, TRUE if likely is None else negation(likely)]))


def _for_some_lottery(setting: Setting, gains: Sequence[tuple[Any, Any]]) -> Formula:
    """Where some probability strictly between 0 and 1 leaves nobody a gain, each being ``start + slope*probability``.

    Where there is one, they fill an interval that is open at 0 and 1 alone: just above 0 will do, or the probability at which one gain
    vanishes.
    """
    just_above = conjunction(
        disjunction(
            [
                setting.compare(start, "<", MAY_NOT_GAIN),
                conjunction([setting.compare(start, "==", MAY_NOT_GAIN), setting.compare(slope, "<=", MAY_NOT_GAIN)]),
            ]
        )
        for start, slope in gains
    )
    roots = [-start / slope for start, slope in gains if slope != 0]
    at_roots = (
        conjunction(
            [
                negation(setting.compare(slope, "==", MIXES)),
                setting.compare(p, ">", MIXES),
                setting.compare(1 - p, ">", MIXES),
                *(setting.compare(begin + rise * p, "<=", MAY_NOT_GAIN) for begin, rise in gains),
            ]
        )
        for p, (_, slope) in zip(roots, ((s, r) for s, r in gains if r != 0), strict=True)
    )
    return disjunction([just_above, *at_roots])


class _Zeros:
    """Where divisors vanish; FALSE for those of which it is proved that they do not."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.known: dict[Any, Formula] = {}

    def of(self, divisor: Any) -> Formula:
        """Where a divisor is zero."""
        if divisor not in self.known:
            formula = self.setting.compare(divisor, "==", "where other equations decide")
            ground = self.setting.ground
            self.known[divisor] = FALSE if find(ground, ground.number(formula)).is_proved else formula
        return self.known[divisor]


def _asked(setting: Setting, one: Mixed) -> Formula:
    """Where what is known of a combination of supports does not speak against it."""
    parts = [setting.compare(value, "==", INDIFFERENT) for value in one.must_vanish]
    parts += [setting.compare(p, ">", MIXES) for p in one.must_be_positive]
    for (state, s), taken, other, gain in one.must_not_gain:
        form = setting.markov.stages[state].form
        player = setting.players[form.information_sets[s].player]
        action = form.action_of_slot
        reason = Reason(player, said(form, taken, action[taken]), said(form, other, action[other]), brief=action[other])
        parts.append(setting.compare(gain, "<=", reason))
    for corners in one.some_at_most_zero:
        parts.append(disjunction(setting.compare(corner, "<=", MAY_NOT_GAIN) for corner in corners))
    return conjunction(parts)


def _with(setting: Setting, before: _Played, circle: Sequence[int], one: Mixed, formula: Formula) -> _Played:
    """What was played before with what is in a circle."""
    game = setting.markov
    paths, lines = dict(before.paths), list(before.said)
    for state in circle:
        form = game.stages[state].form
        on = {slot for (where, _), support in one.supports.items() if where == state for slot in support}
        paths[state] = tuple(_chances(game, state, on))
        for label, action in dict.fromkeys(_on(game, state, paths[state])):
            slot = next(
                k for k in on if (game.label_in(state, _label(form, k)), form.action_of_slot[k]) == (label, action)
            )
            lines.append((label, action, one.probabilities[state, slot]))
    return _Played({**before.values, **one.values}, paths, tuple(lines), formula)


def _label(form: Form, slot: int) -> str:
    return form.information_sets[int(form.set_of_slot[slot])].label


def _chances(game: MarkovGame, state: int, on: set[int]) -> Iterator[tuple[int, Any]]:
    """The histories of a period that players may take, with how likely chance is to let them."""
    stage = game.stages[state]
    form = stage.form
    for z, history in enumerate(form.terminals.tolist()):
        slots = form.path(history)
        if all(slot in on or form.player_of_slot[slot] == CHANCE for slot in slots):
            p = prod((stage.chance[slot] for slot in slots if slot not in on), start=game.arithmetic.number(1))
            if p != 0:
                yield z, p


# --- the event -------------------------------------------------------------------------------------------------------------


class Event:
    """Where the event of interest has positive probability, paths being given in every state.

    A period of a state ends in one of its path's histories; a *step* leads from there to a state, or to the end.
    """

    def __init__(self, setting: Setting, paths: Mapping[int, Path]) -> None:
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
