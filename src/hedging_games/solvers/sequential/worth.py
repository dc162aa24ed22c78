"""What actions are worth when only their supports are known: polynomials in the probabilities of the actions played."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game

Key = Hashable
"""What an unknown stands for: a slot (its probability), or a weight off the path (a tuple)."""

Monomial = frozenset[tuple[Key, int]]
"""Unknowns with their powers."""

Worth = dict[Monomial, Fraction]
"""A polynomial in unknowns."""

Support = Mapping[int, tuple[int, ...]]
"""Information set to the slots that are played there."""

ONE: Monomial = frozenset()


def constant(value: Fraction) -> Worth:
    """A polynomial without unknowns."""
    return {ONE: value} if value else {}


def plus(total: Worth, worth: Worth, monomial: Monomial = ONE, factor: Fraction | int = 1) -> None:
    """Add a polynomial times a monomial with other unknowns, in place."""
    for own, coefficient in worth.items():
        product_ = own | monomial
        changed = coefficient if factor == 1 else coefficient * factor
        before = total.get(product_)
        if before is not None:
            changed = before + changed
        if changed:
            total[product_] = changed
        else:
            total.pop(product_, None)


def minus(worth: Worth, other: Worth) -> Worth:
    """The difference of two polynomials."""
    total = dict(worth)
    plus(total, other, factor=-1)
    return total


@dataclass(frozen=True, slots=True)
class StagePlay:
    """A stage with the actions played at its sets, and what each history in it is then worth to each player. Those in
    ``weak`` may have probability zero.
    """

    game: Game
    stage: Stage
    support: Support
    worth: Mapping[int, tuple[Worth, ...]]
    weak: frozenset[int] = frozenset()

    def gain(self, s: int, history: int, action: int, other: int) -> Worth:
        """What one action at a history is worth beyond another to the player of the set (actions by position)."""
        form = self.game.form
        player = form.information_sets[s].player
        children = form.children[history]
        return minus(self.worth[children[action]][player], self.worth[children[other]][player])


def own_worth(
    game: Game, histories: Sequence[int], support: Support, known: Mapping[int, tuple[Worth, ...]]
) -> dict[int, tuple[Worth, ...]]:
    """What ``histories`` (children before parents) are worth when the supports are mixed over, given what follows."""
    form = game.form
    worth = dict(known)
    players = range(len(form.players))
    for x in histories:
        s = int(form.decided_at[x])
        total: list[Worth] = [{} for _ in players]
        by_chance = form.information_sets[s].player == CHANCE
        slots = form.slots(s) if by_chance else support[s]
        for slot in slots:
            child = form.children[x][slot - form.slots(s)[0]]
            factor = game.chance[slot] if by_chance else 1
            monomial = ONE if by_chance or len(slots) == 1 else frozenset([(slot, 1)])
            if factor != 0:
                for player in players:
                    plus(total[player], worth[child][player], monomial, factor)
        worth[x] = tuple(total)
    return worth


def bounds(form: Form, support: Support, worth: Worth) -> tuple[Fraction, Fraction]:
    """The least and the greatest value of a worth over mixtures on the supports: taken at pure choices, since it is linear
    in each set's mixture. (−∞, ∞ stand as −1 and 1 where there are too many choices or other unknowns.)
    """
    slots = {key for monomial in worth for key, _ in monomial}
    if not all(isinstance(key, int) for key in slots):
        return Fraction(-1), Fraction(1)
    sets = sorted({int(form.set_of_slot[key]) for key in slots if isinstance(key, int)})
    size = 1
    for s in sets:
        size *= len(support.get(s, form.slots(s)))
    if size > 2_000:
        return Fraction(-1), Fraction(1)
    values = []
    for choice in product(*(support.get(s, tuple(form.slots(s))) for s in sets)):
        chosen = set(choice)
        values.append(sum((c for m, c in worth.items() if all(key in chosen for key, _ in m)), Fraction(0)))
    return min(values), max(values)
