"""Gambit's trees (``.efg``, "EFG 2"): nodes in prefix order, information sets and outcomes described where they are
first mentioned, and payoffs at inner nodes, which add up along the path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from hedging_games.errors import ModelFileError
from hedging_games.formats.labels import distinct, set_labels
from hedging_games.formats.lexer import CLOSE, END, OPEN, TEXT, WORD, Tokens, shorten
from hedging_games.formats.opening import check_size, read_opening, read_payoffs
from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet
from hedging_games.games.game import Game, game_on

Payoffs = tuple[Fraction, ...]
"""What an outcome is worth to each player."""

_NODE_KINDS: Final = "'c' for chance, 'p' for a player, or 't' for an end"


@dataclass(frozen=True, slots=True)
class _FileSet:
    """An information set as the file describes it, ``start`` being the offset of the description."""

    player: int
    number: int
    label: str
    actions: tuple[str, ...]
    probabilities: tuple[Fraction, ...]
    start: int


@dataclass(slots=True)
class _Tree:
    """What has been read: for each history its predecessor, which action led to it (-1 at the start), the place in
    ``sets`` of the set that decides there (`TERMINAL` at an end), and what the play so far is worth. ``known`` finds a
    set by player and number, ``outcomes`` the payoffs and the offset of an outcome by its number.
    """

    players: tuple[str, ...]
    parent: list[int] = field(default_factory=list)
    action: list[int] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    worth: list[Payoffs] = field(default_factory=list)
    sets: list[_FileSet] = field(default_factory=list)
    known: dict[tuple[int, int], int] = field(default_factory=dict)
    outcomes: dict[int, tuple[Payoffs, int]] = field(default_factory=dict)


def parse_efg(text: str, file: str = "game.efg") -> Game:
    """The game that a text in Gambit's ``.efg`` format describes, in exact numbers.

    Information sets stand in the order chance, first player, second player, ..., and each one's in the order in which
    the file first mentions them. They keep their labels as far as these tell them apart (see `labels.set_labels`), and
    so do actions (see `labels.distinct`). ``file`` is what messages call the text.

    Raises
    ------
    ModelFileError
        With line, column and remedy, if the text is not such a game, is too large, or a player in it forgets.
    """
    tokens = Tokens(text, file, "efg")
    title, players = read_opening(tokens, "EFG", "2")
    if tokens.kind == TEXT:
        tokens.advance()  # the comment
    tree = _Tree(players)
    _read_nodes(tokens, tree)
    if tokens.kind != END:
        raise tokens.refusal(
            "the tree is complete, but more follows",
            "remove the rest, or mend the actions of an earlier node: one node follows for each of them",
        )
    return _game(tokens, tree, title)


# --- nodes ---------------------------------------------------------------------------------------------------------


def _read_nodes(tokens: Tokens, tree: _Tree) -> None:
    """Read the whole tree. ``waiting`` holds, from the start down, the histories on the way and their next action."""
    waiting: list[tuple[int, int]] = [(-1, -1)]
    while waiting:
        parent, action = waiting.pop()
        decided = TERMINAL if parent < 0 else tree.decided[parent]
        if parent >= 0 and action + 1 < len(tree.sets[decided].actions):
            waiting.append((parent, action + 1))
        if tokens.kind == END:
            raise _missing_node(tokens, tree, parent, action)
        history = len(tree.parent)
        check_size(tokens, history + 1, len(tree.players), tokens.start)
        tree.parent.append(parent)
        tree.action.append(action)
        tree.decided.append(_read_move(tokens, tree))
        before = tree.worth[parent] if parent >= 0 else (Fraction(0),) * len(tree.players)
        tree.worth.append(_worth(tokens, tree, before))
        if tree.decided[history] != TERMINAL:
            waiting.append((history, 0))


def _worth(tokens: Tokens, tree: _Tree, before: Payoffs) -> Payoffs:
    """What the play up to and with a node is worth: what it was ``before``, and the node's outcome."""
    start = tokens.start
    here = _read_outcome(tokens, tree)
    if here is None:
        return before
    if not any(before):
        return here
    total = tuple(a + b for a, b in zip(before, here, strict=True))
    for number in total:
        tokens.check_sum(number, start)
    return total


def _missing_node(tokens: Tokens, tree: _Tree, parent: int, action: int) -> ModelFileError:
    if parent < 0:
        return tokens.refusal("the file ends before the first node", f"write a node: {_NODE_KINDS}")
    there = tree.sets[tree.decided[parent]]
    line = tokens.place(there.start).line
    return tokens.refusal(
        f"the tree breaks off: nothing follows the action {shorten(repr(there.actions[action]))}"
        f" of the information set on line {line}",
        'add the missing nodes, one for each action; an end without payoffs is: t "" 0',
    )


def _read_move(tokens: Tokens, tree: _Tree) -> int:
    """A node up to its outcome: the set that decides there, or `TERMINAL`."""
    if tokens.kind != WORD or tokens.text not in {"c", "p", "t"}:
        raise tokens.unexpected(f"a node ({_NODE_KINDS})")
    kind = tokens.take(WORD, "a node")
    tokens.take(TEXT, "the node's label in quotes")
    if kind == "t":
        return TERMINAL
    player = CHANCE
    if kind == "p":
        start = tokens.start
        player = tokens.take_integer("the number of the player who moves") - 1
        if not 0 <= player < len(tree.players):
            raise tokens.refusal(
                f"there is no player {shorten(str(player + 1))}", f"write a number from 1 to {len(tree.players)}", start
            )
    start = tokens.start
    number = tokens.take_integer("the number of the information set")
    at = tree.known.get((player, number))
    if tokens.kind == TEXT:
        described = _read_description(tokens, player, number, start)
        if at is None:
            at = tree.known[player, number] = len(tree.sets)
            tree.sets.append(described)
        else:
            _check_same(tokens, tree.sets[at], described)
    elif at is None:
        raise tokens.refusal(
            f"information set {shorten(str(number))} is not described",
            "give its label and its actions where it is first mentioned",
            start,
        )
    return at


def _read_description(tokens: Tokens, player: int, number: int, start: int) -> _FileSet:
    """``"label" { "action" ... }``, with a probability after each action of chance."""
    label = tokens.take_label("the information set's label in quotes")
    tokens.take(OPEN, "'{' and the actions")
    actions, probabilities, total = [], [], Fraction(0)
    while tokens.kind == TEXT:
        actions.append(tokens.take_label("an action"))
        if player == CHANCE:
            probabilities.append(_read_probability(tokens, actions[-1]))
            total += probabilities[-1]
            tokens.check_sum(total, start)
    if not actions:
        raise tokens.unexpected("an action in quotes")
    tokens.take(CLOSE, "another action in quotes, or '}'")
    if player == CHANCE and total != 1:
        raise tokens.refusal(
            f"the probabilities sum to {shorten(str(total))}",
            "let them sum to 1 exactly: write 1/3, not 0.333333",
            start,
        )
    return _FileSet(player, number, label, distinct(actions), tuple(probabilities), start)


def _read_probability(tokens: Tokens, action: str) -> Fraction:
    start = tokens.start
    probability = tokens.take_number(f"the probability of {shorten(repr(action))}")
    if probability < 0:
        raise tokens.refusal(
            f"the probability of {shorten(repr(action))} is negative", "write a number from 0 to 1", start
        )
    return probability


def _check_same(tokens: Tokens, first: _FileSet, again: _FileSet) -> None:
    """Refuse a set that is described a second time, and differently."""
    differing = [
        what
        for what, one, other in (
            ("label", first.label, again.label),
            ("actions", first.actions, again.actions),
            ("probabilities", first.probabilities, again.probabilities),
        )
        if one != other
    ]
    if differing:
        raise tokens.refusal(
            f"information set {shorten(str(again.number))} has other {' and '.join(differing)}"
            f" than on line {tokens.place(first.start).line}",
            "describe a set once, or always alike; give different sets different numbers",
            again.start,
        )


def _read_outcome(tokens: Tokens, tree: _Tree) -> Payoffs | None:
    """``3 "name" { 1, 2 }`` or, if described before, ``3``; 0 is no outcome. Names do not matter."""
    start = tokens.start
    number = tokens.take_integer("the number of the node's outcome (0 for none)")
    if tokens.kind not in {TEXT, OPEN}:
        if number == 0:
            return None
        if number not in tree.outcomes:
            raise tokens.refusal(
                f"outcome {shorten(str(number))} is not described",
                'give its name and payoffs where it is first mentioned: 1 "name" { 2, 3 }',
                start,
            )
        return tree.outcomes[number][0]
    if number == 0:
        raise tokens.refusal("outcome 0 means that there is none", "number outcomes with payoffs from 1", start)
    if tokens.kind == TEXT:
        tokens.advance()
    tokens.take(OPEN, "'{' and a payoff for each player")
    worth = read_payoffs(tokens, tree.players)
    known, line = tree.outcomes.setdefault(number, (worth, start))
    if known != worth:
        raise tokens.refusal(
            f"outcome {shorten(str(number))} has other payoffs than on line {tokens.place(line).line}",
            "describe an outcome once, or always alike; give different outcomes different numbers",
            start,
        )
    return worth


# --- the game ------------------------------------------------------------------------------------------------------


def _game(tokens: Tokens, tree: _Tree, title: str) -> Game:
    """The game of a complete tree: sets sorted by player, slots numbered, payoffs of the terminal histories."""
    order = sorted(range(len(tree.sets)), key=lambda k: tree.sets[k].player)
    sets = [tree.sets[k] for k in order]
    owners = ["chance" if s.player == CHANCE else tree.players[s.player] for s in sets]
    labels = set_labels([s.label for s in sets], [s.number for s in sets], owners)
    sorted_to = np.full(len(sets) + 1, TERMINAL)  # the last entry serves TERMINAL, which is -1
    sorted_to[order] = np.arange(len(sets))
    first_slot = np.concatenate([[0], np.cumsum([len(s.actions) for s in sets])]).astype(int)
    parent, decided_at = np.array(tree.parent), sorted_to[tree.decided]
    last_slot = first_slot[decided_at[parent]] + np.array(tree.action)
    last_slot[0] = -1
    form = Form(
        tree.players,
        tuple(InformationSet(label, s.player, s.actions, label) for label, s in zip(labels, sets, strict=True)),
        parent,
        last_slot,
        decided_at,
    )
    _check_memory(tokens, form, sets)
    payoffs = np.empty((len(form.terminals), len(tree.players)), dtype=object)
    payoffs[:] = [tree.worth[history] for history in form.terminals]
    chance = {
        slot: probability
        for k in form.sets_of(CHANCE)
        for slot, probability in zip(form.slots(k), sets[k].probabilities, strict=True)
    }
    return game_on(form.check(), payoffs.T, chance, title=title, name=Path(tokens.file).stem)


def _check_memory(tokens: Tokens, form: Form, sets: list[_FileSet]) -> None:
    """Refuse imperfect recall at the description of the set concerned."""
    forgetful = form.forgetful_set()
    if forgetful is None:
        return
    there = form.information_sets[forgetful]
    player = form.players[there.player]
    raise tokens.refusal(
        f"{player} forgets at {shorten(repr(there.label))} what {player} did or knew before (imperfect recall)",
        "give histories that differ in what the player did or knew information sets of their own",
        sets[forgetful].start,
    )
