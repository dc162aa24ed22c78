"""Small questions before and after a change, in one run: CPU times of two versions of the package, and their ratios.

Run it as ``python -m benchmarks.before_after OLD``, where OLD is the folder ``src`` of the older version; it prints a table (kept in
``benchmarks/results/arrays.md``). Each version answers in processes of its own, in turns; the least of three runs counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

NEW: Final = Path(__file__).parent.parent / "src"
LIMIT: Final = 20.0
RUNS: Final = 3


def tables(shape: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(shape)
    return list(rng.integers(-99, 100, (len(shape), *shape)).tolist())


def one(size: int) -> Callable[[], Any]:
    """One equilibrium: in the older version the paths from every label, the only way to ask it for some."""
    import inspect

    import hedging_games as hg

    given = tables((size, size))
    options: dict[str, Any] = {"just_one": True}
    if "just_one" not in inspect.signature(hg.solve).parameters:
        options = {"method": "lemke-howson"}
    return lambda: hg.solve(hg.matrix_game(*given), "nash", time_limit=LIMIT, **options)


def solved(shape: tuple[int, ...], concept: str, number: int) -> Callable[[], Any]:
    import hedging_games as hg

    given = [tables((*shape, k + 1))[0] for k in range(number * len(shape))]
    games = [given[k : k + len(shape)] for k in range(0, len(given), len(shape))]
    cut = [[np.array(t)[..., 0].tolist() for t in game] for game in games]
    return lambda: [hg.solve(hg.matrix_game(*game), concept) for game in cut]


def tree(levels: int, *, read: bool) -> Callable[[], Any]:
    import hedging_games as hg
    from benchmarks.small import trees

    path = Path(tempfile.mkdtemp()) / "tree.efg"
    path.write_text(next(trees(levels, 1))[0])
    if read:
        return lambda: hg.read_game(path)
    game = hg.read_game(path)
    return lambda: hg.solve(game, "subgame-perfect")


TASKS: Final[dict[str, Callable[[], Callable[[], Any]]]] = {
    "one equilibrium, 20×20": lambda: one(20),
    "one equilibrium, 50×50": lambda: one(50),
    "one equilibrium, 100×100": lambda: one(100),
    "one equilibrium, 300×300": lambda: one(300),
    "pure equilibria, 2^10": lambda: solved((2,) * 10, "pure-nash", 1),
    "pure equilibria, 5^5": lambda: solved((5,) * 5, "pure-nash", 1),
    "pure equilibria, 100×100": lambda: solved((100, 100), "pure-nash", 1),
    "subgame-perfect, 4,095 nodes": lambda: tree(12, read=False),
    "subgame-perfect, 131,071 nodes": lambda: tree(17, read=False),
    "reading 131,071 nodes": lambda: tree(17, read=True),
    "all equilibria, 40 games of 3×3": lambda: solved((3, 3), "nash", 40),
    "all equilibria, 40 games of 2×2×2": lambda: solved((2, 2, 2), "nash", 40),
}


def measured(task: str) -> float | None:
    """CPU seconds of this process for one task, None where it could not be finished."""
    from hedging_games.errors import CouldNotFinish

    solved((2, 2), "nash", 1)()  # what is loaded at first use is no part of it
    run = TASKS[task]()
    began = time.process_time()
    try:
        run()
    except CouldNotFinish:
        return None
    return time.process_time() - began


def told(source: Path, task: str) -> float | None:
    """What a version of the package needs for a task, in a process of its own."""
    paths = os.pathsep.join([str(source), str(NEW.parent)])
    words = [sys.executable, "-m", "benchmarks.before_after", "--task", task]
    done = subprocess.run(words, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=True)
    seconds: float | None = json.loads(done.stdout)
    return seconds


def least(times: list[float | None]) -> float | None:
    return min((t for t in times if t is not None), default=None)


def row(task: str, old: Path) -> str:
    pairs = [(told(old, task), told(NEW, task)) for _ in range(RUNS)]
    before, after = least([a for a, _ in pairs]), least([b for _, b in pairs])
    shown = [f"not in {LIMIT:.0f} s" if t is None else f"{1000 * t:.3g} ms" for t in (before, after)]
    bound = before if before is not None else LIMIT
    ratio = "" if after is None else f"{'> ' if before is None else ''}{bound / after:.3g}"
    return f"| {task} | {shown[0]} | {shown[1]} | {ratio} |"


def main() -> None:
    if sys.argv[1] == "--task":
        print(json.dumps(measured(sys.argv[2])))
        return
    print("| task (CPU) | before | after | times faster |\n|---|--:|--:|--:|")
    for task in TASKS:
        print(row(task, Path(sys.argv[1])), flush=True)


if __name__ == "__main__":
    main()
