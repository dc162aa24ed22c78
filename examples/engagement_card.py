"""The engagement card: what it has to be worth, by what punishing costs the ally; the condition, line by line, with its reasons."""

from pathlib import Path

import hedging_games as hg

MODEL = "engagement-card"

TITLE = "The engagement card: the event is played if and only if all lines of one cell hold"
NOTE = "In some subgame-perfect equilibrium, over the declared ranges. Each line says who would otherwise do what."
MADE_FROM = "engagement-card, by examples/engagement_card.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the tree, the table and both figures into the folder ``output``."""
    hg.tree(MODEL, equilibria=True).save(output / "tree_engagement_card.svg")
    hg.strip(MODEL, "card").save(output / "strip_engagement_card.svg")
    hg.phase_diagram(MODEL, ["punishment_cost", "card"]).save(output / "phases_card_and_punishment.svg")
    rows = [
        [str(number), line, because]
        for number, cell in enumerate(hg.condition(MODEL, "some").cells, 1)
        for line, because in cell.lines()
    ]
    table = hg.Table(("cell", "condition", "because"), rows, TITLE, NOTE, MADE_FROM)
    hg.write_table(table, output / "condition_engagement_card")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
