"""Charts of a sensitivity analysis: each parameter alone (a tornado), what informs about the event, and Sobol indices with their errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.numbers import shown_number
from hedging_games.analysis.sensitivity_answer import Index, Sensitivity
from hedging_games.analysis.variance_indices import CONFIDENCE
from hedging_games.errors import did_you_mean, input_error
from hedging_games.figures.charts import MARGIN, Entry, filled, rectangle, ticks_between
from hedging_games.figures.drawing import WIDTHS, Drawing, Width, drawn, points_of
from hedging_games.figures.lettering import width_of
from hedging_games.figures.pages import Block, beside, heading, key, page, panel, panel_room
from hedging_games.figures.palette import BARS, FILLS, PAPER, Fill
from hedging_games.figures.phase_items import held_text
from hedging_games.figures.scene import INK, Axis, Item, Line, Mark, Scene, Text, Tick

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Chart: TypeAlias = Literal["tornado", "regional", "sobol"]

SMALL: Final = 6.0
"""The size of numbers in charts."""

BAR: Final = 7.0
"""The height of a bar, in points; upwards all charts here are in points."""

UNKNOWN: Final = Fill(PAPER)

CHANCE_DASH: Final = (3.0, 2.0)

Change: TypeAlias = tuple[float, str]
"""A value at which the event begins or ends as one parameter moves, and how that is written: ``≤ 6``."""


def sensitivity_chart(
    found: Sensitivity, chart: Chart | None = None, *, width: Width = "text", ax: Axes | None = None
) -> Drawing:
    """Draw what `sensitivity` found.

    Parameters
    ----------
    chart : one of three, all that there are if left out.
        ``"tornado"``: for each parameter alone, the others at the point, where in its range the event is played, with the exact values at
        which that changes; the parameter that loses it (or brings it about) by the smallest share of its range stands on top.
        ``"regional"``: Kolmogorov–Smirnov distances, and up to where they may be chance.
        ``"sobol"``: first-order and total Sobol indices with their confidence intervals.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches).
    ax : matplotlib axes to draw one of them into, instead of a new figure.

    Raises InputError for an unknown chart or width, for a chart of what was not found, for ``ax`` without ``chart``, and if matplotlib is
    missing.
    """
    return drawn(sensitivity_scene(found, chart, points_of(width)), ax)


def sensitivity_scene(found: Sensitivity, chart: Chart | None, width: float) -> Scene:
    """The scene of the charts, on a page of so many points."""
    if chart is not None and chart not in _CHARTS:
        raise input_error("figure", f"no chart is called '{chart}'", did_you_mean(str(chart), list(_CHARTS)))
    there = [name for name in _CHARTS if _MISSING[name](found) == ""]
    if chart is not None and chart not in there:
        raise input_error("figure", _MISSING[chart](found), f"draw {' or '.join(there)}")
    room = width - 2 * MARGIN
    asked = there if chart is None else [chart]
    rows = [asked[:1], asked[1:]] if width >= WIDTHS["text"] and len(asked) > 2 else [[name] for name in asked]
    made = [[_CHARTS[name](found, (room + 12.0) / len(row) - 12.0) for name in row] for row in rows]
    blocks = [beside([block for block, _ in row], room) for row in made]
    entries = [entry for row in made for _, said in row for entry in said]
    entries += [Entry(_MISSING[name](found)) for name in _CHARTS if chart is None and name not in there]
    title = f"{found.model.title}: which parameters matter"
    event = f"{found.model.hedge} in {found.among} {found.concept} equilibrium"
    asked_of = heading(f"for {event}", room, size=7.5, bold=False)
    return page(
        width,
        [heading(title, room), asked_of, *blocks, key(entries, room)],
        title=title,
        description=_in_words(found, event),
        provenance=f"sensitivity ({', '.join(asked)}) of {found.model.name} {held_text(found.sample.task.point)}",
        gap=7.0,
    )


def _in_words(found: Sensitivity, event: str) -> str:
    parts = [
        f"{index.name}, at {index.baseline}: {_where(index.intervals)}" for index in found.indices if index.intervals
    ]
    informing = [f"{index.name} {index.ks:.3f}" for index in _by(found, lambda index: index.ks)]
    said = f"One parameter at a time, the event is {event} in: {'; '.join(parts)}. " if parts else ""
    return said + (f"Kolmogorov–Smirnov distances: {', '.join(informing)}." if informing else "")


def _by(found: Sensitivity, worth: Callable[[Index], float | None]) -> list[Index]:
    """The parameters that have a number, the largest first."""
    having = [(value, index) for index in found.indices if (value := worth(index)) is not None]
    return [index for _, index in sorted(having, key=lambda pair: (-pair[0], pair[1].name))]


def _rows(names: Sequence[str], pitch: float) -> tuple[Axis, list[float]]:
    """An axis of rows, the first on top, each so many points high; and where each begins, from below."""
    bottoms = [pitch * (len(names) - 1 - k) for k in range(len(names))]
    ticks = tuple(Tick(low + 1.5 + BAR / 2, name) for low, name in zip(bottoms, names, strict=True))
    return Axis("", 0.0, pitch * len(names), ticks), bottoms


# --- one parameter at a time ---------------------------------------------------------------------------------------------


def _tornado(found: Sensitivity, room: float) -> tuple[Block, list[Entry]]:
    """Where the event is played as one parameter moves, in shares of its range from where it stands."""
    design = found.sample.task.design
    ends = dict(zip(design.names, zip(design.lows, design.highs, strict=True), strict=True))  # type: ignore[union-attr]
    spans = {name: (low, high) for name, (low, high) in ends.items() if low < high}
    order = sorted((i for i in found.indices if i.name in spans), key=lambda i: (_nearest(i, *spans[i.name]), i.name))
    up, bottoms = _rows([f"{index.name} = {shown_number(index.baseline)}" for index in order], BAR + SMALL + 4)
    shares = {
        i.name: [(end - i.baseline) / (spans[i.name][1] - spans[i.name][0]) for end in spans[i.name]] for i in order
    }
    low = min(Fraction(0), *(share for pair in shares.values() for share in pair))
    high = max(Fraction(0), *(share for pair in shares.values() for share in pair))
    _, inner = panel_room(up, room)
    pads = [max(width_of(shown_number(spans[i.name][k]), SMALL) for i in order) + 5 for k in (0, 1)]
    point = float(high - low) / (inner - sum(pads))
    across = Axis(
        "move of one parameter alone, the others standing, in shares of its range",
        float(low) - pads[0] * point,
        float(high) + pads[1] * point,
        ticks_between(low, high),
    )
    items: list[Item] = []
    entries: list[Entry] = []
    for index, bottom in zip(order, bottoms, strict=True):
        row, fits = _tornado_row(found, index, spans[index.name], bottom, point)
        items += row
        entries += [] if fits else [Entry(f"{index.name}: {_where(index.intervals or ())}")]
    stands = Line(((0.0, 0.0), (0.0, up.high)), width=1.0)
    items = [*(i for i in items if not isinstance(i, Text)), stands, *(i for i in items if isinstance(i, Text))]
    block = panel("One parameter at a time (exact)", across, up, items, room, up.high)
    return block, [*_tornado_entries(found), *entries]


def _tornado_entries(found: Sensitivity) -> Iterator[Entry]:
    rest = ("in none" if found.among == "some" else "not in every one") + (
        ", or excluded by the model's assumptions" if found.model.assumptions else ""
    )
    yield Entry(f"{found.model.hedge} is played in {found.among} equilibrium", fill=FILLS[found.among][0])
    yield Entry(rest, fill=FILLS["none"][0])
    if any(index.intervals is None for index in found.indices):
        yield Entry("not derived for this concept", fill=UNKNOWN)
    yield Entry("where the parameter stands, as beside its name", line=(INK, (), 1.0))


def _tornado_row(
    found: Sensitivity, index: Index, ends: tuple[Fraction, Fraction], bottom: float, point: float
) -> tuple[list[Item], bool]:
    """The bar of a parameter with its numbers, and whether all of them fit; ``point`` is the width of one in the chart's data."""
    low, high = ends

    def at(value: float) -> float:
        return (value - float(index.baseline)) / float(high - low)

    def bar(start: float, stop: float, fill: Fill) -> Item:
        return filled(rectangle(at(start), bottom + 1.5, at(stop) - at(start), BAR), fill, edge=INK, width=0.5)

    middle = bottom + 1.5 + BAR / 2
    items: list[Item] = [bar(float(low), float(high), UNKNOWN if index.intervals is None else FILLS["none"][0])]
    items += [
        bar(float(part.low), float(part.high), FILLS[found.among][0])  # type: ignore[arg-type]
        for part in index.intervals or ()
        if not part.point
    ]
    told = changes(index.intervals or (), low, high)
    items += [
        Mark((at(place), middle), "disc" if "=" in text else "ring", 4.0) for place, text in told if text[0] in "=≠"
    ]
    items += [
        Text((at(float(low)), middle), shown_number(low), "left", SMALL, maths=True, shift=(-2.0, 0.0)),
        Text((at(float(high)), middle), shown_number(high), "right", SMALL, maths=True, shift=(2.0, 0.0)),
    ]
    words = [
        Text((at(place), bottom + 1.5 + BAR), text, "above", SMALL, maths=True, back=PAPER) for place, text in told
    ]
    reach = [(word.at[0] - _half(word) * point, word.at[0] + _half(word) * point) for word in words]
    fits = all(one[1] < other[0] for one, other in pairwise(reach))
    edge = (at(float(low)) - 8 * point, at(float(high)) + 8 * point)
    fits = fits and all(edge[0] <= start and stop <= edge[1] for start, stop in reach)
    return [*items, *(words if fits else [])], fits


def _half(word: Text) -> float:
    return width_of(word.text, word.size, maths=True) / 2 + 1.5


def changes(parts: Sequence[Interval], low: Fraction, high: Fraction) -> list[Change]:
    """At which values from ``low`` to ``high`` the event begins or ends: ``≥ 3`` where it is played from 3 on, ``< 6`` where up to 6 without 6,
    ``= 2`` and ``≠ 2`` for single values.
    """
    told: list[Change] = []
    for part in parts:
        assert part.low is not None
        assert part.high is not None
        if part.point:
            told.append((float(part.low), f"= {shown_number(part.low)}"))
            continue
        if told and told[-1][1] == f"< {shown_number(part.low)}":
            told[-1] = (float(part.low), f"≠ {shown_number(part.low)}")
        elif part.low != low or not part.low_closed:
            told.append((float(part.low), f"{'≥' if part.low_closed else '>'} {shown_number(part.low)}"))
        if part.high != high or not part.high_closed:
            told.append((float(part.high), f"{'≤' if part.high_closed else '<'} {shown_number(part.high)}"))
    return told


def _nearest(index: Index, low: Fraction, high: Fraction) -> float:
    """By which share of its range a parameter alone has to move until the event ends, or begins; infinite if it never does."""
    if index.intervals is None:
        return inf
    places = [place for place, _ in changes(index.intervals, low, high)]
    return min((abs(place - float(index.baseline)) for place in places), default=inf) / float(high - low)


def _where(parts: Sequence[Interval]) -> str:
    return " ∪ ".join(map(str, parts)) or "nowhere"


# --- samples -------------------------------------------------------------------------------------------------------------


def _regional(found: Sensitivity, room: float) -> tuple[Block, list[Entry]]:
    """Kolmogorov–Smirnov distances, and the one that may be chance."""
    order = _by(found, lambda index: index.ks)
    up, bottoms = _rows([index.name for index in order], BAR + 3)
    values = [index.ks or 0.0 for index in order]
    most = max([*values, found.chance or 0.0])
    _, inner = panel_room(up, room)
    across = Axis("distance with and without the event", 0.0, most * inner / (inner - 24), _ticks(0.0, most))
    items: list[Item] = []
    for value, bottom in zip(values, bottoms, strict=True):
        items.append(filled(rectangle(0.0, bottom + 1.5, value, BAR), BARS[0], edge=INK, width=0.5))
    items.append(Line(((found.chance or 0.0, 0.0), (found.chance or 0.0, up.high)), dash=CHANCE_DASH))
    for value, bottom in zip(values, bottoms, strict=True):
        place = (value, bottom + 1.5 + BAR / 2)
        items.append(Text(place, f"{value:.3f}", "right", SMALL, shift=(2.5, 0.0), back=PAPER))
    said = f"distances up to {found.chance:.3f} may be chance: in 95 % of samples a parameter without influence stays below"
    block = panel("Regional sensitivity: Kolmogorov–Smirnov", across, up, items, room, up.high)
    return block, [Entry(said, line=(INK, CHANCE_DASH, 0.8))]


def _sobol(found: Sensitivity, room: float) -> tuple[Block, list[Entry]]:
    """Sobol indices, first order above total, with their confidence intervals."""
    order = _by(found, lambda index: index.total and index.total[0])
    thin = BAR - 2
    up, bottoms = _rows([index.name for index in order], 2 * thin + 4)
    up = Axis(
        up.label,
        up.low,
        up.high,
        tuple(Tick(low + 2 + thin, index.name) for low, index in zip(bottoms, order, strict=True)),
    )
    items: list[Item] = []
    reach = [0.0]
    for index, bottom in zip(order, bottoms, strict=True):
        for k, estimate in enumerate((index.total, index.first)):
            assert estimate is not None
            value, low, high = estimate
            reach += [value, low, high]
            start = bottom + 2 + k * thin
            items.append(filled(rectangle(0.0, start, value, thin), BARS[1 - k], edge=INK, width=0.5))
            middle = start + thin / 2
            items += [
                Line(((low, middle), (high, middle)), width=0.9),
                *(Line(((end, middle - 1.5), (end, middle + 1.5)), width=0.9) for end in (low, high)),
            ]
    low, high = min(reach), max(reach)
    slack = (high - low) / 40
    across = Axis(f"share of the variance of {found.of}", low - slack * (low < 0), high + slack, _ticks(low, high))
    block = panel("Sobol indices", across, up, items, room, up.high)
    return block, [
        Entry(f"first order: what {found.of} varies by with this parameter alone", fill=BARS[0]),
        Entry("total: with all others as well", fill=BARS[1]),
        Entry(f"whiskers: {100 * CONFIDENCE:g} % confidence intervals (bootstrap)"),
    ]


def _ticks(low: float, high: float) -> tuple[Tick, ...]:
    return ticks_between(Fraction(low), Fraction(high), 4) if low < high else ()


_CHARTS: Final[dict[str, Callable[[Sensitivity, float], tuple[Block, list[Entry]]]]] = {
    "tornado": _tornado,
    "regional": _regional,
    "sobol": _sobol,
}

_MISSING: Final[dict[str, Callable[[Sensitivity], str]]] = {
    "tornado": lambda found: (
        ""
        if any(i.intervals is not None for i in found.indices)
        else "no tornado: where each parameter alone keeps the event is not derived for this concept"
    ),
    "regional": lambda found: "" if found.chance is not None else "no distances: all points of the sample are alike",
    "sobol": lambda found: (
        ""
        if all(i.first and i.total for i in found.indices)
        else "no Sobol indices: there is no margin for this concept, or it does not vary"
    ),
}
"""Why a chart is not there; nothing if it is."""
