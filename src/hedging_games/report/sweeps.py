"""The answer of ``sweep`` as a JSON object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hedging_games.analysis.sweep.design import Grid
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.report.answers import SCHEMA


def sweep_answer(found: Sweep, written: list[Path]) -> dict[str, Any]:
    """Axes, points, shares, regimes, and the files written. Shares are exact, counted over the admissible points."""
    task = found.task
    answer: dict[str, Any] = {
        "schema": SCHEMA,
        "model": task.model.name,
        "concept": task.concept,
        "engine": "formulas" if task.compiled else "solver",
        "axes": _axes(found),
        "points": found.points,
        "admissible": found.tally.admissible,
        "unfinished": found.tally.unfinished,
        "share_some": str(found.share_some),
        "share_every": str(found.share_every),
        "regimes": [regime.as_dict() for regime in found.regimes],
        "notes": list(found.notes),
        "written": [str(path) for path in written],
    }
    if not isinstance(task.design, Grid):
        recipe = task.design.recipe
        answer["sample"] = {"method": recipe.method, "count": recipe.count, "seed": recipe.seed}
    return answer


def _axes(found: Sweep) -> list[dict[str, Any]]:
    design = found.task.design
    if isinstance(design, Grid):
        return [
            {"name": axis.name, "low": str(min(axis.values)), "high": str(max(axis.values)), "count": len(axis.values)}
            for axis in design.axes
        ]
    ends = zip(design.names, design.lows, design.highs, strict=True)
    return [{"name": name, "low": str(low), "high": str(high)} for name, low, high in ends]
