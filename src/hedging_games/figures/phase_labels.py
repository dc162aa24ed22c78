"""The words in a phase diagram: what regions, borders, ties and cases are called, each where there is room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Final

import numpy as np

from hedging_games.figures.charts import Entry
from hedging_games.figures.lettering import Box, box_of, height_of, overlap, width_of, wrapped
from hedging_games.figures.palette import PAPER, PATHS, Fill
from hedging_games.figures.phase_items import place_text
from hedging_games.figures.phase_naming import Naming
from hedging_games.figures.placing import Room, along
from hedging_games.figures.regime_names import Place, regime_name
from hedging_games.figures.regions import Edge, Kind, Tie
from hedging_games.figures.scene import INK, Anchor, Item, Mark, Point, Text

SIZE: Final = 7.5
SMALL: Final = 6.5
"""Sizes of letters."""

WIDTHS: Final = (220.0, 160.0, 120.0, 90.0, 65.0, 50.0)
"""How wide the name of a region may be, the first that fits is taken."""

MOST_LINES: Final = 9
SHARES: Final = (0.5, 0.35, 0.65, 0.22, 0.78, 0.12, 0.88)
"""Where along a border its equation may stand."""


@dataclass
class Labels:
    """Places words one after the other, each where nothing is yet. ``items`` and lines of the legend, ``entries``, are added.

    ``dimensions`` : parameters of the figure; over one the height means nothing.
    """

    room: Room
    naming: Naming
    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    numbers: dict[Kind, int] = field(default_factory=dict)
    told: set[Kind] = field(default_factory=set)
    dimensions: int = 2

    # --- cases -----------------------------------------------------------------------------------------------------------

    def cases(self, places: Sequence[Place]) -> None:
        """Marks of cases with their names, in brackets and with a ring where further parameters differ from the figure's."""
        grouped: dict[Point, list[Place]] = {}
        for place in places:
            grouped.setdefault((place.at[0], place.at[1]), []).append(place)
        for at, here in grouped.items():
            x, y = self.room.on_page(at)
            self.room.take((x - 3, y - 3, x + 3, y + 3))
            self.items.append(Mark(at, "disc" if any(place.same for place in here) else "ring", 4.5))
        for at, here in grouped.items():
            self._case_name(at, ", ".join(place.name if place.same else f"({place.name})" for place in here))

    def _case_name(self, at: Point, name: str) -> None:
        options = [Text(at, name, anchor, SMALL, shift=(across, up)) for anchor, across, up in _SIDES]
        free = [text for text in options if self.room.is_free(self._box(text))]
        if not free:
            where = place_text(at[: self.dimensions])
            self.entries.append(Entry(f"at {where}: {name}", mark=("disc", INK)))
            return
        best = min(free, key=lambda text: len(self.room.kinds_in(self._box(text))))
        under = self.room.kinds_in(self._box(best))
        fill = self.naming.fills[under[0]] if len(under) == 1 and under[0] is not None else Fill(PAPER)
        self.add(replace(best, colour=fill.ink, back=fill.colour))

    # --- regions ---------------------------------------------------------------------------------------------------------

    def regions(self) -> None:
        """Names in place; where there is no room a number, which the legend explains; where there is none for that the place."""
        for kind, mask in self.room.components():
            name = self.naming.names[kind]
            if not self._named(kind, mask, name):
                self._numbered(kind, mask)
            self.told.add(kind)

    def _named(self, kind: Kind, mask: np.ndarray, name: Sequence[str]) -> bool:
        text = regime_name(name, "\n")
        if kind in self.naming.repeated:
            text = f"({self._number(kind)}) {text}"
        for size in (SIZE, SMALL):
            for width in WIDTHS:
                lines = wrapped(text, size, width)
                is_whole = all(width_of(word, size) <= width for word in text.split())
                if lines.count("\n") < MOST_LINES and is_whole and self._put(kind, mask, lines, size):
                    return True
        return False

    def _numbered(self, kind: Kind, mask: np.ndarray) -> None:
        is_new = kind not in self.told
        number = self.numbers.get(kind, len(self.numbers) + 1)
        if any(self._put(kind, mask, f"({number})", size) for size in (SIZE, 6.0, 5.0)):
            self._number(kind)
        elif is_new:
            self._number(kind)
            region = next(region for region in self.room.drawn.regions if region.kind == kind)
            at = place_text([float(value) for value in region.cell.sample])
            said = f"{self.entries[-1].text} (around {at}, too small for a number)"
            self.entries[-1] = replace(self.entries[-1], text=said)

    def _number(self, kind: Kind) -> int:
        if kind not in self.numbers:
            self.numbers[kind] = len(self.numbers) + 1
            text = regime_name(self.naming.names[kind], " | ")
            number = self.numbers[kind]
            self.entries.append(Entry(f"({number}) {text}", fill=self.naming.fills[kind]))
        return self.numbers[kind]

    def _put(self, kind: Kind, mask: np.ndarray, lines: str, size: float) -> bool:
        width, height = width_of(lines, size), height_of(lines, size)
        middle = self.room.inside(mask, width + 4, height + 3)
        if middle is None:
            return False
        fill = self.naming.fills[kind]
        back = fill.colour if fill.hatch else None
        self.add(Text(self.room.in_data(middle), lines, size=size, colour=fill.ink, back=back))
        return True

    # --- ties ------------------------------------------------------------------------------------------------------------

    def ties(self) -> None:
        """A letter beside each line and point of ties, and in the legend what is played there."""
        ties = self.room.drawn.ties
        for position, kind in enumerate(self.room.drawn.tied):
            letter = _letter(position)
            own = [tie for tie in ties if tie.kind == kind]
            for tie in own:
                self._letter(tie, letter)
            colour, dash = PATHS[1 + position % (len(PATHS) - 1)]
            text = f"({letter}) {regime_name(self.naming.names[kind], ' | ')}"
            if any(len(tie.points) > 1 for tie in own):
                self.entries.append(Entry(text, line=(colour, dash, 2.4)))
            else:
                self.entries.append(Entry(text, mark=("diamond", colour)))

    def _letter(self, tie: Tie, letter: str) -> None:
        for share in SHARES:
            at, _ = along(tie.points, share) if len(tie.points) > 1 else (tie.points[0], (0.0, 0.0))
            for anchor, across, up in _SIDES:
                text = Text(at, f"({letter})", anchor, SMALL, shift=(across, up), back=PAPER)
                if self.room.is_free(self._box(text)):
                    self.add(text)
                    return

    # --- borders ---------------------------------------------------------------------------------------------------------

    def borders(self, texts: Mapping[Edge, tuple[str, ...]]) -> None:
        """The equation of each border along its longest piece; where there is no room a Roman number, which the legend explains."""
        longest: dict[tuple[str, ...], Edge] = {}
        for edge, said in texts.items():
            if said and (said not in longest or self._length(edge) > self._length(longest[said])):
                longest[said] = edge
        numbered = 0
        for said, edge in longest.items():
            if any(self._along(edge, text, maths=True) for text in said):
                continue
            numbered += 1
            number = roman(numbered)
            is_placed = self._along(edge, number, maths=False)
            where = "" if is_placed else f" (next to ({edge.points[0][0]:.4g}, {edge.points[0][1]:.4g}))"
            self.entries.append(Entry(f"{number}: the border {said[0]}{where}"))

    def _length(self, edge: Edge) -> float:
        places = [self.room.on_page(point) for point in edge.points]
        return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(places))

    def _along(self, edge: Edge, text: str, *, maths: bool) -> bool:
        places = [self.room.on_page(point) for point in edge.points]
        if maths and width_of(text, SMALL, maths=True) > 0.9 * self._length(edge):
            return False
        for share in SHARES:
            at, (across, up) = along(places, share)
            angle = degrees(atan2(up, across))
            angle = (angle + 180 if angle < -90 else angle - 180 if angle > 90 else angle) if maths else 0.0
            said = Text(self.room.in_data(at), text, size=SMALL, maths=maths, angle=round(angle, 1), back=PAPER)
            if self.room.is_free(self._box(said)) and self._is_clear(self._box(said)):
                self.add(said)
                return True
        return False

    # --- all words -------------------------------------------------------------------------------------------------------

    def _box(self, text: Text) -> Box:
        """The box of a text, in points from the chart's lower left corner."""
        return box_of(replace(text, at=self.room.on_page(text.at)))

    def _is_clear(self, box: Box) -> bool:
        return not any(isinstance(item, Text) and overlap(box, self._box(item)) for item in self.items)

    def add(self, text: Text) -> None:
        """A text that stands from now on."""
        self.items.append(text)
        self.room.take(self._box(text))


_AROUND: Final[tuple[tuple[Anchor, float, float], ...]] = (
    ("above right", 1.0, 0.6),
    ("above left", -1.0, 0.6),
    ("below right", 1.0, -0.6),
    ("below left", -1.0, -0.6),
    ("right", 1.2, 0.0),
    ("left", -1.2, 0.0),
    ("above", 0.0, 1.2),
    ("below", 0.0, -1.2),
)
_SIDES: Final = tuple((anchor, across * far, up * far) for far in (4.0, 8.0, 14.0) for anchor, across, up in _AROUND)
"""On which sides of a place words may stand, and how far from it: the first that is free is taken."""


def roman(number: int) -> str:
    """A number in small Roman figures."""
    text = ""
    for worth, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        text += number // worth * sign
        number %= worth
    return text


def _letter(position: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[position] if position < len(letters) else letters[position // 26 - 1] + letters[position % 26]
