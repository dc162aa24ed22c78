"""Games as text for people: payoff tables, trees, and what each player knows."""

from __future__ import annotations

from hedging_games.algebra.numbers import shown_number
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.layout import page

MOST_OUTCOMES = 60
"""Terminal histories shown, on a page that is not full, before the rest is only counted."""


def game_text(game: Game) -> str:
    """The title, the information sets with their actions, and every outcome with its payoffs."""
    form = game.form
    lines = [game.title or game.name or "game", f"players: {', '.join(form.players)}"]
    for s in form.information_sets:
        who = "chance" if s.player == CHANCE else form.players[s.player]
        lines.append(f"  {s.label} ({who}): {', '.join(s.actions)}")
    lines.append("outcomes:")
    shown = len(form.terminals) if page().full else MOST_OUTCOMES
    for z, history in enumerate(form.terminals[:shown]):
        worth = ", ".join(shown_number(value) for value in game.payoffs[:, z])
        mark = "  [hedge]" if game.hedge is not None and game.hedge[z] else ""
        lines.append(f"  {form.history_labels[history]}: ({worth}){mark}")
    if len(form.terminals) > shown:
        lines.append(f"  ... and {len(form.terminals) - shown} more")
    return "\n".join(lines)
