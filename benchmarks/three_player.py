"""All equilibria of three and more players, complete and exact, beside pygambit's ``enumpoly_solve``.

Run it as ``python benchmarks/three_player.py``; it writes ``benchmarks/results/three_player.md``. The same games go to
both, one after the other. enumpoly_solve answers in floats and may never return, so it runs in a process of its own that
is stopped after ten seconds a game; only the time inside the solver counts, on either side. Our equilibria are checked
by the definition, in exact numbers, after the clock has stopped. Figures of one machine: read them as ratios.
"""

from __future__ import annotations

import json
import random
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

from hedging_games.solvers.multilinear.results import MixedStrategies, TensorEquilibria
from hedging_games.solvers.multilinear.tensors import solve_tensor

RESULTS = Path(__file__).parent / "results" / "three_player.md"
LIMIT = 10.0
NEAR = 1e-6

WORKER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
import pygambit
for line in sys.stdin:
    payoffs = np.array(json.loads(line))
    game = pygambit.Game.from_arrays(*payoffs)
    start = time.perf_counter()
    found = pygambit.nash.enumpoly_solve(game).equilibria
    seconds = time.perf_counter() - start
    rows = [[[float(p[s]) for s in player.strategies] for player in game.players] for p in found]
    print(json.dumps({"seconds": seconds, "found": rows}), flush=True)
"""


class Gambit:
    """enumpoly_solve in a process that is replaced when it does not answer in time."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def solve(self, payoffs: np.ndarray) -> dict[str, Any] | None:
        """The answer and the seconds it took, None after `LIMIT` seconds or a crash."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(payoffs.tolist()) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], LIMIT)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            self.process.kill()
            self.process.wait()
            self.process = None
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer


@dataclass
class Row:
    """What one class of games showed."""

    name: str
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def random_games(low: int, high: int, count: int, shape: tuple[int, ...] = (2, 2, 2)) -> Iterator[np.ndarray]:
    rng = random.Random(repr((low, high, shape)))
    size = len(shape) * int(np.prod(shape))
    for _ in range(count):
        yield np.array([rng.randint(low, high) for _ in range(size)], dtype=object).reshape(len(shape), *shape)


def is_equilibrium(payoffs: np.ndarray, profile: MixedStrategies) -> bool:
    """The definition, in exact numbers."""
    for player, mixture in enumerate(profile):
        worth: list[Any] = [Fraction(0)] * len(mixture)
        for actions in product(*map(range, payoffs.shape[1:])):
            value: Any = payoffs[(player, *actions)]
            for other, action in enumerate(actions):
                if other != player:
                    value = value * profile[other][action]
            worth[actions[player]] = worth[actions[player]] + value
        best = max(worth)
        if sum(mixture) != 1 or min(mixture) < 0:
            return False
        if any(p != 0 and w != best for p, w in zip(mixture, worth, strict=True)):
            return False
    return True


def is_near(profile: MixedStrategies, row: list[list[float]]) -> bool:
    return all(
        abs(float(p) - q) < NEAR
        for mixture, other in zip(profile, row, strict=True)
        for p, q in zip(mixture, other, strict=True)
    )


def compare(row: Row, payoffs: np.ndarray, found: TensorEquilibria, answer: dict[str, Any] | None) -> None:
    """Count what either side has and lacks."""
    counts = row.counts
    listed = list(found.isolated) + [
        p for k in found.continua for c in k.cells for p in (c.sample, *(c.extreme_points or ()))
    ]
    counts["isolated"] += len(found.isolated)
    counts["continua"] += len(found.continua)
    counts["confirmed"] += sum(is_equilibrium(payoffs, p) for p in listed)
    counts["listed"] += len(listed)
    if answer is None:
        counts["unanswered"] += 1
        counts["not found by Gambit"] += len(found.isolated)
        return
    missed = sum(not any(is_near(p, other) for other in answer["found"]) for p in found.isolated)
    counts["not found by Gambit"] += missed
    counts["games incomplete in Gambit"] += bool(missed or found.continua)
    counts["games empty in Gambit"] += not answer["found"]
    if not found.continua:
        counts["found by Gambit only"] += sum(
            not any(is_near(p, other) for p in found.isolated) for other in answer["found"]
        )


def measure(name: str, games: Iterator[np.ndarray], gambit: Gambit) -> Row:
    row = Row(name)
    for payoffs in games:
        start = time.perf_counter()
        found = solve_tensor(payoffs)
        row.ours.append(time.perf_counter() - start)
        answer = gambit.solve(payoffs)
        if answer is not None:
            row.theirs.append(answer["seconds"])
        row.counts["games"] += 1
        row.counts["complete"] += found.complete == "all"
        compare(row, payoffs, found, answer)
    return row


SPEED = "| games of | number | ours, mean | ours, median | Gambit, mean | Gambit, median | ratio of means | ratio of medians |"
ANSWERS = (
    "| games of | complete, ours | listed, confirmed exactly | isolated | Gambit lacks | only Gambit has "
    "| continua (Gambit describes none) | games incomplete in Gambit | empty lists | unanswered |"
)


def table(rows: list[Row]) -> str:
    """Two tables in Markdown: times, and what was found."""
    lines = [
        "# Three and more players: all equilibria",
        "",
        "`solve_tensor` (exact, complete) beside `pygambit.nash.enumpoly_solve` (floats), the same games alternating.",
        f"Milliseconds a game inside the solver; unanswered: no answer within {LIMIT:.0f} s (not in Gambit's times).",
        "",
        SPEED,
        "|---" * 8 + "|",
    ]
    for row in rows:
        ours, theirs = [1e3 * s for s in row.ours], [1e3 * s for s in row.theirs]
        gambit = "| — | — | — | — |"
        if theirs:
            gambit = (
                f"| {mean(theirs):.3f} | {median(theirs):.3f} "
                f"| {mean(theirs) / mean(ours):.2f} | {median(theirs) / median(ours):.2f} |"
            )
        lines.append(f"| {row.name} | {row.counts['games']} | {mean(ours):.3f} | {median(ours):.3f} {gambit}")
    lines += ["", ANSWERS, "|---" * 10 + "|"]
    for row in rows:
        c = row.counts
        lines.append(
            f"| {row.name} | {c['complete']} of {c['games']} | {c['confirmed']} of {c['listed']} | {c['isolated']} "
            f"| {c['not found by Gambit']} | {c['found by Gambit only']} | {c['continua']} | {c['games incomplete in Gambit']} "
            f"| {c['games empty in Gambit']} | {c['unanswered']} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    gambit = Gambit()
    for payoffs in random_games(-99, 98, 20):  # warm both up
        solve_tensor(payoffs)
        gambit.solve(payoffs)
    classes = [
        (-99, 99, 1000, (2, 2, 2)),
        (-9, 9, 300, (2, 2, 2)),
        (0, 4, 60, (2, 2, 2)),
        (-99, 99, 60, (3, 2, 2)),
        (-99, 99, 30, (2, 2, 2, 2)),
        (-99, 99, 10, (3, 3, 2)),
        (-99, 99, 6, (3, 3, 3)),
        (-99, 99, 3, (2, 2, 2, 2, 2)),
    ]
    rows = []
    for low, high, count, shape in classes:
        name = f"{'×'.join(map(str, shape))}, {low} to {high}"
        rows.append(measure(name, random_games(low, high, count, shape), gambit))
        print(name, flush=True)
    text = table(rows)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
