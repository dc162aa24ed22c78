"""The cells of a region for people: the largest ones, of each equilibrium, with its reasons and its closed forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hedging_games.algebra.inequalities.polynomials import terms_text
from hedging_games.algebra.inequalities.system import Constraint, System
from hedging_games.analysis.conditions.cells import LargestCells, largest_cells
from hedging_games.analysis.conditions.formula import Formula
from hedging_games.analysis.conditions.ground import Ground
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome

MOST_CELLS = 120
"""Cells that are listed; a region may have more, and answers other questions all the same."""

MOST_QUESTIONS = 800
"""Sets of inequalities decided while cells are listed; beyond that the list is not complete, and says so."""


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


class Listable(Protocol):
    """What of a region is needed to list it: see `region.Region`."""

    @property
    def setting(self) -> Setting: ...  # noqa: D102

    @property
    def formula(self) -> Formula: ...  # noqa: D102

    @property
    def branches(self) -> tuple[Outcome, ...]: ...  # noqa: D102

    @property
    def check(self) -> Callable[[], None]: ...  # noqa: D102


def listed(region: Listable) -> tuple[tuple[RegionCell, ...], bool]:
    """The largest cells, branch by branch, and whether their union is proved to be the region.

    First come the cells with an open part; of what has none, such as an equilibrium that exists at a tie only, that is
    listed which lies in no cell yet.
    """
    ground = region.setting.ground
    found = _Listed(ground, region.check, ground.asked + MOST_QUESTIONS)
    branches = region.branches or (None,)
    numbers = [ground.number(region.formula if b is None else b.formula) for b in branches]
    for k, number in enumerate(numbers):
        formula = region.formula if (branch := branches[k]) is None else branch.formula
        found.add(k, number, ground.open_part(number), formula)
    for k, number in enumerate(numbers):
        formula = region.formula if (branch := branches[k]) is None else branch.formula
        found.add(k, number, ground.joined("all", [number, *found.outside]), formula)
    cells = []
    for k, branch in enumerate(branches):
        profile = {} if branch is None else profile_text(region.setting, branch)
        worth = {} if branch is None else worth_text(region.setting, branch)
        for asked, undecided in found.cells.get(k, ()):
            cells.append(RegionCell(region.setting.whole.with_constraints(asked), profile, worth, undecided))
    return tuple(cells), found.complete


class _Listed:
    """Cells by branch, and for each the formula that holds outside it."""

    def __init__(self, ground: Ground, check: Callable[[], None], end: int) -> None:
        self.ground = ground
        self.check = check
        self.end = end
        self.cells: dict[int, list[tuple[tuple[Constraint, ...], bool]]] = {}
        self.outside: list[int] = []
        self.complete = True

    def add(self, branch: int, number: int, within: int, formula: Formula) -> None:
        """The cells of a formula that are needed to cover its part ``within``."""
        self.check()
        ground = self.ground
        room = MOST_CELLS - sum(map(len, self.cells.values()))
        reasons = ground.reasons_in(formula)
        found: LargestCells = largest_cells(
            ground, number, room, self.end - ground.asked, self.check, reasons=reasons, within=within
        )
        self.complete = self.complete and found.complete
        for asked, undecided in zip(found.cells, found.open_, strict=True):
            self.cells.setdefault(branch, []).append((asked, undecided))
            inside = ground.joined("all", (ground.literal(*ground.allowed(c)) for c in asked))
            self.outside.append(ground.negated(inside))


def profile_text(setting: Setting, branch: Outcome) -> dict[str, dict[str, str]]:
    """What is played on the path, by names, probabilities as text."""
    form = setting.game.form
    profile: dict[str, dict[str, str]] = {}
    for slot, p in sorted(branch.taken, key=lambda step: step[0]):
        label = form.information_sets[int(form.set_of_slot[slot])].label
        profile.setdefault(label, {})[form.action_of_slot[slot]] = str(p)
    return profile


def worth_text(setting: Setting, branch: Outcome) -> dict[str, str]:
    """The players' expectations as text."""
    return {name: str(value) for name, value in zip(setting.game.players, branch.worth, strict=True)}


def cells_text(cells: Sequence[RegionCell]) -> str:
    """Cells one after the other."""
    return "\nor\n".join(str(cell) for cell in cells)
