"""Patience: from which discount factor on the ally waits, and what that depends on; drawn for gradual decoupling."""

from pathlib import Path

import hedging_games as hg

MODELS = ("gradual-decoupling", "sanctions-waiver-discretionary", "tightrope", "forced-choice")
"""The arguments in which somebody has to be patient."""

TITLE = "From which discount factor on hedging is played, in some equilibrium, the other parameters at their baselines"
NOTE = (
    "The critical value is exact; the formula holds with every parameter open, near the baseline."
    " Where there is none, the answer is the same in the whole declared range."
)
MADE_FROM = "four models, by examples/patience.py; hedging-games reproduce"


def row(name: str) -> list[str]:
    """Where in the range of the discount factor the event is played, the critical value, its formula, and why."""
    found = hg.threshold(name, "discount")
    where = " or ".join(map(str, found.intervals)) or "nowhere"
    formulas = [" or ".join(formulas) for formulas in hg.boundaries(found)]
    because = ["; ".join(reasons) for reasons in found.because]
    return [name, where, *("; ".join(texts) for texts in (map(str, found.values), formulas, because))]


def main(output: Path) -> None:
    """Write the table and the figure into the folder ``output``."""
    header = ("model", "played for discount in", "critical value", "in general", "because")
    hg.write_table(hg.Table(header, [row(name) for name in MODELS], TITLE, NOTE, MADE_FROM), output / "patience")
    hg.strip("gradual-decoupling", "discount").save(output / "strip_gradual_decoupling.svg")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
