"""Iterated elimination of dominated plans, with a time limit."""

from __future__ import annotations

from hedging_games.analysis.limits import interrupted_after, seconds_allowed
from hedging_games.errors import CouldNotFinish, could_not_finish
from hedging_games.games.game import require_exact
from hedging_games.games.named import GameLike, game_of
from hedging_games.solvers.run import run_for
from hedging_games.theory.dominance import Elimination, Rounds


def eliminate(game: GameLike, *, time_limit: float | None = None) -> Elimination:
    """Which plans survive the iterated elimination of plans strictly dominated by pure or mixed plans, and why the others
    go: round by round, with what dominates each (Bernheim 1984; Pearce 1984).

    A tree is looked at through its reduced strategic form. ``time_limit`` : seconds; when they are over, the rounds
    completed by then are returned with ``complete=False``.

    Raises
    ------
    InputError
        If the game is not exact.
    CouldNotFinish
        If the table of plans is too large, or time runs out in the first round.
    """
    game = game_of(game)
    require_exact(game)
    seconds = seconds_allowed(time_limit)
    run = run_for(seconds)
    rounds: Rounds | None = None
    try:
        with interrupted_after(seconds):
            rounds = Rounds(game)
            while rounds.next_round(run.check):
                pass
            return rounds.result()
    except CouldNotFinish:
        if rounds is None or not rounds.removals:
            raise
        return rounds.result(complete=False)


def rationalizable(game: GameLike, *, time_limit: float | None = None) -> dict[str, tuple[str, ...]]:
    """The rationalizable plans by player: those that survive `eliminate` (Bernheim 1984; Pearce 1984).

    With three or more players, beliefs about the others may be correlated (Brandenburger and Dekel 1987); independent
    beliefs may rationalise fewer plans. ``game``, ``time_limit`` : as of `eliminate`.

    Raises what `eliminate` does, and CouldNotFinish whenever time runs out, since a part would not be the answer.
    """
    game = game_of(game)
    found = eliminate(game, time_limit=time_limit)
    if not found.complete:
        raise could_not_finish(
            "time", "the time limit was reached", "raise the time limit, or read the rounds of eliminate"
        )
    return found.surviving
