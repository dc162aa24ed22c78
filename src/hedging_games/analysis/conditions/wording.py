"""Why an inequality is asked, as people read it."""

from __future__ import annotations

from hedging_games.algebra.formulas.formula import Reason
from hedging_games.algebra.inequalities.system import Constraint

LONGEST = 110
"""Characters of a comparison of two payoffs that is printed beside a reason."""


def pays(asked: Constraint) -> dict[str, str] | None:
    """What the two actions of a deviation pay, by their names; None where the inequality compares no payoffs."""
    reason = asked.reason
    if not isinstance(reason, Reason) or reason.pays is None:
        return None
    return {reason.action: str(reason.pays[0]), reason.deviation: str(reason.pays[1])}


def reason_text(asked: Constraint) -> str:
    """Why an inequality is asked, with the two payoffs that are compared where they are short."""
    if asked.reason is None:
        return ""
    compared = pays(asked)
    if compared is None or len(compared) < 2:
        return str(asked.reason)
    (one, first), (other, second) = compared.items()
    said = f"{one} pays {first}, {other} {second}"
    return f"{asked.reason} ({said})" if len(said) <= LONGEST else str(asked.reason)
