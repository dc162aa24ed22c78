"""Games over time: all equilibria at the baseline and exact conditions of the catalogue's models, and growth with the states.

Run it as ``python -m benchmarks.over_time``; it writes ``benchmarks/results/over-time.md``. Seconds are CPU seconds of this process, reading
left out. Growth is that of sanctions-waiver-discretionary: from ``start`` units of dependence on there are as many states more, each of
which may come up again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import hedging_games as hg
from benchmarks.common import RESULTS

STARTS: Final = (1, 2, 4, 6, 8, 11)


def timed(work: Callable[[], Any]) -> tuple[str, Any]:
    """CPU seconds as text, and the answer."""
    begun = time.process_time()
    found = work()
    return f"{time.process_time() - begun:.2f}", found


def models() -> list[str]:
    """The rows of the models over time."""
    rows = ["| model | pure | all | some | every |", "|---|---|---|---|---|"]
    for name in hg.catalogue():
        model = hg.load(name)
        if not model.is_over_time:
            continue
        game = model.markov_at()
        cells = [timed(lambda g=game: hg.solve(g, "pure-markov-perfect"))[0], timed(lambda g=game: hg.solve(g))[0]]  # type: ignore[misc]
        cells += [timed(lambda m=model, a=among: hg.condition(m, a).cells)[0] for among in ("some", "every")]  # type: ignore[misc]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def growth() -> list[str]:
    """The rows of the same game with more and more states."""
    rows = ["| states | pure | equilibria | mixed too | equilibria |", "|---|---|---|---|---|"]
    model = hg.load("sanctions-waiver-discretionary")
    for start in STARTS:
        game = model.markov_at(start=start)
        pure, listed = timed(lambda g=game: hg.solve(g, "pure-markov-perfect"))  # type: ignore[misc]
        mixed, everything = timed(lambda g=game: hg.solve(g))  # type: ignore[misc]
        rows.append(
            f"| {len(game.states)} | {pure} | {len(listed)} | {mixed} | {len(everything)}, {everything.complete} |"
        )
    return rows


def main() -> None:
    """Write the tables."""
    text = [
        "# Games over time",
        "",
        "CPU seconds. `all`: mixed equilibria too; `some`, `every`: regions with all parameters open, listed.",
        "",
    ]
    text += [*models(), "", "Growth with the states (sanctions-waiver-discretionary):", "", *growth(), ""]
    (RESULTS / "over-time.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
