"""What stands at the nodes and branches of a tree, and how much room it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hedging_games.figures.lettering import Box, box_of, height_of, width_of, wrapped
from hedging_games.figures.outline import Branch, Node, nodes_of
from hedging_games.figures.palette import player_colour
from hedging_games.figures.scene import INK, Text

NODE: Final = 4.5
"""The diameter of a node."""

ENVELOPE: Final = 6.5
"""Half the width of an envelope around an information set."""

BESIDE: Final = 2.2
"""Points from one equilibrium's line to the next, where several go the same way."""

WIDTH_ON_PATH: Final = 1.9
EVENT: Final = 5.0
"""The diameter of the mark at ends where the event happens."""

AIRY: Final = 1.08
"""From one player's payoff to the next one's, in units of its height."""

FORK: Final = 16.0
NARROW_FORK: Final = 9.0

TRIANGLE: Final = 12.0
"""How long the triangle is that stands for a folded subtree."""


@dataclass
class TreeTexts:
    """The texts of a tree in one size of letters; ``stacked`` : payoffs one below the other, with the players' names, no wider than ``room``.

    Labels are wrapped at ``label_room``; in ``compact`` trees forks are narrower, and names stand below odds instead of beside them.
    ``letters`` stand with the name, by information set. Payoffs in ``numbered`` are only numbers in brackets here, and written out elsewhere.
    """

    root: Node
    players: Sequence[str]
    size: float
    stacked: bool
    room: float
    label_room: float = 1e6
    compact: bool = False
    numbered: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    into: dict[Node, Branch] = field(init=False)
    named: frozenset[Node] = field(init=False)

    def __post_init__(self) -> None:
        self.into = {branch.node: branch for node in nodes_of(self.root) for branch in node.branches}
        # In an information set the name stands once, or anew where something else has come between.
        mine, last = [], None
        for node in nodes_of(self.root):
            if node.name and (node.told is None or node.told != last):
                mine.append(node)
            last = node.told or (last if node.is_end or not node.name else None)
        self.named = frozenset(mine)

    def name_of(self, node: Node) -> str:
        """Who moves at a node, and the letter of the information set if it has one."""
        letter = self.letters.get(node.told or "")
        return f"{node.name} ({letter})" if letter else node.name

    @property
    def fork(self) -> float:
        """How wide the slanted part of a branch is."""
        return NARROW_FORK if self.compact else FORK

    def segment(self, node: Node) -> float:
        """How long the straight part of the branch into a node must be."""
        branch = self.into[node]
        side = (ENVELOPE if node.told else NODE) + 3
        above = width_of(self.label(branch), self.size, maths=_is_formula(branch))
        under = under_text(branch)
        odds = width_of(under, self.size, maths=True) + 6 if under else 0.0
        name = width_of(self.name_of(node), self.size, bold=True) if node in self.named else 0.0
        below = max(odds, name) if self.compact else odds + name
        return max(above, below) + side + 3

    def boxes(self, node: Node, straight: float) -> list[Box]:
        """What stands at a node and on the branch into it, seen from the node."""
        half = ENVELOPE + 1 if node.told else NODE / 2 + 1
        thick = self.half_thickness(node)
        found: list[Box] = [(-half, -half, half, half), (-straight, -thick, 0.0, thick)]
        if any(branch.is_range for branch in node.branches):
            found.append((0.0, -8.0, self.fork, 8.0))
        found += [box_of(text) for text in self.on_branch(node, (0.0, 0.0), straight)]
        found += [(b[0], b[1] - 1, b[2], b[3] + 1) for b in map(box_of, self.at_end(node, (0.0, 0.0)))]
        if node.folded:
            found.append((0.0, -TRIANGLE / 2, TRIANGLE, TRIANGLE / 2))
        return found

    def on_branch(self, node: Node, place: tuple[float, float], straight: float) -> Iterator[Text]:
        """The action above the line, its probability below it, and before the node the name of who moves there."""
        x, y = place
        colour = player_colour(node.player)
        side = (ENVELOPE if node.told else NODE / 2) + 2
        branch = self.into.get(node)
        if branch is None:
            if node in self.named:
                yield Text((x - side, y), self.name_of(node), "left", self.size, bold=True, colour=colour)
            return
        half = self.half_thickness(node)
        start = x - straight + 2
        yield Text((start, y + half), self.label(branch), "above right", self.size, maths=_is_formula(branch))
        if under := under_text(branch):
            yield Text((start, y - half), under, "below right", self.size - 0.5, maths=True)
        if node in self.named:
            lower = height_of(under, self.size - 0.5) if under and self.compact else 0.0
            yield Text(
                (x - side, y - half - lower), self.name_of(node), "below left", self.size, bold=True, colour=colour
            )

    def label(self, branch: Branch) -> str:
        """What stands on a branch."""
        return wrapped(branch.label, self.size, self.label_room)

    def half_thickness(self, node: Node) -> float:
        """How far texts stay away from the lines of the branch into a node."""
        lines = len(node.reached)
        return 1.0 + (0.6 if lines == 0 else (lines - 1) * BESIDE / 2 + WIDTH_ON_PATH / 2)

    def at_end(self, node: Node, place: tuple[float, float]) -> Iterator[Text]:
        """Payoffs, each in its player's colour, and what comes then; or how much is folded."""
        x, y = place
        if node.folded:
            many = f"{node.folded} ends" if node.folded > 1 else "1 end"
            yield Text((x + TRIANGLE + 2, y), many, "right", self.size)
            return
        if not node.payoffs:
            return
        x += NODE + (EVENT + 3 if node.has_event else 0.0)
        if node.payoffs in self.numbered:
            then = f" {node.then}" if node.then else ""
            yield Text((x, y), f"({self.numbered[node.payoffs]}){then}", "right", self.size)
            return
        if self.stacked:
            yield from self._stacked(node, (x, y))
        else:
            yield from self._in_a_row(node, (x, y))

    def _in_a_row(self, node: Node, place: tuple[float, float]) -> Iterator[Text]:
        x, y = place
        last = len(node.payoffs) - 1
        for player, payoff in enumerate(node.payoffs):
            colour = player_colour(player)
            words = payoff + ("," if player < last else "")
            yield Text((x, y), words, "right", self.size, maths=True, colour=colour)
            x += width_of(words, self.size, maths=True) + width_of(" ", self.size)
        if node.then:
            yield Text((x + 4, y), node.then, "right", self.size)

    def _stacked(self, node: Node, place: tuple[float, float]) -> Iterator[Text]:
        x, y = place
        lines = self.stack(node)
        top = y + sum(height_of(words, self.size) for _, words, _ in lines) * AIRY / 2
        for colour, words, maths in lines:
            yield Text((x, top), words, "below right", self.size, colour=colour, maths=maths)
            top -= height_of(words, self.size) * AIRY

    def stack(self, node: Node) -> list[tuple[str, str, bool]]:
        """Colour and words of each payoff, wrapped, and whether they are a formula; then what comes afterwards."""
        lines = [
            (player_colour(k), wrapped(f"{name}: {payoff}", self.size, self.room), True)
            for k, (name, payoff) in enumerate(zip(self.players, node.payoffs, strict=True))
        ]
        return [*lines, (INK, wrapped(node.then, self.size, self.room), False)] if node.then else lines


def under_text(branch: Branch) -> str:
    """What stands below a branch: the odds of chance, or with which probability it is taken (or which number is), by equilibrium."""
    if branch.odds:
        return branch.odds
    texts = set(branch.chosen.values())
    if len(texts) <= 1:
        return next(iter(texts), "")
    return ", ".join(f"{k}: {text or '1'}" for k, text in branch.chosen.items())


def _is_formula(branch: Branch) -> bool:
    """Whether a label speaks of numbers: a range, a case, or an action that is a number."""
    return branch.is_range or any(sign in branch.label for sign in ("=", ">", "<", "≥", "≤"))
