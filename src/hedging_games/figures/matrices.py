"""Payoff matrices: a table of cells for two players, one for each strategy of further players; best responses and equilibria marked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from hedging_games.errors import input_error
from hedging_games.figures.asked import Asked, Shown, Wanted, asked, made_from, payoff_line, remarks
from hedging_games.figures.charts import MARGIN, Entry
from hedging_games.figures.drawing import Drawing, Width, drawn, points_of
from hedging_games.figures.matrix_writing import Cell, Matrix
from hedging_games.figures.pages import heading, key, page
from hedging_games.figures.scene import Scene
from hedging_games.games.game import Game
from hedging_games.games.profile import MixedProfile
from hedging_games.games.reductions import StrategicForm, count_plans, count_text, strategic_form

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CELLS: Final = 600
"""Cells that are drawn at most."""


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
    """
    what = asked(shown, equilibria)
    return drawn(matrix_scene(what, points_of(width)), ax)


def matrix_scene(what: Asked, width: float) -> Scene:
    """The scene of a payoff matrix on a page of so many points; wider if need be."""
    table = _table(what)
    best = best_responses(_numbers(what, table))
    described = Matrix(what, table, best, _cells_of(what, table))
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
        provenance=made_from("matrix", what.point or what.game),
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
    cells = math.prod(count_plans(game.form, player) for player in range(len(game.players)))
    if cells > MOST_CELLS:
        what_is_wrong = f"the matrix would have {count_text(cells)} cells, more than {MOST_CELLS}"
        raise input_error("figure", what_is_wrong, "draw a tree, or use a coarser grid")
    return strategic_form(game)


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


def _entries(what: Asked, best: np.ndarray | None) -> Iterator[Entry]:
    for k, text in enumerate(what.texts):
        yield Entry(f"equilibrium {k}: {text}")
    yield from remarks(what)
    if best is not None:
        yield Entry("underlined: best responses; framed: Nash equilibria in pure strategies")
