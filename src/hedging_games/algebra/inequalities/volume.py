"""How much of the box a union of systems fills: exactly for affine systems in few dimensions, else estimated and labelled.

Exact volumes come from the vertices (double description) by pulling triangulations: a polytope is the union of the
pyramids from one vertex over the facets that do not contain it (Cohen and Hickey 1979; Büeler, Enge and Fukuda 2000).
Estimates come from scrambled Sobol points (Owen 1995) with the standard error over independent scramblings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import TypeAlias

import numpy as np
from flint import fmpq, fmpq_mat

from hedging_games.algebra.checking import Check
from hedging_games.algebra.inequalities.columns import own_coordinates
from hedging_games.algebra.inequalities.covering import disjoint
from hedging_games.algebra.inequalities.decide import DEFAULT
from hedging_games.algebra.inequalities.distance import ranges
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.system import Constraint, Fact, System, apart
from hedging_games.algebra.polyhedron import vertices
from hedging_games.algebra.polynomials import affine_form, float_function, moved, variables_of
from hedging_games.errors import HedgingGamesError, input_error

Simplex = tuple[int, ...]

EXACT_DIMENSIONS = 6
"""Parameters that may hang together for an exact volume."""

SCRAMBLINGS = 16
"""Independent scramblings behind a standard error."""

LOG_POINTS = 12
"""Each scrambling has 2 to this power points."""

Masks: TypeAlias = Mapping[Constraint, np.ndarray]
"""For each constraint, at which of the points it holds."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the box: exact (a Fraction, no error), or an estimate with its standard error and number of points."""

    value: Fraction | float
    error: float = 0.0
    points: int = 0

    @property
    def exact(self) -> bool:
        """Whether the value is exact."""
        return isinstance(self.value, Fraction)

    def __str__(self) -> str:
        if self.exact:
            return str(self.value)
        # Where all samples agree to the last point, their spread says that they are alike, not that they are right.
        error = f" ± {self.error:.2g}" if self.error else ", its error unknown: the samples agree"
        return f"{float(self.value):.4g}{error}"


def share(
    union: Sequence[System],
    *,
    exact: bool = True,
    seed: int = 0,
    limits: Limits = DEFAULT,
    check_time: Check | None = None,
) -> Share:
    """The share of the points of the box, under the assumptions, that lie in at least one system of a union.

    Exact where all systems are affine and no more than `EXACT_DIMENSIONS` parameters hang together (and ``exact`` is
    asked for); otherwise an estimate. Raises InputError for an empty union, unbounded ranges, or assumptions that
    leave nothing (of positive volume).
    """
    if not union:
        raise input_error("robustness", "no region was given", "give at least one system")
    ranges(union[0])
    if exact and all(_is_affine(system) for system in union):
        try:
            given = volume(union[0].with_constraints(()), check_time)
            if given == 0:
                raise _nothing_given()
            inside = [volume(piece, check_time) for piece in disjoint(union, limits, check_time)]
            return Share(sum(inside, Fraction(0)) / given)
        except _TooManyDimensionsError:
            pass
    return _estimate(union, seed, check_time)


class _TooManyDimensionsError(HedgingGamesError):
    """More parameters hang together than an exact volume is computed for."""


def _nothing_given() -> Exception:
    return input_error("assume", "the assumptions leave no part of the box", "widen the ranges or drop an assumption")


def _is_affine(system: System) -> bool:
    return all(affine_form(c.terms) is not None for c in (*system.constraints, *system.assumptions))


def volume(system: System, check_time: Check | None = None) -> Fraction:
    """The exact volume of an affine system in a bounded box, as a share of the box.

    A range that is a single point is not counted. Raises `HedgingGamesError` where too many parameters hang together.
    """
    origin, step = own_coordinates(system.box)
    fixed = {i: interval.low for i, interval in enumerate(system.box) if interval.point}
    facts = []
    for asked in (*system.constraints, *system.assumptions):
        terms = moved(asked.terms, origin, step)
        terms = {e: c for e, c in terms.items() if not any(e[i] for i in fixed)}
        facts.append(Fact(terms, asked.relation))
    total = Fraction(1)
    for group in apart(dict(enumerate(facts))):
        total *= _component([facts[i] for i in group], check_time)
    return total


def _component(facts: Sequence[Fact], check_time: Check | None) -> Fraction:
    """The volume, in the unit cube of their variables, of affine facts that hang together."""
    if any(fact.relation == "==" and fact.terms for fact in facts):
        return Fraction(0)
    variables = sorted({v for fact in facts for v in variables_of(fact.terms)})
    if not variables:
        return Fraction(int(all(fact.holds_at([]) if not fact.terms else _constant_holds(fact) for fact in facts)))
    if len(variables) > EXACT_DIMENSIONS:
        raise _TooManyDimensionsError
    rows = []
    for fact in facts:
        form = affine_form(fact.terms)
        assert form is not None
        rows.append([Fraction(form[0].get(v, 0)) for v in variables] + [Fraction(form[1])])
    size = len(variables)
    for k in range(size):
        rows.append([Fraction(int(i == k)) for i in range(size)] + [Fraction(0)])
        rows.append([Fraction(-int(i == k)) for i in range(size)] + [Fraction(1)])
    found = vertices(rows, check=check_time) if check_time is not None else vertices(rows)
    return polytope_volume(found.points, found.tight)


def _constant_holds(fact: Fact) -> bool:
    size = len(next(iter(fact.terms)))
    return fact.holds_at([Fraction(0)] * size)


def polytope_volume(points: Sequence[Sequence[Fraction]], tight: Sequence[frozenset[int]]) -> Fraction:
    """The volume of the hull of points, given for each the numbers of the halfspaces on whose border it lies.

    Zero for points that do not span the space.
    """
    if not points:
        return Fraction(0)
    size = len(points[0])
    total = fmpq(0)
    for simplex in _pulled(frozenset(range(len(points))), size, points, tight):
        apex = points[simplex[0]]
        rows = [[_fmpq(a - b) for a, b in zip(points[i], apex, strict=True)] for i in simplex[1:]]
        total += abs(fmpq_mat(rows).det()) if rows else 1
    return Fraction(int(total.p), int(total.q)) / factorial(size)


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _pulled(
    face: frozenset[int], size: int, points: Sequence[Sequence[Fraction]], tight: Sequence[frozenset[int]]
) -> list[Simplex]:
    """The simplices of the pulling triangulation of a face of dimension ``size`` (none if it has a lower dimension)."""
    if len(face) <= size or _dimension(face, points) < size:
        return []
    if len(face) == size + 1:
        return [tuple(sorted(face))]
    apex = min(face)
    found = []
    for facet in _facets(face, size, points, tight):
        if apex not in facet:
            found += [(apex, *simplex) for simplex in _pulled(facet, size - 1, points, tight)]
    return found


def _facets(
    face: frozenset[int], size: int, points: Sequence[Sequence[Fraction]], tight: Sequence[frozenset[int]]
) -> list[frozenset[int]]:
    """The facets of a face: its largest proper intersections with the halfspaces' borders."""
    numbers = sorted({h for i in face for h in tight[i]})
    cut = {frozenset(i for i in face if h in tight[i]) for h in numbers} - {face}
    return sorted((c for c in cut if len(c) >= size and _dimension(c, points) == size - 1), key=sorted)


def _dimension(face: frozenset[int], points: Sequence[Sequence[Fraction]]) -> int:
    first, *rest = sorted(face)
    if not rest:
        return 0
    return int(fmpq_mat([[_fmpq(a - b) for a, b in zip(points[i], points[first], strict=True)] for i in rest]).rank())


def _estimate(union: Sequence[System], seed: int, check_time: Check | None) -> Share:
    """The share of a union of systems."""

    def inside(holds: Masks) -> np.ndarray:
        return np.asarray(np.logical_or.reduce([_all([holds[c] for c in system.constraints]) for system in union]))

    asked = [c for system in union for c in system.constraints]
    return estimated(union[0], asked, inside, seed=seed, check_time=check_time)


def estimated(
    whole: System,
    asked: Iterable[Constraint],
    inside: Callable[[Masks], np.ndarray],
    given: Callable[[Masks], np.ndarray] | None = None,
    *,
    seed: int = 0,
    check_time: Check | None = None,
) -> Share:
    """The share, among scrambled Sobol points of a box, of those that are ``inside``, told from where each constraint holds.

    The assumptions, and what else is ``given``, reject points, so the share is a ratio.
    """
    from scipy.stats import qmc

    origin, step = own_coordinates(whole.box)
    tests = {
        c: (float_function(moved(c.terms, origin, step)), c.relation)
        for c in dict.fromkeys([*asked, *whole.assumptions])
    }
    used = sorted({v for c in tests for v in variables_of(c.terms)}) or [0]
    ratios = []
    for scrambling in range(SCRAMBLINGS):
        if check_time is not None:
            check_time()
        sampler = qmc.Sobol(len(used), scramble=True, rng=np.random.default_rng([seed, scrambling]))
        points = np.zeros((len(whole.box), 1 << LOG_POINTS))
        points[used] = sampler.random_base2(LOG_POINTS).T
        holds = {c: _compare(function(points), relation) for c, (function, relation) in tests.items()}
        counted = _all([holds[c] for c in whole.assumptions])
        counted = counted if given is None else counted & given(holds)
        if counted.any():
            ratios.append(float((inside(holds) & counted).sum() / counted.sum()))
    if len(ratios) < 2:
        raise _nothing_given()
    return Share(
        float(np.mean(ratios)), float(np.std(ratios, ddof=1) / np.sqrt(len(ratios))), len(ratios) << LOG_POINTS
    )


def _compare(values: np.ndarray, relation: str) -> np.ndarray:
    compared: np.ndarray = values == 0 if relation == "==" else values > 0 if relation == ">" else values >= 0
    return compared


def _all(masks: Sequence[np.ndarray]) -> np.ndarray:
    together = np.ones(1 << LOG_POINTS, dtype=bool)
    for mask in masks:
        together &= mask
    return together
