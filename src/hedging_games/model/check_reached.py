"""Whether every decision, and over time every value of the state, comes up: at the baseline, or where something else decides the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Final

from hedging_games.errors import CouldNotFinish, InputError, Problem
from hedging_games.games.continuous import Choose, Decide, Lot, Stage, Together, Uniform, walk
from hedging_games.model.declarations import Continuum
from hedging_games.model.fields import Report

if TYPE_CHECKING:
    from hedging_games.model.model import Model

MOST_MOVED: Final = 5
"""Parameters that decide the form, up to which all combinations of their ends are looked at."""


def check_reached(model: Model, baseline: Mapping[str, Fraction], report: Report) -> None:
    """Report what does not come up at the baseline, nor in a case, nor at the ends of the ranges of what decides the form."""
    wanted = {(name, "") for name, decision in model.decisions.items() if decision.when is not None}
    wanted |= {(name, label) for name, labels in _labels(model, baseline).items() for label in labels}
    missing = wanted - _reached(model, baseline) if wanted else wanted
    for point in _others(model, baseline) if missing else ():
        if not model.violated(point):
            try:
                missing -= _reached(model, point)
            except (InputError, CouldNotFinish):
                continue  # What is wrong there is said when the model is asked about that point.
        if not missing:
            return
    for name in model.decisions:
        if (name, "") in missing:
            report.problems.append(_never_reached(name, model))
    for name, labels in _labels(model, baseline).items():
        lost = [label for label in labels if (name, label) in missing]
        if lost:
            what = f"'{name}' never becomes {lost[0]} at the baseline{_nor(model)}"
            assert model.course is not None
            report.add("state", what, "let a row of 'next' lead there, or leave it out", model.course.state[name].where)


def _labels(model: Model, baseline: Mapping[str, Fraction]) -> Mapping[str, tuple[str, ...]]:
    """The words for the values of each state variable at the baseline."""
    return model.periods(baseline).labels if model.is_over_time else {}


def _reached(model: Model, point: Mapping[str, Fraction]) -> set[tuple[str, str]]:
    """The decisions that come up at a point, and state variables with their values."""
    if model.is_over_time:
        found = model.periods(point)
        values = {
            (name, found.labels[name][value])
            for state in found.states
            for name, value in zip(found.labels, state, strict=True)
            if value is not None
        }
        return values | {(s.decision, "") for period in found.unrolled for s in period.form.information_sets}
    if not model.is_continuous:
        return {(information_set.decision, "") for information_set in model.unrolled(point).form.information_sets}
    if any(decision.player is None and isinstance(decision.choice, Continuum) for decision in model.decisions.values()):
        # Not every game with numbers drawn by chance has a tree that can be solved; its grid always has a form.
        return _reached(model.on_grid(2), point)
    names: set[str] = set()
    for node in walk(model.tree_at(**point).root):
        match node:
            case Decide(decision=name) | Lot(decision=name) | Choose(name=name) | Uniform(name=name):
                names.add(name)
            case Stage(decisions=several):
                names.update(several)
            case Together(choices=choices):
                names.update(choice.name for choice in choices)
    return {(name, "") for name in names}


def _others(model: Model, baseline: Mapping[str, Fraction]) -> Iterator[dict[str, Fraction]]:
    """Where else is looked: the cases, and the ends of the ranges of the parameters that decide the form."""
    yield from ({**baseline, **case.values} for case in model.cases.values())
    ends = [{model.parameters[n].range.low, model.parameters[n].range.high, baseline[n]} for n in model.structural]
    corners = product(*map(sorted, ends)) if len(ends) <= MOST_MOVED else ()
    yield from ({**baseline, **dict(zip(model.structural, corner, strict=True))} for corner in corners)


def _nor(model: Model) -> str:
    """Where else was looked, in words."""
    structural = " and ".join(model.structural)
    return f", nor in a case, nor at the ends of the range of {structural}" if structural else ""


def _never_reached(name: str, model: Model) -> Problem:
    when = model.decisions[name].when
    remedy = "mend its condition 'when'"
    remedy += ", or let 'next' lead to a state in which it holds" if model.is_over_time else ""
    remedy += ", or add a case in which it is reached" if model.structural else ""
    where = when.where if when else None
    return Problem("play", f"the decision '{name}' is never reached at the baseline{_nor(model)}", remedy, where)
