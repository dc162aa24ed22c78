"""What stands at a point of a model with continuous choices, written out: for the tests of the solver and of the models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any

from hedging_games.solvers.continuous.outcomes import Chose, Outcomes, Took
from hedging_games.solvers.continuous.space import Space
from oracles.continuous import square_root

STEP = {"at": F(0), "above": F(1, 10**9), "below": F(-1, 10**9)}
"""Numbers just beside a candidate are tried at this distance: nothing changes as near as that to it, at these points."""
FORCED = {"Offer"}
"""Actions of a player who has only one; the oracle leaves them out."""


@dataclass
class Found:
    """An outcome, or the one at a sample of a continuum; ``candidate`` : the number of the free choice that it lies beside."""

    choices: dict[str, Any]
    actions: tuple[str, ...]
    payoffs: dict[str, Any]
    hedge: bool
    free: str | None
    candidate: Any
    side: str


def polynomial_at(terms: Any, numbers: tuple[Any, ...]) -> Any:
    total: Any = F(0)
    for exponents, coefficient in terms:
        term: Any = F(int(coefficient.numerator), int(coefficient.denominator))
        for number, power in zip(numbers, exponents, strict=False):
            for _ in range(power):
                term = term * number
        total = total + term
    return total


def ratio_at(ratio: Any, numbers: tuple[Any, ...]) -> Any:
    return polynomial_at(ratio.numer.terms(), numbers) / polynomial_at(ratio.denom.terms(), numbers)


def number_of(candidate: Any, numbers: tuple[Any, ...]) -> Any:
    """What a candidate is, after what was chosen before."""
    if candidate.term is None:
        return ratio_at(candidate.value, numbers)
    p, q, r, d = (
        polynomial_at(part.items(), numbers)
        for part in (candidate.term.p, candidate.term.q, candidate.term.r, candidate.term.d)
    )
    return (p + q * square_root(d)) / r


def solved(model: Any, point: Mapping[str, F]) -> list[Found]:
    """What stands at a point."""
    game = model.tree_at(**point)
    space = Space(game)
    found = []
    for piece in Outcomes(space).of(game.root):
        guard, event = space.tidied(piece.guard), space.tidied(piece.event)
        assert guard in (0, 1), "a guard is open at a point"
        if guard == 1:
            continue
        numbers: dict[str, Any] = dict.fromkeys(game.choices, F(0))
        choices, actions, free, beside, side = {}, [], None, None, "at"
        for move in piece.path:
            if isinstance(move, Took):
                actions += [move.action] if move.action not in FORCED else []
                continue
            assert isinstance(move, Chose)
            at = number_of(move.candidate, tuple(numbers.values()))
            numbers[move.name] = choices[move.name] = at + STEP[move.side]
            if move.side != "at":
                free, beside, side = move.name, at, move.side
        worths = {
            who: ratio_at(worth.value, tuple(numbers.values()))
            for who, worth in zip(game.players, piece.worth, strict=True)
        }
        assert event in (0, 1), "an event is open at a point"
        found.append(Found(choices, tuple(actions), worths, event == 0, free, beside, side))
    return found


def told(model: Any, case: str | None = None, **point: Any) -> dict[str, tuple[str, bool]]:
    """The outcomes at a point as text: what is done, then what each player gets, and whether the event happens.

    Of a continuum, known by the candidates beside which it lies, no payoffs are told.
    """
    found: dict[str, tuple[str, bool]] = {}
    for one in solved(model, model.point(case, **point)):
        done = [f"{name}={text(number)}" for name, number in one.choices.items() if name != one.free]
        done += [f"{one.free} {one.side} {text(one.candidate)}"] if one.free else []
        payoffs = "" if one.free else ", ".join(map(text, one.payoffs.values()))
        line = "; ".join([*(done if not one.free else done[-1:]), *one.actions])
        assert found.setdefault(line, (payoffs, one.hedge)) == (payoffs, one.hedge)
    return found


def text(number: Any) -> str:
    return str(number) if isinstance(number, F) else repr(number)
