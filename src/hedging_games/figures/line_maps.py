"""The pieces of a strip: phases over one parameter as a band, the values at which they change, and the single values with equilibria of
their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import Check, no_check
from hedging_games.analysis.phase_events import cells_by_event
from hedging_games.analysis.phases import PhaseCell, Phases
from hedging_games.figures.regions import Apart, Edge, Kind, Map, Region, Tie, Window, are_together, told_apart

TIE_HEIGHT: Final = 0.86
"""Where in the band the sign of a value with equilibria of its own stands."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value at which what is told apart changes, and what there is at the value itself.

    ``at_it`` : what there is on the ``left`` or on the ``right`` of it, the equilibria of ``both``, others (``own``), or nothing that the
    assumptions admit (``excluded``). ``edge`` : the border as one of a map.
    """

    value: Number
    at_it: Literal["left", "right", "both", "own", "excluded"]
    edge: Edge


def on_line(found: Phases, apart: Apart, check: Check = no_check) -> tuple[Map, tuple[Change, ...]]:
    """The band of phases over one parameter (upwards from 0 to 1), and the changes from left to right."""
    assert found.setting is not None
    span = found.setting.model.parameters[found.parameters[0]].range
    window: Window = ((float(span.low), float(span.high)), (0.0, 1.0))
    cells = [(told_apart(k, hedging, apart), cell) for k, cell, hedging in cells_by_event(found, check)]
    regions = tuple(_region(kind, cell) for kind, cell in cells if not cell.first.point)
    changes, ties = [], []
    for value in sorted({end for _, cell in cells for end in (cell.first.low, cell.first.high) if end is not None}):
        left = next((k for k, cell in cells if cell.dimension and cell.first.high == value), None)
        right = next((k for k, cell in cells if cell.dimension and cell.first.low == value), None)
        here = next((k for k, cell in cells if value in cell.first), None)
        is_end = value in (span.low, span.high)
        if here == left == right or (is_end and here in (left, right)):
            continue
        cell = next(cell for _, cell in cells if value in (cell.first.low, cell.first.high))
        edge = Edge(((float(value), 0.0), (float(value), 1.0)), (left, right), None, cell)
        around = {kind for kind in (left, right) if kind is not None}
        if here is None:
            changes.append(Change(value, "excluded", edge))
        elif here in around:
            changes.append(Change(value, "left" if here == left else "right", edge))
        elif apart is None and are_together(here, around, found):
            changes.append(Change(value, "both", edge))
        else:
            changes.append(Change(value, "own", edge))
            ties.append(Tie(here, ((float(value), TIE_HEIGHT),), cell))
    return Map(window, regions, tuple(change.edge for change in changes), tuple(ties)), tuple(changes)


def _region(kind: Kind, cell: PhaseCell) -> Region:
    left, right = float(cell.first.low), float(cell.first.high)  # type: ignore[arg-type]
    return Region(kind, ((left, 0.0), (right, 0.0)), ((left, 1.0), (right, 1.0)), cell)
