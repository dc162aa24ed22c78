"""What the linear conditions of a case allow its unknowns, and what follows from that for its other conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Literal

from hedging_games.algebra.checking import Check
from hedging_games.algebra.polyhedron import vertices
from hedging_games.algebra.positive.cases import Case, is_affine
from hedging_games.algebra.positive.system import Polynomial, terms, used, value


@dataclass(frozen=True, slots=True)
class Corner:
    """What linear conditions allow a group of unknowns: the closure's extreme points and directions, and one solution.

    ``is_open`` says that all of these conditions are strict.
    """

    group: tuple[int, ...]
    points: tuple[tuple[Fraction, ...], ...]
    directions: tuple[tuple[Fraction, ...], ...]
    inside: tuple[Fraction, ...]
    is_open: bool

    def generators(self) -> list[tuple[int, dict[int, Fraction]]]:
        """Points (1, coordinates) and directions (0, coordinates)."""
        everything = [*((1, p) for p in self.points), *((0, d) for d in self.directions)]
        return [(height, dict(zip(self.group, x, strict=True))) for height, x in everything]

    def extreme(self) -> list[dict[int, Fraction]]:
        """The extreme points, by unknown."""
        return [dict(zip(self.group, x, strict=True)) for x in self.points]

    def samples(self) -> list[dict[int, Fraction]]:
        """Some points of the closure: the extreme ones, one inside, and those half-way between any two of them."""
        basic = [*self.points, self.inside]
        basic += [tuple(x + d for x, d in zip(self.inside, direction, strict=True)) for direction in self.directions]
        halves = [tuple((x + y) / 2 for x, y in zip(p, q, strict=True)) for p, q in combinations(basic, 2)]
        return [dict(zip(self.group, x, strict=True)) for x in dict.fromkeys([*basic, *halves])]


def corner(case: Case, group: frozenset[int], check: Check) -> Corner | None:
    """What the linear conditions on a group of unknowns allow; None for nothing."""
    order = tuple(sorted(group))
    closed = [p for p in case.at_least if is_affine(p) and used(p) <= group]
    strict = [p for p in case.above if is_affine(p) and used(p) <= group]
    unit = [[*(int(k == j) for j in order), 0] for k in order]
    found = vertices([*unit, *(_row(p, order) for p in (*closed, *strict))], check=check)
    if not found.points:
        return None
    count = Fraction(len(found.points))
    directions = tuple(tuple(Fraction(x) for x in d) for d in found.directions)
    inside = tuple(sum(column, Fraction(0)) / count for column in zip(*found.points, strict=True))
    for direction in directions:
        inside = tuple(x + d for x, d in zip(inside, direction, strict=True))
    at = dict(zip(order, inside, strict=True))
    if any(value(p, at) <= 0 for p in strict) or any(at[k] == 0 for k in group - case.weak):
        return None
    return Corner(order, found.points, directions, inside, not closed and not group & case.weak)


def _row(p: Polynomial, order: Sequence[int]) -> list[Fraction]:
    row = [Fraction(0)] * (len(order) + 1)
    for powers, coefficient in terms(p):
        row[order.index(next(iter(powers))) if powers else len(order)] = coefficient
    return row


def sharpened(case: Case, corners: Mapping[frozenset[int], Corner]) -> Case | None:
    """The case with what its linear conditions imply: values that are fixed, inequalities that are equations, and
    conditions, linear in each group of unknowns, that always hold or never do (None).
    """
    gens = case.conditions[0].context().gens()
    equations: list[Polynomial] = []
    dropped: list[Polynomial] = []
    for found in corners.values():
        at = dict(zip(found.group, found.inside, strict=True))
        if len(found.points) == 1 and not found.directions:
            equations += [_rational(gens[k], x) for k, x in at.items()]
        equations += [gens[k] for k in found.group if at[k] == 0]
        equations += [p for p in case.at_least if is_affine(p) and used(p) <= set(found.group) and value(p, at) == 0]
    for p in case.conditions:
        match _verdict(p, case, corners):
            case "never":
                return None
            case "always":
                dropped.append(p)
            case "as equation":
                dropped.append(p)
                equations.append(p)
            case "open":
                continue
    if not equations and not dropped:
        return case
    return case.without(*dropped).asking(equations=equations)


def _verdict(
    p: Polynomial, case: Case, corners: Mapping[frozenset[int], Corner]
) -> Literal["never", "always", "as equation", "open"]:
    """When a condition that is not affine holds, judged by the range of its polynomial over the corners."""
    if is_affine(p):
        return "open"
    low_high = _range(p, corners)
    if low_high is None:
        return "open"
    low, high = low_high
    is_open = all(c.is_open for c in corners.values() if used(p) & set(c.group))
    if p in case.equations:
        excluded = low > 0 or high < 0 or (is_open and (low >= 0 or high <= 0) and low != high)
        return "never" if excluded else "open"
    if high < 0 or (high <= 0 and p in case.above):
        return "never"
    if low > 0 or (low >= 0 and (p in case.at_least or (is_open and high > 0))):
        return "always"
    return "as equation" if high == 0 else "open"


def _rational(generator: Polynomial, x: Fraction) -> Polynomial:
    return x.denominator * generator - x.numerator


_MOST_COMBINATIONS = 5_000


def _range(p: Polynomial, corners: Mapping[frozenset[int], Corner]) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest value at combinations of generators; None if p is not linear in each group.

    A function that is linear in each factor of a product of polyhedra is a combination, with weights that are not
    negative, of its values at generators (at directions: of its homogeneous part).
    """
    touched = [c for c in corners.values() if used(p) & set(c.group)]
    monomials = terms(p)
    for powers, _ in monomials:
        if any(sum(powers.get(k, 0) for k in c.group) > 1 for c in touched):
            return None
    lists = [c.generators() for c in touched]
    size = 1
    for generators in lists:
        size *= len(generators)
    if size > _MOST_COMBINATIONS:
        return None
    values = []
    for choice in product(*lists):
        total = Fraction(0)
        for powers, coefficient in monomials:
            part = coefficient
            for height, at in choice:
                inside = [k for k in powers if k in at]
                part *= at[inside[0]] if inside else height
            total += part
        values.append(total)
    return min(values), max(values)
