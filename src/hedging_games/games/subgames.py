"""A stage as a game of its own: its leaves pay what play from there on is worth (Selten 1965)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hedging_games.games.form import CHANCE, TERMINAL, Form, InformationSet, Stage
from hedging_games.games.game import Game


@dataclass(frozen=True, slots=True)
class StageForm:
    """A stage as a form, in which only those play who decide something in the stage.

    Attributes
    ----------
    form : histories of the stage in their order; terminal history ``z`` is leaf ``z`` of the stage.
    movers : the numbers, in the whole form, of the players who decide in the stage.
    sets : the number, in the whole form, of each of its information sets.
    slots : shape (slots of the stage,), the number of each slot in the whole form.
    """

    form: Form
    movers: tuple[int, ...]
    sets: tuple[int, ...]
    slots: np.ndarray

    def game(self, whole: Game, leaf_payoffs: np.ndarray) -> Game:
        """The stage as a game: ``leaf_payoffs`` of shape (movers, leaves)."""
        return Game(self.form, leaf_payoffs, whole.chance[self.slots], whole.arithmetic)


def movers_of(form: Form, stage: Stage) -> tuple[int, ...]:
    """The players, chance aside, who decide in a stage."""
    return tuple(sorted({form.information_sets[s].player for s in stage.sets} - {CHANCE}))


def stage_form(form: Form, stage: Stage) -> StageForm:
    """A stage as a form of its own. Its sets keep their labels and their order."""
    movers = movers_of(form, stage)
    number = {player: k for k, player in enumerate(movers)} | {CHANCE: CHANCE}
    sets = tuple(sorted(stage.sets))
    own_sets = [form.information_sets[s] for s in sets]
    slots = np.concatenate([np.arange(form.first_slot[s], form.first_slot[s + 1]) for s in sets])
    histories = np.sort(np.concatenate([stage.inner, stage.leaves]))
    place = {int(history): k for k, history in enumerate(histories)}
    slot_place = {int(slot): k for k, slot in enumerate(slots)}
    set_place = {s: k for k, s in enumerate(sets)}
    leaves = set(stage.leaves.tolist())
    local = Form(
        tuple(form.players[player] for player in movers),
        tuple(InformationSet(s.label, number[s.player], s.actions, s.decision) for s in own_sets),
        np.array([-1, *(place[h] for h in form.parent[histories[1:]].tolist())]),
        np.array([-1, *(slot_place[slot] for slot in form.last_slot[histories[1:]].tolist())]),
        np.array([TERMINAL if h in leaves else set_place[int(form.decided_at[h])] for h in histories.tolist()]),
    )
    return StageForm(local, movers, sets, slots)
