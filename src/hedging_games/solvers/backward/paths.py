"""Subgame-perfect equilibria grouped by what is played on the path, where they are too many to list.

For each subgame the *outcomes* are found: what can be played on the path of a subgame-perfect equilibrium of it, each with
one continuation that does so. At a single decision an outcome ``o`` of action ``c`` is such a path exactly if every other
action has some outcome that is worth no more than ``o`` to the mover: these are the continuations that the
representative holds in store for deviators. At a stage that several players share every combination of what its leaves can
be worth is solved; where those are too many, the paths on which nobody randomises in the stage are found by the same
argument, for a leaf that one player's deviation can reach and another's cannot may be as bad for the first as it can be.
Neither needs the product of all continuations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import product
from math import prod
from operator import and_
from typing import Any

import numpy as np

from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.profile import pure_profile
from hedging_games.games.reductions import plan_masks, reduced_plans
from hedging_games.solvers.backward.continuations import (
    Continuation,
    Play,
    StageProblem,
    Worth,
    is_too_much,
    profile_of,
    worth_classes,
)
from hedging_games.solvers.backward.faces import Faces
from hedging_games.solvers.backward.findings import Findings
from hedging_games.solvers.listing import path_limit
from hedging_games.solvers.printed import ranges_at
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, Proposal

MAX_OUTCOMES = 200_000
"""Outcomes held for all subgames together."""

MAX_PURE_WORK = 1_000_000
"""Combinations of plans, times deviations, of a shared stage that are looked at for pure paths."""

PATHS_NOTE = (
    "one equilibrium for each path of play; off the path it holds deviators down, others may support the same path"
)

MIXED_PATHS_NOTE = (
    "the paths are complete: what is played on the path of any equilibrium is one of the listed paths or a mixture of them; "
    "averages of the listed profiles themselves need not be equilibria"
)


def propose_paths(game: Game, problems: Sequence[StageProblem], run: Run) -> Proposal:
    """One subgame-perfect equilibrium for each path of play, all paths being given (see the module's introduction).

    Raises CouldNotFinish if there are more than `MAX_OUTCOMES` outcomes in all subgames together, or time runs out.
    """
    findings = Findings(game)
    faces = Faces(run.check)
    found = {int(history): [Continuation(tuple(game.payoffs[:, z]))] for z, history in enumerate(game.form.terminals)}
    left = MAX_OUTCOMES
    for problem in problems:
        run.check()
        leaves = problem.stage.leaves.tolist()
        options = [found[leaf] for leaf in leaves]
        faces.compare(problem, leaves, options, apart=False)
        here: list[Continuation] = []
        for outcome in _outcomes(problem, options, findings, run):
            here.append(outcome)
            left -= 1
            if left < 0:
                raise could_not_finish(
                    "size",
                    f"more than {MAX_OUTCOMES} ways to play the subgames, at {problem.label}",
                    "use fewer grid levels, or parameters at which fewer players are indifferent",
                )
        found[problem.stage.root] = here
    findings.learn_faces(faces)
    is_whole = findings.complete != "some"
    limit = path_limit(game)
    if len(found[0]) > limit:
        findings.some(f"{len(found[0])} paths of play belong to equilibria; the first {limit} of them are listed")
    candidates = []
    for outcome in found[0][:limit]:
        run.check()
        candidates.append(Candidate(profile_of(game, outcome)))
        run.keep(candidates[-1])
    findings.stage_notes[PATHS_NOTE] = None
    shared = [problem for problem in problems if len(problem.movers) > 1]
    for problem in shared:
        findings.components_unknown(problem)
    ranges = (
        ranges_at(game, [candidate.profile.probabilities for candidate in candidates])
        if is_whole and candidates and len(candidates) == len(found[0])
        else None
    )
    everything = tuple(range(len(candidates)))
    if findings.complete == "extreme" and not (faces.is_flat and len(shared) == 0):
        # The representatives differ off the path, so that averages of them need not be equilibria.
        findings.some(MIXED_PATHS_NOTE)
    subsets = (everything,) if findings.complete == "extreme" else [(k,) for k in everything]
    return findings.proposal(candidates, (everything,), subsets, by_path=True, ranges=ranges)


def _outcomes(
    problem: StageProblem, options: Sequence[Sequence[Continuation]], findings: Findings, run: Run
) -> Iterator[Continuation]:
    """The outcomes of a stage whose leaf ``k`` has the outcomes ``options[k]``."""
    if not all(options):
        return iter(())
    if problem.is_decision:
        return _decision_outcomes(problem, options, findings)
    classes = worth_classes(problem, options)
    if is_too_much(problem, classes):
        return _pure_outcomes(problem, options, findings, run)
    return _shared_outcomes(problem, options, classes, findings, run)


def _decision_outcomes(
    problem: StageProblem, options: Sequence[Sequence[Continuation]], findings: Findings
) -> Iterator[Continuation]:
    """The outcomes of a single decision: what the mover cannot better if every other action is made as bad as it can be."""
    mover = problem.movers[0]
    slots = problem.game.form.slots(problem.sets[0])
    one = problem.game.arithmetic.number(1)
    worst = tuple(min(outcomes, key=lambda outcome: outcome.worth[mover]) for outcomes in options)
    threshold = max(outcome.worth[mover] for outcome in worst)
    leaf_with: dict[Any, int] = {}
    for leaf, outcomes in enumerate(options):
        for outcome in outcomes:
            worth = outcome.worth[mover]
            if worth >= threshold:
                if leaf_with.setdefault(worth, leaf) != leaf:
                    findings.tie(problem)
                yield Continuation(outcome.worth, ((slots[leaf], one),), worst, ((leaf, outcome),))


def _shared_outcomes(
    problem: StageProblem,
    options: Sequence[Sequence[Continuation]],
    classes: Sequence[dict[tuple[Any, ...], list[int]]],
    findings: Findings,
    run: Run,
) -> Iterator[Continuation]:
    """The outcomes of a stage solved once for each combination of what its leaves can be worth to its movers."""
    seen: set[tuple[Any, ...]] = set()
    for combination in product(*(worths.values() for worths in classes)):
        run.check()
        below = tuple(outcomes[numbers[0]] for outcomes, numbers in zip(options, combination, strict=True))
        answer = problem.answer([outcome.worth for outcome in below])
        findings.note_answer(problem, answer)
        for play in answer.plays:
            if play.error is not None:
                findings.some(f"{problem.label}: an equilibrium known only roughly was left out")
                continue
            for picks in product(*(combination[leaf] for leaf, _ in play.leads)):
                key = (*play.leads, *picks)
                if key not in seen:
                    seen.add(key)
                    yield _outcome(play, options, below, picks)


def _outcome(
    play: Play, options: Sequence[Sequence[Continuation]], below: tuple[Continuation, ...], picks: Sequence[int]
) -> Continuation:
    """A play of a stage that goes on by the outcome ``picks[k]`` at its ``k``-th leaf on the path, and by ``below`` elsewhere."""
    instead = tuple((leaf, options[leaf][pick]) for (leaf, _), pick in zip(play.leads, picks, strict=True))
    worths = [outcome.worth for outcome in below]
    for leaf, outcome in instead:
        worths[leaf] = outcome.worth
    return Continuation(play.worth(worths), play.taken, below, instead, play.unreached)


def _pure_outcomes(
    problem: StageProblem, options: Sequence[Sequence[Continuation]], findings: Findings, run: Run
) -> Iterator[Continuation]:
    """The outcomes of a stage in which nobody randomises in it, each leaf off the path being as bad for the one player
    whose deviation leads there as it can be. (A leaf to which each of two players could deviate alone is on the path.)
    """
    own, movers = problem.own, problem.movers
    plans = [reduced_plans(own.form, k) for k in range(len(movers))]
    if prod(map(len, plans)) * sum(map(len, plans)) > MAX_PURE_WORK:
        raise could_not_finish(
            "size",
            f"{problem.label} has {' × '.join(str(len(p)) for p in plans)} combinations of plans, and ties after them",
            "use fewer grid levels, or parameters at which fewer players are indifferent",
        )
    if len(movers) > 1:
        findings.some(f"{problem.label}: equilibria in which somebody randomises there were not searched for")
    masks = [[_as_set(mask) for mask in plan_masks(own.form, k, plans[k])] for k in range(len(movers))]
    odds = problem.leaf_odds
    possible = _as_set(odds != 0)
    members: dict[int, list[int]] = {}
    worst = [[min(outcomes, key=lambda o: o.worth[player]) for outcomes in options] for player in movers]
    seen: set[tuple[Any, ...]] = set()
    for chosen in product(*(range(len(p)) for p in plans)):
        run.check()
        path, deviations = _deviations(chosen, masks, possible, members)
        below = [outcomes[0] for outcomes in options]
        for k, leaves_of_plans in enumerate(deviations):
            for leaf in set().union(*leaves_of_plans):
                below[leaf] = worst[k][leaf]
        for picks in product(*(range(len(options[leaf])) for leaf in path)):
            worths = [outcome.worth for outcome in below]
            for leaf, pick in zip(path, picks, strict=True):
                worths[leaf] = options[leaf][pick].worth
            key = (*path, *picks)
            if key not in seen and _nobody_gains(movers, worths, odds, path, deviations):
                seen.add(key)
                play = problem.play(
                    pure_profile(own.form, [slot for k, p in enumerate(chosen) for slot in plans[k][p]])
                )
                yield _outcome(play, options, tuple(below), picks)


def _deviations(
    chosen: Sequence[int], masks: Sequence[Sequence[int]], possible: int, members: dict[int, list[int]]
) -> tuple[list[int], list[list[list[int]]]]:
    """The leaves on the path of a combination of plans, and for each player and plan the leaves that the player reaches
    by that plan while the others keep theirs. Sets of leaves are integers, one bit a leaf; ``members`` remembers them as lists.
    """
    kept = [mask[plan] for mask, plan in zip(masks, chosen, strict=True)]
    deviations = []
    for k, mask in enumerate(masks):
        open_leaves = reduce(and_, [*kept[:k], *kept[k + 1 :]], possible)
        deviations.append([_members(open_leaves & leaves, members) for leaves in mask])
    return deviations[0][chosen[0]], deviations


def _as_set(mask: np.ndarray) -> int:
    return sum(1 << k for k in np.flatnonzero(mask).tolist())


def _members(leaves: int, known: dict[int, list[int]]) -> list[int]:
    if leaves not in known:
        known[leaves] = [k for k in range(leaves.bit_length()) if leaves >> k & 1]
    return known[leaves]


def _nobody_gains(
    movers: Sequence[int],
    worths: Sequence[Worth],
    odds: np.ndarray,
    path: Sequence[int],
    deviations: Sequence[Sequence[Sequence[int]]],
) -> bool:
    """Whether no plan is worth more to its player than the path, leaf ``k`` being worth ``worths[k]``."""

    def expected(player: int, leaves: Sequence[int]) -> Any:
        if len(leaves) == 1 and odds[leaves[0]] == 1:
            return worths[leaves[0]][player]
        return sum(odds[leaf] * worths[leaf][player] for leaf in leaves)

    for player, leaves_of_plans in zip(movers, deviations, strict=True):
        here = expected(player, path)
        if any(expected(player, leaves) > here for leaves in leaves_of_plans):
            return False
    return True
