"""The hardest punishments, at a point: one for each player that serves whatever is to be sustained (Abreu 1988).

A player's punishment is a *route*: some periods of this and that, then something for ever. Nobody may gain by leaving a route at any of its
periods and being punished. The values of punishments are found from below: where nobody could be held lower than ``v``, only routes that stand with
``v`` as the worst are of use, so nobody is held lower than the worst of these; and so on until nothing changes. Within the routes that are
followed (a few periods, then something for ever) the answer is the lowest there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from hedging_games.solvers.repeated.minmax import pure_minmax
from hedging_games.solvers.repeated.period import Play
from hedging_games.solvers.repeated.punishments import Punishments

MOST_PERIODS: Final = 4
"""Periods of a route before what is played for ever."""

MOST_ROUTES: Final = 4_000
"""Routes that are looked at in a round, beyond which they are not made longer."""


@dataclass(frozen=True, slots=True)
class PenalCode:
    """By player the route of its punishment, the last part of which is played for ever, and what it is worth to it on average."""

    routes: Mapping[int, tuple[Play, ...]]
    worth: Mapping[int, Any]


def optimal_code(punishments: Punishments) -> PenalCode | None:
    """The hardest punishments by routes; None if there are none, as where the period has no equilibrium that could be a threat."""
    worst = {player: pure_minmax(punishments, player) for player in punishments.patient}
    while True:
        punishments.period.check()
        routes = _routes(punishments, worst)
        if not routes:
            return None
        chosen = {player: min(routes, key=itemgetter(player)) for player in punishments.patient}
        found = {player: worth[player] for player, worth in chosen.items()}
        if all(found[player] <= worst[player] for player in worst):
            return PenalCode({player: routes[worth] for player, worth in chosen.items()}, found)
        worst = {player: max(found[player], worst[player]) for player in worst}


def stands(punishments: Punishments, play: Play, worth: tuple[Any, ...], worst: Mapping[int, Any]) -> bool:
    """Whether nobody gains by leaving what is played, all that follows being ``worth`` so much on average, and being punished."""
    return all(
        worth[player]
        >= punishments.average(player, punishments.best_deviation(k, play), worst.get(player, worth[player]))
        for k, player in enumerate(punishments.period.movers)
    )


def _routes(punishments: Punishments, worst: Mapping[int, Any]) -> dict[tuple[Any, ...], tuple[Play, ...]]:
    """Routes that stand where punishments are worth ``worst``, by what they are worth."""
    plays = punishments.period.plays
    found: dict[tuple[Any, ...], tuple[Play, ...]] = {
        play.worth: (play,) for play in plays if stands(punishments, play, play.worth, worst)
    }
    last = dict(found)
    for _ in range(MOST_PERIODS):
        if len(last) * len(plays) > MOST_ROUTES:
            break
        longer = {}
        for worth, route in last.items():
            punishments.period.check()
            for play in plays:
                whole = tuple(
                    punishments.average(i, now, later)
                    for i, (now, later) in enumerate(zip(play.worth, worth, strict=True))
                )
                if whole not in found and stands(punishments, play, whole, worst):
                    longer[whole] = (play, *route)
        found |= longer
        last = longer
    return found
