"""Pictures of a game for its page, as SVG in pieces: the game solved at a point, or one of its paths of play, payoffs as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hedging_games.figures.answers import drawing_of
from hedging_games.figures.asked import Asked
from hedging_games.figures.drawing import points_of
from hedging_games.figures.matrices import matrix
from hedging_games.figures.pieces import pieces
from hedging_games.figures.trees import tree, tree_scene
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.model.model import Model


def of_model(model: Model) -> list[str]:
    """The matrix or the tree, payoffs as formulas."""
    simultaneous = not (model.is_over_time or model.is_continuous) and model.symbolic().form.is_simultaneous
    return pieces((matrix if simultaneous else tree)(model).scene)


def of_answer(found: Any) -> list[str]:
    """The game with the equilibria that were found."""
    return pieces(drawing_of(found).scene)


def of_paths(model: Model, labels: Sequence[str]) -> dict[str, list[str]]:
    """For each path of play by its label (`analysis.sweep.derived.paths_of_play`): the tree with what is played on it, and nothing off it."""
    game = model.symbolic()
    return {label: _path(model, game, label) for label in labels}


def _path(model: Model, game: Game, label: str) -> list[str]:
    profile = MixedProfile(game.form, _played(game.form, label.split(" | ")))
    asked = Asked(game, (profile,), (f"on the path {label}",), model=model)
    return pieces(tree_scene(asked, points_of("text")))


def _played(form: Form, ends: Sequence[str]) -> np.ndarray:
    """Slots of players on the way to these ends: one; all others: zero."""
    found = np.zeros(form.slot_count, dtype=object)
    for terminal in form.terminals:
        history = int(terminal)
        if form.history_labels[history] in ends:
            while history > 0:
                slot = int(form.last_slot[history])
                found[slot] = int(form.player_of_slot[slot] != CHANCE)
                history = int(form.parent[history])
    return found
