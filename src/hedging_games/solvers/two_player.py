"""All Nash equilibria of games in which at most two players have a choice: every extreme equilibrium, the maximal Nash
subsets they span, and the components these make up (Avis, Rosenberg, Savani and von Stengel 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.games.form import CHANCE, Form
from hedging_games.games.game import Game
from hedging_games.games.reductions import StrategicForm, strategic_form
from hedging_games.solvers.bimatrix import ExtremeEquilibria, extreme_equilibria
from hedging_games.solvers.printed import (
    Printer,
    Side,
    conditions_on,
    profiles_of,
    ranges_at,
    slot_text,
    support_of,
    variables_of,
)
from hedging_games.solvers.run import Run
from hedging_games.solvers.subsets import joined
from hedging_games.theory.equilibria import EXTREME_NOTE, PLANS_NOTE, Candidate, ContinuumCell, Proposal


def choosing_players(form: Form) -> list[int]:
    """The players who have more than one plan: who has two actions at some information set."""
    return sorted({s.player for s in form.information_sets if len(s.actions) > 1} - {CHANCE})


def propose(game: Game, run: Run) -> Proposal:
    """All extreme equilibria of an exact game in which at most two players have more than one plan.

    A tree is solved through its reduced strategic form; mixed plans that play alike count once.
    Complete: ``all`` if every component is a single point, else ``extreme``.

    Raises CouldNotFinish if the table or the number of vertices is too large, or time runs out.
    """
    table = strategic_form(game)
    choosing = choosing_plans(table)
    first, second = as_bimatrix(table.payoffs, choosing)
    if run.deadline is not None:
        _keep_pure(table, run)
    found = extreme_equilibria(first, second, check=run.check)
    return _Printed(table, choosing, found).proposal(run)


@dataclass(slots=True)
class _Printed:
    """The answer, in printed probabilities (see `printed`)."""

    table: StrategicForm
    choosing: Sequence[int]
    found: ExtremeEquilibria
    candidates: list[Candidate] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)

    def proposal(self, run: Run) -> Proposal:
        """Extreme points with the convex sets they span; cells where a set is not convex in print."""
        mixtures = (self.found.rows, self.found.columns)
        printers = [Printer(self.table.game.form, player) for player in self.choosing]
        points = [
            [printer.realisation(self.table.plans[player], mixture) for mixture in mixtures[k]]
            for k, (player, printer) in enumerate(zip(self.choosing, printers, strict=True))
        ]
        sides: list[list[Side]] = []
        for parts in self.found.subsets:
            run.check()
            sides.append(
                [p.side([own[n] for n in part]) for p, own, part in zip(printers, points, parts, strict=False)]
            )
        component_of = {pair: k for k, component in enumerate(self.found.components) for pair in component}
        pair_number = {pair: k for k, pair in enumerate(self.found.pairs)}
        groups: list[tuple[int, ...]] = []
        members: list[set[int]] = [set() for _ in self.found.components]
        for (rows, columns), halves in zip(self.found.subsets, sides, strict=True):
            groups.append(self._listed(halves))
            members[component_of[pair_number[rows[0], columns[0]]]].update(groups[-1])
        components = joined(members)
        spans = [group for group, halves in zip(groups, sides, strict=True) if all(half.is_convex for half in halves)]
        cells = self._cells(groups, sides, components) if len(spans) < len(groups) else ()
        is_isolated = all(len(component) == 1 for component in components)
        return Proposal(
            tuple(self.candidates),
            "all" if is_isolated or cells else "extreme",
            () if is_isolated else (PLANS_NOTE if cells else EXTREME_NOTE,),
            components,
            _distinct(spans),
            continua=cells,
        )

    def _listed(self, halves: Sequence[Side]) -> tuple[int, ...]:
        """The numbers of a set's points, which are added to the candidates where they are new."""
        found = set()
        for profile in profiles_of(self.table.game.form, halves):
            key = profile.key()
            if key not in self.numbers:
                self.numbers[key] = len(self.candidates)
                self.candidates.append(Candidate(profile))
            found.add(self.numbers[key])
        return tuple(sorted(found))

    def _cells(
        self, groups: Sequence[tuple[int, ...]], sides: Sequence[Sequence[Side]], components: Sequence[Sequence[int]]
    ) -> tuple[ContinuumCell, ...]:
        """Every convex set of mixtures of plans by its equations and inequalities in printed probabilities."""
        cells = []
        for parts, group, halves in zip(self.found.subsets, groups, sides, strict=True):
            equations, inequalities = self._conditions(parts, halves)
            cells.append(
                ContinuumCell(
                    next(k for k, component in enumerate(components) if group[0] in component),
                    sum(half.dimension for half in halves),
                    support_of(self.table.game.form, halves),
                    ", ".join((*equations, *inequalities)) or "any probabilities",
                    group,
                    equations,
                    inequalities,
                    group[0],
                    ranges_at(self.table.game, [self.candidates[k].profile.probabilities for k in group]),
                )
            )
        return tuple(cells)

    def _conditions(
        self, parts: Sequence[Sequence[int]], halves: Sequence[Side]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The equations and inequalities of a set: each half must leave what the other half plays best."""
        form = self.table.game.form
        equations: list[str] = []
        inequalities: list[str] = []
        mixtures = (self.found.rows, self.found.columns)
        for k, (player, half) in enumerate(zip(self.choosing, halves, strict=True)):
            if len(self.choosing) < 2:
                continue
            other = self.choosing[1 - k]
            replies = sorted({j for n in parts[1 - k] for j, w in enumerate(mixtures[1 - k][n]) if w != 0})
            asked = conditions_on(self.table, player, other, replies, half.played)
            names = [slot_text(form, slot) for slot in variables_of(form, half.played)]
            if asked is None:
                inequalities.append(f"what {form.players[other]} plays is best (too long to be written out)")
            for condition in asked or ():
                (equations if condition.relation == "=" else inequalities).append(condition.text(names))
        return tuple(equations), tuple(inequalities)


def _keep_pure(table: StrategicForm, run: Run) -> None:
    """Remember the pure equilibria, quickly found, should the search be stopped before it ends."""
    is_best = [worth == worth.max(axis=player, keepdims=True) for player, worth in enumerate(table.payoffs)]
    for cell in np.argwhere(np.logical_and.reduce(is_best)).tolist():
        run.check()
        weights = [
            [Fraction(int(k == p)) for k in range(len(plans))] for p, plans in zip(cell, table.plans, strict=True)
        ]
        run.keep(Candidate(table.profile(weights)))


def choosing_plans(table: StrategicForm) -> list[int]:
    """The players who have more than one plan."""
    return [player for player, plans in enumerate(table.plans) if len(plans) > 1]


def as_bimatrix(tables: np.ndarray, choosing: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The payoffs of the choosing players as two matrices, from those of all, by player and plans; a missing player gets one action
    and payoff 0.
    """
    sizes = [tables.shape[player + 1] for player in choosing]
    if len(sizes) > 2:
        raise AssertionError("more than two players have a choice")
    shape = (*sizes, *(1,) * (2 - len(sizes)))
    payoffs = [tables[player].reshape(shape) for player in choosing]
    while len(payoffs) < 2:
        payoffs.append(np.full(shape, Fraction(0) if tables.dtype == object else 0, dtype=tables.dtype))
    return payoffs[0], payoffs[1]


def _distinct(sets: Any) -> tuple[tuple[int, ...], ...]:
    """Without repetitions and without sets contained in another."""
    unique = sorted(set(sets))
    return tuple(s for s in unique if not any(set(s) < set(other) for other in unique))
