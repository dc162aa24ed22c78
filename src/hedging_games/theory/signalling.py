"""Signalling games (Spence 1973; Cho and Kreps 1987) recognised in a tree: types, messages, responses.

Chance draws the sender's type; the sender, who knows it, sends a message; the receiver, who sees the message alone,
responds. Here a message is an information set of a receiver, so that messages of different names that look alike count as
one; actions of the sender that end the game are messages to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.polyhedron import vertices
from hedging_games.games.form import CHANCE, TERMINAL
from hedging_games.games.game import Game
from hedging_games.theory.layers import expected_after


@dataclass(frozen=True, slots=True)
class Message:
    """A message and what may follow it.

    Attributes
    ----------
    information_set : where the receiver responds, and ``receiver``, the player who does; None for both if nobody does.
    senders : type to the slot with which it sends the message.
    sender_worth, receiver_worth : by type, what each response is worth (one number where nobody responds).
    """

    information_set: int | None
    receiver: int | None
    senders: Mapping[int, int]
    sender_worth: Mapping[int, tuple[Fraction, ...]]
    receiver_worth: Mapping[int, tuple[Fraction, ...]]


@dataclass(frozen=True, slots=True)
class SignallingGame:
    """The ``sender``'s types, as information sets (numbered from 0 here) with their names and prior probabilities, and the
    messages.
    """

    sender: int
    types: tuple[int, ...]
    names: tuple[str, ...]
    prior: tuple[Fraction, ...]
    messages: tuple[Message, ...]


def as_signalling(game: Game) -> SignallingGame | None:
    """The signalling game that a tree is; None if it is none."""
    form = game.form
    root = int(form.decided_at[0])
    if root == TERMINAL or form.information_sets[root].player != CHANCE:
        return None
    heads = form.children[0]
    sets = [int(form.decided_at[x]) for x in heads]
    if TERMINAL in sets or len(set(sets)) != len(sets) or any(len(form.histories_of[s]) > 1 for s in sets):
        return None
    owners = {form.information_sets[s].player for s in sets}
    if len(owners) != 1 or CHANCE in owners:
        return None
    sender = owners.pop()
    grouped: dict[Any, dict[int, int]] = {}
    for t, x in enumerate(heads):
        for slot, y in zip(form.slots(sets[t]), form.children[x], strict=True):
            decided = int(form.decided_at[y])
            name = ("end", form.action_of_slot[slot]) if decided == TERMINAL else decided
            if t in grouped.setdefault(name, {}):
                return None
            grouped[name][t] = slot
    if not all(_is_response(game, name, senders, sender) for name, senders in grouped.items()):
        return None
    prior = tuple(game.chance[slot] for slot in form.slots(root))
    names = tuple(form.action_of_slot[slot] for slot in form.slots(root))
    messages = tuple(_message(game, name, senders, sender) for name, senders in grouped.items())
    return SignallingGame(sender, tuple(sets), names, prior, messages)


def _after(game: Game, slot: int) -> int:
    """The history after a type's message."""
    form = game.form
    x = int(form.histories_of[int(form.set_of_slot[slot])][0])
    return form.children[x][slot - form.slots(int(form.set_of_slot[slot]))[0]]


def _is_response(game: Game, name: Any, senders: Mapping[int, int], sender: int) -> bool:
    """Whether after a message one other player decides, once, and then at most chance."""
    form = game.form
    if isinstance(name, tuple):
        return True
    after = [_after(game, slot) for slot in senders.values()]
    if form.information_sets[name].player in {CHANCE, sender} or sorted(after) != form.histories_of[name].tolist():
        return False
    later = {int(form.decided_at[z]) for y in after for z in range(y + 1, int(form.end[y]))} - {TERMINAL}
    return all(form.information_sets[s].player == CHANCE for s in later)


def _message(game: Game, name: Any, senders: Mapping[int, int], sender: int) -> Message:
    form = game.form
    if isinstance(name, tuple):
        worth = {t: (expected_after(game, _after(game, slot), sender),) for t, slot in senders.items()}
        return Message(None, None, dict(senders), worth, {t: (game.arithmetic.number(0),) for t in senders})
    receiver = form.information_sets[name].player
    children = {t: form.children[_after(game, slot)] for t, slot in senders.items()}
    paid = [
        {t: tuple(expected_after(game, y, player) for y in found) for t, found in children.items()}
        for player in (sender, receiver)
    ]
    return Message(name, receiver, dict(senders), paid[0], paid[1])


def largest_best_sets(worth: Sequence[Sequence[Fraction]], *, check: Check = no_check) -> tuple[frozenset[int], ...]:
    """The largest sets of responses that are best together against some belief.

    ``worth`` has a row of payoffs, by response, for each extreme belief; beliefs are their mixtures. The sets belong to the
    vertices of the polyhedron of beliefs and levels that no response exceeds.
    """
    beliefs, responses = len(worth), len(worth[0])
    rows = [[Fraction(int(j == k)) for j in range(beliefs + 1)] + [Fraction(0)] for k in range(beliefs)]
    rows += [[*(-row[r] for row in worth), Fraction(1), Fraction(0)] for r in range(responses)]
    found = vertices(rows, [[*[Fraction(1)] * beliefs, Fraction(0), Fraction(-1)]], check=check)
    best = {frozenset(k - beliefs for k in tight if k >= beliefs) for tight in found.tight}
    return tuple(sorted((b for b in best if not any(b < other for other in best)), key=sorted))
