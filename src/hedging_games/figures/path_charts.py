"""Charts of play over time: how likely each state is, how long hedging lasts, and when realignment comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from hedging_games.analysis.play_over_time import PlayPath
from hedging_games.errors import did_you_mean, input_error
from hedging_games.figures.asked import made_from
from hedging_games.figures.charts import MARGIN, Entry, filled, ticks_between
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.pages import Block, heading, key, page, panel
from hedging_games.figures.palette import BARS, EVERY, NEUTRAL, NONE, PAPER, Fill
from hedging_games.figures.scene import Axis, Item, Line, Point, Scene, Tick

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Chart: TypeAlias = Literal["states", "hedging"]

MOST_BARS: Final = 400
"""Periods of which each is drawn; of more every second, third, ... one is."""

MOST_EDGED: Final = 24
"""Periods up to which bars have outlines of their own."""

HEIGHT: Final = 110.0
"""How high a chart is, in points."""

Layer: TypeAlias = tuple[str, Fill, list[Any]]
"""What is likely, how it is filled, and its probability in each period."""


def path_chart(
    found: PlayPath, chart: Chart | None = None, *, width: Width = "text", ax: Axes | None = None
) -> Drawing:
    """Draw play over time, as bars on top of each other, one period beside the other.

    Parameters
    ----------
    found : what `path_of_play` found.
    chart : ``"states"``: how likely each state is. ``"hedging"``: how likely hedging still lasts, and realignment comes in just this
        period; both if left out.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches).
    ax : matplotlib axes to draw one of them into, instead of a new figure.

    Raises InputError for an unknown chart or width, for ``"hedging"`` where the game names no event, for ``ax`` with two charts, and if
    matplotlib is missing.
    """
    return drawn(path_scene(found, chart, points_of(width)), ax)


def path_scene(found: PlayPath, chart: Chart | None, width: float) -> Scene:
    """The scene of the charts, on a page of so many points."""
    if chart is not None and chart not in _LAYERS:
        raise input_error("figure", f"no chart is called '{chart}'", did_you_mean(str(chart), list(_LAYERS)))
    if chart == "hedging" and found.game.event is None:
        raise input_error("figure", "the game names no event whose end could be drawn", "draw states")
    asked = [chart] if chart else [name for name in _LAYERS if name == "states" or found.game.event is not None]
    room = width - 2 * MARGIN
    blocks, entries = [], []
    for name in asked:
        layers = _LAYERS[name](found)
        blocks.append(_stacked(_HEADS[name], found, layers, room))
        entries += [Entry(said, fill=fill) for said, fill, values in layers if any(values)]
        is_full = all(sum(here) == 1 for here in zip(*(values for _, _, values in layers), strict=True))
        entries += [] if is_full and found.exact else [Entry(_ENDED[name], fill=Fill(PAPER))]
    step = _step(found)
    title = f"{found.game.title or found.game.name or 'game'}: play over time"
    notes = [said.removeprefix("note: ") for said in found.remarks]
    notes += [f"of {step} periods the first one is drawn"] if step > 1 else []
    return page(
        width,
        [heading(title, room), *blocks, key([*entries, *map(Entry, notes)], room)],
        title=title,
        description=_in_words(found),
        provenance=made_from(f"play over {len(found.periods)} periods", found.game),
        gap=7.0,
    )


def _in_words(found: PlayPath) -> str:
    last = found.periods[-1]
    states = ", ".join(f"{name} {float(p):.3f}" for name, p in last.states.items()) or "play has ended"
    return ". ".join([f"In period {last.period}: {states}", *found.remarks]) + "."


def _step(found: PlayPath) -> int:
    return ceil(len(found.periods) / MOST_BARS)


# --- what is drawn -------------------------------------------------------------------------------------------------------


def _states(found: PlayPath) -> list[Layer]:
    """The states that come up, in the game's order; beyond as many as there are fills the least likely ones in one."""
    weight = {
        name: sum(float(p.states.get(name, 0)) for p in found.periods)
        for name in found.game.states
        if any(name in p.states for p in found.periods)
    }
    likely = sorted(weight, key=lambda name: -weight[name])
    own = set(likely if len(likely) <= len(NEUTRAL) else likely[: len(NEUTRAL) - 1])
    named = [name for name in weight if name in own]
    layers = [
        (name, fill, [p.states.get(name, 0) for p in found.periods]) for name, fill in zip(named, NEUTRAL, strict=False)
    ]
    rest = [name for name in weight if name not in own]
    if rest:
        sums = [sum(p.states.get(name, 0) for name in rest) for p in found.periods]
        layers.append((f"{len(rest)} other states", NEUTRAL[-1], sums))
    return layers


def _hedging(found: PlayPath) -> list[Layer]:
    """What has become of hedging by each period; what is missing to one: play ended before hedging did."""
    over = [0, *accumulate(p.realigns for p in found.periods)][:-1]
    return [
        ("hedging lasts through this period", EVERY[0], [p.lasts for p in found.periods]),
        ("realignment comes in this period", NONE[1], [p.realigns for p in found.periods]),
        ("it came before", BARS[1], over),
    ]


_LAYERS: Final[dict[str, Callable[[PlayPath], list[Layer]]]] = {"states": _states, "hedging": _hedging}
_ENDED: Final = {"states": "play has ended", "hedging": "play ended before hedging did"}
_HEADS: Final = {"states": "How likely each state is", "hedging": "How long hedging lasts"}


# --- bars ----------------------------------------------------------------------------------------------------------------


def _stacked(head: str, found: PlayPath, layers: Sequence[Layer], room: float) -> Block:
    """Bars on top of each other, without room between periods: each layer is one shape with steps."""
    step = _step(found)
    count = len(found.periods)
    starts = [0.5 + k for k in range(0, count, step)]
    stops = [min(start + step, count + 0.5) for start in starts]
    base: list[Any] = [0] * len(starts)
    areas: list[Item] = []
    edges: list[Item] = []
    for _, fill, values in layers:
        top = [low + value for low, value in zip(base, values[::step], strict=True)]
        areas += [filled(shape, fill) for shape in _shapes(starts, stops, base, top)]
        edges.append(Line(tuple(_steps(starts, stops, top)), width=0.6))
        base = top
    if count <= MOST_EDGED:
        heights = map(max, base, base[1:])
        edges += [Line(((x, 0.0), (x, float(y))), width=0.6) for x, y in zip(starts[1:], heights, strict=False)]
    across = Axis("period", 0.5, count + 0.5, _period_ticks(count))
    up = Axis("probability", 0.0, 1.0, ticks_between(Fraction(0), Fraction(1), 4))
    return panel(head, across, up, [*areas, *edges], room, HEIGHT)


def _steps(starts: Sequence[float], stops: Sequence[float], values: Sequence[Any]) -> list[Point]:
    pairs = zip(starts, stops, values, strict=True)
    return [point for start, stop, value in pairs for point in ((start, float(value)), (stop, float(value)))]


def _shapes(
    starts: Sequence[float], stops: Sequence[float], low: Sequence[Any], high: Sequence[Any]
) -> list[tuple[Point, ...]]:
    """The area between two lines of steps: a shape for each run of periods in which there is one."""
    shapes = []
    run: list[int] = []
    for k in range(len(starts) + 1):
        if k < len(starts) and high[k] > low[k]:
            run.append(k)
        elif run:
            part = slice(run[0], run[-1] + 1)
            edges = [_steps(starts[part], stops[part], line[part]) for line in (low, high)]
            shapes.append((*edges[0], *reversed(edges[1])))
            run = []
    return shapes


def _period_ticks(count: int) -> tuple[Tick, ...]:
    """Whole periods."""
    if count <= 12:
        return tuple(Tick(float(k), str(k)) for k in range(1, count + 1))
    return tuple(tick for tick in ticks_between(Fraction(1), Fraction(count), 8) if tick.at.is_integer())
