"""Trees on whose paths at most two decisions of players lie, read as tables."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.theory.assessments import personal_sets


def misfit(game: Game, *, consistent: bool = True) -> str | None:
    """Why the method does not suit a game; None if it does."""
    form = game.form
    decisions = decisions_before(form)
    for s in personal_sets(form):
        histories = form.histories_of[s].tolist()
        before = {decisions[h] for h in histories}
        if len(before) > 1 or max(before) > 1:
            return "it needs paths with at most two decisions of players, each first or second on all of its paths"
        if len(histories) > 1 and all(_chance_of(game, h) == 0 for h in histories):
            return f"chance rules out '{form.information_sets[s].label}'"
        if not consistent and max(before) == 1:
            player = form.information_sets[s].player
            if any(form.own_last_slot(player)[h] >= 0 for h in histories):
                return "it needs paths on which no player decides twice"
    return None


def decisions_before(form: Form) -> list[int]:
    """How many decisions of players lie before each history."""
    count = [0] * form.history_count
    for history in range(1, form.history_count):
        by_player = form.player_of_slot[form.last_slot[history]] != CHANCE
        count[history] = count[form.parent[history]] + int(by_player)
    return count


def _chance_of(game: Game, history: int) -> Fraction:
    """The probability with which chance leads to a history, the players' actions taken as given."""
    weight = Fraction(1)
    for slot in game.form.path(history):
        if game.form.player_of_slot[slot] == CHANCE:
            weight *= game.chance[slot]
    return weight


@dataclass(frozen=True, slots=True)
class Layers:
    """A tree of two layers as tables.

    Attributes
    ----------
    first, second : the information sets, and ``senders``, ``responses`` all their slots.
    sender_worth : first slot to its worth: by second slot, and under −1 what does not depend on them.
    receiver_worth : second slot to its worth by first slot, each weighted by chance.
    reach : second set to the probability, by first slot, with which chance leads from there to the set.
    held : second set to what its responses are worth at each extreme belief off the path, a row for each belief.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    sender_worth: dict[int, dict[int, Fraction]]
    receiver_worth: dict[int, dict[int, Fraction]]
    reach: dict[int, dict[int, Fraction]]
    held: dict[int, tuple[tuple[Fraction, ...], ...]]


def read_layers(game: Game, *, consistent: bool) -> Layers:
    """The tables of a game that fits. ``consistent``: beliefs off the path mix first actions, each with what chance makes
    of it; else histories.
    """
    form = game.form
    decisions = decisions_before(form)
    depth = {s: decisions[form.histories_of[s][0]] for s in personal_sets(form)}
    first = tuple(s for s, d in depth.items() if d == 0)
    second = tuple(s for s, d in depth.items() if d == 1)
    sender: dict[int, dict[int, Fraction]] = {}
    for h in first:
        player = form.information_sets[h].player
        for k, a in enumerate(form.slots(h)):
            sender[a] = {}
            for x, belief in _by_chance(game, h):
                for response, worth in worth_after(game, form.children[x][k], player):
                    sender[a][response] = sender[a].get(response, Fraction(0)) + belief * worth
    receiver: dict[int, dict[int, Fraction]] = {r: {} for j in second for r in form.slots(j)}
    reach: dict[int, dict[int, Fraction]] = {j: {} for j in second}
    held: dict[int, tuple[tuple[Fraction, ...], ...]] = {}
    for j in second:
        player = form.information_sets[j].player
        beliefs: dict[int, list[Fraction]] = {}
        for x, _ in _by_chance(game, j):
            a = next(slot for slot in form.path(x) if form.player_of_slot[slot] != CHANCE)
            weight = _chance_of(game, x)
            values = [sum((w for _, w in worth_after(game, y, player)), Fraction(0)) for y in form.children[x]]
            reach[j][a] = reach[j].get(a, Fraction(0)) + weight
            for r, w in zip(form.slots(j), values, strict=True):
                receiver[r][a] = receiver[r].get(a, Fraction(0)) + weight * w
            row = beliefs.setdefault(a if consistent else x, [Fraction(0)] * len(values))
            for k, w in enumerate(values):
                row[k] += (weight or 1) * w
        held[j] = tuple(tuple(row) for row in beliefs.values())
    return Layers(first, second, sender, receiver, reach, held)


def _by_chance(game: Game, s: int) -> list[tuple[int, Fraction]]:
    """The histories of a set that chance allows, and how likely it makes each of them relative to the others."""
    histories = game.form.histories_of[s].tolist()
    weights = [_chance_of(game, x) for x in histories]
    total = sum(weights)
    if total == 0:
        return [(histories[0], Fraction(1))]
    return [(x, w / total) for x, w in zip(histories, weights, strict=True) if w > 0]


def worth_after(game: Game, start: int, player: int) -> list[tuple[int, Any]]:
    """What a player expects from a history on: pairs of a second slot (−1 for none) and its part in the expectation."""
    form = game.form
    found: list[tuple[int, Any]] = []
    pending = [(start, game.arithmetic.number(1), -1)]
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
