"""How many equilibria every model has at its baseline under each basic concept, and whether they hedge."""

from collections.abc import Sequence
from math import prod
from pathlib import Path

import hedging_games as hg
from hedging_games.games.reductions import count_plans

MOST_PROFILES = 50
"""Mixed Nash equilibria are asked for in games with at most this many profiles of plans; there are too many in larger ones."""

TITLE = "Equilibria of every model at its baseline, by solution concept"
NOTE = (
    "equilibria: how many are listed; complete says whether these are all of them, the extreme ones (which span all), or some;"
    " by path: one of each path of play. hedged: in how many of them the model's event is certain; hedge: the smallest and the largest probability of the event."
)
MADE_FROM = "all models, by examples/concepts_at_baseline.py; hedging-games reproduce"


def concepts_of(model: hg.Model) -> Sequence[str]:
    """The concepts that are asked for: others where play goes on over time, or choices are continuous."""
    if model.is_over_time:
        repeated = model.markov_at().sustained
        return ("grim-trigger", "optimal-penal-code") if repeated else ("markov-perfect", "pure-markov-perfect")
    return ("pure-subgame-perfect",) if model.is_continuous else ("nash", "pure-nash", "subgame-perfect", "sequential")


def answer(name: str, model: hg.Model, concept: str) -> list[str]:
    """The row of a model and a concept."""
    if concept == "nash":
        game = model.finite_at()
        if prod(count_plans(game.form, player) for player in range(len(game.players))) > MOST_PROFILES:
            return [name, concept, "not asked", "", "", "", ""]
    try:
        found = hg.solve(model, concept)
    except hg.CouldNotFinish:
        return [name, concept, "too large", "", "", "", ""]
    complete = f"{found.complete}, by path" if getattr(found, "grouped", None) else found.complete
    chances = sorted(equilibrium.hedge for equilibrium in found)
    span = [str(chances[0]), str(chances[-1])] if chances else ["", ""]
    return [name, concept, complete, str(len(found)), hg.hedged_in(found), *span]


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    models = {name: hg.load(name) for name in hg.catalogue()}
    rows = [answer(name, model, concept) for name, model in models.items() for concept in concepts_of(model)]
    header = ("model", "concept", "complete", "equilibria", "hedged", "least hedge", "most hedge")
    hg.write_table(hg.Table(header, rows, TITLE, NOTE, MADE_FROM), output / "concepts_at_baseline")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
