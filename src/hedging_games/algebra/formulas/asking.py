"""Formulas of a table put to z3."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from hedging_games.algebra.cells.roots import Number
from hedging_games.algebra.formulas.points import Pointed
from hedging_games.algebra.formulas.table import FALSE, NEGATIVE, POSITIVE, TRUE, ZERO
from hedging_games.algebra.inequalities.smt import UNKNOWN, Answer, Oracle
from hedging_games.algebra.inequalities.system import System

RELATIONS = {POSITIVE: ">", 6: ">=", ZERO: "==", NEGATIVE: "<", 3: "<=", 5: "!="}
"""Sets of signs as relations to zero."""

ASKING_WORK, LONG_WORK = 3_000, 20_000
"""What counts as work for a question to z3, which is mostly brief, and for each attempt at it that is not."""


class Asking(Pointed):
    """A table whose formulas z3 may be asked about.

    What it has learned from one question serves the next, unless each is put to it ``apart``: for many small questions about
    polynomials that is a hundred times faster.
    """

    def __init__(self, whole: System, near: Sequence[Fraction] | None = None, *, apart: bool = False) -> None:
        super().__init__(whole, near)
        self.apart = apart
        self._translated: dict[int, Any] = {}

    @cached_property
    def oracle(self) -> Oracle:
        """z3, with the box and the assumptions as what always holds."""
        return Oracle(self.whole.facts(), len(self.whole.box))

    def forget_questions(self) -> None:
        """Begin with a fresh z3: formulas that it was told make every later question dearer, though they are not asked again."""
        # In this order: a time limit may strike between, and terms of one z3 must never meet another.
        self._translated.clear()
        self.__dict__.pop("oracle", None)

    def ask(self, numbers: Sequence[int], *, pointing: bool = True, hard: bool = False, brief: bool = False) -> Answer:
        """A common point of formulas; if there is none, by z3's word, which of them it needs for that.

        Without ``pointing`` z3's word is taken either way, and its point, if it has a rational one, is not checked. A question apart may be
        a ``brief`` one, which is given up early.
        """
        if FALSE in numbers:
            return Answer("unsat", core=(FALSE,))
        if self.oracle.is_busy:
            return UNKNOWN
        asked = [number for number in dict.fromkeys(numbers) if number != TRUE]
        for number in asked:
            if not self.oracle.knows(number):
                self.oracle.name(number, self._in_terms_of_z3(number), self.degree(number))
        before = self.oracle.long
        holds = (lambda point: self._has(asked, point)) if pointing else None
        if self.apart:
            answer = self.oracle.ask_apart(asked, holds, hard=hard, brief=brief)
        else:
            answer = self.oracle.ask(asked, holds, hard=hard)
        self.work += ASKING_WORK + LONG_WORK * (self.oracle.long - before)
        return answer

    def _has(self, numbers: Sequence[int], point: tuple[Number, ...]) -> bool:
        return self.whole.contains(point) and self.all_hold(numbers, point)

    def _in_terms_of_z3(self, number: int) -> Any:
        memo = self._translated
        if number not in memo:
            part = self.parts[number]
            if part.kind == "signs":
                memo[number] = self.oracle.compared(self.terms[part.polynomial], RELATIONS[part.signs])
            else:
                inner = [self._in_terms_of_z3(n) for n in part.parts]
                memo[number] = self.oracle.all_of(inner) if part.kind == "all" else self.oracle.any_of(inner)
        return memo[number]
