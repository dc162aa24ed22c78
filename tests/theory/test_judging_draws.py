"""The judge where chance draws a number from an interval: what is expected is integrated by it, piece by piece."""

from __future__ import annotations

import random
from fractions import Fraction as F

import pytest
from sympy import QQ
from sympy.polys.fields import field as function_field

from hedging_games.algebra.formulas.formula import TRUE, Atom
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.games.continuous import Choose, ContinuousGame, Decide, End, Stage, Uniform
from hedging_games.theory.judging_reactions import judge_reactions
from hedging_games.theory.reactions import Reaction
from oracles.uniform_types import Offer, fearon


def sign(ratio, relation):
    return Atom(constraint(ratio.numer, relation))


def number(field, value):
    return field.ground_new(QQ(F(value).numerator, F(value).denominator))


def offer_game(oracle):
    """The tree of an offer x in [0, 1] to a type t."""
    field, x, t = function_field(["x", "t"], QQ)

    def value(linear):
        return sum((number(field, c) * g for c, g in zip(linear, (field.one, x, t), strict=True)), field.zero)

    ends = tuple(End((value(oracle.a[k]), value(oracle.b[k])), ()) for k in range(2))
    answer = Decide(1, "B", ("First", "Second"), ends)
    draw = Uniform("t", number(field, oracle.low), number(field, oracle.high), answer)
    return ContinuousGame(("A", "B"), Choose(0, "x", field.zero, field.one, draw), field, ("x", "t"))


def gap(game):
    """What B gains by the second action: a polynomial in x and t."""
    first, second = game.root.node.node.nodes
    return second.worth[1] - first.worth[1]


def strategies(game, x, *cases):
    return [Reaction(game.root, ((TRUE, x),)), Reaction(game.root.node.node, cases)]


WAR = fearon(F(1, 2), F(1, 10), F(0), F(2, 5))


@pytest.fixture(scope="module")
def war():
    return offer_game(WAR)


# Offer 7/20: see tests/models/test_uniform_types.
def test_fearon(war):
    verdict = judge_reactions(war, strategies(war, F(7, 20), (sign(gap(war), ">"), 1), (TRUE, 0)))
    assert verdict.is_equilibrium
    assert verdict.certificate.largest_gain == 0
    # Types that are just indifferent may do either.
    assert judge_reactions(war, strategies(war, F(7, 20), (sign(gap(war), ">="), 1), (TRUE, 0)))


# At 1/5: d = 3/10: 1/2 + 3/10 - (3/10)/(2/5)*(1/10 + 3/10) = 1/2, against 89/160.
def test_a_wrong_offer(war):
    verdict = judge_reactions(war, strategies(war, F(1, 5), (sign(gap(war), ">"), 1), (TRUE, 0)))
    assert not verdict
    assert (verdict.objection.player, verdict.objection.deviation) == ("A", F(7, 20))
    assert verdict.certificate.largest_gain == F(89, 160) - F(1, 2)


# B fights too seldom: those of types between the two cut points gain by fighting.
def test_a_wrong_cut_point(war):
    _, t = war.field.gens
    early = sign(gap(war) - number(war.field, F(1, 20)), ">")
    verdict = judge_reactions(war, strategies(war, F(7, 20), (early, 1), (TRUE, 0)))
    assert not verdict
    assert verdict.objection.player == "B"
    assert 0 < verdict.objection.gain <= F(1, 20)
    # One single type that errs has no probability, but it errs.
    one = sign(t - number(war.field, F(1, 5)), "==")
    verdict = judge_reactions(war, strategies(war, F(7, 20), (one, 1), (sign(gap(war), ">"), 1), (TRUE, 0)))
    assert not verdict
    assert dict(verdict.objection.after)["t"] == F(1, 5)


def test_strategies_that_say_nothing_for_some_types(war):
    verdict = judge_reactions(war, strategies(war, F(7, 20), (sign(gap(war), ">"), 1)))
    assert not verdict
    assert verdict.certificate is None


# B's best reply and any x: an equilibrium exactly if x is best by the oracle; else the best deviation gains what the oracle says.
def test_random_offers():
    rng, seen = random.Random(5), set()
    for _ in range(60):
        sides = [tuple(tuple(F(rng.randint(-2, 2)) for _ in range(3)) for _ in range(2)) for _ in range(2)]
        if sides[1][0][2] == sides[1][1][2]:
            continue
        oracle = Offer(*sides, F(-1), F(rng.randint(0, 2)))
        game = offer_game(oracle)
        best = oracle.best()
        x = rng.choice([best[0][0], F(rng.randint(0, 4), 4)])
        verdict = judge_reactions(game, strategies(game, x, (sign(gap(game), ">"), 1), (TRUE, 0)))
        lost = oracle.worth(oracle.a, best[0][0]) - oracle.worth(oracle.a, x)
        assert verdict.is_equilibrium == (lost == 0), verdict.why
        if lost:
            assert verdict.objection.player == "A"
            assert verdict.certificate.largest_gain == lost
        seen.add(lost == 0)
    assert seen == {True, False}


# A cut point that is a root of degree two, and a payoff that divides by the type: not integrated, so nothing is certified.
@pytest.mark.parametrize("words", ["divides", "degree 2"])
def test_what_is_not_integrated(words):
    field, _, t = function_field(["x", "t"], QQ)
    border, worth = (
        (t - field.one / 2, field.one / (t + 1)) if words == "divides" else (t**2 - field.one / 2, field.one)
    )
    answer = Decide(1, "B", ("First", "Second"), (End((worth, field.zero), ()), End((field.zero, border), ())))
    draw = Uniform("t", field.zero, field.one, answer)
    game = ContinuousGame(("A", "B"), Choose(0, "x", field.zero, field.one, draw), field, ("x", "t"))
    verdict = judge_reactions(game, strategies(game, F(0), (sign(border, ">"), 1), (TRUE, 0)))
    assert verdict.certificate is None
    assert words in verdict.why


def test_an_interval_without_numbers(war):
    field = war.field
    answer = war.root.node.node
    empty = Uniform("t", field.one, field.one, answer)
    game = ContinuousGame(("A", "B"), Choose(0, "x", field.zero, field.one, empty), field, ("x", "t"))
    verdict = judge_reactions(game, strategies(game, F(7, 20), (TRUE, 0)))
    assert not verdict
    assert "'t' is drawn from an interval without numbers" in verdict.why


# Two numbers from [0, 1]: t is above s with probability 1/2. A, who gets 1 for Yes, is right to pay up to 1/2 for it.
@pytest.mark.parametrize(("price", "right"), [(F(1, 2), True), (F(2, 5), True), (F(3, 5), False)])
def test_two_draws(price, right):
    field, s, t = function_field(["s", "t"], QQ)
    ends = (End((field.one - number(field, price), t - s), ()), End((-number(field, price), field.zero), ()))
    answer = Decide(1, "B", ("Yes", "No"), ends)
    draws = Uniform("s", field.zero, field.one, Uniform("t", field.zero, field.one, answer))
    root = Decide(0, "A", ("Go", "Stop"), (draws, End((field.zero, field.zero), ())))
    game = ContinuousGame(("A", "B"), root, field, ("s", "t"))
    verdict = judge_reactions(
        game, [Reaction(root, ((TRUE, 0),)), Reaction(answer, ((sign(t - s, ">="), 0), (TRUE, 1)))]
    )
    assert verdict.is_equilibrium == right
    if not right:
        assert verdict.certificate.largest_gain == price - F(1, 2)


# Moves at once after a draw: in and on are worth 1 - t each together, -t alone.
def test_a_stage_after_a_draw():
    field, t = function_field(["t"], QQ)
    worth = {(0, 0): (1 - t, 1 - t), (0, 1): (-t, field.zero), (1, 0): (field.zero, -t), (1, 1): (field.zero,) * 2}
    stage = Stage((0, 1), ("A", "B"), (("In", "Out"), ("On", "Off")), {k: End(w, ()) for k, w in worth.items()})
    game = ContinuousGame(("A", "B"), Uniform("t", field.zero, field.one, stage), field, ("t",))
    assert judge_reactions(game, [Reaction(stage, ((TRUE, (0, 0)),))])
    # Split by t: each in its own interval.
    middle = sign(t - number(field, F(1, 3)), "<")
    assert judge_reactions(game, [Reaction(stage, ((middle, (0, 0)), (TRUE, (1, 1))))])
    wrong = judge_reactions(game, [Reaction(stage, ((middle, (0, 1)), (TRUE, (1, 1))))])
    assert not wrong
