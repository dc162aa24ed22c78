"""How many equilibria an answer lists one by one."""

from __future__ import annotations

from typing import Final

from hedging_games.games.game import Game

MAX_LISTED: Final = 2_000
"""Equilibria that are listed one by one."""

MAX_CELLS: Final = 500_000
"""Probabilities in all the equilibria that are listed one by one: of a large tree fewer are listed."""

MAX_PATH_CELLS: Final = 4_000_000
"""Probabilities in all the equilibria that stand for paths of play."""


def listing_limit(game: Game) -> int:
    """How many equilibria of a game are listed one by one at most, before they are grouped."""
    return max(1, min(MAX_LISTED, MAX_CELLS // max(1, game.form.slot_count)))


def path_limit(game: Game) -> int:
    """How many paths of play are listed at most, each with one equilibrium."""
    return max(1, min(MAX_LISTED, MAX_PATH_CELLS // max(1, game.form.slot_count)))
