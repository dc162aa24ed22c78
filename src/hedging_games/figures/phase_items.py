"""The shapes of a phase diagram, and the lines of its legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from hedging_games.algebra.numbers import number_text
from hedging_games.figures.charts import Entry, filled, rectangle
from hedging_games.figures.palette import FILLS, NOT_ADMISSIBLE, PATHS
from hedging_games.figures.phase_naming import Naming
from hedging_games.figures.regime_names import Place
from hedging_games.figures.regions import Map
from hedging_games.figures.scene import INK, Item, Line, Mark

SHARED: Final = 1.3
ALONE: Final[tuple[float, float]] = (2.0, 1.5)
"""The width of borders on which the equilibria of both sides stand, and the dashes of those that belong to one side."""


# --- shapes --------------------------------------------------------------------------------------------------------------


def excluded_area(what: Map, *, is_there: bool) -> list[Item]:
    """Behind all regions: what the model's assumptions exclude."""
    (left, right), (low, high) = what.window
    return [filled(rectangle(left, low, right - left, high - low), NOT_ADMISSIBLE)] if is_there else []


def areas(what: Map, naming: Naming) -> list[Item]:
    """The regions."""
    return [filled(region.outline, naming.fills[region.kind]) for region in what.regions]


def edges(what: Map, among: str | None) -> list[Item]:
    """The borders."""
    dash = ALONE if among is None else ()
    items: list[Item] = [Line(edge.points, width=0.9, dash=dash) for edge in what.edges]
    return items + [Line(points, width=SHARED) for points in what.shared]


def tie_lines(what: Map) -> list[Item]:
    """Lines and points of ties, each kind with a colour and dashes of its own."""
    letters = what.tied
    items: list[Item] = []
    for tie in what.ties:
        colour, dash = PATHS[1 + letters.index(tie.kind) % (len(PATHS) - 1)]
        if len(tie.points) > 1:
            items += [Line(tie.points, "#ffffff", 4.0), Line(tie.points, colour, 2.4, dash)]
        else:
            items.append(Mark(tie.points[0], "diamond", 5.0, colour))
    return items


# --- the legend ----------------------------------------------------------------------------------------------------------


def meanings(what: Map, event: str, among: str | None) -> list[Entry]:
    """What the colours mean."""
    if among is not None:
        return []
    said = {"every": "in every equilibrium", "some": "in some equilibrium, not in every one", "none": "in none"}
    there = {region.kind[1] for region in what.regions}
    if None in there:
        return []
    return [Entry(f"{text}: {event}", fill=FILLS[kind][0]) for kind, text in said.items() if kind in there]


def excluded(*, is_there: bool) -> list[Entry]:
    """What is behind the regions."""
    return [Entry("excluded by the model's assumptions", fill=NOT_ADMISSIBLE)] if is_there else []


def borders_said(what: Map, among: str | None) -> list[Entry]:
    """To which side borders belong."""
    if among is not None:
        return []
    found = []
    if what.shared:
        found.append(Entry("on this border the equilibria of both sides stand", line=(INK, (), SHARED)))
    if _has_edges_of_one_side(what):
        found.append(Entry("this border belongs to one of its sides", line=(INK, ALONE, 0.9)))
    return found


def _has_edges_of_one_side(what: Map) -> bool:
    """Whether there are borders that are no shared line, by their lengths across and up."""
    lengths = [
        sum(abs(b[k] - a[k]) for line in lines for a, b in pairwise(line))
        for lines in ([edge.points for edge in what.edges], what.shared)
        for k in (0, 1)
    ]
    return any(edges > shared + 1e-6 for edges, shared in zip(lengths[:2], lengths[2:], strict=True))


def cases_said(seen: Sequence[Place]) -> list[Entry]:
    """What brackets mean, and the cases that are not drawn."""
    entries = []
    if any(place.agrees and not place.same for place in seen):
        text = "in brackets: cases in which further parameters differ from the figure's, and the same is played"
        entries.append(Entry(text, mark=("ring", INK)))
    for place in seen:
        if not place.agrees:
            text = f"{place.name} would be at {place_text(place.at)}, but has other values of further parameters, with which there is: {place.regime}"
            entries.append(Entry(text))
    return entries


def place_text(at: Sequence[float]) -> str:
    """A place in words: ``2``, or ``(2, 0.5)``."""
    numbers = ", ".join(f"{value:.6g}" for value in at)
    return numbers if len(at) == 1 else f"({numbers})"


def held_text(fixed: Mapping[str, Fraction]) -> str:
    """Where the other parameters stand."""
    return "at " + ", ".join(f"{name} = {number_text(value)}" for name, value in fixed.items())
