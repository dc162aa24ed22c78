"""All pure subgame-perfect equilibrium outcomes of a tree with continuous choices, at a point."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

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

METHOD = "test-points"
"""The name of the method."""

TOLD = f"{BY_WORD}, without a proof of our own: that there is no other outcome"
"""The remark where something was left out by that word alone."""


def propose(game: ContinuousGame, check: Check = no_check) -> tuple[list[Proposed], tuple[str, ...], tuple[str, ...]]:
    """Every outcome of a pure subgame-perfect equilibrium once, with strategies that support it; notes on what was not followed; and on whose
    word it rests that nothing else is there.

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
    found: dict[object, Proposed] = {}
    notes = dict(outcomes.notes)
    for piece in pieces:
        if space.tidied(piece.guard) == TRUE:
            play = player.play(piece)
            notes |= dict.fromkeys(play.notes)
            try:
                if play.key not in found:
                    found[play.key] = _proposed(game, play, piece, player)
            except CouldNotFinish as stopped:
                notes |= dict.fromkeys(f"an outcome was left out: {problem.what}" for problem in stopped.problems)
    return list(found.values()), tuple(notes), (TOLD,) if space.told else ()


def _proposed(game: ContinuousGame, play: Play, piece: Piece, player: Player) -> Proposed:
    paths = Paths(player).of(piece)
    event = sum((path.probability for path in paths if path.has_event), Fraction(0))
    return Proposed(
        MappingProxyType(play.choices),
        MappingProxyType(play.numbers),
        tuple(play.actions),
        MappingProxyType(dict(zip(game.players, play.payoffs, strict=True))),
        event if game.has_event else None,
        player.reactions(piece),
        paths,
    )
