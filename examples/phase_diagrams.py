"""Phase diagrams of three models: which equilibria there are over two parameters, the others at their baselines."""

from pathlib import Path

import hedging_games as hg
from hedging_games.analysis.sweep.design import span
from hedging_games.analysis.sweep.run import sweep
from hedging_games.report.plots import phase_diagram

FIGURES = [
    ("engagement-card", {"alignment_loss": span(0, 10, 201), "card": span(0, 10, 201)}, None),
    ("gradual-decoupling", {"discount": span("1/2", "19/20", 181), "capacity_loss": span(0, 1, 201)}, None),
    # Pure equilibria: the mixed ones of three players have no formulas yet.
    ("hedging-triangle", {"leverage": span(0, 10, 201), "card": span(0, 10, 201)}, "pure-nash"),
]
"""Model, axes (the first one to the right), concept."""


def main(output: Path) -> None:
    """Write the figures into the folder ``output``."""
    for name, over, concept in FIGURES:
        phase_diagram(sweep(hg.load(name), over, concept=concept), output / f"phases_{name.replace('-', '_')}.svg")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
