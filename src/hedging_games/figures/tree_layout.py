"""Where the nodes of a tree stand, from left to right: a tidy tree (Reingold and Tilford 1981) whose nodes have widths and heights.

Each subtree is laid out alone; subtrees of a node are moved together until they would touch, and the node stands half way between its first
and last follower. A contour is here a list of boxes, since texts of different widths stand at nodes, on branches and at ends. Nodes of an
information set stand in one column where that can be, and followers are reordered so that they stand side by side there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from hedging_games.figures.lettering import Box
from hedging_games.figures.outline import Node, nodes_of

GAP: Final = 3.0
"""Points between what belongs to two neighbours."""

FAR: Final = 1e6
"""Right of everything."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a layout must leave room for.

    ``segment`` : how long the straight part of the branch into a node must be. ``boxes`` : what stands at a node, seen from it, for a straight
    part of some length. ``fork`` : how wide the slanted part of a branch is. ``first`` : where the root stands.
    """

    segment: Callable[[Node], float]
    boxes: Callable[[Node, float], Sequence[Box]]
    fork: float
    first: float


@dataclass(slots=True)
class Layout:
    """The place of every node, and how long the straight part of the branch into it is."""

    places: dict[Node, tuple[float, float]] = field(default_factory=dict)
    straight: dict[Node, float] = field(default_factory=dict)
    box: Box = (0.0, 0.0, 0.0, 0.0)


def lay_out(root: Node, sizes: Sizes, *, in_bands: bool = False) -> Layout:
    """Places for all nodes. ``in_bands`` : neighbouring subtrees share no height at all, which leaves free ways between them."""
    columns = _columns(root)
    along = _across(root, columns, sizes)
    parents = {branch.node: node for node in nodes_of(root) for branch in node.branches}
    layout = Layout()
    for node in nodes_of(root):
        before = parents.get(node)
        layout.straight[node] = 0.0 if before is None else along[columns[node]] - along[columns[before]] - sizes.fork
    heights = {root: 0.0}
    boxes = _settle(root, sizes, layout, along, columns, heights, in_bands=in_bands)
    _absolute(root, heights)
    for node in nodes_of(root):
        layout.places[node] = (along[columns[node]], heights[node])
    layout.box = (0.0, min(b[1] for b in boxes), max(b[2] for b in boxes if b[2] < FAR), max(b[3] for b in boxes))
    return layout


# --- across --------------------------------------------------------------------------------------------------------------


def _columns(root: Node) -> dict[Node, int]:
    """The column of each node: after that of the node before it, and the same for all of an information set if that can be."""
    depth: dict[Node, int] = {root: 0}
    order = list(nodes_of(root))
    for node in order:
        for branch in node.branches:
            depth[branch.node] = depth[node] + 1
    shared: dict[str, int] = {}
    # Sets that come before one another in some orders and after in others would push each other right for ever.
    for _ in range(len(order)):
        changed = False
        for node in order:
            if node.told is not None and depth[node] != shared.setdefault(node.told, depth[node]):
                shared[node.told] = depth[node] = max(depth[node], shared[node.told])
                changed = True
            for branch in node.branches:
                if depth[branch.node] <= depth[node]:
                    depth[branch.node] = depth[node] + 1
                    changed = True
        if not changed:
            return depth
    return _plain_depth(root)


def _plain_depth(root: Node) -> dict[Node, int]:
    depth = {root: 0}
    for node in nodes_of(root):
        for branch in node.branches:
            depth[branch.node] = depth[node] + 1
    return depth


def _across(root: Node, columns: Mapping[Node, int], sizes: Sizes) -> list[float]:
    """Where each column is: far enough from that of every node before it for what stands on the branch."""
    along = [sizes.first] + [0.0] * max(columns.values(), default=0)
    into: dict[int, list[tuple[int, Node]]] = {}
    for node in nodes_of(root):
        for branch in node.branches:
            into.setdefault(columns[branch.node], []).append((columns[node], branch.node))
    for column in range(1, len(along)):
        along[column] = max(
            along[column - 1] + sizes.fork,
            *(along[before] + sizes.fork + sizes.segment(node) for before, node in into.get(column, [])),
        )
    return along


# --- up and down ---------------------------------------------------------------------------------------------------------


def _settle(
    node: Node,
    sizes: Sizes,
    layout: Layout,
    along: Sequence[float],
    columns: Mapping[Node, int],
    heights: dict[Node, float],
    *,
    in_bands: bool,
) -> list[Box]:
    """Lays out what follows a node: heights relative to the node before it; gives the boxes of the subtree, seen from its root."""
    x = along[columns[node]]
    own = [(x + b[0], b[1], x + b[2], b[3]) for b in sizes.boxes(node, layout.straight[node])]
    if not node.branches:
        return own
    placed: list[Box] = []
    offsets: list[float] = []
    for branch in node.branches:
        inner = _settle(branch.node, sizes, layout, along, columns, heights, in_bands=in_bands)
        if in_bands:
            inner = [(x, min(b[1] for b in inner), FAR, max(b[3] for b in inner))]
        offsets.append(_below(placed, inner, 2 * GAP if in_bands else GAP) if placed else 0.0)
        placed += _moved(inner, offsets[-1])
    middle = (offsets[0] + offsets[-1]) / 2
    for branch, offset in zip(node.branches, offsets, strict=True):
        heights[branch.node] = offset - middle
    fork = (x, offsets[-1] - middle, x + sizes.fork, offsets[0] - middle)
    return [*own, fork, *_moved(placed, -middle)]


def _below(placed: Sequence[Box], inner: Sequence[Box], gap: float) -> float:
    """How far up, or rather down, the boxes of a subtree go so that they stand below all that is placed."""
    room = [above[1] - gap - box[3] for above in placed for box in inner if above[0] < box[2] and box[0] < above[2]]
    return min(room, default=min(above[1] for above in placed))


def _moved(boxes: Sequence[Box], up: float) -> list[Box]:
    return [(b[0], b[1] + up, b[2], b[3] + up) for b in boxes]


def _absolute(root: Node, heights: dict[Node, float]) -> None:
    for node in nodes_of(root):
        for branch in node.branches:
            heights[branch.node] += heights[node]


# --- information sets side by side ---------------------------------------------------------------------------------------


def reorder(root: Node) -> None:
    """Reorders followers so that nodes of an information set stand side by side in their column, as far as turning the followers of single
    nodes gets there. Trees in which they already do stay as they are.
    """
    columns = _columns(root)
    apart = _apart(root, columns)
    improved = apart > 0
    while improved:
        improved = False
        for node in list(nodes_of(root)):
            for first in range(len(node.branches) - 1):
                for second in range(first + 1, len(node.branches)):
                    before = list(node.branches)
                    node.branches[first], node.branches[second] = node.branches[second], node.branches[first]
                    now = _apart(root, columns)
                    if now < apart:
                        apart, improved = now, True
                    else:
                        node.branches = before
        improved = improved and apart > 0


def _apart(root: Node, columns: Mapping[Node, int]) -> int:
    """How many steps from one node of an information set to the next pass something else in their column."""
    by_column: dict[int, list[str | None]] = {}
    for node in nodes_of(root):
        by_column.setdefault(columns[node], []).append(node.told)
    apart = 0
    for column in by_column.values():
        last: dict[str, int] = {}
        for k, told in enumerate(column):
            if told is not None:
                apart += told in last and last[told] != k - 1
                last[told] = k
    return apart


def runs(members: Sequence[Node], layout: Layout, obstacles: Sequence[Box], reach: float) -> list[list[Node]]:
    """The nodes of an information set, from top to bottom, in runs of which one envelope can hold all: in one column, with nothing between."""
    ordered = sorted(members, key=lambda node: -layout.places[node][1])
    found = [[ordered[0]]]
    for one, other in pairwise(ordered):
        (x, high), (x_other, low) = layout.places[one], layout.places[other]
        between = (x - reach, low + 0.5, x + reach, high - 0.5)
        free = x == x_other and not any(_meets(between, box) for box in obstacles)
        if free:
            found[-1].append(other)
        else:
            found.append([other])
    return found


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
