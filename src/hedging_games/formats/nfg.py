"""Gambit's tables (``.nfg``, "NFG 1"): strategies by name or by number, payoffs directly or through a list of outcomes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from hedging_games.formats.labels import distinct
from hedging_games.formats.lexer import CLOSE, END, OPEN, TEXT, Tokens
from hedging_games.formats.opening import check_size, read_opening, read_payoffs
from hedging_games.games.form import matrix_form
from hedging_games.games.game import Game, game_on

Payoffs = tuple[Fraction, ...]
"""What an outcome is worth to each player."""


def parse_nfg(text: str, file: str = "game.nfg") -> Game:
    """The matrix game that a text in Gambit's ``.nfg`` format describes, in exact numbers.

    Each player's decision is named after the player, its actions after the strategies; an unnamed strategy is called
    by its number, and repeated names are numbered (see `labels.distinct`). ``file`` is what messages call the text.

    Raises
    ------
    ModelFileError
        With line, column and remedy, if the text is not such a game, or is too large.
    """
    tokens = Tokens(text, file, "nfg")
    title, players = read_opening(tokens, "NFG", "1")
    start = tokens.start
    strategies = _read_strategies(tokens, players)
    sizes = [len(names) for names in strategies]
    _check_sizes(tokens, sizes, start)
    if tokens.kind == TEXT:
        tokens.advance()  # the comment
    cells = 1
    for size in sizes:
        cells *= size
    if tokens.kind == OPEN:
        worth = _read_outcome_body(tokens, players, cells)
    else:
        worth = _read_payoff_body(tokens, players, cells)
    if tokens.kind != END:
        raise tokens.refusal(
            f"the table is complete, {' × '.join(map(str, sizes))} cells, but more follows",
            "remove the rest, or mend the numbers of strategies",
        )
    payoffs = np.empty((cells, len(players)), dtype=object)
    payoffs[:] = worth
    return game_on(matrix_form(players, strategies), payoffs[_file_order(sizes)].T, title=title, name=Path(file).stem)


def _file_order(sizes: list[int]) -> np.ndarray:
    """For each cell in lexicographic order its place in the file, where the first player's strategy varies fastest."""
    larger = [size for size in sizes if size > 1]
    return np.arange(int(np.prod(larger, dtype=np.int64))).reshape(larger, order="F").ravel()


def _check_sizes(tokens: Tokens, sizes: list[int], start: int) -> None:
    histories = last = 1
    for size in sizes:
        last *= size
        histories += last
        check_size(tokens, histories, len(sizes), start)


def _read_strategies(tokens: Tokens, players: tuple[str, ...]) -> list[tuple[str, ...]]:
    """``{ { "C" "D" } { "C" "D" } }``, or only how many: ``{ 2 2 }``."""
    tokens.take(OPEN, "'{' and the players' strategies")
    strategies: list[tuple[str, ...]] = []
    by_name = tokens.kind == OPEN
    for player in players:
        start = tokens.start
        if tokens.kind == CLOSE:
            raise tokens.refusal(
                f"there are {len(players)} players, but strategies for {len(strategies)}",
                f"give the strategies of {player} too",
            )
        names = _read_names(tokens, player) if by_name else _read_count(tokens, player)
        if not names:
            raise tokens.refusal(f"{player} has no strategy", "give every player at least one strategy", start)
        strategies.append(names)
    tokens.take(CLOSE, f"'}}' after the strategies of {len(players)} players")
    return strategies


def _read_names(tokens: Tokens, player: str) -> tuple[str, ...]:
    tokens.take(OPEN, f"'{{' and the strategies of {player}")
    names = []
    while tokens.kind == TEXT:
        names.append(tokens.take_label("a strategy's name"))
    tokens.take(CLOSE, f"a strategy of {player} in quotes, or '}}'")
    return distinct(names)


def _read_count(tokens: Tokens, player: str) -> tuple[str, ...]:
    start = tokens.start
    count = tokens.take_integer(f"the number of strategies of {player}")
    if count < 0:
        raise tokens.refusal(f"{player} has fewer than no strategies", "give every player at least one strategy", start)
    check_size(tokens, count + 1, 1, start)
    return tuple(str(k + 1) for k in range(count))


def _read_payoff_body(tokens: Tokens, players: tuple[str, ...], cells: int) -> list[Payoffs]:
    """Cell by cell a number for each player; a comma may stand between them."""
    worth = []
    for cell in range(cells):
        here: list[Fraction] = []
        for player in players:
            if tokens.kind == END:
                raise tokens.refusal(
                    f"the file ends after {cell * len(players) + len(here)} of {cells * len(players)} payoffs",
                    f"give the payoff of every player in each of the {cells} cells, the first player's strategy varying fastest",
                )
            here.append(tokens.take_number(f"the payoff of {player} in cell {cell + 1}"))
            tokens.skip_comma()
        worth.append(tuple(here))
    return worth


def _read_outcome_body(tokens: Tokens, players: tuple[str, ...], cells: int) -> list[Payoffs]:
    """A list of outcomes, ``{ { "name" 1, 2 } ... }``, then for each cell the number of its outcome, 0 for none."""
    outcomes: list[Payoffs] = [(Fraction(0),) * len(players)]
    tokens.take(OPEN, "'{' and the outcomes")
    while tokens.kind == OPEN:
        outcomes.append(_read_outcome(tokens, players))
    tokens.take(CLOSE, "'{' and an outcome, or '}'")
    worth = []
    for cell in range(cells):
        start = tokens.start
        if tokens.kind == END:
            raise tokens.refusal(
                f"the file ends after the outcomes of {cell} of {cells} cells",
                "give the number of an outcome for each cell, the first player's strategy varying fastest",
            )
        number = tokens.take_integer(f"the outcome's number in cell {cell + 1}")
        if not 0 <= number < len(outcomes):
            raise tokens.refusal(
                f"there is no such outcome: the list holds {len(outcomes) - 1}",
                f"write a number from 1 to {len(outcomes) - 1}, or 0 for payoffs of zero",
                start,
            )
        worth.append(outcomes[number])
    return worth


def _read_outcome(tokens: Tokens, players: tuple[str, ...]) -> Payoffs:
    tokens.take(OPEN, "'{' and an outcome")
    tokens.take(TEXT, "the outcome's name in quotes")
    return read_payoffs(tokens, players)
