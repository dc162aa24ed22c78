"""All equilibria of two-player games with up to three actions each, pair of supports by pair of supports.

Which vertices the players' best-response polyhedra have, and on which constraints they lie, depends only on the signs of
the determinants of their constraints (their oriented matroid; Björner et al. 1999): for each player the differences between
two of its payoffs in one column, and, for three actions, the determinants of [payoffs in two columns | 1]. Where none of
these is zero the game is non-degenerate: all equilibria are isolated, on supports of equal size, and the formulas below say
which. Where one is zero, the equilibria are those of any game with the same signs: it is solved once for each combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np

from hedging_games.algebra.formulas.formula import Formula, conjunction, disjunction
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.sweep.circuit import Relation

Payoffs = np.ndarray
"""One player's payoffs, shape (own actions, the other's actions)."""


_TURNS: Final[tuple[tuple[Relation, Relation, Relation], ...]] = ((">", "<", ">="), ("<", ">", "<="))
"""The two signs that a gain may have, with the opposite sign and the weak relation that goes with it."""


class Side:
    """One player's payoffs, and the formulas about the mixtures of the other one that keep it indifferent."""

    def __init__(self, payoffs: Payoffs, setting: Setting) -> None:
        self.payoffs = payoffs
        self.order = setting.order
        self.zero = setting.game.arithmetic.number(0)
        self.own, self.other = payoffs.shape

    def best(self, action: int, column: int) -> Formula:
        """The action is best against a column."""
        rows = (i for i in range(self.own) if i != action)
        return conjunction(self.order(self.payoffs[action, column], ">=", self.payoffs[i, column]) for i in rows)

    def _turn(self, columns: tuple[int, int], rows: Sequence[int]) -> Any:
        """The determinant of [payoffs of three rows in two columns | 1]."""
        (a, b), (i, j, k) = columns, rows
        p = self.payoffs
        return (p[i, a] - p[j, a]) * (p[i, b] - p[k, b]) - (p[i, a] - p[k, a]) * (p[i, b] - p[j, b])

    def level(self, rows: tuple[int, int], columns: tuple[int, int]) -> Formula:
        """Some mixture of two columns, both weights positive, makes two rows equal and no other row better.

        With x and y the first row's gain over the second in the two columns, the weights are as y and -x. A third row's
        loss at these weights is a determinant, with the sign of y taken out.
        """
        (i, j), (a, b) = rows, columns
        p = self.payoffs
        third = [k for k in range(self.own) if k not in rows]
        options = []
        for up, down, weak in _TURNS:
            parts = [self.order(p[i, a], down, p[j, a]), self.order(p[i, b], up, p[j, b])]
            # y (p[i, a] - p[k, a]) - x (p[i, b] - p[k, b]) is minus the determinant.
            parts += [self.order(self.zero, weak, self._turn((a, b), (i, j, k))) for k in third]
            options.append(conjunction(parts))
        return disjunction(options)

    def level_everywhere(self) -> Formula:
        """Some mixture of three columns, all weights positive, makes all three rows equal: its weights are as the
        determinants over the pairs of columns, in turn.
        """
        turns = [self._turn(pair, (0, 1, 2)) for pair in ((1, 2), (2, 0), (0, 1))]
        return disjunction(conjunction(self.order(turn, sign, self.zero) for turn in turns) for sign, _, _ in _TURNS)

    def zeros(self) -> list[Formula]:
        """Where each of the polynomials is zero whose signs decide everything about this player."""
        p = self.payoffs
        found = [
            self.order(p[i, c], "==", p[j, c]) for c in range(self.other) for i, j in combinations(range(self.own), 2)
        ]
        if self.own == 3:
            found += [
                self.order(self._turn(pair, (0, 1, 2)), "==", self.zero) for pair in combinations(range(self.other), 2)
            ]
        return found


def support_formulas(
    setting: Setting, row: int, column: int, payoffs: np.ndarray
) -> tuple[list[tuple[tuple[int, ...], tuple[int, ...], Formula]], list[Formula]]:
    """For each pair of supports of one size the formula of its equilibrium, and the conditions (each that a polynomial
    is zero) any of which makes the game degenerate.

    ``payoffs`` has shape (players, actions of ``row``, actions of ``column``), at most three of each.
    """
    one, two = Side(payoffs[row], setting), Side(payoffs[column].T, setting)
    found: list[tuple[tuple[int, ...], tuple[int, ...], Formula]] = [
        ((i,), (j,), conjunction([one.best(i, j), two.best(j, i)])) for i in range(one.own) for j in range(two.own)
    ]
    found += [
        (rows, columns, conjunction([one.level(rows, columns), two.level(columns, rows)]))
        for rows in combinations(range(one.own), 2)
        for columns in combinations(range(two.own), 2)
    ]
    if one.own == two.own == 3:
        everything = (0, 1, 2)
        found.append((everything, everything, conjunction([one.level_everywhere(), two.level_everywhere()])))
    return found, [*one.zeros(), *two.zeros()]
