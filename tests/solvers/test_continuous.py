"""Games with continuous choices, solved at points, against the oracle for pure subgame-perfect outcomes.

At random points, ties included, both have to find the same outcomes. One outcome is compared as it is: numbers chosen (roots of
quadratics too), actions, payoffs, event. A continuum comes from the oracle as an open interval, as long as it is; here it comes as
the numbers just above or below a candidate, up to the next one. So a continuum is the same if each of its ends is there and if at every
candidate inside it both sides and the candidate itself are: a gap would show at the candidate where it begins.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import hedging_games as hg
from continuous_outcomes import STEP, Found, solved
from oracles.continuous import MODELS, Answer, random_point, value
from oracles.continuous import Piece as Expected

POINTS = 2000 if os.environ.get("HG_THOROUGH") == "1" else 40


def outcome_is(one: Found, piece: Expected) -> bool:
    return one.free is None and one.actions == piece.actions and one.choices == piece.choices


def beside_is(found: list[Found], piece: Expected, at: Any, side: str) -> bool:
    """Whether the numbers on one side of a number are there as a part of a continuum."""
    assert piece.free is not None
    x = at + STEP[side]
    wanted = {name: value(curve, x) for name, curve in piece.curves.items()}
    return any(
        one.free == piece.free
        and one.side == side
        and one.candidate == at
        and one.actions == piece.actions
        and one.choices == wanted
        for one in found
    ) or (
        side == "at"
        and any(one.free is None and one.actions == piece.actions and one.choices == wanted for one in found)
    )


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
