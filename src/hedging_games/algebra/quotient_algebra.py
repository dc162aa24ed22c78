"""The finitely many zeros of a zero-dimensional system, as exact numbers: a rational univariate representation.

The polynomials modulo the ideal form an algebra of finite dimension D over the rationals, with the standard monomials as
basis. From the matrices of multiplication by the variables (Faugère, Gianni, Lazard and Mora 1993) and their traces,
every zero is obtained as a root of one univariate polynomial f, its coordinates as quotients of polynomials at that root
(Rouillier 1999, Solving zero-dimensional systems through the rational univariate representation, theorem 3.1): with
u a linear form that takes different values at different zeros, f the squarefree part of the characteristic polynomial of
multiplication by u, and H_j its Horner polynomials, g_v(T) = Σ_i Tr(v uⁱ) H_{d-1-i}(T), a zero has v = g_v/g_1 at its root.
Multiple zeros and complex ones need no special care.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from hedging_games.algebra.algebraic import Exact, polynomial_at, roots_of_irreducible
from hedging_games.algebra.checking import Check
from hedging_games.algebra.number_field import irreducible_factors
from hedging_games.algebra.polynomial_systems import Component, Polynomial
from hedging_games.errors import could_not_finish

LARGEST_DIMENSION = 60
"""Algebras of a larger dimension are not attempted."""


def real_zeros(component: Component, variables: int, check: Check, *, within_unit: bool) -> list[tuple[Exact, ...]]:
    """The distinct real zeros of a zero-dimensional component, exact, coordinates of one zero in one field.

    With ``within_unit`` only those whose coordinates all lie in the closed interval from 0 to 1.

    Raises CouldNotFinish for an algebra beyond `LARGEST_DIMENSION`.
    """
    algebra = QuotientAlgebra(component.basis, variables, check)
    u, separating = algebra.separating_form()
    zeros: list[tuple[Exact, ...]] = []
    for factor in irreducible_factors(separating.numer()):
        check()
        roots = roots_of_irreducible(factor)
        if within_unit and sum(map(bool, u)) == 1:
            roots = [root for root in roots if 0 <= root <= 1]
        if not roots:
            continue
        coordinates = algebra.coordinates_modulo(factor, u, separating)
        for root in roots:
            point = tuple(polynomial_at(c, root) for c in coordinates)
            if not within_unit or all(0 <= x <= 1 for x in point):
                zeros.append(point)
    return zeros


class QuotientAlgebra:
    """Polynomials modulo the ideal of a minimal Gröbner basis of dimension zero: vectors over the standard monomials."""

    def __init__(self, basis: Sequence[Polynomial], variables: int, check: Check) -> None:
        self.variables = variables
        self.check = check
        self.monomials = _standard_monomials(tuple(p.monoms()[0] for p in basis), variables)
        self.size = len(self.monomials)
        self._standard = set(self.monomials)
        self.multiplication = self._matrices(basis)

    def _matrices(self, basis: Sequence[Polynomial]) -> list[fmpq_mat]:
        """The matrix of multiplication by each variable, columns the images of the standard monomials.

        Border monomials are treated in increasing order, so that whatever `_vector` needs is known or smaller.
        """
        self._heads = {p.monoms()[0]: p for p in basis}
        self._vectors = {monomial: fmpq_poly([0] * k + [1]) for k, monomial in enumerate(self.monomials)}
        border = {_times(m, v) for m in self.monomials for v in range(self.variables)}
        for monomial in sorted(border, key=_degrevlex):
            self.check()
            self._vector(monomial)
        matrices = []
        for v in range(self.variables):
            columns = [self._vectors[_times(m, v)] for m in self.monomials]
            matrices.append(fmpq_mat([[column[i] for column in columns] for i in range(self.size)]))
        return matrices

    def _vector(self, monomial: tuple[int, ...]) -> fmpq_poly:
        """The coordinates of a monomial, as the coefficients of a polynomial. One that leads a basis polynomial is minus the rest of it, another is a variable
        times a smaller one that is no standard monomial either; both lead to smaller monomials only.
        """
        known = self._vectors.get(monomial)
        if known is not None:
            return known
        if monomial in self._heads:
            p = self._heads[monomial]
            coefficients = p.coeffs()
            terms = [(fmpq(-c, coefficients[0]), m) for m, c in zip(p.monoms()[1:], coefficients[1:], strict=True)]
        else:
            smaller, v = next((s, v) for s, v in _neighbours(monomial) if s not in self._standard)
            # Of a vector that ends in zeros the coefficients end before them.
            coordinates = zip(self._vector(smaller).coeffs(), self.monomials, strict=False)
            terms = [(c, _times(m, v)) for c, m in coordinates if c != 0]
        total = fmpq_poly()
        for c, m in terms:
            total += c * self._vector(m)
        self._vectors[monomial] = total
        return total

    def traces(self) -> list[fmpq]:
        """The trace of multiplication by each standard monomial."""
        matrices: dict[tuple[int, ...], fmpq_mat] = {}
        identity = fmpq_mat([[fmpq(int(i == j)) for j in range(self.size)] for i in range(self.size)])
        result = []
        for monomial in self.monomials:
            self.check()
            v = next((k for k, e in enumerate(monomial) if e), None)
            if v is None:
                matrices[monomial] = identity
            else:
                smaller = tuple(e - (k == v) for k, e in enumerate(monomial))
                matrices[monomial] = self.multiplication[v] * matrices[smaller]
            matrix = matrices[monomial]
            result.append(sum((matrix[k, k] for k in range(self.size)), fmpq(0)))
        self._by_monomial = matrices
        return result

    def separating_form(self) -> tuple[tuple[int, ...], fmpq_poly]:
        """Coefficients of a linear form that tells all zeros apart, and the polynomial of its values, squarefree, monic."""
        self.trace = self.traces()
        distinct = None
        for form in _linear_forms(self.variables):
            self.check()
            characteristic = self._matrix_of(form).charpoly()
            squarefree = characteristic // characteristic.gcd(characteristic.derivative())
            if squarefree.degree() < self.size:
                distinct = distinct or self._distinct_zeros()
            if squarefree.degree() == (distinct or self.size):
                return form, squarefree / squarefree.leading_coefficient()
        raise could_not_finish("algebra", "no linear form was found that tells all zeros of a system apart")

    def _distinct_zeros(self) -> int:
        """How many zeros there are, real or not: the rank of the trace form (Hermite)."""
        row = fmpq_mat([self.trace])
        return int(fmpq_mat([(row * self._by_monomial[a]).entries() for a in self.monomials]).rank())

    def _matrix_of(self, form: Sequence[int]) -> fmpq_mat:
        total = None
        for c, matrix in zip(form, self.multiplication, strict=True):
            if c:
                total = matrix * c if total is None else total + matrix * c
        return total

    def coordinates_modulo(self, factor: Any, form: Sequence[int], separating: fmpq_poly) -> list[fmpq_poly]:
        """The coordinates of the zeros above an irreducible factor of the separating polynomial, as polynomials in T."""
        modulus = fmpq_poly(factor)
        degree = separating.degree()
        horner = [fmpq_poly([1])]
        for j in range(1, degree):
            horner.append(horner[-1] * fmpq_poly([0, 1]) + separating[degree - j])
        unit = [fmpq(int(not any(m))) for m in self.monomials]
        columns = [fmpq_mat([[x] for x in unit])] + [m * fmpq_mat([[x] for x in unit]) for m in self.multiplication]
        step = self._matrix_of(form)
        row = fmpq_mat([self.trace])
        sums = [fmpq_poly([]) for _ in columns]
        for i in range(degree):
            self.check()
            for k, column in enumerate(columns):
                sums[k] += (row * column)[0, 0] * horner[degree - 1 - i]
            row = row * step
        _, inverse, _ = (sums[0] % modulus).xgcd(modulus)
        return [s * inverse % modulus for s in sums[1:]]


def _linear_forms(variables: int) -> Any:
    for v in range(variables):
        yield tuple(int(k == v) for k in range(variables))
    for base in range(1, 200):
        yield tuple((base**k * (1 if k % 2 == 0 else -1)) for k in range(variables))


def _times(monomial: tuple[int, ...], variable: int) -> tuple[int, ...]:
    return tuple(e + (k == variable) for k, e in enumerate(monomial))


def _neighbours(monomial: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
    """The monomial divided by each variable it contains, with the variable."""
    for v, power in enumerate(monomial):
        if power:
            yield tuple(e - (k == v) for k, e in enumerate(monomial)), v


def _degrevlex(monomial: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """The key of the degree reverse lexicographic order."""
    return sum(monomial), tuple(-e for e in reversed(monomial))


@lru_cache(maxsize=64)
def _standard_monomials(leading: Sequence[tuple[int, ...]], variables: int) -> list[tuple[int, ...]]:
    """The monomials that no leading monomial divides, in increasing order; the same for nearly all systems of a shape."""
    found: list[tuple[int, ...]] = []
    layer = {(0,) * variables}
    while layer:
        kept = {m for m in layer if not any(all(a >= b for a, b in zip(m, lead, strict=True)) for lead in leading)}
        found += sorted(kept, key=_degrevlex)
        if len(found) > LARGEST_DIMENSION:
            raise could_not_finish(
                "algebra", f"a system has more than {LARGEST_DIMENSION} zeros, counted in the complex"
            )
        layer = {_times(m, v) for m in kept for v in range(variables)}
    return found
