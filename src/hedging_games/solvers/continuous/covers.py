"""Formulas written out as cells: few conjunctions of signs, none of which can be made larger, that cover what they cover.

A formula is multiplied out part by part; what is implied is left out, what is impossible is dropped. Whenever there are many cells, each
is made larger as long as it stays in the union of all (prime implicants: Quine 1952; here modulo the theory of polynomial inequalities),
and dropped where the others cover it. Without this the guards of one choice grow beyond use in the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hedging_games.algebra.formulas.beyond import Beyond, as_formula, weaker
from hedging_games.algebra.formulas.table import ANY_SIGN, FALSE, NEGATIVE, POSITIVE, TRUE, Signs
from hedging_games.algebra.polynomials import degree_of
from hedging_games.solvers.continuous.space import Space

MANY = 6
"""Cells beyond which they are made fewer before the next part is multiplied out."""


class Covers:
    """What writes the formulas of a space out as cells."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.ground = space.ground
        self._sizes: dict[int, int] = {}

    def of(self, number: int) -> int:
        """A formula as any of its cells."""
        whole = self.space.elimination.tidied(number)
        if not self.space.possible(whole):
            return FALSE
        cells = self._fewer(self._cells(whole))
        if len(cells) == 1 and self.space.parameters:
            # Every sign left in is a border at which whoever moves before has a number to consider.
            outside = self.ground.negated(cells[0])
            cells = [self._enlarged(self._signs(cells[0]), Beyond(self.ground, outside), [])]
        return self.space.any_of(cells)

    def union(self, numbers: Iterable[int]) -> int:
        """Any of some formulas as cells; what earlier ones cover is not written out again."""
        found = list[int]()
        for number in self._by_size(set(numbers)):
            tidied = self.space.elimination.tidied(number)
            if self._is_open([tidied, *map(self.ground.negated, found)]):
                found = self._fewer([*self._cells(tidied, found), *found])
        return self.space.any_of(found)

    def _is_beyond(self, number: int, found: Sequence[int]) -> bool:
        """Whether a formula may hold where none of some cells does."""
        return self.space.possible(self.space.all_of([number, *map(self.ground.negated, found)]))

    # --- multiplying out -----------------------------------------------------------------------------------------------------

    def _cells(self, number: int, found: Sequence[int] = ()) -> list[int]:
        """Cells that cover a formula together with those ``found`` before, and lie in the union of both."""
        part = self.ground.parts[number]
        cells = [TRUE]
        for inner in self._by_size(part.parts if part.kind == "all" else (number,)):
            cells = self._largest(cell for old in cells for cell in self._with(old, inner))
            if found:
                cells = [cell for cell in cells if self._is_beyond(cell, found)]
            if len(cells) > MANY:
                cells = self._fewer(cells, found)
        return cells

    def _with(self, cell: int, number: int) -> list[int]:
        """A conjunction of signs and a formula as conjunctions of signs that cover them."""
        space, ground = self.space, self.ground
        if number == TRUE or not space.possible(space.all_of([cell, ground.negated(number)])):
            return [cell]
        if number == FALSE or not space.possible(space.all_of([cell, number])):
            return []
        part = ground.parts[number]
        if part.kind == "signs":
            return [space.all_of([cell, number])]
        if part.kind == "any":
            found: list[int] = []
            rest = cell
            for inner in self._by_size(part.parts):
                if space.possible(space.all_of([rest, inner])):
                    found += self._with(cell, inner)
                    rest = space.all_of([rest, ground.negated(inner)])
            return found
        cells = [cell]
        for inner in self._by_size(part.parts):
            cells = [more for old in cells for more in self._with(old, inner)]
        return cells

    def _by_size(self, numbers: Iterable[int]) -> list[int]:
        return sorted(numbers, key=lambda n: (self._size(n), n))

    def _size(self, number: int) -> int:
        """How many signs a formula speaks of, repetitions included."""
        if number not in self._sizes:
            part = self.ground.parts[number]
            self._sizes[number] = sum(map(self._size, part.parts)) if part.parts else 1
        return self._sizes[number]

    # --- fewer and larger ----------------------------------------------------------------------------------------------------

    def _fewer(self, cells: list[int], found: Sequence[int] = ()) -> list[int]:
        """Cells with the same union, that of those ``found`` included: each made larger, and left out where it is not needed."""
        if len(cells) + len(found) < 2:
            return cells
        outside = Beyond(self.ground, self.space.all_of(map(self.ground.negated, (*cells, *found))))
        larger: list[int] = []
        for cell in self._largest(cells):
            signs = self._signs(cell)
            if not any(_is_within(signs, self._signs(other)) for other in larger):
                beyond = [self.ground.negated(other) for other in (*cells, *found) if other != cell]
                larger.append(self._enlarged(signs, outside, beyond))
        kept = self._largest(larger)
        for cell in sorted(kept, key=lambda c: (-len(self._signs(c)), c)):
            others = [self.ground.negated(other) for other in (*kept, *found) if other != cell]
            if others and not self._is_open([cell, *others]):
                kept.remove(cell)
        return kept

    def _enlarged(self, signs: dict[int, int], outside: Beyond, beyond: list[int]) -> int:
        """A cell that asks for less, the most complicated first, and stays in the union of all; ``beyond`` : outside the others.

        What the known points outside allow is tried at once; where that stays open, one inequality after the other.
        """
        order, met = sorted(signs, key=self._complexity), self.ground.bank.extra.listed
        while True:
            known = len(met)
            cell = as_formula(self.ground, outside.loosest(signs, order, set()))
            if not self._is_open([cell, outside.number]):
                return cell
            if len(met) == known:
                break
        for polynomial in order:
            for change in (None, *weaker(signs[polynomial])):
                wider = {p: s for p, s in {**signs, polynomial: change}.items() if s is not None}
                gained = {**wider, polynomial: (ANY_SIGN if change is None else change) & ~signs[polynomial]}
                if not self._is_open([self._joined(gained), *beyond]):
                    signs = wider
                    break
        return as_formula(self.ground, signs)

    def _complexity(self, polynomial: int) -> tuple[int, int, int]:
        terms = self.ground.terms[polynomial]
        return -degree_of(terms), -len(terms), polynomial

    def _is_open(self, parts: list[int]) -> bool:
        return self.space.possible(self.space.all_of(parts), brief=True)

    def _joined(self, signs: Signs) -> int:
        space, ground = self.space, self.ground
        return space.all_of(
            space.any_of(ground.literal(p, sign) for sign in (NEGATIVE, POSITIVE))
            if asked == NEGATIVE | POSITIVE
            else ground.literal(p, asked)
            for p, asked in signs.items()
        )

    def _largest(self, cells: Iterable[int]) -> list[int]:
        """Cells without those that ask for more than another one does."""
        asked = {cell: self._signs(cell) for cell in cells}
        kept: list[int] = []
        for cell in sorted(asked, key=lambda c: (len(asked[c]), c)):
            if not any(_is_within(asked[cell], asked[k]) for k in kept):
                kept.append(cell)
        return kept

    def _signs(self, cell: int) -> dict[int, int]:
        part = self.ground.parts[cell]
        found: dict[int, int] = {}
        for n in part.parts if part.kind == "all" else (cell,):
            literal = self.ground.parts[n]
            if literal.kind == "signs":
                found[literal.polynomial] = found.get(literal.polynomial, ANY_SIGN) & literal.signs
        return found


def _is_within(inner: Signs, outer: Signs) -> bool:
    """Whether a cell asks for everything that another one asks for."""
    return all(inner.get(p, ANY_SIGN) & ~s == 0 for p, s in outer.items())
