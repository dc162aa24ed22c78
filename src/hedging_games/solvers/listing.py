"""How many equilibria an answer lists one by one."""

from __future__ import annotations

from typing import Final

from hedging_games.games.game import Game

MAX_LISTED: Final = 2_000
"""Equilibria that are listed one by one."""

MAX_CELLS: Final = 4_000_000
"""Probabilities in all the listed equilibria together: of a large tree fewer are listed."""


def listing_limit(game: Game) -> int:
    """How many equilibria of a game are listed at most."""
    return max(1, min(MAX_LISTED, MAX_CELLS // max(1, game.form.slot_count)))
