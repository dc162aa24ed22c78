"""A model's game with its parameters left open, and the ground on which conditions stand: ring, box, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    Atom,
    Formula,
    Reason,
    conjunction,
    constraints_of,
    disjunction,
    negation,
)
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.pieces import Pieces, pieces_of
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.errors import input_error
from hedging_games.games.game import Game
from hedging_games.model.model import Model


@dataclass(frozen=True, eq=False)
class Setting:
    """A model, the parameters that are held at numbers, and its symbolic game over the others."""

    model: Model
    fixed: Mapping[str, Fraction]
    game: Game
    compared: dict[Any, Any] = field(default_factory=dict, repr=False)
    factored: dict[Any, Pieces] = field(default_factory=dict, repr=False)

    @cached_property
    def ground(self) -> Ground:
        """The declared box with the assumptions, and all that was learned about formulas over it."""
        return Ground(self.whole, self.near)

    @property
    def near(self) -> tuple[Fraction, ...]:
        """The baseline's coordinates, moved into the ranges where it lies outside."""
        declared = [self.model.parameters[name] for name in self.names]
        return tuple(min(max(p.baseline, p.range.low), p.range.high) for p in declared)

    @cached_property
    def functions(self) -> Any:
        """The field of rational functions in the open parameters."""
        return self.game.arithmetic.number(0).field

    @property
    def names(self) -> tuple[str, ...]:
        """The open parameters, in the order of the file."""
        return tuple(str(symbol) for symbol in self.functions.ring.symbols)

    @cached_property
    def whole(self) -> System:
        """The declared ranges and the model's assumptions, without further conditions."""
        assumed = conjunction(self.condition(c, split=False) for c in self.model.assumptions)
        if any(isinstance(part, type(FALSE)) for part in getattr(assumed, "parts", ())):
            raise input_error(
                "assume", "an assumption that joins alternatives by 'or' has no region", "assume one of them"
            )
        return System(self.functions.ring, self.box, (), tuple(constraints_of(assumed)))

    @cached_property
    def box(self) -> tuple[Interval, ...]:
        """The declared ranges of the open parameters."""
        ranges = (self.model.parameters[name].range for name in self.names)
        return tuple(Interval(r.low, r.high, not r.low_open, not r.high_open) for r in ranges)

    def compare(self, value: Any, relation: str, reason: Reason | str | None = None, *, split: bool = True) -> Formula:
        """``value relation 0`` for a number or rational function; a denominator counts by its sign.

        With ``split``, factors that never change their sign in the box are compared on their own.
        """
        numerator, denominator = self._ratio(value)
        return self._compared([numerator, denominator], relation, reason, split=split)

    def at_least(self, first: Any, second: Any, reason: Reason | str | None = None) -> Formula:
        """``first >= second`` for numbers or rational functions."""
        key = (first, second)
        if key not in self.compared:
            a, b = (self._ratio(value) for value in key)
            # No common factors are sought here: that is dear, and only signs count.
            alike = a[1] == b[1]
            self.compared[key] = [a[0] - b[0], a[1]] if alike else [a[0] * b[1] - b[0] * a[1], a[1], b[1]]
        if isinstance(reason, Reason):
            reason = Reason(reason.player, reason.action, reason.deviation, reason.fails, key)
        # Comparisons of payoffs stay whole: there are many, and deviations are read as they stand.
        return self._compared(self.compared[key], ">=", reason, split=False)

    def _compared(
        self, product: Sequence[Any], relation: str, reason: Reason | str | None, *, split: bool = True
    ) -> Formula:
        """The product of polynomials compared with zero."""
        if not all(product):
            return TRUE if relation in (">=", "==", "<=") else FALSE
        if not split:
            return conjunction([Atom(constraint(prod(product), relation, reason))])
        pieces = [self._pieces(polynomial) for polynomial in product if polynomial != 1]
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

    def _ratio(self, value: Any) -> tuple[Any, Any]:
        ring = self.functions.ring
        if isinstance(value, (int, Fraction)):
            return ring.ground_new(ring.domain(value.numerator, value.denominator)), ring.one
        return value.numer, value.denom

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
            return disjunction([self.compare(a - b, ">"), self.compare(b - a, ">")])
        return self.compare(a - b, relation, split=split)

    @cached_property
    def _scope(self) -> Any:
        zero = self.game.arithmetic.number(0)
        return self.model.scope({name: zero + value for name, value in self.game.parameters.items()})

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


def setting_of(model: Model, fixed: Mapping[str, Any] | None = None, case: str | None = None) -> Setting:
    """The setting of a model in which the parameters of ``fixed`` (and the structural ones) are numbers.

    Raises InputError for unknown names, floats, or if no parameter is left open.
    """
    held = dict(fixed or {})
    point = model.point(case, **held)
    if all(name in held or name in model.structural for name in model.parameters):
        raise input_error("condition", "no parameter is left open", "leave at least one parameter without --set")
    game = model.symbolic(case, **held)
    return Setting(
        model, {name: point[name] for name in model.parameters if name in held or name in model.structural}, game
    )
