"""Systems of polynomial conditions on positive unknowns, solved by elimination.

Equilibrium conditions are mostly linear once looked at in the right order: one equation fixes an unknown, that makes
another linear, and so on. So linear equations go first; then the system falls apart into blocks without common unknowns.
A block of linear conditions is a polyhedron, given by its vertices. In any other block, what the linear conditions
allow settles some of the others; equations are split into their factors and solved for an unknown in which they are
linear, with a case for each sign of its coefficient; what is left in one unknown is solved by its real roots, in two by
resultants. What cannot be decided in this way is reported, never dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, islice, product, zip_longest
from typing import Any

from hedging_games.algebra.algebraic import real_roots
from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.factored import factored
from hedging_games.algebra.positive.cases import (
    Case,
    block,
    is_affine,
    linear_parts,
    linked,
    parts,
    solved_for,
    tidy,
)
from hedging_games.algebra.positive.corners import Corner, corner, sharpened
from hedging_games.algebra.positive.roots import common_points, pieces_of_the_line
from hedging_games.algebra.positive.system import Block, Polynomial, PositiveSystem, Solutions, terms, used, value

LARGEST_TERMS = 300
"""Terms a polynomial may reach through elimination before its case is given up as undecided."""

LARGEST_DEPTH = 40
"""Cases within cases before one is given up."""

MOST_SAMPLES = 2_000
"""Points tried in a region with a curved border."""

MOST_EDGES = 40
"""Edges of a polytope, and of the others' corners, along which such a border is looked for."""

Families = list[tuple[Block, ...]]


def solve_positive(system: PositiveSystem, check: Check = no_check) -> Solutions:
    """The solutions of a system. ``check`` is called in every step and may raise to stop the work.

    Raises CouldNotFinish if a polyhedron on the way has too many vertices.
    """
    undecided: list[str] = []
    everything = frozenset(range(system.context.nvars()))
    shown = everything - system.auxiliary
    case = Case(everything, system.weak, system.equations, system.at_least, system.above, shown, {})
    families = _Elimination(undecided.append, check, system.auxiliary).solve(case)
    return Solutions(tuple(dict.fromkeys(families)), tuple(dict.fromkeys(undecided)))


@dataclass(frozen=True, slots=True)
class _Elimination:
    give_up: Callable[[str], None]
    check: Check
    auxiliary: frozenset[int]

    def solve(self, case: Case) -> Families:
        """The families of a case; none if it has no solution or was given up."""
        self.check()
        tidied = tidy(case)
        if tidied is None:
            return []
        case = tidied
        if case.depth > LARGEST_DEPTH or any(len(p) > LARGEST_TERMS for p in case.conditions):
            self.give_up("the conditions grow too large to be decided")
            return []
        linear = next((p for p in case.equations if is_affine(p)), None)
        if linear is not None:
            unknown = min(used(linear), key=lambda k: (k not in self.auxiliary, k in case.weak, k))
            slope = linear.derivative(unknown)
            return self.solve(solved_for(case, linear, unknown, 1 if slope.leading_coefficient() > 0 else -1))
        found: list[Families] = []
        for part in parts(case):
            families = self._part(part)
            if not families:
                return []
            found.append(families)
        return [tuple(b for family in choice for b in family) for choice in product(*found)]

    def _part(self, case: Case) -> Families:
        """The families of a case all of whose unknowns hang together, and which has no linear equation."""
        if not case.alive:
            return [tuple(block(replace(case, own=frozenset([u])), [{}], {}) for u in sorted(case.own))]
        if not case.equations and all(is_affine(p) for p in case.conditions):
            found = corner(case, case.alive, self.check)
            if found is None:
                return []
            named = [[dict(zip(found.group, x, strict=True)) for x in xs] for xs in (found.points, found.directions)]
            return [(block(case, named[0], dict(zip(found.group, found.inside, strict=True)), named[1]),)]
        return self._curved(case)

    def _curved(self, case: Case) -> Families:
        corners = {}
        for group in linked(case.alive, [used(p) for p in case.conditions if is_affine(p)]):
            found = corner(case, group, self.check)
            if found is None:
                return []
            corners[group] = found
        better = sharpened(case, corners)
        if better is None:
            return []
        if better != case:
            return self.solve(better)
        if len(case.alive) == 1:
            return [(piece,) for piece in pieces_of_the_line(case)]
        for equation in case.equations:
            factors = _factors(equation)
            if len(factors) > 1 or factors[0] != equation:
                return [f for g in factors for f in self.solve(case.without(equation).asking(equations=[g]))]
        pivot = _pivot(case, self.auxiliary)
        if pivot is not None:
            return self._by_sign(case, *pivot)
        return self._by_resultants(case) if case.equations else self._region(case, list(corners.values()))

    def _by_sign(self, case: Case, equation: Polynomial, unknown: int) -> Families:
        """An equation solved for an unknown: the cases by the sign of its coefficient."""
        coefficients = linear_parts(equation, unknown)
        assert coefficients is not None
        if coefficients[0].is_constant():
            return self.solve(
                solved_for(case, equation, unknown, 1 if coefficients[0].leading_coefficient() > 0 else -1)
            )
        families = [f for sign in (1, -1) for f in self.solve(solved_for(case, equation, unknown, sign))]
        return families + self.solve(case.without(equation).asking(equations=coefficients))

    def _by_resultants(self, case: Case) -> Families:
        """Two equations in two unknowns: finitely many pairs of roots once their common factor is set apart."""
        if len(case.alive) != 2 or len(case.equations) < 2:
            self.give_up("equations of higher degree in several unknowns are left")
            return []
        first, second = case.equations[:2]
        shared = first.gcd(second)
        if shared.total_degree() > 0:
            others = case.without(first, second).asking(equations=[first / shared, second / shared])
            together = case.without(first, second).asking(equations=[shared])
            return self.solve(together) + self.solve(others)
        points = common_points(case, self.check)
        if points is None:
            self.give_up("equations whose roots have too high a degree are left")
            return []
        return [(block(case, [point], point),) for point in points]

    def _region(self, case: Case, corners: Sequence[Corner]) -> Families:
        """Inequalities alone: split by their factors, else show some points of the region."""
        for p in (*case.at_least, *case.above):
            factors = _factors(p)
            if len(factors) > 1 or used(factors[0]) != used(p) or len(factors[0]) != len(p):
                return self._by_factors(case, p, factors)
        inside = _point_of_region(case, corners)
        if inside is None:
            self.give_up("whether a region with a curved border is empty was not decided")
            return []
        extreme = islice(_joined(c.extreme() for c in corners), MOST_SAMPLES)
        tried = [*extreme, *_on_edges(case, corners)]
        shown = [at for at in tried if all(value(p, at) >= 0 for p in (*case.at_least, *case.above))]
        return [(block(case, [*shown, inside], inside, whole=False),)]

    def _by_factors(self, case: Case, p: Polynomial, factors: Sequence[Polynomial]) -> Families:
        """The cases in which a product has the right sign: a factor vanishes, or an even number of signs is wrong."""
        rest = case.without(p)
        families: Families = []
        if p in case.at_least:
            for g in factors:
                families += self.solve(rest.asking(equations=[g]))
        for signs in product((1, -1), repeat=len(factors)):
            if _sign_of_product(p, factors, signs) > 0:
                families += self.solve(rest.asking(above=[s * g for s, g in zip(signs, factors, strict=True)]))
        return families


def _point_of_region(case: Case, corners: Sequence[Corner]) -> dict[int, Any] | None:
    """A solution near one of some points that satisfy the conditions weakly, on the way to the middle of what the linear
    conditions allow, one that satisfies them strictly where there is one; None if none is met.
    """
    middle = {k: x for c in corners for k, x in zip(c.group, c.inside, strict=True)}
    met: dict[int, Any] | None = None
    for at in islice(_joined(c.samples() for c in corners), MOST_SAMPLES):
        if all(value(p, at) >= 0 for p in (*case.at_least, *case.above)):
            for nearness in (1, 2, 4, 16, 256):
                tried = {k: x + (middle[k] - x) * (1 - Fraction(1, nearness)) for k, x in at.items()}
                back = {k: x + (middle[k] - x) / (2 * nearness) for k, x in at.items()}
                for point in (tried, back):
                    if case.holds(point):
                        if all(point.values()) and all(value(p, point) > 0 for p in case.at_least):
                            return point
                        met = met or point
    return met


def _on_edges(case: Case, corners: Sequence[Corner]) -> list[dict[int, Any]]:
    """Where conditions change their sign on the edges, and diagonals, of what the linear conditions allow."""
    found: list[dict[int, Any]] = []
    for turn, along in enumerate(corners):
        others = [c.extreme() for k, c in enumerate(corners) if k != turn]
        for rest in islice(_joined(others), MOST_EDGES):
            for one, other in islice(combinations(along.extreme(), 2), MOST_EDGES):
                slope = {k: other[k] - x for k, x in one.items()}
                borders = (_on_line(p, rest | one, slope) for p in (*case.at_least, *case.above))
                crossings = dict.fromkeys(t for border in borders for t in real_roots(border) if 0 < t < 1)
                found += [rest | {k: x + slope[k] * t for k, x in one.items()} for t in crossings]
    return found


def _on_line(p: Polynomial, start: Mapping[int, Fraction], slope: Mapping[int, Fraction]) -> list[Fraction]:
    """The coefficients, constant first, of a polynomial along a line; none where it vanishes there."""
    total = [Fraction(0)]
    for powers, coefficient in terms(p):
        part = [coefficient]
        for k, power in powers.items():
            for _ in range(power):
                low = [start[k] * c for c in part]
                high = [slope.get(k, Fraction(0)) * c for c in part]
                part = [x + y for x, y in zip([*low, Fraction(0)], [Fraction(0), *high], strict=True)]
        total = [x + y for x, y in zip_longest(total, part, fillvalue=Fraction(0))]
    return total if any(total) else [Fraction(1)]


def _joined(lists: Iterable[Sequence[dict[int, Any]]]) -> Iterator[dict[int, Any]]:
    """All ways to take one part from each list, put together."""
    for choice in product(*lists):
        yield {k: x for part in choice for k, x in part.items()}


def _factors(p: Polynomial) -> list[Polynomial]:
    """The distinct irreducible factors; the polynomial itself if it is one."""
    factors = [g for g, _ in factored(p)[1]]
    return factors if len(factors) != 1 or p.total_degree() != factors[0].total_degree() else [p]


def _sign_of_product(p: Polynomial, factors: Sequence[Any], signs: Sequence[int]) -> int:
    """The sign of a polynomial where its factors have the signs given."""
    leading, powers = factored(p)
    exponent = {str(g): e for g, e in powers}
    sign = 1 if leading > 0 else -1
    for g, s in zip(factors, signs, strict=True):
        sign *= s ** exponent[str(g)]
    return sign


def _pivot(case: Case, auxiliary: frozenset[int]) -> tuple[Polynomial, int] | None:
    """The equation and the unknown to solve it for: linear in it, with the simplest coefficient, auxiliary ones first."""
    best: tuple[tuple[bool, bool, bool, int, int], Polynomial, int] | None = None
    for p in case.equations:
        for unknown in sorted(used(p)):
            coefficients = linear_parts(p, unknown)
            if coefficients is not None:
                slope = coefficients[0]
                one_sign = len({c > 0 for c in slope.coeffs()}) == 1
                cost = (
                    unknown not in auxiliary,
                    not slope.is_constant(),
                    not one_sign,
                    len(slope) + len(p),
                    int(p.total_degree()),
                )
                if best is None or cost < best[0]:
                    best = (cost, p, unknown)
    return None if best is None else best[1:]
