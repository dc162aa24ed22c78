"""Looking for a solution: many points in floats, the promising ones made rational and checked exactly.

What is returned is a solution, certainly; that nothing was found means nothing. Points are spread evenly (Kronecker's
sequence with the generalised golden ratio, Roberts 2018), with some coordinates pushed to the ends of their ranges, so
that solutions on the border have a chance; the best of them climb towards a larger least margin. Equations are solved
for a variable in which they are linear, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.algebra.cells.intervals import Box
from hedging_games.algebra.cells.rationals import nearest_simple
from hedging_games.algebra.inequalities.columns import own_coordinates
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import (
    Point,
    Terms,
    add_scaled,
    float_function,
    float_slope,
    linear_parts,
    moved,
    multiply,
    primitive_terms,
    value_at,
    variables_of,
)

STARTS = 4
"""Points from which the least margin is maximised."""

TRIES = 40
"""Points checked exactly after each screening in floats."""

DENOMINATORS = (4, 12, 60, 420, 5040, 10**6, 10**9, 10**12)
"""Denominators tried when a point in floats is made rational, in the coordinates of the box."""

CLOSE = 1024
"""Largest denominator of a closest point, which is only a hint."""

UNBOUNDED_REACH = 16.0
"""How many units an unbounded variable is sampled into, with growing steps."""


@dataclass(frozen=True, slots=True)
class _Solved:
    """One variable as ``-rest / slope`` of an equation linear in it."""

    variable: int
    slope: Terms
    rest: Terms


@dataclass(frozen=True, slots=True)
class Sought:
    """What a search came to: a solution, if one was found, else the point where the least margin was largest, if any."""

    point: Point | None
    closest: Point | None = None


def find_witness(
    facts: Sequence[Fact], box: Box, samples: int, *, climb: bool = True, check: Callable[[], None] | None = None
) -> Sought:
    """Look for a rational point of the box at which all facts hold; variables of which they do not speak are left out.

    ``samples`` points are screened; ``climb`` says whether the best ones are improved by maximising the least margin.
    """
    origin, step = own_coordinates(box)
    local = [Fact(primitive_terms(moved(fact.terms, origin, step)), fact.relation) for fact in facts]
    solved, remaining = _solve_equations(local)
    spoken = sorted({v for fact in local for v in variables_of(fact.terms)})
    search = _Search(local, solved, [float_function(f.terms) for f in remaining], origin, step, box, spoken)
    active = [v for v in spoken if v not in {s.variable for s in solved}]
    points = spread(len(active), samples, box, active)
    full = np.zeros((len(box), points.shape[1]))
    full[active] = points
    margins = search.margins(full)
    order = np.argsort(-margins, kind="stable")
    inside = order[((points[:, order] > 0) & (points[:, order] < 1)).all(axis=0)]
    # On the border of the box margins are often exactly zero, which says little: points inside get their turn as well.
    for column in dict.fromkeys([*order[: TRIES // 2], *inside[: TRIES // 2]]):
        if margins[column] < -1e-6:
            continue
        found = search.exact(full[:, column])
        if found is not None:
            return Sought(found)
    if not climb:
        return Sought(None)
    starts = list(dict.fromkeys([*inside[:STARTS], *order[: STARTS // 2]]))
    return _climb(search, remaining, full[:, starts], active, check)


def spread(size: int, count: int, box: Box, active: Sequence[int]) -> np.ndarray:
    """``count`` points in the coordinates of the box, shape (size, count): the centre, corners, then evenly spread."""
    if size == 0:
        return np.zeros((0, 1))
    ratio = 2.0
    for _ in range(40):
        ratio = (1 + ratio) ** (1 / (size + 1))
    steps = ratio ** -np.arange(1, size + 1)
    index = np.arange(1, count + 1)
    points = (0.5 + np.outer(steps, index)) % 1.0
    # Every second point has about two fifths of its coordinates at an end; which ones is spread evenly as well.
    chance = (0.5 + np.outer(steps[::-1] * np.sqrt(2), index)) % 1.0
    pushed = (index % 2 == 0)[None, :] & (chance < 0.4)
    points = np.where(pushed, (chance < 0.2).astype(float), points)
    corners = min(count // 4, 1 << min(size, 12))
    points[:, :corners] = (np.arange(corners)[None, :] >> np.arange(size)[:, None]) & 1
    points[:, 0 if corners == 0 else corners % count] = 0.5
    for row, variable in enumerate(active):
        interval = box[variable]
        if interval.low is None or interval.high is None:
            points[row] = UNBOUNDED_REACH ** (2 * points[row]) - 1
            if interval.low is None:
                points[row] = -points[row] if interval.high is not None else points[row] * (-1.0) ** index
    return points


@dataclass(frozen=True, slots=True)
class _Search:
    """Everything needed to judge a point given in the coordinates of the box; ``spoken`` are the variables that occur."""

    facts: list[Fact]
    solved: list[_Solved]
    functions: list[Callable[[np.ndarray], np.ndarray]]
    origin: list[Fraction]
    step: list[Fraction]
    box: Box
    spoken: list[int]

    def complete(self, points: np.ndarray) -> np.ndarray:
        """The points with the solved variables filled in."""
        for one in reversed(self.solved):
            slope, rest = float_function(one.slope), float_function(one.rest)
            with np.errstate(all="ignore"):
                quotient = -rest(points) / slope(points) * _ratio(one)
            points[one.variable] = np.where(np.isfinite(quotient), quotient, 1e30)
        return points

    def margins(self, points: np.ndarray) -> np.ndarray:
        """The least margin at each point, negative where some fact fails."""
        points = self.complete(points)
        margins = np.full(points.shape[1], np.inf)
        for function in self.functions:
            margins = np.minimum(margins, function(points))
        return margins

    def exact(self, point: np.ndarray) -> Point | None:
        """A rational point near a float one at which everything holds exactly, if rounding finds one."""
        choices = [nearest_simple(float(x), DENOMINATORS) if abs(x) < 1e15 else [Fraction(0)] for x in point]
        for roughness in range(max(len(c) for c in choices)):
            candidate = [c[min(roughness, len(c) - 1)] for c in choices]
            if not self._fill(candidate):
                continue
            if all(fact.holds_at(candidate) for fact in self.facts):
                found = tuple(o + s * t for o, s, t in zip(self.origin, self.step, candidate, strict=True))
                if all(found[v] in self.box[v] for v in self.spoken):
                    return found
        return None

    def rounded(self, point: np.ndarray) -> Point:
        """A rational point close to a float one, in the variables themselves."""
        near = [Fraction(float(x)).limit_denominator(CLOSE) if abs(x) < 1e15 else Fraction(0) for x in point]
        return tuple(o + s * t for o, s, t in zip(self.origin, self.step, near, strict=True))

    def _fill(self, candidate: list[Fraction]) -> bool:
        for one in reversed(self.solved):
            slope = value_at(one.slope, candidate)
            if slope == 0:
                return False
            candidate[one.variable] = -value_at(one.rest, candidate) / slope
        return True


def _ratio(one: _Solved) -> float:
    """The factor between the float functions of rest and slope, which are scaled separately."""
    largest = [max((abs(c) for c in terms.values()), default=1) for terms in (one.rest, one.slope)]
    return float(Fraction(largest[0]) / largest[1])


def _solve_equations(facts: Sequence[Fact]) -> tuple[list[_Solved], list[Fact]]:
    """Each equation solved for a variable in which it is linear; inequalities (denominators cleared) and the rest.

    An entry speaks only of variables that are free or solved later. Inequalities are returned up to a positive factor
    by squaring the slope's sign away; they only guide the search.
    """
    pending = list(facts)
    solved: list[_Solved] = []
    leftover: list[Fact] = []
    while True:
        at = next((i for i, fact in enumerate(pending) if fact.relation == "=="), None)
        if at is None:
            return solved, [*pending, *_both_ways(leftover)]
        equation = pending.pop(at)
        one = _solvable(equation.terms)
        if one is None:
            if equation.terms:
                leftover.append(equation)
            continue
        solved.append(one)
        pending = [Fact(_replaced(fact.terms, one), fact.relation) for fact in pending]


def _both_ways(equations: Sequence[Fact]) -> list[Fact]:
    """Equations that no variable solves, as two inequalities."""
    return [Fact({e: s * c for e, c in q.terms.items()}, ">=") for q in equations for s in (1, -1)]


def _solvable(terms: Terms) -> _Solved | None:
    """An equation solved for the variable with the simplest slope."""
    best: _Solved | None = None
    for variable in variables_of(terms):
        parts = linear_parts(terms, variable)
        if parts is not None and (best is None or len(parts[0]) < len(best.slope)):
            best = _Solved(variable, *parts)
    return best


def _replaced(terms: Terms, one: _Solved) -> Terms:
    """``p(-b/a) a^k`` with an even k: the sign of p wherever ``a`` is not zero."""
    degree = max((e[one.variable] for e in terms), default=0)
    if degree == 0:
        return terms
    even = degree + degree % 2
    minus_rest = {e: -c for e, c in one.rest.items()}
    total: Terms = {}
    for exponents, coefficient in terms.items():
        power = exponents[one.variable]
        part: Terms = {(*exponents[: one.variable], 0, *exponents[one.variable + 1 :]): coefficient}
        for factor in [minus_rest] * power + [one.slope] * (even - power):
            part = multiply(part, factor)
        add_scaled(total, part, 1)
    return primitive_terms(total)


def _climb(
    search: _Search,
    remaining: Sequence[Fact],
    starts: np.ndarray,
    active: Sequence[int],
    check: Callable[[], None] | None,
) -> Sought:
    """Maximise the least margin from some starting points by sequential quadratic programming."""
    if not active or not remaining:
        return Sought(None)
    highest, closest = -np.inf, None
    for best in _ascents(search, remaining, starts, active, check):
        margin = float(best[len(active)])
        whole = search.complete(_spread_out(best, active, starts.shape[0]))[:, 0]
        if margin > highest:
            highest, closest = margin, search.rounded(whole)
        if margin < -1e-4:
            continue
        found = search.exact(whole) or _touching(search, remaining, best, active)
        if found is not None:
            return Sought(found)
    return Sought(None, closest)


def _ascents(
    search: _Search,
    remaining: Sequence[Fact],
    starts: np.ndarray,
    active: Sequence[int],
    check: Callable[[], None] | None,
) -> Iterator[np.ndarray]:
    """From each starting point the active variables that maximise the least margin, and after them that margin."""
    from scipy import optimize

    minimize: Any = optimize.minimize  # its stubs do not know this kind of constraint

    values = [float_function(fact.terms) for fact in remaining]
    slopes = [[float_slope(fact.terms, v) for v in active] for fact in remaining]
    size = len(active)
    bounds = [_float_bounds(search.box, v) for v in active] + [(None, 1.0)]

    def gaps(x: np.ndarray) -> np.ndarray:
        full = _spread_out(x, active, starts.shape[0])
        return np.array([value(full)[0] - x[size] for value in values])

    def gap_slopes(x: np.ndarray) -> np.ndarray:
        full = _spread_out(x, active, starts.shape[0])
        return np.array([[slope(full)[0] for slope in row] + [-1.0] for row in slopes])

    objective = np.zeros(size + 1)
    objective[size] = -1.0
    for column in range(starts.shape[1]):
        if check is not None:
            check()
        start = np.append(starts[list(active), column], 0.0)
        full = _spread_out(start, active, starts.shape[0])
        start[size] = float(np.clip(min(value(full)[0] for value in values), -1e3, 1.0))
        with np.errstate(all="ignore"):
            best: Any = minimize(
                lambda x: -x[size],
                start,
                jac=lambda _: objective,
                bounds=bounds,
                constraints=[{"type": "ineq", "fun": gaps, "jac": gap_slopes}],
                method="SLSQP",
                options={"maxiter": 60},
            )
        if np.all(np.isfinite(best.x)):
            yield best.x


def _spread_out(x: np.ndarray, active: Sequence[int], count: int) -> np.ndarray:
    """The active variables as one column of all ``count`` variables, the others zero."""
    full = np.zeros((count, 1))
    full[list(active), 0] = x[: len(active)]
    return full


def _touching(search: _Search, remaining: Sequence[Fact], best: np.ndarray, active: Sequence[int]) -> Point | None:
    """Where the best margin is zero: take the facts that bind there as equations and solve them exactly."""
    if abs(best[len(active)]) > 1e-5:
        return None
    point = _spread_out(best, active, len(search.box))
    binding = [f for f in remaining if f.relation != ">" and abs(float_function(f.terms)(point)[0]) < 1e-5]
    others = [f for f in search.facts if f.relation == "=="]
    solved, _ = _solve_equations([*others, *(Fact(f.terms, "==") for f in binding)])
    tighter = _Search(search.facts, solved, [], search.origin, search.step, search.box, search.spoken)
    return tighter.exact(point[:, 0])


def _float_bounds(box: Box, variable: int) -> tuple[float | None, float | None]:
    """The range of a variable in the coordinates of the box."""
    interval = box[variable]
    if interval.low is not None and interval.high is not None:
        return (0.0, 1.0) if interval.low < interval.high else (0.0, 0.0)
    return (0.0 if interval.low is not None else None), (0.0 if interval.high is not None else None)
