"""A sweep on a Dask cluster: the regimes of the tolerated example at a million points, into a store that survives any stop.

Run it as ``python examples/further/cluster_sweep.py tcp://scheduler:8786`` against a cluster that is there (one started by
``dask scheduler`` and ``dask worker tcp://scheduler:8786``, by SLURM or by a cloud), or without an address to start two
workers on this machine. Needs ``pip install 'hedging-games[data,distributed]'`` here and on the workers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import hedging_games as hg
from hedging_games.analysis.sweep.run import sweep


def main(address: str | None, store: Path) -> None:
    """Sweep, or continue a sweep that was stopped, and print what was found."""
    import distributed

    model = hg.load("tolerated-example")
    over = {
        "p": hg.span(0, 1, 101),
        "onlookers": hg.span(0, 10, 101),
        "punishment_cost": hg.span(0, 10, 11),
        "forbearance": hg.span(0, 10, 11),
    }
    # A client of an address joins a cluster; without one it starts workers here.
    options = {} if address else {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(address, **options) as client:
        found = sweep(model, over, store=store, executor=client.get_executor(), chunk=1 << 16)
    print(found)
    print(f"store: {store}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None, Path("tolerated-example.zarr"))
