"""Inequalities of a formula, true at a point, that together make it true."""

from __future__ import annotations

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import FALSE, TRUE, sign_bit
from hedging_games.algebra.polynomials import sign_at

Cell = dict[int, int]
"""Polynomials with their signs."""


class Implicants:
    """For points at which a formula holds, inequalities of it that make it true there; as weak as the formula has them.

    Of alternatives the one with the fewest inequalities is taken, as far as each is looked at alone.
    """

    def __init__(self, ground: Ground, number: int) -> None:
        self.ground = ground
        self.number = number
        self._least: dict[int, int] = {TRUE: 0}
        self._ordered: dict[tuple[int, ...], list[tuple[int, int]]] = {}

    def at(self, point: tuple[Number, ...]) -> Cell:
        """The inequalities at a point of the formula."""
        terms = self.ground.terms
        signs = {p: sign_bit(sign_at(terms[p], point)) for p in self.ground.polynomials_in(self.number)}
        there = _There(self, signs)
        assert there.true(self.number)
        return there.reasons(self.number)

    def by_length(self, parts: tuple[int, ...]) -> list[tuple[int, int]]:
        """Alternatives, each after the number of inequalities that it needs at least, the smallest numbers first."""
        if parts not in self._ordered:
            least = [(self._at_least(n), n) for n in parts]
            self._ordered[parts] = sorted(least, key=lambda pair: pair[0])
        return self._ordered[parts]

    def _at_least(self, number: int) -> int:
        """How many inequalities a part of the formula needs at least."""
        known = self._least.get(number)
        if known is None:
            part = self.ground.parts[number]
            if part.kind == "signs":
                known = 1
            elif part.kind == "any":
                known = min(map(self._at_least, part.parts))
            else:
                inner = [self.ground.parts[n] for n in part.parts]
                asked = len({one.polynomial for one in inner if one.kind == "signs"})
                known = max(asked, *map(self._at_least, part.parts))
            self._least[number] = known
        return known


class _There:
    """Parts of a formula where polynomials have certain signs."""

    def __init__(self, of: Implicants, signs: Cell) -> None:
        self.of = of
        self.parts = of.ground.parts
        self.signs = signs
        self._true: dict[int, bool] = {TRUE: True, FALSE: False}
        self._reasons: dict[int, Cell] = {TRUE: {}}

    def true(self, number: int) -> bool:
        """Whether a part is true."""
        known = self._true.get(number)
        if known is None:
            part = self.parts[number]
            if part.kind == "signs":
                known = bool(self.signs[part.polynomial] & part.signs)
            else:
                known = (all if part.kind == "all" else any)(map(self.true, part.parts))
            self._true[number] = known
        return known

    def reasons(self, number: int) -> Cell:
        """Inequalities that make a part true which is so."""
        if number not in self._reasons:
            part = self.parts[number]
            if part.kind == "signs":
                found = {part.polynomial: part.signs}
            elif part.kind == "any":
                found = self._shortest(part.parts)
            else:
                found = {}
                for inner in part.parts:
                    for p, s in self.reasons(inner).items():
                        found[p] = found.get(p, s) & s
            self._reasons[number] = found
        return self._reasons[number]

    def _shortest(self, alternatives: tuple[int, ...]) -> Cell:
        best: Cell | None = None
        # Those that may be short come first: of most alternatives a single inequality is true.
        for least, n in self.of.by_length(alternatives):
            if best is not None and least > len(best):
                break
            if self.true(n):
                here = self.reasons(n)
                if best is None or _rank(here) < _rank(best):
                    best = here
        assert best is not None
        return best


def _rank(cell: Cell) -> tuple[int, int]:
    """Fewer inequalities are better, and of as many those that allow more signs."""
    return len(cell), -sum(signs.bit_count() for signs in cell.values())
