"""Phase diagrams: which equilibria there are over two parameters, with exact borders and their equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, Any

from hedging_games.algebra.checking import Check, no_check
from hedging_games.analysis.conditions.solved import Among
from hedging_games.analysis.phases import Phases, phases
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.errors import input_error
from hedging_games.figures import grid_maps, phase_items
from hedging_games.figures.border_formulas import border_texts
from hedging_games.figures.charts import Entry, axis_of, chart
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.phase_labels import Labels
from hedging_games.figures.phase_naming import Naming, naming_among, naming_for, naming_of, on_a_page, require_among
from hedging_games.figures.placing import Room
from hedging_games.figures.regime_names import Place, places, regime_name
from hedging_games.figures.regions import Apart, Edge, Map, mapped
from hedging_games.figures.scene import Frame, Scene
from hedging_games.model.catalogue import ModelLike, load
from hedging_games.model.model import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def phase_diagram(
    shown: ModelLike | Phases | Sweep,
    over: str | Sequence[str] | None = None,
    *,
    concept: str | None = None,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    ranges: Mapping[str, tuple[object, object]] | None = None,
    among: Among | None = None,
    width: Width = "text",
    ax: Axes | None = None,
    check: Check = no_check,
) -> Drawing:
    """Draw which equilibria there are over two parameters.

    Parameters
    ----------
    shown : a model or its name; what `phases` found over two parameters; or a sweep over a grid of two axes, for concepts of which no regions are derived: it is
        drawn point by point, without borders.
    over : of a model: the parameter that runs to the right, then the one that runs up.
    concept, case, fixed, ranges : of a model: as in `phases`.
    among : ``"some"`` or ``"every"`` tells apart only whether the event is played in some, or in every, equilibrium.
    width : ``"column"`` (3.4 inches) or ``"text"`` (6.9 inches).
    ax : matplotlib axes to draw into, instead of a new figure.
    check : called again and again; what it raises ends the work.

    Returns
    -------
    Drawing
        ``figure, axes = hg.phase_diagram(model, ["loss", "card"])``, or ``....save("phases.pdf")``.

    More than `MOST_TOLD` different equilibria, or more than a page has room for, are not told apart, only in which of them the event is played. Regions are named in place by what is played in them, or by a number that the legend explains. Along each border stands its equation, with
    all parameters open where it is known which boundary it is. A solid border belongs to both sides, a dotted one to one of them; lines and points
    on which there are other equilibria than around them have letters. The baseline and the cases are drawn where what is played in them is
    what the figure says there; of others the legend says what is played.

    Raises
    ------
    InputError
        Unless two parameters are named, for an unknown width or ``among``, for what `phases` refuses, and if matplotlib is missing.
    ConceptError
        For a concept whose regions are not derived.
    """
    require_among(among)
    points = points_of(width)
    found = load(shown) if isinstance(shown, str | PathLike) else shown
    if not isinstance(found, (Model, Phases, Sweep)):
        what = f"a {type(shown).__name__} has no phases"
        raise input_error("figure", what, "give a model, what hg.phases found, or a sweep over two axes")
    if isinstance(found, Model):
        if over is None or len(over) != 2:
            raise input_error("figure", "a phase diagram needs two axes", 'name two parameters: over=["loss", "card"]')
        found = phases(found, over, concept, case=case, fixed=fixed, ranges=ranges, check=check)
    elif over is not None or concept is not None or case is not None or fixed or ranges:
        raise input_error(
            "figure", "these phases were found already", "leave out over, concept, case, fixed and ranges"
        )
    scene = grid_scene(found, points, among) if isinstance(found, Sweep) else phase_scene(found, points, among, check)
    return drawn(scene, ax)


def phase_scene(found: Phases, width: float, among: Among | None = None, check: Check = no_check) -> Scene:
    """The scene of phases over two parameters, on a page of so many points.

    Raises InputError unless there are two.
    """
    if len(found.parameters) != 2:
        said = f"these phases are over one parameter, {found.parameters[0]}"
        raise input_error("figure", said, "draw them with strip, or ask for phases over two parameters")
    return on_a_page(found, among, lambda apart, notes: _phase_scene(found, width, apart, notes, check))


def _phase_scene(found: Phases, width: float, apart: Apart, notes: tuple[str, ...], check: Check) -> Scene:
    assert found.setting is not None
    model = found.setting.model
    ranges = [model.parameters[name].range for name in found.parameters]
    what = mapped(found, apart, check)
    asked = _Asked(
        model,
        found.parameters,
        tuple((r.low, r.high) for r in ranges),
        found.concept,
        found.fixed,
        notes,
        apart,
    )
    naming = naming_for(what, found, apart)
    return _composed(asked, what, naming, places(found, check), border_texts(found, what.edges, check), width)


def grid_scene(found: Sweep, width: float, among: Among | None = None) -> Scene:
    """The scene of a sweep over a grid of two axes, on a page of so many points.

    Raises InputError for other sweeps.
    """
    task = found.task
    kinds = grid_maps.kinds_of(found, among)
    what = grid_maps.grid_map(found, kinds)
    outcomes, sets = grid_maps.outcomes_of(found, kinds)
    ends = tuple((Fraction(min(axis.values)), Fraction(max(axis.values))) for axis in task.design.axes)  # type: ignore[union-attr]
    names = task.design.names
    shape = " × ".join(map(str, task.design.shape))
    notes = (f"drawn from a grid of {shape} points: borders are known to half a step", *found.notes)
    fixed = {name: value for name, value in task.point.items() if name not in names}
    asked = _Asked(task.model, tuple(names), ends, task.concept, fixed, notes, among)
    naming = naming_of(what, sets, outcomes) if among is None else naming_among(what, among, str(task.model.hedge))
    return _composed(asked, what, naming, grid_maps.places_on(found), {}, width)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a phase diagram is about."""

    model: Model
    over: tuple[str, ...]
    ranges: tuple[tuple[Fraction, Fraction], ...]
    concept: str
    fixed: Mapping[str, Fraction]
    notes: tuple[str, ...]
    among: Apart

    @property
    def held(self) -> str:
        """Where the other parameters stand."""
        return phase_items.held_text(self.fixed)


def _composed(
    asked: _Asked,
    what: Map,
    naming: Naming,
    seen: Sequence[Place],
    equations: Mapping[Edge, tuple[str, ...]],
    width: float,
) -> Scene:
    """The page: words are placed in a chart of the size that it will have."""
    across, up = (axis_of(asked.model, name, *ends) for name, ends in zip(asked.over, asked.ranges, strict=True))
    title = f"{asked.model.title}: {asked.concept} equilibria"
    frame = chart(across, up, (), width=width, title=title).items[0]
    assert isinstance(frame, Frame)
    room = Room(what, frame.box[2], frame.box[3])
    is_cut = bool(asked.model.assumptions) and not room.is_full
    labels = Labels(room, naming)
    labels.cases([place for place in seen if place.agrees])
    labels.regions()
    labels.ties()
    labels.borders(equations)
    entries = [
        *phase_items.meanings(what, str(asked.model.hedge), asked.among),
        *phase_items.excluded(is_there=is_cut),
        *labels.entries,
        *naming.listed,
        *phase_items.borders_said(what, asked.among),
        *phase_items.cases_said(seen),
        *([Entry(asked.held)] if asked.fixed else []),
        *(Entry(f"note: {note}") for note in asked.notes),
    ]
    items = [
        *phase_items.excluded_area(what, is_there=is_cut),
        *phase_items.areas(what, naming),
        *phase_items.edges(what, asked.among),
        *phase_items.tie_lines(what),
        *labels.items,
    ]
    over = " and ".join(asked.over)
    regions = "; ".join(
        regime_name(naming.names[k], " | ") for k in dict.fromkeys(region.kind for region in what.regions)
    )
    return chart(
        across,
        up,
        items,
        width=width,
        title=title,
        description=f"Over {over}, {asked.held}, the regions are: {regions}.",
        entries=entries,
        provenance=f"phases of {asked.model.name} over {over}, {asked.held}",
    )
