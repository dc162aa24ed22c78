"""Punishments as automata: a repeated game whose states say what is to be played now (Mailath and Samuelson 2006, section 2.3).

From such a state play goes on to another one after every history of the period, by who left what was to be played. The product of game and
automaton is a game over time, and the strategies are stationary in it: its judge looks at one-shot deviations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from hedging_games.games.form import CHANCE
from hedging_games.games.markov import MarkovGame
from hedging_games.games.profile import MixedProfile
from hedging_games.solvers.repeated.period import End, Period, Play
from hedging_games.solvers.repeated.punishments import Punishments

AGREEMENT = "agreement"
"""The state in which nobody has left the path."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of an automaton: what is played, where play goes on if all do so, and where after a deviation of one player."""

    name: str
    play: Play
    then: int
    punished: Mapping[int, int]


def penal_code(
    punishments: Punishments, play: Play, routes: Mapping[int, Sequence[Play]], *, absorbing: bool = False
) -> list[State]:
    """The path, and for each player the periods of its punishment, the last of which lasts.

    Whoever leaves a punishment is punished in turn, unless it is ``absorbing``: then it goes on whatever anybody does.
    """
    names = punishments.period.game.players
    place: dict[int, int] = {}
    start = 1
    for player, route in routes.items():
        place[player] = start
        start += len(route)
    states = [State(AGREEMENT, play, 0, place)]
    for player, route in routes.items():
        for k, done in enumerate(route):
            called = f"punishment of {names[player]}" + (f", period {k + 1}" if k else "")
            then = place[player] + min(k + 1, len(route) - 1)
            states.append(State(called, done, then, {} if absorbing else place))
    return states


def copying(punishments: Punishments, play: Play) -> list[State]:
    """Tit for tat: a state for each pair of actions, the first one that of the path."""
    period = punishments.period
    rule = punishments.mutual_rule(play)
    pairs = [play.profile, *(p for p in period.ends if p != play.profile)]
    first = [period.form.slots(s)[0] for s in period.sets]
    place = {pair: k for k, pair in enumerate(pairs)}
    swapped = [(b - first[1] + first[0], a - first[0] + first[1]) for a, b in pairs]
    action = period.form.action_of_slot
    plays = [play, *(Play(pair, rule[pair]) for pair in pairs[1:])]
    return [
        State(AGREEMENT if k == 0 else f"{action[a]}, {action[b]}", plays[k], place[swapped[k]], {})
        for k, (a, b) in enumerate(pairs)
    ]


def product_game(
    punishments: Punishments, states: Sequence[State], *, copied: bool = False
) -> tuple[MarkovGame, tuple[MixedProfile, ...]]:
    """The game with the states of an automaton, and what is done in each of them.

    ``copied`` : states are pairs of actions, and the next one is told by what each did, not by who left the path.
    """
    period, game = punishments.period, punishments.period.repeated
    chosen = [_profile_of(period, int(z)) for z in period.form.terminals]
    place = {state.play.profile: k for k, state in enumerate(states)}
    first = [period.form.slots(s)[0] for s in period.sets]
    tables = []
    for state in states:
        table = game.arithmetic.zeros((len(chosen), len(states)))
        for z, profile in enumerate(chosen):
            if copied:
                a, b = profile
                following = place[b - first[1] + first[0], a - first[0] + first[1]]
            else:
                following = _following(punishments, state, profile)
            table[z, following] = game.arithmetic.number(1)
        tables.append(table)
    names = tuple(state.name for state in states)
    widened = replace(
        game,
        states=names,
        stages=(game.stages[0],) * len(states),
        moves=tuple(tables),
        discounts=punishments.discounts,
        start=0,
    )
    return widened, tuple(_done(period, state) for state in states)


def _following(punishments: Punishments, state: State, profile: tuple[int, ...]) -> int:
    """The state after a period: a deviation of one player alone is punished; what several do at once is passed over."""
    left = [
        player
        for player, meant, taken in zip(punishments.period.movers, state.play.profile, profile, strict=True)
        if meant != taken and player in punishments.patient
    ]
    return state.punished.get(left[0], state.then) if len(left) == 1 else state.then


def _profile_of(period: Period, history: int) -> tuple[int, ...]:
    """What was chosen at the start of the period on the way to a history."""
    taken = period.form.path(history)
    return tuple(next(slot for slot in period.form.slots(s) if slot in taken) for s in period.sets)


def _done(period: Period, state: State) -> MixedProfile:
    """What everybody does in a state: those who answer settle ties to the damage of whoever left what was to be played."""
    form = period.form
    probabilities = period.game.arithmetic.zeros((form.slot_count,))
    for slot in state.play.profile:
        probabilities[slot] = period.game.arithmetic.number(1)
    for profile in product(*(form.slots(s) for s in period.sets)):
        for slot, p in _answer(period, state.play, profile).mixture:
            probabilities[slot] = p
    for slot in np.flatnonzero(form.player_of_slot == CHANCE).tolist():
        probabilities[slot] = period.game.arithmetic.number(0)
    return MixedProfile(form, probabilities)


def _answer(period: Period, play: Play, profile: tuple[int, ...]) -> End:
    if profile == play.profile:
        return play.end
    left = [k for k, (meant, taken) in enumerate(zip(play.profile, profile, strict=True)) if meant != taken]
    player = period.movers[left[0]]
    return min(period.ends[profile], key=lambda end: end.worth[player]) if len(left) == 1 else period.ends[profile][0]
