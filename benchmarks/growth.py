"""How the rate of sweeps grows with blocks, points, processes and Dask workers: ours alone.

Run it as ``python -m benchmarks.growth``; it writes ``benchmarks/results/growth.md``. Seconds by the clock, because work in other
processes is part of the question: the load of the machine is printed.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import hedging_games as hg
from benchmarks.common import RESULTS, load
from benchmarks.sweeps import THREE_PLAYERS, loaded
from hedging_games.analysis.sweep import blocks
from hedging_games.analysis.sweep.design import span
from hedging_games.analysis.sweep.run import sweep


def best(action: Callable[[], Any], times: int = 3) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def end_to_end() -> list[str]:
    """Ten million points of engagement-card into a store on disk."""
    model = hg.load("engagement-card")
    over = {"card": span(0, 10, 3163), "alignment_loss": span(0, 10, 3163)}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        sweep(model, over, store=Path(folder) / "s.zarr")
        seconds = time.perf_counter() - start
    lines = [
        "## End to end",
        "",
        f"10,004,569 points of engagement-card (card × alignment_loss), written to a zarr store: {seconds:.2f} s.",
        "",
    ]
    print("\n".join(lines))
    return lines


def pointwise() -> float:
    """Points a second where the general solver is asked at each: mixed equilibria of a 3×2×2 game."""
    model = hg.load("hedging-triangle")
    start = time.perf_counter()
    sweep(model, {"card": span(0, 10, 12), "leverage": span(0, 10, 12)}, concept="nash")
    return 144 / (time.perf_counter() - start)


def signalling() -> float:
    """Points a second of a signalling game, by classes of signs."""
    model = hg.load("tolerated-example")
    over = {n: span(p.range.low, p.range.high, 6) for n, p in model.parameters.items() if n != "abuse"}
    return 6**8 / best(lambda: sweep(model, over), 1)


def growth() -> list[str]:
    """How the rate grows with the size of blocks, with points and with processes."""
    model = loaded(THREE_PLAYERS)
    names = list(model.parameters)
    lines = ["## Growth (2×2×2 pure, grid)", "", "| points in a block | points a second |", "| ---: | ---: |"]
    over = {n: span(0, 10, 12) for n in names}
    usual = blocks.BLOCK
    for size in (1 << 10, 1 << 12, 1 << 14, 1 << 15, 1 << 16, 1 << 18, 1 << 20):
        blocks.BLOCK = size  # type: ignore[misc]
        rate = 12**6 / best(lambda: sweep(model, over, concept="pure-nash"), 2)
        lines.append(f"| {size:,} | {rate:,.0f} |")
    blocks.BLOCK = usual  # type: ignore[misc]
    lines += ["", "| points | points a second |", "| ---: | ---: |"]
    for count in (4, 8, 12, 16):
        grid = {n: span(0, 10, count) for n in names}
        rate = count**6 / best(lambda grid=grid: sweep(model, grid, concept="pure-nash"), 2)  # type: ignore[misc]
        lines.append(f"| {count**6:,} | {rate:,.0f} |")
    lines += ["", "| processes | points a second (16.8 million points, start-up included) |", "| ---: | ---: |"]
    grid = {n: span(0, 10, 16) for n in names}
    for workers in (None, 1, 2):
        rate = 16**6 / best(lambda workers=workers: sweep(model, grid, concept="pure-nash", workers=workers), 1)  # type: ignore[misc]
        lines.append(f"| {workers or 'none: in this one'} | {rate:,.0f} |")
    lines += dask_growth(model, grid)
    print("\n".join([*lines, ""]))
    return [*lines, ""]


def dask_growth(model: Any, grid: dict[str, Any]) -> list[str]:
    """The same through clusters of one and two Dask workers, started beforehand."""
    import distributed

    lines = ["", "| Dask workers | points a second (16.8 million points) |", "| ---: | ---: |"]
    for workers in (1, 2):
        with distributed.Client(n_workers=workers, threads_per_worker=1, dashboard_address=None) as client:
            run: Callable[[], Any] = partial(sweep, model, grid, concept="pure-nash", executor=client.get_executor())
            run()
            lines.append(f"| {workers} | {16**6 / best(run, 2):,.0f} |")
    lines += [
        "",
        "Points one by one, 3×2×2 mixed:",
        "",
        "| Dask workers | points a second (1,024 points) |",
        "| ---: | ---: |",
    ]
    triangle = hg.load("hedging-triangle")
    over = {"card": span(0, 10, 32), "leverage": span(0, 10, 32)}
    for workers in (1, 2):
        with distributed.Client(n_workers=workers, threads_per_worker=1, dashboard_address=None) as client:
            executor = client.get_executor()
            sweep(triangle, {"card": [1, 2]}, concept="nash", executor=executor)
            rate = 1024 / best(lambda executor=executor: sweep(triangle, over, concept="nash", executor=executor), 1)  # type: ignore[misc]
            lines.append(f"| {workers} | {rate:,.0f} |")
    return lines


def main() -> None:
    before = load()
    lines = [*end_to_end(), *growth()]
    lines += [
        "## Without formulas",
        "",
        f"Signalling games, by classes of signs: {signalling():,.0f} points a second (tolerated-example, eight axes of six values).",
        "",
        (
            "Larger games and games with other beliefs are solved point by point by the exact solver: "
            f"{pointwise():,.0f} points a second for the mixed equilibria of hedging-triangle (3×2×2)."
        ),
        "",
    ]
    head = [
        "# Growth of sweeps",
        "",
        (
            f"Written by `python -m benchmarks.growth` on {time.strftime('%Y-%m-%d')}; {os.cpu_count()} shared cores, seconds by the clock; load averages "
            f"{before} before, {load()} after."
        ),
        "",
    ]
    (RESULTS / "growth.md").write_text("\n".join(head + lines), encoding="utf-8")


if __name__ == "__main__":
    main()
