"""How fast sweeps are: points a second, beside loops over the peers and beside one streaming read of the same payoffs.

Run it as ``python benchmarks/sweeps.py``; it writes ``benchmarks/results/sweeps.md``. Every peer solves games built
beforehand (its loop is timed without the building), ours goes from parameters to the answer. Figures of one machine: read them
as ratios.
"""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import hedging_games as hg
from hedging_games.analysis.sweep import blocks
from hedging_games.analysis.sweep.design import sobol, span
from hedging_games.analysis.sweep.run import sweep

RESULTS = Path(__file__).parent / "results" / "sweeps.md"

TWO_BY_TWO = """
title: Two players, two actions, four payoff differences
players: {Row: {role: ally}, Column: {role: partner}}
parameters:
  a: {baseline: 1, range: "[-5, 5]", meaning: first column, source: assumed}
  b: {baseline: 1, range: "[-5, 5]", meaning: second column, source: assumed}
  c: {baseline: 1, range: "[-5, 5]", meaning: first row, source: assumed}
  d: {baseline: 1, range: "[-5, 5]", meaning: second row, source: assumed}
play: {Row: [Up, Down], Column: [Left, Right]}
payoffs: {Row: "[Up]*(a*[Left] + b*[Right])", Column: "[Left]*(c*[Up] + d*[Down])"}
hedge: Up
"""

THREE_BY_THREE = """
title: Two players, three actions, eight parameters
players: {Row: {role: ally}, Column: {role: partner}}
parameters:
  a: {baseline: 1, range: "[0, 9]", meaning: a, source: assumed}
  b: {baseline: 1, range: "[0, 9]", meaning: b, source: assumed}
  c: {baseline: 1, range: "[0, 9]", meaning: c, source: assumed}
  d: {baseline: 1, range: "[0, 9]", meaning: d, source: assumed}
  e: {baseline: 1, range: "[0, 9]", meaning: e, source: assumed}
  f: {baseline: 1, range: "[0, 9]", meaning: f, source: assumed}
  g: {baseline: 1, range: "[0, 9]", meaning: g, source: assumed}
  h: {baseline: 1, range: "[0, 9]", meaning: h, source: assumed}
play: {Row: [Up, Mid, Down], Column: [Left, Centre, Right]}
payoffs:
  Row: >-
    a*[Up and Left] + 41/10*[Up and Centre] + b*[Up and Right] + 37/11*[Mid and Left] + c*[Mid and Centre]
    + 29/7*[Mid and Right] + d*[Down and Right] + 17/13*[Down and Left] + 71/19*[Down and Centre]
  Column: >-
    e*[Up and Left] + 43/9*[Mid and Left] + f*[Down and Left] + 31/8*[Up and Centre] + g*[Mid and Centre]
    + 53/17*[Down and Centre] + h*[Down and Right] + 61/23*[Up and Right] + 83/29*[Mid and Right]
hedge: Up and Left or Mid and Centre
"""

THREE_PLAYERS = """
title: Three players, two actions, six parameters
players: {SmallState: {role: small state}, Ally: {role: ally}, Partner: {role: partner}}
parameters:
  security: {baseline: 5, range: "[0, 10]", meaning: alliance, source: assumed}
  trade: {baseline: 3, range: "[0, 10]", meaning: trade, source: assumed}
  card: {baseline: 2, range: "[0, 10]", meaning: card, source: assumed}
  leak: {baseline: 1, range: "[0, 10]", meaning: leak, source: assumed}
  access: {baseline: 2, range: "[0, 10]", meaning: access, source: assumed}
  cost: {baseline: 1, range: "[0, 10]", meaning: cost, source: assumed}
play: {SmallState: [Align, Hedge], Ally: [Tolerate, Press], Partner: [Engage, Coerce]}
payoffs:
  SmallState: security*([Align] + [Hedge and Tolerate]/2) + trade*[Hedge and Engage] - cost*[Coerce] - cost*[Hedge and Press]
  Ally: card*[Hedge and Engage and Tolerate] - leak*[Hedge] - cost*[Press] + leak*[Hedge and Press]
  Partner: access*[Hedge and Engage] - cost*[Coerce]/2 + card*[Align and Coerce]/3 + trade*[Engage and Press]/5
hedge: Hedge and Tolerate
"""


def best(action: Callable[[], Any], times: int = 3) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def loaded(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.yaml"
        path.write_text(text, encoding="utf-8")
        return hg.load(str(path))


def streaming(arrays: int, points: int = 1 << 20) -> float:
    """Points a second of one read of so many float64 payoffs a point."""
    data = np.random.default_rng(1).random((arrays, points))
    return points / best(lambda: data.sum(axis=1))


def payoffs(model: Any, count: int) -> np.ndarray:
    """Float payoff tables at random points, points first: what the peers are given."""
    rng = np.random.default_rng(2)
    columns = {n: rng.uniform(float(p.range.low), float(p.range.high), count) for n, p in model.parameters.items()}
    return np.moveaxis(model.fast(**columns).payoff_table(), -1, 0)


def quantecon_pure(tables: np.ndarray) -> float:
    import quantecon.game_theory as gt

    games = [
        gt.NormalFormGame([gt.Player(np.moveaxis(t[k], k, 0).transpose(_turn(k))) for k in range(3)]) for t in tables
    ]
    return len(games) / best(lambda: [gt.pure_nash_brute(game) for game in games], 2)


def _turn(k: int) -> tuple[int, ...]:
    """Quantecon's order of axes for player k: own first, then the following players in turn."""
    others = [j for j in range(3) if j != k]
    wanted = [(k + j) % 3 for j in range(1, 3)]
    return (0, *(1 + others.index(j) for j in wanted))


def quantecon_all(tables: np.ndarray) -> float:
    import quantecon.game_theory as gt

    tables = np.concatenate([tables] * 10)  # long enough to be timed
    games = [gt.NormalFormGame([gt.Player(t[0]), gt.Player(t[1].T)]) for t in tables]
    gt.support_enumeration(games[0])
    return len(games) / best(lambda: [gt.support_enumeration(game) for game in games], 2)


def nashpy_all(tables: np.ndarray) -> float:
    import nashpy

    games = [nashpy.Game(t[0], t[1]) for t in tables]
    return len(games) / best(lambda: [list(game.support_enumeration()) for game in games], 1)


def gambit(tables: np.ndarray, solver: str) -> float:
    import pygambit

    games = [pygambit.Game.from_arrays(*t) for t in tables]
    solve = getattr(pygambit.nash, solver)
    return len(games) / best(lambda: [solve(game) for game in games], 1)


def tried(peer: Callable[[], float]) -> float | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return peer()
    except Exception as problem:
        print(f"  left out: {problem}")
        return None


def table(title: str, ours: dict[str, float], peers: dict[str, float | None], stream: float) -> list[str]:
    lines = [f"## {title}", "", "| | points a second |", "| --- | ---: |"]
    lines += [f"| {name} | {rate:,.0f} |" for name, rate in ours.items()]
    lines += [f"| {name} | {rate:,.0f} |" for name, rate in peers.items() if rate is not None]
    lines += [f"| one streaming read of the payoffs | {stream:,.0f} |", ""]
    fastest = max(ours.values())
    known = {name: rate for name, rate in peers.items() if rate is not None}
    ratios = [f"{fastest / rate:,.0f} times {name}" for name, rate in known.items()]
    lines += [f"Ours is {'; '.join(ratios)}; a streaming read is {stream / fastest:.2g} times ours.", ""]
    named = [f"{ours['ours, grid'] / rate:,.0f} times {name}" for name, rate in known.items()]
    lines += [f"With the set of equilibria named at each point: {'; '.join(named)}.", ""]
    print("\n".join(lines))
    return lines


def grids(model: Any, count: int, concept: str, *, apart: bool = False) -> dict[str, float]:
    """Our rates: a dense grid over all parameters, and a Sobol sample of the box."""
    # ``apart``: axes of different lengths, on which payoffs hardly tie.
    over = {
        n: span(
            p.range.low + (Fraction(k, 89) if apart else 0), p.range.high - (Fraction(k, 97) if apart else 0), count
        )
        for k, (n, p) in enumerate(model.parameters.items())
    }
    points = count ** len(over)
    sweep(model, {name: [1, 2] for name in over}, concept=concept)
    found = {}
    found["ours, grid"] = points / best(lambda: sweep(model, over, concept=concept), 3)
    found["ours, grid, without regimes"] = points / best(lambda: sweep(model, over, concept=concept, outputs=()), 3)
    found["ours, Sobol sample"] = (1 << 20) / best(lambda: sweep(model, sample=sobol(1 << 20), concept=concept), 2)
    return found


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


def gambit_polynomials(tables: np.ndarray) -> float:
    """Gambit's solver for all equilibria of three players (in floats, and not complete)."""
    return gambit(tables, "enumpoly_solve")


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
    three, two = loaded(THREE_PLAYERS), loaded(TWO_BY_TWO)
    lines = [
        "# Sweeps: points a second",
        "",
        f"One run on a shared machine with {os.cpu_count()} cores: read the figures as ratios.",
        "Peers solve games that were built beforehand; ours goes from parameters to the answer, exact at ties.",
        "",
    ]
    tables = payoffs(three, 200)
    peers = {
        "QuantEcon pure_nash_brute": tried(lambda: quantecon_pure(tables)),
        "pygambit enumpure_solve": tried(lambda: gambit(tables, "enumpure_solve")),
    }
    lines += table(
        "Pure equilibria of 2×2×2 games, six parameters", grids(three, 16, "pure-nash"), peers, streaming(24)
    )
    tables = payoffs(two, 200)
    peers = {
        "QuantEcon support_enumeration": tried(lambda: quantecon_all(tables)),
        "nashpy support_enumeration": tried(lambda: nashpy_all(tables)),
        "pygambit enummixed_solve (floats)": tried(lambda: gambit(tables, "enummixed_solve")),
    }
    lines += table("All equilibria of 2×2 games, four parameters", grids(two, 56, "nash"), peers, streaming(8))
    nine = loaded(THREE_BY_THREE)
    tables = payoffs(nine, 200)
    peers = {
        "QuantEcon support_enumeration": tried(lambda: quantecon_all(tables)),
        "nashpy support_enumeration": tried(lambda: nashpy_all(tables)),
        "pygambit enummixed_solve (floats)": tried(lambda: gambit(tables, "enummixed_solve")),
    }
    lines += table(
        "All equilibria of 3×3 games, eight parameters", grids(nine, 8, "nash", apart=True), peers, streaming(18)
    )
    tables = payoffs(three, 200)
    peers = {"pygambit enumpoly_solve": tried(lambda: gambit_polynomials(tables))}
    lines += table(
        "All equilibria of 2×2×2 games, mixed ones included, six parameters",
        grids(three, 15, "nash", apart=True),
        peers,
        streaming(24),
    )
    lines += end_to_end()
    lines += growth()
    lines += [
        "## Without formulas",
        "",
        "Where 3×3 games tie (every fourth point where all eight axes are the same multiples of 3/2), each new combination of",
        "signs is solved once, some milliseconds each: the rate then is that of meeting new combinations, 10^5 points a second.",
        "",
        f"Signalling games likewise: {signalling():,.0f} points a second (tolerated-example, eight axes of six values).",
        "",
        "Larger games and games with other beliefs are solved point by point by the exact solver:",
        f"{pointwise():,.0f} points a second for the mixed equilibria of hedging-triangle (3×2×2).",
        "",
    ]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
