"""Nash equilibria of players who choose at once, support by support, with the parameters left open.

The probabilities of the actions that players mix over are unknowns: whoever mixes is indifferent, and nobody has a better action. They are
removed exactly (`algebra.formulas.elimination`), and what is left says where there is an equilibrium with these supports.
Continua and ties are followed like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations, product
from math import prod
from typing import TypeAlias

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.elimination import Elimination
from hedging_games.algebra.formulas.formula import Formula, disjunction, negation
from hedging_games.algebra.polynomials import Terms, add_scaled, difference, multiply
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.conditions.ties.numbers import Numbers, mixture, weighted_ground
from hedging_games.analysis.conditions.ties.plays import formula_over
from hedging_games.games.form import Form
from hedging_games.theory.concepts import NASH

MOST_SUPPORTS, MOST_UNKNOWNS = 100, 4
"""Supports of a game, and probabilities that are unknown at once, beyond which nothing is derived."""

MOST_WORK = 60_000
"""What removing the unknowns of a game may cost (see `Elimination`)."""

Support: TypeAlias = tuple[tuple[int, ...], ...]
"""The actions that each player takes with positive probability, by their numbers."""


def is_small(form: Form) -> bool:
    """Whether the equilibria of a form are derived here."""
    if not form.is_simultaneous:
        return False
    counts = [len(s.actions) for s in form.information_sets]
    return prod(2**n - 1 for n in counts) <= MOST_SUPPORTS and sum(n - 1 for n in counts) <= MOST_UNKNOWNS


class Supports:
    """The equilibria of a setting's game by their supports; each is derived when it is first asked for."""

    def __init__(self, setting: Setting) -> None:
        form = setting.game.form
        self.setting = setting
        self.sizes = [len(form.information_sets[form.sets_of(i)[0]].actions) for i in range(len(form.players))]
        self.terminals = self._terminals()
        start, count = len(setting.names), sum(self.sizes) - len(self.sizes)
        self.unknowns = [
            range(start + (before := sum(self.sizes[:i]) - i), start + before + n - 1) for i, n in enumerate(self.sizes)
        ]
        self.ground = weighted_ground(setting, count)
        self.numbers = Numbers(setting, start + count)
        self.elimination = Elimination(self.ground, most=MOST_WORK)
        self._found: dict[Support, Formula] = {}

    def _terminals(self) -> dict[tuple[int, ...], int]:
        """The terminal history of each profile of actions, by player."""
        form = self.setting.game.form
        first = [form.slots(form.sets_of(i)[0])[0] for i in range(len(self.sizes))]
        return {
            tuple(
                slot - first[i]
                for i, slot in enumerate(sorted(form.path(history), key=lambda slot: _player(form, slot)))
            ): z
            for z, history in enumerate(form.terminals.tolist())
        }

    def all(self) -> Iterator[Support]:
        """Every choice of actions for each player."""
        each = [[s for k in range(1, n + 1) for s in combinations(range(n), k)] for n in self.sizes]
        yield from product(*each)

    def formula(self, support: Support, check: Check) -> Formula:
        """Where there is an equilibrium with a support.

        Raises UnfollowedError beyond the limits.
        """
        if support not in self._found:
            check()
            stands, unknown = self._stands(support)
            left = self.elimination.tidied(self.elimination.without(stands, unknown))
            self._found[support] = formula_over(self.setting, self.ground, left)
        return self._found[support]

    @property
    def told(self) -> bool:
        """Whether it is z3's word that something left out on the way holds nowhere."""
        return self.elimination.is_told

    def _stands(self, support: Support) -> tuple[int, list[int]]:
        """That some probabilities with a support are an equilibrium, and the coordinates of those that are unknown."""
        ground = self.ground
        odds = [self._odds(i, own) for i, own in enumerate(support)]
        parts = [ground.compared(odds[i][a], ">") for i, own in enumerate(support) if len(own) > 1 for a in own]
        for i, own in enumerate(support):
            level = self._worth(i, own[0], support, odds)
            for a in range(self.sizes[i]):
                gap = difference(level, self._worth(i, a, support, odds))
                parts.append(ground.compared(gap, "==" if a in own else ">="))
        unknown = [x for i, own in enumerate(support) for x in self.unknowns[i][: len(own) - 1]]
        return ground.joined("all", parts), unknown

    def _odds(self, i: int, own: Sequence[int]) -> Mapping[int, Terms]:
        """The probability of each action that a player takes: what the others leave, of the last one."""
        odds = {a: self.numbers.variable(x) for a, x in zip(own, self.unknowns[i], strict=False)}
        rest = dict(self.numbers.one)
        for a in own[:-1]:
            add_scaled(rest, odds[a], -1)
        return {**odds, own[-1]: rest}

    def _worth(self, i: int, action: int, support: Support, odds: Sequence[Mapping[int, Terms]]) -> Terms:
        """What an action is worth to a player against what the others do."""
        cells = list(product(*(own if j != i else (action,) for j, own in enumerate(support))))
        joint = [
            reduce(multiply, (odds[j][a] for j, a in enumerate(cell) if j != i), self.numbers.one) for cell in cells
        ]
        return mixture(joint, [self.numbers.payoffs[i][self.terminals[cell]] for cell in cells])


def _player(form: Form, slot: int) -> int:
    return form.information_sets[int(form.set_of_slot[slot])].player


def supports_of(setting: Setting) -> Supports:
    """The supports of a setting's game; what was derived for another event is not derived again."""
    if "supports" not in setting.derived:
        setting.derived["supports"] = Supports(setting)
    known: Supports = setting.derived["supports"]
    return known


def region(setting: Setting, among: Among, check: Check) -> Region:
    """Where the event is played in some or in every Nash equilibrium, of which there always is one (Nash 1951).

    Raises UnfollowedError beyond the limits.
    """
    known, hedge = supports_of(setting), setting.game.hedge
    assert hedge is not None
    found = {
        support: known.formula(support, check)
        for support in known.all()
        if any(hedge[known.terminals[cell]] for cell in product(*support)) == (among == "some")
    }
    anywhere = disjunction(found.values())
    formula = anywhere if among == "some" else negation(anywhere)
    return Region(setting, NASH.name, among, formula, check=check, told=known.told, supports=found)
