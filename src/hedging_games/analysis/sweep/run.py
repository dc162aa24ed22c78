"""Running a sweep: here, in any executor of `concurrent.futures`, or on a Dask cluster through its own executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np

from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.analysis.solve import solve
from hedging_games.analysis.sweep.blocks import Engine, Formulas, computed, engine_of
from hedging_games.analysis.sweep.circuit import TRUE
from hedging_games.analysis.sweep.design import Chunk, Grid, Recipe, Values
from hedging_games.analysis.sweep.dispatch import Job, dispatched
from hedging_games.analysis.sweep.events import MIXTURES, Events
from hedging_games.analysis.sweep.mixed import solved_supports
from hedging_games.analysis.sweep.opening import opened
from hedging_games.analysis.sweep.outcomes import ACTIONS
from hedging_games.analysis.sweep.plan import plan
from hedging_games.analysis.sweep.pointwise import Answer, answer, label_of, point_at
from hedging_games.analysis.sweep.progress import Progress
from hedging_games.analysis.sweep.regimes import MOST_NAMED, Regime, Tally, flags_of, tally
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.sweep.store import Store, is_whole
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH, NOT_ADMISSIBLE, Task, variables
from hedging_games.errors import CouldNotFinish, InputError, could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame
from hedging_games.model.catalogue import ModelLike, model_of
from hedging_games.theory.equilibria import Equilibria
from hedging_games.theory.reactions import AnyEquilibria

MOST_MEMORY: Final = 1 << 30
"""Bytes that a result may take without a store."""

MOST_POINTS: Final = 10**12


def sweep(
    model: ModelLike,
    over: Mapping[str, Values] | Mapping[str, object] | Sequence[str] | None = None,
    *,
    concept: str | None = None,
    outputs: Sequence[str] = ("regime",),
    sample: Recipe | None = None,
    case: str | None = None,
    at: Mapping[str, object] | None = None,
    store: str | Path | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    chunk: int | None = None,
    time_limit: float | None = None,
    progress: bool | None = None,
) -> Sweep:
    """In which equilibria the event is played, at every point of a grid or a sample: exactly, also at ties.

    Parameters
    ----------
    over : for a grid, name to `span` or list of exact numbers (a numpy array of floats is taken at face value); for a
        sample, name to (low, high), or names alone (their declared ranges), or None (all parameters).
    concept : the game's own by default. Where formulas tell its equilibria (``docs/sweeps.md`` has the table) they are computed from these;
        everything else by the general solver, point by point.
    outputs : of ``regime``, ``margin``, ``margin_every``, ``hedge``, ``payoffs``; ``some`` and ``every`` are always there.
    sample : `sobol` or `latin_hypercube`; without it the sweep is a grid.
    case, at : where the other parameters stand.
    store : a folder for a zarr store; a sweep that was stopped continues there.
    executor : chunks are computed there (a process pool, a Dask client's ``get_executor()``); ``workers`` makes a pool here.
    chunk : points in a chunk at most. time_limit : seconds for each point that the general solver takes.
    progress : whether to show progress on standard error; None: if it is a terminal.

    Raises
    ------
    InputError
        For what is wrong with the axes, a model without an event, or a store of another sweep.
    CouldNotFinish
        If the result does not fit into memory and no store is given.
    """
    model = model_of(model)
    task = plan(
        model,
        over,
        concept=concept,
        outputs=outputs,
        sample=sample,
        case=case,
        at=at,
        chunk=chunk,
        time_limit=time_limit,
    )
    points = prod(task.design.shape)
    if points > MOST_POINTS:
        raise could_not_finish("size", f"the design has {points} points", f"ask for at most {MOST_POINTS}")
    if store is None and points * sum(v.dtype.itemsize for v in variables(task)) > MOST_MEMORY:
        raise could_not_finish(
            "memory", f"the result of {points:,} points does not fit into memory", "give a store on disk"
        )
    if workers is not None and executor is None:
        from hedging_games.analysis.sweep.pool import process_pool

        with process_pool(workers) as pool:
            return _run(task, store, pool, progress)
    return _run(task, store, executor, progress)


# --- going through the chunks ------------------------------------------------------------------------------------------------


def _run(task: Task, store: str | Path | None, executor: Executor | None, shown: bool | None) -> Sweep:  # noqa: FBT001  # private
    if store is None:
        return _carried_out(task, None, executor, shown=shown)
    with opened(task, Path(store)) as kept:
        return _carried_out(task, kept, executor, shown=shown)


def _carried_out(task: Task, kept: Store | None, executor: Executor | None, *, shown: bool | None) -> Sweep:
    boxes = task.boxes
    shape = task.design.shape
    data: dict[str, Any] = (
        {v.name: np.empty(shape, dtype=v.dtype) for v in variables(task)} if kept is None else dict(kept.arrays)
    )
    total = Tally()
    counted = [name for name in ("some", "every", "regime") if name in data]
    todo: list[int] = []
    partly: set[int] = set()
    for number in range(len(boxes)):
        if kept is None or not kept.is_sound(number):
            todo.append(number)
            continue
        chunk = boxes.chunk(number)
        arrays = kept.read(chunk, counted)
        if is_whole(arrays):
            total.add(tally(arrays, chunk.box, shape))
        else:
            todo.append(number)
            partly.add(number)

    def job(number: int) -> Job:
        """What a block is computed from; of one that is there in part also what is known."""
        if kept is None or number not in partly:
            return task, number
        return task, number, kept.read(boxes.chunk(number), list(data))

    progress = Progress(prod(shape), total.points, shown=shown)
    try:
        for number, arrays in _computed(job, todo, executor):
            chunk = boxes.chunk(number)
            if kept is not None:
                kept.write(chunk, arrays)
            else:
                data = _with_chunk(data, chunk, arrays)
            total.add(tally(arrays, chunk.box, shape))
            progress.add(prod(chunk.shape))
    finally:
        progress.close()
    notes = (*((TOLD,) if task.told else ()), *(() if kept is None else _notes(kept)))
    result = Sweep(task, data, total, _regimes(task, total), None if kept is None else kept.path, notes)
    if kept is not None:
        kept.finish(result.summary())
    return result


def _with_chunk(data: dict[str, Any], chunk: Chunk, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """The result with a chunk in its place; what is the whole of it need not be copied."""
    if chunk.shape == np.shape(data["some"]):
        return arrays
    for name, array in arrays.items():
        data[name][chunk.slices] = array
    return data


def _notes(kept: Store) -> tuple[str, ...]:
    """What was mended in a store, for those who would rather know that a disk forgets."""
    if not kept.damaged:
        return ()
    shown = ", ".join(kept.damaged[:5]) + (f" and {len(kept.damaged) - 5} more" if len(kept.damaged) > 5 else "")
    return (f"damaged in '{kept.path}' and written again: {shown}",)


def _computed(
    job: Callable[[int], Job], numbers: Sequence[int], executor: Executor | None
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """The chunks, as they come."""
    if executor is None:
        return ((number, computed(*job(number))) for number in numbers)
    return dispatched(job, numbers, executor)


TOLD: Final = f"{BY_WORD}, without a proof of our own: that the formulas leave out no equilibrium"

# --- naming the regimes ---------------------------------------------------------------------------------------------------------


def _regimes(task: Task, total: Tally) -> tuple[Regime, ...]:
    """The sets of equilibria that were met, the most frequent first; at the first point of each the exact solver is asked
    as well.

    Raises AssertionError if solver and formulas disagree: that is a defect, and never passed off as an answer.
    """
    if "regime" not in task.outputs:
        _check_answers(task, total)
        return ()
    ordered = sorted(total.regimes.items(), key=lambda entry: (-entry[1][0], entry[1][1]))
    engine = engine_of(task) if task.compiled else None
    return tuple(_regime(task, engine, code, count, first) for code, (count, first) in ordered[:MOST_NAMED])


def _point(task: Task, number: int) -> dict[str, Fraction]:
    """Every parameter at a point of the whole design, by its number."""
    place = tuple(int(k) for k in np.unravel_index(number, task.design.shape))
    chunk = Chunk(0, tuple((k, k + 1) for k in place))
    points = None if isinstance(task.design, Grid) else task.design.columns(*chunk.box[0])
    return point_at(task, chunk, points, (0,) * len(place))


def _check_answers(task: Task, total: Tally) -> None:
    """Ask the exact solver at the first point of each answer that formulas gave.

    Raises AssertionError if they disagree.
    """
    for code, (_, first) in total.regimes.items() if task.compiled else ():
        flags, point = flags_of(code), _point(task, first)
        if NOT_ADMISSIBLE in flags:
            continue
        with suppress(CouldNotFinish):
            solved = answer(solve(task.model.at(**point), task.concept, time_limit=task.time_limit or 60))
            if not _agree(flags, solved):
                raise AssertionError(f"formulas and solver disagree at {point}: {flags} against {solved}")


def _regime(task: Task, engine: Engine | None, code: int, count: int, first: int) -> Regime:
    point = _point(task, first)
    where = {name: point[name] for name in task.design.names}
    top = int(np.iinfo(next(v.dtype for v in variables(task) if v.name == "regime")).max)
    if code in (top - 1, top - 2):
        return Regime(
            code, count, (), "not admissible" if code == top - 1 else "could not finish", where, checked=False
        )
    if engine is None:
        solved = _solved(task, point)
        assert solved is not None
        return _as_solved(code, count, where, solved)
    formulas = engine.formulas(tuple(point[name] for name in task.structural))
    found = formulas.events
    if found.gains is not None:
        return _masked(found, code, count, where, _solved(task, point))
    at = [point[name] for name in found.names]
    wanted = [found.degenerate, found.unsettled, found.some, found.every, *(o.stands for o in found.outcomes)]
    degenerate, unsettled, *truths = found.circuit.truths(wanted, at)
    alive = found.circuit.truths([node for node, _ in found.screened], at)
    unsettled |= any(three.all_mix_at(at) for may, three in zip(alive, formulas.screens, strict=True) if may)
    if degenerate or (unsettled and found.kind == ACTIONS):
        solved = _solved(task, point)
        assert solved is not None, "it has been solved before"
        return _as_solved(code, count, where, solved)
    if found.outcomes and all(o.supports for o in found.outcomes):
        return _by_supports(task, formulas, code, count, point, truths)
    solved = _solved(task, point)
    flags = by_formulas = found.flags(*truths[:2])
    if unsettled and found.mixed is not None:
        flags = found.flags(*found.circuit.truths(found.mixed, at))
    elif unsettled and solved is not None:
        flags = answer(solved)
    if solved is not None and not _agree(flags, answer(solved)):
        raise AssertionError(f"formulas and solver disagree at {where}: {flags} against {answer(solved)}")
    labels = tuple(o.label for o, stands in zip(found.outcomes, truths[2:], strict=True) if stands)
    if (
        found.kind == ACTIONS
        and solved is not None
        and solved.complete == "all"
        and set(labels) != set(map(label_of, solved))
    ):
        raise AssertionError(f"formulas and solver disagree at {where}: {labels} against {[*map(label_of, solved)]}")
    labels += (MIXTURES,) if flags != by_formulas else ()
    return Regime(code, count, labels, _word(*flags), where, checked=solved is not None)


def _game(task: Task, point: Mapping[str, Fraction]) -> AnyGame:
    try:
        return task.model.at(**point)
    except InputError as problem:
        raise AssertionError(f"the solver refuses a point that the formulas admit: {problem}") from problem


def _solved(task: Task, point: Mapping[str, Fraction]) -> AnyEquilibria | None:
    """The exact solver's answer; None where it did not finish."""
    try:
        return solve(_game(task, point), task.concept, time_limit=task.time_limit or 60)
    except CouldNotFinish:
        return None


def _as_solved(code: int, count: int, where: Mapping[str, Fraction], solved: AnyEquilibria) -> Regime:
    labels = tuple(dict.fromkeys(label_of(equilibrium) for equilibrium in solved))
    return Regime(code, count, labels, _word(*answer(solved)), where, checked=False)


def _by_supports(
    task: Task, formulas: Formulas, code: int, count: int, point: Mapping[str, Fraction], truths: Sequence[bool]
) -> Regime:
    """A regime of a game for two that is not degenerate: what stands, the number and the answer are those of the supports that the
    solver finds; certificates are not written.
    """
    where = {name: point[name] for name in task.design.names}
    outcomes = formulas.events.outcomes
    game = _game(task, point)
    assert isinstance(game, Game)
    met = solved_supports(game)
    standing = [o for o in outcomes if o.supports in met]
    hedged = [o.hedged == TRUE for o in standing]
    solved = (int(any(hedged)), int(bool(hedged) and all(hedged))), [o.supports in met for o in outcomes]
    flags = formulas.events.flags(*truths[:2])
    if (flags, list(truths[2:])) != solved or len(standing) < len(met) or code != formulas.regime_code(solved[1]):
        raise AssertionError(f"formulas and solver disagree at {where}: {flags}, {truths[2:]} against {solved}, {met}")
    return Regime(code, count, tuple(o.label for o in standing), _word(*flags), where, checked=True)


def _agree(flags: Answer, solved: Answer) -> bool:
    """Whether two answers are the same as far as both are settled."""
    return all(one == other or COULD_NOT_FINISH in (one, other) for one, other in zip(flags, solved, strict=True))


def _masked(
    found: Events, code: int, count: int, where: Mapping[str, Fraction], solved: AnyEquilibria | None
) -> Regime:
    """A regime whose number is a mask of outcomes, compared with the solver's list: the same where all equilibria are isolated; of continua,
    which have supports of their own, corners alone are listed.
    """
    standing = [o for k, o in enumerate(found.outcomes) if code >> k & 1]
    some = any(o.hedged == TRUE for o in standing)
    every = bool(standing) and all(o.hedged == TRUE for o in standing)
    labels = tuple(o.label for o in standing)
    listed = set() if solved is None else set(map(label_of, solved))
    checked = isinstance(solved, Equilibria) and solved.complete == "all" and not solved.continua
    if listed != set(labels) if checked else not listed <= set(labels):
        raise AssertionError(f"formulas and solver disagree at {where}: {labels} against {sorted(listed)}")
    return Regime(code, count, labels, _word(int(some), int(every)), where, checked=checked)


def _word(some: int, every: int) -> str:
    if every == 1:
        return "every"
    return {1: "some", 0: "none"}.get(some, "could not finish")
