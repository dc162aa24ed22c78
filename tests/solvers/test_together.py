"""Numbers chosen at once, against an oracle that goes through all patterns of ends and first-order conditions."""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import pairwise, product
from math import prod
from typing import Any

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text
from oracles.together import Line, Quadratic, gains

TIMES = 12 if os.environ.get("HG_THOROUGH") == "1" else 1

pytestmark = pytest.mark.timeout(300 * TIMES)


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
    sample = {name: one.sample[name] for name in names}
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


@pytest.mark.parametrize(("movers", "games"), [(2, 90), (3, 42)])
def test_equilibria_are_those_of_the_patterns(movers: int, games: int) -> None:
    rng = random.Random(movers)
    kinds = set()
    for _ in range(games * TIMES):
        game = random_game(rng, movers)
        text = game.text()
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


# --- parameters left open ---------------------------------------------------------------------------------------------------

OPEN = """
title: Parameters left open
players: [One, Two]
parameters:
  k: {baseline: 1, range: [0, 2]}
  g: {baseline: 1, range: [0, 2]}
  m: {baseline: 1, range: [-2, 2]}
  r: {baseline: 1, range: [-2, 2]}
play:
  x: {by: One, actions: {from: 0, to: 1}}
  y: {by: Two, actions: {from: 0, to: 1}}
payoffs:
  One: g*x - k*x**2/2 + m*x*y
  Two: y - k*y**2 + r*x*y
hedge: x + y < 1
"""


@pytest.mark.parametrize("among", ["some", "every"])
def test_a_region_is_where_the_oracle_has_the_event(among: Any) -> None:
    """Payoffs may be linear (k = 0), slopes vanish, the system be singular (2k^2 = m*r); the event is linear: vertices are enough."""
    rng = random.Random(3)
    region = hg.condition(read_model_text(OPEN), among)
    seen = set()
    for _ in range(400):
        k, g = (F(rng.randint(0, 4), 2) for _ in range(2))
        m, r = (F(rng.randint(-4, 4), 2) for _ in range(2))
        game = Quadratic(((-k, m, g), (r, -2 * k, F(1))), ((F(0), F(1)),) * 2)
        vertices = [x for polytope in game.polytopes() for x in polytope]
        have = [sum(x) < 1 for x in vertices]
        right = any(have) if among == "some" else all(have) and bool(have)
        assert region.contains({"k": k, "g": g, "m": m, "r": r}) == right, (k, g, m, r, vertices)
        seen.add((right, len(vertices) > 1, k == 0))
    assert len(seen) >= 5


# --- payoffs in pieces, concave or not: kinks where the numbers add up to something or are equal, and a guard who acts ------------


def kinked_worth(c: tuple[int, ...], own: F, other: F) -> F:
    return c[0] * own**2 + c[1] * own * other + c[2] * own + c[3] * max(F(0), own + other - 1) + c[4] * abs(own - other)


def kinked_stands(c: tuple[int, ...], own: F, other: F) -> bool:
    """Whether no number from 0 to 2 does better: between kinks the payoff is a quadratic, got from three of its values."""
    kinks = sorted({F(0), F(2), *(k for k in (1 - other, other) if 0 < k < 2)})
    lines = []
    for low, high in pairwise(kinks):
        middle = (low + high) / 2
        left, mid, right = (kinked_worth(c, x, other) for x in (low, middle, high))
        a = 2 * (left - 2 * mid + right) / (high - low) ** 2
        b = (right - left) / (high - low) - a * (low + high)
        lines.append(Line(low, high, a, b, left - a * low**2 - b * low))
    return not gains(kinked_worth(c, own, other), lines, [kinked_worth(c, k, other) for k in kinks])


def kinked(one: tuple[int, ...], two: tuple[int, ...]) -> str:
    def payoff(c: tuple[int, ...], own: str, other: str) -> str:
        smooth = f"{c[0]}*{own}**2 + ({c[1]})*{own}*{other} + ({c[2]})*{own}"
        return f"{smooth} + ({c[3]})*max(0, {own} + {other} - 1) + ({c[4]})*abs({own} - {other})"

    return f"""
title: Kinks
players: [One, Two]
play:
  x0: {{by: One, actions: {{from: 0, to: 2}}}}
  x1: {{by: Two, actions: {{from: 0, to: 2}}}}
payoffs:
  One: {payoff(one, "x0", "x1")}
  Two: {payoff(two, "x1", "x0")}
hedge: x0 + x1 > 1
"""


def test_kinks_and_payoffs_that_are_not_concave() -> None:
    rng = random.Random(7)
    kinds = set()
    for k in range(24 * TIMES):
        one, two = (
            (rng.randint(-1, 1), rng.randint(-2, 2), rng.randint(-2, 2), rng.randint(-2, 2), rng.choice([0, 0, -1, 1]))
            for _ in range(2)
        )
        if k % 8 == 0:  # one runs after the other
            one, two = (1, -2, *one[2:]), (-1, 2, *two[2:])
        text = kinked(one, two)
        found = hg.solve(read_model_text(text).at())
        assert found.complete == "all"
        for equilibrium in found:
            for x, y in stood_for(equilibrium, 2):
                assert kinked_stands(one, x, y), (text, equilibrium.choices)
                assert kinked_stands(two, y, x), (text, equilibrium.choices)
        for x, y in product([F(k, 6) for k in range(13)], repeat=2):
            if kinked_stands(one, x, y) and kinked_stands(two, y, x):
                assert any(covers(e.choices, (x, y)) for e in found), (text, x, y, [e.choices for e in found])
        kinds.add(min(len(found), 3))
    assert {0, 1, 2, 3} <= kinds


def test_a_guard_who_acts_later() -> None:
    """The guard acts on x0 + x1 > t and may do either at equality: then what is worse for whoever departed alone."""
    rng = random.Random(8)
    kinds = set()
    for k in range(24 * TIMES):
        t = F(rng.randint(0, 4), 2)
        worths = [[tuple(F(rng.randint(-2, 2)) for _ in range(3)) for _ in ("Pass", "Act")] for _ in range(2)]
        if k % 8 == 0:
            worths = [[(F(1), F(-2), F(0))] * 2, [(F(-1), F(2), F(0))] * 2]
        lines = [
            " + ".join(
                f"[{action}]*(({a})*x{i}**2 + ({b})*x{i}*x{1 - i} + ({c})*x{i})"
                for action, (a, b, c) in zip(("Pass", "Act"), worths[i], strict=True)
            )
            for i in range(2)
        ]
        text = f"""
title: A guard
players: [One, Two, Guard]
play:
  x0: {{by: One, actions: {{from: 0, to: 1}}}}
  x1: {{by: Two, actions: {{from: 0, to: 1}}}}
  Guard: {{actions: [Pass, Act], sees: all}}
payoffs:
  One: "{lines[0]}"
  Two: "{lines[1]}"
  Guard: "[Act]*(x0 + x1 - {t})"
hedge: Act
"""

        def worth(i: int, action: int, x: tuple[F, F], worths: Any = worths) -> F:
            a, b, c = worths[i][action]
            return a * x[i] ** 2 + b * x[0] * x[1] + c * x[i]

        def stands(x: tuple[F, F], action: int, t: F = t, worths: Any = worths, worth: Any = worth) -> bool:
            if (sum(x) > t and action == 0) or (sum(x) < t and action == 1):
                return False
            for i in range(2):
                tie = t - x[1 - i]
                parts = []
                for acts, (low, high) in enumerate([(F(0), min(F(1), tie)), (max(F(0), tie), F(1))]):
                    a, b, c = worths[i][acts]
                    if low < high:
                        parts.append(Line(low, high, a, b * x[1 - i] + c, F(0)))
                points = []
                for end in {F(0), F(1), tie}:
                    if 0 <= end <= 1:
                        there = (end, x[1]) if i == 0 else (x[0], end)
                        choices = [0, 1] if end == tie else [int(end > tie)]
                        points.append(min(worth(i, acts, there) for acts in choices))
                if gains(worth(i, action, x), parts, points):
                    return False
            return True

        found = hg.solve(read_model_text(text).at())
        assert found.complete == "all", found.notes
        by_action = {k: [e for e in found if e.actions[-1][1] == a] for k, a in enumerate(("Pass", "Act"))}
        for action, those in by_action.items():
            for equilibrium in those:
                for x in stood_for(equilibrium, 2):
                    assert stands(x, action), (text, equilibrium.choices, action)
        for x, action in product(product([F(k, 12) for k in range(13)], repeat=2), (0, 1)):
            if stands(x, action):
                assert any(covers(e.choices, x) for e in by_action[action]), (text, x, action)
        kinds |= {"none"} if not len(found) else {k for k, those in by_action.items() if those}
        kinds |= {"tie"} if any(sum(stood_for(e, 2)[0]) == t for e in found) else set()
    assert kinds == {"none", 0, 1, "tie"}


# --- what is told in part -------------------------------------------------------------------------------------------------

SHARED = """
title: A shared good after a number
players: [Gov, One, Two]
parameters: {k: {baseline: 1, range: "(0, 2]"}}
play:
  s: {by: Gov, actions: {from: 0, to: 2}}
  g1: {by: One, actions: {from: 0, to: 5}, sees: [s]}
  g2: {by: Two, actions: {from: 0, to: 5}, sees: [s]}
payoffs:
  Gov: g1 + g2 - k*s**2
  One: (1 + s)*(g1 + g2) - (g1 + g2)**2/2 - g1
  Two: (1 + s)*(g1 + g2) - (g1 + g2)**2/2 - g2
hedge: g1 > 0
"""


def test_a_continuum_after_a_number() -> None:
    """g1 + g2 = s in any shares. What is left to strategies, or matters to who moved before, is said to be left out."""
    found = hg.solve(read_model_text(SHARED).at())
    assert [dict(one.choices) for one in found] == [{"s": F(1, 2), "g1": g, "g2": F(1, 2) - g} for g in (0, F(1, 2))]
    assert found.complete == "some"
    assert any("depends on earlier ones" in note for note in found.notes)
    # The government cares about g1 alone: each share between gives it other incentives, and only the ends are followed.
    cares = read_model_text(SHARED.replace("Gov: g1 + g2", "Gov: g1"))
    found = hg.solve(cares.at())
    assert found.complete == "some"
    assert any("it matters to an earlier player which" in note for note in found.notes)
    region = hg.condition(cares, "some")
    assert any("it matters to an earlier player which" in note for note in region.notes)


# Two numbers are anything; the third is half of what they exceed 1 by.
FREE = """
title: Two who do not care, one who does
players: [One, Two, Three]
play:
  x: {by: One, actions: {from: 0, to: 1}}
  y: {by: Two, actions: {from: 0, to: 1}}
  z: {by: Three, actions: {from: 0, to: 1}}
payoffs: {One: z, Two: z, Three: z*(x + y - 1) - z**2}
"""


def test_two_numbers_that_vary_together() -> None:
    found = hg.solve(read_model_text(FREE).at())
    assert found.complete == "some"
    assert any("its interval is told for" in note for note in found.notes)
    for one in found:
        x, y, z = (one.sample[name] for name in "xyz")
        assert z == max(F(0), (x + y - 1) / 2)
    assert any(isinstance(one.choices["x"], tuple) and isinstance(one.choices["y"], tuple) for one in found)


def test_best_replies_that_are_no_lines() -> None:
    """x = y/(1 + y) and y = 1 - x give y^2 + y - 1 = 0: irrational numbers. Beyond degree two it is refused with a remedy."""
    text = """
title: Two that are no lines
players: [One, Two]
parameters: {k: {baseline: 1, range: [1, 2]}}
play:
  x: {by: One, actions: {from: 0, to: 2}}
  y: {by: Two, actions: {from: 0, to: 2}}
payoffs: {One: x*y - (1 + y)*x**2/2, Two: y*(k - x) - y**2/2}
"""
    (one,) = hg.solve(read_model_text(text).at())
    y = one.choices["y"]
    assert y * y + y == 1
    assert one.choices["x"] == 1 - y
    cubic = text.replace("x*y - (1 + y)*x**2/2", "x*y - (1 + y**2)*x**2/2")
    with pytest.raises(hg.HedgingGamesError, match="a border of degree 3 in y"):
        hg.solve(read_model_text(cubic).at())


TWO_STAGES = """
title: Arms, then talk
players: [A, B]
parameters:
  gain: {baseline: 1, range: [0, 2]}
  cost: {baseline: 1, range: [1/2, 2]}
play:
  arms_a: {by: A, actions: {from: 0, to: 1}}
  arms_b: {by: B, actions: {from: 0, to: 1}}
  talk_a: {by: A, actions: {from: 0, to: 1}, sees: [arms_a, arms_b]}
  talk_b: {by: B, actions: {from: 0, to: 1}, sees: [arms_a, arms_b]}
payoffs:
  A: gain*arms_a - cost*arms_a**2/2 - arms_b/2 + talk_a*(1 + talk_b/2 - arms_a/4) - talk_a**2
  B: gain*arms_b - cost*arms_b**2/2 - arms_a/2 + talk_b*(1 + talk_a/2 - arms_b/4) - talk_b**2
hedge: talk_a > 1/2
claims:
  - says: Talk falls in one's own arms, and less in the other's.
    outcome: talk_a == (20 - 4*arms_a - arms_b)/30
    holds: everywhere
    among: every
"""


def test_two_stages_of_numbers_chosen_at_once_with_parameters_open():
    # Talk: 1 + t_b/2 - a/4 = 2 t_a for both, so t_a = (20 - 4a - b)/30, and talk is worth t_a^2 to A. Arms: gain - cost*a = 8 t_a/30, and a = b:
    # a = (45 gain - 8)/(45 cost - 2), held to [0, 1] (worths are concave: cost > 32/900). Talk t = (4 - a)/6 is above 1/2 exactly where a < 1.
    model = read_model_text(TWO_STAGES)
    for among in ("some", "every"):
        region = hg.condition(model, among)
        assert region.complete
        for gain, cost in product([F(k, 15) for k in range(0, 31, 2)], [F(1, 2), F(17, 15), F(28, 15), F(2)]):
            assert region.contains(gain=gain, cost=cost) == (45 * gain - 8 < 45 * cost - 2)
    found = hg.phases(model, ["gain", "cost"])
    middle = {name: text for name, action in found.outcomes[-1].items() for text in action}
    assert middle["arms_a"] == middle["arms_b"] == "(45*gain - 8)/(45*cost - 2)"
    for gain, cost in [(F(1, 10), F(1)), (F(8, 45), F(1)), (F(1), F(1)), (F(17, 15), F(1))]:
        arms = min(F(1), max(F(0), (45 * gain - 8) / (45 * cost - 2)))
        (one,) = hg.solve(model.at(gain=gain, cost=cost))
        assert dict(one.choices) == {"arms_a": arms, "arms_b": arms, "talk_a": (4 - arms) / 6, "talk_b": (4 - arms) / 6}
        assert len(found.at(gain, cost)) == 1
    (claim,) = hg.examine(model)
    assert claim.verdict == "proved"
