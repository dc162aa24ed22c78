"""Chunks computed in an executor: a few more than it has workers are under way at a time, and what is lost is sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from itertools import islice
from types import NoneType
from typing import Any, TypeAlias

import numpy as np

from hedging_games.analysis.sweep.blocks import computed
from hedging_games.analysis.sweep.task import Task
from hedging_games.errors import CouldNotFinish, HedgingGamesError, could_not_finish

Job: TypeAlias = tuple[Task, int] | tuple[Task, int, Mapping[str, np.ndarray]]
"""The arguments of `blocks.computed`."""


def dispatched(
    job: Callable[[int], Job], numbers: Sequence[int], executor: Executor
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """The chunks, as they come.

    A chunk that comes back with an error of the executor's own (a worker died, and with it the task) is sent out once more.
    Raises CouldNotFinish if it is lost again, or nothing can be sent out any more.
    """
    window = 2 * getattr(executor, "_max_workers", 8)
    waiting: dict[Future[dict[str, np.ndarray]], int] = {}
    left = iter(numbers)
    again: set[int] = set()
    try:
        while True:
            for number in islice(left, window - len(waiting)):
                waiting[_sent(executor, job(number))] = number
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                number = waiting.pop(future)
                if not _is_lost(future):
                    yield number, future.result()
                    continue
                if number in again:
                    raise _gone(CancelledError() if future.cancelled() else future.exception())
                again.add(number)
                waiting[_sent(executor, job(number))] = number
    except BrokenExecutor as broken:
        raise _gone(broken) from broken
    finally:
        for future in waiting:
            future.cancel()


def _sent(executor: Executor, job: Job) -> Future[dict[str, np.ndarray]]:
    try:
        return executor.submit(computed, *job)
    except (RuntimeError, OSError, CancelledError) as gone:
        raise _gone(gone) from gone


def _gone(why: BaseException | None) -> CouldNotFinish:
    return could_not_finish(
        "workers",
        f"the workers, or their scheduler, are gone ({type(why).__name__}{f': {why}' if str(why) else ''})",
        "see whether they run; a sweep into a store (--out NAME.zarr) keeps what is done, and the same command continues it",
    )


def _is_lost(future: Future[Any]) -> bool:
    """Whether a task ended without its result for a reason that is not the task's."""
    if future.cancelled():
        return True
    return not isinstance(future.exception(), (HedgingGamesError, AssertionError, BrokenExecutor, NoneType))
