"""The tables of a payoff matrix, written in letters as large as fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Final, TypeAlias

import numpy as np

from hedging_games.figures.asked import Asked
from hedging_games.figures.charts import rectangle
from hedging_games.figures.finite_outline import worth_text
from hedging_games.figures.lettering import height_of, widest_word, width_of, wrapped
from hedging_games.figures.pages import Block
from hedging_games.figures.palette import player_colour
from hedging_games.figures.scene import INK, Group, Item, Line, Point, Polygon, Text
from hedging_games.games.reductions import StrategicForm
from hedging_games.theory.dominance import plan_names

SIZES: Final = (8.0, 7.5, 7.0, 6.5, 6.0)
PAD: Final = 4.0
"""Points between the words of a cell and its sides."""

UNDER: Final = 1.2
"""Points from a payoff down to the line that marks it as a best response."""

RULE: Final = 0.6
FAR: Final = 1e6
FRAME: Final = 1.8

Cell: TypeAlias = tuple[int, ...]
"""The number of a strategy for each player."""


@dataclass
class Matrix:
    """A strategic form to be written: ``best`` as of `matrices.best_responses`, ``numbers`` the equilibria that are played in single cells."""

    what: Asked
    table: StrategicForm
    best: np.ndarray | None
    numbers: dict[Cell, list[int]]
    names: list[list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.names = plan_names(self.table)

    def texts(self, cell: Cell) -> list[str]:
        """The payoffs of a cell."""
        return [worth_text(self.table.payoffs[(player, *cell)]) for player in range(len(self.table.plans))]

    def is_framed(self, cell: Cell) -> bool:
        """Whether all payoffs of a cell are best responses."""
        return self.best is not None and all(self.best[(player, *cell)] for player in range(len(self.best)))

    def fitted(self, room: float) -> Written:
        """The tables in the largest letters in which they fit: payoffs in a row, one below the other, or broken into lines."""
        ways = [Written(self, size, stacked=stacked, room=room) for stacked in (False, True) for size in SIZES]
        ways += [Written(self, size, stacked=True, room=room, broken=True) for size in SIZES]
        return next((way for way in ways if way.wide <= room), min(ways, key=lambda way: way.wide))

    def in_words(self) -> str:
        """The matrix for those who cannot see it: each cell with its payoffs."""
        players = self.table.game.players
        said = [f"A payoff matrix for {', '.join(players)}."]
        for cell in np.ndindex(self.table.payoffs.shape[1:]):
            plans = ", ".join(names[plan] for names, plan in zip(self.names, cell, strict=True))
            framed = " (equilibrium)" if self.is_framed(cell) else ""
            said.append(f"{plans}: {', '.join(self.texts(cell))}{framed}.")
        return " ".join(said)


class Written:
    """The tables of a matrix in one way of writing: payoffs in a row or ``stacked``, and then whole or ``broken`` into lines."""

    def __init__(self, matrix: Matrix, size: float, *, stacked: bool, room: float, broken: bool = False) -> None:
        self.matrix, self.size, self.stacked = matrix, size, stacked
        players = matrix.table.game.players
        rows, columns = matrix.table.payoffs.shape[1:3]
        rooms = (
            max(widest_word(matrix.names[0], size), room * 0.2),
            max(widest_word(matrix.names[1], size), room / (columns + 1)),
        )
        self.row_names, self.column_names = (
            [wrapped(name, size, most) for name in names] for names, most in zip(matrix.names[:2], rooms, strict=True)
        )
        named = width_of(players[0], size, bold=True)
        self.first = max([named, *(width_of(name, size) for name in self.row_names)]) + 2 * PAD
        self.payoff_room = (room - self.first) / columns - 2 * PAD if broken else FAR
        others = list(product(*(range(n) for n in matrix.table.payoffs.shape[3:])))
        row_cells = [[(r, c, *o) for c in range(columns) for o in others] for r in range(rows)]
        column_cells = [[(r, c, *o) for r in range(rows) for o in others] for c in range(columns)]
        self.widths = [
            max(width_of(name, size), *map(self.cell_width, cells)) + 2 * PAD
            for name, cells in zip(self.column_names, column_cells, strict=True)
        ]
        self.heights = [
            max(height_of(name, size), *map(self.cell_height, cells)) + 2 * PAD
            for name, cells in zip(self.row_names, row_cells, strict=True)
        ]
        self.head = max(height_of(name, size) for name in self.column_names) + 2 * PAD
        self.top = size + 2.0
        self.wide = self.first + max(sum(self.widths), width_of(players[1], size, bold=True))

    def texts(self, cell: Cell) -> list[list[str]]:
        """The payoffs of a cell, each in lines."""
        payoffs = self.matrix.texts(cell)
        room = max(self.payoff_room, widest_word(payoffs, self.size))
        return [wrapped(payoff, self.size, room).split("\n") for payoff in payoffs]

    def cell_width(self, cell: Cell) -> float:
        """How wide the words of a cell are."""
        widths = [width_of("\n".join(lines), self.size, maths=True) for lines in self.texts(cell)]
        corner = width_of(self.corner(cell), self.size - 1.5) + 4 if cell in self.matrix.numbers else 0.0
        if self.stacked:
            return max(widths) + 2 * corner
        return sum(widths) + (len(widths) - 1) * self.comma + 2 * corner

    def cell_height(self, cell: Cell) -> float:
        """How high the words of a cell are."""
        lines = sum(map(len, self.texts(cell))) if self.stacked else 1
        return lines * self.step

    @property
    def step(self) -> float:
        """From one line of a cell to the next, with room for the line under it."""
        return self.size + UNDER + 1

    @property
    def comma(self) -> float:
        """The width of what parts two payoffs."""
        return width_of(", ", self.size) + 1

    def corner(self, cell: Cell) -> str:
        """The numbers of the equilibria that are played in a cell."""
        return ", ".join(map(str, self.matrix.numbers.get(cell, [])))

    def block(self, others: Cell) -> Block:
        """The table of one combination of the other players' strategies."""
        items: list[Item] = [*self._heads()]
        frames: list[Item] = []
        y = -self.top - self.head
        for row, height in enumerate(self.heights):
            x = self.first
            items.append(Text((x - PAD, y - height / 2), self.row_names[row], "left", self.size))
            for column, width in enumerate(self.widths):
                cell = (row, column, *others)
                box = rectangle(x, y - height, width, height)
                items.append(Polygon(box, edge=INK, width=RULE))
                items += self._cell(cell, (x, y, width, height))
                if self.matrix.is_framed(cell):
                    inside = rectangle(x + 1.2, y - height + 1.2, width - 2.4, height - 2.4)
                    frames.append(Polygon(inside, edge=INK, width=FRAME))
                x += width
            y -= height
        return Block((*items, *frames), -y)

    def _heads(self) -> Iterator[Item]:
        players = self.matrix.table.game.players
        middle = self.first + sum(self.widths) / 2
        named = width_of(players[1], self.size, bold=True)
        yield Text(
            (max(middle, self.first + named / 2), 0.0),
            players[1],
            "below",
            self.size,
            bold=True,
            colour=player_colour(1),
        )
        yield Text(
            (self.first - PAD, -self.top - self.head / 2),
            players[0],
            "left",
            self.size,
            bold=True,
            colour=player_colour(0),
        )
        x = self.first
        for name, width in zip(self.column_names, self.widths, strict=True):
            yield Text((x + width / 2, -self.top - self.head / 2), name, "centre", self.size)
            x += width

    def _cell(self, cell: Cell, box: tuple[float, float, float, float]) -> Iterator[Item]:
        """Payoffs, those that are best responses underlined, and the numbers of equilibria in the corner."""
        left, top, width, height = box
        plans = ", ".join(names[plan] for names, plan in zip(self.matrix.names, cell, strict=True))
        middle = left + width / 2, top - height / 2
        written = self._stacked(cell, *middle) if self.stacked else self._in_a_row(cell, *middle)
        yield Group(f"cell {plans}", tuple(written))
        if cell in self.matrix.numbers:
            yield Text((left + width - 4.0, top - 3.6), self.corner(cell), "below left", self.size - 1.5)

    def _stacked(self, cell: Cell, x: float, y: float) -> Iterator[Item]:
        y += (self.cell_height(cell) - self.step) / 2 + UNDER / 2
        for player, lines in enumerate(self.texts(cell)):
            for line in lines:
                yield from self._payoff(cell, player, line, (x - width_of(line, self.size, maths=True) / 2, y))
                y -= self.step

    def _in_a_row(self, cell: Cell, x: float, y: float) -> Iterator[Item]:
        texts = [" ".join(lines) for lines in self.texts(cell)]
        widths = [width_of(text, self.size, maths=True) for text in texts]
        x -= (sum(widths) + (len(texts) - 1) * self.comma) / 2
        for player, (text, wide) in enumerate(zip(texts, widths, strict=True)):
            comma = "," if player < len(texts) - 1 else ""
            yield from self._payoff(cell, player, text, (x, y + UNDER / 2), comma)
            x += wide + self.comma

    def _payoff(self, cell: Cell, player: int, text: str, place: Point, comma: str = "") -> Iterator[Item]:
        colour = player_colour(player)
        yield Text(place, text + comma, "right", self.size, colour=colour, maths=True)
        if self.matrix.best is not None and self.matrix.best[(player, *cell)]:
            x, under = place[0], place[1] - self.size / 2 - UNDER / 2
            yield Line(((x, under), (x + width_of(text, self.size, maths=True), under)), colour, 1.0)
