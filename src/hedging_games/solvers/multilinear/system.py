"""One support profile as algebra: a polynomial ring, the equations of indifference, the inequalities of content.

The coordinates are the probabilities of each mixing player's support but its last action, which gets what is left of one.
Payoffs are multilinear, so on a product of simplices an indifference takes its extremes at the vertices; for other
polynomials the coefficients of the Bernstein form play that part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import comb
from typing import Any

import numpy as np

from hedging_games.algebra.algebraic import Exact
from hedging_games.algebra.constraints import Constraint, constraint
from hedging_games.algebra.polynomial_systems import Polynomial, polynomial_ring
from hedging_games.solvers.multilinear.results import MixedStrategies, Supports

LARGEST_BERNSTEIN_FORM = 100
"""Coefficients beyond which a factor's sign on the simplices is not decided."""


@dataclass(frozen=True)
class SupportSystem:
    """The equilibria on ``supports``: zeros of ``equations`` in the open simplices at which no ``gap`` is negative.

    ``groups`` lists for each mixing player the numbers of its variables; ``gaps`` say how much less than the support an
    action outside it is worth.
    """

    shape: tuple[int, ...]
    supports: Supports
    ring: Any
    variables: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, ...], ...]
    equations: tuple[Polynomial, ...]
    gaps: tuple[Polynomial, ...]

    @cached_property
    def rests(self) -> tuple[Polynomial, ...]:
        """The probability of each mixing player's last action."""
        gens = self.ring.gens()
        return tuple(1 - sum((gens[v] for v in group), self.ring.constant(0)) for group in self.groups)

    @property
    def probabilities(self) -> tuple[Polynomial, ...]:
        """What is positive inside: all probabilities as polynomials."""
        return (*self.ring.gens(), *self.rests)

    def may_vanish(self, polynomial: Polynomial) -> bool:
        """False only if a polynomial has no zero in the open simplices: all its Bernstein coefficients have one sign."""
        coefficients = self._bernstein(polynomial)
        return coefficients is None or min(coefficients) < 0 < max(coefficients) or not any(coefficients)

    def _bernstein(self, polynomial: Polynomial) -> list[int] | None:
        """The coefficients of a polynomial once it is made homogeneous in every player's probabilities, None if too many.

        A term is multiplied by powers of 1 = x1 + ... + xs, each player's sum, up to the polynomial's degree in them.
        """
        terms = list(zip(polynomial.monoms(), polynomial.coeffs(), strict=True))
        degrees = [max(sum(m[v] for v in group) for m, _ in terms) for group in self.groups]
        size = 1
        for group, degree in zip(self.groups, degrees, strict=True):
            size *= comb(degree + len(group), len(group))
        if size > LARGEST_BERNSTEIN_FORM:
            return None
        total: dict[tuple[int, ...], Any] = {}
        for monomial, c in terms:
            spread = {tuple(monomial): int(c)}
            for group, degree in zip(self.groups, degrees, strict=True):
                missing = degree - sum(monomial[v] for v in group)
                for _ in range(missing):
                    spread = _times_sum(spread, group)
            for exponents, value in spread.items():
                total[exponents] = total.get(exponents, 0) + value
        # Exponents leave out the last action, whose power is fixed by the degree; absent ones are zero.
        return [*total.values(), *([0] if len(total) < size else [])]

    def profile(self, point: Sequence[Exact]) -> MixedStrategies:
        """The mixed strategies with these coordinates."""
        rows: list[list[Any]] = [[Fraction(0)] * m for m in self.shape]
        rest = [Fraction(1)] * len(self.shape)
        for (player, action), x in zip(self.variables, point, strict=True):
            rows[player][action] = x
            rest[player] = rest[player] - x
        for player, support in enumerate(self.supports):
            rows[player][support[-1]] = rest[player]
        return tuple(tuple(row) for row in rows)

    def is_inside(self, point: Sequence[Exact]) -> bool:
        """Whether all probabilities of the supports are positive."""
        return all(x > 0 for x in point) and all(sum(point[v] for v in group) < 1 for group in self.groups)

    def is_closed_inside(self, point: Sequence[Exact]) -> bool:
        """Whether no probability is negative."""
        return all(x >= 0 for x in point) and all(sum(point[v] for v in group) <= 1 for group in self.groups)

    def is_content(self, point: Sequence[Exact]) -> bool:
        """Whether no action outside the supports pays."""
        return all(at_point(gap, point) >= 0 for gap in self.gaps)

    def as_constraint(self, polynomial: Polynomial, relation: Any) -> Constraint:
        """A polynomial of the ring as data."""
        terms = zip(polynomial.monoms(), polynomial.coeffs(), strict=True)
        return constraint({tuple(map(int, m)): int(c) for m, c in terms}, relation)


def at_point(polynomial: Polynomial, point: Sequence[Exact]) -> Any:
    """A polynomial at exact numbers."""
    total: Any = Fraction(0)
    for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        value: Any = int(coefficient)
        for x, power in zip(point, exponents, strict=True):
            if power:
                value = value * (x if power == 1 else x**power)
        total = total + value
    return total


def support_system(tensors: Sequence[np.ndarray], supports: Supports) -> SupportSystem:
    """The system of a support profile of a game with integer payoff ``tensors``, one a player."""
    mixing = [player for player, support in enumerate(supports) if len(support) > 1]
    variables = tuple((player, action) for player in mixing for action in supports[player][:-1])
    number = {variable: k for k, variable in enumerate(variables)}
    groups = tuple(tuple(number[player, action] for action in supports[player][:-1]) for player in mixing)
    ring = polynomial_ring(len(variables))
    equations, gaps = [], []
    for player, support in enumerate(supports):
        rows = np.moveaxis(tensors[player], player, 0)
        others = [s for i, s in enumerate(supports) if i != player]
        block = rows[np.ix_(range(rows.shape[0]), *others)].astype(object)
        groups_here = [groups[mixing.index(i)] if i in mixing else () for i in range(len(supports)) if i != player]
        reference = block[support[-1]]
        for action in range(rows.shape[0]):
            if action in support[:-1]:
                equations.append(_polynomial(block[action] - reference, groups_here, ring))
            elif action not in support:
                gaps.append(_polynomial(reference - block[action], groups_here, ring))
    nonzero = tuple(e for e in equations if e != 0)
    return SupportSystem(
        tuple(tensors[0].shape), supports, ring, variables, groups, nonzero, tuple(g for g in gaps if g != 0)
    )


def _polynomial(values: np.ndarray, groups: Sequence[tuple[int, ...]], ring: Any) -> Polynomial:
    """The expectation of a tensor, one axis a player, in the coordinates: on each axis x_last = 1 - (the others)."""
    values = np.asarray(values, dtype=object)
    for axis, group in enumerate(groups):
        last = np.take(values, [len(group)], axis=axis)
        rest = np.take(values, range(len(group)), axis=axis)
        values = np.concatenate([rest - last, last], axis=axis)
    count = ring.nvars()
    terms = {}
    for index in product(*(range(len(group) + 1) for group in groups)):
        coefficient = values[index]
        if coefficient:
            exponents = [0] * count
            for place, group in zip(index, groups, strict=True):
                if place < len(group):
                    exponents[group[place]] = 1
            terms[tuple(exponents)] = int(coefficient)
    return ring.from_dict(terms)


def _times_sum(terms: dict[tuple[int, ...], int], group: Sequence[int]) -> dict[tuple[int, ...], int]:
    """Homogeneous terms, without the last action's power, times the sum of all of a player's probabilities."""
    result: dict[tuple[int, ...], int] = {}
    for exponents, c in terms.items():
        result[exponents] = result.get(exponents, 0) + c
        for v in group:
            raised = tuple(e + (k == v) for k, e in enumerate(exponents))
            result[raised] = result.get(raised, 0) + c
    return result
