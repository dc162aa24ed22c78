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
    through : shape (ways, n), ``after`` and ``before`` together. first_way, first_history, first_action : shapes (n,), (sets,) and (sets,),
        where the ways of each action, the histories and the actions of each set begin.
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
    through: np.ndarray
    first_way: np.ndarray
    first_history: np.ndarray
    first_action: np.ndarray

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
        return _summed(self._shares(x)[0], self.first_way)

    def residual(self, x: np.ndarray, s: float) -> np.ndarray:
        """F(x, s), shape (n,), s the precision per unit."""
        return np.asarray(x - self._log_softmax(s * self.worth(x)))

    def jacobian(self, x: np.ndarray, s: float) -> np.ndarray:
        """Shape (n, n + 1): the derivatives of F by x, then by s."""
        return self.linearised(x, s)[1]

    def linearised(self, x: np.ndarray, s: float) -> tuple[np.ndarray, np.ndarray]:
        """F(x, s) and its derivatives, as `residual` and `jacobian`."""
        shares, beliefs = self._shares(x)
        worth = _summed(shares, self.first_way)
        logs = self._log_softmax(s * worth)
        slopes = np.empty((len(x), len(x) + 1))
        slope = slopes[:, :-1]
        slope[:] = _summed(shares[:, None] * self.through, self.first_way)
        slope -= worth[:, None] * _summed(beliefs[:, None] * self.before, self.first_history)[self.set_of]
        slope *= s
        slopes[:, -1] = worth
        # Each row less the mean, under the response, of the rows of its information set.
        answer = _summed(np.exp(logs)[:, None] * slopes, self.first_action)[self.set_of] - slopes
        answer.ravel()[:: len(x) + 2] += 1
        return x - logs, answer

    def distance(self, x: np.ndarray, s: float) -> float:
        """How far the log-probabilities are from a solution, to first order, and rounding allowed for."""
        correction = np.linalg.lstsq(self.jacobian(x, s)[:, :-1], self.residual(x, s), rcond=None)[0]
        rounding = 16 * np.finfo(float).eps * (1 + float(np.abs(x).max(initial=0.0)))
        return 2 * float(np.abs(correction).max(initial=0.0)) + rounding

    def _shares(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Shape (ways,): what each way adds to its action's worth; shape (D,): how likely each history is, given its information set."""
        arriving = self.before @ x + self.odds_before
        if len(arriving):
            arriving -= np.maximum.reduceat(arriving, self.first_history)[self.set_decided]
        beliefs = np.exp(arriving)
        beliefs /= _summed(beliefs, self.first_history)[self.set_decided]
        return beliefs[self.start_of] * np.exp(self.after @ x + self.odds_after) * self.payoff, beliefs

    def _log_softmax(self, values: np.ndarray) -> np.ndarray:
        if not len(values):
            return values
        values = values - np.maximum.reduceat(values, self.first_action)[self.set_of]
        return np.asarray(values - np.log(_summed(np.exp(values), self.first_action))[self.set_of])


def _summed(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The sums of runs of rows, given where each run starts; no run is empty."""
    return np.asarray(np.add.reduceat(rows, starts)) if len(starts) else rows[:0]


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
    before, after = taken[deciding], taken[final] - taken[children]
    set_of = np.array([number[int(s)] for s in form.set_of_slot[own]], dtype=int)
    set_decided = np.array([number[int(form.decided_at[h])] for h in deciding], dtype=int)
    runs = ((action_of, len(own)), (set_decided, len(number)), (set_of, len(number)))
    return LogitEquations(
        form,
        own,
        set_of,
        unit,
        before,
        odds[deciding],
        np.array(deciding, dtype=int),
        set_decided,
        action_of,
        start_of,
        after,
        odds[final] - odds[children],
        ends,
        payoffs[form.player_of_slot[own[action_of]], ends],
        after + before[start_of] if ways else after,
        *(np.searchsorted(sorted_by, np.arange(count)) for sorted_by, count in runs),
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
