"""Reasoning with unions of systems: implication, covering, inclusion, equivalence. Proved or refuted.

A union of systems stands for the set of points that satisfy at least one of them. All systems of one question share
their box and assumptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.checking import Check
from hedging_games.algebra.inequalities.decide import DEFAULT, decide_empty
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.proof import Proof, check, proof_text, trusted_parties
from hedging_games.algebra.inequalities.system import Constraint, System, negated
from hedging_games.errors import could_not_finish, input_error

MOST_PIECES = 20_000
"""Pieces that a question about unions may be split into."""


@dataclass(frozen=True, slots=True)
class Split:
    """What lies outside one cell of a union (by its position), piece by piece: see `differences`."""

    cell: int
    pieces: tuple[Tree, ...]


Tree = Proof | Split
"""Why a piece lies in a union: it is empty, or every part of it outside one of the cells lies in the others."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A proof that a system lies in a union of systems."""

    system: System
    union: tuple[System, ...]
    tree: Tree

    def check(self) -> bool:
        """Whether the proof holds: the pieces are formed anew, and each proof of emptiness is recomputed."""
        return _covers(self.tree, self.system, self.union)

    def text(self) -> str:
        """The proof for people."""
        return "\n".join(_tree_lines(self.tree, self.system, self.union))

    def trusted_parties(self) -> frozenset[str]:
        """The outside solvers on whose word it rests."""
        return _trusted(self.tree)


def _covers(tree: Tree, piece: System, union: Sequence[System]) -> bool:
    if not isinstance(tree, Split):
        return check(tree, piece)
    outside = differences(piece, union[tree.cell])
    return len(outside) == len(tree.pieces) and all(
        _covers(inner, part, union) for inner, part in zip(tree.pieces, outside, strict=True)
    )


def _tree_lines(tree: Tree, piece: System, union: Sequence[System]) -> list[str]:
    if not isinstance(tree, Split):
        return proof_text(tree, piece).splitlines()
    lines = []
    for inner, part in zip(tree.pieces, differences(piece, union[tree.cell]), strict=True):
        lines.append(f"where {part.constraints[-1]}:")
        lines += ["  " + line for line in _tree_lines(inner, part, union)]
    return lines


def _trusted(tree: Tree) -> frozenset[str]:
    if not isinstance(tree, Split):
        return trusted_parties(tree)
    return frozenset(name for inner in tree.pieces for name in _trusted(inner))


@dataclass(frozen=True, slots=True)
class Answer:
    """``proved`` (with one proof for each system asked about), ``refuted`` with an exact ``counterexample``, or ``undecided``.

    The counterexample has one number per parameter. ``tried`` names what was tried in vain.
    """

    status: Literal["proved", "refuted", "undecided"]
    counterexample: tuple[Number, ...] | None = None
    proofs: tuple[Covered, ...] = ()
    tried: tuple[str, ...] = ()


def implies(system: System, asked: Constraint, limits: Limits = DEFAULT, check_time: Check | None = None) -> Answer:
    """Whether every point of a system satisfies a constraint."""
    return covered(system, [system.with_constraints([asked])], limits, check_time)


def covered(
    system: System, union: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> Answer:
    """Whether every point of a system lies in at least one system of a union.

    Raises InputError if box or assumptions differ, CouldNotFinish if more than `MOST_PIECES` pieces arise.
    """
    for cell in union:
        if cell.box != system.box or cell.assumptions != system.assumptions:
            raise input_error("region", "two regions have different ranges or assumptions", "compare them over one box")
    search = _Covering(tuple(union), limits, check_time)
    try:
        tree = search.cover(system, tuple(range(len(union))))
    except _Outside as outside:
        return Answer("refuted", counterexample=outside.point)
    if tree is None:
        return Answer("undecided", tried=tuple(dict.fromkeys(search.tried)))
    return Answer("proved", proofs=(Covered(system, tuple(union), tree),))


class _Outside(Exception):  # noqa: N818 (not an error: a counterexample on its way up)
    """A point of the system outside the union."""

    def __init__(self, point: tuple[Number, ...]) -> None:
        super().__init__(point)
        self.point = point


class _Covering:
    """The recursion behind `covered`, with the number of pieces so far and what was tried in vain."""

    def __init__(self, union: tuple[System, ...], limits: Limits, check_time: Check | None) -> None:
        self.union = union
        self.limits = limits
        self.check_time = check_time
        self.pieces = 0
        self.tried: list[str] = []

    def cover(self, piece: System, rest: tuple[int, ...]) -> Tree | None:
        """Why a piece lies in the cells at the positions ``rest``; None if undecided; raises `_Outside` if it does not."""
        self.pieces += 1
        if self.pieces > MOST_PIECES:
            what = f"a comparison of regions splits into more than {MOST_PIECES} pieces"
            raise could_not_finish("region", what, "compare fewer cells")
        verdict = decide_empty(piece, self.limits, self.check_time)
        if verdict.proof is not None:
            return verdict.proof
        if verdict.witness is not None:
            # A point of the piece in none of the cells ends the matter; else the cell that holds it must be used.
            at = next((i for i in rest if self._holds(i, verdict.witness)), None)
            if at is None:
                raise _Outside(verdict.witness)
        else:
            self.tried += verdict.tried
            if not rest:
                return None
            at = rest[0]
        others = tuple(i for i in rest if i != at)
        inner = [self.cover(part, others) for part in differences(piece, self.union[at])]
        known = tuple(tree for tree in inner if tree is not None)
        return Split(at, known) if len(known) == len(inner) else None

    def _holds(self, cell: int, point: tuple[Number, ...]) -> bool:
        return all(c.holds_at(point) for c in self.union[cell].constraints)


def differences(piece: System, cell: System) -> list[System]:
    """Disjoint systems whose union is the piece without the cell: one per constraint that fails first."""
    outside = []
    kept: list[Constraint] = []
    for asked in cell.constraints:
        outside += [piece.having(*kept, turned) for turned in negated(asked)]
        kept.append(asked)
    return outside


def disjoint(union: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None) -> list[System]:
    """Systems without common points whose union is that of the systems given; those proved empty are left out."""
    apart: list[System] = []
    for k, cell in enumerate(union):
        pieces = [cell]
        for earlier in union[:k]:
            pieces = [
                outside
                for piece in pieces
                for outside in differences(piece, earlier)
                if decide_empty(outside, limits, check_time).status != "empty"
            ]
        apart += pieces
    return apart


def included(
    first: Sequence[System], second: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> Answer:
    """Whether a union of systems lies in another."""
    answers = []
    for cell in first:
        answer = covered(cell, second, limits, check_time)
        if answer.status == "refuted":
            return answer
        answers.append(answer)
    if any(answer.status == "undecided" for answer in answers):
        return Answer("undecided", tried=tuple(dict.fromkeys(t for answer in answers for t in answer.tried)))
    return Answer("proved", proofs=tuple(proof for answer in answers for proof in answer.proofs))


def equivalent(
    first: Sequence[System], second: Sequence[System], limits: Limits = DEFAULT, check_time: Check | None = None
) -> Answer:
    """Whether two unions of systems are the same set; a counterexample lies in exactly one of them."""
    there = included(first, second, limits, check_time)
    if there.status == "refuted":
        return there
    back = included(second, first, limits, check_time)
    if back.status == "refuted" or there.status == "undecided":
        return back if back.status == "refuted" else there
    if back.status == "undecided":
        return back
    return Answer("proved", proofs=there.proofs + back.proofs)
