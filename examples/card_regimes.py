"""engagement-card: in which subgame-perfect equilibria the small state engages and is tolerated, by the worth of the card
and by what its engagement costs the ally.
"""

from pathlib import Path

import hedging_games as hg

CARDS = range(11)
LOSSES = range(11)

TITLE = "The engagement card: hedging in every, some or none of the subgame-perfect equilibria"
NOTE = (
    "Other parameters at their baselines. The ally tolerates where card >= alignment_loss - punishment_cost; where the two are"
    " equal it is indifferent, and hedging is played in some equilibria only."
)

MADE_FROM = "engagement-card, by examples/card_regimes.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    model = hg.load("engagement-card")
    rows = [
        [str(loss), *(hg.hedged_in(hg.solve(model.at(alignment_loss=loss, card=card))) for card in CARDS)]
        for loss in LOSSES
    ]
    header = ("alignment_loss", *(f"card {card}" for card in CARDS))
    hg.write_table(hg.Table(header, rows, TITLE, NOTE, MADE_FROM), output / "card_regimes")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
