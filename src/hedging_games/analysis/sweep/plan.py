"""Planning a sweep: what was asked for, checked, and whether formulas answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any, Final

from hedging_games.analysis.sweep.circuit import FALSE
from hedging_games.analysis.sweep.design import CHUNK, Grid, Recipe, Values, grid_of, sample_of
from hedging_games.analysis.sweep.events import Events, events
from hedging_games.analysis.sweep.outcomes import ACTIONS, EVENT
from hedging_games.analysis.sweep.regimes import MOST_BITS
from hedging_games.analysis.sweep.task import Task, is_of_event, outputs_of, variables
from hedging_games.errors import input_error
from hedging_games.model.model import Model
from hedging_games.theory.concepts import (
    PURE_SUBGAME_PERFECT,
    Concept,
    concept_named,
    default_concept,
    default_over_time,
)

POINTWISE_CHUNK: Final = 256
"""Points in a chunk where each one is solved by itself; so few are solved sooner than outcomes of continuous choices are told apart."""

SCREENED_CHUNK: Final = 1 << 11
"""Points in a chunk where signs tell at which of them players may mix; these are solved by themselves."""

EVENT_CHUNK: Final = 1 << 14
"""Points in a chunk where formulas speak of the event alone: those that they leave open are solved by themselves."""


def plan(
    model: Model,
    over: Mapping[str, Values] | Mapping[str, object] | Sequence[str] | None,
    *,
    concept: str | None = None,
    outputs: Sequence[str] = ("regime",),
    sample: Recipe | None = None,
    case: str | None = None,
    at: Mapping[str, object] | None = None,
    chunk: int | None = None,
    time_limit: float | None = None,
) -> Task:
    """The task that `sweep` carries out; see there."""
    if model.hedge is None:
        raise input_error("hedge", f"the model '{model.name}' names no event", "write hedge: in the model file")
    if sample is None:
        if not isinstance(over, Mapping):
            raise input_error("sweep", "a grid needs values for each axis", "give for example card=span(0, 10, 101)")
        design: Any = grid_of(model, over)  # type: ignore[arg-type]
    else:
        design = sample_of(model, over, sample)
    point = model.point(case, **dict(at or {})) if case else model.point(**dict(at or {}))
    clash = [name for name in design.names if name in (at or {})]
    if clash:
        raise input_error("sweep", f"'{clash[0]}' varies and is set as well", "do one of the two")
    named = concept or model.concept
    wanted = concept_named(named) if named else _default(model, point)
    chosen = outputs_of(outputs)
    first = _first_structural(model, design, point)
    alone = is_of_event(chosen)
    open_names = [n for n in design.names if n not in model.structural]
    acted = prod(design.shape) > POINTWISE_CHUNK
    formulas = events(model, wanted.name, open_names, first, alone=alone, acted=acted)
    if formulas is not None and _is_mixed(formulas, chosen):
        formulas = None
    if not (formulas is not None and formulas.tell_all) and {"margin", "margin_every"} & set(chosen):
        raise input_error(
            "sweep", f"there is no margin for {wanted.name} in this game", "leave margin out of the outputs"
        )
    structural = [n for n in design.names if n in model.structural]
    if (
        formulas is not None
        and structural
        and not _all_compile(model, wanted.name, design, point, alone=alone, acted=acted)
    ):
        formulas = None
    tells_all = formulas is not None and (formulas.degenerate == FALSE or formulas.gains is not None)
    has_bits = formulas is not None and not structural and tells_all and formulas.kind != ACTIONS
    bits = len(formulas.outcomes) if formulas is not None and has_bits else 0
    most = chunk or _chunk(model, formulas)
    task = Task(
        model,
        design,
        wanted.name,
        chosen,
        point,
        formulas is not None,
        bits if bits <= MOST_BITS else 0,
        time_limit,
        most,
        formulas is not None and formulas.told,
    )
    _require_names_apart(task)
    return task


def _chunk(model: Model, formulas: Events | None) -> int:
    """Points in a chunk: the fewer, the more of them are solved by themselves."""
    if formulas is None:
        return POINTWISE_CHUNK
    if formulas.kind == ACTIONS and not model.is_continuous:
        return SCREENED_CHUNK
    return EVENT_CHUNK if formulas.kind in (EVENT, ACTIONS) else CHUNK


def _default(model: Model, point: Mapping[str, Fraction]) -> Concept:
    if model.course is not None:
        return default_over_time(model.course.sustained)
    return PURE_SUBGAME_PERFECT if model.is_continuous else default_concept(model.unrolled(point).form)


def _require_names_apart(task: Task) -> None:
    """Refuse an axis that is called as a result is: one of the two would be lost in every file."""
    results = [v.name for v in variables(task)]
    taken = {name for name in results if results.count(name) > 1}
    if isinstance(task.design, Grid):
        taken |= set(results) & set(task.design.names)
    for name in sorted(taken):
        raise input_error("sweep", f"the parameter '{name}' is called as a result is", "rename it in the model file")


def _is_mixed(formulas: Events, chosen: Sequence[str]) -> bool:
    """Whether payoffs or probabilities are wanted of outcomes that do not have one of each."""
    outcomes = formulas.outcomes
    return bool({"hedge", "payoffs"} & set(chosen)) and (not outcomes or any(o.payoffs is None for o in outcomes))


def _first_structural(model: Model, design: Any, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The point with each structural axis at its first value."""
    found = dict(point)
    if isinstance(design, Grid):
        for axis in design.axes:
            if axis.name in model.structural:
                if not axis.is_exact:
                    raise input_error("sweep", f"'{axis.name}' decides the form of the game", "give it exact values")
                found[axis.name] = axis.values[0]
    return found


def _all_compile(
    model: Model, concept: str, design: Grid, point: Mapping[str, Fraction], *, alone: bool, acted: bool
) -> bool:
    """Whether there are formulas at every combination of the structural axes' values."""
    from itertools import product

    structural = [axis for axis in design.axes if axis.name in model.structural]
    names = [n for n in design.names if n not in model.structural]
    for values in product(*(axis.values for axis in structural)):
        here = {**point, **dict(zip((a.name for a in structural), values, strict=True))}
        if events(model, concept, names, here, alone=alone, acted=acted) is None:
            return False
    return True
