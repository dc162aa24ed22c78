"""How much CPU time a move of a slider takes in the explorer, on every model with formulas: ``python -m benchmarks.explorer``.

Chromium, driven by Playwright, opens the exported page; its main thread's clock (CPU time, not the wall's) is read before and after each move. "The
answer" is what happens at once: the verdict, the equilibria, what binds. "Afterwards", in steps that give way to the next move: what would change
the answer, and the map.
"""

from __future__ import annotations

import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import hedging_games as hg
from benchmarks.common import RESULTS, load
from hedging_games.explore.whole import explored
from hedging_games.report.page.parts import Asked

MOVES = 25
WARMING = 5
SECONDS = 300.0
"""For what a file holds solved: that of the command."""

FORMULAS = (
    "new TextEncoder().encode(JSON.stringify(JSON.parse(document.getElementById('data').textContent).formulas)).length"
)
BUDGET = 50.0
"""Milliseconds of the main thread that a move may take, in 95 of 100."""

SLIDERS = "[...document.querySelectorAll('input[type=range]:enabled')]"
MOVE = f"""([k, share]) => {{
  const slider = {SLIDERS}[k];
  slider.value = Math.round(Number(slider.min) + share * (slider.max - slider.min));
  slider.dispatchEvent(new Event("input"));
}}"""


class Clock:
    """The CPU time of a page's main thread, in milliseconds: of its scripts, and of all its tasks (layout and painting too)."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read(self) -> tuple[float, float]:
        """What it shows now."""
        told = {m["name"]: 1e3 * m["value"] for m in self.session.send("Performance.getMetrics")["metrics"]}
        return told["ScriptDuration"], told["TaskDuration"]

    def settled(self) -> tuple[float, float]:
        """Once scripts have been at rest for 150 ms."""
        before, quiet = self.read(), 0
        while quiet < 3:
            time.sleep(0.05)
            now = self.read()
            quiet = quiet + 1 if now[0] - before[0] < 0.5 else 0
            before = now
        return before


def percentile(values: list[float]) -> float:
    """The 95th."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def measured(page: Any, moves: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds for each move: of scripts for the answer, of scripts with what comes afterwards, and of the whole thread."""
    clock, rng = Clock(page), random.Random(14)
    sliders = page.evaluate(f"{SLIDERS}.length")
    answers, scripts, wholes = [], [], []
    for number in range(moves + WARMING):
        before = clock.settled()
        page.evaluate(MOVE, [rng.randrange(sliders), rng.random()])
        at_once = clock.read()
        after = clock.settled()
        if number >= WARMING:
            answers.append(at_once[0] - before[0])
            scripts.append(after[0] - before[0])
            wholes.append(after[1] - before[1])
    return answers, scripts, wholes


def main() -> None:
    """Measure all models, or those that are named, and write their rows into the page of results."""
    from playwright.sync_api import sync_playwright

    names = sys.argv[1:] or list(hg.catalogue())
    lines = []
    with sync_playwright() as started, tempfile.TemporaryDirectory() as folder:
        chromium = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        release = chromium.version
        for name in names:
            path = Path(folder) / f"{name}.html"
            path.write_text(explored(Asked(hg.load(name), name), SECONDS), encoding="utf-8")
            page = chromium.new_context(offline=True).new_page()
            page.goto(path.as_uri())
            page.locator("#changes-title + div:not(:empty)").wait_for(state="attached")
            answers, scripts, wholes = measured(page, MOVES)
            formulas = page.evaluate(FORMULAS)
            size = path.stat().st_size - formulas
            page.context.close()
            p = [percentile(answers), percentile(scripts), percentile(wholes)]
            over = " **over**" if p[1] > BUDGET else ""
            lines.append(
                f"| {name} | {statistics.median(answers):.1f} | {p[0]:.1f} | {p[1]:.1f}{over} | {p[2]:.1f} | {formulas / 1000:,.0f} | {size / 1000:.1f} |"
            )
            print(lines[-1], flush=True)
        chromium.close()
    page_of_results = RESULTS / "explorer.md"
    if sys.argv[1:]:
        new = {line.split(" | ")[0]: line for line in lines}
        old = page_of_results.read_text(encoding="utf-8").split("\n")
        page_of_results.write_text("\n".join(new.get(line.split(" | ")[0], line) for line in old), encoding="utf-8")
        return
    about = (
        f"Written by `python -m benchmarks.explorer` on {time.strftime('%Y-%m-%d')}: {MOVES} moves of random sliders to random places on each model, "
        f"Chromium {release}, Python {platform.python_version()}, {os.cpu_count()} cores, CPU time of the page's main thread in milliseconds."
    )
    head = [
        "# A move of a slider in the explorer",
        "",
        about,
        "",
        (
            f"Of scripts; the bound is {BUDGET:.0f} ms for all that a move sets off, in 95 of 100 moves. *At once* are the verdict, the equilibria and what "
            "binds; *afterwards* come what would change the answer and the phase map, in steps between which the next move has its turn. The whole "
            "thread lays out and paints too. The file besides its formulas has scripts, style, texts, and what was solved and drawn beforehand: at most 60 kB. "
            f"Other work on the machine: load averages {load()}."
        ),
        "",
        "| model | at once, median | at once, 95 % | with what comes afterwards, 95 % | whole thread, 95 % | formulas, kB | the file besides, kB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    page_of_results.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
