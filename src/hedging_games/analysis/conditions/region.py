"""The answer to "when?": a region of parameters, exact, with the reason of every inequality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.expressions.expression import Condition
from hedging_games.algebra.formulas.formula import FALSE, Formula, conjunction, disjunction, negation
from hedging_games.algebra.formulas.search import Found, Refutation, find
from hedging_games.algebra.inequalities.smt import BY_WORD
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.numbers import exact_number
from hedging_games.analysis.conditions.formula_text import formula_text
from hedging_games.analysis.conditions.listing import Basis, Listing, RegionCell, listed
from hedging_games.analysis.conditions.setting import Setting
from hedging_games.analysis.conditions.solved import Among, is_played
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.errors import could_not_finish, did_you_mean, input_error
from hedging_games.shown import Drawn

NOTHING_MORE = "that mixing where players are indifferent adds nothing more"
NO_OTHER_CASE = "that cases left out on the way can occur nowhere"


@dataclass(frozen=True, slots=True)
class Implication:
    """``proved`` with a proof that can be checked again; ``refuted`` with a point by name; or ``undecided``."""

    status: Literal["proved", "refuted", "undecided"]
    counterexample: Mapping[str, Number] | None = None
    proof: Refutation | None = None

    def __bool__(self) -> bool:
        return self.status == "proved"


@dataclass(frozen=True, eq=False)
class Region(Drawn):
    """Where in the declared ranges an event is played, ``among`` some or every equilibrium of a ``concept``.

    ``setting`` is the model with what is held and what is open; ``check`` is called again and again, and what it raises ends the work.

    ``formula`` is the exact condition; ``branches`` the equilibrium outcomes with the event (for ``some``). ``complete`` is
    False if equilibria that the concept admits were not followed; ``notes`` say which. ``beyond`` : where these may change the
    answer, at most (None if that is not known): there the event may be played in some too, and missed in some. ``told`` : whether it
    is z3's word that mixing at ties adds nothing more. ``underived`` : where no condition was derived, which the formula leaves out though
    the event may be played there; it is part of ``beyond``. ``unmissed`` : for ``every``, where no equilibrium that was followed misses the event.
    ``supports`` : where it was derived support by support, those of the equilibria that have the event (for ``some``) or miss it, with where they are.
    """

    setting: Setting
    concept: str
    among: Among
    formula: Formula
    branches: tuple[Outcome, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()
    check: Callable[[], None] = lambda: None
    beyond: Formula | None = None
    told: bool = False
    underived: Formula = FALSE
    unmissed: Formula | None = None
    supports: Mapping[tuple[tuple[int, ...], ...], Formula] = field(default_factory=dict)

    @property
    def said(self) -> tuple[str, ...]:
        """The notes, and what of all that is asked of the region rests on z3's word."""
        return (*self.notes, *([by_word(self.what_is_told)] if self.told else []))

    @property
    def what_is_told(self) -> str:
        """What of the derivation may rest on z3's word."""
        return NO_OTHER_CASE if self.setting.is_continuous else NOTHING_MORE

    @property
    def surely(self) -> Formula | None:
        """Where the event is played for sure, whatever was not followed; None where that is not known."""
        if self.complete or self.among == "some":
            return self.formula
        return None if self.beyond is None else conjunction([self.formula, negation(self.beyond)])

    @property
    def at_most(self) -> Formula | None:
        """Where the event is played at most; None where that is not known."""
        if self.complete:
            return self.formula
        if self.beyond is None:
            # One equilibrium that misses it is enough.
            return self.unmissed
        return disjunction([self.formula, self.beyond if self.among == "some" else self.underived])

    @property
    def possibly(self) -> Formula:
        """The formula, and where none was derived."""
        return disjunction([self.formula, self.underived])

    def contains(self, point: Mapping[str, Any] | None = None, **values: Any) -> bool:
        """Whether the event is played at a point: parameters by name, exact numbers; those left out are at the baseline.

        Only the condition is asked, not whether the point lies in the declared ranges; where none was derived the point is solved.
        Raises InputError for unknown names, floats, and values that contradict the parameters held fixed, and CouldNotFinish where a
        point has to be solved and that leaves the answer open.
        """
        ground, here = self.setting.ground, self.coordinates({**(point or {}), **values})
        if ground.holds(ground.number(self.underived), here):
            return is_played(self.setting, self.concept, self.among, here)
        return ground.holds(self.number, here)

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
    def number(self) -> int:
        """The formula in the table of the setting's ground."""
        return self.setting.ground.number(self.formula)

    @cached_property
    def systems(self) -> tuple[System, ...]:
        """The region as systems of inequalities over the ranges whose union it is.

        Raises CouldNotFinish where the cells could not be listed in full.
        """
        if not self.is_listed:
            raise could_not_finish("region", "the region has too many cells to list them all", "fix some parameters")
        return tuple(dict.fromkeys(cell.system for cell in self.cells))

    @property
    def cells(self) -> tuple[RegionCell, ...]:
        """The region for people: the largest cells, none inside the union of the others of its equilibrium."""
        return self._listed.cells

    @property
    def is_listed(self) -> bool:
        """Whether the cells are the whole region (see `basis`); `contains` and `implies` answer for all of it anyway."""
        return self._listed.complete

    @property
    def basis(self) -> Basis:
        """Whether it is proved that the cells are the whole region, or rests on z3's word; each cell has its own basis."""
        return "smt" if self.told else self._listed.basis

    @cached_property
    def _listed(self) -> Listing:
        return listed(self)

    def list_cells(self, seconds: float | None = None, *, generic: bool = False) -> None:
        """List the cells now, for so many seconds at most: what is found by then are the `cells`.

        With ``generic``, cells without an inside, which ask for a tie, are left out.
        """
        self.__dict__["_listed"] = listed(self, seconds, generic=generic)

    @property
    def listing_notes(self) -> tuple[str, ...]:
        """What a reader of the cells must know."""
        if self._listed.stopped:
            return ("the time limit was reached: there may be further cells, and some may lie in others",)
        ties = ("cells without an inside, which ask for a tie, were left out",) if self._listed.generic else ()
        return ties if self.is_listed else (*ties, "there may be further cells: the list is not complete")

    def intersect(self, other: Region) -> Region:
        """Where both events are played."""
        _require_same_ground(self, other)
        both = conjunction([self.formula, other.formula])
        return Region(
            self.setting,
            self.concept,
            self.among,
            both,
            (),
            self.complete and other.complete,
            check=self.check,
            underived=disjunction([self.underived, other.underived]),
        )

    def implies(self, other: Region) -> Implication:
        """Whether every point of this region (in the ranges) lies in the other, with a proof or a counterexample; undecided too where
        that depends on where no condition was derived.
        """
        _require_same_ground(self, other)
        found = self._without(self.possibly, other.formula)
        if found.status == "nowhere":
            return Implication("proved", proof=found.proof)
        if self.underived != FALSE or other.underived != FALSE:
            found = self._without(self.formula, other.possibly)
        if found.status == "somewhere" and found.point is not None:
            return Implication("refuted", dict(zip(self.setting.names, found.point, strict=True)))
        return Implication("undecided")

    def _without(self, formula: Formula, other: Formula) -> Found:
        """Where one formula holds and another does not."""
        ground = self.setting.ground
        return find(
            ground, ground.joined("all", [ground.number(formula), ground.negated(ground.number(other))]), hard=True
        )

    def where(self, condition: Condition) -> Region:
        """The region in which a condition on the parameters holds, over the same ranges: for comparison."""
        return replace(
            self, formula=self.setting.condition(condition), branches=(), notes=(), complete=True, underived=FALSE
        )

    def __str__(self) -> str:
        heading = f"the event is played in {self.kind} if and only if"
        nothing = "never in the declared ranges" if self.is_listed else formula_text(self.formula)
        body = "\nor\n".join(str(cell) for cell in self.cells) or nothing
        notes = [*self.notes, *self.listing_notes, *trust(self)]
        return "\n".join([heading, body, *held_lines(self.setting.fixed), *(f"note: {note}" for note in notes)])

    @property
    def kind(self) -> str:
        """The equilibria that the region speaks of, in words."""
        is_whole = self.complete or self.underived != FALSE
        return f"{self.among} {self.concept} equilibrium" + ("" if is_whole else " that was followed")


def held_lines(held: Mapping[str, Any]) -> list[str]:
    """A line about the parameters that are held, where there are any."""
    return ["held: " + ", ".join(f"{name} = {value}" for name, value in held.items())] if held else []


def trust(region: Region) -> list[str]:
    """What of the list of cells rests on z3's word, as a note, if anything does."""
    told = [str(k) for k, cell in enumerate(region.cells, 1) if cell.basis == "smt"]
    parts = [f"that cells lie in the region ({', '.join(told)} of {len(region.cells)})"] if told else []
    parts += ["that the list is complete"] if region.is_listed and region.basis == "smt" and not region.told else []
    parts += [region.what_is_told] if region.told else []
    return [by_word(*parts)] if parts else []


def by_word(*parts: str) -> str:
    """A note on what rests on z3's word."""
    return f"{BY_WORD}, without a proof of our own: {' and '.join(parts)}"


def _require_same_ground(one: Region, other: Region) -> None:
    if one.setting.names != other.setting.names or one.setting.whole != other.setting.whole:
        raise input_error(
            "region",
            "the two regions have different open parameters or ranges",
            "hold the same parameters fixed in both",
        )
