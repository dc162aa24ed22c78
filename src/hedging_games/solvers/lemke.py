"""One equilibrium of a tree for two players, by complementary pivoting on its sequence form (Lemke 1965; Koller, Megiddo and von Stengel
1996; von Stengel, van den Elzen and Talman 2002).

Both start from some strategies s and t in which everything is possible. At the share k both have turned to what is best against the mixture of
the other's own choice, to the share k, and the start. With realisation plans x, y of size k and slacks w, v >= 0 ::

    Ex = (k, 0, ..., 0),  w = E'p - A(y + (1 - k)t),  xw = 0,    Fy = (k, 0, ..., 0),  v = F'q - B'(x + (1 - k)s),  yv = 0.

At k = 0 this is solved by x = y = 0, the best replies to the start being tight; the path of solutions ends at k = 1, an equilibrium.
Best replies c to the start are eliminated with p: x = ck + L x_N, L being the plans without weight at the root, and L'w = -L'A(y + (1 - k)t).
Ties are broken lexicographically; since no ray is possible but at the start, the path ends.

Floats propose a basis, which is solved in whole numbers, and every inequality is looked at; else the path is followed in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from hedging_games.algebra.linear_systems import whole_solution
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.errors import could_not_finish
from hedging_games.games.sequences import Sequences
from hedging_games.solvers.pivoting import Tableau, WholeTableau
from hedging_games.solvers.run import Run

MOST_PIVOTS: Final = 20_000
"""Pivots that a path may take in floats."""

STARTS: Final = 5
"""Starting strategies that are tried: a path returns to its start only where replies to it tie by coincidence."""

LARGEST_WEIGHT: Final = 97
"""The starting strategies have whole weights up to this at each information set."""

Plan = tuple[Fraction, ...]
"""A realisation plan: the weight of each sequence."""


@dataclass(frozen=True, slots=True)
class SequenceGame:
    """The sequences of two players, and what pairs of them are worth to each, as whole numbers of shape (first's, second's)."""

    sequences: tuple[Sequences, Sequences]
    payoffs: tuple[np.ndarray, np.ndarray]

    def own(self, player: int) -> np.ndarray:
        """The payoffs of player 0 or 1, a row for each own sequence."""
        return self.payoffs[0] if player == 0 else self.payoffs[1].T


def one_pair(game: SequenceGame, run: Run) -> tuple[Plan, Plan]:
    """The realisation plans of one equilibrium. Raises CouldNotFinish if time runs out."""
    for kind in (Tableau, WholeTableau):
        for seed in range(STARTS):
            basic = _end_of_path(game, kind, seed, run)
            found = None if basic is None else _solved(game, basic)
            if found is not None:
                return found
    raise could_not_finish("lemke", "replies to every start that was tried tie", "ask for all equilibria")


def _end_of_path(game: SequenceGame, kind: type[Tableau], seed: int, run: Run) -> list[int] | None:
    """The basic variables at the end of a path: sequences are numbered through both players, slacks follow; None where it is lost."""
    tableau, share, rest = _start(game, kind, seed)
    count = sum(map(len, game.sequences))
    entering, most = share, MOST_PIVOTS if kind is Tableau else None
    with np.errstate(all="ignore"):
        while most is None or most > 0:
            run.check()
            left = tableau.enter(entering)
            if left is None or left == share:
                return None
            if left == rest:
                return tableau.basic
            entering, most = (left + count) % (2 * count), None if most is None else most - 1
    return None


@dataclass(frozen=True, slots=True)
class _Side:
    """One player at the start of a path.

    Attributes
    ----------
    first : the number of the player's empty sequence among all sequences. start : a plan in which everything is possible, times its first
        entry. chosen : a best reply to the other's start at each information set. others : all other sequences but the empty one.
    pure : the plan that takes what is chosen. free : shape (sequences, others), L: plans are the multiples of ``pure`` plus ``free @ x``.
    """

    first: int
    start: np.ndarray
    chosen: list[int]
    others: list[int]
    pure: np.ndarray
    free: np.ndarray


def _start(game: SequenceGame, kind: type[Tableau], seed: int) -> tuple[Tableau, int, int]:
    """The tableau of the start, and the labels of the share k and of 1 - k."""
    is_whole = kind is WholeTableau
    number = object if is_whole else float
    tables = [game.own(k) if is_whole else _as_floats(game.own(k)) for k in range(2)]
    sides = _sides(game.sequences, tables, seed, is_whole=is_whole)
    count = sum(map(len, game.sequences))
    share, rest = 2 * count, 2 * count + 1
    basic, free = [], [share]
    for side in sides:
        free += [*(side.first + j for j in side.others), *(count + side.first + j for j in side.chosen)]
        basic += [*(side.first + j for j in side.chosen), *(count + side.first + j for j in side.others)]
    column = {label: k for k, label in enumerate(free)}
    table = np.zeros((len(basic) + 1, len(free)), dtype=number)
    right = np.zeros(len(basic) + 1, dtype=number)
    row = 0
    for side, other, worth in zip(sides, reversed(sides), tables, strict=True):
        weights, slacks = slice(row, row + len(side.chosen)), slice(row + len(side.chosen), row + len(side.pure) - 1)
        table[weights, 0] = -side.pure[side.chosen]
        table[weights, [column[side.first + j] for j in side.others]] = -side.free[side.chosen]
        table[slacks, [column[count + side.first + j] for j in side.chosen]] = side.free[side.chosen].T
        scale = other.start[0]
        regrets = side.free.T @ worth
        table[slacks, 0] = regrets @ (scale * other.pure - other.start)
        table[slacks, [column[other.first + j] for j in other.others]] = scale * (regrets @ other.free)
        right[slacks] = -(regrets @ other.start)
        row += len(side.pure) - 1
    table[-1, 0] = right[-1] = 1
    return kind(table, [*basic, rest], free, right), share, rest


def _as_floats(table: np.ndarray) -> np.ndarray:
    largest = max(1, *(abs(entry) for entry in table.ravel().tolist()))
    return np.array([[float(Fraction(entry, largest)) for entry in row] for row in table.tolist()])


def _sides(
    sequences: tuple[Sequences, Sequences], tables: Sequence[np.ndarray], seed: int, *, is_whole: bool
) -> list[_Side]:
    draw = np.random.default_rng(seed)
    starts = [_start_plan(own, draw) for own in sequences]
    if not is_whole:
        starts = [np.array([float(Fraction(w, plan[0])) for w in plan]) for plan in starts]
    sides, first = [], 0
    number = object if is_whole else float
    for k, own in enumerate(sequences):
        chosen = _best_reply(own, (tables[k] @ starts[1 - k]).tolist())
        others = [j for j in range(1, len(own)) if j not in set(chosen)]
        pure, free = np.zeros(len(own), dtype=number), np.zeros((len(own), len(others)), dtype=number)
        pure[0] = 1
        free[others] = np.eye(len(others), dtype=number)
        for before, actions, best in zip(own.before, own.actions, chosen, strict=True):
            pure[best] = pure[before]
            free[best] = free[before] - free[[j for j in actions if j != best]].sum(axis=0)
        sides.append(_Side(first, starts[k], chosen, others, pure, free))
        first += len(own)
    return sides


def _start_plan(own: Sequences, draw: np.random.Generator) -> np.ndarray:
    """A plan in which everything is possible, in whole numbers: drawn, so that replies tie only where they always do."""
    plan = [Fraction(1)] * len(own)
    for before, actions in zip(own.before, own.actions, strict=True):
        weights = draw.integers(1, LARGEST_WEIGHT, len(actions), endpoint=True).tolist()
        for j, weight in zip(actions, weights, strict=True):
            plan[j] = plan[before] * Fraction(weight, sum(weights))
    return np.array(whole_numbers(plan)[0], dtype=object)


def _best_reply(own: Sequences, worth: list[Any]) -> list[int]:
    """By information set the sequence of the best action there, given what each sequence adds by itself."""
    chosen = [0] * len(own.actions)
    for k in reversed(range(len(own.actions))):
        chosen[k] = max(own.actions[k], key=worth.__getitem__)
        worth[own.before[k]] += worth[chosen[k]]
    return chosen


def _solved(game: SequenceGame, basic: Sequence[int]) -> tuple[Plan, Plan] | None:
    """The plans of a basis, in whole numbers; None unless they are an equilibrium.

    The plans of either player make the other's sequences without basic slack tight; these systems are square, as the basis is.
    """
    sizes = [len(sequences) for sequences in game.sequences]
    inside = set(basic)
    plans: list[Plan] = []
    for k, mixing in enumerate(game.sequences):
        other, first, their_first = game.sequences[1 - k], k * sizes[0], (1 - k) * sizes[0]
        played = [0, *(j for j in range(1, sizes[k]) if first + j in inside)]
        tight = [0, *(j for j in range(1, sizes[1 - k]) if sum(sizes) + their_first + j not in inside)]
        plan = _plan_between(mixing, other, game.own(1 - k), played, tight)
        if plan is None:
            return None
        plans.append(plan)
    return plans[0], plans[1]


def _plan_between(
    mixing: Sequences, other: Sequences, payoffs: np.ndarray, played: list[int], tight: list[int]
) -> Plan | None:
    """The plan of ``mixing`` that gives weight to ``played`` alone, against which all of the sequences ``tight`` of the other player are
    best; None if there is no such plan, or not just one. ``payoffs``: the other's, a row for each of the other's sequences.
    """
    E, F = mixing.constraints, other.constraints
    if len(E) + len(tight) != len(played) + len(F):
        return None
    system = np.zeros((len(E) + len(tight), len(played) + len(F)), dtype=object)
    system[: len(E), : len(played)] = E[:, played]
    system[len(E) :, : len(played)] = -payoffs[np.ix_(tight, played)]
    system[len(E) :, len(played) :] = F[:, tight].T
    found = whole_solution(system, [1] + [0] * (len(system) - 1))
    if found is None or min(found.numerators[: len(played)]) < 0:
        return None
    weights = np.array(found.numerators[: len(played)], dtype=object)
    worth = np.array(found.numerators[len(played) :], dtype=object)
    if min(F.T @ worth - payoffs[:, played] @ weights) < 0:
        return None
    plan = [Fraction(0)] * len(mixing)
    for j, weight in zip(played, weights, strict=True):
        plan[j] = Fraction(weight, found.denominator)
    return tuple(plan)
