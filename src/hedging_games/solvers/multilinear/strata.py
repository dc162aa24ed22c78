"""Equilibria where the indifference equations of a support leave a curve or a surface: which part of it, if any.

On a component of dimension one let t be a coordinate that moves along it. What holds on it (all probabilities positive,
no outside action pays) can only change where a probability or a gap is zero, or where the curve turns in t; these are
zero-dimensional systems, solved exactly. Between two neighbouring values of t so found nothing changes, so one rational
t in between decides for all; and the values themselves are looked at one by one. The answer is complete.

A component of dimension two is cut at one value of a coordinate in each interval in which the cuts look alike, found
in the same way: a cut that shows an equilibrium without a tie shows a continuum. Equilibria may besides sit where a gap is
zero: those strata, of smaller dimension, are examined likewise. In higher dimensions the cuts are a fixed few, so a
continuum that is found is certain, and where none is found the support is in general reported as undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from hedging_games.algebra.algebraic import Exact, real_roots
from hedging_games.algebra.cells.intervals import between
from hedging_games.algebra.checking import Check
from hedging_games.algebra.polynomial_systems import (
    Component,
    Polynomial,
    decompose,
    independent_variables,
    linear_relation,
    normal_form,
)
from hedging_games.algebra.quotient_algebra import real_zeros
from hedging_games.errors import CouldNotFinish
from hedging_games.solvers.multilinear.system import SupportSystem, at_point

Point = tuple[Exact, ...]

CUTS: Final = tuple(Fraction(*ratio) for ratio in ((1, 2), (1, 3), (2, 3), (1, 5), (4, 5), (1, 17), (16, 17)))
"""Where a component of dimension two or more is cut, as values of one coordinate."""

LARGEST_TURNING_SYSTEM = 5
"""Curves and surfaces in more coordinates are not searched for turning points."""

LARGEST_DEGREE_OF_VALUES: Final = 8
"""A coordinate that takes finitely many values on a component is recognised by a polynomial of at most this degree."""


@dataclass(slots=True)
class Findings:
    """What a component holds: ``cells`` pairs components with an equilibrium inside, ``points`` are single equilibria,
    ``ends`` are equilibria on the closure of a curve, by component; ``undecided`` says what could not be settled.
    """

    points: list[Point] = field(default_factory=list)
    cells: list[tuple[Component, Point, tuple[Point, ...] | None]] = field(default_factory=list)
    undecided: bool = False

    def add(self, other: Findings) -> None:
        """Take over what another search found."""
        self.points += [p for p in other.points if p not in self.points]
        self.cells += [c for c in other.cells if all(c[0] is not known[0] for known in self.cells)]
        self.undecided = self.undecided or other.undecided


def equilibria_on(system: SupportSystem, component: Component, check: Check) -> Findings:
    """The equilibria on a component of the zeros of a support's equations, all probabilities of the support positive."""
    check()
    if component.dimension == 0:
        zeros = real_zeros(component, len(system.variables), check, within_unit=True)
        return Findings([z for z in zeros if system.is_inside(z) and system.is_content(z)])
    if any(_vanishes_on(p, component) for p in system.probabilities):
        return Findings()
    try:
        if component.dimension == 1:
            return _on_curve(system, component, check)
        return _on_surface(system, component, check)
    except CouldNotFinish as stop:
        if any(problem.topic != "algebra" for problem in stop.problems):
            raise
        return Findings(undecided=True)


def _vanishes_on(polynomial: Polynomial, component: Component) -> bool:
    if not component.basis:
        return bool(polynomial == 0)
    return bool(normal_form(polynomial, component.basis, component.basis[0].context()) == 0)


def _parts(
    system: SupportSystem, component: Component, extra: Sequence[Polynomial], check: Check, *, closed: bool = False
) -> list[Component]:
    """The component's points at which more polynomials vanish; with ``closed`` also those on the simplices' boundary."""
    may_vanish = None if closed else system.may_vanish
    return decompose([*component.basis, *extra], system.ring, may_vanish=may_vanish, check=check)


def _on_curve(system: SupportSystem, curve: Component, check: Check) -> Findings:
    gaps = [gap for gap in system.gaps if not _vanishes_on(gap, curve)]
    found = Findings()
    t, turning = _moving_coordinate(system, curve, check)
    if t is None:
        return Findings(undecided=True)
    outer = [part for p in system.probabilities for part in _parts(system, curve, [p], check, closed=True)]
    tied = [part for gap in gaps for part in _parts(system, curve, [gap], check)]
    for part in (*tied, *turning):
        if part.dimension > 0:
            found.add(equilibria_on(system, part, check))
    isolated = [part for part in (*turning, *outer, *tied) if part.dimension == 0]
    marks, ends = _marks_and_ends(system, isolated, t, check)
    sample = _sample_between(system, curve, t, marks, check)
    if sample is not None:
        found.cells.append((curve, sample, tuple(ends)))
    else:
        found.points += [p for p in ends if system.is_inside(p) and p not in found.points]
    return found


def _marks_and_ends(
    system: SupportSystem, parts: Sequence[Component], t: int, check: Check
) -> tuple[list[Exact], list[Point]]:
    """The values of t at the points of these parts, with 0 and 1, in order; and the equilibria among those points."""
    marks: list[Exact] = [Fraction(0), Fraction(1)]
    ends: list[Point] = []
    for part in parts:
        for zero in real_zeros(part, len(system.variables), check, within_unit=True):
            if zero[t] not in marks:
                marks.append(zero[t])
            if zero not in ends and system.is_closed_inside(zero) and system.is_content(zero):
                ends.append(zero)
    return sorted(marks), ends


def _sample_between(
    system: SupportSystem, curve: Component, t: int, marks: Sequence[Exact], check: Check
) -> Point | None:
    """An equilibrium of the curve at a rational value of t between two neighbouring marks, None if no interval has one."""
    for low, high in pairwise(marks):
        check()
        for part in _parts(system, curve, [_at_value(system, t, between(low, high))], check):
            for zero in real_zeros(part, len(system.variables), check, within_unit=True):
                if system.is_inside(zero) and system.is_content(zero):
                    return zero
    return None


def _at_value(system: SupportSystem, variable: int, value: Fraction) -> Polynomial:
    return value.denominator * system.ring.gens()[variable] - value.numerator


def _moving_coordinate(system: SupportSystem, curve: Component, check: Check) -> tuple[int | None, list[Component]]:
    """A coordinate that is constant on no part of positive dimension that the others could not reach, and the parts of the
    curve where it turns: where the Jacobian by the other coordinates is singular.
    """
    count = len(system.variables)
    if count == 1:
        return 0, []
    if count > LARGEST_TURNING_SYSTEM:
        return None, []
    leading = curve.leading
    for t in range(count):
        if not all(any(power for v, power in enumerate(monomial) if v != t) for monomial in leading):
            continue
        others = [v for v in range(count) if v != t]
        rows = [[p.derivative(v) for v in others] for p in _combinations(curve.basis, len(others))]
        determinant = _determinant(rows)
        if not _vanishes_on(determinant, curve):
            return t, _parts(system, curve, [determinant], check)
    return None, []


def _combinations(basis: Sequence[Polynomial], count: int) -> list[Polynomial]:
    """``count`` integer combinations of the basis: the basis itself if it has that many, else spread over all of it."""
    if len(basis) == count:
        return list(basis)
    rows = []
    for k in range(count):
        row = basis[0] * 0
        for j, p in enumerate(basis):
            row += ((k + 2) * (j + 1) ** (k + 1) % 97 + 1) * p
        rows.append(row)
    return rows


def _determinant(rows: Sequence[Sequence[Any]]) -> Any:
    """The determinant by expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total = rows[0][0] * 0
    for k, entry in enumerate(rows[0]):
        if entry != 0:
            minor = _determinant([[x for j, x in enumerate(row) if j != k] for row in rows[1:]])
            total += entry * minor if k % 2 == 0 else -entry * minor
    return total


def _on_surface(system: SupportSystem, surface: Component, check: Check) -> Findings:
    """Equilibria on a component of dimension two or more: first where no gap is tied, then on the strata of the ties."""
    gaps = [gap for gap in system.gaps if not _vanishes_on(gap, surface)]
    centre = _centre(system)
    if not surface.basis and all(at_point(gap, centre) > 0 for gap in gaps):
        return Findings(cells=[(surface, centre, None)])
    t = independent_variables(surface.leading, len(system.variables))[0]
    marks = _surface_marks(system, surface, t, gaps, check) if surface.dimension == 2 else None
    cuts = (centre[t], *CUTS) if marks is None else tuple(between(low, high) for low, high in pairwise(marks))
    sample = _untied_sample(system, surface, t, cuts, gaps, check)
    if sample is not None:
        return Findings(cells=[(surface, sample, None)])
    found = Findings()
    for gap in gaps:
        for part in _parts(system, surface, [gap], check):
            found.add(equilibria_on(system, part, check))
    if marks is None and not _settled_without_cuts(system, surface, gaps, found):
        found.undecided = True
    return found


def _untied_sample(
    system: SupportSystem,
    surface: Component,
    t: int,
    cuts: Sequence[Fraction],
    gaps: Sequence[Polynomial],
    check: Check,
) -> Point | None:
    """An equilibrium on a cut of the surface at which every gap that is not zero throughout is positive."""
    for value in cuts:
        for part in _parts(system, surface, [_at_value(system, t, value)], check):
            findings = equilibria_on(system, part, check)
            for point in findings.points + [cell[1] for cell in findings.cells]:
                if all(at_point(gap, point) > 0 for gap in gaps):
                    return point
    return None


def _surface_marks(
    system: SupportSystem, surface: Component, t: int, gaps: Sequence[Polynomial], check: Check
) -> list[Exact] | None:
    """Values of t, from 0 to 1, between which the cuts of a two-dimensional surface by the simplices and gaps look alike.

    Such a cut changes only at a value where the surface, or the curve in it on which a probability or a gap is zero, has
    a point critical for t (its Jacobian by the other coordinates loses rank), or where two of these curves cross
    (Thom's first isotopy lemma; the set is compact). None where this cannot be worked out.
    """
    count = len(system.variables)
    if count > LARGEST_TURNING_SYSTEM:
        return None
    others = [v for v in range(count) if v != t]
    base = _combinations(surface.basis, count - 2)
    jacobian = [[p.derivative(v) for v in others] for p in base]
    parts, crossings = [], []
    if base:
        minors = [
            _determinant([[row[k] for k in range(count - 1) if k != left] for row in jacobian])
            for left in range(count - 1)
        ]
        parts += _parts(system, surface, minors, check)
    walls = [(p, True) for p in system.probabilities] + [(gap, False) for gap in gaps]
    for place, (wall, closed) in enumerate(walls):
        critical = _determinant([*jacobian, [wall.derivative(v) for v in others]])
        parts += _parts(system, surface, [wall, critical], check, closed=closed)
        for other, other_closed in walls[:place]:
            crossings += _parts(system, surface, [wall, other], check, closed=closed or other_closed)
    marks: list[Exact] = [Fraction(0), Fraction(1)]
    for part in parts + crossings:
        check()
        values = _values_on(system, part, t, check)
        if values is None and part in parts:
            return None
        # Two walls with a curve in common: its critical points are among those of either.
        marks += [x for x in values or () if x not in marks and 0 < x < 1]
    return sorted(marks)


def _values_on(system: SupportSystem, part: Component, t: int, check: Check) -> Sequence[Exact] | None:
    """The values of a coordinate on a component, None if it takes infinitely many (or too many to find out)."""
    if part.dimension == 0:
        return [zero[t] for zero in real_zeros(part, len(system.variables), check, within_unit=True)]
    power = system.ring.constant(1)
    powers: list[Polynomial] = []
    for _ in range(LARGEST_DEGREE_OF_VALUES + 1):
        powers.append(power)
        relation = linear_relation(powers, part.basis, system.ring)
        if relation is not None:
            return real_roots(relation)
        power = power * system.ring.gens()[t]
    return None


def _settled_without_cuts(
    system: SupportSystem, surface: Component, gaps: Sequence[Polynomial], found: Findings
) -> bool:
    """Whether nothing can be hidden where no gap is tied, although no cut showed an equilibrium there.

    If also no tie carries one, then no gap changes sign on a connected part of the surface that has an equilibrium. A
    surface without equations is all of the simplices, one connected part, so any of its points tells.
    """
    if surface.basis or found.undecided or found.cells or found.points:
        return False
    return any(at_point(gap, _centre(system)) < 0 for gap in gaps)


def _centre(system: SupportSystem) -> tuple[Fraction, ...]:
    """The point at which every player plays all actions of the support with the same probability."""
    centre = [Fraction(0)] * len(system.variables)
    for group in system.groups:
        for v in group:
            centre[v] = Fraction(1, len(group) + 1)
    return tuple(centre)
