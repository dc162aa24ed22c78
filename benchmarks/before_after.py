"""Small questions before and after a change, in one run: CPU times of two versions of the package, and their ratios.

Run it as ``python -m benchmarks.before_after OLD [WORD ...]``, where OLD is the folder ``src`` of the older version, and only tasks with one of
the words in them are done; it prints a table (kept in ``arrays.md``, ``sequence-form.md`` and ``several-players.md`` of ``benchmarks/results``). Each version answers in processes of its own, in turns; the least of three runs counts.
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


def drawn(shape: tuple[int, ...]) -> Callable[[], Any]:
    """All equilibria of the first game of a shape that `benchmarks.many_players` draws."""
    import hedging_games as hg
    from benchmarks.common import integers

    (game,) = integers(shape, -99, 99, 1)()
    return lambda: hg.solve(hg.matrix_game(*game))


def tree(levels: int, *, read: bool) -> Callable[[], Any]:
    import hedging_games as hg
    from benchmarks.small import trees

    path = Path(tempfile.mkdtemp()) / "tree.efg"
    path.write_text(next(trees(levels, 1))[0])
    if read:
        return lambda: hg.read_game(path)
    game = hg.read_game(path)
    return lambda: hg.solve(game, "subgame-perfect")


def swept(model: str, concept: str, points: int = 1 << 20) -> Callable[[], Any]:
    """A sweep at Sobol points of a model of the catalogue, or of one of `benchmarks.sweeps`."""
    import hedging_games as hg
    from benchmarks import sweeps

    loaded = sweeps.loaded(getattr(sweeps, model)) if hasattr(sweeps, model) else hg.load(model)
    return lambda: hg.sweep(loaded, sample=hg.sobol(points), concept=concept)


def poker(cards: int) -> Callable[[], Any]:
    """Nash equilibria of Kuhn's poker with some number of cards: of a zero-sum game all of them."""
    import hedging_games as hg

    path = Path(tempfile.mkdtemp()) / "kuhn.efg"
    path.write_text(kuhn_poker(cards))
    game = hg.read_game(path)
    return lambda: certain(hg.solve(game, "nash", time_limit=LIMIT))


def kuhn_poker(cards: int) -> str:
    """Kuhn's poker (1950) as a file for Gambit."""
    deals = [(a, b) for a in range(cards) for b in range(cards) if a != b]
    odds = " ".join(f'"{a} {b}" 1/{len(deals)}' for a, b in deals)
    lines = ['EFG 2 R "Kuhn poker" { "I" "II" }', f'c "" 1 "" {{ {odds} }} 0']
    for a, b in deals:
        one, two = ("1 -1", "2 -2") if a > b else ("-1 1", "-2 2")
        ends = iter(enumerate([one, "-1 1", two, "1 -1", two], 1 + 5 * deals.index((a, b))))

        def end(ends: Any = ends) -> str:
            number, payoffs = next(ends)
            return f't "" {number} "" {{ {payoffs} }}'

        lines += [f'p "" 1 {2 * a + 1} "" {{ "check" "bet" }} 0', f'p "" 2 {2 * b + 1} "" {{ "check" "bet" }} 0', end()]
        lines += [f'p "" 1 {2 * a + 2} "" {{ "fold" "call" }} 0', end(), end()]
        lines += [f'p "" 2 {2 * b + 2} "" {{ "fold" "call" }} 0', end(), end()]
    return "\n".join(lines) + "\n"


def certain(found: Any) -> Any:
    """An answer, if it is one to the question, not what was found until time ran out."""
    from hedging_games.errors import could_not_finish

    if any("time" in note for note in found.notes):
        raise could_not_finish("time", "the time limit was reached", "allow more")
    return found


def correlated(shape: tuple[int, ...]) -> Callable[[], Any]:
    import hedging_games as hg

    game = hg.matrix_game(*tables(shape))
    return lambda: certain(hg.solve(game, "correlated", time_limit=LIMIT))


def branch(shape: tuple[int, ...]) -> Callable[[], Any]:
    import hedging_games as hg

    game = hg.matrix_game(*tables(shape))
    return lambda: hg.logit_branch(game)


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
    "all equilibria, 20 games of 3×2×2": lambda: solved((3, 2, 2), "nash", 20),
    "all equilibria, 10 games of 2^4": lambda: solved((2,) * 4, "nash", 10),
    "all equilibria, 4 games of 3^3": lambda: solved((3,) * 3, "nash", 4),
    "all equilibria, 2 games of 2^5": lambda: solved((2,) * 5, "nash", 2),
    "all equilibria, a game of 2^6": lambda: solved((2,) * 6, "nash", 1),
    "all equilibria, a game of 4^3": lambda: drawn((4,) * 3),
    "a sweep of 3×3 games, 2^20 Sobol points": lambda: swept("THREE_BY_THREE", "nash"),
    "a sweep of 2×2×2 games, 2^20 Sobol points, pure": lambda: swept("THREE_PLAYERS", "pure-nash"),
    "a sweep of hedging-triangle, 512 points": lambda: swept("hedging-triangle", "nash", 512),
    "Kuhn poker, 3 cards": lambda: poker(3),
    "Kuhn poker, 6 cards": lambda: poker(6),
    "the logit branch, 2×2×2": lambda: branch((2, 2, 2)),
    "the logit branch, 5×5": lambda: branch((5, 5)),
    "correlated, 10×10": lambda: correlated((10, 10)),
    "correlated, 20×20": lambda: correlated((20, 20)),
    "correlated, 30×30": lambda: correlated((30, 30)),
    "correlated, 10 players with 2 actions": lambda: correlated((2,) * 10),
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
    words = sys.argv[2:] or [""]
    for task in (task for task in TASKS if any(word in task for word in words)):
        print(row(task, Path(sys.argv[1])), flush=True)


if __name__ == "__main__":
    main()
