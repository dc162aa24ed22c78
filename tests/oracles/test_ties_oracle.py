"""The oracle for ties, tested on games solved by hand and against itself: grid, z3 and judge have to agree."""

from __future__ import annotations

import random
from fractions import Fraction as F
from pathlib import Path

import pytest

import hedging_games as hg
from oracles.ties import (
    WIDTH,
    Chance,
    Conditions,
    Decision,
    Range,
    Stage,
    Tree,
    as_model_text,
    at,
    grid_equilibria,
    judge,
    leaf,
    nodes,
    payoff_of,
    plays,
    probability_of,
    random_event,
    random_tree,
    range_of,
    sign,
    simplest_between,
    verdicts,
)

ENTER = ("Enter", "In")


@pytest.fixture(autouse=True)
def _needs_z3():
    pytest.importorskip("z3")


def exactly(low, high):
    return Range((F(low), F(low)), (F(high), F(high)))


def decided(tree, event, w):
    found = verdicts(tree, event, F(w))
    for profile, played in ((found.playing, True), (found.avoiding, False)):
        if profile is not None:
            assert sign(judge(tree, F(w), profile)) == 0
            assert (sign(probability_of(tree, event, profile)) > 0) is played
    return found.some, found.every


# --- by hand -----------------------------------------------------------------------------------------------------------


# B is indifferent and fights with any probability f. In is worth w(1 - f) - f to A, Out nothing: A enters if
# f < w/(w + 1) and may at f = w/(w + 1). So In and Fight has probabilities up to w/(w + 1), for every w > 0 more than
# zero; at w = 0 A enters only if f = 0, and then nobody fights. Out is always possible (f = 1), so A is worth at least 0
# and at most w (f = 0).
ENTRY = Tree(
    ("A", "B"),
    Decision(
        "Enter", 0, ("In", "Out"), (Decision("B", 1, ("Fight", "Yield"), (leaf(-1, 0), leaf((0, 1), 0))), leaf(0, 0))
    ),
)
FIGHT = (ENTER, ("B", "Fight"))


@pytest.mark.parametrize("w", [F(1, 20), F(1, 2), F(1), F(7, 5), F(2)])
def test_entry_is_fought_in_some_equilibrium(w):
    assert decided(ENTRY, FIGHT, w) == (True, False)
    assert range_of(ENTRY, w, "event", event=FIGHT) == exactly(0, w / (w + 1))
    assert range_of(ENTRY, w, "A") == exactly(0, w)
    assert range_of(ENTRY, w, "B") == exactly(0, 0)


def test_entry_is_fought_however_little_it_is_worth():
    w = F(1, 10**6)
    assert decided(ENTRY, FIGHT, w) == (True, False)
    low, high = range_of(ENTRY, w, "event", event=FIGHT).high
    assert low <= w / (w + 1) <= high <= low + WIDTH


def test_entry_is_never_fought_where_it_is_worth_nothing():
    assert decided(ENTRY, FIGHT, 0) == (False, False)
    assert decided(ENTRY, (ENTER,), 0) == (True, False)
    assert range_of(ENTRY, F(0), "event", event=FIGHT) == exactly(0, 0)


# Two is indifferent and takes c with any probability p. Three goes on if wp - (1 - p) >= 0, that is p >= 1/(1 + w); One
# enters, if Three then goes on, where 2(1 - p) - p >= 0, that is p <= 2/3. For w in [1, 3], 1/(1 + w) <= 1/2 < 2/3, so
# In and Go is played in some equilibrium, even with probability one. In none it has to be: p = 1 keeps One out. One gets at
# least 0 (from Out) and, at p = 1/(1 + w), up to 2 - 3/(1 + w).
LAST = Decision("Last", 1, ("c", "d"), (leaf(-1, 1, (0, 1)), leaf(2, 1, -1)))
NEXT = Decision("Next", 2, ("Go", "Stop"), (LAST, leaf(-1, 1, 0)))
LAST_MOVER = Tree(("One", "Two", "Three"), Decision("Enter", 0, ("In", "Out"), (NEXT, leaf(0, 1, 0))))
IN_AND_GO = (ENTER, ("Next", "Go"))
OUT = (("Enter", "Out"),)


@pytest.mark.parametrize("w", [F(1), F(3, 2), F(2), F(3)])
def test_an_indifferent_last_mover(w):
    assert decided(LAST_MOVER, IN_AND_GO, w) == (True, False)
    assert range_of(LAST_MOVER, w, "event", event=IN_AND_GO) == exactly(0, 1)
    assert range_of(LAST_MOVER, w, "One") == exactly(0, 2 - 3 / (1 + w))
    assert decided(LAST_MOVER, OUT, w) == (True, False)
    assert range_of(LAST_MOVER, w, "event", event=OUT) == exactly(0, 1)


def test_an_indifferent_last_mover_outside_the_range():
    # In and Go needs 1/(1 + w) <= 2/3, w >= 1/2. At w = 1/2 only p = 2/3 will do, and One is indifferent there.
    assert decided(LAST_MOVER, IN_AND_GO, F(1, 2)) == (True, False)
    assert decided(LAST_MOVER, IN_AND_GO, F(499, 1000)) == (False, False)
    assert decided(LAST_MOVER, OUT, F(499, 1000)) == (True, True)


def test_an_indifferent_second_mover():
    # Two takes c with any probability p; A is worth 2 - 6p to One, Out -1. A is played if p <= 1/2, Out if p >= 1/2, so
    # One gets between -1 and 2. Two gets 3 after A and 0 after Out.
    left = Decision("Left", 1, ("c", "d"), (leaf(-4, 3), leaf(2, 3)))
    tree = Tree(("One", "Two"), Decision("First", 0, ("A", "Out"), (left, leaf(-1, 0))))
    assert decided(tree, (("First", "A"),), 0) == (True, False)
    assert range_of(tree, F(0), "event", event=(("First", "A"),)) == exactly(0, 1)
    assert range_of(tree, F(0), "event", event=(("First", "A"), ("Left", "c"))) == exactly(0, F(1, 2))
    assert range_of(tree, F(0), "One") == exactly(-1, 2)
    assert range_of(tree, F(0), "Two") == exactly(0, 3)


def test_chance_before_an_indifferent_mover():
    # With probability 1/3 Two is asked, and indifferent: k with any probability p, worth 3w to One; m is worth nothing, nor
    # is it if Two is not asked. In is worth wp, Out 1: In is played if and only if wp >= 1, which needs w >= 1. In and k
    # then has probability up to 1/3, and One gets between 1 and w.
    asked = Decision("Two", 1, ("k", "m"), (leaf((0, 3), 0), leaf(0, 0)))
    luck = Chance("Luck", ("high", "low"), (F(1, 3), F(2, 3)), (asked, leaf(0, 0)))
    tree = Tree(("One", "Two"), Decision("Enter", 0, ("In", "Out"), (luck, leaf(1, 0))))
    event = (ENTER, ("Two", "k"))
    assert decided(tree, event, F(99, 100)) == (False, False)
    assert range_of(tree, F(99, 100), "One") == exactly(1, 1)
    for w in (F(1), F(3, 2), F(2)):
        assert decided(tree, event, w) == (True, False)
        assert range_of(tree, w, "event", event=event) == exactly(0, F(1, 3))
        assert range_of(tree, w, "One") == exactly(1, w)


def test_a_stage_after_a_decision():
    # After In the battle of the sexes: (a, c) pays 3 and 1, (b, d) 1 and 3, else nothing. Its equilibria are worth 3, 1 and
    # (a with 3/4, c with 1/4) 3/4 to One. Out pays w. So In is played in some equilibrium where w <= 3, in every one where
    # w < 3/4; at 3/4 One may stay out before the mixed equilibrium. One gets at least w and 3/4, at most w and 3.
    battle = Stage(
        ("Mine", "Yours"), (0, 1), (("a", "b"), ("c", "d")), ((leaf(3, 1), leaf(0, 0)), (leaf(0, 0), leaf(1, 3)))
    )
    tree = Tree(("One", "Two"), Decision("Enter", 0, ("In", "Out"), (battle, leaf((0, 1), 0))))
    answers = {
        F(1, 2): (True, True),
        F(3, 4): (True, False),
        F(2): (True, False),
        F(3): (True, False),
        F(4): (False, False),
    }
    for w, answer in answers.items():
        assert decided(tree, (ENTER,), w) == answer
        assert range_of(tree, w, "One") == exactly(max(w, F(3, 4)), max(w, F(3)))
    # At w = 1/2 One enters for certain; a then has the probabilities 0, 3/4 and 1, and b with c 0 and 1/4 · 1/4.
    assert range_of(tree, F(1, 2), "event", event=(ENTER, ("Mine", "a"))) == exactly(0, 1)
    assert decided(tree, (ENTER, ("Mine", "b"), ("Yours", "c")), F(1, 2)) == (True, False)
    assert range_of(tree, F(1, 2), "event", event=(ENTER, ("Mine", "b"), ("Yours", "c"))) == exactly(0, F(1, 16))


def root_of_five_tree():
    # Three is indifferent after (a, c) and takes s with any probability p, which adds 1 to One's payoff and takes 1 from
    # Two's. One: 1 + p at (a, c), 1 at (b, d), else 0. Two: -p at (a, c), 1 at (a, d) and (b, c), else 0. No pure equilibrium
    # of the stage: after c One prefers a, then Two d, then One b, then Two c. One is indifferent if Two takes c with
    # q, q(1 + p) = 1 - q; Two if One takes a with r, -rp + 1 - r = r: both 1/(2 + p). So (a, c) has the probability
    # x = 1/(2 + p)². Four enters only if 5x >= 1, Five goes on only if 5x <= 1: In and Go needs (2 + p)² = 5, p = √5 - 2.
    third = Decision("Third", 2, ("s", "t"), (leaf(2, -1, 0, 5, -4), leaf(1, 0, 0, 5, -4)))
    inner = Stage(
        ("Mine", "Yours"),
        (0, 1),
        (("a", "b"), ("c", "d")),
        ((third, leaf(0, 1, 0, 0, 1)), (leaf(0, 1, 0, 0, 1), leaf(1, 0, 0, 0, 1))),
    )
    going = Decision("Next", 4, ("Go", "Stop"), (inner, leaf(0, 0, 0, 0, 0)))
    return Tree(
        ("One", "Two", "Three", "Four", "Five"), Decision("Enter", 3, ("In", "Out"), (going, leaf(0, 0, 0, 1, 0)))
    )


def test_an_equilibrium_with_irrational_probabilities_only():
    tree = root_of_five_tree()
    found = verdicts(tree, IN_AND_GO, F(0))
    assert (found.some, found.every) == (True, False)
    import sympy

    x = sympy.Symbol("x")
    assert sympy.minimal_polynomial(found.playing["Third", "s"], x) == x**2 + 4 * x - 1
    assert sign(judge(tree, F(0), found.playing)) == 0
    # With In and Go played, One gets (1 + p)/(2 + p) = (5 - √5)/5 = 0.5528 if In is certain, and In may have any probability
    # (Four is indifferent). Otherwise the stage is not reached, and One gets nothing.
    top = range_of(tree, F(0), "One").high
    assert top[1] - top[0] <= WIDTH
    assert top[0] < F(55279, 100000)
    assert top[1] > F(55278, 100000)


def test_the_judge_measures_the_best_deviation():
    profile = {ENTER: F(1), ("Enter", "Out"): F(0), ("B", "Fight"): F(1, 2), ("B", "Yield"): F(1, 2)}
    # In is worth w/2 - 1/2, Out 0.
    assert judge(ENTRY, F(1, 2), profile) == F(1, 4)
    assert judge(ENTRY, F(1), profile) == 0
    assert payoff_of(ENTRY, "A", F(2), profile) == F(1, 2)
    with pytest.raises(AssertionError, match="no probability distribution"):
        judge(ENTRY, F(1), profile | {ENTER: F(1, 2)})
    # Off the path counts: a threat that B would not carry out is found though A stays out.
    strict = Tree(
        ("A", "B"),
        Decision(
            "Enter", 0, ("In", "Out"), (Decision("B", 1, ("Fight", "Yield"), (leaf(-1, 0), leaf(1, 3))), leaf(0, 0))
        ),
    )
    threat = {ENTER: F(0), ("Enter", "Out"): F(1), ("B", "Fight"): F(1), ("B", "Yield"): F(0)}
    assert judge(strict, F(0), threat) == 3


def test_simplest_fraction():
    for low, high, simplest in [
        ("1/3", "2/3", "1/2"),
        ("0.31", "0.34", "1/3"),
        ("-2/3", "-3/5", "-2/3"),
        ("-1", "1", "0"),
    ]:
        assert simplest_between(F(low), F(high)) == F(simplest)
    assert simplest_between(F(7, 5), F(7, 5)) == F(7, 5)


# --- at random ---------------------------------------------------------------------------------------------------------


def drawn(seed):
    rng = random.Random(seed)
    tree = random_tree(rng)
    return rng, tree, random_event(rng, tree), rng.choice([F(0), F(1, 2), F(2, 3), F(1), F(3, 2), F(2)])


def test_random_trees_are_as_promised():
    trees = [drawn(seed)[1] for seed in range(200)]
    staged = chancy = 0
    for tree in trees:
        found = list(nodes(tree.root))
        moves = sum(2 if isinstance(n, Stage) else isinstance(n, Decision) for n in found)
        assert 3 <= moves <= 7
        assert any(slope for _, end in plays(tree.root) for _, slope in end.payoffs)
        staged += any(isinstance(n, Stage) for n in found)
        chancy += any(isinstance(n, Chance) for n in found)
    assert 30 <= staged <= 70
    assert 40 <= chancy <= 80


@pytest.mark.parametrize("seed", range(40))
def test_the_model_file_is_the_tree(seed: int, tmp_path: Path):
    _, tree, event, w = drawn(seed)
    file = tmp_path / "ties.yaml"
    file.write_text(as_model_text(tree, event), encoding="utf-8")
    game = hg.load(str(file)).at(w=w)
    form = game.form
    read = {}
    for k, history in enumerate(form.terminals):
        path = form.path(history)
        choices = frozenset((form.information_sets[form.set_of_slot[s]].decision, form.action_of_slot[s]) for s in path)
        read[choices] = (*game.payoffs[:, k], bool(game.hedge[k]))
    written = {
        frozenset(choices): (*(at(p, w) for p in end.payoffs), set(event) <= set(choices))
        for choices, end in plays(tree.root)
    }
    assert read == written
    odds = {
        (n.name, a): p
        for n in nodes(tree.root)
        if isinstance(n, Chance)
        for a, p in zip(n.actions, n.odds, strict=True)
    }
    sets = [form.information_sets[s] for s in form.set_of_slot]
    assert {(s.decision, a): p for s, a, p in zip(sets, form.action_of_slot, game.chance, strict=True) if p} == odds
    singles = [len(form.histories_of[k]) for k, s in enumerate(form.information_sets) if s.player >= 0]
    assert sum(singles) - len(singles) == sum(isinstance(n, Stage) for n in nodes(tree.root))


@pytest.mark.parametrize("seed", range(60))
def test_grid_and_z3_agree(seed):
    rng, tree, event, w = drawn(seed)
    found = verdicts(tree, event, w)
    bare = verdicts(tree, event, w, shorten=False)
    assert (found.some, found.every) == (bare.some, bare.every)
    bounds = {what: range_of(tree, w, what, event=event) for what in ("event", *tree.players)}
    assert found.some is (bounds["event"].high[1] > 0)
    assert found.every is (bounds["event"].low[1] > 0)
    if any(isinstance(n, Stage) for n in nodes(tree.root)):
        return
    grid = grid_equilibria(tree, event, w, rng)
    assert grid.found
    for one in grid.found:
        assert found.some or one.probability == 0
        assert not found.every or one.probability > 0
        for what, value in zip(("event", *tree.players), (one.probability, *one.payoffs), strict=True):
            assert bounds[what].low[0] <= value <= bounds[what].high[1]
    for one in rng.sample(grid.found, min(3, len(grid.found))):
        assert judge(tree, w, one.profile) == 0
        assert probability_of(tree, event, one.profile) == one.probability
    if grid.unique:
        only = grid.found[0]
        assert (found.some, found.every) == (only.probability > 0, only.probability > 0)
        assert bounds["event"] == exactly(only.probability, only.probability)


def test_a_query_out_of_time_is_not_a_no():
    conditions = Conditions(root_of_five_tree(), IN_AND_GO, F(0), seconds=0.001)
    assert conditions.playing().verdict is not False
    assert conditions.avoiding().verdict is not False
