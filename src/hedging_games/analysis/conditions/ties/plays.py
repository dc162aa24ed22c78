"""Backward induction over plays with weights; at the root the weights are removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.algebra.formulas.elimination import Elimination, UnfollowedError
from hedging_games.algebra.formulas.formula import Formula
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.narrowed import formula_of
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.formulas.table import FALSE, TRUE
from hedging_games.algebra.inequalities.factors import key_of
from hedging_games.algebra.inequalities.system import Relation
from hedging_games.algebra.polynomials import (
    Terms,
    add_scaled,
    difference,
    multiply,
    variables_of,
)
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.ties.doubts import QUESTIONS
from hedging_games.analysis.conditions.ties.layout import cell_of, movers_before, sets_below, stages_below
from hedging_games.analysis.conditions.ties.numbers import Numbers, mixture, weighted_ground
from hedging_games.games.form import CHANCE, Stage

MOST_PLAYS = 4_000
"""Ways to play looked at, for a whole tree, before mixing is left unfollowed."""

MOST_WEIGHTS = 10
"""Weights followed at once; removing more has not ended in reasonable time in any game tried."""

MOST_WORK, MOST_WORK_AT_ONCE = 60_000, 12_000
"""What removing weights may cost (see `Elimination`); where players choose at once weights multiply, and most of what ends does so early."""

BY_MIXING = "with mixing where players are indifferent"


@dataclass(frozen=True, slots=True)
class Play:
    """A way to play a subgame.

    ``worth`` : what it is worth to the players who move before it, as polynomials in parameters and weights. ``hit`` : the
    formula under which the event has positive probability. ``stands`` : the formula under which it is an equilibrium.
    """

    worth: Mapping[int, Terms]
    hit: int
    stands: int


@dataclass(frozen=True, slots=True)
class Mixed:
    """Where an equilibrium has the event with positive probability (``some``), and where one has it with none (``missed``).

    ``told`` : whether it is z3's word, without a proof of our own, that what was not followed adds nothing.
    """

    some: Formula
    missed: Formula
    told: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """Where alone an answer counts: a formula of the setting's ground, and the information sets at which there may be ties there;
    ``event`` : whether what has the event is asked for, or what misses it; None for both.
    """

    number: int
    tied: frozenset[int]
    event: bool | None = None


def mixed(setting: Setting, flagged: frozenset[int], within: Within, check: Check = lambda: None) -> Mixed:
    """Where the event is played and where it is not, all subgame-perfect equilibria counted.

    ``flagged`` : information sets at which mixing matters (see `doubts`); if it turns out to matter at more, these are added.
    The stages of the form must be single decisions, moves of chance, or two binary choices at once.
    Raises UnfollowedError where weights cannot be removed within the limits.
    """
    while True:
        tree = _Tree(setting, flagged, within, check)
        more = tree.solve()
        if more <= flagged:
            return tree.mixed()
        flagged |= more


class _Tree:
    """A game's stages with the weights of the information sets ``flagged`` followed."""

    def __init__(self, setting: Setting, flagged: frozenset[int], within: Within, check: Check) -> None:
        self.setting = setting
        self.game = setting.game
        self.form = setting.game.form
        self.flagged = flagged
        self.within = within
        self.check = check
        self.count = 0
        self.plays: dict[int, list[Play]] = {}
        self.weights = self._weights()
        self.ground = self._ground()
        at_once = any(len(stage.sets) > 1 for stage in self.form.stages)
        self.elimination = Elimination(self.ground, check, MOST_WORK_AT_ONCE if at_once else MOST_WORK)
        self.numbers = Numbers(setting, len(self.ground.whole.box))
        self.wanted = movers_before(self.form)
        self._for_player: dict[tuple[int, int], list[tuple[Terms, int]]] = {}
        self._at_most: dict[tuple[Any, ...], int] = {}
        self._told = False
        """Whether z3's word alone says that weights which were not followed do not matter."""

    def _weights(self) -> dict[int, range]:
        """The coordinates of the weights of each information set: of all its actions but the last."""
        start = len(self.setting.names)
        found = {}
        for stage in self.form.stages:
            for s in stage.sets:
                if self.form.information_sets[s].player != CHANCE and (len(stage.sets) > 1 or s in self.flagged):
                    size = len(self.form.information_sets[s].actions) - 1
                    found[s] = range(start, start + size)
                    start += size
        if start - len(self.setting.names) > MOST_WEIGHTS:
            raise UnfollowedError(f"{start - len(self.setting.names)} weights")
        return found

    def _ground(self) -> Ground:
        count = sum(map(len, self.weights.values()))
        if count == 0:
            return self.setting.ground
        return weighted_ground(self.setting, count)

    # --- backward induction -----------------------------------------------------------------------------------------------

    def solve(self) -> frozenset[int]:
        """Find the plays of every subgame; the information sets whose weights turn out to matter."""
        form = self.form
        for z, history in enumerate(form.terminals.tolist()):
            happens = bool(self.game.hedge[z]) if self.game.hedge is not None else False
            worth = {player: self.numbers.payoffs[player][z] for player in self.wanted[history]}
            self.plays[history] = [Play(worth, TRUE if happens else FALSE, TRUE)]
        matter: set[int] = set()
        for stage in form.stages:
            self.check()
            below = sets_below(form, stage) & self.within.tied
            if not below <= self.flagged | matter:
                told_before = self._told
                if self._may_matter(stage):
                    # What was ruled out on the way to this answer counts no more.
                    matter |= below
                    self._told = told_before
            found = self._stage_plays(stage)
            listed = self._merged(stage, map(self._asked_for, found) if stage.root == 0 else found)
            self.plays[stage.root] = listed if self._has_weights(stage) else list(filter(self._may_stand, listed))
        return frozenset(matter)

    def _has_weights(self, stage: Stage) -> bool:
        """Whether weights are followed at a stage or after it."""
        return any(s in self.weights for here in [stage, *stages_below(self.form, stage)] for s in here.sets)

    def _may_stand(self, play: Play) -> bool:
        """Whether a play without weights may be an equilibrium where the answer counts."""
        ground = self.setting.ground
        stands = ground.number(formula_over(self.setting, self.ground, play.stands))
        found = find(ground, ground.joined("all", [stands, self.within.number]), questions=QUESTIONS)
        self._told = self._told or found.is_told
        return found.status != "nowhere"

    def _asked_for(self, play: Play) -> Play:
        """A play of the whole game where it has the event, or where it misses it, if one of the two alone is asked for."""
        if self.within.event is None:
            return play
        kept = play.hit if self.within.event else self.ground.negated(play.hit)
        return replace(play, stands=self.ground.joined("all", [play.stands, kept]))

    def mixed(self) -> Mixed:
        """What the plays of the whole game say about the event."""
        ground = self.ground
        some = ground.joined("any", (ground.joined("all", [play.stands, play.hit]) for play in self.plays[0]))
        none = ground.joined(
            "any", (ground.joined("all", [play.stands, ground.negated(play.hit)]) for play in self.plays[0])
        )
        some, none = self.elimination.tidied(some), self.elimination.tidied(none)
        return Mixed(
            formula_over(self.setting, ground, some),
            formula_over(self.setting, ground, none),
            self._told or self.elimination.is_told,
        )

    def _stage_plays(self, stage: Stage) -> Iterable[Play]:
        if len(stage.sets) > 1:
            return self._shared(stage)
        s = stage.sets[0]
        children = self.form.children[stage.root]
        return self._chance(s, children) if self._mover(s) == CHANCE else self._decision(stage.root, s, children)

    def _mover(self, s: int) -> int:
        return self.form.information_sets[s].player

    def _merged(self, stage: Stage, found: Iterable[Play]) -> list[Play]:
        """Plays without the weights that nothing earlier depends on; those alike taken together."""
        ground = self.ground
        alike: dict[tuple[Any, ...], list[Play]] = {}
        for play in found:
            stands = self._without(play.stands, play.worth.values())
            if stands != FALSE:
                key = (*((player, key_of(terms)) for player, terms in sorted(play.worth.items())), play.hit)
                alike.setdefault(key, []).append(Play(play.worth, play.hit, stands))
        listed = [
            Play(same[0].worth, same[0].hit, ground.joined("any", (play.stands for play in same)))
            for same in alike.values()
        ]
        self._count(len(listed), stage)
        return listed

    def _without(self, stands: int, kept: Iterable[Terms]) -> int:
        """A formula without the weights that the polynomials ``kept`` do not contain."""
        first = len(self.setting.names)
        needed = {v for terms in kept for v in variables_of(terms)}
        spare = [v for v in self.elimination.spoken(stands) if v >= first and v not in needed]
        return self.elimination.without(stands, spare) if spare else stands

    def _count(self, more: int, stage: Stage) -> None:
        self.count += more
        if self.count > MOST_PLAYS:
            raise UnfollowedError(f"{self.count} ways to play, at {self.form.history_labels[stage.root]}")

    # --- one stage --------------------------------------------------------------------------------------------------------

    def _chance(self, s: int, children: Sequence[int]) -> Iterable[Play]:
        ground, odds = self.ground, [self.numbers.odds[slot] for slot in self.form.slots(s)]
        for chosen in product(*(self.plays[child] for child in children)):
            self._count(1, self.form.stages[0])
            worth = {player: mixture(odds, [play.worth[player] for play in chosen]) for player in chosen[0].worth}
            happens = [
                ground.joined("all", [play.hit, ground.compared(weight, ">")])
                for weight, play in zip(odds, chosen, strict=True)
            ]
            yield Play(worth, ground.joined("any", happens), ground.joined("all", (play.stands for play in chosen)))

    def _decision(self, root: int, s: int, children: Sequence[int]) -> Iterable[Play]:
        mover, ground = self._mover(s), self.ground
        sizes = range(1, len(children) + 1) if s in self.flagged else (1,)
        for size in sizes:
            for support in combinations(range(len(children)), size):
                weights = self._probabilities(s, support)
                for chosen in product(*(self.plays[children[k]] for k in support)):
                    worths = [play.worth[mover] for play in chosen]
                    level = min(worths, key=lambda terms: (len(terms), key_of(terms)))
                    alike = self._all_equal(worths)
                    if alike == FALSE:
                        continue
                    self.count += 1
                    stays = [self._no_more(child, mover, level) for k, child in enumerate(children) if k not in support]
                    inside = self._positive(s, support)
                    stands = ground.joined("all", [alike, inside, *(play.stands for play in chosen), *stays])
                    worth = {
                        player: level
                        if player == mover
                        else mixture([weights[k] for k in support], [play.worth[player] for play in chosen])
                        for player in self.wanted[root]
                    }
                    yield Play(worth, ground.joined("any", (play.hit for play in chosen)), stands)

    def _all_equal(self, worths: Sequence[Terms]) -> int:
        return self.ground.joined(
            "all", (self.ground.compared(difference(worths[0], other), "==") for other in worths[1:])
        )

    def _probabilities(self, s: int, support: Sequence[int]) -> dict[int, Terms]:
        """The probability of each action in a support: the last one's is what the others leave."""
        one = self.numbers.one
        if len(support) == 1:
            return {support[0]: one}
        found: dict[int, Terms] = {}
        left = dict(one)
        for k, coordinate in zip(support[:-1], self.weights[s], strict=False):
            found[k] = self.numbers.variable(coordinate)
            add_scaled(left, found[k], -1)
        return {**found, support[-1]: left}

    def _positive(self, s: int, support: Sequence[int]) -> int:
        probabilities = self._probabilities(s, support).values()
        return self.ground.joined("all", (self.ground.compared(terms, ">") for terms in probabilities))

    def _shared(self, stage: Stage) -> Iterable[Play]:
        """Two players choose at once between two actions each."""
        form = self.form
        corner = {cell_of(form, stage, leaf): leaf for leaf in stage.leaves.tolist()}
        for own in product((0, 1), (0, 1)):
            yield from self._pure_corner(stage, corner, own)
        for supports in product(((0,), (1,), (0, 1)), repeat=2):
            if max(map(len, supports)) > 1:
                yield from self._mixed_corners(stage, corner, supports)

    def _pure_corner(self, stage: Stage, corner: Mapping[tuple[int, int], int], own: tuple[int, ...]) -> Iterable[Play]:
        ground = self.ground
        i, j = own
        movers = [self._mover(s) for s in stage.sets]
        for play in self.plays[corner[i, j]]:
            self._count(1, stage)
            stays = [
                self._no_more(corner[1 - i, j], movers[0], play.worth[movers[0]]),
                self._no_more(corner[i, 1 - j], movers[1], play.worth[movers[1]]),
            ]
            worth = {player: play.worth[player] for player in self.wanted[stage.root]}
            yield Play(worth, play.hit, ground.joined("all", [play.stands, *stays]))

    def _mixed_corners(
        self, stage: Stage, corner: Mapping[tuple[int, int], int], supports: tuple[tuple[int, ...], ...]
    ) -> Iterable[Play]:
        """Somebody mixes: the four continuations go together."""
        ground = self.ground
        movers = [self._mover(s) for s in stage.sets]
        odds = [self._probabilities(s, support) for s, support in zip(stage.sets, supports, strict=True)]
        inside = [self._positive(s, support) for s, support in zip(stage.sets, supports, strict=True)]
        cells: list[tuple[int, int]] = list(product((0, 1), (0, 1)))
        for plays in product(*(self.plays[corner[cell]] for cell in cells)):
            self._count(1, stage)
            at = dict(zip(cells, plays, strict=True))
            rational = [
                self._best_mix(
                    movers[k], supports[k], odds[1 - k], {c if k == 0 else c[::-1]: p for c, p in at.items()}
                )
                for k in (0, 1)
            ]
            stands = ground.joined("all", [*inside, *rational, *(play.stands for play in plays)])
            if stands == FALSE:
                continue
            path = list(product(supports[0], supports[1]))
            joint = [multiply(odds[0][a], odds[1][b]) for a, b in path]
            worth = {
                player: mixture(joint, [at[cell].worth[player] for cell in path]) for player in self.wanted[stage.root]
            }
            yield Play(worth, ground.joined("any", (at[cell].hit for cell in path)), stands)

    def _best_mix(
        self,
        mover: int,
        support: Sequence[int],
        others: Mapping[int, Terms],
        at: Mapping[tuple[int, int], Play],
    ) -> int:
        """The mover, whose action comes first in the cells, cannot do better than mix over its support."""
        value = [mixture(list(others.values()), [at[a, b].worth[mover] for b in others]) for a in (0, 1)]
        gap = difference(value[support[0]], value[1 - support[0]])
        return self.ground.compared(gap, "==" if len(support) == 2 else ">=")

    # --- what follows after an action ---------------------------------------------------------------------------------------

    def _plays_for(self, history: int, player: int) -> list[tuple[Terms, int]]:
        """What the plays of a subgame are worth to one player, each with the formula under which some play is worth that."""
        key = (history, player)
        if key not in self._for_player:
            alike: dict[Any, tuple[Terms, list[int]]] = {}
            for play in self.plays[history]:
                terms = play.worth[player]
                alike.setdefault(key_of(terms), (terms, []))[1].append(self._without(play.stands, [terms]))
            self._for_player[key] = [(t, self.ground.joined("any", stands)) for t, stands in alike.values()]
        return self._for_player[key]

    def _no_more(self, history: int, player: int, level: Terms) -> int:
        """Some equilibrium of a subgame is worth no more than a level to a player."""
        key = (history, player, key_of(level))
        if key not in self._at_most:
            self._at_most[key] = self._compared(history, player, level, ">=")
        return self._at_most[key]

    def _compared(self, history: int, player: int, level: Terms, relation: Relation) -> int:
        ground = self.ground
        cases = [
            self._without(ground.joined("all", [stands, self._relation(level, terms, relation)]), [level])
            for terms, stands in self._plays_for(history, player)
        ]
        return ground.joined("any", cases)

    def _relation(self, first: Terms, second: Terms, relation: Relation) -> int:
        """``first relation second``."""
        return self.ground.compared(difference(first, second), relation)

    # --- which weights matter -----------------------------------------------------------------------------------------------

    def _may_matter(self, stage: Stage) -> bool:
        """Whether how ties below are resolved may change what is best here, in more than one way at once."""
        if len(stage.sets) > 1:
            movers = [self._mover(s) for s in stage.sets]
            return any(self._varies(leaf, mover) for leaf in stage.leaves.tolist() for mover in movers)
        mover = self._mover(stage.sets[0])
        if mover == CHANCE:
            return False
        children = self.form.children[stage.root]
        return any(self._both_ways(mover, c, d) for c, d in combinations(children, 2))

    def _both_ways(self, mover: int, c: int, d: int) -> bool:
        """Whether at one point either of two actions may be strictly better than the other."""
        if len(self._plays_for(c, mover)) == 1 and len(self._plays_for(d, mover)) == 1:
            return False
        better = [self._better(mover, c, d), self._better(mover, d, c)]
        return self._possible(better)

    def _better(self, mover: int, c: int, d: int) -> int:
        ground = self.ground
        return ground.joined(
            "any",
            (
                self._without(ground.joined("all", [stands, here, self._relation(terms, other, ">")]), [])
                for terms, stands in self._plays_for(c, mover)
                for other, here in self._plays_for(d, mover)
            ),
        )

    def _varies(self, history: int, player: int) -> bool:
        """Whether at one point a subgame may be worth different things to a player."""
        plays = self._plays_for(history, player)
        if len(plays) == 1:
            # One polynomial may still vary with its weights.
            return any(v >= len(self.setting.names) for v in variables_of(plays[0][0]))
        return any(
            self._possible([stands, here, self.ground.negated(self.ground.compared(difference(terms, other), "=="))])
            for (terms, stands), (other, here) in combinations(plays, 2)
        )

    def _possible(self, parts: Iterable[int]) -> bool:
        """Whether formulas may hold together at some point: true unless the contrary is proved, or z3's word."""
        self.check()
        found = find(self.ground, self.ground.joined("all", parts), questions=QUESTIONS)
        self._told = self._told or found.is_told
        return found.status != "nowhere"


def formula_over(setting: Setting, ground: Ground, number: int) -> Formula:
    """A formula of a table without weights as one over the parameters of a setting."""
    return formula_of(ground, number, setting.functions.ring, BY_MIXING)
