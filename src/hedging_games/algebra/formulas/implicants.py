"""Inequalities of a formula, true at a point, that together make it true."""

from __future__ import annotations

from collections.abc import Callable

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
        ground = self.ground
        signs = {p: sign_bit(sign_at(ground.terms[p], point)) for p in ground.polynomials_in(self.number)}
        true = self._truth(signs)
        assert true(self.number)
        memo: dict[int, Cell] = {TRUE: {}}

        def reasons(n: int) -> Cell:
            if n not in memo:
                part = ground.parts[n]
                if part.kind == "signs":
                    memo[n] = {part.polynomial: part.signs}
                elif part.kind == "all":
                    memo[n] = answer = {}
                    for inner in part.parts:
                        for p, s in reasons(inner).items():
                            answer[p] = answer.get(p, s) & s
                else:
                    memo[n] = shortest(part.parts)
            return memo[n]

        def shortest(parts: tuple[int, ...]) -> Cell:
            best: Cell | None = None
            # Those that may be short come first: of most alternatives a single inequality is true.
            for least, n in self._by_length(parts):
                if best is not None and least > len(best):
                    break
                if true(n):
                    here = reasons(n)
                    if best is None or _rank(here) < _rank(best):
                        best = here
            assert best is not None
            return best

        return reasons(self.number)

    def _truth(self, signs: Cell) -> Callable[[int], bool]:
        """Whether a part of the formula is true where polynomials have these signs."""
        memo = {TRUE: True, FALSE: False}
        listed = self.ground.parts

        def true(n: int) -> bool:
            if n not in memo:
                part = listed[n]
                if part.kind == "signs":
                    memo[n] = bool(signs[part.polynomial] & part.signs)
                else:
                    memo[n] = (all if part.kind == "all" else any)(map(true, part.parts))
            return memo[n]

        return true

    def _by_length(self, parts: tuple[int, ...]) -> list[tuple[int, int]]:
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


def _rank(cell: Cell) -> tuple[int, int]:
    """Fewer inequalities are better, and of as many those that allow more signs."""
    return len(cell), -sum(signs.bit_count() for signs in cell.values())
