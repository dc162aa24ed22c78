"""Sobol indices: how much of a function's variance over a box is due to each variable, alone and with others.

First order by Saltelli et al. (2010, table 2, row b), totals by Jansen (1999), on a scrambled Sobol sample of twice as many
dimensions; confidence intervals by the percentile bootstrap over its rows (Efron 1979).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

RESAMPLES: Final = 400
CONFIDENCE: Final = 0.95

Estimate = tuple[float, float, float]
"""The estimate and the ends of its confidence interval."""


def variance_indices(
    function: Callable[[np.ndarray], np.ndarray], lows: np.ndarray, highs: np.ndarray, count: int, seed: int
) -> tuple[list[Estimate], list[Estimate]] | None:
    """First-order and total indices of a function of uniform variables; None if it does not vary.

    ``function`` takes an array of shape (variables, points) and returns shape (points,). ``count`` is a power of 2.
    """
    from scipy.stats import qmc

    size = len(lows)
    unit = qmc.Sobol(2 * size, scramble=True, rng=np.random.default_rng([seed, 1])).random(count).T
    wide, span = lows[:, None], (highs - lows)[:, None]
    one, other = wide + span * unit[:size], wide + span * unit[size:]
    at_one, at_other = function(one), function(other)
    mixed = np.empty((size, count))
    for k in range(size):
        swapped = one.copy()
        swapped[k] = other[k]
        mixed[k] = function(swapped)
    if not np.isfinite([at_one, at_other]).all() or np.ptp(at_one) == 0:
        return None
    # Centred, so that the product of values has less variance than the indices it estimates.
    centre = (at_one.mean() + at_other.mean()) / 2
    alone = (at_other - centre) * (mixed - at_one)
    apart = (at_one - mixed) ** 2 / 2
    square = ((at_one - centre) ** 2 + (at_other - centre) ** 2) / 2
    rng = np.random.default_rng([seed, 2])
    rows = [rng.integers(count, size=count) for _ in range(RESAMPLES)]
    variances = np.array([square[row].mean() for row in rows])
    found: tuple[list[Estimate], list[Estimate]] = ([], [])
    for into, terms in zip(found, (alone, apart), strict=True):
        for k in range(size):
            drawn = np.array([terms[k][row].mean() for row in rows]) / variances
            low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
            into.append((float(terms[k].mean() / square.mean()), float(low), float(high)))
    return found
