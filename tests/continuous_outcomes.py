"""What stands at a point of a model with continuous choices, written out: for the tests of the solver and of the models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction as F
from itertools import product
from typing import Any

import hedging_games as hg
from oracles.continuous import Surd, poly, roots

FORCED = {"Offer"}
"""Actions of a player who has only one; the oracle leaves them out."""


@dataclass
class Found:
    """An outcome, or a continuum of them along ``free`` between two ``ends``; ``choices``, ``payoffs`` : at one of its numbers."""

    choices: dict[str, Any]
    actions: tuple[str, ...]
    payoffs: dict[str, Any]
    hedge: bool
    free: str | None
    ends: tuple[Any, Any] | None


def exact(number: Any) -> Any:
    """A number of the package as one of the oracle: rational, or a root of a quadratic."""
    if isinstance(number, F | int):
        return F(number)
    low, high = number.enclosure(F(1, 10**30))
    (found,) = [r for r in roots(poly(*number.minimal_polynomial)) if low <= r <= high]
    return found


def solved(model: Any, point: Mapping[str, F]) -> list[Found]:
    """What stands at a point."""
    return written_out(hg.solve(model.tree_at(**point)))


def written_out(answer: Any) -> list[Found]:
    """The outcomes of an answer, each of which the judge has certified."""
    found = []
    for one in answer:
        free = [name for name, choice in one.choices.items() if isinstance(choice, tuple)]
        assert len(free) <= 1, "two choices vary in one outcome"
        ends = tuple(map(exact, one.choices[free[0]])) if free else None
        choices = {name: exact(number) for name, number in one.sample.items()}
        actions = tuple(action for _, action in one.actions if action not in FORCED)
        payoffs = {who: exact(worth) for who, worth in one.payoffs.items()}
        assert one.hedge in (0, 1)
        found.append(Found(choices, actions, payoffs, bool(one.hedge), free[0] if free else None, ends))
    return found


def told(model: Any, case: str | None = None, **point: Any) -> dict[str, tuple[str, bool]]:
    """The outcomes at a point as text: what is done, then what each player gets, and whether the event happens.

    Of a continuum no payoffs are told, and of its choices only the one along which it runs; it is as long as actions and event stay.
    """
    found: dict[str, tuple[str, bool]] = {}
    for one in joined(solved(model, model.point(case, **point))):
        if one.ends is None:
            done = [f"{name}={text(number)}" for name, number in one.choices.items()]
        else:
            done = [f"{text(one.ends[0])} < {one.free} < {text(one.ends[1])}"]
        line = "; ".join([*done, *one.actions])
        payoffs = ", ".join(map(text, one.payoffs.values())) if one.ends is None else ""
        assert found.setdefault(line, (payoffs, one.hedge)) == (payoffs, one.hedge)
    return found


def joined(found: list[Found]) -> list[Found]:
    """Two continua and the outcome between them as one, where actions and event are the same."""
    for left, right, point in product(found, repeat=3):
        if left.ends is None or right.ends is None or point.ends is not None or left.free != right.free:
            continue
        same = (left.actions, left.hedge) == (right.actions, right.hedge) == (point.actions, point.hedge)
        if same and left.ends[1] == right.ends[0] == point.choices[left.free]:
            whole = replace(left, ends=(left.ends[0], right.ends[1]))
            return joined([whole, *(one for one in found if one is not left and one is not right and one is not point)])
    return found


def text(number: Any) -> str:
    return repr(number) if isinstance(number, Surd) else str(number)


TWICE = """
title: two numbers of one leader
players: [Leader, Follower]
parameters: {a: {baseline: 1, range: [0, 2]}}
play:
  x: {by: Leader, actions: {from: 0, to: 1}}
  y: {by: Leader, actions: {from: 0, to: 1}, sees: [x]}
  Then: {by: Follower, actions: [Help, Hurt], sees: all}
payoffs:
  Leader: "a*[Help] - x - y"
  Follower: "0*a"
hedge: x > 0
"""
"""One leader with two numbers, and a follower who is indifferent everywhere."""
