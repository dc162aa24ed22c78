"""What is left of the components of an answer when some of its equilibria are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hedging_games.theory.equilibria import Candidate, Proposal

PARTLY_NOTE = (
    "a set of Nash equilibria qualifies in part: of that part only the extreme points of the whole set are listed"
)
SAMPLED_NOTE = "of a continuum of Nash equilibria only the listed points were examined"


def kept_part(found: Proposal, kept: Sequence[int], notes: tuple[str, ...] = (), *, complete: bool = True) -> Proposal:
    """The proposal with only the candidates ``kept`` (in rising order), for a property that holds all over a maximal Nash
    subset if it does at its extreme points, and nowhere if at none.

    ``complete=False``: something was left undecided.
    """
    chosen = tuple(found.candidates[k] for k in kept)
    number = {k: place for place, k in enumerate(kept)}
    if found.complete == "all" and not found.continua:
        return Proposal(chosen, "all" if complete else "some", (*found.notes, *notes))
    if found.subsets is None or found.complete == "some" or found.continua:
        return Proposal(chosen, "some", (*found.notes, *notes, SAMPLED_NOTE))
    parts = [frozenset(number[k] for k in subset if k in number) for subset in found.subsets]
    if any(0 < len(part) < len(subset) for part, subset in zip(parts, found.subsets, strict=True)):
        return Proposal(chosen, "some", (*notes, PARTLY_NOTE))
    return spanned(chosen, parts, notes, found.notes)


def spanned(
    chosen: tuple[Candidate, ...], parts: Iterable[frozenset[int]], notes: tuple[str, ...], of_continua: tuple[str, ...]
) -> Proposal:
    """A complete proposal whose maximal convex sets are ``parts`` (candidate numbers; empty ones are ignored).

    ``of_continua``: further notes where some set is more than a point.
    """
    distinct = set(parts) - {frozenset()}
    subsets = sorted(tuple(sorted(part)) for part in distinct if not any(part < other for other in distinct))
    components = joined([set(subset) for subset in subsets])
    if all(len(component) == 1 for component in components):
        return Proposal(chosen, "all", notes, components, tuple(subsets))
    return Proposal(chosen, "extreme", (*of_continua, *notes), components, tuple(subsets))


def joined(sets: Sequence[set[int]]) -> tuple[tuple[int, ...], ...]:
    """Sets that share an element, merged; in the order of their smallest elements."""
    merged: list[set[int]] = []
    for group in sets:
        touching = [m for m in merged if m & group]
        merged = [m for m in merged if not m & group]
        merged.append(set().union(group, *touching))
    return tuple(tuple(sorted(m)) for m in sorted(merged, key=min))
