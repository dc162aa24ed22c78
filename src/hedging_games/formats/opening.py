"""What both of Gambit's formats begin with: ``NFG 1 R "title" { "player" ... }``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from hedging_games.formats.labels import distinct
from hedging_games.formats.lexer import CLOSE, NUMBER, OPEN, TEXT, WORD, Tokens

MAX_PLAYERS: Final = 60
"""Players a file may have: a payoff table has an axis for each, and arrays have at most 64."""

MAX_HISTORIES: Final = 1_000_000
"""Histories a game read from a file may have."""

MAX_PAYOFFS: Final = 10_000_000
"""Payoff numbers, histories times players, that a game read from a file may have."""

_OTHERS: Final = {
    "NFG": "this is a game in table form: give the file the suffix .nfg",
    "EFG": "this is a game in tree form: give the file the suffix .efg",
}


def read_opening(tokens: Tokens, kind: str, version: str) -> tuple[str, tuple[str, ...]]:
    """The title and the players' names (unnamed ones are called ``Player 1``, ...)."""
    if tokens.kind != WORD or tokens.text != kind:
        remedy = _OTHERS.get(
            tokens.text, f"begin the file with: {kind} {version} R, or save the game from Gambit as .{kind.lower()}"
        )
        raise tokens.refusal(f"the file does not begin with {kind}", remedy)
    tokens.advance()
    if tokens.kind != NUMBER or tokens.text != version:
        raise tokens.refusal(
            f"only version {version} of the format is known", f"begin the file with: {kind} {version} R"
        )
    tokens.advance()
    if tokens.kind != WORD or tokens.text not in {"R", "D"}:
        raise tokens.unexpected("R (or D), which says how numbers are written,")
    tokens.advance()
    title = tokens.take_label("the title in quotes")
    start = tokens.start
    tokens.take(OPEN, "'{' and the players' names")
    names = []
    while tokens.kind == TEXT:
        names.append(tokens.take_label("a player's name"))
    tokens.take(CLOSE, "a player's name in quotes, or '}'")
    if not names:
        raise tokens.refusal("the game has no player", 'name the players: { "Ally" "Partner" }', start)
    if len(names) > MAX_PLAYERS:
        raise tokens.refusal(f"the game has {len(names)} players", f"at most {MAX_PLAYERS} are read", start)
    return title, distinct(names, "Player ")


def check_size(tokens: Tokens, histories: int, players: int, start: int) -> None:
    """Refuse a game with too many histories or payoffs, at offset ``start``."""
    if histories > MAX_HISTORIES:
        raise tokens.refusal(
            f"the game has more than {MAX_HISTORIES} histories",
            f"at most {MAX_HISTORIES} are read: use a smaller game",
            start,
        )
    if histories * players > MAX_PAYOFFS:
        raise tokens.refusal(
            f"the game has more than {MAX_PAYOFFS} payoffs",
            f"at most {MAX_PAYOFFS} are read: use a smaller game",
            start,
        )


def read_payoffs(tokens: Tokens, players: tuple[str, ...]) -> tuple[Fraction, ...]:
    """What stands inside ``{ 1, -1/2 }``, and the closing brace: a number for each player, a comma after it or not."""
    worth = []
    for player in players:
        worth.append(tokens.take_number(f"the payoff of {player}"))
        tokens.skip_comma()
    tokens.take(CLOSE, f"'}}' after {len(players)} payoffs")
    return tuple(worth)
