"""Answers about repeated games as JSON objects."""

from __future__ import annotations

from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.report.answers import SCHEMA, json_number
from hedging_games.theory.payoff_set import PayoffSet
from hedging_games.theory.repeated import Critical, RepeatedEquilibria, RepeatedPath, Sustained
from hedging_games.theory.repeated_text import next_state, played_in


def repeated_answer(found: RepeatedEquilibria) -> dict[str, Any]:
    """The answer of ``solve``. ``profile`` : what is played on the path, in every period. ``sustained_by`` : for each punishment asked for
    whether it sustains the path (null: not known), for which discount factors, and by which states of an automaton.
    ``others`` : the paths that are not sustained at the point.
    """
    game = found.game
    return {
        "schema": SCHEMA,
        "model": game.name,
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "concept": found.concept,
        "method": found.method,
        "complete": found.complete,
        "notes": list(found.notes),
        "equilibria": [
            {
                **_path(path),
                "strict": path.strict,
                "certificate": _certificate(path.shown),
            }
            for path in found
        ],
        "grouped": found.grouped,
        "minmax": {
            player: {"pure": json_number(held.pure), "mixed": None if held.mixed is None else json_number(held.mixed)}
            for player, held in found.minmax.items()
        },
        "payoff_set": _payoff_set(found.payoff_set),
        "others": [_path(path) for path in found.others],
    }


def _payoff_set(found: PayoffSet | None) -> dict[str, Any] | None:
    """Corners, counterclockwise, of a set that contains all average payoffs of equilibria."""
    if found is None:
        return None
    corners = [[json_number(x), json_number(y)] for x, y in found.corners]
    return {"players": list(found.players), "corners": corners, "settled": found.settled}


def _path(path: RepeatedPath) -> dict[str, Any]:
    return {
        "profile": _profile(path.said),
        "beliefs": None,
        "payoffs": {name: json_number(value) for name, value in path.payoffs.items()},
        "hedge": None if path.hedge is None else json_number(path.hedge),
        "sustained_by": {name: _sustained(by) for name, by in path.by.items()},
    }


def _profile(said: Any) -> dict[str, dict[str, Any]]:
    return {label: {action: json_number(p) for action, p in mixture.items()} for label, mixture in said.items()}


def _sustained(by: Sustained) -> dict[str, Any]:
    answer: dict[str, Any] = {"stands": by.stands, **_critical(by.critical)}
    if by.game is not None and by.strategies is not None:
        answer["perfect"] = by.perfect
        answer["certificate"] = _certificate(by)
        answer["states"] = {
            name: {
                "profile": _profile(played_in(by.game, by.strategies, k)),
                "next": by.game.states[next_state(by.game, by.strategies, k)],
            }
            for k, name in enumerate(by.game.states)
        }
    return answer


def _certificate(by: Sustained) -> dict[str, Any] | None:
    if by.certificate is None:
        return None
    return {"exact": by.certificate.exact, "largest_gain": json_number(by.certificate.largest_gain)}


def _critical(critical: Critical) -> dict[str, Any]:
    """``critical`` : the least discount factor, if all larger ones do as well; ``discounts`` : all that do."""
    value = critical.value
    return {
        "critical": None if value is None else json_number(value),
        "decimal": None if value is None else float(value),
        "exact": critical.is_exact,
        "discounts": [_interval(interval) for interval in critical.sustained],
        "at_most": [_interval(interval) for interval in critical.at_most],
    }


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "low": json_number(interval.low),
        "high": json_number(interval.high),
        "low_closed": interval.low_closed,
        "high_closed": interval.high_closed,
    }
