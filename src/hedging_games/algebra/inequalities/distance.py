"""How far a point is from a system of inequalities: exact where it is affine, bracketed and certified otherwise.

Distances are in units of each variable's own range (``scale``): the largest share of a range by which any parameter moves ("box"),
or the Euclidean length of these shares ("ball").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from hedging_games.algebra.cells.intervals import rational
from hedging_games.algebra.cells.rationals import nearest_simple
from hedging_games.algebra.checking import Check
from hedging_games.algebra.inequalities.linear import decide_linear
from hedging_games.algebra.inequalities.nearest import project
from hedging_games.algebra.inequalities.proof import Combination
from hedging_games.algebra.inequalities.simplex import Optimal, minimise
from hedging_games.algebra.inequalities.system import Fact, System
from hedging_games.algebra.polynomials import (
    Point,
    affine_form,
    float_function,
    float_slope,
    moved,
    primitive_terms,
    variables_of,
)
from hedging_games.errors import input_error

Norm = Literal["box", "ball"]


@dataclass(frozen=True, slots=True)
class Distance:
    """Bounds on a distance (its square for the norm "ball"): ``low`` is certified, ``high`` is that of ``nearest``.

    ``nearest`` lies in the closure of the system (for an affine one) or in it. Both bounds agree where the distance is
    exact. ``high`` is None where no point was found; both are None where the system is proved empty.
    """

    low: Fraction | None
    high: Fraction | None
    nearest: Point | None

    @property
    def exact(self) -> bool:
        """Whether the distance is known exactly (also that the system is empty)."""
        return self.low == self.high

    @property
    def infinite(self) -> bool:
        """Whether the system is proved empty, so that nothing of it is near."""
        return self.low is None


NOWHERE = Distance(None, None, None)


@dataclass(frozen=True, slots=True)
class Gauge:
    """How distances are measured: from a ``centre``, in units of ``scale`` for each variable, in a ``norm``.

    A variable whose unit is 0 cannot move.
    """

    centre: Point
    scale: tuple[Fraction, ...]
    norm: Norm

    def to(self, point: Sequence[Fraction]) -> Fraction:
        """The distance of a point from the centre (its square for "ball")."""
        shares = [abs(a - b) / s for a, b, s in zip(point, self.centre, self.scale, strict=True) if s]
        return max(shares, default=Fraction(0)) if self.norm == "box" else sum((s * s for s in shares), Fraction(0))


def ranges(system: System) -> tuple[Fraction, ...]:
    """The widths of the ranges, the units of distance. Raises InputError for an unbounded range."""
    widths = []
    for name, interval in zip(system.names, system.box, strict=True):
        if interval.low is None or interval.high is None:
            raise input_error(
                "robustness",
                f"the range of {name} has no end",
                "give the parameter a bounded range to measure distances by",
            )
        widths.append(rational(interval.high) - rational(interval.low))
    return tuple(widths)


def affine_distance(gauge: Gauge, system: System, check: Check | None = None) -> Distance | None:
    """The exact distance of an affine system, or None where a fact is not affine.

    The nearest point belongs to the system's closure: it may lie on the border of a strict inequality.
    """
    facts = system.facts()
    if any(affine_form(fact.terms) is None for fact in facts):
        return None
    decided = decide_linear(dict(enumerate(facts)), len(system.box), check)
    if isinstance(decided, Combination):
        return NOWHERE
    # A system that has a solution is dense in what its weak inequalities describe, and that set is closed.
    rows = [row for fact in facts for row in _rows(fact, gauge)]
    moving = [i for i, s in enumerate(gauge.scale) if s]
    rows = [([row[0][i] for i in moving], row[1]) for row in rows]
    if gauge.norm == "ball":
        shares = project([row for row, _ in rows], [bound for _, bound in rows], check)
    else:
        shares = _nearest_in_box_norm(rows, len(moving), check)
    nearest = list(gauge.centre)
    for i, share in zip(moving, shares, strict=True):
        nearest[i] += share * gauge.scale[i]
    length = gauge.to(nearest)
    return Distance(length, length, tuple(nearest))


def _rows(fact: Fact, gauge: Gauge) -> list[tuple[list[Fraction], Fraction]]:
    """A fact as ``row . shares >= bound``, in the displacement from the centre in the gauge's units."""
    form = affine_form(fact.terms)
    assert form is not None
    slopes, constant = form
    row = [Fraction(slopes.get(i, 0)) * s for i, s in enumerate(gauge.scale)]
    value = Fraction(constant) + sum((Fraction(c) * gauge.centre[i] for i, c in slopes.items()), Fraction(0))
    rows = [(row, -value)]
    if fact.relation == "==":
        rows.append(([-c for c in row], value))
    return rows


def _nearest_in_box_norm(
    rows: Sequence[tuple[list[Fraction], Fraction]], size: int, check: Check | None
) -> tuple[Fraction, ...]:
    """The displacement with the least largest component: a linear program, solved through its dual."""
    everything = [([*row, Fraction(0)], bound) for row, bound in rows]
    # The last variable is the largest component: it is at least plus and minus every other one.
    everything += [
        ([Fraction(sign * (k == i)) for k in range(size)] + [Fraction(1)], Fraction(0))
        for i in range(size)
        for sign in (1, -1)
    ]
    whole = [_integers([*row, bound]) for row, bound in everything]
    matrix = [[row[k] for row in whole] for k in range(size + 1)]
    outcome = minimise(matrix, [0] * size + [1], [-row[-1] for row in whole], check)
    assert isinstance(outcome, Optimal), "a system with a solution has a nearest point"
    return tuple(-u for u in outcome.multipliers[:size])


def _integers(row: Sequence[Fraction]) -> list[int]:
    terms = primitive_terms({(k,): c for k, c in enumerate(row) if c})
    return [int(terms.get((k,), 0)) for k in range(len(row))]


def closest_found(gauge: Gauge, system: System, start: Point) -> Point:
    """A point of a system near the centre of a gauge: ``start``, or one found from it by local search in floats.

    The points found are made rational and checked exactly; their distance bounds the true one from above.
    """
    safe = [s or Fraction(1) for s in gauge.scale]
    asked = {v for c in (*system.constraints, *system.assumptions) for v in variables_of(c.terms)}
    facts = [
        Fact(moved(fact.terms, gauge.centre, safe), fact.relation)
        for fact in system.facts()
        if asked.intersection(variables_of(fact.terms))
    ]
    # What nothing speaks of stays where it is.
    kept = tuple(x if i in asked else c for i, (x, c) in enumerate(zip(start, gauge.centre, strict=True)))
    kept = kept if system.contains(kept) else start
    at = np.array([float((x - c) / s) for x, c, s in zip(kept, gauge.centre, safe, strict=True)])
    for slack in (1e-3, 1e-6, 1e-9):
        with np.errstate(all="ignore"):
            found = _least(at, gauge.norm, [_as_constraint(fact, slack, len(safe)) for fact in facts])
        for digits in (3, 6, 9, 12):
            shares = [nearest_simple(float(t), (10**digits,))[0] if abs(t) < 1e12 else Fraction(0) for t in found]
            candidate = tuple(c + s * t for c, s, t in zip(gauge.centre, safe, shares, strict=True))
            if system.contains(candidate) and gauge.to(candidate) < gauge.to(kept):
                kept, at = candidate, found
    return kept


def _as_constraint(fact: Fact, slack: float, size: int) -> dict[str, Any]:
    """A fact as scipy wants it, inequalities with a margin."""
    value = float_function(fact.terms)
    slopes = [float_slope(fact.terms, v) for v in range(size)]
    margin = 0.0 if fact.relation == "==" else slack
    return {
        "type": "eq" if fact.relation == "==" else "ineq",
        "fun": lambda t: value(t[:size, None])[0] - margin,
        "jac": lambda t: np.append([slope(t[:size, None])[0] for slope in slopes], np.zeros(t.size - size)),
    }


def _least(start: np.ndarray, norm: Norm, constraints: list[dict[str, Any]]) -> np.ndarray:
    """Minimise the norm of the displacement under constraints, by sequential quadratic programming."""
    from scipy import optimize

    minimize: Any = optimize.minimize  # its stubs do not know this kind of constraint
    size = start.size
    rules: dict[str, Any] = {"method": "SLSQP", "options": {"maxiter": 80, "ftol": 1e-12}}
    if norm == "ball":
        found = minimize(lambda t: t @ t, start, jac=lambda t: 2 * t, constraints=constraints, **rules)
    else:
        # One more variable, the largest component.
        slope = np.append(np.zeros(size), 1.0)
        sides = np.vstack([np.append(sign * one, 1.0) for one in np.eye(size) for sign in (1, -1)])
        largest = {"type": "ineq", "fun": lambda t: sides @ t, "jac": lambda _: sides}
        longer = np.append(start, np.abs(start).max(initial=0.0))
        found = minimize(lambda t: t[size], longer, jac=lambda _: slope, constraints=[*constraints, largest], **rules)
    values: np.ndarray = found.x[:size]
    return values if np.all(np.isfinite(values)) else start
