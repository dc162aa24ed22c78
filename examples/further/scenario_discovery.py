"""Scenario discovery: in which box of parameters is hedging played? A sample of a sweep in the hands of other programs.

Draws a Sobol sample of engagement-card, finds a box in which hedging is almost always played with the Patient Rule Induction
Method (Friedman and Fisher 1999; Bryant and Lempert 2010) of ema_workbench, and asks SALib for PAWN indices of the margin (Pianosi
and Wagener 2015). Needs ``pip install 'hedging-games[data,scenarios]'``; run it as ``python examples/further/scenario_discovery.py``.
"""

from __future__ import annotations

from typing import Any

import hedging_games as hg
from hedging_games.analysis.sensitivity import sensitivity


def problem_of(model: hg.Model, names: list[str]) -> dict[str, Any]:
    """The parameters and their ranges as SALib writes a problem."""
    ranges = (model.parameters[name].range for name in names)
    return {"num_vars": len(names), "names": names, "bounds": [[float(r.low), float(r.high)] for r in ranges]}


def main() -> None:
    """Print the box that PRIM finds, and SALib's indices."""
    from ema_workbench.analysis import prim
    from SALib.analyze import pawn

    model = hg.load("engagement-card")
    found = sensitivity(model, points=2048, seed=1)
    frame = found.sample.to_frame()
    names = list(found.sample.task.design.names)
    search = prim.Prim(frame[names], (frame["some"] == 1).to_numpy(), threshold=0.8)
    box = search.find_box()
    best = box.peeling_trajectory[box.peeling_trajectory["coverage"] >= 0.5].iloc[-1]
    print(f"share of the box with hedging: {found.share:.3f}")
    print(f"PRIM: density {best['density']:.3f} at coverage {best['coverage']:.3f}, within")
    limits = box.box_lims[int(best["id"])]
    for name in names:
        low, high = limits[name]
        declared = model.parameters[name].range
        if (low, high) != (frame[name].min(), frame[name].max()):
            print(f"  {name}: {low:.2f} to {high:.2f} of [{declared.low}, {declared.high}]")
    indices = pawn.analyze(problem_of(model, names), frame[names].to_numpy(), frame["margin"].to_numpy(), seed=1)
    print("SALib, median PAWN index of the margin")
    for name, value in sorted(zip(names, indices["median"], strict=True), key=lambda pair: -pair[1])[:5]:
        print(f"  {name}: {value:.3f}")


if __name__ == "__main__":
    main()
