"""Between which numbers payoffs and the probability of the event lie over a cell of equilibria.

What is expected is a sum of products of probabilities. A block whose probabilities occur one at a time enters it affinely,
so that its corners decide; a single further block on a line or curve is gone along, the ends and the zeros of the
derivative deciding. In all other cases a bound comes from a linear program: the mixtures of several players are one way to draw lots
between pure choices, and the conditions of the cell are linear in the lots. Where the bound is reached at a known
equilibrium the range is exact too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final

from flint import fmpq_poly

from hedging_games.algebra.algebraic import polynomial_at, real_roots
from hedging_games.algebra.number_field import as_fraction, as_rational
from hedging_games.algebra.positive.system import Block, Polynomial, terms
from hedging_games.games.form import CHANCE
from hedging_games.games.game import Game
from hedging_games.games.values import event_probability, expected_payoffs
from hedging_games.solvers.backward.lots import Lots
from hedging_games.solvers.sequential.answer import Whole
from hedging_games.solvers.sequential.conditions import Family
from hedging_games.solvers.sequential.worth import ONE, Monomial, Support, Worth, plus

MOST_CORNERS: Final = 5_000
"""Products of corners at which a range is read off."""

Range = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges by player and, under ``hedge``, of the event: those known exactly, and outer bounds of the others."""

    exact: dict[str, Range]
    outer: dict[str, Range]


def ranges_over(game: Game, way: Whole, known: Sequence[Any]) -> Ranges:
    """The ranges over the closure of a way to play; ``known`` are the probabilities of some equilibria in it."""
    blocks = [_Part.of(family, block) for family in way.families for block in family.blocks]
    ranges = Ranges({}, {})
    values = _values(game, known)
    lots: Lots | None = None
    for name, worth in _expected(game, way.support).items():
        found = _range(worth, blocks)
        if found is not None:
            ranges.exact[name] = found
            continue
        lots = lots or Lots.of(game, way.support)
        found = lots.bounds(worth)
        is_reached = found == (min(values[name]), max(values[name]))
        (ranges.exact if is_reached else ranges.outer)[name] = found
    return ranges


def together(found: Sequence[Ranges]) -> dict[str, Range] | None:
    """The ranges over the union of cells; None where one of them is not known exactly."""
    if not found or any(ranges.outer for ranges in found):
        return None
    return {
        name: (min(r.exact[name][0] for r in found), max(r.exact[name][1] for r in found)) for name in found[0].exact
    }


def _values(game: Game, known: Sequence[Any]) -> dict[str, list[Any]]:
    worths = [expected_payoffs(game, probabilities) for probabilities in known]
    found = {player: [worth[k] for worth in worths] for k, player in enumerate(game.players)}
    if game.hedge is not None:
        found["hedge"] = [event_probability(game, probabilities, game.hedge) for probabilities in known]
    return found


def _expected(game: Game, support: Support) -> dict[str, Worth]:
    """What each player expects, and how likely the event is, as polynomials in the probabilities that are mixed."""
    form = game.form
    found: dict[str, Worth] = {player: {} for player in game.players}
    if game.hedge is not None:
        found["hedge"] = {}
    for z, terminal in enumerate(form.terminals.tolist()):
        weight, monomial = Fraction(1), ONE
        for slot in form.path(terminal):
            s = int(form.set_of_slot[slot])
            if form.information_sets[s].player == CHANCE:
                weight = weight * game.chance[slot]
            elif slot not in support[s]:
                weight = Fraction(0)
            elif len(support[s]) > 1:
                monomial = monomial | {(slot, 1)}
        if weight == 0:
            continue
        for k, player in enumerate(game.players):
            _add(found[player], monomial, weight * game.payoffs[k, z])
        if game.hedge is not None and game.hedge[z]:
            _add(found["hedge"], monomial, weight)
    return found


def _add(worth: Worth, monomial: Monomial, value: Any) -> None:
    if value != 0:
        plus(worth, {ONE: value}, monomial)


@dataclass(frozen=True, slots=True)
class _Part:
    """A block with the slot of each of its unknowns, and the values of those of its family that are fixed."""

    slots: tuple[int, ...]
    block: Block
    fixed: Mapping[int, Any]

    @classmethod
    def of(cls, family: Family, block: Block) -> _Part:
        fixed = {k: x for b in family.blocks if b.is_point for k, x in zip(b.unknowns, b.inside, strict=True)}
        return cls(tuple(int(str(family.keys[unknown])) for unknown in block.unknowns), block, fixed)

    @property
    def is_spanned(self) -> bool:
        return self.block.whole and not self.block.directions

    def enters_affinely(self, worth: Worth) -> bool:
        own = set(self.slots)
        return len(self.block.points) == 1 or all(sum(slot in own for slot, _ in monomial) < 2 for monomial in worth)

    def corners(self) -> Iterator[dict[int, Any]]:
        for point in self.block.points:
            yield dict(zip(self.slots, point, strict=True))


def _range(worth: Worth, parts: Sequence[_Part]) -> Range | None:
    """The exact range of a polynomial over a product of blocks, if it can be read off."""
    slots = {slot for monomial in worth for slot, _ in monomial}
    touched = [part for part in parts if slots & set(part.slots)]
    plain = [part for part in touched if part.is_spanned and part.enters_affinely(worth)]
    others = [part for part in touched if part not in plain]
    if len(others) > 1 or prod(len(part.block.points) for part in plain) > MOST_CORNERS:
        return None
    found: list[Any] = []
    for choice in product(*(part.corners() for part in plain)):
        at = {slot: x for corner in choice for slot, x in corner.items()}
        values = _along(worth, at, others[0]) if others else [_value(worth, at)]
        if values is None:
            return None
        found += values
    return min(found), max(found)


def _value(worth: Worth, at: Mapping[int, Any]) -> Any:
    total: Any = Fraction(0)
    for monomial, coefficient in worth.items():
        part: Any = coefficient
        for slot, _ in monomial:
            part = part * at[int(str(slot))]
        total = total + part
    return total


# --- along a line or curve --------------------------------------------------------------------------------------------

_Ratio = tuple[fmpq_poly, fmpq_poly]
"""A fraction of polynomials in the one unknown that is free."""


def _along(worth: Worth, at: Mapping[int, Any], part: _Part) -> list[Any] | None:
    """Values among which are the least and the greatest of a polynomial along a block of dimension one."""
    curve = part.block.curve
    if curve is None or len(curve.free) != 1 or len(part.block.points) < 2 or part.block.directions:
        return None
    if not all(isinstance(x, (int, Fraction)) for x in at.values()):
        return None
    (free,) = curve.free
    if free not in part.block.unknowns:
        return None
    if not all(isinstance(x, (int, Fraction)) for x in part.fixed.values()):
        return None
    ratios = _ratios(free, curve.others, part.fixed)
    here: dict[int, _Ratio] = {
        slot: ratios[unknown] for slot, unknown in zip(part.slots, part.block.unknowns, strict=True)
    }
    here.update({slot: (fmpq_poly([as_rational(x)]), fmpq_poly([1])) for slot, x in at.items()})
    top, bottom = fmpq_poly([0]), fmpq_poly([1])
    for monomial, coefficient in worth.items():
        over, under = fmpq_poly([as_rational(coefficient)]), fmpq_poly([1])
        for slot, _ in monomial:
            over, under = over * here[int(str(slot))][0], under * here[int(str(slot))][1]
        top, bottom = top * under + over * bottom, bottom * under
    shared = top.gcd(bottom)
    if shared.degree() > 0:
        top, bottom = top // shared, bottom // shared
    place = part.block.unknowns.index(free)
    ends = sorted({point[place] for point in part.block.points})
    low, high = ends[0], ends[-1]
    # An end at which another probability is not defined is no corner of the block: then the range may reach further.
    inside = [x for x in _roots(bottom) if low <= x <= high]
    if inside or len(ends) < 2 or not _ends_are_known(part, place):
        return None
    turns = _roots(top.derivative() * bottom - top * bottom.derivative())
    return [
        polynomial_at(top, x) / polynomial_at(bottom, x) for x in (low, high, *(x for x in turns if low < x < high))
    ]


def _ends_are_known(part: _Part, place: int) -> bool:
    """Whether a condition, or a probability that becomes zero, ends the block at each of its two corners."""
    curve = part.block.curve
    assert curve is not None
    (free,) = curve.free
    ratios = _ratios(free, curve.others, part.fixed)
    tops = [_in_one(p, free) for p in (*curve.at_least, *curve.above)] + [ratio[0] for ratio in ratios.values()]
    return len({point[place] for point in part.block.points}) == 2 and all(
        any(polynomial_at(p, point[place]) == 0 for p in tops) for point in part.block.points
    )


def _ratios(
    free: int, others: Sequence[tuple[int, Polynomial, Polynomial]], fixed: Mapping[int, Any]
) -> dict[int, _Ratio]:
    """Every unknown of a curve as a fraction of polynomials in the free one."""
    formulas = {unknown: (top, bottom) for unknown, top, bottom in others}
    known: dict[int, _Ratio] = {k: (fmpq_poly([as_rational(x)]), fmpq_poly([1])) for k, x in fixed.items()}
    known[free] = (fmpq_poly([0, 1]), fmpq_poly([1]))

    def find(unknown: int) -> _Ratio:
        if unknown not in known:
            (a, b), (c, d) = (compose(p) for p in formulas[unknown])
            known[unknown] = (a * d, b * c)
        return known[unknown]

    def compose(p: Polynomial) -> _Ratio:
        top, bottom = fmpq_poly([0]), fmpq_poly([1])
        for powers, coefficient in terms(p):
            over, under = fmpq_poly([as_rational(coefficient)]), fmpq_poly([1])
            for unknown, power in powers.items():
                over, under = over * find(unknown)[0] ** power, under * find(unknown)[1] ** power
            top, bottom = top * under + over * bottom, bottom * under
        return top, bottom

    for unknown in formulas:
        find(unknown)
    return known


def _in_one(p: Polynomial, unknown: int) -> fmpq_poly:
    coefficients = [Fraction(0)] * (p.degrees()[unknown] + 1)
    for powers, coefficient in terms(p):
        coefficients[powers.get(unknown, 0)] = coefficient
    return fmpq_poly([as_rational(c) for c in coefficients])


def _roots(p: fmpq_poly) -> tuple[Any, ...]:
    return real_roots([as_fraction(c) for c in p.coeffs()]) if p.degree() > 0 else ()
