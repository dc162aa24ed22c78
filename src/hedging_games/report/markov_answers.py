"""Answers about games over time as JSON objects."""

from __future__ import annotations

from typing import Any

from hedging_games.analysis.play_over_time import ERROR, PlayPath
from hedging_games.games.markov import MarkovGame
from hedging_games.report.answers import SCHEMA, json_number, show_answer
from hedging_games.theory.markov import MarkovEquilibria, MarkovEquilibrium
from hedging_games.theory.markov_text import mixtures


def markov_answer(found: MarkovEquilibria) -> dict[str, Any]:
    """The answer of ``solve``. ``profile`` : information sets bear the state they are in; ``values`` : by state and player what play is
    worth from there on.
    """
    game = found.posed
    answer = {
        "schema": SCHEMA,
        "model": game.name,
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "concept": found.concept,
        "method": found.method,
        "complete": found.complete,
        "notes": list(found.notes),
        "equilibria": [_equilibrium(found.game, equilibrium) for equilibrium in found],
        "components": [],
    }
    if found.grouped is not None:
        answer["grouped"] = found.grouped
    if found.subsets is not None:
        answer["subsets"] = [list(subset) for subset in found.subsets]
    return answer


def _equilibrium(game: MarkovGame, equilibrium: MarkovEquilibrium) -> dict[str, Any]:
    return {
        "profile": {
            label: {action: json_number(p) for action, p in mixture.items()}
            for label, mixture in mixtures(game, equilibrium).items()
        },
        "beliefs": None,
        "payoffs": {name: json_number(value) for name, value in equilibrium.payoffs.items()},
        "values": {
            state: {player: json_number(equilibrium.values[k, s]) for k, player in enumerate(game.players)}
            for s, state in enumerate(game.states)
        },
        "hedge": None if equilibrium.hedge is None else json_number(equilibrium.hedge),
        "strict": equilibrium.strict,
        "certificate": {
            "exact": equilibrium.certificate.exact,
            "largest_gain": json_number(equilibrium.certificate.largest_gain),
        },
    }


def path_answer(found: MarkovEquilibria, told: PlayPath, number: int, count: int) -> dict[str, Any]:
    """The answer of ``path``: by period the states with their probabilities, and how likely hedging has lasted through it; which one it
    is of so many equilibria.
    """
    return {
        "schema": SCHEMA,
        "model": found.posed.name,
        "parameters": {name: json_number(value) for name, value in found.posed.parameters.items()},
        "concept": found.concept,
        "equilibrium": number,
        "equilibria": count,
        "complete": found.complete,
        "exact": told.exact,
        "seed": told.seed,
        "error": "0" if told.exact else repr(ERROR),
        "periods": [
            {
                "period": p.period,
                "states": {name: json_number(odds) for name, odds in p.states.items()},
                "lasts": None if p.lasts is None else json_number(p.lasts),
                "realigns": None if p.realigns is None else json_number(p.realigns),
            }
            for p in told.periods
        ],
        "expected_duration": None if told.expected_duration is None else json_number(told.expected_duration),
        "for_ever": None if told.for_ever is None else json_number(told.for_ever),
        "notes": list(found.notes),
    }


def markov_show_answer(game: MarkovGame) -> dict[str, Any]:
    """The answer of ``show``: the period of every state, with where its outcomes lead."""
    periods = []
    for state, stage in enumerate(game.stages):
        shown = show_answer(stage)
        for z, outcome in enumerate(shown["outcomes"]):
            row = game.moves[state][z]
            outcome["next"] = {game.states[t]: json_number(p) for t, p in enumerate(row) if p != 0}
        periods.append({"state": game.states[state], "decisions": shown["decisions"], "outcomes": shown["outcomes"]})
    return {
        "schema": SCHEMA,
        "model": game.name,
        "title": game.title,
        "players": list(game.players),
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "discounts": {player: json_number(d) for player, d in zip(game.players, game.discounts, strict=True)},
        "start": game.states[game.start],
        "horizon": game.horizon,
        "event": game.event,
        "myopic": [game.players[k] for k in sorted(game.myopic)],
        "even": {decision: list(coin) for decision, coin in game.even.items()},
        "sustained": list(game.sustained),
        "states": periods,
        "notes": list(game.notes),
    }
