"""Vertices and extreme rays of general polyhedra, exactly, by the double description method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mat

from hedging_games.algebra.checking import Check, no_check
from hedging_games.algebra.double_description import MAX_RAYS, Rays, bit_words, cut, integers
from hedging_games.algebra.number_field import as_fraction, as_rational
from hedging_games.algebra.numbers import coprime, exact_number
from hedging_games.errors import input_error

Row = Sequence[int | Fraction]
"""The coefficients of one inequality or equation, exact numbers."""


@dataclass(frozen=True, slots=True)
class ExtremeRays:
    """``rays[r]``, each an integer vector without common divisor, and ``tight[r]``: the inequalities it meets with equality."""

    rays: tuple[tuple[int, ...], ...]
    tight: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Vertices:
    """A polyhedron as the hull of its ``points`` plus the cone of its ``directions`` (none: it is a polytope).

    ``tight[p]`` holds the numbers of the halfspaces on whose border ``points[p]`` lies; ``points`` and ``directions``
    are in lexicographic order. Without points the polyhedron is empty.
    """

    points: tuple[tuple[Fraction, ...], ...]
    directions: tuple[tuple[int, ...], ...]
    tight: tuple[frozenset[int], ...]


def extreme_rays(inequalities: Sequence[Row], *, check: Check = no_check, max_rays: int = MAX_RAYS) -> ExtremeRays:
    """The extreme rays, in lexicographic order, of the pointed cone ``{z : a·z >= 0 for every row a}``.

    Raises
    ------
    InputError
        If the rows do not span the space, so that the cone contains a line, or if rows differ in length.
    CouldNotFinish
        If an intermediate cone has more than ``max_rays`` extreme rays.
    """
    rows = [coprime(row) for row in _read(inequalities)]
    dimension = len(rows[0]) if rows else 0
    basis = _echelon([list(column) for column in zip(*rows, strict=True)])[1]
    if len(basis) < dimension or not rows:
        raise input_error(
            "polyhedron",
            "the set, unless empty, contains a whole line, so it has no vertices",
            "add inequalities that bound every direction on at least one side",
        )
    unit = [[int(i == j) for j in range(dimension)] for i in range(dimension)]
    solved, _ = _echelon([[*rows[b], *one] for b, one in zip(basis, unit, strict=True)])
    start = [coprime(ray) for ray in zip(*(row[dimension:] for row in solved), strict=True)]
    others = [i for i in range(len(rows)) if i not in set(basis)]
    values = [[*ray, *(sum(a * z for a, z in zip(rows[i], ray, strict=True)) for i in others)] for ray in start]
    tight = bit_words([[b for b in basis if b != own] for own in basis], len(rows))
    found = cut(Rays(integers(values), tight), others, dimension, check=check, max_rays=max_rays)
    rays = sorted(
        (tuple(coprime(ray)), frozenset(_set_bits(words)))
        for ray, words in zip(found.values.tolist(), found.tight.T.tolist(), strict=True)
    )
    return ExtremeRays(tuple(ray for ray, _ in rays), tuple(labels for _, labels in rays))


def vertices(
    halfspaces: Sequence[Row], equalities: Sequence[Row] = (), *, check: Check = no_check, max_rays: int = MAX_RAYS
) -> Vertices:
    """All vertices and unbounded directions of ``{x : a·x + c >= 0, e·x + f = 0}``.

    Each row of ``halfspaces`` is (a₁, …, aₙ, c) and each row of ``equalities`` (e₁, …, eₙ, f), exact numbers. The
    polyhedron is the slice t = 1 of the cone a·x + ct >= 0, t >= 0; equalities are solved first, so that the method
    works in the dimension that is left.

    Raises
    ------
    InputError
        If the polyhedron contains a line, or rows differ in length.
    CouldNotFinish
        If an intermediate cone has more than ``max_rays`` extreme rays.
    """
    above, equal = _read(halfspaces), _read(equalities)
    width = len((above or equal or [[]])[0])
    if any(len(row) != width for row in equal):
        raise _ragged()
    span = null_space(equal, width)
    if not any(ray[-1] for ray in span):
        return Vertices((), (), ())
    rows = [*above, [Fraction(i == width - 1) for i in range(width)]]
    found = extreme_rays(
        [[sum((a * z for a, z in zip(row, ray, strict=True)), Fraction(0)) for ray in span] for row in rows],
        check=check,
        max_rays=max_rays,
    )
    points, directions = [], []
    for weights, labels in zip(found.rays, found.tight, strict=True):
        z = [sum(w * ray[i] for w, ray in zip(weights, span, strict=True)) for i in range(width)]
        if z[-1]:
            points.append((tuple(Fraction(x, z[-1]) for x in z[:-1]), labels))
        else:
            directions.append(tuple(coprime(z[:-1])))
    points.sort(key=lambda point: point[0])
    if not points:
        directions = []
    return Vertices(tuple(p for p, _ in points), tuple(sorted(directions)), tuple(labels for _, labels in points))


def _read(rows: Sequence[Row]) -> list[list[Fraction]]:
    read = [[exact_number(x, "a coefficient of an inequality") for x in row] for row in rows]
    if any(len(row) != len(read[0]) for row in read):
        raise _ragged()
    return read


def _ragged() -> Exception:
    return input_error(
        "polyhedron", "the inequalities differ in length", "give every row one coefficient for each variable"
    )


def _set_bits(words: Sequence[int]) -> list[int]:
    return [64 * w + b for w, word in enumerate(words) for b in range(64) if word >> b & 1]


def _echelon(rows: Sequence[Row]) -> tuple[list[list[Fraction]], list[int]]:
    """Reduced row echelon form (zero rows dropped) and the columns of its pivots."""
    reduced, rank = fmpq_mat([[as_rational(x) for x in row] for row in rows]).rref()
    found = [[as_fraction(x) for x in row] for row in reduced.tolist()[:rank]]
    return found, [next(column for column, x in enumerate(row) if x) for row in found]


def null_space(rows: Sequence[Row], width: int) -> list[list[int]]:
    """An integer basis of ``{z : row·z = 0 for every row}``."""
    reduced, pivots = _echelon(rows)
    basis = []
    for free in (column for column in range(width) if column not in pivots):
        vector = [Fraction(column == free) for column in range(width)]
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[free]
        basis.append(coprime(vector))
    return basis
