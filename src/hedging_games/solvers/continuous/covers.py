"""Formulas written out as cells: few conjunctions of signs, none of which can be made larger, that cover what they cover.

A formula is multiplied out part by part; what is implied is left out, what is impossible is dropped. Whenever there are many cells, each
is made larger as long as it stays in the union of all (prime implicants: Quine 1952; here modulo the theory of polynomial inequalities),
and dropped where the others cover it. Without this the guards of one choice grow beyond use in the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hedging_games.algebra.formulas.table import ANY_SIGN, FALSE, NEGATIVE, POSITIVE, TRUE, ZERO, Signs
from hedging_games.algebra.polynomials import degree_of
from hedging_games.solvers.continuous.space import Space

MANY = 6
"""Cells beyond which they are made fewer before the next part is multiplied out."""

WEAKER = {ZERO: (ZERO | POSITIVE, ZERO | NEGATIVE), POSITIVE: (ZERO | POSITIVE,), NEGATIVE: (ZERO | NEGATIVE,)}
"""Sets of signs that allow more, by the set of signs."""


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
        return self.space.any_of(self._fewer(self._cells(whole)))

    def union(self, numbers: Iterable[int]) -> int:
        """Any of some formulas as cells; what earlier ones cover is not looked at again."""
        space, found = self.space, list[int]()
        for number in sorted(set(numbers), key=lambda n: (self._size(n), n)):
            others = [self.ground.negated(cell) for cell in found]
            if space.possible(space.elimination.tidied(space.all_of([number, *others]))):
                cells = self._cells(space.elimination.tidied(number))
                fresh = [cell for cell in cells if space.possible(space.all_of([cell, *others]))]
                found = self._fewer([*found, *fresh]) if fresh else found
        return space.any_of(found)

    # --- multiplying out -----------------------------------------------------------------------------------------------------

    def _cells(self, number: int) -> list[int]:
        part = self.ground.parts[number]
        cells = [TRUE]
        for inner in self._by_size(part.parts if part.kind == "all" else (number,)):
            cells = self._largest(cell for old in cells for cell in self._with(old, inner))
            if len(cells) > MANY:
                cells = self._fewer(cells)
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

    def _fewer(self, cells: list[int]) -> list[int]:
        """Cells with the same union: each made larger, and left out where it is not needed."""
        if len(cells) < 2:
            return cells
        larger: list[int] = []
        for cell in self._largest(cells):
            signs = self._signs(cell)
            if not any(_is_within(signs, self._signs(other)) for other in larger):
                beyond = [self.ground.negated(other) for other in cells if other != cell]
                larger.append(self._enlarged(signs, beyond))
        kept = self._largest(larger)
        for cell in sorted(kept, key=lambda c: (-len(self._signs(c)), c)):
            others = [self.ground.negated(other) for other in kept if other != cell]
            if others and not self._is_open([cell, *others]):
                kept.remove(cell)
        return kept

    def _enlarged(self, signs: Signs, beyond: list[int]) -> int:
        """A cell that asks for less, the most complicated first, where what is gained does not lie ``beyond`` the others."""
        for polynomial in sorted(signs, key=self._complexity):
            for wider in self._wider(signs, polynomial):
                gained = {**wider, polynomial: wider.get(polynomial, ANY_SIGN) & ~signs[polynomial]}
                if not self._is_open([self._joined(gained), *beyond]):
                    signs = wider
                    break
        return self._joined(signs)

    def _wider(self, signs: Signs, polynomial: int) -> Iterator[Signs]:
        yield {p: s for p, s in signs.items() if p != polynomial}
        for weaker in WEAKER.get(signs[polynomial], ()):
            yield {**signs, polynomial: weaker}

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
