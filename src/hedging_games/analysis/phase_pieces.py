"""Touching cells of a decomposed plane with the same answer as one piece: first within a column, then from column to column.

A piece lies over an interval between two graphs. Over neighbouring columns pieces are joined if they are bounded by the same
graphs, both closed or both open there: the same number, or the same curve of degree one in y, which has one graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hedging_games.algebra.cells import curves
from hedging_games.algebra.cells.curves import Section
from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.cells.plane import Border, Column, PlaneCell
from hedging_games.algebra.cells.roots import Number, sign_of
from hedging_games.algebra.polynomials import sign_at

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Piece(Generic[Answer]):
    """Points over ``x`` from ``lower`` to ``upper`` with one answer; ``sample`` is one of them, inside if there is an inside."""

    answer: Answer
    dimension: int
    x: Interval
    lower: Border
    upper: Border
    lower_closed: bool
    upper_closed: bool
    sample: tuple[Number, Number]

    @property
    def is_graph(self) -> bool:
        """Whether it has no height: a piece of a curve, or a point."""
        return self.lower_closed and self.upper_closed and self.lower == self.upper


def pieces(columns: Sequence[Column], answer: Callable[[PlaneCell], Answer | None]) -> list[Piece[Answer]]:
    """The pieces of a plane; cells whose answer is None are left out."""
    done: list[Piece[Answer]] = []
    waiting: list[Piece[Answer]] = []
    for column in columns:
        here = _column(column, answer)
        grown: list[Piece[Answer]] = []
        for piece in here:
            before = next((other for other in waiting if _joins(other, piece)), None)
            if before is not None:
                waiting.remove(before)
            grown.append(piece if before is None else _joined(before, piece))
        done += waiting
        waiting = grown
    return sorted([*done, *waiting], key=lambda piece: -piece.dimension)


def _column(column: Column, answer: Callable[[PlaneCell], Answer | None]) -> list[Piece[Answer]]:
    """The pieces of one column, from below to above."""
    found: list[Piece[Answer]] = []
    touching = False
    full = 2 - int(column.x.point)
    for cell in column.cells:
        told = answer(cell)
        if told is None:
            touching = False
            continue
        thin = cell.dimension < full
        piece = Piece(told, cell.dimension, cell.x, cell.lower, cell.upper, thin, thin, cell.sample)
        if touching and found[-1].answer == told:
            below = found[-1]
            inside = below if below.dimension >= piece.dimension else piece
            found[-1] = replace(inside, lower=below.lower, lower_closed=below.lower_closed,
                                upper=piece.upper, upper_closed=thin)  # fmt: skip
        else:
            found.append(piece)
        touching = True
    return found


def _joins(left: Piece[Answer], right: Piece[Answer]) -> bool:
    """Whether a piece goes on over the next column."""
    return (
        left.answer == right.answer
        and left.is_graph == right.is_graph
        and (left.lower_closed, left.upper_closed) == (right.lower_closed, right.upper_closed)
        and _same(left, left.lower, right, right.lower)
        and _same(left, left.upper, right, right.upper)
    )


def _same(left: Piece[Answer], one: Border, right: Piece[Answer], other: Border) -> bool:
    """Whether two borders are one graph on both sides of where two columns meet."""
    if isinstance(one, Section) and isinstance(other, Section):
        return one == other and curves.degree_in_y(dict(one.curve)) == 1
    if isinstance(one, Section):
        return _ends_at(one, right, other)
    if isinstance(other, Section):
        return _ends_at(other, left, one)
    return one == other


def _ends_at(graph: Section, wall: Piece[Answer], height: Border) -> bool:
    """Whether a graph that has one root over each x passes through a point over a wall."""
    curve = dict(graph.curve)
    x = wall.x.low
    if not wall.x.point or x is None or height is None or isinstance(height, Section) or curves.degree_in_y(curve) != 1:
        return False
    return sign_of(curves.leading(curve), x) != 0 and sign_at(curve, (x, height)) == 0


def _joined(left: Piece[Answer], right: Piece[Answer]) -> Piece[Answer]:
    inside = left if left.dimension >= right.dimension else right
    lower, upper = (
        one if isinstance(one, Section) else other
        for one, other in ((left.lower, right.lower), (left.upper, right.upper))
    )
    x = Interval(left.x.low, right.x.high, left.x.low_closed, right.x.high_closed)
    return replace(inside, x=x, lower=lower, upper=upper)
