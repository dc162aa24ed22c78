"""A pool of processes that does not outlive the one that made it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def process_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A process pool whose workers end when their parent is killed (by itself ProcessPoolExecutor leaves them behind), and at
    once when the block ends by an exception, as by Ctrl-C.
    """
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        try:
            yield pool
        except BaseException:
            kill_workers(pool)
            raise


def kill_workers(pool: ProcessPoolExecutor) -> None:
    """End what a pool is working at; who waits for it is told by BrokenProcessPool, and the pool is of no more use."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001  # public from Python 3.14 on
        process.kill()


def _end_with_parent() -> None:
    """Watch over the parent, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
