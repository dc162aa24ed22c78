"""Formulas of a table with more variables than they speak of, as formulas over a smaller ring."""

from __future__ import annotations

from typing import Any

from hedging_games.algebra.formulas.formula import Atom, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.algebra.polynomials import polynomial_of


def formula_of(ground: Ground, number: int, ring: Any, reason: Any = None) -> Formula:
    """A formula of a table that speaks of the first variables alone, over a ring in these; each inequality is asked for ``reason``."""
    size = ring.ngens
    memo: dict[int, Formula] = {TRUE: conjunction(()), FALSE: disjunction(())}

    def turned(n: int) -> Formula:
        if n not in memo:
            part = ground.parts[n]
            if part.kind == "signs":
                asked = ground.constraint(part.polynomial, part.signs)
                terms = {e[:size]: c for e, c in asked.terms.items()}
                memo[n] = Atom(constraint(polynomial_of(ring, terms), asked.relation, reason))
            else:
                join = conjunction if part.kind == "all" else disjunction
                memo[n] = join(turned(inner) for inner in part.parts)
        return memo[n]

    return turned(number)
