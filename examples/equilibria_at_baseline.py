"""The equilibria of every model of the catalogue at its baseline, under the solution concept that fits it."""

from pathlib import Path

import hedging_games as hg

TITLE = "Equilibria of every model at its baseline"
NOTE = (
    "Baselines are illustrative. In games with many information sets, play is what happens on the path, and equilibria counts"
    " those that share it; hedge is the probability of the model's event."
)

MADE_FROM = "all models, by examples/equilibria_at_baseline.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    rows = [[name, *row] for name in hg.catalogue() for row in hg.equilibria_rows(hg.solve(name))]
    header = ("model", *hg.EQUILIBRIA_HEADER)
    hg.write_table(hg.Table(header, rows, TITLE, NOTE, MADE_FROM), output / "equilibria_at_baseline")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
