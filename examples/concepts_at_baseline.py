"""How many equilibria every model has at its baseline under each basic concept, and whether they hedge."""

from collections.abc import Iterable, Sequence
from math import prod
from pathlib import Path
from typing import Any

import hedging_games as hg
from hedging_games.games.reductions import count_plans
from hedging_games.report.tables import Table, hedged_in, write

CONCEPTS = ("nash", "pure-nash", "subgame-perfect", "sequential")

CONTINUOUS = ("pure-subgame-perfect",)
"""What is asked for where choices are continuous."""

OVER_TIME = ("markov-perfect", "pure-markov-perfect")
"""What is asked for where play goes on over time."""

REPEATED = ("grim-trigger", "optimal-penal-code")
"""What is asked for where punishments sustain what is played."""

MOST_PROFILES = 50
"""Mixed Nash equilibria are asked for in games with at most this many profiles of plans; there are too many in larger ones."""

TITLE = "Equilibria of every model at its baseline, by solution concept"
NOTE = (
    "equilibria: how many are listed; complete says whether these are all of them, the extreme ones (which span all), or some;"
    " by path: one of each path of play. hedged: in how many of them the model's event is certain; hedge: the smallest and the largest probability of the event."
)


def concepts_of(name: str) -> Sequence[str]:
    """The concepts that are asked for."""
    model = hg.load(name)
    if model.is_over_time:
        return REPEATED if model.markov_at().sustained else OVER_TIME
    return CONTINUOUS if model.is_continuous else CONCEPTS


def answer(name: str, concept: str) -> list[str]:
    """The row of a model and a concept."""
    model = hg.load(name)
    if model.is_continuous:
        outcomes = hg.solve(model.tree_at())
        return [name, concept, outcomes.complete, str(len(outcomes)), hedged_in(outcomes), *_span(outcomes)]
    if model.is_over_time:
        over_time = hg.solve(model.markov_at(), concept)
        complete = f"{over_time.complete}, by path" if over_time.grouped else over_time.complete
        return [name, concept, complete, str(len(over_time)), hedged_in(over_time), *_span(over_time)]
    game = model.finite_at()
    if (
        concept == "nash"
        and prod(count_plans(game.form, player) for player in range(len(game.players))) > MOST_PROFILES
    ):
        return [name, concept, "not asked", "", "", "", ""]
    try:
        found = hg.solve(game, concept=concept)
    except hg.CouldNotFinish:
        return [name, concept, "too large", "", "", "", ""]
    complete = f"{found.complete}, by path" if found.grouped else found.complete
    return [name, concept, complete, str(len(found)), hedged_in(found), *_span(found)]


def _span(found: Iterable[Any]) -> list[str]:
    """The smallest and the largest probability of the event."""
    chances = sorted(equilibrium.hedge for equilibrium in found)
    return [str(chances[0]), str(chances[-1])] if chances else ["", ""]


MADE_FROM = "all models, by examples/concepts_at_baseline.py; hedging-games reproduce"


def main(output: Path) -> None:
    """Write the table into the folder ``output``."""
    rows = [answer(name, concept) for name in hg.catalogue() for concept in concepts_of(name)]
    header = ("model", "concept", "complete", "equilibria", "hedged", "least hedge", "most hedge")
    write(Table(header, rows, TITLE, NOTE, MADE_FROM), output / "concepts_at_baseline")


if __name__ == "__main__":
    main(Path(__file__).parent / "output")
