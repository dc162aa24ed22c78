"""Files to start from: one for each form of game, with comments, which solves as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hedging_games.errors import did_you_mean, input_error

FORMS: Final = ("normal", "sequential", "signalling", "continuous", "over-time", "repeated")
"""The forms of games that there is a starting file of."""


def starting_text(form: str) -> str:
    """The text of a commented model file of a game of the given form, one of `FORMS`, which solves as it stands.

    Raises InputError for another form, with the nearest one.
    """
    if form not in FORMS:
        raise input_error("form", f"there is no starting file for '{form[:60]}'", did_you_mean(form, FORMS))
    return (Path(__file__).with_name("starts") / f"{form}.yaml").read_text(encoding="utf-8")
