"""Strips: which equilibria there are over one parameter, as a band with its exact thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.numbers import shown_number
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.phases import Phases, phases
from hedging_games.errors import input_error
from hedging_games.figures import phase_items
from hedging_games.figures.border_formulas import border_texts
from hedging_games.figures.charts import TICK_SIZE, Entry, axis_of, chart, rectangle
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.lettering import height_of, width_of
from hedging_games.figures.line_maps import Change, on_line
from hedging_games.figures.palette import PAPER
from hedging_games.figures.phase_labels import Labels, roman
from hedging_games.figures.phase_naming import Naming, naming_for, on_a_page, require_among
from hedging_games.figures.placing import Room, spread
from hedging_games.figures.regime_names import places, regime_name
from hedging_games.figures.regions import Apart, Edge, Map
from hedging_games.figures.scene import INK, Axis, Frame, Item, Line, Polygon, Scene, Text
from hedging_games.model.catalogue import ModelLike, load
from hedging_games.model.model import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAND: Final = 84.0
"""The height of the band, in points."""

ABOVE: Final = 22.0
"""What is above it: lines that lead to the values of the thresholds, and these."""

CASES: Final = 0.12
"""Where in the band cases stand."""

MOST_LETTERS: Final = 240
"""Letters up to which the formula of a threshold is written out."""

BRACKET: Final = 3.5
"""The length of the ends of a bracket, in points."""


def strip(
    shown: ModelLike | Phases,
    over: str | None = None,
    *,
    concept: str | None = None,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    limits: tuple[object, object] | None = None,
    among: Among | None = None,
    width: Width = "text",
    ax: Axes | None = None,
    check: Check = no_check,
) -> Drawing:
    """Draw which equilibria there are over one parameter: a band, with the exact values at which that changes.

    Parameters
    ----------
    shown : a model or its name, or what `phases` found over one parameter.
    over : of a model: the parameter.
    concept, case, fixed : of a model: as in `phases`.
    limits : of a model: the lower and the upper end, instead of the declared range.
    among : ``"some"`` or ``"every"`` tells apart only whether the event is played in some, or in every, equilibrium.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches).
    ax : matplotlib axes to draw into, instead of a new figure. The band lies between 0 and 1.
    check : called again and again; what it raises ends the work.

    Returns
    -------
    Drawing
        ``figure, axes = hg.strip(model, "card")``, or ``....save("card.pdf")``.

    Pieces of the band are named in place by what is played in them, or by a number that the legend explains; of more than `MOST_TOLD` different
    equilibria only the event is told apart. Above the band stand the thresholds, exactly, in the legend their formulas with all
    parameters open where it is known which boundary it is. At an unbroken line the equilibria of both sides stand; a bracket shows to
    which side a threshold belongs; a value with equilibria of its own has a diamond and a letter. The baseline and the cases
    are drawn where what is played in them is what the strip says there; of others the legend says what is played.

    Raises
    ------
    InputError
        Unless one parameter is named, for an unknown width or ``among``, for what `phases` refuses, and if matplotlib is missing.
    ConceptError
        For a concept whose regions are not derived.
    """
    require_among(among)
    points = points_of(width)
    found = load(shown) if isinstance(shown, str | PathLike) else shown
    if not isinstance(found, (Model, Phases)):
        what = f"a {type(shown).__name__} has no phases"
        raise input_error("figure", what, "give a model, or what hg.phases found over one parameter")
    if isinstance(found, Model):
        if not isinstance(over, str):
            raise input_error("figure", "a strip needs one axis", 'name one parameter: over="card"')
        ranges = None if limits is None else {over: limits}
        found = phases(found, [over], concept, case=case, fixed=fixed, ranges=ranges, check=check)
    elif over is not None or concept is not None or case is not None or fixed or limits:
        raise input_error(
            "figure", "these phases were found already", "leave out over, concept, case, fixed and limits"
        )
    return drawn(strip_scene(found, points, among, check), ax)


def strip_scene(found: Phases, width: float, among: Among | None = None, check: Check = no_check) -> Scene:
    """The scene of phases over one parameter, on a page of so many points.

    Raises InputError for phases over two.
    """
    if len(found.parameters) != 1:
        said = f"these phases are over {' and '.join(found.parameters)}"
        raise input_error("figure", said, "draw them with phase_diagram, or ask for phases over one parameter")
    return on_a_page(found, among, lambda apart, notes: _scene(found, width, apart, notes, check))


def _scene(found: Phases, width: float, apart: Apart, notes: Sequence[str], check: Check) -> Scene:
    assert found.setting is not None
    model, name = found.setting.model, found.parameters[0]
    what, changes = on_line(found, apart, check)
    naming = naming_for(what, found, apart)
    title = f"{model.title}: {found.concept} equilibria"
    span = model.parameters[name].range
    across = axis_of(model, name, span.low, span.high)
    height = BAND + (ABOVE if changes else 0.0)
    up = Axis("", 0.0, height / BAND, ())
    blank = chart(across, up, (), width=width, title=title).items[0]
    assert isinstance(blank, Frame)
    inner = blank.box[2]
    room = Room(what, inner, BAND)
    is_cut = bool(model.assumptions) and not room.is_full
    seen = places(found, check)
    labels = Labels(room, naming, dimensions=1)
    for change in changes:
        x, _ = room.on_page((float(change.value), 0.0))
        labels.room.take((x - 1, 0.0, x + 1, BAND), pad=0.0)
        if change.at_it == "own":
            labels.room.take((x - 3, BAND - 16, x + 3, BAND), pad=0.0)
    labels.cases([replace(place, at=(place.at[0], CASES)) for place in seen if place.agrees])
    labels.regions()
    labels.ties()
    values = _values(changes, name, border_texts(found, what.edges, check))
    written, listed = _written(changes, values, room, name)
    entries = [
        *phase_items.meanings(what, str(model.hedge), apart),
        *phase_items.excluded(is_there=is_cut),
        *labels.entries,
        *naming.listed,
        *_changes_said(changes),
        *listed,
        *phase_items.cases_said(seen),
        *([Entry(phase_items.held_text(found.fixed))] if found.fixed else []),
        *(Entry(f"note: {note}") for note in notes),
    ]
    items = [
        *phase_items.excluded_area(what, is_there=is_cut),
        *phase_items.areas(what, naming),
        *(line for change in changes for line in _line(change, room)),
        Polygon(rectangle(what.window[0][0], 0.0, what.window[0][1] - what.window[0][0], 1.0), edge=INK, width=0.8),
        *written,
        *phase_items.tie_lines(what),
        *labels.items,
    ]
    return chart(
        across,
        up,
        items,
        width=width,
        ratio=height / inner,
        sides=False,
        title=title,
        description=_in_words(found, what, naming),
        entries=entries,
        provenance=f"phases of {model.name} over {name}, {phase_items.held_text(found.fixed)}",
    )


# --- thresholds ----------------------------------------------------------------------------------------------------------


def _line(change: Change, room: Room) -> Iterator[Line]:
    """The line at a threshold; with the ends of a bracket where it belongs to one side."""
    at = float(change.value)
    edge = ((at, 0.0), (at, 1.0))
    if change.at_it in ("left", "right"):
        (low, high), _ = room.drawn.window
        end = at + BRACKET / room.width * (high - low) * (1 if change.at_it == "right" else -1)
        edge = ((end, 0.02), (at, 0.02), (at, 0.98), (end, 0.98))  # type: ignore[assignment]
    yield Line(edge, PAPER, 3.0)
    yield Line(edge, width=phase_items.SHARED, dash=phase_items.ALONE if change.at_it == "own" else ())


def _changes_said(changes: Sequence[Change]) -> Iterator[Entry]:
    kinds = {change.at_it for change in changes}
    if "both" in kinds:
        yield Entry("at this threshold the equilibria of both sides stand", line=(INK, (), phase_items.SHARED))
    if kinds & {"left", "right"}:
        yield Entry("a bracket: the threshold belongs to the side to which its ends point", number="[ or ]")


@dataclass(frozen=True, slots=True)
class _Value:
    """A threshold: its exact number, and what it is with all parameters open, where that is known."""

    number: str
    formula: str

    def said(self, name: str) -> str:
        """Both, for the legend."""
        return f"{name} = {self.number}" + (f": the threshold {self.formula}" if self.formula else "")


def _values(changes: Sequence[Change], name: str, texts: Mapping[Edge, tuple[str, ...]]) -> list[_Value]:
    found = []
    for change in changes:
        formula = next((text for text in texts[change.edge] if text != f"{name} = {change.value}"), "")
        found.append(_Value(shown_number(change.value), formula if len(formula) <= MOST_LETTERS else ""))
    return found


def _written(
    changes: Sequence[Change], values: Sequence[_Value], room: Room, name: str
) -> tuple[list[Item], list[Entry]]:
    """The numbers above the band; Roman ones where these have no room, and none where not even these have. With lines of the legend."""
    plain, numerals = [value.number for value in values], [roman(k + 1) for k in range(len(values))]
    words = next((w for w in (plain, numerals) if sum(_room_of(text) for text in w) <= room.width), None)
    entries = [
        Entry(("" if words is plain else f"{numeral}: ") + value.said(name))
        for numeral, value in zip(numerals, values, strict=True)
        if value.formula or words is not plain
    ]
    if words is None:
        return [], entries
    places = [room.on_page((float(change.value), 0.0))[0] for change in changes]
    middles = spread(places, [_room_of(text) for text in words], room.width)
    items: list[Item] = []
    foot = (BAND + ABOVE - height_of("", TICK_SIZE) - 2) / BAND
    for change, text, middle in zip(changes, words, middles, strict=True):
        x, _ = room.in_data((middle, 0.0))
        items.append(Line(((float(change.value), 1.0), (x, foot)), width=0.6))
        items.append(Text((x, foot), text, "above", TICK_SIZE, maths=words is plain, shift=(0.0, 1.0)))
    return items, entries


def _room_of(text: str) -> float:
    """The width of a number above the band, with what keeps it from the next one."""
    return width_of(text, TICK_SIZE, maths=True) + 5.0


def _in_words(found: Phases, what: Map, naming: Naming) -> str:
    """The strip for those who cannot see it."""
    pieces = [(region.cell, region.kind) for region in what.regions] + [(tie.cell, tie.kind) for tie in what.ties]
    said = "; ".join(f"{cell.first}: {regime_name(naming.names[kind], ' | ')}" for cell, kind in pieces)
    return f"Over {found.parameters[0]}, {phase_items.held_text(found.fixed)}, there are: {said}."
