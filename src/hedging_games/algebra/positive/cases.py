"""One case of the elimination: what is still asked of the unknowns that are left, and what is known of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hedging_games.algebra.positive.system import Block, Curve, Number, Polynomial, terms, used, value


@dataclass(frozen=True, slots=True)
class Formula:
    """An eliminated unknown: ``top / bottom``, in unknowns eliminated later or not at all."""

    top: Polynomial
    bottom: Polynomial


@dataclass(frozen=True, slots=True)
class Case:
    """Conditions on the unknowns ``alive``. ``formulas`` hold all that were eliminated; ``own`` are those, alive or
    eliminated, whose values this case is to report.
    """

    alive: frozenset[int]
    weak: frozenset[int]
    equations: tuple[Polynomial, ...]
    at_least: tuple[Polynomial, ...]
    above: tuple[Polynomial, ...]
    own: frozenset[int]
    formulas: Mapping[int, Formula]
    depth: int = 0

    def asking(
        self,
        equations: Sequence[Polynomial] = (),
        at_least: Sequence[Polynomial] = (),
        above: Sequence[Polynomial] = (),
    ) -> Case:
        """One case deeper, with more conditions."""
        return replace(
            self,
            equations=(*self.equations, *equations),
            at_least=(*self.at_least, *at_least),
            above=(*self.above, *above),
            depth=self.depth + 1,
        )

    def without(self, *conditions: Polynomial) -> Case:
        """The case with these conditions taken away."""
        return replace(
            self,
            equations=tuple(p for p in self.equations if p not in conditions),
            at_least=tuple(p for p in self.at_least if p not in conditions),
            above=tuple(p for p in self.above if p not in conditions),
        )

    @property
    def conditions(self) -> tuple[Polynomial, ...]:
        """All conditions, equations first."""
        return (*self.equations, *self.at_least, *self.above)

    def holds(self, at: Mapping[int, Number]) -> bool:
        """Whether values of the unknowns alive satisfy everything."""
        return (
            all(x > 0 or (x == 0 and k in self.weak) for k, x in at.items())
            and all(value(p, at) == 0 for p in self.equations)
            and all(value(p, at) >= 0 for p in self.at_least)
            and all(value(p, at) > 0 for p in self.above)
        )


def is_affine(p: Polynomial) -> bool:
    """Whether a polynomial has degree one at most."""
    return bool(p.total_degree() <= 1)


# --- tidying ----------------------------------------------------------------------------------------------------------


def tidy(case: Case) -> Case | None:
    """The same case without conditions that always hold; None if one never does, judged by signs of coefficients."""
    above = _tidy_above(case)
    if above is None:
        return None
    split = _tidy_at_least(case, above)
    if split is None:
        return None
    at_least, equations = split
    for p in case.equations:
        q = _reduced(p, case.weak)
        if q:
            equations[_key(q)] = q
    kept = _tidy_equations(equations.values(), above, case.weak)
    if kept is None:
        return None
    for q in equations.values():
        at_least.pop(_key(q), None)
        at_least.pop(_key(-q), None)
    return replace(case, equations=tuple(kept.values()), at_least=tuple(at_least.values()), above=tuple(above.values()))


def _tidy_above(case: Case) -> dict[Any, Polynomial] | None:
    """The strict inequalities that do not always hold; None if one never does."""
    above: dict[Any, Polynomial] = {}
    for p in case.above:
        q = _reduced(p, case.weak)
        if not q or _signs(q) == {-1}:
            return None
        if not (_signs(q) == {1} and _has_positive_term(q, case.weak)):
            above[_key(q)] = q
    return above


def _tidy_at_least(
    case: Case, above: Mapping[Any, Polynomial]
) -> tuple[dict[Any, Polynomial], dict[Any, Polynomial]] | None:
    """The weak inequalities that do not always hold, and those that hold only as equations; None if one never does."""
    at_least: dict[Any, Polynomial] = {}
    equations: dict[Any, Polynomial] = {}
    for p in case.at_least:
        q = _reduced(p, case.weak)
        if _signs(q) == {-1}:
            equations[_key(q)] = q
        elif _signs(q) == {1} or not q or _key(q) in above:
            continue
        elif _key(-q) in above:
            return None
        elif _key(-q) in at_least:
            del at_least[_key(-q)]
            equations[_key(q)] = q
        else:
            at_least[_key(q)] = q
    return at_least, equations


def _tidy_equations(
    equations: Iterable[Polynomial], above: Mapping[Any, Polynomial], weak: frozenset[int]
) -> dict[Any, Polynomial] | None:
    """The equations once each, with the unknowns that they make zero; None if one of them never holds."""
    kept: dict[Any, Polynomial] = {}
    for q in equations:
        if len(_signs(q)) == 1:
            if _has_positive_term(q, weak):
                return None
            for part in _single_weak_terms(q):
                kept[_key(part)] = part
        if _key(q) in above or _key(-q) in above:
            return None
        if _key(-q) not in kept:
            kept[_key(q)] = q
    return kept


def _reduced(p: Polynomial, weak: frozenset[int]) -> Polynomial:
    """Divided by the positive unknowns common to all terms and by the size of the leading coefficient."""
    if not p:
        return p
    powers = list(p.to_dict())
    shared = [0 if k in weak else min(column) for k, column in enumerate(zip(*powers, strict=True))]
    if any(shared):
        p = p.context().from_dict(
            {tuple(e - s for e, s in zip(power, shared, strict=True)): c for power, c in p.to_dict().items()}
        )
    return p / abs(p.leading_coefficient())


def _key(p: Polynomial) -> str:
    return str(p)


def _signs(p: Polynomial) -> set[int]:
    return {1 if c > 0 else -1 for c in p.coeffs()}


def _has_positive_term(p: Polynomial, weak: frozenset[int]) -> bool:
    """Whether some monomial has no unknown that may be zero."""
    return any(not weak & set(powers) for powers, _ in terms(p))


def _single_weak_terms(p: Polynomial) -> Iterator[Polynomial]:
    """Of a sum of monomials of one sign that must vanish: the unknowns that are monomials by themselves."""
    gens = p.context().gens()
    for powers, _ in terms(p):
        if len(powers) == 1:
            yield gens[next(iter(powers))]


# --- eliminating ------------------------------------------------------------------------------------------------------


def linear_parts(p: Polynomial, unknown: int) -> tuple[Polynomial, Polynomial] | None:
    """``(slope, rest)`` with p = slope * unknown + rest, neither containing the unknown; None if it has a higher power."""
    if p.degrees()[unknown] != 1:
        return None
    slope = p.derivative(unknown)
    return slope, p - slope * p.context().gens()[unknown]


def solved_for(case: Case, equation: Polynomial, unknown: int, sign: int) -> Case:
    """The case in which the coefficient of an unknown in an equation has the sign given (1 or −1), the unknown
    replaced by its formula everywhere. Conditions are multiplied by powers of the coefficient, which is positive then.
    """
    parts = linear_parts(equation, unknown)
    assert parts is not None
    bottom, top = sign * parts[0], -sign * parts[1]
    rest = case.without(equation)
    is_constant = bottom.is_constant()
    demand = {"at_least": [top]} if unknown in case.weak else {"above": [top]}
    changed = replace(
        rest,
        alive=case.alive - {unknown},
        equations=tuple(_replaced(p, unknown, top, bottom) for p in rest.equations),
        at_least=tuple(_replaced(p, unknown, top, bottom) for p in rest.at_least),
        above=tuple(_replaced(p, unknown, top, bottom) for p in rest.above),
        formulas={**case.formulas, unknown: Formula(top, bottom)},
    ).asking(**demand)
    return replace(changed, depth=case.depth) if is_constant else changed.asking(above=[bottom])


def _replaced(p: Polynomial, unknown: int, top: Polynomial, bottom: Polynomial) -> Polynomial:
    """A polynomial with unknown = top / bottom, times a power of bottom."""
    degree = p.degrees()[unknown]
    if degree == 0:
        return p
    total = p.context().constant(0)
    for power in range(degree + 1):
        part = {powers: c for powers, c in p.to_dict().items() if powers[unknown] == power}
        if part:
            bare = p.context().from_dict({(*e[:unknown], 0, *e[unknown + 1 :]): c for e, c in part.items()})
            total += bare * top**power * bottom ** (degree - power)
    return total


# --- falling apart ----------------------------------------------------------------------------------------------------


def parts(case: Case) -> list[Case]:
    """The case as cases without common unknowns; the first of them, if it has none alive, reports the constants."""
    depends = {u: _depends_on(case, u) for u in case.own}
    groups = linked(case.alive, [*(used(p) for p in case.conditions), *depends.values()])
    found = []
    constants = frozenset(u for u, on in depends.items() if not on)
    # A part without anything alive is always there to begin with, so that there is a part to report.
    if constants or not groups:
        found.append(replace(case, alive=frozenset(), own=constants, equations=(), at_least=(), above=()))
    found += [
        replace(
            case,
            alive=group,
            own=frozenset(u for u, on in depends.items() if on and on <= group),
            equations=tuple(p for p in case.equations if used(p) <= group),
            at_least=tuple(p for p in case.at_least if used(p) <= group),
            above=tuple(p for p in case.above if used(p) <= group),
        )
        for group in groups
    ]
    return found


def _depends_on(case: Case, unknown: int) -> frozenset[int]:
    if unknown in case.alive:
        return frozenset([unknown])
    formula = case.formulas[unknown]
    return frozenset(k for u in used(formula.top) | used(formula.bottom) for k in _depends_on(case, u))


def linked(items: Iterable[int], edges: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The connected groups of items, where an edge connects all that it holds."""
    groups = [frozenset([k]) for k in sorted(items)]
    for edge in edges:
        touched = [g for g in groups if g & edge]
        if len(touched) > 1:
            groups = [g for g in groups if not g & edge] + [frozenset().union(*touched)]
    return sorted(groups, key=min)


# --- answering --------------------------------------------------------------------------------------------------------


def block(
    case: Case,
    points: Sequence[Mapping[int, Number]],
    inside: Mapping[int, Number],
    directions: Sequence[Mapping[int, Number]] = (),
    *,
    whole: bool = True,
) -> Block:
    """What the case says of its own unknowns, given what its unknowns alive may be."""
    order = tuple(sorted(case.own))
    affine = all(_is_affine_in(case, u) for u in order)
    alone = len(points) == 1 and not directions
    at = [_values(case, p, order) for p in points]
    middle = _values(case, inside, order)
    assert middle is not None
    along: list[tuple[Number, ...]] = []
    if affine:
        for direction in directions:
            moved = _values(case, {k: x + direction[k] for k, x in inside.items()}, order)
            assert moved is not None
            along.append(tuple(y - x for x, y in zip(middle, moved, strict=True)))
    found = tuple(dict.fromkeys(p for p in at if p is not None))
    is_whole = whole and (affine or alone)
    return Block(order, found, tuple(along), middle, is_whole, None if alone else _curve(case))


def _curve(case: Case) -> Curve:
    eliminated = sorted(case.own - case.alive)
    others = tuple((u, case.formulas[u].top, case.formulas[u].bottom) for u in eliminated)
    return Curve(tuple(sorted(case.alive)), case.at_least, case.above, others, case.weak & case.alive)


def _values(case: Case, at: Mapping[int, Number], order: Sequence[int]) -> tuple[Number, ...] | None:
    """The values of unknowns, alive or eliminated; None where a formula divides by zero."""
    known = dict(at)

    def find(unknown: int) -> Number:
        if unknown not in known:
            formula = case.formulas[unknown]
            for needed in used(formula.top) | used(formula.bottom):
                find(needed)
            known[unknown] = value(formula.top, known) / value(formula.bottom, known)
        return known[unknown]

    try:
        return tuple(find(u) for u in order)
    except ZeroDivisionError:
        return None


def _is_affine_in(case: Case, unknown: int) -> bool:
    if unknown in case.alive:
        return True
    formula = case.formulas[unknown]
    if not formula.bottom.is_constant() or not is_affine(formula.top):
        return not _depends_on(case, unknown)
    return all(_is_affine_in(case, k) for k in used(formula.top))
