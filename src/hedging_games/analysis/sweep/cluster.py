"""Sweeps on a Dask cluster, through the executor that Dask itself offers: chunks are tasks, and a task whose worker dies is
run again by the scheduler.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from hedging_games.analysis.extras import need
from hedging_games.errors import could_not_finish


@contextmanager
def cluster_executor(address: str, seconds: float = 30) -> Iterator[Executor]:
    """The executor of the cluster whose scheduler listens at ``address`` (as in ``tcp://127.0.0.1:8786``).

    Raises InputError if Dask is missing, and CouldNotFinish if nobody answers within ``seconds``.
    """
    distributed = need("distributed", "distributed", "a sweep on a Dask cluster")
    try:
        client = distributed.Client(address, timeout=seconds)
    except (OSError, ValueError) as problem:
        raise could_not_finish(
            "cluster", f"no scheduler answers at '{address}': {problem}", "check --scheduler"
        ) from problem
    with client:
        yield client.get_executor()
