"""When is each outcome an equilibrium of a tree of two layers after which play goes on in subgames?

A challenger escalates, a defender who does not know its type resists, and the challenger moves once more: what begins with
hidden moves ends in subgames. These are solved backward (`stages`), and the beginning is a tree of two layers (`layers`) whose leaves pay
what is played after them. Sequential equilibrium allows this: mistakes at the information sets of the beginning say nothing of those in a
subgame, so that an assessment is consistent and rational if it is both in each (Kreps and Wilson 1982).

Who is indifferent at the end may settle that by lot, and so keep others indifferent before. Where it is one who moved in the beginning, the lot is as
well cast then and kept secret: its action there becomes as many as there are best ways to end, all worth the same to it (moving a
decision ahead that nobody observes, Thompson 1952). Then nothing is missed. Where it is somebody else each way to end gives a beginning of its own, and
mixing is in doubt where it changes what somebody in the beginning may expect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction
from hedging_games.analysis.conditions import layers, stages
from hedging_games.analysis.conditions.markov import Side
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import MOST_OUTCOMES, Outcome
from hedging_games.analysis.conditions.ties.doubts import doubts
from hedging_games.errors import could_not_finish
from hedging_games.games.form import CHANCE, TERMINAL, Form
from hedging_games.games.game import Game
from hedging_games.games.subgames import stage_form
from hedging_games.theory.layers import hearing_alike, layers_of

Plan = Mapping[int, Outcome]
"""What follows some leaves, by their number."""


def are_covered(form: Form, *, sequential: bool) -> bool:
    """Whether a tree begins with two layers of hidden moves, and all subgames after them are followed."""
    *later, first = form.stages
    if len(first.sets) == 1 or not later or not stages.are_complete(form, later):
        return False
    beginning = stage_form(form, first).form
    if layers_of(beginning) is None:
        return False
    return hearing_alike(beginning) is not None if sequential else layers.nobody_moves_twice(beginning)


def tree_outcomes(setting: Setting, *, sequential: bool, check: Check = no_check) -> list[Outcome]:
    """Every outcome of an extreme equilibrium, ties of those who did not begin resolved purely, with its formula.

    Raises CouldNotFinish if subgames can be played in too many ways, or as `layers.tree_outcomes`.
    """
    beginning = _Beginning(setting, check)
    listed = []
    for others in beginning.ways_of_others():
        check()
        stands = conjunction(outcome.formula for outcome in others.values())
        if layers.may_hold(setting, stands):
            listed += [
                replace(outcome, formula=conjunction([stands, outcome.formula]))
                for outcome in beginning.outcomes(others, sequential=sequential)
            ]
    return stages.merged(listed)


def in_doubt(setting: Setting, check: Check = no_check) -> Formula:
    """Where somebody may expect more or less of a subgame, as it is played, so that mixing there may matter and was not followed."""
    beginning = _Beginning(setting, check)
    unfollowed = {**beginning.after, **dict.fromkeys((beginning.leaves[z] for z in beginning.own_ends), ())}
    return disjunction(doubt.formula for doubt in doubts(setting, unfollowed, check))


def beyond(setting: Setting, check: Check = no_check) -> Mapping[Side, Formula]:
    """The same, as where the event may be played, or missed, in an equilibrium that is not followed."""
    doubt = in_doubt(setting, check)
    return {"some": doubt, "missed": doubt}


@dataclass(eq=False)
class _Beginning:
    """The first stage of a setting's game, and what may follow each of its leaves."""

    setting: Setting
    check: Check

    def __post_init__(self) -> None:
        form = self.setting.game.form
        *later, first = form.stages
        self.after: Mapping[int, Sequence[Outcome]] = stages.outcomes_after(self.setting, later, self.check)
        self.stage = stage_form(form, first)
        self.leaves: list[int] = first.leaves.tolist()
        self.possible = [
            [o for o in self.after[leaf] if layers.may_hold(self.setting, o.formula)] for leaf in self.leaves
        ]

    @cached_property
    def own_ends(self) -> Mapping[int, int]:
        """The leaves after which only somebody who moved before decides, once, to its action on the way, as a slot of the stage."""
        form = self.setting.game.form
        found = {}
        for z, leaf in enumerate(self.leaves):
            decided = int(form.decided_at[leaf])
            if decided == TERMINAL or form.information_sets[decided].player == CHANCE:
                continue
            slot = self._slot_of(form.information_sets[decided].player, z)
            if slot is not None and all(len(self.after[y]) == 1 for y in form.children[leaf]):
                found[z] = slot
        return found

    def _slot_of(self, player: int, z: int) -> int | None:
        """The action of a player of the whole game, as a slot of the stage, on the way to a leaf; None where it has not moved."""
        way = self.stage.form.path(int(self.stage.form.terminals[z]))
        by_player = self.setting.game.form.player_of_slot[self.stage.slots]
        return next((slot for slot in way if by_player[slot] == player), None)

    def ways_of_others(self) -> Iterator[Plan]:
        """Each choice of what follows the leaves that are no `own_ends`."""
        others = [z for z in range(len(self.leaves)) if z not in self.own_ends]
        return self._ways(others)

    def _ways(self, leaves: Sequence[int]) -> Iterator[Plan]:
        choices = [self.possible[z] for z in leaves]
        count = prod(len(here) for here in choices)
        if count > MOST_OUTCOMES:
            raise could_not_finish(
                "condition", f"subgames can be played in {count} ways", "hold some parameters by --set"
            )
        return (dict(zip(leaves, chosen, strict=True)) for chosen in product(*choices))

    @cached_property
    def plans(self) -> Mapping[int, Sequence[Plan]]:
        """For an action of the beginning, as a slot of the stage, the ways in which the one who takes it may end."""
        ends = self.own_ends
        return {a: list(self._ways([z for z in sorted(ends) if ends[z] == a])) for a in sorted(set(ends.values()))}

    def outcomes(self, others: Plan, *, sequential: bool) -> list[Outcome]:
        """The equilibria of the beginning, the rest being followed by ``others``."""
        ahead = _Ahead(self, others)
        alone = replace(self.setting, posed=ahead.game)
        found = layers.tree_outcomes(alone, sequential=sequential, allowed=ahead.allowed, check=self.check)
        return [self._whole(outcome, ahead.ends) for outcome in found]

    def _whole(self, beginning: Outcome, ends: Sequence[Outcome]) -> Outcome:
        """An outcome of the beginning with what follows it."""
        whole = stages.mixture(self.setting, [(p, ends[z]) for z, p in beginning.path], ())
        return replace(whole, taken=layers.taken_on(self.setting, whole.path), formula=beginning.formula)


class _Ahead:
    """The beginning as a game in which everybody who will move once more decides at once, in secret, how it will end.

    ``game`` : its leaves pay what the ``ends`` are worth, in their order. ``allowed`` : its slots with an end to where that is best.
    """

    def __init__(self, beginning: _Beginning, others: Plan) -> None:
        self.beginning = beginning
        self.others = others
        form = beginning.stage.form
        self.ways = ways = [beginning.plans.get(slot, [{}]) for slot in range(form.slot_count)]
        self.first = np.concatenate([[0], np.cumsum([len(here) for here in ways])]).tolist()
        self.allowed = {
            self.first[slot] + k: conjunction(outcome.formula for outcome in plan.values())
            for slot, plans in beginning.plans.items()
            for k, plan in enumerate(plans)
        }
        self.ends: list[Outcome] = []
        self._rows: list[tuple[int, int, int]] = []
        self._write(0, -1, -1, {})
        parent, last, decided = (np.array(column) for column in zip(*self._rows, strict=True))
        sets = tuple(
            replace(s, actions=tuple(self._called(slot, plan) for slot in form.slots(k) for plan in ways[slot]))
            for k, s in enumerate(form.information_sets)
        )
        whole, stage = beginning.setting.game, beginning.stage
        worth = np.array([[end.worth[player] for end in self.ends] for player in stage.movers], dtype=object)
        chance = np.repeat(whole.chance[stage.slots], [len(here) for here in ways])
        self.game = Game(
            Form(form.players, sets, parent, last, decided),
            worth,
            chance,
            whole.arithmetic,
            parameters=whole.parameters,
        )

    def _write(self, history: int, before: int, slot: int, plan: Plan) -> None:
        """A history of the stage and what follows it, where those who have moved have a plan how to end."""
        form = self.beginning.stage.form
        here, decided = len(self._rows), int(form.decided_at[history])
        self._rows.append((before, slot, decided))
        if decided == TERMINAL:
            z = int(np.searchsorted(form.terminals, history))
            self.ends.append(plan[z] if z in plan else self.others[z])
            return
        for a, child in zip(form.slots(decided), form.children[history], strict=True):
            for k, own in enumerate(self.ways[a]):
                self._write(child, here, self.first[a] + k, {**plan, **own})

    def _called(self, slot: int, plan: Plan) -> str:
        """An action with the last ones that it comes with, where there is a choice."""
        form = self.beginning.setting.game.form
        open_ends = [plan[z] for z in plan if len(self.beginning.possible[z]) > 1]
        ends = [form.action_of_slot[end.taken[0][0]] for end in open_ends]
        return ", then ".join([self.beginning.stage.form.action_of_slot[slot], *([" and ".join(ends)] if ends else [])])
