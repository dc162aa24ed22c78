"""The page's script against Python: the same answers at exact points, half of them on borders, and the same thresholds."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import subprocess
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

import hedging_games as hg
from explored import WITH, asked, signs, told
from hedging_games.analysis.threshold import threshold
from hedging_games.errors import HedgingGamesError

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node to run the page's script")
IN_TREES = {
    "engagement-card",
    "blockade-given-diversification",
    "delegated-engagement",
    "dependence-backlash",
    "gradual-decoupling",
    "technology-erosion",
    "vulnerability-window",
}
"""Models that are trees of perfect information, few enough plans to go through all of them."""
POINTS = 1000 if os.environ.get("HG_THOROUGH") == "1" else 100


def script(formulas, points=(), lines=()):
    return asked_of_node({"formulas": formulas, "points": points, "lines": lines})


def asked_of_node(question):
    source = str(files("hedging_games.explore").joinpath("exact.js"))
    done = subprocess.run(
        [NODE, str(Path(__file__).with_name("exact_answers.js")), source],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def drawn_points(model, found, count, seed):
    """Points of the box on a coarse grid, where ties are common; each second one is moved onto the zero set of a polynomial."""
    rng = random.Random(seed)
    points = []
    while len(points) < count:
        point = []
        for name in found.names:
            r = model.parameters[name].range
            point.append(r.low + (r.high - r.low) * Fraction(rng.randint(0, 20), 20))
        if len(points) % 2 and found.circuit.polynomials:
            polynomial = rng.choice(found.circuit.polynomials)
            linear = [k for k in polynomial.axes if max(e[k] for e, _ in polynomial.terms) == 1]
            if not linear:
                continue
            k = rng.choice(linear)
            at = [polynomial.at([*point[:k], Fraction(x), *point[k + 1 :]]) for x in (0, 1)]
            if at[0] == at[1]:
                continue
            point[k] = at[0] / (at[0] - at[1])
            assert polynomial.at(point) == 0
        points.append(point)
    return points


def value(element, point):
    """A rational function at a point, by substitution rather than by the polynomials that the page is given."""
    if not hasattr(element, "numer"):
        return Fraction(element)
    top, bottom = (
        sum(Fraction(int(c.numerator), int(c.denominator)) * product(point, exponents) for exponents, c in part.terms())
        for part in (element.numer, element.denom)
    )
    return top / bottom


def product(point, exponents):
    result = Fraction(1)
    for x, power in zip(point, exponents, strict=True):
        result *= x**power
    return result


@needs_node
@pytest.mark.parametrize("name", WITH)
def test_the_script_answers_as_python_does_at_exact_points_half_of_them_on_borders(name):
    model, _, found, formulas = asked(name)
    points = drawn_points(model, found, POINTS, 1)
    answers = script(formulas, [[str(x) for x in point] for point in points])["answers"]
    for point, said in zip(points, answers, strict=True):
        values = signs(found, point)
        expected = told(found, values)
        if expected is None:
            assert said["word"] == "invalid"
            continue
        assert (said["some"], said["every"], said["doubtful"]) == expected
        stands = found.circuit.truths_of_signs([o.stands for o in found.outcomes], values)
        hedged = found.circuit.truths_of_signs([o.hedged for o in found.outcomes], values)
        listed = [
            [
                o.label,
                h,
                None if o.probability is None else str(value(o.probability, point)),
                None if o.payoffs is None else [str(value(worth, point)) for worth in o.payoffs],
            ]
            for o, s, h in zip(found.outcomes, stands, hedged, strict=True)
            if s and not found.circuit.truths_of_signs([found.degenerate], values)[0]
        ]
        assert said["equilibria"] == listed


@needs_node
@pytest.mark.parametrize(
    "name", ["engagement-card", "technology-erosion", "tariff-linkage", "rival-forum", "cherry-picking"]
)
def test_what_the_script_says_of_the_event_is_what_the_solver_finds(name):
    model, concept, found, formulas = asked(name)
    points = drawn_points(model, found, 24, 2)
    answers = script(formulas, [[str(x) for x in point] for point in points])["answers"]
    compared = 0
    for point, said in zip(points, answers, strict=True):
        try:
            solved = hg.solve(model.at(**dict(zip(found.names, point, strict=True))), concept, time_limit=20)
        except HedgingGamesError:
            assert said["word"] == "invalid"
            continue
        if solved.complete == "some" or said["word"] == "unknown":
            continue
        compared += 1
        played = [e.hedge > 0 for e in solved]
        assert (said["some"], said["every"]) == (any(played), all(played)), point
    assert compared > 5


@needs_node
@pytest.mark.parametrize(
    "name", ["engagement-card", "technology-erosion", "forced-choice", "tariff-linkage", "delegated-engagement"]
)
def test_the_smallest_change_is_the_nearest_threshold(name):
    model, concept, found, formulas = asked(name)
    base = model.point()
    lines = []
    for k, parameter in enumerate(found.names):
        r = model.parameters[parameter].range
        limits = {"low": str(r.low), "high": str(r.high), "lowOpen": r.low_open, "highOpen": r.high_open}
        lines.append([[str(base[n]) for n in found.names], k, limits])
    for parameter, said in zip(found.names, script(formulas, (), lines)["lines"], strict=True):
        critical = threshold(model, parameter, "some", concept)
        here = base[parameter]
        inside = [i for i in critical.intervals if _in(i, here)]
        assert said["now"] is bool(inside)
        above = [v for v in critical.values if v >= here]
        below = [v for v in critical.values if v <= here]
        # Where the event is not told further on, `threshold` knows of nothing either, and the page says that it does not know.
        for change, values in ((said["up"], above), (said["down"], below[::-1])):
            if change is None:
                assert not [v for v in values if v != here], (parameter, values)
            elif change["to"] is not None and not change["crossed"]:
                low, high, expected = Fraction(change["low"]), Fraction(change["high"]), values[0]
                assert low <= expected <= high
                assert (low == high) is isinstance(expected, Fraction)


def _in(interval, x):
    above = interval.low is None or interval.low < x or (interval.low == x and interval.low_closed)
    below = interval.high is None or x < interval.high or (interval.high == x and interval.high_closed)
    return above and below


@needs_node
def test_roots_are_those_that_sympy_counts_and_short_cuts_are_never_wrong():
    import sympy

    x = sympy.Symbol("x")
    rng = random.Random(5)
    low, high = Fraction(-1, 2), Fraction(7, 3)
    sets = []
    for _ in range(60):
        factors = [sympy.Poly([rng.randint(-4, 4) for _ in range(rng.randint(2, 4))] or [1], x) for _ in range(4)]
        # Products that share factors, squares among them: ties of roots are the rule.
        products = [sympy.prod([rng.choice(factors) for _ in range(rng.randint(1, 3))]) for _ in range(5)]
        sets.append([p for p in products if p.degree() >= 1])
    sets = [group for group in sets if group]
    written = [[[str(c) for c in reversed(p.all_coeffs())] for p in group] for group in sets]
    answers = asked_of_node({"polynomials": written, "low": str(low), "high": str(high), "apart": "1"})
    irrational = short = 0
    for group, said in zip(sets, answers, strict=True):
        squarefree = sympy.prod(group).sqf_part()
        assert len(said["roots"]) == squarefree.count_roots(sympy.Rational(low), sympy.Rational(high))
        bounds = [(Fraction(a), Fraction(b)) for a, b in said["roots"]]
        assert all(b < c for (_, b), (c, _) in pairwise(bounds))
        for a, b in bounds:
            irrational += a != b
            assert squarefree.count_roots(sympy.Rational(a), sympy.Rational(b)) == 1
        for p, may in zip(group, said["may"], strict=True):
            assert may or p.count_roots(sympy.Rational(low), sympy.Rational(high)) == 0
            short += not may
        for p, row in zip(group, said["apart"], strict=True):
            for q, apart in zip(group, row, strict=True):
                assert not apart or sympy.gcd(p, q).degree() == 0
                short += apart
    assert irrational > 20
    assert short > 50


def pure_equilibria(game):
    """The pure subgame-perfect equilibria of a tree of perfect information from the definition: of all plans, those in which nobody gains by
    another action at any one history (the one-deviation principle). Each as {history: number of the action}, with payoffs.
    """
    form = game.form
    terminal = {int(history): z for z, history in enumerate(form.terminals)}
    player = {
        h: form.information_sets[form.decided_at[h]].player for h in range(form.history_count) if h not in terminal
    }
    deciding = [h for h in player if player[h] != -1]

    def worth(h, plan):
        if h in terminal:
            return list(game.payoffs[:, terminal[h]])
        below = [worth(child, plan) for child in form.children[h]]
        if player[h] != -1:
            return below[plan[h]]
        odds = [game.chance[slot] for slot in form.slots(int(form.decided_at[h]))]
        return [sum(p * w[k] for p, w in zip(odds, below, strict=True)) for k in range(len(form.players))]

    for actions in itertools.product(*(range(len(form.children[h])) for h in deciding)):
        plan = dict(zip(deciding, actions, strict=True))
        if all(
            worth(form.children[h][plan[h]], plan)[player[h]] >= worth(child, plan)[player[h]]
            for h in deciding
            for child in form.children[h]
        ):
            yield plan, worth(0, plan)


@needs_node
@pytest.mark.parametrize("name", sorted(IN_TREES))
def test_whole_strategies_are_all_pure_subgame_perfect_equilibria(name):
    model, _, found, formulas = asked(name)
    points = drawn_points(model, found, 40, 4)
    points = [
        p
        for p, said in zip(points, script(formulas, [[str(x) for x in p] for p in points])["answers"], strict=True)
        if said["word"] != "invalid"
    ]
    answers = asked_of_node({"formulas": formulas, "most": 10_000, "points": [[str(x) for x in p] for p in points]})
    several = 0
    for point, listed in zip(points, answers, strict=True):
        game = model.at(**dict(zip(found.names, point, strict=True)))
        sets = game.form.information_sets
        expected = [
            (
                sorted(
                    [sets[game.form.decided_at[h]].label, sets[game.form.decided_at[h]].actions[a]]
                    for h, a in plan.items()
                ),
                [str(Fraction(x)) for x in payoffs],
            )
            for plan, payoffs in pure_equilibria(game)
        ]
        assert sorted((sorted(chosen), payoffs) for chosen, payoffs in listed) == sorted(expected)
        several += len(listed) > 1
    assert several > 0
    most = max(map(len, answers))
    cut = asked_of_node({"formulas": formulas, "most": most - 1, "points": [[str(x) for x in p] for p in points]})
    assert all(c is None for c, a in zip(cut, answers, strict=True) if len(a) == most)


@needs_node
@pytest.mark.parametrize("name", WITH)
def test_the_map_says_what_the_exact_answer_is_away_from_borders(name):
    # In floats, box by box: at the centres of random cells the word is that of the exact answer there, unless a polynomial is all but zero, and
    # equal numbers stand for equal sets of equilibria.
    model, _, found, formulas = asked(name)
    base = model.point()
    rng = random.Random(3)
    x, y = rng.sample(range(len(found.names)), 2)
    limits = [[str(r.low), str(r.high)] for r in (model.parameters[found.names[k]].range for k in (x, y))]
    cells = [(rng.randrange(160), rng.randrange(120)) for _ in range(40)]
    question = {"formulas": formulas, "map": [[str(base[n]) for n in found.names], x, y, limits, cells]}
    compared = 0
    sets = {}
    for exact, drawn, number, close in asked_of_node(question):
        if close:
            continue
        compared += 1
        assert drawn == exact["word"]
        assert sets.setdefault(number, exact["standing"]) == exact["standing"]
    assert compared > 20


@needs_node
def test_an_irrational_border_is_shut_between_fractions():
    # A goes as long as 2 - x^2 >= 0, a tie included: the event ends just past the square root of 2, and at no fraction.
    formulas = {
        "names": ["x"], "players": ["A"], "kind": "path", "complete": True, "told": False,
        "polynomials": [[[-1, 0, 2], [2]]], "nodes": [[0, 0], [0, 1]], "because": {}, "outcomes": [],
        "valid": -1, "some": 0, "every": 1, "degenerate": -2, "doubtful": -2, "unsettled": -2, "mixed": None, "assumptions": [],
    }  # fmt: skip
    limits = {"low": "0", "high": "10", "lowOpen": False, "highOpen": False}
    (said,) = script(formulas, (), [[["1"], 0, limits]])["lines"]
    assert (said["now"], said["down"]) == (True, None)
    assert (said["up"]["to"], said["up"]["beyond"]) == (False, True)
    low, high = Fraction(said["up"]["low"]), Fraction(said["up"]["high"])
    assert low**2 < 2 < high**2


@needs_node
@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("1/3", "1/3"),
        ("0.25", "1/4"),
        ("-2", "-2"),
        (".5/1.5", "1/3"),
        ("1/0", None),
        ("1e3", None),
        ("", None),
        (".", None),
    ],
)
def test_an_entry_is_an_exact_number_or_refused(typed, exact):
    said = asked_of_node({"typed": typed})
    assert said == exact
