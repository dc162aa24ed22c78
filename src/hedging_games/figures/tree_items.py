"""A tree as items of a scene: envelopes below, then branches, equilibrium paths, nodes and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin
from typing import Final

from hedging_games.figures.lettering import Box, box_of
from hedging_games.figures.outline import Branch, Node, nodes_of
from hedging_games.figures.palette import PATHS, player_colour
from hedging_games.figures.scene import Group, Item, Line, Mark, Point, Polygon
from hedging_games.figures.tree_layout import FAR, Layout, Sizes, lay_out, runs
from hedging_games.figures.tree_texts import (
    BESIDE,
    ENVELOPE,
    EVENT,
    NODE,
    TRIANGLE,
    WIDTH_ON_PATH,
    TreeTexts,
)
from hedging_games.games.form import CHANCE

LANE: Final = 5.0
"""Points from one link around subtrees to the next."""

BRANCH_COLOUR: Final = "#777777"


@dataclass
class DrawnTree:
    """A tree laid out: its items, seen from the root's column, and the box that they take up.

    ``linked`` : the information sets that no envelope could hold, whose nodes are joined by dashed links instead, with their letters.
    """

    items: tuple[Item, ...]
    box: Box
    linked: tuple[str, ...]


def draw_tree(texts: TreeTexts) -> DrawnTree:
    """Lays a tree out and draws it. Where information sets need links around other subtrees, it is laid out in bands, and their names get letters
    by which the links are told apart.
    """
    layout = _laid_out(texts)
    joined = _joined(texts, layout)
    if linked := [told for told, parts in joined.items() if len(parts) > 1]:
        texts.letters = {told: chr(ord("a") + k % 26) * (1 + k // 26) for k, told in enumerate(linked)}
        layout = _laid_out(texts, in_bands=True)
        joined = _joined(texts, layout)
    return _Tree(texts, layout, joined).drawn()


def _laid_out(texts: TreeTexts, *, in_bands: bool = False) -> Layout:
    sizes = Sizes(texts.segment, texts.boxes, texts.fork, _room_of_root(texts))
    return lay_out(texts.root, sizes, in_bands=in_bands)


def _room_of_root(texts: TreeTexts) -> float:
    boxes = [box_of(text) for text in texts.on_branch(texts.root, (0.0, 0.0), 0.0)]
    return max((-box[0] for box in boxes), default=0.0) + NODE


def _joined(texts: TreeTexts, layout: Layout) -> dict[str, list[list[Node]]]:
    """Each information set of several nodes, in runs that one envelope can hold."""
    members: dict[str, list[Node]] = {}
    for node in nodes_of(texts.root):
        if node.told is not None:
            members.setdefault(node.told, []).append(node)
    found = {}
    for told, nodes in members.items():
        inside = set(nodes)
        obstacles = [
            (x + box[0], y + box[1], x + box[2], y + box[3])
            for node, (x, y) in layout.places.items()
            if node not in inside
            for box in texts.boxes(node, layout.straight[node])
        ]
        obstacles += [
            box for node in layout.places if node not in inside for box in _fork_boxes(node, layout, texts.fork)
        ]
        found[told] = runs(nodes, layout, obstacles, ENVELOPE)
    return found


def _fork_boxes(node: Node, layout: Layout, fork: float) -> list[Box]:
    if not node.branches:
        return []
    x, _ = layout.places[node]
    heights = [layout.places[branch.node][1] for branch in node.branches]
    return [(x, min(heights), x + fork, max(heights))]


@dataclass
class _Tree:
    texts: TreeTexts
    layout: Layout
    joined: dict[str, list[list[Node]]]

    def drawn(self) -> DrawnTree:
        nodes = list(nodes_of(self.texts.root))
        linked = tuple(f"({letter}) {told}" for told, letter in self.texts.letters.items())
        links = list(self.links())
        items: list[Item] = [*self.envelopes(), *links]
        for node in nodes:
            for branch in node.branches:
                items += self.branch(node, branch)
        for node in nodes:
            items += self.node(node)
        left, low, right, high = self.layout.box
        corners = [point for link in links for point in link.points]
        box = (
            left,
            min([low, *(y for _, y in corners)]),
            max([right, *(x for x, _ in corners)]),
            max([high, *(y for _, y in corners)]),
        )
        return DrawnTree(tuple(items), box, linked)

    # --- information sets ------------------------------------------------------------------------------------------------

    def envelopes(self) -> Iterator[Item]:
        """A dashed outline around each run of nodes of an information set, single ones of a linked set included."""
        for told, parts in self.joined.items():
            outlines = [self._envelope(part) for part in parts if len(part) > 1 or len(parts) > 1]
            if outlines:
                yield Group(f"information set {told}", tuple(outlines))

    def _envelope(self, part: Sequence[Node]) -> Polygon:
        x, high = self.layout.places[part[0]]
        _, low = self.layout.places[part[-1]]
        steps = [k * pi / 8 for k in range(9)]
        above = [(x + ENVELOPE * cos(a), high + ENVELOPE * sin(a)) for a in steps]
        below = [(x - ENVELOPE * cos(a), low - ENVELOPE * sin(a)) for a in steps]
        return Polygon((*above, *below), edge=player_colour(part[0].player), width=0.9, dash=(3.0, 2.0))

    def links(self) -> Iterator[Line]:
        """A dashed link from each run to the next one, around all that stands between: it leaves a node downwards, goes right below all that
        follows that node, and comes back above all that follows the other.
        """
        used: list[Box] = []
        for parts in self.joined.values():
            for one, other in pairwise(parts):
                yield self._link(one[-1], other[0], used)

    def _link(self, one: Node, other: Node, used: list[Box]) -> Line:
        (x, high), (x_other, low) = self.layout.places[one], self.layout.places[other]
        leave = self._reach(one)[1] - 1.5
        arrive = self._reach(other)[3] + 1.5
        between = [
            self._reach(node)[2] for node, (_, y) in self.layout.places.items() if arrive < y < leave and node.is_end
        ]
        right = max([x, x_other, *between]) + LANE
        while any(abs(box[2] - right) < LANE - 0.1 and box[1] < leave and arrive < box[3] for box in used):
            right += LANE
        used.append((x, arrive, right, leave))
        points = (
            (x, high - ENVELOPE),
            (x, leave),
            (right, leave),
            (right, arrive),
            (x_other, arrive),
            (x_other, low + ENVELOPE),
        )
        return Line(points, player_colour(one.player), 0.9, (3.0, 2.0))

    def _reach(self, root: Node) -> Box:
        """The box of a subtree, without the branch into it."""
        found = []
        for node in nodes_of(root):
            x, y = self.layout.places[node]
            straight = 0.0 if node is root else self.layout.straight[node]
            own = self.texts.boxes(node, self.layout.straight[node])
            found += [(x - straight, y + b[1], x + b[2], y + b[3]) for b in own if b[2] < FAR]
        return (
            min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found)
        )  # fmt: skip

    # --- branches --------------------------------------------------------------------------------------------------------

    def branch(self, node: Node, branch: Branch) -> Iterator[Item]:
        """The branch itself, thin; above it what equilibria do: bold on their paths, thin with an arrow off them."""
        way = self._way(node, branch)
        if branch.is_range:
            x, y = self.layout.places[node]
            yield Polygon(
                ((x, y), (x + self.texts.fork, y + 7), (x + self.texts.fork, y - 7)), fill="#dddddd", edge=BRANCH_COLOUR
            )
        yield Line(way, BRANCH_COLOUR, 0.7)
        for number, moved in _lanes(way, sorted(node.reached & branch.node.reached)):
            colour, dash = PATHS[number % len(PATHS)]
            yield Line(moved, colour, WIDTH_ON_PATH, dash)
        for number, moved in _lanes(way, sorted(set(branch.chosen) - node.reached)):
            colour, dash = PATHS[number % len(PATHS)]
            yield Line(moved[:2], colour, 0.9, dash, arrow=True)

    def _way(self, node: Node, branch: Branch) -> tuple[Point, ...]:
        x, y = self.layout.places[node]
        end, height = self.layout.places[branch.node]
        return ((x, y), (x + self.texts.fork, height), (end, height))

    # --- nodes -----------------------------------------------------------------------------------------------------------

    def node(self, node: Node) -> Iterator[Item]:
        """The sign of a node and its words."""
        x, y = self.layout.places[node]
        if node.folded:
            corners = ((x, y), (x + TRIANGLE, y + TRIANGLE / 2), (x + TRIANGLE, y - TRIANGLE / 2))
            yield Polygon(corners, fill="#dddddd", edge=BRANCH_COLOUR)
        if node.player is not None:
            colour = player_colour(node.player)
            yield Mark((x, y), "ring" if node.player == CHANCE else "disc", NODE, colour)
        elif node.branches:
            yield Mark((x, y), "diamond", NODE)
        if node.has_event:
            yield Mark((x + NODE + EVENT / 2 + 0.5, y), "diamond", EVENT - 1)
        yield from self.texts.on_branch(node, (x, y), self.layout.straight[node])
        yield from self.texts.at_end(node, (x, y))


def _lanes(way: tuple[Point, ...], numbers: Sequence[int]) -> Iterator[tuple[int, tuple[Point, ...]]]:
    """A branch for each of the equilibria that go there, side by side."""
    for place, number in enumerate(numbers):
        yield number, _aside(way, ((len(numbers) - 1) / 2 - place) * BESIDE)


def _aside(way: tuple[Point, ...], up: float) -> tuple[Point, ...]:
    """A branch drawn again beside itself: its straight part so much higher, its slanted part aside."""
    (x, y), (fork, height), (end, _) = way
    across = -up if height > y else up if height < y else 0.0
    return ((x + across, y + up), (fork + across, height + up), (end, height + up))
