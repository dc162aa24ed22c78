"""Answers about games with continuous choices as JSON objects."""

from __future__ import annotations

from typing import Any

from hedging_games.games.continuous import Choose, ContinuousGame, Decide, Lot, Stage, Together, Uniform, walk
from hedging_games.report.answers import SCHEMA, json_number
from hedging_games.theory.reactions import ContinuousEquilibria, ContinuousEquilibrium, Step
from hedging_games.theory.reactions_text import followed_text, ratio_text, reaction_lines


def continuous_answer(found: ContinuousEquilibria) -> dict[str, Any]:
    """The answer of ``solve``. ``choices`` : by choice a number, the two ends of an open interval of numbers, or how
    it follows from a number of such an interval, as text; ``payoffs`` : for the numbers of ``sample``, where there are intervals, and
    ``payoffs_follow`` how those follow that vary with them; ``paths`` : the ways in which chance lets it go, from its first move on,
    each with its probability.
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
        **_for_a_sample(equilibrium),
        "hedge": None if equilibrium.hedge is None else json_number(equilibrium.hedge),
        "paths": [
            {
                "probability": json_number(path.probability),
                "steps": [_step(step) for step in path.steps],
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


def _for_a_sample(equilibrium: ContinuousEquilibrium) -> dict[str, Any]:
    """Where whole intervals may be chosen: the numbers of them that the rest is told for, and payoffs that vary with these."""
    if not any(isinstance(value, tuple) for value in equilibrium.choices.values()):
        return {}
    return {
        "sample": {name: json_number(value) for name, value in equilibrium.sample.items()},
        "payoffs_follow": {player: followed_text(value) for player, value in equilibrium.along.items()},
    }


def _chosen(value: Any) -> Any:
    if isinstance(value, tuple):
        return [json_number(end) for end in value]
    return _number(value)


def _step(step: Step) -> dict[str, Any]:
    """What is done on a path: an action, a number, or an interval from which a number is drawn."""
    decision, done = step
    if isinstance(done, str):
        return {"decision": decision, "action": done}
    if isinstance(done, tuple):
        return {
            "decision": decision,
            **{key: _number(end) for key, end in zip(("from", "to"), done, strict=True)},
        }
    return {"decision": decision, "number": _number(done)}


def _number(value: Any) -> Any:
    """A number, or how it follows from others as text."""
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
            case Uniform(name, low, high):
                ends = {"from": ratio_text(low, names), "to": ratio_text(high, names)}
                nodes.append({"label": name, "player": "chance", "uniform": ends})
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
