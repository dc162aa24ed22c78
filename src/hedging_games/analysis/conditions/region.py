"""The answer to "when?": a region of parameters, exact, with the reason of every inequality."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from hedging_games.algebra.inequalities.covering import Answer, covered, included
from hedging_games.algebra.inequalities.decide import QUICK, decide_empty
from hedging_games.algebra.inequalities.polynomials import terms_text
from hedging_games.algebra.inequalities.reduction import cleared, irredundant
from hedging_games.algebra.inequalities.system import Constraint, System
from hedging_games.algebra.numbers import exact_number
from hedging_games.analysis.conditions.formula import Formula, conjunction, holds_at, systems
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.errors import did_you_mean, input_error

Among = Literal["some", "every"]


@dataclass(frozen=True, slots=True)
class RegionCell:
    """One of the pieces whose union is the region: the inequalities that hold in it, none of them implied by the others.

    ``profile`` is what is played on the path of the equilibrium that it is about (information set to action to
    probability, as text), ``worth`` the players' expectations, both empty for the question whether *every* equilibrium
    plays the event. ``undecided`` says that emptiness or a redundancy could not be settled within the limits.
    """

    system: System
    profile: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    worth: Mapping[str, str] = field(default_factory=dict)
    undecided: bool = False

    def conditions(self) -> list[tuple[str, str, str]]:
        """Expression, relation to zero, and reason of each inequality."""
        return [
            (expression_text(c), c.relation, "" if c.reason is None else str(c.reason)) for c in self.system.constraints
        ]

    def __str__(self) -> str:
        lines = []
        if self.profile:
            lines.append("; ".join(f"{label}: {_mixture(mixture)}" for label, mixture in self.profile.items()))
        width = max((len(f"{e} {r} 0") for e, r, _ in self.conditions()), default=0)
        for expression, relation, because in self.conditions():
            lines.append(f"  {f'{expression} {relation} 0'.ljust(width)}  {because}".rstrip())
        if not self.system.constraints:
            lines.append("  everywhere in the declared ranges")
        return "\n".join(lines)


def _mixture(mixture: Mapping[str, str]) -> str:
    return " + ".join(action if p == "1" else f"({p}) {action}" for action, p in mixture.items())


def expression_text(asked: Constraint) -> str:
    """The left-hand side of an inequality, compared with zero."""
    names = tuple(str(symbol) for symbol in asked.polynomial.ring.symbols)
    return terms_text(asked.terms, names)


@dataclass(frozen=True, eq=False)
class Region:
    """Where in the declared ranges an event is played, in some or in every equilibrium.

    ``formula`` is the exact condition; ``branches`` the equilibrium outcomes with the event (for ``some``). ``complete`` is
    False if equilibria that the concept admits were not followed; ``notes`` say which.
    """

    setting: Setting
    concept: str
    among: Among
    formula: Formula
    branches: tuple[Outcome, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()
    check: Callable[[], None] = lambda: None

    def contains(self, point: Mapping[str, Any] | None = None, **values: Any) -> bool:
        """Whether the event is played at a point: parameters by name, exact numbers; those left out are at the baseline.

        Only the condition is asked, not whether the point lies in the declared ranges.
        Raises InputError for unknown names, floats, and values that contradict the parameters held fixed.
        """
        return holds_at(self.formula, self.coordinates({**(point or {}), **values}))

    def coordinates(self, values: Mapping[str, Any]) -> tuple[Fraction, ...]:
        """A point by name as coordinates of the open parameters."""
        model = self.setting.model
        for name, value in values.items():
            if name not in model.parameters:
                raise input_error("parameter", f"no parameter '{name}'", did_you_mean(name, list(model.parameters)))
            held = self.setting.fixed.get(name)
            if held is not None and exact_number(value) != held:
                raise input_error(
                    "parameter", f"{name} is held at {held} in this region", "ask for the region without it"
                )
        full = {name: parameter.baseline for name, parameter in model.parameters.items()}
        full |= {name: exact_number(value, f"the value of {name}") for name, value in values.items()}
        return self.setting.point(full)

    @cached_property
    def systems(self) -> tuple[System, ...]:
        """The region as systems of inequalities over the ranges, multiplied out, those proved empty left out."""
        return tuple(systems(self.formula, self.setting.whole, self.check))

    @cached_property
    def cells(self) -> tuple[RegionCell, ...]:
        """The region for people: cells without redundant inequalities, those inside another left out."""
        if self.among == "some" and self.branches:
            found = [
                (system, branch)
                for branch in self.branches
                for system in systems(branch.formula, self.setting.whole, self.check)
            ]
            cells = [self._reduced(system, branch) for system, branch in found]
        else:
            cells = [self._reduced(system, None) for system in self._uncovered(self.systems)]
        return tuple(_largest(cells))

    def _uncovered(self, union: Sequence[System]) -> list[System]:
        """Without systems that lie in the union of the others, by proof; the longest are tried first."""
        kept = sorted(union, key=lambda s: len(s.constraints))
        for system in reversed(kept.copy()):
            rest = [other for other in kept if other is not system]
            if rest and covered(system, rest, QUICK, self.check).status == "proved":
                kept = rest
        return kept

    def _reduced(self, system: System, branch: Outcome | None) -> RegionCell:
        reduced = irredundant(cleared(system, self.check), QUICK, self.check)
        status = decide_empty(reduced.system, QUICK, self.check).status
        undecided = status == "undecided" or bool(reduced.undecided)
        if branch is None:
            return RegionCell(reduced.system, undecided=undecided)
        return RegionCell(reduced.system, self.profile_text(branch), self.worth_text(branch), undecided)

    def profile_text(self, branch: Outcome) -> dict[str, dict[str, str]]:
        """What is played on the path, by names, probabilities as text."""
        form = self.setting.game.form
        profile: dict[str, dict[str, str]] = {}
        for slot, p in sorted(branch.taken, key=lambda step: step[0]):
            label = form.information_sets[int(form.set_of_slot[slot])].label
            profile.setdefault(label, {})[form.action_of_slot[slot]] = str(p)
        return profile

    def worth_text(self, branch: Outcome) -> dict[str, str]:
        """The players' expectations as text."""
        return {name: str(value) for name, value in zip(self.setting.game.players, branch.worth, strict=True)}

    def intersect(self, other: Region) -> Region:
        """Where both events are played."""
        _require_same_ground(self, other)
        both = conjunction([self.formula, other.formula])
        return Region(
            self.setting, self.concept, self.among, both, (), self.complete and other.complete, check=self.check
        )

    def implies(self, other: Region) -> Answer:
        """Whether every point of this region (in the ranges) lies in the other: proved, refuted with a point, undecided."""
        _require_same_ground(self, other)
        return included(self.systems, other.systems, check_time=self.check)

    def __str__(self) -> str:
        heading = f"the event is played in {self.among} {self.concept} equilibrium if and only if"
        body = "\nor ".join(str(cell) for cell in self.cells) if self.cells else "never in the declared ranges"
        return "\n".join([heading, body, *(f"note: {note}" for note in self.notes)])


def _largest(cells: Sequence[RegionCell]) -> list[RegionCell]:
    """Without cells that ask all that an earlier or weaker one asks of the same profile."""
    kept: list[RegionCell] = []
    for cell in sorted(cells, key=lambda c: len(c.system.constraints)):
        asked = set(cell.system.constraints)
        if not any(set(k.system.constraints) <= asked and k.profile == cell.profile for k in kept):
            kept.append(cell)
    return kept


def _require_same_ground(one: Region, other: Region) -> None:
    if one.setting.names != other.setting.names or one.setting.whole != other.setting.whole:
        raise input_error(
            "region",
            "the two regions have different open parameters or ranges",
            "hold the same parameters fixed in both",
        )
