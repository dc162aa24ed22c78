"""A later player to whom a whole interval of numbers is the same, and earlier ones to whom it is not.

An entrant comes in or stays out; a leader chooses x, a follower y. The follower gets (a + b*x)*y: it chooses 1 where that is positive, 0 where it
is negative, and any number at x = -a/b. There each y is an outcome of its own, which the others need not like alike.
"""

import os
import random
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import hedging_games as hg
from continuous_outcomes import told, written_out
from hedging_games.algebra.expressions.parser import parse_condition
from hedging_games.model.reader import read_model_text
from hedging_games.report.continuous_answers import continuous_answer
from oracles.continuous import Strand, add, answer, choose, distinct, peak, poly, times
from solvers.test_continuous import differences

POINTS = 300 if os.environ.get("HG_THOROUGH") == "1" else 16

MODEL = """
title: A follower who does not care
players: [Entrant, Leader, Follower]
parameters: {PARAMETERS}
play:
  Entry: {by: Entrant, actions: [In, Out]}
  x: {by: Leader, actions: {from: 0, to: 1}, sees: all, when: In}
  y: {by: Follower, actions: {from: 0, to: 1}, sees: all, when: In}
payoffs:
  Entrant: "[In]*(ENTRANT) + [Out]*outside"
  Leader: "[In]*(LEADER)"
  Follower: "[In]*(FOLLOWER)*y"
hedge: In and 0 < y < 1
"""


def game(entrant, leader, follower, outside):
    """A model without parameters but what the entrant gets outside."""
    text = MODEL.replace("PARAMETERS", f"outside: {{baseline: {outside}, range: [-9, 9]}}")
    return read_model_text(text.replace("ENTRANT", entrant).replace("LEADER", leader).replace("FOLLOWER", follower))


def written(c):
    return f"{c[0]} + {c[1]}*x + {c[2]}*y + {c[3]}*x*y + {c[4]}*x**2 + {c[5]}*y**2"


def at_x(c, x):
    """A payoff as a polynomial in y."""
    return poly(c[0] + c[1] * x + c[4] * x * x, c[2] + c[3] * x, c[5])


def at_y(c, y):
    """A payoff as a polynomial in x."""
    return poly(c[0] + c[2] * y + c[5] * y * y, c[1] + c[3] * y, c[4])


def expected(entrant, leader, follower, outside):
    """The outcomes, from the definition: those after In, each of which the entrant compares with staying out."""
    a, b = follower
    border = -F(a, b) if b else None

    def after(x, place):
        value = a + b * x
        if value:
            y = F(1 if value > 0 else 0)
            worth = (at_y(entrant, y), at_y(leader, y), add(times(y, poly(a, b))))
            return [Strand("x", place, {"x": poly(0, 1), "y": poly(y)}, (), worth)]
        # All numbers are the same to the follower. Cut where somebody else's worth turns, so that it is monotone between the cuts.
        worth = (at_x(entrant, x), at_x(leader, x), poly())
        cuts = distinct([F(0), F(1), *(r for p in worth for r in peak(p) if 0 < r < 1)])
        places = [*cuts, *pairwise(cuts)]
        return [Strand("y", place, {"x": poly(x), "y": poly(0, 1)}, (), worth) for place in places]

    inside = choose(1, F(0), F(1), [border] if border is not None else [], after)
    if not inside:
        return answer([], (), lambda *_: False)
    inside = [part for strand in inside for part in cut_at_peaks(strand)]
    level = max(outside, min(min(strand.limits(0)) for strand in inside))
    out = Strand("x", F(0), {}, (), (poly(outside), poly(), poly()))
    found = [kept.after("In") for strand in inside for kept in strand.keep(0, level)]
    found += [out.after("Out")] if outside >= level else []
    return answer(
        found,
        ("Entrant", "Leader", "Follower"),
        lambda choices, actions: actions[0] == "In" and choices["y"] not in (0, 1),
    )


def cut_at_peaks(strand):
    """Parts along which the entrant's worth is monotone."""
    if not isinstance(strand.at, tuple):
        return [strand]
    low, high = strand.at
    cuts = [low, *(r for r in peak(strand.payoffs[0]) if low < r < high), high]
    places = [*pairwise(cuts), *cuts[1:-1]]
    return [Strand(strand.free, place, strand.choices, strand.actions, strand.payoffs) for place in places]


def test_random_games_against_the_definition():
    rng = random.Random(4)
    along = 0
    for k in range(POINTS):
        # The leader is drawn to the border at times: there the follower's indifference is what it is about.
        follower = rng.choice([(-1, 2), (1, -2), (-1, 3), (1, 1), (0, 1), (2, -2)])
        entrant = [rng.randint(-2, 2) for _ in range(6)]
        leader = [rng.randint(-2, 2) for _ in range(6)]
        leader[4] = rng.choice([-4, -2, leader[4]])
        outside = F(rng.randint(-4, 4), rng.choice([1, 2]))
        right = expected(entrant, leader, follower, outside)
        found = hg.solve(game(written(entrant), written(leader), f"{follower[0]} + {follower[1]}*x", outside).at())
        wrong = list(differences(written_out(found), right))
        assert not wrong, (k, entrant, leader, follower, outside, found.complete, wrong)
        assert found.complete == "all", (found.notes, entrant, leader, follower, outside)
        along += any(piece.free == "y" for piece in right.pieces)
    assert along > POINTS // 20


# The follower takes y = 0 before x = bar and 1 after it. So the leader, who gets 4k*y*(1 - y) - x, has 0 by x = 0, and no more than that by any
# other x but bar. There it gets 4k*y*(1 - y) - bar, which is enough for y between (1 - r)/2 and (1 + r)/2, r = sqrt(1 - bar/k), if k >= bar.
# The entrant, who gets y, comes in for those y that are at least what it has outside; and may stay out as long as that is not below 0,
# which is what it gets by x = y = 0.
BUMP = read_model_text(
    MODEL.replace(
        "{PARAMETERS}",
        """
  outside: {baseline: 1/4, range: [-1, 2]}
  bar: {baseline: 1/2, range: "(0, 1]"}
  k: {baseline: 2, range: [0, 4]}""",
    )
    .replace("ENTRANT", "y")
    .replace("LEADER", "4*k*y*(1 - y) - x")
    .replace("FOLLOWER", "x - bar")
)


def outcomes(model, **point):
    return [
        tuple(map(str, (dict(one.actions)["Entry"], one.choices.get("x"), one.choices.get("y"))))
        for one in hg.solve(model.at(**point))
    ]


def test_a_bump_at_points():
    # k = 2/3: r = sqrt(1/4) = 1/2. From y = 1/4 on the entrant comes in, so all of [1/4, 3/4]; from 1/2 on, a part.
    along = ("(Fraction(1, 2), Fraction(3, 4))", "(Fraction(1, 4), Fraction(3, 4))")
    ends = [("In", "1/2", "1/4"), ("In", "1/2", "3/4")]
    found = outcomes(BUMP, k=F(2, 3))
    assert sorted(found) == sorted([*ends, ("In", "1/2", along[1]), ("Out", "None", "None")])
    found = outcomes(BUMP, k=F(2, 3), outside=F(1, 2))
    assert sorted(found) == sorted([("In", "1/2", "1/2"), ends[1], ("In", "1/2", along[0]), ("Out", "None", "None")])
    # k = bar: a single number.
    assert sorted(outcomes(BUMP, k=F(1, 2))) == [("In", "1/2", "1/2"), ("Out", "None", "None")]
    assert outcomes(BUMP, k=F(1, 4)) == [("Out", "None", "None")]
    assert hg.solve(BUMP.at()).complete == "all"


def test_the_condition_of_a_bump():
    region = hg.condition(BUMP, "some")
    assert (region.complete, region.notes) == (True, ())
    by_hand = region.where(parse_condition("k >= bar and (2*outside <= 1 or k*(2*outside - 1)**2 <= k - bar)"))
    assert region.implies(by_hand).status == by_hand.implies(region).status == "proved"
    assert not hg.condition(BUMP, "every").contains(BUMP.point())


def test_where_nobody_comes_in():
    region = hg.condition(replace(BUMP, hedge=parse_condition("Out")), "every")
    by_hand = region.where(
        parse_condition("outside > 0 and (k < bar or (2*outside > 1 and k*(2*outside - 1)**2 > k - bar))")
    )
    assert region.implies(by_hand).status == by_hand.implies(region).status == "proved"


# The follower never cares: after every x any y. The leader gets x*y, at least 0 by any x: so every x and y stand, a square of them.
def test_what_is_not_followed_is_said():
    found = hg.solve(game("0", "x*y", "0", F(-1)).at())
    assert found.complete == "some"
    assert any("of the continua of later numbers after a whole interval of it" in note for note in found.notes)


BLUFF = """
title: A number that is good enough
players: [Mover, Other]
parameters: {c: {baseline: 1/2, range: [0, 2]}}
play:
  x: {by: Mover, actions: {from: 0, to: 1}}
  Other: {actions: [Punish, Accept], sees: all}
payoffs:
  Mover: x - c*[Punish]
  Other: 0
hedge: Accept and x < 1
"""


# The other does not care and may punish any number but the one chosen: so any x that is accepted stands which is worth 1 - c or more. With c = 0 that is
# x = 1 alone. With c < 1 they are found just below 1, and not just above 0, where the interval between the candidates begins.
def test_numbers_that_need_not_be_best_are_looked_for_on_both_sides():
    model = read_model_text(BLUFF)
    region = hg.condition(model, "some")
    assert [region.contains(c=c) for c in (0, F(1, 100), F(1, 2), 1, 2)] == [False, True, True, True, True]
    assert "1/2 < x < 1; Accept" in told(model)


def test_what_follows_a_number_that_may_be_chosen_is_told_for_all_of_its_interval_and_not_for_a_sample():
    # The leader gets 0 whatever it chooses, so any lead in [0, 1] is one of its best. The follower's best is follow = 2*lead, and worth lead.
    model = read_model_text(
        "title: A number that follows another\nplayers: [Leader, Follower]\nparameters: {slope: {baseline: 2, range: [0, 3]}}\nplay:\n"
        "  lead: {by: Leader, actions: {from: 0, to: 1}}\n  follow: {by: Follower, actions: {from: 0, to: 3}, sees: all}\n"
        "payoffs: {Leader: 0, Follower: lead - (follow - slope*lead)**2}\nhedge: follow > 1\n"
    )
    found = hg.solve(model.at())
    assert found.complete == "all"
    inside = [e for e in found if isinstance(e.choices["lead"], tuple)]
    # All of [0, 1] is there: each interval between two numbers that are outcomes of their own.
    numbers = sorted(e.choices["lead"] for e in found if e not in inside)
    assert (numbers[0], numbers[-1]) == (0, 1)
    assert sorted(e.choices["lead"] for e in inside) == list(pairwise(numbers))
    assert {str(e).split(", ")[-2:] == ["follow = 2*lead  (Leader 0", "Follower lead)"] for e in inside} == {True}
    for e in inside:
        low, high = e.choices["lead"]
        assert low < e.sample["lead"] < high
        assert e.payoffs == {"Leader": 0, "Follower": e.sample["lead"]}
        (said,) = (
            one for one in continuous_answer(found)["equilibria"] if one["choices"]["lead"] == [str(low), str(high)]
        )
        assert said["choices"]["follow"] == "2*lead"
        assert said["payoffs_follow"] == {"Follower": "lead"}
