"""Every claim of every model: proved, refuted with a counterexample, true under a condition, or left open."""

from importlib.util import find_spec
from pathlib import Path

import hedging_games as hg
from hedging_games.errors import input_error
from hedging_games.report.region_answers import claims_table
from hedging_games.report.tables import write

TITLE = "The claims of the models, put to the test"
NOTE = (
    "Tested over the declared ranges and assumptions, not at the baseline. A counterexample lists what differs from the baseline,"
    " before | after for a claim about a movement, and was solved again by the exact solver. Conditions are joined inequalities."
    " A proof is of every equilibrium of the concept; where some were not followed, the claim is undecided and says of which it was proved."
    " Where the package's own proofs left a question open, z3 and cvc5 had to agree."
)


def main(output: Path) -> None:
    """Write the table into the folder ``output``; InputError without z3 and cvc5, as fewer claims would be settled."""
    if find_spec("z3") is None or find_spec("cvc5") is None:
        raise input_error("extra", "the table of claims needs z3 and cvc5", "pip install 'hedging-games[proofs]'")
    findings = [finding for name in hg.catalogue() for finding in hg.examine(hg.load(name))]
    write(claims_table(findings, TITLE, NOTE), output / "claims")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
