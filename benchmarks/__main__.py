"""All comparisons in one run: ``python -m benchmarks``; parts of it, printed and not written: ``python -m benchmarks one sweeps``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import time
from importlib.metadata import version

from benchmarks.common import ONE_THREAD

os.environ.update(ONE_THREAD)  # before numpy is imported

from benchmarks import many_players, page, small, sweeps, two_player
from benchmarks.common import RESULTS, Figure, Suite, as_data, compare, load, work


def altered(suite: Suite, asked: argparse.Namespace) -> Suite:
    """A suite as it is asked for."""
    suite = suite.quick() if asked.quick else suite
    return suite.with_older(asked.old) if asked.old else suite


def main() -> None:
    """Run what is asked for; write the page if it is everything."""
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
    parser.add_argument("--page", action="store_true", help="write the page again from the figures of the last run")
    asked = parser.parse_args()
    if asked.page:
        kept = json.loads((RESULTS / "figures.json").read_text(encoding="utf-8"))
        page.write([Figure(**one) for one in kept["figures"]], list(suites.values()), kept["about"], [])
        return
    suites = {key: altered(suite, asked) for key, suite in suites.items()}
    if asked.work:
        work(suites[asked.work[0]], asked.work[1], asked.work[2:])
        return
    if unknown := [part for part in asked.parts if part not in {*suites, "sweeps"}]:
        parser.error(f"no part {', '.join(unknown)}: {', '.join(suites)}, sweeps")
    before, began = load(), time.perf_counter()
    day = time.strftime("%Y-%m-%d %H:%M")
    releases = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pygambit", "quantecon", "nashpy", "scipy"))
    if shutil.which("lrsnash"):
        releases += ", lrsnash of the system"
    print(f"load before: {before}; {releases}")
    figures = []
    loads = []
    for key in asked.parts or [*suites, "sweeps"]:
        figures += sweeps.figures(quick=asked.quick) if key == "sweeps" else compare(suites[key])
        loads.append(f"{key} {load().split()[0]}")
        print(f"{key} done after {time.perf_counter() - began:.0f} s", flush=True)
    seconds = time.perf_counter() - began
    about = [
        f"Written by `python -m benchmarks` on {day}, in one run of {seconds:.0f} s. Python {platform.python_version()}, {releases}.",
        (
            f"The machine has {os.cpu_count()} cores and is shared: load averages (1, 5, 15 minutes) {before} before, {load()} after; of one minute "
            f"after each part: {', '.join(loads)}. Read the ratios."
        ),
    ]
    missing = (
        []
        if shutil.which("lrsnash")
        else ["lrsnash (Debian's package lrslib) was not installed: it is not among the peers of this run."]
    )
    print("\n".join(about + missing))
    if not asked.parts and not asked.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "figures.json").write_text(
            json.dumps({"about": about + missing, "figures": as_data(figures)}, indent=1) + "\n", encoding="utf-8"
        )
    for line in [*page.rows(figures, faster=True), "", *page.rows(figures, faster=False)]:
        print(line)
    if not asked.parts and not asked.quick:
        page.write(figures, list(suites.values()), about, missing)


if __name__ == "__main__":
    main()
