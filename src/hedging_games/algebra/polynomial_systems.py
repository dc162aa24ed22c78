"""Systems of polynomial equations: split into components, each with a Gröbner basis and a dimension, nothing lost.

A system is split whenever one of its equations, or an element of its Gröbner basis (Buchberger 1965; computed by FLINT),
factors: the zeros of a product are the zeros of either factor. Factors without a zero in the region of interest are
dropped. In the end each component has a minimal basis of irreducible polynomials; its dimension is read off the
leading monomials (Cox, Little and O'Shea 2015, Ideals, Varieties, and Algorithms, 9.3).

Work on one basis happens inside one call of FLINT, which cannot be interrupted; `Limits` bound it, and `CouldNotFinish` is
raised where they are reached. Between calls ``check`` is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from flint import Ordering, fmpz_mat, fmpz_mpoly_ctx, fmpz_mpoly_vec

from hedging_games.algebra.checking import Check
from hedging_games.algebra.factored import factored
from hedging_games.errors import could_not_finish

Polynomial = Any
"""A ``flint.fmpz_mpoly`` of one ring."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one system may go: elements and terms of a basis, binary digits of a coefficient, number of components."""

    elements: int = 120
    terms: int = 400
    bits: int = 4_000
    components: int = 400


LIMITS: Final = Limits()

CHEAP_BITS: Final = 300
"""A basis whose coefficients are larger is left unreduced: reducing it by the naive algorithm makes them swell."""


@dataclass(frozen=True, slots=True)
class Component:
    """The common zeros of a minimal Gröbner basis (degree reverse lexicographic), of a dimension over the complex numbers."""

    basis: tuple[Polynomial, ...]
    dimension: int

    @property
    def leading(self) -> tuple[tuple[int, ...], ...]:
        """The leading monomials of the basis."""
        return tuple(p.monoms()[0] for p in self.basis)


def polynomial_ring(count: int) -> Any:
    """A ring of integer polynomials in ``count`` variables (``.gens()`` are the variables)."""
    return fmpz_mpoly_ctx.get([f"x{k}" for k in range(count)], Ordering.degrevlex)


def decompose(
    equations: Sequence[Polynomial],
    ring: Any,
    *,
    may_vanish: Callable[[Polynomial], bool] | None = None,
    all_may: bool = False,
    check: Check,
    limits: Limits = LIMITS,
) -> list[Component]:
    """Components whose union contains every common zero in the region of interest.

    ``may_vanish(factor)`` is False for an irreducible factor that surely has no zero there; None for no region. With ``all_may`` it is not asked about
    the equations themselves, which are known to change sign there. Components contained in another are left out; what remains may
    still overlap.
    """
    pending = [list(equations)]
    components: list[Component] = []
    steps = 0
    while pending:
        check()
        steps += 1
        if steps > limits.components:
            raise could_not_finish("algebra", f"a system splits into more than {limits.components} parts")
        system = pending.pop()
        split = _split(system, may_vanish, irreducible=steps > 1 or not all_may)
        if split is None:
            continue
        if len(split) > 1:
            pending += split
            continue
        basis = groebner_basis(split[0], ring, limits)
        if len(basis) == 1 and basis[0].is_constant():
            continue
        split = _split(basis, may_vanish, irreducible=False)
        if split is None:
            continue
        if len(split) > 1 or len(split[0]) != len(basis) or any(p != q for p, q in zip(split[0], basis, strict=True)):
            pending += split
            continue
        components.append(Component(tuple(basis), dimension_of(basis, ring.nvars())))
    return _maximal(components, check)


def groebner_basis(equations: Sequence[Polynomial], ring: Any, limits: Limits = LIMITS) -> list[Polynomial]:
    """A minimal Gröbner basis, [1] for an inconsistent system, [] for none; reduced where that is cheap.

    Raises CouldNotFinish where a limit is reached.
    """
    if not equations:
        return []
    bounds = (limits.elements, limits.terms, limits.bits)
    vector, done = fmpz_mpoly_vec(list(equations), ring).buchberger_naive(limits=bounds)
    if not done:
        raise could_not_finish(
            "algebra", f"a Gröbner basis grew beyond {limits.elements} polynomials or {limits.bits} binary digits"
        )
    basis = _minimal(list(vector))
    if max((c.bit_length() for p in basis for c in p.coeffs()), default=0) <= CHEAP_BITS:
        return list(fmpz_mpoly_vec(basis, ring).autoreduction(groebner=True))
    return basis


def _minimal(basis: Sequence[Polynomial]) -> list[Polynomial]:
    """The elements of a Gröbner basis whose leading monomial no other's divides (one of each), smallest first."""
    kept: list[Polynomial] = []
    leads: list[tuple[int, ...]] = []
    for p in sorted(basis, key=lambda q: (sum(q.monoms()[0]), q.monoms()[0])):
        lead = p.monoms()[0]
        if not any(all(a >= b for a, b in zip(lead, other, strict=True)) for other in leads):
            kept.append(p)
            leads.append(lead)
    return kept


def _split(
    system: Sequence[Polynomial], may_vanish: Callable[[Polynomial], bool] | None, *, irreducible: bool = True
) -> list[list[Polynomial]] | None:
    """The system with every equation replaced by its factors that may vanish: one system, or the two or more into which
    the first reducible equation splits it; None where an equation has no such factor. Irreducible equations are asked about only if
    wanted: of a basis it costs more than it saves.
    """
    cleaned: list[Polynomial] = []
    for place, equation in enumerate(system):
        if equation == 0:
            continue
        factors = [factor for factor, _ in factored(equation)[1]]
        if may_vanish is not None and (irreducible or len(factors) > 1):
            factors = [f for f in factors if may_vanish(f)]
        if not factors:
            return None
        if len(factors) > 1:
            rest = list(system[place + 1 :])
            return [[*cleaned, factor, *rest] for factor in factors]
        cleaned.append(factors[0])
    return [cleaned]


def dimension_of(basis: Sequence[Polynomial], variables: int) -> int:
    """The dimension of the zeros of a Gröbner basis: the largest number of independent variables."""
    return len(independent_variables([p.monoms()[0] for p in basis], variables))


def independent_variables(leading: Sequence[tuple[int, ...]], variables: int) -> tuple[int, ...]:
    """A largest set of variables such that every leading monomial involves another variable."""
    occurring = [{k for k, power in enumerate(monomial) if power} for monomial in leading]
    for size in range(variables, 0, -1):
        for chosen in combinations(range(variables), size):
            if not any(needed <= set(chosen) for needed in occurring):
                return chosen
    return ()


def normal_form(polynomial: Polynomial, basis: Sequence[Polynomial], ring: Any) -> Polynomial:
    """The remainder of a polynomial by a Gröbner basis, up to a nonzero constant: zero exactly for members of the ideal."""
    return scaled_normal_form(polynomial, basis, ring)[0]


def scaled_normal_form(polynomial: Polynomial, basis: Sequence[Polynomial], ring: Any) -> tuple[Polynomial, int]:
    """A remainder, and the nonzero integer s for which s times the polynomial differs from it by a member of the ideal."""
    leads = [(p.monoms()[0], p.coeffs()[0], p) for p in basis]
    remainder, scale = ring.constant(0), 1
    while polynomial != 0:
        monomial, coefficient = polynomial.monoms()[0], polynomial.coeffs()[0]
        for lead, lead_coefficient, p in leads:
            if all(a >= b for a, b in zip(monomial, lead, strict=True)):
                exponents = tuple(a - b for a, b in zip(monomial, lead, strict=True))
                polynomial = lead_coefficient * polynomial - ring.term(coeff=coefficient, exp_vec=exponents) * p
                remainder, scale = lead_coefficient * remainder, scale * int(lead_coefficient)
                break
        else:
            term = ring.term(coeff=coefficient, exp_vec=monomial)
            polynomial, remainder = polynomial - term, remainder + term
    return remainder, scale


def linear_relation(polynomials: Sequence[Polynomial], basis: Sequence[Polynomial], ring: Any) -> list[int] | None:
    """Integers c, not all zero, such that the sum of c_k times polynomial k is in the ideal of a Gröbner basis."""
    forms = [scaled_normal_form(p, basis, ring) for p in polynomials]
    monomials = sorted({m for form, _ in forms for m in form.monoms()})
    rows = [[form[m] for form, _ in forms] for m in monomials] or [[0] * len(forms)]
    kernel, nullity = fmpz_mat(rows).nullspace()
    if nullity == 0:
        return None
    return [int(kernel[k, 0]) * int(scale) for k, (_, scale) in enumerate(forms)]


def _maximal(components: Sequence[Component], check: Check) -> list[Component]:
    """The components not contained in another (the first of equal ones)."""
    kept: list[Component] = []
    for component in sorted(components, key=lambda c: -c.dimension):
        check()
        if not any(_contains(other, component) for other in kept):
            kept.append(component)
    return kept


def _contains(larger: Component, smaller: Component) -> bool:
    """Whether every equation of the larger component holds on the smaller (on its ideal: no claim beyond it)."""
    if not larger.basis:
        return True
    ring = larger.basis[0].context()
    return all(normal_form(p, smaller.basis, ring) == 0 for p in larger.basis)
