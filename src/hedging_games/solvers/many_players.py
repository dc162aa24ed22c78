"""Nash equilibria of games in which several players have a choice, through the algebra of `solvers.multilinear`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.games.game import Game
from hedging_games.games.reductions import StrategicForm, event_table, strategic_form
from hedging_games.solvers.multilinear.results import Cell, EnclosedEquilibrium, TensorEquilibria
from hedging_games.solvers.multilinear.tensors import solve_tensor
from hedging_games.solvers.printed import ranges_at
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import Candidate, ContinuumCell, Proposal

CONTINUUM_NOTE = (
    "a continuum is listed by the extreme points of its cells (a sample where none is known), with its equations"
)


def propose(game: Game, run: Run) -> Proposal:
    """All Nash equilibria of an exact game of any number of players, as far as the kernel can tell; it says how far.

    A tree is solved through its reduced strategic form. Isolated equilibria are exact numbers, or rational profiles with
    a proved bound on their distance from the equilibrium; continua are cells with their equations.

    Raises CouldNotFinish if the table is too large, or time runs out before anything was found.
    """
    table = strategic_form(game)
    found = solve_tensor(table.payoffs, check=run.check, keep=lambda mixed: run.keep(Candidate(table.profile(mixed))))
    return _proposal(table, found)


def _proposal(table: StrategicForm, found: TensorEquilibria) -> Proposal:
    listed = _Listing(table)
    components = [{listed.number(mixed)} for mixed in found.isolated]
    cells: list[ContinuumCell] = []
    for continuum in found.continua:
        members: set[int] = set()
        for cell in continuum.cells:
            points = {listed.number(mixed) for mixed in cell.extreme_points or (cell.sample,)}
            known = [listed.candidates[k].profile.probabilities for k in sorted(points)]
            cells.append(_described(table, cell, sorted(points), len(components), known))
            members |= points
        components.append(members)
    components += [{listed.add_enclosed(enclosed)} for enclosed in found.enclosed]
    isolated = not found.continua
    # What the kernel says of continua, the cells say better.
    notes = (*(found.notes if found.complete == "some" else ()), *(() if isolated else (CONTINUUM_NOTE,)))
    return Proposal(
        tuple(listed.candidates),
        found.complete,
        notes,
        tuple(tuple(sorted(c)) for c in components),
        continua=tuple(cells),
    )


class _Listing:
    """Candidates in order of discovery, each profile once."""

    def __init__(self, table: StrategicForm) -> None:
        self.table = table
        self.candidates: list[Candidate] = []
        self._numbers: dict[Any, int] = {}

    def number(self, mixed: Sequence[Sequence[Any]]) -> int:
        profile = self.table.profile(mixed)
        key = profile.key()
        if key not in self._numbers:
            self._numbers[key] = len(self.candidates)
            self.candidates.append(Candidate(profile))
        return self._numbers[key]

    def add_enclosed(self, enclosed: EnclosedEquilibrium) -> int:
        """The middle of a proved enclosure, made to sum to one, with its largest distance from the equilibrium."""
        mixed, error = [], Fraction(0)
        for intervals in enclosed.intervals:
            middle = [(low + high) / 2 for low, high in intervals]
            weights = [m / sum(middle) for m in middle]
            error = max(error, *(max(w - low, high - w) for w, (low, high) in zip(weights, intervals, strict=True)))
            mixed.append(weights)
        self.candidates.append(Candidate(self.table.profile(mixed), error=error))
        return len(self.candidates) - 1


def _described(
    table: StrategicForm, cell: Cell, points: Sequence[int], component: int, known: Sequence[np.ndarray]
) -> ContinuumCell:
    form = table.game.form
    names = [
        [", ".join(form.action_of_slot[slot] for slot in plan) or "no choice" for plan in plans]
        for plans in table.plans
    ]
    support = {
        form.players[player]: tuple(names[player][action] for action in actions)
        for player, actions in enumerate(cell.supports)
    }
    variables = [f"P({names[player][action]})" for player, action in cell.variables]
    reached, outer = ranges_at(table.game, known), _bounds(table, cell)
    return ContinuumCell(
        component,
        cell.dimension,
        support,
        cell.text(names),
        tuple(points),
        tuple(c.text(variables) for c in cell.equations),
        tuple(c.text(variables) for c in cell.inequalities),
        points[0],
        {name: span for name, span in outer.items() if span == reached[name]},
        {name: span for name, span in outer.items() if span != reached[name]},
    )


def _bounds(table: StrategicForm, cell: Cell) -> dict[str, tuple[Any, Any]]:
    """Between which numbers payoffs and the event's probability lie in a cell: those at combinations of plans played in it."""
    played = np.ix_(*cell.supports)
    tables = {player: table.payoffs[k] for k, player in enumerate(table.game.players)}
    if table.game.hedge is not None:
        tables["hedge"] = event_table(table, table.game.hedge)
    return {name: (np.min(values[played]), np.max(values[played])) for name, values in tables.items()}
