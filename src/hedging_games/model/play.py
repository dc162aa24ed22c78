"""From decisions in order to a form, and what each of its ends is worth as one program.

The payoffs at every terminal history are recorded as one straight-line program of the parameters that are still open, in
which everything the history decides has already been put in (`algebra.program`). A term of a payoff that depends on a few
decisions only is recorded once for each combination of their actions, not once for each history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import add
from typing import Final

import numpy as np

from hedging_games.algebra.evaluation import compiled
from hedging_games.algebra.expressions.expression import (
    Condition,
    Expression,
    Formula,
    Negative,
    Sum,
    events_in,
    names_in,
)
from hedging_games.algebra.identity import vanishing
from hedging_games.algebra.program import Program, Value
from hedging_games.errors import Problem
from hedging_games.games.form import CHANCE, Form
from hedging_games.model.declarations import Course, Decision, Lottery, Payoffs, Table
from hedging_games.model.histories import Path, Scope, Walk
from hedging_games.model.moves import State, moves
from hedging_games.model.names import Names, decisions_in

MOST_PROBLEMS: Final = 10
"""Outcomes named when a payoff table misses or repeats some."""

Worth = Callable[[Path, Scope], Value]
"""What a terminal history is worth."""


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A model written out at given numbers of its structural parameters.

    Attributes
    ----------
    form : the histories.
    program : from the open parameters to the payoffs, player by player over the terminal histories, followed by the
        probabilities of chance's slots.
    chance_slots : the slots of chance, in the order in which the program gives their probabilities.
    hedge : shape (Z,), whether the event of interest happens; None where the model names none.
    targets : of one period of play over time, by terminal history the states in which play may go on, whose probabilities come last
        in the program (none: play ends); None for a game that is played once.
    problems : what is wrong with the model at these numbers: outcomes without a payoff or with two, probabilities that
        do not sum to one whatever the open parameters are, players who forget what they knew.
    """

    form: Form
    program: Program
    chance_slots: np.ndarray
    hedge: np.ndarray | None
    problems: tuple[Problem, ...]
    targets: tuple[tuple[State, ...], ...] | None = None


def unroll(
    names: Names,
    payoffs: Payoffs,
    hedge: Condition | None,
    structural: Mapping[str, Fraction],
    course: Course | None = None,
    state: State = (),
) -> Unrolled:
    """A model's form and payoff program, its structural parameters having the given numbers; with a ``course``, those of a period
    in one state.

    Raises
    ------
    ExpressionError
        If a grid is impossible, or a denominator that holds no open parameter is zero.
    CouldNotFinish
        If there are more than `MOST_HISTORIES` histories.
    """
    walk = Walk(names, structural, state)
    walk.run()
    form, place = walk.form()
    problems: list[Problem] = []
    values = _payoffs(walk, payoffs, problems)
    chance_slots: list[int] = []
    sums: list[Value] = []
    for number in sorted(walk.lotteries, key=place.__getitem__):
        chance_slots += form.slots(place[number])
        values += walk.lotteries[number]
        total: Value = Fraction(-1)
        for probability in walk.lotteries[number]:
            total = total + probability
        sums.append(total)
    problems += _sum_problems(walk.recorder.finish(sums), form, names.decisions)
    problems += recall_problems(form, names.decisions)
    targets = None
    if course is not None:
        going = moves(walk, course)
        problems += going.problems
        targets = going.targets
        by_player = [worth for own in zip(*going.worth, strict=True) for worth in own]
        values = [*map(add, values, by_player), *values[len(by_player) :], *going.odds]
    program = walk.recorder.finish(values)
    event = _hedge(walk, hedge)
    return Unrolled(form, program, np.array(chance_slots, dtype=int), event, tuple(problems), targets)


# --- payoffs and the event ---------------------------------------------------------------------------------------------


def _payoffs(walk: Walk, payoffs: Payoffs, problems: list[Problem]) -> list[Value]:
    """Player by player the payoffs at the terminal histories, as far as they are known before the point is."""
    players = walk.names.players
    if isinstance(payoffs, Table):
        rows = _table_rows(walk, payoffs, problems)
        worths = [[_worth(row.payoffs[player], walk) for row in payoffs.rows] for player in players]
    else:
        rows = [0] * len(walk.ends)
        worths = [[_worth(payoffs[player], walk)] for player in players]
    found: list[Value] = []
    scopes = [walk.scope_at(end) for end in range(len(walk.ends))]
    for by_row in worths:
        for row, scope, (path, _, _) in zip(rows, scopes, walk.ends, strict=True):
            found.append(Fraction(0) if row is None else by_row[row](path, scope))
    return found


def _worth(expression: Expression, walk: Walk) -> Worth:
    """An expression at terminal histories, each of its terms remembered by the actions it depends on."""
    signed = [
        (isinstance(term, Negative), _remembered(term.operand if isinstance(term, Negative) else term, walk))
        for term in (expression.terms if isinstance(expression, Sum) else (expression,))
    ]

    def worth(path: Path, scope: Scope) -> Value:
        result: Value = Fraction(0)
        for is_taken_away, term in signed:
            value = term(path, scope)
            result = result - value if is_taken_away else result + value
        return result

    return worth


def _remembered(term: Expression, walk: Walk) -> Worth:
    evaluator = compiled(term)
    relevant = [k for k, decision in enumerate(walk.decisions) if decision.name in _decisions_of(term, walk.names)]
    known: dict[Path, Value] = {}

    def worth(path: Path, scope: Scope) -> Value:
        key = tuple([path[k] for k in relevant])
        if key not in known:
            known[key] = evaluator(scope, scope.happened)
        return known[key]

    return worth


def _decisions_of(formula: Formula, names: Names) -> frozenset[str]:
    """The decisions whose actions a formula depends on."""
    found = {decision for event in events_in(formula) if (decision := names.decision_of(event)) is not None}
    for name in names_in(formula):
        found |= decisions_in(name.name, names) if name.name in names.lets else {name.name} & set(names.decisions)
    return frozenset(found)


def _table_rows(walk: Walk, table: Table, problems: list[Problem]) -> list[int | None]:
    """For each terminal history the row of the table that is about it; None, and a problem, where it is not one row."""
    conditions = [compiled(row.at) for row in table.rows]
    found: list[int | None] = []
    for end, (path, happened, _) in enumerate(walk.ends):
        scope = walk.scope_at(end)
        matching = [k for k, condition in enumerate(conditions) if condition(scope, happened)]
        found.append(matching[0] if len(matching) == 1 else None)
        if len(matching) != 1 and len(problems) < MOST_PROBLEMS:
            problems.append(_table_problem(walk, table, path, matching))
    return found


def _table_problem(walk: Walk, table: Table, path: Path, matching: list[int]) -> Problem:
    taken = [walk.word(k, action) for k, action in enumerate(path) if action is not None]
    outcome = ", ".join(taken)
    if not matching:
        pattern = " and ".join(word.replace("=", " == ") for word in taken)
        what = f"no row gives payoffs for the outcome {outcome}"
        return Problem("payoff", what, f"add a row: at: {pattern}", table.rows[-1].where)
    first, second = (table.rows[k].where for k in matching[:2])
    line = f" (line {first.line} does too)" if first is not None else ""
    what = f"this row gives payoffs for the outcome {outcome}, which another one covers{line}"
    return Problem("payoff", what, "let only one of them match it", second)


def _hedge(walk: Walk, hedge: Condition | None) -> np.ndarray | None:
    """Shape (Z,): whether the event of interest happens."""
    if hedge is None:
        return None
    condition = compiled(hedge)
    found = [condition(walk.scope_at(end), happened) for end, (_, happened, _) in enumerate(walk.ends)]
    return np.array(found, dtype=bool)


# --- what can be wrong ---------------------------------------------------------------------------------------------------


def _sum_problems(sums: Program, form: Form, decisions: Mapping[str, Decision]) -> list[Problem]:
    """The moves of chance whose probabilities do not sum to one identically; ``sums`` gives each sum less 1."""
    found = []
    for s, is_zero in zip(form.sets_of(CHANCE), vanishing(sums), strict=True):
        if not is_zero:
            decision = decisions[form.information_sets[s].decision]
            assert isinstance(decision.choice, Lottery)
            written = " + ".join(f"({p})" if isinstance(p, Sum) else str(p) for p in decision.choice.probabilities)
            what = f"the probabilities of '{decision.name}' do not sum to 1 for all parameters: {written}"
            remedy = "write the last one as 1 minus the others"
            found.append(Problem("play", what, remedy, decision.choice.probabilities[-1].where))
    return list(dict.fromkeys(found))


def recall_problems(form: Form, decisions: Mapping[str, Decision]) -> list[Problem]:
    """The decisions at which a player has forgotten what it did or knew (imperfect recall, Kuhn 1953)."""
    found: dict[str, Problem] = {}
    order = list(decisions)
    for player, name in enumerate(form.players):
        own = form.own_last_slot(player)
        for s in form.sets_of(player):
            decision = decisions[form.information_sets[s].decision]
            if decision.name in found or len(np.unique(own[form.histories_of[s]])) == 1:
                continue
            earlier = [d for d in order[: order.index(decision.name)] if decisions[d].player == name]
            known = {seen for d in earlier for seen in (d, *decisions[d].sees)} | set(decision.sees)
            sees = ", ".join(d for d in order if d in known)
            what = f"at '{decision.name}' {name} has forgotten what {name} did or knew before"
            found[decision.name] = Problem("play", what, f"write sees: [{sees}]", decision.where)
    return list(found.values())
