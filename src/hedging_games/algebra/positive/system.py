"""What is asked of positive unknowns, and how the answer is described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq_mpoly_ctx

from hedging_games.algebra.number_field import as_fraction, as_rational
from hedging_games.algebra.polynomials import terms_text

Polynomial = Any
"""A FLINT polynomial over the rationals in several unknowns (`flint.fmpq_mpoly`)."""

Number = Any
"""An exact real number: a Fraction or an `algebraic.AlgebraicNumber`."""


def unknowns(count: int) -> tuple[Polynomial, ...]:
    """That many polynomial unknowns, numbered from 0, of one context."""
    return tuple(fmpq_mpoly_ctx.get([f"x{k}" for k in range(count)], Ordering.lex).gens())


def constant(context: Any, value: Fraction | int) -> Polynomial:
    """A constant polynomial."""
    return context.constant(as_rational(value))


def used(p: Polynomial) -> frozenset[int]:
    """The numbers of the unknowns that occur in a polynomial."""
    return frozenset(k for k, degree in enumerate(p.degrees()) if degree > 0)


def terms(p: Polynomial) -> list[tuple[dict[int, int], Fraction]]:
    """The monomials of a polynomial, each as unknown to power, with their coefficients."""
    return [
        ({k: int(e) for k, e in enumerate(powers) if e}, as_fraction(coefficient))
        for powers, coefficient in p.to_dict().items()
    ]


def value(p: Polynomial, at: Mapping[int, Number]) -> Number:
    """The value of a polynomial where its unknowns have the values given."""
    total: Number = Fraction(0)
    for powers, coefficient in terms(p):
        product: Number = coefficient
        for k, e in powers.items():
            product = product * at[k] ** e
        total = total + product
    return total


@dataclass(frozen=True, slots=True)
class PositiveSystem:
    """``equations`` = 0, ``at_least`` >= 0, ``above`` > 0 and every unknown > 0, those numbered in ``weak`` >= 0.

    Unknowns in ``auxiliary`` only have to exist: answers do not show them.
    """

    context: Any
    equations: tuple[Polynomial, ...]
    at_least: tuple[Polynomial, ...] = ()
    above: tuple[Polynomial, ...] = ()
    weak: frozenset[int] = frozenset()
    auxiliary: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Curve:
    """An exact description of a block: ``free`` unknowns, positive (those in ``weak`` not negative), with conditions on
    them, and the others as fractions ``(top, bottom)`` of polynomials in these.
    """

    free: tuple[int, ...]
    at_least: tuple[Polynomial, ...]
    above: tuple[Polynomial, ...]
    others: tuple[tuple[int, Polynomial, Polynomial], ...]
    weak: frozenset[int] = frozenset()

    def inequalities(self, names: Sequence[str]) -> tuple[str, ...]:
        """The conditions on the free unknowns, called by ``names``."""
        conditions = [f"{names[k]} {'>=' if k in self.weak else '>'} 0" for k in self.free]
        conditions += [f"{polynomial_text(p, names)} >= 0" for p in self.at_least]
        return (*conditions, *(f"{polynomial_text(p, names)} > 0" for p in self.above))

    def equations(self, names: Sequence[str]) -> tuple[str, ...]:
        """What the other unknowns are."""
        found = []
        for k, top, bottom in self.others:
            below = "" if bottom.is_one() else f" / ({polynomial_text(bottom, names)})"
            above = polynomial_text(top, names)
            found.append(f"{names[k]} = {f'({above}){below}' if below else above}")
        return tuple(found)

    def text(self, names: Sequence[str]) -> str:
        """The description for people, the unknowns called by ``names``."""
        return ", ".join((*self.inequalities(names), *self.equations(names)))


def polynomial_text(p: Polynomial, names: Sequence[str]) -> str:
    """A polynomial for people: ``2*a*b - 1/3``."""
    return terms_text({powers: as_fraction(coefficient) for powers, coefficient in p.to_dict().items()}, names)


@dataclass(frozen=True, slots=True)
class Block:
    """Unknowns that are determined together, and what they may be.

    Attributes
    ----------
    unknowns : their numbers, in order.
    points : extreme points of the closure of what they may be, each a number for every unknown.
    directions : in which the closure is unbounded, likewise.
    inside : one solution, with all strict conditions met.
    whole : whether the closure is exactly the hull of the points plus the cone of the directions. If not, the block is
        curved, and the points are some of those in its closure.
    curve : the exact description, where the block is more than a point.
    """

    unknowns: tuple[int, ...]
    points: tuple[tuple[Number, ...], ...]
    directions: tuple[tuple[Number, ...], ...]
    inside: tuple[Number, ...]
    whole: bool = True
    curve: Curve | None = field(default=None, compare=False)

    @property
    def is_point(self) -> bool:
        """Whether there is just one solution."""
        return self.whole and len(self.points) == 1 and not self.directions


@dataclass(frozen=True, slots=True)
class Solutions:
    """All solutions: the union of ``families``, each a product of blocks, but for the cases listed as ``undecided``."""

    families: tuple[tuple[Block, ...], ...]
    undecided: tuple[str, ...] = ()


def family_point(family: Sequence[Block], parts: Sequence[Sequence[Number]] | None = None) -> dict[int, Number]:
    """Unknown to value: the point inside a family, or the one whose blocks have the values ``parts``."""
    chosen = [block.inside for block in family] if parts is None else parts
    return {k: x for block, part in zip(family, chosen, strict=True) for k, x in zip(block.unknowns, part, strict=True)}
