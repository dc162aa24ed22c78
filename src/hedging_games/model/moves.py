"""Where play goes on after each outcome of a period: the rows of ``next``, written out in one state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias

from hedging_games.algebra.evaluation import compiled, evaluate
from hedging_games.algebra.expressions.expression import Expression, Sum
from hedging_games.algebra.identity import vanishing
from hedging_games.algebra.program import Value
from hedging_games.errors import Problem
from hedging_games.model.declarations import Course, Draw, Transition
from hedging_games.model.histories import Path, Scope, Walk

MOST_PROBLEMS = 10
"""Outcomes named where rows miss or repeat some."""

State: TypeAlias = Path
"""The values of the state variables, by their numbers."""


@dataclass(frozen=True, slots=True)
class Moves:
    """By terminal history of a period: the states in which play may go on with how likely each is (none: play ends there), and what
    an end is worth to each player.
    """

    targets: tuple[tuple[State, ...], ...]
    odds: tuple[Value, ...]
    worth: tuple[tuple[Value, ...], ...]
    problems: tuple[Problem, ...]


def moves(walk: Walk, course: Course) -> Moves:
    """The moves after every terminal history of a walk, ``odds`` one after the other; outcomes that meet no row, or two, and
    probabilities that do not sum to one whatever the open parameters are, are problems.
    """
    return _Writer(walk, course).moves()


class _Writer:
    def __init__(self, walk: Walk, course: Course) -> None:
        self.walk = walk
        self.course = course
        self.conditions = [None if row.at is None else compiled(row.at) for row in course.transitions]
        self.problems: list[Problem] = []
        self.sums: list[tuple[Value, Problem]] = []

    def moves(self) -> Moves:
        targets, worth = [], []
        odds: list[Value] = []
        for end, (path, happened, _) in enumerate(self.walk.ends):
            scope = self.walk.scope_at(end)
            matching = [k for k, c in enumerate(self.conditions) if c is None or c(scope, happened)]
            row = self.course.transitions[matching[0]] if len(matching) == 1 else None
            if row is None and len(self.problems) < MOST_PROBLEMS:
                self.problems.append(self._row_problem(path, matching))
            going = self._going(row, scope) if row is not None and row.to is not None else {}
            targets.append(tuple(going))
            odds += going.values()
            worth.append(self._worth(row, scope))
        return Moves(
            tuple(targets), tuple(odds), tuple(worth), tuple(dict.fromkeys([*self.problems, *self._sum_problems()]))
        )

    def _worth(self, row: Transition | None, scope: Scope) -> tuple[Value, ...]:
        given = {} if row is None else row.worth
        return tuple(
            self._value(given[player], scope) if player in given else Fraction(0) for player in self.walk.names.players
        )

    def _value(self, formula: Expression, scope: Scope) -> Any:
        return evaluate(formula, scope, scope.happened)

    def _going(self, row: Transition, scope: Scope) -> dict[State, Value]:
        """The states that a row leads to, with their probabilities: variables are drawn independently."""
        assert row.to is not None
        names = self.walk.names.state
        stays = zip(names, self.walk.state, strict=True)
        drawn = [
            self._drawn(name, row.to[name], scope) if name in row.to else [(old, Fraction(1))] for name, old in stays
        ]
        found: dict[State, Value] = {}
        for combination in product(*drawn):
            state = tuple(value for value, _ in combination)
            p: Value = Fraction(1)
            for _, q in combination:
                p = p * q
            found[state] = found[state] + p if state in found else p
        return {state: p for state, p in found.items() if not (isinstance(p, Fraction) and p == 0)}

    def _drawn(self, name: str, draw: Draw, scope: Scope) -> list[tuple[int | None, Value]]:
        number = self.walk.names.state.index(name)
        found: list[tuple[int | None, Value]] = []
        total: Value = Fraction(-1)
        for value, probability in draw:
            p = self._value(probability, scope)
            total = total + p
            place = self._place(number, name, value, scope)
            if place is not None:
                found.append((place, p))
        self._note_sum(name, draw, total)
        return found

    def _place(self, number: int, name: str, value: str | Expression, scope: Scope) -> int | None:
        """The number of a value among those of its variable."""
        if isinstance(value, str):
            return self.walk.actions[number].index(value)
        exact = self._value(value, scope)
        values = self.walk.values[number]
        if exact in values:
            return values.index(exact)
        here = ", ".join(self.walk.word(k, v) for k, v in enumerate(self.walk.state) if v is not None)
        what = f"'{name}' becomes {exact} after {here}, which is not among its values {values[0]} to {values[-1]}"
        self.problems.append(Problem("next", what, "widen its range, or let the row hold elsewhere only", value.where))
        return None

    # --- what can be wrong -------------------------------------------------------------------------------------------------

    def _row_problem(self, path: Path, matching: Sequence[int]) -> Problem:
        taken = [self.walk.word(k, action) for k, action in enumerate(path) if action is not None]
        outcome = ", ".join(taken) or "of a period"
        rows = self.course.transitions
        if not matching:
            pattern = " and ".join(word.replace("=", " == ") for word in taken) or "all"
            what = f"no row of 'next' says how play goes on after the outcome {outcome}"
            return Problem("next", what, f"add a row: {{at: {pattern}, to: end}}", rows[-1].where if rows else None)
        first, second = (rows[k].where for k in matching[:2])
        line = f" (line {first.line} does too)" if first is not None else ""
        what = f"this row of 'next' is about the outcome {outcome}, which another one covers{line}"
        return Problem("next", what, "let only one of them match it", second)

    def _note_sum(self, name: str, draw: Draw, total: Value) -> None:
        if isinstance(total, Fraction) and total == 0:
            return
        written = " + ".join(f"({p})" if isinstance(p, Sum) else str(p) for _, p in draw)
        what = f"the probabilities of what '{name}' becomes do not sum to 1 for all parameters: {written}"
        problem = Problem("next", what, "write the last one as 1 minus the others", draw[-1][1].where)
        self.sums.append((total, problem))

    def _sum_problems(self) -> list[Problem]:
        are_zero = vanishing(self.walk.recorder.finish([total for total, _ in self.sums]))
        return [problem for (_, problem), is_zero in zip(self.sums, are_zero, strict=True) if not is_zero]
