"""A game's payoffs as comma-separated values, which a model file takes with ``payoffs: {csv: FILE}``."""

from __future__ import annotations

import csv
import io

from hedging_games.algebra.numbers import number_text
from hedging_games.games.game import Game
from hedging_games.games.named import GameLike, game_of


def csv_text(game: GameLike) -> str:
    """A line for each outcome of a game (or of a model at its baseline): what was chosen at each decision (empty where it was passed over), then ``u(PLAYER)`` for each player.

    Decisions of a model are named as in its file; of other games each information set is a column.

    Raises InputError for games with continuous choices and over time.
    """
    game = game_of(game)
    columns = _columns(game)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*dict.fromkeys(columns), *(f"u({player})" for player in game.players)])
    for z, history in enumerate(game.form.terminals):
        chosen = dict.fromkeys(columns, "")
        at = int(history)
        while game.form.parent[at] >= 0:
            slot = int(game.form.last_slot[at])
            chosen[columns[int(game.form.set_of_slot[slot])]] = game.form.action_of_slot[slot]
            at = int(game.form.parent[at])
        writer.writerow([*chosen.values(), *(number_text(worth) for worth in game.payoffs[:, z])])
    return text.getvalue()


def _columns(game: Game) -> list[str]:
    """By information set the column it is told in."""
    sets = game.form.information_sets
    return [s.decision or s.label for s in sets]
