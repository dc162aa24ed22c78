"""Game trees: who moves when and knows what, what each end is worth, and what is played in equilibrium."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hedging_games.figures.asked import Asked, Shown, Wanted, asked, made_from, payoff_line, remarks, slot_probabilities
from hedging_games.figures.charts import LEGEND_SIZE, MARGIN, Entry
from hedging_games.figures.continuous_outline import continuous_outline
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.finite_outline import finite_outline
from hedging_games.figures.lettering import height_of, widest_word, wrapped
from hedging_games.figures.outline import Node, count, fold, nodes_of
from hedging_games.figures.pages import Block, heading, key, moved, page
from hedging_games.figures.palette import PATHS, player_colour
from hedging_games.figures.scene import INK, Item, Scene, Text
from hedging_games.figures.tree_items import DrawnTree, draw_tree
from hedging_games.figures.tree_layout import reorder
from hedging_games.figures.tree_texts import WIDTH_ON_PATH, TreeTexts
from hedging_games.games.continuous import ContinuousGame
from hedging_games.games.game import Game
from hedging_games.games.markov import MarkovGame
from hedging_games.theory.reactions_text import followed_text, reaction_lines
from hedging_games.theory.repeated import RepeatedPath

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZES: Final = (7.5, 7.0, 6.5, 6.0)
"""Sizes of letters, the first that fits is taken; smaller ones are hard to read."""

INDENT: Final = 20.0
"""Where formulas begin, right of their numbers."""


def tree(shown: Shown, *, equilibria: Wanted = None, width: Width = "text", ax: Axes | None = None) -> Drawing:
    """Draw a game tree, from left to right.

    Parameters
    ----------
    shown : a model (payoffs as formulas), a game (payoffs as numbers), or what `solve` found (with its equilibria).
    equilibria : True for those that `solve` finds (of a model: at the baseline), or the ones to draw: an answer of `solve`, or
        equilibria and profiles of this game. Each is a path in bold with a colour and dashes of its own; what it chooses off its path
        is thin with an arrow. At most six are drawn, and the rest is counted.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches). A tree that does not fit with letters of six points is wider.
    ax : matplotlib axes to draw into, instead of a new figure.

    Returns
    -------
    Drawing
        ``figure, axes = hg.tree(model)``, or ``hg.tree(model).save("tree.pdf")``.

    Nodes that a player cannot tell apart are in one dashed outline. It crosses no branch; where none can be drawn, dashed links go around what
    stands between, and the legend says so. A continuous choice is a fan with its ends. Larger trees than 200 nodes are folded: a
    triangle says how many ends it hides. A game over time has a tree for each state.

    Raises
    ------
    InputError
        For what is no model, game or answer, for equilibria of another game, for an unknown width, and if matplotlib is missing.
    """
    return drawn(tree_scene(asked(shown, equilibria), points_of(width)), ax)


def tree_scene(what: Asked, width: float) -> Scene:
    """The scene of a tree on a page of so many points; wider if need be."""
    parts = list(_parts(what))
    folded = [(count(part.root), fold(part.root)) for part in parts]
    fitted: list[DrawnTree] = []
    texts: list[TreeTexts] = []
    for part in parts:
        start = 1 + sum(len(before.numbered) for before in texts)
        laid, written = _fitted(part.root, what.game.players, width - 2 * MARGIN, start)
        fitted.append(laid)
        texts.append(written)
    wide = max(width, *(laid.box[2] - laid.box[0] + 2 * MARGIN for laid in fitted))
    room = wide - 2 * MARGIN
    blocks = [heading(what.title, room), payoff_line(what.game.players, room)]
    for part, laid in zip(parts, fitted, strict=True):
        blocks += [heading(part.heading, room, size=8.0)] if part.heading else []
        blocks.append(_block(laid))
    blocks += [_numbered_payoffs(texts, room), key(list(_entries(what, parts, fitted, folded)), room)]
    return page(
        wide,
        blocks,
        title=f"{what.title}: game tree",
        description=_description(what, parts),
        provenance=made_from("tree", what.point or what.game),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    root: Node
    heading: str = ""


def _parts(what: Asked) -> Iterator[_Part]:
    """The trees to draw: one, or one for each state of a game over time."""
    game = what.game
    if isinstance(game, Game):
        yield _Part(finite_outline(game, slot_probabilities(what.equilibria), model=what.model))
    elif isinstance(game, ContinuousGame):
        yield _Part(continuous_outline(game, what.equilibria, what.model if game.open_parameters else None))
    else:
        for state, stage in enumerate(game.stages):
            played = [_in_state(game, equilibrium, state) for equilibrium in what.equilibria]
            said = "every period" if game.is_repeated else f"in {game.states[state]}"
            yield _Part(finite_outline(stage, played, _then(game, state)), said)


def _in_state(game: MarkovGame, equilibrium: Any, state: int) -> np.ndarray:
    """What an equilibrium does in the period of a state: probabilities of its slots."""
    if not isinstance(equilibrium, RepeatedPath):
        return np.asarray(equilibrium.profiles[state].probabilities)
    form = game.stages[state].form
    found = np.full(form.slot_count, 0, dtype=object)
    for number, information_set in enumerate(form.information_sets):
        mixture = equilibrium.said.get(information_set.label, {})
        for slot, action in zip(form.slots(number), information_set.actions, strict=True):
            found[slot] = mixture.get(action, 0)
    return found


def _then(game: MarkovGame, state: int) -> list[str]:
    """After each end of a period: where play goes on."""
    if game.is_repeated and not (game.moves[state].sum(axis=1) != 1).any():
        return [""] * len(game.moves[state])
    return [_next_text(game, row) for row in game.moves[state]]


def _next_text(game: MarkovGame, odds: np.ndarray) -> str:
    ways = [(game.states[k], p) for k, p in enumerate(odds) if p != 0]
    left = 1 - sum(odds)
    ways += [("end", left)] if left != 0 else []
    if len(ways) == 1:
        return f"→ {ways[0][0]}"
    return "→ " + ", ".join(f"{where} ({followed_text(p)})" for where, p in ways)


# --- fitting a page ------------------------------------------------------------------------------------------------------


def _fitted(root: Node, players: Sequence[str], room: float, start: int) -> tuple[DrawnTree, TreeTexts]:
    """The tree in the first way of writing it that fits; payoffs that do not are numbered, from ``start`` on."""
    reorder(root)
    narrowest: tuple[DrawnTree, TreeTexts] | None = None
    for texts in _settings(root, players, room, start):
        laid = draw_tree(texts)
        if laid.box[2] - laid.box[0] <= room:
            return laid, texts
        if narrowest is None or laid.box[2] < narrowest[0].box[2]:
            narrowest = laid, texts
    assert narrowest is not None
    return narrowest


def _settings(root: Node, players: Sequence[str], room: float, start: int) -> Iterator[TreeTexts]:
    """Ever narrower ways to write what stands in a tree. Words are never broken."""
    nodes = list(nodes_of(root))
    payoffs = dict.fromkeys(node.payoffs for node in nodes if node.payoffs)
    formulas = [*players, *(f"{payoff}:" for end in payoffs for payoff in end)]
    labels = [branch.label for node in nodes for branch in node.branches]
    for compact in (False, True):
        for size in SIZES[: 4 if compact else 2]:
            yield TreeTexts(root, players, size, stacked=False, room=room, compact=compact)
        for share in (0.5, 0.33, 0.22):
            for size in SIZES[: 4 if compact else 2]:
                wide = max(share * room, widest_word(formulas, size))
                yield TreeTexts(root, players, size, stacked=True, room=wide, compact=compact)
    numbered = {end: k for k, end in enumerate(payoffs, start=start)}
    for share in (1.0, 0.5, 0.3, 0.2, 0.1):
        for size in SIZES:
            wide = max(share * room, widest_word(labels, size))
            yield TreeTexts(
                root, players, size, stacked=False, room=room, label_room=wide, compact=True, numbered=numbered
            )


def _numbered_payoffs(all_texts: Sequence[TreeTexts], room: float) -> Block:
    """What the numbers in brackets stand for: for each a line a player."""
    items: list[Item] = []
    y = 0.0
    for texts in all_texts:
        for payoffs, number in texts.numbered.items():
            items.append(Text((0.0, y), f"({number})", "below right", LEGEND_SIZE))
            for player, (name, payoff) in enumerate(zip(texts.players, payoffs, strict=True)):
                words = wrapped(f"{name}: {payoff}", LEGEND_SIZE, room - INDENT)
                colour = player_colour(player)
                items.append(Text((INDENT, y), words, "below right", LEGEND_SIZE, colour=colour, maths=True))
                y -= height_of(words, LEGEND_SIZE)
            y -= 2
    return Block(tuple(items), -y)


def _block(laid: DrawnTree) -> Block:
    left, low, _, high = laid.box
    return Block(moved(laid.items, -left, -high), high - low)


# --- what stands around a tree -------------------------------------------------------------------------------------------


def _entries(
    what: Asked, parts: Sequence[_Part], laid: Sequence[DrawnTree], folded: Sequence[tuple[int, int]]
) -> Iterator[Entry]:
    for k, text in enumerate(what.texts):
        yield Entry(f"equilibrium {k}: {text}", line=(*PATHS[k % len(PATHS)], WIDTH_ON_PATH))
        if isinstance(what.game, ContinuousGame):
            lines = list(reaction_lines(what.game, what.equilibria[k]))
            yield from map(Entry, lines if len(what.texts) == 1 else ["; ".join(lines)])
    yield from remarks(what)
    if what.texts:
        yield Entry("bold: played in equilibrium; thin with an arrow: chosen where the equilibrium does not lead")
    nodes = [node for part in parts for node in nodes_of(part.root)]
    if any(node.has_event for node in nodes):
        yield Entry(_event_text(what), mark=("diamond", INK))
    if any(branch.is_range for node in nodes for branch in node.branches):
        yield Entry("a fan: any number between the two ends")
    if linked := list(dict.fromkeys(told for tree in laid for told in tree.linked)):
        yield Entry(f"joined by dashed links: the information sets {'; '.join(linked)}")
    if any(hidden for _, hidden in folded):
        total = sum(nodes for nodes, _ in folded)
        yield Entry(f"triangles are folded parts: of {total} nodes {len(nodes)} are drawn")


def _event_text(what: Asked) -> str:
    return (
        f"the event: {what.model.hedge}"
        if what.model is not None and what.model.hedge is not None
        else "the event of interest"
    )


def _description(what: Asked, parts: Sequence[_Part]) -> str:
    """The tree in words, for those who cannot see it: moves and ends, then the equilibria."""
    players = ", ".join(what.game.players)
    moves = "; ".join(dict.fromkeys(_move_text(node) for part in parts for node in nodes_of(part.root) if node.name))
    ends = sum(node.is_end for part in parts for node in nodes_of(part.root))
    said = [f"A game tree with the players {players} and {ends} ends.", f"Moves: {moves}." if moves else ""]
    said += [f"Equilibrium {k}: {text}." for k, text in enumerate(what.texts)]
    return " ".join(piece for piece in said if piece)


def _move_text(node: Node) -> str:
    return f"{node.name} chooses among {', '.join(branch.label for branch in node.branches)}"
