"""Phase structure: which set of equilibrium outcomes there is where, over the range of one or two parameters.

The line, or the plane, is cut where a polynomial of the outcomes' conditions vanishes; on every cell, borders included, the
set of outcomes is evaluated exactly. Cells with the same set make one phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from hedging_games.algebra.cells.curves import Section
from hedging_games.algebra.cells.intervals import Interval, join
from hedging_games.algebra.cells.line import sign_cells
from hedging_games.algebra.cells.plane import Border, PlaneCell, plane_cells
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.closed_forms import solved_for
from hedging_games.algebra.formulas.formula import FALSE, All, Atom, Formula, constraints_of
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE as FALSE_NUMBER
from hedging_games.algebra.formulas.table import TRUE, sign_bit
from hedging_games.algebra.inequalities.system import holds
from hedging_games.algebra.numbers import exact_number
from hedging_games.algebra.polynomials import Terms, sign_at
from hedging_games.analysis.conditions.continuous import derived_in
from hedging_games.analysis.conditions.derive import Derivation, derivation, posed_for
from hedging_games.analysis.conditions.listing import played_text, profile_text, worth_text
from hedging_games.analysis.conditions.mattering import mattering
from hedging_games.analysis.conditions.played import UNFOLLOWED, Subgames, somewhere
from hedging_games.analysis.conditions.radical import number_at
from hedging_games.analysis.conditions.region import NO_OTHER_CASE, NOTHING_MORE, by_word, held_lines
from hedging_games.analysis.conditions.setting import Setting, setting_of
from hedging_games.analysis.conditions.stages import Outcome
from hedging_games.analysis.conditions.ties.doubts import doubts
from hedging_games.analysis.phase_pieces import Piece, pieces
from hedging_games.errors import did_you_mean, input_error
from hedging_games.model.catalogue import ModelLike, model_of
from hedging_games.model.declarations import Range
from hedging_games.model.model import Model
from hedging_games.shown import Drawn

Profile = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PhaseCell:
    """A piece of a phase: values of the first parameter, and between what the second one lies (None for one parameter).

    ``sample`` is an exact point inside; ``dimension`` 0 for a point, 1 for a line, 2 for an open piece of the plane. On a curve
    ``low`` and ``high`` are the same. ``low_closed``, ``high_closed`` : whether these belong to it. ``lower``, ``upper`` : the same borders
    as graphs to draw or to ask for a height.
    """

    dimension: int
    first: Interval
    low: str | None
    high: str | None
    sample: tuple[Number, ...]
    low_closed: bool = False
    high_closed: bool = False
    lower: Border = field(default=None, repr=False)
    upper: Border = field(default=None, repr=False)

    def holds(self, x: Number, y: Fraction | None = None) -> bool:
        """Whether a point lies in it, decided exactly; of the plane, ``y`` being the second parameter, ``x`` must be rational."""
        if x not in self.first:
            return False
        if y is None:
            return self.low is None
        assert isinstance(x, Fraction)
        low, high = (border.height(x) if isinstance(border, Section) else border for border in (self.lower, self.upper))
        assert low is not None
        assert high is not None
        if self.lower == self.upper:
            return y == low
        return (y > low or (self.low_closed and y == low)) and (y < high or (self.high_closed and y == high))


@dataclass(frozen=True, slots=True)
class Phase:
    """A set of equilibrium outcomes (positions in `Phases.outcomes`) and all the cells on which it is the whole set."""

    outcomes: tuple[int, ...]
    cells: tuple[PhaseCell, ...]

    @property
    def dimension(self) -> int:
        """The largest dimension of a cell: below that of the range, the phase is a border."""
        return max(cell.dimension for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Phases(Drawn):
    """The complete partition of the declared range of one or two parameters (under the assumptions), the others held fixed.

    ``outcomes`` : what is played, with closed-form probabilities; ``worth`` : what it is worth; ``phases`` : the largest
    dimension first, then in the order in which they are met. ``complete`` : False if equilibria were not followed.
    ``structural`` : the held parameters that decide the form of the game. ``branches`` : the outcomes as they were derived.
    """

    parameters: tuple[str, ...]
    concept: str
    fixed: Mapping[str, Fraction]
    outcomes: tuple[Profile, ...]
    worth: tuple[Mapping[str, str], ...]
    phases: tuple[Phase, ...]
    complete: bool
    notes: tuple[str, ...] = ()
    structural: Mapping[str, Fraction] = field(default_factory=dict)
    setting: Setting | None = field(default=None, repr=False)
    branches: tuple[Outcome, ...] = field(default=(), repr=False)

    def at(self, *values: Fraction) -> tuple[int, ...] | None:
        """The outcomes at a value of each parameter; None outside the ranges and where assumptions fail."""
        for phase in self.phases:
            if any(cell.holds(*values) for cell in phase.cells):
                return phase.outcomes
        return None

    def __str__(self) -> str:
        lines = [f"{self.concept} equilibria over {' and '.join(self.parameters)}"]
        for number, outcome in enumerate(self.outcomes):
            lines.append(f"  [{number}] {played_text(outcome)}")
        for phase in self.phases:
            names = ", ".join(f"[{k}]" for k in phase.outcomes) or "none"
            lines.append(f"{names}:")
            lines += [f"  {cell_text(cell, self.parameters)}" for cell in phase.cells]
        return "\n".join([*lines, *held_lines(self.structural), *(f"note: {note}" for note in self.notes)])


def cell_text(cell: PhaseCell, parameters: Sequence[str]) -> str:
    """Where a cell lies."""
    text = f"{parameters[0]} in {cell.first}"
    if cell.low is None or cell.high is None:
        return text
    if cell.lower == cell.upper:
        return f"{text}, {parameters[1]} = {cell.low}"
    below, above = ("<=" if closed else "<" for closed in (cell.low_closed, cell.high_closed))
    return f"{text}, {cell.low} {below} {parameters[1]} {above} {cell.high}"


def phases(
    model: ModelLike,
    over: str | Sequence[str],
    concept: str | None = None,
    *,
    case: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    ranges: Mapping[str, tuple[object, object]] | None = None,
    check: Check = no_check,
) -> Phases:
    """The phases over one or two parameters: which set of equilibria there is where.

    Parameters
    ----------
    model : a model, its name in the catalogue, or the path of its file.
    over : one parameter or two, ``"card"`` or ``["loss", "card"]``.
    concept : a solution concept whose regions are derived; the model's or the game's own by default.
    case, fixed : where the other parameters stand: a case (else the baseline), changed by exact numbers.
    ranges : names to low and high ends, instead of the declared ranges.
    check : called again and again; what it raises ends the work.

    Raises InputError unless ``over`` names one or two parameters that do not decide the form, and for a range that is not from a lower
    to a higher exact number; ConceptError for a concept whose regions are not derived.
    """
    model = model_of(model)
    over = [over] if isinstance(over, str) else over
    held = dict(fixed or {})
    _refuse(model, over, held)
    model = _within(model, over, ranges or {})
    point = model.point(case, **held)
    setting = posed_for(setting_of(model, {n: value for n, value in point.items() if n not in over}, case), concept)
    derived = derivation(model, setting.posed, concept)
    subgames = derived.subgames(setting, check)
    found = [outcome for outcome in subgames[0] if outcome.formula != FALSE]
    grouped = _each_once(setting, over, found, cells_of(setting, over, [outcome.formula for outcome in found], check))
    met = sorted({k for there in grouped for k in there})
    number = {k: n for n, k in enumerate(met)}
    listed = [Phase(tuple(number[k] for k in there), tuple(cells)) for there, cells in grouped.items()]
    return Phases(
        tuple(over),
        derived.concept,
        setting.fixed,
        tuple(profile_text(setting, found[k]) for k in met),
        tuple(worth_text(setting, found[k]) for k in met),
        tuple(sorted(listed, key=lambda phase: -phase.dimension)),
        *_completeness(setting, derived, subgames, check),
        setting.structural,
        setting,
        tuple(found[k] for k in met),
    )


def _each_once(
    setting: Setting, over: Sequence[str], found: Sequence[Outcome], grouped: Mapping[tuple[int, ...], list[PhaseCell]]
) -> dict[tuple[int, ...], list[PhaseCell]]:
    """The cells by their outcomes, of which none is named twice at a point."""
    size = sizes(grouped.items())
    apart: dict[tuple[int, ...], list[PhaseCell]] = {}
    for there, cells in grouped.items():
        for cell in cells:
            apart.setdefault(once(setting, over, found, size, there, cell), []).append(cell)
    return {there: _joined(cells) for there, cells in apart.items()} if len(over) == 1 else apart


def sizes(grouped: Iterable[tuple[tuple[int, ...], Sequence[PhaseCell]]]) -> dict[int, int]:
    """By outcome, the dimension of the largest piece on which it stands."""
    size: dict[int, int] = {}
    for there, cells in grouped:
        for k in there:
            size[k] = max(size.get(k, 0), *(cell.dimension for cell in cells))
    return size


def once(
    setting: Setting,
    over: Sequence[str],
    found: Sequence[Outcome],
    size: Mapping[int, int],
    there: tuple[int, ...],
    cell: PhaseCell,
) -> tuple[int, ...]:
    """Outcomes on a cell, each once: at a point two that differ elsewhere may meet in the same numbers. The one is kept that stands on a
    larger piece (``size``).
    """
    if cell.dimension:
        return there
    point = [cell.sample[list(over).index(name)] for name in setting.names]
    first: dict[Any, int] = {}
    for k in sorted(there, key=lambda k: (-size[k], k)):
        first.setdefault(_done_at(found[k], point) or k, k)
    return tuple(sorted(first.values()))


def _done_at(outcome: Outcome, point: Sequence[Number]) -> tuple[Any, ...]:
    """What is done in an outcome at a point: where its numbers are named, those there, else its path."""
    if outcome.numbers:
        values = {name: _at(value, point) for name, value in outcome.numbers}
        return tuple((label, values.get(label, what)) for label, what, _ in outcome.said)
    path = [(z, _at(p, point)) for z, p in outcome.path]
    return (*outcome.said, *((z, p) for z, p in path if p != 0))


def _at(value: Any, point: Sequence[Number]) -> Number:
    """A number, or what a function of the parameters is at a point."""
    return Fraction(value) if isinstance(value, (int, Fraction)) else number_at(value, point)


def _completeness(
    setting: Setting, derived: Derivation, subgames: Subgames, check: Check
) -> tuple[bool, tuple[str, ...]]:
    """Whether the outcomes are all there are but at borders, and the notes: those listed settle ties purely."""
    if setting.is_continuous:
        numbers = derived_in(setting, check)
        left = (
            *numbers.notes,
            *([BEST_ALONE] if numbers.varies else []),
            *([ENDS_ALONE] if numbers.is_unlike() else []),
        )
        return not left, (*left, *([by_word(NO_OTHER_CASE)] if numbers.told else []))
    complete, notes, told = derived.answers_for(setting)
    uncertain = [doubt.formula for doubt in doubts(setting, subgames, check)] if derived.has_ties else []
    why, uncertain = (AT_BORDERS, uncertain) if uncertain else (NOT_AT_BORDERS, [derived.unfollowed(setting, check)])
    ground = setting.ground
    asked = [ground.number(formula) for formula in uncertain]
    inside = [somewhere(ground, [ground.open_part(n)]) for n in asked]
    if any(found.status != "nowhere" for found in inside):
        return False, (*notes, UNFOLLOWED if derived.beyond is None else derived.beyond_note)
    anywhere = [somewhere(ground, [n]) for n in asked]
    if all(found.status == "nowhere" for found in anywhere):
        told = told or any(found.is_told for found in anywhere)
        return complete, (*notes, *([by_word(NOTHING_MORE)] if told else []))
    told = told or any(found.is_told for found in inside)
    return complete, (*notes, why, *([by_word("that it supports no more elsewhere")] if told else []))


def _refuse(model: Model, over: Sequence[str], held: Mapping[str, Any]) -> None:
    if len(over) not in (1, 2) or len(set(over)) < len(over):
        raise input_error("phases", f"{len(over)} parameters were named", "name one or two different parameters")
    for name in over:
        if name not in model.parameters:
            raise input_error("parameter", f"no parameter '{name}'", did_you_mean(name, list(model.parameters)))
        if name in model.structural:
            raise input_error("parameter", f"'{name}' decides the form of the game", "choose another parameter")
        if name in held:
            raise input_error("parameter", f"'{name}' is both moved and held fixed", "leave it out of --set")


def _within(model: Model, over: Sequence[str], ranges: Mapping[str, tuple[object, object]]) -> Model:
    """The model with other ranges of the parameters that are moved."""
    parameters = dict(model.parameters)
    for name, ends in ranges.items():
        if name not in over:
            raise input_error(
                "range", f"'{name}' is not moved, and needs no range", f"give ranges of {', '.join(over)}"
            )
        low, high = (exact_number(end, f"an end of the range of {name}") for end in ends)
        if not low < high:
            raise input_error(
                "range", f"the range of {name} from {low} to {high} is empty", "give a lower and a higher end"
            )
        parameters[name] = replace(parameters[name], range=Range(low, high))
    return replace(model, parameters=parameters) if ranges else model


def _holds(formula: Formula, signs: Sequence[int], position: Mapping[Any, int]) -> bool:
    if isinstance(formula, Atom):
        return holds(signs[position[formula.constraint]], formula.constraint.relation)
    parts = (_holds(part, signs, position) for part in formula.parts)
    return all(parts) if isinstance(formula, All) else any(parts)


BEST_ALONE = "where something else could be played after a whole interval of numbers too, numbers that are not best ones have outcomes of their own, not named here"
ENDS_ALONE = "of an interval of best numbers along which somebody gets more or less the ends alone are named"
AT_BORDERS = "at borders where a player is indifferent, mixing may support more than what is named"
NOT_AT_BORDERS = (
    "at borders there may be more than what is named: not all that mixing, or punishments, support there was followed"
)


def cells_of(
    setting: Setting, over: Sequence[str], formulas: Sequence[Formula], check: Check = no_check
) -> dict[tuple[int, ...], list[PhaseCell]]:
    """The cells of the line or plane under the assumptions, by the positions of the formulas that hold all over each."""
    cut = _line if len(over) == 1 else _plane
    grouped: dict[tuple[int, ...], list[PhaseCell]] = {}
    for cell, there in cut(setting, list(over), formulas, check):
        grouped.setdefault(there, []).append(cell)
    return {there: _joined(cells) for there, cells in grouped.items()} if len(over) == 1 else grouped


Cut = list[tuple[PhaseCell, tuple[int, ...]]]
"""Cells under the assumptions, each with the positions of the formulas that hold in it."""


def _line(setting: Setting, _over: Sequence[str], formulas: Sequence[Formula], check: Check) -> Cut:
    asked = list(dict.fromkeys(c for formula in formulas for c in constraints_of(formula)))
    assumed = setting.whole.assumptions
    position = {c: k for k, c in enumerate(asked)}
    coefficients = []
    for terms in (c.terms for c in (*asked, *assumed)):
        degree = max((powers[0] for powers in terms), default=0)
        coefficients.append(tuple(terms.get((k,), 0) for k in range(degree, -1, -1)))
    cells = []
    for cell in sign_cells(coefficients, setting.whole.box[0], check):
        if all(holds(cell.signs[len(asked) + k], c.relation) for k, c in enumerate(assumed)):
            there = tuple(k for k, formula in enumerate(formulas) if _holds(formula, cell.signs, position))
            cells.append((PhaseCell(1 - int(cell.where.point), cell.where, None, None, (cell.sample,)), there))
    return cells


def _joined(cells: Sequence[PhaseCell]) -> list[PhaseCell]:
    """Neighbouring cells of a line as one interval."""
    return [
        PhaseCell(1 - int(where.point), where, None, None, (where.sample(),))
        for where in join(cell.first for cell in cells)
    ]


def _plane(setting: Setting, over: Sequence[str], formulas: Sequence[Formula], check: Check) -> Cut:
    """The plane is cut by those polynomials alone that matter; each cell is then asked once, at its sample."""
    order = [setting.names.index(name) for name in over]
    box, ground = setting.whole.box, setting.ground
    numbers = [ground.number(formula) for formula in formulas]
    matter = sorted(mattering(ground, numbers, (box[0], box[1]), check))
    assumed = setting.whole.assumptions
    curves: list[Terms] = [
        {(e[order[0]], e[order[1]]): c for e, c in terms.items()}
        for terms in (*(ground.terms[p] for p in matter), *(c.terms for c in assumed))
    ]
    plane = plane_cells(curves, (box[order[0]], box[order[1]]), walls="all", check=check)

    def there(cell: PlaneCell) -> tuple[int, ...] | None:
        """Which formulas hold in a cell; None where the assumptions fail."""
        check()
        if not all(holds(cell.signs[len(matter) + k], c.relation) for k, c in enumerate(assumed)):
            return None
        signs = dict(zip(matter, cell.signs, strict=False))
        point = (cell.sample[order[0]], cell.sample[order[1]])
        return tuple(k for k, true in enumerate(_asked_at(ground, numbers, signs, point)) if true)

    return [(_piece(piece, over), piece.answer) for piece in pieces(plane.columns, there)]


def _asked_at(
    ground: Ground, numbers: Sequence[int], signs: Mapping[int, int], point: Sequence[Number]
) -> Iterator[bool]:
    """Which formulas of a ground hold at a point, where some polynomials are known to have given signs."""
    known = {p: sign_bit(sign) for p, sign in signs.items()}
    memo = {TRUE: True, FALSE_NUMBER: False}

    def true(number: int) -> bool:
        if number not in memo:
            part = ground.parts[number]
            if part.kind == "signs":
                if part.polynomial not in known:
                    known[part.polynomial] = sign_bit(sign_at(ground.terms[part.polynomial], point))
                memo[number] = bool(known[part.polynomial] & part.signs)
            else:
                memo[number] = (all if part.kind == "all" else any)(map(true, part.parts))
        return memo[number]

    return map(true, numbers)


def _piece(piece: Piece[Any], over: Sequence[str]) -> PhaseCell:
    low, high = (_border(border, piece, over) for border in (piece.lower, piece.upper))
    return PhaseCell(
        piece.dimension,
        piece.x,
        low,
        high,
        piece.sample,
        low_closed=piece.lower_closed,
        high_closed=piece.upper_closed,
        lower=piece.lower,
        upper=piece.upper,
    )


def _border(border: Section | Number | None, piece: Piece[Any], over: Sequence[str]) -> str:
    if not isinstance(border, Section):
        return str(border)
    x = piece.sample[0]
    assert isinstance(x, Fraction)
    height = border.height(x)
    near = [x, height if isinstance(height, Fraction) else Fraction(float(height))]
    text = solved_for(dict(border.curve), 1, list(over), near)
    if text.startswith(f"{over[1]} = "):
        return text.removeprefix(f"{over[1]} = ")
    # Of several roots over the same x the equation alone does not say which.
    return f"(root {border.index + 1} from below of {text})"
