"""Games full of ties, under a limit of ten seconds each: does anything hang, die, or go wrong?

Run it as ``python benchmarks/degenerate.py [GAMES [SECONDS]]`` (1000 of each class by default, or as many as are done in 600
seconds); it writes
``benchmarks/results/degenerate.md``. Payoffs are drawn from two or three values, so that most games have continua of
equilibria. Every answer has passed its certificate; what is counted is how complete it is, and how many CPU
seconds the longest took.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import hedging_games as hg
from hedging_games.formats.efg import parse_efg

RESULTS = Path(__file__).parent / "results" / "degenerate.md"
LIMIT = 10.0

Draw = Callable[[random.Random], hg.Game]


@dataclass
class Tally:
    """What became of the games of a class."""

    answers: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    number: int = 0
    longest: float = 0.0
    total: float = 0.0


def table_of(shape: tuple[int, ...], high: int) -> Draw:
    """Matrix games with payoffs 0 to ``high``."""

    def draw(rng: random.Random) -> hg.Game:
        size = int(np.prod(shape))
        return hg.matrix_game(
            *(np.array([rng.randint(0, high) for _ in range(size)], dtype=object).reshape(shape) for _ in shape)
        )

    return draw


def symmetric_of(size: int, high: int) -> Draw:
    """Symmetric two-player games."""

    def draw(rng: random.Random) -> hg.Game:
        rows = np.array([[rng.randint(0, high) for _ in range(size)] for _ in range(size)], dtype=object)
        names = [str(k) for k in range(size)]
        return hg.matrix_game(rows, rows.T, actions=[names, names])

    return draw


def signalling(rng: random.Random) -> hg.Game:
    """Two or three types, two messages, two or three responses, payoffs 0 to 2."""
    types, responses = rng.choice([2, 3]), rng.choice([2, 3])
    weights = [rng.randint(1, 3) for _ in range(types)]
    odds = " ".join(f'"t{t}" {Fraction(w, sum(weights))}' for t, w in enumerate(weights))
    lines = ['EFG 2 R "signalling" { "S" "R" }', f'c "" 1 "" {{ {odds} }} 0']
    leaf = 0
    names = " ".join(f'"r{r}"' for r in range(responses))
    for t in range(types):
        lines.append(f'p "" 1 {t + 1} "" {{ "m0" "m1" }} 0')
        for m in range(2):
            lines.append(f'p "" 2 {m + 1} "" {{ {names} }} 0')
            for _ in range(responses):
                leaf += 1
                lines.append(f't "" {leaf} "" {{ {rng.randint(0, 2)} {rng.randint(0, 2)} }}')
    return parse_efg("\n".join(lines) + "\n")


def tree(*, sees: bool) -> Draw:
    """Three players in turn, two actions each; each sees everything, or the third not what the second did."""

    def draw(rng: random.Random) -> hg.Game:
        lines = ['EFG 2 R "tree" { "A" "B" "C" }', 'p "" 1 1 "" { "a" "b" } 0']
        leaf = 0
        for first in range(2):
            lines.append(f'p "" 2 {first + 1} "" {{ "a" "b" }} 0')
            for second in range(2):
                seen = 2 * first + second + 1 if sees else first + 1
                lines.append(f'p "" 3 {seen} "" {{ "a" "b" }} 0')
                for _ in range(2):
                    leaf += 1
                    lines.append(f't "" {leaf} "" {{ {" ".join(str(rng.randint(0, 2)) for _ in range(3))} }}')
        return parse_efg("\n".join(lines) + "\n")

    return draw


CLASSES: list[tuple[str, str, Draw]] = [
    ("2×2×2, 0 to 1", "nash", table_of((2, 2, 2), 1)),
    ("2×2×2, 0 to 4", "nash", table_of((2, 2, 2), 4)),
    ("3×2×2, 0 to 1", "nash", table_of((3, 2, 2), 1)),
    ("2×2×2×2, 0 to 1", "nash", table_of((2, 2, 2, 2), 1)),
    ("4×4, 0 to 2", "nash", table_of((4, 4), 2)),
    ("4×4, 0 to 2", "perfect", table_of((4, 4), 2)),
    ("3×3, 0 to 2", "coalition-proof", table_of((3, 3), 2)),
    ("2×2×2, 0 to 2", "strong-nash", table_of((2, 2, 2), 2)),
    ("2×2×2, 0 to 2", "coalition-proof", table_of((2, 2, 2), 2)),
    ("2×2×2, 0 to 2", "correlated", table_of((2, 2, 2), 2)),
    ("4×4 symmetric, 0 to 2", "evolutionarily-stable", symmetric_of(4, 2)),
    ("3×3×2, 0 to 2", "qre", table_of((3, 3, 2), 2)),
    ("signalling, 0 to 2", "sequential", signalling),
    ("signalling, 0 to 2", "weak-pbe", signalling),
    ("tree, all seen, 0 to 2", "subgame-perfect", tree(sees=True)),
    ("tree, hidden move, 0 to 2", "sequential", tree(sees=False)),
    ("tree, hidden move, 0 to 2", "weak-pbe", tree(sees=False)),
    ("tree, hidden move, 0 to 2", "nash", tree(sees=False)),
]


def games(draw: Draw, label: str, count: int) -> Iterator[hg.Game]:
    """The games of a class, the same in every run."""
    rng = random.Random(label)
    for _ in range(count):
        yield draw(rng)


def tally(label: str, concept: str, draw: Draw, count: int, allowed: float) -> Tally:
    """Solve the games of a class, no more than ``count`` and none after ``allowed`` seconds."""
    found = Tally()
    for game in games(draw, f"{label} {concept}", count):
        if found.total > allowed:
            break
        found.number += 1
        start = time.process_time()
        try:
            found.answers[hg.solve(game, concept, time_limit=LIMIT).complete] += 1
        except hg.CouldNotFinish as stopped:
            found.stopped[stopped.problems[0].topic] += 1
        seconds = time.process_time() - start
        found.longest, found.total = max(found.longest, seconds), found.total + seconds
    return found


def row(label: str, concept: str, found: Tally) -> str:
    """A row of the table."""
    stopped = ", ".join(f"{n} ({topic})" for topic, n in sorted(found.stopped.items())) or "0"
    cells: list[Any] = [
        label,
        concept,
        found.number,
        *(found.answers[word] for word in ("all", "extreme", "some")),
        stopped,
    ]
    return f"| {' | '.join(map(str, cells))} | {1000 * found.total / found.number:.1f} | {found.longest:.2f} |"


def main() -> None:
    """Solve every class and write the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    allowed = float(sys.argv[2]) if len(sys.argv) > 2 else 600.0
    lines = [
        "# Degenerate games under a limit of ten seconds each",
        "",
        "`python benchmarks/degenerate.py`. Refused: an error with its reason instead of an answer.",
        "",
        "| games | concept | number | all | extreme | some | refused | mean, ms | longest, s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for label, concept, draw in CLASSES:
        lines.append(row(label, concept, tally(label, concept, draw, count, allowed)))
        print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
