"""Bounds on what is expected in a cell, by lots between pure choices: what is asked of them, and what follows."""

from __future__ import annotations

from fractions import Fraction

from hedging_games.games.game import Game
from hedging_games.solvers.backward.lots import Lots
from tree_builders import Move, game_from

F = Fraction


def slot(game: Game, label: str, action: str) -> int:
    (s,) = (k for k, one in enumerate(game.form.information_sets) if one.label == label)
    return game.form.slots(s)[game.form.information_sets[s].actions.index(action)]


def everything(game: Game) -> dict[int, tuple[int, ...]]:
    """The support on which everybody mixes."""
    return {s: tuple(game.form.slots(s)) for s in range(len(game.form.information_sets))}


def test_only_who_knows_the_history_has_conditions() -> None:
    # A guesses B's choice, worth 1 for x and 2 for y, and moves first; B does not see it. A's indifference between l and r
    # makes P(x) = 2 P(y): 2/3. What B gains at one of its two histories says nothing of what it gains on average, and
    # nothing is asked there: P(l) may be anything.
    def b(x: tuple[int, int], y: tuple[int, int]) -> Move:
        return Move("B", 1, {"x": x, "y": y})

    game = game_from(["A", "B"], Move("A", 0, {"l": b((1, 0), (0, 1)), "r": b((0, 1), (2, 0))}))
    lots = Lots.of(game, everything(game))
    assert (len(lots.choices), len(lots.equations), lots.at_least) == (4, 1, ())
    assert lots.bounds({((slot(game, "B", "x"), 1),): F(1)}) == (F(2, 3), F(2, 3))
    assert lots.bounds({((slot(game, "A", "l"), 1),): F(1)}) == (0, 1)
    # Both at once: l with x is as likely as 2/3 at most.
    assert lots.bounds({((slot(game, "A", "l"), 1), (slot(game, "B", "x"), 1)): F(1)}) == (0, F(2, 3))


def test_an_action_that_is_not_played_must_not_be_better() -> None:
    # A stays out for 1 or goes in, at which B, indifferent, gives 0 or 3. In is played, out is not: 3 P(give) >= 1.
    game = game_from(["A", "B"], Move("A", 0, {"out": (1, 0), "in": Move("B", 1, {"give": (3, 0), "take": (0, 0)})}))
    support = {**everything(game), 0: (slot(game, "A", "in"),)}
    lots = Lots.of(game, support)
    assert lots.bounds({((slot(game, "B", "give"), 1),): F(1)}) == (F(1, 3), 1)
    assert lots.bounds({((slot(game, "B", "give"), 1),): F(3)}) == (1, 3)
