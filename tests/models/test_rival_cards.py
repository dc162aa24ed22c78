"""rival-cards, against payoffs written down a second time and equilibria derived by hand.

Let W = autonomy + eclipse be what the mandate is worth to a small state whose rival would get it else, at most contributed, and c, d the two
cards. The ally gives the mandate to the larger of card + contribution, if that is leak at least; at ties as it likes.

- The rival can have it: both cards are worth the leak with W. Whoever loses raises its contribution as long as that is less than W. With c >= d
  Delhi contributes W, and Seoul just matches that with W - (c - d), or with the leak if that is more. Seoul gets c - d - eclipse at best.
- It cannot: only c + W >= leak. Seoul has the mandate for leak - c if that is autonomy at most.
- Nobody contributes enough, and nobody gets it: where no small state gains alone by leak - card: autonomy + card <= leak for both.

So some equilibrium gives a mandate where c or d is worth the leak with autonomy, or both are with W. Some does not where autonomy + card <= leak
for both.
"""

from fractions import Fraction as F
from itertools import product

import pytest

import hedging_games as hg

BASELINE = {"autonomy": F(2), "eclipse": F(1), "card_seoul": F(2), "card_delhi": F(2), "leak": F(3)}
SOME = """
    card_seoul + autonomy >= leak or card_delhi + autonomy >= leak
    or card_seoul + autonomy + eclipse >= leak and card_delhi + autonomy + eclipse >= leak"""
EVERY = "card_seoul + autonomy > leak or card_delhi + autonomy > leak"


@pytest.fixture(scope="module")
def model():
    return hg.load("rival-cards")


def test_what_the_file_declares(model):
    assert tuple(model.players) == ("Seoul", "Delhi", "Ally")
    assert {name: p.baseline for name, p in model.parameters.items()} == BASELINE
    assert all(p.meaning and p.unit and p.source for p in model.parameters.values())
    assert set(model.cases) == {"fear", "korea"}


def payoffs(v, seoul, delhi, mandate):
    if mandate == "Neither":
        return (F(0), F(0), F(0))
    if mandate == "GiveSeoul":
        return (v["autonomy"] - seoul, -v["eclipse"], v["card_seoul"] + seoul - v["leak"])
    return (-v["eclipse"], v["autonomy"] - delhi, v["card_delhi"] + delhi - v["leak"])


def test_payoffs(model):
    for point in ({}, {"autonomy": F(3, 2), "eclipse": F(2), "card_seoul": F(1), "card_delhi": F(7, 2), "leak": F(4)}):
        v = BASELINE | point
        game = model.on_grid(4).at(**point)
        form = game.form
        bids = {
            f"contribution_{s}={k * (v['autonomy'] + v['eclipse']) / 3}": k
            for s in ("seoul", "delhi")
            for k in range(4)
        }
        for z, history in enumerate(form.terminals.tolist()):
            seoul, delhi, mandate = (form.action_of_slot[slot] for slot in form.path(history))
            step = (v["autonomy"] + v["eclipse"]) / 3
            numbers = [
                bids.get(f"contribution_{s}={text.split('=')[-1]}") for s, text in (("seoul", seoul), ("delhi", delhi))
            ]
            assert tuple(game.payoffs[:, z]) == payoffs(v, *(step * k for k in numbers), mandate)


# On a grid, by the definition: a pair of contributions and a best mandate stand where at every other contribution of either state some best mandate is worth
# no more to it. (Which mandate follows another pair is free to choose, as each pair is a subgame of its own.)
def test_on_a_grid_the_contest_is_what_the_definition_says(model, random_points):
    mandates = ("GiveSeoul", "GiveDelhi", "Neither")
    grid = model.on_grid(3)
    ranges = {name: (F(0), F(10)) for name in BASELINE}
    for v in [BASELINE, *random_points(ranges, 33, 8, lambda v: v["autonomy"] > 0)]:
        bids = [k * (v["autonomy"] + v["eclipse"]) / 2 for k in range(3)]
        best = {}
        for s, d in product(bids, bids):
            worth = [payoffs(v, s, d, mandate) for mandate in mandates]
            best[s, d] = [w for w in worth if w[2] == max(w[2] for w in worth)]
        expected = {
            w
            for (s, d), stands in best.items()
            for w in stands
            if all(min(o[0] for o in best[other, d]) <= w[0] for other in bids)
            and all(min(o[1] for o in best[s, other]) <= w[1] for other in bids)
        }
        found = hg.solve(grid.at(**v))
        assert {tuple(e.payoffs.values()) for e in found if e.profile.is_pure} == expected, v


# Equal cards: both contribute 3 = W, and each gets -1, whether it has the mandate or not.
def test_baseline(model):
    found = hg.solve(model.at())
    assert {tuple(e.payoffs.values()) for e in found} == {(-1, -1, 2)}
    assert all(e.hedge == 1 for e in found)


# On a grid that holds W the same equilibria are found by another method, besides such as a smallest unit adds: contributing 2, with 3 the
# next number, is one, as a rival that raised would gain 2 - 3 = -1, what it gets anyway.
def test_the_grid_has_the_same_contest(model):
    found = hg.solve(model.on_grid(4).at())
    assert (F(-1), F(-1), F(2)) in {tuple(e.payoffs.values()) for e in found}


# The better card: Delhi contributes 3, Seoul matches 2 + 3 = 3 + 2, and keeps 2 - 2 = 0.
def test_the_better_card_pays_the_difference_less(model):
    (only,) = {tuple(e.payoffs.values()) for e in hg.solve(model.at("korea"))}
    assert only == (0, -1, 2)


# autonomy + card = 3 < 4 = leak: alone nobody would pay. Both contributing W = 4 is an equilibrium, worth -3 to each; so is paying nothing, worth 0.
def test_fear_of_the_rival_buys_what_nobody_wants(model):
    found = hg.solve(model.at("fear"))
    assert {tuple(e.payoffs.values()) for e in found if e.hedge == 1} == {(-3, -3, 2)}
    assert {tuple(e.payoffs.values()) for e in found if e.hedge == 0} == {(0, 0, 0)}


@pytest.mark.parametrize(("among", "by_hand"), [("some", SOME), ("every", EVERY)])
def test_the_condition_is_the_one_derived_by_hand(model, same_region, among, by_hand):
    region = hg.condition(model, among=among)
    assert region.complete is True
    same_region(region, by_hand)


def test_claims(model):
    assert [f.verdict for f in hg.examine(model)] == ["refuted"] * 3 + ["proved"] * 4


# autonomy 1/2, W = 3/2: Delhi's card of 2 or 5/2 is worth the leak of 3 with W, and not more than it with autonomy. Seoul gets -1 where they fight, the
# mandate or not (2 - 2 - 1, and -eclipse), and 0 where nobody has it.
@pytest.mark.parametrize("card", ["2", "5/2"])
def test_two_equilibria_stand_beside_each_other_at_either_card(model, card):
    assert {e.payoffs["Seoul"] for e in hg.solve(model.at(autonomy="1/2", card_delhi=card))} == {-1, 0}
