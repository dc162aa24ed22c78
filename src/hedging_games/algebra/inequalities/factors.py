"""Factors of polynomials: found once, remembered."""

from __future__ import annotations

from functools import lru_cache

from flint import Ordering, fmpz_mpoly_ctx, fmpz_poly

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
    if len(used) == 1:
        return _univariate(terms, used[0])
    context = fmpz_mpoly_ctx.get([f"x{i}" for i in used], Ordering.lex)
    narrow = context.from_dict({tuple(e[i] for i in used): int(c) for e, c in terms.items()})
    size = len(key[0][0])
    found = []
    for factor, multiplicity in narrow.factor()[1]:
        wide: Terms = {}
        for exponents, coefficient in factor.to_dict().items():
            full = [0] * size
            for i, power in zip(used, exponents, strict=True):
                full[i] = int(power)
            wide[tuple(full)] = int(coefficient)
        if len(wide) > 1 or any(next(iter(wide))):
            found.append((key_of(_oriented(primitive_terms(wide))), int(multiplicity)))
    return tuple(sorted(found))


def _univariate(terms: Terms, variable: int) -> tuple[tuple[Key, int], ...]:
    """The factors of a polynomial in one variable: FLINT's general factorisation overflows at some large coefficients."""
    size = len(next(iter(terms)))
    powers = {e[variable]: int(c) for e, c in terms.items()}
    polynomial = fmpz_poly([powers.get(k, 0) for k in range(max(powers) + 1)])
    found = []
    for factor, multiplicity in polynomial.factor()[1]:
        coefficients = [int(c) for c in factor.coeffs()]
        wide = {tuple(k if i == variable else 0 for i in range(size)): c for k, c in enumerate(coefficients) if c}
        found.append((key_of(_oriented(primitive_terms(wide))), int(multiplicity)))
    return tuple(sorted(found))


def _oriented(terms: Terms) -> Terms:
    """With the sign that makes the coefficient of the largest monomial positive."""
    return terms if terms[max(terms)] > 0 else {e: -c for e, c in terms.items()}
