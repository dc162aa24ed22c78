"""Bounds on what is expected in a cell of equilibria, by linear programming over lots between pure choices.

When the players mix independently, each combination of pure choices has some probability. What anybody expects at any
history is linear in these, and so are the conditions of equilibrium at decisions whose history is known. Forgetting that the
mixtures are independent leaves a linear program, whose value bounds what is expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final

from hedging_games.algebra.inequalities.simplex import Optimal, minimise
from hedging_games.algebra.numbers import whole_numbers
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.solvers.sequential.worth import Support, Worth

MOST_CHOICES: Final = 300
"""Combinations of pure choices of which a linear program is made; beyond that the conditions are not used."""

MOST_CORNERS: Final = 20_000
"""Combinations of pure choices that are looked at."""


@dataclass(frozen=True, slots=True)
class Lots:
    """The combinations of pure choices on a support (sets of slots), and what is asked of lots between them: rows of
    coefficients that come to zero, or (``at_least``) to zero or more.
    """

    choices: tuple[frozenset[int], ...]
    equations: tuple[tuple[Any, ...], ...]
    at_least: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, game: Game, support: Support) -> Lots:
        """The lots on the supports of some equilibria."""
        mixed = [slots for slots in support.values() if len(slots) > 1]
        if prod(map(len, mixed)) > MOST_CORNERS:
            return cls((), (), ())
        choices = tuple(frozenset(choice) for choice in product(*mixed))
        if len(choices) > MOST_CHOICES:
            return cls(choices, (), ())
        columns = [_gains(game, support, choice) for choice in choices]
        equations = {tuple(column[slot] for column in columns) for slot in columns[0] if _is_in(game, support, slot)}
        at_least = {tuple(column[slot] for column in columns) for slot in columns[0] if not _is_in(game, support, slot)}
        return cls(
            choices,
            tuple(sorted(row for row in equations if any(row))),
            tuple(sorted(row for row in at_least if min(row) < 0)),
        )

    def bounds(self, worth: Worth) -> tuple[Any, Any]:
        """Numbers between which a sum of products of probabilities lies."""
        if not self.choices:
            sizes = [abs(c) for c in worth.values()]
            return -sum(sizes, Fraction(0)), sum(sizes, Fraction(0))
        values = [
            sum((c for monomial, c in worth.items() if all(slot in choice for slot, _ in monomial)), Fraction(0))
            for choice in self.choices
        ]
        if not all(isinstance(x, (int, Fraction)) for x in values) or not (self.equations or self.at_least):
            return min(values), max(values)
        return self._least(values), -self._least([-x for x in values])

    def _least(self, values: Sequence[Fraction]) -> Fraction:
        """The least expected value of lots that meet all conditions."""
        slacks = len(self.at_least)
        rows = [[*row, *(0 for _ in range(slacks))] for row in self.equations]
        rows += [[*row, *(-int(j == k) for j in range(slacks))] for k, row in enumerate(self.at_least)]
        rows.append([*(1 for _ in values), *(0 for _ in range(slacks))])
        whole = [whole_numbers(row)[0] for row in rows]
        cost, scale = whole_numbers(values)
        found = minimise(whole, [*(0 for _ in whole[:-1]), 1], [*cost, *(0 for _ in range(slacks))])
        return found.value / scale if isinstance(found, Optimal) else min(values)


def _is_in(game: Game, support: Support, slot: int) -> bool:
    return slot in support[int(game.form.set_of_slot[slot])]


def _gains(game: Game, support: Support, choice: frozenset[int]) -> Mapping[int, Any]:
    """At every decision whose history is known, by slot: what the first action of the support is worth beyond this one, if
    later choices are those given.
    """
    form = game.form
    worth: dict[int, list[Any]] = {
        int(x): [game.payoffs[k, z] for k in range(len(form.players))] for z, x in enumerate(form.terminals)
    }
    gains: dict[int, Any] = {}
    for x in range(form.history_count - 1, -1, -1):
        if x in worth:
            continue
        s = int(form.decided_at[x])
        slots, player = form.slots(s), form.information_sets[s].player
        after = [worth[child] for child in form.children[x]]
        if player == CHANCE:
            odds = [game.chance[slot] for slot in slots]
            worth[x] = [sum(p * w[k] for p, w in zip(odds, after, strict=True)) for k in range(len(form.players))]
            continue
        lead = support[s][0] - slots[0]
        if len(form.histories_of[s]) == 1:
            for k, slot in enumerate(slots):
                if k != lead:
                    gains[slot] = after[lead][player] - after[k][player]
        taken = next((k for k, slot in enumerate(slots) if slot in choice), lead)
        worth[x] = after[taken]
    return gains
