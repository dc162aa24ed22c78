"""Answers about games with continuous choices as JSON objects."""

from __future__ import annotations

from typing import Any

from hedging_games.games.continuous import Choose, ContinuousGame, Decide, Lot, Stage, Uniform, walk
from hedging_games.report.answers import SCHEMA, json_number
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium, Step
from hedging_games.theory.reactions_text import ratio_text, reaction_lines


def continuous_answer(found: ContinuousEquilibria) -> dict[str, Any]:
    """The answer of ``solve``. ``choices`` : by choice a number, or the two ends of an open interval of numbers;
    ``paths`` : the ways in which chance lets it go, from its first move on, each with its probability.
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
        "choices": {
            name: [json_number(end) for end in value] if isinstance(value, tuple) else json_number(value)
            for name, value in equilibrium.choices.items()
        },
        "actions": [{"decision": decision, "action": action} for decision, action in equilibrium.actions],
        "payoffs": {name: json_number(value) for name, value in equilibrium.payoffs.items()},
        "hedge": None if equilibrium.hedge is None else json_number(equilibrium.hedge),
        "paths": [
            {
                "probability": json_number(path.probability),
                "steps": [_step(game, step) for step in path.steps],
                **({"hedge": path.has_event} if game.has_event else {}),
            }
            for path in equilibrium.paths
        ],
        "reactions": list(reaction_lines(game, equilibrium)),
        "certificate": {
            "exact": equilibrium.certificate.exact,
            "largest_gain": json_number(equilibrium.certificate.largest_gain),
        },
    }


def _step(game: ContinuousGame, step: Step) -> dict[str, Any]:
    """What is done on a path: an action, a number, or an interval from which a number is drawn."""
    decision, done = step
    if isinstance(done, str):
        return {"decision": decision, "action": done}
    if isinstance(done, tuple):
        return {
            "decision": decision,
            **{key: _number(game, end) for key, end in zip(("from", "to"), done, strict=True)},
        }
    return {"decision": decision, "number": _number(game, done)}


def _number(game: ContinuousGame, value: Any) -> Any:
    """A number, or a function of numbers drawn before as text."""
    if hasattr(value, "numer"):
        return ratio_text(value, [str(symbol) for symbol in game.field.symbols])
    return json_number(value)


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
            case Uniform(name, low, high):
                ends = {"from": ratio_text(low, names), "to": ratio_text(high, names)}
                nodes.append({"label": name, "player": "chance", "uniform": ends})
            case Choose(player, name, low, high):
                nodes.append(
                    {
                        "label": name,
                        "player": game.players[player],
                        "from": ratio_text(low, names),
                        "to": ratio_text(high, names),
                    }
                )
    return {
        "schema": SCHEMA,
        "model": game.name,
        "title": game.title,
        "players": list(game.players),
        "parameters": {name: json_number(value) for name, value in game.parameters.items()},
        "decisions": nodes,
        "notes": list(game.notes),
    }
