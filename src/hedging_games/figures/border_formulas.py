"""The equation of each border, in closed form: with all parameters open where it is known which boundary it is, else at the figure's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import count
from typing import TypeAlias

from hedging_games.algebra.cells import curves
from hedging_games.algebra.cells.curves import Curve
from hedging_games.algebra.cells.roots import Number, sign_of
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.closed_forms import solved_for
from hedging_games.algebra.formulas.formula import constraints_of
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.polynomials import Terms, primitive_terms
from hedging_games.analysis.conditions.derive import derivation, posed_for
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.analysis.limits import is_out_of_time
from hedging_games.analysis.phases import Phases
from hedging_games.analysis.recent import Recent
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.figures.regions import Edge
from hedging_games.model.model import Model

Names: TypeAlias = tuple[str, str]

MOST_CHECKS = 2_000
"""Steps after which conditions of continuous choices are not derived for the sake of a figure's texts (those of blockade-threat take 1,340)."""


def border_texts(found: Phases, edges: Iterable[Edge], check: Check = no_check) -> dict[Edge, tuple[str, ...]]:
    """For each border the texts of its equation, the most general one first: ``card = alignment_loss - example``, then with numbers.

    A general one is given where exactly one boundary, of those that the conditions of some outcome name, becomes this border at the
    figure's numbers. Games over time have the second kind alone, and so have continuous choices whose conditions take long.
    """
    general = _boundaries(found, check)
    told = {}
    for edge in edges:
        curve = _curve_of(edge, general)
        here = _numeric(edge, curve, found)
        through = {text for text, factors in general if curve is not None and curve in factors}
        only = _general(next(iter(through)), found, edge) if len(through) == 1 else None
        told[edge] = tuple(dict.fromkeys(text for text in (only, here) if text is not None))
    return told


Boundary: TypeAlias = tuple[tuple[tuple[str, ...], tuple[tuple[tuple[int, ...], int], ...]], list[Curve]]
"""A polynomial over named parameters, and the curves that it becomes at the figure's numbers."""


def _boundaries(found: Phases, check: Check) -> list[Boundary]:
    """Every boundary of the conditions with all parameters open that passes through the figure."""
    setting = found.setting
    assert setting is not None
    if setting.model.is_over_time:
        return []
    model, held = setting.model, {name: found.fixed[name] for name in setting.model.structural if name in found.fixed}
    known = _opened((model, found.concept, tuple(held.items())), lambda: _derived(model, found.concept, held, check))
    if known is None:
        return []
    opened, asked = known
    factors = {tuple(sorted(f.items())): f for c in asked for f, _ in factors_of(c.terms)}
    listed = []
    for key, factor in factors.items():
        here = _at_numbers(factor, opened, found)
        if here:
            listed.append(((opened.names, key), [part for part, _ in curves.factors(here)[1]]))
    return listed


_opened: Recent[tuple[Model, str, tuple[tuple[str, Fraction], ...]], tuple[Setting, list[Constraint]] | None] = Recent(
    8
)
"""The comparisons of a model with its parameters open: every figure of it asks for them."""


def _derived(
    model: Model, concept: str, held: Mapping[str, Fraction], check: Check
) -> tuple[Setting, list[Constraint]] | None:
    """What the conditions compare with all parameters open but those held; None where that takes long."""
    try:
        opened = posed_for(setting_of(model, held), concept)
        counted = _counted(check) if opened.is_continuous else check
        outcomes = derivation(model, opened.posed, concept).subgames(opened, counted)[0]
    except CouldNotFinish as stopped:
        if is_out_of_time(stopped):
            raise
        return None
    return opened, list(dict.fromkeys(c for outcome in outcomes for c in constraints_of(outcome.formula)))


def _counted(check: Check) -> Check:
    """A check that ends long work by a count: what a figure says must not depend on how busy the machine is."""
    steps = count(1)

    def counted() -> None:
        check()
        if next(steps) > MOST_CHECKS:
            raise could_not_finish("figure", "the conditions take long", "ask condition for them")

    return counted


def _at_numbers(factor: Terms, opened: Setting, found: Phases) -> Curve:
    """A polynomial at the numbers of the figure, as one in its parameters."""
    total: dict[tuple[int, ...], Fraction] = {}
    for exponents, coefficient in factor.items():
        value = Fraction(coefficient)
        powers = dict(zip(opened.names, exponents, strict=True))
        for name, power in powers.items():
            if name not in found.parameters:
                value *= found.fixed[name] ** power
        key = (*(powers.get(name, 0) for name in found.parameters), 0)[:2]  # over one parameter a curve is upright
        total[key] = total.get(key, Fraction(0)) + value
    return dict(primitive_terms(total))


def _curve_of(edge: Edge, general: list[Boundary]) -> Curve | None:
    """The irreducible polynomial of a border; of an upright one, of what is known to vanish there."""
    if edge.curve is not None:
        return dict(edge.curve.curve)
    x = _upright(edge)
    if x is None:
        return None
    if isinstance(x, Fraction):
        return {(0, 0): -x.numerator, (1, 0): x.denominator}
    for _, factors in general:
        for curve in factors:
            if curves.degree_in_y(curve) == 0 and sign_of(curves.only_x(curve), x) == 0:
                return curve
    return None


def _upright(edge: Edge) -> Number | None:
    """Where an upright border stands, exactly; None for a level one."""
    if edge.points[0][0] != edge.points[-1][0]:
        return None
    ends: Mapping[float, Number] = {float(e): e for e in (edge.cell.first.low, edge.cell.first.high) if e is not None}
    return ends[edge.points[0][0]]


def _numeric(edge: Edge, curve: Curve | None, found: Phases) -> str | None:
    """The equation at the figure's numbers."""
    x = _upright(edge)
    if x is not None:
        return f"{found.parameters[0]} = {x}"
    across, up = found.parameters
    if curve is None:
        return None if edge.points[0][1] != edge.points[-1][1] else f"{up} = {edge.cell.low}"
    return solved_for(curve, 1, [across, up], _near(edge))


def _near(edge: Edge) -> list[Fraction]:
    """A point on the middle piece of a border, or next to it."""
    one, other = edge.points[(len(edge.points) - 1) // 2 : (len(edge.points) - 1) // 2 + 2]
    return [Fraction((a + b) / 2) for a, b in zip(one, other, strict=True)]


def _general(
    boundary: tuple[tuple[str, ...], tuple[tuple[tuple[int, ...], int], ...]], found: Phases, edge: Edge
) -> str:
    """The equation with all parameters open, solved for the figure's second parameter where it has that."""
    names, key = boundary
    terms = dict(key)
    at = dict(zip(found.parameters, _near(edge), strict=False))
    near = [at[name] if name in at else found.fixed[name] for name in names]
    variables = [names.index(name) for name in reversed(found.parameters)]
    variable = next((v for v in variables if any(e[v] for e in terms)), variables[0])
    return solved_for(terms, variable, names, near)
