"""All pure subgame-perfect equilibrium outcomes of a tree with continuous choices, at a point."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.elimination import UnfollowedError
from hedging_games.algebra.formulas.table import TRUE
from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.continuous import ContinuousGame
from hedging_games.solvers.continuous.outcomes import Outcomes
from hedging_games.solvers.continuous.paths import Paths
from hedging_games.solvers.continuous.pieces import Piece
from hedging_games.solvers.continuous.plays import Play, Player
from hedging_games.solvers.continuous.space import Space
from hedging_games.theory.reactions import Proposed

T = TypeVar("T")

METHOD = "test-points"
"""The name of the method."""

TOLD = f"{BY_WORD}, without a proof of our own: that there is no other outcome"
"""The remark where something was left out by that word alone."""


@dataclass(frozen=True)
class Outline:
    """An outcome of a pure subgame-perfect equilibrium: what is played, and the pieces that play it, of which one is enough."""

    game: ContinuousGame
    player: Player
    play: Play
    pieces: list[Piece]

    @property
    def hedge(self) -> Any:
        """The probability of the event, None if the game names none. Raises CouldNotFinish as `Paths.of`."""
        return self._first(self._likely)

    def proposed(self) -> Proposed:
        """It with strategies that support it. Raises CouldNotFinish where these are irrational in a way that is not followed."""
        try:
            return self._first(self._proposed)
        except UnfollowedError as reason:
            raise could_not_finish("certificate", f"strategies are not followed: {reason}", "use a grid") from None

    def _first(self, read: Callable[[Piece], T]) -> T:
        """What is read off the first piece for which it can be."""
        for piece in self.pieces[:-1]:
            with suppress(CouldNotFinish):
                return read(piece)
        return read(self.pieces[-1])

    def _likely(self, piece: Piece) -> Any:
        paths = Paths(self.player).of(piece)
        event = sum((path.probability for path in paths if path.has_event), Fraction(0))
        return event if self.game.has_event else None

    def _proposed(self, piece: Piece) -> Proposed:
        play = self.play
        return Proposed(
            MappingProxyType(play.choices),
            MappingProxyType(play.numbers),
            tuple(play.actions),
            MappingProxyType(dict(zip(self.game.players, play.payoffs, strict=True))),
            MappingProxyType(
                {
                    player: worth
                    for player, worth in zip(self.game.players, play.worth, strict=True)
                    if self.player.varies(worth, play)
                }
            ),
            self._likely(piece),
            self.player.reactions(piece),
            Paths(self.player).of(piece),
        )


def outlines(game: ContinuousGame, check: Check = no_check) -> tuple[list[Outline], tuple[str, ...], Space]:
    """Every outcome of a pure subgame-perfect equilibrium once; notes on what was not followed; and where it was looked for.

    Raises CouldNotFinish where a choice is irrational in a way that is not followed.
    """
    space = Space(game, check=check)
    outcomes = Outcomes(space)
    try:
        pieces = outcomes.whole()
    except UnfollowedError as reason:
        raise could_not_finish(
            "solve", f"the equilibria are not followed: {reason}", "make the choice a grid: --levels 101"
        ) from None
    player = Player(space, outcomes)
    found: dict[object, Outline] = {}
    notes = dict(outcomes.notes)
    for piece in pieces:
        if space.tidied(piece.guard) == TRUE:
            play = player.play(piece)
            notes |= dict.fromkeys(play.notes)
            found.setdefault(play.key, Outline(game, player, play, [])).pieces.append(piece)
    return list(found.values()), tuple(notes), space


def propose(game: ContinuousGame, check: Check = no_check) -> tuple[list[Proposed], tuple[str, ...], tuple[str, ...]]:
    """What `outlines` finds, with strategies; notes on what was left out or not followed; and on whose word it rests that nothing else is
    there.
    """
    found, notes, space = outlines(game, check)
    proposed = []
    for outline in found:
        try:
            proposed.append(outline.proposed())
        except CouldNotFinish as stopped:
            notes = (*notes, *(f"an outcome was left out: {problem.what}" for problem in stopped.problems))
    return proposed, tuple(dict.fromkeys(notes)), (TOLD,) if space.told else ()
