"""Critical values of one parameter, exactly, the others at a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hedging_games.algebra.cells.intervals import Interval, join
from hedging_games.algebra.cells.line import LineCell, sign_cells
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.along import coefficients, holds_in
from hedging_games.algebra.formulas.formula import constraints_of
from hedging_games.algebra.inequalities.system import Constraint, holds
from hedging_games.algebra.numbers import shown_number
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.conditions.region import Region, held_lines
from hedging_games.errors import did_you_mean, input_error
from hedging_games.model.catalogue import ModelLike, model_of
from hedging_games.shown import Drawn


@dataclass(frozen=True, slots=True)
class Thresholds(Drawn):
    """Where, as one parameter moves through its range, the event is played.

    ``intervals`` : the parameter's values with the event, disjoint and in order, each end open or closed as it truly is.
    ``values`` : the critical values inside the range, rational or algebraic, at which the answer changes.
    ``because`` : for each critical value the inequalities that change there, as text. ``point`` : where the other parameters
    stand, by the ``case`` and by what was ``held``.
    """

    parameter: str
    region: Region
    values: tuple[Number, ...]
    intervals: tuple[Interval, ...]
    because: tuple[tuple[str, ...], ...]
    point: Mapping[str, Fraction] = field(default_factory=dict)
    case: str | None = None
    held: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        where = " or ".join(str(interval) for interval in self.intervals) or "nowhere in its range"
        lines = [f"the event is played in {self.region.kind} for {self.parameter} in {where}"]
        for value, reasons in zip(self.values, self.because, strict=True):
            lines.append(f"{self.parameter} = {shown_number(value)}: {'; '.join(reasons)}")
        lines += held_lines(self.region.setting.structural)
        return "\n".join([*lines, *(f"note: {note}" for note in self.region.said)])


def threshold(
    model: ModelLike,
    parameter: str,
    among: str = "some",
    concept: str | None = None,
    *,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> Thresholds:
    """The exact critical values of ``parameter`` over its declared range, all others at the case and ``fixed`` values.

    Parameters
    ----------
    model : a model, its name in the catalogue, or the path of its file.
    parameter : its name; no structural one.
    among : the event in ``some`` or in ``every`` equilibrium.
    concept : a solution concept whose regions are derived; the model's or the game's own by default.
    case, fixed : where the other parameters stand: a case (else the baseline), changed by exact numbers.

    The line is cut at the real roots of every inequality of the condition; between and at them the condition is
    evaluated exactly, so no value is missed and the ends are what they are.

    Raises InputError for an unknown or structural parameter, and what `conditions.question.condition` raises.
    """
    model = model_of(model)
    held = dict(fixed or {})
    if parameter not in model.parameters:
        raise input_error("parameter", f"no parameter '{parameter}'", did_you_mean(parameter, list(model.parameters)))
    if parameter in model.structural:
        raise input_error(
            "parameter",
            f"'{parameter}' decides the form of the game and has no threshold",
            "sweep over its values instead",
        )
    if parameter in held:
        raise input_error("parameter", f"'{parameter}' is both moved and held fixed", "leave it out of --set")
    point = model.point(case, **held)
    others = {name: value for name, value in point.items() if name != parameter}
    region = condition(model, among, concept, case=case, fixed=others)
    within = region.setting.whole.box[0]
    asked = list(dict.fromkeys(constraints_of(region.formula)))
    assumed = region.setting.whole.assumptions
    polynomials = [coefficients(c) for c in (*asked, *assumed)]
    index = {c: k for k, c in enumerate(asked)}
    cells = sign_cells(polynomials, within)
    inside = [holds_in(region.formula, cell, index) and _assumed(cell, assumed, len(asked)) for cell in cells]
    intervals = join(cell.where for cell, there in zip(cells, inside, strict=True) if there)
    values, because = [], []
    for value in _ends(intervals, within):
        values.append(value)
        because.append(_changing(value, cells, asked))
    return Thresholds(parameter, region, tuple(values), tuple(intervals), tuple(because), point, case, held)


def _assumed(cell: LineCell, assumed: tuple[Constraint, ...], start: int) -> bool:
    return all(holds(cell.signs[start + k], c.relation) for k, c in enumerate(assumed))


def _ends(intervals: tuple[Interval, ...], within: Interval) -> list[Number]:
    """The ends at which the answer changes: all but those that are the range's own."""
    ends: list[Number] = []
    for interval in intervals:
        for end, closed, limit, limit_closed in (
            (interval.low, interval.low_closed, within.low, within.low_closed),
            (interval.high, interval.high_closed, within.high, within.high_closed),
        ):
            if (
                end is not None
                and not (limit is not None and end == limit and closed == limit_closed)
                and end not in ends
            ):
                ends.append(end)
    return ends


def _changing(value: Number, cells: tuple[LineCell, ...], asked: list[Constraint]) -> tuple[str, ...]:
    """The reasons of the inequalities that vanish at a critical value."""
    at = next(cell for cell in cells if cell.where.point and cell.where.low == value)
    reasons = (str(c.reason) for c, sign in zip(asked, at.signs, strict=False) if sign == 0 and c.reason is not None)
    return tuple(dict.fromkeys(reasons))
