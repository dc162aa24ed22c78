"""Bipartite graphs as lists of edges: their connected components and maximal bicliques.

An edge is a pair (node on the left, node on the right); sides are numbered separately. A biclique is a set L of left and
a set R of right nodes, neither empty, with every edge between them; it is maximal when no node can be added.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

from hedging_games.algebra.checking import Check
from hedging_games.errors import could_not_finish

Edge = tuple[int, int]
Biclique = tuple[tuple[int, ...], tuple[int, ...]]


def connected_components(edges: Sequence[Edge]) -> tuple[tuple[int, ...], ...]:
    """The components, each as the indices of its edges in order, ordered by their first edge; by union-find."""
    parent: dict[tuple[bool, int], tuple[bool, int]] = {}

    def root(node: tuple[bool, int]) -> tuple[bool, int]:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent[above]
            node = above
        return node

    for left, right in edges:
        parent[root((False, left))] = root((True, right))
    components: dict[tuple[bool, int], list[int]] = {}
    for k, (left, _) in enumerate(edges):
        components.setdefault(root((False, left)), []).append(k)
    return tuple(tuple(component) for component in components.values())


def maximal_bicliques(edges: Sequence[Edge], *, check: Check, most: int) -> tuple[Biclique, ...]:
    """All maximal bicliques, in lexicographic order.

    The right side of a maximal biclique is the common neighbourhood of its left side, hence an intersection of
    neighbourhoods; and each intersection that is not empty is the right side of exactly one. So within each component
    the neighbourhoods of one side's nodes, that with fewer, are closed under intersection (Ganter and Wille 1999, "Formal
    Concept Analysis", chapter 2), sets being the bits of an integer. ``check`` is called in the loop and may raise.

    Raises
    ------
    CouldNotFinish
        If there are more than ``most``.
    """
    found: list[Biclique] = []
    for component in connected_components(edges):
        links = [edges[k] for k in component]
        left, right = sorted({a for a, _ in links}), sorted({b for _, b in links})
        swapped = len(left) > len(right)
        near, far = (right, left) if swapped else (left, right)
        links = [(b, a) for a, b in links] if swapped else links
        closed: set[int] = set()
        for neighbourhood in _neighbourhoods(near, far, links):
            check()
            closed |= {neighbourhood, *(known & neighbourhood for known in closed)} - {0}
            if len(found) + len(closed) > most:
                raise could_not_finish(
                    "size",
                    f"the equilibria form more than {most:,} maximal sets",
                    "break ties in the payoffs, or ask for pure equilibria",
                )
        seen_from = _neighbourhoods(far, near, [(b, a) for a, b in links])
        for known in closed:
            there = _bits(known)
            here = _bits(reduce(and_, (seen_from[k] for k in there)))
            sides = tuple(near[k] for k in here), tuple(far[k] for k in there)
            found.append(sides[::-1] if swapped else sides)
    return tuple(sorted(found))


def _neighbourhoods(nodes: Sequence[int], others: Sequence[int], links: Sequence[Edge]) -> list[int]:
    """For each of ``nodes``, the places in ``others`` of its neighbours, as bits."""
    place = {other: k for k, other in enumerate(others)}
    found = dict.fromkeys(nodes, 0)
    for node, other in links:
        found[node] |= 1 << place[other]
    return list(found.values())


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found
