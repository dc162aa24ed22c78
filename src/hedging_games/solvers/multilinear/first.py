"""One equilibrium of a game of several players: on a given support, by algebra; near a point in floats, with a proof."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.solvers.multilinear.boxes import judged_zeros, whole_support, zeros_near
from hedging_games.solvers.multilinear.general import on_support
from hedging_games.solvers.multilinear.krawczyk import form_of, largest_proved_cube
from hedging_games.solvers.multilinear.results import EnclosedEquilibrium, MixedStrategies, Supports
from hedging_games.solvers.multilinear.system import support_system

Found = MixedStrategies | EnclosedEquilibrium


def first_on(tensors: Sequence[np.ndarray], supports: Supports, check: Check) -> Found | None:
    """An equilibrium with exactly these supports, of a game with integer payoff ``tensors``; None if none was found."""
    system = support_system(tensors, supports)
    findings, boxes = on_support(system, check)
    for point in findings.points:
        return system.profile(point)
    for _, sample, _ in findings.cells:
        return system.profile(sample)
    return boxes[0] if boxes else None


def first_near(
    tensors: Sequence[np.ndarray], supports: Supports, guess: Sequence[np.ndarray], check: Check
) -> Found | None:
    """The equilibrium with these supports that Newton's method reaches from a guess (by player and action), once Krawczyk's test proves
    it; None where there is none, or not as many equations as unknowns.
    """
    system = support_system(tensors, supports)
    equations = [form_of(system.groups, p) for p in system.equations]
    if len(equations) != len(system.variables) or not equations:
        return None
    mixing = [player for player, support in enumerate(supports) if len(support) > 1]
    start = [guess[player][None, list(supports[player])] for player in mixing]
    start = [mixture / mixture.sum() for mixture in start]
    for point in zeros_near(whole_support(system, equations), start):
        zero = largest_proved_cube(equations, point, check)
        if zero is not None:
            found = judged_zeros(system, [zero], check, searched=False)
            for rational in found.points:
                return system.profile(rational)
            return found.boxes[0] if found.boxes else None
    return None
