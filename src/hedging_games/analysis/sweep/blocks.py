"""Evaluating a chunk: the same answer wherever and whenever it is computed.

A chunk is gone through in blocks small enough for the processor's cache. On a grid a block is a box, its axes are kept
apart as arrays that broadcast, and each part of a formula is computed only over the axes it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Final

import numpy as np

from hedging_games.analysis.recent import Recent
from hedging_games.analysis.sweep.circuit import FALSE, TRUE, Node
from hedging_games.analysis.sweep.classes import SignClasses
from hedging_games.analysis.sweep.compiled import Code, truth_code, value_code
from hedging_games.analysis.sweep.design import Axis, Boxes, Chunk, Grid
from hedging_games.analysis.sweep.events import MIXTURES, Events, events
from hedging_games.analysis.sweep.inputs import Inputs
from hedging_games.analysis.sweep.numbers import Variable
from hedging_games.analysis.sweep.odds import SUPPORTS
from hedging_games.analysis.sweep.outcomes import ACTIONS
from hedging_games.analysis.sweep.pointwise import solved_point, solved_points
from hedging_games.analysis.sweep.regimes import digests, sums_of, with_answers
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH, NOT_ADMISSIBLE, Task, regime_dtype, variables
from hedging_games.analysis.sweep.three_players import ThreePlayers

BLOCK: Final = 1 << 14
"""Points evaluated in one go."""

_engines: Recent[str, Engine] = Recent(8)
"""What was compiled for the last few tasks of this process."""


def computed(task: Task, number: int, known: Mapping[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
    """The result of one chunk, by variable, each of the chunk's shape. Points ``known`` are not solved again."""
    chunk = task.boxes.chunk(number)
    points = None if isinstance(task.design, Grid) else task.design.columns(*chunk.box[0])
    columns = {} if points is None else dict(zip(task.design.names, points, strict=True))
    found = {
        v.name: columns[v.name] if v.name in columns else np.full(chunk.shape, v.fill, dtype=v.dtype)
        for v in variables(task)
    }
    for name, array in (known or {}).items():
        if name not in columns:
            found[name][...] = array
    if not task.compiled:
        solved_points(task, chunk, points, found)
        return found
    engine = engine_of(task)
    blocks = Boxes(chunk.shape, BLOCK)
    for k in range(len(blocks)):
        block = blocks.chunk(k)
        for fixed, box in engine.pieces(chunk, block):
            engine.formulas(fixed).evaluate(engine.inputs(chunk, box, points), {n: a[box] for n, a in found.items()})
    return found


def engine_of(task: Task) -> Engine:
    """The engine of a task, compiled once in every process."""
    import json

    return _engines(json.dumps(task.identity(), sort_keys=True), lambda: Engine(task))


class Engine:
    """The compiled formulas of a task, one set for each combination of its structural axes' values."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.open_names = [n for n in task.design.names if n not in task.structural]
        self.variables = [self._variable(n) for n in task.model.parameters if n in self.open_names]
        self._formulas: dict[tuple[Fraction, ...], Formulas] = {}
        self._floats: dict[str, np.ndarray] = {}

    def _variable(self, name: str) -> Variable:
        design = self.task.design
        if not isinstance(design, Grid):
            k = design.names.index(name)
            return Variable(0, max(abs(design.lows[k]), abs(design.highs[k])) * (1 + Fraction(1, 2**40)))
        axis = design.axes[design.names.index(name)]
        if axis.is_exact:
            return Variable(axis.denominator, max(map(abs, axis.numerators)))
        return Variable(0, Fraction(float(np.abs(axis.floats()).max())))

    def pieces(self, chunk: Chunk, block: Chunk) -> list[tuple[tuple[Fraction, ...], tuple[slice, ...]]]:
        """A block cut where structural axes change: their values, and the place in the chunk."""
        design, structural = self.task.design, self.task.structural
        if not structural:
            return [((), block.slices)]
        assert isinstance(design, Grid)
        ranges = [
            range(a, b) if axis.name in structural else (None,)
            for axis, (a, b) in zip(design.axes, block.box, strict=True)
        ]
        found = []
        for choice in product(*ranges):
            fixed, box = [], []
            for axis, k, (start, stop), (first, _) in zip(design.axes, choice, block.box, chunk.box, strict=True):
                box.append(slice(start, stop) if k is None else slice(k, k + 1))
                if k is not None:
                    fixed.append(axis.values[first + k])
            found.append((tuple(fixed), tuple(box)))
        return found

    def formulas(self, fixed: tuple[Fraction, ...]) -> Formulas:
        """The formulas at given values of the structural axes."""
        if fixed not in self._formulas:
            task = self.task
            point = {**task.point, **dict(zip(task.structural, fixed, strict=True))}
            found = events(task.model, task.concept, self.open_names, point, alone=task.is_of_event, acted=True)
            assert found is not None, "the formulas were found when the sweep was planned"
            self._formulas[fixed] = Formulas(task, found, self.variables, point)
        return self._formulas[fixed]

    def inputs(self, chunk: Chunk, box: tuple[slice, ...], points: Sequence[np.ndarray] | None) -> Inputs:
        """The numbers of a block."""
        if points is not None:
            names = self.task.design.names
            columns = {n: column[box[0]] for n, column in zip(names, points, strict=True)}
            return Inputs([columns[n] for n in self.task.model.parameters if n in columns], None)
        design = self.task.design
        assert isinstance(design, Grid)
        arrays: list[np.ndarray] = []
        for name in self.task.model.parameters:
            if name in self.open_names:
                k = design.names.index(name)
                first = chunk.box[k][0]
                shape = [1] * len(design.axes)
                shape[k] = -1
                arrays.append(self._numbers(design.axes[k])[first + box[k].start : first + box[k].stop].reshape(shape))
        return Inputs(arrays, self.variables)

    @property
    def open_names_in_order(self) -> list[str]:
        """The open axes in the order of the polynomials' variables."""
        return [name for name in self.task.model.parameters if name in self.open_names]

    def numbers_of(self, name: str) -> np.ndarray:
        """An axis' numerators (or floats), by the name of its parameter."""
        assert isinstance(self.task.design, Grid)
        return self._numbers(next(axis for axis in self.task.design.axes if axis.name == name))

    def _numbers(self, axis: Axis) -> np.ndarray:
        """An axis' numerators as int64 (objects where they do not fit), or its floats."""
        if axis.name not in self._floats:
            if axis.is_exact:
                fits = max(map(abs, axis.numerators)) < 2**63
                self._floats[axis.name] = np.array(axis.numerators, dtype=np.int64 if fits else object)
            else:
                self._floats[axis.name] = np.asarray(axis.values)
        return self._floats[axis.name]


class Formulas:
    """The compiled formulas of one game and how their results are written down."""

    def __init__(self, task: Task, found: Events, variables: Sequence[Variable], point: Mapping[str, Fraction]) -> None:
        self.task = task
        self.events = found
        self.point = point
        stands = [o.stands for o in found.outcomes] if {"regime", "hedge", "payoffs"} & set(task.outputs) else []
        ranges = bool({"hedge", "payoffs"} & set(task.outputs))
        doubtful = found.doubtful if ranges else found.unsettled
        self.screens = [ThreePlayers(gains, [False] * len(SUPPORTS), variables) for _, gains in found.screened]
        wanted = [
            found.valid,
            found.degenerate,
            doubtful,
            found.every,
            found.some,
            *(alive for alive, _ in found.screened),
            *stands,
        ]
        self.truths = truth_code(found.circuit, wanted, variables)
        # Ranges over the equilibria are the solver's to find where players mix.
        self.mixed = None if found.mixed is None or ranges else truth_code(found.circuit, found.mixed, variables)
        self.classes = None
        self.three = None
        if found.gains is not None:
            self.three = ThreePlayers(found.gains, [o.hedged == TRUE for o in found.outcomes], variables)
        elif found.degenerate != FALSE:
            self.classes = SignClasses(task, found, variables, point)
        *self.codes, self.mixtures = digests([*(o.label for o in found.outcomes), MIXTURES], task.regime_bits)
        self.margins: list[tuple[str, Node]] = []
        if "margin" in task.outputs:
            self.margins.append(("margin", found.some))
        if "margin_every" in task.outputs:
            self.margins.append(("margin_every", found.every))
        self.extremes = self._extremes()
        elements = [element for _, column in self.extremes for element in column]
        self.values: Code | None = None
        if self.margins or elements:
            self.values, _ = value_code(found, [node for _, node in self.margins], elements)

    def regime_code(self, stands: Sequence[bool]) -> int:
        """The number of a regime, from which outcomes stand."""
        total = sum(code for code, stand in zip(self.codes, stands, strict=True) if stand)
        return total if self.task.regime_bits else total % 2**62

    def _extremes(self) -> list[tuple[tuple[str, str], list[Any]]]:
        """What is reported from its smallest to its largest value over the equilibria: the names, and by outcome."""
        outcomes = self.events.outcomes
        columns: list[tuple[tuple[str, str], list[Any]]] = []
        if "hedge" in self.task.outputs:
            columns.append((("hedge_low", "hedge_high"), [o.probability for o in outcomes]))
        if "payoffs" in self.task.outputs:
            for k, player in enumerate(self.events.players):
                columns.append(
                    ((f"low_{player}", f"high_{player}"), [o.payoffs[k] if o.payoffs else None for o in outcomes])
                )
        return columns

    def evaluate(self, inputs: Inputs, out: Mapping[str, np.ndarray]) -> None:
        """Write the results of one block into the arrays of its place."""
        with np.errstate(all="ignore"):
            valid, degenerate, doubtful, every, some, *stands = self.truths.run(*inputs.of(self.truths))
            for screen in self.screens:
                doubtful = doubtful | self._mixing(screen, np.broadcast_to(stands.pop(0), out["some"].shape), inputs)
            if self.three is not None:
                self.three.write(inputs, out)
                self._exclude(np.broadcast_to(valid, out["some"].shape), out)
                return
            out["some"][...] = some
            out["every"][...] = every
            if not self.events.complete:
                # As in `events.Events.flags`.
                out["some"][out["some"] == 0] = COULD_NOT_FINISH
                out["every"][out["every"] == 1] = COULD_NOT_FINISH
            if "regime" in out:
                self._regime(stands, out["regime"])
                if self.task.model.is_continuous:
                    out["regime"][...] = with_answers(out["regime"], out["some"], out["every"])
            if self.values is not None:
                self._values(inputs, stands, out)
            if self.classes is not None:
                self.classes.correct(inputs, np.broadcast_to(degenerate & valid, out["some"].shape), out)
            self._mix(inputs, np.broadcast_to(doubtful & valid, out["some"].shape), out)
        self._exclude(np.broadcast_to(valid, out["some"].shape), out)

    def _mixing(self, screen: ThreePlayers, alive: np.ndarray, inputs: Inputs) -> np.ndarray:
        """Where all three of a screen mix, at the points at which they may."""
        found = np.zeros(alive.shape, bool)
        if alive.any():
            found[alive] = screen.all_mix(inputs.at(alive), (int(np.count_nonzero(alive)),))
        return found

    def _mix(self, inputs: Inputs, mask: np.ndarray, out: Mapping[str, np.ndarray]) -> None:
        """Count the equilibria in which players mix at ties, at the points of a mask. A regime tells of mixtures where they change
        the answer; a margin is zero there if its sign says otherwise: the least change of payoffs breaks the ties that such
        points are made of.
        """
        if not mask.any():
            return
        flat = inputs.at(mask)
        before = out["some"][mask], out["every"][mask]
        if self.mixed is not None:
            out["some"][mask], out["every"][mask] = self.mixed.run(*flat.of(self.mixed))
        else:
            self._solve(flat, mask, out)
        if "regime" in out and self.events.kind != ACTIONS:
            changed = mask.copy()
            changed[mask] = (out["some"][mask] != before[0]) | (out["every"][mask] != before[1])
            total = out["regime"][changed] + out["regime"].dtype.type(self.mixtures)
            out["regime"][changed] = total if self.task.regime_bits else total % 2**62
        for margin, told in (("margin", "some"), ("margin_every", "every")):
            if margin in out:
                held = out[told][mask] == 1
                values = out[margin][mask]
                out[margin][mask] = np.where(held, np.maximum(values, 0), np.minimum(values, 0))

    def _solve(self, flat: Inputs, mask: np.ndarray, out: Mapping[str, np.ndarray]) -> None:
        """Ask the general solver at the points of a mask. Actions have the labels that it gives them."""
        kept = {"margin", "margin_every"} | ({"regime"} if self.events.kind != ACTIONS else set())
        told = {name: array for name, array in out.items() if name not in kept}
        for k, index in enumerate(zip(*np.nonzero(mask), strict=True)):
            values = {**self.point, **dict(zip(self.events.names, flat.point(k), strict=True))}
            solved_point(self.task, values, told, index)

    def _regime(self, stands: Sequence[np.ndarray], out: np.ndarray) -> None:
        """The sum of the codes of the outcomes that stand (bits of their own, or 62-bit digests): eight outcomes at a time make a byte,
        which is looked up.
        """
        dtype = regime_dtype(self.task.regime_bits)
        total: Any = dtype.type(0)
        by_size = sorted(zip(stands, self.codes, strict=True), key=lambda pair: np.size(pair[0]))
        for start in range(0, len(by_size), 8):
            here, codes = zip(*by_size[start : start + 8], strict=True)
            byte: Any = np.uint8(0)
            for k, stand in enumerate(here):
                byte = byte | np.asarray(stand).view(np.uint8) << np.uint8(k)
            total = total + sums_of(codes, dtype)[byte]
        out[...] = total if self.task.regime_bits else total & dtype.type(2**62 - 1)

    def _values(self, inputs: Inputs, stands: Sequence[np.ndarray], out: Mapping[str, np.ndarray]) -> None:
        assert self.values is not None
        results = iter(self.values.run(*inputs.parameters()))
        for name, _ in self.margins:
            out[name][...] = next(results)
        for (low, high), column in self.extremes:
            smallest, largest = np.full(out[low].shape, np.inf), np.full(out[low].shape, -np.inf)
            for stand, _ in zip(stands, column, strict=True):
                value = np.broadcast_to(next(results), smallest.shape)
                np.minimum(smallest, value, out=smallest, where=np.broadcast_to(stand, smallest.shape))
                np.maximum(largest, value, out=largest, where=np.broadcast_to(stand, largest.shape))
            none = smallest > largest
            out[low][...] = np.where(none, np.nan, smallest)
            out[high][...] = np.where(none, np.nan, largest)

    def _exclude(self, valid: np.ndarray, out: Mapping[str, np.ndarray]) -> None:
        """Mark the points at which there is no game to solve."""
        if np.all(valid):
            return
        for name, array in out.items():
            if name in self.task.design.names:
                continue
            if name in ("some", "every"):
                mark: Any = NOT_ADMISSIBLE
            elif name == "regime":
                mark = int(np.iinfo(array.dtype).max) - 1
            else:
                mark = np.nan
            np.copyto(array, mark, where=~valid)
