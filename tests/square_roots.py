"""Square roots as exact numbers."""

from __future__ import annotations

from fractions import Fraction

from hedging_games.algebra.algebraic import Exact, real_roots


def square_root(value: int | Fraction) -> Exact:
    """The square root of a rational number that is not negative."""
    return real_roots([-Fraction(value), 0, 1])[-1]
