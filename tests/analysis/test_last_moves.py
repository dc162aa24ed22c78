"""Regions of games that begin as signalling games and end in subgames, against the solver at points, ties among them.

The solver searches the whole tree, choice by choice of supports, and knows nothing of stages, plans or regions.
"""

from __future__ import annotations

import os
import random
from fractions import Fraction as F
from itertools import product

import pytest

import hedging_games as hg
from hedging_games.model.reader import read_model_text

THOROUGH = os.environ.get("HG_THOROUGH") == "1"
GAMES, POINTS = (range(40), 12) if THOROUGH else (range(1, 4), 8)

TREE = """
title: A signal, an answer, and a last move
players: [{players}]
parameters:
  p: {{baseline: 1/2, range: [0, 1]}}
  v: {{baseline: 1, range: [-2, 2]}}
  w: {{baseline: 1, range: [-2, 2]}}
play:
  Type: {{by: chance, actions: {{strong: p, weak: 1 - p}}}}
  Signal: {{by: Sender, actions: [Act, Quit], sees: [Type]}}
  Receiver: {{actions: [Yield, Resist], sees: [Signal], when: Act}}
  Last: {{by: {last}, actions: [Fight, Stop], sees: all, when: Resist}}
payoffs:
  table:
{rows}
hedge: {event}
"""


def drawn(number, last="Sender"):
    """A random tree whose payoffs are small whole numbers, now and then with v or w added."""
    draw = random.Random(number)

    def payoff():
        return f"{draw.randint(-2, 2)}{draw.choice(['', '', ' + v', ' - v', ' + w'])}"

    players = list(dict.fromkeys(["Sender", "Receiver", last]))
    ends = ["Quit", "Yield", "Resist and Fight", "Resist and Stop"]
    rows = "\n".join(
        f"    - {{at: {kind} and {end}, " + ", ".join(f"{player}: {payoff()}" for player in players) + "}"
        for kind, end in product(["strong", "weak"], ends)
    )
    event = draw.choice(["Yield", "Fight", "weak and Act"])
    return read_model_text(TREE.format(players=", ".join(players), last=last, rows=rows, event=event))


def grid():
    """Points of a coarse grid, where payoffs tie all the time."""
    return [
        {"p": p, "v": F(v), "w": F(w)}
        for p, v, w in product([F(0), F(1, 3), F(1, 2), F(1)], [-1, 0, 1], [F(-1, 2), 0, 1])
    ]


def told(found, among):
    hedges = [e.hedge for e in found]
    return any(hedges) if among == "some" else bool(hedges) and all(hedges)


@pytest.mark.parametrize("concept", ["sequential", "subgame-perfect"])
@pytest.mark.parametrize("number", GAMES)
def test_the_sender_moves_last_and_nothing_is_missed(number, concept):
    model = drawn(number)
    regions = {among: hg.condition(model, among=among, concept=concept) for among in ("some", "every")}
    assert all(region.complete for region in regions.values())
    compared = 0
    for point in random.Random(number).sample(grid(), POINTS):
        found = hg.solve(model.at(**point), concept)
        if found.complete != "some":
            compared += 1
            for among, region in regions.items():
                assert region.contains(**point) == told(found, among), (point, among)
    assert compared > 2


# Where a third player moves last and is indifferent, the sender minds how it mixes: what the region says for sure has to stand, and that the event
# is played nowhere else is said only where no mixing can matter.
@pytest.mark.parametrize("number", GAMES)
def test_somebody_else_moves_last_and_what_is_said_for_sure_stands(number):
    model = drawn(number, last="Third")
    region = hg.condition(model, among="some", concept="sequential")
    compared = 0
    for point in random.Random(number).sample(grid(), POINTS):
        found = hg.solve(model.at(**point), "sequential")
        if found.complete == "some":
            continue
        compared += 1
        if region.contains(**point):
            assert told(found, "some"), point
        elif region.complete:
            assert not told(found, "some"), point
    assert compared > 2


# A strong sender fights (1 > -1), a weak one is indifferent (v = -1) between fighting and stopping. The receiver yields for 1, and resisting costs it 3
# against a fight: at p = 0 it resists one who never fights and yields to one who fights with 1/3 or more. Yield is worth 2 to the
# sender, quitting 0, resistance -1: so that Yield can be played only because a weak sender that is indifferent may fight.
TIED = """
title: Who is indifferent at the end
players: [Sender, Receiver]
parameters: {v: {baseline: -1, range: [-2, 0]}}
play:
  Type: {by: chance, actions: {strong: 1/10, weak: 9/10}}
  Signal: {by: Sender, actions: [Act, Quit], sees: [Type]}
  Receiver: {actions: [Yield, Resist], sees: [Signal], when: Act}
  Last: {by: Sender, actions: [Fight, Stop], sees: all, when: Resist}
payoffs:
  Sender: 2*[Yield] + [Fight]*([strong] + v*[weak]) - [Stop]
  Receiver: -[Yield] - 3*[Fight]
hedge: {event}
"""


# Above v = -1 a weak sender fights: the receiver yields for sure. Below it stops, and acts as often as makes the receiver indifferent: strong with 1/3
# given Act; Yield with 1/3 (2/3 - 2/3 = 0). At v = -1 both are equilibria, and any between. So it may be resisted exactly for v <= -1.
def test_where_the_end_is_a_tie_the_lot_is_followed():
    yielded = read_model_text(TIED.replace("{event}", "Yield"))
    resisted = read_model_text(TIED.replace("{event}", "Resist"))
    everywhere = hg.condition(yielded, among="every")
    assert everywhere.complete
    assert all(everywhere.contains(v=v) for v in (F(-2), F(-1), F(0)))
    some = hg.condition(resisted, among="some")
    assert some.complete
    assert [some.contains(v=v) for v in (F(-2), F(-1), F(-9, 10), F(0))] == [True, True, False, False]
    every = hg.condition(resisted, among="every")
    assert [every.contains(v=v) for v in (F(-2), F(-1), F(0))] == [True, False, False]
