"""Where formulas are true: at the points of a bank, as sets of points, and at single points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from hedging_games.algebra.cells.line import LineCell
from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.bank import Bank, at_points
from hedging_games.algebra.formulas.table import FALSE, NEGATIVE, POSITIVE, TRUE, ZERO, Signs, Table, sign_bit
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.polynomials import sign_at


class Held:
    """Where formulas of a table hold among the points of a bank, as sets of points."""

    def __init__(self, table: Table, bank: Bank) -> None:
        self.table = table
        self.bank = bank
        self._points: dict[int, tuple[int, list[int]]] = {}
        """For each polynomial how many of the bank's further points were looked at, and the points by sign."""
        self._truth: dict[int, tuple[int, int]] = {}

    def points(self, polynomial: int, signs: int) -> int:
        """The points of the bank at which a polynomial has one of some signs."""
        if polynomial not in self._points:
            terms = self.table.terms[polynomial]
            self._points[polynomial] = 0, list(self.bank.signs(terms) if terms else (0, self.bank.lattice, 0))
        done, sets = self._points[polynomial]
        if done < len(self.bank.extra.listed):
            fresh = self.bank.extra.signs(self.table.terms[polynomial], done)
            for k, sign in enumerate((-1, 0, 1)):
                sets[k] |= at_points(fresh, (sign,)) << (self.bank.size + done)
            self._points[polynomial] = (len(self.bank.extra.listed), sets)
        return (
            (sets[0] if signs & NEGATIVE else 0)
            | (sets[1] if signs & ZERO else 0)
            | (sets[2] if signs & POSITIVE else 0)
        )

    def truth(self, number: int) -> int:
        """The points of the bank at which a formula holds."""
        if number == TRUE:
            return self.bank.everything
        if number == FALSE:
            return 0
        version = len(self.bank.extra.listed)
        known = self._truth.get(number)
        if known is not None and known[0] == version:
            return known[1]
        part = self.table.parts[number]
        if part.kind == "signs":
            there = self.points(part.polynomial, part.signs)
        elif part.kind == "all":
            there = self.bank.everything
            for inner in part.parts:
                there &= self.truth(inner)
                if not there:
                    break
        else:
            there = 0
            for inner in part.parts:
                there |= self.truth(inner)
        self._truth[number] = (version, there)
        return there


class Pointed(Table):
    """A table with a bank of points, spread over the box and gathered around a point ``near``."""

    def __init__(self, whole: System, near: Sequence[Fraction] | None = None) -> None:
        super().__init__(whole)
        self.bank = Bank(whole, near)
        self._held = Held(self, self.bank)
        self.cells: dict[int, Sequence[LineCell]] = {}
        """The cells of the line in which a polynomial in one variable keeps its sign, as `lines` cuts it."""

    def points(self, polynomial: int, signs: int) -> int:
        """The points of the bank at which a polynomial has one of some signs."""
        return self._held.points(polynomial, signs)

    def points_with(self, signs: Signs) -> int:
        """The points of the bank at which all polynomials have allowed signs."""
        common = self.bank.everything
        for polynomial, allowed in signs.items():
            common &= self.points(polynomial, allowed)
        return common

    def truth(self, number: int) -> int:
        """The points of the bank at which a formula holds."""
        return self._held.truth(number)

    def holds(self, number: int, point: Sequence[Number]) -> bool:
        """Whether a formula is true at a point with exact coordinates, in the box or not."""
        return self.all_hold([number], point)

    def all_hold(self, numbers: Iterable[int], point: Sequence[Number]) -> bool:
        """Whether all of some formulas are true at a point, as `holds`; the sign of a polynomial is looked at once."""
        memo = {TRUE: True, FALSE: False}
        signs: dict[int, int] = {}

        def sign_of(polynomial: int) -> int:
            if polynomial not in signs:
                signs[polynomial] = sign_bit(sign_at(self.terms[polynomial], point))
            return signs[polynomial]

        def true(n: int) -> bool:
            if n not in memo:
                part = self.parts[n]
                if part.kind == "signs":
                    memo[n] = bool(sign_of(part.polynomial) & part.signs)
                elif part.kind == "all":
                    memo[n] = all(map(true, part.parts))
                else:
                    memo[n] = any(map(true, part.parts))
            return memo[n]

        return all(map(true, numbers))
