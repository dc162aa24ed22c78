"""All comparisons: ``python -m benchmarks``, or only some parts: ``python -m benchmarks one sweeps``.

Each part leaves its figures, with the day and the load of the machine, in ``results/figures``; the page is written from all of them by
``python -m benchmarks --page``, and after a run of everything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Final

from benchmarks.common import ONE_THREAD

os.environ.update(ONE_THREAD)  # before numpy is imported

from benchmarks import many_players, page, small, sweeps, two_player
from benchmarks.common import RESULTS, Figure, Suite, as_data, compare, load, work

KEPT: Final = RESULTS / "figures"


def altered(suite: Suite, asked: argparse.Namespace) -> Suite:
    """A suite as it is asked for."""
    suite = suite.quick() if asked.quick else suite
    return suite.with_older(asked.old) if asked.old else suite


def main() -> None:
    """Measure what is asked for and keep it; write the page if it is everything."""
    suites = {suite.key: suite for suite in (two_player.suite(), many_players.suite(), *small.suites())}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help="all by default")
    parser.add_argument("--work", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument(
        "--old", metavar="FOLDER", help="the folder src of an older version, to be measured too (before-and-after.md)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="two games of the smallest cases, few points; nothing is written"
    )
    parser.add_argument("--page", action="store_true", help="write the page again from the figures that were kept")
    asked = parser.parse_args()
    suites = {key: altered(suite, asked) for key, suite in suites.items()}
    if asked.work:
        work(suites[asked.work[0]], asked.work[1], asked.work[2:])
        return
    names = [*suites, "sweeps"]
    if unknown := [part for part in asked.parts if part not in names]:
        parser.error(f"no part {', '.join(unknown)}: {', '.join(names)}")
    if not asked.page:
        for key in asked.parts or names:
            measured = measure(key, suites, quick=asked.quick)
            if not asked.quick:
                keep(key, *measured)
    if asked.page or not (asked.parts or asked.quick):
        write_page(names, list(suites.values()))


def measure(key: str, suites: Mapping[str, Suite], *, quick: bool) -> tuple[str, list[Figure]]:
    """A part's figures, and when they were measured; printed too."""
    before, began, day = load(), time.perf_counter(), time.strftime("%Y-%m-%d %H:%M")
    figures = sweeps.figures(quick=quick) if key == "sweeps" else compare(suites[key])
    about = f"{day}, {time.perf_counter() - began:.0f} s, load averages (1, 5, 15 minutes) {before} before and {load()} after"
    print(f"{key}: {about}")
    for line in [*page.rows(figures, faster=True), "", *page.rows(figures, faster=False)]:
        print(line, flush=True)
    return about, figures


def keep(key: str, about: str, figures: Sequence[Figure]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"about": about, "figures": as_data(figures)}, indent=1)
    (KEPT / f"{key}.json").write_text(text + "\n", encoding="utf-8")


def write_page(names: Sequence[str], suites: Sequence[Suite]) -> None:
    """The page and its tables, from the figures that were kept last of each part."""
    kept = {
        key: json.loads((KEPT / f"{key}.json").read_text(encoding="utf-8"))
        for key in names
        if (KEPT / f"{key}.json").exists()
    }
    releases = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pygambit", "quantecon", "nashpy", "scipy"))
    if shutil.which("lrsnash"):
        releases += ", lrsnash of the system"
    about = [
        (
            f"Written by `python -m benchmarks`. Python {platform.python_version()}, {releases}. The machine has {os.cpu_count()} cores and is "
            "shared, so that CPU times are longer than on an idle one: read the ratios."
        ),
        "",
        *(f"- {key}: {one['about']}." for key, one in kept.items()),
    ]
    missing = [f"Not measured: {', '.join(key for key in names if key not in kept)}."] if len(kept) < len(names) else []
    figures = [Figure(**figure) for one in kept.values() for figure in one["figures"]]
    page.write(figures, suites, about, missing)


if __name__ == "__main__":
    main()
