"""Trees with a continuous choice in which what is off the path, or in another case of chance, decides. Found by random trees; derived by hand."""

from fractions import Fraction as F

import hedging_games as hg
from continuous_outcomes import exact
from hedging_games.model.reader import read_model_text
from oracles.continuous import surd


def solved(text):
    return hg.solve(read_model_text(text).tree_at())


# At once One and Two come in or stay out; whoever comes in alone loses 1. If both come in they match pennies: no equilibrium in pure
# strategies. That subgame is two deviations away from (Out, Out), and still a subgame: so the tree has none either.
BOTH_IN = """
title: Pennies that nobody alone can turn to
players: [One, Two]
parameters: {stake: {baseline: 1, range: [0, 1]}}
play:
  First: {by: One, actions: [In, Out], sees: []}
  Second: {by: Two, actions: [In, Out], sees: []}
  x: {by: One, actions: {from: 0, to: 1}, sees: all, when: First.Out and Second.Out}
  Coin: {by: One, actions: [Heads, Tails], sees: [First, Second, x], when: First.In and Second.In}
  Guess: {by: Two, actions: [Left, Right], sees: [First, Second, x], when: First.In and Second.In}
payoffs:
  One: >-
    [Coin.Heads]*[Guess.Left]*stake + [Coin.Tails]*[Guess.Right]*stake - [First.In]*[Second.Out] - [First.In]*[Second.In]
  Two: >-
    [Coin.Heads]*[Guess.Right]*stake + [Coin.Tails]*[Guess.Left]*stake - [First.Out]*[Second.In] - [First.In]*[Second.In]
hedge: First.Out and x == 1
"""


def test_a_subgame_two_deviations_away_without_an_equilibrium_leaves_the_tree_without_one():
    model = read_model_text(BOTH_IN)
    found = hg.solve(model.tree_at())
    assert (len(found), found.complete) == (0, "all")
    # At stake 0 the pennies are a tie: anything may be played, and x by One, to whom it is the same.
    region = hg.condition(model, "some")
    assert region.contains(model.point(stake=0))
    assert not region.contains(model.point(stake="1/100"))
    assert not region.contains(model.point())


# Each chooses a number at a cost of 1 a unit, so 0; then they match pennies for x*y. One number above 0 makes no stake, two do.
NUMBERS = """
title: Pennies for what both have put in
players: [One, Two]
play:
  x: {by: One, actions: {from: 0, to: 1}, sees: []}
  y: {by: Two, actions: {from: 0, to: 1}, sees: []}
  Coin: {by: One, actions: [Heads, Tails], sees: [x, y]}
  Guess: {by: Two, actions: [Left, Right], sees: [x, y]}
payoffs:
  One: "([Coin.Heads]*[Guess.Left] + [Coin.Tails]*[Guess.Right])*STAKE - x"
  Two: "([Coin.Heads]*[Guess.Right] + [Coin.Tails]*[Guess.Left])*STAKE - y"
hedge: x == 0 and y == 0
"""


def test_numbers_at_once_after_which_there_is_no_equilibrium_leave_the_tree_without_one():
    found = solved(NUMBERS.replace("STAKE", "x*y"))
    assert (len(found), found.complete) == (0, "all")
    # With nothing at stake whatever they put in: 0 each, and any of the four cells.
    found = solved(NUMBERS.replace("STAKE", "0"))
    assert [(one.choices, found.complete) for one in found] == [({"x": 0, "y": 0}, "all")] * 4


# Two comes in or stays out; after In One chooses x, which is all the same to it and worth (2x - 1)^2 to Two. What deters Two from coming in is the
# least of that: 0, at x = 1/2, where the worth turns, in the middle of the continuum.
TURNS = """
title: A threat in the middle
players: [One, Two]
play:
  Entry: {by: Two, actions: [In, Out], sees: []}
  x: {by: One, actions: {from: 0, to: 1}, sees: all, when: In}
payoffs:
  One: "[In]"
  Two: "[In]*(2*x - 1)**2 + [Out]*OUTSIDE"
hedge: Out
"""


def test_the_worst_of_a_continuum_may_lie_where_a_worth_turns():
    # Out is worth 0, no less than In with x = 1/2: it stands, and so does In with any x.
    found = solved(TURNS.replace("OUTSIDE", "0"))
    assert found.complete == "all"
    assert [one.hedge for one in found].count(1) == 1
    # For -1/100 nothing is as bad as that: In, with any x.
    assert all(one.hedge == 0 for one in solved(TURNS.replace("OUTSIDE", "-1/100")))


# Two stays out or comes in; then chance has One choose x or ends the game. In the first case (2/3) One's worth is CARES, and Two gets x; in
# the second Two gets 1/2.
CHANCE = """
title: A continuum in one case of chance
players: [One, Two]
parameters: {outside: {baseline: 1/2, range: [0, 1]}}
play:
  Entry: {by: Two, actions: [In, Out], sees: []}
  Luck: {by: chance, actions: {good: 2/3, bad: 1/3}, when: In}
  x: {by: One, actions: {from: 0, to: 1}, sees: all, when: good}
  Vote: {by: One, actions: [Yes, No], sees: [Entry, Luck, x], when: good}
payoffs:
  One: "[Yes]*(YES) + [No]*(NO)"
  Two: "[good]*x + [bad]/2 + [Out]*outside"
hedge: In
"""


def test_a_continuum_in_one_case_of_chance_matters_to_whoever_moved_before():
    # All x are the same to One, so that coming in is worth from 1/6 to 5/6 to Two: 1/6 + 2x/3. At 1/2 it comes in for x >= 1/2; or
    # stays out, as x = 0 may follow.
    model = read_model_text(CHANCE.replace("YES", "0").replace("NO", "-1"))
    found = hg.solve(model.tree_at())
    assert found.complete == "all"
    told = {(one.choices.get("x"), one.hedge) for one in found}
    assert told == {(None, 0), (F(1, 2), 1), ((F(1, 2), F(1)), 1), (F(1), 1)}
    some, every = (hg.condition(model, among) for among in ("some", "every"))
    for k in range(25):
        point = model.point(outside=F(k, 24))
        assert some.contains(point) == (k <= 20)
        assert every.contains(point) == (k < 4)


def test_an_irrational_choice_in_one_case_of_chance_is_followed():
    # One says Yes where x**2 >= 1/2 and gets 2*(1 - x) + 1 - x**2 there; else 2*(1 - x) + 1/2. But it is x that it chooses first: best 0.
    # With Two in the place of One at the vote, One has 1 - x after Yes and -1 after No: it chooses the least x with Yes, 1/sqrt(2).
    text = CHANCE.replace("Vote: {by: One", "Vote: {by: Two").replace("[good]*x", "[good]*([Yes]*(x**2 - 1/2))")
    (one,) = solved(text.replace("YES", "1 - x").replace("NO", "-1").replace("baseline: 1/2", "baseline: 0"))
    assert exact(one.choices["x"]) == surd(F(0), F(1, 2), 2)
    assert one.payoffs["Two"] == F(1, 6)
    assert exact(one.payoffs["One"]) == surd(F(2, 3), F(-1, 3), 2)


# One chooses x in either case of chance; what it says in one is not what it says in the other.
TWICE = """
title: One number in two cases
players: [One, Two]
play:
  Luck: {by: chance, actions: {good: 1/2, bad: 1/2}}
  x: {by: One, actions: {from: 0, to: 1}, sees: all}
  Vote: {by: Two, actions: [Yes, No], sees: all}
payoffs:
  One: "WORTH"
  Two: "x + [Yes]"
hedge: x == 1
"""


def test_outcomes_that_differ_in_one_case_of_chance_alone_are_all_listed():
    # (x - 1/2)^2 is largest at 0 and at 1, in each case on its own: four outcomes. Two gets 1 and the mean of the two.
    found = solved(TWICE.replace("WORTH", "(x - 1/2)**2"))
    assert found.complete == "all"
    assert sorted(one.payoffs["Two"] for one in found) == [1, F(3, 2), F(3, 2), 2]
    assert sorted(one.hedge for one in found) == [0, F(1, 2), F(1, 2), 1]
    # Only what is the same in both cases is a choice of the whole; the others are told case by case.
    assert sorted(str(one.choices.get("x")) for one in found) == ["0", "1", "None", "None"]
    # All x alike in the good case, 1/2 in the bad one: the continuum of the good case is not the number of the bad one.
    found = solved(TWICE.replace("WORTH", "[bad]*(x - x**2)"))
    good = {dict(one.paths[0].steps)["x"] for one in found}
    assert good == {F(0), (F(0), F(1)), F(1)}
    assert all(dict(one.paths[1].steps)["x"] == F(1, 2) for one in found)
