"""What a logit quantal response is (McKelvey and Palfrey 1995; for trees, in agent form, 1998): the equations.

At precision λ everybody takes every action, the more often the more it is worth: the log-probability of action a of
information set s is λ u(a) less a constant of the set, u(a) being what a is worth at s given what everybody plays, the
player's own later choices included. With x the log-probabilities of all actions, F(x, λ) = x − log softmax(λ u(x)).

u is computed from log-probabilities throughout, so that beliefs at information sets reached almost never are as accurate
as others. Where chance itself rules a set out, its impossible moves are taken as trembles of equal order.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hedging_games.errors import could_not_finish, input_error
from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game

MAX_ENTRIES = 5_000_000
"""Entries of the largest table the equations may need: at 8 bytes each 40 MB."""


@dataclass(frozen=True, slots=True)
class LogitEquations:
    """The equations of a game, in n unknowns (one for each action of a player) and the precision.

    A *way* is an action at a history together with a terminal history it may lead to; ways are sorted by action.

    Attributes
    ----------
    form : the game's form. own : shape (n,), the slots of the unknowns. set_of : shape (n,), the information set of each,
        numbered from 0. unit : precision is measured per this much payoff, the spread of payoffs.
    before, odds_before : shapes (D, n) and (D,), for each history at which a player decides which unknowns lie on the way
        there, and the logarithm of chance's part in it. set_decided : shape (D,), the set.
    action_of : shape (ways,), the action. start_of : shape (ways,), its history, as a row of ``before``.
    after, odds_after : shapes (ways, n) and (ways,), as ``before`` but from behind the action to the terminal history.
    end_of, payoff : shape (ways,), the terminal history's number and what the deciding player gets there, in units.
    """

    form: Form
    own: np.ndarray
    set_of: np.ndarray
    unit: Fraction
    before: np.ndarray
    odds_before: np.ndarray
    decided: np.ndarray
    set_decided: np.ndarray
    action_of: np.ndarray
    start_of: np.ndarray
    after: np.ndarray
    odds_after: np.ndarray
    end_of: np.ndarray
    payoff: np.ndarray

    def start(self) -> np.ndarray:
        """The solution at precision 0: everybody chooses uniformly."""
        sizes = np.bincount(self.set_of)
        return np.asarray(-np.log(sizes[self.set_of]))

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """Shape (S,): the probability of each slot, zero at chance's."""
        full = np.zeros(self.form.slot_count)
        full[self.own] = np.exp(x)
        return full

    def worth(self, x: np.ndarray) -> np.ndarray:
        """Shape (n,): what each action is worth at its information set, in units."""
        return np.bincount(self.action_of, self._shares(x)[0], len(x))

    def residual(self, x: np.ndarray, s: float) -> np.ndarray:
        """F(x, s), shape (n,), s the precision per unit."""
        return np.asarray(x - self._log_softmax(s * self.worth(x)))

    def jacobian(self, x: np.ndarray, s: float) -> np.ndarray:
        """Shape (n, n + 1): the derivatives of F by x, then by s."""
        shares, beliefs, reached = self._shares(x)
        worth = np.bincount(self.action_of, shares, len(x))
        slope = np.zeros((len(x), len(x)))
        np.add.at(slope, self.action_of, shares[:, None] * (self.after + self.before[self.start_of]))
        means = np.zeros((len(reached), len(x)))
        np.add.at(means, self.set_decided, beliefs[:, None] * self.before)
        slope -= worth[:, None] * means[self.set_of]
        response = np.exp(self._log_softmax(s * worth))
        answer = np.column_stack([-s * self._centred(slope, response), -self._centred(worth[:, None], response)])
        answer[:, : len(x)] += np.eye(len(x))
        return answer

    def distance(self, x: np.ndarray, s: float) -> float:
        """How far the log-probabilities are from a solution, to first order, and rounding allowed for."""
        correction = np.linalg.lstsq(self.jacobian(x, s)[:, :-1], self.residual(x, s), rcond=None)[0]
        rounding = 16 * np.finfo(float).eps * (1 + float(np.abs(x).max(initial=0.0)))
        return 2 * float(np.abs(correction).max(initial=0.0)) + rounding

    def _shares(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Shape (ways,): what each way adds to its action's worth; shape (D,): how likely each history is, given its
        information set; shape (sets,): the logarithm of how likely the set is.
        """
        arriving = self.before @ x + self.odds_before
        reached = np.full(self.set_of.max(initial=-1) + 1, -np.inf)
        np.logaddexp.at(reached, self.set_decided, arriving)
        beliefs = np.exp(arriving - reached[self.set_decided])
        return beliefs[self.start_of] * np.exp(self.after @ x + self.odds_after) * self.payoff, beliefs, reached

    def _log_softmax(self, values: np.ndarray) -> np.ndarray:
        total = np.full(self.set_of.max(initial=-1) + 1, -np.inf)
        np.logaddexp.at(total, self.set_of, values)
        return np.asarray(values - total[self.set_of])

    def _centred(self, rows: np.ndarray, response: np.ndarray) -> np.ndarray:
        """Each row less the mean, under the response, of the rows of its information set."""
        means = np.zeros((self.set_of.max(initial=-1) + 1, rows.shape[1]))
        np.add.at(means, self.set_of, response[:, None] * rows)
        return np.asarray(rows - means[self.set_of])


def logit_equations(game: Game) -> LogitEquations:
    """The equations of an exact game, or of one in floats.

    Raises InputError for games with batches or in symbols, CouldNotFinish for trees beyond `MAX_ENTRIES`.
    """
    form = game.form
    if game.payoffs.ndim != 2 or game.arithmetic.name not in {"exact", "fast"}:
        raise input_error("game", "quantal response needs payoffs that are numbers", "take the model at a point")
    own = np.flatnonzero(form.player_of_slot != CHANCE)
    depth = len(form.levels) - 1
    if len(own) * max(form.history_count, len(form.terminals) * depth) > MAX_ENTRIES:
        raise could_not_finish("size", "the tree is too large for quantal response", "use fewer grid levels")
    unit, payoffs = _in_units(game)
    taken, odds, impossible = _so_far(game, own)
    players_sets = [s for s, information_set in enumerate(form.information_sets) if information_set.player != CHANCE]
    number = {s: k for k, s in enumerate(players_sets)}
    # Only the likeliest histories of a set count where all need some impossible move of chance.
    least = {s: impossible[form.histories_of[s]].min() for s in players_sets}
    deciding = [h for s in players_sets for h in form.histories_of[s].tolist() if impossible[h] == least[s]]
    row = {h: k for k, h in enumerate(deciding)}
    column = {int(slot): k for k, slot in enumerate(own)}
    ways = sorted(
        (column[int(form.last_slot[child])], row[h], child, z)
        for h in deciding
        for child in form.children[h]
        for z, terminal in enumerate(form.terminals)
        if child <= terminal < form.end[child] and impossible[terminal] == least[int(form.decided_at[h])]
    )
    action_of, start_of, children, ends = (
        (np.array(part, dtype=int) for part in zip(*ways, strict=True)) if ways else (np.zeros((4, 0), dtype=int))
    )
    final = form.terminals[ends]
    return LogitEquations(
        form,
        own,
        np.array([number[int(s)] for s in form.set_of_slot[own]], dtype=int),
        unit,
        taken[deciding],
        odds[deciding],
        np.array(deciding, dtype=int),
        np.array([number[int(form.decided_at[h])] for h in deciding], dtype=int),
        action_of,
        start_of,
        taken[final] - taken[children],
        odds[final] - odds[children],
        ends,
        payoffs[form.player_of_slot[own[action_of]], ends],
    )


def _in_units(game: Game) -> tuple[Fraction, np.ndarray]:
    """The spread of payoffs (1 if there is none), and payoffs less each player's least in units of it."""
    exact = game.payoffs
    if game.arithmetic.name == "fast":
        exact = np.array([[Fraction(float(value)) for value in row] for row in exact], dtype=object)
    exact = exact.reshape(len(game.players), -1)
    least = exact.min(axis=1, keepdims=True)
    unit = max((exact - least).ravel(), default=Fraction(0)) or Fraction(1)
    return Fraction(unit), ((exact - least) / unit).astype(np.float64)


def _so_far(game: Game, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each history: which unknowns lie on the way, shape (H, n); the logarithm of chance's part in it, impossible
    moves left out; and how many of those there are.
    """
    form = game.form
    count = form.history_count
    taken, odds, impossible = np.zeros((count, len(own))), np.zeros(count), np.zeros(count, dtype=int)
    column = {int(slot): k for k, slot in enumerate(own)}
    for history in range(1, count):
        before, slot = int(form.parent[history]), int(form.last_slot[history])
        taken[history], odds[history], impossible[history] = taken[before], odds[before], impossible[before]
        if slot in column:
            taken[history, column[slot]] = 1
        elif game.chance[slot] == 0:
            impossible[history] += 1
        else:
            odds[history] += np.log(float(game.chance[slot]))
    return taken, odds, impossible
