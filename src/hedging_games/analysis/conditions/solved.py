"""A point of a region solved: whether the event is played there."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.listed import Listed, listed
from hedging_games.errors import could_not_finish
from hedging_games.games.game import Game
from hedging_games.games.markov import AnyGame

Among = Literal["some", "every"]

MOST_HISTORIES = 4_000
"""Histories of a game that is solved again: a larger one takes too long."""


def is_played(setting: Setting, concept: str, among: Among, point: Sequence[Fraction]) -> bool:
    """Whether the event is played in some or in every equilibrium at a point.

    Raises CouldNotFinish where the solver's list leaves it open.
    """
    answer = decided(listed(game_at(setting, point), concept), among)
    if answer is None:
        raise could_not_finish("region", "not every equilibrium of the point was found", "solve the model there")
    return answer


def decided(found: Listed, among: Among) -> bool | None:
    """What a solver's list says of the event, None where it leaves that open; what this rests on is certified.

    One equilibrium with the event shows that it is played in some, one without it that it is not played in every one; where all have it,
    one shows that there are any.
    """
    answer = said(found.hedges, among, is_complete=found.is_complete)
    shows = [k for k, hedge in enumerate(found.hedges) if bool(hedge) == (among == "some")]
    if shows or (answer and found.hedges):
        found.certify(shows[0] if shows else 0)
    return answer


def said(hedges: Sequence[Any], among: Among, *, is_complete: bool) -> bool | None:
    """What the event's probabilities in a list of equilibria say of it; None where they leave it open."""
    if among == "some" and any(hedges):
        return True
    if among == "every" and not all(hedges):
        return False
    if not is_complete:
        return None
    return among == "every" and bool(hedges)


def game_at(setting: Setting, point: Sequence[Fraction]) -> AnyGame:
    """The setting's game at a point. Raises CouldNotFinish for games that are too large for this."""
    if isinstance(setting.posed, Game) and setting.game.form.history_count > MOST_HISTORIES:
        raise could_not_finish("judge", f"the game has more than {MOST_HISTORIES} histories", "solve it at a point")
    values = {**setting.fixed, **dict(zip(setting.names, point, strict=True))}
    return setting.model.at(**values)
