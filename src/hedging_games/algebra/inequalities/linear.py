"""Linear systems, always decided: an exact certificate of emptiness or an exact point, by one linear program.

With facts ``p_i >= 0``, ``p_i > 0`` and ``p_i == 0`` of degree one, look for multipliers with ``sum l_i p_i = 0`` identically,
non-negative on inequalities, and a positive one on a strict fact (the number 1 > 0 counts as one). Either they exist,
and are a proof, or the dual multipliers of that program are a solution: Motzkin's transposition theorem (1936).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from hedging_games.algebra.inequalities.proof import Combination, Product
from hedging_games.algebra.inequalities.simplex import Infeasible, minimise
from hedging_games.algebra.inequalities.system import Fact
from hedging_games.algebra.polynomials import Point, affine_form


def decide_linear(facts: Mapping[int, Fact], size: int, check: Callable[[], None] | None = None) -> Combination | Point:
    """Decide affine facts (by their position in a proof's setting) in ``size`` variables.

    Returns a proof that they contradict each other, or a rational point that satisfies all of them. Raises ValueError
    if a fact is not affine.
    """
    variables, columns, owners = _columns(facts)
    constant = len(variables)
    matrix = [[column[k] for column in columns] for k in range(len(variables) + 2)]
    right = [0] * (constant + 1) + [1]
    outcome = minimise(matrix, right, check=check)
    if isinstance(outcome, Infeasible):
        y = outcome.multipliers
        scale = -y[constant]
        point = [Fraction(0)] * size
        for k, variable in enumerate(variables):
            point[variable] = -y[k] / scale
        return tuple(point)
    nothing = (0,) * size
    products = [
        Product({nothing: sign * x}, () if owner is None else (owner,))
        for x, (owner, sign) in zip(outcome.solution, owners, strict=True)
        if x != 0
    ]
    return Combination(tuple(products))


def _columns(facts: Mapping[int, Fact]) -> tuple[list[int], list[list[int]], list[tuple[int | None, int]]]:
    """The variables that occur; a column for each fact (two for an equation) and for 1 > 0; whose column it is.

    A column holds the coefficients of the variables, the constant, and 1 where the fact is strict.
    """
    forms = {i: affine_form(fact.terms) for i, fact in facts.items()}
    variables = sorted({v for form in forms.values() if form is not None for v in form[0]})
    columns: list[list[int]] = [[0] * len(variables) + [1, 1]]
    owners: list[tuple[int | None, int]] = [(None, 1)]
    for i, fact in facts.items():
        form = forms[i]
        if form is None:
            raise ValueError("a fact is not affine")
        slopes, constant = form
        column = [int(slopes.get(v, 0)) for v in variables] + [int(constant), int(fact.relation == ">")]
        columns.append(column)
        owners.append((i, 1))
        if fact.relation == "==":
            columns.append([-entry for entry in column])
            owners.append((i, -1))
    return variables, columns, owners
