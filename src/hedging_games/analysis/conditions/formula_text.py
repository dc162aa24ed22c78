"""A condition as it was derived, for people and for programs: inequalities joined by all and any, nothing multiplied out."""

from __future__ import annotations

from typing import Any

from hedging_games.algebra.formulas.formula import All, Atom, Formula
from hedging_games.algebra.inequality_text import expression_text

MOST_INEQUALITIES = 5_000
"""Inequalities that are written: shared parts are written wherever they occur."""


def size_of(formula: Formula, known: dict[int, int] | None = None) -> int:
    """How many inequalities are written."""
    known = {} if known is None else known
    if isinstance(formula, Atom):
        return 1
    if id(formula) not in known:
        known[id(formula)] = sum(size_of(part, known) for part in formula.parts)
    return known[id(formula)]


def formula_text(formula: Formula) -> str:
    """The condition as it was derived, indented; only its size where it is too long to be read by anybody."""
    size = size_of(formula)
    if size > MOST_INEQUALITIES:
        return f"  a condition of {size} inequalities, not reduced"
    return "\n".join(["  as it was derived, not reduced:", *_lines(formula, 1)])


def _lines(formula: Formula, depth: int) -> list[str]:
    space = "  " * depth
    if isinstance(formula, Atom):
        asked = formula.constraint
        because = "" if asked.reason is None else f"  {asked.reason}"
        return [f"{space}{expression_text(asked)} {asked.relation} 0{because}"]
    kind = "all of" if isinstance(formula, All) else "any of"
    return [f"{space}{kind}", *(line for part in formula.parts for line in _lines(part, depth + 1))]


def formula_record(formula: Formula) -> dict[str, Any] | None:
    """The condition as nested records ``{"all": […]}``, ``{"any": […]}`` and inequalities; None where it is too long."""
    return None if size_of(formula) > MOST_INEQUALITIES else _record(formula)


def _record(formula: Formula) -> dict[str, Any]:
    if isinstance(formula, Atom):
        asked = formula.constraint
        because = "" if asked.reason is None else str(asked.reason)
        return {"expression": expression_text(asked), "relation": asked.relation, "because": because}
    kind = "all" if isinstance(formula, All) else "any"
    return {kind: [_record(part) for part in formula.parts]}
