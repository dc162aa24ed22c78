"""Every claim of every model: proved, refuted with a counterexample, true under a condition, or left open."""

from os import cpu_count
from pathlib import Path

import hedging_games as hg
from hedging_games.analysis.sweep.pool import process_pool

TITLE = "The claims of the models, put to the test"
NOTE = (
    "Tested over the declared ranges and assumptions, not at the baseline. A counterexample lists what differs from the baseline,"
    " before | after for a claim about a movement, and was solved again by the exact solver. Conditions are joined inequalities."
    " The verdict is about some or every equilibrium, as the file has it (see what was tested); the next two columns have the same sentence of both."
    " A proof is of every equilibrium of the concept; where some were not followed, the claim is undecided and says of which it was proved."
    " The share is of the declared box, exact or with its standard error, for claims about single points."
    " Where it says so, no proof of the package's own was found, and z3 is taken at its word."
)

MADE_FROM = "all models, by examples/claims.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    with process_pool(cpu_count() or 1) as pool:  # model by model, on every core
        findings = [finding for found in pool.map(hg.examine, hg.catalogue()) for finding in found]
    hg.write_table(hg.claims_table(findings, TITLE, NOTE, MADE_FROM), output / "claims")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
