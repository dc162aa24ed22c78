"""Driving a wedge: how far the small state engages, and how far that keeps the partner from the adversary, by how much the partner
loses of the engagement when it aligns.

By hand: a partner that aligns to ``a`` gets ``c*e*(1 - a) + a - a**2/2``, so ``a = 1 - c*e``; a small state that is not punished engages to
``e = value + c*exposure``. Both are exact between the corners.
"""

from pathlib import Path

import hedging_games as hg

MODEL = "wedge-driving"

COMPLEMENTARITIES = ("-1", "0", "3/5", "4/5", "1", "6/5")

TITLE = "Driving a wedge: what is chosen, by complementarity"
NOTE = (
    "Other parameters at their baselines; choices are continuous, and these are all subgame-perfect outcomes in pure strategies, exact."
    " Hedging is engagement above 0 at penalty 0."
)
MADE_FROM = "wedge-driving, by examples/driving_a_wedge.py; hedging-games reproduce"


def told(choice: object) -> str:
    """A number, or the interval of all that may be chosen."""
    return f"in ({choice[0]}, {choice[1]})" if isinstance(choice, tuple) else str(choice)


def main(output: Path) -> None:
    """Write the table and the tree into the folder ``output``."""
    model = hg.load(MODEL)
    rows = []
    for complementarity in COMPLEMENTARITIES:
        found = hg.solve(model.tree_at(complementarity=complementarity))
        for outcome in found:
            chosen = (outcome.choices[name] for name in ("penalty", "engagement", "alignment"))
            rows.append([complementarity, *map(told, chosen), *map(str, outcome.payoffs.values()), str(outcome.hedge)])
    header = ("complementarity", "penalty", "engagement", "alignment", *(f"u({p})" for p in model.players), "hedge")
    hg.write_table(hg.Table(header, rows, TITLE, NOTE, MADE_FROM), output / "driving_a_wedge")
    hg.tree(model).save(output / "tree_driving_a_wedge.svg")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
