"""What profiles lead to: how likely each history is and what each player can expect. Sums of products over histories,
the same for fractions, floats and rational functions, with batch axes last.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game


def slot_probabilities(game: Game, probabilities: np.ndarray) -> np.ndarray:
    """Shape (S, *batch): the profile's probabilities with chance's own filled in. Where only the payoffs have batch
    axes, those of the answer have length one.
    """
    chance = game.form.player_of_slot == CHANCE
    ndim = max(probabilities.ndim, game.chance.ndim, game.payoffs.ndim - 1)
    lifted = _with_batch(probabilities, ndim)
    if not chance.any():
        return lifted
    odds = _with_batch(game.chance, ndim)
    batch = np.broadcast_shapes(lifted.shape[1:], odds.shape[1:])
    filled = np.empty((game.form.slot_count, *batch), dtype=game.arithmetic.dtype)
    filled[...] = lifted
    filled[chance] = odds[chance]
    return filled


def _with_batch(array: np.ndarray, ndim: int) -> np.ndarray:
    """An array without batch axes gets axes of length one for them."""
    return array.reshape(array.shape + (1,) * (ndim - array.ndim)) if array.ndim == 1 else array


def reach(form: Form, slots: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Shape (H, *batch): the probability of reaching each history when slots are taken with probabilities ``slots``.

    ``start``, shape (H, *batch), gives the weights with which play starts at each history instead of at history 0;
    the weight of a start history is added to what arrives from before it.
    """
    found = np.empty((form.history_count, *slots.shape[1:]), dtype=slots.dtype)
    if start is None:
        found[...] = 0 * slots[:1] if len(slots) else 0
        found[0] = 1
    else:
        found[...] = start
    for level in form.levels[1:]:
        arriving = found[form.parent[level]] * slots[form.last_slot[level]]
        found[level] = arriving if start is None else found[level] + arriving
    return found


def terminal_probabilities(game: Game, probabilities: np.ndarray) -> np.ndarray:
    """Shape (Z, *batch): the probability of each terminal history under a profile's slot probabilities."""
    return np.asarray(reach(game.form, slot_probabilities(game, probabilities))[game.form.terminals])


def _is_single(game: Game, probabilities: np.ndarray) -> bool:
    """Whether nothing has batch axes."""
    return probabilities.ndim == game.chance.ndim == 1 and game.payoffs.ndim == 2


def reached_terminals(game: Game, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The terminal histories (their places among ``form.terminals``) that a profile leads to with positive probability, and these
    probabilities: two arrays of the same length. Without batch axes; what is not reached costs no arithmetic.
    """
    return ends_reached(game.form, slot_probabilities(game, probabilities), game.arithmetic.number(1))


def ends_reached(form: Form, slots: np.ndarray, one: Any) -> tuple[np.ndarray, np.ndarray]:
    """As `reached_terminals`, from the probabilities of all slots; ``one`` is the number 1 of their kind."""
    is_reached = np.zeros(form.history_count, dtype=bool)
    is_reached[0] = True
    odds = np.full(form.history_count, one, dtype=slots.dtype)
    for level in form.levels[1:]:
        on_path = level[is_reached[form.parent[level]]]
        on_path = on_path[np.asarray(slots[form.last_slot[on_path]] != 0, dtype=bool)]
        is_reached[on_path] = True
        odds[on_path] = odds[form.parent[on_path]] * slots[form.last_slot[on_path]]
    places = np.flatnonzero(is_reached[form.terminals])
    return places, odds[form.terminals[places]]


def expected_payoffs(game: Game, probabilities: np.ndarray) -> np.ndarray:
    """Shape (players, *batch): what each player expects from the start under a profile's slot probabilities."""
    if _is_single(game, probabilities):
        on_path, odds = reached_terminals(game, probabilities)
        return np.asarray((odds * game.payoffs[:, on_path]).sum(axis=1))
    reached, payoffs = terminal_probabilities(game, probabilities), game.payoffs
    payoffs = payoffs.reshape(payoffs.shape + (1,) * (reached.ndim + 1 - payoffs.ndim))
    return np.asarray((reached[None] * payoffs).sum(axis=1))


def ends_of_play(form: Form, slots: np.ndarray) -> np.ndarray | None:
    """Shape (H,): where play ends from each history on, as a place among the terminal histories, when one slot of every set has
    probability 1 and the others 0; None where something is uncertain.
    """
    if slots.ndim > 1 or form.history_count == 1:
        return None
    is_sure = np.asarray(slots == 1, dtype=bool)
    if (
        not np.array_equal(form.set_of_slot[is_sure], np.arange(len(form.information_sets)))
        or (slots[~is_sure] != 0).any()
    ):
        return None
    return ends_of_pure_play(form, is_sure)


def ends_of_pure_play(form: Form, is_sure: np.ndarray) -> np.ndarray:
    """The same where one slot of every set is taken for sure."""
    ends = np.zeros(form.history_count, dtype=int)
    ends[form.terminals] = np.arange(len(form.terminals))
    for level in reversed(form.levels[1:]):
        taken = level[is_sure[form.last_slot[level]]]
        ends[form.parent[taken]] = ends[taken]
    return ends


def continuation_values(game: Game, probabilities: np.ndarray) -> np.ndarray:
    """Shape (players, H, *batch): what each player expects once each history is reached."""
    form = game.form
    slots = slot_probabilities(game, probabilities)
    ends = ends_of_play(form, slots)
    if ends is not None and game.payoffs.ndim == 2:
        return np.asarray(game.payoffs[:, ends])
    batch = np.broadcast_shapes(slots.shape[1:], game.payoffs.shape[2:])
    values = np.full((len(form.players), form.history_count, *batch), game.arithmetic.number(0), game.arithmetic.dtype)
    values[:, form.terminals] = game.payoffs.reshape(game.payoffs.shape + (1,) * (len(batch) + 2 - game.payoffs.ndim))
    # Without batch axes, what is not played adds nothing and what is played for sure is not multiplied.
    is_played = slots != 0 if not batch else np.ones(len(slots), dtype=bool)
    is_sure = slots == 1 if not batch else np.zeros(len(slots), dtype=bool)
    for level in reversed(form.levels[1:]):
        # Within a level siblings are adjacent, so each run of one parent is summed in one piece.
        played = level[is_played[form.last_slot[level]]]
        parents, taken = form.parent[played], form.last_slot[played]
        starts = np.flatnonzero(np.concatenate([[True], parents[1:] != parents[:-1]]))
        weighted = values[:, played]
        if not is_sure[taken].all():
            weighted = slots[taken] * weighted
        values[:, parents[starts]] = np.add.reduceat(weighted, starts, axis=1)
    return values


def event_probability(game: Game, probabilities: np.ndarray, event: np.ndarray) -> Any:
    """The probability, shape (*batch), that play ends in a terminal history of ``event`` (a mask of shape (Z,))."""
    if _is_single(game, probabilities):
        places, odds = reached_terminals(game, probabilities)
        chosen = odds[event[places]]
    else:
        chosen = terminal_probabilities(game, probabilities)[event]
    return chosen.sum(axis=0) if len(chosen) else game.arithmetic.number(0)


def path_outcome(game: Game, probabilities: np.ndarray) -> tuple[tuple[int, Any], ...]:
    """What is played on the path: the terminal histories reached and their probabilities (no batch axes)."""
    places, odds = reached_terminals(game, probabilities)
    return tuple(zip(places.tolist(), odds.tolist(), strict=True))
