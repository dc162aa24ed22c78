"""What a page draws: the game as lists, and figures as pictures that lie in the page."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from hedging_games.algebra.numbers import shown_number
from hedging_games.figures.drawing import Drawing
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame
from hedging_games.report.display.pages import page_of

MOST_HISTORIES = 150
"""Histories up to which a game is drawn as a tree of lists."""

MOST_ROWS = 150
"""Rows of a table on a page."""


def figure(drawing: Drawing, caption: str) -> str:
    """A drawing as a picture that lies in the page itself, with its description in words."""
    scene = drawing.scene
    data = b64encode(drawing.svg().encode()).decode()
    said = f"{scene.title}. {scene.description}" if scene.description else scene.title
    picture = f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(said, quote=True)}">'
    return f"<figure>\n{picture}\n<figcaption>{escape(caption)}</figcaption>\n</figure>"


def game_drawn(game: AnyGame) -> str:
    """The game at its point: a tree as nested lists; as a table where it is a matrix, or too large; else as text."""
    if isinstance(game, Game) and not game.form.is_simultaneous and len(game.form.parent) <= MOST_HISTORIES:
        return _tree(game)
    return page_of(game).html(MOST_ROWS, heading="h3")


def _tree(game: Game) -> str:
    form = game.form
    hidden = any(len(form.histories_of[k]) > 1 for k in range(len(form.information_sets)))
    same = (
        "<p>Where the same name stands at several places, whoever decides there cannot tell them apart.</p>"
        if hidden
        else ""
    )
    worth = f"<p>Payoffs in brackets: {escape(', '.join(form.players))}.</p>"
    return f'<h3>The tree</h3>\n<ul class="tree">\n<li>{_below(game, 0)}</li>\n</ul>\n{worth}{same}'


def _below(game: Game, history: int) -> str:
    """What is decided at a history, with its continuations as a list; at the end what it is worth."""
    form = game.form
    if form.decided_at[history] < 0:
        return _worth(game, history)
    who = escape(_decision(form, history))
    items = "".join(f"<li>{_action(game, child)} {_below(game, child)}</li>\n" for child in form.children[history])
    return f"<span>{who}</span>\n<ul>\n{items}</ul>"


def _decision(form: Form, history: int) -> str:
    decided = form.information_sets[int(form.decided_at[history])]
    return f"{decided.label} ({'chance' if decided.player == CHANCE else form.players[decided.player]})"


def _action(game: Game, history: int) -> str:
    slot = int(game.form.last_slot[history])
    chance = game.form.player_of_slot[slot] == CHANCE
    probability = f" with probability {shown_number(game.chance[slot])}" if chance else ""
    return f"<strong>{escape(game.form.action_of_slot[slot])}</strong>{escape(probability)}:"


def _worth(game: Game, history: int) -> str:
    z = [int(h) for h in game.form.terminals].index(history)
    worth = f"({', '.join(shown_number(value) for value in game.payoffs[:, z])})"
    return escape(worth) + (" (the event)" if game.hedge is not None and game.hedge[z] else "")
