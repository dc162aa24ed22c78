"""Systems said with less: constraints that the others imply are left out, factors of known sign divided out.

Both are done by proof alone; nothing is dropped because a sample says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from hedging_games.algebra.cells.enclosure import entails
from hedging_games.algebra.checking import Check
from hedging_games.algebra.inequalities.columns import own_coordinates
from hedging_games.algebra.inequalities.covering import Covered, implies
from hedging_games.algebra.inequalities.decide import DEFAULT, QUICK, decide_empty
from hedging_games.algebra.inequalities.factors import Key, factors_of, key_of
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.proof import Proof
from hedging_games.algebra.inequalities.system import Constraint, System, constraint
from hedging_games.algebra.inequalities.witness import DENOMINATORS, spread
from hedging_games.algebra.polynomials import (
    Terms,
    degree_of,
    float_function,
    moved,
    multiply,
    polynomial_of,
    primitive_terms,
)

SAMPLES = 2_048
"""Points looked at to see which constraints are certainly needed."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A system without the constraints that the others imply, each of those with the proof; and what stayed open.

    ``empty`` holds a proof if the whole system has no solution (nothing is left out then). ``undecided`` are constraints
    kept because neither their need nor their redundancy was shown.
    """

    system: System
    dropped: tuple[tuple[Constraint, Covered], ...] = ()
    undecided: tuple[Constraint, ...] = ()
    empty: Proof | None = None


def irredundant(system: System, limits: Limits = DEFAULT, check_time: Check | None = None) -> Reduced:
    """Drop every constraint that the rest, the assumptions and the box imply; the reasons of the others stay attached.

    Constraints are tried from the most complicated to the simplest, later before earlier.
    """
    whole = decide_empty(system, limits, check_time)
    if whole.proof is not None:
        return Reduced(system, empty=whole.proof)
    kept = list(range(len(system.constraints)))
    needed = _certainly_needed(system)
    dropped: list[tuple[Constraint, Covered]] = []
    undecided: list[Constraint] = []
    for i in sorted(kept, key=lambda k: _complexity(system.constraints[k], k), reverse=True):
        if i in needed:
            continue
        rest = system.with_constraints(system.constraints[k] for k in kept if k != i)
        answer = implies(rest, system.constraints[i], limits, check_time)
        if answer.status == "proved":
            kept.remove(i)
            dropped.append((system.constraints[i], answer.proofs[0]))
        elif answer.status == "undecided":
            undecided.append(system.constraints[i])
    return Reduced(system.with_constraints(system.constraints[k] for k in kept), tuple(dropped), tuple(undecided))


def _complexity(asked: Constraint, position: int) -> tuple[int, int, int]:
    return degree_of(asked.terms), len(asked.terms), position


def _certainly_needed(system: System) -> set[int]:
    """Constraints that fail, exactly, at a point where all others hold: a cheap first look."""
    if not system.constraints:
        return set()
    origin, step = own_coordinates(system.box)
    everything = [*system.constraints, *system.assumptions]
    points = spread(len(system.box), SAMPLES, system.box, range(len(system.box)))
    values = np.array([float_function(moved(c.terms, origin, step))(points) for c in everything])
    fails = np.array([v <= 0 if c.relation == ">" else v < 0 for c, v in zip(everything, values, strict=True)])
    equations = [k for k, c in enumerate(everything) if c.relation == "=="]
    fails[equations] = values[equations] != 0
    needed = set()
    alone = fails.sum(axis=0) == 1
    for i in range(len(system.constraints)):
        for column in np.flatnonzero(alone & fails[i])[:4]:
            rough = [_rounded(float(x)) for x in points[:, column]]
            point = tuple(o + s * t for o, s, t in zip(origin, step, rough, strict=True))
            inside = all(x in interval for x, interval in zip(point, system.box, strict=True))
            others = all(c.holds_at(point) for k, c in enumerate(everything) if k != i)
            if inside and others and not everything[i].holds_at(point):
                needed.add(i)
                break
    return needed


def _rounded(value: float) -> Fraction:
    return Fraction(value).limit_denominator(DENOMINATORS[4])


def cleared(system: System, check_time: Check | None = None) -> System:
    """The same set with simpler polynomials: factors that are positive (or negative) all over the box are divided out.

    A factor's sign is proved from its bounds on the box or from the assumptions; reasons stay attached.
    """
    known: dict[Key, int] = {}
    return system.with_constraints(_cleared(asked, system, known, check_time) for asked in system.constraints)


def _cleared(
    asked: Constraint,
    system: System,
    known: dict[Key, int],
    check_time: Check | None,
) -> Constraint:
    factors = factors_of(asked.terms)
    if sum(multiplicity for _, multiplicity in factors) < 2:
        return asked
    rest: Terms = {(0,) * len(system.box): 1}
    sign = 1
    for factor, multiplicity in factors:
        key = key_of(factor)
        if key not in known:
            known[key] = _sign_given(factor, system, check_time)
        if known[key]:
            sign *= known[key] ** multiplicity
        else:
            # An odd power keeps the sign of the polynomial and where it vanishes; an even one that of its square.
            for _ in range(2 - multiplicity % 2):
                rest = multiply(rest, factor)
    whole: Terms = {(0,) * len(system.box): 1}
    for factor, multiplicity in factors:
        for _ in range(multiplicity):
            whole = multiply(whole, factor)
    largest = max(whole)
    if (whole[largest] > 0) != (asked.terms[largest] > 0):
        sign = -sign
    polynomial = polynomial_of(system.ring, primitive_terms({e: sign * c for e, c in rest.items()}))
    return constraint(polynomial, asked.relation, asked.reason)


def _sign_given(factor: Terms, system: System, check_time: Check | None) -> int:
    """The sign of a polynomial wherever the assumptions hold in the box, if it is proved to have one, else 0."""
    for sign in (1, -1):
        turned = {e: sign * c for e, c in factor.items()}
        if entails(turned, ">", system.box):
            return sign
    if not system.assumptions:
        return 0
    for sign in (1, -1):
        against = polynomial_of(system.ring, {e: -sign * c for e, c in factor.items()})
        if decide_empty(replace(system, constraints=(Constraint(against, ">="),)), QUICK, check_time).status == "empty":
            return sign
    return 0
