"""When is what is played in every period of a repeated game sustained by a punishment? One formula for each punishment.

Payoffs are averages: ``(1 - d) now + d later``. Whoever leaves what is to be played (alone, and in whatever period) is punished from the next
period on, and nobody must gain by that (the one-shot deviation principle).

- *grim trigger* (Friedman 1971): the equilibrium of the period that is worst for whoever deviated is played for ever;
- *penal codes* (Abreu 1988): something that is bad for whoever deviated is played for ever; or (stick and carrot, Abreu 1986) once, perhaps an
  equilibrium of the period once more, then the path again. Whoever deviates from a punishment is punished in turn;
- nothing is worse for a player than the least to which the others can *hold* it (the pure minmax).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import prod
from typing import Any, Final, NamedTuple, TypeAlias

from hedging_games.algebra.formulas.formula import FALSE, TRUE, Formula, conjunction, disjunction
from hedging_games.errors import could_not_finish
from hedging_games.solvers.repeated.period import End, Period, Play, Step

MOST_CODES: Final = 4_000
"""Combinations of punishments, one for each player, that are followed for one path."""


class Leg(NamedTuple):
    """What is played in a period of a punishment, and what it and all that follows are worth on average, by player."""

    play: Play
    worth: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Punishment:
    """What is played from the period after a deviation of one player on: a ``route``, and then the path again or the last leg for ever.

    ``formula`` : where it can be used. ``absorbing`` : it is an equilibrium of the period that goes on whatever anybody does; else whoever leaves
    it is punished in turn.
    """

    route: tuple[Leg, ...]
    formula: Formula
    absorbing: bool

    @property
    def worth(self) -> tuple[Any, ...]:
        """What it is worth on average, by player."""
        return self.route[0].worth


Rule: TypeAlias = dict[tuple[int, ...], End]
"""How the period goes on after what is chosen at its start."""


class Punishments:
    """The formulas of a repeated game; those of a path take the `Play` that is repeated.

    ``possible`` : whether a formula may hold somewhere, for what need not be followed.
    """

    def __init__(self, period: Period, possible: Callable[[Formula], bool] = lambda formula: formula != FALSE) -> None:
        self.period = period
        self.possible = possible
        game = period.repeated
        zero = period.game.arithmetic.number(0)
        self.discounts = tuple(zero if k in game.myopic else d for k, d in enumerate(game.discounts))
        self.patient = tuple(player for player in period.movers if player not in game.myopic)
        self._kept: dict[Any, Formula] = {}
        self._averages: dict[Any, Any] = {}

    # --- one deviation ---------------------------------------------------------------------------------------------------

    def average(self, player: int, now: Any, later: Any) -> Any:
        """What a payoff now and an average payoff later are worth on average."""
        key = (player, now, later)
        if key not in self._averages:
            d = self.discounts[player]
            self._averages[key] = (1 - d) * now + d * later
        return self._averages[key]

    def keeps(self, k: int, play: Play, worth: Any, punished: Any) -> Formula:
        """Where the mover in place ``k`` does not leave what is played, that being ``worth`` so much on average, and punishment
        ``punished``.
        """
        key = (k, play.profile, worth, punished)
        if key not in self._kept:
            self._kept[key] = conjunction(
                disjunction(
                    self._no_better(k, play.profile[k], other, end, worth, punished) for end in self.period.ends[other]
                )
                for other in self.period.others(play.profile, k)
            )
        return self._kept[key]

    def _no_better(self, k: int, slot: int, other: tuple[int, ...], end: End, worth: Any, punished: Any) -> Formula:
        player = self.period.movers[k]
        deviating = self.average(player, end.worth[player], punished)
        return conjunction([end.formula, self.period.compare(worth, ">=", deviating, Step(player, slot, other[k]))])

    def best_deviation(self, k: int, play: Play) -> Any:
        """At a point: the most that the mover in place ``k`` gets in the period by doing something else (or what is to be done); those
        who answer settle ties to its damage.
        """
        player = self.period.movers[k]
        others = self.period.others(play.profile, k)
        return max(
            [play.worth[player], *(min(end.worth[player] for end in self.period.ends[other]) for other in others)]
        )

    # --- the period alone ------------------------------------------------------------------------------------------------

    @cached_property
    def stage_equilibria(self) -> list[tuple[Play, Formula]]:
        """Pure equilibria of the period, each with the formula under which it is one."""
        found = []
        for play in self.period.plays:
            self.period.check()
            stays = [
                disjunction(
                    conjunction([end.formula, self._at_once(i, play, end, Step(i, play.profile[k], other[k]))])
                    for end in self.period.ends[other]
                )
                for k, i in enumerate(self.period.movers)
                for other in self.period.others(play.profile, k)
            ]
            formula = conjunction([play.end.formula, *stays])
            if formula != FALSE:
                found.append((play, formula))
        return found

    def _at_once(self, player: int, play: Play, end: End, step: Step) -> Formula:
        return self.period.compare(play.worth[player], ">=", end.worth[player], step)

    def reversions(self, player: int) -> list[tuple[Any, Formula]]:
        """What equilibria of the period pay a player, with where one that does is there."""
        found: dict[Any, list[Formula]] = {}
        for play, formula in self.stage_equilibria:
            found.setdefault(play.worth[player], []).append(formula)
        return [(worth, disjunction(formulas)) for worth, formulas in found.items()]

    # --- paths -----------------------------------------------------------------------------------------------------------

    def grim(self, play: Play) -> Formula:
        """Where going back to the worst equilibrium of the period for ever sustains a path."""
        return conjunction([play.end.formula, *(self._grim_for(k, play) for k in range(len(self.period.movers)))])

    def _grim_for(self, k: int, play: Play) -> Formula:
        player = self.period.movers[k]
        worth = play.worth[player]
        if player not in self.patient:
            return self.keeps(k, play, worth, worth)
        return disjunction(
            conjunction([formula, self.keeps(k, play, worth, punished)])
            for punished, formula in self.reversions(player)
        )

    def penal_code(self, play: Play) -> Formula:
        """Where some punishment for each player, for ever or for a while and then the path again, sustains a path and itself."""
        return disjunction([self.grim(play), *(self._code(play, code) for code in self._codes(play))])

    def penal_code_at(self, play: Play, holds: Callable[[Formula], bool]) -> Formula | None:
        """Where one penal code that serves at a point (at which a formula ``holds`` or does not) sustains a path and itself; None if none
        that is followed serves there.
        """
        for most_bad in (1, 2):
            options = [self._options(player, play, most_bad) for player in self.patient]
            serving = [
                [option for option in own if holds(self._own(player, play, option))]
                for player, own in zip(self.patient, options, strict=True)
            ]
            if prod(map(len, serving)) > MOST_CODES:
                return None
            for code in self._combined(serving):
                formula = self._code(play, code)
                if holds(formula):
                    return formula
        return None

    def _codes(self, play: Play) -> Iterator[dict[int, Punishment]]:
        """Penal codes, a punishment for each player; none if there are too many."""
        for most_bad in (2, 1):
            options = [self._options(player, play, most_bad) for player in self.patient]
            if prod(map(len, options)) <= MOST_CODES:
                yield from self._combined(options)
                return

    def _combined(self, options: Sequence[Sequence[Punishment]]) -> Iterator[dict[int, Punishment]]:
        """A punishment for each player out of what serves it, in every way."""
        return (dict(zip(self.patient, chosen, strict=True)) for chosen in product(*options))

    def grim_code(self) -> dict[int, tuple[Play, ...]]:
        """At a point: the worst equilibrium of the period for each player. There has to be one."""
        stages = [play for play, _ in self.stage_equilibria]
        return {player: (min(stages, key=lambda play: play.worth[player]),) for player in self.patient}

    def _absorbing(self) -> list[Punishment]:
        return [
            Punishment((Leg(play, play.worth),), formula, absorbing=True) for play, formula in self.stage_equilibria
        ]

    def _options(self, player: int, play: Play, most_bad: int) -> list[Punishment]:
        """The punishments of one player: what lasts, and sticks of one period or of two, the second one being an equilibrium of it."""
        worst: dict[Any, Punishment] = {}
        for option in self._absorbing():
            worst.setdefault((option.worth[player], option.formula), option)
        sticks = [stick for stick in self.period.plays if stick != play]
        then = [stage for stage, _ in self.stage_equilibria if stage != play] if most_bad > 1 else []
        routes = [*((stick,) for stick in sticks), *product(sticks, then)]
        lasting = [Punishment((Leg(p, p.worth),), p.end.formula, absorbing=False) for p in self.period.plays]
        options = [*worst.values(), *lasting, *(self._returning(route, play) for route in routes)]
        return [option for option in options if self.possible(self._own(player, play, option))]

    def _own(self, player: int, play: Play, option: Punishment) -> Formula:
        """Where a player leaves neither the path nor its own punishment, whatever the others' punishments are."""
        legs = [Leg(play, play.worth), *(() if option.absorbing else option.route)]
        k, punished = self.period.movers.index(player), option.worth[player]
        return conjunction([option.formula, *(self.keeps(k, leg.play, leg.worth[player], punished) for leg in legs)])

    def _returning(self, plays: tuple[Play, ...], path: Play) -> Punishment:
        """The punishment by given plays, one after the other, and then the path."""
        route: list[Leg] = []
        worth = path.worth
        for play in reversed(plays):
            worth = tuple(
                self.average(i, now, later) for i, (now, later) in enumerate(zip(play.worth, worth, strict=True))
            )
            route.insert(0, Leg(play, worth))
        return Punishment(tuple(route), conjunction(play.end.formula for play in plays), absorbing=False)

    def _code(self, play: Play, code: dict[int, Punishment]) -> Formula:
        """Where a penal code sustains a path and itself: each player's punishment is the same for all its deviations."""
        self.period.check()
        formula = play.end.formula
        for part in self._code_parts(play, code):
            formula = conjunction([formula, part])
            if formula == FALSE:
                break
        return formula

    def _code_parts(self, play: Play, code: dict[int, Punishment]) -> Iterator[Formula]:
        yield from (punishment.formula for punishment in code.values())
        followed = [Leg(play, play.worth), *(leg for p in code.values() if not p.absorbing for leg in p.route)]
        for played, worth in followed:
            for k, player in enumerate(self.period.movers):
                if player in code:
                    yield self.keeps(k, played, worth[player], code[player].worth[player])
                else:
                    yield self.keeps(k, played, played.worth[player], played.worth[player])

    def bound(self, play: Play) -> Formula:
        """Where no player is worse off on a path than by one deviation and the worst that the others can do ever after: whatever
        sustains the path does so there.
        """
        return conjunction([play.end.formula, *(self._bound_for(k, play) for k in range(len(self.period.movers)))])

    def _bound_for(self, k: int, play: Play) -> Formula:
        player = self.period.movers[k]
        if player not in self.patient:
            return self.keeps(k, play, play.worth[player], play.worth[player])
        return disjunction(
            conjunction(
                disjunction(
                    conjunction([end.formula, self.keeps(k, play, play.worth[player], end.worth[player])])
                    for end in self.period.ends[own]
                )
                for own in (held, *self.period.others(held, k))
            )
            for held in self.period.ends
            if held[k] == self.period.form.slots(self.period.sets[k])[0]
        )

    # --- tit for tat -----------------------------------------------------------------------------------------------------

    def tit_for_tat(self, play: Play) -> Formula:
        """Where two players who begin as on the path, and then do what the other one did, are best replies to each other (Axelrod
        and Hamilton 1981): whatever one of them does, it comes back a period later.
        """
        return disjunction(self._mutual(play, rule) for rule in self._rules(play))

    def mutual_rule(self, play: Play) -> Rule:
        """At a point: how those who answer settle ties so that this is a best reply. There has to be a way."""
        return next(rule for rule in self._rules(play) if self._mutual(play, rule) == TRUE)

    def _rules(self, play: Play) -> Iterator[Rule]:
        """How the period may go on after everything that can be chosen at its start, the path being given; none if nothing is copied."""
        if not self.is_copied(play):
            return
        profiles = list(self.period.ends)
        choices = [[play.end] if p == play.profile else self.period.ends[p] for p in profiles]
        if prod(map(len, choices)) > MOST_CODES:
            what = f"those who answer may settle ties in more than {MOST_CODES:,} ways"
            raise could_not_finish("size", what, "hold parameters at numbers (--set), or ask for grim-trigger")
        yield from (dict(zip(profiles, rule, strict=True)) for rule in product(*choices))

    def is_copied(self, play: Play) -> bool:
        """Whether two players, who have the same actions, do the same."""
        form, sets = self.period.form, self.period.sets
        own = [form.information_sets[s].actions for s in sets]
        if len(sets) != 2 or len(self.patient) != 2 or own[0] != own[1]:
            return False
        first, second = (slot - form.slots(s)[0] for slot, s in zip(play.profile, sets, strict=True))
        return first == second

    def _mutual(self, play: Play, rule: Rule) -> Formula:
        formula = conjunction(end.formula for end in rule.values())
        for k in range(2):
            for walk, back in self._walks(
                play.profile[k] - self._first(k), len(self.period.form.slots(self.period.sets[k]))
            ):
                if formula == FALSE:
                    return formula
                self.period.check()
                formula = conjunction([formula, self._no_walk(k, play, rule, walk, back)])
        return formula

    def _first(self, k: int) -> int:
        return self.period.form.slots(self.period.sets[k])[0]

    @staticmethod
    def _walks(start: int, count: int) -> Iterator[tuple[tuple[int, ...], int]]:
        """What a player may do against a copy of itself: actions that never come twice, beginning with the one that is copied
        first; then on from the action in place ``back``.
        """
        waiting: list[tuple[int, ...]] = [(start,)]
        while waiting:
            walk = waiting.pop()
            yield from ((walk, back) for back in range(len(walk)) if len(walk) > 1)
            waiting += [(*walk, action) for action in range(count) if action not in walk]

    def _no_walk(self, k: int, play: Play, rule: Rule, walk: tuple[int, ...], back: int) -> Formula:
        player = self.period.movers[k]
        d, zero, one = (
            self.discounts[player],
            self.period.game.arithmetic.number(0),
            self.period.game.arithmetic.number(1),
        )
        going = (*walk, walk[back])
        paid = []
        for copied, action in pairwise(going):
            own = (action + self._first(k), copied + self._first(1 - k))
            paid.append(rule[own if k == 0 else own[::-1]].worth[player])
        powers = [one]
        for _ in going:
            powers.append(powers[-1] * d)
        rounds = sum(powers[: len(walk) - back], zero)
        before = sum((p * w for p, w in zip(powers, paid[:back], strict=False)), zero)
        cycle = sum((p * w for p, w in zip(powers[back:], paid[back:], strict=False)), zero)
        step = Step(player, play.profile[k], walk[1] + self._first(k))
        return self.period.compare(play.worth[player] * rounds, ">=", (1 - d) * rounds * before + cycle, step)
