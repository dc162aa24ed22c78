"""Games with continuous choices, solved at points, against the oracle for pure subgame-perfect outcomes.

At random points, ties included, both have to find the same outcomes, and regions have to hold exactly the points at which the event is played. One outcome is compared as it is: numbers chosen (roots of
quadratics too), actions, payoffs, event. A continuum comes from the oracle as an open interval, as long as it is; here it may come in
several, with single outcomes between them. No gap may be left, and a number of each has to lie in the oracle's.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import hedging_games as hg
from continuous_outcomes import Found, written_out
from oracles.continuous import MODELS, Answer, random_point
from oracles.continuous import Piece as Expected

POINTS = 2000 if os.environ.get("HG_THOROUGH") == "1" else 24


def gap_in(along: list[Found], piece: Expected) -> Any:
    """Where continua and single outcomes on an open interval stop covering it; None where they do."""
    assert piece.free is not None
    at, high = piece.choices[piece.free]  # type: ignore[misc]
    points = [one.choices[piece.free] for one in along if one.ends is None]
    while at != high:
        ahead = [one.ends[1] for one in along if one.ends is not None and one.ends[0] <= at < one.ends[1]]
        if not ahead:
            return at
        at = max(ahead)
        if at > high or (at != high and not any(at == x for x in points)):
            return at
    return None


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
            if not any(
                one.ends is None and one.actions == piece.actions and one.choices == piece.choices for one in found
            ):
                yield f"missing: {piece}"
            continue
        along = [one for one in found if one.free in (None, piece.free) and piece.contains(one.choices, one.actions)]
        gap = gap_in(along, piece)
        if gap is not None:
            yield f"missing from {gap}: {piece}"
    if (any(one.hedge for one in found), bool(found) and all(one.hedge for one in found)) != (
        expected.event_some,
        expected.event_every,
    ):
        yield f"some, every: {expected.event_some}, {expected.event_every}"


@cache
def model_of(name: str) -> Any:
    return hg.load(name)


@pytest.mark.parametrize("name", MODELS)
def test_outcomes_at_points_are_those_of_the_oracle(name: str) -> None:
    rng = random.Random(name)
    wrong = {}
    seen = set()
    for k in range(POINTS):
        point = random_point(name, rng, ties=k % 2 == 1)
        expected = MODELS[name](point)
        answer = hg.solve(model_of(name).tree_at(**point))
        found = written_out(answer)
        told = list(differences(found, expected))
        if answer.complete == "some":  # It says itself that not every continuum was followed.
            told = [difference for difference in told if not difference.startswith("missing")]
        if told:
            wrong[str({key: str(number) for key, number in point.items()})] = told[:4]
        seen.add((expected.event_some, expected.event_every))
    assert not wrong, "\n".join(f"{point}: {told}" for point, told in wrong.items())
    assert len(seen) > 1, "the points are all alike"


# With all parameters open. wedge-driving's region is compared with the interval analysis in its own tests.
DERIVED = ["blockade-threat", "tariff-linkage", "rival-forum", *(["tolerance-band"] if POINTS > 100 else [])]


@pytest.mark.parametrize("among", ["some", "every"])
@pytest.mark.parametrize("name", DERIVED)
def test_regions_hold_exactly_the_points_of_the_oracle(name: str, among: Any) -> None:
    region = hg.condition(model_of(name), among)
    assert region.complete
    rng = random.Random(f"{name} {among}")
    seen = set()
    for k in range(5 * POINTS):
        point = random_point(name, rng, ties=k % 2 == 1)
        found = MODELS[name](point)
        expected = found.event_some if among == "some" else found.event_every
        assert region.contains(point) == expected, point
        seen.add(expected)
    assert seen == {True, False}
