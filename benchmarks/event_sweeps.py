"""Sweeps of the event alone: the formulas of the region beside solving each point.

Run it as ``python -m benchmarks.event_sweeps``; it writes ``benchmarks/results/event-sweeps.md``. CPU seconds of this process. Both ways answer
the same question at each point, and are compared where both settle it.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np

import hedging_games as hg
from benchmarks.common import RESULTS
from hedging_games.analysis.sweep.design import sobol
from hedging_games.analysis.sweep.events import events
from hedging_games.analysis.sweep.plan import plan
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.sweep.task import COULD_NOT_FINISH

MODELS: Final = (
    "blockade-threat",
    "tariff-linkage",
    "rival-forum",
    "restraining-pyongyang",
    "sanctions-waiver",
    "sanctions-waiver-discretionary",
    "forced-choice",
    "forced-choice-strategic",
    "tightrope",
)
MANY: Final = 1 << 17
FEW: Final = 32

HEAD: Final = f"""# Sweeps of the event alone

Sobol points over all declared ranges, one core, CPU time; written by `python -m benchmarks.event_sweeps`. *First* is what deriving and
compiling takes, once; then {MANY:,} points by formulas, {FEW} by solving each. Both were compared at these {FEW}: *open* counts where the
solver does not settle the answer and the formulas do.

| model | first, s | points/s by formulas | points/s by solving | ratio | differ | open |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def main() -> None:
    """Measure, and write the page."""
    rows = [_row(name) for name in MODELS]
    (RESULTS / "event-sweeps.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def _row(name: str) -> str:
    model = hg.load(name)
    began = time.process_time()
    task = plan(model, None, sample=sobol(FEW), outputs=())
    assert events(model, task.concept, task.design.names, task.point, alone=True) is not None
    first = time.process_time() - began
    by_formulas, fast = _timed(model, MANY, ())
    by_solving, slow = _timed(model, FEW, ("regime",))
    pairs = [(by_formulas[flag][:FEW], by_solving[flag]) for flag in ("some", "every")]
    differ = sum(int(np.count_nonzero((a != b) & (b != COULD_NOT_FINISH))) for a, b in pairs)
    unsettled = sum(int(np.count_nonzero(b == COULD_NOT_FINISH)) for _, b in pairs)
    row = f"| {name} | {first:.1f} | {MANY / fast:,.0f} | {FEW / slow:.1f} | {MANY / fast * slow / FEW:,.0f} | {differ} | {unsettled} |"
    print(row, flush=True)
    return row


def _timed(model: hg.Model, points: int, outputs: tuple[str, ...]) -> tuple[Sweep, float]:
    began = time.process_time()
    found = hg.sweep(model, None, sample=sobol(points), outputs=outputs, progress=False)
    return found, time.process_time() - began


if __name__ == "__main__":
    main()
