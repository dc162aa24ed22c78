"""What two players can get in a repeated game: our set beside that of QuantEcon's `RepeatedGame.equilibrium_payoffs`.

The same random games and discount factors go to both (whole payoffs, seeds in the code), all built beforehand; the clock runs from there
to the set. QuantEcon's is the algorithm of Abreu and Sannikov (2014) in floats, compiled before the clock starts; ours that of Judd, Yeltekin
and Conklin (2003) from outside, in fractions.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any, Final

import numpy as np

import hedging_games as hg
from hedging_games.analysis.solve_repeated import solve_repeated
from hedging_games.games.markov import MarkovGame

GAMES: Final = 20
"""Random games of each kind."""

SIZES: Final = (2, 3, 4)
FLAT: Final = 1e-4
"""An area below this is that of a set that is flat, or a point, or not there, rounded outwards."""

DISCOUNTS: Final = (Fraction(1, 2), Fraction(3, 4))

Tables = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Compared:
    """One game: CPU seconds of both, the areas of the sets (None for an error), and how far a corner of theirs lies out of ours."""

    ours: float
    theirs: float
    area: float
    their_area: float | None
    outside: float


def tables(size: int, seed: int) -> Tables:
    """Random whole payoffs."""
    rng = random.Random(1_000 * size + seed)
    first, second = ([[rng.randint(-9, 9) for _ in range(size)] for _ in range(size)] for _ in range(2))
    return np.array(first), np.array(second)


def repeated(pays: Tables, discount: Fraction) -> MarkovGame:
    """The game repeated, for the package."""
    stage = hg.matrix_game(*(table.tolist() for table in pays))
    moves = np.full((len(stage.form.terminals), 1), Fraction(1), dtype=object)
    return MarkovGame(stage.players, ("every period",), (stage,), (moves,), (discount, discount))


def for_quantecon(pays: Tables, discount: Fraction) -> Any:
    """The game repeated, for QuantEcon: each player's own actions come first."""
    from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

    first, second = (np.ascontiguousarray(table, dtype=float) for table in (pays[0], pays[1].T))
    return RepeatedGame(NormalFormGame((Player(first), Player(second))), float(discount))


def compare(pays: Tables, discount: Fraction) -> Compared:
    """Both sets of one game."""
    # Grim trigger asks for no set: it is computed where it is looked at.
    asked, peer = solve_repeated(repeated(pays, discount), "grim-trigger"), for_quantecon(pays, discount)
    begun = time.process_time()
    mine = asked.payoff_set
    middle = time.process_time()
    try:
        theirs = peer.equilibrium_payoffs()
    except Exception:  # QuantEcon and Qhull raise errors of several kinds where a set is flat or empty
        theirs = None
    ended = time.process_time()
    assert mine is not None
    corners = np.array([[float(x) for x in corner] for corner in mine.corners]).reshape(-1, 2)
    if theirs is None:
        return Compared(middle - begun, ended - middle, area(corners), None, 0.0)
    known = theirs.points[theirs.vertices]
    return Compared(middle - begun, ended - middle, area(corners), area(known), beyond(corners, known))


def area(corners: np.ndarray) -> float:
    """The area of a polygon, its corners counterclockwise."""
    if len(corners) < 3:
        return 0.0
    x, y = corners.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def beyond(corners: np.ndarray, points: np.ndarray) -> float:
    """How far the farthest of some points lies outside a polygon."""
    if len(corners) < 3:
        return float("inf")
    sides = np.roll(corners, -1, axis=0) - corners
    outward = np.stack([sides[:, 1], -sides[:, 0]], axis=1) / np.linalg.norm(sides, axis=1, keepdims=True)
    return float(max(0.0, ((points[:, None, :] - corners[None]) * outward[None]).sum(axis=2).max()))


def row(size: int, discount: Fraction) -> str:
    """A row of the table."""
    found = [compare(tables(size, seed), discount) for seed in range(GAMES)]
    both = [one for one in found if one.their_area is not None]
    ours, theirs = (median(times) for times in ([one.ours for one in found], [one.theirs for one in found]))
    sizes = [one.area / one.their_area for one in both if one.their_area]
    worst = max((one.outside for one in both), default=0.0)
    flat = sum(one.area < FLAT for one in found if one.their_area is None)
    cells = (
        f"{size}×{size}, {discount}",
        f"{1_000 * ours:.1f} ms",
        f"{1_000 * theirs:.2f} ms",
        f"{ours / theirs:,.0f}",
        f"{len(found) - len(both)} ({flat})",
        f"{median(sizes):.4f}, {max(sizes):.4f}" if sizes else "–",
        f"{worst:.0e}",
    )
    return f"| {' | '.join(cells)} |"


def rows(sizes: Sequence[int] = SIZES) -> list[str]:
    """The table."""
    # Compiled once, on a prisoner's dilemma, before any clock.
    compare((np.array([[9, 1], [10, 3]]), np.array([[9, 10], [1, 3]])), Fraction(1, 2))
    head = (
        "| game, discount | ours | QuantEcon | QuantEcon faster, times | its errors (we: flat or empty) "
        "| our area / its, median and most | its corners beyond our set, at most |"
    )
    return [head, "|---|--:|--:|--:|--:|--:|--:|", *(row(size, d) for size in sizes for d in DISCOUNTS)]
