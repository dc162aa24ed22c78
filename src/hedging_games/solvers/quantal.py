"""The principal branch of logit quantal responses, followed from uniform choice (McKelvey and Palfrey 1995).

The solutions of `theory.quantal.responses.LogitEquations` at all precisions contain one curve that starts at precision 0 with
uniform choice. It is followed by predictor and corrector along its arc length, so that turning points, where the precision
falls for a while, are passed (Turocy 2005, "A dynamic homotopy interpretation of the logistic quantal response
equilibrium correspondence"; Allgower and Georg 1990, chapters 2 and 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.theory.quantal.responses import logit_equations

RESIDUAL: Final = 1e-10
"""Largest residual, in log-probabilities, that a point of the branch may have."""

ENOUGH: Final = 1e-13
"""Residual, per unit of precision from 1 on, at which Newton's method need not go on to where rounding ends it."""

FIRST_STEP: Final = 0.02
SMALLEST_STEP: Final = 1e-8
LARGEST_STEP: Final = 0.15
"""Steps along the branch, in the norm of log-probabilities and precision per unit of payoff; far out, where the branch is
nearly straight, they grow with the distance."""

LARGEST_PRECISION: Final = 1e5
"""Precision per unit of payoff at which the branch has reached its limit as far as floats can tell."""

NEAR_LIMIT: Final = 1e3
"""Precision per unit of payoff from which on rounding may end the branch: off the path log-probabilities are large there,
and beliefs are differences of them."""

MAX_POINTS: Final = 20_000

RETRIES: Final = 3
"""How often a step is halved when it seems to cross another branch, before that is believed."""

LARGEST_FLOAT: Final = Fraction(float(np.finfo(float).max))


def _unchecked() -> None:
    """The check of a caller who sets no limit."""


@dataclass(frozen=True, slots=True)
class BranchPoint:
    """A point of the branch.

    Attributes
    ----------
    precision : per unit of payoff of the game. logs : shape (n,), the log-probabilities of the players' slots.
    scaled : the precision per spread of payoffs. residual : the largest error of the equations in log-probabilities.
    crosses : whether another branch was crossed on the way from the point before, which only symmetric or otherwise
        exceptional games allow.
    """

    precision: float
    logs: np.ndarray
    scaled: float
    residual: float
    crosses: bool = False


@dataclass(frozen=True, slots=True)
class _Corrected:
    """A point that Newton's method has found: log-probabilities, scaled precision, the residual there and the Jacobian."""

    x: np.ndarray
    s: float
    residual: float
    jacobian: np.ndarray


@dataclass(slots=True)
class Passages:
    """Where the branch passes a precision.

    Attributes
    ----------
    points : in the order along the branch; none if floats end before it. is_followed : whether the branch could be followed
        to its end, so that these are all. end : the last two points met.
    """

    points: list[BranchPoint]
    is_followed: bool
    end: tuple[BranchPoint, BranchPoint] | None = None


class Branch:
    """The principal branch of a game: its equations, and the points met so far.

    Raises what `theory.quantal.responses.logit_equations` does.
    """

    def __init__(self, game: Game, check: Check = _unchecked) -> None:
        self.game = game
        self.equations = logit_equations(game)
        self.check = check

    def probabilities(self, point: BranchPoint) -> np.ndarray:
        """Shape (S,): the probability of each slot at a point, zero at chance's."""
        return self.equations.probabilities(point.logs)

    def scaled(self, precision: Fraction) -> float:
        """A precision per spread of payoffs; infinite where floats end."""
        scaled = precision * self.equations.unit
        return float(scaled) if scaled < LARGEST_FLOAT else float("inf")

    def points(self) -> Iterator[BranchPoint]:
        """The branch from uniform choice on, in the order along it, until the precision passes `LARGEST_PRECISION` or
        rounding ends it beyond `NEAR_LIMIT`.

        Raises CouldNotFinish where no step, however small, can be completed, and after `MAX_POINTS` points.
        """
        equations = self.equations
        x, s = equations.start(), 0.0
        yield self._point(x, s)
        if not len(x):
            return
        tangent, side = _tangent(equations.jacobian(x, s), np.append(np.zeros(len(x)), 1.0))
        assert tangent is not None  # At precision 0 the equations are regular.
        step, retries = FIRST_STEP, 0
        for _ in range(MAX_POINTS):
            self.check()
            z = self._corrected(np.append(x, s) + step * tangent, tangent, 0.5 * step)
            turned, sign = (None, side) if z is None else _tangent(z.jacobian, tangent)
            if z is None or turned is None or turned @ tangent < 0.95:
                step, retries = step / 2, 0
                if step < SMALLEST_STEP and s >= NEAR_LIMIT:
                    return
                if step < SMALLEST_STEP:
                    raise could_not_finish(
                        "qre",
                        f"the branch cannot be followed beyond precision {self._precision(s):.4g}",
                        "ask for less",
                    )
                continue
            crosses = sign != side
            if crosses and retries < RETRIES:
                step, retries = step / 2, retries + 1
                continue
            side, retries = sign, 0
            x, s, tangent = z.x, z.s, turned
            yield self._met(z, crosses=crosses)
            if s > LARGEST_PRECISION:
                return
            step = min(step * 1.5, LARGEST_STEP * (1 + max(s, float(np.abs(x).max()))))
        raise could_not_finish("qre", f"the branch has more than {MAX_POINTS} points", "ask for a smaller precision")

    def at(self, precision: Fraction) -> Passages:
        """Where the branch passes a given precision (per unit of payoff)."""
        target = self.scaled(precision)
        if target == 0 or not len(self.equations.own):
            return Passages([next(self.points())], is_followed=True)
        passages = Passages([], is_followed=True)
        try:
            for a, b in pairwise(self.points()):
                passages.end = a, b
                if (a.scaled < target) != (b.scaled < target):
                    passages.points.append(self.crossing(a, b, target))
        except CouldNotFinish:
            if not passages.points:
                raise
            passages.is_followed = False
        return passages

    def tangent(self, point: BranchPoint, along: np.ndarray) -> np.ndarray:
        """The branch's direction at a point, shape (n + 1,): log-probabilities, then scaled precision; of unit length."""
        found, _ = _tangent(self.equations.jacobian(point.logs, point.scaled), along)
        return np.zeros(len(along)) if found is None else found

    def slope(self, point: BranchPoint) -> np.ndarray:
        """Shape (n,): the derivatives of the log-probabilities by the scaled precision."""
        jacobian = self.equations.jacobian(point.logs, point.scaled)
        return np.asarray(np.linalg.solve(jacobian[:, :-1], -jacobian[:, -1]))

    def near(self, point: BranchPoint, scaled: float) -> BranchPoint:
        """The point of the branch with a scaled precision close to that of a given one."""
        guess = np.append(point.logs + (scaled - point.scaled) * self.slope(point), scaled)
        z = self._corrected(guess, np.append(np.zeros(len(point.logs)), 1.0), 1.0)
        if z is None:
            raise could_not_finish("qre", "the branch turns too sharply", "ask for a slightly different precision")
        return self._point(z.x, scaled)

    def between(self, a: BranchPoint, b: BranchPoint, share: float) -> BranchPoint:
        """A point of the branch between two neighbours, about ``share`` of the way from one to the other."""
        chord = np.append(b.logs - a.logs, b.scaled - a.scaled)
        length = float(np.linalg.norm(chord))
        start = np.append(a.logs, a.scaled) + share * chord
        if not length:
            return a
        z = self._corrected(start, chord / length, 0.5 * length)
        if z is None:
            raise could_not_finish("qre", "the branch turns too sharply", "ask for a slightly different precision")
        return self._met(z)

    def crossing(self, a: BranchPoint, b: BranchPoint, target: float) -> BranchPoint:
        """The point with the given scaled precision between two neighbours: halving along the branch until Newton's
        method at that precision stays close by.
        """
        upwards = np.append(np.zeros(len(a.logs)), 1.0)
        for _ in range(60):
            gap = float(np.linalg.norm(b.logs - a.logs))
            share = (target - a.scaled) / (b.scaled - a.scaled)
            guess = np.append(a.logs + share * (b.logs - a.logs), target)
            z = self._corrected(guess, upwards, 0.5 * gap + 1e-9)
            if z is not None:
                return self._point(z.x, target)
            middle = self.between(a, b, 0.5)
            a, b = (a, middle) if (middle.scaled < target) != (a.scaled < target) else (middle, b)
        raise could_not_finish("qre", "the branch turns at this very precision", "ask for a slightly different one")

    def _precision(self, s: float) -> float:
        numerator, denominator = s.as_integer_ratio()
        unit = self.equations.unit
        try:
            return numerator * unit.denominator / (denominator * unit.numerator)
        except OverflowError:
            return float("inf")

    def _point(self, x: np.ndarray, s: float) -> BranchPoint:
        residual = float(np.abs(self.equations.residual(x, s)).max(initial=0.0))
        return BranchPoint(self._precision(s), x, s, residual)

    def _met(self, z: _Corrected, *, crosses: bool = False) -> BranchPoint:
        return BranchPoint(self._precision(z.s), z.x, z.s, z.residual, crosses)

    def _corrected(self, z: np.ndarray, across: np.ndarray, farthest: float) -> _Corrected | None:
        """Newton's method back to the branch, orthogonally to ``across``, until it is as good as needed or rounding stops it; None if it does not
        converge to within `RESIDUAL`, strays farther than that, or converges too slowly to be trusted.
        """
        start, size = z, np.inf
        best: _Corrected | None = None
        for _ in range(8):
            residual, jacobian = self.equations.linearised(z[:-1], z[-1])
            before, size = size, float(np.abs(residual).max())
            if not size <= before / 2:
                # No longer improving: as good as rounding allows, or not converging.
                break
            best = _Corrected(z[:-1], float(z[-1]), size, jacobian)
            if size <= ENOUGH * max(1.0, best.s):
                break
            step = _solved(jacobian, across, np.append(residual, 0.0))
            if step is None:
                return None
            z = z - step
            if not np.linalg.norm(z - start) <= farthest:
                return None
        return best if best is not None and best.residual <= RESIDUAL else None


def _tangent(jacobian: np.ndarray, along: np.ndarray) -> tuple[np.ndarray | None, float]:
    """The unit null vector of the Jacobian, in the direction of travel, None where it is not determined; and the sign of the determinant of
    the two: it turns where another branch is crossed.
    """
    direction = _solved(jacobian, along, np.append(np.zeros(len(jacobian)), 1.0))
    sign = float(np.linalg.slogdet(np.vstack([jacobian, along]))[0])
    length = float(np.linalg.norm(direction)) if direction is not None else np.inf
    return (direction / length if direction is not None and np.isfinite(length) else None), sign


def _solved(jacobian: np.ndarray, across: np.ndarray, right: np.ndarray) -> np.ndarray | None:
    """The solution of the system of a Jacobian and one more row, None where there is none."""
    system = np.vstack([jacobian, across])
    try:
        return np.linalg.solve(system, right)
    except np.linalg.LinAlgError:
        return None
