"""Regions of signals that several receivers answer at once, against the solver, which knows of no coins."""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import product

import pytest

import hedging_games as hg
from hedging_games.errors import ConceptError
from hedging_games.model.reader import read_model_text

GAMES = range(12 if os.environ.get("HG_THOROUGH") == "1" else 1)

TREE = """
title: A signal with two receivers
players: [Sender, One, Two]
parameters:
  p: {{baseline: 1/2, range: [0, 1]}}
  v: {{baseline: 1, range: [-2, 2]}}
play:
  Type: {{by: chance, actions: {{strong: p, weak: 1 - p}}}}
  Signal: {{by: Sender, actions: [Act, Quit], sees: [Type]}}
  One: {{actions: [Left, Right], sees: [Signal], when: Act}}
  Two: {{actions: [Up, Down], sees: [Signal], when: Act}}
payoffs:
{rows}
hedge: {event}
"""


def drawn(number, event, more=""):
    """A random tree in which each receiver's answer adds something to what everybody gets."""
    draw = random.Random(number)

    def payoff(player):
        parts = [
            f"({draw.randint(-2, 2)}{draw.choice(['', ' + v', ' - v'])})*[{kind} and {end}]"
            for kind, end in product(["strong", "weak"], ["Left", "Up", "Quit"])
        ]
        return f'  {player}: "{" + ".join(parts)}{more}"'

    return read_model_text(TREE.format(rows="\n".join(map(payoff, ["Sender", "One", "Two"])), event=event))


@pytest.mark.parametrize("event", ["Left", "weak and Up"])
@pytest.mark.parametrize("number", GAMES)
def test_the_solver_agrees_at_points_full_of_ties(number, event):
    model = drawn(number, event)
    regions = {among: hg.condition(model, among=among) for among in ("some", "every")}
    assert all(region.complete for region in regions.values())
    compared = 0
    for p, v in random.Random(number).sample(list(product([F(0), F(1, 3), F(1, 2), F(1)], [-1, 0, F(1, 2), 1])), 8):
        found = hg.solve(model.at(p=p, v=v), "sequential")
        hedges = [bool(e.hedge) for e in found]
        if found.complete != "some":
            compared += 1
            assert regions["some"].contains(p=p, v=v) == any(hedges), (p, v)
            assert regions["every"].contains(p=p, v=v) == all(hedges), (p, v)
    assert compared > 2


# An event that takes both answers may be played between two extreme equilibria, in each of which one of them is given; so what the region has is
# there, and the region says whether it may have more.
@pytest.mark.parametrize("number", GAMES)
def test_an_event_that_takes_both_is_where_the_region_says(number):
    model = drawn(number, "Left and Up")
    region = hg.condition(model, among="some")
    for p, v in product([F(1, 3), F(1, 2)], [-1, F(1, 2), 1]):
        found = hg.solve(model.at(p=p, v=v), "sequential")
        played = any(e.hedge for e in found)
        if region.contains(p=p, v=v):
            assert played or found.complete == "some"
        elif region.complete:
            assert not played


def test_receivers_who_mind_each_other_are_refused():
    with pytest.raises(ConceptError, match="regions are not derived for sequential"):
        hg.condition(drawn(0, "Left", more=" + [Left and Up]"), among="some", concept="sequential")
