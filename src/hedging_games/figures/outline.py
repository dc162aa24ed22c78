"""A tree as it is to be drawn: who moves at each node, what stands on each branch, and which equilibria go where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_NODES: Final = 200
"""Nodes that are drawn; larger trees are folded."""


@dataclass(eq=False, slots=True)
class Branch:
    """What leads from a node to one that follows.

    ``label`` : the action. ``odds`` : its probability, at moves of chance. ``chosen`` : the equilibria that take it, by number, and with
    which probability (empty: with certainty). ``is_range`` : it stands for all numbers of a continuous choice.
    """

    label: str
    node: Node
    odds: str = ""
    chosen: Mapping[int, str] = field(default_factory=dict)
    is_range: bool = False


@dataclass(eq=False, slots=True)
class Node:
    """A history.

    ``player`` : the number of the one who moves, `games.form.CHANCE`, or None at ends and where cases part. ``name`` : how the mover is
    called. ``told`` : the information set, which nodes share that their mover cannot tell apart; None where there is only one.
    ``payoffs`` : at ends, a text for each player, and what comes ``then``. ``has_event`` : whether the event happens at this end.
    ``folded`` : how many ends are hidden below it, 0 where it is drawn whole. ``reached`` : the equilibria that lead here.
    """

    player: int | None = None
    name: str = ""
    told: str | None = None
    branches: list[Branch] = field(default_factory=list)
    payoffs: tuple[str, ...] = ()
    then: str = ""
    has_event: bool = False
    folded: int = 0
    reached: frozenset[int] = frozenset()

    @property
    def is_end(self) -> bool:
        """Whether nothing is drawn after it."""
        return not self.branches


def nodes_of(root: Node) -> Iterator[Node]:
    """A node and all that follow it, each before those."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(branch.node for branch in reversed(node.branches))


def count(root: Node) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in nodes_of(root))


def fold(root: Node, most: int = MOST_NODES) -> int:
    """Fold a tree of more than ``most`` nodes: below a depth, only what an equilibrium reaches stays, as long as there is room.

    A folded node keeps its information set, and the number of ends that it hides. Gives the number of folded nodes.
    """
    if count(root) <= most:
        return 0
    levels = _levels(root)
    shown, depth = 0, 0
    while depth < len(levels) and shown + len(levels[depth]) <= most:
        shown += len(levels[depth])
        depth += 1
    # The last level that fits is folded, but for what is reached there and the equilibria's way on from it.
    waiting = list(levels[depth - 1])
    folded = 0
    while waiting:
        node = waiting.pop(0)
        if node.is_end:
            continue
        if node.reached and shown + len(node.branches) <= most:
            shown += len(node.branches)
            waiting += [branch.node for branch in node.branches]
            continue
        node.folded = sum(inner.is_end for inner in nodes_of(node))
        node.branches = []
        folded += 1
    return folded


def _levels(root: Node) -> list[list[Node]]:
    levels = [[root]]
    while following := [branch.node for node in levels[-1] for branch in node.branches]:
        levels.append(following)
    return levels
