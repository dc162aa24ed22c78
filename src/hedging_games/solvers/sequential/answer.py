"""From solved conditions to an answer: extreme equilibria with beliefs, the polytopes they span, and components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from hedging_games.algebra.positive.hull import extreme_points, in_hull
from hedging_games.errors import could_not_finish
from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.run import Run
from hedging_games.solvers.sequential.conditions import Family
from hedging_games.solvers.sequential.worth import Support
from hedging_games.theory.beliefs.supporting import belief_sets
from hedging_games.theory.equilibria import EXTREME_NOTE, Candidate, Proposal

MOST_CELLS = 3_000
"""Choices of supports with equilibria, whose relations to each other are looked at pair by pair."""

MOST_POINTS = 20_000
"""Extreme points the answer may have."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A way to play the whole game: the supports, and families for the probabilities where they are mixed."""

    support: Support
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Slots whose probabilities are determined together: a polytope by its extreme points, or (not ``whole``) some
    points of a curved set.
    """

    slots: tuple[int, ...]
    points: tuple[tuple[Any, ...], ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """Equilibria with the same supports: the product of its sides; all other slots have the probabilities ``fixed``."""

    fixed: Mapping[int, Any]
    sides: tuple[Side, ...]

    @property
    def whole(self) -> bool:
        """Whether the sides are polytopes, so that the corners span the closure of the cell."""
        return all(side.whole for side in self.sides)

    def corners(self) -> Iterator[tuple[Any, ...]]:
        """The probabilities of all slots at each product of extreme points."""
        for choice in product(*(side.points for side in self.sides)):
            values = dict(self.fixed)
            for side, point in zip(self.sides, choice, strict=True):
                values.update(zip(side.slots, point, strict=True))
            yield tuple(values[slot] for slot in sorted(values))

    def holds(self, corner: Sequence[Any]) -> bool:
        """Whether a corner of another cell lies in the closure of this one."""
        return all(corner[slot] == x for slot, x in self.fixed.items()) and all(
            in_hull(tuple(corner[slot] for slot in side.slots), side.points) for side in self.sides
        )


def proposal_of(
    game: Game, wholes: Iterable[Whole], notes: Callable[[], Sequence[str]], run: Run, *, consistent: bool
) -> Proposal:
    """The answer: extreme points of the largest cells as candidates, each with beliefs inside those that support it.

    Candidates are kept for the run as soon as ``wholes`` yields them; ``notes`` is asked when it is done.
    """
    known: dict[tuple[Any, ...], Candidate | None] = {}
    every: list[Cell] = []
    for whole in wholes:
        cell = cell_of(game.form, whole)
        every.append(cell)
        if len(every) > MOST_CELLS:
            raise _too_many()
        for corner in cell.corners():
            run.check()
            if corner not in known:
                found = known[corner] = _candidate(game, corner, consistent=consistent)
                if found is not None:
                    run.keep(found)
                elif cell.whole:
                    raise AssertionError(f"no beliefs support a corner of solved conditions: {corner}")
            if len(known) > MOST_POINTS:
                raise _too_many()
    cells = [every[k] for k in largest_cells(every, run)]
    shown = dict.fromkeys(corner for cell in cells for corner in cell.corners() if known[corner] is not None)
    order = sorted(shown, key=simplest_first)
    place = {corner: k for k, corner in enumerate(order)}
    groups = [tuple(sorted(place[corner] for corner in cell.corners() if corner in place)) for cell in cells]
    components = connected(cells, groups, len(order))
    isolated = all(len(component) == 1 for component in components)
    open_notes = tuple(notes())
    return Proposal(
        tuple(candidate for corner in order if (candidate := known[corner]) is not None),
        "some" if open_notes else "all" if isolated else "extreme",
        open_notes or (() if isolated else (EXTREME_NOTE,)),
        components,
        tuple(sorted({group for cell, group in zip(cells, groups, strict=True) if cell.whole and group})),
    )


def _too_many() -> Exception:
    return could_not_finish("size", "there are too many extreme equilibria to list", "break ties in the payoffs")


def cell_of(form: Form, whole: Whole) -> Cell:
    """The equilibria of a way to play; slots that it says nothing about have probability 0."""
    fixed: dict[int, Any] = dict.fromkeys(range(form.slot_count), Fraction(0))
    for slots in whole.support.values():
        if len(slots) == 1:
            fixed[slots[0]] = Fraction(1)
    sides = []
    for family in whole.families:
        for block in family.blocks:
            positions = [k for k, unknown in enumerate(block.unknowns) if isinstance(family.keys[unknown], int)]
            slots = tuple(int(str(family.keys[block.unknowns[k]])) for k in positions)
            points = {tuple(point[k] for k in positions) for point in block.points}
            if not block.whole:
                points.add(tuple(block.inside[k] for k in positions))
            if len(points) == 1:
                fixed.update(zip(slots, next(iter(points)), strict=True))
            elif slots:
                shown = extreme_points(list(points)) if block.whole else tuple(points)
                columns = list(zip(*shown, strict=True))
                # What is the same all over a polytope is fixed.
                firm = [k for k, column in enumerate(columns) if block.whole and len(set(column)) == 1]
                fixed.update((slots[k], columns[k][0]) for k in firm)
                loose = [k for k in range(len(slots)) if k not in firm]
                for k in loose:
                    fixed.pop(slots[k], None)
                parts = tuple(tuple(point[k] for k in loose) for point in shown)
                sides.append(Side(tuple(slots[k] for k in loose), parts, block.whole))
    return Cell(fixed, tuple(sides))


def largest_cells(cells: Sequence[Cell], run: Run) -> list[int]:
    """The numbers of the cells that do not lie in another one."""
    corners = [list(cell.corners()) for cell in cells]
    kept: list[int] = []
    for k, cell in enumerate(cells):
        run.check()
        rivals = [j for j in range(len(cells)) if j != k and cells[j].whole and cell.whole]
        rivals = [j for j in rivals if cells[j].fixed.items() <= cell.fixed.items()]
        inside = [j for j in rivals if all(cells[j].holds(corner) for corner in corners[k])]
        # Of equal cells the first one stays.
        if not any(j < k or not all(cell.holds(corner) for corner in corners[j]) for j in inside):
            kept.append(k)
    return kept


def connected(cells: Sequence[Cell], groups: Sequence[tuple[int, ...]], count: int) -> tuple[tuple[int, ...], ...]:
    """Which candidates hang together: cells touch where a corner of one lies in the closure of the other."""
    corners = [list(cell.corners()) for cell in cells]
    touching = [set(group) for group in groups if group]
    for j, cell in enumerate(cells):
        for k, other in enumerate(cells):
            if j != k and cell.whole and other.whole and any(cell.holds(corner) for corner in corners[k]):
                touching.append({*groups[j][:1], *groups[k][:1]})
    merged: list[set[int]] = []
    for group in [*touching, *({k} for k in range(count))]:
        meeting = [m for m in merged if m & group]
        merged = [m for m in merged if not m & group]
        merged.append(group.union(*meeting))
    return tuple(tuple(sorted(m)) for m in sorted(merged, key=min))


def _candidate(game: Game, corner: Sequence[Any], *, consistent: bool) -> Candidate | None:
    profile = MixedProfile(game.form, np.array([*corner, None], dtype=object)[:-1])
    found = belief_sets(game, profile, consistent=consistent)
    return Candidate(profile, found.representative()) if found.exist else None


def simplest_first(corner: Sequence[Any]) -> tuple[Any, ...]:
    """Profiles with fewer actions played first, then those that play earlier actions more."""
    played = tuple(slot for slot, x in enumerate(corner) if x != 0)
    return len(played), played, tuple(-x for x in corner)
