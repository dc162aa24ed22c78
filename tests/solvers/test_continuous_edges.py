"""Continuous choices at the edges of the language: ends that cross, sentences with !=, answers that rest on z3's word."""

from fractions import Fraction

import pytest

import hedging_games as hg
from continuous_outcomes import TWICE
from hedging_games.analysis.solve_continuous import NO_GAIN
from hedging_games.model.reader import read_model_text
from hedging_games.solvers.continuous import space as space_module
from hedging_games.solvers.continuous.point import TOLD
from hedging_games.theory import judging_reactions
from word_alone import on_word_alone

CROSSING = """
title: ends that may cross
players: [A]
parameters: {a: {baseline: 0, range: [0, 2]}, b: {baseline: 1, range: [0, 2]}}
play: {x: {by: A, actions: {from: a, to: b}}}
payoffs: {A: x}
hedge: x >= 0
"""


# x is chosen from [a, b], where b is best. With a > b there is no number to choose, so no equilibrium: none of which has the event.
def test_where_ends_cross_nothing_is_played():
    model = read_model_text(CROSSING)
    for among in ("some", "every"):
        region = hg.condition(model, among)
        assert region.contains(a=1, b=2)
        assert region.contains(a=1, b=1)
        assert not region.contains(a=2, b=1)
    found = hg.solve(model.at(a=2, b=1))
    assert not found
    assert found.notes == ("there is no equilibrium: no number can be chosen for 'x', from 2 to 1",)


# After In there is nothing that A could do, so the subgame has no equilibrium, and neither has the game.
def test_where_ends_cross_in_a_subgame_that_is_the_reason_given():
    later = CROSSING.replace("players: [A]", "players: [A, B]").replace(
        "play: {x: {by: A", "play: {Enter: {by: B, actions: [In, Out]}, x: {by: A, sees: [Enter], when: In"
    )
    found = hg.solve(read_model_text(later.replace("{A: x}", '{A: x, B: "[In]"}').replace("x >= 0", "In")).at(a=2, b=1))
    assert not found
    assert found.notes == ("there is no equilibrium: no number can be chosen for 'x', from 2 to 1",)


UNEQUAL = """
title: a number that counts for less
players: [A]
parameters: {a: {baseline: 1, range: [0, 2]}}
play: {x: {by: A, actions: {from: 0, to: 1}}, Then: {by: A, actions: [Go, Stop], sees: [x]}}
payoffs: {A: "a*x*(1 - x) + [Go]*[x != 1]"}
hedge: x != 1
"""


# Go is worth 1 unless x = 1, where both are worth nothing: so x = 1/2 and Go, worth a/4 + 1.
def test_unequal_is_read_by_the_judge():
    (found,) = hg.solve(read_model_text(UNEQUAL).at())
    assert found.choices["x"] == Fraction(1, 2)
    assert str(found.payoffs["A"]) == "5/4"
    assert found.certificate.largest_gain == 0


EITHER = """
title: one assumption that is an alternative
players: [A]
parameters: {a: {baseline: 1, range: [0, 2]}}
assume: [a < 1/2 or a > 3/4]
play: {A: [X, Y]}
payoffs: {A: "a*[X] + [Y]"}
hedge: X
"""


@pytest.mark.parametrize("assumption", ["a < 1/2 or a > 3/4", "a != 1/2"])
def test_an_assumption_that_is_an_alternative_is_refused(assumption):
    model = read_model_text(EITHER.replace("a < 1/2 or a > 3/4", assumption))
    with pytest.raises(hg.InputError, match="joins alternatives"):
        str(hg.condition(model, "some"))


BOTH = """
title: an assumption on two parameters together
players: [A]
parameters: {a: {baseline: 1, range: [0, 2]}, b: {baseline: 1, range: [0, 2]}}
assume: [a*b > 1/2, b < 3/2]
play: {A: [X, Y]}
payoffs: {A: "a*b*[X] + a*[Y]"}
hedge: X
"""


# With a = 0 no b has 0*b > 1/2: once that was dropped, b < 3/2 with it, and the region told as if nothing were assumed. With a = 1 what is left is
# 1/2 < b < 3/2, and X is best from b = 1 on.
def test_an_assumption_that_held_parameters_leave_no_chance_is_refused_by_name():
    model = read_model_text(BOTH)
    with pytest.raises(hg.InputError, match=r"the assumption 'a\*b > 1/2' holds nowhere with a = 0") as refused:
        str(hg.condition(model, "some", fixed={"a": 0}))
    assert "hold parameters at numbers" in str(refused.value)
    region = hg.condition(model, "some", fixed={"a": 1})
    assert [region.contains(b=b) for b in ("3/4", "5/4")] == [False, True]
    assert len(region.setting.whole.assumptions) == 2


def test_what_rests_on_z3s_word_at_a_point_is_said(monkeypatch):
    game = hg.load("blockade-threat").at()
    found = hg.solve(game)
    monkeypatch.setattr(space_module, "on_line", lambda *_: None)
    asked = hg.solve(game)
    assert (TOLD in found.notes, TOLD in asked.notes) == (False, True)
    assert [e.payoffs for e in found] == [e.payoffs for e in asked]
    assert asked.complete == found.complete == "all"


def test_a_certificate_that_rests_on_z3s_word_says_so(monkeypatch):
    game = hg.load("blockade-threat").at()
    assert NO_GAIN not in hg.solve(game).notes
    monkeypatch.setattr(judging_reactions, "find", on_word_alone)
    assert NO_GAIN in hg.solve(game).notes


LEAVES = """
title: who chooses a number could have stayed away
players: [Leader, Follower]
parameters: {a: {baseline: 1, range: [0, 2]}}
play:
  Enter: {by: Leader, actions: [In, Out]}
  y: {by: Leader, actions: {from: 0, to: 1}, when: In}
  Then: {by: Follower, actions: [Help, Hurt], sees: all, when: In}
payoffs:
  Leader: "[In]*(a*[Help] - y) + [Out]/4"
  Follower: "0*a"
hedge: In and y > 1/2
"""


# The follower is indifferent: it may help after any one y alone, so that after In each y of [0, 1] is an outcome, worth a - y (hurt at 0,
# the leader has 0, and a - y >= 0 for a = 1). Out is worth 1/4: of these the leader enters for y <= 3/4 only. Out is played too, as y = 1 after In
# is worth 0. With a open, some y > 1/2 is entered for where a - y >= 1/4 for one of them: a > 3/4; and never in every equilibrium.
def test_of_numbers_that_need_not_be_best_who_moved_before_takes_those_worth_it():
    model = read_model_text(LEAVES)
    found = hg.solve(model.at())
    assert found.complete == "all"
    assert {(e.choices.get("y"), e.actions) for e in found} == {
        (Fraction(0), (("Enter", "In"), ("Then", "Help"))),
        ((Fraction(0), Fraction(1, 2)), (("Enter", "In"), ("Then", "Help"))),
        (Fraction(1, 2), (("Enter", "In"), ("Then", "Help"))),
        ((Fraction(1, 2), Fraction(3, 4)), (("Enter", "In"), ("Then", "Help"))),
        (Fraction(3, 4), (("Enter", "In"), ("Then", "Help"))),
        (None, (("Enter", "Out"),)),
    }
    for a in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(4, 5), 1, 2):
        assert hg.condition(model, "some").contains(a=a) == (a > Fraction(3, 4))
        assert not hg.condition(model, "every").contains(a=a)


# x = 0 and y = 0 are worth 0 even where they are hurt, so that outcomes with help need x + y <= 1, and others x = y = 0. After x = 1 that is
# y = 0 alone: what was once listed, x = 1 and any y, is none.
def test_who_chooses_two_numbers_loses_by_neither():
    found = hg.solve(read_model_text(TWICE).at())
    assert found.complete == "some"
    assert any("not all were followed" in note or "not every number" in note for note in found.notes)
    for equilibrium in found:
        x, y = equilibrium.choices["x"], equilibrium.choices["y"]
        highest = sum(end[1] if isinstance(end, tuple) else end for end in (x, y))
        assert highest <= 1
        assert highest == 0 or equilibrium.actions == (("Then", "Help"),)


APART = """
title: two who answer at once, neither of them heeding the other
players: [A, B, C]
parameters:
  s: {baseline: 1/4, range: [0, 1]}
  t: {baseline: 1/2, range: [0, 1]}
  b: {baseline: 1/2, range: [0, 1]}
  c: {baseline: 1/2, range: [0, 1]}
play:
  x: {by: A, actions: {from: 0, to: 1}}
  B: {by: B, actions: [Punish, Accept], sees: [x]}
  C: {by: C, actions: [Punish, Accept], sees: [x]}
payoffs: {A: "x - b*[B.Punish] - c*[C.Punish]", B: "[B.Punish]*(x - s)", C: "[C.Punish]*(x - t)"}
hedge: B.Accept and C.Accept
"""


# With 0 < s < t < 1, B punishes where x > s and C where x > t. A's best numbers are s (worth s, if B accepts there, as it may), t (worth t - b,
# if C accepts) and 1 (worth 1 - b - c). Both accept in every equilibrium where s is more than each of the others, and in some where no less.
def test_where_followers_need_not_heed_each_other_an_equilibrium_is_known_to_exist():
    model = read_model_text(APART)
    every, some = (hg.condition(model, among) for among in ("every", "some"))
    grid = [Fraction(k, 8) for k in range(9)]
    points = [(s, t, b, c) for s in grid[1:7:2] for t in grid[2:8] for b in grid[::2] for c in grid[::3] if s < t]
    for s, t, b, c in points:
        rival = max(t - b, 1 - b - c)
        here = {"s": s, "t": t, "b": b, "c": c}
        assert every.contains(here) == (s > rival)
        assert some.contains(here) == (s >= rival)


# B and C play matching pennies where x > s, so no subgame after such a number has a pure equilibrium, and the game has none where s < 1.
def test_where_followers_heed_each_other_an_equilibrium_is_not_taken_for_granted():
    matching = "[B.Punish and C.Punish or B.Accept and C.Accept]"
    heeding = APART.replace("[B.Punish]*(x - s)", f"[x > s]*{matching}").replace(
        "[C.Punish]*(x - t)", f"-t*[x > s]*{matching}"
    )
    region = hg.condition(read_model_text(heeding), "every")
    assert not region.contains(s=Fraction(1, 2), t=Fraction(1, 2), b=0, c=0)
    assert not len(hg.solve(read_model_text(heeding).at(s=Fraction(1, 2))))
