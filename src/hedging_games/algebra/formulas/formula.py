"""Conditions on parameters: inequalities with their reasons, joined by all and any.

An `Atom` is one inequality; `All` and `Any` join parts. A formula stays nested: it is never multiplied out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.inequalities.system import Constraint, negated

Payoff: TypeAlias = object
"""A number or a rational function of the parameters."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an inequality is asked: ``player`` would rather take ``deviation`` than ``action`` where it fails.

    ``fails`` tells the other reading, for regions in which an equilibrium is *not* there. ``brief`` is the deviation without
    where it is taken, for counts of deviations that are alike. ``pays`` : what the two actions pay, where that is compared.
    """

    player: str
    action: str
    deviation: str
    fails: bool = False
    brief: str = field(default="", compare=False)
    pays: tuple[Payoff, Payoff] | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        if self.fails:
            return f"so that {self.player} would rather play {self.deviation} than {self.action}"
        return f"else {self.player} would play {self.deviation}"


@dataclass(frozen=True, slots=True)
class Atom:
    """One inequality or equation. ``scale`` (positive) times its polynomial is what is compared with zero, where that counts."""

    constraint: Constraint
    scale: Fraction | int = 1
    code: int = field(init=False, repr=False, compare=False)
    is_number: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", hash(self.constraint))
        object.__setattr__(self, "is_number", not any(map(any, self.constraint.terms)))

    def __hash__(self) -> int:
        return self.code


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds (always true without parts)."""

    parts: tuple[Formula, ...] = ()
    code: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", hash(("all", self.parts)))

    def __hash__(self) -> int:
        return self.code


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds (never true without parts)."""

    parts: tuple[Formula, ...] = ()
    code: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", hash(("any", self.parts)))

    def __hash__(self) -> int:
        return self.code


Formula: TypeAlias = Atom | All | Any

TRUE = All()
FALSE = Any()


def conjunction(parts: Iterable[Formula]) -> Formula:
    """All of the parts, flattened; constants are settled and repetitions dropped."""
    return _joined(parts, All)


def disjunction(parts: Iterable[Formula]) -> Formula:
    """Any of the parts, flattened; constants are settled and repetitions dropped."""
    return _joined(parts, Any)


def _joined(parts: Iterable[Formula], kind: type[All | Any]) -> Formula:
    flat: dict[Formula, None] = {}
    for part in parts:
        if isinstance(part, Atom):
            settled = _settled(part) if part.is_number else part
        elif isinstance(part, kind):
            # Its own parts were settled when they were joined.
            flat.update(dict.fromkeys(part.parts))
            continue
        else:
            settled = part
        if isinstance(settled, Atom) or settled.parts:
            flat[settled] = None
        elif not isinstance(settled, kind):
            return settled
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _settled(part: Atom) -> Formula:
    """An inequality between numbers as true or false."""
    origin = [Fraction(0)] * part.constraint.polynomial.ring.ngens
    return TRUE if part.constraint.holds_at(origin) else FALSE


def negation(formula: Formula) -> Formula:
    """The formula that holds exactly where this one does not; the reasons read the other way round."""
    return _negation(formula, {})


def _negation(formula: Formula, known: dict[int, Formula]) -> Formula:
    # By identity: every part lives as long as the whole.
    if isinstance(formula, Atom):
        turned: Formula = disjunction(Atom(_turned(c), formula.scale) for c in negated(formula.constraint))
    else:
        join = disjunction if isinstance(formula, All) else conjunction
        turned = join([known.get(id(part)) or _negation(part, known) for part in formula.parts])
    known[id(formula)] = turned
    return turned


def _turned(asked: Constraint) -> Constraint:
    reason = asked.reason
    if isinstance(reason, Reason):
        reason = replace(reason, fails=not reason.fails)
    elif isinstance(reason, str):
        reason = _denied(reason)
    return Constraint(asked.polynomial, asked.relation, reason)


def _denied(reason: str) -> str:
    """A purpose as what would otherwise be possible, and the other way round."""
    for one, other in (("so that ", "else it may be that "), ("else it may be that ", "so that ")):
        if reason.startswith(one):
            return other + reason.removeprefix(one)
    return reason


def holds_at(formula: Formula, point: Sequence[Number]) -> bool:
    """Whether the formula is true at a point with exact coordinates."""
    if isinstance(formula, Atom):
        return formula.constraint.holds_at(point)
    if isinstance(formula, All):
        return all(holds_at(part, point) for part in formula.parts)
    return any(holds_at(part, point) for part in formula.parts)


def constraints_of(formula: Formula, *, repeated: bool = True) -> Iterator[Constraint]:
    """Every inequality in the formula, in order; unless ``repeated``, a part that occurs in several places at the first alone."""
    waiting = [formula]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        if not repeated:
            seen.add(id(part))
        if isinstance(part, Atom):
            yield part.constraint
        else:
            waiting += reversed(part.parts)
