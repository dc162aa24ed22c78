"""Which parameters matter for a yes/no event: what informs about it, and what does not said plainly.

Exact one-at-a-time intervals (a tornado), the robustness radius with the deviation that binds first (`robust`), the share of the box with its standard error, regional sensitivity (the
Kolmogorov–Smirnov distance of each parameter between points with and without the event; Hornberger and Spear 1981), Sobol
indices of the *margin* with bootstrap confidence intervals (Sobol 1993; `variance_indices`), and which
deviation ends the event how often. Sobol indices of the bare event say little where it is rare: on request, with a note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import log, sqrt
from typing import Any, Final

import numpy as np

from hedging_games.algebra.cells.intervals import Interval, join
from hedging_games.algebra.cells.line import sign_cells
from hedging_games.algebra.inequalities.volume import share as share_of_union
from hedging_games.analysis.conditions.question import condition
from hedging_games.analysis.hits import CONFIDENCE, EstimatedShare
from hedging_games.analysis.limits import until
from hedging_games.analysis.robust import Robustness, robustness
from hedging_games.analysis.sensitivity_answer import Index, Sensitivity
from hedging_games.analysis.sweep.circuit import FALSE, TRUE, Atom, Circuit, Node
from hedging_games.analysis.sweep.compiled import value_code
from hedging_games.analysis.sweep.design import sample_of, sobol
from hedging_games.analysis.sweep.events import Events, events
from hedging_games.analysis.sweep.outcomes import ACTIONS
from hedging_games.analysis.sweep.plan import plan
from hedging_games.analysis.sweep.results import Sweep
from hedging_games.analysis.sweep.run import TOLD, sweep
from hedging_games.analysis.variance_indices import Estimate, variance_indices
from hedging_games.errors import CouldNotFinish, InputError, input_error
from hedging_games.model.catalogue import ModelLike, model_of
from hedging_games.model.model import Model

REPLICATES: Final = 8
"""Independently scrambled samples; their spread gives the standard error of the share (Owen 1997)."""

POINTS: Final = 1 << 12
"""Points of each sample where they are computed from formulas."""

FEW_POINTS: Final = 1 << 4
"""Points of each sample where the general solver is asked at each."""

SECONDS: Final = 10.0
"""For the robustness radius."""

RARE: Final = 0.1
"""Shares below this, or above its complement, make Sobol indices of the bare event uninformative."""


def sensitivity(
    model: ModelLike,
    over: Mapping[str, object] | Sequence[str] | None = None,
    *,
    among: str = "some",
    concept: str | None = None,
    case: str | None = None,
    at: Mapping[str, object] | None = None,
    points: int | None = None,
    seed: int = 0,
    indicator: bool = False,
    tell: Callable[[str], None] = lambda _what: None,
) -> Sensitivity:
    """Which parameters matter for the event being played in ``some`` or in ``every`` equilibrium.

    One parameter at a time, exactly; then all together, from samples: Kolmogorov–Smirnov distances between points with and without the
    event (Hornberger and Spear 1981), and Sobol indices (Sobol 1993; Saltelli et al. 2010).

    Parameters
    ----------
    model : a model, its name in the catalogue, or the path of its file.
    over : the box, as in `sweep` with a sample: names to (low, high), names alone, or nothing: all declared ranges.
    among : the event in ``some`` or in ``every`` equilibrium.
    concept, case, at : as of `sweep`.
    points : of each of `REPLICATES` samples; by default `POINTS`, or `FEW_POINTS` where each is solved by itself.
    seed : of the samples: the same one gives the same answer.
    indicator : take Sobol indices of the bare event, instead of the margin.
    tell : is told what is being worked on.

    Raises InputError for another ``among``, and what `sweep` raises.
    """
    model = model_of(model)
    if among not in ("some", "every"):
        raise input_error("sensitivity", f"among is {among!r}", "write some or every")
    recipe = sobol(points or POINTS, seed)
    box = sample_of(model, over, recipe)
    task = plan(model, over, concept=concept, outputs=(), sample=recipe, case=case, at=at)
    notes = [TOLD] if task.told else []
    found = events(model, task.concept, box.names, task.point) if task.compiled else None
    is_fast = task.compiled and (found is None or found.kind != ACTIONS)
    if points is None and not is_fast:
        notes.append(f"each point is solved by itself: {REPLICATES} × {FEW_POINTS} points; ask for more with more time")
    points = points or (POINTS if is_fast else FEW_POINTS)
    ends = dict(zip(box.names, zip(box.lows, box.highs, strict=True), strict=True))
    if found is not None and not found.tell_all:
        found = None  # equilibria that are not told apart by signs alone: no margin
    outputs = () if found is None else ("margin", "margin_every")
    options: dict[str, Any] = {"concept": concept, "case": case, "at": at, "outputs": outputs, "progress": False}
    samples = []
    for k in range(REPLICATES):
        tell(f"sample {k + 1} of {REPLICATES}")
        samples.append(sweep(model, ends, sample=sobol(points, seed + k), **options))
    held = {name: value for name, value in task.point.items() if name not in box.names}
    is_declared = all(ends[n] == (model.parameters[n].range.low, model.parameters[n].range.high) for n in box.names)
    share = _share(samples, among)
    if is_declared and share.hits in (0, share.points):
        share = replace(share, exact=_exact_share(model, among, task.concept, held))
    if found is None:
        notes.append(
            "the game has no margin for this concept: no Sobol indices of it, and no deviations that end the event"
        )
    if indicator and not RARE <= share.value <= 1 - RARE:
        notes.append("the event is rare (or its absence is): Sobol indices of the bare event say little about it")
    first, total = _sobol(found, among, ends, points, seed, indicator=indicator)
    distances, chance = _distances(samples, among, box.names)
    parts = {}
    for name in box.names:
        tell(f"{name} alone")
        parts[name] = _intervals(model, task.concept, task.point, name, ends[name], among)
    indices = tuple(
        Index(name, task.point[name], parts[name], distances[name], first.get(name), total.get(name))
        for name in box.names
    )
    deviations = {} if found is None else _deviations(found, among, samples[0])
    if any(index.intervals is None for index in indices):
        notes.append(
            "? : no exact interval is known for this concept; sweep or threshold show one parameter on its own"
        )
    tell("robustness")
    radius, why = _radius(model, among, task.concept, case, {**(at or {})}, held)
    notes += why
    return Sensitivity(
        model,
        among,
        task.concept,
        _holds(model, task.concept, task.point, among),
        share,
        indices,
        deviations,
        "the event" if indicator else "the margin",
        samples[0],
        radius,
        chance,
        tuple(notes),
    )


# --- one parameter at a time ---------------------------------------------------------------------------------------------------


def _intervals(
    model: Model,
    concept: str,
    point: Mapping[str, Fraction],
    name: str,
    ends: tuple[Fraction, Fraction],
    among: str,
) -> tuple[Interval, ...] | None:
    """Where the event holds as one parameter moves and the others stand: exact, with open or closed ends."""
    found = events(model, concept, [name], point, alone=True)
    if found is None or found.gains is not None or not found.complete:
        return None
    wanted = [found.valid, found.some if among == "some" else found.every, found.unsettled]
    degree = [max((e[0] for e, _ in p.terms), default=0) for p in found.circuit.polynomials]
    polynomials = [
        tuple(dict(p.terms).get((power,), 0) for power in range(top, -1, -1))
        for p, top in zip(found.circuit.polynomials, degree, strict=True)
    ]
    inside = []
    for cell in sign_cells(polynomials, Interval(*ends)):
        valid, holds, unsettled = found.circuit.truths_of_signs(wanted, cell.signs)
        if valid and (unsettled or found.degenerate != FALSE):
            # Where the signs decide the equilibria, one game that has them is solved.
            if not isinstance(cell.sample, Fraction) or (unsettled and not cell.where.point):
                return None
            holds = _holds(model, concept, {**point, name: cell.sample}, among)
        if valid and holds:
            inside.append(cell.where)
    return join(inside)


def _holds(model: Model, concept: str, point: Mapping[str, Fraction], among: str) -> bool:
    from hedging_games.analysis.solve import solve

    hedged = [e.hedge > 0 for e in solve(model.at(**point), concept, time_limit=60)]
    return any(hedged) if among == "some" else bool(hedged) and all(hedged)


def _share(samples: Sequence[Sweep], among: str) -> EstimatedShare:
    """The share of the samples' admissible points that have the event; its standard error from their spread (Owen 1997)."""
    counts = [(s.tally.some if among == "some" else s.tally.every, s.tally.admissible) for s in samples]
    hits, points = (sum(column) for column in zip(*counts, strict=True))
    error = float(np.std([hit / max(1, size) for hit, size in counts], ddof=1) / np.sqrt(len(counts)))
    # Where all samples agree to the last point, their spread says that they are alike, not that they are right.
    return EstimatedShare(hits, points, error or None)


def _exact_share(model: Model, among: str, concept: str, held: Mapping[str, Fraction]) -> Fraction | None:
    """The share of the declared box by the exact region; None where that is not to be had within `SECONDS`."""
    check = until(SECONDS, "the exact share takes too long", "ask robustness for it")
    try:
        region = condition(model, among, concept, fixed=held, check=check)
        if not region.systems and region.complete:
            return Fraction(0)
        found = share_of_union(list(region.systems), check_time=check)
    except (InputError, CouldNotFinish):
        return None
    return found.value if region.complete and isinstance(found.value, Fraction) else None


def _radius(
    model: Model,
    among: str,
    concept: str,
    case: str | None,
    at: Mapping[str, object],
    held: Mapping[str, Fraction],
) -> tuple[Robustness | None, list[str]]:
    """How far the point is from losing the event; or why that is not said."""
    check = until(SECONDS, "the robustness radius takes too long", "ask robustness for it")
    try:
        return robustness(model, among, concept, case=case, fixed=at, held=held, check=check), []
    except (InputError, CouldNotFinish) as problem:
        return None, [f"no robustness radius: {problem.problems[0].what}"]


# --- samples ---------------------------------------------------------------------------------------------------------------------


def _distances(
    samples: Sequence[Sweep], among: str, names: Sequence[str]
) -> tuple[dict[str, float | None], float | None]:
    """For each parameter the largest distance between its distribution functions with and without the event; and the distance that so many
    independent points of each kind would exceed by chance in 5 % of samples (asymptotically; Smirnov 1948).
    """
    flags = np.concatenate([s[among] for s in samples])
    yes, no = flags == 1, flags == 0
    found: dict[str, float | None] = {}
    for name in names:
        values = np.concatenate([s[name] for s in samples])
        if not yes.any() or not no.any():
            found[name] = None
            continue
        from scipy.stats import ks_2samp

        found[name] = float(ks_2samp(values[yes], values[no]).statistic)
    counts = int(yes.sum()), int(no.sum())
    if not all(counts):
        return found, None
    return found, sqrt(log(2 / (1 - CONFIDENCE)) / 2 * sum(1 / count for count in counts))


def _sobol(
    found: Events | None,
    among: str,
    ends: Mapping[str, tuple[Fraction, Fraction]],
    points: int,
    seed: int,
    *,
    indicator: bool,
) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """First-order and total indices of the margin (or the event), each with a 95 % bootstrap confidence interval."""
    if found is None:
        return {}, {}
    node = found.some if among == "some" else found.every
    if node < 0:
        return {}, {}
    code, _ = value_code(found, [node], [])

    def margin(x: np.ndarray) -> np.ndarray:
        value = np.broadcast_to(code.run(*x)[0], x.shape[1:])
        return np.asarray(value >= 0 if indicator else value, dtype=np.float64)

    lows, highs = (np.array([float(ends[n][k]) for n in found.names]) for k in (0, 1))
    answer = variance_indices(margin, lows, highs, 1 << max(4, int(points).bit_length() - 1), seed)
    if answer is None:
        return {}, {}
    return dict(zip(found.names, answer[0], strict=True)), dict(zip(found.names, answer[1], strict=True))


# --- what ends the event ---------------------------------------------------------------------------------------------------------


def _deviations(found: Events, among: str, sample: Sweep) -> dict[str, float]:
    """The deviation that binds at each point without the event: from the root down, the operand that decides the margin."""
    node = found.some if among == "some" else found.every
    missing = np.flatnonzero(sample[among] == 0)
    if node < 0 or not len(missing):
        return {}
    circuit = found.circuit
    needed = circuit.needed([node])
    code, _ = value_code(found, needed, [])
    columns = [sample[name][missing] for name in found.names]
    values = {n: np.broadcast_to(v, missing.shape) for n, v in zip(needed, code.run(*columns), strict=True)}
    values |= {TRUE: np.full(missing.shape, np.inf), FALSE: np.full(missing.shape, -np.inf)}
    counts: dict[str, int] = {}
    _descend(circuit, node, np.arange(len(missing)), values, counts)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return {text: count / len(missing) for text, count in ordered}


def _descend(
    circuit: Circuit, start: Node, rows: np.ndarray, values: Mapping[Node, np.ndarray], counts: dict[str, int]
) -> None:
    waiting = [(start, rows)]
    while waiting:
        node, here = waiting.pop()
        gate = circuit.nodes[node]
        if isinstance(gate, Atom):
            text = circuit.because.get(node, "the event itself has no probability, or another equilibrium is added")
            counts[text] = counts.get(text, 0) + len(here)
            continue
        parts = np.stack([values[operand][here] for operand in gate.operands])
        chosen = parts.argmin(axis=0) if gate.operation == "and" else parts.argmax(axis=0)
        for k, operand in enumerate(gate.operands):
            if (chosen == k).any():
                waiting.append((operand, here[chosen == k]))
