"""Sweeps that name the equilibria: formulas beside solving each point, and beside peers.

Run it as ``python -m benchmarks.named_sweeps``; it writes ``benchmarks/results/named-sweeps.md``. CPU seconds of this process, the least of three
runs of each in turns, what is derived once left out. Ours and the peers' take the same kind of points; peers' games are built beforehand.
"""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np

import hedging_games as hg
from benchmarks.common import RESULTS, gambit_game, load
from benchmarks.sweeps import (
    THREE_BY_THREE,
    best,
    from_sample,
    gambit_by,
    loaded,
    payoffs,
    quantecon_by,
    quantecon_game,
)
from hedging_games.analysis.sweep.design import sobol
from hedging_games.analysis.sweep.plan import plan
from hedging_games.analysis.sweep.pointwise import point_at

MODELS: Final = {
    "hedging-triangle": 1 << 12,
    "blockade-threat": 1 << 16,
    "restraining-pyongyang": 1 << 16,
    "joint-statement": 1 << 16,
}
FEW: Final = 32
PEER_POINTS: Final = 2000

HEAD: Final = """# Sweeps with the equilibria named

Sobol points over all declared ranges, one core, CPU time, in one run; written by `python -m benchmarks.named_sweeps`. The machine is shared (load
averages {before} before, {after} after): read the ratios. *One by one* is the exact solver with its certificates at the first {few} points.

| model | points | points/s by formulas | one by one | ratio | peer | peer's points/s | ratio |
| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |
"""


def main() -> None:
    """Measure, and write the page."""
    before = load()
    rows = [
        *(_three_by_three(points) for points in (1 << 20, 1 << 22)),
        *(_model(name, points) for name, points in MODELS.items()),
    ]
    head = HEAD.format(before=before, after=load(), few=FEW)
    (RESULTS / "named-sweeps.md").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


def _row(name: str, points: int, ours: float, alone: float, peer: str = "–", theirs: float | None = None) -> str:
    beside = "– | –" if theirs is None else f"{1 / theirs:,.0f} | {theirs / ours:,.0f}"
    row = f"| {name} | {points:,} | {1 / ours:,.0f} | {1 / alone:,.0f} | {alone / ours:,.0f} | {peer} | {beside} |"
    print(row, flush=True)
    return row


def _alone(model: hg.Model) -> float:
    """Seconds a point of the exact solver."""
    task = plan(model, None, sample=sobol(FEW))
    chunk = task.boxes.chunk(0)
    points = task.design.columns(*chunk.box[0])  # type: ignore[union-attr]
    values = [point_at(task, chunk, points, (k,)) for k in range(FEW)]
    return best(lambda: [hg.solve(model.at(**value), task.concept) for value in values]) / FEW


def _three_by_three(points: int) -> str:
    model = loaded(THREE_BY_THREE)
    hg.sweep(model, sample=sobol(64), concept="nash")
    games = [quantecon_game(table) for table in _tables(model)]
    solve = quantecon_by("support_enumeration")
    solve(games[0])
    ours = best(lambda: hg.sweep(model, sample=sobol(points), concept="nash", progress=False)) / points
    theirs = best(lambda: [solve(game) for game in games]) / PEER_POINTS
    return _row(
        "all 3×3 games, eight parameters", points, ours, _alone(model), "quantecon support_enumeration (floats)", theirs
    )


def _model(name: str, points: int) -> str:
    model = hg.load(name)
    hg.sweep(model, None, sample=sobol(512), progress=False)
    ours = best(lambda: hg.sweep(model, None, sample=sobol(points), progress=False)) / points
    if name != "hedging-triangle":
        return _row(name, points, ours, _alone(model))
    games = [gambit_game(table) for table in _tables(model)[:200]]
    solve = gambit_by("enumpoly_solve")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = best(lambda: [solve(game) for game in games]) / len(games)
    return _row(name, points, ours, _alone(model), "pygambit enumpoly (floats, not all)", theirs)


def _tables(model: hg.Model) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(payoffs(model, from_sample(model, PEER_POINTS)), -1, 0))


if __name__ == "__main__":
    main()
