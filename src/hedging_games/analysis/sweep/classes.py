"""Sign classes: where formulas do not tell the whole answer, games in which every polynomial has the same sign have the same
equilibria up to numbers, so one of them is solved exactly and the others are looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from hedging_games.analysis.solve import solve
from hedging_games.analysis.sweep.circuit import Atom
from hedging_games.analysis.sweep.compiled import truth_code
from hedging_games.analysis.sweep.events import Events
from hedging_games.analysis.sweep.inputs import Inputs
from hedging_games.analysis.sweep.numbers import Variable
from hedging_games.analysis.sweep.pointwise import answer, label_of
from hedging_games.analysis.sweep.regimes import digest
from hedging_games.analysis.sweep.task import Task

Answer = tuple[int, int, int]
"""The event in some and in every equilibrium, and the code of the regime."""


class SignClasses:
    """The classes of one game that were met so far, with their answers."""

    def __init__(self, task: Task, found: Events, variables: Sequence[Variable], point: Mapping[str, Fraction]) -> None:
        self.task = task
        self.point = point
        self.events = found
        circuit = found.circuit
        needed = circuit.needed(found.deciding)
        used = sorted({node.polynomial for n in needed if isinstance(node := circuit.nodes[n], Atom)})
        wanted = [
            circuit.compare(circuit.polynomials[k], Fraction(1), relation) for k in used for relation in (">", "<")
        ]
        self.signs = truth_code(circuit, wanted, variables)
        self.answers: dict[int, Answer] = {}

    def correct(self, inputs: Inputs, mask: np.ndarray, out: Mapping[str, np.ndarray]) -> None:
        """Write the answers at the points of a mask."""
        if not mask.any():
            return
        flat = inputs.at(mask)
        count = int(np.count_nonzero(mask))
        truths = [np.broadcast_to(truth, (count,)) for truth in self.signs.run(*flat.of(self.signs))]
        # At most 32 polynomials (`signals`; 24 in `supports`), so two bits for each fit into one number.
        keys = np.zeros(count, dtype=np.uint64)
        for k, truth in enumerate(truths):
            keys |= truth.astype(np.uint64) << np.uint64(k)
        unique, first, which = np.unique(keys, return_index=True, return_inverse=True)
        found = [self._answer(int(key), flat, int(k)) for key, k in zip(unique, first, strict=True)]
        some, every, regime = zip(*found, strict=True)
        out["some"][mask] = np.array(some, np.int8)[which]
        out["every"][mask] = np.array(every, np.int8)[which]
        if "regime" in out:
            out["regime"][mask] = np.array(regime, np.uint64)[which]

    def _answer(self, key: int, flat: Inputs, index: int) -> Answer:
        if key not in self.answers:
            point = {**self.point, **dict(zip(self.events.names, flat.point(index), strict=True))}
            solved = solve(self.task.model.at(**point), self.task.concept)
            labels = {label_of(equilibrium) for equilibrium in solved}
            self.answers[key] = (*answer(solved), sum(map(digest, labels)) % 2**62)
        return self.answers[key]
