"""The cells of a region for people: the largest ones, of each equilibrium, with its reasons and its closed forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from hedging_games.algebra.formulas.beyond import QUESTIONS
from hedging_games.algebra.formulas.cells import Cells
from hedging_games.algebra.formulas.formula import Formula
from hedging_games.algebra.formulas.search import Found, find
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.inequality_text import expression_text, written
from hedging_games.analysis.conditions.radical import number_text
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.conditions.wording import reason_text
from hedging_games.analysis.limits import interrupted_after
from hedging_games.errors import CouldNotFinish
from hedging_games.layout import aligned

MOST_CELLS = 60
"""Cells that are listed; a region may have more, and answers other questions all the same."""

MOST_WORK = 25_000_000
"""Work done while cells are listed (see `table.Table`); beyond that the list is not complete, and says so."""


FEW_QUESTIONS = 5
"""Sets of inequalities decided to tell whether a cell has an inside."""

PROVING = 2_500_000
"""Work done on proofs once cells have been listed by z3's word."""

LEAST_SHARE = 600_000
"""Work done on one proof, where there are many to find and some must go without."""

MOST_TOLD = 20
"""Cells by z3's word, beyond which no proof is sought that none is missing: for neither such list of the catalogue is there one."""

Basis = Literal["proof", "smt"]
"""On what an answer rests: a proof that can be checked here, or z3's word (satisfiability modulo theories)."""


@dataclass(frozen=True, slots=True)
class RegionCell:
    """One of the pieces whose union is the region: the inequalities that hold in it, none of them implied by the others.

    ``profile`` is what is played on the path of the equilibrium that it is about (information set to action to
    probability, as text), ``worth`` the players' expectations, both empty for the question whether *every* equilibrium
    plays the event. ``undecided`` says that emptiness or a redundancy could not be settled within the limits;
    ``knife_edge`` that the cell has no inside: it asks for a tie. ``basis`` says whether all this is proved, that the cell lies in the region
    and, of a knife edge, that it has no inside, or whether any of it rests on z3's word.
    """

    system: System
    profile: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    worth: Mapping[str, str] = field(default_factory=dict)
    undecided: bool = False
    knife_edge: bool = False
    basis: Basis = "proof"

    def conditions(self) -> list[tuple[str, str, str]]:
        """Expression, relation to zero, and reason of each inequality."""
        return [
            (expression_text(c), c.relation, "" if c.reason is None else str(c.reason)) for c in self.system.constraints
        ]

    def lines(self) -> list[tuple[str, str]]:
        """Each inequality as people write it, and why it is asked."""
        return [(written(c, self.system.box), reason_text(c)) for c in self.system.constraints]

    def __str__(self) -> str:
        lines = []
        if self.profile:
            lines.append(played_text(self.profile))
        lines += aligned(self.lines())
        if not self.system.constraints:
            lines.append("  everywhere in the declared ranges")
        return "\n".join(lines)


def played_text(profile: Mapping[str, Mapping[str, str]]) -> str:
    """What is played, with probabilities in closed form: ``Choice: Engage; Reply: (1/2) Tolerate + (1/2) Punish``."""
    return "; ".join(
        f"{label}: " + " + ".join(action if p == "1" else f"({p}) {action}" for action, p in mixture.items())
        for label, mixture in profile.items()
    )


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

    @property
    def told(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Listing:
    """The cells of a region, whether their union is all of it, on what this rests, and whether the time limit stopped the listing.

    Where it did, cells may lie in others, and there may be further ones. ``generic`` : knife-edge cells were not asked for.
    """

    cells: tuple[RegionCell, ...]
    complete: bool
    basis: Basis = "proof"
    stopped: bool = False
    generic: bool = False


def listed(region: Listable, seconds: float | None = None, *, generic: bool = False) -> Listing:
    """The largest cells, branch by branch; after so many ``seconds`` those that were found by then.

    First come the cells with an open part; of what has none, such as an equilibrium that exists at a tie only, that is
    listed last which lies in no cell yet, and not at all if only the ``generic`` part is asked for.
    """
    search = _Search(region, generic=generic)
    stopped = False
    try:
        with interrupted_after(seconds):
            search.grow()
            search.reduce()
            # Of a choice's formula that rests on z3's word, proofs would show little: nearly all of what was asked on the way is such.
            if not (region.told and region.setting.is_continuous):
                search.prove()
    except CouldNotFinish:
        if seconds is None:
            raise
        stopped = True
    cells = sorted(search.cells(), key=lambda cell: cell.knife_edge)
    return Listing(tuple(cells), search.complete and not stopped, search.basis, stopped, generic)


class _Search:
    """Cells as they are found, an equilibrium outcome after the other."""

    def __init__(self, region: Listable, *, generic: bool) -> None:
        self.region = region
        self.generic = generic
        self.open_cells: list[int] = []
        self.ground = region.setting.ground
        self.branches = region.branches or (None,)
        self.formulas = [region.formula if branch is None else branch.formula for branch in self.branches]
        self.lists: list[Cells] = []
        self.kept: list[list[int]] = []
        self.end = self.ground.work + MOST_WORK
        self.complete = False
        self.bases: list[list[Basis]] = []
        self.basis: Basis = "smt"

    def _room(self) -> int:
        return MOST_CELLS - sum(len(one.found) for one in self.lists)

    def grow(self) -> None:
        """Find cells until they cover the region, or the limits of `MOST_CELLS` and `MOST_WORK` are met."""
        ground, check = self.ground, self.region.check
        self.lists = [Cells(ground, ground.number(formula)) for formula in self.formulas]
        complete = True
        for one in self.lists:
            # Where nothing is found quickly, the second round asks again.
            most = len(one.found) + self._room()
            complete = one.grow(ground.open_part(one.simple), most, self.end, check, QUESTIONS) and complete
            self.open_cells.append(len(one.found))
        if self.generic:
            self.complete = complete
            return
        complete = True
        outside = [not_there for one in self.lists for not_there in one.outside()]
        for one in self.lists:
            before = len(one.found)
            within = ground.joined("all", [one.simple, *outside])
            complete = one.grow(within, before + self._room(), self.end, check) and complete
            outside += one.outside()[before:]
        self.complete = complete

    def reduce(self) -> None:
        """Leave out the cells that lie in the union of the others of their outcome."""
        for one in self.lists:
            kept = one.needed(self.end)
            # Where the work is done, what can be seen to lie in one other cell goes all the same.
            self.kept.append([k for k in kept if not any(self._within(one, k, j) for j in kept if j != k)])

    def prove(self) -> None:
        """Look for proofs of what rests on z3's word: that each cell lies in the region, and that none is missing."""
        ground = self.ground
        proving = ground.work + PROVING
        share = max(PROVING // (1 + sum(map(len, self.kept))), LEAST_SHARE)
        for one, kept in zip(self.lists, self.kept, strict=True):
            ends = (min(proving, ground.work + share) for _ in kept)
            self.bases.append(["proof" if one.is_proved(k, end) else "smt" for k, end in zip(kept, ends, strict=True)])
        if not self.complete or sum(basis == "smt" for bases in self.bases for basis in bases) > MOST_TOLD:
            return
        outside = [one.outside()[k] for one, kept in zip(self.lists, self.kept, strict=True) for k in kept]
        parts = [ground.open_part(one.number) if self.generic else one.number for one in self.lists]
        rest = [ground.joined("all", [part, *outside]) for part in parts]
        if all(find(ground, missing, end=proving).is_proved for missing in rest):
            self.basis = "proof"

    def _within(self, one: Cells, inner: int, outer: int) -> bool:
        """Whether a cell asks of every polynomial what another asks, or more (of two that ask the same, the second)."""
        inside, around, static = one.found[inner], one.found[outer], self.ground.static
        same = inside == around
        return (not same or outer < inner) and all(inside.get(p, static[p]) & ~s == 0 for p, s in around.items())

    def _inside(self, number: int, k: int) -> Found:
        """Where a cell has an inside; those of the first round have one."""
        if number < len(self.open_cells) and k < self.open_cells[number]:
            return Found("somewhere")
        ground, cell = self.ground, self.lists[number].found[k]
        whole = ground.joined("all", [ground.literal(p, s) for p, s in cell.items()])
        return find(ground, ground.open_part(whole), questions=FEW_QUESTIONS)

    def cells(self) -> Iterator[RegionCell]:
        """The cells found, with reasons and closed forms."""
        for number, one in enumerate(self.lists):
            branch, formula = self.branches[number], self.formulas[number]
            profile = {} if branch is None else profile_text(self.region.setting, branch)
            worth = {} if branch is None else worth_text(self.region.setting, branch)
            reasons = self.ground.reasons_in(formula)
            # An interruption may come before a cell's last mark.
            kept = self.kept[number] if number < len(self.kept) else range(len(one.open_))
            bases = self.bases[number] if number < len(self.bases) else []
            for place, k in enumerate(kept):
                system = self.region.setting.whole.with_constraints(one.constraints(k, reasons))
                inside = self._inside(number, k)
                basis = bases[place] if place < len(bases) and not inside.is_told else "smt"
                yield RegionCell(system, profile, worth, one.open_[k], inside.status == "nowhere", basis)


def profile_text(setting: Setting, branch: Outcome) -> dict[str, dict[str, str]]:
    """What is played on the path, by names, probabilities as text."""
    profile: dict[str, dict[str, str]] = {}
    if not setting.is_listed:
        for label, what, p in branch.said:
            profile.setdefault(label, {})[what] = number_text(setting, p)
        return profile
    form = setting.game.form
    for slot, p in sorted(branch.taken, key=lambda step: step[0]):
        label = form.information_sets[int(form.set_of_slot[slot])].label
        profile.setdefault(label, {})[form.action_of_slot[slot]] = number_text(setting, p)
    return profile


def worth_text(setting: Setting, branch: Outcome) -> dict[str, str]:
    """The players' expectations as text; nothing where a branch stands for many profiles."""
    if not branch.worth:
        return {}
    return {name: number_text(setting, value) for name, value in zip(setting.players, branch.worth, strict=True)}
