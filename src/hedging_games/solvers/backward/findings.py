"""What backward induction learns on its way that belongs to the answer: ties, stages left incomplete, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hedging_games.games.game import Game
from hedging_games.solvers.backward.continuations import Answer, StageProblem
from hedging_games.solvers.backward.faces import Faces
from hedging_games.theory.equilibria import Candidate, Completeness, Proposal

MAX_NAMED = 5
"""Decisions named in a note before the rest is only counted."""

MIXING = (
    "the player may also mix there, each of the listed sets holding choices that may be mixed together, each player's at "
    "each decision by itself"
)
"""What the sets of a tree's answer are."""


class Findings:
    """Collects ties and incomplete stages, and turns them into completeness and notes."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.tied: dict[int, str] = {}
        self.unclear: dict[int, str] = {}
        self.stage_notes: dict[str, None] = {}
        self.complete: Completeness = "all"
        self.is_grouped = False

    def note_answer(self, problem: StageProblem, answer: Answer) -> None:
        """Learn from one answer of a stage."""
        if len(problem.movers) == 1 and len(answer.plays) > 1:
            self.tie(problem)
        self.note_completeness(answer)

    def note_completeness(self, answer: Answer) -> None:
        """Learn how complete a stage's answer is."""
        if answer.complete == "some":
            self.some()
        elif answer.complete == "extreme" and self.complete == "all":
            self.complete = "extreme"
        self.stage_notes.update(dict.fromkeys(answer.notes))
        self.is_grouped |= answer.grouped

    def tie(self, problem: StageProblem) -> None:
        """Somebody is indifferent in a stage."""
        self.tied[problem.stage.root] = problem.label
        if self.complete == "all":
            self.complete = "extreme"

    def some(self, *notes: str) -> None:
        """The answer is not complete, for the reasons given."""
        self.complete = "some"
        self.stage_notes.update(dict.fromkeys(notes))

    def components_unknown(self, problem: StageProblem) -> None:
        """A stage follows upon a continuum, so that its components cannot be read off its answers."""
        self.unclear[problem.stage.root] = problem.label

    def learn_faces(self, faces: Faces) -> None:
        """Learn whether the faces of the equilibria found are everything, and if not, why."""
        if faces.crossed:
            self.some(
                f"mixing at ties is not followed at {_named(faces.crossed)}: what is best there depends on how the ties "
                "after it are resolved, and mixtures of them give further equilibria"
            )
        if faces.moved:
            self.some(
                f"mixing at ties is not followed at {_named(faces.moved)}: what those who decide there play for depends on "
                "how the ties after it are resolved"
            )
        if faces.too_many:
            self.some(f"who can mix together with whom was not worked out at {_named(faces.too_many)}")

    def proposal(
        self,
        candidates: Sequence[Candidate],
        components: tuple[tuple[int, ...], ...] | None,
        faces: Sequence[tuple[int, ...]] = (),
        *,
        by_path: bool = False,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> Proposal:
        """The answer with all that was learnt; ``faces`` are the sets of candidates that may be averaged."""
        notes = list(self.stage_notes)
        if self.tied:
            notes.append(f"indifferent at {_named(self.tied)}: every pure choice there is followed; {MIXING}")
        if self.unclear and components is not None and len(candidates) > 1:
            components = None
            notes.append(f"which equilibria hang together is not determined at {_named(self.unclear)}")
        return Proposal(
            tuple(candidates),
            self.complete,
            tuple(notes),
            components,
            tuple(faces) or None,
            grouped="path" if by_path or self.is_grouped else None,
            ranges=ranges,
        )


def _named(label_at: Mapping[int, str]) -> str:
    """Stages by their labels, the first in play first."""
    labels = [label_at[root] for root in sorted(label_at)]
    shown = "; ".join(labels[:MAX_NAMED])
    return shown if len(labels) <= MAX_NAMED else f"{shown}; and {len(labels) - MAX_NAMED} more"
