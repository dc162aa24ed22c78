"""Pieces that say once more, along a border, what others say there: neighbours meet at borders, and each counts its border as its own.

Nothing that can be played is lost by leaving them out, and each of them would be a case of everything that is asked before it: in
wedge-driving five of the eleven pieces after the penalty are of this kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hedging_games.solvers.continuous.pieces import Chose, Ended, Fell, Piece
from hedging_games.solvers.continuous.space import Space, Worth


def without_repeats(space: Space, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces without those that hold along a border alone, where others choose the same numbers, are worth the same and have the event alike."""
    kept = list(pieces)
    numbers = {id(piece): _numbers(space, piece) for piece in pieces}
    for piece in pieces:
        own = numbers[id(piece)]
        if own is None or space.possible(space.ground.open_part(piece.guard)):
            continue
        said = [
            _same(space, piece, other, own, theirs)
            for other in kept
            if other is not piece and (theirs := numbers[id(other)]) is not None and theirs.keys() == own.keys()
        ]
        if said and not space.possible(space.all_of([piece.guard, *map(space.ground.negated, said)])):
            kept.remove(piece)
    return kept


def _numbers(space: Space, piece: Piece) -> Mapping[int, Any] | None:
    """The numbers chosen in a piece, by variable, as functions of what came before it; None where something else is done in it too."""
    found: dict[int, Any] = {}
    while not isinstance(piece.move, Ended):
        if isinstance(piece.move, Chose):
            if piece.move.side != "at" or piece.move.candidate.value is None or piece.free is not None:
                return None
            value = piece.move.candidate.value
            for variable, put in found.items():
                value = space.substituted(value, variable, put)
            found[space.variable[piece.move.node.name]] = value
        elif not isinstance(piece.move, Fell):
            return None
        (piece,) = piece.below
    return found


def _same(space: Space, piece: Piece, other: Piece, own: Mapping[int, Any], theirs: Mapping[int, Any]) -> int:
    """Where another piece can be played and is no different from a piece."""
    alike = [space.compare(Worth(own[x]), "==", Worth(theirs[x])) for x in own]
    alike += [space.compare(a, "==", b) for a, b in zip(piece.worth, other.worth, strict=True)]
    has, lacks = piece.event, other.event
    if has != lacks:
        negated = space.ground.negated
        alike.append(space.any_of([space.all_of([has, lacks]), space.all_of([negated(has), negated(lacks)])]))
    return space.all_of([other.guard, *alike])
