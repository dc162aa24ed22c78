"""What answers about parameters look like: conditions with reasons, critical values, phases, robustness, claims, sweeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.inequality_text import written
from hedging_games.analysis.claims.finding import Finding
from hedging_games.analysis.conditions.formula_text import formula_text
from hedging_games.analysis.conditions.listing import played_text
from hedging_games.analysis.conditions.region import Region, trust
from hedging_games.analysis.conditions.wording import reason_text
from hedging_games.analysis.phases import Phases, cell_text
from hedging_games.analysis.robust import Robustness
from hedging_games.analysis.sensitivity_answer import Sensitivity
from hedging_games.analysis.sweep.design import Grid
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.threshold import Thresholds
from hedging_games.report.display.equilibria import point_line
from hedging_games.report.display.sheets import Page, Sheet
from hedging_games.report.region_answers import CLAIMS_HEADER, claims_table
from hedging_games.report.region_latex import region_latex


def region_page(region: Region) -> Page:
    """A row for each inequality of each cell, with its reason."""
    rows: list[tuple[str, ...]] = []
    for number, cell in enumerate(region.cells, 1):
        played = played_text(cell.profile)
        asked = [(written(c, cell.system.box), reason_text(c)) for c in cell.system.constraints]
        for said, because in asked or [("everywhere in the declared ranges", "")]:
            rows.append((str(number), played, said, because, cell.basis))
    header: tuple[str, ...] = ("cell", "played", "condition", "because", "basis")
    if not any(row[1] for row in rows):
        header, rows = (header[0], *header[2:]), [(row[0], *row[2:]) for row in rows]
    caption = "all conditions of a cell hold together; one cell is enough"
    notes = [*region.notes, *region.listing_notes, *trust(region)]
    plain = "" if rows else "never in the declared ranges" if region.is_listed else formula_text(region.formula)
    name = region.setting.model.name
    title = f"{name}: the event is played in {region.kind} if and only if"
    sheets = [Sheet(caption, header, rows)] if rows else []
    held = _held(region)
    about = "; ".join([f"condition of {name}", *held])
    return Page(title, sheets, held, notes, plain, mathematics=region_latex(region, about))


def _held(region: Region) -> list[str]:
    held = region.setting.fixed
    return ["held: " + ", ".join(f"{name} = {value}" for name, value in held.items())] if held else []


def thresholds_page(found: Thresholds) -> Page:
    """The critical values with their reasons, then where the event is played."""
    name = found.parameter
    values = [(value, "; ".join(why)) for value, why in zip(found.values, found.because, strict=True)]
    critical = Sheet(f"critical values of {name}", (name, "because"), values)
    title = f"{found.region.setting.model.name}: where over {name} the event is played in {found.region.kind}"
    others = {other: value for other, value in found.point.items() if other != name}
    sheets = [*([critical] if values else []), _intervals(name, found.intervals)]
    return Page(title, sheets, point_line(others), found.region.said)


def _intervals(name: str, intervals: Iterable[Interval]) -> Sheet:
    rows = [(str(i), i.low, i.high, i.low_closed, i.high_closed) for i in intervals]
    header = (name, "low", "high", "low belongs to it", "high belongs to it")
    return Sheet(f"values of {name} with the event", header, rows or [("none", None, None, None, None)])


def robustness_page(found: Robustness) -> Page:
    """How far the point is from losing the event."""
    share = found.share
    rows: list[tuple[str, Any]] = [
        ("radius at least, in shares of the ranges", found.low),
        ("radius at most", found.high),
        ("share of the box with the event", None if share is None else share.value),
    ]
    if share is not None and not share.exact:
        rows.append(("error of the share", share.error or "unknown: the samples agree"))
    first, *lines = str(found).split("\n")
    moved = [(name, found.point[name], value) for name, value in (found.nearest or {}).items()]
    loss = Sheet("the nearest point where the event is lost", ("parameter", "at the point", "there"), moved)
    measures = Sheet("measures", ("what", "value"), rows)
    said = [line.strip() for line in lines if not line.startswith(("note:", "share", "  nearest"))]
    title = f"{found.region.setting.model.name}: {first}"
    return Page(title, [measures, *([loss] if moved else [])], said, found.region.said)


def phases_page(found: Phases) -> Page:
    """The outcomes, then which of them are equilibria where."""
    outcomes = [
        (f"[{k}]", played_text(profile), ", ".join(f"{p} {w}" for p, w in worth.items()))
        for k, (profile, worth) in enumerate(zip(found.outcomes, found.worth, strict=True))
    ]
    pieces = [
        (", ".join(f"[{k}]" for k in phase.outcomes) or "none", cell_text(cell, found.parameters))
        for phase in found.phases
        for cell in phase.cells
    ]
    over = " and ".join(found.parameters)
    sheets = [
        Sheet(f"where over {over}", ("equilibria", "where"), pieces),
        Sheet("what is played", ("outcome", "played", "worth"), outcomes),
    ]
    model = f"{found.setting.model.name}: " if found.setting is not None else ""
    return Page(f"{model}{found.concept} equilibria over {over}", sheets, point_line(found.fixed), found.notes)


def findings_page(findings: Iterable[Finding]) -> Page:
    """Claims with their verdicts."""
    told = list(findings)
    names = ", ".join(dict.fromkeys(finding.model for finding in told))
    sheet = Sheet("claims and what became of them", CLAIMS_HEADER, claims_table(told).rows)
    return Page(f"Claims of {names}" if names else "No claims", [sheet] if told else [])


def sweep_page(found: Sweep) -> Page:
    """The axes, and at how many points which set of equilibria was met."""
    design = found.task.design
    axes = (
        [(a.name, min(a.values), max(a.values), str(len(a.values))) for a in design.axes]
        if isinstance(design, Grid)
        else [(n, low, high, "") for n, low, high in zip(design.names, design.lows, design.highs, strict=True)]
    )
    regimes = [
        (str(k), r.hedging, " || ".join(r.equilibria) or "none", str(r.points)) for k, r in enumerate(found.regimes, 1)
    ]
    shares = [
        ("in some equilibrium", found.share_some),
        ("in every equilibrium", found.share_every),
    ]
    sheets = [
        Sheet("sets of equilibria", ("#", "the event", "equilibria", "points"), regimes),
        Sheet("axes", ("parameter", "low", "high", "values"), axes),
        Sheet("shares of admitted points with the event", ("played", "share"), shares),
    ]
    title = f"{found.task.model.name}: {found.task.concept} equilibria at {found.points:,} points"
    return Page(title, sheets, [], found.notes)


def sensitivity_page(found: Sensitivity) -> Page:
    """Which parameters matter."""
    rows = [
        (
            index.name,
            index.baseline,
            "?" if index.intervals is None else " ∪ ".join(map(str, index.intervals)) or "nowhere",
            index.ks,
            index.first and index.first[0],
            index.total and index.total[0],
        )
        for index in found.indices
    ]
    header = ("parameter", "baseline", "holds where, others fixed", "KS", f"Sobol first, of {found.of}", "Sobol total")
    lines = [f"at the point: {'yes' if found.holds else 'no'}", f"share of the box: {found.share}"]
    title = f"{found.model.name}: {found.model.hedge} in {found.among} {found.concept} equilibrium"
    return Page(title, [Sheet("indices", header, rows)], lines, found.notes)
