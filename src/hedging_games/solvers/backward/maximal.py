"""Maximal products within a set of vectors: sets of values, one for each coordinate, all of whose combinations are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hedging_games.algebra.checking import Check

Vector = tuple[Any, ...]
"""What a way to play gives each coordinate."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A value that is never taken together with another one."""

    value: Any


Members = tuple[int, ...]
"""The corners of a face, by their numbers in a list of vectors."""

MAX_FACES = 2_000
"""Faces of one subgame that are told apart before the search is given up."""

MOST_COORDINATES = 200
"""Coordinates with several values, one after the other, before the search is given up."""


def maximal_faces(vectors: Sequence[Vector], check: Check) -> list[Members] | None:
    """The maximal faces whose corners are all among ``vectors`` (all different, of one length); None if they are too many.

    Let ``P`` be the set of vectors and ``P[a]`` what follows upon the value ``a`` of the first coordinate. The maximal faces
    are the products of a maximal face ``B`` of an intersection of some of the ``P[a]`` with the set of all ``a`` for which
    ``B`` lies in ``P[a]``.
    """
    # Coordinates with one value only belong to every face as they are.
    moving = [k for k, column in enumerate(zip(*vectors, strict=True)) if len(set(column)) > 1]
    if len(moving) > MOST_COORDINATES:
        return None
    number = {tuple(vector[k] for k in moving): n for n, vector in enumerate(vectors)}
    faces = _maximal(frozenset(number), {}, check)
    if faces is None:
        return None
    return sorted(tuple(sorted(number[vector] for vector in _corners(face))) for face in faces)


Face = tuple[frozenset[Any], ...]


def _maximal(points: frozenset[Vector], known: dict[frozenset[Vector], list[Face]], check: Check) -> Any:
    if points in known:
        return known[points]
    check()
    if len(points) == 1:
        [only] = points
        return [tuple(frozenset({value}) for value in only)]
    sections: dict[Any, set[Vector]] = {}
    for first, *rest in points:
        sections.setdefault(first, set()).add(tuple(rest))
    frozen = {value: frozenset(section) for value, section in sections.items()}
    found: dict[Face, None] = {}
    if any(isinstance(value, Alone) for value in frozen):
        for value, section in frozen.items():
            faces = _maximal(section, known, check)
            if faces is None or len(found) + len(faces) > MAX_FACES:
                return None
            found.update(dict.fromkeys((frozenset({value}), *face) for face in faces))
        known[points] = list(found)
        return known[points]
    for shared in _intersections(list(frozen.values())):
        faces = _maximal(shared, known, check)
        if faces is None or len(found) + len(faces) > MAX_FACES:
            return None
        for face in faces:
            corners = set(_corners(face))
            values = frozenset(value for value, section in frozen.items() if corners <= section)
            found[values, *face] = None
    known[points] = list(found)
    return known[points]


def _intersections(sections: Sequence[frozenset[Vector]]) -> set[frozenset[Vector]]:
    closed: set[frozenset[Vector]] = set()
    for section in sections:
        closed |= {section, *(section & other for other in closed)} - {frozenset()}
    return closed


def _corners(face: Face) -> list[Vector]:
    corners: list[Vector] = [()]
    for values in face:
        corners = [(*corner, value) for corner in corners for value in values]
    return corners
