"""Does a formula hold anywhere? A point where it does, or a tree of cases, each closed by a proof.

The search assigns signs to polynomials one after another, follows what is then forced, and leaves a branch as soon as the
assigned inequalities contradict each other: the scheme of Davis, Logemann and Loveland (1962) with the theory of
polynomial inequalities in the place of truth tables (Ganzinger, Hagen, Nieuwenhuis, Oliveras and Tinelli 2004). No
formula is multiplied out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.bank import some_point
from hedging_games.algebra.formulas.ground import SWIFT, Contradiction, Ground
from hedging_games.algebra.formulas.lines import on_line
from hedging_games.algebra.formulas.table import FALSE, NEGATIVE, POSITIVE, TRUE
from hedging_games.algebra.inequalities.decide import DEFAULT, QUICK
from hedging_games.algebra.inequalities.methods import Limits
from hedging_games.algebra.inequalities.proof import check, trusted_parties
from hedging_games.algebra.inequalities.smt import BY_WORD, NAME, UNKNOWN

MOST_QUESTIONS = 2_000
"""Sets of inequalities decided in one search."""

WORK = 125_000
"""What a search may cost for each set of inequalities that it may decide (see `Table.work`)."""

MOST_WORK = 30_000_000
"""What a search may cost altogether."""

PROVING_WORK = 3_000_000
"""What may be spent on a proof where z3 has said that there is no point."""

MOST_PROVED = 1_500
"""Parts of what z3 needs, beyond which no proof is sought: of the 401 attempts in the regions and claims of the catalogue 371 ended in
one, the largest of 681 parts, and none of the 13 with more than 2,000 did."""


@dataclass(frozen=True, slots=True)
class Forced:
    """The formula became false by the signs assigned alone."""


@dataclass(frozen=True, slots=True)
class Cases:
    """One case for each set of signs of a polynomial; together they are all its signs."""

    polynomial: int
    cases: tuple[tuple[int, Tree], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """z3 answered that the formula has no point; nothing here can be recomputed, only asked again."""


@dataclass(frozen=True, slots=True)
class OnLine:
    """The formula speaks of one variable, and no cell of the line has the signs that it needs."""


Tree = Forced | Contradiction | Cases | Told | OnLine


@dataclass(frozen=True, slots=True)
class Refutation:
    """A proof that a formula holds nowhere: a tree of cases."""

    ground: Ground
    formula: int
    tree: Tree

    def check(self) -> bool:
        """Whether the proof holds: cases are formed anew, and each contradiction is recomputed."""
        return _closes(self.ground, self.formula, {}, self.tree)

    def trusted_parties(self) -> frozenset[str]:
        """The outside solvers on whose word it rests."""
        return _trusted(self.tree)


def _closes(ground: Ground, number: int, signs: dict[int, int], tree: Tree) -> bool:
    number, signs, open_ = _forced(ground, number, signs)
    if not open_:
        return True
    if isinstance(tree, Forced):
        return False
    if isinstance(tree, Told):
        asked = [number, *(ground.literal(p, s) for p, s in signs.items())]
        return ground.ask(asked, hard=True).answer == "unsat"
    if isinstance(tree, OnLine):
        return (
            on_line(ground, ground.joined("all", [number, *(ground.literal(p, s) for p, s in signs.items())])) is False
        )
    if isinstance(tree, Contradiction):
        core = dict(ground.allowed(c) for c in tree.core)
        inside = all(signs.get(p, ground.static[p]) & ~s == 0 for p, s in core.items())
        return inside and check(tree.proof, ground.whole.with_constraints(tree.core))
    here = signs.get(tree.polynomial, ground.static[tree.polynomial])
    covered = 0
    for case, _ in tree.cases:
        covered |= case
    return here & ~covered == 0 and all(
        _closes(ground, number, {**signs, tree.polynomial: here & case}, inner)
        for case, inner in tree.cases
        if here & case
    )


def _trusted(tree: Tree) -> frozenset[str]:
    if isinstance(tree, Contradiction):
        return trusted_parties(tree.proof)
    if isinstance(tree, Told):
        return frozenset([NAME])
    if isinstance(tree, Cases):
        return frozenset(name for _, inner in tree.cases for name in _trusted(inner))
    return frozenset()


def _forced(ground: Ground, number: int, signs: dict[int, int]) -> tuple[int, dict[int, int], bool]:
    """Follow what is forced: the formula left, the signs, and whether it may still hold."""
    signs = dict(signs)
    while True:
        number = ground.simplified(number, signs)
        if number == FALSE:
            return number, signs, False
        part = ground.parts[number]
        numbers = part.parts if part.kind == "all" else (number,)
        units = [ground.parts[n] for n in numbers if ground.parts[n].kind == "signs"]
        if not units:
            return number, signs, True
        for unit in units:
            here = signs.get(unit.polynomial, ground.static[unit.polynomial]) & unit.signs
            if here == 0:
                return FALSE, signs, False
            signs[unit.polynomial] = here


@dataclass(frozen=True, slots=True)
class Found:
    """``somewhere`` with a ``point``; ``nowhere`` with a ``proof``, which may be z3's word; or ``undecided``."""

    status: Literal["somewhere", "nowhere", "undecided"]
    point: tuple[Number, ...] | None = None
    proof: Refutation | None = None

    @property
    def is_proved(self) -> bool:
        """Whether it is ``nowhere`` by a proof that rests on nobody's word."""
        return self.proof is not None and not self.proof.trusted_parties()

    @property
    def is_told(self) -> bool:
        """Whether it is ``nowhere`` by z3's word, without a proof of our own."""
        return self.status == "nowhere" and not self.is_proved

    @property
    def basis(self) -> str:
        """By whose word nothing was found, as a remark: empty for a proof."""
        return BY_WORD if self.is_told else ""


class _Stop(Exception):  # noqa: N818 (a point on its way up, or the end of the questions allowed)
    def __init__(self, point: tuple[Number, ...] | None) -> None:
        super().__init__(point)
        self.point = point


def find(
    ground: Ground,
    number: int,
    *,
    hard: bool = False,
    questions: int = MOST_QUESTIONS,
    end: int | None = None,
    proving: bool = True,
    asking: bool = True,
) -> Found:
    """Where a formula of the ground's table holds, if anywhere in the box under the assumptions.

    The points of the bank are looked at first, then z3 is asked (where questions are put apart and speak of one variable, the cells of
    the line are looked at). Where it finds no point, a proof is sought if ``proving`` and what
    it needs is not too large, else its word is taken; where it does not know, our own search decides. ``hard`` tries every method
    on inequalities that the quick ones leave open, at the end of a branch. ``end`` : the ground's work at which to stop.
    Without ``asking`` z3 is left out, which has said already that it does not know.
    """
    there = ground.truth(number)
    if there:
        return Found("somewhere", ground.bank.point(some_point(there)))
    if number == FALSE:
        return Found("nowhere", proof=Refutation(ground, number, Forced()))
    on_it = on_line(ground, number) if ground.apart else None
    if isinstance(on_it, tuple):
        return Found("somewhere", on_it)
    if on_it is False:
        return Found("nowhere", proof=Refutation(ground, number, OnLine()))
    answer = ground.ask(parts_of(ground, number), hard=hard) if asking else UNKNOWN
    if answer.point is not None:
        return Found("somewhere", answer.point)
    search = _Search(ground, questions, hard=hard)
    search.end = search.end if end is None else min(search.end, end)
    if answer.answer == "unsat":
        told = Refutation(ground, number, Told())
        core = ground.joined("all", answer.core)
        if not proving or ground.is_larger(core, MOST_PROVED):
            return Found("nowhere", proof=told)
        search.end = min(search.end, ground.work + PROVING_WORK)
        search.is_strict = True
        found = search.run(core)
        if found.status == "somewhere":
            # Its word was wrong: the point has been checked.
            return found if ground.holds(number, found.point or ()) else Found("undecided")
        return Found("nowhere", proof=told if found.proof is None else Refutation(ground, number, found.proof.tree))
    return search.run(number)


def parts_of(ground: Ground, number: int) -> tuple[int, ...]:
    """The formulas that all have to hold."""
    part = ground.parts[number]
    return part.parts if part.kind == "all" else (number,)


class _Search:
    def __init__(self, ground: Ground, questions: int, *, hard: bool) -> None:
        self.ground = ground
        self.questions = questions
        self.end = ground.work + min(WORK * questions, MOST_WORK)
        self.last = DEFAULT if hard else QUICK
        self.is_strict = False
        """Whether z3's word is no answer, and the search ends where it would have to be taken."""

    def run(self, number: int) -> Found:
        """What is found within the limits."""
        try:
            tree = self.close(number, {})
        except _Stop as stop:
            return Found("somewhere", stop.point) if stop.point is not None else Found("undecided")
        return Found("undecided") if tree is None else Found("nowhere", proof=Refutation(self.ground, number, tree))

    def close(self, number: int, signs: dict[int, int]) -> Tree | None:
        """Why the formula does not hold where the signs are these; None if undecided; stops at a point where it does."""
        ground = self.ground
        if ground.work > self.end:
            raise _Stop(None)
        number, signs, open_ = _forced(ground, number, signs)
        if not open_:
            return Forced()
        known = ground.contradiction(signs, proved=self.is_strict)
        if known is not None:
            return known
        there = ground.points_with(signs)
        if not there:
            answer = self._ask(signs, self.last if number == TRUE else SWIFT)
            if isinstance(answer, Contradiction) and not (self.is_strict and trusted_parties(answer.proof)):
                return answer
            there = ground.points_with(signs)
        there &= ground.truth(number)
        if there:
            raise _Stop(ground.bank.point(some_point(there)))
        if number == TRUE:
            if self.is_strict:
                raise _Stop(None)
            return None
        return self._cases(number, signs)

    def _ask(self, signs: dict[int, int], limits: Limits) -> Contradiction | tuple[Number, ...] | None:
        self.questions -= 1
        if self.questions < 0:
            raise _Stop(None)
        return self.ground.decide(signs, limits)

    def _cases(self, number: int, signs: dict[int, int]) -> Tree | None:
        polynomial, wanted = self._branch(number)
        here = signs.get(polynomial, self.ground.static[polynomial])
        rest = here & ~wanted
        split = (NEGATIVE, POSITIVE) if rest == NEGATIVE | POSITIVE else (rest,)
        cases = []
        undecided = False
        for case in (here & wanted, *split):
            inner = self.close(number, {**signs, polynomial: case})
            if isinstance(inner, Contradiction) and self._spared(inner, polynomial, signs):
                return inner
            undecided = undecided or inner is None
            if inner is not None:
                cases.append((case, inner))
        return None if undecided else Cases(polynomial, tuple(cases))

    def _spared(self, found: Contradiction, polynomial: int, signs: dict[int, int]) -> bool:
        """Whether a contradiction found in one case does not depend on the case."""
        core = dict(self.ground.allowed(c) for c in found.core)
        return polynomial not in core and all(signs.get(p, self.ground.static[p]) & ~s == 0 for p, s in core.items())

    def _branch(self, number: int) -> tuple[int, int]:
        """The polynomial to ask next: from the alternative with the fewest parts."""
        part = self.ground.parts[number]
        while part.kind != "signs":
            if part.kind == "all":
                inner = min((self.ground.parts[n] for n in part.parts), key=lambda p: len(p.parts))
            else:
                inner = min((self.ground.parts[n] for n in part.parts), key=lambda p: (p.kind != "signs", len(p.parts)))
            part = inner
        return part.polynomial, part.signs
