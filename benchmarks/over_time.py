"""Games over time: all equilibria at the baseline and exact conditions of the catalogue's models, growth with the states and with the
players, and what two players can get in repeated games, beside QuantEcon.

Run it as ``python -m benchmarks.over_time``; it writes ``benchmarks/results/over-time.md``. Seconds are CPU seconds of this process, reading
left out. Growth with the states is that of sanctions-waiver-discretionary: from ``start`` units of dependence on there are as many states more,
each of which may come up again and again. Growth with the players is that of a war of attrition, which ends as soon as somebody quits, and of a
public good given again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from string import ascii_uppercase
from typing import Any, Final

import hedging_games as hg
from benchmarks import repeated_sets
from benchmarks.common import RESULTS
from hedging_games.model.model import Model
from hedging_games.model.reader import read_model_text

STARTS: Final = (1, 2, 4, 6, 8, 11)
PLAYERS: Final = (2, 3, 4, 5)

ATTRITION: Final = """\
title: Attrition
players: [{players}]
parameters: {{prize: {{baseline: 4, range: [1, 9]}}, d: {{baseline: 9/10, range: [1/2, 19/20]}}}}
discount: d
play: {{{play}}}
payoffs:
{payoffs}
next:
  - {{at: {stay}, to: same}}
  - {{at: not ({stay}), to: end}}
hedge: {{first: A.Stay}}
"""
"""All stay: each pays 1. Somebody quits: who stays gets the prize."""

GIVING: Final = """\
title: A public good
players: [{players}]
parameters: {{gain: {{baseline: 3/2, range: [1, 2]}}, d: {{baseline: 3/4, range: [1/10, 9/10]}}}}
discount: d
play: {{{play}}}
payoffs:
{payoffs}
next: [{{at: all, to: same}}]
hedge: {{always: {all}}}
sustained: {{by: [grim-trigger, optimal-penal-code]}}
"""
"""Each may give 1; what is given is multiplied and divided among all."""


SETS: Final = [
    "## What two players can get in a repeated game",
    "",
    (
        f"{repeated_sets.GAMES} random games of each kind, payoffs from -9 to 9, the same for both; medians, and how many times faster QuantEcon is. It "
        "computes in compiled floats, and its set is the equilibrium set up to its tolerance, where it finds one. Ours is computed in fractions, contains "
        "every equilibrium payoff, and is there for flat and empty sets too, for which QuantEcon raises an error."
    ),
]


def timed(work: Callable[[], Any]) -> tuple[str, Any]:
    """CPU seconds as text, and the answer."""
    begun = time.process_time()
    found = work()
    return f"{time.process_time() - begun:.2f}", found


def models() -> list[str]:
    """The rows of the models over time."""
    rows = ["| model | pure | all | some | every |", "|---|---|---|---|---|"]
    for name in hg.catalogue():
        model = hg.load(name)
        if not model.is_over_time:
            continue
        game = model.markov_at()
        # Stationary equilibria do not cover myopic players.
        pure = "–" if game.myopic else timed(lambda g=game: hg.solve(g, "pure-markov-perfect"))[0]  # type: ignore[misc]
        cells = [pure, timed(lambda g=game: hg.solve(g))[0]]  # type: ignore[misc]
        cells += [timed(lambda m=model, a=among: hg.condition(m, a).cells)[0] for among in ("some", "every")]  # type: ignore[misc]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


def growth() -> list[str]:
    """The rows of the same game with more and more states."""
    rows = ["| states | pure | equilibria | mixed too | equilibria |", "|---|---|---|---|---|"]
    model = hg.load("sanctions-waiver-discretionary")
    for start in STARTS:
        game = model.markov_at(start=start)
        pure, listed = timed(lambda g=game: hg.solve(g, "pure-markov-perfect"))  # type: ignore[misc]
        mixed, everything = timed(lambda g=game: hg.solve(g))  # type: ignore[misc]
        rows.append(
            f"| {len(game.states)} | {pure} | {len(listed)} | {mixed} | {len(everything)}, {everything.complete} |"
        )
    return rows


def attrition(count: int) -> Model:
    """The war of attrition of so many players."""
    names = ascii_uppercase[:count]
    stay = " and ".join(f"{name}.Stay" for name in names)
    pays = [f'  {name}: "prize*[{name}.Stay and not ({stay})] - [{stay}]"' for name in names]
    play = ", ".join(f"{name}: [Stay, Quit]" for name in names)
    text = ATTRITION.format(players=", ".join(names), play=play, payoffs="\n".join(pays), stay=stay)
    return read_model_text(text, "attrition")


def giving(count: int) -> Model:
    """The public good of so many players."""
    names = ascii_uppercase[:count]
    given = " + ".join(f"[{name}.Give]" for name in names)
    pays = [f'  {name}: "gain/{count}*({given}) - [{name}.Give]"' for name in names]
    play = ", ".join(f"{name}: [Give, Keep]" for name in names)
    all_ = " and ".join(f"{name}.Give" for name in names)
    text = GIVING.format(players=", ".join(names), play=play, payoffs="\n".join(pays), all=all_)
    return read_model_text(text, "giving")


def players() -> list[str]:
    """The rows of the same games with more and more players."""
    rows = [
        "| players | attrition: pure | mixed too | equilibria | public good | region |",
        "|---|---|---|---|---|---|",
    ]
    for count in PLAYERS:
        war, good = attrition(count).markov_at(), giving(count)
        pure, _ = timed(lambda g=war: hg.solve(g, "pure-markov-perfect"))  # type: ignore[misc]
        mixed, everything = timed(lambda g=war: hg.solve(g))  # type: ignore[misc]
        paths, _ = timed(lambda g=good: hg.solve(g.markov_at()))  # type: ignore[misc]
        region, _ = timed(lambda g=good: hg.condition(g, "some").cells)  # type: ignore[misc]
        rows.append(f"| {count} | {pure} | {mixed} | {len(everything)}, {everything.complete} | {paths} | {region} |")
    return rows


def main() -> None:
    """Write the tables."""
    text = [
        "# Games over time",
        "",
        "CPU seconds. `all`: mixed equilibria too; `some`, `every`: regions with all parameters open, listed.",
        "",
    ]
    text += [*models(), "", "Growth with the states (sanctions-waiver-discretionary):", "", *growth(), ""]
    text += [
        "Growth with the players (equilibria at the baseline; the region with the discount and a payoff open, listed):",
        "",
    ]
    text += [*players(), "", *SETS, "", *repeated_sets.rows(), ""]
    (RESULTS / "over-time.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
