"""The equilibria of every model at each of its cases: Korea, India, Nepal, and the variations that the files name."""

from pathlib import Path

import hedging_games as hg

TITLE = "Equilibria of every model at each of its cases"
NOTE = (
    "The model files say which values come from the essays and which are assumed. In games with many information sets, play is"
    " what happens on the path, and equilibria counts those that share it; hedge is the probability of the model's event."
)

MADE_FROM = "all models with cases, by examples/equilibria_by_case.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    rows = []
    for name in hg.catalogue():
        model = hg.load(name)
        for case in model.cases.values():
            changed = ", ".join(f"{parameter} = {value}" for parameter, value in case.values.items())
            found = hg.solve(model.at(case.name))
            rows += [[name, case.name, changed, *row] for row in hg.equilibria_rows(found)]
    header = ("model", "case", "differs from the baseline by", *hg.EQUILIBRIA_HEADER)
    hg.write_table(hg.Table(header, rows, TITLE, NOTE, MADE_FROM), output / "equilibria_by_case")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
