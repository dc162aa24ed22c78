"""Phase diagrams of three models: which equilibria there are over two parameters, the others at their baselines."""

from pathlib import Path

import hedging_games as hg

FIGURES = [
    ("engagement-card", ["alignment_loss", "card"]),
    ("gradual-decoupling", ["discount", "capacity_loss"]),
    # Pure equilibria: the conditions of the mixed ones of three players are not derived.
    ("hedging-triangle", ["leverage", "card"]),
]
"""Model, and the two parameters, the first one to the right."""


def main(output: Path) -> None:
    """Write the figures into the folder ``output``."""
    for name, over in FIGURES:
        hg.phase_diagram(hg.load(name), over).save(output / f"phases_{name.replace('-', '_')}.svg")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
