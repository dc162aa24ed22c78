"""When is each extreme equilibrium played in games whose paths hold two decisions of players, or that have two players?

Signalling games have two layers, the sender's types and the receiver's information sets; a table of two players has a
plan of each. Either way each side's payoffs are linear in the other's probabilities, and the equilibria are unions of
products of faces of two polyhedra (see `solvers.signalling`). How likely an event is, is linear in each side's
probabilities: it is positive somewhere among the equilibria exactly if it is at an extreme one, and zero somewhere exactly
if it is at an extreme one. So the pairs of vertices, with the formula under which each is an equilibrium, say all.

Sequential equilibrium asks besides that the responses played at an information set off the path are all best for some
belief about the first actions that chance allows (Kreps and Wilson 1982, section 5); the extreme such beliefs are the
vertices of a polyhedron of the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.search import find
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, merged, said
from hedging_games.analysis.conditions.vertices import Groups, Names, Vertex, Worth, count_vertices, vertices
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.reductions import chance_of_terminals, plan_masks, strategic_form
from hedging_games.theory.dominance import plan_names
from hedging_games.theory.layers import Layers, hearing_alike, layers_of, read_layers

MOST_PAIRS = 250_000
"""Pairs of vertices that are looked at."""

MOST_VERTICES = 2_500
"""Choices of supports and best responses, of both sides, that are looked at."""


def nobody_moves_twice(form: Form) -> bool:
    """Whether the players of the first layer are others than those of the second."""
    first, second = (_players(form, sets) for sets in layers_of(form) or ((), ()))
    return not first & second


def _players(form: Form, sets: Sequence[int]) -> set[int]:
    return {form.information_sets[s].player for s in sets}


# --- trees of two layers ----------------------------------------------------------------------------------------------


def tree_outcomes(
    setting: Setting, *, sequential: bool, allowed: Mapping[int, Formula] | None = None, check: Check = no_check
) -> list[Outcome]:
    """Every outcome of an extreme equilibrium of a tree that has `layers_of`: Nash (if `nobody_moves_twice`) or sequential (if it
    knows who is `hearing_alike`).

    ``allowed`` : where some of the slots may be taken, or be believed to have been taken, at all.

    Raises CouldNotFinish if there are too many pairs of vertices.
    """
    form = setting.game.form
    layers = read_layers(setting.game, conditional=sequential)
    groups = [form.slots(s) for s in layers.first], [form.slots(s) for s in layers.second]
    names = Names(
        lambda slot: setting.game.players[form.player_of_slot[slot]],
        lambda slot: said(form, slot, form.action_of_slot[slot]),
    )
    allowed = allowed or {}
    belief = _Beliefs(setting, layers, names, allowed) if sequential else None
    ends = _ends(setting)
    listed = []
    worth = layers.sender_worth, layers.receiver_worth
    for sent, answered, formula in _pairs(setting, groups, worth, names, check, allowed):
        if belief is not None:
            formula = conjunction([formula, belief.formula(sent, answered)])  # noqa: PLW2901  (what the beliefs add)
        if formula != FALSE:
            listed.append(_outcome(setting, ends, {**sent.played, **answered.played}, formula))
    return merged(listed)


def _pairs(
    setting: Setting,
    groups: tuple[Groups, Groups],
    worth: tuple[Worth, Worth],
    names: Names,
    check: Check,
    allowed: Mapping[int, Formula] | None = None,
) -> list[tuple[Vertex, Vertex, Formula]]:
    """The pairs of vertices that are equilibria, each with the formula under which it is (``allowed``: see `tree_outcomes`)."""
    first, second = groups
    sizes = count_vertices(first, second), count_vertices(second, first)
    if sum(sizes) > MOST_VERTICES:
        raise _too_many(*sizes)
    ours = _standing(setting, vertices(setting, first, second, worth[1], names, check), allowed, check)
    theirs = _standing(setting, vertices(setting, second, first, worth[0], names, check), allowed, check)
    if len(ours) * len(theirs) > MOST_PAIRS:
        raise _too_many(len(ours), len(theirs))
    found = []
    for one in ours:
        check()
        for other in theirs:
            ties = [other.ties(setting, names, list(one.played)), one.ties(setting, names, list(other.played))]
            formula = conjunction([one.formula, other.formula, *ties])
            if formula != FALSE:
                found.append((one, other, formula))
    return found


def _standing(
    setting: Setting, listed: Sequence[Vertex], allowed: Mapping[int, Formula] | None, check: Check
) -> list[Vertex]:
    """The vertices that are not ruled out; with ``allowed``, where all that is played is, by which most are ruled out."""
    if not allowed:
        return [vertex for vertex in listed if vertex.formula != FALSE]
    found = []
    for vertex in listed:
        check()
        formula = conjunction([vertex.formula, *(allowed.get(label, TRUE) for label in vertex.played)])
        if may_hold(setting, formula):
            found.append(replace(vertex, formula=formula))
    return found


def may_hold(setting: Setting, formula: Formula) -> bool:
    """Whether a formula may hold somewhere in the box; anywhere at all with a setting `everywhere`, whose formulas know no box."""
    if formula == FALSE or setting.everywhere:
        return formula != FALSE
    return find(setting.ground, setting.ground.number(formula), questions=1).status != "nowhere"


def _too_many(ours: int, theirs: int) -> CouldNotFinish:
    what = f"the game has {ours} × {theirs} pairs of extreme strategies to look at"
    return could_not_finish("condition", what, "ask for pure-nash, or solve at points")


@dataclass(frozen=True, slots=True)
class _Ends:
    """The terminal histories: the players' slots on the way, what chance adds to their likelihood, and that times the payoffs."""

    slots: tuple[tuple[int, ...], ...]
    odds: tuple[Any, ...]
    worth: tuple[tuple[Any, ...], ...]


def _ends(setting: Setting) -> _Ends:
    game, form = setting.game, setting.game.form
    odds = tuple(chance_of_terminals(game))
    slots = tuple(
        tuple(slot for slot in form.path(int(history)) if form.player_of_slot[slot] != CHANCE)
        for history in form.terminals
    )
    players = range(len(game.players))
    return _Ends(slots, odds, tuple(tuple(p * game.payoffs[i, z] for i in players) for z, p in enumerate(odds)))


def _outcome(setting: Setting, ends: _Ends, played: Mapping[int, Any], formula: Formula) -> Outcome:
    """What a behaviour leads to: its path, what is taken on it, what it is worth."""
    zero, one = setting.game.arithmetic.number(0), setting.game.arithmetic.number(1)
    path, on_path = [], set()
    worth = [zero] * len(setting.game.players)
    for z, slots in enumerate(ends.slots):
        if ends.odds[z] == 0 or any(slot not in played for slot in slots):
            continue
        mixed = prod((played[slot] for slot in slots if played[slot] != one), start=one)
        path.append((z, ends.odds[z] if mixed == one else mixed * ends.odds[z]))
        on_path |= set(slots)
        worth = [sofar + (w if mixed == one else mixed * w) for sofar, w in zip(worth, ends.worth[z], strict=True)]
    return Outcome(tuple(path), tuple((slot, played[slot]) for slot in sorted(on_path)), tuple(worth), formula)


class _Beliefs:
    """For the second information sets after the same first actions: where the responses played are all best for some belief there.

    Such sets share how likely mistakes make each of these first actions (consistency); chance may weigh them differently.
    """

    def __init__(self, setting: Setting, layers: Layers, names: Names, allowed: Mapping[int, Formula]) -> None:
        self.setting = setting
        self.allowed = allowed
        self.names = names
        self.worth = layers.receiver_worth
        self.likely = layers.likely
        self.together = hearing_alike(setting.game.form) or ()
        self.extreme = {sets: self._extreme(sets) for sets in self.together}
        self.known: dict[tuple[tuple[int, ...], frozenset[int]], Formula] = {}

    def _extreme(self, sets: tuple[int, ...]) -> list[Vertex]:
        form = self.setting.game.form
        senders = list(self.likely[sets[0]])
        responses = [list(form.slots(j)) for j in sets]
        names = Names(lambda label: self._who(responses, label), self.names.action)
        return vertices(self.setting, [senders], responses, self.worth, names)

    def _who(self, responses: Sequence[Sequence[int]], label: int) -> str:
        """A probability here is a belief, not play."""
        return self.names.player(label) if any(label in here for here in responses) else "a belief that"

    def formula(self, sent: Vertex, answered: Vertex) -> Formula:
        """Where at all sets that may be off the path some belief makes all that is played there best."""
        played = frozenset(answered.played)
        return conjunction(disjunction([self._reached(sets, sent), self._best(sets, played)]) for sets in self.together)

    def _reached(self, sets: tuple[int, ...], sent: Vertex) -> Formula:
        """Where each of the sets is reached: then beliefs follow from play."""
        form = self.setting.game.form
        return conjunction(
            disjunction(
                self.setting.compare(weight, ">", f"so that '{form.information_sets[j].label}' is reached")
                for a, weight in self.likely[j].items()
                if a in sent.played
            )
            for j in sets
        )

    def _best(self, sets: tuple[int, ...], played: frozenset[int]) -> Formula:
        form = self.setting.game.form
        here = frozenset(slot for j in sets for slot in form.slots(j)) & played
        if (sets, here) not in self.known:
            alone = all(len(form.histories_of[j]) == 1 for j in sets)
            self.known[sets, here] = disjunction(
                conjunction(
                    [
                        vertex.formula,
                        vertex.ties(self.setting, self.names, sorted(here)),
                        *(self.allowed.get(a, TRUE) for a in vertex.played),
                        TRUE if alone else conjunction(self._possible(j, vertex) for j in sets),
                    ]
                )
                for vertex in self.extreme[sets]
            )
        return self.known[sets, here]

    def _possible(self, j: int, vertex: Vertex) -> Formula:
        """Chance allows every first action that the belief holds possible."""
        return conjunction(
            self.setting.compare(self.likely[j][a], ">", "so that the belief is possible") for a in vertex.played
        )


# --- tables of two players --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """The plans of two players: labels, what each is worth, and which terminal histories it allows."""

    groups: tuple[Groups, Groups]
    worth: tuple[Worth, Worth]
    names: Names
    masks: tuple[np.ndarray, np.ndarray]


def table_outcomes(setting: Setting, check: Check = no_check) -> list[Outcome]:
    """Every outcome of an extreme Nash equilibrium of a game of two players, through its reduced strategic form.

    Raises CouldNotFinish if there are too many pairs of extreme strategies.
    """
    table = _table(setting)
    pairs = _pairs(setting, table.groups, table.worth, table.names, check)
    return merged([_played(setting, table, one, other, formula) for one, other, formula in pairs])


def _table(setting: Setting) -> _Table:
    form = setting.game.form
    reduced = strategic_form(setting.game)
    rows, columns = (len(plans) for plans in reduced.plans)
    called = plan_names(reduced)
    mine, yours = list(range(rows)), list(range(rows, rows + columns))
    worth = (
        {a: {b: reduced.payoffs[0, a, b - rows] for b in yours} for a in mine},
        {b: {a: reduced.payoffs[1, a, b - rows] for a in mine} for b in yours},
    )
    names = Names(
        lambda label: setting.game.players[int(label >= rows)],
        lambda label: called[0][label] if label < rows else called[1][label - rows],
    )
    masks = tuple(plan_masks(form, player, reduced.plans[player]) for player in range(2))
    return _Table(([mine], [yours]), worth, names, (masks[0], masks[1]))


def _played(setting: Setting, table: _Table, one: Vertex, other: Vertex, formula: Formula) -> Outcome:
    """What two mixed plans lead to, with the behaviour that is realisation-equivalent on the path (Kuhn 1953)."""
    game, form = setting.game, setting.game.form
    zero = game.arithmetic.number(0)
    odds = chance_of_terminals(game)
    rows = len(table.masks[0])
    carried = [
        {z: sum((p for k, p in side.played.items() if mask[k - start, z]), zero) for z in range(len(form.terminals))}
        for side, mask, start in ((one, table.masks[0], 0), (other, table.masks[1], rows))
    ]
    path = [(z, odds[z] * carried[0][z] * carried[1][z]) for z in range(len(form.terminals))]
    path = [(z, p) for z, p in path if p != 0]
    worth = tuple(sum((p * game.payoffs[i, z] for z, p in path), zero) for i in range(2))
    return Outcome(tuple(path), taken_on(setting, path), worth, formula)


def taken_on(setting: Setting, path: Sequence[tuple[int, Any]]) -> tuple[tuple[int, Any], ...]:
    """Each slot on the path with its probability where its information set is reached."""
    form, zero = setting.game.form, setting.game.arithmetic.number(0)
    through: dict[int, Any] = {}
    for z, p in path:
        for slot in form.path(int(form.terminals[z])):
            through[slot] = through.get(slot, zero) + p
    taken = []
    for slot in sorted(through):
        if form.player_of_slot[slot] != CHANCE:
            here = form.slots(int(form.set_of_slot[slot]))
            reached = sum((through.get(b, zero) for b in here), zero)
            # Probabilities that add up to zero whatever the parameters are come of a pair that stands nowhere: not all are positive.
            if reached != zero:
                taken.append((slot, through[slot] / reached))
    return tuple(taken)
