"""What can be played on the path of a pure Nash equilibrium of a tree of perfect information, without its table of plans.

A path of play belongs to a pure Nash equilibrium exactly if at each of its decisions the mover cannot get more by leaving
it when all others then join to hold the mover down: what leaving is worth at most is the value of a zero-sum game of
perfect information (Zermelo 1913; von Neumann and Morgenstern 1944, section 15), found from the leaves up for each player.
Subtrees off the path can be reached by the deviation of one player only, so that each can be punished on its own. Where
chance moves, a path is what can happen in all its branches; the branches have choices of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, TERMINAL
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import count_text
from hedging_games.solvers.listing import path_limit
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Completeness, Proposal

MAX_OUTCOMES = 200_000
"""Outcomes held for all histories together."""

NOTE = "one equilibrium for each path of play: whoever leaves the path is held down by all the others; other threats may do"


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """What is played from a history on: its ``worth`` by player, and at each continuation on the path (by position among
    the history's continuations) what is played from there.
    """

    worth: tuple[Any, ...]
    goes_on: tuple[tuple[int, _Outcome], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _HeldDown:
    """What player ``i`` can secure from each history on against all others (``values[i][h]``), and the position of the
    continuation that the mover there chooses in doing so or in preventing more (``choices[i][h]``).
    """

    values: list[list[Any]]
    choices: list[list[int]]


def propose(game: Game, run: Run) -> Proposal:
    """One pure Nash equilibrium for each path of play of an exact game of perfect information; every path is given.

    Raises CouldNotFinish if moves of chance multiply the paths beyond `MAX_OUTCOMES`, or time runs out.
    """
    held = _held_down(game, run)
    found = _outcomes(game, held, run)
    limit = path_limit(game)
    complete: Completeness = "all"
    notes = [NOTE]
    if len(found) > limit:
        complete = "some"
        notes.append(f"{len(found)} paths of play belong to pure equilibria; the first {limit} of them are listed")
    candidates = []
    for outcome in found[:limit]:
        run.check()
        candidates.append(Candidate(_profile(game, outcome, held)))
        run.keep(candidates[-1])
    return Proposal(tuple(candidates), complete, tuple(notes), grouped="path")


def _mover(game: Game, history: int) -> int:
    return game.form.information_sets[int(game.form.decided_at[history])].player


def _odds(game: Game, history: int) -> Sequence[Any]:
    """The probabilities of chance's actions at a history of its own."""
    slots = game.form.slots(int(game.form.decided_at[history]))
    return [game.chance[slot] for slot in slots]


def _held_down(game: Game, run: Run) -> _HeldDown:
    """The values and choices of every player's zero-sum game against all others, from the leaves up."""
    form = game.form
    players = range(len(form.players))
    values: list[list[Any]] = [[None] * form.history_count for _ in players]
    choices: list[list[int]] = [[0] * form.history_count for _ in players]
    for z, history in enumerate(form.terminals.tolist()):
        for player in players:
            values[player][history] = game.payoffs[player, z]
    for history in reversed(np.flatnonzero(form.decided_at != TERMINAL).tolist()):
        run.check()
        mover, children = _mover(game, history), form.children[history]
        for player, value in enumerate(values):
            below = [value[child] for child in children]
            if mover == CHANCE:
                value[history] = sum(p * worth for p, worth in zip(_odds(game, history), below, strict=True))
                continue
            best = max(below) if mover == player else min(below)
            value[history], choices[player][history] = best, below.index(best)
    return _HeldDown(values, choices)


def _outcomes(game: Game, held: _HeldDown, run: Run) -> list[_Outcome]:
    """The outcomes that belong to pure equilibria of the whole game."""
    form = game.form
    found: dict[int, list[_Outcome]] = {
        history: [_Outcome(tuple(game.payoffs[:, z]))] for z, history in enumerate(form.terminals.tolist())
    }
    count = 0
    for history in reversed(np.flatnonzero(form.decided_at != TERMINAL).tolist()):
        run.check()
        # What follows is needed at this history only.
        options = [found.pop(child) for child in form.children[history]]
        mover = _mover(game, history)
        if mover == CHANCE:
            odds = _odds(game, history)
            size = 1
            for p, outcomes in zip(odds, options, strict=True):
                size *= len(outcomes) if p != 0 else 1
            _require_room(game, history, count + size)
            found[history] = _chance_outcomes(odds, options)
        else:
            secured = [held.values[mover][child] for child in form.children[history]]
            found[history] = _decision_outcomes(mover, secured, options)
        count += len(found[history])
        _require_room(game, history, count)
    return found[0]


def _require_room(game: Game, history: int, count: int) -> None:
    if count > MAX_OUTCOMES:
        where = game.form.history_labels[history]
        raise could_not_finish(
            "size",
            f"the paths of play multiply: {count_text(count)} of them, at '{where}', more than {MAX_OUTCOMES}",
            "ask for subgame-perfect equilibria, or use fewer grid levels or moves of chance",
        )


def _decision_outcomes(mover: int, secured: Sequence[Any], options: Sequence[Sequence[_Outcome]]) -> list[_Outcome]:
    """The outcomes worth at least what the mover secures by each action (by its own action every outcome is worth that)."""
    threshold = max(secured)
    return [
        _Outcome(outcome.worth, ((k, outcome),))
        for k, outcomes in enumerate(options)
        for outcome in outcomes
        if outcome.worth[mover] >= threshold
    ]


def _chance_outcomes(odds: Sequence[Any], options: Sequence[Sequence[_Outcome]]) -> list[_Outcome]:
    """One outcome of each branch that can happen, in all combinations."""
    possible = [k for k, p in enumerate(odds) if p != 0]
    found = []
    for choice in product(*(options[k] for k in possible)):
        players = range(len(choice[0].worth))
        worth = tuple(
            sum(odds[k] * o.worth[player] for k, o in zip(possible, choice, strict=True)) for player in players
        )
        found.append(_Outcome(worth, tuple(zip(possible, choice, strict=True))))
    return found


def _profile(game: Game, outcome: _Outcome, held: _HeldDown) -> MixedProfile:
    """The outcome's choices on the path; off it, whoever left is held down."""
    form = game.form
    first_slot = form.first_slot[np.maximum(form.decided_at, 0)]
    is_decided = (form.decided_at != TERMINAL) & ~np.isin(form.decided_at, form.sets_of(CHANCE))
    chosen = np.array([first_slot + np.array(choices) for choices in held.choices])
    taken = np.where(is_decided, first_slot, -1)  # branches that chance rules out keep their first actions
    waiting = [(0, outcome)]
    while waiting:
        history, here = waiting.pop()
        if not here.goes_on:
            continue
        children, mover = form.children[history], _mover(game, history)
        if mover != CHANCE:
            position = here.goes_on[0][0]
            taken[history : form.end[history]] = chosen[mover, history : form.end[history]]
            taken[history] = first_slot[history] + position
        waiting += [(children[k], below) for k, below in here.goes_on]
    probabilities = game.arithmetic.zeros((form.slot_count,))
    probabilities[taken[is_decided]] = game.arithmetic.number(1)
    return MixedProfile(form, probabilities, _ruled_out(game, probabilities))


def _ruled_out(game: Game, probabilities: np.ndarray) -> frozenset[int]:
    """The sets that their own player's earlier choices rule out."""
    form = game.form
    ruled_out: set[int] = set()
    for s in np.argsort([histories[0] for histories in form.histories_of]).tolist():
        before = int(form.own_parent_slot[s])
        if before >= 0 and (probabilities[before] == 0 or int(form.set_of_slot[before]) in ruled_out):
            ruled_out.add(s)
    return frozenset(ruled_out)
