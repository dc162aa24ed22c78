"""The gains of three players with two actions each, as polynomials in the axes of a sweep."""

from __future__ import annotations

from math import lcm
from typing import Any

import numpy as np

from hedging_games.analysis.sweep.polynomials import Polynomial, polynomial_of

Gains = tuple[tuple[Polynomial, ...], ...]
"""By player, a positive multiple of its gains at the others' four pairs of actions (`odds`)."""


def gains_of(payoffs: np.ndarray) -> Gains:
    """The gains of a payoff array of shape (3, 2, 2, 2) of rational functions."""
    found = []
    for player in range(3):
        own = np.moveaxis(payoffs[player], player, 0)
        elements = (own[0] - own[1]).ravel().tolist()
        below = [element.denom for element in elements if not element.denom.is_ground]
        for denominator in dict.fromkeys(below):
            elements = [element * denominator * denominator for element in elements]
        parts = [polynomial_of(_terms(element)) for element in elements]
        scale = lcm(*(s.denominator for _, s in parts))
        found.append(tuple(_times(p, int(s * scale)) for p, s in parts))
    return tuple(found)


def _terms(element: Any) -> dict[tuple[int, ...], Any]:
    below = element.denom.coeff(1)
    return {exponents: c / below for exponents, c in element.numer.terms()}


def _times(polynomial: Polynomial, factor: int) -> Polynomial:
    return Polynomial(tuple((e, c * factor) for e, c in polynomial.terms))
