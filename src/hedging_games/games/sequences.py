"""The sequence form of a tree for two players (von Stengel 1996): as large as the tree, where the table of plans grows exponentially.

A *sequence* is the empty one or a player's own actions up to an information set and one action there; with perfect recall (Kuhn 1953) its
last slot names it. A *realisation plan* gives each sequence the probability that the player's own choices give it: 1 to the empty one,
and at each information set the weights of the actions sum to the weight of the sequence that leads there. Expected payoffs are
bilinear in the two players' realisation plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hedging_games.algebra.numbers import whole_numbers
from hedging_games.games.form import Form
from hedging_games.games.game import Game
from hedging_games.games.reductions import chance_of_terminals


@dataclass(frozen=True, eq=False)
class Sequences:
    """The sequences of one player.

    Attributes
    ----------
    player : the player's number. slots : the last slot of each sequence, -1 for the empty one, which comes first. before : by information
        set, earlier ones first, the sequence that leads there. actions : by information set the sequences that end there.
    """

    player: int
    slots: tuple[int, ...]
    before: tuple[int, ...]
    actions: tuple[range, ...]

    def __len__(self) -> int:
        return len(self.slots)

    @cached_property
    def constraints(self) -> np.ndarray:
        """Shape (1 + information sets, sequences): realisation plans are the x >= 0 with ``constraints @ x = (1, 0, ..., 0)``."""
        rows = np.zeros((1 + len(self.actions), len(self)), dtype=int)
        rows[0, 0] = 1
        for k, (before, here) in enumerate(zip(self.before, self.actions, strict=True), start=1):
            rows[k, before] = -1
            rows[k, here] = 1
        return rows


def sequences_of(form: Form, player: int) -> Sequences:
    """The sequences of a player of a form."""
    sets = sorted(form.sets_of(player), key=lambda s: int(form.histories_of[s][0]))
    place, slots, before, actions = {-1: 0}, [-1], [], []
    for s in sets:
        before.append(place[int(form.own_parent_slot[s])])
        actions.append(range(len(slots), len(slots) + len(form.slots(s))))
        for slot in form.slots(s):
            place[slot] = len(slots)
            slots.append(slot)
    return Sequences(player, tuple(slots), tuple(before), tuple(actions))


def sequence_payoffs(game: Game, of: int, first: Sequences, second: Sequences) -> np.ndarray:
    """Shape (first's sequences, second's): what the terminal histories with these last sequences are worth to player ``of``, times
    chance's odds, and times a number that makes them whole.

    The payoffs must be fractions, and nobody else may have a choice.
    """
    form = game.form
    worth, _ = whole_numbers((game.payoffs[of] * chance_of_terminals(game)).tolist())
    ends = tuple(_places(s)[form.own_last_slot(s.player)[form.terminals]] for s in (first, second))
    table = np.zeros((len(first), len(second)), dtype=object)
    np.add.at(table, ends, np.array(worth, dtype=object))
    return table


def _places(sequences: Sequences) -> np.ndarray:
    """The place of the sequence that ends with a slot; that of the empty one at -1, the last entry."""
    places = np.zeros(max(sequences.slots) + 2, dtype=int)
    for place, slot in enumerate(sequences.slots):
        places[slot] = place
    return places


def realised(sequences: Sequences, weights: Sequence[Any]) -> tuple[Any, ...]:
    """The realisation weight of each slot of the player, in the order of the slots."""
    by_slot = dict(zip(sequences.slots, weights, strict=True))
    return tuple(by_slot[slot] for slot in sorted(by_slot) if slot >= 0)
