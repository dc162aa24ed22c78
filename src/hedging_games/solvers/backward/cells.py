"""Subgame-perfect equilibria as cells, where mixing at ties changes what is best before them.

Wherever every player knows the history, or chooses at once with others, every information set is reached in its own
stage whatever is played there. Beliefs are then given by the stage's mixtures, and subgame perfection is what
`solvers.sequential` solves, support by support: which actions are played at each decision. The equilibria with given
supports are a finite union of products of blocks, of probabilities that are determined together. A block is a polytope,
given by its vertices, or curved, given by equations and inequalities. If all blocks are polytopes the answer is a list of
extreme points and of the convex sets that they span; otherwise the sets are given as cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import prod
from typing import Any, Final

import numpy as np

from hedging_games.algebra.positive.system import Block
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.backward.ranges import Ranges, ranges_over, together
from hedging_games.solvers.printed import slot_text
from hedging_games.solvers.run import Run
from hedging_games.solvers.sequential.answer import Cell, Whole, cell_of, connected, largest_cells, simplest_first
from hedging_games.solvers.sequential.search import every_way
from hedging_games.theory.equilibria import EXTREME_NOTE, Candidate, ContinuumCell, Proposal

MOST_STEPS: Final = 3_000
"""Steps of the search for cells before it is given up."""

MOST_CELLS: Final = 1_500
"""Cells that are compared with one another."""

MOST_POINTS: Final = 2_000
"""Equilibria listed as corners and samples of cells."""

CELLS_NOTE: Final = (
    "the equilibria are the union of the cells; the listed ones are corners of cells and one sample of each that is curved, "
    "averages of which need not be equilibria"
)

UNCLEAR_NOTE: Final = "which equilibria hang together is not determined"


def fits(game: Game) -> bool:
    """Whether in every stage each information set is reached whatever is played there."""
    return all(_is_always_reached(game.form, stage) for stage in game.form.stages)


def _is_always_reached(form: Form, stage: Stage) -> bool:
    sets = {s for s in stage.sets if form.information_sets[s].player != CHANCE}
    if len(sets) < 2:
        return True
    owners = [form.information_sets[s].player for s in sets]
    if len(set(owners)) < len(owners) or len(sets) < len(stage.sets):
        return False
    inner = set(stage.inner.tolist())
    for leaf in stage.leaves.tolist():
        met = set()
        before = int(form.parent[leaf])
        while before in inner:
            met.add(int(form.decided_at[before]))
            before = int(form.parent[before])
        if met != sets:
            return False
    return True


def propose_cells(game: Game, run: Run, known: Sequence[Candidate] = ()) -> Proposal:
    """All subgame-perfect equilibria of a game that `fits`: extreme points and what they span, or cells. Those ``known``
    already are among the points that are listed.

    Raises CouldNotFinish if the budget is used up; what is found is kept for the run at the end only.
    """
    limited = _limited(run)
    wholes, notes = every_way(game, limited, only_cells=True)
    ways: list[Whole] = []
    for whole in wholes:
        ways.append(whole)
        if len(ways) > MOST_CELLS:
            raise _too_many()
    every = [cell_of(game.form, way) for way in ways]
    kept = largest_cells(every, limited)
    return _Assembly(game, [ways[k] for k in kept], [every[k] for k in kept], notes(), known).proposal()


def _limited(run: Run) -> Run:
    """A run that ends after so many steps, and with the given one. The same on every machine, unlike a time limit."""
    steps = count()

    def clock() -> float:
        run.check()
        return float(next(steps))

    return Run(MOST_STEPS, run.precision, clock=clock)


def _too_many() -> CouldNotFinish:
    return could_not_finish("size", "there are too many ways to mix at ties", "choose parameters at which fewer tie")


@dataclass(frozen=True, slots=True)
class _Assembly:
    """What the answer is put together from: ways to play, each with its cell, what is undecided, and equilibria known."""

    game: Game
    ways: Sequence[Whole]
    cells: Sequence[Cell]
    undecided: Sequence[str]
    known: Sequence[Candidate]
    ranges: list[Ranges] = field(default_factory=list)

    def proposal(self) -> Proposal:
        samples = [
            None if cell.whole else self._sample(way, cell) for way, cell in zip(self.ways, self.cells, strict=True)
        ]
        corners = [_corners(cell) for cell in self.cells]
        shown = dict.fromkeys(point for points in corners for point in points)
        shown.update(dict.fromkeys(point for point in samples if point is not None))
        shown.update(dict.fromkeys(tuple(candidate.profile.probabilities) for candidate in self.known))
        if len(shown) > MOST_POINTS:
            raise _too_many()
        order = sorted(shown, key=simplest_first)
        place = {point: k for k, point in enumerate(order)}
        groups = [tuple(sorted({place[point] for point in points})) for points in corners]
        candidates = tuple(Candidate(MixedProfile(self.game.form, _array(point))) for point in order)
        is_curved = any(point is not None for point in samples)
        if is_curved:
            for k, way in enumerate(self.ways):
                at = [point for point in (*corners[k], samples[k]) if point is not None]
                self.ranges.append(ranges_over(self.game, way, [_array(point) for point in at]))
        components = self._components(groups, len(order))
        is_isolated = all(len(group) == 1 for group in groups)
        note = CELLS_NOTE if is_curved else EXTREME_NOTE
        unclear = () if components is not None else (UNCLEAR_NOTE,)
        notes = (*self.undecided, *(() if is_isolated else (note,)), *unclear)
        return Proposal(
            candidates,
            "some" if self.undecided else "all" if is_curved or is_isolated else "extreme",
            notes,
            components,
            tuple(sorted({group for group, cell in zip(groups, self.cells, strict=True) if cell.whole})),
            continua=tuple(self._described(k, groups[k], samples[k], place, components) for k in range(len(self.cells)))
            if is_curved
            else (),
            ranges=None if self.undecided else together(self.ranges),
        )

    def _components(self, groups: Sequence[tuple[int, ...]], size: int) -> tuple[tuple[int, ...], ...] | None:
        """Of a tree of perfect information all equilibria hang together (see `induction`)."""
        if self.game.form.has_perfect_information and not self.undecided:
            return (tuple(range(size)),)
        if all(cell.whole for cell in self.cells):
            return connected(self.cells, groups, size)
        return None

    def _sample(self, way: Whole, cell: Cell) -> tuple[Any, ...]:
        """The point in the interior of a cell."""
        values = dict(cell.fixed)
        for family in way.families:
            for block in family.blocks:
                values.update(
                    (int(str(family.keys[unknown])), x) for unknown, x in zip(block.unknowns, block.inside, strict=True)
                )
        return tuple(values[slot] for slot in sorted(values))

    def _described(
        self,
        k: int,
        points: tuple[int, ...],
        sample: tuple[Any, ...] | None,
        place: Mapping[tuple[Any, ...], int],
        components: Sequence[Sequence[int]] | None,
    ) -> ContinuumCell:
        """A cell with everything that is known of it."""
        form, way = self.game.form, self.ways[k]
        blocks = [(family.keys, block) for family in way.families for block in family.blocks]
        equations: list[str] = []
        inequalities: list[str] = []
        for keys, block in blocks:
            names = [slot_text(form, int(str(key))) for key in keys]
            if block.curve is None:
                equations += [f"{names[u]} = {x}" for u, x in zip(block.unknowns, block.inside, strict=True)]
            else:
                equations += block.curve.equations(names)
                inequalities += block.curve.inequalities(names)
        member = points[0] if sample is None else place[sample]
        component = next((c for c, members in enumerate(components or ()) if member in members), None)
        return ContinuumCell(
            component,
            sum(_dimension(block) for _, block in blocks),
            {
                form.information_sets[s].label: tuple(form.action_of_slot[slot] for slot in slots)
                for s, slots in sorted(way.support.items())
            },
            ", ".join((*equations, *inequalities)) or "any probabilities",
            tuple(sorted({*points, member})),
            tuple(equations),
            tuple(inequalities),
            member,
            self.ranges[k].exact,
            self.ranges[k].outer,
        )


def _corners(cell: Cell) -> list[tuple[Any, ...]]:
    if prod(len(side.points) for side in cell.sides) > MOST_POINTS:
        raise _too_many()
    return list(cell.corners())


def _array(point: Sequence[Any]) -> np.ndarray:
    return np.array([*point, None], dtype=object)[:-1]


def _dimension(block: Block) -> int:
    """How many probabilities of a block can be chosen freely."""
    return 0 if block.curve is None else len(block.curve.free)
