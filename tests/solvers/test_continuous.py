"""Games with continuous choices, solved at points, against the oracle for pure subgame-perfect outcomes.

At random points, ties included, both have to find the same outcomes. One outcome is compared as it is: numbers chosen (roots of
quadratics too), actions, payoffs, event. A continuum comes from the oracle as an open interval, as long as it is; here it comes as
the numbers just above or below a candidate, up to the next one. So a continuum is the same if each of its ends is there and if at every
candidate inside it both sides and the candidate itself are: a gap would show at the candidate where it begins.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction as F
from functools import cache
from typing import Any

import pytest

import hedging_games as hg
from hedging_games.solvers.continuous.outcomes import Chose, Outcomes, Took
from hedging_games.solvers.continuous.space import Space
from oracles.continuous import MODELS, Answer, random_point, square_root, value
from oracles.continuous import Piece as Expected

POINTS = 2000 if os.environ.get("HG_THOROUGH") == "1" else 40
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
    p, q, r, d = (polynomial_at(part.items(), numbers) for part in (candidate.term.p, candidate.term.q, candidate.term.r, candidate.term.d))
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
            who: ratio_at(worth.value, tuple(numbers.values())) for who, worth in zip(game.players, piece.worth, strict=True)
        }
        assert event in (0, 1), "an event is open at a point"
        found.append(Found(choices, tuple(actions), worths, event == 0, free, beside, side))
    return found


def outcome_is(one: Found, piece: Expected) -> bool:
    return one.free is None and one.actions == piece.actions and one.choices == piece.choices


def beside_is(found: list[Found], piece: Expected, at: Any, side: str) -> bool:
    """Whether the numbers on one side of a number are there as a part of a continuum."""
    assert piece.free is not None
    x = at + STEP[side]
    wanted = {name: value(curve, x) for name, curve in piece.curves.items()}
    return any(
        one.free == piece.free and one.side == side and one.candidate == at and one.actions == piece.actions and one.choices == wanted
        for one in found
    ) or (side == "at" and any(one.free is None and one.actions == piece.actions and one.choices == wanted for one in found))


def differences(found: list[Found], expected: Answer) -> Iterator[str]:
    """What one has and the other has not."""
    for one in found:
        homes = [p for p in expected.pieces if p.contains(one.choices, one.actions)]
        if not homes:
            yield f"wrong: {one}"
        for home in homes:
            if home.hedge != one.hedge:
                yield f"event: {one}"
            for who, worth in home.payoffs.items():
                if worth is not None and worth != one.payoffs[who]:
                    yield f"payoff of {who}, which is {worth}: {one}"
    for piece in expected.pieces:
        if piece.free is None:
            if not any(outcome_is(one, piece) for one in found):
                yield f"missing: {piece}"
            continue
        low, high = piece.choices[piece.free]  # type: ignore[misc]
        inside = [
            one.choices[piece.free] if one.free is None else one.candidate
            for one in found
            if one.free in (None, piece.free) and piece.contains(one.choices, one.actions)
        ]
        ends = [(low, "above"), (high, "below")]
        ends += [(at, side) for at in inside if low < at < high for side in STEP]
        for at, side in ends:
            if not beside_is(found, piece, at, side):
                yield f"missing {side} {at}: {piece}"
    if (any(one.hedge for one in found), bool(found) and all(one.hedge for one in found)) != (
        expected.event_some,
        expected.event_every,
    ):
        yield f"some, every: {expected.event_some}, {expected.event_every}"


@cache
def model_of(name: str) -> Any:
    return hg.load(name)


@pytest.mark.parametrize("ties", [False, True], ids=["generic", "ties"])
@pytest.mark.parametrize("name", MODELS)
def test_outcomes_at_points_are_those_of_the_oracle(name: str, ties: bool) -> None:
    rng = random.Random(f"{name} {ties}")
    wrong = {}
    seen = set()
    for _ in range(POINTS // 2):
        point = random_point(name, rng, ties)
        expected = MODELS[name](point)
        found = solved(model_of(name), point)
        told = list(differences(found, expected))
        if told:
            wrong[str({key: str(number) for key, number in point.items()})] = told[:4]
        seen.add((expected.event_some, expected.event_every))
    assert not wrong, "\n".join(f"{point}: {told}" for point, told in wrong.items())
    assert len(seen) > 1, "the points are all alike"
