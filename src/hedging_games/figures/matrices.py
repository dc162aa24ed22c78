"""Payoff matrices: a table of cells for two players, one for each strategy of further players; best responses and equilibria marked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from hedging_games.errors import input_error
from hedging_games.figures.asked import Asked, Shown, Wanted, asked, made_from, payoff_line
from hedging_games.figures.charts import MARGIN, Entry, rectangle
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.finite_outline import worth_text
from hedging_games.figures.lettering import height_of, width_of, wrapped
from hedging_games.figures.pages import Block, heading, key, page
from hedging_games.figures.palette import player_colour
from hedging_games.figures.scene import INK, Group, Item, Line, Point, Polygon, Scene, Text
from hedging_games.figures.tree_texts import widest_word
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm, strategic_form
from hedging_games.theory.dominance import plan_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CELLS: Final = 600
"""Cells that are drawn at most."""

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


def matrix(shown: Shown, *, equilibria: Wanted = None, width: Width = "text", ax: Axes | None = None) -> Drawing:
    """Draw a game as a payoff matrix: rows for the first player, columns for the second, a table for each strategy of the others.

    A tree is drawn in its reduced strategic form. Payoffs that are best responses are underlined, and cells in which all are (the Nash
    equilibria in pure strategies) framed: both follow from the payoffs, not from a solver. With a model payoffs are formulas, and
    these marks are those at the baseline, if ``equilibria`` are asked for.

    Parameters
    ----------
    shown, equilibria, width, ax : as of `tree`. Equilibria are written below; pure ones have their number in the corner of their cell.

    Raises
    ------
    InputError
        As `tree`; for fewer than two players, continuous choices and play over time, and for more than 600 cells.
    CouldNotFinish
        If the strategic form is too large to be made.
    """
    what = asked(shown, equilibria)
    return drawn(matrix_scene(what, points_of(width)), ax)


def matrix_scene(what: Asked, width: float) -> Scene:
    """The scene of a payoff matrix on a page of so many points; wider if need be."""
    table = _table(what)
    best = best_responses(_numbers(what, table))
    described = _Matrix(what, table, best, _cells_of(what, table))
    written = described.fitted(width - 2 * MARGIN)
    wide = max(width, written.wide + 2 * MARGIN)
    room = wide - 2 * MARGIN
    blocks = [heading(what.title, room), payoff_line(what.game.players, room)]
    for others in product(*(range(len(plans)) for plans in table.plans[2:])):
        said = "; ".join(
            f"{name}: {described.names[2 + k][plan]}"
            for k, (name, plan) in enumerate(zip(table.game.players[2:], others, strict=True))
        )
        blocks += [heading(said, room, size=8.0)] if said else []
        blocks.append(written.block(others))
    blocks.append(key(list(_entries(what, best)), room))
    return page(
        wide,
        blocks,
        title=f"{what.title}: payoff matrix",
        description=described.in_words(),
        provenance=made_from("matrix", what.game),
    )


def _table(what: Asked) -> StrategicForm:
    game = what.game
    if not isinstance(game, Game):
        what_is_wrong = (
            f"'{game.name or game.title}' has no payoff matrix: it has continuous choices, or is played over time"
        )
        remedy = "draw a tree; or make a grid of the model (on_grid), or take a period (stages[0]) of a game over time"
        raise input_error("figure", what_is_wrong, remedy)
    if len(game.players) < 2:
        raise input_error("figure", "a matrix needs two players", "draw a tree")
    table = strategic_form(game)
    cells = math.prod(len(plans) for plans in table.plans)
    if cells > MOST_CELLS:
        raise input_error(
            "figure",
            f"the matrix would have {cells} cells, more than {MOST_CELLS}",
            "draw a tree, or use a coarser grid",
        )
    return table


def _numbers(what: Asked, table: StrategicForm) -> np.ndarray | None:
    """Payoffs as numbers, where best responses can be told: the game's own, or the model's at the point of its equilibria."""
    if what.point is not None:
        return strategic_form(what.point).payoffs
    return None if what.model is not None or table.game.arithmetic.name not in ("exact", "fast") else table.payoffs


def best_responses(payoffs: np.ndarray | None) -> np.ndarray | None:
    """Shape as ``payoffs`` (players, strategies of player 0, of player 1, ...): whether a player's strategy is a best response to those of the
    others; None where payoffs are no numbers.
    """
    if payoffs is None:
        return None
    best = np.empty(payoffs.shape, dtype=bool)
    for player, worth in enumerate(payoffs):
        best[player] = worth == worth.max(axis=player, keepdims=True)
    return best


def _cells_of(what: Asked, table: StrategicForm) -> dict[Cell, list[int]]:
    """Which of the equilibria are played in a single cell, by cell."""
    found: dict[Cell, list[int]] = {}
    for number, equilibrium in enumerate(what.equilibria):
        profile = equilibrium if isinstance(equilibrium, MixedProfile) else equilibrium.profile
        played = [
            [k for k, plan in enumerate(plans) if all(profile.probabilities[slot] == 1 for slot in plan)]
            for plans in table.plans
        ]
        if all(len(plans) == 1 for plans in played):
            found.setdefault(tuple(plans[0] for plans in played), []).append(number)
    return found


@dataclass
class _Matrix:
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

    def fitted(self, room: float) -> _Written:
        """The tables in the largest letters in which they fit: payoffs in a row, one below the other, or broken into lines."""
        ways = [_Written(self, size, stacked=stacked, room=room) for stacked in (False, True) for size in SIZES]
        ways += [_Written(self, size, stacked=True, room=room, broken=True) for size in SIZES]
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


class _Written:
    """The tables of a matrix in one way of writing: payoffs in a row or ``stacked``, and then whole or ``broken`` into lines."""

    def __init__(self, matrix: _Matrix, size: float, *, stacked: bool, room: float, broken: bool = False) -> None:
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
            yield from self._payoff(cell, player, text, (x, y + UNDER / 2))
            x += wide
            if player < len(texts) - 1:
                yield Text((x, y + UNDER / 2), ",", "right", self.size)
            x += self.comma

    def _payoff(self, cell: Cell, player: int, text: str, place: Point) -> Iterator[Item]:
        colour = player_colour(player)
        yield Text(place, text, "right", self.size, colour=colour, maths=True)
        if self.matrix.best is not None and self.matrix.best[(player, *cell)]:
            x, under = place[0], place[1] - self.size / 2 - UNDER / 2
            yield Line(((x, under), (x + width_of(text, self.size, maths=True), under)), colour, 1.0)


def _entries(what: Asked, best: np.ndarray | None) -> Iterator[Entry]:
    for k, text in enumerate(what.texts):
        yield Entry(f"equilibrium {k}: {text}")
    if what.more:
        yield Entry(f"and {what.more} more equilibria, which are not written here")
    if best is not None:
        yield Entry("underlined: best responses; framed: Nash equilibria in pure strategies")
    if what.note:
        yield Entry(what.note)
