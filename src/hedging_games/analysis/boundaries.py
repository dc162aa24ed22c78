"""Critical values in closed form: the boundary that each lies on, with the other parameters left open."""

from __future__ import annotations

from fractions import Fraction

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.closed_forms import involves, solved_for
from hedging_games.algebra.formulas.formula import constraints_of
from hedging_games.algebra.inequalities.factors import factors_of
from hedging_games.algebra.polynomials import Terms, sign_at
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.threshold import Thresholds


def boundaries(found: Thresholds) -> tuple[tuple[str, ...], ...]:
    """For each critical value the boundaries through it, solved for the parameter: ``capacity_loss = 1/(discount + 1)``.

    Every parameter stays open that was not held fixed by name. Only those inequalities count that give the reasons why the
    answer changes there. A boundary of a degree beyond two is given as an equation.

    Parameters
    ----------
    found : an answer of `threshold`.

    Returns
    -------
    tuple
        For each of ``found.values``, in their order, the boundaries as texts; none where the answer changes for another reason.

    Raises what `condition` raises, as the condition is derived once more with the parameters open.
    """
    region = condition(
        found.region.setting.model, found.region.among, found.region.concept, case=found.case, fixed=found.held
    )
    names = region.setting.names
    variable = names.index(found.parameter)
    factors: dict[object, tuple[Terms, str]] = {}
    for asked in constraints_of(region.formula):
        for factor, _ in factors_of(asked.terms):
            if involves(factor, variable):
                factors.setdefault(tuple(factor.items()), (factor, str(asked.reason)))
    listed = []
    for value, because in zip(found.values, found.because, strict=True):
        point: list[Number] = [value if name == found.parameter else found.point[name] for name in names]
        through = [(factor, reason) for factor, reason in factors.values() if sign_at(factor, point) == 0]
        # A reason that speaks of probabilities reads otherwise where numbers have been put in: then all count.
        meant = [factor for factor, reason in through if reason in because] or [factor for factor, _ in through]
        here = [solved_for(factor, variable, names, [_near(x) for x in point]) for factor in meant]
        listed.append(tuple(dict.fromkeys(here)))
    return tuple(listed)


def _near(number: Number) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(float(number))
