"""Faces: sets of ways to play on in which several players may mix at once, and when they are all there is.

A way to play on from a history gives each coordinate one of finitely many mixtures: a coordinate is an information set of
a stage in which one player decides, or a pair (stage, player who decides in it) where several do. A *face* is a product of sets of mixtures, one set for each coordinate; it stands for all profiles that average, at
each coordinate by itself, over the mixtures of its set. What a deviation loses is affine in each coordinate by itself, so if
no deviation gains at any corner of a face, none gains anywhere in it: if all corners are subgame perfect, all points are.

Conversely, let a player decide at a history, and let the difference of two actions' worth never take strictly opposite
signs at two corners of one face of what may follow. Then where it vanishes is a union of faces of that face (a sum of terms of
one sign with positive weights vanishes only if all of them do), and so is the set on which an action is best. By induction
every subgame-perfect equilibrium lies in a face if this holds wherever somebody decides. A stage that several players
share has the same equilibria all over a face on which its leaves are worth the same to all who decide in it; those are
then a union of faces too.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from hedging_games.algebra.checking import Check
from hedging_games.solvers.backward.continuations import Continuation, StageProblem
from hedging_games.solvers.backward.maximal import Alone, Members, Vector, maximal_faces


class Faces:
    """The faces of every subgame, from the last to the first, and why they may not be everything.

    Attributes
    ----------
    crossed : decisions at which two actions change places on a face of what follows, by the roots of their stages.
    moved : stages of several decisions on whose leaves' worth the face of what follows tells.
    too_many : stages of too many faces.
    is_flat : whether nobody's worth depends anywhere on how the ties are resolved that follow an own decision.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._vectors: dict[int, Vector] = {}
        self._of: dict[int, list[Members]] = {}
        self.crossed: dict[int, str] = {}
        self.moved: dict[int, str] = {}
        self.too_many: dict[int, str] = {}
        self.is_flat = True

    def start(self, history: int, here: Sequence[Continuation]) -> None:
        """What is played on from a terminal history: nothing."""
        for continuation in here:
            self._vectors[id(continuation)] = ()
        self._of[history] = [(0,)]

    def of(self, history: int) -> list[Members]:
        """The faces of the ways to play on from a history, each as numbers of its list of continuations."""
        return self._of[history]

    def learn(self, problem: StageProblem, here: Sequence[Continuation]) -> None:
        """Take in the ways to play on from a stage."""
        form = problem.game.form
        label = form.set_of_slot if len(problem.movers) == 1 else form.player_of_slot
        vectors = []
        for continuation in here:
            own: Vector = tuple(
                tuple((slot, p) for slot, p in continuation.taken if label[slot] == place)
                for place in problem.coordinates
            )
            if problem.is_curved:
                own = (Alone(own),)
            vector = own + tuple(value for below in continuation.below for value in self._vectors[id(below)])
            self._vectors[id(continuation)] = vector
            vectors.append(vector)
        faces = maximal_faces(vectors, self._check)
        if faces is None:
            self.too_many[problem.stage.root] = problem.label
            faces = [(k,) for k in range(len(here))]
        self._of[problem.stage.root] = faces

    def compare(
        self,
        problem: StageProblem,
        leaves: Sequence[int],
        options: Sequence[Sequence[Continuation]],
        *,
        apart: bool = True,
    ) -> None:
        """Look whether faces of what follows a stage lead to faces of the stage; ``apart=False``: as if all that may follow
        a leaf were one face.
        """
        if not problem.movers or not all(options) or all(len(continuations) == 1 for continuations in options):
            return
        spans = [
            [_spans(problem.movers, continuations, face) for face in self._faces(leaf, continuations, apart=apart)]
            for leaf, continuations in zip(leaves, options, strict=True)
        ]
        moves = any(low != high for leaf in spans for face in leaf for low, high in face)
        self.is_flat = self.is_flat and not moves
        if not problem.is_decision:
            if moves:
                self.moved[problem.stage.root] = problem.label
        elif _cross([[face[0] for face in leaf] for leaf in spans]):
            self.crossed[problem.stage.root] = problem.label

    @property
    def are_not_all(self) -> bool:
        """Whether there may be equilibria outside all faces."""
        return bool(self.crossed or self.moved or self.too_many)

    def _faces(self, leaf: int, continuations: Sequence[Continuation], *, apart: bool) -> list[Members]:
        return self._of[leaf] if apart else [tuple(range(len(continuations)))]


def _spans(movers: Sequence[int], continuations: Sequence[Continuation], face: Members) -> list[tuple[Any, Any]]:
    """Between which numbers the worth to each mover lies at the corners of a face."""
    worths = [continuations[k].worth for k in face]
    return [(min(w[player] for w in worths), max(w[player] for w in worths)) for player in movers]


def _cross(actions: Sequence[Sequence[tuple[Any, Any]]]) -> bool:
    """Whether two actions, neither of them always worse than a third, can each be the better one on the same faces."""
    certain = max(min(low for low, _ in spans) for spans in actions)
    open_actions = [set(spans) for spans in actions if max(high for _, high in spans) >= certain]
    return any(
        one[1] > other[0] and other[1] > one[0]
        for first, second in combinations(open_actions, 2)
        for one in first
        for other in second
    )
