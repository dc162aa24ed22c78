"""How long exact conditions take: every model of the catalogue, the table of claims, and growth with size.

    python benchmarks/conditions.py            the whole run; writes benchmarks/results/conditions.md
    python benchmarks/conditions.py --quick    small sizes only, nothing written
    python benchmarks/conditions.py --continuous   the models with continuous choices alone, and those on grids that they are set beside;
                                           writes continuous-conditions.md beside it

Times are CPU seconds of one process, or of a whole command: start-up, cells listed, points judged, and printing included. Growth is measured on tables of two players whose payoffs are products of parameters:
pure conditions derived and cells listed for ``some``, for games of 8 to 500 profiles and 2 to 12 parameters, each within
`LIMIT`.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import hedging_games as hg
from hedging_games.analysis.limits import interrupted_after

ON_GRIDS = ("patron-auction", "technology-erosion")
"""Models whose choices are discrete, though what they speak of is not."""

RESULTS = Path(__file__).parent / "results" / "conditions.md"
SHAPES = [(2, 4), (3, 9), (8, 8), (10, 20), (20, 25)]
PARAMETERS = [2, 4, 8, 12]
LIMIT = 60.0  # seconds by the clock for one game of the table of growth
Found = TypeVar("Found")


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def loop_seconds() -> float:
    """What 10^7 rounds of a loop take: how fast the machine is at the moment."""

    def rounds() -> int:
        total = 0
        for i in range(10**7):
            total += i * i
        return total

    return timed(rounds)[0]


def catalogue_rows(names: Iterable[str]) -> list[str]:
    rows = [
        "| model | concept | some: s | cells | proved | whole list | every: s | cells | proved | whole list |",
        "|---|---|--:|--:|--:|---|--:|--:|--:|---|",
    ]
    for name in names:
        cells = [name]
        for among in ("some", "every"):
            seconds, region = timed(lambda among=among, name=name: listed(name, among))  # type: ignore[misc]
            if among == "some":
                cells.append(region.concept)
            proved = sum(cell.basis == "proof" for cell in region.cells)
            whole = "no" if not region.is_listed else "proved" if region.basis == "proof" else "by z3's word"
            cells += [f"{seconds:.1f}", str(len(region.cells)), str(proved), whole]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def command_rows(names: Iterable[str]) -> list[str]:
    rows = ["| `hedging-games condition` | `--among some`: s | `--among every`: s |", "|---|--:|--:|"]
    for name in names:
        seconds = [command_seconds("condition", name, "--among", among) for among in ("some", "every")]
        rows.append(f"| {name} | {' | '.join(f'{s:.1f}' for s in seconds)} |")
    return rows


def command_seconds(*words: str) -> float:
    """CPU seconds, the system's included, of a command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "hedging_games", *words], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def listed(name: str, among: str) -> hg.Region:
    region = hg.condition(hg.load(name), among)
    assert region.cells is not None
    return region


def growth_rows(shapes: list[tuple[int, int]], counts: list[int]) -> list[str]:
    rows = [f"| profiles | {' | '.join(f'{n} parameters' for n in counts)} |", "|--:|" + "--:|" * len(counts)]
    for shape in shapes:
        cells = []
        for count in counts:
            started = time.process_time()
            try:
                with interrupted_after(LIMIT):
                    seconds, region = timed(lambda shape=shape, count=count: grown(shape, count))  # type: ignore[misc]
                cells.append(f"{seconds:.1f}" + ("" if region.is_listed else " (list not whole)"))
            except hg.CouldNotFinish:
                cells.append(f"not in {time.process_time() - started:.0f}")
        rows.append(f"| {shape[0] * shape[1]} | {' | '.join(cells)} |")
    return rows


def grown(shape: tuple[int, int], count: int) -> hg.Region:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grown.yaml"
        path.write_text(model_text(shape, count), encoding="utf-8")
        region = hg.condition(hg.load(path), "some", "pure-nash")
        assert region.cells is not None
        return region


def model_text(shape: tuple[int, int], count: int) -> str:
    """A table whose payoffs are random products of two parameters, the event a corner of it."""
    rng = random.Random(f"{shape} {count}")
    names = [f"t{k}" for k in range(count)]
    rows, columns = ([f"{side}{k}" for k in range(size)] for side, size in zip("ab", shape, strict=True))
    declared = "\n".join(
        f"  {name}: {{baseline: 1, range: [-2, 2], meaning: weight, source: assumed}}" for name in names
    )

    def part(a: str) -> str:
        terms = (f"{rng.randint(-3, 3)}*{rng.choice(names)}*{rng.choice(names)}*[{a} and {b}]" for b in columns)
        return " + ".join(terms)

    lets = "\n".join(f'  {who}_{a}: "{part(a)}"' for who in "AB" for a in rows)
    sums = {who: " + ".join(f"{who}_{a}" for a in rows) for who in "AB"}
    return (
        f"title: Growth\nplayers: {{A: {{role: ally}}, B: {{role: ally}}}}\nparameters:\n{declared}\nlet:\n{lets}\nplay:\n"
        f"  A: {{by: A, actions: [{', '.join(rows)}]}}\n  B: {{by: B, actions: [{', '.join(columns)}]}}\n"
        f"payoffs:\n  A: {sums['A']}\n  B: {sums['B']}\nhedge: a0 and b0\n"
    )


def claims_seconds(names: Iterable[str]) -> tuple[float, int]:
    seconds, findings = timed(lambda: [f for name in names for f in hg.examine(hg.load(name))])
    return seconds, len(findings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--continuous", action="store_true")
    asked = parser.parse_args()
    quick = asked.quick
    hg.condition(hg.load("engagement-card"), "some")  # What is imported once is not counted.
    lines = [
        "# Exact conditions",
        "",
        "CPU seconds of one process on a shared two-core machine: read them as ratios.",
        f"10^7 rounds of `s += i*i` took {loop_seconds():.2f} s before.",
        "",
    ]
    if asked.continuous:
        names = [name for name in hg.catalogue() if hg.load(name).is_continuous]
        lines[0] = "# Exact conditions of continuous choices"
        lines += [*catalogue_rows(names), "", *command_rows([*names, *ON_GRIDS]), ""]
        claims = [(name, *claims_seconds([name])) for name in names]
        lines += [
            "| model | claims | s |",
            "|---|--:|--:|",
            *(f"| {n} | {count} | {s:.1f} |" for n, s, count in claims),
            "",
        ]
        (RESULTS.parent / "continuous-conditions.md").write_text("\n".join(lines), encoding="utf-8")
        return
    lines += ["## Every model", "", *catalogue_rows(hg.catalogue()), ""]
    if not quick:
        seconds, count = claims_seconds(hg.catalogue())
        lines += ["## Claims", "", f"All {count} claims of the catalogue: {seconds:.0f} s.", ""]
    lines += ["## Growth", "", *(growth_rows(SHAPES[:2], [2, 4]) if quick else growth_rows(SHAPES, PARAMETERS)), ""]
    print("\n".join(lines))
    if not quick:
        RESULTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
