"""What strategies are worth before chance draws a number from an interval: integrals, piece by piece.

Where two neighbouring numbers at which anything changes are known, what is done halfway between them is done all the way between them.
Nothing here knows how strategies are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from hedging_games.algebra.formulas.formula import TRUE, Formula, conjunction, constraints_of, negation
from hedging_games.theory.choice_ring import ChoiceRing

Pieces: TypeAlias = list[tuple[Formula, tuple[Any, ...]]]
"""Where, and what it is worth to each player there: a rational function of the choices made before."""


class NotIntegratedError(Exception):
    """What is expected before a draw is not computed here."""


class Means:
    """The mean of pieces over a number between ``low`` and ``high`` (rational functions of earlier choices, low below high).

    ``possible`` : whether a formula may hold somewhere.
    """

    def __init__(
        self, ring: ChoiceRing, variable: int, low: Any, high: Any, possible: Callable[[Formula], bool]
    ) -> None:
        self.ring = ring
        self.variable = variable
        self.low = low
        self.high = high
        self.possible = possible

    def of(self, pieces: Pieces) -> Pieces:
        """The pieces exclude each other and cover all numbers; so do their means all earlier choices.

        Raises NotIntegratedError where a border has a degree above one in the number, or a payoff divides by it.
        """
        found: Pieces = []
        for order, inside in self._orders(self._cuts(pieces)):
            bounds = (self.low, *inside, self.high)
            mixed: Pieces = [(order, tuple(self.ring.field.zero for _ in pieces[0][1]))] if pieces else []
            for start, end in pairwise(bounds):
                halfway = (start + end) / 2
                there = [(self.ring.put_in(where, self.variable, halfway), worth) for where, worth in pieces]
                mixed = [
                    (both, tuple(t + self._integral(w, start, end) for t, w in zip(total, worth, strict=True)))
                    for guard, total in mixed
                    for where, worth in there
                    if self.possible(both := conjunction([guard, where]))
                ]
            found += [(guard, tuple(total / (self.high - self.low) for total in worth)) for guard, worth in mixed]
        return found

    # --- where anything changes ----------------------------------------------------------------------------------------------

    def _cuts(self, pieces: Pieces) -> list[tuple[Formula, Any]]:
        """The numbers at which pieces may change, each with where it is one."""
        polynomials = {asked.polynomial: None for where, _ in pieces for asked in constraints_of(where)}
        found: dict[Any, Formula] = {}
        for polynomial in polynomials:
            for factor, _ in polynomial.factor_list()[1]:
                degree = factor.degree(self.variable)
                if degree > 1:
                    raise NotIntegratedError(f"a border of degree {degree}")
                if degree == 1:
                    slope = factor.diff(self.ring.ring.gens[self.variable])
                    rest = factor - slope * self.ring.ring.gens[self.variable]
                    root = -self.ring.field(rest) / self.ring.field(slope)
                    found.setdefault(root, negation(self.ring.compared(slope, "==")))
        return [(defined, root) for root, defined in found.items()]

    def _orders(self, cuts: Iterable[tuple[Formula, Any]]) -> list[tuple[Formula, tuple[Any, ...]]]:
        """Which of the numbers lie inside, in what order, and where that is so."""
        orders: list[tuple[Formula, tuple[Any, ...]]] = [(TRUE, ())]
        for defined, cut in cuts:
            orders = [
                (both, inside)
                for order, before in orders
                for where, inside in self._places(defined, cut, before)
                if self.possible(both := conjunction([order, where]))
            ]
        return orders

    def _places(self, defined: Formula, cut: Any, before: Sequence[Any]) -> Iterator[tuple[Formula, tuple[Any, ...]]]:
        sign = self.ring.sign
        within = conjunction([defined, sign(cut - self.low, ">"), sign(self.high - cut, ">")])
        yield negation(within), tuple(before)
        for k in range(len(before) + 1):
            behind = [sign(cut - before[k - 1], ">=")] if k else []
            ahead = [sign(before[k] - cut, ">")] if k < len(before) else []
            yield conjunction([within, *behind, *ahead]), (*before[:k], cut, *before[k:])

    # --- integrals -----------------------------------------------------------------------------------------------------------

    def _integral(self, worth: Any, start: Any, end: Any) -> Any:
        """The integral of what is a polynomial in the number, by its antiderivative."""
        if worth.denom.degree(self.variable) > 0:
            raise NotIntegratedError("a payoff that divides by it")
        ring, k = self.ring.ring, self.variable
        raised = ring.from_dict(
            {(*e[:k], e[k] + 1, *e[k + 1 :]): c / ring.domain(e[k] + 1, 1) for e, c in worth.numer.terms()}
        )
        whole = self.ring.field(raised) / self.ring.field(worth.denom)
        return self.ring.put_into(whole, k, end) - self.ring.put_into(whole, k, start)
