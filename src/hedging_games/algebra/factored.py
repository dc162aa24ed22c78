"""Factors of FLINT's polynomials in several variables, whatever the size of their coefficients."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpq_mpoly_ctx

from hedging_games.algebra.numbers import coprime


def factored(polynomial: Any) -> tuple[Any, list[tuple[Any, int]]]:
    """A constant, of which the sign counts, and the irreducible factors with their multiplicities, as ``fmpz_mpoly.factor`` has them.

    That fails to sort factors with coefficients beyond 64 bits (python-flint 0.9); those over the rationals can be sorted.
    """
    try:
        constant, found = polynomial.factor()
    except OverflowError:
        ring = polynomial.context()
        rationals = fmpq_mpoly_ctx.get(ring.names(), ring.ordering())
        constant, over = rationals.from_dict(polynomial.to_dict()).factor()
        found = []
        for factor, multiplicity in over:
            terms = {e: Fraction(int(c.p), int(c.q)) for e, c in factor.to_dict().items()}
            found.append((ring.from_dict(dict(zip(terms, coprime(terms.values()), strict=True))), multiplicity))
    return constant, [(factor, int(multiplicity)) for factor, multiplicity in found]
