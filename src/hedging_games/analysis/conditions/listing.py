"""The cells of a region for people: the largest ones, of each equilibrium, with its reasons and its closed forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from hedging_games.algebra.formulas.cells import QUESTIONS, Cells
from hedging_games.algebra.formulas.formula import Formula
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.inequalities.polynomials import terms_text
from hedging_games.algebra.inequalities.system import Constraint, System
from hedging_games.analysis.conditions.radical import number_text
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome

MOST_CELLS = 120
"""Cells that are listed; a region may have more, and answers other questions all the same."""

MOST_WORK = 25_000_000
"""Work done while cells are listed (see `ground.PART_WORK`); beyond that the list is not complete, and says so."""


PROVING = 2_500_000
"""Work done on proofs once cells have been listed by z3's word."""

LEAST_SHARE = 600_000
"""Work done on one proof, where there are many to find and some must go without."""

Basis = Literal["proof", "smt"]
"""On what an answer rests: a proof that can be checked here, or z3's word (satisfiability modulo theories)."""


@dataclass(frozen=True, slots=True)
class RegionCell:
    """One of the pieces whose union is the region: the inequalities that hold in it, none of them implied by the others.

    ``profile`` is what is played on the path of the equilibrium that it is about (information set to action to
    probability, as text), ``worth`` the players' expectations, both empty for the question whether *every* equilibrium
    plays the event. ``undecided`` says that emptiness or a redundancy could not be settled within the limits. ``basis`` says
    whether it is proved that the cell lies in the region, or whether this rests on z3's word.
    """

    system: System
    profile: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    worth: Mapping[str, str] = field(default_factory=dict)
    undecided: bool = False
    basis: Basis = "proof"

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


@dataclass(frozen=True, slots=True)
class Listed:
    """Cells, whether they are the whole region, and on what this rests."""

    cells: tuple[RegionCell, ...]
    is_whole: bool
    basis: Basis


def listed(region: Listable) -> Listed:
    """The largest cells, branch by branch, and whether their union is the region.

    First come the cells with an open part; of what has none, such as an equilibrium that exists at a tie only, that is
    listed which lies in no cell yet.
    """
    ground = region.setting.ground
    branches = region.branches or (None,)
    formulas = [region.formula if branch is None else branch.formula for branch in branches]
    lists = [Cells(ground, ground.number(formula)) for formula in formulas]
    end = ground.work + MOST_WORK

    def room() -> int:
        return MOST_CELLS - sum(len(one.found) for one in lists)

    for one in lists:
        # Where nothing is found quickly, the second round asks again.
        one.grow(ground.open_part(one.number), len(one.found) + room(), end, region.check, QUESTIONS)
    complete = True
    outside = [not_there for one in lists for not_there in one.outside()]
    for one in lists:
        before = len(one.found)
        within = ground.joined("all", [one.number, *outside])
        complete = one.grow(within, before + room(), end, region.check) and complete
        outside += one.outside()[before:]
    cells = []
    needed = [one.needed(end) for one in lists]
    proving = ground.work + PROVING
    share = max(PROVING // (1 + sum(map(len, needed))), LEAST_SHARE)
    for one, kept, formula, branch in zip(lists, needed, formulas, branches, strict=True):
        profile = {} if branch is None else profile_text(region.setting, branch)
        worth = {} if branch is None else worth_text(region.setting, branch)
        reasons = ground.reasons_in(formula)
        for k in kept:
            system = region.setting.whole.with_constraints(one.constraints(k, reasons))
            basis: Basis = "proof" if one.is_proved(k, min(proving, ground.work + share)) else "smt"
            cells.append(RegionCell(system, profile, worth, one.open_[k], basis))
    outside = [one.outside()[k] for one, kept in zip(lists, needed, strict=True) for k in kept]
    rest = [ground.joined("all", [one.number, *outside]) for one in lists]
    is_proved = complete and all(find(ground, missing, end=proving).is_proved for missing in rest)
    return Listed(tuple(cells), complete, "proof" if is_proved else "smt")


def profile_text(setting: Setting, branch: Outcome) -> dict[str, dict[str, str]]:
    """What is played on the path, by names, probabilities as text."""
    form = setting.game.form
    profile: dict[str, dict[str, str]] = {}
    for slot, p in sorted(branch.taken, key=lambda step: step[0]):
        label = form.information_sets[int(form.set_of_slot[slot])].label
        profile.setdefault(label, {})[form.action_of_slot[slot]] = number_text(setting, p)
    return profile


def worth_text(setting: Setting, branch: Outcome) -> dict[str, str]:
    """The players' expectations as text."""
    return {name: number_text(setting, value) for name, value in zip(setting.game.players, branch.worth, strict=True)}
