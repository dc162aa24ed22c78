"""Pure Nash equilibria, and paths of subgame-perfect play, as formulas in the signs of payoff differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hedging_games.analysis.sweep.circuit import TRUE, Circuit, Node
from hedging_games.analysis.sweep.outcomes import MOST_COMPARISONS, MOST_OUTCOMES, Outcome, TooLargeError
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game


def pure_nash(game: Game, circuit: Circuit) -> list[Outcome]:
    """Every profile of reduced plans: it stands where no player has a better plan against the others' (Nash 1951)."""
    import numpy as np

    from hedging_games.games.reductions import chance_of_terminals, count_plans, plan_masks, strategic_form

    form = game.form
    counts = [count_plans(form, player) for player in range(len(form.players))]
    cells = int(np.prod(counts, dtype=object))
    if cells > MOST_OUTCOMES or cells * sum(counts) > MOST_COMPARISONS:
        raise TooLargeError
    table = strategic_form(game)
    odds = chance_of_terminals(game)
    masks = [plan_masks(form, player, plans) for player, plans in enumerate(table.plans)]
    outcomes = []
    for cell in np.ndindex(*counts):
        parts = []
        for player, own in enumerate(cell):
            for other in range(counts[player]):
                if other != own:
                    there = (*cell[:player], other, *cell[player + 1 :])
                    here = table.payoffs[(player, *cell)]
                    why = f"{form.players[player]} would play {_plan_text(game, table.plans[player][other])}"
                    parts.append(circuit.order(here, table.payoffs[(player, *there)], ">=", why))
        reached = np.logical_and.reduce([mask[plan] for mask, plan in zip(masks, cell, strict=True)])
        label = ", ".join(_plan_text(game, plans[k]) for plans, k in zip(table.plans, cell, strict=True) if plans[k])
        worth = tuple(table.payoffs[(player, *cell)] for player in range(len(form.players)))
        total = game.arithmetic.number(0)
        for z in np.flatnonzero(reached if game.hedge is None else reached & game.hedge):
            total = total + odds[z]
        outcomes.append(Outcome(circuit.all_of(parts), circuit.sign(total, ">"), label, total, worth))
    return outcomes


def _plan_text(game: Game, plan: Sequence[int]) -> str:
    form = game.form
    several = len(plan) > 1
    words = []
    for slot in plan:
        label = form.information_sets[int(form.set_of_slot[slot])].label
        words.append(f"{label}: {form.action_of_slot[slot]}" if several else form.action_of_slot[slot])
    return "; ".join(words)


# --- subgame perfection in trees of perfect information -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Continuation:
    """A path (with chance: one for each branch) from a history on: where it is subgame perfect, what it is worth, and the
    terminal histories in which it ends with their probabilities.
    """

    stands: Node
    worth: tuple[Any, ...]
    ends: tuple[tuple[int, Any], ...]


def backward_induction(game: Game, circuit: Circuit) -> list[Outcome]:
    """Every path of play: it stands where some subgame-perfect equilibrium leads along it, every tie followed.

    A continuation by an action stands at a history if it stands after the action, and after every other action some
    continuation stands that is worth no more to the mover: subgames are independent of one another, so it takes one of
    each (Selten 1965).
    """
    form = game.form
    number = {int(history): z for z, history in enumerate(form.terminals)}
    one = game.arithmetic.number(1)
    found: dict[int, list[_Continuation]] = {}
    work = 0
    for history in range(form.history_count - 1, -1, -1):
        if history in number:
            z = number[history]
            found[history] = [_Continuation(TRUE, tuple(game.payoffs[:, z]), ((z, one),))]
            continue
        s = int(form.decided_at[history])
        below = [found.pop(child) for child in form.children[history]]
        size = sum(map(len, below))
        work += size * size
        if size > MOST_OUTCOMES or work > MOST_COMPARISONS:
            raise TooLargeError
        if form.information_sets[s].player == CHANCE:
            found[history] = _at_chance([game.chance[slot] for slot in form.slots(s)], below, circuit, game)
        else:
            found[history] = _at_decision(game, s, below, circuit)
    outcomes = []
    for continuation in found[0]:
        label = " | ".join(form.history_labels[int(form.terminals[z])] for z, _ in continuation.ends)
        total = game.arithmetic.number(0)
        for z, probability in continuation.ends:
            if game.hedge is None or game.hedge[z]:
                total = total + probability
        outcomes.append(Outcome(continuation.stands, circuit.sign(total, ">"), label, total, continuation.worth))
    return outcomes


def _at_decision(game: Game, s: int, below: list[list[_Continuation]], circuit: Circuit) -> list[_Continuation]:
    mover, actions = game.form.information_sets[s].player, game.form.information_sets[s].actions
    name = game.form.players[mover]
    found = []
    for action, continuations in enumerate(below):
        for here in continuations:
            parts = [here.stands]
            for other, alternatives in enumerate(below):
                if other != action:
                    why = f"{name} would play {actions[other]}"
                    parts.append(
                        circuit.any_of(
                            circuit.all_of(
                                [there.stands, circuit.order(here.worth[mover], there.worth[mover], ">=", why)]
                            )
                            for there in alternatives
                        )
                    )
            found.append(_Continuation(circuit.all_of(parts), here.worth, here.ends))
    return found


def _at_chance(
    odds: Sequence[Any], below: list[list[_Continuation]], circuit: Circuit, game: Game
) -> list[_Continuation]:
    from itertools import product
    from math import prod

    if prod(map(len, below)) > MOST_OUTCOMES:
        raise TooLargeError
    found = []
    for choice in product(*below):
        worth = tuple(
            sum((p * c.worth[player] for p, c in zip(odds, choice, strict=True)), game.arithmetic.number(0))
            for player in range(len(game.players))
        )
        ends = tuple((z, p * q) for p, c in zip(odds, choice, strict=True) for z, q in c.ends)
        found.append(_Continuation(circuit.all_of(c.stands for c in choice), worth, ends))
    return found
