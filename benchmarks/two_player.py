"""All equilibria of two-player games: this package beside pygambit, lrsnash, nashpy and quantecon, in one run.

    python benchmarks/two_player.py            the whole comparison; writes benchmarks/results/two_player.md
    python benchmarks/two_player.py --quick    small games only, nothing written

Every method gets the same games, in a process of its own that warms up on a 2 × 2 game (quantecon compiles then) and is
stopped at a time limit. Times are medians of the games a method finished; a method that did not finish half of them
shows a lower bound (>). The share is that of the extreme equilibria, as this package finds them exactly, that a method lists
(probabilities within 1e-6). Exact methods must agree to the last equilibrium, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from statistics import median
from threading import Timer
from typing import Any

import numpy as np

from hedging_games.solvers.bimatrix import extreme_equilibria

Table = list[list[int]]
Pair = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
Solve = Callable[[Table, Table], Iterable[Any]]

RESULTS = Path(__file__).parent / "results" / "two_player.md"
SIZES = {3: 60, 5: 60, 8: 15, 12: 7}  # actions of each player: games
KINDS = {"random": (-99, 100), "tied": (0, 3)}
LIMIT = 45.0  # seconds a method may spend on all the games of one size
OURS = "hedging_games"


def games(kind: str, size: int) -> list[tuple[Table, Table]]:
    rng = np.random.default_rng([size, len(kind)])
    low, high = KINDS[kind]
    return [tuple(rng.integers(low, high, (2, size, size)).tolist()) for _ in range(SIZES[size])]


# --- the methods, each a function that returns pairs of mixed strategies ----------------------------------------------


def ours() -> Solve:
    def solve(A: Table, B: Table) -> Iterable[Any]:
        found = extreme_equilibria(A, B)
        return [(found.rows[r], found.columns[c]) for r, c in found.pairs]

    return solve


def gambit() -> Solve:
    import pygambit

    def solve(A: Table, B: Table) -> Iterable[Any]:
        game = pygambit.Game.from_arrays(np.array(A, dtype=object), np.array(B, dtype=object))
        rows, columns = ([*player.strategies] for player in game.players)
        found = pygambit.nash.enummixed_solve(game, rational=True).equilibria
        return [([Fraction(str(p[s])) for s in rows], [Fraction(str(p[s])) for s in columns]) for p in found]

    return solve


def lrs() -> Solve:
    def solve(A: Table, B: Table) -> Iterable[Any]:
        lines = [f"{len(A)} {len(A[0])}"]
        for matrix in (A, B):
            lines += ["", *(" ".join(map(str, row)) for row in matrix)]
        with tempfile.NamedTemporaryFile("w", suffix=".lrs") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            printed = subprocess.run(["lrsnash", file.name], capture_output=True, text=True, check=True).stdout
        found = []
        for block in printed.split("\n\n"):  # the column player's vertices, then the row player's that go with them
            sides: dict[str, list[list[Fraction]]] = {"1": [], "2": []}
            for line in block.splitlines():
                if line[:1] in sides:
                    sides[line[0]].append([Fraction(word) for word in line.split()[1:-1]])
            found += [(x, y) for x in sides["1"] for y in sides["2"]]
        return found

    return solve


def nashpy_by(method: str) -> Callable[[], Solve]:
    def load() -> Solve:
        import nashpy

        return lambda A, B: list(getattr(nashpy.Game(A, B), method)())

    return load


def quantecon_by(method: str) -> Callable[[], Solve]:
    def load() -> Solve:
        from quantecon import game_theory

        def solve(A: Table, B: Table) -> Iterable[Any]:
            players = game_theory.Player(np.array(A)), game_theory.Player(np.array(B).T.copy())
            return list(getattr(game_theory, method)(game_theory.NormalFormGame(players)))

        return solve

    return load


METHODS: dict[str, Callable[[], Solve]] = {
    OURS: ours,
    "pygambit exact": gambit,
    "lrsnash (C)": lrs,
    "nashpy support": nashpy_by("support_enumeration"),
    "nashpy vertex": nashpy_by("vertex_enumeration"),
    "quantecon support": quantecon_by("support_enumeration"),
    "quantecon vertex": quantecon_by("vertex_enumeration"),
}
EXACT = (OURS, "pygambit exact", "lrsnash (C)")


# --- running and comparing --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """What a method did on the games of one size, in their order: ``found`` is None where it raised an error."""

    seconds: list[float]
    found: list[list[Pair] | None]


def work(method: str, kind: str, size: int) -> None:
    """The child process: one line of JSON for each game, as soon as it is solved."""
    warnings.simplefilter("ignore")
    solve = METHODS[method]()
    solve([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    print(json.dumps("ready"), flush=True)
    for A, B in games(kind, size):
        start = time.perf_counter()
        try:
            found = solve(A, B)
        except Exception:
            found = None
        seconds = time.perf_counter() - start
        shown = None if found is None else [[[str(p) for p in side] for side in pair] for pair in found]
        print(json.dumps([seconds, shown]), flush=True)


def run(method: str, kind: str, size: int) -> Run:
    command = [sys.executable, __file__, "--work", method, kind, str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        if child.stdout.readline().strip() != '"ready"':
            raise SystemExit(f"{method} did not start")
        timer = Timer(LIMIT, child.kill)
        timer.start()
        printed = [line for line in child.stdout if line.endswith("]\n")]
        timer.cancel()
    lines = [json.loads(line) for line in printed]
    return Run([seconds for seconds, _ in lines], [None if found is None else read(found) for _, found in lines])


def read(found: Sequence[Any]) -> list[Pair]:
    return [
        (tuple(Fraction(p) for p in x), tuple(Fraction(p) for p in y))
        for x, y in found
        if "nan" not in {*x, *y} and "inf" not in {*x, *y}
    ]


def share(listed: list[Pair] | None, exact: list[Pair]) -> float:
    """The share of the exact equilibria that are listed, up to 1e-6 in each probability."""
    if not listed:
        return 0.0
    points = np.array([[float(p) for side in pair for p in side] for pair in listed])
    wanted = np.array([[float(p) for side in pair for p in side] for pair in exact])
    return float(np.mean([(abs(points - one).max(axis=1) < 1e-6).any() for one in wanted]))


def compare(kind: str, size: int, methods: Sequence[str]) -> list[str]:
    """The rows of one size: method, median time, ratio, share of the equilibria, games finished."""
    runs = {method: run(method, kind, size) for method in methods}
    exact = [found for found in runs[OURS].found if found is not None]
    if len(exact) < SIZES[size]:
        raise SystemExit(f"{OURS} did not finish {kind} {size} × {size}")
    base = median(runs[OURS].seconds)
    mean = sum(map(len, exact)) / len(exact)
    rows = [f"\n### {kind} {size} × {size}: {SIZES[size]} games, {mean:.1f} extreme equilibria each on average\n"]
    rows += ["| method | median time | times ours | equilibria found | games finished |", "|---|---:|---:|---:|---:|"]
    for method, result in runs.items():
        if method in EXACT:
            for theirs, mine in zip(result.found, exact, strict=False):
                assert set(theirs or ()) == set(mine), f"{method} disagrees on {kind} {size} × {size}"
        done = len(result.seconds)
        finished = done > SIZES[size] / 2
        taken = median(result.seconds) if finished else LIMIT / (done + 1)
        sign = "" if finished else "> "
        found = [share(theirs, mine) for theirs, mine in zip(result.found, exact, strict=False)]
        shown = f"{100 * sum(found) / len(found):.1f} %" if found else "–"
        rows.append(f"| {method} | {sign}{duration(taken)} | {sign}{ratio(taken / base)} | {shown} | {done} |")
    print("\n".join(rows), flush=True)
    return rows


def duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.{2 if seconds < 0.1 else 3}g} ms"


def ratio(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{times:.2g}"


def main() -> None:
    parser = argparse.ArgumentParser(description="All equilibria of two-player games, side by side.")
    parser.add_argument("--work", nargs=3, metavar=("METHOD", "KIND", "SIZE"), help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="3 × 3 and 5 × 5 only; write nothing")
    asked = parser.parse_args()
    if asked.work:
        work(asked.work[0], asked.work[1], int(asked.work[2]))
        return
    methods = [method for method in METHODS if method != "lrsnash (C)" or shutil.which("lrsnash")]
    releases = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pygambit", "nashpy", "quantecon"))
    rows = [
        "# All equilibria of two-player games",
        "",
        "Written by `python benchmarks/two_player.py`. Times are medians on one core of a shared machine: read the ratios.",
        f"Python {platform.python_version()}, {releases}.",
        "",
        f"{OURS}, pygambit (`enummixed_solve(rational=True)`) and lrsnash compute exactly and were checked to list the same",
        "extreme equilibria on every game they finished; nashpy and quantecon compute in floats, and where payoffs tie",
        "support enumeration is not meant to list every extreme point. lrsnash's time includes starting its process.",
        f"A method was stopped after {LIMIT:.0f} s on the games of one size;",
        "where it then had finished no more than half of them, the time shown is a lower bound on its mean (>).",
        "Random payoffs: integers in ±99; tied: in {0, 1, 2}.",
    ]
    for kind in KINDS:
        for size in [3, 5] if asked.quick else SIZES:
            rows += compare(kind, size, methods)
    if not asked.quick:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
