"""How far a point is from losing its hedging, and how much of the declared box keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hedging_games.algebra.inequalities.robustness import Robustness as Measured
from hedging_games.algebra.inequalities.robustness import robustness as measure
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.inequalities.volume import Share, share
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.conditions.region import Region, expression_text
from hedging_games.errors import input_error
from hedging_games.model.model import Model


@dataclass(frozen=True, slots=True)
class Robustness:
    """How robust the event is at a point.

    ``radius`` : bounds of the largest box around the point, in shares of each parameter's range, in which the event is
    surely played: every parameter may move by that share of its range, all at once. Lower and upper bound agree where it
    is exact; both None if the event is played in the whole box.
    ``binding`` : the inequalities that fail first. ``nearest`` : the nearest point where the event is lost, by name.
    ``share`` : of the declared box, under the assumptions, in which the event is played.
    """

    region: Region
    point: Mapping[str, Fraction]
    low: Fraction | None
    high: Fraction | None
    binding: tuple[Constraint, ...]
    nearest: Mapping[str, Fraction] | None
    share: Share

    def __str__(self) -> str:
        if self.low is None:
            lines = ["the event is played in the whole declared box"]
        else:
            exact = "exactly" if self.low == self.high else f"at least (at most {self.high})"
            lines = [f"every parameter may move by {self.low} of its range {exact} before the event may be lost"]
            lines += [f"  first to fail: {expression_text(c)} {c.relation} 0, {c.reason}" for c in self.binding]
        if self.nearest is not None:
            moved = {name: value for name, value in self.nearest.items() if value != self.point[name]}
            lines.append("  nearest loss: " + ", ".join(f"{name} = {value}" for name, value in moved.items()))
        part = f"{self.share.value}" if self.share.exact else f"{float(self.share.value):.4f} ± {self.share.error:.4f}"
        lines.append(f"share of the box with the event: {part}")
        return "\n".join(lines)


def robustness(
    model: Model,
    among: str = "some",
    concept: str | None = None,
    *,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Robustness:
    """The robustness of the model's event around its baseline (or a case).

    ``fixed`` sets values at the point, and leaves these parameters free to move like the others. Exact where the region's
    inequalities are linear; else the lower bound is proved, never sampled.

    Raises InputError if the event is not played at the point.
    """
    region = condition(model, among, concept, case=case, check=check)
    values = model.point(case, **dict(fixed or {}))
    point = {name: values[name] for name in region.setting.names}
    start = region.setting.point(values)
    if not region.contains(point):
        raise input_error(
            "robustness",
            "the event is not played at this point, so nothing can be lost",
            "choose another --case or --set",
        )
    union = list(region.systems)
    found: Measured = measure(start, union, "box", check_time=check)
    radius = found.radius
    nearest = None if radius.nearest is None else dict(zip(region.setting.names, radius.nearest, strict=True))
    return Robustness(region, point, radius.low, radius.high, found.binding, nearest, share(union, check_time=check))
