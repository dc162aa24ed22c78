"""A model's game with its parameters left open, and the ground on which conditions stand: ring, box, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.evaluation import evaluate
from hedging_games.algebra.expressions.expression import And, Comparison, Condition, Not, Or
from hedging_games.algebra.formulas.formula import (
    FALSE,
    TRUE,
    All,
    Atom,
    Formula,
    Reason,
    conjunction,
    disjunction,
    negation,
)
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.pieces import Pieces, pieces_of
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.algebra.polynomials import names_of
from hedging_games.errors import input_error
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame, MarkovGame
from hedging_games.model.model import Model


@dataclass(frozen=True, eq=False)
class Setting:
    """A model, the parameters that are held at numbers, and its symbolic game over the others.

    What is derived holds in the declared ranges; with ``everywhere``, at every point at which there is a game, and each
    comparison keeps the size of what is compared (`formula.Atom.scale`). What was ``compared``, ``factored`` and ``derived`` (outcomes, by
    concept) is remembered.
    """

    model: Model
    fixed: Mapping[str, Fraction]
    posed: AnyGame
    everywhere: bool = False
    compared: dict[Any, Formula] = field(default_factory=dict, repr=False)
    factored: dict[Any, Pieces] = field(default_factory=dict, repr=False)
    derived: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def game(self) -> Game:
        """The symbolic game of a model without continuous choices."""
        assert isinstance(self.posed, Game)
        return self.posed

    @property
    def markov(self) -> MarkovGame:
        """The symbolic game of a model over time."""
        assert isinstance(self.posed, MarkovGame)
        return self.posed

    @property
    def is_listed(self) -> bool:
        """Whether the histories of the game are listed: choices are finite and it is played once."""
        return isinstance(self.posed, Game)

    def with_event(self, model: Model) -> Setting:
        """The setting of the same model with another event, where histories are listed: what is played knows nothing of events."""
        return replace(self, model=model, posed=replace(self.game, hedge=model.unrolled(self.fixed).hedge))

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names, in order."""
        return self.posed.players

    @property
    def is_continuous(self) -> bool:
        """Whether some choices are any number of an interval."""
        return isinstance(self.posed, ContinuousGame)

    @property
    def has_event(self) -> bool:
        """Whether an event of interest is named."""
        return self.model.hedge is not None

    @cached_property
    def ground(self) -> Ground:
        """The declared box with the assumptions, and all that was learned about formulas over it."""
        return Ground(self.whole, self.near, apart=self.is_continuous)

    @property
    def near(self) -> tuple[Fraction, ...]:
        """The baseline's coordinates, moved into the ranges where it lies outside: to an end, or into the middle where that end is open."""
        declared = [self.model.parameters[name] for name in self.names]
        ends = [(p, min(max(p.baseline, p.range.low), p.range.high)) for p in declared]
        return tuple(end if end in p.range else (p.range.low + p.range.high) / 2 for p, end in ends)

    @cached_property
    def functions(self) -> Any:
        """The field of rational functions in the open parameters."""
        if isinstance(self.posed, ContinuousGame):
            from hedging_games.algebra.rational_functions import function_field

            return function_field(self.posed.open_parameters)[0]
        return self.posed.arithmetic.number(0).field

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The open parameters, in the order of the file."""
        return names_of(self.functions.ring)

    @cached_property
    def whole(self) -> System:
        """The declared ranges and the model's assumptions, without further conditions.

        An assumption that joins alternatives is refused, and so is one that the held parameters leave no chance; with ``everywhere`` they
        are left out, as what is derived holds without them.
        """
        written = {c: self.condition(c, split=False) for c in self.model.assumptions}
        for condition, formula in written.items():
            if formula == FALSE and not self.everywhere:
                held = ", ".join(f"{name} = {value}" for name, value in self.fixed.items())
                what = f"the assumption '{condition}' holds nowhere{f' with {held}' if held else ''}"
                raise input_error("assume", what, "hold parameters at numbers for which it can hold", condition.where)
        assumed = conjunction(written.values())
        parts = assumed.parts if isinstance(assumed, All) else (assumed,)
        plain = [part for part in parts if isinstance(part, Atom)]
        if not self.everywhere and any(not isinstance(part, Atom) and part.parts for part in parts):
            raise input_error(
                "assume", "an assumption that joins alternatives by 'or' has no region", "assume one of them"
            )
        return System(self.functions.ring, self.box, (), tuple(part.constraint for part in plain))

    @cached_property
    def box(self) -> tuple[Interval, ...]:
        """The declared ranges of the open parameters (the whole line of each with ``everywhere``)."""
        if self.everywhere:
            return (Interval(None, None),) * len(self.names)
        ranges = (self.model.parameters[name].range for name in self.names)
        return tuple(Interval(r.low, r.high, not r.low_open, not r.high_open) for r in ranges)

    def compare(self, value: Any, relation: str, reason: Reason | str | None = None, *, split: bool = True) -> Formula:
        """``value relation 0`` for a number or rational function; a denominator counts by its sign.

        With ``split``, factors that never change their sign in the box are compared on their own.
        """
        key = (value, relation, (reason, split))
        if key not in self.compared:
            if split and not self.everywhere:
                self.compared[key] = self._taken_apart(self._ratio(value), relation, reason)
            else:
                self.compared[key] = self._whole(prod(self._ratio(value)), relation, reason)
        return self.compared[key]

    def at_least(self, first: Any, second: Any, reason: Reason | str | None = None) -> Formula:
        """``first >= second``; see `order`. A reason learns what the two actions pay."""
        key = (first, ">=", second, reason)
        known = self.compared.get(key)
        if known is None:
            told = replace(reason, pays=(first, second)) if isinstance(reason, Reason) else reason
            known = self.compared[key] = self._whole(self._difference(first, second), ">=", told)
        return known

    def order(self, first: Any, relation: str, second: Any, reason: Reason | str | None = None) -> Formula:
        """``first relation second`` for numbers or rational functions, as they stand: there are many, and deviations are
        read.
        """
        key = (first, relation, second, reason)
        if key not in self.compared:
            self.compared[key] = self._whole(self._difference(first, second), relation, reason)
        return self.compared[key]

    def _difference(self, first: Any, second: Any) -> Any:
        """A polynomial with the sign of a difference."""
        (a, *below_a), (b, *below_b) = self._ratio(first), self._ratio(second)
        if not below_a and not below_b:
            return a - b
        if self.everywhere:
            return prod(self._ratio(first - second))
        # No common factors are sought here: that is dear, and only signs count.
        if below_a == below_b:
            return prod(below_a, start=a - b)
        return (a * prod(below_b) - b * prod(below_a)) * prod(below_a) * prod(below_b)

    def _whole(self, polynomial: Any, relation: str, reason: Reason | str | None) -> Formula:
        """A polynomial compared with zero as it stands."""
        if not polynomial:
            return TRUE if relation in (">=", "==", "<=") else FALSE
        asked = constraint(polynomial, relation, reason)
        if not self.everywhere:
            return conjunction([Atom(asked)])
        scale = abs(polynomial.LC / asked.polynomial.LC)
        return conjunction([Atom(asked, Fraction(int(scale.numerator), int(scale.denominator)))])

    def _taken_apart(self, product: Sequence[Any], relation: str, reason: Reason | str | None) -> Formula:
        """The product of polynomials compared with zero, factors that keep one sign in the box on their own."""
        if not all(product):
            return TRUE if relation in (">=", "==", "<=") else FALSE
        pieces = [self._pieces(polynomial) for polynomial in product]
        rest, steady = (
            prod((p.rest for p in pieces), start=self.functions.ring.one),
            [f for p in pieces for f in p.steady],
        )
        turned = constraint(rest, relation, reason)
        if relation in (">", "<"):
            return conjunction([*(Atom(constraint(f, ">", reason)) for f in steady), Atom(turned)])
        return disjunction([*(Atom(constraint(f, "==", reason)) for f in steady), Atom(turned)])

    def _pieces(self, polynomial: Any) -> Pieces:
        if polynomial not in self.factored:
            self.factored[polynomial] = pieces_of(polynomial, self.box)
        return self.factored[polynomial]

    def _ratio(self, value: Any) -> tuple[Any, ...]:
        """The polynomial that a value is, or the two whose quotient it is."""
        if isinstance(value, (int, Fraction)):
            ring = self.functions.ring
            return (ring.ground_new(ring.domain(value.numerator, value.denominator)),)
        numerator, denominator = value.numer, value.denom
        if not denominator.is_ground:
            return numerator, denominator
        return (numerator if denominator.LC == 1 else numerator.quo_ground(denominator.LC),)

    def condition(self, written: Condition, *, split: bool = True) -> Formula:
        """A condition on parameters, as the model file writes it (``split``: see `compare`)."""
        if isinstance(written, Comparison):
            values = [evaluate(operand, self._scope) for operand in written.operands]
            pairs = zip(written.relations, values, values[1:], strict=False)
            return conjunction(self._comparison(relation, a, b, split=split) for relation, a, b in pairs)
        if isinstance(written, And):
            return conjunction(self.condition(part, split=split) for part in written.operands)
        if isinstance(written, Or):
            return disjunction(self.condition(part, split=split) for part in written.operands)
        if isinstance(written, Not):
            return negation(self.condition(written.operand))
        raise input_error("condition", f"'{written}' speaks of actions", "write a condition on parameters alone")

    def _comparison(self, relation: str, a: Any, b: Any, *, split: bool) -> Formula:
        if relation == "!=":
            return negation(self.compare(a - b, "==", split=split))
        return self.compare(a - b, relation, split=split)

    @cached_property
    def _scope(self) -> Any:
        zero = self.functions.zero
        generators = dict(zip(self.names, self.functions.gens, strict=True))
        return self.model.scope(
            {name: zero + generators.get(name, value) for name, value in self.posed.parameters.items()}
        )

    @property
    def structural(self) -> dict[str, Fraction]:
        """The held parameters that decide the form of the game."""
        return {name: value for name, value in self.fixed.items() if name in self.model.structural}

    def point(self, values: Mapping[str, Fraction]) -> tuple[Fraction, ...]:
        """The coordinates of a point by name, in the order of ``names``."""
        return tuple(values[name] for name in self.names)


def rational_point(point: Sequence[Any] | None) -> tuple[Fraction, ...] | None:
    """A point whose coordinates are all rational; None for another one."""
    if point is None or not all(isinstance(x, (int, Fraction)) for x in point):
        return None
    return tuple(Fraction(x) for x in point)


def _nothing_open(model: Model) -> tuple[str, str]:
    """That no parameter is left open, and the remedy: those that decide the form of the game cannot be."""
    what = "no parameter is left open"
    if set(model.parameters) - set(model.structural):
        return what, "leave at least one parameter without --set"
    if not model.parameters:
        return what, "declare one with a range under 'parameters', or solve"
    first, *_ = names = list(model.parameters)
    return (
        f"{what}: the form of the game depends on {', '.join(names)}",
        f"solve, or sweep: --over {first}=LOW:HIGH:COUNT",
    )


def setting_of(model: Model, fixed: Mapping[str, Any] | None = None, case: str | None = None) -> Setting:
    """The setting of a model in which the parameters of ``fixed`` (and the structural ones) are numbers.

    Raises InputError for unknown names, floats, or if no parameter is left open.
    """
    held = dict(fixed or {})
    point = model.point(case, **held)
    if all(name in held or name in model.structural for name in model.parameters):
        raise input_error("condition", *_nothing_open(model))
    if model.is_over_time:
        game: AnyGame = model.open_markov(case, **held).unfolded()
    else:
        game = (model.open_tree if model.is_continuous else model.symbolic)(case, **held)
    return Setting(
        model, {name: point[name] for name in model.parameters if name in held or name in model.structural}, game
    )
