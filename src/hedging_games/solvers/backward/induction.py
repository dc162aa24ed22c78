"""Subgame-perfect equilibria by backward induction, every tie followed (Selten 1965; Kuhn 1953).

The game is cut into stages (`Form.stages`), solved from the last to the first. At each stage every combination of
continuations found so far is followed, and for each of them every equilibrium of the stage: the best actions of a single
decision, the best plans of a stage in which one player decides, all Nash equilibria of a stage that several share. So every
equilibrium in which nobody randomises at a tie is found.

Who may mix at a tie, together with whom, is told by `faces`: products of choices all of whose corners are equilibria consist
of equilibria, and where nobody's preference between two actions turns with the ties after it there are no others. Where
somebody's does, the mixtures are followed as unknowns (`cells`).

What the answer's completeness means:

- ``all``: nobody is ever indifferent and every shared stage is solved completely, so that there is no other equilibrium; or every
  equilibrium lies in one of the cells that are given.
- ``extreme``: every equilibrium lies in one of the convex sets listed as ``subsets``, and all points of these are equilibria.
- ``some``: mixing at a tie is not followed somewhere, a shared stage could not be solved completely, or only a part of a very long
  list is given. The sets that are listed consist of equilibria all the same.

Connected components. Let all stages have one mover at most. The continuations of each leaf form a connected set, by
induction; so does their product; the best (mixed) replies to it form a nonempty, connected set that depends on the
continuation in a closed way; and the graph of such a correspondence over a connected set is connected. So all
equilibria of a tree of perfect information are one component, and in general one for each combination of components
at the leaves, further divided by a shared stage's own components where its leaves are worth one thing only. Where a shared
stage follows upon a continuum, components are not determined, and a note says so.

If there are too many equilibria to list, they are grouped by what is played on the path (`paths`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import prod

from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import Game
from hedging_games.solvers.backward.cells import fits, propose_cells
from hedging_games.solvers.backward.continuations import (
    Continuation,
    Play,
    SolveStage,
    StageProblem,
    is_too_much,
    profile_of,
    worth_classes,
)
from hedging_games.solvers.backward.faces import Faces
from hedging_games.solvers.backward.findings import Findings
from hedging_games.solvers.backward.only import only_equilibrium
from hedging_games.solvers.backward.paths import propose_paths
from hedging_games.solvers.listing import listing_limit
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import JUST_ONE, Candidate, Proposal


def propose(game: Game, run: Run, solve_stage: SolveStage) -> Proposal:
    """All subgame-perfect equilibria of an exact game, as far as the module's introduction promises.

    ``solve_stage`` finds the Nash equilibria of a stage that several players share (the stage as a game of those players).
    At most `listing.MAX_LISTED` equilibria are listed one by one; beyond that the answer has one of each path of play.

    Raises CouldNotFinish if a shared stage is too large for its solver, the paths of play are too many, or time runs out.
    """
    only = only_equilibrium(game)
    if only is not None:
        return only
    problems = [StageProblem(game, stage, solve_stage, run) for stage in game.form.stages]
    if len(problems) == 1 and len(problems[0].movers) > 1:
        # The only subgame is the whole game.
        return solve_stage(game, run)
    findings = Findings(game)
    faces = Faces(run.check)
    found = _continuations(game, problems, findings, faces, run)
    if found is None:
        return propose_paths(game, problems, run)
    candidates = []
    for continuation in found:
        run.check()
        candidates.append(Candidate(profile_of(game, continuation), error=continuation.error))
        run.keep(candidates[-1])
    groups: dict[int, list[int]] = {}
    for number, continuation in enumerate(found):
        groups.setdefault(continuation.component, []).append(number)
    if faces.are_not_all and fits(game):
        try:
            return propose_cells(game, run, candidates)
        except CouldNotFinish:
            run.check()  # Out of time is another matter than out of steps.
    findings.learn_faces(faces)
    return findings.proposal(candidates, tuple(tuple(group) for group in groups.values()), faces.of(0))


def propose_one(game: Game, run: Run, solve_stage: SolveStage) -> Proposal:
    """One subgame-perfect equilibrium of an exact game: at each stage the first that is found, given what follows. ``all`` where no
    stage has another.

    Raises CouldNotFinish if ``solve_stage`` does, where what follows a stage is known too roughly, or time runs out.
    """
    only = only_equilibrium(game)
    if only is not None:
        return only
    problems = [StageProblem(game, stage, solve_stage, run) for stage in game.form.stages]
    if len(problems) == 1 and len(problems[0].movers) > 1:
        return solve_stage(game, run)
    found = {int(history): Continuation(tuple(game.payoffs[:, z])) for z, history in enumerate(game.form.terminals)}
    is_only = True
    for problem in problems:
        run.check()
        below = tuple(found[leaf] for leaf in problem.stage.leaves.tolist())
        answer = problem.answer([continuation.worth for continuation in below])
        if not problem.can_compare(below) or not answer.plays:
            what = f"{problem.label}: what follows is known too roughly to tell what is best"
            raise could_not_finish("one", what, "leave --just-one out")
        is_only = is_only and answer.complete == "all" and len(answer.plays) == 1
        found[problem.stage.root] = _continuation(problem, answer.plays[0], below, 0)
    candidate = Candidate(profile_of(game, found[0]), error=found[0].error)
    return Proposal((candidate,), "all") if is_only else Proposal((candidate,), "some", (JUST_ONE,))


def _continuations(
    game: Game, problems: Sequence[StageProblem], findings: Findings, faces: Faces, run: Run
) -> list[Continuation] | None:
    """Every way to play the whole game; None once it is clear that there are too many to list.

    Every way to play a subgame is part of some way to play the whole, so it is clear as soon as a subgame has too many.
    """
    limit = listing_limit(game)
    found = {int(history): [Continuation(tuple(game.payoffs[:, z]))] for z, history in enumerate(game.form.terminals)}
    for history, here in found.items():
        faces.start(history, here)
    isolated: dict[int, set[int]] = {int(history): {0} for history in game.form.terminals}
    for problem in problems:
        leaves = problem.stage.leaves.tolist()
        options = [found[leaf] for leaf in leaves]
        if prod(len(continuations) for continuations in options) > limit:
            return None
        if len(problem.movers) > 1 and is_too_much(problem, worth_classes(problem, options)):
            return None
        faces.compare(problem, leaves, options)
        here = []
        numbers: dict[tuple[int, ...], int] = {}
        is_known = True
        for below in product(*options):
            run.check()
            if not problem.can_compare(below):
                findings.some(
                    f"{problem.label}: what follows is known too roughly to tell what is best; this was left out"
                )
                continue
            worths = [continuation.worth for continuation in below]
            answer = problem.answer(worths)
            findings.note_answer(problem, answer)
            is_point = all(c.component in isolated[leaf] for leaf, c in zip(leaves, below, strict=True))
            for play in answer.plays:
                is_known = is_known and (len(problem.movers) < 2 or (is_point and play.component >= 0))
                component = numbers.setdefault(_component(problem, play, below), len(numbers))
                here.append(_continuation(problem, play, below, component))
            if len(here) > limit:
                return None
        found[problem.stage.root] = here
        faces.learn(problem, here)
        sizes = Counter(continuation.component for continuation in here)
        isolated[problem.stage.root] = {component for component, size in sizes.items() if size == 1 and is_known}
        if not is_known:
            findings.components_unknown(problem)
    return found[0]


def _component(problem: StageProblem, play: Play, below: Sequence[Continuation]) -> tuple[int, ...]:
    """What two plays of a stage in the same component share."""
    own = (play.component,) if len(problem.movers) > 1 else ()
    return (*own, *(continuation.component for continuation in below))


def _continuation(problem: StageProblem, play: Play, below: tuple[Continuation, ...], component: int) -> Continuation:
    """A play of a stage that goes on by ``below``."""
    worth = play.worth([continuation.worth for continuation in below])
    errors = [error for error in (play.error, *(continuation.error for continuation in below)) if error is not None]
    doubt = problem.doubt(play, below)
    return Continuation(worth, play.taken, below, (), play.unreached, component, max(errors, default=None), doubt)
