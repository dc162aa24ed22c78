"""Trees on whose paths at most two decisions of players lie, read as tables: in any arithmetic, with parameters open too.

First decisions are those of a sender, one information set for each type; second ones those of receivers, who know something
of a first decision and of chance. Signalling games are the best-known case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.theory.assessments import personal_sets

NOBODY = -1
"""Stands for a response where nobody responds."""


@dataclass(frozen=True, slots=True)
class Answers:
    """A history at which a second decision is taken: the slot of the ``first`` one, how likely ``chance`` makes the history,
    the players' actions taken as given, and what each response is ``worth`` to its player.
    """

    first: int
    chance: Any
    worth: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """A tree of two layers as tables.

    Attributes
    ----------
    first, second : the information sets.
    sender_worth : first slot to its worth: by second slot, and under `NOBODY` what does not depend on them.
    receiver_worth : second slot to its worth by first slot, weighted by chance.
    likely : second set to how likely chance, by first slot, leads from there to the set.
    answers : second set to what is known of each of its histories.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    sender_worth: Mapping[int, Mapping[int, Any]]
    receiver_worth: Mapping[int, Mapping[int, Any]]
    likely: Mapping[int, Mapping[int, Any]]
    answers: Mapping[int, Mapping[int, Answers]]


def layers_of(form: Form) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The information sets of first and of second decisions; None unless each set is one of the two on all of its paths."""
    before = [0] * form.history_count
    for history in range(1, form.history_count):
        by_player = form.player_of_slot[form.last_slot[history]] != CHANCE
        before[history] = before[form.parent[history]] + int(by_player)
    depth = {s: {before[h] for h in form.histories_of[s].tolist()} for s in personal_sets(form)}
    if any(found not in ({0}, {1}) for found in depth.values()):
        return None
    return tuple(s for s, d in depth.items() if d == {0}), tuple(s for s, d in depth.items() if d == {1})


def hearing_alike(form: Form) -> tuple[tuple[int, ...], ...] | None:
    """The second information sets of a tree that has `layers_of`, those that follow the same first actions together; None if
    some follow a few of the same ones only.

    Mistakes that make first actions more or less likely do so for all who respond to them: consistent beliefs off the path go
    together (Kreps and Wilson 1982).
    """
    layers = layers_of(form)
    assert layers is not None
    first = {slot for s in layers[0] for slot in form.slots(s)}
    alike: dict[frozenset[int], list[int]] = {}
    for j in layers[1]:
        heard = frozenset(slot for h in form.histories_of[j].tolist() for slot in form.path(h) if slot in first)
        alike.setdefault(heard, []).append(j)
    apart = sum(len(heard) for heard in alike) == len(frozenset[int]().union(*alike))
    return tuple(tuple(sets) for sets in alike.values()) if apart else None


def read_layers(game: Game, *, conditional: bool = True) -> Layers:
    """The tables of a tree that has `layers_of`. First actions count at a history that their player knows even where chance
    excludes it; without ``conditional`` they are weighted by chance there as everywhere.
    """
    form, zero = game.form, game.arithmetic.number(0)
    layers = layers_of(form)
    assert layers is not None
    first, second = layers
    sender: dict[int, dict[int, Any]] = {a: {} for h in first for a in form.slots(h)}
    for h in first:
        histories = form.histories_of[h].tolist()
        for x in histories:
            weight = game.arithmetic.number(1) if conditional and len(histories) == 1 else chance_of(game, x)
            for a, y in zip(form.slots(h), form.children[x], strict=True):
                for response, worth in worth_after(game, y, form.information_sets[h].player):
                    sender[a][response] = sender[a].get(response, zero) + (worth if weight == 1 else weight * worth)
    receiver: dict[int, dict[int, Any]] = {r: {} for j in second for r in form.slots(j)}
    likely: dict[int, dict[int, Any]] = {j: {} for j in second}
    answers = {j: {x: _answers(game, j, x) for x in form.histories_of[j].tolist()} for j in second}
    for j, histories_of_j in answers.items():
        for found in histories_of_j.values():
            likely[j][found.first] = likely[j].get(found.first, zero) + found.chance
            for r, worth in zip(form.slots(j), found.worth, strict=True):
                receiver[r][found.first] = receiver[r].get(found.first, zero) + found.chance * worth
    return Layers(first, second, sender, receiver, likely, answers)


def _answers(game: Game, j: int, history: int) -> Answers:
    form = game.form
    a = next(slot for slot in form.path(history) if form.player_of_slot[slot] != CHANCE)
    player = form.information_sets[j].player
    worth = tuple(expected_after(game, y, player) for y in form.children[history])
    return Answers(a, chance_of(game, history), worth)


def chance_of(game: Game, history: int) -> Any:
    """The probability with which chance leads to a history, the players' actions taken as given."""
    by_chance = (slot for slot in game.form.path(history) if game.form.player_of_slot[slot] == CHANCE)
    return prod((game.chance[slot] for slot in by_chance), start=game.arithmetic.number(1))


def expected_after(game: Game, start: int, player: int) -> Any:
    """What a player expects from a history on after which only chance moves."""
    return sum((worth for _, worth in worth_after(game, start, player)), game.arithmetic.number(0))


def worth_after(game: Game, start: int, player: int) -> Sequence[tuple[int, Any]]:
    """What a player expects from a history on: pairs of a second slot (or `NOBODY`) and its part in the expectation."""
    form = game.form
    found: list[tuple[int, Any]] = []
    pending = [(start, game.arithmetic.number(1), NOBODY)]
    while pending:
        history, weight, response = pending.pop()
        decided = int(form.decided_at[history])
        if decided == TERMINAL:
            z = int(np.searchsorted(form.terminals, history))
            found.append((response, weight * game.payoffs[player, z]))
            continue
        by_chance = form.information_sets[decided].player == CHANCE
        for slot, child in zip(form.slots(decided), form.children[history], strict=True):
            if not by_chance:
                pending.append((child, weight, slot))
            elif game.chance[slot] != 0:
                pending.append((child, weight * game.chance[slot], response))
    return found
