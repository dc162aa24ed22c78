"""Formulas without what the inequalities beside it settle.

Where all of some parts must hold, the others are looked at only where the inequalities among them do, and where any is enough, only
where none of those does (Dolzmann and Sturm 1997). Inequalities that differ in their constants alone settle each other as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.table import ANY_SIGN, FALSE, NEGATIVE, POSITIVE, TRUE, Signs


def simpler(ground: Ground, number: int) -> int:
    """A formula that holds where another does, with fewer parts if its inequalities settle any."""
    return _Simpler(ground, number).formula(number)


class _Simpler:
    def __init__(self, ground: Ground, number: int) -> None:
        self.ground = ground
        self._known: dict[int, int] = {TRUE: TRUE, FALSE: FALSE}
        self._implied: dict[tuple[int, int], bool] = {}
        self._parallel = _parallel(ground, ground.polynomials_in(number))

    def formula(self, number: int) -> int:
        """The formula, simpler; every part of it is so too."""
        if number not in self._known:
            ground, part = self.ground, self.ground.parts[number]
            found = number
            if part.kind != "signs":
                found = self._settled(number)
                if found == number:
                    found = ground.joined(part.kind, self._needed(part.kind, map(self.formula, part.parts)))
                found = found if found == number else self.formula(found)
            self._known[number] = found
        return self._known[number]

    def _settled(self, number: int) -> int:
        """All or any of some parts, each looked at only where the inequalities among the others leave the answer to it."""
        ground, part = self.ground, self.ground.parts[number]
        is_all = part.kind == "all"
        asked: dict[int, int] = {}
        for one in (ground.parts[n] for n in part.parts):
            if one.kind == "signs":
                signs = one.signs if is_all else ANY_SIGN & ~one.signs
                asked[one.polynomial] = asked.get(one.polynomial, ANY_SIGN) & signs
        if not asked:
            return number
        beside = self._beside(asked)
        here = {p: asked.get(p, ANY_SIGN) & beside.get(p, ANY_SIGN) for p in (*asked, *beside)}
        if 0 in here.values():
            return FALSE if is_all else TRUE
        memo = {TRUE: TRUE, FALSE: FALSE}
        kept = []
        for n in part.parts:
            one = ground.parts[n]
            if one.kind != "signs":
                kept.append(ground.simplified(n, here, memo))
            elif one.polynomial in asked:
                signs, settled = asked.pop(one.polynomial), beside.get(one.polynomial, ANY_SIGN)
                if settled & ~signs:
                    kept.append(
                        ground.literal(one.polynomial, signs) if is_all else self._unless(one.polynomial, signs)
                    )
        return ground.joined(part.kind, kept)

    def _needed(self, kind: str, parts: Iterable[int]) -> list[int]:
        """The parts without those that another one implies (of alternatives, those that imply another one)."""
        kept = dict.fromkeys(parts)
        # Most pairs are told apart by the points of the bank; a part that has none of them would have to be held against all others.
        truth = {n: there for n in kept if (there := self.ground.truth(n))}
        for n, there in truth.items():
            if kind == "all":
                is_settled = any(not truth[m] & ~there and self._implies(m, n) for m in truth if m in kept and m != n)
            else:
                is_settled = any(not there & ~truth[m] and self._implies(n, m) for m in truth if m in kept and m != n)
            if is_settled:
                del kept[n]
        return list(kept)

    def _implies(self, first: int, second: int) -> bool:
        """Whether one formula can be seen to imply another, part by part."""
        if first == second:
            return True
        known = self._implied.get((first, second))
        if known is None:
            there = self.ground.truth(first)
            known = there != 0 and not there & ~self.ground.truth(second) and self._seen(first, second)
            self._implied[first, second] = known
        return known

    def _seen(self, first: int, second: int) -> bool:
        one, two = self.ground.parts[first], self.ground.parts[second]
        if one.kind == "any":
            return all(self._implies(n, second) for n in one.parts)
        if two.kind == "all":
            return all(self._implies(first, n) for n in two.parts)
        if one.kind == "signs" and two.kind == "signs":
            known = self._beside({one.polynomial: one.signs}) | {one.polynomial: one.signs}
            return known.get(two.polynomial, ANY_SIGN) & ~two.signs == 0
        return any(self._implies(n, second) for n in one.parts) or any(self._implies(first, n) for n in two.parts)

    def _unless(self, polynomial: int, signs: int) -> int:
        rest = ANY_SIGN & ~signs
        split = (NEGATIVE, POSITIVE) if rest == NEGATIVE | POSITIVE else (rest,)
        return self.ground.joined("any", [self.ground.literal(polynomial, s) for s in split])

    def _beside(self, signs: Signs) -> dict[int, int]:
        """What signs of polynomials say of others that differ from them in their constants alone."""
        found: dict[int, int] = {}
        for polynomial, here in signs.items():
            for other, is_larger in self._parallel.get(polynomial, ()):
                if not here & (NEGATIVE if is_larger else POSITIVE):
                    found[other] = found.get(other, ANY_SIGN) & (POSITIVE if is_larger else NEGATIVE)
        return found


def _parallel(ground: Ground, polynomials: Sequence[int]) -> dict[int, list[tuple[int, bool]]]:
    """For each polynomial those that differ from it, up to a factor, in their constants alone, and whether they are larger."""
    alike: dict[frozenset[tuple[tuple[int, ...], int]], list[tuple[int, Fraction]]] = defaultdict(list)
    for polynomial in polynomials:
        terms = {powers: int(c) for powers, c in ground.terms[polynomial].items() if any(powers)}
        constant = sum(int(c) for powers, c in ground.terms[polynomial].items() if not any(powers))
        factor = gcd(*terms.values())
        if factor:
            key = frozenset((powers, c // factor) for powers, c in terms.items())
            alike[key].append((polynomial, Fraction(constant, factor)))
    return {
        one: [(other, there > here) for other, there in group if other != one]
        for group in alike.values()
        for one, here in group
    }
