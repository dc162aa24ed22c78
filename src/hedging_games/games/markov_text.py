"""A game over time as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from hedging_games.algebra.numbers import number_text
from hedging_games.games.markov import MarkovGame


def game_text(game: MarkovGame) -> str:
    """By state the histories of a period, what they pay, and where they lead."""
    lines = [game.title or game.name or "game", f"players: {', '.join(game.players)}"]
    lines.append("discounts: " + ", ".join(map(number_text, game.discounts)))
    if game.horizon is not None:
        lines.append(f"periods: {game.horizon} at most")
    lines.append(f"start: {game.states[game.start]}")
    if game.myopic:
        lines.append("myopic: " + ", ".join(game.players[k] for k in sorted(game.myopic)))
    lines += [f"a fair coin where equally good: {decision}: {', '.join(coin)}" for decision, coin in game.even.items()]
    if game.sustained:
        lines.append("sustained by: " + ", ".join(game.sustained))
    for state in range(len(game.states)):
        lines += ["", f"in {game.states[state]}:", *(f"  {line}" for line in _stage(game, state))]
    lines += [f"note: {note}" for note in game.notes]
    return "\n".join(lines)


def _stage(game: MarkovGame, state: int) -> Iterator[str]:
    stage = game.stages[state]
    for z, history in enumerate(stage.form.terminals.tolist()):
        worth = ", ".join(map(number_text, stage.payoffs[:, z]))
        taken = stage.form.history_labels[history] if history else "nobody moves"
        yield f"{taken}  ({worth})  {next_text(game, state, z)}"


def next_text(game: MarkovGame, state: int, terminal: int) -> str:
    """Where play goes on after a terminal history, for people."""
    row = game.moves[state][terminal]
    going = [(game.states[t], p) for t, p in enumerate(row) if p != 0]
    if not going:
        return "end"
    return "then " + ", ".join(name if p == 1 else f"{name} with {number_text(p)}" for name, p in going)
