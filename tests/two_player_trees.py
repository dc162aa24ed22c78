"""Trees for two players from the literature whose tables of plans are large, written from their rules."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from typing import Any

import hedging_games as hg
from tree_builders import CHANCE, Move, game_from

THIRD = Fraction(1, 3)


def kuhn_poker(cards: int = 3) -> hg.Game:
    """Kuhn (1950): both ante 1 and get one of the cards; bets are 1."""
    deals = list(permutations(range(cards), 2))

    def showdown(a: int, b: int, stake: int) -> tuple[int, int]:
        return (stake, -stake) if a > b else (-stake, stake)

    def hand(a: int, b: int) -> Move:
        after_bet = Move(f"II {b} bet", 1, {"fold": (1, -1), "call": showdown(a, b, 2)})
        after_raise = Move(f"I {a} raised", 0, {"fold": (-1, 1), "call": showdown(a, b, 2)})
        after_check = Move(f"II {b} check", 1, {"check": showdown(a, b, 1), "bet": after_raise})
        return Move(f"I {a}", 0, {"check": after_check, "bet": after_bet})

    odds = {f"{a}-{b}": Fraction(1, len(deals)) for a, b in deals}
    return game_from(
        ["I", "II"], Move("deal", CHANCE, {f"{a}-{b}": hand(a, b) for a, b in deals}, odds), name="kuhn-poker"
    )


def monty_hall(*, zero_sum: bool = False) -> hg.Game:
    """The prize is behind one of three doors; the guest picks one, the host opens another, and the guest may switch.

    Gambit's ``montyhal``: 100 to the guest for the prize, 1 to the host if there is something left to win. In the zero-sum version
    the host loses what the guest wins.
    """
    doors = "ABC"

    def end(*, won: bool, shown: bool) -> tuple[int, int]:
        guest = 100 * won
        return (guest, -guest) if zero_sum else (guest, int(not shown))

    def last(prize: str, pick: str, opened: str) -> Move:
        (other,) = set(doors) - {pick, opened}
        shown = opened == prize
        return Move(
            f"{pick} {opened} open",
            0,
            {
                "stay": end(won=prize == pick and not shown, shown=shown),
                "switch": end(won=prize == other and not shown, shown=shown),
            },
        )

    def host(prize: str, pick: str) -> Move:
        return Move(f"host {prize} {pick}", 1, {d: last(prize, pick, d) for d in doors if d != pick})

    guest = {prize: Move("guest", 0, {pick: host(prize, pick) for pick in doors}) for prize in doors}
    return game_from(["Guest", "Host"], Move("prize", CHANCE, guest, dict.fromkeys(doors, THIRD)))


Stage = Sequence[Sequence[tuple[int, int]]]
"""Payoffs by the action of the first and of the second player."""


def played_twice(stages: Sequence[Sequence[tuple[Stage, Stage]]]) -> hg.Game:
    """Two actions each, chosen at once, twice, by players who know their own type alone and see what was done; types are equally likely.

    ``stages[a][b]``: for the types a and b what the first and the second round pay, which is summed.
    """

    def second(a: int, b: int, i: int, j: int) -> Move:
        (before, after), here = stages[a][b], {}
        for k in range(2):
            ends = {str(m): tuple(x + y for x, y in zip(before[i][j], after[k][m], strict=True)) for m in range(2)}
            here[str(k)] = Move(f"II {b} {i}{j}", 1, ends)
        return Move(f"I {a} {i}{j}", 0, here)

    def first(a: int, b: int) -> Move:
        return Move(
            f"I {a}",
            0,
            {str(i): Move(f"II {b}", 1, {str(j): second(a, b, i, j) for j in range(2)}) for i in range(2)},
        )

    half = dict.fromkeys("01", Fraction(1, 2))
    types: dict[str, Any] = {
        str(a): Move(f"type of II, I being {a}", CHANCE, {str(b): first(a, b) for b in range(2)}, half)
        for a in range(2)
    }
    return game_from(["I", "II"], Move("type of I", CHANCE, types, half))


def palf2() -> hg.Game:
    """The learning game of McKelvey and Palfrey in Gambit's ``palf2``, in two rounds."""
    one = [[(2, 2), (3, 0)], [(5, 0), (1, 4)]]
    two = [[(2, 4), (3, 0)], [(5, 0), (1, 2)]]
    three = [[(1, 2), (5, 0)], [(3, 0), (2, 4)]], [[(1, 2), (2, 2)], [(3, 0), (2, 4)]]  # as the file has it
    four = [[(1, 4), (5, 0)], [(3, 0), (2, 2)]]
    return played_twice([[(one, one), (two, two)], [three, (four, four)]])


def bayes2a() -> hg.Game:
    """The Bayesian game of Gambit's ``bayes2a``, in two rounds: what is paid depends on the first player's type alone."""
    good = [[(10, 2), (0, 10)], [(2, 4), (4, 0)]]
    bad = [[(4, 2), (2, 10)], [(0, 4), (10, 0)]]
    return played_twice([[(good, good)] * 2, [(bad, bad)] * 2])


LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
"""The rows, columns and diagonals of a board of nine squares."""


def tic_tac_toe(board: str) -> hg.Game:
    """Noughts and crosses from a position, row by row, a space for an empty square: whoever has made fewer moves (crosses, if as many) moves;
    1 to who has three in a line.
    """

    def position(squares: str, moves: str) -> Move | tuple[int, int]:
        worth = result(squares)
        if worth is not None:
            return worth, -worth
        player = mover(squares)
        after = {str(k + 1): (squares[:k] + "XO"[player] + squares[k + 1 :], k) for k in range(9) if squares[k] == " "}
        return Move(
            f"after {moves or 'the start'}", player, {a: position(b, f"{moves}{k + 1}") for a, (b, k) in after.items()}
        )

    return game_from(["X", "O"], position(board, ""), name="tic-tac-toe")


def result(squares: str) -> int | None:
    """What a position is worth to crosses if play is over: 1, -1 or 0; else None."""
    for who, worth in (("X", 1), ("O", -1)):
        if any(all(squares[k] == who for k in line) for line in LINES):
            return worth
    return None if " " in squares else 0


def mover(squares: str) -> int:
    """Who moves in a position: 0 crosses, 1 noughts."""
    return int(squares.count("O") < squares.count("X"))
