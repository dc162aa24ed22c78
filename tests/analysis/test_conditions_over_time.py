"""Regions of random models over time against solving at points, ties included: two ways that share nothing but the period's own game."""

import os
import random
from fractions import Fraction as F
from itertools import product

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text

MODELS = 60 if os.environ.get("HG_THOROUGH") == "1" else 8


def drawn(seed):
    """A model with two parameters, two or three states, a leader and a follower or two who move at once, and a random event."""
    rng = random.Random(seed)
    states = ["one", "two", "three"][: rng.randint(2, 3)]
    sees = rng.choice(["all", "nothing"])
    moving = [s for s in states if rng.random() < 0.7] or ["one"]
    when = " or ".join(moving)
    outcomes = [f"{s} and {a} and {b}" for s in moving for a, b in product(("Up", "Down"), ("Left", "Right"))]
    outcomes += [s for s in states if s not in moving]

    def payoff():
        parts = [f"({rng.randint(-2, 2)} + {rng.choice(['x', 'y', '0', '2*x - y'])})*[{o}]" for o in outcomes]
        return " + ".join(parts)

    def going():
        kind = rng.random()
        if kind < 0.25:
            return "end, worth: {Follower: 1}"
        if kind < 0.7:
            return f"{{phase: {rng.choice(states)}}}"
        return f"{{phase: {{{states[0]}: p, {states[1]}: 1 - p}}}}"

    rows = "\n".join(f"  - {{at: {o}, to: {going()}}}" for o in outcomes)
    event = rng.choice(["first: Up", "reaches: Up and Left", "never: Right", "always: Up", f"reaches: {states[-1]}"])
    return f"""\
title: Drawn at random
players: [Leader, Follower]
parameters:
  x: {{baseline: 0, range: [-3, 3]}}
  y: {{baseline: 0, range: [-3, 3]}}
  p: {{baseline: 1/2, range: [0, 1]}}
state: {{phase: [{", ".join(states)}]}}
start: {{phase: {rng.choice(states)}}}
discount: 1/2
play:
  Leader: {{actions: [Up, Down], when: {when}}}
  Follower: {{actions: [Left, Right], when: {when}, sees: {sees}}}
payoffs:
  Leader: "{payoff()}"
  Follower: "{payoff()}"
next:
{rows}
hedge: {{{event}}}
"""


def models():
    """Those of the models that make sense: every state and parameter comes up."""
    seed, found = 0, []
    while len(found) < MODELS:
        seed += 1
        try:
            found.append((seed, read_model_text(drawn(seed))))
        except hg.ModelFileError:
            continue
    return found


@pytest.mark.parametrize(("seed", "model"), models())
def test_regions_agree_with_solving(seed, model):
    rng = random.Random(seed)
    held = {"p": rng.choice([F(0), F(1, 2), F(1, 3)])} if seed % 2 else {}
    for concept in ("pure-markov-perfect", "markov-perfect"):
        some, every = (hg.condition(model, among, concept, fixed=held) for among in ("some", "every"))
        for _ in range(15):
            point = {name: F(rng.randint(-6, 6), 2) for name in ("x", "y")} | {"p": F(rng.randint(0, 4), 4)} | held
            found = hg.solve(model.at(**point), some.concept)
            hedged = [e.hedge > 0 for e in found]
            if found.complete == "some":
                assert some.contains(**point) >= (any(hedged) and some.complete), (concept, point)
                continue
            open_ = [r.beyond is not None and not r.complete for r in (some, every)]
            if not open_[0]:
                assert some.contains(**point) == any(hedged), (concept, point)
            if not open_[1]:
                assert every.contains(**point) == (bool(hedged) and all(hedged)), (concept, point)


PENNIES = """
title: a subgame to which nobody turns alone
players: [A, B]
parameters: {a: {baseline: 1, range: [0, 2]}, d: {baseline: 1/2, range: [1/4, 3/4]}}
state: {phase: [only]}
start: {phase: only}
discount: {A: d, B: d}
play:
  X: {by: A, actions: [AStay, AGo]}
  Y: {by: B, actions: [BStay, BGo]}
  P: {by: A, actions: [Heads, Tails], sees: [X, Y], when: AGo and BGo}
  Q: {by: B, actions: [Left, Right], sees: [X, Y], when: AGo and BGo}
payoffs:
  A: "a*[AStay and BStay] + bonus*[Heads] + [Heads and Left] + [Tails and Right] - [Heads and Right] - [Tails and Left]"
  B: "a*[AStay and BStay] - [Heads and Left] - [Tails and Right] + [Heads and Right] + [Tails and Left]"
next: [{at: all, to: same}]
hedge: {always: AStay}
"""


# Who alone departs from staying gets 0: with a >= 0 nobody would. But after both have gone they match pennies, a subgame without a pure
# equilibrium, so that no pure strategies are subgame perfect. With a bonus of 2 Heads is worth 3 against Left and 1 against Right, Tails -1 and
# 1: (Heads, Right) is an equilibrium there, and staying is played.
@pytest.mark.parametrize(("bonus", "played"), [("0", False), ("2", True)])
def test_a_subgame_without_a_pure_equilibrium_leaves_none_wherever_it_is(bonus, played):
    model = read_model_text(PENNIES.replace("bonus", bonus))
    for a in (0, 1, 2):
        found = hg.solve(model.markov_at(a=a), "pure-markov-perfect")
        assert any(equilibrium.hedge == 1 for equilibrium in found) == played
        assert hg.condition(model, "some", "pure-markov-perfect").contains(a=a) == played
