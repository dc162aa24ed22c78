"""Signalling games with two types, two messages and two responses: which signs decide all their equilibria.

Let x and y be the probabilities of the first response after the two messages. Which message a type prefers depends on the
side of a line on which (x, y) lies; what the receiver prefers after a message, on the side of a line on which the types'
probabilities (s, t) of the first message lie, by Bayes' rule without its division. All that the equilibria are made of, the
vertices of these lines within the unit square and what is best there, depends on the arrangement of lines alone: on the
signs of the 3×3 minors of their coefficients, those of the square's sides and of the line at infinity among them (their
oriented matroid; Björner et al. 1999). What is best after a message that nobody sends depends on the sign of the receiver's
gain from each type (Kreps and Wilson 1982: any belief is consistent), and the path on whether a type has any probability. So
games that agree in these signs have the same equilibria up to numbers, and one of each is solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

from hedging_games.algebra.formulas.formula import Atom, Formula
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.theory.signalling import as_signalling

MOST_POLYNOMIALS: Final = 32
"""Two bits for the sign of each make one key of 64."""

Row = tuple[Any, Any, Any]
"""The line p·x + q·y + r = 0."""


def signalling_signs(setting: Setting) -> list[Formula] | None:
    """For each polynomial whose sign matters that it is zero; None for any other game."""
    game = setting.game
    read = as_signalling(game)
    if read is None or len(read.types) != 2 or len(read.messages) != 2:
        return None
    if any(len(message.senders) != 2 or message.information_set is None for message in read.messages):
        return None
    tables = [(message.sender_worth, message.receiver_worth) for message in read.messages]
    if any(len(worth[0]) != 2 for pair in tables for worth in pair):
        return None
    number = game.arithmetic.number
    zero, one = number(0), number(1)
    sides: list[Row] = [(one, zero, zero), (one, zero, -one), (zero, one, zero), (zero, one, -one), (zero, zero, one)]
    prefers: list[Row] = []
    for t in (0, 1):
        (a, b), (c, d) = (sender[t] for sender, _ in tables)
        prefers.append((a - b, d - c, b - d))
    gains = [[receiver[t][0] - receiver[t][1] for t in (0, 1)] for _, receiver in tables]
    weighted = [[read.prior[t] * gains[m][t] for t in (0, 1)] for m in (0, 1)]
    answers: list[Row] = [
        (weighted[0][0], weighted[0][1], zero),
        (-weighted[1][0], -weighted[1][1], weighted[1][0] + weighted[1][1]),
    ]
    decisive = [*read.prior, *(gain for pair in gains for gain in pair)]
    for lines in (prefers, answers):
        decisive += [_minor(rows) for rows in combinations([*lines, *sides], 3)]
    zeros = dict.fromkeys(setting.compare(value, "==") for value in decisive)
    kept: list[Formula] = [formula for formula in zeros if isinstance(formula, Atom)]
    return kept if len(kept) <= MOST_POLYNOMIALS else None


def _minor(rows: Sequence[Row]) -> Any:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
