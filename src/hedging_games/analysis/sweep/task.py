"""What a sweep is asked to do, as a value that travels to other processes and machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.analysis.sweep.design import CHUNK, Boxes, Design, Sample
from hedging_games.errors import input_error
from hedging_games.model.model import Model
from hedging_games.version import __version__

OUTPUTS: Final = ("some", "every", "regime", "margin", "margin_every", "hedge", "payoffs")
"""What may be asked for at each point. ``some`` and ``every`` are always there."""

NOT_ADMISSIBLE: Final = -1
COULD_NOT_FINISH: Final = -2
NOT_COMPUTED: Final = -128

FLOAT_NOT_COMPUTED: Final = -1.7976931348623157e308
"""No result is this number, so a stored chunk never looks like one that was not computed."""


@dataclass(frozen=True, slots=True)
class Task:
    """A sweep: a model, where and for what.

    Attributes
    ----------
    point : the value of every parameter that does not vary (and the baseline of those that do).
    compiled : whether the answer is computed from formulas; else each point is solved by the general solver.
    told : whether it is z3's word that the formulas leave out no equilibrium.
    most : points in a chunk.
    regime_bits : how many outcomes the regime's bits stand for; 0 where the regime is a 62-bit digest of its equilibria.
    """

    model: Model
    design: Design
    concept: str
    outputs: tuple[str, ...]
    point: Mapping[str, Fraction]
    compiled: bool
    regime_bits: int
    time_limit: float | None = None
    most: int = CHUNK
    told: bool = False

    @property
    def is_of_event(self) -> bool:
        """Whether nothing is asked but whether the event is played."""
        return is_of_event(self.outputs)

    @property
    def boxes(self) -> Boxes:
        """The design cut into chunks."""
        return Boxes(self.design.shape, self.most)

    @property
    def structural(self) -> tuple[str, ...]:
        """The axes that decide the form of the game: each of their values has formulas of its own."""
        return tuple(name for name in self.design.names if name in self.model.structural)

    def identity(self) -> dict[str, Any]:
        """What two runs must share for one to continue the other."""
        fixed = {name: str(value) for name, value in self.point.items() if name not in self.design.names}
        return {
            "model": self.model.name,
            "fingerprint": self.model.fingerprint,
            "concept": self.concept,
            "design": self.design.describe(),
            "fixed": fixed,
            "outputs": list(self.outputs),
            "chunk": self.most,
            "engine": "formulas" if self.compiled else "solver",
            "version": __version__,
        }


@dataclass(frozen=True, slots=True)
class Variable:
    """An array of the result: its name, dtype, the value that means 'not computed', and what it is."""

    name: str
    dtype: np.dtype[Any]
    fill: Any
    about: Mapping[str, Any]


def variables(task: Task) -> tuple[Variable, ...]:
    """The arrays of a task's result. ``some`` comes last: where it is written, all others are."""
    found: list[Variable] = []
    if isinstance(task.design, Sample):
        about_axes = ((name, task.model.parameters[name]) for name in task.design.names)
        found += [_float(name, parameter.meaning, parameter.unit) for name, parameter in about_axes]
    if "margin" in task.outputs:
        found.append(
            _float("margin", "how much the gains may move before the event is lost (below 0: won) in some", "payoff")
        )
    if "margin_every" in task.outputs:
        found.append(_float("margin_every", "the same for every equilibrium", "payoff"))
    if "hedge" in task.outputs:
        found.append(_float("hedge_low", "smallest probability of the event over the equilibria", "probability"))
        found.append(_float("hedge_high", "largest probability of the event over the equilibria", "probability"))
    if "payoffs" in task.outputs:
        for player in task.model.players:
            found.append(_float(f"low_{player}", f"what {player} gets in its worst equilibrium", "payoff"))
            found.append(_float(f"high_{player}", f"what {player} gets in its best equilibrium", "payoff"))
    if "regime" in task.outputs:
        dtype = regime_dtype(task.regime_bits)
        top = int(np.iinfo(dtype).max)
        about = {
            "long_name": "which equilibria there are",
            "not_admissible": str(top - 1),
            "could_not_finish": str(top - 2),
        }
        found.append(Variable("regime", dtype, top, about))
    flags = {"flag_values": [1, 0, -1, -2], "flag_meanings": "yes no not_admissible could_not_finish"}
    for name, quantity in (("every", "every equilibrium"), ("some", "some equilibrium")):
        meaning: dict[str, Any] = {"long_name": f"whether the event is played in {quantity}", **flags}
        found.append(Variable(name, np.dtype(np.int8), NOT_COMPUTED, meaning))
    return tuple(found)


def _float(name: str, meaning: str, unit: str) -> Variable:
    return Variable(name, np.dtype(np.float64), FLOAT_NOT_COMPUTED, {"long_name": meaning, "units": unit})


def regime_dtype(bits: int) -> np.dtype[Any]:
    """The unsigned integers with room for ``bits`` outcomes and three further values."""
    for dtype, room in ((np.uint8, 6), (np.uint16, 14), (np.uint32, 30)):
        if 0 < bits <= room:
            return np.dtype(dtype)
    return np.dtype(np.uint64)


def is_of_event(outputs: Sequence[str]) -> bool:
    """Whether nothing is asked but whether the event is played."""
    return not set(outputs) - {"some", "every"}


def outputs_of(names: Sequence[str]) -> tuple[str, ...]:
    """The outputs asked for, in the order of `OUTPUTS`; InputError for an unknown one."""
    from hedging_games.errors import did_you_mean

    for name in names:
        if name not in OUTPUTS:
            raise input_error("sweep", f"no output is called '{name}'", did_you_mean(name, OUTPUTS))
    return tuple(name for name in OUTPUTS if name in {"some", "every", *names})
