"""The claims of the classics of the literature: by which concept, in some or in every equilibrium, and what the verdict means."""

from pathlib import Path

import hedging_games as hg
from hedging_games.analysis.claims.finding import Finding

HEADER = ("model", "claim", "concept", "in equilibria", "verdict", "among some", "among every", "what it means")
TITLE = "The classics, put to the test"
NOTE = (
    "Tested over the declared ranges and assumptions. What is refuted has a counterexample that was solved again, what is conditional a condition"
    " (`hedging-games claims MODEL` prints them). A finding is a statement of the model file itself, and says what it means."
)
MADE_FROM = "the models in models/classics, by examples/classics.py; hedging-games reproduce"


def row(finding: Finding) -> tuple[str, ...]:
    """One claim: who says it, what was asked, the verdict, those in some and in every equilibrium, and what that means."""
    both = (finding.verdict_among("some") or "", finding.verdict_among("every") or "")
    return finding.model, finding.claim.says, finding.concept, finding.among, finding.verdict, *both, finding.means


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    rows = [row(finding) for name in hg.catalogue("classics") for finding in hg.examine(name)]
    hg.write_table(hg.Table(HEADER, rows, TITLE, NOTE, MADE_FROM), output / "classics")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
