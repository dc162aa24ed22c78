"""Conditions on parameters: inequalities with their reasons, joined by all and any.

An `Atom` is one inequality; `All` and `Any` join parts. A formula is evaluated at points as it stands; only where cells
have to be listed is it multiplied out, dropping what is proved empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.inequalities.decide import QUICK, decide_empty
from hedging_games.algebra.inequalities.system import Constraint, System, negated
from hedging_games.errors import could_not_finish

MOST_CELLS = 2_000
"""Cells into which a formula is multiplied out at most."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an inequality is asked: ``player`` would rather take ``deviation`` than ``action`` where it fails.

    ``fails`` tells the other reading, for regions in which an equilibrium is *not* there.
    """

    player: str
    action: str
    deviation: str
    fails: bool = False

    def __str__(self) -> str:
        if self.fails:
            return f"so that {self.player} would rather play {self.deviation} than {self.action}"
        return f"else {self.player} would play {self.deviation}"


@dataclass(frozen=True, slots=True)
class Atom:
    """One inequality or equation."""

    constraint: Constraint


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds (always true without parts)."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds (never true without parts)."""

    parts: tuple[Formula, ...] = ()


Formula: TypeAlias = Atom | All | Any

TRUE = All()
FALSE = Any()


def conjunction(parts: Iterable[Formula]) -> Formula:
    """All of the parts, flattened; constants are settled and repetitions dropped."""
    flat: dict[Formula, None] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, All) else (part,):
            settled = _settled(inner)
            if settled == FALSE:
                return FALSE
            if settled != TRUE:
                flat[settled] = None
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))


def disjunction(parts: Iterable[Formula]) -> Formula:
    """Any of the parts, flattened; constants are settled and repetitions dropped."""
    flat: dict[Formula, None] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, Any) else (part,):
            settled = _settled(inner)
            if settled == TRUE:
                return TRUE
            if settled != FALSE:
                flat[settled] = None
    return next(iter(flat)) if len(flat) == 1 else Any(tuple(flat))


def _settled(part: Formula) -> Formula:
    """An inequality between numbers as true or false; anything else as it is."""
    if isinstance(part, Atom) and all(not any(powers) for powers in part.constraint.terms):
        origin = [0] * part.constraint.polynomial.ring.ngens
        return TRUE if part.constraint.holds_at(origin) else FALSE
    return part


def negation(formula: Formula) -> Formula:
    """The formula that holds exactly where this one does not; the reasons read the other way round."""
    if isinstance(formula, Atom):
        return disjunction(Atom(_turned(c)) for c in negated(formula.constraint))
    if isinstance(formula, All):
        return disjunction(negation(part) for part in formula.parts)
    return conjunction(negation(part) for part in formula.parts)


def _turned(asked: Constraint) -> Constraint:
    reason = asked.reason
    if isinstance(reason, Reason):
        reason = Reason(reason.player, reason.action, reason.deviation, not reason.fails)
    return Constraint(asked.polynomial, asked.relation, reason)


def holds_at(formula: Formula, point: Sequence[Number]) -> bool:
    """Whether the formula is true at a point with exact coordinates."""
    if isinstance(formula, Atom):
        return formula.constraint.holds_at(point)
    if isinstance(formula, All):
        return all(holds_at(part, point) for part in formula.parts)
    return any(holds_at(part, point) for part in formula.parts)


def constraints_of(formula: Formula) -> Iterator[Constraint]:
    """Every inequality in the formula, in order, repetitions included."""
    if isinstance(formula, Atom):
        yield formula.constraint
    else:
        for part in formula.parts:
            yield from constraints_of(part)


def systems(formula: Formula, whole: System, check: Callable[[], None] | None = None) -> list[System]:
    """The formula multiplied out: systems over the box and assumptions of ``whole`` whose union it is.

    Systems proved empty are left out as soon as they are met, those not decided are kept.
    Raises CouldNotFinish beyond `MOST_CELLS`.
    """
    return _expanded(formula, [whole], check)


def _expanded(formula: Formula, into: list[System], check: Callable[[], None] | None) -> list[System]:
    """The systems of ``into``, each cut down to where the formula holds."""
    if isinstance(formula, Atom):
        narrowed = (_with(system, formula.constraint) for system in into)
        return [system for system in narrowed if not _is_empty(system, check)]
    if isinstance(formula, All):
        # Single inequalities first: they cut most and multiply nothing.
        for part in sorted(formula.parts, key=_alternatives):
            into = _expanded(part, into, check)
        return into
    found = weakest([system for part in formula.parts for system in _expanded(part, into, check)])
    if len(found) > MOST_CELLS:
        raise could_not_finish(
            "condition", f"the region has more than {MOST_CELLS} cells", "fix some parameters, or use fewer levels"
        )
    return found


def _alternatives(formula: Formula) -> int:
    """Into how many systems a formula would be multiplied out at most."""
    if isinstance(formula, Atom):
        return 1
    counts = [_alternatives(part) for part in formula.parts]
    return prod(counts) if isinstance(formula, All) else sum(counts)


def weakest(union: Sequence[System]) -> list[System]:
    """Without systems that ask all that another one asks; in the order of their lengths."""
    kept: list[tuple[System, frozenset[Constraint]]] = []
    for system in sorted(dict.fromkeys(union), key=lambda s: len(s.constraints)):
        asked = frozenset(system.constraints)
        if not any(less <= asked for _, less in kept):
            kept.append((system, asked))
    return [system for system, _ in kept]


def _with(system: System, asked: Constraint) -> System:
    return system if asked in system.constraints else system.having(asked)


def _is_empty(system: System, check: Callable[[], None] | None) -> bool:
    return decide_empty(system, QUICK, check).status == "empty"
