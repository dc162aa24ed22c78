"""Factors of polynomials: found once, remembered."""

from __future__ import annotations

from functools import lru_cache

from flint import Ordering, fmpz_mpoly_ctx

from hedging_games.algebra.factored import factored
from hedging_games.algebra.polynomials import Terms, primitive_terms, variables_of

Key = tuple[tuple[tuple[int, ...], int], ...]
"""The terms of a primitive polynomial, sorted: what a polynomial is remembered by."""


def key_of(terms: Terms) -> Key:
    """A hashable form of a polynomial with integer coefficients."""
    return tuple(sorted(terms.items()))


def factors_of(terms: Terms) -> tuple[tuple[Terms, int], ...]:
    """Irreducible factors over the rationals with their multiplicities, primitive, the first coefficient positive.

    The constant is left out. The order depends on the polynomial alone.
    """
    return tuple((dict(key), multiplicity) for key, multiplicity in _factors(key_of(primitive_terms(terms))))


@lru_cache(maxsize=8192)
def _factors(key: Key) -> tuple[tuple[Key, int], ...]:
    terms = dict(key)
    used = variables_of(terms)
    if not used:
        return ()
    if all(sum(e) <= 1 for e in terms):
        return ((key_of(_oriented(terms)), 1),)
    context = fmpz_mpoly_ctx.get([f"x{i}" for i in used], Ordering.lex)
    narrow = context.from_dict({tuple(e[i] for i in used): int(c) for e, c in terms.items()})
    size = len(key[0][0])
    found = []
    for factor, multiplicity in factored(narrow)[1]:
        wide: Terms = {}
        for exponents, coefficient in factor.to_dict().items():
            full = [0] * size
            for i, power in zip(used, exponents, strict=True):
                full[i] = int(power)
            wide[tuple(full)] = int(coefficient)
        if len(wide) > 1 or any(next(iter(wide))):
            found.append((key_of(_oriented(primitive_terms(wide))), multiplicity))
    return tuple(sorted(found))


def _oriented(terms: Terms) -> Terms:
    """With the sign that makes the coefficient of the largest monomial positive."""
    return terms if terms[max(terms)] > 0 else {e: -c for e, c in terms.items()}
