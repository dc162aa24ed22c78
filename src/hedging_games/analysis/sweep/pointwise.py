"""Where no formula is at hand: the general solver, point by point. Slower by orders of magnitude, and as exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from hedging_games.analysis.solve import solve
from hedging_games.analysis.sweep.design import Chunk, Grid
from hedging_games.analysis.sweep.regimes import digest, with_answers
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH, NOT_ADMISSIBLE, NOT_COMPUTED, Task
from hedging_games.errors import ConceptError, CouldNotFinish, InputError
from hedging_games.games.profile import MixedProfile
from hedging_games.theory.equilibria import Equilibria
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.reactions import AnyEquilibria, AnyEquilibrium, ContinuousEquilibria, ContinuousEquilibrium
from hedging_games.theory.repeated import RepeatedEquilibria, RepeatedPath
from hedging_games.theory.repeated_text import said_text

Answer = tuple[int, int]
"""Whether the event is played in some and in every equilibrium, as the sweep's flags."""


def solved_points(task: Task, chunk: Chunk, points: Sequence[np.ndarray] | None, out: Mapping[str, np.ndarray]) -> None:
    """Solve at every point of a chunk that is not known, and write what was found."""
    for index in map(tuple, np.argwhere(out["some"] == NOT_COMPUTED)):
        solved_point(task, point_at(task, chunk, points, index), out, index)


def solved_point(
    task: Task, values: Mapping[str, Fraction], out: Mapping[str, np.ndarray], index: tuple[int, ...]
) -> None:
    """Solve at one point and write what was found at its place."""
    try:
        found = solve(task.model.at(**values), task.concept, time_limit=task.time_limit)
    except CouldNotFinish:
        _mark(out, index, task, COULD_NOT_FINISH)
    except ConceptError:
        raise
    except InputError:
        _mark(out, index, task, NOT_ADMISSIBLE)
    else:
        _write(found, out, index)


def point_at(
    task: Task, chunk: Chunk, points: Sequence[np.ndarray] | None, index: tuple[int, ...]
) -> dict[str, Fraction]:
    """Every parameter at one point of a chunk, exactly."""
    design = task.design
    values = dict(task.point)
    if isinstance(design, Grid):
        for axis, (start, _), k in zip(design.axes, chunk.box, index, strict=True):
            value = axis.values[start + k]
            values[axis.name] = value if isinstance(value, Fraction) else Fraction(float(value))
    else:
        assert points is not None
        values.update({name: Fraction(float(x[index[0]])) for name, x in zip(design.names, points, strict=True)})
    return values


def answer(found: AnyEquilibria) -> Answer:
    """The event over the equilibria found; where the list may not be complete, only what it proves already.

    Ranges over all equilibria, or over the cells of which they are made, decide: these sets being closed, both ends are reached.
    """
    if not isinstance(found, Equilibria):
        return _listed_answer(found)
    if found.ranges is not None and "hedge" in found.ranges:
        low, high = found.ranges["hedge"]
        return int(high > 0), int(low > 0)
    spans = [(e.hedge, e.hedge) for e in found if e.hedge is not None]
    spans += [cell.ranges["hedge"] for cell in found.continua if "hedge" in cell.ranges]
    some, every = any(high > 0 for _, high in spans), bool(spans) and all(low > 0 for low, _ in spans)
    # What lies between bounds that are not known to be reached may have the event or not.
    rough = [cell.bounds.get("hedge", (0, 1)) for cell in found.continua if "hedge" not in cell.ranges]
    is_partial = found.complete == "some"
    could = found.game.hedge is not None and (is_partial or any(high > 0 for _, high in rough))
    could_not = is_partial or not all(low > 0 for low, _ in rough)
    return (
        1 if some else COULD_NOT_FINISH if could else 0,
        COULD_NOT_FINISH if could_not and (every or not spans) else int(every),
    )


def _listed_answer(found: ContinuousEquilibria | MarkovEquilibria | RepeatedEquilibria) -> Answer:
    """The same where all that is found is listed: an interval of numbers has the event at each of them, or at none."""
    played = [e.hedge > 0 for e in found]
    open_ = COULD_NOT_FINISH if found.complete == "some" else 0
    return 1 if any(played) else open_, int(bool(played) and all(played)) and (open_ or 1)


def label_of(equilibrium: AnyEquilibrium) -> str:
    """The actions that an equilibrium plays with positive probability, set by set; numbers are left out, which always differ."""
    if isinstance(equilibrium, ContinuousEquilibrium):
        return "; ".join(f"{decision}: {action}" for decision, action in equilibrium.actions)
    if isinstance(equilibrium, MarkovEquilibrium):
        named = zip(equilibrium.states, map(_played, equilibrium.profiles), strict=True)
        return "; ".join(f"{state}: {words}" for state, words in named if words)
    if isinstance(equilibrium, RepeatedPath):
        return said_text(equilibrium.said)
    return _played(equilibrium.profile)


def _played(profile: MixedProfile) -> str:
    form = profile.form
    words = []
    for s, information_set in enumerate(form.information_sets):
        if information_set.player >= 0 and s not in profile.unreached:
            played = [form.action_of_slot[slot] for slot in form.slots(s) if profile.probabilities[slot] != 0]
            words.append(f"{information_set.label}: {' + '.join(played)}")
    return "; ".join(words)


def _write(found: AnyEquilibria, out: Mapping[str, np.ndarray], index: tuple[int, ...]) -> None:
    out["some"][index], out["every"][index] = answer(found)
    if "regime" in out:
        labels = {label_of(equilibrium) for equilibrium in found}
        code = sum(digest(label) for label in labels) % 2**62
        is_open = isinstance(found, ContinuousEquilibria)
        out["regime"][index] = with_answers(np.uint64(code), *answer(found)) if is_open else code
    if "hedge_low" in out:
        _ends(out, "hedge_low", "hedge_high", _span(found, "hedge"), index)
    for player in found.game.players:
        if f"low_{player}" in out:
            _ends(out, f"low_{player}", f"high_{player}", _span(found, player), index)


def _span(found: AnyEquilibria, name: str) -> list[float]:
    """Numbers of which the least and largest are the ends of a payoff's range, or of the event's; none where they are
    not known.
    """
    if isinstance(found, ContinuousEquilibria):
        if any(isinstance(value, tuple) for e in found for value in e.choices.values()):
            return []
        return [float(e.hedge if name == "hedge" else e.payoffs[name]) for e in found]
    if isinstance(found, (MarkovEquilibria, RepeatedEquilibria)):
        return [float(e.hedge if name == "hedge" else e.payoffs[name]) for e in found]
    if found.ranges is not None and name in found.ranges:
        return [float(end) for end in found.ranges[name]]
    if any(name not in cell.ranges for cell in found.continua):
        return []
    values = [e.hedge if name == "hedge" else e.payoffs[name] for e in found]
    return [float(x) for x in (*values, *(x for cell in found.continua for x in cell.ranges[name])) if x is not None]


def _ends(out: Mapping[str, np.ndarray], low: str, high: str, values: list[float], index: tuple[int, ...]) -> None:
    out[low][index] = min(values, default=np.nan)
    out[high][index] = max(values, default=np.nan)


def _mark(out: Mapping[str, np.ndarray], index: tuple[int, ...], task: Task, flag: int) -> None:
    for name, array in out.items():
        if name in task.design.names:
            continue
        if name in ("some", "every"):
            array[index] = flag
        elif name == "regime":
            array[index] = int(np.iinfo(array.dtype).max) + flag
        else:
            array[index] = np.nan
