"""The products of facts from which certificates are combined, written in the box's own coordinates.

Facts become polynomials with integer coefficients in coordinates that run over [0, 1], where linear programs are well
scaled; each product remembers by how much it was multiplied on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from math import gcd
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from hedging_games.algebra.cells.intervals import Box, rational
from hedging_games.algebra.inequalities.proof import Product
from hedging_games.algebra.inequalities.setting import half_line
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import (
    Exponents,
    Point,
    Terms,
    add_scaled,
    degree_of,
    moved,
    primitive_terms,
    variables_of,
)

MOST_PRODUCTS = 4_000
"""Products that take part in one linear program."""

FEW = 8
"""Constraints up to which products of one factor more are formed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A product with its polynomial in the box's own coordinates, as integers without common factor."""

    product: Product
    terms: dict[Exponents, int]
    strict: bool


@dataclass(frozen=True, slots=True)
class _Local:
    """A polynomial in the box's coordinates as FLINT's: ``scale`` times what it stands for."""

    polynomial: Any
    scale: Fraction

    def __mul__(self, other: _Local) -> _Local:
        return _Local(self.polynomial * other.polynomial, self.scale * other.scale)


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


class _Frame:
    """The facts, the coordinates of the box, and the facts' polynomials in them."""

    def __init__(self, facts: Mapping[int, Fact], box: Box) -> None:
        self.facts = facts
        self.origin, self.step = own_coordinates(box)
        self.nothing: Exponents = (0,) * len(box)
        self.context = fmpz_mpoly_ctx.get([f"t{i}" for i in range(len(box))], Ordering.lex)
        self.local = {i: self.place(fact.terms) for i, fact in facts.items()}
        self.used = sorted({v for fact in facts.values() for v in variables_of(fact.terms)})
        self.highest = max((degree_of(fact.terms) for fact in facts.values()), default=0)

    def place(self, terms: Mapping[Exponents, Any]) -> _Local:
        """A polynomial in the coordinates of the box, made integer."""
        there = moved(terms, self.origin, self.step)
        whole = primitive_terms(there)
        first = next(iter(whole), None)
        scale = Fraction(1) if first is None else Fraction(whole[first]) / there[first]
        return _Local(self.context.from_dict(whole), scale)

    def column(
        self, placed: _Local, factors: tuple[int, ...], *, multiplier: Terms | None = None, root: Terms | None = None
    ) -> Column:
        """The column of a product, from its polynomial; the multiplier takes up the scales."""
        terms = {tuple(map(int, e)): int(c) for e, c in placed.polynomial.to_dict().items()}
        common = gcd(*terms.values()) or 1
        scale = placed.scale / common
        multiplier = {self.nothing: Fraction(1)} if multiplier is None else multiplier
        product = Product({e: c * scale for e, c in multiplier.items()}, factors, root)
        strict = root is None and all(self.facts[i].relation == ">" for i in factors)
        return Column(product, {e: c // common for e, c in terms.items()}, strict)


def columns_of(facts: Mapping[int, Fact], box: Box, order: int, hint: Point | None) -> list[Column]:
    """The number 1, products of up to ``order`` facts, equations times monomials, and squares."""
    frame = _Frame(facts, box)
    one = frame.place({frame.nothing: 1})
    columns = [frame.column(one, ()), *_products(frame, one, order), *_equations(frame, max(frame.highest, order))]
    if frame.highest > 1:
        columns += _squares(frame, hint)
        columns += _of_constraints(frame, order)
    return columns


def _products(frame: _Frame, one: _Local, order: int) -> Iterator[Column]:
    inequalities = [i for i, fact in frame.facts.items() if fact.relation != "=="]
    partial: dict[tuple[int, ...], _Local] = {(): one}
    made = 0
    for count in range(1, order + 1):
        for factors in combinations_with_replacement(inequalities, count):
            made += 1
            if made > MOST_PRODUCTS:
                return
            placed = partial[factors[:-1]] * frame.local[factors[-1]]
            if count < order:
                partial[factors] = placed
            yield frame.column(placed, factors)


def _of_constraints(frame: _Frame, order: int) -> Iterator[Column]:
    """Products of one more factor, and squares of differences, of the few facts that are more than ends of ranges."""
    proper = [i for i, f in frame.facts.items() if f.relation != "==" and half_line(f) is None]
    if not 1 < len(proper) <= FEW:
        return
    degrees = {i: degree_of(frame.facts[i].terms) for i in proper}
    for factors in combinations_with_replacement(proper, order + 1):
        if sum(degrees[i] for i in factors) <= max(frame.highest, order + 1):
            placed = frame.local[factors[0]]
            for i in factors[1:]:
                placed = placed * frame.local[i]
            yield frame.column(placed, factors)
    for i, j in combinations(proper, 2):
        root = dict(frame.facts[i].terms)
        add_scaled(root, frame.facts[j].terms, -1)
        if root and 2 * degree_of(root) <= max(frame.highest, order):
            yield _square(frame, root)


def _squares(frame: _Frame, hint: Point | None) -> Iterator[Column]:
    """Squares of variables and of sums and differences of two: they make diagonally dominant sums of squares.

    Ahmadi and Majumdar (2014) call these certificates DSOS. Variables are measured from zero, from the middle of the
    box, and from the hint.
    """
    centres = [[Fraction(0)] * len(frame.origin), [o + s / 2 for o, s in zip(frame.origin, frame.step, strict=True)]]
    roots: dict[tuple[tuple[Exponents, Any], ...], Terms] = {}
    for centre in [*centres, *([list(hint)] if hint is not None else [])]:
        distances = [_from(centre[v], v, frame.nothing) for v in frame.used]
        for k, first in enumerate(distances):
            roots[tuple(first.items())] = first
            for second in distances[k + 1 :]:
                for sign in (1, -1):
                    both = dict(first)
                    add_scaled(both, second, sign)
                    roots[tuple(both.items())] = both
    return (_square(frame, root) for root in roots.values())


def _from(centre: Fraction, variable: int, nothing: Exponents) -> Terms:
    """The polynomial ``x - centre``."""
    terms: Terms = {(*nothing[:variable], 1, *nothing[variable + 1 :]): Fraction(1)}
    add_scaled(terms, {nothing: centre}, -1)
    return terms


def _square(frame: _Frame, root: Terms) -> Column:
    placed = frame.place(root)
    return frame.column(placed * placed, (), root=root)


def _equations(frame: _Frame, highest: int) -> Iterator[Column]:
    """Equations times monomials, in both directions."""
    for i, fact in frame.facts.items():
        if fact.relation != "==":
            continue
        for degree in range(highest - degree_of(fact.terms) + 1):
            for chosen in combinations_with_replacement(frame.used, degree):
                monomial = tuple(chosen.count(v) for v in range(len(frame.nothing)))
                placed = frame.place({monomial: 1}) * frame.local[i]
                for sign in (1, -1):
                    signed = _Local(sign * placed.polynomial, placed.scale)
                    yield frame.column(signed, (i,), multiplier={monomial: Fraction(sign)})


def every_monomial(columns: Sequence[Column]) -> list[Exponents]:
    """The monomials that occur, in a fixed order."""
    return sorted({e for column in columns for e in column.terms})
