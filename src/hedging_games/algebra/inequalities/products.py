"""Certificates for polynomial systems: products of facts, combined linearly so that they cancel.

Where ``p >= 0`` and ``q >= 0`` also ``p q >= 0``. Treat every monomial as a variable of its own, add products of facts up to
a degree, and look for a combination with non-negative multipliers that is identically zero though one of its parts is
positive (Handelman 1988; Sherali and Adams 1990 call the dual view reformulation-linearisation). HiGHS proposes which
products take part, in floats; whether they do is solved exactly, so that what is returned is a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement
from math import gcd
from typing import Any

import numpy as np

from hedging_games.algebra.inequalities.polynomials import (
    Exponents,
    Point,
    Terms,
    add_scaled,
    degree_of,
    moved,
    multiply,
    primitive_terms,
    variables_of,
)
from hedging_games.algebra.inequalities.proof import Combination, Product
from hedging_games.algebra.inequalities.simplex import Infeasible, minimise
from hedging_games.algebra.inequalities.system import Box, Fact, rational

MOST_PRODUCTS = 4_000
"""Products that take part in one linear program."""

NEGLIGIBLE = 1e-9
"""Share of the largest multiplier below which a proposed multiplier is taken for zero at first."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A product with its polynomial in the box's own coordinates, as primitive integers; ``factor`` times the product."""

    product: Product
    terms: Terms
    strict: bool


def prove_by_products(
    facts: Mapping[int, Fact],
    box: Box,
    order: int,
    *,
    hint: Point | None = None,
    check: Callable[[], None] | None = None,
) -> Combination | None:
    """A certificate of emptiness from products of up to ``order`` facts, or None where none was found.

    ``facts`` are those to be used, by their position in the proof's setting. ``hint`` is a point where the facts come
    closest to holding: there the squares of a certificate must nearly vanish. None does not mean that the system has a
    solution, nor that no certificate of this order exists.
    """
    columns = _columns(facts, box, order, hint)
    proposed = _propose(columns)
    if proposed is None:
        return None
    for threshold in (NEGLIGIBLE, 0.0):
        if check is not None:
            check()
        chosen = [c for c, weight in zip(columns, proposed, strict=True) if weight > threshold * max(proposed)]
        found = _solve(chosen, check)
        if found is not None:
            return found
    return None


def own_coordinates(box: Box) -> tuple[list[Fraction], list[Fraction]]:
    """Origin and step with which each bounded variable runs over [0, 1]."""
    origin, step = [], []
    for interval in box:
        low = None if interval.low is None else rational(interval.low)
        high = None if interval.high is None else rational(interval.high)
        origin.append(low if low is not None else high if high is not None else Fraction(0))
        wide = low is not None and high is not None and low < high
        step.append(high - low if wide and low is not None and high is not None else Fraction(1))
    return origin, step


def _columns(facts: Mapping[int, Fact], box: Box, order: int, hint: Point | None) -> list[_Column]:
    origin, step = own_coordinates(box)
    size = len(box)
    nothing = (0,) * size
    local = {i: moved(fact.terms, origin, step) for i, fact in facts.items()}
    inequalities = [i for i, fact in facts.items() if fact.relation != "=="]
    columns = [_Column(Product({nothing: 1}, ()), {nothing: 1}, strict=True)]
    highest = max([order, *(degree_of(fact.terms) for fact in facts.values())])
    partial: dict[tuple[int, ...], Terms] = {(): {nothing: 1}}
    for count in range(1, order + 1):
        for factors in combinations_with_replacement(inequalities, count):
            if len(columns) >= MOST_PRODUCTS:
                return columns
            before = partial.get(factors[:-1])
            if before is None:
                continue
            terms = multiply(before, local[factors[-1]])
            if degree_of(terms) > highest + order - 1:
                continue
            if count < order:
                partial[factors] = terms
            strict = all(facts[i].relation == ">" for i in factors)
            columns.append(_column({nothing: Fraction(1)}, factors, terms, strict=strict))
    columns += _equation_columns(facts, local, highest, (origin, step))
    if highest > 1:
        columns += _squares(facts, (origin, step), hint)
    return columns


def _squares(
    facts: Mapping[int, Fact], coordinates: tuple[list[Fraction], list[Fraction]], hint: Point | None
) -> list[_Column]:
    """Squares of variables and of sums and differences of two: they make diagonally dominant sums of squares.

    Ahmadi and Majumdar (2014) call these certificates DSOS. Variables are measured from zero, from the middle of the
    box, and from the hint.
    """
    origin, step = coordinates
    used = sorted({v for fact in facts.values() for v in variables_of(fact.terms)})
    nothing = (0,) * len(origin)
    centres = [[Fraction(0)] * len(origin), [o + s / 2 for o, s in zip(origin, step, strict=True)]]
    roots: dict[tuple[tuple[Exponents, Any], ...], Terms] = {}
    for centre in [*centres, *([list(hint)] if hint is not None else [])]:
        from_centre: list[Terms] = []
        for v in used:
            alone: Terms = {(*nothing[:v], 1, *nothing[v + 1 :]): Fraction(1)}
            add_scaled(alone, {nothing: centre[v]}, -1)
            from_centre.append(alone)
        for k, first in enumerate(from_centre):
            roots[tuple(first.items())] = first
            for second in from_centre[k + 1 :]:
                for sign in (1, -1):
                    both = dict(first)
                    add_scaled(both, second, sign)
                    roots[tuple(both.items())] = both
    columns = []
    for root in roots.values():
        terms = moved(multiply(root, root), origin, step)
        plain = _column({nothing: Fraction(1)}, (), terms, strict=False)
        columns.append(replace(plain, product=replace(plain.product, root=root)))
    return columns


def _equation_columns(
    facts: Mapping[int, Fact],
    local: Mapping[int, Terms],
    highest: int,
    coordinates: tuple[list[Fraction], list[Fraction]],
) -> list[_Column]:
    """Equations times monomials, in both directions."""
    columns = []
    origin, step = coordinates
    size = len(origin)
    used = sorted({v for fact in facts.values() for v in variables_of(fact.terms)})
    for i, fact in facts.items():
        if fact.relation != "==":
            continue
        for degree in range(highest - degree_of(fact.terms) + 1):
            for chosen in combinations_with_replacement(used, degree):
                monomial: Exponents = tuple(chosen.count(v) for v in range(size))
                terms = multiply(moved({monomial: 1}, origin, step), local[i])
                for sign in (1, -1):
                    signed = {e: sign * c for e, c in terms.items()}
                    columns.append(_column({monomial: Fraction(sign)}, (i,), signed, strict=False))
    return columns


def _column(multiplier: Terms, factors: tuple[int, ...], terms: Terms, *, strict: bool) -> _Column:
    whole = primitive_terms(terms)
    first = next(iter(whole), None)
    scale = Fraction(1) if first is None else Fraction(whole[first]) / terms[first]
    return _Column(Product({e: c * scale for e, c in multiplier.items()}, factors), whole, strict)


def _propose(columns: Sequence[_Column]) -> list[float] | None:
    """Multipliers in floats, one per column, or None where HiGHS finds none."""
    from scipy import optimize
    from scipy.sparse import csr_array

    linprog: Any = optimize.linprog  # its stubs do not know sparse matrices

    rows: dict[Exponents, int] = {}
    data, row_of, column_of = [], [], []
    scales = [max((abs(c) for c in column.terms.values()), default=1) for column in columns]
    for j, column in enumerate(columns):
        for exponents, coefficient in column.terms.items():
            row_of.append(rows.setdefault(exponents, len(rows)))
            column_of.append(j)
            data.append(float(Fraction(coefficient, scales[j])))
    normal = len(rows)
    for j, column in enumerate(columns):
        if column.strict:
            row_of.append(normal)
            column_of.append(j)
            data.append(1.0)
    matrix = csr_array((data, (row_of, column_of)), shape=(normal + 1, len(columns)))
    right = np.zeros(normal + 1)
    right[normal] = 1.0
    answer = linprog(np.ones(len(columns)), A_eq=matrix, b_eq=right, method="highs")
    return [float(x) for x in answer.x] if answer.status == 0 else None


def _solve(columns: Sequence[_Column], check: Callable[[], None] | None) -> Combination | None:
    """Exact multipliers on the columns chosen, or None where there are none."""
    monomials = sorted({e for column in columns for e in column.terms})
    matrix: list[list[int]] = [[int(column.terms.get(e, 0)) for column in columns] for e in monomials]
    matrix = [[entry // max(gcd(*row), 1) for entry in row] for row in matrix]
    matrix.append([int(column.strict) for column in columns])
    outcome = minimise(matrix, [0] * len(monomials) + [1], check=check)
    if isinstance(outcome, Infeasible):
        return None
    products = [
        replace(column.product, multiplier=_times(column.product.multiplier, x))
        for column, x in zip(columns, outcome.solution, strict=True)
        if x != 0
    ]
    return Combination(tuple(products))


def _times(terms: Mapping[Exponents, Any], factor: Fraction) -> Terms:
    return {e: c * factor for e, c in terms.items()}
