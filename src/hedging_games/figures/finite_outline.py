"""The outline of a game with finitely many histories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from hedging_games.algebra.expressions.expression import Expression
from hedging_games.algebra.expressions.text import to_text
from hedging_games.algebra.numbers import number_text
from hedging_games.figures.outline import Branch, Node
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.games.values import reach
from hedging_games.model.model import Model
from hedging_games.model.wording import payoffs_after
from hedging_games.theory.reactions_text import followed_text

LONGEST: Final = 18
"""Letters of a probability that is written exactly."""


def finite_outline(
    game: Game, played: Sequence[np.ndarray] = (), then: Sequence[str] = (), model: Model | None = None
) -> Node:
    """The tree of a game, with equilibria given by the probabilities of slots in ``played`` (each of shape (S,)); ``then``, by terminal
    history, says what comes after it.

    Payoffs may be numbers or rational functions of parameters; with a ``model`` they are worded as in its file.
    """
    form = game.form
    reached = [reach(form, _with_chance(game, probabilities)) for probabilities in played]
    ends = {int(h): z for z, h in enumerate(form.terminals)}
    nodes = []
    for history in range(form.history_count):
        here = frozenset(k for k, likely in enumerate(reached) if likely[history] != 0)
        node = Node(reached=here)
        if form.decided_at[history] == TERMINAL:
            z = ends[history]
            worded = _worded(model, form, history) if model is not None else None
            node.payoffs = worded or tuple(worth_text(value) for value in game.payoffs[:, z])
            node.then = then[z] if then else ""
            node.has_event = game.hedge is not None and bool(game.hedge[z])
        else:
            _decides(node, form, int(form.decided_at[history]))
        nodes.append(node)
    for history in range(1, form.history_count):
        slot = int(form.last_slot[history])
        before = nodes[form.parent[history]]
        before.branches.append(_branch(game, slot, nodes[history], played))
    return nodes[0]


def _worded(model: Model, form: Form, history: int) -> tuple[str, ...] | None:
    """The payoffs at the end of a history in the words of the file; None where they cannot be told."""
    sets = ((form.information_sets[form.set_of_slot[slot]], form.action_of_slot[slot]) for slot in form.path(history))
    found = payoffs_after(model.names, model.payoffs, {s.decision: action for s, action in sets})
    return tuple(map(expression_text, found)) if found is not None else None


def expression_text(expression: Expression) -> str:
    """An expression in plain notation, absolute values between bars."""
    return re.sub(r"\babs\(([^()|]*)\)", r"|\1|", to_text(expression))


def _decides(node: Node, form: Form, number: int) -> None:
    information_set = form.information_sets[number]
    node.player = information_set.player
    node.name = "chance" if information_set.player == CHANCE else form.players[information_set.player]
    if information_set.player != CHANCE and len(form.histories_of[number]) > 1:
        node.told = information_set.label


def _branch(game: Game, slot: int, node: Node, played: Sequence[np.ndarray]) -> Branch:
    form = game.form
    label = action_text(form, slot)
    if form.player_of_slot[slot] == CHANCE:
        return Branch(label, node, worth_text(game.chance[slot]))
    chosen = {k: mixed_text(p[slot]) for k, p in enumerate(played) if p[slot] != 0}
    return Branch(label, node, chosen=chosen)


def action_text(form: Form, slot: int) -> str:
    """An action, with its decision where it is a number: ``bid = 3`` (not in a matrix, where it would be the player)."""
    action = form.action_of_slot[slot]
    if action.replace("/", "").replace("-", "").isdigit():
        information_set = form.information_sets[int(form.set_of_slot[slot])]
        decision = information_set.decision or information_set.label
        return action if decision in form.players else f"{decision} = {action}"
    return action


def worth_text(value: Any) -> str:
    """A number, or a formula in parameters, beginning with what it adds where it is a plain sum: ``1 - p``."""
    text = followed_text(value)
    terms = re.findall(r"[+-]?[^+-]+", text.replace(" ", "")) if text.startswith("-") and "(" not in text else []
    first = next((k for k, term in enumerate(terms) if term.startswith("+")), None)
    if first is None:
        return text
    ordered = [terms[first][1:], *terms[:first], *terms[first + 1 :]]
    return str(ordered[0]) + "".join(f" {term[0]} {term[1:]}" for term in ordered[1:])


def mixed_text(probability: Any) -> str:
    """A probability to be written at a branch: nothing where it is one, a decimal where the fraction would be unwieldy."""
    if probability == 1:
        return ""
    text = number_text(probability)
    return text if len(text) <= LONGEST and not isinstance(probability, float) else f"≈ {float(probability):.4g}"


def _with_chance(game: Game, probabilities: np.ndarray) -> np.ndarray:
    """The probabilities with a one at every move of chance that may happen: what may be reached, not how likely."""
    filled = np.array(probabilities, dtype=object)
    of_chance = game.form.player_of_slot == CHANCE
    filled[of_chance] = [int(odds != 0) for odds in game.chance[of_chance]]
    return filled
