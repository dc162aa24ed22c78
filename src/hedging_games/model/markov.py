"""From a model over time to the periods of its states, and to a game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hedging_games.algebra.arithmetic import Arithmetic
from hedging_games.algebra.evaluation import compiled, evaluate
from hedging_games.errors import InputError, Problem, could_not_finish, input_error
from hedging_games.games.markov import MarkovGame
from hedging_games.model.declarations import Course, Decision, Grid, PathEvent, happening_formula
from hedging_games.model.grids import grid_values
from hedging_games.model.histories import Scope
from hedging_games.model.moves import State
from hedging_games.model.play import Unrolled, unroll

MOST_STATES = 2_000
"""States that a game over time may have."""

MOST_PERIODS = 1_000
"""Periods that a horizon may have."""

ONLY_STATE = "every period"
"""How the state of a game without state variables is called."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The states that can be reached, the first one first, with the period written out in each of them; the words for the values
    of each state variable; the horizon.
    """

    states: tuple[State, ...]
    names: tuple[str, ...]
    unrolled: tuple[Unrolled, ...]
    labels: Mapping[str, tuple[str, ...]]
    horizon: int | None


def periods(model: Any, structural: Mapping[str, Fraction]) -> Periods:
    """A model over time written out at given numbers of its structural parameters.

    Raises
    ------
    InputError
        With all that is wrong in any state.
    CouldNotFinish
        If there are too many states.
    """
    course: Course = model.course
    scope = model.scope(structural)
    hedge = None if model.hedge is None else happening_formula(model.hedge)
    found: dict[State, Unrolled] = {}
    problems: dict[Problem, None] = {}
    waiting = [_start(course, scope)]
    while waiting:
        state = waiting.pop(0)
        if state in found:
            continue
        if len(found) == MOST_STATES:
            raise could_not_finish(
                "state", f"there are more than {MOST_STATES:,} states", "shorten a range of the state"
            )
        unrolled = unroll(model.names, model.payoffs, hedge, structural, course, state)
        problems |= dict.fromkeys(unrolled.problems)
        if not unrolled.problems:
            unrolled.form.check()
        found[state] = unrolled
        assert unrolled.targets is not None
        waiting += [target for targets in unrolled.targets for target in targets]
    if problems:
        raise InputError(*problems)
    labels = {name: _labels(variable, scope) for name, variable in course.state.items()}
    names = tuple(_name(state, labels, course) for state in found)
    return Periods(tuple(found), names, tuple(found.values()), labels, _horizon(course, scope))


def _labels(variable: Decision, scope: Scope) -> tuple[str, ...]:
    return tuple(map(str, grid_values(variable, scope))) if isinstance(variable.choice, Grid) else variable.labels


def _name(state: State, labels: Mapping[str, Sequence[str]], course: Course) -> str:
    """``open``, ``k=2``, or with several variables ``open, k=2``."""
    words = [
        f"{name}={labels[name][int(value or 0)]}"
        if isinstance(course.state[name].choice, Grid)
        else labels[name][int(value or 0)]
        for name, value in zip(course.state, state, strict=True)
    ]
    return ", ".join(words) or ONLY_STATE


def _start(course: Course, scope: Scope) -> State:
    found = []
    for name, variable in course.state.items():
        value = course.start[name]
        if isinstance(value, str):
            found.append(variable.labels.index(value))
            continue
        number, values = evaluate(value, scope), grid_values(variable, scope)
        if number not in values:
            what = f"'{name}' starts at {number}, which is not among its values {values[0]} to {values[-1]}"
            raise InputError(Problem("start", what, "start at one of them", value.where))
        found.append(values.index(number))
    return tuple(found)


def _horizon(course: Course, scope: Scope) -> int | None:
    if course.horizon is None:
        return None
    number: Fraction = evaluate(course.horizon, scope)
    if number.denominator != 1 or not 1 <= number <= MOST_PERIODS:
        what = f"the horizon is {number} periods"
        raise InputError(
            Problem("horizon", what, f"give a whole number from 1 to {MOST_PERIODS:,}", course.horizon.where)
        )
    return int(number)


def markov_game(
    model: Any,
    found: Periods,
    values: Mapping[str, Any],
    arithmetic: Arithmetic,
    shown: Mapping[str, Any],
    notes: tuple[str, ...],
) -> MarkovGame:
    """The game over time whose parameters are worth ``values``.

    Raises InputError for a probability below zero, and for a discount that is not below 1.
    """
    course: Course = model.course
    place = {state: k for k, state in enumerate(found.states)}
    stages, tables = [], []
    for unrolled in found.unrolled:
        stage, odds = model.filled(unrolled, values, arithmetic, shown, ())
        assert unrolled.targets is not None
        table = arithmetic.zeros((len(unrolled.targets), len(place)))
        following = iter(odds)
        for z, targets in enumerate(unrolled.targets):
            for target in targets:
                table[z, place[target]] = next(following)
        if arithmetic.name != "symbolic" and (table < 0).any():
            what = f"a probability of what the state becomes is {table.min()}, below 0"
            raise input_error("parameter", what, "keep the probabilities in 'next' from 0 to 1", _first_lottery(course))
        stages.append(stage)
        tables.append(table)
    event = model.hedge.when if isinstance(model.hedge, PathEvent) else None
    return MarkovGame(
        tuple(model.players),
        found.names,
        tuple(stages),
        tuple(tables),
        tuple(_discount(model, player, values, arithmetic, found.horizon) for player in model.players),
        0,
        event,
        found.horizon,
        arithmetic,
        model.title,
        model.name,
        shown,
        notes,
        model.concept,
        frozenset(k for k, player in enumerate(model.players.values()) if player.myopic),
        {decision.name: decision.even for decision in model.decisions.values() if decision.even},
        course.sustained,
        model.source,
    )


def _first_lottery(course: Course) -> Any:
    for row in course.transitions:
        for draw in (row.to or {}).values():
            if len(draw) > 1:
                return draw[0][1].where
    return None


def _discount(model: Any, player: str, values: Mapping[str, Any], arithmetic: Arithmetic, horizon: int | None) -> Any:
    formula = model.course.discounts[player]
    found = compiled(formula)(model.scope(values), frozenset())
    number = arithmetic.number(found)
    if arithmetic.name == "symbolic":
        return number
    if number < 0 or number > 1 or (number == 1 and horizon is None):
        what = f"the discount of {player} is {number}"
        raise input_error("parameter", what, "keep it from 0 to below 1", formula.where)
    return number
