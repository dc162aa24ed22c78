"""What backward induction is made of: ways to play on from a subgame's root, and stages solved for given continuations.

A stage is solved by one of three rules. Where chance alone moves there is nothing to solve. Where one player decides, the
best plans against chance are found. Where several do, the stage with the worth of what follows at its leaves is a game of
its own, handed to a solver for Nash equilibria.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from hedging_games.algebra.checking import Check
from hedging_games.games.form import CHANCE, Form, Stage
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import count_plans, strategic_form
from hedging_games.games.subgames import StageForm, movers_of, stage_form
from hedging_games.games.values import ends_reached, reach
from hedging_games.solvers.backward.maximal import maximal_faces
from hedging_games.solvers.printed import profile_from_behaviours
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import EXTREME_NOTE, Completeness, Proposal

SolveStage = Callable[[Game, Run], Proposal]
"""A solver for the Nash equilibria of a stage that several players share."""

Worth = tuple[Any, ...]
"""What something is worth to each player."""

MAX_STAGE_WORK = 4_000
"""Combinations of what a shared stage's leaves are worth, times the cells of its table, that are solved one by one;
tables of more than `SMALL_TABLE` cells count for more, in proportion."""

MOST_PLANS = 2_000
"""Full plans of a lone mover among which faces are looked for."""

SMALL_TABLE = 16
"""Cells of a table that is solved in no time."""


@dataclass(frozen=True, slots=True, eq=False)
class Continuation:
    """A way to play on from a history.

    Attributes
    ----------
    worth : by player.
    taken : slots of the history's stage with their positive probabilities.
    below : a continuation at each leaf of the stage, save those in ``instead`` (position of the leaf, continuation).
    unreached : sets of the stage that their own player's choice in the stage rules out.
    component : which connected set of continuations of the same history it belongs to.
    error : None if the probabilities are exact, else a bound on their distance from those of an equilibrium.
    doubt : a bound on the distance of ``worth`` from the equilibrium's, for every player.
    """

    worth: Worth
    taken: tuple[tuple[int, Any], ...] = ()
    below: tuple[Continuation, ...] = ()
    instead: tuple[tuple[int, Continuation], ...] = ()
    unreached: tuple[int, ...] = ()
    component: int = 0
    error: Fraction | None = None
    doubt: Any = 0


def profile_of(game: Game, start: Continuation) -> MixedProfile:
    """The profile that plays a continuation of history 0."""
    probabilities = game.arithmetic.zeros((game.form.slot_count,))
    unreached: set[int] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        for slot, probability in here.taken:
            probabilities[slot] = probability
        unreached.update(here.unreached)
        below = list(here.below)
        for position, continuation in here.instead:
            below[position] = continuation
        waiting += [continuation for continuation in below if continuation.taken or continuation.below]
    return MixedProfile(game.form, probabilities, frozenset(unreached))


@dataclass(frozen=True, slots=True)
class Play:
    """An equilibrium of a stage: slots ``taken`` and leaves it ``leads`` to (positions), each with positive probability;
    ``unreached`` sets; its connected ``component`` among the stage's equilibria (-1: not known); and the ``error`` of its
    probabilities (None: exact).
    """

    taken: tuple[tuple[int, Any], ...]
    leads: tuple[tuple[int, Any], ...]
    unreached: tuple[int, ...] = ()
    component: int = 0
    error: Fraction | None = None

    def worth(self, leaf_worths: Sequence[Worth]) -> Worth:
        """What the play is worth to each player if leaf ``k`` is worth ``leaf_worths[k]``."""
        first, odds = self.leads[0]
        if len(self.leads) == 1 and odds == 1:
            return leaf_worths[first]
        players = range(len(leaf_worths[first]))
        return tuple(sum(odds * leaf_worths[leaf][player] for leaf, odds in self.leads) for player in players)


@dataclass(frozen=True, slots=True)
class Answer:
    """The equilibria of a stage for given worths of its leaves, and how complete they are."""

    plays: tuple[Play, ...]
    complete: Completeness = "all"
    notes: tuple[str, ...] = ()
    grouped: bool = False


class StageProblem:
    """A stage to be solved for many worths of its leaves; answers are remembered.

    Attributes
    ----------
    stage : the stage. movers : the players who decide in it. sets : its information sets that are not chance's.
    cells : how many combinations of reduced plans it has. is_curved : whether for some worths of its leaves its solver gave
        cells, so that its equilibria cannot be averaged.
    """

    def __init__(self, game: Game, stage: Stage, solve_stage: SolveStage, run: Run) -> None:
        self.game = game
        self.stage = stage
        self.movers = movers_of(game.form, stage)
        self.sets = tuple(s for s in stage.sets if game.form.information_sets[s].player != CHANCE)
        self.leaf_count = len(stage.leaves)
        self._solve_stage = solve_stage
        self._run = run
        self._own: StageForm | None = None
        self._answers: dict[tuple[Worth, ...], Answer] = {}
        self.is_curved = False

    @property
    def is_decision(self) -> bool:
        """Whether the stage is a single decision of one player, nothing else."""
        return len(self.stage.inner) == 1 and bool(self.movers)

    @property
    def coordinates(self) -> tuple[int, ...]:
        """What can be chosen by itself: at each information set of a lone mover, else by each mover."""
        return self.sets if len(self.movers) == 1 else self.movers

    @property
    def own(self) -> StageForm:
        """The stage as a form of its own."""
        if self._own is None:
            self._own = stage_form(self.game.form, self.stage)
        return self._own

    @property
    def _own_chance(self) -> np.ndarray:
        return np.asarray(self.game.chance[self.own.slots])

    @property
    def leaf_odds(self) -> np.ndarray:
        """Shape (leaves,): how likely chance's own moves on the way to each leaf are."""
        chance = self.own.form.player_of_slot == CHANCE
        slots = np.where(chance, self._own_chance, self.game.arithmetic.number(1))
        return np.asarray(reach(self.own.form, slots)[self.own.form.terminals])

    @property
    def cells(self) -> int:
        """How many combinations of reduced plans the movers have in the stage."""
        if self.is_decision:
            return self.leaf_count
        return math.prod(count_plans(self.own.form, player) for player in range(len(self.movers)))

    @property
    def label(self) -> str:
        """The stage for people: the information sets in it, whose labels say where they are."""
        return " and ".join(self.game.form.information_sets[s].label for s in self.sets or self.stage.sets)

    def answer(self, leaf_worths: Sequence[Worth]) -> Answer:
        """All equilibria of the stage, as far as its solver finds them, if leaf ``k`` is worth ``leaf_worths[k]``.

        Raises CouldNotFinish if the stage is too large for its solver.
        """
        if self.is_decision:
            return self._best_actions(leaf_worths)
        key = tuple(tuple(worth[player] for player in self.movers) for worth in leaf_worths)
        if key not in self._answers:
            payoffs = np.empty((len(self.movers), self.leaf_count), dtype=object)
            for leaf, worth in enumerate(key):
                payoffs[:, leaf] = worth
            self._answers[key] = self._solved(self.own.game(self.game, payoffs))
        return self._answers[key]

    def _best_actions(self, leaf_worths: Sequence[Worth]) -> Answer:
        """The best actions of a single decision."""
        mover = self.movers[0]
        best = max(worth[mover] for worth in leaf_worths)
        one = self.game.arithmetic.number(1)
        slots = self.game.form.slots(self.sets[0])
        return Answer(
            tuple(
                Play(((slot, one),), ((leaf, one),))
                for leaf, (slot, worth) in enumerate(zip(slots, leaf_worths, strict=True))
                if worth[mover] == best
            )
        )

    def _solved(self, local: Game) -> Answer:
        if not self.movers:
            return Answer((self.play(MixedProfile(local.form, self.game.arithmetic.zeros((local.form.slot_count,)))),))
        if len(self.movers) == 1:
            best = _best_plans(local, self._run.check)
            if best is None:
                note = f"{self.label}: which of the best plans can be mixed was not worked out, there are too many"
                return Answer(tuple(self.play(profile) for profile in _reduced_best(local)), "some", (note,))
            return Answer(tuple(self.play(profile) for profile in best))
        # What the stage's solver keeps for the case that time runs out is about the stage, not about the whole game.
        proposal = self._solve_stage(local, Run(self._run.deadline, clock=self._run.clock))
        is_curved = bool(proposal.continua) and proposal.complete != "extreme"
        self.is_curved |= is_curved
        component = {k: number for number, group in enumerate(proposal.components or ()) for k in group}
        if proposal.components is None:
            known = proposal.complete == "all"
            component = {k: k if known else -1 for k in range(len(proposal.candidates))}
        return Answer(
            tuple(self.play(found.profile, component[k], found.error) for k, found in enumerate(proposal.candidates)),
            "some" if is_curved else proposal.complete,
            tuple(f"{self.label}: {note}" for note in (*proposal.notes, *_continua(proposal)) if note != EXTREME_NOTE),
            proposal.grouped is not None,
        )

    def can_compare(self, below: Sequence[Continuation]) -> bool:
        """Whether what is best does not depend on where in their doubt the worths of continuations ``below`` lie."""
        if not self.movers or not any(continuation.doubt for continuation in below):
            return True
        if not self.is_decision:
            return False
        mover = self.movers[0]
        sure = max(continuation.worth[mover] - continuation.doubt for continuation in below)
        best = [c for c in below if c.worth[mover] + c.doubt >= sure]
        return len(best) == 1 or not any(continuation.doubt for continuation in best)

    def doubt(self, play: Play, below: Sequence[Continuation]) -> Any:
        """A bound on the error of what a play is worth, to any player.

        Replacing the mixtures of one set after another by the equilibrium's changes the odds of the leaves by at most half
        the sum of the changes at the set, each time; the worth by that share of what is at stake.
        """
        found = max((continuation.doubt for continuation in below), default=0)
        if play.error is None:
            return found
        share = sum(len(self.game.form.slots(s)) for s in self.sets) * play.error / 2
        by_player = zip(*(continuation.worth for continuation in below), strict=True)
        return found + share * max((max(worths) - min(worths) for worths in by_player), default=0)

    def play(self, profile: MixedProfile, component: int = 0, error: Fraction | None = None) -> Play:
        """A profile of the stage's own form as a play of the stage."""
        slots = np.where(self.own.form.player_of_slot == CHANCE, self._own_chance, profile.probabilities)
        leaves, odds = ends_reached(self.own.form, slots, self.game.arithmetic.number(1))
        return Play(
            tuple((int(self.own.slots[k]), p) for k, p in enumerate(profile.probabilities) if p != 0),
            tuple(zip(leaves.tolist(), odds.tolist(), strict=True)),
            tuple(self.own.sets[s] for s in sorted(profile.unreached)),
            component,
            error,
        )


def _continua(proposal: Proposal) -> list[str]:
    """The equations of a stage's continua, as notes. What comes before those that points do not span is solved at their listed
    points alone.
    """
    is_curved = bool(proposal.continua) and proposal.complete != "extreme"
    followed = ["what comes before a continuum is solved for its listed points only"] if is_curved else []
    return followed + [
        f"a continuum of dimension {cell.dimension}: "
        + "; ".join(f"{player} in {{{', '.join(plans)}}}" for player, plans in cell.support.items())
        + f": {cell.conditions}"
        for cell in proposal.continua
    ]


def worth_classes(problem: StageProblem, options: Sequence[Sequence[Continuation]]) -> list[dict[Worth, list[int]]]:
    """For each leaf of a stage the numbers of its ``options`` by what they are worth to the stage's movers."""
    classes: list[dict[Worth, list[int]]] = []
    for continuations in options:
        classes.append({})
        for number, continuation in enumerate(continuations):
            worth = tuple(continuation.worth[player] for player in problem.movers)
            classes[-1].setdefault(worth, []).append(number)
    return classes


def is_too_much(problem: StageProblem, classes: Sequence[dict[Worth, list[int]]]) -> bool:
    """Whether a stage would have to be solved too often, once for each combination of what its leaves can be worth."""
    combinations = math.prod(len(worths) for worths in classes)
    work = problem.cells * max(1, problem.cells // SMALL_TABLE)
    return combinations > 1 and combinations * work > MAX_STAGE_WORK


def _reduced_best(local: Game) -> list[MixedProfile]:
    """The reduced plans that are best for the only player of a game against chance."""
    table = strategic_form(local)
    best = max(table.payoffs[0])
    one, zero = local.arithmetic.number(1), local.arithmetic.number(0)
    plans = range(len(table.plans[0]))
    return [
        table.profile([[one if k == chosen else zero for k in plans]])
        for chosen in plans
        if table.payoffs[0, chosen] == best
    ]


def _best_plans(local: Game, check: Check) -> list[MixedProfile] | None:
    """The corners of the maximal faces of behaviour that is best for the only player of a game against chance; None if
    there are too many.

    Behaviour is best if every plan that it may come to is. A plan that ignores what it rules out itself is one of
    several full plans; where a face has plans that reach an information set and others that do not, all these corners
    are needed, else the first action stands for all.
    """
    best = _reduced_best(local)
    form = local.form
    sets = form.sets_of(0)
    if len(best) == 1 or len(sets) == 1:
        return best
    options = [[form.slots(s) if s in profile.unreached else profile.support(s) for s in sets] for profile in best]
    if sum(math.prod(map(len, choice)) for choice in options) > MOST_PLANS:
        return None
    plans = [plan for choice in options for plan in product(*choice)]
    faces = maximal_faces(plans, check)
    if faces is None:
        return None
    corners: dict[tuple[int, ...], None] = {}
    for face in faces:
        profiles = [_of_plan(form, plans[k]) for k in face]
        ruled_out = frozenset.intersection(*(profile.unreached for profile in profiles))
        for k in face:
            if all(slot == form.slots(s)[0] for s, slot in zip(sets, plans[k], strict=True) if s in ruled_out):
                corners[plans[k]] = None
    return [_of_plan(form, plan) for plan in sorted(corners)]


def _of_plan(form: Form, plan: Sequence[int]) -> MixedProfile:
    return profile_from_behaviours(form, [tuple((slot, Fraction(1)) for slot in plan)])
