"""From a model with continuous choices to its tree, at a point or with parameters left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.evaluation import Evaluator, compiled, evaluate
from hedging_games.algebra.expressions.expression import Condition, Expression, Formula
from hedging_games.algebra.polynomials import primitive_terms, terms_of
from hedging_games.errors import ExpressionError, could_not_finish, input_error
from hedging_games.games.continuous import (
    Cases,
    Choose,
    Decide,
    End,
    Guard,
    Lot,
    Node,
    Stage,
    Together,
    Uniform,
)
from hedging_games.model.branches import Open, Script, branches
from hedging_games.model.declarations import Continuum, Decision, Grid, Lottery, Payoffs, Table
from hedging_games.model.grids import grid_values
from hedging_games.model.histories import Scope
from hedging_games.model.knowledge import as_known
from hedging_games.model.names import Names

MOST_NODES = 20_000
"""Nodes a tree may have."""


def continuous_choices(decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """The names of the decisions whose value is any number of an interval, chosen or drawn, in the order of play."""
    return tuple(name for name, decision in decisions.items() if isinstance(decision.choice, Continuum))


def tree(names: Names, payoffs: Payoffs, hedge: Condition | None, values: Mapping[str, Any], field: Any) -> Node:
    """The tree of a model, its parameters being worth ``values`` (numbers, or elements of ``field``).

    Raises
    ------
    InputError
        For games that this form does not hold: choices, or numbers drawn by chance, that are seen only in part; and for a number
        drawn between ends that are not in order.
    CouldNotFinish
        If the tree is too large.
    """
    return _Builder(names, payoffs, hedge, values, field).node(0, frozenset(), {})


class _Builder:
    def __init__(
        self, names: Names, payoffs: Payoffs, hedge: Condition | None, values: Mapping[str, Any], field: Any
    ) -> None:
        self.names = names
        self.values = values
        self.field = field
        self.generators = dict(zip(map(str, field.symbols), field.gens, strict=True))
        self.decisions = as_known(names)
        self.lets = {name: compiled(expression) for name, expression in names.lets.items() if expression is not None}
        self.table = payoffs if isinstance(payoffs, Table) else None
        self.payoffs = None if isinstance(payoffs, Table) else [compiled(payoffs[player]) for player in names.players]
        self.hedge = None if hedge is None else compiled(hedge)
        self.compiled: dict[Formula, Evaluator] = {}
        self.count = 0
        self.signs: dict[Any, frozenset[int]] = {}
        self.box = tuple(self._range(str(symbol)) for symbol in field.symbols)

    # --- formulas ----------------------------------------------------------------------------------------------------------

    def branches(self, formulas: Sequence[Evaluator], happened: frozenset[str], chosen: Mapping[str, Any]) -> Any:
        """The values of formulas after a history, for every way in which their comparisons can turn out."""

        def values(script: Script) -> tuple[Any, ...]:
            base = {name: self._opened(value, script) for name, value in self.values.items()}
            passed_over: dict[str, Any] = dict.fromkeys(self.names.numbers, Fraction(0))
            own = {name: self._opened(value, script) for name, value in chosen.items()}
            scope = Scope(passed_over | own, base, self.lets, happened)
            return tuple(self._closed(formula(scope, happened)) for formula in formulas)

        return branches(values, self._signs)

    def _signs(self, polynomial: Any) -> frozenset[int]:
        """The signs that a polynomial can have while parameters and choices are in their ranges."""
        if polynomial not in self.signs:
            values = enclose(primitive_terms(terms_of(polynomial)), self.box)
            excluded = {-1} if values.nonnegative else {1} if values.nonpositive else set()
            excluded |= {0} if values.positive or values.negative else set()
            self.signs[polynomial] = frozenset({-1, 0, 1} - excluded)
        return self.signs[polynomial]

    def _range(self, name: str) -> Interval:
        """The declared range of a parameter, or that of a choice between numbers; else the whole line."""
        if name in self.names.parameters:
            r = self.names.parameters[name].range
            return Interval(r.low, r.high, not r.low_open, not r.high_open)
        choice = self.names.decisions[name].choice
        assert isinstance(choice, Continuum)
        numbers = {name: value for name, value in self.values.items() if isinstance(value, (int, Fraction))}
        try:
            low, high = (evaluate(end, Scope({}, numbers, self.lets, frozenset())) for end in (choice.low, choice.high))
        except ExpressionError:
            return Interval(None, None)
        return Interval(Fraction(low), Fraction(high))

    def _opened(self, value: Any, script: Script) -> Any:
        return value if isinstance(value, (int, Fraction)) else Open(value, script)

    def _closed(self, value: Any) -> Any:
        """A result as an element of the field, or a truth value."""
        if isinstance(value, Open):
            return value.value
        if isinstance(value, bool):
            return value
        exact = Fraction(value)
        return self.field.ground_new(self.field.domain(exact.numerator, exact.denominator))

    def _by_cases(
        self,
        formulas: Sequence[Expression],
        happened: frozenset[str],
        chosen: Mapping[str, Any],
        made: Callable[[Guard, tuple[Any, ...]], Node],
    ) -> Node:
        """A node made from the values of formulas, apart for every way in which their comparisons can turn out."""
        found = self.branches([self._compiled(formula) for formula in formulas], happened, chosen)
        return _joined([(guard, made(guard, values)) for guard, values in found])

    def _compiled(self, formula: Formula) -> Evaluator:
        if formula not in self.compiled:
            self.compiled[formula] = compiled(formula)
        return self.compiled[formula]

    # --- nodes ---------------------------------------------------------------------------------------------------------------

    def node(self, number: int, happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        """What follows from a decision on."""
        self.count += 1
        if self.count > MOST_NODES:
            raise could_not_finish("play", f"the tree has more than {MOST_NODES:,} nodes", "leave decisions out")
        if number == len(self.decisions):
            return self._end(happened, chosen)
        decision = self.decisions[number]
        if decision.when is not None:
            found = self.branches([self._compiled(decision.when)], happened, chosen)
            return _joined(
                [
                    (guard, self._taken(number, happened, chosen) if on else self.node(number + 1, happened, chosen))
                    for guard, (on,) in found
                ]
            )
        return self._taken(number, happened, chosen)

    def _taken(self, number: int, happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        decision = self.decisions[number]
        match decision.choice:
            case Continuum() if decision.player is None:
                return self._draw(number, happened, chosen)
            case Continuum():
                return self._numbers(self._group(number), happened, chosen)
            case Lottery(labels, probabilities):

                def lot(_: Guard, odds: tuple[Any, ...]) -> Node:
                    nodes = tuple(self._after(number, a, happened, chosen) for a in range(len(labels)))
                    return Lot(decision.name, labels, odds, nodes)

                return self._by_cases(probabilities, happened, chosen, lot)
            case Grid() if decision.player is None:
                labels = self._labels(number)
                share = self._closed(Fraction(1, len(labels)))
                nodes = tuple(self._after(number, a, happened, chosen) for a in range(len(labels)))
                return Lot(decision.name, labels, (share,) * len(labels), nodes)
            case _:
                group = self._group(number)
                self._refuse_hidden(group, happened, chosen)
                if len(group) > 1:
                    return self._stage(group, happened, chosen)
                nodes = tuple(self._after(number, a, happened, chosen) for a in range(len(self._labels(number))))
                return Decide(self._player(decision), decision.name, self._labels(number), nodes)

    def _draw(self, number: int, happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        """A number drawn by chance."""
        decision = self.decisions[number]
        assert isinstance(decision.choice, Continuum)
        value = {**chosen, decision.name: self.generators[decision.name]}

        def draw(guard: Guard, ends: tuple[Any, ...]) -> Node:
            low, high = ends
            if not guard:  # else comparisons may not be able to turn out like this together: see `Draw`
                _refuse_order(decision, low, high)
            return Uniform(decision.name, low, high, self.node(number + 1, happened, value), decision.where)

        return self._by_cases([decision.choice.low, decision.choice.high], happened, chosen, draw)

    def _player(self, decision: Decision) -> int:
        assert decision.player is not None
        return list(self.names.players).index(decision.player)

    def _labels(self, number: int) -> tuple[str, ...]:
        decision = self.decisions[number]
        return tuple(map(str, self._grid(decision))) if isinstance(decision.choice, Grid) else decision.labels

    def _grid(self, decision: Decision) -> tuple[Fraction, ...]:
        numbers = {name: value for name, value in self.values.items() if isinstance(value, (int, Fraction))}
        return grid_values(decision, Scope({}, numbers, self.lets, frozenset()))

    def _after(self, number: int, action: int, happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        return self.node(number + 1, *self._took(number, action, happened, chosen))

    def _took(
        self, number: int, action: int, happened: frozenset[str], chosen: Mapping[str, Any]
    ) -> tuple[frozenset[str], Mapping[str, Any]]:
        decision = self.decisions[number]
        if isinstance(decision.choice, Grid):
            return happened, {**chosen, decision.name: self._grid(decision)[action]}
        label = decision.labels[action]
        return happened | {label, f"{decision.name}.{label}"}, chosen

    # --- what is known -----------------------------------------------------------------------------------------------------

    def _refuse_hidden(self, group: Sequence[int], happened: frozenset[str], chosen: Mapping[str, Any]) -> None:
        """Whoever decides knows all that went before, or the tree is not the game."""
        before = self.decisions[: group[0]]
        for decision, earlier in product((self.decisions[k] for k in group), before):
            if earlier.name not in decision.sees and self._hides(earlier, decision, happened, chosen):
                raise input_error("play", *_hidden(decision, earlier, before if len(group) > 1 else ()), decision.where)

    def _hides(
        self, earlier: Decision, decision: Decision, happened: frozenset[str], chosen: Mapping[str, Any]
    ) -> bool:
        """Whether, where a decision is reached, something else could have been done in an earlier one."""
        if not earlier.labels:
            return earlier.name in chosen
        names = {label: {label, f"{earlier.name}.{label}"} for label in earlier.labels}
        done = next((label for label, words in names.items() if words <= happened), None)
        if done is None:
            return False
        others = [(happened - names[done]) | words for label, words in names.items() if label != done]
        if decision.when is None:
            return bool(others)
        when = self._compiled(decision.when)
        return any(on for other in others for _, (on,) in self.branches([when], other, chosen))

    # --- moves at once -------------------------------------------------------------------------------------------------------

    def _group(self, number: int) -> list[int]:
        """The decisions taken at once with one: those that follow directly and see none of them."""
        first = self.decisions[number]
        group = [number]
        while group[-1] + 1 < len(self.decisions):
            following = self.decisions[group[-1] + 1]
            inside = {self.decisions[k].name for k in group}
            if following.player is None or set(following.sees) & inside or following.when != first.when:
                break
            group.append(group[-1] + 1)
        return group

    def _numbers(self, group: Sequence[int], happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        """Numbers chosen at once, or one alone."""
        deciding = [self.decisions[k] for k in group]
        self._refuse_mixture(deciding)
        self._refuse_hidden(group, happened, chosen)
        values = {decision.name: self.generators[decision.name] for decision in deciding}

        def numbers(_: Guard, ends: tuple[Any, ...]) -> Node:
            following = self.node(group[-1] + 1, happened, {**chosen, **values})
            choices = tuple(
                Choose(self._player(decision), decision.name, low, high, following, decision.where)
                for decision, low, high in zip(deciding, ends[::2], ends[1::2], strict=True)
            )
            return choices[0] if len(choices) == 1 else Together(choices)

        ends = [end for d in deciding if isinstance(d.choice, Continuum) for end in (d.choice.low, d.choice.high)]
        return self._by_cases(ends, happened, chosen, numbers)

    def _refuse_mixture(self, deciding: Sequence[Decision]) -> None:
        """At once either actions are taken or numbers chosen, each by another player."""
        players = {decision.player for decision in deciding}
        if len(players) < len(deciding) or len({isinstance(d.choice, Continuum) for d in deciding}) > 1:
            raise input_error(
                "play",
                f"'{deciding[-1].name}' does not see '{deciding[0].name}', which is not solved beside continuous choices",
                "write sees: all",
                deciding[-1].where,
            )

    def _stage(self, group: Sequence[int], happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        deciding = [self.decisions[k] for k in group]
        self._refuse_mixture(deciding)
        movers = tuple(self._player(decision) for decision in deciding)
        labels = tuple(self._labels(k) for k in group)
        nodes: dict[tuple[int, ...], Node] = {}

        def fill(taken: tuple[int, ...], events: frozenset[str], numbers: Mapping[str, Any]) -> None:
            if len(taken) == len(group):
                nodes[taken] = self.node(group[-1] + 1, events, numbers)
                return
            for action in range(len(labels[len(taken)])):
                fill((*taken, action), *self._took(group[len(taken)], action, events, numbers))

        fill((), happened, chosen)
        return Stage(movers, tuple(d.name for d in deciding), labels, nodes)

    # --- ends ----------------------------------------------------------------------------------------------------------------

    def _end(self, happened: frozenset[str], chosen: Mapping[str, Any]) -> Node:
        event: tuple[Guard, ...] = ((),)
        if self.hedge is not None:
            event = tuple(guard for guard, (on,) in self.branches([self.hedge], happened, chosen) if on)
        found = self.branches(self._payoffs(happened, chosen), happened, chosen)
        return _joined([(guard, End(worth, event)) for guard, worth in found])

    def _payoffs(self, happened: frozenset[str], chosen: Mapping[str, Any]) -> Sequence[Evaluator]:
        if self.payoffs is not None:
            return self.payoffs
        assert self.table is not None
        matching = [
            row
            for row in self.table.rows
            if any(on for _, (on,) in self.branches([self._compiled(row.at)], happened, chosen))
        ]
        if len(matching) != 1:
            raise input_error(
                "payoff",
                f"{len(matching)} rows give payoffs for an outcome",
                "let exactly one row match it, whatever numbers are chosen",
                (matching or self.table.rows)[-1].where,
            )
        return [self._compiled(matching[0].payoffs[player]) for player in self.names.players]


def _refuse_order(decision: Decision, low: Any, high: Any) -> None:
    """Numbers from which chance draws are in order."""
    gap = high - low
    if gap.numer.is_ground and gap.denom.is_ground and not (gap and gap.numer.LC / gap.denom.LC > 0):
        assert isinstance(decision.choice, Continuum)
        raise input_error(
            "play",
            f"chance draws '{decision.name}' from {low} to {high}",
            "let the lower end be below the upper one",
            decision.choice.low.where or decision.where,
        )


def _joined(cases: Sequence[tuple[Guard, Node]]) -> Node:
    return cases[0][1] if len(cases) == 1 else Cases(tuple(cases))


def _hidden(decision: Decision, earlier: Decision, seen_at_once: Sequence[Decision]) -> tuple[str, str]:
    """That a decision does not see an earlier one, and the remedy; ``seen_at_once`` : what several who decide at once have to see."""
    if earlier.player is None and isinstance(earlier.choice, Continuum):
        what = f"'{decision.name}' does not see the number '{earlier.name}' that chance draws, which somebody else knows by then"
        return what, "write sees: all, or make it one of finitely many numbers: --levels 11, model.on_grid(11)"
    if not seen_at_once:
        return (
            f"'{decision.name}' does not see '{earlier.name}', which is not solved beside continuous choices",
            "write sees: all",
        )
    where = (
        "where numbers are chosen at once" if isinstance(decision.choice, Continuum) else "beside continuous choices"
    )
    remedy = f"write sees: [{', '.join(other.name for other in seen_at_once)}]"
    return f"'{decision.name}' does not see '{earlier.name}', which is not solved {where}", remedy
