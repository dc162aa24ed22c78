"""Answers about regions as JSON objects, and the table of claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hedging_games.algebra.formulas.formula import FALSE
from hedging_games.algebra.inequalities.system import Constraint
from hedging_games.algebra.inequalities.volume import Share
from hedging_games.algebra.inequality_text import expression_text, written
from hedging_games.analysis.claims.finding import Finding
from hedging_games.analysis.conditions.formula_text import formula_record
from hedging_games.analysis.conditions.judged import Judged
from hedging_games.analysis.conditions.listing import RegionCell
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.conditions.wording import pays
from hedging_games.analysis.phases import PhaseCell, Phases
from hedging_games.analysis.robust import Robustness
from hedging_games.analysis.threshold import Thresholds
from hedging_games.report.answers import SCHEMA, json_number
from hedging_games.report.tables import Table


def condition_answer(region: Region, judged: Judged | None = None) -> dict[str, Any]:
    """The answer of ``condition``, with the condition as it was derived where the list of cells is not complete."""
    return {
        **_asked(region),
        "cells": [_cell(cell) for cell in region.cells],
        **({} if region.is_listed else {"formula": formula_record(region.formula)}),
        **({} if region.underived == FALSE else {"underived": formula_record(region.underived)}),
        "complete": region.complete and region.is_listed,
        "basis": region.basis,
        "notes": [*region.said, *region.listing_notes],
        **_judged(judged),
    }


def _judged(judged: Judged | None) -> dict[str, Any]:
    """How many points were solved again by solvers that know nothing of regions, and why others were not."""
    return {} if judged is None else {"judged": {"points": judged.points, "notes": list(judged.notes)}}


def _completeness(region: Region) -> dict[str, Any]:
    """Whether every equilibrium that the concept admits was followed, and what a reader must know."""
    return {"complete": region.complete, "notes": list(region.said)}


def _asked(region: Region) -> dict[str, Any]:
    setting = region.setting
    return {
        "schema": SCHEMA,
        "model": setting.model.name,
        "concept": region.concept,
        "among": region.among,
        "fixed": _numbers(setting.fixed),
        "structural": list(setting.structural),
        "ranges": {name: str(interval) for name, interval in zip(setting.names, setting.whole.box, strict=True)},
        "assumptions": [f"{expression_text(c)} {c.relation} 0" for c in setting.whole.assumptions],
    }


def _cell(cell: RegionCell) -> dict[str, Any]:
    return {
        "profile": {label: dict(mixture) for label, mixture in cell.profile.items()},
        "payoffs": dict(cell.worth),
        "conditions": [_inequality(c) for c in cell.system.constraints],
        "readable": [{"written": written(c, cell.system.box), "pays": pays(c)} for c in cell.system.constraints],
        "knife_edge": cell.knife_edge,
        "undecided": cell.undecided,
        "basis": cell.basis,
    }


def threshold_answer(
    found: Thresholds, closed_forms: Sequence[Sequence[str]] = (), judged: Judged | None = None
) -> dict[str, Any]:
    """The answer of ``threshold``, with the `analysis.boundaries` on which the critical values lie."""
    return {
        **_asked(found.region),
        "parameter": found.parameter,
        "thresholds": [json_number(value) for value in found.values],
        "intervals": [
            {
                "low": None if interval.low is None else json_number(interval.low),
                "high": None if interval.high is None else json_number(interval.high),
                "low_closed": interval.low_closed,
                "high_closed": interval.high_closed,
            }
            for interval in found.intervals
        ],
        "because": [list(reasons) for reasons in found.because],
        "boundaries": [list(forms) for forms in closed_forms],
        **_completeness(found.region),
        **_judged(judged),
    }


def robustness_answer(found: Robustness, judged: Judged | None = None) -> dict[str, Any]:
    """The answer of ``robustness``."""
    radius = None if found.low is None else json_number(found.low)
    return {
        **_asked(found.region),
        "point": _numbers(found.point),
        "norm": found.norm,
        "radius": radius,
        "radius_at_most": None if found.high is None else json_number(found.high),
        "radius_squared": None if found.square is None else json_number(found.square),
        "exact": found.exact,
        "binding": [_inequality(c) for c in found.binding],
        "elasticities": [_numbers(moved_by) for moved_by in found.elasticities],
        "nearest": None if found.nearest is None else _numbers(found.nearest),
        **_share(found.share),
        **_completeness(found.region),
        **_judged(judged),
    }


def _share(share: Share | None) -> dict[str, Any]:
    if share is None:
        return {"share": None, "share_error": None}
    value = json_number(share.value) if share.exact else json_number(float(share.value))
    estimated = f"{float(share.error):.3g}" if share.error else None
    return {"share": value, "share_error": "0" if share.exact else estimated}


def _inequality(asked: Constraint) -> dict[str, str]:
    because = "" if asked.reason is None else str(asked.reason)
    return {"expression": expression_text(asked), "relation": asked.relation, "because": because}


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_number(value) for name, value in values.items()}


def phases_answer(found: Phases, model: str, judged: Judged | None = None) -> dict[str, Any]:
    """The answer of ``phases``."""
    return {
        "schema": SCHEMA,
        "model": model,
        "concept": found.concept,
        "over": list(found.parameters),
        "fixed": _numbers(found.fixed),
        "structural": list(found.structural),
        "outcomes": [
            {"profile": {label: dict(mixture) for label, mixture in profile.items()}, "payoffs": dict(worth)}
            for profile, worth in zip(found.outcomes, found.worth, strict=True)
        ],
        "phases": [
            {"outcomes": list(phase.outcomes), "dimension": phase.dimension, "cells": [_piece(c) for c in phase.cells]}
            for phase in found.phases
        ],
        "complete": found.complete,
        "notes": list(found.notes),
        **_judged(judged),
    }


def _piece(cell: PhaseCell) -> dict[str, Any]:
    first = cell.first
    return {
        "dimension": cell.dimension,
        "low": None if first.low is None else json_number(first.low),
        "high": None if first.high is None else json_number(first.high),
        "low_closed": first.low_closed,
        "high_closed": first.high_closed,
        "second_from": cell.low,
        "second_to": cell.high,
        "second_from_closed": cell.low_closed,
        "second_to_closed": cell.high_closed,
        "sample": [json_number(x) for x in cell.sample],
    }


def claims_answer(findings: Iterable[Finding]) -> dict[str, Any]:
    """The answer of ``claims``."""
    return {
        "schema": SCHEMA,
        "claims": [
            {
                "model": finding.model,
                "says": finding.claim.says,
                "verdict": finding.verdict,
                "means": finding.means,
                "condition": finding.condition or None,
                "counterexample": [_numbers(point) for point in finding.counterexample] or None,
                "why": finding.why,
                "tested": finding.tested,
                "concept": finding.concept or None,
                "among": finding.among or None,
                "verdicts": {among: finding.verdict_among(among) for among in ("some", "every")},
                "opposite": None if finding.opposite is None else _opposite(finding.opposite),
                "held": _numbers(finding.held),
                **_share(finding.share),
            }
            for finding in findings
        ],
    }


def _opposite(finding: Finding) -> dict[str, Any]:
    """What became of a claim among the equilibria that its file does not speak of."""
    return {
        "among": finding.among,
        "verdict": finding.verdict,
        "condition": finding.condition or None,
        "counterexample": [_numbers(point) for point in finding.counterexample] or None,
        "why": finding.why,
    }


CLAIMS_HEADER = (
    "model", "claim", "tested", "verdict", "among some", "among every", "what it means", "counterexample or condition", "share of the box",
)  # fmt: skip
"""The columns of `claims_table`."""


def share_text(finding: Finding) -> str:
    """The share of the box in which a claim holds, for a table; nothing where it is not known."""
    return "" if finding.share is None else str(finding.share)


def claims_table(findings: Iterable[Finding], title: str = "", note: str = "", provenance: str = "") -> Table:
    """One row for each claim: where it holds if it is conditional, else a counterexample by what differs from the baseline.

    ``findings`` : what `examine` found, of one model or of several. ``title``, ``note``, ``provenance`` : as of `Table`.
    Refuses nothing.
    """
    rows = [
        (
            f.model,
            f.claim.says,
            f.tested,
            f.verdict,
            f.verdict_among("some") or "",
            f.verdict_among("every") or "",
            f.means,
            f.condition or f.counterexample_text() or f.why,
            share_text(f),
        )
        for f in findings
    ]
    return Table(CLAIMS_HEADER, rows, title, note, provenance)
