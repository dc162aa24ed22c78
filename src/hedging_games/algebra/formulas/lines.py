"""Formulas that speak of one variable alone: the line cut at the roots of their polynomials decides them, exactly and at once."""

from __future__ import annotations

from hedging_games.algebra.cells.line import sign_cells
from hedging_games.algebra.cells.roots import Coefficients, Number
from hedging_games.algebra.formulas.bank import some_point
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE, TRUE, sign_bit
from hedging_games.algebra.polynomials import Terms, variables_of


def on_line(ground: Ground, number: int) -> tuple[Number, ...] | bool | None:
    """A point at which a formula holds, False if there is none; None if it, or an assumption, speaks of several variables."""
    polynomials = _spoken(ground, number)
    spoken = {v for p in polynomials for v in variables_of(ground.terms[p])}
    if len(spoken) != 1 or any(len(variables_of(asked.terms)) > 1 for asked in ground.whole.assumptions):
        return None
    variable = spoken.pop()
    somewhere = ground.bank.point(some_point(ground.bank.everything)) if ground.bank.everything else None
    if somewhere is None:
        return None
    for cell in sign_cells([_coefficients(ground.terms[p], variable) for p in polynomials], ground.whole.box[variable]):
        signs = {p: sign_bit(sign) for p, sign in zip(polynomials, cell.signs, strict=True)}
        if ground.simplified(number, signs) == TRUE:
            point = (*somewhere[:variable], cell.sample, *somewhere[variable + 1 :])
            if ground.whole.contains(point):
                return point
            if any(variable in variables_of(asked.terms) for asked in ground.whole.assumptions):
                return None
    return False


def _spoken(ground: Ground, number: int) -> list[int]:
    """The polynomials of a formula."""
    seen, waiting, found = set[int](), [number], dict[int, None]()
    while waiting:
        n = waiting.pop()
        if n not in seen and n not in (TRUE, FALSE):
            seen.add(n)
            part = ground.parts[n]
            if part.kind == "signs":
                found[part.polynomial] = None
            waiting += part.parts
    return list(found)


def _coefficients(terms: Terms, variable: int) -> Coefficients:
    by_power = {e[variable]: int(c) for e, c in terms.items()}
    return tuple(by_power.get(k, 0) for k in range(max(by_power), -1, -1))
