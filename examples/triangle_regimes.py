"""hedging-triangle: the pure equilibria, by the worth of the card and by the ally's leverage."""

from fractions import Fraction
from pathlib import Path

import hedging_games as hg

CARDS = range(6)
LEVERAGES = [Fraction(half, 2) for half in range(15)]

TITLE = "The hedging triangle: hedging in every, some or none of the pure equilibria"
NOTE = (
    "Other parameters at their baselines. Hedging is tolerated in a pure equilibrium where leverage <= press_cost + card. Alignment"
    " is another equilibrium throughout, because the partner is indifferent when the small state aligns."
)

MADE_FROM = "hedging-triangle, by examples/triangle_regimes.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    model = hg.load("hedging-triangle")

    def cell(card: int, leverage: Fraction) -> str:
        return hg.hedged_in(hg.solve(model.at(card=card, leverage=leverage), concept="pure-nash"))

    rows = [[str(leverage), *(cell(card, leverage) for card in CARDS)] for leverage in LEVERAGES]
    header = ("leverage", *(f"card {card}" for card in CARDS))
    hg.write_table(hg.Table(header, rows, TITLE, NOTE, MADE_FROM), output / "triangle_regimes")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
