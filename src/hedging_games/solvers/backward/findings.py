"""What backward induction learns on its way that belongs to the answer: ties, stages left incomplete, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hedging_games.games.game import Game
from hedging_games.solvers.backward.continuations import Answer, StageProblem
from hedging_games.theory.equilibria import Candidate, Completeness, Proposal

MAX_NAMED = 5
"""Decisions named in a note before the rest is only counted."""


class Findings:
    """Collects ties and incomplete stages, and turns them into completeness and notes."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.tied: dict[int, str] = {}
        self.unclear: dict[int, str] = {}
        self.stage_notes: dict[str, None] = {}
        self.complete: Completeness = "all"
        self.is_grouped = False
        self._first_plays: dict[int, frozenset[object]] = {}
        self._varies = False

    def note_answer(self, problem: StageProblem, answer: Answer) -> None:
        """Learn from one answer of a stage."""
        if len(problem.movers) == 1 and len(answer.plays) > 1:
            self.tie(problem)
        plays = frozenset(play.taken for play in answer.plays)
        self._varies |= self._first_plays.setdefault(problem.stage.root, plays) != plays
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

    def proposal(
        self, candidates: Sequence[Candidate], components: tuple[tuple[int, ...], ...] | None, *, by_path: bool = False
    ) -> Proposal:
        """The answer with all that was learnt."""
        notes = list(self.stage_notes)
        if self.tied:
            notes.append(
                f"indifferent at {_named(self.tied)}: every pure choice there is followed; the player may also mix there"
            )
        if self.complete == "extreme" and (by_path or self._varies):
            notes.append(
                "what is best earlier depends on how the ties and continua are resolved: mixing there may give "
                "equilibria that the listed ones do not span"
            )
        if self.unclear and components is not None and len(candidates) > 1:
            components = None
            notes.append(f"which equilibria hang together is not determined at {_named(self.unclear)}")
        return Proposal(
            tuple(candidates),
            self.complete,
            tuple(notes),
            components,
            grouped="path" if by_path or self.is_grouped else None,
        )


def _named(label_at: Mapping[int, str]) -> str:
    """Stages by their labels, the first in play first."""
    labels = [label_at[root] for root in sorted(label_at)]
    shown = "; ".join(labels[:MAX_NAMED])
    return shown if len(labels) <= MAX_NAMED else f"{shown}; and {len(labels) - MAX_NAMED} more"
