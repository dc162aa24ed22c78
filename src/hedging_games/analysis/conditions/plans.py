"""When is each outcome played in a pure Nash equilibrium? One inequality for each deviation to another plan."""

from __future__ import annotations

from math import prod
from typing import TypeAlias

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import Reason, conjunction
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, merged
from hedging_games.errors import could_not_finish
from hedging_games.games.form import Form
from hedging_games.games.reductions import StrategicForm, chance_of_terminals, plan_masks, strategic_form
from hedging_games.theory.dominance import plan_names

Plan: TypeAlias = tuple[int, ...]
"""The slots that a reduced plan takes."""

MOST_PROFILES = 20_000
"""Profiles of plans that are written out."""


def outcomes(setting: Setting, check: Check = no_check) -> list[Outcome]:
    """Every outcome of a pure Nash equilibrium with its formula: what the profiles of plans lead to (see `profiles`)."""
    return merged([outcome for _, outcome in profiles(setting, check)])


def profiles(setting: Setting, check: Check = no_check) -> list[tuple[tuple[Plan, ...], Outcome]]:
    """Every profile of reduced plans with its outcome: an equilibrium where no player has a better plan against the
    others' (Nash 1951).

    Raises CouldNotFinish beyond `MOST_PROFILES` profiles.
    """
    table = strategic_form(setting.game)
    count = prod(len(plans) for plans in table.plans)
    if count > MOST_PROFILES:
        raise could_not_finish(
            "condition", f"the game has {count} profiles of plans", "ask for subgame-perfect instead"
        )
    names = plan_names(table)
    brief = [[plan_label(setting.game.form, plan) for plan in plans] for plans in table.plans]
    reached = _Reached(table)
    one, form = setting.game.arithmetic.number(1), setting.game.form
    listed = []
    for cell in np.ndindex(*(len(plans) for plans in table.plans)):
        check()
        worth = tuple(table.payoffs[(player, *cell)] for player in range(len(table.plans)))
        stays = []
        for player, plans in enumerate(table.plans):
            for other in range(len(plans)):
                if other != cell[player]:
                    there = table.payoffs[(player, *cell[:player], other, *cell[player + 1 :])]
                    here, said = names[player][cell[player]], names[player][other]
                    why = Reason(setting.game.players[player], here, said, brief=brief[player][other])
                    stays.append(setting.at_least(worth[player], there, why))
        path = reached.path(cell)
        on_path = {
            slot for z, _ in path for slot in form.path(int(form.terminals[z])) if form.player_of_slot[slot] >= 0
        }
        taken = tuple((slot, one) for slot in sorted(on_path))
        profile = tuple(plans[k] for plans, k in zip(table.plans, cell, strict=True))
        listed.append((profile, Outcome(path, taken, worth, conjunction(stays))))
    return listed


def plan_label(form: Form, plan: Plan) -> str:
    """A plan for people who know whose it is: its actions, where there are several each with its information set."""
    labels = [form.information_sets[int(form.set_of_slot[slot])].label for slot in plan]
    actions = [form.action_of_slot[slot] for slot in plan]
    return "; ".join(map("{}: {}".format, labels, actions)) if len(plan) > 1 else "".join(actions)


class _Reached:
    """Which terminal histories a profile of plans leads to."""

    def __init__(self, table: StrategicForm) -> None:
        form = table.game.form
        self.masks = [plan_masks(form, player, plans) for player, plans in enumerate(table.plans)]
        self.odds = chance_of_terminals(table.game)

    def path(self, cell: tuple[int, ...]) -> tuple[tuple[int, object], ...]:
        """Terminal histories with their probabilities."""
        reached = np.logical_and.reduce([mask[plan] for mask, plan in zip(self.masks, cell, strict=True)])
        return tuple((int(z), self.odds[z]) for z in np.flatnonzero(reached) if self.odds[z] != 0)
