"""A polynomial taken apart for comparison with zero over a box: factors that keep one sign there, and the rest.

Whoever compares a product with zero learns more from its factors: ``p*(1 - p)*gain > 0`` for probabilities and gains that are
never negative says that each of them is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hedging_games.algebra.cells.enclosure import enclose
from hedging_games.algebra.cells.intervals import Box
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.polynomials import (
    Terms,
    multiply,
    polynomial_of,
    primitive_terms,
    terms_of,
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A polynomial as a positive multiple of ``rest`` times the product of ``steady`` ones, nowhere negative in the box.

    Factors that are positive all over the box, or negative (their sign is in ``rest``), are left out.
    """

    rest: Any
    steady: tuple[Any, ...]


def pieces_of(polynomial: Any, box: Box) -> Pieces:
    """The pieces of a polynomial that is not zero, an element of a ring over the rationals."""
    ring = polynomial.ring
    terms = primitive_terms(terms_of(polynomial))
    one: Terms = {(0,) * len(box): 1}
    rest, whole, steady, sign = one, one, [], 1
    for factor, multiplicity in factors_of(terms):
        for _ in range(multiplicity):
            whole = multiply(whole, factor)
        values = enclose(factor, box)
        if values.nonnegative or values.nonpositive:
            turned = not values.nonnegative
            sign = -sign if turned and multiplicity % 2 else sign
            if not (values.positive or values.negative):
                steady.append({e: -c for e, c in factor.items()} if turned else factor)
        elif multiplicity % 2:
            rest = multiply(rest, factor)
        else:
            steady.append(multiply(factor, factor))
    largest = max(terms)
    if (whole[largest] > 0) != (terms[largest] > 0):
        sign = -sign
    if sign < 0:
        rest = {e: -c for e, c in rest.items()}
    return Pieces(polynomial_of(ring, rest), tuple(polynomial_of(ring, f) for f in steady))
