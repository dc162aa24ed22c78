"""What `sensitivity` answers: records, their JSON and their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.inequality_text import expression_text
from hedging_games.analysis.hits import EstimatedShare
from hedging_games.analysis.robust import Robustness
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.variance_indices import Estimate
from hedging_games.model.model import Model
from hedging_games.shown import Drawn


@dataclass(frozen=True, slots=True)
class Index:
    """What is known about one parameter.

    Attributes
    ----------
    intervals : where the event holds in the declared range, the other parameters at the point; exact (None where the game
        has no formulas and no classes of signs, or an end is irrational and has to be solved itself). ks : the Kolmogorov–Smirnov distance, None where all points are alike.
    first, total : Sobol indices of the margin with their confidence intervals (low, high), None where there is none.
    """

    name: str
    baseline: Fraction
    intervals: tuple[Interval, ...] | None
    ks: float | None
    first: Estimate | None
    total: Estimate | None


@dataclass(frozen=True, slots=True)
class Sensitivity(Drawn):
    """The answer of `sensitivity`.

    ``robustness`` : how far all parameters of the box may move at once, in shares of their declared ranges, and what binds
    first; None (with a note) where that is not derived, or the event not played at the point.
    ``share`` of the box (its admissible part) in which the event is played, with what is known about its error; ``holds``: whether it is at the point; ``deviations``: what ends the event where it is not played, with shares of those points; ``of``:
    what the Sobol indices are indices of; ``sample``: the points themselves, a tidy frame by ``sample.to_frame()``. ``chance`` : the
    Kolmogorov–Smirnov distance up to which a parameter without influence comes in 95 % of samples of so many points, drawn independently
    (these are spread more evenly); None where all points are alike.
    """

    model: Model
    among: str
    concept: str
    holds: bool
    share: EstimatedShare
    indices: tuple[Index, ...]
    deviations: Mapping[str, float]
    of: str
    sample: Sweep
    robustness: Robustness | None = None
    chance: float | None = None
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "schema": 1,
            "model": self.model.name,
            "concept": self.concept,
            "among": self.among,
            "holds": self.holds,
            "robustness": None if self.robustness is None else _robustness_dict(self.robustness),
            "share": self.share.as_dict(),
            "sobol_of": self.of,
            "ks_chance": self.chance,
            "indices": {index.name: _index_dict(index) for index in self.indices},
            "deviations": dict(self.deviations),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        from hedging_games.layout import text_table

        rows = [
            [
                index.name,
                str(index.baseline),
                "?" if index.intervals is None else " ∪ ".join(map(str, index.intervals)) or "nowhere",
                _decimal(index.ks),
                *(
                    _decimal(s and s[0]) + (f" ({s[1]:.2f}, {s[2]:.2f})" if s else "")
                    for s in (index.first, index.total)
                ),
            ]
            for index in sorted(self.indices, key=lambda i: (-(i.ks or 0), i.name))
        ]
        header = ["parameter", "baseline", "holds where, others fixed", "KS", f"Sobol first, of {self.of}", "total"]
        lines = [
            f"{self.model.name}: {self.model.hedge} in {self.among} {self.concept} equilibrium at the point: "
            + ("yes" if self.holds else "no"),
            f"share of the box: {self.share}",
            "",
            text_table(header, rows),
        ]
        if self.chance is not None:
            lines.append(
                f"KS up to {self.chance:.3f} may be chance (95 % of samples, if the parameter had no influence)"
            )
        if self.robustness is not None:
            lines += ["", *str(self.robustness).split("\n")[:-1]]
        if self.deviations:
            lines += ["", "what ends it, where it does not hold:"]
            lines += [f"  {share:6.1%}  {text}" for text, share in self.deviations.items()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])


def _index_dict(index: Index) -> dict[str, Any]:
    return {
        "baseline": str(index.baseline),
        "intervals": None if index.intervals is None else [str(part) for part in index.intervals],
        "ks": index.ks,
        "sobol_first": index.first and {"value": index.first[0], "low": index.first[1], "high": index.first[2]},
        "sobol_total": index.total and {"value": index.total[0], "low": index.total[1], "high": index.total[2]},
    }


def _robustness_dict(found: Robustness) -> dict[str, Any]:
    binding = [
        {"expression": expression_text(c), "relation": c.relation, "because": str(c.reason)} for c in found.binding
    ]
    low, high = (None if end is None else str(end) for end in (found.low, found.high))
    nearest = None if found.nearest is None else {name: str(value) for name, value in found.nearest.items()}
    return {"radius": {"low": low, "high": high}, "binding": binding, "nearest": nearest}


def _decimal(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
