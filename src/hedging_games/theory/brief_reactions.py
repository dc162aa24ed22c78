"""Reactions in as few cases as their players need, each with where it is: said of the same strategies, by proof alone.

A solver writes a reaction as it found it: what is played on the path, then what is worst for whoever left it. Many of these cases
are one, such as a best reply of which the first cases are values at points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.cells.intervals import Interval
from hedging_games.algebra.formulas.formula import TRUE as ANYWHERE
from hedging_games.algebra.formulas.formula import Formula
from hedging_games.algebra.formulas.ground import Ground
from hedging_games.algebra.formulas.narrowed import formula_of
from hedging_games.algebra.formulas.search import find
from hedging_games.algebra.formulas.table import FALSE, NEGATIVE, POSITIVE, TRUE, ZERO
from hedging_games.algebra.inequalities.system import System
from hedging_games.algebra.polynomials import parameter_ring, terms_of
from hedging_games.games.continuous import ContinuousGame
from hedging_games.theory.reactions import Answer, Reaction

MOST_CASES = 16
"""Cases of a reaction beyond which it is said as it was found."""


def brief(
    game: ContinuousGame, reaction: Reaction, ranges: Mapping[str, Interval]
) -> tuple[tuple[Formula, Answer], ...]:
    """The cases of a reaction, fewer where that is proved: no two of the new ones say different things anywhere.

    ``ranges`` : by choice, numbers among which all its values are. A last case that holds anywhere stands for what the others leave.
    """
    if not 1 < len(reaction.cases) <= MOST_CASES:
        return reaction.cases
    return _Brief(game, reaction, ranges).cases() or reaction.cases


class _Brief:
    def __init__(self, game: ContinuousGame, reaction: Reaction, ranges: Mapping[str, Interval]) -> None:
        names = [str(symbol) for symbol in game.field.symbols]
        box = tuple(ranges.get(name, Interval(None, None)) for name in names)
        self.game = game
        self.ground = ground = Ground(System(parameter_ring(names), box))
        self.played: list[tuple[int, Answer]] = []
        earlier = FALSE
        for formula, answer in reaction.cases:
            guard = ground.number(formula)
            here = ground.joined("all", [guard, ground.negated(earlier)])
            if not self.never(here):
                self.played.append((here, answer))
            earlier = ground.joined("any", [earlier, guard])
        self.polynomials = sorted({p for here, _ in self.played for p in ground.polynomials_in(here)})

    def never(self, number: int) -> bool:
        """Whether it is proved that a formula holds nowhere."""
        return find(self.ground, number).is_proved

    def cases(self) -> tuple[tuple[Formula, Answer], ...]:
        """An answer for each group of cases, and where; nothing where that is not found for all of them but one."""
        groups = self._groups()
        where = [self._where(answer, regions) for answer, regions in groups]
        unnamed = [k for k, found in enumerate(where) if found is None]
        if len(unnamed) > 1:
            return ()
        ring = self.game.field.ring
        # What has no simple place comes last, as what is left.
        order = sorted(range(len(groups)), key=lambda k: where[k] is None)
        return tuple(
            (ANYWHERE if (place := where[k]) is None else formula_of(self.ground, place, ring), groups[k][0])
            for k in order
        )

    def _groups(self) -> list[tuple[Answer, list[int]]]:
        """Answers, each with the cases in which it is what is played: as few as there can be if the widest is taken first."""
        left = list(self.played)
        found = []
        while left:
            agreeing = {
                k: [n for n, (here, other) in enumerate(left) if n == k or self._agree(here, other, answer)]
                for k, (_, answer) in enumerate(left)
            }
            # Of functions that cover as many cases the later one was written for more than a point of the path.
            best = max(agreeing, key=lambda k: (len(agreeing[k]), k))
            found.append((left[best][1], [left[n][0] for n in agreeing[best]]))
            left = [case for n, case in enumerate(left) if n not in agreeing[best]]
        return found[::-1]

    def _agree(self, here: int, played: Answer, answer: Answer) -> bool:
        """Whether it is proved that, wherever a formula holds, two answers are the same."""
        return played == answer or self.never(self.ground.joined("all", [here, self._differ(played, answer)]))

    def _differ(self, played: Answer, answer: Answer) -> int:
        """The formula that an answer is not what is played, or is not defined."""
        one, other = self._ratio(played), self._ratio(answer)
        if one is None or other is None:
            return FALSE if played == answer else TRUE
        gap = terms_of(one.numer * other.denom - other.numer * one.denom)
        return self.ground.joined(
            "any",
            [
                self.ground.negated(self.ground.compared(gap, "==")),
                self.ground.compared(terms_of(other.denom), "=="),
            ],
        )

    def _ratio(self, answer: Answer) -> Any:
        """An answer as a rational function, or None where it is none."""
        if isinstance(answer, Fraction):
            return self.game.field.ground_new(self.game.field.domain(answer.numerator, answer.denominator))
        return answer if hasattr(answer, "numer") else None

    # --- where ------------------------------------------------------------------------------------------------------------

    def _where(self, answer: Answer, regions: Sequence[int]) -> int | None:
        """A short formula that holds wherever one of some regions does, and nowhere where something else is played."""
        ground = self.ground
        bad = ground.joined(
            "any",
            [ground.joined("all", [here, self._differ(played, answer)]) for here, played in self.played],
        )
        whole = self._signs(ground.joined("any", regions), bad)
        if whole is not None:
            return whole
        parts = [self._signs(region, bad) for region in regions]
        return None if None in parts else ground.joined("any", [part for part in parts if part is not None])

    def _signs(self, region: int, bad: int) -> int | None:
        """The signs that polynomials have in a region, as few of them as keep out what is bad there."""
        ground = self.ground
        asked = []
        for polynomial in self.polynomials:
            signs = 0
            for sign in (NEGATIVE, ZERO, POSITIVE):
                if not self.never(ground.joined("all", [region, ground.literal(polynomial, sign)])):
                    signs |= sign
            if ground.literal(polynomial, signs) != TRUE:
                asked.append(self._signed(polynomial, signs))
        if not self.never(ground.joined("all", [*asked, bad])):
            return None
        for literal in sorted(asked, key=self._burden, reverse=True):
            rest = [other for other in asked if other != literal]
            if self.never(ground.joined("all", [*rest, bad])):
                asked = rest
        return ground.joined("all", asked)

    def _signed(self, polynomial: int, signs: int) -> int:
        """The formula that a polynomial has one of some signs, where "not 0" is two inequalities."""
        single = (NEGATIVE, POSITIVE) if signs == NEGATIVE | POSITIVE else (signs,)
        return self.ground.joined("any", [self.ground.literal(polynomial, sign) for sign in single])

    def _burden(self, asked: int) -> tuple[int, int, int]:
        """How much a reader has to read: the variables, the terms, and whether it is an equation."""
        (polynomial,) = self.ground.polynomials_in(asked)
        return (
            len(self.ground.variables(asked)),
            len(self.ground.terms[polynomial]),
            self.ground.parts[asked].signs == ZERO,
        )
