"""Reasoning with systems and unions of systems: implication, redundancy, covering, equivalence. Proved or refuted.

A union of systems stands for the set of points that satisfy at least one of them. All systems of one question share
their box and assumptions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.inequalities.decide import DEFAULT, QUICK, Verdict, decide_empty
from hedging_games.algebra.inequalities.enclosure import entails
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.polynomials import (
    Terms,
    degree_of,
    float_function,
    moved,
    multiply,
    polynomial_of,
    primitive_terms,
)
from hedging_games.algebra.inequalities.products import own_coordinates
from hedging_games.algebra.inequalities.proof import Proof, check
from hedging_games.algebra.inequalities.system import Constraint, Fact, System, constraint, negated
from hedging_games.algebra.inequalities.witness import DENOMINATORS, spread
from hedging_games.errors import could_not_finish, input_error

Check = Callable[[], None]

MOST_PIECES = 20_000
"""Pieces that a question about unions may be split into."""

SAMPLES = 2_048
"""Points looked at to see which constraints are certainly needed."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A proof that a system lies in a union: each piece that could lie outside is empty.

    ``pieces`` are the system with, for each cell of the union, one of its constraints negated (and those before it
    kept), as far as needed; every one comes with the proof that it is empty.
    """

    pieces: tuple[tuple[System, Proof], ...]

    def check(self) -> bool:
        """Whether every piece is empty, recomputed. That the pieces are all there is, `covering_tree` recomputes."""
        return all(check(proof, piece) for piece, proof in self.pieces)


@dataclass(frozen=True, slots=True)
class Answer:
    """``proved``, ``refuted`` with an exact ``counterexample`` (one number per parameter), or ``undecided``."""

    status: Literal["proved", "refuted", "undecided"]
    counterexample: tuple[Number, ...] | None = None
    proof: Covered | None = None
    tried: tuple[str, ...] = ()


def implies(system: System, asked: Constraint, limits: Limits = DEFAULT, check_time: Check | None = None) -> Answer:
    """Whether every point of a system satisfies a constraint."""
    return covered(system, [system.with_constraints([asked])], limits, check_time)


def covered(
    system: System, union: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> Answer:
    """Whether every point of a system lies in at least one system of a union.

    Raises InputError if box or assumptions differ, CouldNotFinish if more than `MOST_PIECES` pieces arise.
    """
    for cell in union:
        if cell.box != system.box or cell.assumptions != system.assumptions:
            raise input_error("region", "two regions have different ranges or assumptions", "compare them over one box")
    proofs: list[tuple[System, Proof]] = []
    tried: list[str] = []
    pending: list[tuple[System, tuple[System, ...]]] = [(system, tuple(union))]
    undecided = False
    count = 0
    while pending:
        count += 1
        if count > MOST_PIECES:
            raise could_not_finish(
                "region", f"a comparison splits into more than {MOST_PIECES} pieces", "compare fewer cells"
            )
        piece, rest = pending.pop()
        verdict = decide_empty(piece, limits, check_time)
        if verdict.proof is not None:
            proofs.append((piece, verdict.proof))
            continue
        at = _cell_to_split_by(verdict, rest)
        if at is None:
            if verdict.witness is not None:
                return Answer("refuted", counterexample=verdict.witness)
            tried += verdict.tried
            undecided = True
            continue
        others = (*rest[:at], *rest[at + 1 :])
        pending += [(outside, others) for outside in reversed(differences(piece, rest[at]))]
    if undecided:
        return Answer("undecided", tried=tuple(dict.fromkeys(tried)))
    return Answer("proved", proof=Covered(tuple(proofs)))


def _cell_to_split_by(verdict: Verdict, rest: Sequence[System]) -> int | None:
    """The cell that holds the witness (None where none does: it is a counterexample), or any if there is no witness."""
    point = verdict.rational_witness
    if point is None:
        return 0 if rest else None
    return next((i for i, cell in enumerate(rest) if all(c.holds_at(point) for c in cell.constraints)), None)


def differences(piece: System, cell: System) -> list[System]:
    """Disjoint systems whose union is the piece without the cell: one per constraint that fails first."""
    outside = []
    kept: list[Constraint] = []
    for asked in cell.constraints:
        outside += [piece.having(*kept, turned) for turned in negated(asked)]
        kept.append(asked)
    return outside


def disjoint(union: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None) -> list[System]:
    """Systems without common points whose union is that of the systems given; those proved empty are left out."""
    apart: list[System] = []
    for k, cell in enumerate(union):
        pieces = [cell]
        for earlier in union[:k]:
            pieces = [
                outside
                for piece in pieces
                for outside in differences(piece, earlier)
                if decide_empty(outside, limits, check_time).status != "empty"
            ]
        apart += pieces
    return apart


def included(
    first: Sequence[System], second: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> Answer:
    """Whether a union of systems lies in another."""
    answers = []
    for cell in first:
        answer = covered(cell, second, limits, check_time)
        if answer.status == "refuted":
            return answer
        answers.append(answer)
    if any(answer.status == "undecided" for answer in answers):
        return Answer("undecided", tried=tuple(dict.fromkeys(t for answer in answers for t in answer.tried)))
    pieces = [piece for answer in answers if answer.proof is not None for piece in answer.proof.pieces]
    return Answer("proved", proof=Covered(tuple(pieces)))


def equivalent(
    first: Sequence[System], second: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> Answer:
    """Whether two unions of systems are the same set; a counterexample lies in exactly one of them."""
    there = included(first, second, limits, check_time)
    if there.status == "refuted":
        return there
    back = included(second, first, limits, check_time)
    if back.status == "refuted" or there.status == "undecided":
        return back if back.status == "refuted" else there
    if back.status == "undecided":
        return back
    assert there.proof is not None
    assert back.proof is not None
    return Answer("proved", proof=Covered(there.proof.pieces + back.proof.pieces))


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
        if answer.proof is not None:
            kept.remove(i)
            dropped.append((system.constraints[i], answer.proof))
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
    known: dict[tuple[tuple[tuple[int, ...], int], ...], int] = {}
    return system.with_constraints(_cleared(asked, system, known, check_time) for asked in system.constraints)


def _cleared(
    asked: Constraint,
    system: System,
    known: dict[tuple[tuple[tuple[int, ...], int], ...], int],
    check_time: Check | None,
) -> Constraint:
    factors = factors_of(asked.terms)
    if sum(multiplicity for _, multiplicity in factors) < 2:
        return asked
    rest: Terms = {(0,) * len(system.box): 1}
    sign = 1
    for factor, multiplicity in factors:
        key = tuple(sorted(factor.items()))
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
        against = Fact({e: -sign * c for e, c in factor.items()}, ">=")
        opposite = Constraint(polynomial_of(system.ring, against.terms), ">=")
        if decide_empty(replace(system, constraints=(opposite,)), QUICK, check_time).status == "empty":
            return sign
    return 0
