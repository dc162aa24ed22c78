"""Regions of signals that end in a last move, or have several messages or receivers, and of offers by the uninformed, against the definition.

At a point the definition is a sentence: there are probabilities and beliefs such that everything played is best, beliefs follow from play where it leads
to them, and the event is likely. It is written down here from the payoffs that a test draws, and z3, which decides such sentences, is asked.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from fractions import Fraction as F
from itertools import product

import pytest
import z3

import hedging_games as hg
from hedging_games.model.reader import read_model_text

THOROUGH = os.environ.get("HG_THOROUGH") == "1"


@dataclass
class Drawn:
    """A game drawn by lot: a sender with types sends a message, receivers answer Yes or No, and somebody may move last.

    ``worth`` : from a player and an end (type, message, then a receiver with its answer, or the last action) to a whole number and what is
    added to it, ``v`` so many times.
    """

    types: int
    messages: int
    receivers: tuple[str, ...]
    last: str
    worth: dict

    @property
    def players(self):
        return ("Sender", *self.receivers)

    def yaml(self, event):
        odds = {2: ["p", "1 - p"], 3: ["p", "p/2", "1 - 3*p/2"]}[self.types]
        types = ", ".join(f"t{t}: {chance}" for t, chance in enumerate(odds))
        play = [f"  Type: {{by: chance, actions: {{{types}}}}}"]
        names = [f"m{m}" for m in range(self.messages)]
        play.append(f"  Signal: {{by: Sender, actions: [{', '.join(names)}, Quit], sees: [Type]}}")
        heard = " or ".join(names)
        play += [f"  {name}: {{actions: [Yes, No], sees: [Signal], when: {heard}}}" for name in self.receivers]
        if self.last:
            play.append(f"  Last: {{by: {self.last}, actions: [Fight, Stop], sees: all, when: m0 and No}}")
        payoffs = []
        for player in self.players:
            terms = []
            for (who, t, *end), (number, slope) in self.worth.items():
                if who == player and (number, slope) != (0, 0):
                    happens = " and ".join([f"t{t}", *(self._said(part) for part in end)])
                    terms.append(f"({number} + {slope}*v)*[{happens}]")
            payoffs.append(f'  {player}: "{" + ".join(terms) or "0"}"')
        chances = {2: "[0, 1]", 3: "[0, 2/3]"}[self.types]
        return "\n".join([
            "title: A signal", f"players: [{', '.join(self.players)}]",
            f"parameters: {{p: {{baseline: 1/2, range: {chances}}}, v: {{baseline: 1, range: [-2, 2]}}}}",
            "play:", *play, "payoffs:", *payoffs, f"hedge: {event}",
        ])  # fmt: skip

    def _said(self, part):
        return (
            f"{part[0]}.{part[1]}"
            if isinstance(part, tuple) and len(self.receivers) > 1
            else part
            if isinstance(part, str)
            else part[1]
        )

    def prior(self, p):
        return {2: [p, 1 - p], 3: [p, p / 2, 1 - 3 * p / 2]}[self.types]

    def at(self, v, player, t, *end):
        number, slope = self.worth.get((player, t, *end), (0, 0))
        return F(number + slope * v)


def drawn(number, *, types=2, messages=1, receivers=("One",), last=""):
    draw = random.Random(number)
    worth = {}

    def lot():
        return draw.randint(-2, 2), draw.choice([0, 0, 1, -1])

    for player, t in product(("Sender", *receivers), range(types)):
        worth[player, t, "Quit"] = (draw.randint(-1, 1), 0)
        for m, name in product(range(messages), receivers):
            if last and m == 0:
                worth[player, t, f"m{m}", (name, "Yes")] = lot()
                worth[player, t, "Fight"], worth[player, t, "Stop"] = lot(), lot()
            else:
                worth[player, t, f"m{m}", (name, "Yes")] = lot()
    return Drawn(types, messages, receivers, last, worth)


def quotient(x):
    return z3.Q(F(x).numerator, F(x).denominator)


def is_played(game, event, p, v, *, happens=True):
    """Whether a sequential equilibrium has the event with positive probability (or, without ``happens``, with probability zero).

    ``event`` : a message and a receiver's answer to it, or "Fight".
    """
    prior, solver = game.prior(p), z3.Solver()
    solver.set("timeout", 20_000)
    types, messages = range(game.types), range(game.messages)
    sent = [[z3.Real(f"x{t}{m}") for m in range(game.messages + 1)] for t in types]
    yes = {(name, m): z3.Real(f"y{name}{m}") for name in game.receivers for m in messages}
    fight = [z3.Real(f"l{t}") for t in types]
    belief = [[z3.Real(f"b{t}{m}") for m in messages] for t in types]
    for x in [*(x for row in sent for x in row), *yes.values(), *fight, *(b for row in belief for b in row)]:
        solver.add(x >= 0, x <= 1)
    solver.add(*(sum(row) == 1 for row in sent))

    def after_no(player, t, m):
        """What is added where the last move comes."""
        if not game.last or m > 0:
            return 0
        return fight[t] * quotient(game.at(v, player, t, "Fight")) + (1 - fight[t]) * quotient(
            game.at(v, player, t, "Stop")
        )

    def answered(player, t, m, name):
        """Yes is worth the one, No the other, as far as this receiver's answer counts."""
        return quotient(game.at(v, player, t, f"m{m}", (name, "Yes"))), after_no(player, t, m)

    for t in types:
        if game.last:
            gain = game.at(v, game.last, t, "Fight") - game.at(v, game.last, t, "Stop")
            solver.add(fight[t] == int(gain > 0)) if gain else None
        worth = [
            sum(
                yes[name, m] * answered("Sender", t, m, name)[0]
                + (1 - yes[name, m]) * answered("Sender", t, m, name)[1]
                for name in game.receivers
            )
            for m in messages
        ]
        worth.append(quotient(game.at(v, "Sender", t, "Quit")))
        solver.add(
            *(z3.Implies(x > 0, z3.And([w >= other for other in worth])) for x, w in zip(sent[t], worth, strict=True))
        )
    for m in messages:
        reached = sum(quotient(prior[t]) * sent[t][m] for t in types)
        solver.add(sum(belief[t][m] for t in types) == 1)
        solver.add(*(belief[t][m] == 0 for t in types if prior[t] == 0))
        solver.add(*(belief[t][m] * reached == quotient(prior[t]) * sent[t][m] for t in types))
        for name in game.receivers:
            gain = sum(belief[t][m] * (answered(name, t, m, name)[0] - answered(name, t, m, name)[1]) for t in types)
            solver.add(z3.Implies(yes[name, m] > 0, gain >= 0), z3.Implies(yes[name, m] < 1, gain <= 0))
    if event == "Fight":
        likely = sum(quotient(prior[t]) * sent[t][0] * (1 - yes[game.receivers[0], 0]) * fight[t] for t in types)
    else:
        m, name, answer = event
        chance = yes[name, m] if answer == "Yes" else 1 - yes[name, m]
        likely = sum(quotient(prior[t]) * sent[t][m] for t in types) * chance
    solver.add(likely > 0 if happens else likely == 0)
    return {"sat": True, "unsat": False}.get(str(solver.check()))


def said(event):
    return event if event == "Fight" else f"m{event[0]} and {event[1]}.{event[2]}"


POINTS = {
    2: list(product([F(0), F(1, 3), F(1, 2), F(1)], [F(-1), F(0), F(1, 2), F(1), F(2)])),
    3: list(product([F(0), F(1, 3), F(1, 2), F(2, 3)], [F(-1), F(0), F(1, 2), F(1)])),
}

KINDS = {
    "the sender moves last": {"last": "Sender"},
    "the receiver moves last": {"last": "One"},
    "the receiver moves last, three types": {"last": "One", "types": 3},
    "the sender moves last, three types": {"last": "Sender", "types": 3},
    "two messages": {"messages": 2},
    "two receivers": {"receivers": ("One", "Two")},
}


SEEDS = dict.fromkeys(KINDS, range(20) if THOROUGH else [1]) | (
    {} if THOROUGH else {"the receiver moves last, three types": [2]}
)


@pytest.mark.parametrize(("kind", "number"), [(kind, number) for kind, numbers in SEEDS.items() for number in numbers])
def test_the_region_is_where_the_definition_has_the_event(kind, number):
    game, draw = drawn(number, **KINDS[kind]), random.Random(number)
    event = draw.choice([(0, "One", "Yes"), (0, "One", "No"), *(["Fight"] if game.last else [])])
    model = read_model_text(game.yaml(said(event)))
    agree(
        model, lambda happens, **at: is_played(game, event, **at, happens=happens), draw.sample(POINTS[game.types], 4)
    )


def agree(model, is_played_at, points):
    """Region, solver and definition say the same at some points, of some and of every equilibrium."""
    some, every = (hg.condition(model, among=among, concept="sequential") for among in ("some", "every"))
    assert some.complete
    assert every.complete
    decided = 0
    for p, v in points:
        played, missed = (is_played_at(happens, p=p, v=v) for happens in (True, False))
        assert played is None or some.contains(p=p, v=v) == played, (p, v)
        assert missed is None or every.contains(p=p, v=v) == (not missed), (p, v)
        found = hg.solve(model.at(p=p, v=v), "sequential")
        assert played is None or found.complete == "some" or any(e.hedge for e in found) == played, (p, v)
        decided += played is not None and missed is not None
    assert decided > len(points) // 2


# An offer by who does not know the type, answered by who does: nobody's belief depends on play.
SCREENING = """
title: An offer by the uninformed
players: [Proposer, Other]
parameters: {{p: {{baseline: 1/3, range: [0, 2/3]}}, v: {{baseline: 1, range: [-2, 2]}}}}
play:
  Type: {{by: chance, actions: {{t0: p, t1: p/2, t2: 1 - 3*p/2}}}}
  Offer: {{by: Proposer, actions: [o0, o1, o2]}}
  Reply: {{by: Other, actions: [Accept, Fight], sees: [Type, Offer]}}
payoffs:
  Proposer: "{0}"
  Other: "{1}"
hedge: o0 and Accept
"""


@pytest.mark.parametrize("number", range(20) if THOROUGH else [1])
def test_an_offer_to_one_of_three_types_is_accepted_where_the_definition_says(number):
    draw = random.Random(number)
    ends = list(product(range(3), range(3), ["Accept", "Fight"]))
    worth = {(i, *end): (draw.randint(-2, 2), draw.choice([0, 0, 1, -1])) for i in range(2) for end in ends}
    payoffs = [
        " + ".join(f"({a} + {b}*v)*[t{t} and o{o} and {reply}]" for (j, t, o, reply), (a, b) in worth.items() if i == j)
        for i in range(2)
    ]

    def is_accepted(happens, *, p, v):
        prior, solver = [p, p / 2, 1 - 3 * p / 2], z3.Solver()
        offered = [z3.Real(f"x{o}") for o in range(3)]
        accepts = [[z3.Real(f"y{t}{o}") for o in range(3)] for t in range(3)]
        solver.add(sum(offered) == 1, *(x >= 0 for x in offered), *(y >= 0 for row in accepts for y in row))
        solver.add(*(y <= 1 for row in accepts for y in row))

        def at(i, t, o, reply):
            a, b = worth[i, t, o, reply]
            return F(a + b * v)

        def expected(o):
            return sum(
                quotient(prior[t] * at(0, t, o, "Accept")) * accepts[t][o]
                + quotient(prior[t] * at(0, t, o, "Fight")) * (1 - accepts[t][o])
                for t in range(3)
            )

        for t, o in product(range(3), range(3)):
            gain = at(1, t, o, "Accept") - at(1, t, o, "Fight")
            if gain:
                solver.add(accepts[t][o] == int(gain > 0))
        for x, o in zip(offered, range(3), strict=True):
            solver.add(z3.Implies(x > 0, z3.And([expected(o) >= expected(other) for other in range(3)])))
        likely = offered[0] * sum(quotient(prior[t]) * accepts[t][0] for t in range(3))
        solver.add(likely > 0 if happens else likely == 0)
        return {"sat": True, "unsat": False}.get(str(solver.check()))

    agree(read_model_text(SCREENING.format(*payoffs)), is_accepted, draw.sample(POINTS[3], 10))
