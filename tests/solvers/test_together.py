"""Numbers chosen at once, against an oracle that goes through all patterns of ends and first-order conditions."""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from math import prod
from typing import Any

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text
from oracles.together import Quadratic

GAMES = 2000 if os.environ.get("HG_THOROUGH") == "1" else 160


def random_game(rng: random.Random, movers: int) -> Quadratic:
    """Small whole numbers, so that slopes vanish at ends, systems have no or many solutions, and payoffs are linear."""
    slopes, ends = [], []
    indifferent = rng.choice([0] * 9 + [1, 1, 2])
    for i in range(movers):
        slopes.append(
            tuple(
                F(rng.choice([0, -1, -1, -2, -2]) * 2 if k == i else rng.randint(-2, 2)) if i >= indifferent else F(0)
                for k in range(movers + 1)
            )
        )
        low = rng.choice([0, 0, -1])
        ends.append((F(low), F(rng.choice([1, 2, 3]))))
    return Quadratic(tuple(slopes), tuple(ends))


def written(game: Quadratic) -> str:
    """The game as a model; what others choose matters to everybody in further ways."""
    n = len(game.ends)
    lines = ["title: Numbers at once", f"players: [{', '.join(f'P{i}' for i in range(n))}]", "play:"]
    for i, (low, high) in enumerate(game.ends):
        lines.append(f"  x{i}: {{by: P{i}, actions: {{from: {low}, to: {high}}}}}")
    lines.append("payoffs:")
    for i, slope in enumerate(game.slopes):
        terms = [f"({c})*x{k}*x{i}" if k != i else f"({c / 2})*x{i}**2" for k, c in enumerate(slope[:-1])]
        others = [f"x{k}**2" for k in range(n) if k != i]
        lines.append(f"  P{i}: {' + '.join([*terms, f'({slope[-1]})*x{i}', *others])}")
    return "\n".join([*lines, "hedge: x0 > 0"])


def polynomial(terms: Any, x: tuple[F, ...]) -> F:
    total = F(0)
    for powers, c in terms.terms():
        total += F(int(c.numerator), int(c.denominator)) * prod(a**k for a, k in zip(x, powers, strict=True))
    return total


def covers(choices: dict[str, Any], x: tuple[F, ...]) -> bool:
    """Whether numbers are among those that an outcome stands for."""
    for k, number in enumerate(x):
        chosen = choices[f"x{k}"]
        if isinstance(chosen, tuple):
            held = chosen[0] < number < chosen[1]
        elif hasattr(chosen, "numer"):
            held = polynomial(chosen.numer, x) / polynomial(chosen.denom, x) == number
        else:
            held = chosen == number
        if not held:
            return False
    return True


def stood_for(one: Any, movers: int) -> list[tuple[F, ...]]:
    """Numbers that an outcome stands for: of an interval three, where only one varies."""
    names = [f"x{k}" for k in range(movers)]
    free = [name for name in names if isinstance(one.choices[name], tuple)]
    sample = {name: F(one.sample[name]) for name in names}
    found = [tuple(sample.values())]
    if len(free) == 1:
        low, high = one.choices[free[0]]
        for share in (F(1, 9), F(8, 9)):
            x = tuple((sample | {free[0]: low + share * (high - low)}).values())
            follow = [one.choices[name] for name in names]
            found.append(
                tuple(
                    polynomial(c.numer, x) / polynomial(c.denom, x) if hasattr(c, "numer") else own
                    for c, own in zip(follow, x, strict=True)
                )
            )
    return found


@pytest.mark.parametrize("movers", [2, 3])
def test_equilibria_are_those_of_the_patterns(movers: int) -> None:
    rng = random.Random(movers)
    kinds = set()
    for _ in range(GAMES):
        game = random_game(rng, movers)
        text = written(game)
        found = hg.solve(read_model_text(text).at())
        for one in found:
            for x in stood_for(one, movers):
                assert game.is_equilibrium(x), (text, one.choices)
            assert one.certificate.largest_gain == 0
        polytopes = list(game.polytopes())
        points = {vertex for vertices in polytopes for vertex in vertices}
        for vertices in polytopes:
            for _ in range(4 if len(vertices) > 1 else 0):
                weights = [F(rng.randint(1, 5)) for _ in vertices]
                shares = [w / sum(weights) for w in weights]
                points.add(tuple(sum(s * v[k] for s, v in zip(shares, vertices, strict=True)) for k in range(movers)))
        if found.complete == "all":
            for x in points:
                assert any(covers(one.choices, x) for one in found), (text, x, [one.choices for one in found])
        else:
            kinds.add("told for one")
            assert any("told for" in note for note in found.notes), (text, found.notes)
        kinds.add("continuum" if any(len(v) > 1 for v in polytopes) else f"{min(len(points), 3)} points")
        kinds |= {"end"} if any(x[0] in game.ends[0] for x in points) else set()
    assert ("told for one" in kinds) == (movers == 3)
    assert {"continuum", "1 points", "3 points", "end"} <= kinds
