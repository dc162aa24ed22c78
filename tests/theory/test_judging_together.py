"""The judge where numbers are chosen at once: it certifies what is an equilibrium, and names the best deviation from what is none."""

import random
from fractions import Fraction as F

import pytest

from hedging_games.algebra.formulas.formula import TRUE, Atom
from hedging_games.algebra.inequalities.system import constraint
from hedging_games.model.reader import read_model_text
from hedging_games.theory.judging_reactions import judge_reactions
from hedging_games.theory.reactions import Reaction
from oracles.together import Quadratic

SUBSIDY = """
title: A subsidy, quantities at once, then a guard
players: [State, Home, Foreign, Guard]
play:
  s: {by: State, actions: {from: 0, to: 18}}
  q1: {by: Home, actions: {from: 0, to: 20}, sees: [s]}
  q2: {by: Foreign, actions: {from: 0, to: 20}, sees: [s]}
  Guard: {actions: [Act, Pass], sees: all}
payoffs:
  State: (9 - q1 - q2)*q1
  Home: (9 + s - q1 - q2)*q1
  Foreign: (9 - q1 - q2)*q2
  Guard: "[Act]*(q1 - 1)"
"""


@pytest.fixture(scope="module")
def game():
    return read_model_text(SUBSIDY).tree_at()


def says(game, subsidy, *cases, guard=None):
    _, q1, _ = game.field.gens
    at_once = game.root.node
    acts = guard if guard is not None else ((sign(q1 - 1, ">="), 0), (TRUE, 1))
    return judge_reactions(
        game, [Reaction(game.root, ((TRUE, subsidy),)), Reaction(at_once, cases), Reaction(at_once.node, acts)]
    )


def sign(ratio, relation):
    return Atom(constraint(ratio.numer, relation))


def replies(game):
    """Home sells (9 + 2s)/3 and Foreign (9 - s)/3 up to a subsidy of 9, beyond it (9 + s)/2 alone."""
    s, _, _ = game.field.gens
    return (sign(9 - s, ">="), ((9 + 2 * s) / 3, (9 - s) / 3)), (TRUE, ((9 + s) / 2, 0))


def test_an_equilibrium_is_certified(game):
    verdict = says(game, F(9, 4), *replies(game))
    assert verdict, verdict.why
    assert verdict.certificate.largest_gain == 0


# Without a subsidy home sells 3 for a price of 3; 9/4 brings 9/2 * 9/4 = 81/8, that is 9/8 more.
def test_a_number_before(game):
    objection = says(game, 0, *replies(game)).objection
    assert (objection.player, objection.deviation, objection.gain) == ("State", F(9, 4), F(9, 8))


# Beyond 9 the first replies leave Foreign a negative quantity; those of the monopolist before 9 leave it a price it could sell at.
def test_numbers_at_once_after_another(game):
    first, alone = replies(game)
    outside = says(game, F(9, 4), (TRUE, first[1]))
    assert outside.certificate is None
    assert "the number chosen at 'q2' is out of its range" in outside.why
    assert outside.objection.after[0][1] > 9
    objection = says(game, F(9, 4), alone).objection
    (_, s), *_ = objection.after
    assert (objection.player, objection.at) == ("Foreign", "q2")
    # The price is (9 - s)/2 without Foreign: it gains (9 - s)^2/16 by selling (9 - s)/4.
    assert (objection.deviation, objection.gain) == ((9 - s) / 4, (9 - s) ** 2 / 16)


def test_a_decision_after(game):
    objection = says(game, F(9, 4), *replies(game), guard=((TRUE, 1),)).objection
    after = dict(objection.after)
    assert (objection.player, objection.deviation, objection.gain) == ("Guard", "Act", after["q1"] - 1)


@pytest.mark.parametrize("answer", [3, (3,), (3, 3, 3), [3, 3]])
def test_what_is_no_number_for_each(game, answer):
    verdict = says(game, F(9, 4), (TRUE, answer))
    assert verdict.certificate is None
    assert "which is not a number for each" in verdict.why


def test_nobody_knows_what_is_chosen_at_once(game):
    s, q1, q2 = game.field.gens
    verdict = says(game, F(9, 4), (TRUE, ((9 + s - q2) / 2, (9 - q1) / 2)))
    assert "depends on q1, not chosen before it" in verdict.why


def best(game, i, x):
    """The most that mover i gets by its own number, where its payoff is got by integrating its slope."""
    low, high = game.ends[i]
    slope = game.slopes[i]
    rest = sum((c * x[k] for k, c in enumerate(slope[:-1]) if k != i), slope[-1])
    top = [-rest / slope[i]] if slope[i] < 0 and low < -rest / slope[i] < high else []
    return max(slope[i] / 2 * y * y + rest * y for y in (low, high, *top))


@pytest.mark.parametrize("movers", [2, 3])
def test_any_numbers(movers):
    """Of numbers on a coarse grid the judge accepts those that the oracle does, and names a deviation that is worth most."""
    rng = random.Random(movers)
    seen = set()
    for _ in range(25):
        slopes = tuple(
            tuple(F(-2 * rng.randint(0, 2) if k == i else rng.randint(-2, 2)) for k in range(movers + 1))
            for i in range(movers)
        )
        oracle = Quadratic(slopes, ((F(0), F(2)),) * movers)
        tree = read_model_text(oracle.text()).tree_at()
        for _ in range(12):
            x = tuple(F(rng.randint(0, 4), 2) for _ in range(movers))
            verdict = judge_reactions(tree, [Reaction(tree.root, ((TRUE, x),))])
            assert bool(verdict) == oracle.is_equilibrium(x), (oracle, x, verdict.why)
            seen.add(bool(verdict))
            if not verdict:
                i = [f"P{k}" for k in range(movers)].index(verdict.objection.player)
                slope = slopes[i]
                rest = sum((c * x[k] for k, c in enumerate(slope[:-1]) if k != i), slope[-1])
                assert verdict.objection.gain == best(oracle, i, x) - (slope[i] / 2 * x[i] ** 2 + rest * x[i])
    assert seen == {True, False}
