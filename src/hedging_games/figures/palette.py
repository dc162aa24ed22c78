"""The colours of figures, in one place. What must be told apart differs by 3:1 in contrast at least, or by its hatch.

Contrast is that of the Web Content Accessibility Guidelines 2.1: (L1 + 0.05)/(L2 + 0.05) of two relative luminances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hedging_games.figures.scene import INK, Dash, Hatch
from hedging_games.games.form import CHANCE

PAPER: Final = "#ffffff"

LEAST_BETWEEN_FILLS: Final = 3.0
"""The contrast of neighbouring fills that share a hatch."""

LEAST_OF_TEXT: Final = 4.5
"""The contrast of a text with what is behind it."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A colour with a hatch over it, and the colour that words on it have."""

    colour: str
    hatch: Hatch = ""
    hatch_colour: str = "#333333"
    ink: str = "#111111"


EVERY: Final = (
    Fill("#a8d5b0"),
    Fill("#a8d5b0", "rising"),
    Fill("#a8d5b0", "dots"),
)
"""Greens: where the event is played in every equilibrium."""

SOME: Final = (
    Fill("#f6cf7f", "falling"),
    Fill("#f6cf7f", "upright"),
    Fill("#f6cf7f", "level"),
)
"""Ambers: in some."""

NONE: Final = (
    Fill("#4a5f7a", "", ink="#ffffff"),
    Fill("#4a5f7a", "rising", "#ffffff", ink="#ffffff"),
    Fill("#4a5f7a", "dots", "#ffffff", ink="#ffffff"),
    Fill("#4a5f7a", "level", "#ffffff", ink="#ffffff"),
    Fill("#4a5f7a", "falling", "#ffffff", ink="#ffffff"),
    Fill("#4a5f7a", "upright", "#ffffff", ink="#ffffff"),
)
"""Blue greys: in none."""

NOT_ADMISSIBLE: Final = Fill("#ffffff", "cross", "#767676")
UNFINISHED: Final = Fill("#8c1d18", "cross", "#ffffff", ink="#ffffff")

FILLS: Final = {
    "every": EVERY,
    "some": SOME,
    "none": NONE,
    "not admissible": (NOT_ADMISSIBLE,),
    "could not finish": (UNFINISHED,),
}
"""Fills by where the event is played. When a kind has more members than fills they repeat, and are numbered as well."""

BARS: Final = (Fill("#9db2cc"), Fill("#e4e9f0", "rising"))
"""Bars that stand beside each other."""

NEUTRAL: Final = (
    Fill("#d3dae3"),
    Fill("#d3dae3", "rising"),
    Fill("#f4ead2", "falling"),
    Fill("#d3dae3", "dots"),
    Fill("#f4ead2", "upright"),
    Fill("#d3dae3", "level"),
)
"""Areas of which none is better or worse than others: the states of a game. No two have the same hatch, and white stays free for what has ended."""

PLAYERS: Final = ("#1f4e9c", "#a63603", "#1b6e3c", "#6a2c91", "#00626b", "#6b4f1d")
"""The colours in which players' names and payoffs are written; their names stand beside them."""

CHANCE_COLOUR: Final = "#555555"

PATHS: Final[tuple[tuple[str, Dash], ...]] = (
    ("#000000", ()),
    ("#b3261e", (5.0, 2.0)),
    ("#1f4e9c", (1.5, 1.5)),
    ("#1b6e3c", (6.0, 2.0, 1.5, 2.0)),
    ("#6a2c91", (3.0, 1.5)),
    ("#8a5a00", (1.5, 3.0)),
)
"""Colour and dash of the paths of the first, second, ... equilibrium."""


def player_colour(player: int | None) -> str:
    """The colour of a player, of chance, or of nobody."""
    return INK if player is None else CHANCE_COLOUR if player == CHANCE else PLAYERS[player % len(PLAYERS)]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours ``#rrggbb``: from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def told_apart(one: Fill, other: Fill) -> bool:
    """Whether two fills differ without colour: by their hatch, or by enough contrast."""
    return one.hatch != other.hatch or contrast(one.colour, other.colour) >= LEAST_BETWEEN_FILLS


def _luminance(colour: str) -> float:
    channels = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
