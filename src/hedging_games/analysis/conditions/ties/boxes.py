"""Trees in which what ties decide earlier is one other player's worth: then no weights are needed, comparisons are enough.

Take a tree of single decisions at each of which at most one player besides the mover has moved before (every tree of two
players, say). Only what these two expect matters earlier. What the equilibria of a subgame are worth to them is a union
of *boxes*, an interval for each: after a mixture the mover expects the same of every action mixed, so that its interval is what
the actions have in common, and the other expects anything in between. Moves of chance add intervals. So the
ends of the intervals are payoffs or sums of them, and whether an equilibrium exists is a matter of comparing them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations, product
from typing import Any

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.factors import key_of
from hedging_games.algebra.inequalities.system import Relation
from hedging_games.algebra.polynomials import Terms, add_scaled, difference, multiply
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.ties.layout import movers_before
from hedging_games.analysis.conditions.ties.numbers import Numbers
from hedging_games.analysis.conditions.ties.plays import Mixed, formula_over
from hedging_games.games.form import CHANCE, Form

MOST_BOXES = 20_000
"""Boxes looked at, for a whole tree, before mixing is left unfollowed."""


@dataclass(frozen=True)
class End:
    """An end of an interval, which belongs to it unless it is open."""

    terms: Terms
    is_open: bool = False

    @cached_property
    def key(self) -> str:
        """What tells it from other ends, as text, whose hash is kept: it is looked up often."""
        return repr((key_of(self.terms), self.is_open))


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that are above all ``lows`` and below all ``highs``."""

    lows: tuple[End, ...]
    highs: tuple[End, ...]

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from other ranges."""
        return tuple(tuple(sorted({end.key for end in ends})) for ends in (self.lows, self.highs))

    def common(self, other: Range) -> Range:
        """What two ranges have in common."""
        return Range(_once([*self.lows, *other.lows]), _once([*self.highs, *other.highs]))


def point(terms: Terms) -> Range:
    """A single number."""
    return Range((End(terms),), (End(terms),))


def strictly_between(first: Range, second: Range) -> Range:
    """What is above a number of the first range and below one of the second."""
    return Range(
        tuple(End(end.terms, is_open=True) for end in first.lows),
        tuple(End(end.terms, is_open=True) for end in second.highs),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """What some equilibria of a subgame are ``worth`` to the players who move before it, one range for each, independently.

    ``hit`` : the formula under which they have the event with positive probability. ``stands`` : the formula under which they
    are equilibria, and the ranges not empty.
    """

    worth: Mapping[int, Range]
    hit: int
    stands: int


Deterring = Sequence[tuple[tuple[End, ...], int]]
"""Low ends of what a subgame is worth to a player, each with a formula: see `_Tree._lows`."""


def is_boxed(form: Form) -> bool:
    """Whether at every decision at most one player besides the mover has moved before, and nobody moves at the same time."""
    before = movers_before(form)
    return all(len(stage.sets) == len(stage.inner) == 1 for stage in form.stages) and all(
        len(before[stage.root] - {form.information_sets[stage.sets[0]].player}) <= 1
        for stage in form.stages
        if form.information_sets[stage.sets[0]].player != CHANCE
    )


def boxed(setting: Setting, check: Check = no_check) -> Mixed:
    """Where the event is played and where it is not in a tree that `is_boxed`, all subgame-perfect equilibria counted.

    Raises UnfollowedError beyond the limits.
    """
    some, missed = boxed_numbers(setting, check)
    return Mixed(formula_over(setting, setting.ground, some), formula_over(setting, setting.ground, missed))


def boxed_numbers(setting: Setting, check: Check = no_check) -> tuple[int, int]:
    """The same as numbers in the table of the setting's ground."""
    ground, listed = setting.ground, _Tree(setting, check).solve()
    some = ground.joined("any", (ground.joined("all", [box.stands, box.hit]) for box in listed))
    none = ground.joined("any", (ground.joined("all", [box.stands, ground.negated(box.hit)]) for box in listed))
    return some, none


class _Tree:
    def __init__(self, setting: Setting, check: Check) -> None:
        self.setting, self.check = setting, check
        self.form, self.ground = setting.game.form, setting.ground
        self.numbers = Numbers(setting, len(setting.names))
        self.before = movers_before(self.form)
        self.count = 0
        self._known: dict[Any, int] = {}

    def solve(self) -> list[Box]:
        """Backward induction."""
        form, hedge = self.form, self.setting.game.hedge
        at: dict[int, list[Box]] = {}
        for z, history in enumerate(form.terminals.tolist()):
            happens = hedge is not None and bool(hedge[z])
            worth = {player: point(self.numbers.payoffs[player][z]) for player in self.before[history]}
            at[history] = [Box(worth, TRUE if happens else FALSE, TRUE)]
        for stage in form.stages:
            self.check()
            s = stage.sets[0]
            after = [at.pop(child) for child in form.children[stage.root]]
            chance = form.information_sets[s].player == CHANCE
            at[stage.root] = self._merged(self._chance(s, after) if chance else self._decision(stage.root, s, after))
        return at[0]

    def _merged(self, found: Iterable[Box]) -> list[Box]:
        """Boxes alike taken together, and those that stand nowhere left out."""
        alike: dict[Any, list[Box]] = {}
        for box in found:
            self.count += 1
            if self.count > MOST_BOXES:
                raise UnfollowedError(f"{self.count} boxes of payoffs")
            if box.stands != FALSE:
                key = (tuple((player, box.worth[player].key) for player in sorted(box.worth)), box.hit)
                alike.setdefault(key, []).append(box)
        return [
            Box(same[0].worth, same[0].hit, self.ground.joined("any", (box.stands for box in same)))
            for same in alike.values()
        ]

    # --- chance -----------------------------------------------------------------------------------------------------------

    def _chance(self, s: int, after: Sequence[Sequence[Box]]) -> Iterator[Box]:
        ground = self.ground
        odds = [self.numbers.odds[slot] for slot in self.form.slots(s)]
        for chosen in product(*(self._weighted(p, boxes) for p, boxes in zip(odds, after, strict=True))):
            worth = {player: _sum([box.worth[player] for box in chosen]) for player in chosen[0].worth}
            yield Box(
                worth,
                ground.joined("any", (box.hit for box in chosen)),
                ground.joined("all", (box.stands for box in chosen)),
            )

    def _weighted(self, odds: Terms, after: Sequence[Box]) -> list[Box]:
        """What a branch adds to the whole: nothing if its probability is zero, whichever equilibrium is played in it (one exists)."""
        ground = self.ground
        likely, never = ground.compared(odds, ">"), ground.compared(odds, "==")
        taken = [
            Box(
                {player: _scaled(own, odds) for player, own in box.worth.items()},
                box.hit,
                ground.joined("all", [likely, box.stands]),
            )
            for box in after
        ]
        nothing = Box({player: point({}) for player in after[0].worth}, FALSE, never)
        return [box for box in (*taken, nothing) if box.stands != FALSE]

    # --- decisions --------------------------------------------------------------------------------------------------------

    def _decision(self, root: int, s: int, after: Sequence[Sequence[Box]]) -> Iterator[Box]:
        mover = self.form.information_sets[s].player
        other = next(iter(self.before[root] - {mover}), None)
        deterring = [self._lows(listed, mover) for listed in after]
        for k, listed in enumerate(after):
            for box in listed:
                worth = {} if other is None else {other: box.worth[other]}
                yield from self._taken(root, mover, deterring, {k: box}, worth, box.hit)
        if other is None:
            # A mixture is worth to the mover what each of its actions is, and has the event if one of them has it.
            return
        for j, k in combinations(range(len(after)), 2):
            for a, b in product(after[j], after[k]):
                hit = self.ground.joined("any", [a.hit, b.hit])
                # With what the actions themselves are worth, these are all that mixtures of them are worth.
                pairs = [(a, b), (b, a)] if a.hit == b.hit else [(a, b), (b, a), (a, a), (b, b)]
                for low, high in pairs:
                    between = strictly_between(low.worth[other], high.worth[other])
                    yield from self._taken(root, mover, deterring, {j: a, k: b}, {other: between}, hit)

    def _taken(
        self,
        root: int,
        mover: int,
        deterring: Sequence[Deterring],
        chosen: Mapping[int, Box],
        worth: Mapping[int, Range],
        hit: int,
    ) -> Iterator[Box]:
        """The actions ``chosen`` are worth the same to the mover, and some equilibrium after every other one no more."""
        ground = self.ground
        own = reduce(Range.common, (box.worth[mover] for box in chosen.values()))
        given = [box.stands for box in chosen.values()]
        rest = [lists for k, lists in enumerate(deterring) if k not in chosen]
        if mover not in self.before[root]:
            # What the mover expects is forgotten: the more it is, the fewer deviations pay.
            stays = [
                ground.joined("any", (ground.joined("all", [stands, self._below(lows, own)]) for lows, stands in lists))
                for lists in rest
            ]
            stands = ground.joined("all", [*given, *map(self._inhabited, (own, *worth.values())), *stays])
            yield Box(worth, hit, stands)
            return
        for picked in product(*rest):
            limits = Range(_once([*own.lows, *(end for lows, _ in picked for end in lows)]), own.highs)
            found = {**worth, mover: limits}
            stands = ground.joined(
                "all", [*given, *(stands for _, stands in picked), *map(self._inhabited, found.values())]
            )
            yield Box(found, hit, stands)

    def _lows(self, listed: Sequence[Box], player: int) -> Deterring:
        """The low ends of what a subgame is worth to a player, each with the formula under which some equilibria have it."""
        alike: dict[Any, tuple[tuple[End, ...], list[int]]] = {}
        for box in listed:
            lows = box.worth[player].lows
            alike.setdefault(Range(lows, ()).key, (lows, []))[1].append(box.stands)
        return [(lows, self.ground.joined("any", stands)) for lows, stands in alike.values()]

    def _inhabited(self, values: Range) -> int:
        """The range is not empty."""
        return self._below(values.lows, values)

    def _below(self, lows: Sequence[End], values: Range) -> int:
        """Some number below the high ends of a range is above all ``lows``."""
        return self.ground.joined("all", (self._not_above(low, high) for low, high in product(lows, values.highs)))

    def _not_above(self, low: End, high: End) -> int:
        """Some number is above a low end and below a high one."""
        key = (low.key, high.key)
        if key not in self._known:
            relation: Relation = ">" if low.is_open or high.is_open else ">="
            self._known[key] = self.ground.compared(difference(high.terms, low.terms), relation)
        return self._known[key]


def _once(ends: Iterable[End]) -> tuple[End, ...]:
    return tuple({end.key: end for end in ends}.values())


def _scaled(values: Range, factor: Terms) -> Range:
    """Numbers times a positive factor."""
    return Range(
        tuple(End(multiply(end.terms, factor), end.is_open) for end in values.lows),
        tuple(End(multiply(end.terms, factor), end.is_open) for end in values.highs),
    )


def _sum(parts: Sequence[Range]) -> Range:
    """Sums of a number of each range."""
    return Range(_added([part.lows for part in parts]), _added([part.highs for part in parts]))


def _added(ends: Sequence[Sequence[End]]) -> tuple[End, ...]:
    """The largest low ends (the least high ends) added up, whichever of each list these are."""
    found = []
    for chosen in product(*ends):
        terms: Terms = {}
        for end in chosen:
            add_scaled(terms, end.terms, 1)
        found.append(End(terms, any(end.is_open for end in chosen)))
    return _once(found)
