"""Where a subgame has an equilibrium in pure strategies at all: without one, no tree with that subgame has one, on whatever path."""

from __future__ import annotations

from collections.abc import Sequence

from hedging_games.algebra.formulas.table import TRUE
from hedging_games.games.continuous import Choose, Uniform
from hedging_games.solvers.continuous.pieces import Piece
from hedging_games.solvers.continuous.space import Space, Worth


def something(space: Space, pieces: Sequence[Piece]) -> int:
    """The formula that one of some pieces can be played."""
    guards = []
    for piece in pieces:
        x = piece.free
        guards.append(piece.guard if x is None else space.some_number(space.renamed(piece.guard, x), x))
    anything = space.any_of(guards)
    return anything if space.possible(space.ground.negated(anything)) else TRUE


def after_all_of(space: Space, nodes: Sequence[Choose | Uniform], pieces: Sequence[Piece]) -> int:
    """The formula that, whichever numbers are chosen or drawn at some nodes, one of some pieces can be played after them."""
    anything = something(space, pieces)
    if anything == TRUE:
        return TRUE
    missing, variables = [space.ground.negated(anything)], [space.variable[node.name] for node in nodes]
    for node, variable in zip(nodes, variables, strict=True):
        own = Worth(space.game.field.gens[variable])
        missing += [space.compare(own, ">=", Worth(node.low)), space.compare(own, "<=", Worth(node.high))]
    somewhere = space.tidied(space.all_of(missing))
    return space.ground.negated(space.elimination.without(somewhere, variables))
