"""Strategies by pieces played out in numbers: what they do after given choices, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from hedging_games.algebra.algebraic import AlgebraicNumber, real_roots
from hedging_games.algebra.formulas import formula as formulas
from hedging_games.algebra.polynomials import sign_at, terms_of, value_at, variables_of
from hedging_games.errors import CouldNotFinish
from hedging_games.games.continuous import (
    Cases,
    Choose,
    Decide,
    End,
    Guard,
    Lot,
    Node,
    Stage,
    Together,
    Uniform,
    choices_at,
)
from hedging_games.theory.choice_ring import ChoiceRing
from hedging_games.theory.judging_draws import Pieces
from hedging_games.theory.reactions import Reaction

MOST_TRIED = 60
"""Numbers tried for the one that gains most, once a number that gains is known."""


class UndefinedError(Exception):
    """Strategies cannot be played out where they are not defined; whether that is so anywhere was left open."""


class PlayedOut:
    """Strategies (``reactions`` by the identity of their node), and what they are worth on average where chance draws a number (``means``)."""

    def __init__(self, choices: ChoiceRing, reactions: Mapping[int, Reaction], means: Mapping[int, Pieces]) -> None:
        self.choices = choices
        self.reactions = reactions
        self.means = means
        self.number_of = {name: k for k, name in enumerate(choices.game.choices)}

    def gain(
        self, player: int, deviating: tuple[Node, Mapping[int, Any]], follow: tuple[Node, Mapping[int, Any]]
    ) -> Any:
        """What a player gains, played out; None where that is no number that can be computed, or not defined."""
        try:
            return self.worth(*deviating)[player] - self.worth(*follow)[player]
        except (UndefinedError, CouldNotFinish):
            return None

    def tried(self, node: Choose, before: Mapping[int, Any], below: Pieces) -> list[Any]:
        """The ends of the range, and what is stationary or divides cases, where the earlier choices are rational."""
        variable = self.number_of[node.name]
        ends = [self.value(end, before) for end in (node.low, node.high)]
        found: dict[Any, None] = dict.fromkeys(ends)
        if not all(isinstance(x, Fraction) for x in before.values()):
            return ends
        for where, worths in below:
            worth = worths[node.player]
            own = self.choices.ring.gens[variable]
            slope = worth.numer.diff(own) * worth.denom - worth.numer * worth.denom.diff(own)
            for polynomial in (slope, *(asked.polynomial for asked in formulas.constraints_of(where))):
                terms = terms_of(polynomial)
                if any(k >= self.choices.size for k in variables_of(terms)):
                    continue
                for root in _roots(terms, variable, before):
                    if ends[0] <= root <= ends[1] and len(found) < MOST_TRIED:
                        found[root] = None
        return list(found)

    def _place(self, before: Mapping[int, Any]) -> list[Any]:
        return [before.get(k, Fraction(0)) for k in range(self.choices.size)]

    def value(self, ratio: Any, before: Mapping[int, Any]) -> Any:
        """The value of a rational function of the game after some choices."""
        place = self._place(before)
        bottom = value_at(terms_of(ratio.denom), place)
        if bottom == 0:
            raise UndefinedError
        return value_at(terms_of(ratio.numer), place) / bottom

    def made(self, node: Choose | Together, before: Mapping[int, Any]) -> dict[int, Any]:
        """The numbers that the strategies choose at a node after some choices, by variable."""
        answer = self.answer(node, before)
        numbers = answer if isinstance(node, Together) else (answer,)
        return {self.number_of[own.name]: n for own, n in zip(choices_at(node), numbers, strict=True)}

    def answer(self, node: Decide | Stage | Choose | Together, before: Mapping[int, Any]) -> Any:
        """What the strategies do at a node after some choices."""
        place = self._place(before)
        reaction = self.reactions.get(id(node))
        held = [a for where, a in reaction.cases if formulas.holds_at(where, place)] if reaction is not None else []
        if not held:
            raise UndefinedError
        if isinstance(node, Together):
            return tuple(self._exact(number, before) for number in held[0])
        return self._exact(held[0], before) if isinstance(node, Choose) else held[0]

    def _exact(self, number: Any, before: Mapping[int, Any]) -> Any:
        """A number that is done, after some choices."""
        if isinstance(number, AlgebraicNumber):
            return number
        return Fraction(number) if isinstance(number, (int, Fraction)) else self.value(number, before)

    def worth(self, node: Node, before: Mapping[int, Any]) -> tuple[Any, ...]:
        """What following the strategies is worth from a node on, after some choices: played out, in exact numbers."""
        match node:
            case End(worth):
                return tuple(self.value(w, before) for w in worth)
            case Cases(cases):
                place = self._place(before)
                return self.worth(next(inner for guard, inner in cases if _holds(guard, place)), before)
            case Lot(odds=odds, nodes=nodes):
                chances = [self.value(p, before) for p in odds]
                worths = [self.worth(inner, before) for inner in nodes]
                return tuple(
                    sum((p * w for p, w in zip(chances, ws, strict=True)), Fraction(0))
                    for ws in zip(*worths, strict=True)
                )
            case Choose() | Together():
                return self.worth(node.node, {**before, **self.made(node, before)})
            case Uniform():
                place = [*self._place(before), *self.choices.roots]
                means = (worth for where, worth in self.means[id(node)] if formulas.holds_at(where, place))
                found = next(means, None)
                if found is None:
                    raise UndefinedError
                return tuple(value_at(terms_of(w.numer), place) / value_at(terms_of(w.denom), place) for w in found)
            case Decide(nodes=nodes):
                return self.worth(nodes[self.answer(node, before)], before)
            case Stage(nodes=by_actions):
                return self.worth(by_actions[self.answer(node, before)], before)


def _holds(guard: Guard, place: Sequence[Any]) -> bool:
    relations: dict[str, Callable[[int], bool]] = {
        ">": lambda s: s > 0,
        ">=": lambda s: s >= 0,
        "==": lambda s: s == 0,
        "<=": lambda s: s <= 0,
        "<": lambda s: s < 0,
    }
    return all(relations[sign.relation](sign_at(terms_of(sign.polynomial), place)) for sign in guard)


def _roots(terms: Mapping[Any, Any], variable: int, before: Mapping[int, Fraction]) -> tuple[Any, ...]:
    """The real roots of a polynomial in one variable, the others being known; none of the zero polynomial."""
    by_power: dict[int, Fraction] = {}
    for powers, c in terms.items():
        value = Fraction(c)
        for k, power in enumerate(powers):
            if k != variable and power:
                value *= before.get(k, Fraction(0)) ** power
        by_power[powers[variable]] = by_power.get(powers[variable], Fraction(0)) + value
    most = max((power for power, c in by_power.items() if c), default=0)
    return real_roots([by_power.get(k, Fraction(0)) for k in range(most + 1)]) if most else ()
