"""Nash equilibria of games in which several players have a choice, through the algebra of `solvers.multilinear`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from hedging_games.algebra.constraints import Constraint
from hedging_games.algebra.polyhedron import vertices
from hedging_games.games.game import Game
from hedging_games.games.reductions import StrategicForm, event_table, strategic_form
from hedging_games.solvers.multilinear.results import Cell, EnclosedEquilibrium, MixedStrategies, TensorEquilibria
from hedging_games.solvers.multilinear.tensors import solve_tensor
from hedging_games.solvers.printed import ranges_at
from hedging_games.solvers.run import Run
from hedging_games.theory.equilibria import EXTREME_NOTE, Candidate, ContinuumCell, Proposal

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
    # Corners of continua may be isolated equilibria too, or corners of others.
    components = [{listed.number(mixed) if found.continua else listed.add(mixed)} for mixed in found.isolated]
    cells: list[ContinuumCell] = []
    spans: list[tuple[int, ...]] = [(k,) for k in range(len(components))]
    curved = 0
    for continuum in found.continua:
        members: set[int] = set()
        for cell in continuum.cells:
            corners = _corners(table, cell)
            if corners is None:
                curved += 1
            points = {listed.number(mixed) for mixed in corners or cell.extreme_points or (cell.sample,)}
            if corners is not None:
                spans.append(tuple(sorted(points)))
            known = [listed.candidates[k].profile.probabilities for k in sorted(points)]
            cells.append(_described(table, cell, sorted(points), len(components), known))
            members |= points
        components.append(members)
    components += [{listed.add_enclosed(enclosed)} for enclosed in found.enclosed]
    isolated = not found.continua
    is_spanned = curved == 0 and not found.enclosed
    # What the kernel says of continua, the cells say better.
    notes = (
        *(found.notes if found.complete == "some" else ()),
        *(() if isolated else (EXTREME_NOTE if is_spanned else CONTINUUM_NOTE,)),
    )
    return Proposal(
        tuple(listed.candidates),
        "extreme" if found.complete == "all" and not isolated and is_spanned else found.complete,
        notes,
        tuple(tuple(sorted(c)) for c in components),
        tuple(s for s in dict.fromkeys(spans) if not any(set(s) < set(other) for other in spans)) if spans else None,
        continua=tuple(cells),
    )


def _corners(table: StrategicForm, cell: Cell) -> tuple[Sequence[Sequence[Any]], ...] | None:
    """The corners of a cell that is a polytope in the printed probabilities; None if it may not be one."""
    form = table.game.form
    mixing = {player for player, _ in cell.variables}
    if any(c.degree > 1 for c in (*cell.equations, *cell.inequalities)) or any(
        len(form.sets_of(player)) > 1 for player in mixing
    ):
        return None
    size = len(cell.variables)
    above = [[Fraction(int(k == place)) for k in range(size + 1)] for place in range(size)]
    above += [[*(Fraction(-int(player == p)) for p, _ in cell.variables), Fraction(1)] for player in sorted(mixing)]
    above += [_row(c, size) for c in cell.inequalities]
    points = vertices(above, [_row(c, size) for c in cell.equations]).points
    return tuple(_mixed(cell, point) for point in points) or None


def _row(asked: Constraint, size: int) -> list[Fraction]:
    row = [Fraction(0)] * (size + 1)
    for exponents, coefficient in asked.terms:
        row[exponents.index(1) if any(exponents) else size] = Fraction(coefficient)
    return row


def _mixed(cell: Cell, point: Sequence[Fraction]) -> list[list[Fraction]]:
    """The mixtures at a point of a cell's coordinates."""
    mixed = [[Fraction(0)] * len(mixture) for mixture in cell.sample]
    for (player, action), x in zip(cell.variables, point, strict=True):
        mixed[player][action] = x
    for mixture, support in zip(mixed, cell.supports, strict=True):
        mixture[support[-1]] = Fraction(1) - sum(mixture, Fraction(0))
    return mixed


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

    def add(self, mixed: Sequence[Sequence[Any]]) -> int:
        """The number of a profile that is not listed yet."""
        self.candidates.append(Candidate(self.table.profile(mixed)))
        return len(self.candidates) - 1

    def add_enclosed(self, enclosed: EnclosedEquilibrium) -> int:
        self.candidates.append(candidate_of(self.table, enclosed))
        return len(self.candidates) - 1


def candidate_of(table: StrategicForm, found: MixedStrategies | EnclosedEquilibrium) -> Candidate:
    """An equilibrium as a candidate: of a proved enclosure the middle, made to sum to one, with its largest distance from the
    equilibrium.
    """
    if not isinstance(found, EnclosedEquilibrium):
        return Candidate(table.profile(found))
    mixed, error = [], Fraction(0)
    for intervals in found.intervals:
        middle = [(low + high) / 2 for low, high in intervals]
        weights = [m / sum(middle) for m in middle]
        error = max(error, *(max(w - low, high - w) for w, (low, high) in zip(weights, intervals, strict=True)))
        mixed.append(weights)
    return Candidate(table.profile(mixed), error=error)


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
    told = _told_apart(names, form.players)
    variables = [f"P({told[player][action]})" for player, action in cell.variables]
    reached, outer = ranges_at(table.game, known), _bounds(table, cell)
    return ContinuumCell(
        component,
        cell.dimension,
        support,
        cell.text(told),
        tuple(points),
        tuple(c.text(variables) for c in cell.equations),
        tuple(c.text(variables) for c in cell.inequalities),
        points[0],
        {name: span for name, span in outer.items() if span == reached[name]},
        {name: span for name, span in outer.items() if span != reached[name]},
    )


def _told_apart(names: Sequence[Sequence[str]], players: Sequence[str]) -> list[list[str]]:
    """The names of plans, with their player where another player has a plan of that name."""
    owners = Counter(name for plans in names for name in set(plans))
    return [
        [f"{name} of {player}" if owners[name] > 1 else name for name in plans]
        for plans, player in zip(names, players, strict=True)
    ]


def _bounds(table: StrategicForm, cell: Cell) -> dict[str, tuple[Any, Any]]:
    """Between which numbers payoffs and the event's probability lie in a cell: those at combinations of plans played in it."""
    played = np.ix_(*cell.supports)
    tables = {player: table.payoffs[k] for k, player in enumerate(table.game.players)}
    if table.game.hedge is not None:
        tables["hedge"] = event_table(table, table.game.hedge)
    return {name: (np.min(values[played]), np.max(values[played])) for name, values in tables.items()}
