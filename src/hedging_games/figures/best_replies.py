"""Best-response curves of a game of two players with two strategies each: where they meet are its Nash equilibria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hedging_games.analysis.solve import solve
from hedging_games.errors import input_error
from hedging_games.figures.asked import MOST_WRITTEN, complete_text, made_from
from hedging_games.figures.charts import Entry, chart, exact_tick, rectangle
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.palette import player_colour
from hedging_games.figures.scene import INK, Axis, Dash, Item, Line, Mark, Point, Polygon, Scene
from hedging_games.games.game import Game, require_exact
from hedging_games.games.named import GameLike, game_of
from hedging_games.games.reductions import count_plans, count_text, strategic_form
from hedging_games.theory.dominance import plan_names
from hedging_games.theory.equilibria import Equilibria

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES: Final[tuple[Dash, Dash]] = ((), (5.0, 2.5))
"""The curve of the first player is unbroken, that of the second dashed."""

WIDTH: Final = 1.8

BEYOND: Final = 0.05
"""How far the chart reaches beyond probabilities, so that curves on the border can be seen."""


def best_responses(shown: Equilibria | GameLike, *, width: Width = "column", ax: Axes | None = None) -> Drawing:
    """Draw the best-response curves of a 2×2 game, and its Nash equilibria.

    Across runs the probability with which the first player takes the first strategy, upwards that of the second player. A player who is
    indifferent everywhere has the whole square as best responses, which is then hatched. A tree counts by its reduced
    strategic form, a model at its baseline.

    Parameters
    ----------
    shown : a game, a model or its name, or what `solve` found.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches).
    ax : matplotlib axes to draw into, instead of a new figure. Both axes run from 0 to 1.

    Raises InputError unless there are two players with two strategies each, for games that are not exact, for an unknown width, and if
    matplotlib is missing.
    """
    game = shown.game if isinstance(shown, Equilibria) else game_of(shown)
    require_exact(game)
    require_two_by_two(game, "best-response curves are")
    nash = shown if isinstance(shown, Equilibria) and shown.concept == "nash" else solve(game, "nash")
    return drawn(best_response_scene(game, nash, points_of(width)), ax)


def best_response_scene(game: Game, nash: Equilibria, width: float) -> Scene:
    """The scene of the curves, on a page of so many points; ``nash`` are the game's Nash equilibria."""
    table = strategic_form(game)
    names = plan_names(table)
    curves = [reply(gain_of_first(table.payoffs, player)) for player in (0, 1)]
    points = [_weights(table.plans, equilibrium) for equilibrium in nash]
    items: list[Item] = []
    for player, curve in enumerate(curves):
        items += _curve(curve, player)
    items += _sets(nash, points)
    items += [Mark((float(p), float(q)), "disc", 6.0) for p, q in points]
    axes = [probability_axis(game.players[k], names[k][0], [point[k] for point in points]) for k in (0, 1)]
    return chart(
        axes[0],
        axes[1],
        items,
        width=width,
        ratio=1.0,
        title=f"{game.title or game.name or 'game'}: best responses",
        description=_in_words(game, names, nash),
        entries=list(_entries(game, curves, nash)),
        provenance=made_from("best responses", game),
    )


def require_two_by_two(game: Game, drawn_are: str) -> None:
    """Raises InputError unless two players have two strategies each."""
    counts = [count_plans(game.form, player) for player in range(len(game.players))]
    if counts != [2, 2]:
        what = f"{drawn_are} drawn for 2 × 2 strategies, not for {' × '.join(map(count_text, counts))}"
        raise input_error("figure", what, "draw a matrix")


def gain_of_first(payoffs: np.ndarray, player: int) -> tuple[Fraction, Fraction]:
    """What a player gains by the first strategy instead of the second, if the other one takes the second, and if the first (in this order);
    ``payoffs`` of shape (2, 2, 2).
    """
    own = payoffs[player] if player == 0 else payoffs[player].T
    return own[0, 1] - own[1, 1], own[0, 0] - own[1, 0]


def reply(gain: tuple[Fraction, Fraction]) -> tuple[tuple[Fraction, Fraction], ...] | None:
    """The best responses to a probability of the other's first strategy, as a polyline of pairs (the other's probability, the own one); None
    where everything is one.

    ``gain`` is that of the own first strategy at probability 0 and at 1; in between it is linear (Osborne and Rubinstein 1994, section 3.1).
    """
    zero, one = Fraction(0), Fraction(1)
    low, high = gain
    if low == high == 0:
        return None
    start = one if low > 0 or (low == 0 and high < 0) else zero
    if low == 0:
        return ((zero, start), (zero, 1 - start), (one, 1 - start))
    if high == 0:
        return ((zero, start), (one, start), (one, 1 - start))
    if (low > 0) == (high > 0):
        return ((zero, start), (one, start))
    turn = low / (low - high)
    return ((zero, start), (turn, start), (turn, 1 - start), (one, 1 - start))


def _curve(curve: Sequence[tuple[Fraction, Fraction]] | None, player: int) -> Iterator[Item]:
    colour = player_colour(player)
    if curve is None:
        yield Polygon(rectangle(0, 0, 1, 1), hatch="falling" if player else "rising", hatch_colour=colour)
        return
    pairs = [(float(other), float(own)) for other, own in curve]
    points: tuple[Point, ...] = tuple(pairs if player else [(own, other) for other, own in pairs])
    yield Line(points, colour, WIDTH, DASHES[player])


def _weights(plans: Sequence[Sequence[Sequence[int]]], equilibrium: Any) -> tuple[Any, Any]:
    """The probability of each player's first plan: the product of those of its actions."""
    found = []
    for own in plans:
        weight: Any = Fraction(1)
        for slot in own[0]:
            weight = weight * equilibrium.profile.probabilities[slot]
        found.append(weight)
    return found[0], found[1]


def _sets(nash: Equilibria, points: Sequence[tuple[Any, Any]]) -> Iterator[Item]:
    """The sets of equilibria that are more than a point: products of two ranges of probabilities (maximal Nash subsets)."""
    for subset in nash.subsets or ():
        across = [float(points[k][0]) for k in subset]
        up = [float(points[k][1]) for k in subset]
        left, low, wide, high = min(across), min(up), max(across) - min(across), max(up) - min(up)
        if wide and high:
            yield Polygon(rectangle(left, low, wide, high), hatch="dots", edge=INK, width=WIDTH)
        elif wide or high:
            yield Line(((left, low), (left + wide, low + high)), INK, 3.5)


def probability_axis(player: str, strategy: str, values: Sequence[Any]) -> Axis:
    """From 0 to 1, with ticks at the equilibria that are not too close to others."""
    places = [Fraction(0), Fraction(1)]
    for value in values:
        if isinstance(value, Fraction) and all(abs(value - place) >= Fraction(1, 12) for place in places):
            places.append(value)
    label = f"{player}: probability of {strategy}"
    return Axis(label, -BEYOND, 1 + BEYOND, tuple(exact_tick(place) for place in sorted(places)))


def _entries(game: Game, curves: Sequence[Any], nash: Equilibria) -> Iterator[Entry]:
    for player, curve in enumerate(curves):
        said = "indifferent: every response is a best one" if curve is None else "best responses"
        yield Entry(f"{game.players[player]}: {said}", line=(player_colour(player), DASHES[player], WIDTH))
    for k, equilibrium in enumerate(nash.equilibria[:MOST_WRITTEN]):
        yield Entry(f"equilibrium {k}: {equilibrium.profile}", mark=("disc", INK))
    if len(nash) > MOST_WRITTEN:
        yield Entry(f"and {len(nash) - MOST_WRITTEN} more equilibria")
    yield Entry(complete_text(nash))
    if any(len(subset) > 1 for subset in nash.subsets or ()):
        yield Entry("thick lines and dotted areas: every point of them is an equilibrium")


def _in_words(game: Game, names: Sequence[Sequence[str]], nash: Equilibria) -> str:
    said = " and ".join(f"{player} ({', '.join(own)})" for player, own in zip(game.players, names, strict=True))
    return f"Best-response curves of {said}, which meet in " + "; ".join(str(e.profile) for e in nash) + "."
