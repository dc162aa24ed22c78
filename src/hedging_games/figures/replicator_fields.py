"""The replicator dynamics of two populations in a 2×2 game: the field, its rest points, and which of them are equilibria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot
from typing import TYPE_CHECKING, Final, Literal

from hedging_games.algebra.numbers import number_text
from hedging_games.analysis.solve import solve
from hedging_games.figures.asked import complete_text, made_from
from hedging_games.figures.best_replies import gain_of_first, probability_axis, require_two_by_two
from hedging_games.figures.charts import Entry, chart
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.scene import INK, Item, Line, Mark, Point, Scene, Shape
from hedging_games.games.game import Game, require_exact
from hedging_games.games.named import GameLike, game_of
from hedging_games.games.reductions import strategic_form
from hedging_games.theory.dominance import plan_names
from hedging_games.theory.equilibria import Equilibria

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARROWS: Final = 12
"""Arrows across and up."""

LONGEST: Final = 0.85
SHORTEST: Final = 0.3
"""The length of the fastest and of the slowest arrow, as shares of the distance between two of them."""

MARKS: Final[dict[str, Shape]] = {"stable": "disc", "equilibrium": "ring", "other": "cross"}

ARROW_COLOUR: Final = "#5a6b80"

ZERO, ONE = Fraction(0), Fraction(1)

Gain = tuple[Fraction, Fraction]
"""What a player gains by the first strategy instead of the second, if the other one takes the second, and if the first."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A rest point, or a line of them from ``at`` to ``to``: probabilities of the first strategies.

    ``kind`` of a point: ``stable`` : asymptotically, that is a strict equilibrium; ``equilibrium`` : a Nash equilibrium that is not;
    ``other`` : no equilibrium. ``text`` : what is known of it in words.
    """

    at: tuple[Fraction, Fraction]
    to: tuple[Fraction, Fraction]
    kind: Literal["stable", "equilibrium", "other", "line"]
    text: str


def replicator_field(shown: GameLike | Equilibria, *, width: Width = "column", ax: Axes | None = None) -> Drawing:
    """Draw the replicator dynamics of a game of two players with two strategies each, played between two populations.

    Across runs the share ``p`` of the first population that takes the first strategy, upwards that of the second, ``q``:
    ``dp/dt = p (1 - p) a(q)`` and ``dq/dt = q (1 - q) b(p)``, with ``a`` and ``b`` what the first strategy gains instead of the second
    (Taylor 1979; Hofbauer and Sigmund 1998, chapter 10). Rest points are exact, and every one is shown: the corners, where both gains are zero, and
    lines on which nothing moves. Asymptotically stable are the strict Nash equilibria and no others (Ritzberger and Weibull 1995).
    Arrows show directions; their length grows with the root of the speed. A tree counts by its reduced strategic form, a model at
    its baseline.

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
    require_two_by_two(game, "a replicator field is")
    return drawn(field_scene(game, points_of(width)), ax)


def field_scene(game: Game, width: float) -> Scene:
    """The scene of the field, on a page of so many points."""
    table = strategic_form(game)
    names = plan_names(table)
    first, second = gain_of_first(table.payoffs, 0), gain_of_first(table.payoffs, 1)
    rests = rest_points(first, second)
    points = [(rest, MARKS[rest.kind]) for rest in rests if rest.kind != "line"]
    values = [[end[k] for rest in rests for end in (rest.at, rest.to)] for k in (0, 1)]
    axes = [probability_axis(game.players[k], names[k][0], values[k]) for k in (0, 1)]
    items: list[Item] = list(_arrows(first, second))
    items += [Line((_floats(rest.at), _floats(rest.to)), INK, 3.0) for rest in rests if rest.kind == "line"]
    items += [Mark(_floats(rest.at), shape, 7.0) for rest, shape in points]
    nash = complete_text(solve(game, "nash"))
    said = [Entry(f"{_place(rest.at)}: {rest.text}", mark=(shape, INK)) for rest, shape in points]
    said += [
        Entry(f"from {_place(rest.at)} to {_place(rest.to)}: {rest.text}", line=(INK, (), 3.0))
        for rest in rests
        if rest.kind == "line"
    ]
    said += [Entry("everything is at rest: both are indifferent everywhere")] if not any((*first, *second)) else []
    return chart(
        axes[0],
        axes[1],
        items,
        width=width,
        ratio=1.0,
        title=f"{game.title or game.name or 'game'}: replicator dynamics",
        description=f"The field of the replicator dynamics of two populations. {' '.join(f'{entry.text}.' for entry in said)}",
        entries=[*said, Entry(f"Nash equilibria: {nash}")],
        provenance=made_from("replicator field", game),
    )


# --- rest points ---------------------------------------------------------------------------------------------------------


def rest_points(first: Gain, second: Gain) -> list[Rest]:
    """Every rest point: the corners, then the inner one, then lines. Where both players are always indifferent everything is at rest, and only
    the corners and the edges are listed.

    A population moves unless it takes one strategy alone or its gain is zero; gains are linear in the other's share. At a corner the
    eigenvalues are what the other strategies gain, so a strict equilibrium attracts; where one of them is zero there is a line of rest points.
    At an inner point they are plus and minus the root of a number with the sign of the product of the gains' slopes.
    """
    found = [_corner((p, q), first, second) for p in (ZERO, ONE) for q in (ZERO, ONE)]
    inner = [_zero(second), _zero(first)]
    slopes = (first[1] - first[0]) * (second[1] - second[0])
    if inner[0] is not None and inner[1] is not None:
        text = "a saddle" if slopes > 0 else "a centre, circled by closed orbits"
        at = (inner[0], inner[1])
        found.append(Rest(at, at, "equilibrium", f"Nash equilibrium, mixed; {text}"))
    for end, gain in ((ZERO, first[0]), (ONE, first[1])):
        if gain == 0:
            found.append(Rest((ZERO, end), (ONE, end), "line", _played("p", second, end)))
    for end, gain in ((ZERO, second[0]), (ONE, second[1])):
        if gain == 0:
            found.append(Rest((end, ZERO), (end, ONE), "line", _played("q", first, end)))
    always = "nothing moves; all are Nash equilibria"
    if not any(first) and inner[0] is not None:
        found.append(Rest((inner[0], ZERO), (inner[0], ONE), "line", always))
    if not any(second) and inner[1] is not None:
        found.append(Rest((ZERO, inner[1]), (ONE, inner[1]), "line", always))
    return found


def _corner(at: tuple[Fraction, Fraction], first: Gain, second: Gain) -> Rest:
    gains = [_better(at[0], first[int(at[1])]), _better(at[1], second[int(at[0])])]
    if min(gains) > 0:
        return Rest(at, at, "stable", "strict Nash equilibrium, asymptotically stable")
    if min(gains) == 0:
        return Rest(at, at, "equilibrium", "Nash equilibrium, not asymptotically stable")
    return Rest(at, at, "other", "at rest, no equilibrium")


def _better(share: Fraction, gain: Fraction) -> Fraction:
    """What the strategy that a whole population takes gains instead of the other."""
    return gain if share == ONE else -gain


def _zero(gain: Gain) -> Fraction | None:
    """The only inner share of the other population at which a gain is zero."""
    low, high = gain
    return low / (low - high) if low * high < 0 else None


def _played(letter: str, other: Gain, end: Fraction) -> str:
    """Where along an edge of rest points there are Nash equilibria: where the population that takes one strategy alone loses nothing by it."""
    kept = [_better(end, gain) for gain in other]
    zero = _zero(other)
    if min(kept) >= 0:
        return "nothing moves; all are Nash equilibria"
    if max(kept) < 0:
        return "nothing moves; none is a Nash equilibrium"
    place = zero if zero is not None else ONE if kept[1] == 0 else ZERO
    low, high = (ZERO, place) if kept[0] > 0 else (place, ONE)
    if zero is None:
        low = high = place
    said = number_text(low) if low == high else f"from {number_text(low)} to {number_text(high)}"
    return f"nothing moves; Nash equilibria with {letter} {'=' if low == high else ''} {said}".replace("  ", " ")


# --- the field -----------------------------------------------------------------------------------------------------------


def speed(first: Gain, second: Gain, p: float, q: float) -> Point:
    """How fast both shares change."""
    gains = [float(low) * (1 - share) + float(high) * share for (low, high), share in ((first, q), (second, p))]
    return p * (1 - p) * gains[0], q * (1 - q) * gains[1]


def _arrows(first: Gain, second: Gain) -> Iterator[Line]:
    """Arrows with their middles on a grid, the edges included, in the field's direction."""
    places = [k / ARROWS for k in range(ARROWS + 1)]
    speeds = {(p, q): speed(first, second, p, q) for p in places for q in places}
    fastest = max(hypot(*v) for v in speeds.values())
    for (p, q), (across, up) in speeds.items():
        now = hypot(across, up)
        if now:
            length = (SHORTEST + (LONGEST - SHORTEST) * (now / fastest) ** 0.5) / ARROWS / now / 2
            begin = (p - across * length, q - up * length)
            yield Line((begin, (p + across * length, q + up * length)), ARROW_COLOUR, 0.7, arrow=True)


def _floats(at: Sequence[Fraction]) -> Point:
    return float(at[0]), float(at[1])


def _place(at: Sequence[Fraction]) -> str:
    return f"({number_text(at[0])}, {number_text(at[1])})"
