"""Answers about games with continuous choices as JSON objects."""

from __future__ import annotations

from typing import Any

from hedging_games.games.continuous import Choose, ContinuousGame, Decide, Lot, Stage, Together, walk
from hedging_games.report.answers import SCHEMA, json_number
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium
from hedging_games.theory.reactions_text import followed_text, ratio_text, reaction_lines


def continuous_answer(found: ContinuousEquilibria) -> dict[str, Any]:
    """The answer of ``solve``. ``choices`` : by choice a number, the two ends of an open interval of numbers, or how
    it follows from a number chosen at once with it, as text.
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
        "equilibria": [_equilibrium(game, equilibrium) for equilibrium in found],
    }


def _equilibrium(game: ContinuousGame, equilibrium: ContinuousEquilibrium) -> dict[str, Any]:
    return {
        "choices": {name: _chosen(value) for name, value in equilibrium.choices.items()},
        "actions": [{"decision": decision, "action": action} for decision, action in equilibrium.actions],
        "payoffs": {name: json_number(value) for name, value in equilibrium.payoffs.items()},
        "hedge": None if equilibrium.hedge is None else json_number(equilibrium.hedge),
        "reactions": list(reaction_lines(game, equilibrium)),
        "certificate": {
            "exact": equilibrium.certificate.exact,
            "largest_gain": json_number(equilibrium.certificate.largest_gain),
        },
    }


def _chosen(value: Any) -> Any:
    if isinstance(value, tuple):
        return [json_number(end) for end in value]
    return followed_text(value) if hasattr(value, "numer") else json_number(value)


def continuous_show_answer(game: ContinuousGame) -> dict[str, Any]:
    """The answer of ``show``: the nodes of the tree in order."""
    names = [str(symbol) for symbol in game.field.symbols]
    nodes: list[dict[str, Any]] = []
    for node in walk(game.root):
        match node:
            case Decide(player, decision, actions):
                nodes.append({"label": decision, "player": game.players[player], "actions": list(actions)})
            case Stage(movers, decisions, labels):
                for player, decision, own in zip(movers, decisions, labels, strict=True):
                    nodes.append(
                        {
                            "label": decision,
                            "player": game.players[player],
                            "actions": list(own),
                            "at_once": list(decisions),
                        }
                    )
            case Lot(decision, actions, odds):
                nodes.append(
                    {
                        "label": decision,
                        "player": "chance",
                        "actions": list(actions),
                        "probabilities": [ratio_text(p, names) for p in odds],
                    }
                )
            case Choose():
                nodes.append(_interval(game, node))
            case Together(choices):
                at_once = {"at_once": [own.name for own in choices]}
                nodes += [_interval(game, own) | at_once for own in choices]
    return {
        "schema": SCHEMA,
        "model": game.name,
        "title": game.title,
        "players": list(game.players),
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "decisions": nodes,
        "notes": list(game.notes),
    }


def _interval(game: ContinuousGame, own: Choose) -> dict[str, Any]:
    names = [str(symbol) for symbol in game.field.symbols]
    ends = {"from": ratio_text(own.low, names), "to": ratio_text(own.high, names)}
    return {"label": own.name, "player": game.players[own.player], **ends}
