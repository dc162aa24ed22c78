"""When is the event played in some, and when in every, subgame-perfect equilibrium, players who are indifferent mixing too?

An indifferent player may mix, and what the mixture is may decide what is best earlier on. So a way to play a subgame (a
`Play`) carries *weights*: unknown probabilities with which its movers mix, on the path. What it takes for it to be an
equilibrium is a formula in the parameters and these weights; it is polynomial, since what a player expects is a sum of
products. Backward induction goes as ever (Selten 1965; Kuhn 1953): at a decision a set of actions is mixed if they are worth
the same to the mover, and after every other action *some* equilibrium is worth no more. Weights on which nothing earlier
depends any more are removed from the formula exactly (`algebra.formulas.elimination`), at the root all of them.

Weights are carried only where they can matter. If at no decision *before* a tie the difference of two actions' worth to the
mover takes strictly opposite signs at two equilibrium continuations, resolving the tie purely is enough: that difference is
affine in each mixture, so where a mixture makes the player indifferent or decided, so does one of the actions that it mixes.
The parameters at which this fails are formulas too (`doubts`), often of thin sets; where the pure equilibria already have
the event there, or nothing that may be played there has it (`reachable`), mixing has nothing to add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations, product
from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.formulas.elimination import Elimination, UnfollowedError
from hedging_games.algebra.formulas.formula import FALSE as FALSE_FORMULA
from hedging_games.algebra.formulas.formula import TRUE as TRUE_FORMULA
from hedging_games.algebra.formulas.formula import Atom, Formula, conjunction, disjunction
from hedging_games.algebra.formulas.ground import FALSE, TRUE, Ground
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.inequalities.enclosure import enclose
from hedging_games.algebra.inequalities.polynomials import (
    Terms,
    add_scaled,
    multiply,
    parameter_ring,
    polynomial_of,
    terms_of,
    variables_of,
)
from hedging_games.algebra.inequalities.system import System, constraint
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome, chance_outcomes
from hedging_games.games.form import CHANCE, Form, Stage

QUESTIONS = 60
"""Sets of inequalities decided to show that a tie does not matter."""

MOST_PLAYS = 4_000
"""Ways to play looked at, for a whole tree, before mixing is left unfollowed."""

MOST_WEIGHTS = 10
"""Weights followed at once; removing more has not ended in reasonable time in any game tried."""

BY_MIXING = "with mixing where players are indifferent"

Check = Callable[[], None]
Worth = tuple[tuple[int, tuple[tuple[tuple[int, ...], Any], ...]], ...]


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
    """Where an equilibrium has the event with positive probability (``some``), and where one has it with none (``missed``)."""

    some: Formula
    missed: Formula


Pure = Mapping[int, Sequence[Outcome]]
"""From the roots of stages and the terminal histories to the outcomes in which ties are resolved purely."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where resolving ties purely may not be enough: at one ``stage``, and which information sets come after it."""

    formula: Formula
    below: frozenset[int]


def doubts(setting: Setting, pure: Pure, check: Check = lambda: None) -> list[Doubt]:
    """Stage by stage, where resolving ties after it purely may not be enough."""
    found = []
    for stage in setting.game.form.stages:
        check()
        formula = _doubt_at(setting, stage, pure)
        if formula != FALSE_FORMULA:
            found.append(Doubt(formula, _sets_below(setting.game.form, stage)))
    return found


def pure_is_enough(setting: Setting, pure: Pure, check: Check = lambda: None, given: Formula = TRUE_FORMULA) -> bool:
    """Whether it is proved that all over the box, where a condition is ``given``, resolving ties purely is enough."""
    ground = setting.ground
    return all(
        find(ground, ground.number(conjunction([given, doubt.formula])), questions=QUESTIONS).status == "nowhere"
        for doubt in doubts(setting, pure, check)
    )


def _doubt_at(setting: Setting, stage: Stage, pure: Pure) -> Formula:
    """Where, at one stage, what is best may depend on how ties below are resolved, in more than one way."""
    form = setting.game.form
    if len(stage.sets) > 1:
        movers = [form.information_sets[s].player for s in stage.sets]
        pairs = [(leaf, mover) for leaf in stage.leaves.tolist() for mover in movers]
        return disjunction(_varies(setting, _worths(pure[leaf], mover)) for leaf, mover in pairs)
    mover = form.information_sets[stage.sets[0]].player
    if mover == CHANCE:
        return disjunction(())
    worths = [_worths(pure[child], mover) for child in form.children[stage.root]]
    return disjunction(_both_ways(setting, first, second) for first, second in combinations(worths, 2))


Worths = Sequence[tuple[Any, Formula]]
"""What the outcomes of a subgame are worth to a player, each with the formula under which one is worth that."""


def _worths(outcomes: Sequence[Outcome], player: int) -> Worths:
    alike: dict[Any, list[Formula]] = {}
    for outcome in outcomes:
        alike.setdefault(outcome.worth[player], []).append(outcome.formula)
    return [(worth, disjunction(formulas)) for worth, formulas in alike.items()]


def _varies(setting: Setting, worths: Worths) -> Formula:
    """Where one subgame may be worth different things."""
    return disjunction(
        conjunction([here, there, disjunction([setting.compare(a - b, ">"), setting.compare(a - b, "<")])])
        for (a, here), (b, there) in combinations(worths, 2)
    )


def _both_ways(setting: Setting, first: Worths, second: Worths) -> Formula:
    """Where either of two actions may be strictly better than the other."""
    if len(first) == len(second) == 1:
        return disjunction(())
    ways = (
        disjunction(
            conjunction([here, there, setting.compare(a - b, relation)]) for a, here in first for b, there in second
        )
        for relation in (">", "<")
    )
    return conjunction(ways)


# --- what can be on the path at all -----------------------------------------------------------------------------------------


def reachable(setting: Setting, check: Check = lambda: None) -> list[Outcome]:
    """Paths of play with formulas that hold wherever the path may belong to an equilibrium, mixed or not.

    What an equilibrium of a subgame is worth lies between the least and the largest worth of the paths that may be played in
    it. So an action is taken only where some path after it is worth at least as much as some path after each other action.
    """
    game, form = setting.game, setting.game.form
    one = game.arithmetic.number(1)
    found: dict[int, list[Outcome]] = {
        int(history): [Outcome(((z, one),), (), tuple(game.payoffs[:, z]), conjunction(()))]
        for z, history in enumerate(form.terminals)
    }
    for stage in form.stages:
        check()
        leaves = [found.pop(leaf) for leaf in stage.leaves.tolist()]
        mover = form.information_sets[stage.sets[0]].player
        if len(stage.sets) > 1:
            found[stage.root] = _reachable_corners(setting, stage, leaves)
        elif mover == CHANCE:
            found[stage.root] = chance_outcomes(setting, stage.sets[0], leaves)
        else:
            worths = [_worths(leaf, mover) for leaf in leaves]
            found[stage.root] = [
                replace(outcome, formula=conjunction([outcome.formula, *_may_be_taken(setting, k, worths)]))
                for k, leaf in enumerate(leaves)
                for outcome in leaf
            ]
        if len(found[stage.root]) > MOST_PLAYS:
            raise UnfollowedError(f"{len(found[stage.root])} paths")
    return found[0]


def _may_be_taken(setting: Setting, k: int, worths: Sequence[Worths]) -> list[Formula]:
    """Where some path after the ``k``-th action is worth at least as much as some path after each other action."""
    return [_not_worse(setting, worths[k], other) for j, other in enumerate(worths) if j != k]


def _not_worse(setting: Setting, first: Worths, second: Worths) -> Formula:
    return disjunction(conjunction([here, there, setting.at_least(a, b)]) for a, here in first for b, there in second)


def _reachable_corners(setting: Setting, stage: Stage, leaves: Sequence[list[Outcome]]) -> list[Outcome]:
    """The paths of a stage with two binary choices: each player's action is good against some action of the other."""
    form = setting.game.form
    at = {_cell(form, stage, leaf): outcomes for leaf, outcomes in zip(stage.leaves.tolist(), leaves, strict=True)}
    first, second = (form.information_sets[s].player for s in stage.sets)
    found = []
    for (i, j), outcomes in at.items():
        ways = [
            disjunction(_not_worse(setting, _worths(at[i, b], first), _worths(at[1 - i, b], first)) for b in (0, 1)),
            disjunction(_not_worse(setting, _worths(at[a, j], second), _worths(at[a, 1 - j], second)) for a in (0, 1)),
        ]
        found += [replace(outcome, formula=conjunction([outcome.formula, *ways])) for outcome in outcomes]
    return found


def _cell(form: Form, stage: Stage, leaf: int) -> tuple[int, int]:
    """Which actions of a stage of two binary choices lead to a leaf."""
    taken = {int(form.set_of_slot[slot]): slot for slot in form.path(leaf)[-2:]}
    first, second = (taken[s] - form.slots(s)[0] for s in stage.sets)
    return first, second


# --- plays with weights -----------------------------------------------------------------------------------------------------


def mixed(setting: Setting, flagged: frozenset[int], check: Check = lambda: None) -> Mixed:
    """Where the event is played and where it is not, all subgame-perfect equilibria counted.

    ``flagged`` : information sets at which mixing matters (see `doubts`); if it turns out to matter at more, these are added.
    The stages of the form must be single decisions, moves of chance, or two binary choices at once.
    Raises UnfollowedError where weights cannot be removed within the limits.
    """
    while True:
        tree = _Tree(setting, flagged, check)
        more = tree.solve()
        if more <= flagged:
            return tree.mixed()
        flagged |= more


class _Tree:
    """A game's stages with the weights of the information sets ``flagged`` followed."""

    def __init__(self, setting: Setting, flagged: frozenset[int], check: Check) -> None:
        self.setting = setting
        self.game = setting.game
        self.form = setting.game.form
        self.flagged = flagged
        self.check = check
        self.count = 0
        self.plays: dict[int, list[Play]] = {}
        self.weights = self._weights()
        self.ground = self._ground()
        self.elimination = Elimination(self.ground, check)
        self.numbers = _Numbers(setting, len(self.ground.whole.box))
        self.wanted = _movers_before(self.form)
        self._for_player: dict[tuple[int, int], list[tuple[Terms, int]]] = {}
        self._at_most: dict[tuple[Any, ...], int] = {}

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
        whole, count = self.setting.whole, sum(map(len, self.weights.values()))
        if count == 0:
            return self.setting.ground
        from fractions import Fraction

        ring = parameter_ring([*self.setting.names, *(f"weight{k}" for k in range(count))])
        unit = Interval(Fraction(0), Fraction(1), True, True)  # noqa: FBT003  (both ends belong to it)
        assumed = [
            constraint(polynomial_of(ring, _padded(c.terms, count)), c.relation, c.reason) for c in whole.assumptions
        ]
        near = (*self.setting.near, *(Fraction(1, 2) for _ in range(count)))
        return Ground(System(ring, (*whole.box, *(unit for _ in range(count))), (), tuple(assumed)), near)

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
            below = _sets_below(form, stage)
            if not below <= self.flagged | matter and self._may_matter(stage):
                matter |= below
            self.plays[stage.root] = self._merged(stage, self._stage_plays(stage))
        return frozenset(matter)

    def mixed(self) -> Mixed:
        """What the plays of the whole game say about the event."""
        ground = self.ground
        some = ground.joined("any", (ground.joined("all", [play.stands, play.hit]) for play in self.plays[0]))
        none = ground.joined(
            "any", (ground.joined("all", [play.stands, ground.negated(play.hit)]) for play in self.plays[0])
        )
        return Mixed(self._as_formula(self.elimination.tidied(some)), self._as_formula(self.elimination.tidied(none)))

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
                key = (*((player, _key(terms)) for player, terms in sorted(play.worth.items())), play.hit)
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
            worth = {player: _mixture(odds, [play.worth[player] for play in chosen]) for player in chosen[0].worth}
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
                    level = min(worths, key=lambda terms: (len(terms), _key(terms)))
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
                        else _mixture([weights[k] for k in support], [play.worth[player] for play in chosen])
                        for player in self.wanted[root]
                    }
                    yield Play(worth, ground.joined("any", (play.hit for play in chosen)), stands)

    def _all_equal(self, worths: Sequence[Terms]) -> int:
        return self.ground.joined(
            "all", (self.ground.compared(_difference(worths[0], other), "==") for other in worths[1:])
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
        corner = {_cell(form, stage, leaf): leaf for leaf in stage.leaves.tolist()}
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
                player: _mixture(joint, [at[cell].worth[player] for cell in path]) for player in self.wanted[stage.root]
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
        value = [_mixture(list(others.values()), [at[a, b].worth[mover] for b in others]) for a in (0, 1)]
        gap = _difference(value[support[0]], value[1 - support[0]])
        return self.ground.compared(gap, "==" if len(support) == 2 else ">=")

    # --- what follows after an action ---------------------------------------------------------------------------------------

    def _plays_for(self, history: int, player: int) -> list[tuple[Terms, int]]:
        """What the plays of a subgame are worth to one player, each with the formula under which some play is worth that."""
        key = (history, player)
        if key not in self._for_player:
            alike: dict[Any, tuple[Terms, list[int]]] = {}
            for play in self.plays[history]:
                terms = play.worth[player]
                alike.setdefault(_key(terms), (terms, []))[1].append(self._without(play.stands, [terms]))
            self._for_player[key] = [(t, self.ground.joined("any", stands)) for t, stands in alike.values()]
        return self._for_player[key]

    def _no_more(self, history: int, player: int, level: Terms) -> int:
        """Some equilibrium of a subgame is worth no more than a level to a player."""
        key = (history, player, _key(level))
        if key not in self._at_most:
            self._at_most[key] = self._compared(history, player, level, ">=")
        return self._at_most[key]

    def _compared(self, history: int, player: int, level: Terms, relation: str) -> int:
        ground = self.ground
        cases = [
            self._without(ground.joined("all", [stands, self._relation(level, terms, relation)]), [level])
            for terms, stands in self._plays_for(history, player)
        ]
        return ground.joined("any", cases)

    def _relation(self, first: Terms, second: Terms, relation: str) -> int:
        """``first relation second``."""
        difference = _difference(first, second)
        if relation == "<":
            return self.ground.compared({e: -c for e, c in difference.items()}, ">")
        return self.ground.compared(difference, ">=" if relation == ">=" else ">")

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
            self._possible([stands, here, self.ground.negated(self.ground.compared(_difference(terms, other), "=="))])
            for (terms, stands), (other, here) in combinations(plays, 2)
        )

    def _possible(self, parts: Iterable[int]) -> bool:
        """Whether formulas may hold together at some point: true unless the contrary is proved."""
        self.check()
        return find(self.ground, self.ground.joined("all", parts), questions=QUESTIONS).status != "nowhere"

    # --- back to the parameters -----------------------------------------------------------------------------------------------

    def _as_formula(self, number: int) -> Formula:
        """A formula of the table, weights removed, over the parameters alone."""
        ring, size = self.setting.functions.ring, len(self.setting.names)
        memo: dict[int, Formula] = {TRUE: conjunction(()), FALSE: disjunction(())}

        def turned(n: int) -> Formula:
            if n not in memo:
                part = self.ground.parts[n]
                if part.kind == "signs":
                    asked = self.ground.constraint(part.polynomial, part.signs)
                    terms = {e[:size]: c for e, c in asked.terms.items()}
                    memo[n] = Atom(constraint(polynomial_of(ring, terms), asked.relation, BY_MIXING))
                else:
                    join = conjunction if part.kind == "all" else disjunction
                    memo[n] = join(turned(inner) for inner in part.parts)
            return memo[n]

        return turned(number)


class _Numbers:
    """A setting's payoffs and odds as polynomials: every player's payoffs share one positive denominator, left out.

    The odds of a move of chance lose their common denominator too; payoffs at histories that do not pass the move make up
    for it, so that all that one player compares is in one scale.
    """

    def __init__(self, setting: Setting, size: int) -> None:
        self.setting = setting
        self.extra = size - len(setting.names)
        self.size = size
        self.one: Terms = {(0,) * size: 1}
        game, form = setting.game, setting.game.form
        self.odds: dict[int, Terms] = {}
        scales: dict[int, Terms] = {}
        for s in form.sets_of(CHANCE):
            tops, scales[s] = self._cleared([game.chance[slot] for slot in form.slots(s)])
            self.odds |= dict(zip(form.slots(s), tops, strict=True))
        spared = [self._spared(form, scales, int(history)) for history in form.terminals]
        self.payoffs = []
        for player in range(len(game.players)):
            tops, _ = self._cleared(list(game.payoffs[player]))
            self.payoffs.append([multiply(top, spare) for top, spare in zip(tops, spared, strict=True)])

    def variable(self, coordinate: int) -> Terms:
        """A coordinate as a polynomial."""
        return {tuple(int(k == coordinate) for k in range(self.size)): 1}

    def _cleared(self, values: Sequence[Any]) -> tuple[list[Terms], Terms]:
        """Rational functions times a common positive denominator, and that denominator."""
        ring = self.setting.functions.ring
        common = reduce(lambda a, b: a.lcm(b), [value.denom for value in values], ring.one)
        bounds = enclose(terms_of(common), self.setting.box)
        # A denominator that is never zero but may change its sign counts squared.
        factor = ring.one if bounds.positive else -ring.one if bounds.negative else common
        tops = [value.numer * common.exquo(value.denom) * factor for value in values]
        return [_padded(terms_of(top), self.extra) for top in tops], _padded(terms_of(common * factor), self.extra)

    def _spared(self, form: Form, scales: Mapping[int, Terms], history: int) -> Terms:
        """The denominators of the moves of chance that a history does not pass."""
        passed = {int(form.set_of_slot[slot]) for slot in form.path(history)}
        return reduce(multiply, [scale for s, scale in scales.items() if s not in passed], self.one)


def _movers_before(form: Form) -> dict[int, frozenset[int]]:
    """The players who move at the proper predecessors of each root of a stage and each terminal history."""
    found = {0: frozenset[int]()}
    for stage in reversed(form.stages):
        movers = {form.information_sets[s].player for s in stage.sets} - {CHANCE}
        for leaf in stage.leaves.tolist():
            found[leaf] = found[stage.root] | movers
    return found


def _sets_below(form: Form, stage: Stage) -> frozenset[int]:
    """The players' information sets strictly after a stage, but those of shared stages, whose weights are always followed."""
    end = int(form.end[stage.root])
    return frozenset(
        s
        for other in form.stages
        if stage.root < other.root < end and len(other.sets) == 1
        for s in other.sets
        if form.information_sets[s].player != CHANCE
    )


def _padded(terms: Terms, count: int) -> Terms:
    return {(*e, *(0,) * count): c for e, c in terms.items()}


def _key(terms: Terms) -> tuple[Any, ...]:
    return tuple(sorted(terms.items()))


def _difference(first: Terms, second: Terms) -> Terms:
    found = dict(first)
    add_scaled(found, second, -1)
    return found


def _mixture(weights: Sequence[Terms], parts: Sequence[Terms]) -> Terms:
    """The sum of products of weights and parts."""
    found: Terms = {}
    for weight, part in zip(weights, parts, strict=True):
        add_scaled(found, multiply(weight, part), 1)
    return found
