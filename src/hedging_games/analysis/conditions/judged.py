"""Answers about parameters put before the judge: points of a region are solved, by solvers that know nothing of regions.

For each equilibrium outcome of a region one point at which it stands is solved, and the profile must be there; so are points of the
complement, where the event must not be played. What the comparison rests on is certified from the definition. A list that says that there
may be more, or a region whose equilibria were not all followed, is asked for its certain side only. A disagreement is a
defect and raises; it is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.polynomials import terms_of, value_at
from hedging_games.analysis.conditions.radical import Radical
from hedging_games.analysis.conditions.region import Region
from hedging_games.analysis.conditions.setting import Setting, rational_point
from hedging_games.analysis.conditions.solved import Among, decided, game_at, said
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.limits import interrupted_after
from hedging_games.analysis.listed import Listed, Path, listed
from hedging_games.analysis.phases import Phases
from hedging_games.errors import CouldNotFinish
from hedging_games.theory.reactions import AnyEquilibria

MOST_POINTS = 8
"""Points of a region, and of its complement, that are solved."""

OUTSIDE = 3
"""Of these, points of the complement."""

FEWER = 2
"""Points of a region with continuous choices, and of its complement, that are solved: each takes up to a second."""


QUESTIONS = 20
"""Sets of inequalities decided to find a point."""

Point = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Judged:
    """How many points were solved, and why others were not."""

    points: int
    notes: tuple[str, ...] = ()


def judged_within(judge: Callable[[], Judged], seconds: float | None) -> Judged:
    """Points before the judge, as far as so many seconds allow (None: without a limit)."""
    try:
        with interrupted_after(seconds):
            return judge()
    except CouldNotFinish:
        return Judged(0, ("no point of the answer was solved again within the time limit",))


def told(found: AnyEquilibria, among: Among) -> bool | None:
    """Whether an event is played in some or in every equilibrium of a list; None where the list leaves that open."""
    return said([equilibrium.hedge for equilibrium in found], among, is_complete=found.complete != "some")


def judge_region(region: Region, check: Check = no_check) -> Judged:
    """A point for each outcome of a region, and points of its complement, before the judge.

    Raises AssertionError where the solver disagrees with the region.
    """
    setting, ground = region.setting, region.setting.ground
    outside = ground.negated(region.number)
    points: dict[tuple[Fraction, ...], list[Outcome]] = {}
    for branch in region.branches[: MOST_POINTS - OUTSIDE]:
        here = witness(setting, ground.number(branch.formula))
        if here is not None:
            points.setdefault(here, []).append(branch)
    if not region.branches:
        inside = FEWER if setting.is_continuous else MOST_POINTS - OUTSIDE
        points = {here: [] for here in _some_points(setting, region.number, inside)}
    for here in _some_points(setting, outside, FEWER if setting.is_continuous else OUTSIDE):
        points.setdefault(here, [])
    done = 0
    notes: dict[str, None] = {}
    for here, branches in points.items():
        check()
        try:
            _judge_point(region, here, branches)
        except CouldNotFinish as stopped:
            notes["; ".join(problem.what for problem in stopped.problems)] = None
        else:
            done += 1
    return Judged(done, tuple(f"points of the region were not solved again: {note}" for note in notes))


def witness(setting: Setting, number: int) -> tuple[Fraction, ...] | None:
    """A rational point where a formula of the setting's ground holds, in its open part if it has one; None if none is found."""
    ground = setting.ground
    for wanted in (ground.open_part(number), number):
        point = rational_point(find(ground, wanted, questions=QUESTIONS).point)
        if point is not None:
            return point
    return None


def _some_points(setting: Setting, number: int, count: int) -> list[tuple[Fraction, ...]]:
    """Points where a formula holds: one that is searched, and others spread over those that the bank has.

    Those of its lattice come first: others were found on the way, often at several ties at once, where a game has hundreds of
    equilibria and takes seconds to solve.
    """
    first = witness(setting, number)
    there = setting.ground.truth(number)
    there = there & setting.ground.bank.lattice or there
    numbers = [k for k in range(there.bit_length()) if there >> k & 1]
    step = max(len(numbers) // max(count - 1, 1), 1)
    spread = (rational_point(setting.ground.bank.point(k)) for k in numbers[step - 1 :: step])
    return list(dict.fromkeys(point for point in (first, *spread) if point is not None))[:count]


def _judge_point(region: Region, point: tuple[Fraction, ...], branches: Sequence[Outcome]) -> None:
    """What a solver lists at a point is held against the region; what the comparison rests on is certified."""
    found = listed(game_at(region.setting, point), region.concept)
    says = region.setting.ground.holds(region.number, point)
    answer = decided(found, region.among)
    certain = region.complete or (region.among == "some" and says) or _is_followed(region, point)
    if certain and answer is not None and answer != says:
        raise AssertionError(
            f"at {_named(region.setting, point)} the region says that the event is {'' if says else 'not '}played in"
            f" {region.among} {region.concept} equilibrium, and solving finds {found.texts()}"
        )
    for branch in branches:
        _judge_outcome(region.setting, found, branch, point)


def _is_followed(region: Region, point: Sequence[Fraction]) -> bool:
    """Whether nothing at a point is left that was not followed."""
    ground = region.setting.ground
    return region.beyond is not None and not ground.holds(ground.number(region.beyond), point)


def judge_outcomes(
    setting: Setting, concept: str, outcomes: Sequence[Outcome], point: Sequence[Fraction], *, complete: bool
) -> bool:
    """Whether solving at a point gives the outcomes listed there, and, where they are ``complete``, no other one.

    False where the two cannot be compared: irrational outcomes, infinitely many equilibria, or a list that is not complete.
    Raises AssertionError where they differ.
    """
    found = listed(game_at(setting, point), concept)
    for outcome in outcomes:
        _judge_outcome(setting, found, outcome, point)
    known = [path_at(outcome, point) for outcome in outcomes]
    if not found.is_finite or not complete or None in known:
        return False
    for k, path in enumerate(found.paths):
        found.certify(k)
        if path not in known:
            raise AssertionError(f"at {_named(setting, point)} {found.texts()[k]} is an equilibrium that is not listed")
    return True


def judge_phases(found: Phases, check: Check = no_check) -> Judged:
    """A point of each phase, the largest phases first, before the judge: its outcomes must be played there, and no others.

    Raises AssertionError where the solver disagrees.
    """
    setting = found.setting
    assert setting is not None
    order = [found.parameters.index(name) for name in setting.names]
    done = 0
    notes: dict[str, None] = {}
    for phase in found.phases[:MOST_POINTS]:
        check()
        sample = max(phase.cells, key=lambda cell: cell.dimension).sample
        exact = rational_point(sample)
        if exact is None:
            continue
        point = [exact[k] for k in order]
        listed = [found.branches[k] for k in phase.outcomes]
        try:
            done += judge_outcomes(setting, found.concept, listed, point, complete=found.complete)
        except CouldNotFinish as stopped:
            notes["; ".join(problem.what for problem in stopped.problems)] = None
    return Judged(done, tuple(f"points of the phases were not solved again: {note}" for note in notes))


def _judge_outcome(setting: Setting, found: Listed, outcome: Outcome, point: Sequence[Fraction]) -> None:
    """An outcome that stands at a point is among its isolated equilibria, if there are no others and all are known exactly."""
    path = path_at(outcome, point)
    if path is None or not found.is_finite:
        return
    if path not in found.paths:
        raise AssertionError(
            f"at {_named(setting, point)} the outcome {path} is said to be played, and solving finds {found.texts()}"
        )
    found.certify(found.paths.index(path))


def path_at(outcome: Outcome, point: Sequence[Fraction]) -> Path | None:
    """The terminal histories of an outcome with their probabilities at a point; None where these are irrational.

    None also for what is played by mixing at ties, of which only where it stands is known.
    """
    if not outcome.path or any(isinstance(p, Radical) for _, p in outcome.path):
        return None
    numbers = ((z, _value(p, point)) for z, p in outcome.path)
    return tuple((z, p) for z, p in sorted(numbers, key=lambda item: item[0]) if p != 0)


def _value(p: Any, point: Sequence[Fraction]) -> Fraction:
    if isinstance(p, (int, Fraction)):
        return Fraction(p)
    return Fraction(value_at(terms_of(p.numer), point)) / Fraction(value_at(terms_of(p.denom), point))


def _named(setting: Setting, point: Sequence[Fraction]) -> str:
    values: Mapping[str, Fraction] = dict(zip(setting.names, point, strict=True))
    return ", ".join(f"{name} = {value}" for name, value in values.items())
